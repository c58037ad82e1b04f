"""The fields of the complaint, suggestion and feedback forms: what was typed, and what is wrong with it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from fastapi import Request
from itsdangerous import BadSignature, URLSafeSerializer
from markupsafe import Markup
from starlette.datastructures import UploadFile

from core.display import clean_name
from core.errors import Invalid
from core.i18n import LANGS, Lang, lang_of, t
from core.smtp import mailbox
from core.why import Why
from inbox import uploads
from inbox.forms import LONGEST, Filed
from inbox.steps import tidy
from inbox.tongues import TONGUES, Tongue
from inbox.uploads import MOST_BYTES, MOST_FILES, Waiting
from policies.masking import of_others
from policies.verdict import TOPICS
from portal.forms import Filled, address, our_digits
from portal.pages import lang_of_request
from portal.state import Portal, portal_of

#: form -> the kinds of case it opens; more than one: whoever fills it in says which
FORMS: Mapping[str, tuple[str, ...]] = {
    "complaint": ("complaint",),
    "suggestion": ("suggestion",),
    "feedback": ("inquiry", "praise", "other"),
}
#: a field that nobody sees: only what fills in whatever it finds does so
TRAP = "website"
NAME_MOST, EMAIL_MOST = 100, 254

_PHONE = re.compile(r"\+?[0-9]{7,15}")


@dataclass(frozen=True, slots=True)
class Entry:
    """A form as it stands: what was typed by field, its files, and what is wrong by field."""

    form: str
    kind: str = ""
    text: str = ""
    topic: str = ""
    lang: str = ""
    confidential: bool = False
    name: str = ""
    email: str = ""
    phone: str = ""
    edition: str = ""
    files: tuple[Waiting, ...] = ()
    problems: Mapping[str, str] = field(default_factory=dict)

    def filed(self, nonce: str) -> Filed:
        """The same for the inbox, as the one form of that name."""
        grade = "confidential" if self.confidential else ""
        return Filed(
            self.kind, self.text, nonce, self.edition, self.topic, self.lang, grade, self.name, self.email, self.phone, self.files
        )


def empty(request: Request, form: str) -> Entry:
    """A form nobody has filled in yet: its reader is written to in the language he reads it in."""
    kinds = FORMS[form]
    return Entry(form, kinds[0] if len(kinds) == 1 else "", lang=lang_of_request(request))


def entered(request: Request, form: str, filled: Filled) -> Entry:
    """What was typed into a form, its new files looked at and those of an earlier step kept."""
    portal, lang, kinds = portal_of(request), lang_of_request(request), FORMS[form]
    get, problems = filled.get, dict[str, str]()
    kind = kinds[0] if len(kinds) == 1 else get("kind")
    given = {
        "text": get("text"),
        "topic": get("topic") if get("topic") in TOPICS else "",
        "lang": get("lang") if get("lang") in TONGUES else lang,
        "name": " ".join(get("name").split()),
        "email": clean_name(get("email")),
        "phone": plain_number(get("phone")),
    }
    if kind not in kinds:
        problems["kind"] = t("portal.form.which_missing", lang)
    if not tidy(given["text"]):
        problems["text"] = t(f"portal.form.{form}.text_missing", lang)
    elif len(given["text"]) > LONGEST:
        problems["text"] = t("portal.form.text_long", lang, most=LONGEST, n=len(given["text"]))
    files, problem = _files(request, filled, portal, lang)
    if problem:
        problems["files"] = problem
    if len(given["name"]) > NAME_MOST:
        problems["name"] = t("portal.form.name_long", lang, most=NAME_MOST)
    if given["email"] and (problem := _no_address(given["email"])):
        problems["email"] = t(f"portal.form.email_{problem}", lang)
    if given["phone"] and not _PHONE.fullmatch(given["phone"]):
        problems["phone"] = t("portal.form.phone_wrong", lang)
    if get(TRAP):
        problems[TRAP] = t("portal.form.trap_filled", lang)
    entry: dict[str, Any] = {**given, "phone": given["phone"] if _PHONE.fullmatch(given["phone"]) else get("phone")}
    return Entry(
        form,
        kind,
        confidential=bool(get("confidential")),
        edition=get("edition"),
        files=files,
        problems=problems,
        **entry,
    )


def turned(request: Request, entry: Entry) -> Entry:
    """The same in the language of this page: its author is written to in that, unless he chose one of the five. What is wrong is
    told once he sends it on, but for files that were not taken."""
    lang = lang_of_request(request) if entry.lang in LANGS else entry.lang
    return replace(entry, lang=lang, problems={name: words for name, words in entry.problems.items() if name == "files"})


def _no_address(typed: str) -> str:
    """Why no letter can be sent to an address: the part before the @ (`local`), its domain, or that it is none; "" when one can."""
    if len(typed) > EMAIL_MOST:
        return "wrong"
    if mailbox(typed):
        return ""
    local, _, domain = typed.rpartition("@")
    if not local.isascii():
        return "local"
    return "wrong" if domain.isascii() else "domain"


def plain_number(typed: str) -> str:
    """A telephone number in our digits without what people put between them."""
    return re.sub(r"[\s().\u200e\u200f-]", "", our_digits(typed))


def personal(entry: Entry, portal: Portal) -> bool:
    """True when the words hold a number or an address of somebody."""
    return bool(of_others(entry.text, portal.settings.office_contacts))


def pledge(file: Waiting, portal: Portal) -> str:
    """What a page says of a waiting file, so that the next step believes it."""
    return _signer(portal).dumps([file.token, file.name, file.mime, file.bytes, file.sha256])


def look_at(request: Request, files: tuple[UploadFile, ...]) -> tuple[Waiting, ...]:
    """New files, each looked at. Invalid for the first that can't be taken, and for more than one address may send in an hour; none
    is read further than it may be long."""
    portal = portal_of(request)
    if len(files) > MOST_FILES:
        raise Invalid(field="files", why=Why("upload_many", most=MOST_FILES))
    if files and portal.room.wait(address(request), much=sum(one.size or 0 for one in files) / uploads.MB):
        raise Invalid(field="files", why=Why("upload_full"))
    return tuple(uploads.look(one.filename or "", one.file.read(MOST_BYTES + 1), portal.settings) for one in files)


def _files(request: Request, filled: Filled, portal: Portal, lang: Lang) -> tuple[tuple[Waiting, ...], str]:
    """The files of a form, and what is wrong with those sent now."""
    before = tuple(one for one in (_believed(pledged, portal) for pledged in filled.kept) if one is not None)[:MOST_FILES]
    try:
        if len(before) + len(filled.files) > MOST_FILES:
            raise Invalid(field="files", why=Why("upload_many", most=MOST_FILES))
        return before + look_at(request, filled.files), ""
    except Invalid as e:
        return before, said_why(e, lang)


def said_why(refused: Invalid, lang: Lang) -> str:
    """The reason alone: its field is named by where it stands."""
    why = refused.details["why"]
    return why.words(lang) if isinstance(why, Why) else refused.words(lang)


def marked_why(refused: Invalid, tongue: Tongue) -> str:
    """`said_why` for a page in `tongue`: in English, and marked so, where it is there in Arabic and English alone."""
    lang = lang_of(tongue, "en")
    words = said_why(refused, lang)
    return words if lang == tongue else Markup('<span lang="{}" dir="ltr">{}</span>').format(lang, words)


def _believed(pledged: str, portal: Portal) -> Waiting | None:
    try:
        return Waiting(*_signer(portal).loads(pledged))
    except (BadSignature, TypeError):
        return None


def _signer(portal: Portal) -> URLSafeSerializer:
    return URLSafeSerializer(portal.vault.derive("portal-upload"), salt="majlis.upload")
