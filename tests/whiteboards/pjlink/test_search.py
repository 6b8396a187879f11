"""Searching for projectors by UDP, as class 2 does."""

from __future__ import annotations

import socket
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Happened
from pedell_whiteboards.pjlink import codec
from pedell_whiteboards.pjlink.search import search
from pedell_whiteboards.pjlink.simulator import PjlinkSimulator
from tests.ports import free

EVERYBODY = "127.255.255.255"


@pytest.fixture
def port() -> int:
    return free("0.0.0.0", socket.SOCK_DGRAM)


def find(port: int, seconds: float, enough: int = 99) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for one in search(EVERYBODY, Deadline.after(seconds), lambda *_: None, port=port):
        found.add(one)
        if len(found) == enough:
            break
    return found


def test_golden_bytes():
    # PJLink specification 2.00, search: percent, 2, SRCH, CR.
    assert bytes.fromhex("25 32 53 52 43 48 0D") == codec.SEARCH
    assert codec.parse_notice(b"%2ACKN=00:E0:47:aB:12:34\r").value == "00:e0:47:ab:12:34"
    assert codec.parse_notice(b"%2ERST=101020\r") == codec.Answer("ERST", "101020")
    assert codec.parse_notice(b"%2POWR=3\r").value == "3"
    assert codec.parse_notice(b"%2INPT=3A\r").value == "3A"


@given(st.binary(max_size=40) | st.binary(max_size=20).map(lambda tail: b"%2ACKN=" + tail))
def test_any_packet_is_a_notice_or_an_error(data):
    try:
        notice = codec.parse_notice(data)
    except DeviceError as error:
        assert error.error_class is ErrorClass.PROTOCOL  # noqa: PT017
        return
    assert notice.body in {"ACKN", "LKUP", "ERST", "POWR", "INPT"}


def test_every_projector_of_class_2_answers_once(lab, port):
    for number, settings in enumerate(
        [{"search_wait": 0.1}, {"search_wait": 0.3}, {"class": 1}, {"search_port": 0}], 11
    ):
        mac = f"02:00:00:00:00:{number}"
        simulator = PjlinkSimulator(f"p{number}", {"search_port": port, "mac": mac, **settings})
        lab.host.start(simulator, f"127.0.0.{number}")
    assert find(port, 60, 2) == {("127.0.0.11", "02:00:00:00:00:11"), ("127.0.0.12", "02:00:00:00:00:12")}


def test_nobody_there_takes_no_longer_than_asked(port):
    deadline = Deadline.after(0.2)
    assert find(port, 0.2) == set()
    assert deadline.passed()


def test_noise_is_passed_over_and_one_that_comes_up_is_found(port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        seen = search(EVERYBODY, Deadline.after(60), lambda *_: None, port=port)
        other.bind(("127.0.0.1", 0))
        over = threading.Event()

        def talk() -> None:
            while not over.wait(0.02):
                for packet in (
                    b"",
                    b"\xff\xfe",
                    b"%2POWR=1\r",
                    b"%2ACKN=nonsense\r",
                    b"%2LKUP=02-00-00-00-00-09\r",
                ):
                    other.sendto(packet, ("127.0.0.1", port))

        thread = threading.Thread(target=talk)
        thread.start()
        try:
            assert next(seen) == ("127.0.0.1", "02:00:00:00:00:09")
        finally:
            over.set()
            thread.join()
            seen.close()


def test_a_network_that_does_not_take_it():
    with pytest.raises(DeviceError) as caught:
        list(search("256.1.1.1", Deadline.after(1), lambda *_: None, port=40000))
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.UNREACHABLE, Happened.NO)


def test_the_simulator_tells_of_changes(lab):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as told:
        told.bind(("127.0.0.1", 0))
        told.settimeout(60)
        notify = f"127.0.0.1:{told.getsockname()[1]}"
        port = free("127.0.0.21", socket.SOCK_DGRAM)
        settings = {
            "search_port": port,
            "search_host": "127.0.0.22",
            "notify": notify,
            "mac": "02:00:00:00:00:21",
        }
        simulator = PjlinkSimulator("p", settings | {"cool_down": 0.05})
        address = lab.host.start(simulator, "127.0.0.21")
        host, _, tcp = address.partition(":")
        with socket.create_connection((host, int(tcp)), 30) as line:
            line.sendall(b"%1INPT 32\r%1POWR 0\r")
            notices = [codec.parse_notice(told.recv(100)) for _ in range(3)]
        assert [(one.body, one.value) for one in notices] == [
            ("LKUP", "02:00:00:00:00:21"), ("INPT", "32"), ("POWR", "2"),
        ]  # fmt: skip
