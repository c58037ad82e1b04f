"""The staff door. `python manage.py desk` starts it with our gate; `streamlit run dashboard.py` works too."""

import streamlit as st

from desk import address, chrome, crisis, palette, rooms, session

chrome.dress()
person = session.find_actor()
if person is None:
    chrome.signed_out()
    st.stop()
room = rooms.navigation(person)
address.enter(room.url_path)
crisis.switch(person)
chrome.side(person, room.url_path)
palette.show(person)
crisis.banner()
room.run()
