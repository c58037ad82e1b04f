"""The pictures and films of the post being written: chosen, described or excused, put in order, taken out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import streamlit as st
from sqlmodel import Session, col, select

from core.actors import Actor
from core.errors import MajlisError
from core.settings import settings
from desk import chrome, pictures, session
from desk.refusals import told
from desk.safe import el, show
from desk.session import say
from outbox import media
from outbox.body import MediaFile
from scheduler import posts
from scheduler.models import Post, PostMedia
from scheduler.writing import WHY_MOST

TYPES = ("png", "jpg", "jpeg", "webp", "mp4")


@dataclass(frozen=True, slots=True)
class Held:
    """A file as it stands in the editor: `key` names its fields, `row` its row in a saved draft, `data` what was just chosen.

    One without either was chosen before the page was left, and lies in our store."""

    key: str
    name: str
    file: MediaFile
    row: int | None = None
    data: bytes = b""


def held(reading: Session, post: Post | None, rev: str) -> list[Held]:
    """The files in their order, described as the fields say. The error of the first that can't be taken is raised."""
    stored = reading.exec(select(PostMedia).where(col(PostMedia.post_id) == post.id)).all() if post else []
    all_of_it = [
        Held(f"row{row.id}", "", MediaFile(media.name_of(row.sha256, row.mime), row.alt, **_facts(row)), row.id)
        for row in sorted(stored, key=lambda row: (row.place, row.id or 0))
    ]
    all_of_it += _carried(rev)
    for upload, kept in _chosen(rev):
        if isinstance(kept, MajlisError):
            raise kept
        all_of_it.append(Held(upload.file_id, upload.name, kept, data=upload.getvalue()))
    field = st.session_state
    order = {key: place for place, key in enumerate(field.get(f"order:{rev}", []))}
    left = [one for one in all_of_it if one.key not in field.get(f"out:{rev}", ())]
    return [_described(one, rev) for one in sorted(left, key=lambda one: order.get(one.key, len(order)))]


def fields(reading: Session, post: Post | None, rev: str) -> None:
    """Where files are chosen, and a line for each with its words."""
    st.file_uploader(
        say("desk.compose.files"),
        type=TYPES,
        accept_multiple_files=True,
        max_upload_size=media.MOST_FILM_BYTES // media.MB,
        key=f"file:{rev}",
    )
    try:
        found = held(reading, post, rev)
    except MajlisError as refusal:
        show(chrome.panel("bad", told(refusal, session.lang())))
        return
    keys = [one.key for one in found]
    for place, one in enumerate(found):
        with st.container(border=True):
            _line(one, place, keys, rev)


def _line(one: Held, place: int, keys: Sequence[str], rev: str) -> None:
    seen, said, moved = st.columns([1, 3, 0.9], vertical_alignment="center")
    with seen:
        small = "" if one.file.film else pictures.kept(media.folder(settings().var_dir) / one.file.path)
        label = say("desk.compose.film" if one.file.film else "desk.compose.still")
        show(el("img", src=small, alt=one.file.alt, class_="mj-picture") if small else el("span", label, class_="mj-chip"))
        show(el("div", el("bdi", f"{place + 1} · {one.name}" if one.name else str(place + 1)), class_="mj-note"))
    with said:
        st.text_area(say("desk.compose.alt"), value=one.file.alt, key=f"alt:{rev}:{one.key}", height=70, max_chars=posts.ALT_MOST)
        label = say("desk.compose.alt_why")
        st.text_input(
            label, value=one.file.alt_why, key=f"alt_why:{rev}:{one.key}", max_chars=WHY_MOST, disabled=bool(one.file.alt.strip())
        )
    with moved:
        if place:
            _button("earlier", ":material/arrow_upward:", _move, rev, keys, place, one.key)
        if place + 1 < len(keys):
            _button("later", ":material/arrow_downward:", _move, rev, keys, place + 1, one.key)
        _button("take_out", ":material/delete:", _take_out, rev, one.key, None, one.key)


def _button(word: str, icon: str, do: Any, rev: str, what: Any, place: Any, key: str) -> None:
    label = say(f"desk.compose.{word}")
    st.button(label, icon=icon, key=f"{word}:{rev}:{key}", width="stretch", on_click=do, args=(rev, what, place))


