"""The floor of the page benchmark: a Streamlit page with nothing but a line of text."""

import streamlit as st

st.write("empty")
