"""Who the server is: authorities, a CA file, a pinned certificate."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Happened
from pedell.transports.http import HttpClient, Tls, basic
from tests.transports.http_servers import Certificate, answer, certificate, serving


@pytest.fixture
def ours(tmp_path: Path) -> Certificate:
    return certificate(tmp_path)


def get(port: int, tls: Tls, host: str = "127.0.0.1", seconds: float = 30) -> bytes:
    with HttpClient(f"https://{host}:{port}", tls=tls, auth=basic("u", "geheim")) as client:
        return client.request("GET", "/", deadline=Deadline.after(seconds), effect=True).body


def test_a_stranger_is_refused_before_a_byte_goes_out(ours: Certificate) -> None:
    with serving(answer(), tls=ours.context) as server:
        with pytest.raises(DeviceError, match="not trusted") as caught:
            get(server.port, Tls())
        assert server.requests == []
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.PRECONDITION, Happened.NO)
    assert "fingerprint" in caught.value.hint


def test_a_named_authority(ours: Certificate) -> None:
    with serving(answer(b"hello"), tls=ours.context) as server:
        assert get(server.port, Tls(ca_file=str(ours.pem))) == b"hello"
        with pytest.raises(DeviceError, match="not trusted"):
            get(server.port, Tls(ca_file=str(ours.pem)), host="localhost")


def test_a_pinned_certificate(ours: Certificate) -> None:
    with serving(answer(b"hello"), tls=ours.context) as server:
        for written in (ours.fingerprint, ours.fingerprint.replace(":", "").upper()):
            assert get(server.port, Tls(fingerprint=written), host="localhost") == b"hello"


def test_another_certificate_than_the_pinned_one(ours: Certificate) -> None:
    with serving(answer(), tls=ours.context) as server:
        with pytest.raises(DeviceError, match="not the pinned one") as caught:
            get(server.port, Tls(fingerprint="ab" * 32))
        assert server.requests == []
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.PRECONDITION, Happened.NO)
    assert ours.fingerprint.replace(":", "") in caught.value.message


def test_no_tls_where_there_should_be() -> None:
    with serving(answer()) as server, pytest.raises(DeviceError) as caught:
        get(server.port, Tls(), seconds=0.5)
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.UNREACHABLE, Happened.NO)


@pytest.mark.parametrize("tls", [Tls(fingerprint="abc"), Tls(ca_file="/nowhere/ca.pem")])
def test_settings_that_cannot_be_used(tls: Tls) -> None:
    with pytest.raises(DeviceError) as caught:
        HttpClient("https://127.0.0.1", tls=tls)
    assert caught.value.error_class is ErrorClass.PRECONDITION


def test_tls_through_a_proxy_is_with_the_server(ours: Certificate) -> None:
    def tunnel(sock: socket.socket, request: bytes) -> None:
        assert request.startswith(b"CONNECT mdm.example:8443 ")
        sock.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        with ours.context.wrap_socket(sock, server_side=True) as inside:
            inside.recv(65536)
            inside.sendall(answer(b"inside"))

    with serving(tunnel) as proxy:
        tls = Tls(fingerprint=ours.fingerprint)
        with HttpClient(
            "https://mdm.example:8443", tls=tls, proxy=proxy.url, auth=basic("u", "geheim")
        ) as client:
            assert client.request("GET", "/", deadline=Deadline.after(30)).body == b"inside"
        assert b"Authorization" not in proxy.requests[0]


def test_a_proxy_that_refuses() -> None:
    with (
        serving(answer(b"", "407 Who are you")) as proxy,
        HttpClient("https://mdm.example", proxy=proxy.url) as client,
        pytest.raises(DeviceError) as caught,
    ):
        client.request("POST", "/", deadline=Deadline.after(30), effect=True)
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.UNREACHABLE, Happened.NO)
