"""The codec against Sharp's manuals and the log of a session with a 4T-B80, and against any bytes."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pedell.drivers.api import DeviceError, ErrorClass, Happened
from pedell_whiteboards.model import Fault, Power, Severity
from pedell_whiteboards.sharp import codec
from pedell_whiteboards.sharp.codec import Ending, Padding


@pytest.mark.parametrize(
    ("command", "parameter", "padding", "ending", "sent"),
    [
        # Manual of PN-C703B: "VOLM0030" and "VOLM  30" are right, "VOLM30" is wrong.
        ("VOLM", "30", Padding.ZEROS, Ending.CR, b"VOLM0030\r"),
        ("VOLM", "30", Padding.BEFORE, Ending.CRLF, b"VOLM  30\r\n"),
        # PepperDash's driver for PN displays.
        ("POWR", "1", Padding.BEFORE, Ending.CRLF, b"POWR   1\r\n"),
        # Aquos: aligned to the left.
        ("MUTE", "1", Padding.AFTER, Ending.CR, b"MUTE1   \r"),
        # 4T-B80: OK to RSPW1, ERR to "RSPW   1".
        ("RSPW", "1", Padding.NONE, Ending.CR, b"RSPW1\r"),
        ("POWR", "????", Padding.NONE, Ending.CR, b"POWR????\r"),
        ("POWR", "????", Padding.BEFORE, Ending.CR, b"POWR????\r"),
    ],
)
def test_commands(command, parameter, padding, ending, sent):
    assert codec.encode(command, parameter, padding, ending) == sent


def test_numbers_of_inputs_are_those_of_other_programs():
    placeos = {
        "dvi1": 1,
        "vga1": 2,
        "component1": 3,
        "hdmi1": 10,
        "hdmi2": 13,
        "displayport1": 14,
        "vga2": 16,
    }
    extron = {"vga1": 2, "hdmi1": 10, "hdmi2": 13, "hdmi3": 18, "hdmi4": 23, "displayport1": 14, "ops": 21}
    for name, number in (placeos | extron).items():
        assert codec.PN_INPUTS[name] == str(number)


@pytest.mark.parametrize(
    ("line", "parse", "meaning"),
    [
        # What the 4T-B80 says.
        (b"1", codec.parse_power, Power.ON),
        (b"0", codec.parse_power, Power.STANDBY),
        (b"2", codec.parse_power, Power.ON),
        (b"0001", codec.parse_number, 1),
        (b"30", codec.parse_number, 30),
        (b"2", codec.parse_muted, False),
        (b"1", codec.parse_muted, True),
        (b"4T-B80CJ1U-CT1U", str, "4T-B80CJ1U-CT1U"),
        # A chain of displays adds the number.
        (b"1 001", codec.parse_power, Power.ON),
        (b"OK 001", str, "OK 001"),
        # PN-S655: sensors with commas, 126 is broken.
        (b"41,126,38", codec.parse_temperature, 41.0),
        (b"126", codec.parse_temperature, None),
        (b"0", codec.parse_heat, ()),
        (b"3", codec.parse_heat, (Fault(part="temperature", severity=Severity.ERROR),)),
        (b"8", codec.parse_standby_cause, "timer"),
        (b"0", codec.parse_standby_cause, None),
        (b"99", codec.parse_standby_cause, "other"),
    ],
)
def test_answers(line, parse, meaning):
    assert parse(codec.parse(line)) == meaning


@pytest.mark.parametrize(
    ("line", "command", "parse", "meaning"),
    [
        # PlaceOS/drivers, drivers/sharp/pn_series_spec.cr: what a PN display says to POWR????.
        (b"POWR 001", "POWR", codec.parse_power, Power.ON),
        (b"POWR 000", "POWR", codec.parse_power, Power.STANDBY),
        (b"VOLM 030", "VOLM", codec.parse_number, 30),
        (b"INF1 PN-L862B", "INF1", str, "PN-L862B"),
        (b"1", "POWR", codec.parse_power, Power.ON),
    ],
)
def test_answers_that_name_their_command(line, command, parse, meaning):
    assert parse(codec.parse(line, command)) == meaning


@pytest.mark.parametrize(
    ("line", "is_power"),
    [
        (b"1", True), (b"1 001", True), (b"POWR 001", True), (b"POWR   2", True), (b"POWR 001 001", True),
        (b"POWR0001", False), (b"VOLM 001", False), (b"001", False), (b"OK", False), (b"3", False),
    ],
)  # fmt: skip
def test_what_can_only_be_a_power_state(line, is_power):
    assert codec.is_power(line) is is_power


@pytest.mark.parametrize("command", ["POWR", "VOLM"])
def test_the_answer_to_another_command_has_no_meaning(command):
    other = b"VOLM 001" if command == "POWR" else b"POWR 001"
    with pytest.raises(DeviceError) as caught:
        codec.parse_power(codec.parse(other, command))
    assert caught.value.error_class is ErrorClass.PROTOCOL


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (b"ERR", ErrorClass.REFUSED),
        (b"ERR 001", ErrorClass.REFUSED),
        (b"LOCKED", ErrorClass.PRECONDITION),
        (b"UNSELECTED", ErrorClass.PRECONDITION),
    ],
)
def test_a_display_that_says_no(line, error):
    with pytest.raises(DeviceError) as caught:
        codec.parse(line)
    assert (caught.value.error_class, caught.value.happened) == (error, Happened.NO)


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
def test_every_end_of_a_line(end):
    first, rest = codec.decode(end + b"WAIT" + end + b"OK" + end)
    second, rest = codec.decode(rest)
    assert (first, second, codec.decode(rest)[0]) == (b"WAIT", b"OK", None)


PARSERS = [
    codec.parse_number, codec.parse_power, codec.parse_muted, codec.parse_temperature, codec.parse_heat,
    codec.parse_standby_cause,
]  # fmt: skip


@given(data=st.binary(max_size=700))
@example(b"\r" * 20)
@example(b"x" * 600)
def test_any_bytes_give_a_line_or_more_or_a_broken_rule(data):
    for _ in range(len(data) + 1):
        try:
            line, rest = codec.decode(data)
        except DeviceError as error:
            assert error.error_class is ErrorClass.PROTOCOL  # noqa: PT017
            return
        if line is None:
            return
        assert len(rest) < len(data)
        data = rest
        codec.is_wait(line)
        try:
            assert codec.parse(line).isprintable()
        except DeviceError as error:
            assert error.message.isprintable()  # noqa: PT017
    raise AssertionError("never ends")


@given(value=st.text(max_size=20) | st.from_regex("[0-9, ]{0,12}", fullmatch=True))
@example("１")
@example("1 0001")
def test_any_value_has_a_meaning_or_breaks_the_protocol(value):
    for parse in PARSERS:
        try:
            parse(value)
        except DeviceError as error:
            assert error.error_class is ErrorClass.PROTOCOL  # noqa: PT017
