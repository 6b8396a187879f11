"""The codec against the examples of the SICP documents, of iiyama's users, and against any bytes."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_whiteboards.model import Power
from pedell_whiteboards.sicp import codec
from pedell_whiteboards.sicp.codec import Envelope, Frame
from tests.whiteboards.byte_streams import frames_of, meaning_or_broken

GROUP, PLAIN, IIYAMA = Envelope.GROUP, Envelope.PLAIN, Envelope.IIYAMA


@pytest.mark.parametrize(
    ("envelope", "data", "wire"),
    [
        (GROUP, "19", "05 01 00 19 1D"),
        (PLAIN, "19", "04 01 19 1C"),
        (GROUP, "18 01", "06 01 00 18 01 1E"),
        (GROUP, "18 02", "06 01 00 18 02 1D"),
        (GROUP, "AC 0D 09 01 00", "09 01 00 AC 0D 09 01 00 A1"),
        (GROUP, "AC 06 09 01 00", "09 01 00 AC 06 09 01 00 AA"),
        (GROUP, "AC 05 09 01 00", "09 01 00 AC 05 09 01 00 A9"),
        (GROUP, "AC 0B 09 01 00", "09 01 00 AC 0B 09 01 00 A7"),
        (GROUP, "AC 0A 09 01 00", "09 01 00 AC 0A 09 01 00 A6"),
        (GROUP, "AC 0F 09 01 00", "09 01 00 AC 0F 09 01 00 A3"),
        (GROUP, "AC 19 09 01 00", "09 01 00 AC 19 09 01 00 B5"),
        (GROUP, "47 01", "06 01 00 47 01 41"),
        (GROUP, "46", "05 01 00 46 42"),
        (GROUP, "AD", "05 01 00 AD A9"),
        (GROUP, "45", "05 01 00 45 41"),
        (GROUP, "44 16 32", "07 01 00 44 16 32 66"),
        (GROUP, "44 16", "06 01 00 44 16 55"),
        (GROUP, "0F 02", "06 01 00 0F 02 0A"),
        (GROUP, "15", "05 01 00 15 11"),
        (GROUP, "2F", "05 01 00 2F 2B"),
        (GROUP, "56", "05 01 00 56 52"),
        (GROUP, "57 00", "06 01 00 57 00 50"),
        (GROUP, "72 01", "06 01 00 72 01 74"),
        (GROUP, "71", "05 01 00 71 75"),
        (GROUP, "1E 00", "06 01 00 1E 00 19"),
        (GROUP, "1C 03", "06 01 00 1C 03 18"),
        (GROUP, "1A 02", "06 01 00 1A 02 1F"),
        (GROUP, "D0 00", "06 01 00 D0 00 D7"),
        (GROUP, "64 01", "06 01 00 64 01 62"),
        (GROUP, "A2 00", "06 01 00 A2 00 A5"),
        (IIYAMA, "19", "A6 01 00 00 00 03 01 19 BC"),
        (IIYAMA, "18 02", "A6 01 00 00 00 04 01 18 02 B8"),
        (IIYAMA, "18 01", "A6 01 00 00 00 04 01 18 01 BB"),
        (IIYAMA, "AC 0D 00 00 00", "A6 01 00 00 00 07 01 AC 0D 00 00 00 00"),
        (IIYAMA, "AC 06 00 00 00", "A6 01 00 00 00 07 01 AC 06 00 00 00 0B"),
    ],
)
def test_requests(envelope, data, wire):
    assert codec.encode(envelope, 1, bytes.fromhex(data)) == bytes.fromhex(wire)


@pytest.mark.parametrize(
    ("envelope", "wire", "data"),
    [
        (GROUP, "06 01 00 19 02 1C", "19 02"),
        (GROUP, "06 01 00 19 01 1F", "19 01"),
        (GROUP, "06 01 00 00 06 01", "00 06"),
        (GROUP, "06 01 00 00 15 12", "00 15"),
        (GROUP, "06 01 00 00 18 1F", "00 18"),
        (GROUP, "06 01 01 00 06 00", "00 06"),
        (PLAIN, "05 01 00 06 02", "00 06"),
        (GROUP, "07 01 00 45 16 0A 5F", "45 16 0A"),
        (GROUP, "06 01 01 45 64 27", "45 64"),
        # A display that answers with a group, as in a Q-SYS script for Philips.
        (GROUP, "06 01 01 19 01 1E", "19 01"),
        (GROUP, "06 01 01 19 02 1D", "19 02"),
        (GROUP, "07 01 00 0F 4D 00 44", "0F 4D 00"),
        (GROUP, "13 01 00 15" + b"HA1A0917123456".hex() + "76", "15" + b"HA1A0917123456".hex()),
        (GROUP, "07 01 00 2F 1C 1F 2A", "2F 1C 1F"),
        (GROUP, "06 01 00 2F 1C 1F 2B", "2F 1C 1F"),
        (GROUP, "06 01 00 71 01 77", "71 01"),
        (GROUP, "06 01 00 59 01 5F", "59 01"),
        (GROUP, "06 01 00 1F 00 18", "1F 00"),
        (IIYAMA, "21 01 00 00 04 01 19 02 3E", "19 02"),
        (IIYAMA, "21 01 00 00 04 01 00 00 25", "00 00"),
    ],
)
@pytest.mark.parametrize("before", ["", "00 FF", "06 02 00 19 02 1F", "05"])
def test_answers(envelope, wire, data, before):
    raw = bytes.fromhex(before + wire)
    frame = Frame(1, bytes.fromhex(data))
    assert codec.decode(envelope, 1, raw) == (frame, b"")
    assert codec.decode(envelope, 1, raw + b"\x55") == (frame, b"\x55")
    assert codec.decode(envelope, 1, raw[:-1])[0] is None


@pytest.mark.parametrize(
    ("data", "verdict"),
    [
        ("00 06", True),
        ("00 00", True),
        ("00 15", False),
        ("00 18", False),
        ("00 03", False),
        ("00 19", None),
        ("19 02", None),
    ],
)
def test_verdicts(data, verdict):
    assert Frame(1, bytes.fromhex(data)).verdict is verdict


@pytest.mark.parametrize(
    ("envelope", "wire"),
    [(GROUP, "06 01 00 19 02 1D"), (PLAIN, "05 01 00 06 03"), (IIYAMA, "21 01 00 00 04 01 19 02 3F")],
)
def test_wrong_checksum(envelope, wire):
    with pytest.raises(DeviceError) as caught:
        codec.decode(envelope, 1, bytes.fromhex(wire))
    assert caught.value.error_class is ErrorClass.PROTOCOL


def test_values():
    assert codec.parse_power(b"\x02") is Power.ON
    assert codec.parse_power(b"\x01") is Power.STANDBY
    assert codec.parse_volume(b"\x16\x0a") == (22, 10)
    assert codec.parse_volume(b"\x16\xff\x00\x00") == (22,)
    assert codec.parse_hours(b"\x4d\x00") == 19712
    assert codec.parse_temperature(b"\x1c\x1f") == 31.0
    assert codec.parse_temperature(b"\x1c\xff") == 28.0
    assert codec.parse_input(b"\x0d\x00\x01\x00") == "0d"
    # AG Neovo.
    assert codec.parse_input(b"\xfd\x0d\x00") == codec.parse_input(b"\x00\x0d") == "0d"
    assert codec.parse_hours(b"\x02\x4d\x00") == 19712


PIECES = [
    b"\x05\x01\x00",
    b"\x06\x01\x00\x00\x06\x01",
    b"\x21\x01\x00\x00",
    b"\x06\x01\x00\x2f\x1c\x1f\x2b",
    b"\x04",
]


@given(
    data=st.binary(max_size=300) | st.lists(st.sampled_from(PIECES) | st.binary(max_size=3)).map(b"".join),
    envelope=st.sampled_from(Envelope),
)
@example(data=b"\x28\x01" * 100, envelope=GROUP)
@example(data=b"\x21\x01\x00\x00\x28\x01" * 30, envelope=IIYAMA)
def test_any_bytes_are_frames_or_break_the_protocol(data, envelope):
    frames_of(partial(codec.decode, envelope, 1), data)


@given(data=st.binary(max_size=5))
def test_any_value_has_a_meaning_or_breaks_the_protocol(data):
    for parse in (
        codec.parse_power, codec.parse_volume, codec.parse_flag, codec.parse_hours, codec.parse_temperature,
        codec.parse_input,
    ):  # fmt: skip
        meaning_or_broken(parse, data)


@given(
    envelope=st.sampled_from([GROUP, PLAIN]), display=st.integers(1, 255), data=st.binary(min_size=2, max_size=30),
    noise=st.binary(max_size=6),
)  # fmt: skip
def test_a_frame_survives_noise_before_it(envelope, display, data, noise):
    # No noise that could be the beginning of a frame for this display.
    if data[0] == 0x2F or any(4 <= byte <= 0x28 for byte in noise):
        return
    wire = noise + codec.encode(envelope, display, data)
    assert codec.decode(envelope, display, wire) == (Frame(display, data), b"")
