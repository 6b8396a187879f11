"""The frames against the makers' documents, and against any bytes."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_whiteboards import counted
from pedell_whiteboards.a9 import codec as a9
from pedell_whiteboards.a9.codec import Answer, Command
from pedell_whiteboards.aabbcc import codec as aabbcc
from pedell_whiteboards.counted import I3, NEWLINE
from pedell_whiteboards.i3 import codec as i3
from pedell_whiteboards.model import Power
from pedell_whiteboards.newline import codec as newline
from tests.whiteboards.byte_streams import frames_of, meaning_or_broken


@pytest.mark.parametrize(
    ("frame", "wire"),
    [
        (aabbcc.POWER_ON, "AA BB CC 01 00 00 01 DD EE FF"),
        (aabbcc.POWER_OFF, "AA BB CC 01 01 00 02 DD EE FF"),
        (aabbcc.POWER.request, "AA BB CC 01 02 00 03 DD EE FF"),
        (aabbcc.set_input("06"), "AA BB CC 02 06 00 08 DD EE FF"),
        (aabbcc.set_input("11"), "AA BB CC 02 11 00 13 DD EE FF"),
        (aabbcc.INPUT.request, "AA BB CC 02 00 00 02 DD EE FF"),
        (aabbcc.set_volume(30), "AA BB CC 03 00 1E 21 DD EE FF"),
        (aabbcc.VOLUME.request, "AA BB CC 03 02 00 05 DD EE FF"),
        (aabbcc.SOUND_OFF, "AA BB CC 03 01 00 04 DD EE FF"),
        (aabbcc.SOUND_ON, "AA BB CC 03 01 01 05 DD EE FF"),
        (aabbcc.MUTE.request, "AA BB CC 03 03 00 06 DD EE FF"),
        (aabbcc.TOUCH_OFF, "AA BB CC 38 07 00 3F DD EE FF"),
        (aabbcc.TOUCH.request, "AA BB CC 39 12 00 4B DD EE FF"),
        (aabbcc.KEYS.request, "AA BB CC 39 00 00 39 DD EE FF"),
        (aabbcc.KEYS_OFF, "AA BB CC 38 04 00 3C DD EE FF"),
        (aabbcc.REMOTE_ON, "AA BB CC 38 05 01 3E DD EE FF"),
        (aabbcc.Frame(0x80, 0), "AA BB CC 80 00 00 80 DD EE FF"),
        (aabbcc.Frame(0x81, 6), "AA BB CC 81 06 00 87 DD EE FF"),
        (aabbcc.Frame(0x80, 1), "AA BB CC 80 01 00 81 DD EE FF"),
        (aabbcc.Frame(0x82, 1), "AA BB CC 82 01 00 83 DD EE FF"),
        (aabbcc.Frame(0x82, 0, 30), "AA BB CC 82 00 1E A0 DD EE FF"),
        (aabbcc.Frame(0x82, 1, 1), "AA BB CC 82 01 01 84 DD EE FF"),
    ],
)
def test_aabbcc_both_ways(frame, wire):
    assert aabbcc.encode(frame) == bytes.fromhex(wire)
    assert aabbcc.decode(bytes.fromhex(wire)) == (frame, b"")


def test_aabbcc_polarity_as_the_tables_have_it():
    assert aabbcc.parse_power(aabbcc.Frame(0x80, 0)) is Power.ON
    assert aabbcc.parse_power(aabbcc.Frame(0x80, 1)) is Power.STANDBY
    assert aabbcc.parse_mute(aabbcc.Frame(0x82, 1, 0)) is True
    assert aabbcc.parse_mute(aabbcc.Frame(0x82, 1, 1)) is False
    assert aabbcc.VOLUME.answers(aabbcc.Frame(0x82, 0, 30))
    assert not aabbcc.VOLUME.answers(aabbcc.Frame(0x82, 1, 0))


def test_aabbcc_a_wrong_checksum_is_told():
    with pytest.raises(DeviceError) as caught:
        aabbcc.decode(bytes.fromhex("AA BB CC 80 00 00 13 DD EE FF"))
    assert caught.value.error_class is ErrorClass.PROTOCOL


@pytest.mark.parametrize(
    ("wire", "expected"),
    [
        (a9.order(1, Command.POWER, 1), "A9 11 01 01 8A"),
        (a9.order(0, Command.POWER, 1), "A9 11 00 01 8A"),  # Legamaster ETX: to all of them
        (a9.question(1, Command.POWER), "A9 11 01 AA 8A"),
        (a9.order(1, Command.VOLUME, 50), "A9 13 01 32 8A"),
        # YooUp's tables for CTOUCH and EasyPitch, to all of them.
        (a9.order(0, Command.POWER, 0), "A9 11 00 00 8A"),
        (a9.order(0, Command.VOLUME, 75), "A9 13 00 4B 8A"),
        (a9.order(0, Command.INPUT, 5), "A9 15 00 05 8A"),
        (a9.order(0, Command.INPUT, 0x34), "A9 15 00 34 8A"),
        (a9.order(1, Command.MUTE, 2), "A9 14 01 02 8A"),
    ],
)
def test_a9_requests(wire, expected):
    assert wire == bytes.fromhex(expected)


@pytest.mark.parametrize(
    ("wire", "answer"),
    [
        ("A9 41 11 01 8A", Answer(0x11, True, 1)),
        ("A9 41 13 32 8A", Answer(0x13, True, 50)),
        ("A9 4E 14 02 8A", Answer(0x14, False, 2)),
        ("A9 11 01 AA 8A A9 41 11 00 8A", Answer(0x11, True, 0)),  # an echo before it
        ("A9 41 15 8A 8A", Answer(0x15, True, 0x8A)),  # the end byte as a value
    ],
)
def test_a9_answers(wire, answer):
    assert a9.decode(bytes.fromhex(wire)) == (answer, b"")


def test_a9_refusals():
    assert a9.refusal(Answer(0x1B, False, 1), Command.FREEZE).error_class is ErrorClass.UNSUPPORTED
    assert a9.refusal(Answer(0x14, False, 2), Command.MUTE).error_class is ErrorClass.REFUSED
    with pytest.raises(ValueError, match="question"):
        a9.order(1, Command.INPUT, 0xAA)


@pytest.mark.parametrize(
    ("wire", "request_", "answer"),
    [
        (NEWLINE, "7F 08 99 A2 B3 C4 02 FF 01 00 CF", "7F 09 99 A2 B3 C4 02 FF 01 00 01 CF"),
        (NEWLINE, "7F 08 99 A2 B3 C4 02 FF 01 01 CF", "7F 09 99 A2 B3 C4 02 FF 01 01 01 CF"),
        (NEWLINE, "7F 08 99 A2 B3 C4 02 FF 01 0A CF", "7F 09 99 A2 B3 C4 02 FF 01 0A 01 CF"),
        (NEWLINE, "7F 08 99 A2 B3 C4 02 FF 3C 03 CF", "7F 09 99 A2 B3 C4 02 FF 3C 03 01 CF"),
        (NEWLINE, "7F 08 99 A2 B3 C4 02 FF 0A 07 CF", "7F 09 99 A2 B3 C4 02 FF 0A 07 00 CF"),
        (I3, "FE 08 58 42 48 43 4D 44 01 F0 CF", "FE 09 58 42 48 43 4D 44 01 F0 01 CF"),
        (I3, "FE 08 58 42 48 43 4D 44 01 43 CF", "FE 09 58 42 48 43 4D 44 01 43 01 CF"),
        (I3, "FE 08 58 42 48 43 4D 44 02 08 CF", "FE 09 58 42 48 43 4D 44 02 08 02 CF"),
    ],
)
def test_counted_frames_both_ways(wire, request_, answer):
    asked, _ = counted.decode(wire, bytes.fromhex(request_))
    told, rest = counted.decode(wire, bytes.fromhex(request_ + answer)[len(bytes.fromhex(request_)) :])
    assert rest == b""
    assert counted.encode(wire, asked.group, asked.code) == bytes.fromhex(request_)
    assert told.answers(asked.group, asked.code)
    assert not asked.answers(asked.group, asked.code), "an echo is no answer"


def test_newline_asks_for_the_serial_number():
    """RealMoMo/serialport; the form of its answer is not known for certain, so no driver asks."""
    assert counted.encode(NEWLINE, 0x0A, 0x7C) == bytes.fromhex("7F 08 99 A2 B3 C4 02 FF 0A 7C CF")


@pytest.mark.parametrize(
    ("asked", "told", "parse", "meaning"),
    [
        # Control-system modules for TT-xx14B, STV and Q panels; the maker's app for 50 and 82.
        ("01 37", "01", newline.parse_power, Power.ON),
        ("01 37", "00", newline.parse_power, Power.STANDBY),
        ("01 33", "20", newline.parse_volume, 32),
        ("01 82", "01", newline.parse_muted, True),
        ("01 82", "00", newline.parse_muted, False),
        ("01 82", "02", newline.parse_muted, False),
        ("01 50", "19", partial(newline.parse_input, generation=newline.Generation.NEWER), "hdmi1"),
        ("01 50", "1F", partial(newline.parse_input, generation=newline.Generation.NEWER), "hdmi2"),
        ("01 50", "17", partial(newline.parse_input, generation=newline.Generation.NEWER), "ops"),
        ("01 32", "17", partial(newline.parse_input, generation=newline.Generation.OLDER), "hdmi1"),
        ("01 32", "19", partial(newline.parse_input, generation=newline.Generation.OLDER), "ops"),
        ("01 32", "EE", partial(newline.parse_input, generation=newline.Generation.OLDER), None),
    ],
)
def test_what_newline_tells(asked, told, parse, meaning):
    frame, rest = counted.decode(NEWLINE, bytes.fromhex(f"7F 09 99 A2 B3 C4 02 FF {asked} {told} CF"))
    assert frame is not None
    assert rest == b""
    assert frame.answers(*bytes.fromhex(asked))
    assert parse(frame) == meaning


def test_what_panels_tell_of_their_power():
    assert newline.parse_screen(counted.Frame(0x0A, 7, b"\0")) is Power.ON
    assert newline.parse_screen(counted.Frame(0x0A, 7, b"\1")) is Power.STANDBY
    assert i3.parse_power(counted.Frame(2, 8, b"\0")) == (Power.STANDBY, False)
    assert i3.parse_power(counted.Frame(2, 8, b"\1")) == (Power.ON, False)
    assert i3.parse_power(counted.Frame(2, 8, b"\2")) == (Power.ON, True)


DECODERS = {
    "aabbcc": aabbcc.decode,
    "a9": a9.decode,
    "newline": partial(counted.decode, NEWLINE),
    "i3": partial(counted.decode, I3),
}
GOOD = {
    "aabbcc": bytes.fromhex("AA BB CC 80 00 00 80 DD EE FF"),
    "a9": bytes.fromhex("A9 41 11 01 8A"),
    "newline": bytes.fromhex("7F 09 99 A2 B3 C4 02 FF 01 00 01 CF"),
    "i3": bytes.fromhex("FE 09 58 42 48 43 4D 44 01 F0 01 CF"),
}
HEADS = b"\xaa\xbb\xcc\xdd\xee\xff\xa9\x41\x4e\x8a\x7f\x08\x09\x99\xfe\xcfXBHCMD\x00"


@pytest.mark.parametrize("name", DECODERS)
@given(data=st.binary(max_size=80) | st.lists(st.sampled_from(HEADS), max_size=60).map(bytes))
@example(data=b"\x7f\xff\x99\xa2\xb3\xc4\x02\xff" * 9)
@example(data=b"\xa9" * 40)
def test_any_bytes_give_frames_more_or_a_broken_protocol(name, data):
    for frame in frames_of(DECODERS[name], data):
        assert frame is not None


@pytest.mark.parametrize("name", DECODERS)
@given(noise=st.binary(max_size=12))
@example(noise=bytes.fromhex("AA BB CC 80 00 00 13 DD EE FF"))  # a whole frame with a wrong checksum
def test_an_answer_is_found_behind_noise(name, noise):
    decode, good = DECODERS[name], GOOD[name]
    wanted, _ = decode(good)
    try:
        decode(noise)
    except DeviceError:
        return
    assert wanted in frames_of(decode, noise + good * 3)


@pytest.mark.parametrize("name", DECODERS)
def test_half_a_frame_is_waited_for(name):
    decode, good = DECODERS[name], GOOD[name]
    for at in range(1, len(good)):
        frame, rest = decode(good[:at])
        assert frame is None
        assert decode(rest + good[at:])[0] == decode(good)[0]


@given(st.integers(0, 255), st.integers(0, 255))
def test_any_value_has_a_meaning_or_breaks_the_protocol(first, second):
    frame = aabbcc.Frame(0x82, first, second)
    for parse in (aabbcc.parse_power, aabbcc.parse_input, aabbcc.parse_volume, aabbcc.parse_mute):
        meaning_or_broken(parse, frame)
    for read in (a9.parse_power, a9.parse_blank, a9.parse_mute, a9.parse_volume, a9.parse_input):
        meaning_or_broken(read, first)
    state = counted.Frame(1, 1, bytes([first]))
    for told in (newline.parse_screen, newline.parse_power, newline.parse_muted, newline.parse_volume):
        meaning_or_broken(told, state)
    for generation in newline.Generation:
        assert newline.parse_input(state, generation) in {None, *newline.INPUTS[generation]}
    meaning_or_broken(i3.parse_power, state)