def _move(rev: str, keys: Sequence[str], place: int) -> None:
    """Change the places of this file and the one before it."""
    order = list(keys)
    order[place - 1], order[place] = order[place], order[place - 1]
    st.session_state[f"order:{rev}"] = order


def _take_out(rev: str, key: str, _place: None) -> None:
    st.session_state[f"out:{rev}"] = {*st.session_state.get(f"out:{rev}", ()), key}


def keep(writing: Session, person: Actor, post: Post, files: Sequence[Held]) -> None:
    """Make the files of a saved draft those of the editor, in their order; what did not change is left alone."""
    query = select(PostMedia).where(col(PostMedia.post_id) == post.id).order_by(col(PostMedia.place), col(PostMedia.id))
    wanted = {one.row or 0: one for one in files}
    for row in writing.exec(query).all():
        one = wanted.get(row.id or 0)
        if one is None:
            posts.remove_media(writing, person, post, row)
        elif (one.file.alt.strip(), one.file.alt_why.strip()) != (row.alt, row.alt_why):
            posts.describe_media(writing, person, post, row, one.file.alt, alt_why=one.file.alt_why)
    order = [one.row or _add(writing, person, post, one) for one in files]
    if order != [row.id for row in writing.exec(query)]:
        posts.order_media(writing, person, post, order)


def _add(writing: Session, person: Actor, post: Post, one: Held) -> int:
    with TemporaryDirectory() as folder:
        data = one.data or (media.folder(settings().var_dir) / one.file.path).read_bytes()
        path = _written(folder, one.name, data)
        return posts.add_media(writing, person, post, path, one.file.alt, alt_why=one.file.alt_why).id or 0


def _written(folder: str, name: str, data: bytes) -> Path:
    """The bytes as a file under its own name, which a refusal tells."""
    path = Path(folder) / (Path(name).name or "file")
    path.write_bytes(data)
    return path


def _chosen(rev: str) -> list[tuple[Any, MediaFile | MajlisError]]:
    """Every file just chosen as our store keeps it, or why it can't; each is looked at once."""
    looked = st.session_state.setdefault(f"kept:{rev}", {})
    uploads = [
        one for one in st.session_state.get(f"file:{rev}") or [] if one.file_id not in st.session_state.get(f"out:{rev}", ())
    ]
    for upload in uploads:
        if upload.file_id in looked:
            continue
        with TemporaryDirectory() as folder:
            try:
                looked[upload.file_id] = media.store(_written(folder, upload.name, upload.getvalue()), settings().var_dir)
            except MajlisError as refusal:
                looked[upload.file_id] = refusal
    return [(upload, looked[upload.file_id]) for upload in uploads]


def _carried(rev: str) -> list[Held]:
    """Files that were chosen before the page was left, each once, for two of the same would be one field."""
    left: dict[str, Held] = {}
    for one in st.session_state.get(f"carried:{rev}", []):
        key = f"c{one['file']['sha256']}"
        left.setdefault(key, Held(key, one["name"], MediaFile(**one["file"])))
    return list(left.values())


def _facts(row: PostMedia) -> dict[str, Any]:
    names = ("mime", "sha256", "width", "height", "bytes", "duration_ms", "alt_why")
    return {name: getattr(row, name) for name in names}


def _described(one: Held, rev: str) -> Held:
    alt = str(st.session_state.get(f"alt:{rev}:{one.key}", one.file.alt))
    why = str(st.session_state.get(f"alt_why:{rev}:{one.key}", one.file.alt_why))
    return replace(one, file=replace(one.file, alt=alt.strip(), alt_why=why.strip()))


def seen(files: Sequence[Held]) -> list[dict[str, str]]:
    """The files for the cards of the composer: a small copy of a picture, the word for a film."""
    there = media.folder(settings().var_dir)
    film = say("desk.compose.film")
    return [
        {
            "src": "" if one.file.film else pictures.kept(there / one.file.path),
            "alt": one.file.alt,
            "name": f"{film} {one.name}".strip(),
        }
        for one in files
    ]
