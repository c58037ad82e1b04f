"""The pair: Arabic and English go together, or somebody says why not; versions follow the bodies or have their own words."""

from typing import Any

import pytest
from sqlmodel import select

from core.errors import Invalid
from core.i18n import LANGS
from core.models import AuditEntry
from scheduler import pair, posts, queueing
from scheduler.models import Post
from scheduler.pair import Version
from tests.scheduler.conftest import Office

AR, EN = "افتتاح مركز خدمة جديد في العين", "A new service centre opens in Al Ain"
BOTH = f"{AR}\n\n{EN}"


def paired(office: Office, texts: Any, *, ar: str = AR, en: str = EN, **more: Any) -> int:
    return office.draft(texts=texts, ar=ar, en=en, **{"pair_why": "", **more})


def words(office: Office, post_id: int) -> list[tuple[str, str]]:
    """(form, words) of each version, in the order in which they go."""
    with office.db.read() as session:
        return [(row.lang, row.text) for row in queueing.texts(session, session.get_one(Post, post_id))]


def test_an_account_without_words_of_its_own_gets_both_bodies_arabic_first(office: Office) -> None:
    (x,) = office.ids("x")
    assert words(office, paired(office, {x: ""})) == [("both", BOTH)]
    assert words(office, paired(office, [Version(x)])) == [("both", BOTH)]


def test_an_account_may_carry_the_two_languages_apart(office: Office) -> None:
    (x,) = office.ids("x")
    post = paired(office, [Version(x, "en"), Version(x, "ar", "نسخة قصيرة")])
    assert words(office, post) == [("ar", "نسخة قصيرة"), ("en", EN)]
    office.do(posts.submit, post)
    office.approve(post)
    office.send()
    assert office.wall.texts() == sorted(["نسخة قصيرة", EN])
    assert office.post(post).state == "published"


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        (AR, "ar"),
        (EN, "en"),
        (BOTH, "both"),
        ("نسخة أخرى بالعربية عن Nafis", "ar"),
        ("Another one, for الوزارة", "en"),
        ("خبر / News", "both"),
        ("خبر\n\nNews", "both"),
        ("خبر\n#News #UAE @MOHRE https://a.ae/en/news", "ar"),
        ("2026", "both"),
        ("", "both"),
    ],
)
def test_the_form_of_a_text_is_found_from_the_text_and_the_bodies(text: str, lang: str) -> None:
    assert pair.form(text, AR, EN) == lang


def test_one_body_alone_is_the_form_of_a_version_without_words() -> None:
    assert (pair.form("", AR, ""), pair.form("", "", EN)) == ("ar", "en")


#: what is written -> (the languages that are missing, on an account or nowhere at all)
HALVES: dict[str, tuple[dict[str, Any], str]] = {
    "no English body": ({"en": ""}, "nothing is written in English"),
    "no Arabic body": ({"ar": ""}, "nothing is written in Arabic"),
    "a body in the wrong script": ({"en": "ترجمة لاحقًا"}, "nothing is written in English"),
    "a body of signs": ({"en": "."}, "nothing is written in English"),
    "an account that carries Arabic only": ({"langs": ["ar"]}, "x:1 would get nothing in English"),
    "an account whose own words are Arabic only": ({"text": "نسخة"}, "x:1 would get nothing in English"),
    "a version that calls itself both": ({"langs": ["both"], "text": "نسخة"}, "x:1 would get nothing in English"),
    "own words alone, without bodies": ({"ar": "", "en": "", "text": AR}, "nothing is written in English"),
}


@pytest.mark.parametrize("what", HALVES)
def test_one_language_cannot_go_and_the_other_be_forgotten(office: Office, what: str) -> None:
    given, said = HALVES[what]
    facebook, x = office.ids("facebook", "x")
    text, langs = given.get("text", ""), given.get("langs")
    texts: Any = {x: text} if langs is None else [Version(facebook, "both", BOTH), *(Version(x, lang, text) for lang in langs)]
    post = paired(office, texts, ar=given.get("ar", AR), en=given.get("en", EN))
    with pytest.raises(Invalid) as caught:
        office.do(posts.submit, post)
    assert caught.value.details["field"] == "pair"
    assert said in str(caught.value.details["why"])
    assert office.post(post).state == "draft"
    office.do(posts.edit, post, pair_why="خبر محلي")
    office.do(posts.submit, post)
    with office.db.read() as session:
        (entry,) = session.exec(select(AuditEntry).where(AuditEntry.action == "post.one_language")).all()
    assert (entry.subject, entry.detail["why"], entry.actor) == (f"post:{post}", "خبر محلي", office.author.label)


def test_a_whole_pair_needs_no_reason_and_leaves_no_exception(office: Office) -> None:
    for texts in (dict.fromkeys(office.ids(), ""), {office.ids("x")[0]: BOTH}):
        post = paired(office, texts)
        office.do(posts.submit, post)
        assert "post.one_language" not in office.audit(f"post:{post}")
    alone = office.draft(texts={office.ids("x")[0]: BOTH}, pair_why="")
    office.do(posts.submit, alone)


def test_the_refusal_is_said_in_both_languages(office: Office) -> None:
    post = paired(office, {office.ids("x")[0]: ""}, en="")
    with pytest.raises(Invalid) as caught:
        office.do(posts.submit, post)
    said = {lang: caught.value.words(lang) for lang in LANGS}
    assert "الإنجليزية" in said["ar"]
    assert "English" in said["en"]


def test_versions_without_words_of_their_own_follow_the_bodies(office: Office) -> None:
    facebook, x = office.ids("facebook", "x")
    post = paired(office, [Version(facebook), Version(x, "ar"), Version(x, "en", "Short")])
    office.do(posts.edit, post, ar="نص جديد")
    assert words(office, post) == [("both", f"نص جديد\n\n{EN}"), ("ar", "نص جديد"), ("en", "Short")]


def test_an_edit_of_the_versions_leaves_exactly_those(office: Office) -> None:
    facebook, x = office.ids("facebook", "x")
    post = paired(office, [Version(facebook), Version(x, "ar"), Version(x, "en")])
    office.do(posts.edit, post, texts=[Version(x)])
    assert words(office, post) == [("both", BOTH)]


@pytest.mark.parametrize(("lang", "field"), [("fr", "lang"), ("ar", "texts")])
def test_a_form_nobody_knows_and_one_given_twice_are_refused(office: Office, lang: str, field: str) -> None:
    (x,) = office.ids("x")
    with pytest.raises(Invalid) as caught:
        paired(office, [Version(x, "ar"), Version(x, lang)])
    assert caught.value.details["field"] == field
