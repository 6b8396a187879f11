"""MDC on the wire: pure functions between bytes and meaning.

Source: Samsung's "Multiple Display Control" protocol document 14.4c and 15.x, and python-samsung-mdc 1.18.
A request is `AA command id length data checksum`, an answer `AA FF id length A|N command data checksum`; the
checksum is the low byte of the sum of everything after AA. Everything that breaks the rules is
DeviceError(PROTOCOL) with NO; the conversation, which knows what was sent, corrects what happened.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_whiteboards.model import Fault, Power, Severity
from pedell_whiteboards.text import clean

_HEADER = 0xAA
_ANSWER = 0xFF
_ACK = 0x41
_NAK = 0x4E
SECURED = b"MDCSTART<<TLS>>"
"""What a display with "Secured Protocol" says first."""
INPUT_CODE = r"[0-9a-f]{2}"


class Command(IntEnum):
    """Command bytes."""

    STATUS = 0x00
    SERIAL = 0x0B
    ERRORS = 0x0D
    FIRMWARE = 0x0E
    POWER = 0x11
    VOLUME = 0x12
    MUTE = 0x13
    INPUT = 0x14
    SAFETY_LOCK = 0x5D
    DEVICE_NAME = 0x67
    PANEL_TIME = 0x83
    MODEL_NAME = 0x8A
    RESET = 0x9F
    NETWORK_STANDBY = 0xB5
    PANEL = 0xF9


# "PC timing" of HDMI, and "video" of DVI, are told but cannot be selected.
_READ_AS = {"22": "21", "24": "23", "32": "31", "34": "33", "1f": "18"}
INPUTS = {
    "s-video": "04", "component1": "08", "av1": "0c", "av2": "0d", "scart1": "0e", "vga1": "14", "dvi1": "18",
    "bnc": "1e", "magicinfo": "20", "hdmi1": "21", "hdmi2": "23",
    "displayport1": "25", "displayport2": "26", "displayport3": "27", "hdmi3": "31", "hdmi4": "33", "tv": "40",
    "ops": "50", "hdbaset1": "55", "ocm": "56", "screen-mirroring": "61", "usb": "62", "url-launcher": "63",
    "whiteboard": "64", "browser": "65", "remote-workspace": "66",
}  # fmt: skip


@dataclass(frozen=True)
class Frame:
    """One answer: from which display, yes or no, to which command, with what."""

    display: int
    ack: bool
    command: int
    values: bytes


@dataclass(frozen=True)
class StatusBlock:
    """What command 00 tells on every model; later bytes differ and are ignored."""

    power: Power
    volume: int | None
    muted: bool | None
    input: str


@dataclass(frozen=True)
class ErrorBlock:
    """What command 0D tells."""

    faults: tuple[Fault, ...]
    temperature: float | None
    signal: bool | None


def checksum(data: bytes) -> int:
    """Low byte of the sum."""
    return sum(data) & 0xFF


def encode(command: int, display: int, data: bytes = b"") -> bytes:
    """A request."""
    body = bytes([command, display, len(data)]) + data
    return bytes([_HEADER]) + body + bytes([checksum(body)])


def decode(data: bytes) -> tuple[Frame | None, bytes]:
    """The first answer in `data` and what follows it; None while it is not complete.

    Bytes before an answer (line noise, an echo of our own request) are passed over.
    """
    start = data.find(_HEADER)
    while start >= 0 and len(data) > start + 1 and data[start + 1] != _ANSWER:
        start = data.find(_HEADER, start + 1)
    if start < 0:
        return None, b""
    rest = data[start:]
    if len(rest) < 4 or len(rest) < rest[3] + 5:
        return None, rest
    end = rest[3] + 5
    frame, rest = rest[:end], rest[end:]
    if checksum(frame[1:-1]) != frame[-1]:
        raise _broken("has a wrong checksum", frame)
    if frame[3] < 2 or frame[4] not in {_ACK, _NAK}:
        raise _broken("says neither yes nor no", frame)
    return Frame(frame[2], frame[4] == _ACK, frame[5], frame[6:-1]), rest


def parse_power(values: bytes) -> Power:
    """00 off, 01 on; 02 while it restarts."""
    if values[:1] not in {b"\x00", b"\x01", b"\x02"}:
        raise _meaning("power state", values)
    return (Power.STANDBY, Power.ON, Power.WARMING)[values[0]]


def parse_status(values: bytes) -> StatusBlock:
    """Power, volume, mute and input."""
    if len(values) < 4:
        raise _meaning("status", values)
    volume, mute, shown = values[1:4]
    return StatusBlock(
        power=parse_power(values),
        volume=volume if volume <= 100 else None,
        muted={0: False, 1: True}.get(mute),  # FF where it cannot be told
        input=parse_input(shown),
    )


def parse_input(code: int) -> str:
    """The code as it can be selected again."""
    text = f"{code:02x}"
    return _READ_AS.get(text, text)


def takes(command: int, ordered: bytes, told: bytes) -> bool:
    """Whether a yes with the values `told` may belong to the order: none, its own, or the input's other code."""
    if command == Command.INPUT and len(ordered) == len(told) == 1:
        return parse_input(ordered[0]) == parse_input(told[0])
    return told[: len(ordered)] in {ordered, b""}


