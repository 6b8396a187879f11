"""Whatever a device sends, a driver ends with an answer or a DeviceError, in time."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pedell.drivers.api import Deadline, DeviceError, Driver, ErrorClass, Happened, Target
from pedell.testing.calls import PlainCall, PlainEnv
from pedell_whiteboards.pjlink.driver import PjlinkDriver
from pedell_whiteboards.samsung_mdc.driver import SamsungMdcDriver
from tests.whiteboards.displays import CAPABILITIES

CLASSES = {ErrorClass.PROTOCOL, ErrorClass.UNREACHABLE, ErrorClass.TIMEOUT, ErrorClass.AUTH, ErrorClass.REFUSED,
           ErrorClass.BUSY, ErrorClass.UNSUPPORTED, ErrorClass.DEVICE_FAULT}  # fmt: skip


@contextmanager
def sending(greeting: bytes, answers: list[bytes]) -> Iterator[str]:
    """A device that greets, answers every request with the next of `answers`, then hangs up."""
    listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(0.02)
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            try:
                opened, _ = listening.accept()
            except OSError:
                continue
            with opened:
                opened.settimeout(2)
                try:
                    opened.sendall(greeting)
                    for answer in answers:
                        if not opened.recv(4096):
                            break
                        opened.sendall(answer)
                except OSError:
                    pass

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"127.0.0.1:{listening.getsockname()[1]}"
    finally:
        over.set()
        thread.join(30)
        listening.close()


def use(driver: type[Driver], address: str, capability: str) -> None:
    options = {"answer_time": 0.1} if driver is PjlinkDriver else {"answer_time": 0.1, "pause": 0}
    opened = driver(
        Target("1", "d", "projector", driver.id, address, options=options), PlainEnv(Path("/nonexistent"))
    )
    effect = CAPABILITIES[capability].effect != "read"
    connected = False
    started = time.monotonic()
    try:
        opened.connect(Deadline.after(1))
        connected = True
        opened.call(capability, PlainCall(1), CAPABILITIES[capability].params())
    except DeviceError as error:
        assert error.error_class in CLASSES  # noqa: PT017
        assert error.message.isprintable()  # noqa: PT017
        if not (connected and effect):
            assert error.happened is Happened.NO  # noqa: PT017
    finally:
        opened.close()
    assert time.monotonic() - started < 30


BYTES = st.binary(max_size=80)


@pytest.mark.parametrize("capability", ["display.status", "display.blank"])
@settings(max_examples=8)
@given(
    answers=st.lists(
        BYTES | st.sampled_from([b"%1CLSS=2\r", b"%1POWR=1\r", b"%1AVMT=OK\r", b"%1AVMT=ERR4\r"]), max_size=4
    )
)
@example(answers=[b"%1CLSS=2\r", b"%1AVMT=" + b"x" * 5000])
@example(answers=[b"%1CLSS=2\r", b"%2LKUP=1\r" * 200])
@example(answers=[b"%1CLSS=ERRA\r"])
@example(answers=[b"%1CLSS=1\r", b"PJLINK ERRA\r"])
@example(answers=[b"%1CLSS=1\r", b"\0" * 3000])
def test_pjlink(capability, answers):
    with sending(b"PJLINK 0\r", answers) as address:
        use(PjlinkDriver, address, capability)


@settings(max_examples=8)
@given(greeting=BYTES)
@example(b"PJLINK 1 498e4a67\r")
@example(b"PJLINK 1 zzzzzzzz\r")
@example(b"x" * 9000)
def test_pjlink_greeting(greeting):
    with sending(greeting, []) as address:
        use(PjlinkDriver, address, "display.blank")


@pytest.mark.parametrize("capability", ["display.status", "display.blank"])
@settings(max_examples=8)
@given(answers=st.lists(BYTES | BYTES.map(lambda b: b"\xaa\xff\x01\x03A" + b), max_size=4))
@example(answers=[b"\xaa\xff\x01\x03A\xf9\x01\x3e"])
@example(answers=[b"\xaa\xff\x02\x03A\x11\x01\x57" * 2000])
@example(answers=[b"\xaa\xff\x01\xff"])
@example(answers=[b"\xaa" * 9000])
@example(answers=[b"MDCSTART<<TLS>>"])
def test_samsung_mdc(capability, answers):
    with sending(b"", answers) as address:
        use(SamsungMdcDriver, address, capability)
