"""Serial lines: a pseudo terminal here, and one behind ser2net."""

from __future__ import annotations

import errno
import os
import select
import socket
import subprocess
import threading
import time
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue

import pytest
import serial
from serial import rfc2217

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Happened
from pedell.transports.stream import open_stream
from pedell.transports.stream_serial import _Port
from tests.peers import program
from tests.ports import free, nobody

# pyserial 3.5 starts its reader thread in a way that Python calls old.
old_threads = pytest.mark.filterwarnings("ignore:set(Daemon|Name):DeprecationWarning")


def soon(seconds: float = 30.0) -> Deadline:
    return Deadline.after(seconds)


def nothing(direction: str, data: bytes | str) -> None:
    """Keep no transcript."""


def failure(run: Callable[[], object]) -> tuple[ErrorClass, Happened]:
    with pytest.raises(DeviceError) as caught:
        run()
    return caught.value.error_class, caught.value.happened


@pytest.fixture
def echoing() -> Iterator[str]:
    """Path of a tty whose other end sends back what comes, but is silent to a question mark."""
    near, far = os.openpty()
    tty.setraw(far)
    stop_read, stop_write = os.pipe()

    def run() -> None:
        while True:
            ready, _, _ = select.select([near, stop_read], [], [], 120)
            if stop_read in ready or not ready:
                return
            data = os.read(near, 1024)
            if b"?" not in data:
                os.write(near, data)

    thread = threading.Thread(target=run)
    thread.start()
    yield os.ttyname(far)
    os.write(stop_write, b"x")
    thread.join(30)
    for fd in (near, far, stop_read, stop_write):
        os.close(fd)


def test_there_and_back(echoing):
    stream = open_stream(f"serial://{echoing}?baud=19200", soon(), nothing)
    try:
        stream.send(b"ab\rc", soon())
        assert stream.read_until(b"\r", soon()) == b"ab\r"
        assert stream.receive(soon()) == b"c"
        stream.send(b"?", soon())
        assert failure(lambda: stream.receive(soon(0.05))) == (ErrorClass.TIMEOUT, Happened.UNKNOWN)
        stream.drain()
    finally:
        stream.close()
        stream.close()
    assert failure(lambda: stream.send(b"x", soon())) == (ErrorClass.UNREACHABLE, Happened.NO)


def test_a_line_serves_one(echoing):
    stream = open_stream(f"serial://{echoing}", soon(), nothing)
    try:
        assert failure(lambda: open_stream(f"serial://{echoing}", soon(), nothing)) == (
            ErrorClass.BUSY,
            Happened.NO,
        )
    finally:
        stream.close()


@pytest.mark.parametrize("path", ["/dev/nothing-here", "/dev/null"])
def test_no_serial_line(path):
    run = lambda: open_stream(f"serial://{path}", soon(), nothing)  # noqa: E731
    assert failure(run) == (ErrorClass.UNREACHABLE, Happened.NO)


def test_an_adapter_that_is_pulled_out():
    near, far = os.openpty()
    stream = open_stream(f"serial://{os.ttyname(far)}", soon(), nothing)
    try:
        stream.send(b"x", soon())
        os.close(far)
        os.close(near)
        assert failure(lambda: stream.receive(soon())) == (ErrorClass.PROTOCOL, Happened.UNKNOWN)
        assert failure(stream.drain) == (ErrorClass.UNREACHABLE, Happened.NO)
    finally:
        stream.close()


def test_nobody_at_the_serial_server():
    with nobody() as port:
        run = lambda: open_stream(f"rfc2217://127.0.0.1:{port}", soon(), nothing)  # noqa: E731
        assert failure(run) == (ErrorClass.UNREACHABLE, Happened.NO)


@old_threads
def test_a_server_that_does_not_speak_rfc2217():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        run = lambda: open_stream(f"rfc2217://127.0.0.1:{port}", soon(0.3), nothing)  # noqa: E731
        assert failure(run) == (ErrorClass.PROTOCOL, Happened.NO)


def gone(*_: object) -> None:
    raise BrokenPipeError(errno.EPIPE, "Broken pipe")


@old_threads
@pytest.mark.parametrize(
    "said", [b"\xff\xfb\x63", b"\xff\xf0"], ids=["gone while it is answered", "no telnet"]
)
def test_the_thread_that_reads_a_serial_server_ends_in_silence(said, monkeypatch):
    """Its exception would be everybody's and nobody's; that the line is of no use shows to whoever reads."""
    monkeypatch.setattr(rfc2217.Serial, "telnet_send_option", gone)
    port = rfc2217_line()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port._socket = socket.create_connection(listening.getsockname())
        there, _ = listening.accept()
        with port._socket, there:
            there.sendall(b"a" + said)
            port._thread = threading.Thread(target=port._telnet_read_loop)
            port._thread.start()
            port._thread.join(30)
            assert not port._thread.is_alive()
    assert [port._read_buffer.get_nowait() for _ in range(2)] == [b"a", None], "who waits is woken"
    with pytest.raises(serial.SerialException):
        port.read(1)


