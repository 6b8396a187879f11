"""What Newline's frames mean.

Sources: Newline's RS+ manual, RS-232 pages; the app of the maker's tool chain RealMoMo/serialport, whose classes name
what the outer port takes and answers (33 volume, 50 source, 82 speaker, 05 volume set, 0B freeze, 0D key lock, 0E
backlight). Second sources, all made for the outer port: control-system modules for TruTouch 470 to 840 and TT-xx14B,
for the Q and X series and for STV panels (power 37, volume 33, source 32 or 50, muted 82, the tables of sources), and
a client that speaks over TCP 6688. They agree in all that is used here but for one thing: what 0F 00 and 0F 01 do to
the sound, so the key for the sound (02), which all of them have, is pressed instead, and only after it was read which
way it is. Two programs of users (the "Couchside" agent, 19200 baud; a Japanese one by TCP) have the same keys and
answers; the first says that a panel in standby takes the order to switch on by the line. On one module's panel 54 and
the answer 18 are a third HDMI at the back and no Type-C; YooUp/RS232-Monitor-Database has that for the X6, from its
manual.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_whiteboards.counted import Frame
from pedell_whiteboards.model import Power

INPUT_CODE = r"[0-9a-f]{2}"
KEY = 0x01
"""Group of keys and questions. VOLUME: group whose code is the volume to set."""
VOLUME = 0x05
ON, OFF = (KEY, 0x00), (KEY, 0x01)
SOUND_KEY = (KEY, 0x02)
ASK_VOLUME, ASK_POWER, ASK_MUTED = (KEY, 0x33), (KEY, 0x37), (KEY, 0x82)
FREEZE, UNFREEZE = (0x0B, 0x00), (0x0B, 0x01)
UNLOCK, LOCK = (0x0D, 0x00), (0x0D, 0x01)
DARK, LIT = (0x0E, 0x00), (0x0E, 0x01)
ASK_SCREEN = (0x0A, 0x07)
"""Only on the link between the panel's controller and its Android, as the restart is."""
REBOOT = (0x3C, 0x03)


class Generation(StrEnum):
    """Families of panels that count their inputs in different ways."""

    NEWER = "newer"
    OLDER = "older"


ASK_INPUT: Mapping[Generation, tuple[int, int]] = {
    Generation.NEWER: (KEY, 0x50),
    Generation.OLDER: (KEY, 0x32),
}
# HDMI1 is the one at the front. Type-C differs by model: 51, 54 or 58.
INPUTS: Mapping[Generation, Mapping[str, str]] = {
    Generation.NEWER: {
        "hdmi1": "0a", "hdmi2": "52", "hdmi3": "53", "usb-c": "54", "displayport1": "56", "ops": "38", "vga1": "0d",
        "android": "1c",
    },
    Generation.OLDER: {
        "hdmi1": "0a", "hdmi2": "0b", "hdmi3": "0c", "hdmi4": "51", "displayport1": "56", "ops": "38", "vga1": "0d",
        "vga2": "0e", "s-video": "10", "av1": "11", "av2": "12",
    },
}  # fmt: skip
# What is told is another number than the one that selects it, and the same one for a slot computer that models select
# by different codes.
_TOLD: Mapping[Generation, Mapping[int, str]] = {
    Generation.NEWER: {
        0x00: "vga1", 0x16: "ops", 0x17: "ops", 0x18: "usb-c", 0x19: "hdmi1", 0x1E: "hdmi3", 0x1F: "hdmi2",
        0x20: "displayport1", 0x22: "usb-c", 0x30: "android",
    },
    Generation.OLDER: {
        0x00: "vga1", 0x02: "av1", 0x03: "av2", 0x0B: "s-video", 0x11: "vga2", 0x17: "hdmi1", 0x18: "hdmi2",
        0x19: "ops", 0x20: "hdmi3", 0x51: "hdmi4", 0x56: "displayport1",
    },
}  # fmt: skip


def parse_power(frame: Frame) -> Power:
    """01 on, 00 off."""
    return Power.ON if _flag("power state", frame, {1}) else Power.STANDBY


def parse_screen(frame: Frame) -> Power:
    """00 lit, 01 dark; a panel that is off and one whose screen is off cannot be told apart."""
    return Power.STANDBY if _flag("screen state", frame, {1}) else Power.ON


def parse_muted(frame: Frame) -> bool:
    """01 muted; 00 or, by one module, 02 not."""
    return not _flag("sound", frame, {0, 2})


def parse_volume(frame: Frame) -> int:
    """0 to 100; 0 also where the sound is off."""
    if frame.values[0] > 100:
        raise _meaning("volume", frame)
    return frame.values[0]


def parse_input(frame: Frame, generation: Generation) -> str | None:
    """The plain name of the input which is told; none for one that no list has."""
    return _TOLD[generation].get(frame.values[0])


def _flag(what: str, frame: Frame, true: set[int]) -> bool:
    if frame.values[0] not in {0, 1} | true:
        raise _meaning(what, frame)
    return frame.values[0] in true


def _meaning(what: str, frame: Frame) -> DeviceError:
    return DeviceError(ErrorClass.PROTOCOL, f"the panel's {what} has no meaning: {frame.values[0]:02x}")
