"""The packet against another program's, and the driver against a host that wakes."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wakeonlan import create_magic_packet

from pedell.drivers.api import Deadline, DeviceError, Done, ErrorClass, Happened, NoParams, Target, Waiting
from pedell.testing.calls import PlainCall, PlainEnv
from pedell_whiteboards.wake_on_lan.driver import WakeOnLanDriver
from pedell_whiteboards.wake_on_lan.packet import mac_bytes, magic_packet

MAC = "00:11:22:33:44:55"


def test_the_packet_of_the_facts():
    packet = magic_packet(MAC)
    assert len(packet) == 102
    assert packet[:18].hex(" ").upper() == "FF FF FF FF FF FF 00 11 22 33 44 55 00 11 22 33 44 55"
    assert magic_packet(MAC, bytes(6)) == packet + bytes(6)


@given(st.binary(min_size=6, max_size=6).filter(lambda mac: mac.strip(b"\0") and mac.strip(b"\xff")))
def test_the_packet_of_another_program(mac):
    text = mac.hex(":")
    assert magic_packet(text) == create_magic_packet(text)
    assert mac_bytes(text.upper().replace(":", "-")) == mac_bytes(mac.hex()) == mac


@pytest.mark.parametrize(
    "wrong", ["", "00:11:22:33:44", "00:11:22:33:44:5g", "ff:ff:ff:ff:ff:ff", "0" * 12, "1" * 13]
)
def test_what_is_no_address(wrong):
    with pytest.raises(DeviceError) as caught:
        magic_packet(wrong)
    assert caught.value.error_class is ErrorClass.PRECONDITION


def test_a_password_of_another_length():
    with pytest.raises(DeviceError):
        magic_packet(MAC, b"abc")


class Host:
    """A machine that begins to take connections when it hears its own magic packet; it keeps what it heard."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.wakes = True
        self._ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._ear.bind(("0.0.0.0", 0))
        self._ear.settimeout(0.02)
        self.ear = self._ear.getsockname()[1]
        self._door = socket.socket()
        self._door.bind(("127.0.0.1", 0))
        self.door = self._door.getsockname()[1]
        self._over = threading.Event()

    def _serve(self) -> None:
        while not self._over.is_set():
            try:
                packet, _ = self._ear.recvfrom(2000)
            except TimeoutError:
                continue
            self.heard.append(packet)
            # Written from AMD's white paper, not with the driver's help.
            if self.wakes and packet.startswith(
                b"\xff\xff\xff\xff\xff\xff" + b"\x00\x11\x22\x33\x44\x55" * 16
            ):
                self._door.listen(4)

    @contextmanager
    def running(self) -> Iterator[Host]:
        thread = threading.Thread(target=self._serve)
        thread.start()
        try:
            yield self
        finally:
            self._over.set()
            thread.join(30)
            self._ear.close()
            self._door.close()


@pytest.fixture
def host() -> Iterator[Host]:
    with Host().running() as made:
        yield made


def driver(host: Host, mac: str = MAC, **options: Any) -> WakeOnLanDriver:
    given = {"broadcast": "127.255.255.255", "port": host.ear, "answers": host.door, **options}
    target = Target("1", "panel", "whiteboard", "wake-on-lan", "127.0.0.1", mac=mac, options=given)
    return WakeOnLanDriver(target, PlainEnv(Path("/nonexistent"), {"secret://lab/on": "01:02:03:04:05:06"}))


class Slept(PlainCall):
    """Remembers its pauses: when the packets arrive says little on a busy machine."""

    def __init__(self, timeout: float) -> None:
        super().__init__(timeout)
        self.pauses: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        super().sleep(seconds)


def test_woken_and_awake(host):
    woken = driver(host, source="127.0.0.1", packets=3)
    woken.connect(Deadline.after(30))
    call = Slept(30)
    answer = woken.power_on(call, NoParams())
    assert isinstance(answer, Waiting)
    until = Deadline.after(60)
    while isinstance(answer, Waiting):
        assert not until.passed()
        answer = woken.poll("display.power_on", PlainCall(30), answer.token)
    while len(host.heard) < 3:
        assert not until.passed()
    assert host.heard == [create_magic_packet(MAC)] * 3
    assert call.pauses == [0.1, 0.1], "a packet may be lost where several come at once"
    assert woken.identity(Deadline.after(30)).serial == ""


def test_one_that_does_not_wake_is_waited_for(host):
    host.wakes = False
    woken = driver(host, limit=7)
    answer = woken.power_on(PlainCall(30), NoParams())
    assert isinstance(answer, Waiting)
    assert answer.deadline == 7
    assert isinstance(woken.poll("display.power_on", PlainCall(30), answer.token), Waiting)
    assert woken.probe("display.power_on", PlainCall(30), NoParams(), {}) is Happened.UNKNOWN


def test_one_that_is_awake_already_is_told_apart(host):
    answer = driver(host, answers=None).power_on(PlainCall(30), NoParams())
    assert isinstance(answer, Done)
    assert "not known" in answer.warnings[0]
    until = Deadline.after(60)
    while not host.heard:
        assert not until.passed()


def test_secureon_goes_after_the_packet_and_not_into_the_transcript(host):
    woken = driver(host, secureon="secret://lab/on")
    woken.power_on(PlainCall(30), NoParams())
    until = Deadline.after(60)
    while not host.heard:
        assert not until.passed()
    assert host.heard[0] == create_magic_packet(MAC) + bytes([1, 2, 3, 4, 5, 6])
    assert not [data for _, data in woken.env.transcript if bytes([1, 2, 3, 4, 5, 6]) in data]


@pytest.mark.parametrize(
    ("mac", "options", "said"),
    [("", {}, "MAC address"), (MAC, {"packets": 99}, "packets"), (MAC, {"source": "nonsense"}, "source")],
)
def test_what_cannot_work_is_said_before_anything_is_sent(host, mac, options, said):
    with pytest.raises(DeviceError, match=said) as caught:
        driver(host, mac, **options).connect(Deadline.after(30))
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.PRECONDITION, Happened.NO)


@pytest.mark.parametrize(("options", "error"), [({"source": "203.0.113.7"}, ErrorClass.PRECONDITION)])
def test_an_address_that_is_not_ours(host, options, error):
    with pytest.raises(DeviceError) as caught:
        driver(host, **options).power_on(PlainCall(30), NoParams())
    assert (caught.value.error_class, caught.value.happened) == (error, Happened.NO)
    assert not host.heard
