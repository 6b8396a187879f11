"""The ActivPanel's frames: pure functions between bytes and meaning.

Sources: the command tables of paulwareing/ActivPanel (AP5, AP7, AP9, VP); second sources: ha2010951/
lu-screen-dashboard-2026, tried by its author on a real panel over TCP (power, volume, sources, USB-C, freeze), and a
control-system module for ActivPanel V5 and V6 (power, volume, mute, freeze, blank, remote lock, sources), and
YooUp/RS232-Monitor-Database, from Promethean's support article 1595 (power, volume, sources, 38400 baud). No program
that listens to the answers was found besides: a panel maker's test scripts have frames of the same kind for another
board (`F6 4D ...`, whether there is a signal).

A frame is `F6 command action value checksum 6F`; the checksum is the low byte of the sum of everything before it, F6
counted as well. Texts stand in place of the value, so that such a frame is longer, and may hold a 6F ("o")
themselves: its end is a 6F after a byte that is the right checksum. Everything that breaks the rules is
DeviceError(PROTOCOL) with NO; the conversation, which knows what was sent, corrects what happened.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_whiteboards.model import Power

_HEAD = 0xF6
_END = 0x6F
_FIXED = 6
_LONGEST = 133
"""Head, command, action, 128 characters, checksum, end."""
INPUT_CODE = r"[0-9a-f]{2}"


class Generation(StrEnum):
    """Families of panels whose values mean different things."""

    AP5 = "ap5"
    AP7 = "ap7"
    AP9 = "ap9"
    VP = "vp"


class Command(IntEnum):
    """Command bytes."""

    POWER = 0x01
    MUTE = 0x02
    INFO = 0x03
    VOLUME = 0x0C
    INPUT = 0x30
    FREEZE = 0x32
    PICTURE = 0x34
    BLANK = 0x35
    TOUCH_LOCK = 0x36
    REMOTE_LOCK = 0x37
    TOUCH_INFO = 0x3C


# Answers to these may be texts.
_TEXTS = {Command.INFO, Command.TOUCH_INFO}
GET = 0x02
"""The action that asks, for every command but INFO and PICTURE, whose actions say what is meant."""
SERIAL = 0x04
MODEL = 0x05
FIRMWARE = 0x01
FACTORY_RESET = 0x06
PICTURE_RESET = 0x0D

_COMMON = {"vga1": "08", "hdmi1": "09", "hdmi2": "0a", "hdmi3": "13", "ops": "12"}
INPUTS: Mapping[Generation, Mapping[str, str]] = {
    Generation.AP5: {**_COMMON, "android": "0b", "av1": "01", "component1": "06", "hdmi4": "14"},
    Generation.AP7: {**_COMMON, "android": "0b", "displayport1": "14"},
    Generation.AP9: {**_COMMON, "android": "0b", "av1": "01", "displayport1": "14", "usb-c": "0c"},
    Generation.VP: {**_COMMON, "usb-c": "0c"},
}
_POWERS = {1: Power.ON, 2: Power.STANDBY, 3: Power.STANDBY}
# With remote management on, an AP5 tells of its picture: 03 off, 04 on.
_POWERS_AP5 = {**_POWERS, 4: Power.ON}


@dataclass(frozen=True)
class Frame:
    """One frame: which command and action, with what."""

    command: int
    action: int
    data: bytes


@dataclass(frozen=True)
class Setting:
    """How a setting is ordered and told: actions and values differ, and not always in the same direction.

    Attributes:
        action: the action that orders.
        on: the value that orders it on. off: the value that orders it off.
        told_on: the value that tells that it is on.
    """

    command: Command
    action: int
    on: int
    off: int
    told_on: int = 1


def settings(generation: Generation) -> Mapping[Command, Setting]:
    """The settings with two states. Blank, touch lock and remote lock are ordered by 00 and undone by 01."""
    vp, ap5 = generation is Generation.VP, generation is Generation.AP5
    return {
        Command.MUTE: Setting(Command.MUTE, 0x00, on=1, off=0),
        Command.FREEZE: Setting(Command.FREEZE, 0x01, on=0 if vp else 1, off=1 if vp else 2),
        Command.BLANK: Setting(Command.BLANK, 0x01, on=0, off=1),
        Command.TOUCH_LOCK: Setting(Command.TOUCH_LOCK, 0x01, on=0, off=1, told_on=1 if ap5 else 0),
        Command.REMOTE_LOCK: Setting(Command.REMOTE_LOCK, 0x01, on=0, off=1),
    }


def checksum(data: bytes) -> int:
    """Low byte of the sum, the head counted."""
    return sum(data) & 0xFF


def encode(command: int, action: int, value: int = 0) -> bytes:
    """A request."""
    body = bytes([_HEAD, command, action, value])
    return body + bytes([checksum(body), _END])


def decode(data: bytes) -> tuple[Frame | None, bytes]:
    """The first frame in `data` and what follows it; None while it is not complete. Noise is passed over."""
    start = data.find(_HEAD)
    while start >= 0:
        rest = data[start:]
        if len(rest) < 2:
            return None, rest
        if rest[1] in _TEXTS:
            end = _text_end(rest)
            if end:
                return _frame(rest[:end]), rest[end:]
            if len(rest) < _LONGEST:
                return None, rest
        elif len(rest) < _FIXED:
            return None, rest
        elif rest[_FIXED - 1] == _END:
            if checksum(rest[:4]) != rest[4]:
                raise DeviceError(
                    ErrorClass.PROTOCOL, f"the panel's answer has a wrong checksum: {rest[:_FIXED].hex(' ')}"
                )
            return _frame(rest[:_FIXED]), rest[_FIXED:]
        start = data.find(_HEAD, start + 1)
    return None, b""


def _frame(raw: bytes) -> Frame:
    return Frame(raw[1], raw[2], raw[3:-2])


def _text_end(data: bytes) -> int:
    """Where the first frame of a text ends, 0 while it does not.

    A checksum may fit by chance before an "o" in the middle of the text: then more text follows.
    """
    for at in range(4, min(len(data), _LONGEST)):
        if data[at] == _END and checksum(data[: at - 1]) == data[at - 1]:
            after = data[at + 1 : at + 2]
            if not after or not 0x20 <= after[0] < 0x7F:
                return at + 1
    return 0


def parse_power(data: bytes, generation: Generation) -> Power:
    """01 on, 02 standby, 03 sleep; on an AP5 with remote management 03 picture off, 04 picture on."""
    powers = _POWERS_AP5 if generation is Generation.AP5 else _POWERS
    value = _one(data)
    if value not in powers:
        raise _meaning("power state", data)
    return powers[value]


def parse_volume(data: bytes) -> int:
    """0 to 100."""
    value = _one(data)
    if value > 100:
        raise _meaning("volume", data)
    return value


def parse_setting(data: bytes, setting: Setting) -> bool:
    """Whether a setting is on, by its own polarity."""
    value = _one(data)
    if value not in {0, 1}:
        raise _meaning("setting", data)
    return value == setting.told_on


def parse_input(data: bytes) -> str:
    """The source's code in hexadecimal."""
    return f"{_one(data):02x}"


def _one(data: bytes) -> int:
    if len(data) != 1:
        raise _meaning("answer", data)
    return data[0]


def _meaning(what: str, data: bytes) -> DeviceError:
    return DeviceError(
        ErrorClass.PROTOCOL, f"the panel's {what} has no meaning: {data[:16].hex(' ') or 'empty'}"
    )
