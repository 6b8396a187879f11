"""The codec against Epson's command guide and epson-projector, and against any bytes."""

from __future__ import annotations

import hashlib
from functools import partial

import pytest
from epson_projector import const
from hypothesis import example, given
from hypothesis import strategies as st

from pedell.drivers.api import DeviceError, ErrorClass, Happened
from pedell_whiteboards.epson import codec
from pedell_whiteboards.model import Fault, Power, Severity


def test_hello():
    assert codec.hello().hex(" ").upper() == "45 53 43 2F 56 50 2E 6E 65 74 10 03 00 00 00 00"
    assert codec.hello() == const.ESCVPNET_HELLO_COMMAND.encode()
    answer = bytes.fromhex("45 53 43 2F 56 50 2E 6E 65 74 10 03 00 00 20 00")
    assert codec.headers_of(answer) == 0
    codec.check_welcome(codec.parse_welcome(answer), with_password=False)


def test_hello_with_a_password():
    """libescvp: identifier 1, attribute 1, sixteen bytes filled up with NUL; one header is announced."""
    packet = codec.hello(codec.password_header("admin"))
    assert packet[10:16].hex() == "100300000001"
    assert packet[16:] == b"\x01\x01admin" + bytes(11)
    assert len(packet) == 34
    with pytest.raises(DeviceError) as caught:
        codec.password_header("x" * 17)
    assert caught.value.error_class is ErrorClass.PRECONDITION


def test_hello_with_a_digest():
    """The one program that is known to do it: version 20, attribute 3 asks, 4 holds the digest, 5 the number again."""
    assert codec.hello(codec.ask_digest_header(), version=0x20)[10:18].hex() == "2003000000010103"
    answer = codec.parse_welcome(
        b"ESC/VP.net" + bytes.fromhex("200300004101") + b"\x01\x05" + b"0123456789abcdef"
    )
    assert (answer.status, answer.salt) == (codec.UNAUTHORISED, b"0123456789abcdef")
    digest, salt = codec.digest_headers(answer.salt, "admin")
    assert digest == b"\x01\x04" + hashlib.md5(b"0123456789abcdefadmin").digest()
    assert salt == b"\x01\x05" + answer.salt


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (0x41, ErrorClass.AUTH),
        (0x43, ErrorClass.AUTH),
        (0x45, ErrorClass.AUTH),
        (0x53, ErrorClass.BUSY),
        (0x40, ErrorClass.PROTOCOL),
        (0x55, ErrorClass.PROTOCOL),
    ],
)
def test_a_hello_that_is_refused(status, error):
    with pytest.raises(DeviceError) as caught:
        codec.check_welcome(codec.Welcome(status), with_password=True)
    assert (caught.value.error_class, caught.value.happened) == (error, Happened.NO)


def test_commands():
    assert codec.encode("PWR?").hex(" ").upper() == "50 57 52 3F 0D"
    assert codec.encode("MUTE ON") == b"MUTE ON\r"


@pytest.mark.parametrize(
    ("received", "name", "parse", "meaning"),
    [
        ("50 57 52 3D 30 33 0D 3A", "PWR", codec.parse_power, Power.COOLING),
        (b"LAMP=1234\r:".hex(), "LAMP", codec.parse_hours, (1234,)),
        (b"LAMP=1633 1633\r:".hex(), "LAMP", codec.parse_hours, (1633, 1633)),
        (b"PWR=01\r:".hex(), "PWR", codec.parse_power, Power.ON),
        (b"PWR=02\r:".hex(), "PWR", codec.parse_power, Power.WARMING),
        (b"PWR=04\r:".hex(), "PWR", codec.parse_power, Power.STANDBY),
        (b"PWR=05\r:".hex(), "PWR", codec.parse_power, Power.STANDBY),
        (b"PWR=09\r:".hex(), "PWR", codec.parse_power, Power.STANDBY),
        (b"SOURCE=A0\r:".hex(), "SOURCE", codec.parse_source, "a0"),
        (b"SOURCE=31\r:".hex(), "SOURCE", codec.parse_source, "30"),
        (b"SOURCE=53\r:".hex(), "SOURCE", codec.parse_source, "53"),
        (b"MUTE=OFF\r:".hex(), "MUTE", codec.parse_switch, False),
        (b"VOL=243\r:".hex(), "VOL", partial(codec.parse_volume, steps=20), 100),
        (b"SIGNAL=FF\r:".hex(), "SIGNAL", codec.parse_signal, None),
        (b"SIGNAL=01\r:".hex(), "SIGNAL", codec.parse_signal, True),
        (b"ERR=00\r:".hex(), "ERR", codec.parse_error, ()),
        (b"ERR=08\r:".hex(), "ERR", codec.parse_error, (Fault(part="filter", severity=Severity.WARNING),)),
        (b"ERR=04\r:".hex(), "ERR", codec.parse_error, (Fault(part="temperature", severity=Severity.ERROR),)),
        (
            b"SOURCELIST=30 HDMI1 A0 HDMI2 53 LAN\r:".hex(),
            "SOURCELIST",
            codec.parse_sources,
            ("30", "a0", "53"),
        ),
        # An echo, an empty line before.
        (b"PWR?\r\rPWR=01\r:".hex(), "PWR", codec.parse_power, Power.ON),
    ],
)
def test_answers(received, name, parse, meaning):
    text, rest = codec.decode(bytes.fromhex(received))
    assert rest == b""
    assert parse(codec.parse_value(codec.check(text, name), name)) == meaning


