"""The staff door's screens (Streamlit, served as ASGI)."""