def rfc2217_line() -> _Port:
    """As it is between its opening and its closing, without a server's consent."""
    made = _Port(timeout=30)
    made.is_open, made._read_buffer, made._telnet_options = True, Queue(), []
    return made


@old_threads
@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (b"Port already in use\r\n", ErrorClass.BUSY),
        (b"\xff\xfb\x03\xff\xfd\x03\xff\xfd,Port already in use\r\n", ErrorClass.BUSY),
        (b"\xff\xfb\x03\xff\xfd\x03\xff\xfd,", ErrorClass.PROTOCOL),
    ],
    ids=["words", "options and words", "options"],
)
def test_a_server_that_hangs_up_at_once(said, kind):
    """Whatever it said before is read to its end, and no thread dies of it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def turn_away() -> None:
            accepted = listening.accept()[0]
            accepted.sendall(said)
            accepted.close()

        thread = threading.Thread(target=turn_away)
        thread.start()
        port = listening.getsockname()[1]
        run = lambda: open_stream(f"rfc2217://127.0.0.1:{port}", soon(0.5), nothing)  # noqa: E731
        assert failure(run) == (kind, Happened.NO)
        thread.join(30)


@contextmanager
def ser2net(path: str, accepter: str, folder: Path, *, kick: bool = True) -> Iterator[str]:
    """ser2net before a tty; host and port. `kick` lets a second one in, who turns out the first."""
    port = free()
    config = folder / "ser2net.yaml"
    config.write_text(
        f"connection: &con1\n  accepter: {accepter},127.0.0.1,{port}\n"
        f"  connector: serialdev,{path},9600n81,local\n"
        f"  options:\n    kickolduser: {str(kick).lower()}\n"
    )
    process = subprocess.Popen(
        [program("ser2net"), "-n", "-d", "-c", str(config)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until and process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.02)
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(60)


@pytest.mark.peer("ser2net")
@old_threads
class TestSer2net:
    def test_rfc2217(self, echoing, tmp_path):
        with ser2net(echoing, "telnet(rfc2217),tcp", tmp_path) as address:
            stream = open_stream(f"rfc2217://{address}?ign_set_control&baud=19200", soon(), nothing)
            try:
                stream.drain()
                stream.send(b"a\xff\xff\0\rb", soon())
                assert stream.read_until(b"b", soon()) == b"a\xff\xff\0\rb"
                assert failure(lambda: stream.receive(soon(0.05))) == (ErrorClass.TIMEOUT, Happened.UNKNOWN)
            finally:
                stream.close()

    def test_the_server_goes_away(self, echoing, tmp_path):
        with ser2net(echoing, "telnet(rfc2217),tcp", tmp_path) as address:
            stream = open_stream(f"rfc2217://{address}?ign_set_control", soon(), nothing)
            stream.send(b"?", soon())
        try:
            assert failure(lambda: stream.receive(soon())) == (ErrorClass.PROTOCOL, Happened.UNKNOWN)
            assert failure(stream.drain) == (ErrorClass.UNREACHABLE, Happened.NO)
        finally:
            stream.close()

    def test_a_line_without_modem_signals_needs_the_option(self, echoing, tmp_path):
        with ser2net(echoing, "telnet(rfc2217),tcp", tmp_path) as address:
            run = lambda: open_stream(f"rfc2217://{address}", soon(1.0), nothing)  # noqa: E731
            assert failure(run) == (ErrorClass.PROTOCOL, Happened.NO)

    def test_somebody_else_has_the_line(self, echoing, tmp_path):
        with ser2net(echoing, "telnet(rfc2217),tcp", tmp_path, kick=False) as address:
            place = ("127.0.0.1", int(address.rpartition(":")[2]))
            run = lambda: open_stream(f"rfc2217://{address}?ign_set_control", soon(), nothing)  # noqa: E731
            until = soon()
            while True:  # until it has noticed that whoever looked for it has gone
                other = socket.create_connection(place, 5)
                if other.recv(1) == b"\xff":
                    break
                other.close()
                until.check("waiting for the line")
            with other:
                assert failure(run) == (ErrorClass.BUSY, Happened.NO)

    def test_raw_tcp(self, echoing, tmp_path):
        with ser2net(echoing, "tcp", tmp_path) as address:
            stream = open_stream(f"tcp://{address}", soon(), nothing)
            try:
                stream.send(b"abc", soon())
                assert stream.read_until(b"c", soon()) == b"abc"
            finally:
                stream.close()
