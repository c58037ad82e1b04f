"""What can happen on a platform, whichever door it comes through: the doors, citizens, storm and seed all call these.

Every act stores first and tells the world's listeners (webhooks, citizens) after.
"""

from __future__ import annotations

from sandbox.entries import Conversation, Entry, Hung, Media, Message, Person, Platform, Version
from sandbox.world import Event, World
from sandbox.x import text as x_text

INSTAGRAM_PK = 3_400_000_000_000_000_000
MEDIA = 700_000_000_000_000


def newcomer(world: World, platform: Platform, username: str, name: str | None = None) -> Person:
    """The person of that handle, enrolled at first sight."""
    if known := world.named(platform, username):
        return known
    n = world.ids.next(f"{platform}-person")
    base = {"facebook": 24_000_000_000_000, "x": 1_500_000_000_000_000_000, "instagram": 5_800_000_000_000_000}[platform]
    return world.enrol(Person(platform, str(base + n * 7919), name or username, username))


def post(
    world: World,
    platform: Platform,
    text: str,
    *,
    author: Person | None = None,
    link: str | None = None,
    media: list[str] | None = None,
    poll: list[str] | None = None,
    poll_minutes: int = 0,
    quoted: str | None = None,
    reply_settings: str = "everyone",
    published: bool = True,
    scheduled_at: float | None = None,
    created: float | None = None,
    upload_id: str = "",
) -> Entry:
    """A post of the account's own (or, on X, anybody's post that answers nothing)."""
    writer = author or world.own(platform)
    at = world.clock.now() if created is None else created
    entry = _entry(world, platform, "post" if writer.own else "mention", writer, text, at)
    entry.link, entry.media, entry.poll, entry.poll_minutes = link, media or [], poll or [], poll_minutes
    entry.quoted, entry.reply_settings, entry.upload_id = quoted, reply_settings, upload_id
    entry.published, entry.scheduled_at, entry.root = published, scheduled_at, entry.id
    if platform == "x":
        entry.mentions = x_text.mentioned(world, text)
    return _store(world, entry)


def bring(world: World, platform: Platform, kind: Hung = "photo", said: str = "") -> str:
    """The id of something that is brought up to hang beneath words; `said`: alternative text, a file's name or a link's title."""
    named = world.ids.snowflake(world.clock.now()) if platform == "x" else world.ids.number(f"{platform}-media", MEDIA)
    made = world.media[named] = Media(platform, named, kind, url=f"https://cdn.{platform}.example/{named}?oe=6A3B")
    setattr(made, "title" if kind in ("file", "link") else "alt", said)
    return named


def mention(
    world: World,
    platform: Platform,
    author: Person,
    text: str,
    *,
    edge: str = "tagged",
    created: float | None = None,
    media: list[str] | None = None,
) -> Entry:
    """A post elsewhere that names the account. `edge`: tagged or visitor_posts on Facebook, tags on Instagram."""
    if platform == "x":
        return post(world, "x", text, author=author, created=created, media=media)
    at = world.clock.now() if created is None else created
    entry = _entry(world, platform, "mention", author, text, at)
    entry.edge, entry.root, entry.media = edge, entry.id, media or []
    return _store(world, entry)


def comment(
    world: World,
    platform: Platform,
    author: Person,
    text: str,
    parent_id: str,
    *,
    created: float | None = None,
    media: list[str] | None = None,
    edge: str = "",
) -> Entry:
    """A comment beneath a post, a reply beneath a comment, a reply on X. KeyError where there is no such parent.

    Facebook and Instagram flatten: an answer to a second-level comment hangs from its top-level comment.
    """
    parent = world.find(platform, parent_id)
    if parent is None or parent.deleted:
        raise KeyError(parent_id)
    at = world.clock.now() if created is None else created
    said = x_text.with_handles(world, author, parent, text) if platform == "x" else text
    kind = "mention" if platform == "x" and not author.own else "comment"
    entry = _entry(world, platform, kind, author, said, at, root=parent.root or parent.id)
    entry.media, entry.edge = media or [], edge
    if platform == "x":
        entry.parent, entry.prefix = parent.id, len(said) - len(text)
        entry.mentions = x_text.mentioned(world, said)
    else:
        flattens = parent.kind == "comment" and parent.parent not in (None, parent.root)
        entry.parent = parent.parent if flattens else parent.id
    return _store(world, entry)


def repost(world: World, author: Person, post_id: str, *, created: float | None = None) -> Entry:
    """A repost on X: an entry of its own whose text begins with RT."""
    source = world.entries["x"][post_id]
    at = world.clock.now() if created is None else created
    said = f"RT @{world.person('x', source.author).username}: {source.text}"
    entry = _entry(world, "x", "post" if author.own else "mention", author, said, at)
    entry.reposted, entry.root = source.id, entry.id
    return _store(world, entry)


