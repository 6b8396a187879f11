"""The HTTP client against servers that behave, and that do not."""

from __future__ import annotations

import os
import socket
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Happened
from pedell.transports.http import HttpClient, TryLaterError, basic, bearer
from tests.ports import nobody
from tests.transports.http_servers import Server, answer, serving, until_closed

E, H = ErrorClass, Happened


def ask(server: Server, method: str = "GET", path: str = "/x", seconds: float = 30.0, **options: Any) -> Any:
    with HttpClient(server.url) as client:
        return client.request(method, path, deadline=Deadline.after(seconds), **options)


def fails(server: Server, seconds: float = 0.5, *, effect: bool = False, **options: Any) -> DeviceError:
    with pytest.raises(DeviceError) as caught:
        ask(server, "POST", seconds=seconds, effect=effect, **options)
    return caught.value


def test_what_is_sent() -> None:
    with serving(answer(b'{"ok": true}')) as server:
        with HttpClient(f"{server.url}/api/", headers={"X-One": "1"}) as client:
            deadline = Deadline.after(30)
            assert client.request("GET", "/a", deadline=deadline, query={"q": "ä b"}).json() == {"ok": True}
            client.request("PUT", "/b", deadline=deadline, json_body={"n": [1]}, headers={"If-Match": '"7"'})
            client.request("POST", "/c", deadline=deadline, form={"grant": "a&b"})
            client.request("POST", "/d", deadline=deadline)
        assert server.connections == 1
    get, put, post, empty = (request.decode() for request in server.requests)
    assert get.startswith("GET /api/a?q=%C3%A4+b HTTP/1.1\r\nHost: 127.0.0.1:")
    assert "User-Agent: pedell\r\n" in get
    assert "Accept-Encoding: identity\r\n" in get
    assert "X-One: 1" in get
    assert put.startswith("PUT /api/b")
    assert 'If-Match: "7"' in put
    assert "Content-Type: application/json" in put
    assert put.endswith('\r\n\r\n{"n": [1]}')
    assert post.endswith("\r\n\r\ngrant=a%26b")
    assert "Content-Length: 0" in empty


@pytest.mark.parametrize(
    ("status", "trouble", "happened"),
    [
        ("302 Found", E.PROTOCOL, H.NO),
        ("400 Bad Request", E.REFUSED, H.NO),
        ("401 Unauthorized", E.AUTH, H.NO),
        ("403 Forbidden", E.AUTH, H.NO),
        ("404 Not Found", E.REFUSED, H.NO),
        ("405 Method Not Allowed", E.UNSUPPORTED, H.NO),
        ("408 Request Timeout", E.TIMEOUT, H.NO),
        ("409 Conflict", E.PRECONDITION, H.NO),
        ("429 Too Many Requests", E.BUSY, H.NO),
        ("500 Oops", E.DEVICE_FAULT, H.UNKNOWN),
        ("501 Not Implemented", E.UNSUPPORTED, H.NO),
        ("502 Bad Gateway", E.DEVICE_FAULT, H.UNKNOWN),
        ("503 Unavailable", E.BUSY, H.NO),
        ("504 Gateway Timeout", E.TIMEOUT, H.UNKNOWN),
    ],
)
def test_what_a_status_means(status: str, trouble: ErrorClass, happened: Happened) -> None:
    with serving(answer(b"", status)) as server:
        reply = ask(server, "POST", effect=True)
        with pytest.raises(DeviceError) as caught:
            reply.check()
        assert (caught.value.error_class, caught.value.happened) == (trouble, happened)
        assert ask(server, "POST").error().happened is H.NO


@pytest.mark.parametrize(("header", "seconds"), [("Retry-After: 7", 7.0), ("X: 1", None)])
def test_try_later(header: str, seconds: float | None) -> None:
    with (
        serving(answer(b"", "429 Too Many Requests", header)) as server,
        pytest.raises(TryLaterError) as caught,
    ):
        ask(server).check()
    assert caught.value.retry_after == seconds
    assert ("7 seconds" in caught.value.message) is (seconds is not None)


