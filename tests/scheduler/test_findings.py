"""What an approver is shown: the policy's view of each text, and what keeps people from reading it, as data and in words."""

from pathlib import Path
from typing import Any

import pytest

from core.i18n import LANGS
from core.settings import load
from policies.judge import judge
from scheduler import posts
from scheduler.accessible import Finding, figures_apart, of_alt, of_text
from scheduler.findings import findings
from scheduler.models import Post, PostMedia
from tests.scheduler.conftest import Office

PLAIN = [
    "تنطلق يوم الأحد فعاليات أسبوع سلامة العمال. الحضور مفتوح للجميع. #سلامة_العمال",
    "Workers' safety week opens on Sunday. Everyone is welcome. #WorkersSafety #UAE",
    "The UAE, MOHRE and the WPS: register at https://www.mohre.gov.ae/safety before 3 December.",
    "التسجيل عبر صفحة الخدمة: https://www.mohre.gov.ae/safety 🇦🇪",
    "Good luck to all 🎉 — see you there... #عام_الاستدامة #العالم #الاحتفالية #الاتصالات",
    "",
]
TELLING: dict[str, list[str]] = {
    "capitals": ["IMPORTANT NOTICE TO ALL EMPLOYERS", "a CONGRATULATIONS day"],
    "emoji_row": ["Congratulations 🎉🎉🎉", "مبارك 🇦🇪 🇦🇪 🇦🇪", "👨‍👩‍👧👍🏽❤️"],
    "sign_row": ["=====", "Note !!!!!!", "*******"],
    "drawn_letters": ["𝗕𝗼𝗹𝗱 news", "مبـــــارك", "ＷＩＤＥ"],
    "hashtag_case": ["#workerssafety", "#WORKERSSAFETY"],
    "hashtag_joined": ["#سلامةالعمال", "#وزارةالموارد", "#اليومالوطني"],
    "hashtags_many": ["#a #b #c #d #e #f"],
    "link_words": ["Click here to register", "اضغط هنا للتسجيل", "انقروا على الرابط", "للتسجيل من هنا"],
    "link_words ": ["here: https://a.ae", "المزيد: https://a.ae", "Press the link"],
    "link_long": ["https://www.mohre.gov.ae/" + "a" * 60],
}  # fmt: skip


@pytest.mark.parametrize("text", PLAIN)
def test_a_plain_text_gives_no_cause(text: str) -> None:
    assert list(of_text(text, ("x:1",))) == []


@pytest.mark.parametrize(("code", "text"), [(code.strip(), text) for code, texts in TELLING.items() for text in texts])
def test_what_is_hard_to_read_is_named_with_its_place(code: str, text: str) -> None:
    found = [finding for finding in of_text(text, ("x:1",)) if finding.code == code]
    assert len(found) == 1
    span = found[0].span
    assert span is not None
    assert text[slice(*span)].strip()


ALT: list[tuple[str, str, str | None]] = [
    ("مبنى الوزارة عند الغروب", "", None),
    ("", "", "alt_missing"),
    ("  ", "زينة لا تحمل معلومة", "alt_exception"),
    ("IMG_2041.jpg", "", "alt_says_nothing"),
    ("DSC 0042", "", "alt_says_nothing"),
    ("صورة", "", "alt_says_nothing"),
    ("a photo", "", "alt_says_nothing"),
    ("نص المنشور", "", "alt_repeats"),
    ("ب " * 200, "", "alt_long"),
]


@pytest.mark.parametrize(("alt", "why", "code"), ALT)
def test_words_for_a_picture_say_what_it_shows(alt: str, why: str, code: str | None) -> None:
    assert [finding.code for finding in of_alt(alt, why, 1, frozenset({"نص المنشور"}))] == ([code] if code else [])


@pytest.mark.parametrize(
    ("ar", "en", "apart"),
    [
        ("يوم ٣ ديسمبر الساعة ٨:٠٠", "on 3 December at 8:00", []),
        ("١٬٥٠٠ درهم", "1,500 dirhams", []),
        ("يوم ٣ ديسمبر", "on 4 December", [("ar", "3"), ("en", "4")]),
        ("#يوم_2", "day two https://a.ae/7", []),
        ("يوم ٣", "", []),
    ],
)
def test_a_number_that_only_one_language_says_is_shown(ar: str, en: str, apart: list[tuple[str, str]]) -> None:
    assert [(f.of[0], f.values["numbers"]) for f in figures_apart(ar, en)] == apart


def found(office: Office, post: int, **more: Any) -> list[Finding]:
    with office.db.read() as session:
        return findings(session, session.get_one(Post, post), **more)


def codes(office: Office, post: int, **more: Any) -> set[str]:
    return {finding.code for finding in found(office, post, **more)}


AR, EN = "افتتاح مركز جديد في دبي يوم الأحد", "A new centre opens in Dubai on Sunday"