def edit(world: World, entry: Entry, text: str) -> None:
    """New words. On X the new version gets an id of its own; on Instagram only captions can be edited."""
    at = world.clock.now()
    if entry.platform == "x":
        prefix = entry.text[: entry.prefix]
        version = Version(world.ids.snowflake(at), prefix + text, at)
        world.move(entry, lambda: entry.versions.append(version))
        entry.visible_at = at
    else:
        entry.versions.append(Version(entry.id, text, at))
    world.tell(Event("edited", entry.platform, entry))


def delete(world: World, entry: Entry) -> None:
    """Gone for every reader; what hangs beneath it goes too on Facebook and Instagram."""
    if entry.deleted:
        return
    entry.deleted, entry.deleted_at = True, world.clock.now()
    if entry.platform != "x":
        beneath = "stream" if entry.kind != "comment" else "replies"
        for child in list(world.shelf(entry.platform, beneath, entry.id)):
            child.deleted, child.deleted_at = True, entry.deleted_at
    world.tell(Event("remove", entry.platform, entry))


def hide(world: World, entry: Entry, hidden: bool) -> None:
    if entry.hidden != hidden:
        entry.hidden = hidden
        world.tell(Event("hide" if hidden else "unhide", entry.platform, entry))


def like(world: World, entry: Entry, person: Person) -> None:
    if person.id not in entry.likes:
        entry.likes.append(person.id)
        world.tell(Event("like", entry.platform, entry, person=person))


def unlike(world: World, entry: Entry, person: Person) -> None:
    if person.id in entry.likes:
        entry.likes.remove(person.id)


def message(
    world: World,
    platform: Platform,
    person: Person,
    text: str,
    *,
    own: bool = False,
    comment_id: str | None = None,
    created: float | None = None,
    media: list[str] | None = None,
) -> tuple[Conversation, Message]:
    """A direct message with `person`, ours where `own`; a private reply ties itself and what follows to `comment_id`."""
    account = world.own(platform)
    at = world.clock.now() if created is None else created
    talk = conversation(world, platform, person, comment_id)
    made_id = world.ids.snowflake(at) if platform == "x" else "m_" + world.ids.opaque(f"{platform}-message", 32)
    sender, recipient = (account.id, person.id) if own else (person.id, account.id)
    said = Message(made_id, sender, recipient, text, at, world.ids.next("seq"), own, comment=talk.comment, media=media or [])
    talk.messages.append(said)
    world.tell(Event("message", platform, message=said, conversation=talk, person=person))
    return talk, said


def conversation(world: World, platform: Platform, person: Person, comment_id: str | None = None) -> Conversation:
    """The one conversation with that person, begun now if there is none."""
    talks = world.conversations[platform]
    talk = next((t for t in talks.values() if t.person == person.id), None)
    if talk is None:
        account = world.own(platform)
        if platform == "x":
            low, high = sorted((account.id, person.id), key=int)
            made_id = f"{low}-{high}"
        else:
            made_id = "t_" + world.ids.opaque(f"{platform}-talk", 20)
        talk = talks[made_id] = Conversation(platform, made_id, person.id)
    if comment_id:
        talk.comment = comment_id
    return talk


def _entry(world: World, platform: Platform, kind: str, author: Person, text: str, at: float, root: str | None = None) -> Entry:
    entry_id, pk = _new_id(world, platform, kind, author, at, root)
    return Entry(
        platform=platform,
        id=entry_id,
        kind=kind,  # type: ignore[arg-type]  # every caller passes one of Kind's words
        author=author.id,
        created=at,
        seq=world.ids.next("seq"),
        versions=[Version(entry_id, text, at)],
        root=root,
        own=author.own,
        visible_at=at + world.config.visible_delay_s,
        pk=pk,
    )


def _new_id(world: World, platform: Platform, kind: str, author: Person, at: float, root: str | None) -> tuple[str, str]:
    if platform == "x":
        return world.ids.snowflake(at), ""
    if platform == "facebook":
        n = world.ids.number("facebook", 900_000_000_000_000)
        stem = (root or "").rpartition("_")[2] if kind == "comment" else author.id
        return f"{stem}_{n}", ""
    pk = world.ids.number("instagram-pk", INSTAGRAM_PK)
    base = 17_900_000_000_000_000 if kind == "comment" else 18_000_000_000_000_000
    return world.ids.number("instagram", base), pk


def _store(world: World, entry: Entry) -> Entry:
    world.add(entry)
    world.tell(Event("add", entry.platform, entry))
    return entry
