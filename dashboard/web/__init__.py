"""What stands between a visitor's browser and Streamlit: see docs/adr/0006."""
