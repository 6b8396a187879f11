"""The webhooks' door, from outside."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import socket
import threading
from time import time
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from pedell.api.app import LIMIT
from pedell.drivers.deadline import Deadline
from pedell.settings import Settings
from tests.api.conftest import Door, ask, signed

BODY = json.dumps({"title": "Kein Bild in Raum B204", "body": "Hilfe", "room": "B204"}).encode()


def tickets(door: Door) -> list[str]:
    door.service.tickets.work(50, Deadline.after(10))
    return [ticket.title for ticket in door.service.tickets.list()]


def test_a_ticket_comes_in_once(door: Door) -> None:
    status, headers, document = door.post("/hooks/generic", BODY, signed(BODY))
    assert (status, document) == (200, {"accepted": True})
    assert "server" not in headers
    assert door.woken == [1]
    for again in (signed(BODY), signed(BODY, "d-2")):
        assert door.post("/hooks/generic", BODY, again)[::2] == (200, {"accepted": False})
    assert door.woken == [1]
    assert tickets(door) == ["Kein Bild in Raum B204"]
    made = door.service.tickets.list()[0]
    assert made.considered
    assert made.remarks


def test_refusals(door: Door) -> None:
    good = signed(BODY)
    cases = [
        ({}, BODY, 401), (good | {"X-Pedell-Signature": "v1=00"}, BODY, 401), (good, BODY + b" ", 401),
        (signed(BODY, timestamp=str(int(time()) - 400)), BODY, 401), (signed(BODY, timestamp=str(int(time()) + 400)), BODY, 401),
        (signed(b"{}"), b"{}", 400), (signed(b"nonsense"), b"nonsense", 400), (signed(b""), b"", 400),
        (signed(BODY, "x" * 101), BODY, 400),
    ]  # fmt: skip
    for headers, body, status in cases:
        said = door.post("/hooks/generic", body, headers)
        assert said[0] == status, said
        assert said[2]["error"]
    assert tickets(door) == []


def test_size_is_bounded(door: Door) -> None:
    big = b'{"title": "x", "body": "' + b"x" * LIMIT + b'"}'
    assert door.post("/hooks/generic", big, signed(big))[0] == 413
    where = urlsplit(door.url)
    with socket.create_connection((where.hostname, where.port), timeout=60) as line:
        line.sendall(b"POST /hooks/generic HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
        try:
            for _ in range(40):
                line.sendall(chunk)
        except OSError:
            pass
        else:
            assert line.recv(100).startswith(b"HTTP/1.1 413")
    assert tickets(door) == []


def test_other_paths_say_little(door: Door) -> None:
    for method, path, status in (
        ("GET", "/", 404), ("GET", "/docs", 404), ("GET", "/openapi.json", 404), ("GET", "/hooks/generic", 405),
        ("POST", "/hooks/unknown", 404), ("POST", "/hooks/local", 404), ("POST", "/hooks/../etc", 404), ("DELETE", "/health", 405),
    ):  # fmt: skip
        said = ask(door.url, method, path, b"{}" if method == "POST" else None)
        assert said[0] == status, (path, said)
        assert "error" in said[2]
    assert ask(door.url, "GET", "/health")[::2] == (200, {"status": "ok"})


def rt(body: dict[str, object]) -> tuple[bytes, dict[str, str]]:
    raw = json.dumps(body).encode()
    return raw, {"X-RT-Signature": "sha256=" + hmac.new(b"scrip-secret", raw, hashlib.sha256).hexdigest()}


def test_request_tracker_is_kept_until_it_answers(door: Door) -> None:
    body, headers = rt({"event": "Create", "ticket_id": 7, "transaction_id": 51, "creator": "teacher"})
    assert door.post("/hooks/rt", body, headers)[::2] == (200, {"accepted": True})
    assert door.post("/hooks/rt", body, headers)[::2] == (200, {"accepted": False})
    assert door.post("/hooks/rt", body, {"X-RT-Signature": "sha256=00"})[0] == 401
    body, headers = rt({"event": "Comment", "ticket_id": 7, "transaction_id": 52, "creator": "pedell-bot"})
    assert door.post("/hooks/rt", body, headers)[::2] == (200, {"accepted": False}), "our own"
    assert tickets(door) == [], "RT does not answer; the delivery waits"


def test_a_closed_store_asks_to_come_again(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    from pedell.errors import StoreError

    def full(*about: object) -> bool:
        raise StoreError("disk full at /secret/path")

    monkeypatch.setattr(door.service.tickets, "webhook", full)
    status, headers, document = door.post("/hooks/rt", b"{}")
    assert status == 503
    assert headers["retry-after"]
    assert "secret" not in json.dumps(document)
    assert door.told == ["webhook: disk full at /secret/path"], "people here are told"


def test_a_secret_that_cannot_be_read(door: Door, settings: Settings) -> None:
    (settings.data / "secrets" / "hook").unlink()
    assert door.post("/hooks/generic", BODY, signed(BODY))[0] == 503
    assert "secret://file/hook" in door.told[0]


def test_many_at_once(door: Door) -> None:
    said: list[int] = []

    def send(number: int) -> None:
        body = json.dumps({"title": f"Kein Bild {number % 10}"}).encode()
        said.append(door.post("/hooks/generic", body, signed(body, f"d-{number % 10}"))[0])

    threads = [threading.Thread(target=send, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(90)
    assert said == [200] * 40
    assert sorted(tickets(door)) == [f"Kein Bild {number}" for number in range(10)]


@examples(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.binary(max_size=200)
    | st.dictionaries(
        st.sampled_from(["title", "body", "room", "system", "key"]),
        st.text(max_size=30) | st.integers() | st.none(),
    ).map(lambda value: json.dumps(value).encode()),
    path=st.sampled_from(["generic", "rt", "x", "%2e%2e", "a" * 300]),
    sign=st.booleans(),
)
def test_fuzz(door: Door, body: bytes, path: str, sign: bool) -> None:
    """Whatever comes, the answer is JSON and never a bug."""
    status, _, document = door.post(f"/hooks/{path}", body, signed(body, "fuzz") if sign else {})
    assert status in (200, 400, 401, 404)
    assert "error" in document or "accepted" in document
    tickets(door)


def test_a_slow_sender_does_not_hold_the_others(door: Door) -> None:
    where = urlsplit(door.url)
    lines = [http.client.HTTPConnection(where.hostname, where.port, timeout=60) for _ in range(20)]
    for line in lines:
        line.putrequest("POST", "/hooks/generic")
        line.putheader("Content-Length", "1000")
        line.endheaders(b"{")
    assert door.post("/hooks/generic", BODY, signed(BODY))[0] == 200
    for line in lines:
        line.close()
