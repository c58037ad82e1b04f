"""What an approver should look at before he says yes: by the policy in force, and for those who read with difficulty.

Nothing here forbids anything: it is shown, and people decide. What no platform would take is told by scheduler.preview, and what
the calendar has against the hour by scheduler.warnings.
"""

from collections.abc import Iterator, Mapping, Sequence

from sqlmodel import Session, col, select

from core.models import Account
from core.settings import Settings
from core.settings import settings as current
from core.text import fold
from inbox import editions
from policies.asking import asks_for_personal_data
from policies.clauses import Edition
from policies.masking import masked, of_others
from policies.verdict import Context, Span, Verdict
from scheduler import pair, queueing
from scheduler.accessible import Finding, figures_apart, of_alt, of_text
from scheduler.models import Post, PostMedia, PostText
from scheduler.steps import progress

__all__ = ("Finding", "findings")

QUOTED = 80


def findings(
    session: Session,
    post: Post,
    *,
    policy: bool = True,
    settings: Settings | None = None,
    rows: Sequence[PostText] | None = None,
    media: Sequence[PostMedia] | None = None,
) -> list[Finding]:
    """All of them, warnings first. Calls no platform and changes nothing.

    `policy=False` leaves the policy out: its judge takes seconds to load in a process that has not judged yet. `rows` and `media`
    are those of a post that is still being written; left out, what is stored.
    """
    rows = queueing.texts(session, post) if rows is None else rows
    if media is None:
        media = session.exec(select(PostMedia).where(col(PostMedia.post_id) == post.id).order_by(col(PostMedia.place))).all()
    said = texts_of(session, rows)
    found = [*_people(session, post), *_languages(session, post, rows, media=bool(media))]
    if policy:
        found += by_policy(said, media, editions.in_force(session), settings or current())
    for (text, _), of in said.items():
        found += of_text(text, of)
    found += figures_apart(post.ar, post.en)
    plain = frozenset(" ".join(text.split()) for text, _ in said)
    for place, one in enumerate(media, 1):
        found += of_alt(one.alt, one.alt_why, place, plain)
        found += _of_medium(one, place, {lang for lang in pair.LANGS if any(lang in pair.spoken(text) for text, _ in said)})
    return sorted(found, key=lambda finding: finding.level != "warning")


def texts_of(session: Session, rows: Sequence[PostText]) -> dict[tuple[str, str], tuple[str, ...]]:
    """Each text and its language form -> the accounts that get it, so that the same words are judged once."""
    return by_words(rows, keys_of(session, rows))


def keys_of(session: Session, rows: Sequence[PostText]) -> dict[int, str]:
    """The accounts of these versions by id, as they are called."""
    named = select(Account).where(col(Account.id).in_({row.account_id for row in rows}))
    return {account.id or 0: account.key for account in session.exec(named)}


def by_words(rows: Sequence[PostText], keys: Mapping[int, str]) -> dict[tuple[str, str], tuple[str, ...]]:
    """The same as `texts_of`, where the accounts are known."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for row in sorted(rows, key=lambda row: row.account_id):
        found[row.text, row.lang] = (*found.get((row.text, row.lang), ()), keys[row.account_id])
    return found


def _people(session: Session, post: Post) -> Iterator[Finding]:
    """A step that nobody is left to take, also one still to come: of few approvers nobody may take two."""
    if post.state != "submitted":
        return
    step = progress(session, post).blocked
    if step is not None:
        yield Finding("nobody_left", "warning", values={"step": step.number})


def _languages(session: Session, post: Post, rows: Sequence[PostText], *, media: bool) -> Iterator[Finding]:
    """What somebody does not get in his language, and why."""
    for account_id, langs in pair.missing(post, rows).items():
        account = session.get(Account, account_id) if account_id else None
        for lang in langs:
            values = {"language": lang, "why": post.pair_why or "-"}
            yield Finding("one_language", "warning", (account.key,) if account else (), None, values)
    for row in rows:
        if media and not pair.spoken(row.text):
            yield Finding("picture_only", "warning", (session.get_one(Account, row.account_id).key,))


def _of_medium(one: PostMedia, place: int, languages: set[str]) -> Iterator[Finding]:
    of = (f"media:{place}",)
    if one.mime.startswith("video/"):
        yield Finding("video_captions", "advice", of, None, {"place": place})
    if one.alt:
        for lang in sorted(languages - pair.spoken(one.alt)):
            yield Finding("alt_language", "advice", of, None, {"place": place, "language": lang})


def by_policy(
    said: Mapping[tuple[str, str], tuple[str, ...]], media: Sequence[PostMedia], edition: Edition, settings: Settings
) -> Iterator[Finding]:
    """What the edition in force and the care for personal data say of each text, and of the words for each picture."""
    from policies.judge import judge_many  # loads its models: only for whoever asks

    given = [(text, lang, of) for (text, lang), of in said.items() if text]
    given += [(one.alt, "", (f"media:{place}",)) for place, one in enumerate(media, 1) if one.alt]
    contexts = [Context(lang_hint=lang if lang in pair.LANGS else None) for _, lang, _ in given]
    verdicts = judge_many(
        [text for text, _, _ in given], edition=edition, contexts=contexts, detector=settings.language_detector, explain=False
    )
    for (text, _, of), verdict in zip(given, verdicts, strict=True):
        shown = masked(text, settings.office_contacts)
        for clause, span in _places(verdict):
            values = {"clause": clause, "edition": edition.ref, "quote": shown[slice(*span)][:QUOTED]}
            yield Finding("policy", "warning" if verdict.action == "hide" else "advice", of, span, values)
        for one in of_others(text, settings.office_contacts):
            yield Finding("personal", "warning", of, one.span, {"pii": one.type, "quote": shown[slice(*one.span)]})
        for span in asks_for_personal_data(fold(text)):
            yield Finding("asks_personal", "warning", of, span, {"quote": shown[slice(*span)][:QUOTED]})


def _places(verdict: Verdict) -> Iterator[tuple[str, Span]]:
    """(clause, where) for whatever the verdict is founded on; nothing when it would let the text pass.

    What only a clause's model suspects is left out: it orders the public's posts for review, and knows nothing of announcements.
    """
    places = ((finding.clause, span) for finding in verdict.findings if finding.rule != "model" for span in finding.spans)
    yield from dict.fromkeys(places if verdict.action != "allow" else ())
