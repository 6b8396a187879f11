"""Streams over TCP and TLS, against sockets that do what a test says."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Happened
from pedell.transports.stream import Stream, open_stream
from pedell_whiteboards.samsung_mdc.certificate import Certificate
from tests.ports import nobody

Script = Callable[[socket.socket], None]


@contextmanager
def peer(script: Script, host: str = "127.0.0.1") -> Iterator[str]:
    """A server that runs `script` on its first connection, then closes it."""
    listening = socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    listening.settimeout(40)

    def serve() -> None:
        try:
            opened, _ = listening.accept()
        except OSError:
            return
        with opened:
            opened.settimeout(40)
            try:
                script(opened)
            except OSError:
                return

    thread = threading.Thread(target=serve)
    thread.start()
    shown = f"[{host}]" if ":" in host else host
    try:
        yield f"{shown}:{listening.getsockname()[1]}"
    finally:
        listening.close()
        thread.join(60)


def wait_for_close(opened: socket.socket) -> None:
    while opened.recv(1024):
        pass


def echo(opened: socket.socket) -> None:
    while data := opened.recv(1024):
        opened.sendall(data)


def soon(seconds: float = 30.0) -> Deadline:
    return Deadline.after(seconds)


class Transcript:
    def __init__(self) -> None:
        self.lines: list[tuple[str, bytes | str]] = []

    def record(self, direction: str, data: bytes | str) -> None:
        self.lines.append((direction, data))


@contextmanager
def opened(address: str, transcript: Transcript | None = None) -> Iterator[Stream]:
    stream = open_stream(address, soon(), (transcript or Transcript()).record)
    try:
        yield stream
    finally:
        stream.close()
        stream.close()


def failure(run: Callable[[], object]) -> tuple[ErrorClass, Happened]:
    with pytest.raises(DeviceError) as caught:
        run()
    return caught.value.error_class, caught.value.happened


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
@pytest.mark.parametrize("scheme", ["tcp", "socket"])
def test_there_and_back_with_a_transcript(scheme, host):
    transcript = Transcript()
    with peer(echo, host) as address, opened(f"{scheme}://{address}", transcript) as stream:
        stream.send(b"one\rtwo", soon())
        assert stream.read_until(b"\r", soon()) == b"one\r"
        assert stream.receive(soon(), 2) == b"tw"
        stream.send(b"secret", soon(), shown=b"(PIN)")
        assert b"(PIN)" in [data for _, data in transcript.lines]
        assert transcript.lines[0] == (">", b"one\rtwo")


def test_nobody_there():
    with nobody() as port:
        run = lambda: open_stream(f"tcp://127.0.0.1:{port}", soon(), Transcript().record)  # noqa: E731
        assert failure(run) == (ErrorClass.UNREACHABLE, Happened.NO)


def test_unknown_host():
    run = lambda: open_stream("tcp://nobody.invalid:1", soon(), Transcript().record)  # noqa: E731
    assert failure(run) == (ErrorClass.UNREACHABLE, Happened.NO)


def test_silence_before_and_after_sending():
    with peer(wait_for_close) as address, opened(f"tcp://{address}") as stream:
        assert failure(lambda: stream.receive(soon(0.05))) == (ErrorClass.TIMEOUT, Happened.NO)
        stream.send(b"x", soon())
        assert failure(lambda: stream.receive(soon(0.05))) == (ErrorClass.TIMEOUT, Happened.UNKNOWN)
        harmless = lambda: stream.receive(soon(0.05), happened=Happened.NO)  # noqa: E731
        assert failure(harmless) == (ErrorClass.TIMEOUT, Happened.NO)
        assert failure(lambda: stream.receive(soon(0))) == (ErrorClass.TIMEOUT, Happened.UNKNOWN)
        assert failure(lambda: stream.send(b"y", soon(0))) == (ErrorClass.TIMEOUT, Happened.NO)


def test_closed_before_and_after_sending():
    with peer(lambda _: None) as address, opened(f"tcp://{address}") as stream:
        assert failure(lambda: stream.receive(soon())) == (ErrorClass.UNREACHABLE, Happened.NO)
        assert failure(stream.drain) == (ErrorClass.UNREACHABLE, Happened.NO)
    with peer(lambda s: s.recv(1) and s.sendall(b"half")) as address, opened(f"tcp://{address}") as stream:
        stream.send(b"x", soon())
        cut = lambda: stream.read_until(b"\r", soon())  # noqa: E731
        assert failure(cut) == (ErrorClass.PROTOCOL, Happened.UNKNOWN)


def test_a_reset_is_a_cut_line():
    def reset(opened: socket.socket) -> None:
        opened.recv(1)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    with peer(reset) as address, opened(f"tcp://{address}") as stream:
        stream.send(b"x", soon())
        assert failure(lambda: stream.receive(soon())) == (ErrorClass.PROTOCOL, Happened.UNKNOWN)


def test_a_line_without_an_end_is_bounded():
    with peer(lambda s: s.recv(1) and s.sendall(b"x" * 500)) as address, opened(f"tcp://{address}") as stream:
        stream.send(b"x", soon())
        assert failure(lambda: stream.read_until(b"\r", soon(), 100)) == (
            ErrorClass.PROTOCOL,
            Happened.UNKNOWN,
        )


def test_what_has_come_is_taken_also_after_the_deadline():
    """As it is found by a machine that stood still while the device answered."""
    with (
        peer(lambda s: s.sendall(b"late\rmore") or wait_for_close(s)) as address,
        opened(f"tcp://{address}") as stream,
    ):
        assert stream.receive(soon(), 1) == b"l"
        assert stream.read_until(b"\r", soon(-1)) == b"ate\r"
        assert stream.receive(soon(-1)) == b"more"
        assert failure(lambda: stream.receive(soon(-1))) == (ErrorClass.TIMEOUT, Happened.NO)


def test_drain_discards_what_is_there():
    sent = threading.Event()

    def script(opened: socket.socket) -> None:
        opened.sendall(b"late answer")
        sent.set()
        echo(opened)

    with peer(script) as address, opened(f"tcp://{address}") as stream:
        assert sent.wait(30)
        assert stream.receive(soon(), 1) == b"l"
        stream.drain()
        stream.send(b"new", soon())
        assert stream.receive(soon()) == b"new"


def test_a_peer_that_takes_nothing():
    stop = threading.Event()
    with peer(lambda _: stop.wait(60)) as address, opened(f"tcp://{address}") as stream:
        started = time.monotonic()
        sending = lambda: stream.send(b"x" * 50_000_000, soon(0.3))  # noqa: E731
        assert failure(sending) == (ErrorClass.TIMEOUT, Happened.UNKNOWN)
        assert time.monotonic() - started < 30
        stop.set()


@given(chunks=st.lists(st.binary(min_size=1, max_size=8), min_size=1, max_size=12))
def test_lines_are_the_same_however_they_are_cut(chunks):
    class Fed(Stream):
        def __init__(self) -> None:
            super().__init__("nowhere", lambda _d, _b: None)
            self.chunks = list(chunks)

        def close(self) -> None: ...

        def _read(self, limit: int, timeout: float) -> bytes:
            if not self.chunks:
                return b""
            data, self.chunks[0] = self.chunks[0][:limit], self.chunks[0][limit:]
            if not self.chunks[0]:
                del self.chunks[0]
            return data

        def _write(self, data: bytes, timeout: float) -> int:
            return len(data)

    stream, lines = Fed(), []
    try:
        while True:
            lines.append(stream.read_until(b"\r", soon(), 1000))
    except DeviceError as error:
        assert error.error_class is ErrorClass.UNREACHABLE  # noqa: PT017
    whole = b"".join(chunks)
    assert lines == [part + b"\r" for part in whole.split(b"\r")[:-1]]


class TestTls:
    @pytest.fixture
    def certificate(self) -> Certificate:
        return Certificate.made_for("panel")

    @staticmethod
    def speak(certificate: Certificate) -> Script:
        context = certificate.server_context()

        def script(opened: socket.socket) -> None:
            try:
                with context.wrap_socket(opened, server_side=True) as secured:
                    secured.settimeout(40)
                    echo(secured)
            except ssl.SSLError:
                return

        return script

    def test_a_pinned_certificate_is_enough(self, certificate):
        with (
            peer(self.speak(certificate)) as address,
            opened(f"tls://{address}?fingerprint={certificate.fingerprint}") as stream,
        ):
            stream.drain()
            stream.send(b"hello", soon())
            assert stream.receive(soon()) == b"hello"

    @pytest.mark.parametrize("pinned", ["", "?fingerprint=" + "00" * 32])
    def test_any_other_certificate_is_refused(self, certificate, pinned):
        with peer(self.speak(certificate)) as address:
            run = lambda: open_stream(f"tls://{address}{pinned}", soon(), Transcript().record)  # noqa: E731
            assert failure(run) == (ErrorClass.AUTH, Happened.NO)

    def test_no_tls_there(self):
        with peer(lambda s: s.sendall(b"PJLINK 0\r") or wait_for_close(s)) as address:
            run = lambda: open_stream(f"tls://{address}", soon(), Transcript().record)  # noqa: E731
            assert failure(run) == (ErrorClass.PROTOCOL, Happened.NO)

    def test_silence_instead_of_a_handshake(self):
        with peer(wait_for_close) as address:
            run = lambda: open_stream(f"tls://{address}", soon(0.1), Transcript().record)  # noqa: E731
            assert failure(run) == (ErrorClass.TIMEOUT, Happened.NO)