def test_prompts_and_errors():
    assert codec.decode(b":") == ("", b"")
    assert codec.decode(b"\r:PWR=01\r:") == ("", b"PWR=01\r:")
    text, rest = codec.decode(b"ERR\r:")
    assert (text, rest) == ("ERR", b"")
    with pytest.raises(DeviceError) as caught:
        codec.check(text, "FREEZE ON")
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.REFUSED, Happened.NO)


def test_an_answer_in_pieces():
    answer = b"PWR=01\r:"
    for cut in range(len(answer)):
        assert codec.decode(answer[:cut]) == (None, answer[:cut])


# openHAB's table for twenty steps.
STEPS = (0, 12, 24, 36, 48, 60, 73, 85, 97, 109, 121, 134, 146, 158, 170, 182, 195, 207, 219, 231, 243)


def test_the_numbers_of_the_volume_are_those_of_its_steps():
    """255 is none: a projector at its loudest says 243, which is no 95 per cent."""
    for level, number in enumerate(STEPS):
        assert codec.encode_volume(level * 5, 20) == str(number)
        assert codec.parse_volume(str(number), 20) == level * 5
    assert codec.parse_volume("255", 20) == 100


@pytest.mark.parametrize("steps", [10, 18, 20, 32, 40, 100])
def test_volume_there_and_back(steps):
    for volume in range(101):
        told = codec.parse_volume(codec.encode_volume(volume, steps), steps)
        assert abs(told - volume) <= 50 / steps + 1
        assert codec.parse_volume(codec.encode_volume(told, steps), steps) == told, "and no further"


PARSERS = [
    codec.parse_power, codec.parse_source, codec.parse_sources, codec.parse_switch, partial(codec.parse_volume, steps=20),
    codec.parse_hours, codec.parse_signal, codec.parse_error,
]  # fmt: skip


@given(data=st.binary(max_size=200))
@example(b"x" * 2000)
@example(b"::::")
@example(b"\xff\xfe:\x00:")
def test_any_bytes_give_a_text_or_more_or_a_broken_rule(data):
    for _ in range(len(data) + 1):
        try:
            text, rest = codec.decode(data)
        except DeviceError as error:
            assert error.error_class is ErrorClass.PROTOCOL  # noqa: PT017
            return
        if text is None:
            assert rest == data
            return
        assert text.isprintable()
        assert len(rest) < len(data)
        data = rest
    raise AssertionError("never ends")


@given(
    data=st.binary(max_size=60) | st.binary(min_size=6, max_size=60).map(lambda tail: b"ESC/VP.net" + tail)
)
def test_any_welcome_has_a_meaning_or_breaks_the_protocol(data):
    try:
        codec.headers_of(data[:16])
        codec.check_welcome(codec.parse_welcome(data), with_password=True)
    except DeviceError as error:
        assert error.message.isprintable()  # noqa: PT017


@given(value=st.text(max_size=40) | st.from_regex("[0-9A-F ]{0,12}", fullmatch=True))
@example("２")
@example("1 ²")
def test_any_value_has_a_meaning_or_breaks_the_protocol(value):
    for parse in (*PARSERS, lambda text: codec.parse_value(text, "PWR")):
        try:
            parse(value)
        except DeviceError as error:
            assert error.error_class is ErrorClass.PROTOCOL  # noqa: PT017