def trickle(sock: socket.socket, request: bytes) -> None:
    """One byte now and then, each well within a limit per read."""
    del request
    for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b"x" * 1000:
        sock.sendall(bytes([byte]))
        time.sleep(0.05)


@pytest.mark.parametrize("handle", [until_closed, trickle])
def test_the_deadline_is_for_the_whole_call(handle: Any) -> None:
    with serving(handle) as server:
        began = time.monotonic()
        error = fails(server, 0.5, effect=True)
        assert time.monotonic() - began < 8, "the server would go on for longer"
    assert (error.error_class, error.happened) == (E.TIMEOUT, H.UNKNOWN)


def test_a_deadline_that_is_over_sends_nothing() -> None:
    with serving(answer()) as server:
        error = fails(server, 0, effect=True)
        assert server.connections == 0
    assert (error.error_class, error.happened) == (E.TIMEOUT, H.NO)


@pytest.mark.parametrize(
    "reply",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000 + b"\r\n\r\n",
        b"HTTP/1.1 999 What\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\x1f\x8b",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + b"x" * 5000,
        b"",
    ],
)
@pytest.mark.parametrize("effect", [True, False])
def test_what_breaks_the_rules(reply: bytes, effect: bool) -> None:
    def say(sock: socket.socket, request: bytes) -> None:
        del request
        sock.sendall(reply)

    with serving(say) as server:
        error = fails(server, 30, effect=effect, limit=1000)
    assert (error.error_class, error.happened) == (E.PROTOCOL, H.UNKNOWN if effect else H.NO)
    assert "\n" not in error.message


def test_no_connection() -> None:
    with nobody() as port:
        error = fails(Server(port), 30, effect=True)
    assert (error.error_class, error.happened) == (E.UNREACHABLE, H.NO)
    with HttpClient("http://nobody.invalid") as client, pytest.raises(DeviceError) as caught:
        client.request("GET", "/", deadline=Deadline.after(30))
    assert caught.value.error_class is E.UNREACHABLE


def test_redirects_stay_on_the_server() -> None:
    with serving(answer(b"", "302 Found", "Location: /there?x=1"), answer(b"here")) as server:
        assert ask(server).body == b"here"
        assert server.requests[1].startswith(b"GET /there?x=1 ")
    with serving(answer(b"secret")) as other:
        for where in (f"{other.url}/x", "//evil.invalid/x", "https://127.0.0.1/x", "file:///etc/passwd"):
            with serving(answer(b"", "302 Found", f"Location: {where}")) as server:
                assert ask(server).status == 302
        assert other.requests == []
    with (
        serving(answer(b"", "302 Found", "Location: /again")) as server,
        pytest.raises(DeviceError) as caught,
    ):
        ask(server)
    assert "circles" in caught.value.message
    with serving(answer(b"", "307 Temporary", "Location: /there")) as server:
        assert ask(server, "POST", effect=True).status == 307
        assert len(server.requests) == 1


def test_a_line_that_the_server_closed_is_opened_again() -> None:
    with serving(answer(b"1", "200 OK", "Connection: close"), answer(b"2")) as server:
        with HttpClient(server.url) as client:
            deadline = Deadline.after(30)
            assert client.request("GET", "/", deadline=deadline).body == b"1"
            assert client.request("GET", "/", deadline=deadline).body == b"2"
        assert server.connections == 2


def test_the_transcript_holds_no_secrets() -> None:
    seen: list[tuple[str, bytes | str]] = []
    with (
        serving(answer(b'{"token": "neu-geheim"}', "200 OK", "Set-Cookie: sid=keks-geheim")) as server,
        HttpClient(
            server.url, record=lambda way, data: seen.append((way, data)), auth=basic("u", "pw-geheim")
        ) as client,
    ):
        client.mask("neu-geheim")
        deadline = Deadline.after(30)
        client.request("POST", "/token", deadline=deadline, form={"password": "pw-geheim"}, quiet=True)
        client.request("GET", "/neu-geheim", deadline=deadline, query={"t": "neu-geheim"})
    whole = repr(seen)
    assert "geheim" not in whole
    assert "dTpwdy1nZWhlaW0=" not in whole
    assert [way for way, _ in seen] == [">", ">", "<", "<", ">", "<", "<"]


