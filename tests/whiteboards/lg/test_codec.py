"""The codec against LG's manuals (55EF5C, 42LS75A, M4225C, 55LS55A, 49SH7DB), PepperDash's driver, and any bytes."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_whiteboards.lg import codec
from pedell_whiteboards.lg.codec import Answer
from pedell_whiteboards.model import Fault, Power, Severity
from tests.whiteboards.byte_streams import frames_of, meaning_or_broken


@pytest.mark.parametrize(
    ("request_", "wire"),
    [
        (codec.encode(codec.POWER, 1, "01"), bytes.fromhex("6B 61 20 30 31 20 30 31 0D")),
        (codec.encode(codec.POWER, 1, codec.READ), b"ka 01 FF\r"),
        (codec.encode(codec.SOUND, 1, "00"), b"ke 01 00\r"),
        (codec.encode(codec.VOLUME, 1, "1E"), b"kf 01 1E\r"),
        (codec.encode(codec.INPUT, 1, "90"), b"xb 01 90\r"),
        (codec.encode(codec.STATUS, 1, "02", "FF"), b"sv 01 02 FF\r"),
        (codec.encode(codec.POWER, 0x1F, "01"), b"ka 1F 01\r"),
        (codec.encode(codec.POWER, 1000, "01"), b"ka 3E8 01\r"),
        (codec.encode(codec.POWER, 1, "01", digits=3), b"ka 001 01\r"),
        (codec.encode(codec.POWER, 1, "1"), b"ka 01 1\r"),
    ],
)
def test_requests(request_, wire):
    assert request_ == wire


@pytest.mark.parametrize(
    ("wire", "answer"),
    [
        (bytes.fromhex("61 20 30 31 20 4F 4B 30 31 78"), Answer("a", 1, True, "01")),
        (b"a 01 OK00x", Answer("a", 1, True, "00")),
        (b"e 01 OK00x", Answer("e", 1, True, "00")),
        (b"f 01 OK1ex", Answer("f", 1, True, "1e")),
        (b"b 01 OK90x", Answer("b", 1, True, "90")),
        (b"a 01 NG00x", Answer("a", 1, False, "00")),
        (b"a 001 OK01x", Answer("a", 1, True, "01")),
        (b"v 01 OK0201x", Answer("v", 1, True, "0201")),
        (b"y 01 OK912KCVW0A123x", Answer("y", 1, True, "912KCVW0A123")),
        (b"l 01 OK1234x", Answer("l", 1, True, "1234")),
    ],
)
@pytest.mark.parametrize("before", [b"", b"xb 01 90\r\n", b"\0\xff q\x13", b"x", b"ka 01 FF\r\n", b"\r\n"])
def test_answers(wire, answer, before):
    data = before + wire
    assert codec.decode(data) == (answer, b"")
    assert codec.decode(data + b"\r\n") == (answer, b"\r\n")
    for end in range(len(before), len(data)):
        assert codec.decode(data[:end])[0] is None


def test_what_says_neither_yes_nor_no():
    with pytest.raises(DeviceError) as caught:
        codec.decode(b"a 01 KO01x")
    assert caught.value.error_class is ErrorClass.PROTOCOL


def test_mute_is_the_other_way_round():
    assert codec.parse_muted("00") is True
    assert codec.parse_muted("01") is False


def test_values():
    assert codec.parse_power("00") is Power.STANDBY
    assert codec.parse_power("01") is Power.ON
    assert codec.parse_volume("1E") == codec.parse_volume("1e") == 30
    assert [codec.parse_blank(told) for told in ("00", "01", "10")] == [False, True, True]
    assert codec.parse_input("A0") == codec.parse_input("90") == "90"
    assert codec.parse_input("D0") == "c0"
    assert codec.parse_input("08") == codec.parse_input("9") == "8"
    assert codec.parse_hours("4D00") == 19712
    assert codec.parse_temperature("2A") == 42.0
    assert codec.parse_lamp("00") == (Fault(part="lamp", severity=Severity.ERROR),)
    assert codec.parse_lamp("01") == codec.parse_lamp("02") == ()
    assert codec.parse_off_reason("00") is None
    assert codec.parse_off_reason("06") == "mains"
    assert codec.parse_off_reason("7") == "fault"
    assert codec.parse_off_reason("99") == "other"
    assert codec.parse_signal("0201") is True
    assert codec.parse_signal("02 00") is False


@given(
    data=st.binary(max_size=400)
    | st.lists(
        st.sampled_from([b"a 01 ", b"OK", b"NG", b"x", b"xb 01 90\r", b"\0", b"OK01x", b"z" * 150])
    ).map(b"".join)
)
@example(b"a 01 x" * 50)
@example(b"a 01 OK" + b"A" * 150 + b"x")
def test_any_bytes_are_frames_or_break_the_protocol(data):
    frames_of(codec.decode, data)


@given(data=st.text(max_size=9) | st.text("0123456789abcdefABCDEF", max_size=9))
@example("²²")
def test_any_value_has_a_meaning_or_breaks_the_protocol(data):
    for parse in (
        codec.parse_power, codec.parse_volume, codec.parse_muted, codec.parse_blank, codec.parse_flag,
        codec.parse_input, codec.parse_hours, codec.parse_temperature, codec.parse_lamp, codec.parse_off_reason,
        codec.parse_signal,
    ):  # fmt: skip
        meaning_or_broken(parse, data)


@given(
    letter=st.sampled_from("abcdefghijklmnopqrstuvwyz"), display=st.integers(1, 1000),
    data=st.text("0123456789ABCDEF", max_size=12), noise=st.binary(max_size=9).filter(lambda b: b"x" not in b),
)  # fmt: skip
def test_an_answer_survives_noise_before_it(letter, display, data, noise):
    wire = noise + f"\r{letter} {display:02X} OK{data}x".encode()
    assert codec.decode(wire) == (Answer(letter, display, True, data), b"")
