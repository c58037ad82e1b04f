"""Webhooks: the signature on the raw bytes comes first, storing before the answer, digesting later."""

import base64
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from core.db import Database
from core.models import Account
from core.vault import Vault
from inbox.models import Webhook
from portal import webhooks

META_SECRET = "sandbox-app-secret"
X_SECRET = "sandbox-consumer-secret"
BODY = json.dumps({"object": "page", "entry": [{"id": "1", "changes": []}]}).encode()
Vectors = Callable[[str], dict[str, Any]]


def meta_signature(body: bytes, secret: str = META_SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, "sha256").hexdigest()


def x_signature(body: bytes, secret: str = X_SECRET) -> str:
    return "sha256=" + base64.b64encode(hmac.digest(secret.encode(), body, "sha256")).decode()


def post_meta(door: TestClient, body: bytes, signature: str | None) -> int:
    headers = {} if signature is None else {"X-Hub-Signature-256": signature}
    return door.post("/webhooks/meta", content=body, headers=headers).status_code


def stored(db: Database) -> list[tuple[str, bytes]]:
    with db.read() as session:
        return [(row.family, row.body) for row in session.exec(select(Webhook).order_by(Webhook.id))]  # type: ignore[arg-type]  # seen as a plain value


def test_meta_gets_its_bare_challenge_back(door: TestClient, vectors: Vectors) -> None:
    request = vectors("meta_verify")["request"].removeprefix("GET ").replace("TOKEN", "the-agreed-word")
    answer = door.get(request)
    expected = vectors("meta_verify")["response_ok"]
    assert (answer.status_code, answer.text) == (expected["status"], expected["body"])
    assert answer.headers["content-type"].startswith(expected["content_type"])


@pytest.mark.parametrize(
    "query",
    [
        "hub.mode=subscribe&hub.verify_token=wrong",
        "hub.mode=unsubscribe&hub.verify_token=the-agreed-word",
        "",
        "hub.mode=subscribe&hub.verify_token=%D9%85",
    ],
)
def test_a_challenge_without_the_agreed_word_is_refused(door: TestClient, query: str) -> None:
    answer = door.get(f"/webhooks/meta?{query}&hub.challenge=1158201444")
    assert answer.status_code == 403
    assert "1158201444" not in answer.text


def test_without_an_agreed_word_no_challenge_is_answered(bare_door: TestClient) -> None:
    answer = bare_door.get("/webhooks/meta?hub.mode=subscribe&hub.verify_token=&hub.challenge=1")
    assert answer.status_code == 403


def test_a_signed_meta_body_is_stored_as_it_came(db: Database, door: TestClient, vectors: Vectors) -> None:
    vector = vectors("meta_signature_vector")
    body = vector["raw_body_utf8"].encode()
    assert vector["app_secret"] == META_SECRET
    assert post_meta(door, body, vector["X-Hub-Signature-256"]) == 200
    assert stored(db) == [("meta", body)]


def test_x_gets_its_crc_answer(door: TestClient, vectors: Vectors) -> None:
    vector = vectors("x_crc_vector")
    assert door.get(vector["request"].removeprefix("GET ")).json() == vector["response"]


@pytest.mark.parametrize("token", ["", "{}", '{"data":1}', "[1]", '"a"', " {", "a b", "a" * 201, "\n1", "١"])
def test_a_crc_is_answered_only_for_what_can_be_a_token(door: TestClient, token: str) -> None:
    assert door.get("/webhooks/x", params={"crc_token": token}).status_code == 403


@pytest.mark.parametrize("body", ["9b4507b3-9040-4669-9ca3-6b94edb50553", "1", "true", "null", "MTIz"])
def test_what_the_crc_signs_opens_nothing(db: Database, door: TestClient, body: str) -> None:
    signature = door.get("/webhooks/x", params={"crc_token": body}).json()["response_token"]
    assert door.post("/webhooks/x", content=body, headers={"x-twitter-webhooks-signature": signature}).status_code == 401
    assert stored(db) == []


def test_a_signed_x_body_is_stored(db: Database, door: TestClient) -> None:
    answer = door.post("/webhooks/x", content=BODY, headers={"x-twitter-webhooks-signature": x_signature(BODY)})
    assert answer.status_code == 200
    assert stored(db) == [("x", BODY)]


WRONG = {
    "none": None,
    "empty": "",
    "of another body": meta_signature(BODY + b" "),
    "with another secret": meta_signature(BODY, "somebody-else"),
    "cut": meta_signature(BODY)[:-1],
    "without its prefix": meta_signature(BODY).removeprefix("sha256="),
    "in capitals": meta_signature(BODY).upper(),
    "of the old kind": "sha1=" + hmac.new(META_SECRET.encode(), BODY, "sha1").hexdigest(),
    "of the other platform": x_signature(BODY, META_SECRET),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=list(WRONG))
def test_a_body_without_a_right_signature_is_refused_and_not_stored(db: Database, door: TestClient, wrong: str | None) -> None:
    assert post_meta(door, BODY, wrong) == 401
    assert stored(db) == []


