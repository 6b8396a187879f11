"""The packet of BenQ and ViewSonic panels on the wire: pure functions between bytes and meaning.

Sources: ViewSonic's user guides of IFP50, IFP60, IFP62, IFP8662, CDE8600 and, as the second, the driver
AVISPL/dal-avdevices-monitors-viewsonic-ifp; BenQ's RS232 & LAN command lists of RP552H, RP553K, RM8602K and ST4301K,
which agree with each other and with ViewSonic's packet. Further, by reading: bsdehart-NCSU's module for CDE30, a
program in use with a television of ViewSonic's (grantemsley/viewsonictvrs232), control-system modules for this packet
and Ricoh's D6500. One module for CDE (MOlson-Serban/ViewsonicCDE) asks by packets without a value and sets the volume
by 66; it stands alone, against ViewSonic's guides and all the others, and is not followed.

`length id id type command value CR`, all printable characters where the value is. The length counts everything but
the CR, as a character from '0' on; the id is two digits. Types: s set, g get, r answer to a get, + yes, - no;
ViewSonic's backlight has types of its own. There is no checksum. What real guides and panels do besides: a length
that is wrong (BenQ RP552H prints '@' for a packet of twenty), answers of 32 bytes whose length is the character 0x32
(ViewSonic 3.2.0), a yes without id (`2+`), NUL and other bytes below 20 hex inside values, 0D among them. So the
length is asked first and the next CR after it. Everything that breaks the rules is DeviceError(PROTOCOL) with NO; the
conversation, which knows what was sent, corrects what happened.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_whiteboards.text import clean

END = 0x0D
_HEADER = 5
_LONG = ord("2")
_LONG_LENGTH = 32
_SHORT_LENGTH = 8
INPUT_CODE = r"[0-9a-z]{3}"


class Kind(StrEnum):
    """Types of packets."""

    SET = "s"
    GET = "g"
    ANSWER = "r"
    YES = "+"
    NO = "-"
    GET_BACKLIGHT = "a"
    SET_BACKLIGHT = "A"


_DIGITS = frozenset(b"0123456789")
# What may stand at the beginning of an answer, byte by byte.
_HEAD = (frozenset(range(0x31, 0x7F)), _DIGITS, _DIGITS, frozenset(b"r+-"))


@dataclass(frozen=True)
class Packet:
    """One answer.

    Attributes:
        display: id, 1 to 98; 0 where the panel leaves it out.
        kind: ANSWER, YES or NO.
        command: command byte, 0 for YES and NO.
        value: what stands after it.
    """

    display: int
    kind: Kind
    command: int = 0
    value: bytes = b""


def encode(display: int, kind: Kind, command: int, value: bytes = b"000") -> bytes:
    """A request."""
    return (
        bytes([0x30 + _HEADER + len(value)])
        + f"{display:02}{kind}".encode()
        + bytes([command])
        + value
        + b"\r"
    )


def decode(data: bytes) -> tuple[Packet | None, bytes]:
    """The first answer in `data` and what follows it; None, with what is to be kept, while it is not complete.

    Noise, and an echo of our own request, are passed over.
    """
    at = 0
    while at < len(data):
        rest = data[at:]
        if rest[:3] in {b"2+\r", b"2-\r"}:
            return Packet(0, Kind(chr(rest[1]))), rest[3:]
        fits = _fits(rest)
        if fits is None:
            return None, rest
        if fits:
            end = _end(rest)
            if end < 0:
                return None, rest
            return _packet(rest[:end]), rest[end + 1 :]
        at += 1
    return None, b""


def _fits(data: bytes) -> bool | None:
    """Whether an answer begins here; None while too little has come to tell."""
    if not all(byte in allowed for allowed, byte in zip(_HEAD, data, strict=False)):
        # `2+` and `2-` stand without an id.
        return None if len(data) == 2 and data in {b"2+", b"2-"} else False
    return True if len(data) >= 4 else None


def _end(data: bytes) -> int:
    """Where the packet's CR is, -1 while it has not come."""
    if data[3:4] != b"r":
        # Yes and no have no value: the CR is the next byte, whatever the length says.
        return 4 if data[4:5] == b"\r" else (-1 if len(data) == 4 else data.find(b"\r", 4))
    length = _LONG_LENGTH if data[0] == _LONG else data[0] - 0x30
    length = max(length, _HEADER)
    if len(data) > length and data[length] == END:
        return length
    # The length is wrong where another byte stands there.
    return data.find(b"\r", _HEADER) if len(data) > length or _short(data, length) else -1


