"""The staff door. `python manage.py desk` starts it with our gate; `streamlit run dashboard.py` works too."""

import streamlit as st

from desk import chrome, crisis, rooms, session

chrome.dress()
person = session.find_actor()
if person is None or not rooms.open_to(person):
    chrome.signed_out()
    st.stop()
room = rooms.navigation(person)
crisis.switch(person)
chrome.side(person, room.url_path)
crisis.banner()
room.run()
