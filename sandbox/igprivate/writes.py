"""Writing: comments, likes, pictures, albums, deletions, direct messages."""

from __future__ import annotations

import json

from sandbox import acts
from sandbox.entries import Entry, Media
from sandbox.http import Json, Reply, Request
from sandbox.igprivate import errors, render
from sandbox.igprivate.reads import media_of, person_of
from sandbox.recorder import open_envelope
from sandbox.world import World

OK: Json = {"status": "ok"}


def given(request: Request) -> Json:
    """The form, out of its signed envelope if it came in one."""
    form: Json = dict(request.form)
    signed = form.pop("signed_body", None)
    return {**form, **open_envelope(signed)} if signed else form


def comment(world: World, request: Request) -> Reply:
    media, form = media_of(world, request), given(request)
    text = str(form.get("comment_text", ""))
    if not text.strip():
        raise errors.fail(400, "Comment text is required")
    if not media.comments_open:
        raise errors.fail(400, "Comments on this post have been limited", error_type="comments_disabled")
    target = media
    if replied := form.get("replied_to_comment_id"):
        found = world.find("instagram", str(replied))
        if found is None or found.deleted:
            raise errors.fail(400, "The comment you are replying to does not exist")
        target = found
    made = acts.comment(world, "instagram", world.own("instagram"), text, target.id)
    return Reply(200, {"comment": render.comment(world, made), **OK})


def delete_comments(world: World, request: Request) -> Reply:
    media_of(world, request)
    for pk in str(given(request).get("comment_ids_to_delete", "")).split(","):
        if entry := world.find("instagram", pk.strip()):
            acts.delete(world, entry)
    return Reply(200, OK)


def like_comment(world: World, request: Request) -> Reply:
    acts.like(world, _comment(world, request), world.own("instagram"))
    return Reply(200, OK)


def unlike_comment(world: World, request: Request) -> Reply:
    acts.unlike(world, _comment(world, request), world.own("instagram"))
    return Reply(200, OK)


def _comment(world: World, request: Request) -> Entry:
    entry = world.find("instagram", request.args["id"])
    if entry is None or entry.deleted or entry.kind != "comment":
        raise errors.media_gone()
    return entry


def receive_photo(world: World, request: Request) -> Reply:
    return _receive(world, request, "photo")


def receive_video(world: World, request: Request) -> Reply:
    return _receive(world, request, "video")


def video_offset(world: World, request: Request) -> Reply:
    return Reply(200, {"offset": 0, **OK})


def _receive(world: World, request: Request, kind: str) -> Reply:
    params = json.loads(request.headers.get("x-instagram-rupload-params") or "{}")
    upload_id = str(params.get("upload_id") or request.args["name"].partition("_")[0])
    key = f"upload-{upload_id}"
    world.media[key] = Media("instagram", key, "photo" if kind == "photo" else "video")
    world.media[key].receive(request.raw)
    return Reply(200, {"upload_id": upload_id, "xsharing_nonces": {}, **OK})


def configure(world: World, request: Request) -> Reply:
    """Makes an uploaded picture a post. 202 while a film is still being transcoded."""
    form = given(request)
    upload_id = str(form.get("upload_id", ""))
    media = world.media.get(f"upload-{upload_id}")
    if media is None:
        raise errors.fail(400, "media_needs_reupload", error_title="bad image input")
    _transcode(world, media)
    return _published(world, form, [media], upload_id)


def configure_album(world: World, request: Request) -> Reply:
    form = given(request)
    children = form.get("children_metadata") or []
    parts = [world.media.get(f"upload-{child.get('upload_id')}") for child in children]
    known = [p for p in parts if p is not None]
    if len(known) < 2 or len(known) != len(parts):
        raise errors.fail(400, "media_needs_reupload", error_title="bad image input")
    return _published(world, form, known, str(form.get("client_sidecar_id") or form.get("upload_id", "")))


def _transcode(world: World, media: Media) -> None:
    if media.kind != "video" or world.config.media_delay_s <= 0:
        return
    if not media.url:
        media.url = str(world.clock.now() + world.config.media_delay_s)
    if float(media.url) > world.clock.now():
        raise errors.fail(202, "Transcode not finished yet.")
    media.url = ""


def _published(world: World, form: Json, parts: list[Media], upload_id: str) -> Reply:
    for media in parts:
        media.alt = str(form.get("custom_accessibility_caption", ""))
    caption = str(form.get("caption", ""))
    entry = acts.post(world, "instagram", caption, media=[m.id for m in parts], upload_id=upload_id)
    return Reply(200, {"media": render.media(world, entry), "upload_id": upload_id, **OK})


def delete_media(world: World, request: Request) -> Reply:
    entry = media_of(world, request)
    if not entry.own:
        raise errors.fail(403, "You cannot delete this media")
    acts.delete(world, entry)
    return Reply(200, {"did_delete": True, **OK})


def edit_media(world: World, request: Request) -> Reply:
    entry = media_of(world, request)
    acts.edit(world, entry, str(given(request).get("caption_text", "")))
    return Reply(200, {"media": render.media(world, entry), **OK})


def send_text(world: World, request: Request) -> Reply:
    """A direct message to one person, or into a known thread."""
    form = given(request)
    people = json.loads(str(form.get("recipient_users") or "[[]]"))
    threads = json.loads(str(form.get("thread_ids") or "[]"))
    if threads:
        talk = render.thread(world, str(threads[0]))
        if talk is None:
            raise errors.fail(404, "Thread not found")
        person = world.person("instagram", talk.person)
    else:
        person = person_of(world, str(people[0][0]) if people and people[0] else "")
    talk, said = acts.message(world, "instagram", person, str(form.get("text", "")), own=True)
    payload = {
        "client_context": str(form.get("client_context", "")),
        "item_id": said.id,
        "thread_id": render.thread_id(talk),
        "timestamp": str(int(said.at * 1_000_000)),
    }
    return Reply(200, {"action": "item_ack", "status_code": "200", "payload": payload, **OK})
