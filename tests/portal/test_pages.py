"""The public pages: the same in both languages, nothing loaded from elsewhere, every fault an answer."""

import re
from html.parser import HTMLParser

import pytest
from fastapi.testclient import TestClient

from core.i18n import ROOT
from inbox.tongues import NAMES
from policies.edition import current

PAGES = [
    "/", "/write", "/complaint", "/suggestion", "/feedback", "/track", "/why", "/policy", "/commitments", "/results",
    "/accessibility", "/events", "/open-data",
]  # fmt: skip
MISSING = "/no-such-page"
ARABIC = re.compile("[\u0621-\u064a]")


class Shape(HTMLParser):
    """The tags of a page in order with their structural attributes, its words, and the addresses it names."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.words = ""
        self.root: dict[str, str | None] = {}
        self.inline: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        tag = "alternate" if tag == "link" and given.get("rel") == "alternate" else tag  # named, not loaded
        self.tags.append(f"{tag}#{given.get('id', '')}.{given.get('class', '')}[{given.get('name', '')}]")
        self.addresses += [value for name, value in attrs if name in ("href", "src", "action") and value]
        self.inline += [name for name, _ in attrs if name == "style" or name.startswith("on")]
        self.inline += [tag] if tag == "style" or (tag == "script" and not (given.get("src") or "").startswith("/static/")) else []
        if tag == "html":
            self.root = given

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.mark.parametrize("path", [*PAGES, MISSING])
def test_both_languages_have_the_same_structure(lite_door: TestClient, path: str) -> None:
    arabic, english = Shape(lite_door.get(path).text), Shape(lite_door.get(f"/en{path}".rstrip("/")).text)
    assert arabic.tags == english.tags
    assert (arabic.root["lang"], arabic.root["dir"]) == ("ar", "rtl")
    assert (english.root["lang"], english.root["dir"]) == ("en", "ltr")


@pytest.mark.parametrize("path", [*PAGES, MISSING])
def test_an_english_page_holds_no_arabic_but_the_names_of_languages(lite_door: TestClient, path: str) -> None:
    left = re.sub("|".join([*NAMES.values(), "م"]), "", Shape(lite_door.get(f"/en{path}".rstrip("/")).text).words)
    assert ARABIC.findall(left) == []


@pytest.mark.parametrize("path", [*PAGES, MISSING])
def test_an_arabic_page_holds_no_sentence_in_english(lite_door: TestClient, path: str) -> None:
    words = Shape(lite_door.get(path).text).words.replace(current().ref, "")
    assert re.findall(r"[A-Za-z]{3,} [A-Za-z]{3,} [A-Za-z]{3,}", words.replace("Creative Commons Attribution", "")) == []


@pytest.mark.parametrize("path", [*PAGES, MISSING])
def test_a_page_has_no_inline_script_or_style_and_loads_only_from_here(lite_door: TestClient, path: str) -> None:
    page = Shape(lite_door.get(path).text)
    assert page.inline == []
    loaded = [tag for tag in page.tags if tag.startswith(("img", "link", "iframe", "video", "audio"))]
    assert len(loaded) == 2
    assert [a for a in page.addresses if not a.startswith(("/", "#")) and "creativecommons.org" not in a] == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_one_heading_of_the_first_rank_and_a_way_past_the_navigation(lite_door: TestClient, path: str) -> None:
    page = lite_door.get(path).text
    assert page.count("<h1") == 1
    assert page.index('class="skip" href="#content"') < page.index("<nav")
    assert 'id="content"' in page


@pytest.mark.parametrize("path", PAGES)
def test_every_field_has_its_label(lite_door: TestClient, path: str) -> None:
    page = lite_door.get(path).text
    labelled = set(re.findall(r'<label for="([\w-]+)"', page))
    fields = re.findall(r'<(?:input(?: type="(?:radio|checkbox)")?|select|textarea) id="([\w-]+)"', page)
    assert set(fields) == labelled
    assert len(fields) == len(set(fields))


@pytest.mark.parametrize("path", [*PAGES, MISSING, "/health", "/open-data/datapackage.json", "/static/portal.css", "/robots.txt"])
def test_every_answer_carries_the_security_headers(lite_door: TestClient, path: str) -> None:
    headers = lite_door.get(path).headers
    policy = dict(part.strip().partition(" ")[::2] for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert "unsafe" not in headers["content-security-policy"]
    assert policy["script-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_whatever_a_page_links_to_here_answers(lite_door: TestClient) -> None:
    seen: set[str] = set()
    waiting = ["/", "/en"]
    while waiting:
        path = waiting.pop()
        answer = lite_door.get(path)
        assert answer.status_code == 200, path
        seen.add(path)
        if answer.headers["content-type"].startswith("text/html"):
            here = [a.partition("#")[0] for a in Shape(answer.text).addresses if a.startswith("/")]
            waiting += [a for a in here if a not in seen and a not in waiting]
    assert len(seen) > 15


def test_a_link_to_a_place_on_the_page_finds_it(lite_door: TestClient) -> None:
    for path in PAGES:
        page = lite_door.get(path).text
        assert [a for a in re.findall(r'href="#([\w-]+)"', page) if f'id="{a}"' not in page] == []


def test_a_chosen_language_is_kept_for_the_next_page(lite_door: TestClient) -> None:
    chosen = lite_door.get("/policy?lang=en")
    assert Shape(chosen.text).root["lang"] == "en"
    assert "HttpOnly" in chosen.headers["set-cookie"]
    assert "SameSite=Lax" in chosen.headers["set-cookie"]
    assert Shape(lite_door.get("/track", headers={"Cookie": "lang=en"}).text).root["lang"] == "en"
    assert Shape(lite_door.get("/track?lang=ar", headers={"Cookie": "lang=en"}).text).root["lang"] == "ar"


@pytest.mark.parametrize("cookie", ["lang=fr", "lang=", "lang", ";;;=", 'lang="\\"', "x" * 3000])
def test_a_cookie_that_says_nothing_leaves_arabic(lite_door: TestClient, cookie: str) -> None:
    assert Shape(lite_door.get("/track", headers={"Cookie": cookie}).text).root["lang"] == "ar"


def test_links_of_a_prefixed_page_keep_the_prefix(lite_door: TestClient) -> None:
    addresses = Shape(lite_door.get("/en/policy").text).addresses
    assert {"/en", "/en/track", "/en/policy", "/en/commitments", "/en/open-data"} <= set(addresses)


def test_a_slash_at_the_end_changes_nothing(lite_door: TestClient) -> None:
    assert lite_door.get("/policy/").text == lite_door.get("/policy").text
    assert lite_door.get("/en/").text == lite_door.get("/en").text


@pytest.mark.parametrize("path", [*PAGES, "/health", "/robots.txt", "/favicon.ico", "/open-data/participation.csv", "/open311/v2"])
def test_head_is_get_without_the_body(lite_door: TestClient, path: str) -> None:
    head, get = lite_door.head(path), lite_door.get(path)
    assert head.status_code == get.status_code == 200
    assert head.content == b""
    assert head.headers["content-type"] == get.headers["content-type"]


@pytest.mark.parametrize("path", ["/", "/policy", "/commitments", "/health", "/open-data/participation.csv"])
def test_a_page_that_only_reads_refuses_to_be_written_to(lite_door: TestClient, path: str) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        answer = lite_door.request(method, path)
        assert answer.status_code == 405
        assert "GET" in answer.headers["allow"]


def test_an_unknown_page_says_so_in_both_languages(lite_door: TestClient) -> None:
    arabic, english = lite_door.get(MISSING), lite_door.get(f"/en{MISSING}")
    assert (arabic.status_code, english.status_code) == (404, 404)
    assert "لا توجد صفحة" in arabic.text
    assert "There is no page" in english.text


def test_a_machine_gets_its_faults_as_json(lite_door: TestClient) -> None:
    assert lite_door.get("/open-data/nothing.csv").json() == {"error": 404}
    assert lite_door.post("/health").json() == {"error": 405}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"x" * 140_000, "application/x-www-form-urlencoded"),
        (b"--b\r\nContent-Disposition: form-data; name=number\r\n", "multipart/form-data; boundary=b"),
        (b"\x00\xff", "multipart/form-data"),
        (b'{"number": 1}', "application/json"),
        (b"number=%00&secret=%FF%FE", "application/x-www-form-urlencoded"),
        (b"number=" + "م".encode() * 300, "application/x-www-form-urlencoded"),
        (
            b'--b\r\nContent-Disposition: form-data; name="number"; filename="a"\r\n\r\nx\r\n--b--\r\n',
            "multipart/form-data; boundary=b",
        ),
        (b"&".join(b"a=1" for _ in range(5000)), "application/x-www-form-urlencoded"),
    ],
)
def test_a_hostile_form_is_answered_and_never_a_fault(lite_door: TestClient, body: bytes, kind: str) -> None:
    answer = lite_door.post("/track", content=body, headers={"Content-Type": kind})
    assert 400 <= answer.status_code < 500
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/%00",
        "/track/%00/%00",
        "/en/%FF",
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/media/x.y.z",
        "/fonts/../page.py",
        "/open311/v2/requests/%00.json",
        "/open311/v2/services.yaml",
        "/" + "a" * 5000,
        "/policy?lang=" + "%F0" * 50,
    ],
)
def test_a_hostile_address_is_answered_and_never_a_fault(lite_door: TestClient, path: str) -> None:
    answer = lite_door.get(path)
    assert answer.status_code < 500
    assert "import " not in answer.text


def test_a_fault_inside_shows_an_apology_and_no_trace(bare_door: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("canary-in-a-message")

    monkeypatch.setattr("scheduler.promised.due", broken)
    for path, said in (("/commitments", "حدث خطأ من جهتنا"), ("/en/commitments", "Something went wrong on our side")):
        answer = bare_door.get(path)
        assert answer.status_code == 500
        assert said in answer.text
        assert "canary" not in answer.text
        assert "content-security-policy" in answer.headers


def test_the_policy_page_shows_the_edition_whole(lite_door: TestClient) -> None:
    page = Shape(lite_door.get("/en/policy").text).words
    edition = current()
    shown = [edition.ref, edition.sha256, edition.disclaimer("en"), *(clause.text("en") for clause in edition.clauses)]
    shown += [promise.text("en") for promise in (*edition.commitments, *edition.rights)]
    assert [text for text in shown if text not in page] == []


def test_search_engines_are_kept_from_what_belongs_to_one_person(lite_door: TestClient) -> None:
    robots = lite_door.get("/robots.txt").text
    for path in ("/track/", "/*/track/", "/why/", "/*/why/", "/media/"):
        assert f"Disallow: {path}\n" in robots


def test_the_style_sheet_names_only_fonts_that_are_here() -> None:
    style = (ROOT / "portal" / "static" / "portal.css").read_text("utf-8")
    fonts = re.findall(r'url\("/fonts/([^"]+)"\)', style)
    assert fonts
    assert [font for font in fonts if not (ROOT / "desk" / "static" / "fonts" / font).exists()] == []
    assert re.findall(r"https?://", style) == []
