"""The AA BB CC frames: pure functions between bytes and meaning.

Sources: "RS232 code for Clevertouch Plus" and iiyama's "TExx68 RS232 protocol 1.0.2", both as transcribed by
vesalaasanen/ai4av, which agree with each other; byuoitav's Go client for Clevertouch (power and inputs, tried on
panels); a panel maker's test scripts for Prowise (HDMI4, USB-C, touch); ten control-system modules for panels with
this main board, MAXHUB among them, which agree in power, input, volume, mute and slot computer;
acaprojects/ruby-engine-drivers (MAXHUB), whose specification has orders answered as the question would be;
"Clevertouch Impact Series" in ai4av, from the maker's own support pages (all codes and answers as here); Speechi's
list in YooUp/RS232-Monitor-Database. For Prowise also glikely/prowise-ctrl, made from Prowise's document and tried on
a Classic 65: what 39 asks for is answered by 40, which tells locks of keys and remote control (ordered by 38 04 and
38 05) and of touching (38 07), 00 being locked. It calls the sound off at 01; a panel maker's test script for Prowise
and all others have it off at 00, and that is followed.

A frame is `AA BB CC main sub value checksum DD EE FF`; the checksum is the low byte of main + sub + value. Questions
are answered by main 80 (power), 81 (input), 82 (sub 00 volume, sub 01 mute), 83 (slot computer). What is answered to
orders is not documented. Everything that breaks the rules is DeviceError(PROTOCOL) with NO; the conversation, which
knows what was sent, corrects what happened.
"""

from __future__ import annotations

from dataclasses import dataclass

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_whiteboards.model import Power

_HEAD = b"\xaa\xbb\xcc"
_END = b"\xdd\xee\xff"
_LENGTH = 10
INPUT_CODE = r"[0-9a-f]{2}"


@dataclass(frozen=True)
class Frame:
    """One frame, in either direction."""

    main: int
    sub: int
    value: int = 0


@dataclass(frozen=True)
class Question:
    """What is asked, and which answer belongs to it (`sub` where one main answers two questions)."""

    request: Frame
    answered_by: int
    sub: int | None = None

    def answers(self, frame: Frame) -> bool:
        """Whether a frame answers it."""
        return frame.main == self.answered_by and self.sub in {None, frame.sub}


POWER = Question(Frame(0x01, 0x02), 0x80)
INPUT = Question(Frame(0x02, 0x00), 0x81)
VOLUME = Question(Frame(0x03, 0x02), 0x82, 0x00)
MUTE = Question(Frame(0x03, 0x03), 0x82, 0x01)
KEYS = Question(Frame(0x39, 0x00), 0x40, 0x00)
REMOTE = Question(Frame(0x39, 0x01), 0x40, 0x01)
TOUCH = Question(Frame(0x39, 0x12), 0x40, 0x12)

# "On" is 00 for the panel: the other way round than for its slot computer.
POWER_ON, POWER_OFF = Frame(0x01, 0x00), Frame(0x01, 0x01)
SOUND_OFF, SOUND_ON = Frame(0x03, 0x01, 0x00), Frame(0x03, 0x01, 0x01)
TOUCH_OFF, TOUCH_ON = Frame(0x38, 0x07, 0x00), Frame(0x38, 0x07, 0x01)
KEYS_OFF, KEYS_ON = Frame(0x38, 0x04, 0x00), Frame(0x38, 0x04, 0x01)
REMOTE_OFF, REMOTE_ON = Frame(0x38, 0x05, 0x00), Frame(0x38, 0x05, 0x01)
INPUTS = {
    "tv": "01", "av1": "02", "vga1": "03", "vga2": "04", "hdmi3": "05", "hdmi1": "06", "hdmi2": "07", "ops": "08",
    "android": "0a", "vga3": "0b", "whdi": "0c", "hdmi4": "0d", "android-plus": "0e", "displayport1": "11",
}  # fmt: skip
"""As Clevertouch and iiyama have them; Prowise differs (models.yaml)."""


def set_input(code: str) -> Frame:
    """Show an input."""
    return Frame(0x02, int(code, 16))


def set_volume(volume: int) -> Frame:
    """0 to 100."""
    return Frame(0x03, 0x00, volume)


def checksum(frame: Frame) -> int:
    """Low byte of the sum of the three bytes that mean something."""
    return (frame.main + frame.sub + frame.value) & 0xFF


def encode(frame: Frame) -> bytes:
    """A frame's ten bytes."""
    return _HEAD + bytes([frame.main, frame.sub, frame.value, checksum(frame)]) + _END


def decode(data: bytes) -> tuple[Frame | None, bytes]:
    """The first frame in `data` and what follows it; None while it is not complete. Noise is passed over."""
    start = data.find(_HEAD[:1])
    while start >= 0:
        rest = data[start:]
        if rest.startswith(_HEAD[: len(rest)]):
            if len(rest) < _LENGTH:
                return None, rest
            if rest[7:_LENGTH] == _END:
                frame = Frame(rest[3], rest[4], rest[5])
                if checksum(frame) != rest[6]:
                    raise DeviceError(
                        ErrorClass.PROTOCOL,
                        f"the panel's answer has a wrong checksum: {rest[:_LENGTH].hex(' ')}",
                    )
                return frame, rest[_LENGTH:]
        start = data.find(_HEAD[:1], start + 1)
    return None, b""


def parse_power(frame: Frame) -> Power:
    """00 on, 01 off."""
    if frame.sub not in {0, 1}:
        raise _meaning("power state", frame.sub)
    return Power.ON if frame.sub == 0 else Power.STANDBY


def parse_input(frame: Frame) -> str:
    """The input's code in hexadecimal."""
    return f"{frame.sub:02x}"


def parse_volume(frame: Frame) -> int:
    """0 to 100."""
    if frame.value > 100:
        raise _meaning("volume", frame.value)
    return frame.value


def parse_mute(frame: Frame) -> bool:
    """00 muted, 01 sounding."""
    if frame.value not in {0, 1}:
        raise _meaning("sound", frame.value)
    return frame.value == 0


def parse_locked(frame: Frame) -> bool:
    """00 locked, 01 free."""
    if frame.value not in {0, 1}:
        raise _meaning("lock", frame.value)
    return frame.value == 0


def _meaning(what: str, value: int) -> DeviceError:
    return DeviceError(ErrorClass.PROTOCOL, f"the panel's {what} has no meaning: {value:02x}")
