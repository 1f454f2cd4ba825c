"""The audit of figures: the list of claims with their verdicts, and one page a claim."""

import streamlit as st

from dashboard import controls
from dashboard.release import store as current_store
from dashboard.texts import text
from dashboard.views.claims import listing, loading, one

store = current_store()
claims = loading.claims(store)
st.title(text("claims.title"))
asked = st.query_params.get(one.ADDRESS)
if asked is not None and asked in claims["claim_id"].to_list():
    st.query_params[one.ADDRESS] = asked  # a link inside the dashboard does not write the address
    one.show(store, claims, asked)
else:
    if asked:
        controls.notice(text("claims.claim"), asked)
    listing.show(claims)