def test_one_changed_byte_makes_a_signature_wrong(db: Database, door: TestClient) -> None:
    signature = meta_signature(BODY)
    for place in range(0, len(BODY), 5):
        changed = BODY[:place] + bytes([BODY[place] ^ 1]) + BODY[place + 1 :]
        assert post_meta(door, changed, signature) == 401
    assert stored(db) == []


def test_a_repeated_body_is_one_row_and_the_same_answer(db: Database, door: TestClient) -> None:
    assert [post_meta(door, BODY, meta_signature(BODY)) for _ in range(3)] == [200, 200, 200]
    assert len(stored(db)) == 1


def test_a_body_that_could_not_be_stored_is_not_said_to_be(db: Database, door: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any) -> bool:
        raise OperationalError("INSERT", {}, Exception("the disk is full"))

    with monkeypatch.context() as patched:
        patched.setattr(webhooks, "store", away)
        assert post_meta(door, BODY, meta_signature(BODY)) == 503
    assert post_meta(door, BODY, meta_signature(BODY)) == 200
    assert stored(db) == [("meta", BODY)]


def test_a_signed_body_that_is_no_json_is_kept_for_the_digest_to_judge(db: Database, door: TestClient) -> None:
    body = b"\xff\x00{not json"
    assert post_meta(door, body, meta_signature(body)) == 200
    assert stored(db) == [("meta", body)]


def test_a_thousand_changes_in_one_delivery_are_taken(db: Database, door: TestClient) -> None:
    change = {"field": "feed", "value": {"item": "comment", "verb": "add", "message": "راتبي متأخر " * 40}}
    body = json.dumps({"object": "page", "entry": [{"id": "1", "changes": [change] * 1000}]}).encode()
    assert post_meta(door, body, meta_signature(body)) == 200
    assert stored(db) == [("meta", body)]


def test_a_body_beyond_the_limit_is_refused_before_it_is_read(db: Database, door: TestClient) -> None:
    body = b"x" * (8 * 1024 * 1024 + 1)
    assert post_meta(door, body, meta_signature(body)) == 413
    assert stored(db) == []


def test_a_body_that_hides_its_length_is_cut_off_at_the_limit(db: Database, door: TestClient) -> None:
    def pieces() -> Any:
        yield from (b"x" * 1024 * 1024 for _ in range(9))

    answer = door.post("/webhooks/meta", content=pieces(), headers={"X-Hub-Signature-256": "sha256=00"})
    assert answer.status_code == 413
    assert stored(db) == []


def test_an_account_connected_by_hand_brings_its_own_secret(db: Database, door: TestClient, vault: Vault) -> None:
    with db.write() as session:
        session.add(Account(platform="instagram", native_id="9", sealed=vault.seal({"token": "t", "app_secret": "its-own"})))
        session.add(Account(platform="facebook", native_id="8", sealed="unknown-key:rubbish"))
    assert post_meta(door, BODY, meta_signature(BODY, "its-own")) == 200
    assert post_meta(door, BODY + b" ", meta_signature(BODY + b" ")) == 200
    assert len(stored(db)) == 2


def test_an_account_that_was_taken_out_of_use_no_longer_signs(db: Database, door: TestClient, vault: Vault) -> None:
    with db.write() as session:
        session.add(Account(platform="x", native_id="9", active=False, sealed=vault.seal({"api_secret": "its-own"})))
    answer = door.post("/webhooks/x", content=BODY, headers={"x-twitter-webhooks-signature": x_signature(BODY, "its-own")})
    assert answer.status_code == 401


def test_a_refusal_says_nothing_about_the_secret(door: TestClient) -> None:
    answer = door.post("/webhooks/meta", content=BODY, headers={"X-Hub-Signature-256": "sha256=00"})
    assert answer.json() == {"error": 401}
    assert META_SECRET not in answer.text + str(answer.headers)


def test_without_a_secret_nothing_can_be_verified_and_nothing_is_taken(db: Database, bare_door: TestClient) -> None:
    assert post_meta(bare_door, BODY, meta_signature(BODY, "")) == 401
    assert bare_door.get("/webhooks/x?crc_token=a").status_code == 403
    assert stored(db) == []


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=2000), signature=st.text(st.characters(codec="latin-1", exclude_characters="\r\n\x00"), max_size=80))
def test_whatever_is_sent_unsigned_is_refused_without_a_fault(lite_door: TestClient, body: bytes, signature: str) -> None:
    header = signature.encode("latin-1")
    for path, name in (("meta", b"X-Hub-Signature-256"), ("x", b"x-twitter-webhooks-signature")):
        answer = lite_door.post(f"/webhooks/{path}", content=body, headers=[(name, header)])
        assert answer.status_code == 401


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=2000))
def test_whatever_is_signed_is_stored_byte_for_byte(db: Database, door: TestClient, body: bytes) -> None:
    assert post_meta(door, body, meta_signature(body)) == 200
    with db.read() as session:
        kept = session.exec(select(Webhook.body).order_by(Webhook.id.desc())).all()  # type: ignore[union-attr]  # seen as a plain value
        assert session.exec(select(func.count()).select_from(Webhook)).one() == len(set(kept))
    assert body in kept
