"""The A9 ... 8A frames: pure functions between bytes and meaning.

Sources: the RS-232 documents of CTOUCH (Runner, Leddura, Laser) and of Legamaster (ETX); second source: the manual of
the i3TOUCH P7511, pages 20 to 23, which has the same frames and commands (power 0 and 1, mute 1 and 2). The CTOUCH
document also has the backlight as 0 and 1. The tables of YooUp/RS232-Monitor-Database for CTOUCH (Canvas) and
EasyPitch, made from those makers' own documents, have power, volume and input in the same bytes, and codes for
inputs, which the two share but for 04 and 07. No program that listens to the answers was found in public.

A request is `A9 command id data 8A`, a question has AA for its data; a good answer is `A9 41 command data 8A`, a
refusal `A9 4E command error 8A`. There is no checksum and the answer names no display: head, second byte and end are
what tells an answer from noise, and displays on one line are asked one at a time. Id 00 means all, and none answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_whiteboards.model import Power

_HEAD, _END = 0xA9, 0x8A
_ACK, _NAK = 0x41, 0x4E
_LENGTH = 5
_ASK = 0xAA
INPUT_CODE = r"[0-9][0-9a-f]|a[0-9]"
"""Below AA, which would ask."""
RESERVED = frozenset({0x00, _END, _HEAD})
"""Ids that no display can have."""
_ERRORS = {1: "it does not know the command", 2: "it does not know the value"}


class Command(IntEnum):
    """Command bytes."""

    POWER = 0x11
    BACKLIGHT = 0x12
    VOLUME = 0x13
    MUTE = 0x14
    INPUT = 0x15
    KEY_LOCK = 0x17
    FREEZE = 0x1B


MUTED = 1
UNMUTED = (2, 0)
"""Documents disagree, so the second is tried where a display refuses the first."""


@dataclass(frozen=True)
class Answer:
    """One answer: to which command, yes or no, with what."""

    command: int
    ack: bool
    data: int


def question(display: int, command: Command) -> bytes:
    """Ask for a value."""
    return bytes([_HEAD, command, display, _ASK, _END])


def order(display: int, command: Command, value: int) -> bytes:
    """Set a value; AA would be a question."""
    if not 0 <= value < _ASK:
        raise ValueError(f"{value} cannot be set: from {_ASK:#x} on it is a question")
    return bytes([_HEAD, command, display, value, _END])


def decode(data: bytes) -> tuple[Answer | None, bytes]:
    """The first answer in `data` and what follows it; None while it is not complete.

    Noise and echoes of our own requests are passed over.
    """
    start = data.find(_HEAD)
    while start >= 0:
        rest = data[start:]
        if len(rest) < 2:
            return None, rest
        if rest[1] in {_ACK, _NAK}:
            if len(rest) < _LENGTH:
                return None, rest
            if rest[4] == _END:
                return Answer(rest[2], rest[1] == _ACK, rest[3]), rest[_LENGTH:]
        start = data.find(_HEAD, start + 1)
    return None, b""


def refusal(answer: Answer, command: Command) -> DeviceError:
    """What a refusal means; code 01 is a command that the model does not know."""
    what = command.name.lower().replace("_", " ")
    why = _ERRORS.get(answer.data, f"error {answer.data:02x}")
    kind = ErrorClass.UNSUPPORTED if answer.data == 1 else ErrorClass.REFUSED
    return DeviceError(kind, f"the panel refuses the command for {what}: {why}")


def parse_power(value: int) -> Power:
    """00 off, 01 on."""
    return Power.ON if _flag("power state", value) else Power.STANDBY


def parse_blank(value: int) -> bool:
    """Whether the backlight is off: 00 off, 01 on."""
    return not _flag("backlight", value)


def parse_mute(value: int) -> bool:
    """Whether it is muted: 01 on; 02 or 00 off, by model."""
    if value not in {MUTED, *UNMUTED}:
        raise _meaning("sound", value)
    return value == MUTED


def parse_volume(value: int) -> int:
    """0 to 100."""
    if value > 100:
        raise _meaning("volume", value)
    return value


def parse_input(value: int) -> str:
    """The input's code in hexadecimal."""
    return f"{value:02x}"


def parse_switched(value: int) -> bool:
    """01 on, 00 off, for locks and freeze of displays of which that is known."""
    return _flag("setting", value)


def _flag(what: str, value: int) -> bool:
    if value not in {0, 1}:
        raise _meaning(what, value)
    return value == 1


def _meaning(what: str, value: int) -> DeviceError:
    return DeviceError(ErrorClass.PROTOCOL, f"the panel's {what} has no meaning: {value:02x}")