def test_a_post_in_order_is_shown_without_a_finding(office: Office, picture: Path) -> None:
    post = office.draft(text=f"{AR}\n\n{EN}", ar=AR, en=EN)
    office.do(posts.add_media, post, picture, "واجهة المركز الجديد\nThe front of the new centre", settings=office.settings)
    office.do(posts.submit, post)
    assert found(office, post) == []


def test_the_policy_in_force_reads_every_version_and_the_words_of_pictures(office: Office, picture: Path) -> None:
    bad = "أنت كلب وحيوان يا حقير"
    post = office.draft("x", "facebook", text=bad, pair_why="خبر قصير")
    office.do(posts.add_media, post, picture, f"{AR} 0501234567", settings=office.settings)
    policy = [finding for finding in found(office, post) if finding.code == "policy"]
    assert policy
    assert {finding.of for finding in policy} == {("facebook:1", "x:1")}, "the same words are judged once"
    assert {finding.values["clause"] for finding in policy} == {"abuse"}
    assert all(str(finding.values["edition"]).startswith("mohre") for finding in policy)
    (personal,) = [finding for finding in found(office, post) if finding.code == "personal"]
    assert (personal.of, personal.level) == (("media:1",), "warning")
    assert "0501234567" not in personal.words("en"), "a finding spreads no number"
    assert "personal" not in codes(office, post, settings=load(MAJLIS_OFFICE_CONTACTS="0501234567"))
    assert not {"policy", "personal"} & codes(office, post, policy=False)


def test_what_only_a_model_suspects_of_the_public_is_not_held_against_an_announcement(office: Office) -> None:
    fair = "Careers fair\nTuesday 1 December 2026, 10:00 am to 12:00 pm\nPlace: Dubai"
    assert {finding.rule for finding in judge(fair).findings} == {"model"}
    assert "policy" not in codes(office, office.draft("facebook", text=fair, pair_why="one language will do"))


def test_asking_people_for_their_numbers_in_public_is_a_warning(office: Office) -> None:
    post = office.draft("x", text="اكتب رقم هويتك في التعليقات", pair_why="خبر قصير")
    assert "asks_personal" in codes(office, post)


def test_who_gets_it_in_one_language_and_why_is_shown(office: Office) -> None:
    post = office.draft("x", text=AR, pair_why="الخبر عن دورة بالعربية")
    (finding,) = [f for f in found(office, post) if f.code == "one_language" and f.of]
    assert (finding.of, finding.values["language"]) == (("x:1",), "en")
    assert "الخبر عن دورة بالعربية" in finding.words("ar")


def test_a_picture_says_nothing_in_a_language_in_which_nothing_is_written(office: Office, picture: Path) -> None:
    post = office.draft("x", text=f"{AR}\n\n{EN}", ar=AR, en=EN)
    office.do(posts.add_media, post, picture, "واجهة المركز", settings=office.settings)
    (finding,) = [f for f in found(office, post) if f.code == "alt_language"]
    assert (finding.of, finding.values["language"]) == (("media:1",), "en")
    mute = office.draft("x", text="#مركز_دبي", pair_why="صورة")
    office.do(posts.add_media, mute, picture, "واجهة المركز", settings=office.settings)
    assert "picture_only" in codes(office, mute)


def test_a_video_asks_for_captions(office: Office) -> None:
    post = office.draft("x", text=AR, pair_why="خبر قصير")
    with office.db.write() as session:
        session.add(PostMedia(post_id=post, sha256="0" * 64, mime="video/mp4", alt="الوزير يتحدث"))
    assert "video_captions" in codes(office, post)


def test_a_step_that_nobody_is_left_to_take_is_the_first_thing_shown(office: Office) -> None:
    with office.db.write() as session:
        post = (
            posts.draft(session, office.approver, kind="news", title="t", texts={office.ids("x")[0]: AR}, pair_why="قصير").id or 0
        )
    office.do(posts.submit, post, by=office.approver)
    assert found(office, post)[0].code == "nobody_left"


def test_two_steps_and_one_approver_are_shown_before_the_first_yes_uses_him_up(office: Office) -> None:
    with office.db.write() as session:
        post = posts.draft(session, office.author, kind="news", title="t", texts={office.ids("x")[0]: AR}, pair_why="قصير").id or 0
    office.do(posts.submit, post, also=[("all", [office.approver.user_id])])
    first = found(office, post)[0]
    assert (first.code, first.values) == ("nobody_left", {"step": 2})


def test_every_finding_is_said_in_both_languages(office: Office) -> None:
    told = [
        *(finding for texts in TELLING.values() for text in texts for finding in of_text(text, ("x:1",))),
        *(finding for alt, why, _ in ALT for finding in of_alt(alt, why, 1, frozenset({"نص المنشور"}))),
        *figures_apart("يوم ٣", "day 4"),
    ]
    assert all("{" not in finding.words(lang) for finding in told for lang in LANGS)
