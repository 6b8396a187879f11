"""The codec against golden vectors (PJLink specification, tests of aiopjlink) and against any bytes."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pedell.drivers.api import DeviceError, ErrorClass, Happened
from pedell_whiteboards.model import Fault, Power, Severity
from pedell_whiteboards.pjlink import codec

PASSWORD = "JBMIAProjectorLink"


def test_login_of_the_specification():
    digest = codec.md5_digest("498e4a67", PASSWORD)
    assert digest == "5d8409bc1c3fa39749434aa3a5c38682"
    line = digest.encode() + codec.encode(1, "POWR", "?")
    assert line == b"5d8409bc1c3fa39749434aa3a5c38682%1POWR ?\r"


def test_login_of_specification_2_10():
    digest = codec.sha256_digest(
        "3db25e10f69c47a85adb24cf361897e0", "c14b279e603d8a5f17e849ba360f2dc5", PASSWORD
    )
    assert digest == "70ab129eac6924d4c129c9c4fcf45be42e1e776325a66db67e5b6eee50f2a692"


def test_commands_on_the_wire():
    assert codec.encode(1, "POWR", "?").hex(" ").upper() == "25 31 50 4F 57 52 20 3F 0D"
    assert codec.encode(2, "FREZ", "1") == b"%2FREZ 1\r"


@pytest.mark.parametrize(
    ("line", "parse", "meaning"),
    [
        (b"%1POWR=1\r", codec.parse_power, Power.ON),
        (b"%1POWR=3\r", codec.parse_power, Power.WARMING),
        (b"%1LAMP=8253 1 13442 1\r", codec.parse_lamps, (8253, 13442)),
        (b"%1INST=11 31 32 41 52 56\r", codec.parse_inputs, ("11", "31", "32", "41", "52", "56")),
        (
            b"%1ERST=101020\r",
            codec.parse_errors,
            (
                Fault(part="fan", severity=Severity.WARNING),
                Fault(part="temperature", severity=Severity.WARNING),
                Fault(part="filter", severity=Severity.ERROR),
            ),
        ),
        (b"%2SNUM=XA3C2400119\r", str, "XA3C2400119"),
        (b"%2SVER=24011273HQWWV105\r", str, "24011273HQWWV105"),
        (b"%2FILT=100\r", codec.parse_hours, 100),
        (b"%1avmt=31\r\0\0\0", codec.parse_mute, codec.Mute(video=True, audio=True)),
        (b"\0\0%1AVMT=11\r", codec.parse_mute, codec.Mute(video=True, audio=False)),
        (b"%1AVMT=20\r", codec.parse_mute, codec.Mute(video=False, audio=False)),
        (b"%2INPT=6A\r", codec.parse_input, "6a"),
        (b"%1NAME=Beamer \xc3\x9c\x1b[31m\r", str, "Beamer Ü [31m"),
    ],
)
def test_answers(line, parse, meaning):
    answer = codec.parse_answer(line)
    assert answer.body == line.strip(b"\0")[2:6].decode().upper()
    assert parse(codec.check(answer).value) == meaning


@pytest.mark.parametrize(
    ("value", "error"),
    [
        ("ERR1", ErrorClass.UNSUPPORTED),
        ("err2", ErrorClass.REFUSED),
        ("ERR3", ErrorClass.BUSY),
        ("ERR4", ErrorClass.DEVICE_FAULT),
        ("ERRA", ErrorClass.AUTH),
    ],
)
def test_errors_of_the_projector(value, error):
    with pytest.raises(DeviceError) as caught:
        codec.check(codec.Answer("POWR", value))
    assert (caught.value.error_class, caught.value.happened) == (error, Happened.NO)


def test_greetings():
    assert codec.parse_greeting(b"PJLINK 0\r").random == ""
    assert codec.parse_greeting(b"pjlink 1 498e4a67\r").random == "498e4a67"
    assert codec.parse_greeting(b"PJLINK 2 3db25e10f69c47a85adb24cf361897e0\r").sha256
    assert not codec.parse_greeting(b"PJLINK 1 3db25e10f69c47a85adb24cf361897e0\r").sha256
    # A random number that is no eight hexadecimal digits: aiopjlink and others digest whatever stands there.
    assert codec.parse_greeting(b"PJLINK 1 12345x\r\n").random == "12345x"
    assert codec.is_login_refused(b"PJLINK ERRA\r")
    with pytest.raises(DeviceError) as caught:
        codec.parse_greeting(b"PJLINK ERRA\r")
    assert caught.value.error_class is ErrorClass.AUTH


PARSERS = [
    codec.parse_power, codec.parse_lamps, codec.parse_inputs, codec.parse_errors, codec.parse_mute,
    codec.parse_input, codec.parse_flag, codec.parse_hours,
]  # fmt: skip


@given(line=st.binary(max_size=200) | st.binary(max_size=60).map(lambda b: b"%1LAMP=" + b))
@example(b"%1LAMP=" + "１ 1".encode())
@example(b"%1LAMP=" + b"1 1 " * 50)
@example(b"PJLINK 1 ")
def test_any_line_has_a_meaning_or_breaks_the_protocol(line):
    for parse in (codec.parse_greeting, codec.parse_answer):
        try:
            parse(line)
        except DeviceError as error:
            assert error.error_class is ErrorClass.PROTOCOL  # noqa: PT017
            assert error.message.isprintable()  # noqa: PT017
    codec.is_login_refused(line)


@given(value=st.text(max_size=40) | st.from_regex("[0-9 ]{0,20}", fullmatch=True))
@example("²")
@example("1 1 ")
def test_any_value_has_a_meaning_or_breaks_the_protocol(value):
    for parse in PARSERS:
        try:
            parse(value)
        except DeviceError as error:
            assert error.error_class is ErrorClass.PROTOCOL  # noqa: PT017


@given(body=st.sampled_from(["POWR", "INPT", "INF1"]), value=st.from_regex("[!-~]{1,40}", fullmatch=True))
def test_a_value_survives_the_wire(body, value):
    assert codec.parse_answer(f"%1{body}={value}\r".encode()) == codec.Answer(body, value)
