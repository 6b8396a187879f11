"""The codec against ViewSonic's user guides and BenQ's command lists, and against any bytes."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pedell.drivers.api import DeviceError, ErrorClass, Happened
from pedell_whiteboards.ifp import codec
from pedell_whiteboards.ifp.codec import Kind, Packet


def raw(text: str) -> bytes:
    return bytes.fromhex(text)


@pytest.mark.parametrize(
    ("sent", "kind", "display", "command", "value"),
    [
        # ViewSonic IFP50 and BenQ ST4301K: brightness 76, display 2.
        ("38 30 32 73 24 30 37 36 0D", Kind.SET, 2, 0x24, b"076"),
        # The same to every display: id 99.
        ("38 39 39 73 24 30 37 36 0D", Kind.SET, 99, 0x24, b"076"),
        ("38 30 35 67 62 30 30 30 0D", Kind.GET, 5, 0x62, b"000"),
        ("38 30 31 67 32 59 30 30 0D", Kind.GET, 1, 0x32, b"Y00"),
        ("3A 30 37 67 76 30 30 30 30 30 0D", Kind.GET, 7, 0x76, b"00000"),
        (
            "44 30 31 67 20 06 00 00 00 00 00 00 00 00 00 00 00 00 00 00 0D",
            Kind.GET,
            1,
            0x20,
            b"\x06" + bytes(14),
        ),
        ("38 30 31 73 21 30 30 31 0D", Kind.SET, 1, 0x21, b"001"),
        ("38 30 31 67 22 30 30 30 0D", Kind.GET, 1, 0x22, b"000"),
        # The driver of Ricoh's D6500, whose id is 2.
        ("38 30 32 73 21 30 30 31 0D", Kind.SET, 2, 0x21, b"001"),
        ("38 30 32 67 6C 30 30 30 0D", Kind.GET, 2, 0x6C, b"000"),
        ("38 30 32 67 6A 30 30 30 0D", Kind.GET, 2, 0x6A, b"000"),
        ("38 30 32 73 22 30 30 36 0D", Kind.SET, 2, 0x22, b"006"),
        # A control-system module for BenQ panels: HDMI3, standby.
        ("38 30 31 73 22 30 32 31 0D", Kind.SET, 1, 0x22, b"021"),
        ("38 30 31 73 21 30 30 32 0D", Kind.SET, 1, 0x21, b"002"),
    ],
)
def test_requests(sent, kind, display, command, value):
    assert codec.encode(display, kind, command, value) == raw(sent)


@pytest.mark.parametrize(
    ("received", "packet"),
    [
        ("34 30 32 2B 0D", Packet(2, Kind.YES)),
        ("38 30 32 72 6C 30 30 30 0D", Packet(2, Kind.ANSWER, 0x6C, b"000")),
        ("38 30 32 72 6A 30 30 31 0D", Packet(2, Kind.ANSWER, 0x6A, b"001")),
        ("38 30 31 72 6A 31 30 31 0D", Packet(1, Kind.ANSWER, 0x6A, b"101")),
        ("34 30 35 2D 0D", Packet(5, Kind.NO)),
        ("38 30 35 72 62 30 36 37 0D", Packet(5, Kind.ANSWER, 0x62, b"067")),
        ("38 30 31 72 32 59 31 37 0D", Packet(1, Kind.ANSWER, 0x32, b"Y17")),
        ("3A 30 37 72 76 32 31 33 35 36 0D", Packet(7, Kind.ANSWER, 0x76, b"21356")),
        ("39 30 37 72 71 2B 30 37 35 0D", Packet(7, Kind.ANSWER, 0x71, b"+075")),
        ("38 30 31 72 22 30 30 31 0D", Packet(1, Kind.ANSWER, 0x22, b"001")),
        # BenQ RP552H, page 10: serial number, and a firmware version whose length is wrong in the list itself.
        (
            "44 30 31 72 20 06 45 49 50 33 46 30 30 30 35 32 30 32 45 00 0D",
            Packet(1, Kind.ANSWER, 0x20, b"\x06EIP3F0005202E\0"),
        ),
        (
            "40 30 31 72 20 04 31 2E 30 2E 35 00 00 00 00 00 00 00 00 00 0D",
            Packet(1, Kind.ANSWER, 0x20, b"\x041.0.5" + bytes(9)),
        ),
        # ViewSonic CDE8600, page 53: a MAC address as bytes, and a CDE4200's yes without id.
        ("38 30 31 72 35 00 11 22 0D", Packet(1, Kind.ANSWER, 0x35, b"\x00\x11\x22")),
        ("32 2B 0D", Packet(0, Kind.YES)),
        # A yes whose length is that of a set.
        ("38 30 31 2B 0D", Packet(1, Kind.YES)),
    ],
)
def test_answers(received, packet):
    assert codec.decode(raw(received)) == (packet, b"")
    assert codec.decode(raw(received) + b"40") == (packet, b"40")


def test_meanings_of_benq():
    assert codec.parse_model_info(b"\x06EIP3F0005202E\0", 6) == "EIP3F0005202E"
    assert codec.parse_model_info(b"\x02RP552" + bytes(9), 2) == "RP552"
    assert codec.parse_hours(b"21356") == 21356
    assert codec.parse_degrees(b"+075") == 75.0


def test_meanings_of_viewsonic():
    assert codec.parse_viewsonic_input(b"114") == (True, "014")
    assert codec.parse_viewsonic_input(b"00A") == (False, "00a")
    assert codec.parse_degrees(b"-05") == -5.0
    assert codec.parse_degrees(b"041") == 41.0


# ViewSonic IFP6550, page 90: texts in numbered packets.
@pytest.mark.parametrize(
    ("received", "parse", "meaning"),
    [
        (
            "38 30 31 72 31 31 30 30 0D 38 30 31 72 31 32 31 32 0D 38 30 31 72 31 33 33 34 0D 38 30 31 72 31 34 35 36 0D",
            codec.parse_hours,
            123456,
        ),
        (
            "38 30 31 72 34 31 43 44 0D 38 30 31 72 34 32 45 2D 0D 38 30 31 72 34 33 35 35 0D 38 30 31 72 34 34 30 30 0D 38 30 31 72 34 35 00 00 0D 38 30 31 72 34 36 00 00 0D",
            codec.parse_text,
            "CDE-5500",
        ),
        (
            "38 30 31 72 34 31 4E 4D 0D 38 30 31 72 34 32 50 2D 0D 38 30 31 72 34 33 33 30 0D 38 30 31 72 34 34 32 23 0D 38 30 31 72 34 35 31 00 0D 38 30 31 72 34 36 00 00 0D",
            codec.parse_text,
            "NMP-302#1",
        ),
        (
            "38 30 31 72 35 31 30 30 0D 38 30 31 72 35 32 31 31 0D 38 30 31 72 35 33 32 32 0D 38 30 31 72 35 34 61 61 0D 38 30 31 72 35 35 62 62 0D 38 30 31 72 35 36 63 63 0D",
            codec.parse_mac,
            "00:11:22:aa:bb:cc",
        ),
        # CDE8600, page 53: without numbers.
        (
            "38 30 31 72 34 43 44 45 0D 38 30 31 72 34 2D 35 35 0D 38 30 31 72 34 30 30 00 0D 38 30 31 72 34 00 00 00 0D",
            codec.parse_text,
            "CDE-5500",
        ),
        ("38 30 31 72 35 00 11 22 0D 38 30 31 72 35 aa bb cc 0D", codec.parse_mac, "00:11:22:aa:bb:cc"),
    ],
)
def test_texts_in_several_packets(received, parse, meaning):
    data, values = raw(received), []
    while data:
        packet, data = codec.decode(data)
        values.append(packet.value)
    assert parse(codec.join(values)) == meaning


def test_a_text_of_32_bytes():
    """Its length is the character 32 hex; filled up with NUL, or ended at once."""
    filled = b"201r7" + b"VS1234".ljust(27, b"\0") + b"\r"
    assert codec.decode(filled + b"x") == (Packet(1, Kind.ANSWER, 0x37, b"VS1234".ljust(27, b"\0")), b"x")
    assert codec.decode(b"201r7VS1234\r") == (Packet(1, Kind.ANSWER, 0x37, b"VS1234"), b"")
    assert codec.parse_text(b"VS1234".ljust(27, b"\0")) == "VS1234"
    assert codec.parse_hours(b"001234" + bytes(21)) == 1234
    assert codec.parse_mac(b"001122aabbcc" + bytes(15)) == "00:11:22:aa:bb:cc"


@pytest.mark.parametrize(
    "noise",
    [b"\x00\xff", b"8\r", b"801g", codec.encode(1, Kind.GET, 0x66), codec.encode(1, Kind.SET, 0x35, b"007")],
)
def test_noise_and_echo_before_an_answer(noise):
    assert codec.decode(noise + b"801rf020\r") == (Packet(1, Kind.ANSWER, 0x66, b"020"), b"")


def test_an_answer_in_pieces():
    for answer in (
        b"801rf020\r",
        b"401+\r",
        raw("44 30 31 72 20 06 45 49 50 33 46 30 30 30 35 32 30 32 45 00 0D"),
    ):
        for cut in range(len(answer)):
            assert codec.decode(answer[:cut]) == (None, answer[:cut])


def test_a_broken_answer():
    with pytest.raises(DeviceError) as caught:
        codec.decode(b"401+?!\r")
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.PROTOCOL, Happened.NO)


PARSERS = [
    codec.parse_number, codec.parse_level, codec.parse_flag, codec.parse_degrees, codec.parse_input,
    codec.parse_viewsonic_input, codec.parse_text, codec.parse_hours, codec.parse_mac,
    lambda value: codec.parse_model_info(value, 6),
]  # fmt: skip


@given(data=st.binary(max_size=120) | st.binary(max_size=40).map(lambda tail: b"801r" + tail))
@example(b"2+" * 20)
@example(b"801r\r\r\r")
@example(b"~99r" + b"x" * 200)
@example(b"101+\r201r\r")
def test_any_bytes_give_a_packet_or_more_or_a_broken_rule(data):
    for _ in range(len(data) + 1):
        try:
            packet, rest = codec.decode(data)
        except DeviceError as error:
            assert error.error_class is ErrorClass.PROTOCOL  # noqa: PT017
            return
        if packet is None:
            assert data.endswith(rest)
            return
        assert len(rest) < len(data)
        data = rest
    raise AssertionError("never ends")


@given(value=st.binary(max_size=40) | st.from_regex(rb"[0-9+\-]{0,8}", fullmatch=True))
def test_any_value_has_a_meaning_or_breaks_the_protocol(value):
    for parse in PARSERS:
        try:
            parse(value)
        except DeviceError as error:
            assert error.error_class is ErrorClass.PROTOCOL  # noqa: PT017
            assert error.message.isprintable()  # noqa: PT017
    codec.join([value, value])
    codec.is_last(value, 4)


@given(
    display=st.integers(1, 98),
    command=st.integers(0x20, 0xFE),
    value=st.binary(min_size=3, max_size=3),
    after=st.binary(max_size=8),
)
def test_a_packet_survives_the_wire(display, command, value, after):
    sent = b"8" + f"{display:02}r".encode() + bytes([command]) + value + b"\r"
    assert codec.decode(sent + after) == (Packet(display, Kind.ANSWER, command, value), after)
