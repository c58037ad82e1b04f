"""Every widget of Streamlit that the desk uses, on one page, in Arabic: what the widgets themselves say stands out.

`python -m tests.desk.kitchen --port N` serves it behind the desk's own gate.
"""

import argparse
from datetime import date, time
from pathlib import Path

import altair as alt
import streamlit as st

WORDS = ["أحمر", "أخضر", "أزرق"]


@st.dialog("نافذة")
def dialog() -> None:
    """What opens over the page."""
    st.text_area("كلام", key="in_dialog")
    st.button("حسنًا", key="done")


def page() -> None:
    """The widgets, one beneath the other."""
    with st.sidebar:
        st.button("خروج", type="tertiary")
    st.header("المطبخ")
    st.text_input("نص", help="شرح", max_chars=20)
    st.text_input("كلمة السر", type="password")
    st.text_area("كلام طويل", max_chars=200)
    st.number_input("عدد", min_value=0, max_value=9)
    st.selectbox("لون", WORDS, index=None, key="one")
    st.selectbox("لون أو جديد", WORDS, index=None, accept_new_options=True, key="other")
    st.multiselect("ألوان", WORDS, default=WORDS[:1], key="many")
    st.multiselect("ألوان أو جديد", WORDS, accept_new_options=True, key="tags")
    st.checkbox("نعم")
    st.toggle("تشغيل")
    st.radio("واحد", WORDS)
    st.pills("أقراص", WORDS)
    st.segmented_control("أجزاء", WORDS)
    st.date_input("يوم", date(2026, 11, 24), key="day")
    st.date_input("يوم بلا قيمة", None, key="no_day")
    st.date_input("أيام", (date(2026, 11, 24), date(2026, 11, 26)), key="days")
    st.time_input("ساعة", time(9, 30))
    st.file_uploader("ملف", type=["png"])
    with st.popover("ورقة"):
        st.text_input("في الورقة")
    with st.expander("طيّ"):
        st.text("مطويّ")
    for tab, words in zip(st.tabs(WORDS), WORDS, strict=True):
        tab.text(words)
    with st.form("form"):
        st.text_input("في النموذج")
        st.form_submit_button("أرسل")
    st.download_button("تنزيل", "أ", "a.csv")
    st.button("نافذة", on_click=dialog, key="open_dialog")
    st.html("<p>كلام</p>")
    st.text("كلام")
    st.caption("كلام")
    st.code("مجلس")
    st.progress(0.4, "تقدّم")
    chart = alt.Chart(alt.Data(values=[{"س": 1, "ص": 3}, {"س": 2, "ص": 4}])).mark_bar().encode(x="س:O", y="ص:Q")
    st.altair_chart(chart, alt="رسم")
    st.columns(2)[0].container(border=True).text("في إطار")


def main() -> None:
    """Serve it, signed in as anybody who works here."""
    from starlette.middleware import Middleware

    from desk.gate import Gate
    from desk.session import DOOR
    from desk.signin import ROUTES

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    DOOR.asgi = True
    app = st.App(Path(__file__), routes=ROUTES, middleware=[Middleware(Gate)])
    app.run(config={"server.port": parser.parse_args().port, "server.address": "127.0.0.1"})


if __name__ == "__main__":
    if st.runtime.exists():
        start = st.Page(lambda: None, title="مجلس", url_path="start", default=True, visibility="hidden")
        st.navigation([start, st.Page(page, title="المطبخ", url_path="inbox")]).run()
    else:
        main()