def parse_panel(values: bytes) -> bool:
    """Whether the picture is off: 00 means the panel is on, 01 off."""
    if values[:1] not in {b"\x00", b"\x01"}:
        raise _meaning("panel state", values)
    return values[0] == 1


def parse_flag(values: bytes) -> bool:
    """00 off, 01 on."""
    if values[:1] not in {b"\x00", b"\x01"}:
        raise _meaning("setting", values)
    return values[0] == 1


def parse_errors(values: bytes) -> ErrorBlock:
    """Lamp, temperature, brightness sensor, no-sync, degrees Celsius, fan."""
    if len(values) < 6:
        raise _meaning("error status", values)
    lamp, heat, sensor, sync, degrees, fan = values[:6]
    wrong = (("lamp", lamp), ("temperature", heat), ("brightness sensor", sensor), ("fan", fan))
    return ErrorBlock(
        faults=tuple(Fault(part=part, severity=Severity.ERROR) for part, value in wrong if value == 1),
        temperature=float(degrees) if degrees != 0xFF else None,
        signal={0: True, 1: False}.get(sync),
    )


def parse_hours(values: bytes) -> int:
    """Whole hours, from units of ten minutes in two or three bytes."""
    if len(values) not in {2, 3}:
        raise _meaning("panel time", values)
    return int.from_bytes(values, "big") // 6


def parse_login(answer: bytes) -> None:
    """Read `MDCAUTH<<PASS>>`; DeviceError(AUTH) for a wrong PIN and for a display that has locked itself."""
    if answer == b"MDCAUTH<<PASS>>":
        return
    if answer == b"MDCAUTH<<FAIL:0x01>>":
        raise DeviceError(ErrorClass.AUTH, "the display refuses the PIN", hint="more tries lock the display")
    if answer == b"MDCAUTH<<FAIL:0x02>>":
        raise DeviceError(ErrorClass.AUTH, "the display is locked after too many wrong PINs")
    raise _broken("is no answer to a PIN", answer)


def _broken(what: str, data: bytes) -> DeviceError:
    shown = clean(data, 40) if data[:3] == b"MDC" else data[:24].hex(" ")
    return DeviceError(ErrorClass.PROTOCOL, f"the display's answer {what}: {shown}")


def _meaning(what: str, values: bytes) -> DeviceError:
    return DeviceError(
        ErrorClass.PROTOCOL, f"the display's {what} has no meaning: {values[:16].hex(' ') or 'empty'}"
    )
