"""Files that came with a case: for whoever works on cases a button each; the file itself never becomes a page of ours."""

import streamlit as st
from sqlmodel import Session

from core.actors import Actor
from core.errors import MajlisError
from core.settings import settings
from desk.safe import el, show
from desk.session import lang, say
from inbox import caseview, uploads
from inbox.models import Case, Upload


def buttons(reading: Session, person: Actor, case: Case) -> None:
    """A button for each file that is still there; for others that there are some."""
    files = uploads.of_items(reading, [item.id or 0 for item in caseview.items_of(reading, case)])
    if files and not person.can("pii.view"):
        show(el("p", say("desk.case.files_closed", n=len(files)), class_="mj-note"))
        return
    with st.container(horizontal=True, gap="small", key="attached"):
        for place, file in enumerate(files, 1):
            _button(place, file)


def _button(place: int, file: Upload) -> None:
    """The file's own name is what it is saved under, not what the button says: labels are read as markdown."""
    ending = uploads.ENDINGS.get(file.mime, "bin")
    label = say("desk.case.file_take", n=place, kind=ending.upper())
    try:
        path = uploads.path_of(file, settings())
    except MajlisError as missing:
        st.button(label, key=f"file:{file.id}", icon=":material/attach_file:", disabled=True, help=missing.words(lang()))
        return
    saved = file.name or f"{place}.{ending}"
    st.download_button(
        label, path.read_bytes, saved, file.mime, key=f"file:{file.id}", icon=":material/attach_file:", on_click="ignore"
    )
