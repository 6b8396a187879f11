"""NEC's external control on the wire: pure functions between bytes and meaning.

Sources: NEC "External Control" (UHD series; M751/M861/M981; Mxx1/MExx1) and, as the second, the maker's own Python
package nec-pd-sdk 23.8.22 (frame, replies, operation codes, diagnosis codes); the log "NEC M551 responses.txt" of
PepperDash/epi-nec-display gives what a real display says.

`01 '0' destination '0' type length 02 message 03 check 0D`. In answers the destination is '0' and the source stands
after it. The length counts from 02 to 03, as two hexadecimal digits; the check is the XOR of everything after 01 up to
and with 03, one byte of any value: 0D, 01 and 03 occur inside a frame. Some logs show answers without the 0D at the
end, so it is taken where it is there. Everything that breaks the rules is DeviceError(PROTOCOL) with NO; the
conversation, which knows what was sent, corrects what happened.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import reduce
from operator import xor

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_whiteboards.model import Fault, Power, Severity
from pedell_whiteboards.text import clean

_START = 0x01
_HEADER = 7
_HEX = re.compile(r"[0-9A-Fa-f]*")
_DIGITS = frozenset(b"0123456789ABCDEFabcdef")
# What may stand at the beginning of an answer, byte by byte.
_HEAD = (
    frozenset({_START}), frozenset(b"0"), frozenset(b"0"), frozenset(range(0x41, 0xA5)), frozenset(b"BDF"),
    _DIGITS, _DIGITS, frozenset({0x02}),
)  # fmt: skip
NULL = "BE"
"""The message that means "busy, or not known here"."""
INPUT_CODE = r"[0-9a-f]{2,4}"

INPUTS = {
    "vga1": "01", "rgbhv": "02", "dvi1": "03", "dvi2": "04", "av1": "05", "av2": "06", "s-video": "07", "tv": "0a",
    "component1": "0c", "ops": "0d", "component2": "0e", "displayport1": "0f", "displayport2": "10", "hdmi1": "11",
    "hdmi2": "12", "usb": "14", "displayport3": "80", "hdmi3": "82", "hdmi4": "83", "media-player": "87",
    "compute-module": "88", "usb-c": "89",
}  # fmt: skip

# Self-diagnosis: the first digit tells the part. What a display without a signal says is no fault.
_NO_SIGNAL = 0xB0
_PARTS = {0x7: "power", 0x8: "fan", 0x9: "backlight", 0xA: "temperature", 0xC: "option slot"}
_WARNINGS = frozenset({0xA1, 0xA2, 0xD0, 0xD1, 0xEB, 0xEC})
_POWERS = {1: Power.ON, 2: Power.ON, 3: Power.ON, 4: Power.STANDBY}


@dataclass(frozen=True)
class Frame:
    """One answer.

    Attributes:
        source: the display's id, 1 to 100.
        kind: B (to a command), D (to a get) or F (to a set).
        message: between 02 and 03.
    """

    source: int
    kind: str
    message: str


@dataclass(frozen=True)
class Parameter:
    """What a get or a set is answered with; `known` is false where the display does not have it."""

    known: bool
    code: str
    maximum: int
    value: int


@dataclass(frozen=True)
class PowerState:
    """`waiting` is a display that is switched on and saves power until a signal comes."""

    power: Power
    waiting: bool = False


@dataclass(frozen=True)
class Diagnosis:
    """What the display finds wrong with itself, and whether it misses its signal."""

    faults: tuple[Fault, ...]
    no_signal: bool


def checksum(data: bytes) -> int:
    """XOR of all bytes."""
    return reduce(xor, data, 0)


def encode(display: int, kind: str, message: str) -> bytes:
    """A request to the display with this id; `kind` is A (command), C (get) or E (set)."""
    body = f"0{chr(0x40 + display)}0{kind}{len(message) + 2:02X}".encode("latin-1")
    body += b"\x02" + message.encode("ascii") + b"\x03"
    return bytes([_START]) + body + bytes([checksum(body)]) + b"\r"


def decode(data: bytes) -> tuple[Frame | None, bytes]:
    """The first answer in `data` and what follows it; None, with what is to be kept, while it is not complete.

    Noise, an echo of our own request and frames to others are passed over.
    """
    start = data.find(_START)
    while start >= 0 and not _may_begin(data[start : start + _HEADER + 1]):
        start = data.find(_START, start + 1)
    if start < 0:
        return None, b""
    rest = data[start:]
    if len(rest) < _HEADER:
        return None, rest
    end = _HEADER + int(rest[5:7], 16)
    if len(rest) <= end:
        return None, rest
    frame, rest = rest[: end + 1], rest[end + 1 :]
    if frame[end - 1] != 0x03 or checksum(frame[1:end]) != frame[end]:
        raise _broken("has a wrong checksum", frame)
    source = frame[3] - 0x40
    return Frame(source, chr(frame[4]), frame[8 : end - 1].decode("latin-1")), rest.removeprefix(b"\r")


def _may_begin(head: bytes) -> bool:
    """Whether these bytes are the beginning of an answer, as far as they have come."""
    right = all(byte in allowed for allowed, byte in zip(_HEAD, head, strict=False))
    return right and (len(head) < _HEADER or int(head[5:7], 16) >= 2)


def is_null(frame: Frame) -> bool:
    """Whether the display says that it is busy or does not know the request."""
    return frame.kind == "B" and frame.message.upper() == NULL


def parse_parameter(message: str) -> Parameter:
    """Result, code, type, largest and present value."""
    if len(message) != 16 or _HEX.fullmatch(message) is None:
        raise _meaning("parameter", message)
    return Parameter(
        known=message[:2] == "00",
        code=message[2:6].upper(),
        maximum=int(message[8:12], 16),
        value=int(message[12:], 16),
    )


def parse_power(message: str) -> PowerState:
    """The answer to 01D6: 0001 on, 0002 and 0003 on but saving power, 0004 off."""
    if re.fullmatch(r"0200[Dd]6[0-9A-Fa-f]{10}", message) is None or int(message[12:], 16) not in _POWERS:
        raise _meaning("power state", message)
    value = int(message[12:], 16)
    return PowerState(_POWERS[value], waiting=value in {2, 3})


def parse_power_set(message: str) -> None:
    """The answer to C203D6: result, the command again, the value; DeviceError(REFUSED) where it says no."""
    if re.fullmatch(r"[0-9A-Fa-f]{2}[Cc]203[Dd]6[0-9A-Fa-f]{4}", message) is None:
        raise _meaning("answer to switching", message)
    if message[:2] != "00":
        raise DeviceError(ErrorClass.REFUSED, f"the display refuses to be switched (result {message[:2]})")


def parse_diagnosis(message: str) -> Diagnosis:
    """The answer to B1: A1 and codes of two digits."""
    if re.fullmatch(r"[Aa]1([0-9A-Fa-f]{2}){1,32}", message) is None:
        raise _meaning("self-diagnosis", message)
    codes = bytes.fromhex(message[2:])
    faults = {
        Fault(
            part=_PARTS.get(code >> 4, "other"),
            severity=Severity.WARNING if code in _WARNINGS else Severity.ERROR,
        )
        for code in codes
        if code not in {0, _NO_SIGNAL}
    }
    return Diagnosis(
        tuple(sorted(faults, key=lambda fault: (fault.part, fault.severity))), _NO_SIGNAL in codes
    )


def parse_text(message: str) -> str:
    """The answer to C216 or C217: the command plus 0100, then text as hexadecimal pairs, ended by 00."""
    if len(message) % 2 or _HEX.fullmatch(message) is None:
        raise _meaning("text", message)
    return clean(bytes.fromhex(message[4:]).partition(b"\0")[0])


def parse_firmware(message: str) -> str:
    """The answer to CA02: CB02, result, which one, then plain text."""
    if re.fullmatch(r"[Cc][Bb]02[0-9A-Fa-f]{4}[^\0]*\0*", message) is None:
        raise _meaning("firmware version", message)
    return clean(message[8:].strip("\0"))


def parse_mac(message: str) -> str:
    """The answer to C22A02: C32A, result, 02, version of IP, address."""
    if re.fullmatch(r"[Cc]32[Aa]0002[0-9A-Fa-f]{14,16}", message) is None:
        raise _meaning("MAC address", message)
    return bytes.fromhex(message[10:22]).hex(":")


def parse_temperature(value: int) -> float:
    """Degrees Celsius: two's complement, in halves."""
    return (value - 0x10000 if value & 0x8000 else value) / 2


def _broken(what: str, data: bytes) -> DeviceError:
    return DeviceError(ErrorClass.PROTOCOL, f"the display's answer {what}: {data[:24].hex(' ')}")


def _meaning(what: str, message: str) -> DeviceError:
    return DeviceError(ErrorClass.PROTOCOL, f"the display's {what} has no meaning: {clean(message, 40)!r}")
