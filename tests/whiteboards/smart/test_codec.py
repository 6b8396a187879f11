"""The codec against the examples of SMART's guides 171414, 171555 and 170549, and against any bytes."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pedell_whiteboards.model import Power
from pedell_whiteboards.smart import codec
from pedell_whiteboards.smart.codec import PROMPT, Kind, Line
from tests.whiteboards.byte_streams import frames_of, meaning_or_broken

VOLUME = Line(Kind.ANSWER, "volume", "55")


@pytest.mark.parametrize(
    ("request_", "wire"),
    [
        (codec.get("volume"), "67 65 74 20 76 6F 6C 75 6D 65 0D"),
        (codec.put("volume", "65"), b"set volume=65\r".hex(" ")),
        (codec.put("powerstate", "on"), b"set powerstate=on\r".hex(" ")),
        (codec.put("powerstate", "on", spaced=True), b"set powerstate = on\r".hex(" ")),
    ],
)
def test_requests(request_, wire):
    assert request_ == bytes.fromhex(wire)


@pytest.mark.parametrize(
    ("wire", "frames"),
    [
        (b"volume=55\r>", [VOLUME, PROMPT]),
        (b"volume=55\r\n>", [VOLUME, PROMPT]),
        (b"\r\nvolume=55\r\n\r\n>", [VOLUME, PROMPT]),
        (b"volume=55>", [VOLUME, PROMPT]),
        (b">volume=55\r>", [PROMPT, VOLUME, PROMPT]),
        (b"invalid cmd=set vol ume=65\r>", [Line(Kind.INVALID, value="invalid cmd=set vol ume=65"), PROMPT]),
        (b"invalid cmd: setvolume=-50\r\n>", [Line(Kind.INVALID, value="invalid cmd: setvolume=-50"), PROMPT]),
        (b"#powerstate=on\r#input=hdmi1\r", [Line(Kind.NOTICE, "powerstate", "on"), Line(Kind.NOTICE, "input", "hdmi1")]),
        (b"set volume=65\rvolume=65\r>", [Line(Kind.OTHER, value="set volume=65"), Line(Kind.ANSWER, "volume", "65"), PROMPT]),
        (b"input = composite\r>", [Line(Kind.ANSWER, "input", "composite"), PROMPT]),
        (
            b"videoinputs = vga1, composite, hdmi1\r>",
            [Line(Kind.ANSWER, "videoinputs", "vga1, composite, hdmi1"), PROMPT],
        ),
    ],
)  # fmt: skip
def test_answers(wire, frames):
    assert frames_of(codec.decode, wire) == frames
    assert frames_of(codec.decode, wire + b"half of the nex") == frames


def test_half_a_line_is_no_frame():
    for end in range(len(b"volume=55")):
        frame, rest = codec.decode(b"volume=55"[: end + 1])
        assert frame is None
        assert rest == b"volume=55"[: end + 1]


@pytest.mark.parametrize(
    ("word", "power", "updating"),
    [
        ("on", Power.ON, False), ("READY", Power.STANDBY, False), ("standby", Power.STANDBY, False),
        ("powersave", Power.STANDBY, False), ("softoff", Power.STANDBY, False), ("off", Power.STANDBY, False),
        ("updateon", Power.ON, True), ("UPDATEREADY", Power.STANDBY, True), ("powering", Power.WARMING, False),
        ("cooling", Power.COOLING, False), ("confirm off", Power.ON, False), ("idle", Power.STANDBY, False),
    ],
)  # fmt: skip
def test_power_words_of_all_generations(word, power, updating):
    assert codec.parse_power(word) == codec.PowerState(power, updating)


def test_values():
    assert codec.parse_volume("55") == 55
    assert codec.parse_volume("-6") is None
    assert codec.parse_input("OPS") == "ops"
    assert codec.parse_input("None") is None
    assert codec.parse_input("type-c1") == "type-c1"
    assert codec.parse_input("S_Video") == "s_video"
    assert codec.parse_input("HDMI3/PC") == "hdmi3/pc"
    assert codec.same_input("dp1") == ("dp1", "displayport", "dp")
    assert codec.parse_inputs("vga1, composite, hdmi1") == ("vga1", "composite", "hdmi1")
    assert codec.parse_serial("A2CF123, T77, AM50-9") == "A2CF123"
    assert codec.parse_hours("1200") == 1200
    assert codec.parse_flag("true") is True


@given(
    data=st.binary(max_size=1500)
    | st.lists(
        st.sampled_from(
            [b"volume=5", b"\r", b"\n", b">", b"#", b"invalid cmd", b"\0", b"\xff", b" = ", b"x" * 700]
        )
    ).map(b"".join)
)
@example(b"x" * 1200)
@example(b">" * 100)
def test_any_bytes_are_frames_or_break_the_protocol(data):
    frames_of(codec.decode, data)


@given(value=st.text(max_size=20))
@example("²")
@example("٣")
def test_any_value_has_a_meaning_or_breaks_the_protocol(value):
    for parse in (
        codec.parse_power, codec.parse_flag, codec.parse_volume, codec.parse_input, codec.parse_inputs,
        codec.parse_hours, codec.parse_serial,
    ):  # fmt: skip
        meaning_or_broken(parse, value)


@given(
    noise=st.lists(
        st.sampled_from([b"#volume=7\r", b"BIOS ok\r\n", b"\xff\xfe\r", b"set volume=65\r"]), max_size=4
    ),
    value=st.integers(0, 100),
)
def test_an_answer_survives_what_stands_before_it(noise, value):
    frames = frames_of(codec.decode, b"".join(noise) + f"volume={value}\r>".encode())
    assert frames[-2:] == [Line(Kind.ANSWER, "volume", str(value)), PROMPT]
    assert all(frame.kind in {Kind.NOTICE, Kind.OTHER} for frame in frames[:-2])
