"""The floors of the page benchmark: an empty page with a selector, and one chart of two points."""

import plotly.graph_objects as go
import streamlit as st


def empty() -> None:
    st.title("Empty")
    st.caption(st.segmented_control("Choice", ["first", "second"], default="first"))


def one_chart() -> None:
    st.title("One chart")
    st.plotly_chart(go.Figure(go.Scatter(x=[1, 2], y=[1, 2])))


st.navigation(
    [st.Page(empty, url_path="empty", default=True), st.Page(one_chart, url_path="one-chart")]
).run()