def _short(data: bytes, length: int) -> bool:
    """Whether a long packet ended before its length: text and a CR. The values of short ones may hold a CR."""
    end = data.find(b"\r", _HEADER)
    return length > _SHORT_LENGTH and 0 < end < length and all(byte >= 0x20 for byte in data[_HEADER:end])


def _packet(data: bytes) -> Packet:
    kind = Kind(chr(data[3]))
    display = int(data[1:3])
    if kind is not Kind.ANSWER:
        if len(data) > 4:
            raise _broken("says more than yes or no", data)
        return Packet(display, kind)
    if len(data) < _HEADER:
        raise _broken("has no command", data)
    return Packet(display, kind, data[4], data[_HEADER:])


def parse_number(value: bytes) -> int:
    """Three digits."""
    if re.fullmatch(rb"[0-9]{1,6}", value) is None:
        raise _meaning("number", value)
    return int(value)


def parse_level(value: bytes) -> int:
    """000 to 100."""
    number = parse_number(value)
    if number > 100:
        raise _meaning("level", value)
    return number


def parse_flag(value: bytes) -> bool:
    """000 or 001."""
    if value not in {b"000", b"001"}:
        raise _meaning("state", value)
    return value == b"001"


def parse_degrees(value: bytes) -> float:
    """Degrees Celsius: `075`, `-05` (ViewSonic), `+075` (BenQ)."""
    if re.fullmatch(rb"[+-]?[0-9]{1,3}", value) is None:
        raise _meaning("temperature", value)
    return float(int(value))


def parse_input(value: bytes) -> str:
    """A code of three characters, in lower case."""
    text = value.decode("latin-1").lower()
    if re.fullmatch(INPUT_CODE, text) is None:
        raise _meaning("input", value)
    return text


def parse_viewsonic_input(value: bytes) -> tuple[bool, str]:
    """Whether there is a signal, and the input's code: the first character of three tells the signal."""
    code = parse_input(value)
    if code[0] not in "01":
        raise _meaning("input", value)
    return code[0] == "1", f"0{code[1:]}"


def join(values: Sequence[bytes]) -> bytes:
    """What ViewSonic panels tell in several packets, or in one of 32 bytes.

    Versions 3.1 of its protocol number the packets in their first character ("1CD", "2E-"), versions 3.0 do not.
    """
    numbered = len(values) > 1 and all(value[:1] == b"%d" % number for number, value in enumerate(values, 1))
    return b"".join(value[1:] if numbered else value for value in values)


def is_last(value: bytes, count: int) -> bool:
    """Whether no more packets follow this one, where `count` are expected."""
    return len(value) > 3 or value[:1] == b"%d" % count


def parse_text(value: bytes) -> str:
    """Text, ended or filled up by NUL."""
    return clean(value.partition(b"\0")[0])


def parse_hours(value: bytes) -> int:
    """Digits, perhaps filled up by blanks or NUL."""
    digits = value.strip(b" \0")
    if re.fullmatch(rb"[0-9]{1,8}", digits) is None:
        raise _meaning("hours", value)
    return int(digits)


def parse_mac(value: bytes) -> str:
    """Twelve hexadecimal digits with or without colons, or six bytes."""
    digits = re.sub(rb"[:\- \0]", b"", value)
    if re.fullmatch(rb"[0-9A-Fa-f]{12}", digits) is not None:
        return bytes.fromhex(digits.decode()).hex(":")
    if len(value) == 6:
        return value.hex(":")
    raise _meaning("MAC address", value)


def parse_model_info(value: bytes, which: int) -> str:
    """BenQ's answer to command 20: which of the texts, then fourteen characters."""
    if not value or value[0] != which:
        raise _meaning("model information", value)
    return parse_text(value[1:])


def _broken(what: str, data: bytes) -> DeviceError:
    return DeviceError(ErrorClass.PROTOCOL, f"the panel's answer {what}: {data[:24].hex(' ')}")


def _meaning(what: str, value: bytes) -> DeviceError:
    return DeviceError(ErrorClass.PROTOCOL, f"the panel's {what} has no meaning: {clean(value, 40)!r}")
