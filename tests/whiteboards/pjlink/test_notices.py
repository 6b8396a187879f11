"""What a projector tells by itself: vectors, and any bytes at all."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pedell.drivers.api import DeviceError, ErrorClass, Notice
from pedell.i18n import said
from pedell_whiteboards.pjlink.driver import PjlinkDriver

MAC = "00:11:22:aa:bb:cc"
ON = Notice("power", "is on", {"power": "on"}, awaited=True)
WARMING = Notice("power", "is warming up", {"power": "warming"}, awaited=True)
NO_FAULT = Notice("faults", "reports no fault", {"part": None, "severity": None})
FILTER = Notice("faults", "reports a warning: filter", {"part": "filter", "severity": "warning"})
LAMP = Notice("faults", "reports an error: lamp", {"part": "lamp", "severity": "error"})


def shows(name: str) -> Notice:
    return Notice("input", f"shows another input: {name}", {"input": name})


# Datagrams of the tests of AlanSRU/ioBroker.pjlink-class2 and of the specification 2.00.
@pytest.mark.parametrize(
    ("datagram", "notices"),
    [
        (b"%2POWR=3\r", [WARMING]),
        (b"%2powr=1\r\n", [ON]),
        (b"%2POWR=1", [ON]),
        (b"%2ERST=000010\r%2INPT=3A\r", [FILTER, shows("hdmia")]),
        (b"%2ERST=020010\r\0\0\0", [LAMP, FILTER]),
        (b"%2ERST=000000\r", [NO_FAULT]),
        (b"%2INPT=31\r%2INPT=?\r", [shows("hdmi1")]),
        (
            b"%2LKUP=00:11:22:AA:BB:CC\r",
            [Notice("network", f"came onto the network, with the MAC address {MAC}", {"mac": MAC}, MAC, awaited=True)],
        ),
        # A search of somebody, and an answer to it: neither tells of a change.
        (b"%2SRCH\r", []),
        (b"%2ACKN=00:11:22:AA:BB:CC\r", []),
    ],
)  # fmt: skip
def test_notices(datagram, notices):
    assert PjlinkDriver.read_notices(datagram) == notices


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        b"\r\0",
        b"%1POWR=1\r",
        b"%2POWR=4\r",
        b"%2ERST=00000\r",
        b"%2LKUP=nobody\r",
        b"%2NAME=x\r",
        b"hello",
    ],
)
def test_what_means_nothing(datagram):
    with pytest.raises(DeviceError) as caught:
        PjlinkDriver.read_notices(datagram)
    assert caught.value.error_class is ErrorClass.PROTOCOL


@given(
    st.binary(max_size=60)
    | st.lists(st.sampled_from([b"%2", b"POWR=", b"1", b"\r", b"ERST=", b"\0"])).map(b"".join)
)
@example(b"%2INPT=\xff\r")
def test_any_datagram_is_read_or_means_nothing(data):
    try:
        notices = PjlinkDriver.read_notices(data)
    except DeviceError as error:
        assert error.error_class is ErrorClass.PROTOCOL  # noqa: PT017
        return
    assert all(notice.text.isprintable() for notice in notices)


def test_in_german():
    assert [said(one.text, "de") for one in (ON, LAMP, shows("hdmi1"), NO_FAULT)] == [
        "ist eingeschaltet", "meldet einen Fehler: Lampe", "zeigt einen anderen Eingang: hdmi1", "meldet keinen Fehler",
    ]  # fmt: skip
