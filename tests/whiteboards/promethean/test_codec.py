"""The codec against paulwareing/ActivPanel, lu-screen-dashboard-2026 (a real panel), and any bytes."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_whiteboards.model import Power
from pedell_whiteboards.promethean import codec
from pedell_whiteboards.promethean.codec import GET, Command, Frame, Generation
from tests.whiteboards.byte_streams import frames_of, meaning_or_broken


@pytest.mark.parametrize(
    ("command", "action", "value", "wire"),
    [
        (Command.POWER, GET, 0, "F6 01 02 00 F9 6F"),
        (Command.POWER, 1, 1, "F6 01 01 01 F9 6F"),
        (Command.POWER, 1, 0, "F6 01 01 00 F8 6F"),
        (Command.VOLUME, GET, 0, "F6 0C 02 00 04 6F"),
        (Command.VOLUME, 1, 0x20, "F6 0C 01 20 23 6F"),
        (Command.VOLUME, 1, 0x32, "F6 0C 01 32 35 6F"),
        (Command.INPUT, GET, 0, "F6 30 02 00 28 6F"),
        (Command.INPUT, 1, 0x09, "F6 30 01 09 30 6F"),
        (Command.INPUT, 1, 0x0C, "F6 30 01 0C 33 6F"),
        (Command.INFO, codec.SERIAL, 0, "F6 03 04 00 FD 6F"),
        (Command.INFO, codec.MODEL, 0, "F6 03 05 00 FE 6F"),
        (Command.INFO, codec.FACTORY_RESET, 0, "F6 03 06 00 FF 6F"),
        (Command.INFO, 0x07, 0, "F6 03 07 00 00 6F"),
        (Command.PICTURE, codec.PICTURE_RESET, 0, "F6 34 0D 00 37 6F"),
    ],
)
def test_requests(command, action, value, wire):
    assert codec.encode(command, action, value) == bytes.fromhex(wire)


@pytest.mark.parametrize("generation", Generation)
@pytest.mark.parametrize(
    ("command", "on", "off"),
    [
        (Command.MUTE, "F6 02 00 01 F9 6F", "F6 02 00 00 F8 6F"),
        (Command.FREEZE, "F6 32 01 01 2A 6F", "F6 32 01 02 2B 6F"),
        (Command.BLANK, "F6 35 01 00 2C 6F", "F6 35 01 01 2D 6F"),
        (Command.TOUCH_LOCK, "F6 36 01 00 2D 6F", "F6 36 01 01 2E 6F"),
        (Command.REMOTE_LOCK, "F6 37 01 00 2E 6F", "F6 37 01 01 2F 6F"),
    ],
)
def test_settings_as_the_tables_order_them(generation, command, on, off):
    if generation is Generation.VP and command is Command.FREEZE:
        on, off = "F6 32 01 00 29 6F", "F6 32 01 01 2A 6F"
    setting = codec.settings(generation)[command]
    assert codec.encode(command, setting.action, setting.on) == bytes.fromhex(on)
    assert codec.encode(command, setting.action, setting.off) == bytes.fromhex(off)


@pytest.mark.parametrize(
    ("generation", "command", "told", "on"),
    [
        ("ap5", Command.TOUCH_LOCK, 0, False), ("ap5", Command.TOUCH_LOCK, 1, True),
        ("ap7", Command.TOUCH_LOCK, 0, True), ("ap7", Command.TOUCH_LOCK, 1, False),
        ("ap9", Command.TOUCH_LOCK, 0, True), ("vp", Command.TOUCH_LOCK, 1, False),
        ("ap9", Command.BLANK, 0, False), ("ap9", Command.BLANK, 1, True),
        ("ap9", Command.REMOTE_LOCK, 0, False), ("ap9", Command.REMOTE_LOCK, 1, True),
        ("vp", Command.FREEZE, 1, True), ("ap9", Command.FREEZE, 0, False), ("ap9", Command.MUTE, 1, True),
    ],
)  # fmt: skip
def test_settings_as_panels_tell_them(generation, command, told, on):
    setting = codec.settings(Generation(generation))[command]
    assert codec.parse_setting(bytes([told]), setting) is on


@pytest.mark.parametrize(
    ("wire", "frame"),
    [
        ("F6 01 02 01 FA 6F", Frame(0x01, 2, b"\x01")),
        ("F6 0C 02 32 36 6F", Frame(0x0C, 2, b"\x32")),
        ("F6 30 02 09 31 6F", Frame(0x30, 2, b"\x09")),
    ],
)
@pytest.mark.parametrize("before", [b"", b"\x6f\x13", b"\xf6", b"\xf6\x01\x99"])
def test_answers(wire, frame, before):
    data = before + bytes.fromhex(wire)
    assert codec.decode(data) == (frame, b"")
    assert codec.decode(data + b"rest")[0] == frame


def text_frame(action: int, text: bytes) -> bytes:
    body = bytes([0xF6, 0x03, action]) + text
    return body + bytes([sum(body) % 256, 0x6F])


@pytest.mark.parametrize("text", [b"AP9-B75", b"oooo", b"Foo-Model-o", b""])
def test_texts_may_hold_the_end_byte(text):
    # The maker's example of a model's name has another action than its request.
    wire = text_frame(6, text)
    assert codec.decode(wire) == (Frame(3, 6, text), b"")
    assert codec.decode(wire + text_frame(4, b"SN1")) == (Frame(3, 6, text), text_frame(4, b"SN1"))


def test_a_checksum_that_fits_by_chance_inside_a_text():
    # ... F6 03 05 "x" has the sum that the next letter happens to be, and then an "o" follows.
    first = next(
        bytes([a, b]) for a in range(32, 127) for b in range(32, 127) if (0xFE + a + b) % 256 == 0x74
    )
    wire = text_frame(5, first + b"to75")
    assert codec.decode(wire) == (Frame(3, 5, first + b"to75"), b"")


def test_wrong_checksum():
    with pytest.raises(DeviceError) as caught:
        codec.decode(bytes.fromhex("F6 01 02 01 FB 6F"))
    assert caught.value.error_class is ErrorClass.PROTOCOL


def test_power_words():
    assert codec.parse_power(b"\x01", Generation.AP9) is Power.ON
    assert codec.parse_power(b"\x02", Generation.AP9) is Power.STANDBY
    assert codec.parse_power(b"\x03", Generation.AP9) is Power.STANDBY
    assert codec.parse_power(b"\x03", Generation.AP5) is Power.STANDBY
    assert codec.parse_power(b"\x04", Generation.AP5) is Power.ON
    with pytest.raises(DeviceError):
        codec.parse_power(b"\x04", Generation.AP9)


PIECES = [b"\xf6", b"\x6f", b"\xf6\x03\x05", b"\xf6\x01\x02\x01\xfa\x6f", b"o" * 70]


@given(data=st.binary(max_size=400) | st.lists(st.sampled_from(PIECES) | st.binary(max_size=4)).map(b"".join))
@example(b"\xf6" * 300)
@example(b"\xf6\x03\x05" + b"a" * 200)
def test_any_bytes_are_frames_or_break_the_protocol(data):
    frames_of(codec.decode, data)


@given(data=st.binary(max_size=3), generation=st.sampled_from(Generation))
def test_any_value_has_a_meaning_or_breaks_the_protocol(data, generation):
    meaning_or_broken(codec.parse_power, data, generation)
    meaning_or_broken(codec.parse_volume, data)
    meaning_or_broken(codec.parse_input, data)
    for setting in codec.settings(generation).values():
        meaning_or_broken(codec.parse_setting, data, setting)


@given(
    command=st.integers(0, 255).filter(lambda c: c not in {0x03, 0x3C, 0xF6}), action=st.integers(0, 255),
    value=st.integers(0, 255), noise=st.binary(max_size=9).filter(lambda b: 0xF6 not in b),
)  # fmt: skip
def test_a_frame_survives_noise_before_it(command, action, value, noise):
    assert codec.decode(noise + codec.encode(command, action, value)) == (
        Frame(command, action, bytes([value])),
        b"",
    )