@pytest.mark.parametrize("value", ["tök", "a\r\nX: y", "a\x00b"])
def test_a_header_that_http_forbids_is_not_quoted(value: str) -> None:
    with serving(answer()) as server:
        with (
            HttpClient(server.url, auth=bearer(lambda: value)) as client,
            pytest.raises(DeviceError) as caught,
        ):
            client.request("GET", "/", deadline=Deadline.after(30))
        assert server.requests == []
    assert caught.value.error_class is E.PRECONDITION
    assert value not in repr(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("path", ["/ä", "/a b", "/a\r\nX: y"])
def test_a_path_that_http_forbids(path: str) -> None:
    with serving(answer()) as server, pytest.raises(DeviceError) as caught:
        ask(server, path=path, effect=True)
    assert (caught.value.error_class, caught.value.happened) == (E.PRECONDITION, H.NO)


@pytest.mark.parametrize(
    "base", ["", "host", "ftp://host", "http://", "http://u:geheim@host", "x://u:geheim@h", "http://h:x"]
)
def test_a_base_that_is_none(base: str) -> None:
    with pytest.raises(DeviceError) as caught:
        HttpClient(base)
    assert caught.value.error_class is E.PRECONDITION
    assert "geheim" not in caught.value.message


def test_a_password_stays_on_this_machine() -> None:
    with pytest.raises(DeviceError, match="unencrypted"):
        HttpClient("http://printer.example", auth=basic("u", "p"))
    for base in ("http://localhost", "http://[::1]:80", "http://127.0.0.7", "https://printer.example"):
        HttpClient(base, auth=basic("u", "p")).close()
    HttpClient("http://printer.example", auth=basic("u", "p"), plain_auth=True).close()
    with pytest.raises(DeviceError, match="no colon"):
        basic("a:b", "p")


def test_proxies_of_the_environment_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setitem(os.environ, name, "http://127.0.0.1:9")
    with serving(answer(b"direct")) as server:
        assert ask(server).body == b"direct"


def test_a_proxy_that_is_named_is_used() -> None:
    with serving(answer(b"through")) as proxy:
        with HttpClient("http://mdm.example:8080", proxy=proxy.url) as client:
            assert client.request("GET", "/x", deadline=Deadline.after(30)).body == b"through"
        assert proxy.requests[0].startswith(b"GET http://mdm.example:8080/x HTTP/1.1")
    with pytest.raises(DeviceError, match="begins with http://"):
        HttpClient("http://mdm.example", proxy="socks5://127.0.0.1")


def test_an_answer_that_is_no_json() -> None:
    with serving(answer(b"<html>")) as server:
        with pytest.raises(DeviceError) as caught:
            ask(server, "POST", effect=True).json()
        assert (caught.value.error_class, caught.value.happened) == (E.PROTOCOL, H.UNKNOWN)
    with serving(answer(b"[" * 100_000)) as server, pytest.raises(DeviceError):
        ask(server).json()


@settings(max_examples=40)
@given(
    st.sampled_from([b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"]),
    st.binary(max_size=200),
)
def test_any_answer_is_read_or_refused(head: bytes, rest: bytes) -> None:
    def say(sock: socket.socket, request: bytes) -> None:
        del request
        sock.sendall(head + rest)

    with serving(say) as server:
        try:
            outcome: object = len(ask(server, limit=100).body) <= 100
        except DeviceError as error:
            outcome = (error.error_class, error.happened)
    assert outcome in (True, (E.PROTOCOL, H.NO))
