"""The staff door. `python manage.py desk` starts it with our gate; `streamlit run dashboard.py` works too."""

import streamlit as st

from desk import address, chrome, crisis, palette, rooms, session, store

chrome.dress()
with store.read() as reading:  # who it is, is asked once for the whole frame
    person = session.find_actor(reading)
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
