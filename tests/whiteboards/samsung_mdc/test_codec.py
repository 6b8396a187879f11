"""The codec against golden vectors (python-samsung-mdc, manuals of QM85D and DM55E) and against any bytes."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pedell.drivers.api import DeviceError, ErrorClass, Happened
from pedell_whiteboards.model import Power
from pedell_whiteboards.samsung_mdc import codec
from pedell_whiteboards.samsung_mdc.codec import Command, Frame


@pytest.mark.parametrize(
    ("command", "display", "data", "wire"),
    [
        (Command.POWER, 1, b"\x01", "AA 11 01 01 01 14"),
        (Command.POWER, 1, b"\x02", "AA 11 01 01 02 15"),
        (Command.POWER, 0, b"\x01", "AA 11 00 01 01 13"),
        (Command.POWER, 0, b"\x00", "AA 11 00 01 00 12"),
        (Command.POWER, 0xFE, b"\x01", "AA 11 FE 01 01 11"),
        (Command.POWER, 0xFE, b"\x00", "AA 11 FE 01 00 10"),
        (Command.INPUT, 1, b"\x21", "AA 14 01 01 21 37"),
        (Command.INPUT, 1, b"\x23", "AA 14 01 01 23 39"),
        (Command.VOLUME, 1, b"\x1e", "AA 12 01 01 1E 32"),
        (Command.PANEL, 1, b"\x01", "AA F9 01 01 01 FC"),
        (Command.SAFETY_LOCK, 1, b"\x01", "AA 5D 01 01 01 60"),
        (Command.ERRORS, 1, b"", "AA 0D 01 00 0E"),
        (Command.STATUS, 1, b"", "AA 00 01 00 01"),
        (Command.SERIAL, 1, b"", "AA 0B 01 00 0C"),
    ],
)
def test_requests(command, display, data, wire):
    assert codec.encode(command, display, data) == bytes.fromhex(wire)


@pytest.mark.parametrize(
    ("wire", "frame"),
    [
        ("AA FF 01 03 41 11 01 56", Frame(1, True, 0x11, b"\x01")),
        ("AA FF 01 03 41 11 02 57", Frame(1, True, 0x11, b"\x02")),
        ("AA FF 01 03 4E 11 01 63", Frame(1, False, 0x11, b"\x01")),
        ("AA FF 01 03 41 14 21 79", Frame(1, True, 0x14, b"\x21")),
        ("AA FF 01 03 41 12 1E 74", Frame(1, True, 0x12, b"\x1e")),
        ("AA FF 01 03 41 F9 01 3E", Frame(1, True, 0xF9, b"\x01")),
        ("AA FF 01 03 41 5D 01 A2", Frame(1, True, 0x5D, b"\x01")),
        ("AA FF 01 08 41 0D 00 00 00 00 2A 00 80", Frame(1, True, 0x0D, b"\0\0\0\0\x2a\0")),
        ("AA FF 01 09 41 00 01 1E 00 21 01 00 00 8B", Frame(1, True, 0x00, b"\x01\x1e\x00\x21\x01\x00\x00")),
    ],
)
@pytest.mark.parametrize("before", [b"", b"\0\x13", b"\xaa\x11\x01\x01\x01\x14", b"\xaa"])
def test_answers(wire, frame, before):
    data = before + bytes.fromhex(wire)
    assert codec.decode(data) == (frame, b"")
    assert codec.decode(data + b"rest") == (frame, b"rest")
    for end in range(len(before), len(data)):
        assert codec.decode(data[:end])[0] is None


def test_values_of_the_vectors():
    block = codec.parse_status(b"\x01\x1e\x00\x21\x01\x00\x00")
    assert block == codec.StatusBlock(Power.ON, 30, False, "21")
    errors = codec.parse_errors(b"\0\0\0\0\x2a\0")
    assert errors == codec.ErrorBlock((), 42.0, True)
    assert codec.parse_hours(b"\x80\x00") == 5461
    assert codec.parse_hours(b"\x01\x00\x01") == 65537 // 6
    assert codec.parse_input(0x22) == codec.parse_input(0x21) == "21"
    assert codec.parse_status(b"\x01\xff\xff\x40").muted is None
    # python-samsung-mdc 1.18.0, commands.py: DVI_VIDEO (1F) is told and cannot be set, as HDMI1_PC (22) is.
    assert codec.parse_input(0x1F) == codec.INPUTS["dvi1"] == "18"
    assert codec.takes(Command.INPUT, b"\x18", b"\x1f")
    assert not codec.takes(Command.INPUT, b"\x18", b"\x21")


def test_inputs_are_those_of_the_python_package():
    # What python-samsung-mdc 1.18.0 has, but for what is told only, and for aliases (RF_TV, S player).
    from samsung_mdc.commands import INPUT_SOURCE

    theirs = {one.name: f"{one.value:02x}" for one in INPUT_SOURCE.INPUT_SOURCE_STATE}
    told_only = {"DVI_VIDEO", *(f"HDMI{number}_PC" for number in range(1, 5))}
    left_out = {"NONE", "RF_TV", "MEDIA_MAGIC_INFO_S"}
    assert {code for name, code in theirs.items() if name not in told_only | left_out} == set(
        codec.INPUTS.values()
    )
    for name in told_only:
        assert (
            codec.parse_input(int(theirs[name], 16))
            == theirs[name.removesuffix("_PC").removesuffix("_VIDEO")]
        )


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"MDCAUTH<<FAIL:0x01>>", ErrorClass.AUTH),
        (b"MDCAUTH<<FAIL:0x02>>", ErrorClass.AUTH),
        (b"MDCAUTH<<", ErrorClass.PROTOCOL),
    ],
)
def test_login(answer, error):
    codec.parse_login(b"MDCAUTH<<PASS>>")
    with pytest.raises(DeviceError) as caught:
        codec.parse_login(answer)
    assert (caught.value.error_class, caught.value.happened) == (error, Happened.NO)


@pytest.mark.parametrize("wire", ["AA FF 01 03 41 11 01 57", "AA FF 01 01 41 42", "AA FF 01 03 42 11 01 57"])
def test_broken_answers(wire):
    with pytest.raises(DeviceError) as caught:
        codec.decode(bytes.fromhex(wire))
    assert caught.value.error_class is ErrorClass.PROTOCOL


@given(data=st.binary(max_size=600) | st.binary(max_size=300).map(lambda b: b"\xaa\xff\x01" + b))
@example(b"\xaa\xff\x01\x00\x00")
def test_any_bytes_are_frames_or_break_the_protocol(data):
    rounds = 0
    while True:
        rounds += 1
        assert rounds <= len(data) + 1
        try:
            frame, rest = codec.decode(data)
        except DeviceError as error:
            assert error.error_class is ErrorClass.PROTOCOL  # noqa: PT017
            return
        assert len(rest) <= len(data)
        if frame is None:
            return
        data = rest


@given(values=st.binary(max_size=12))
def test_any_values_have_a_meaning_or_break_the_protocol(values):
    for parse in (
        codec.parse_power, codec.parse_status, codec.parse_panel, codec.parse_flag, codec.parse_errors,
        codec.parse_hours, codec.parse_login,
    ):  # fmt: skip
        try:
            parse(values)
        except DeviceError as error:
            assert error.error_class is ErrorClass.PROTOCOL  # noqa: PT017
            assert error.message.isprintable()  # noqa: PT017


@given(
    display=st.integers(0, 253), command=st.integers(0, 255), values=st.binary(max_size=253),
    noise=st.binary(max_size=9).filter(lambda b: 0xAA not in b),
)  # fmt: skip
def test_a_frame_survives_noise_before_it(display, command, values, noise):
    body = bytes([0xFF, display, len(values) + 2]) + b"A" + bytes([command]) + values
    wire = noise + b"\xaa" + body + bytes([codec.checksum(body)])
    assert codec.decode(wire) == (Frame(display, True, command, values), b"")


@pytest.mark.parametrize(
    ("command", "ordered", "told", "taken"),
    [
        (0x12, "1e", "1e", True), (0x12, "1e", "", True), (0x12, "1e", "50", False), (0x11, "01", "00", False),
        (0x14, "21", "22", True), (0x14, "21", "23", False), (0x14, "21", "", True),
    ],
)  # fmt: skip
def test_a_yes_to_another_value_is_an_earlier_orders(command, ordered, told, taken):
    assert codec.takes(command, bytes.fromhex(ordered), bytes.fromhex(told)) is taken
