"""The codec against byuoitav/clevertouch-control, two specifications in ai4av, Avocor's table, and any bytes."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_whiteboards.iiyama_te import codec
from pedell_whiteboards.iiyama_te.codec import Letter, Report, Verdict
from pedell_whiteboards.model import Power
from tests.whiteboards.byte_streams import frames_of, meaning_or_broken


@pytest.mark.parametrize(
    ("request_", "wire"),
    [
        (codec.order(1, Letter.POWER, 3), "3A 30 31 53 30 30 30 33 0D"),
        (codec.order(1, Letter.POWER, 2), "3A 30 31 53 30 30 30 32 0D"),
        (codec.order(1, Letter.POWER, 0), "3A 30 31 53 30 30 30 30 0D"),
        (codec.question(1, Letter.POWER), "3A 30 31 47 30 30 30 30 0D"),
        (codec.order(1, Letter.VOLUME, 50), "3A 30 31 53 38 30 35 30 0D"),
        (codec.question(1, Letter.VOLUME), "3A 30 31 47 38 30 30 30 0D"),
        (codec.order(1, Letter.MUTE, 1), "3A 30 31 53 39 30 30 31 0D"),
        (codec.order(1, Letter.INPUT, 21), "3A 30 31 53 3A 30 32 31 0D"),
        (codec.question(1, Letter.INPUT), "3A 30 31 47 3A 30 30 30 0D"),
        (codec.order(1, Letter.REMOTE_LOCK, 1), b":01SB001\r".hex()),
        (codec.order(1, Letter.MUTE, 0), "3A 30 31 53 39 30 30 30 0D"),
        (codec.order(1, Letter.INPUT, 103), "3A 30 31 53 3A 31 30 33 0D"),
        (codec.order(1, Letter.TOUCH, 0), "3A 30 31 53 44 30 30 30 0D"),
        (codec.question(1, Letter.TOUCH), "3A 30 31 47 44 30 30 30 0D"),
    ],
)
def test_requests(request_, wire):
    assert request_ == bytes.fromhex(wire)


@pytest.mark.parametrize(
    ("wire", "frame"),
    [
        ("3A 30 31 72 30 30 30 31 0D", Report(1, "0", 1)),
        ("3A 30 31 72 30 30 30 32 0D", Report(1, "0", 2)),
        ("3A 30 31 72 38 30 35 30 0D", Report(1, "8", 50)),
        ("3A 30 31 72 3A 30 32 31 0D", Report(1, ":", 21)),
        ("3A 30 31 72 44 30 30 30 0D", Report(1, "D", 0)),
        ("3A 30 31 72 3A 31 30 35 0D", Report(1, ":", 105)),
        ("34 30 31 2B 0D", Verdict(1, True)),
        ("34 30 31 2D 0D", Verdict(1, False)),
    ],
)
@pytest.mark.parametrize("before", [b"", b"\0\xff:0", b":01G0000\r", b":01S0003\r", b"\r"])
def test_answers(wire, frame, before):
    data = before + bytes.fromhex(wire)
    assert codec.decode(data) == (frame, b"")
    assert codec.decode(data + b":01r") == (frame, b":01r")
    assert codec.decode(data[:-1])[0] is None


def test_an_answer_that_cannot_be_read():
    with pytest.raises(DeviceError) as caught:
        codec.decode(b":01r0\xff\xff\xff\r")
    assert caught.value.error_class is ErrorClass.PROTOCOL


def test_values():
    assert codec.parse_power(0) == (Power.ON, True)
    assert codec.parse_power(1) == codec.parse_power(3) == (Power.ON, False)
    assert codec.parse_power(2) == (Power.STANDBY, None)
    assert codec.parse_input(1) == "001"


@given(
    data=st.binary(max_size=200)
    | st.lists(st.sampled_from([b":01r", b"401+", b"\r", b":01r0001", b"0", b"\xff"])).map(b"".join)
)
@example(b"\r" * 100)
@example(b"z" * 300)
def test_any_bytes_are_frames_or_break_the_protocol(data):
    frames_of(codec.decode, data)


@given(value=st.integers(0, 999))
def test_any_value_has_a_meaning_or_breaks_the_protocol(value):
    for parse in (codec.parse_power, codec.parse_volume, codec.parse_flag, codec.parse_input):
        meaning_or_broken(parse, value)


@given(
    display=st.integers(1, 98), letter=st.sampled_from(Letter), value=st.integers(0, 999),
    noise=st.binary(max_size=9).filter(lambda b: b"\r" not in b and b"r" not in b),
)  # fmt: skip
def test_a_report_survives_noise_before_it(display, letter, value, noise):
    wire = noise + f":{display:02d}r{letter}{value:03d}\r".encode()
    assert codec.decode(wire) == (Report(display, letter, value), b"")
