"""The codec against golden vectors (NEC's External Control documents, the log of an M551) and against any bytes."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pedell.drivers.api import DeviceError, ErrorClass, Happened
from pedell_whiteboards.model import Fault, Power, Severity
from pedell_whiteboards.nec import codec
from pedell_whiteboards.nec.codec import Frame

ANSWERS = {
    # External Control, UHD series; answers of the log of an M551, whose packets end without CR.
    "off": "01 30 30 41 42 31 32 02 30 32 30 30 44 36 30 30 30 30 30 34 30 30 30 34 03 71 0D",
    "switched off": "01 30 30 41 42 30 45 02 30 30 43 32 30 33 44 36 30 30 30 34 03 73 0D",
    "switched on": "01 30 30 41 42 30 45 02 30 30 43 32 30 33 44 36 30 30 30 31 03 76 0D",
    "HDMI2": "01 30 30 41 44 31 32 02 30 30 30 30 36 30 30 30 30 30 38 38 30 30 31 32 03 02 0D",
    "null": "01 30 30 41 42 30 34 02 42 45 03 01 0D",
}


@pytest.mark.parametrize(
    ("kind", "message", "sent"),
    [
        ("A", "01D6", "01 30 41 30 41 30 36 02 30 31 44 36 03 74 0D"),
        ("A", "C203D60004", "01 30 41 30 41 30 43 02 43 32 30 33 44 36 30 30 30 34 03 76 0D"),
        ("A", "C203D60001", "01 30 41 30 41 30 43 02 43 32 30 33 44 36 30 30 30 31 03 73 0D"),
        ("C", "0060", "01 30 41 30 43 30 36 02 30 30 36 30 03 03 0D"),
        ("E", "00600011", "01 30 41 30 45 30 41 02 30 30 36 30 30 30 31 31 03 72 0D"),
        ("E", "00100064", "01 30 41 30 45 30 41 02 30 30 31 30 30 30 36 34 03 77 0D"),
        ("A", "B1", "01 30 41 30 41 30 34 02 42 31 03 76 0D"),
        ("A", "C216", "01 30 41 30 41 30 36 02 43 32 31 36 03 71 0D"),
        ("E", "008D0001", "01 30 41 30 45 30 41 02 30 30 38 44 30 30 30 31 03 09 0D"),
    ],
)
def test_requests(kind, message, sent):
    assert codec.encode(1, kind, message).hex(" ").upper() == sent


@pytest.mark.parametrize("display", [1, 26, 100])
def test_ids(display):
    assert codec.encode(display, "C", "0062")[2] == 0x40 + display


def test_answers():
    frames = {name: codec.decode(bytes.fromhex(answer)) for name, answer in ANSWERS.items()}
    assert all(rest == b"" for _, rest in frames.values())
    assert codec.parse_power(frames["off"][0].message).power is Power.STANDBY
    codec.parse_power_set(frames["switched off"][0].message)
    codec.parse_power_set(frames["switched on"][0].message)
    parameter = codec.parse_parameter(frames["HDMI2"][0].message)
    assert (parameter.known, parameter.code, parameter.maximum, parameter.value) == (True, "0060", 0x88, 0x12)
    assert codec.is_null(frames["null"][0])
    assert {frame.source for frame, _ in frames.values()} == {1}


def test_meanings():
    assert codec.parse_text("C3" + "16" + "30313233414200") == "0123AB"
    assert codec.parse_firmware("CB020000R2.104") == "R2.104"
    assert codec.parse_mac("C32A000204" + "003013AA0001") == "00:30:13:aa:00:01"
    assert codec.parse_temperature(0x0032) == 25.0
    assert codec.parse_temperature(0xFFFF) == -0.5
    assert codec.parse_power("0200D60000040002") == codec.PowerState(Power.ON, waiting=True)
    assert codec.parse_diagnosis("A100") == codec.Diagnosis((), no_signal=False)
    found = codec.parse_diagnosis("A180A1B0")
    assert found.no_signal
    assert found.faults == (
        Fault(part="fan", severity=Severity.ERROR), Fault(part="temperature", severity=Severity.WARNING),
    )  # fmt: skip
    assert not codec.parse_parameter("0100600000000000").known
    with pytest.raises(DeviceError) as caught:
        codec.parse_power_set("01C203D60001")
    assert caught.value.error_class is ErrorClass.REFUSED


def test_a_check_that_is_an_end_or_a_beginning_itself():
    """0D, 01 and 03 occur as the check byte and do not end or begin a frame."""
    seen = set()
    for value in range(256):
        message = f"00006200006400{value:02X}"
        body = b"00AD12\x02" + message.encode() + b"\x03"
        frame = b"\x01" + body + bytes([codec.checksum(body)])
        seen.add(frame[-1])
        assert codec.decode(frame + b"\r\x01\x30") == (Frame(1, "D", message), b"\x01\x30")
        assert codec.decode(frame) == (Frame(1, "D", message), b"")
    assert {0x0D, 0x01, 0x03} & seen


@pytest.mark.parametrize(
    "noise", [b"\x00\xff", b"\x01", b"\x01\x30\x41\x30\x43", b"\x01\x30\x30\x41\x42\x30\x31\x02", b"\r\r\x03"]
)
def test_noise_before_an_answer(noise):
    answer = bytes.fromhex(ANSWERS["HDMI2"])
    frame, rest = codec.decode(noise + answer)
    assert (frame.message, rest) == ("0000600000880012", b"")


def test_an_echo_is_no_answer():
    assert codec.decode(codec.encode(1, "C", "0060")) == (None, b"")


def test_an_answer_in_pieces():
    answer = bytes.fromhex(ANSWERS["off"])
    for cut in range(len(answer) - 1):
        assert codec.decode(answer[:cut]) == (None, answer[:cut])


def test_a_wrong_check():
    broken = bytearray(bytes.fromhex(ANSWERS["off"]))
    broken[-2] ^= 1
    with pytest.raises(DeviceError) as caught:
        codec.decode(bytes(broken))
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.PROTOCOL, Happened.NO)


PARSERS = [
    codec.parse_parameter, codec.parse_power, codec.parse_power_set, codec.parse_diagnosis, codec.parse_text,
    codec.parse_firmware, codec.parse_mac,
]  # fmt: skip


@given(data=st.binary(max_size=300) | st.binary(max_size=40).map(lambda tail: b"\x01\x30\x30\x41\x44" + tail))
@example(b"\x01" * 40)
@example(b"\x01\x30\x30\x41\x42\x30\x30\x02\x03\x00")
@example(b"\x01\x30\x30\x41\x42\x30\x32\x02\x03\x30\x0d")
def test_any_bytes_give_a_frame_or_more_or_a_broken_rule(data):
    for _ in range(len(data) + 1):
        try:
            frame, rest = codec.decode(data)
        except DeviceError as error:
            assert error.error_class is ErrorClass.PROTOCOL  # noqa: PT017
            return
        if frame is None:
            assert data.endswith(rest)
            return
        assert len(rest) < len(data)
        data = rest
        for parse in PARSERS:
            try:
                parse(frame.message)
            except DeviceError as error:
                assert error.message.isprintable()  # noqa: PT017
    raise AssertionError("never ends")


@given(message=st.text(max_size=40) | st.from_regex("[0-9A-F]{0,40}", fullmatch=True))
@example("C32A0002041122334455６６")
@example("A1²²")
def test_any_message_has_a_meaning_or_breaks_the_protocol(message):
    for parse in PARSERS:
        try:
            parse(message)
        except DeviceError as error:
            assert error.error_class in {ErrorClass.PROTOCOL, ErrorClass.REFUSED}  # noqa: PT017


@given(
    source=st.integers(1, 100),
    kind=st.sampled_from("BDF"),
    message=st.from_regex("[0-9A-F]{2,40}", fullmatch=True),
    before=st.binary(max_size=4).filter(lambda noise: 1 not in noise),
    after=st.binary(max_size=8),
)
def test_a_frame_survives_the_wire(source, kind, message, before, after):
    body = (
        f"00{chr(0x40 + source)}{kind}{len(message) + 2:02X}".encode("latin-1")
        + b"\x02"
        + message.encode()
        + b"\x03"
    )
    sent = b"\x01" + body + bytes([codec.checksum(body)]) + b"\r"
    assert codec.decode(before + sent + after) == (Frame(source, kind, message), after)
