"""LG's serial commands on the wire: pure functions between bytes and meaning.

Sources: LG's owner's manuals 42LS75A, 55LS55A, 49SH7DB, M4225C, 70UL3E; second sources: PepperDash/epi-lg-display,
the Nodel recipe "LG display" rev. 4 (DisplayPort or USB-C is C1, HDBaseT C3, not C5), bifferos/lg_control; for why it is
off the manuals M3701C, M5201C, M4710C and 26LH1DC4 (which also has 5 V down and fan alarm); for old inputs M4210L (8 and
9 are both HDMI); for the restart `ka 02` a set of scripts and an iRidium driver for signage on the network, which call it
"reboot", and it counts only where the display says that it took 02; for a fourth HDMI and second AV and component inputs
lg-rs232-tv and lgtv-rs232-zcline91, which agree. In none of these: the model's name by `fv`, which is
missed without harm.

`ka 01 FF` CR asks set 1 for its power, `ka 01 01` orders it on; the answer has the second letter only: `a 01 OK01x`, or
`a 01 NG00x`. The set's id is hexadecimal, in two digits or three. Some televisions echo the command first. Everything
that breaks the rules is DeviceError(PROTOCOL) with NO; the conversation, which knows what was sent, corrects it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_whiteboards.model import Fault, Power, Severity
from pedell_whiteboards.text import clean

READ = "FF"
POWER = "ka"
SCREEN = "kd"
SOUND = "ke"
VOLUME = "kf"
CONTROLS = "km"
INPUT = "xb"
OLD_INPUT = "kb"
HOURS = "dl"
TEMPERATURE = "dn"
LAMP = "dp"
OFF_REASON = "kz"
STATUS = "sv"
SERIAL = "fy"
FIRMWARE = "fz"
MODEL = "fv"
RESET = "fk"
WAKE_ON_LAN = "fw"
INPUT_CODE = r"[0-9a-f]{1,2}"

_LONGEST = 200
_ANSWER = re.compile(rb"([a-z]) +([0-9A-Fa-f]{1,3}) +(OK|NG) *([^x\r\n]{0,120})x")
# What has the shape of an answer, but says neither OK nor NG.
_LIKE_ANSWER = re.compile(rb"([a-z]) +([0-9A-Fa-f]{1,3}) +([^x\r\n]{1,40})x")
_POWERS = {0: Power.STANDBY, 1: Power.ON, 2: Power.WARMING}
# A digital input is told by one of two codes, for television and for computer pictures.
_READ_AS = {"a0": "90", "a1": "91", "a2": "92", "a5": "95", "a6": "96", "a7": "97", "a8": "98", "a9": "99",
            "d0": "c0", "d1": "c1", "d2": "c2", "d3": "c3", "d5": "c5", "70": "80", "9": "8"}  # fmt: skip
INPUTS = {
    "av1": "20", "av2": "21", "component1": "40", "component2": "41", "vga1": "60", "dvi1": "80", "hdmi1": "90",
    "hdmi2": "91", "hdmi3": "92", "hdmi4": "93", "ops": "98", "displayport1": "c0", "usb-c": "c1", "hdbaset1": "c3",
    "webos-player": "e0", "multi-screen": "e2", "url-launcher": "e3",
}  # fmt: skip
OLD_INPUTS = {"av1": "2", "component1": "4", "vga1": "7", "hdmi1": "8"}
# LG's numbers, in the words of the contract; 00 means that nothing is out of order.
OFF_REASONS = {
    1: "no-signal", 2: "remote", 3: "timer", 4: "network", 5: "fault", 6: "mains", 7: "fault", 8: "timer", 9: "idle",
}  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """One answer: the command's second letter, the set, yes or no, and the text after that."""

    letter: str
    display: int
    good: bool
    data: str


def encode(command: str, display: int, *data: str, digits: int = 2) -> bytes:
    """A command; the set's id in at least `digits` hexadecimal digits."""
    return f"{command} {display:0{digits}X} {' '.join(data)}\r".encode("ascii")


def decode(data: bytes) -> tuple[Answer | None, bytes]:
    """The first answer in `data` and what follows it; None while there is none. Noise and echoes are passed over."""
    good, like = _ANSWER.search(data), _LIKE_ANSWER.search(data)
    if good is None and like is None:
        return None, data[-_LONGEST:]
    if good is None or (like is not None and like.end() < good.start()):
        assert like is not None
        raise DeviceError(
            ErrorClass.PROTOCOL, f"the display's answer says neither OK nor NG: {clean(like[0], 60)!r}"
        )
    text = clean(good[4], 120)
    return Answer(good[1].decode(), int(good[2], 16), good[3] == b"OK", text), data[good.end() :]


def parse_power(data: str) -> Power:
    """00 off, 01 on, 02 while it restarts."""
    value = number("power state", data)
    if value not in _POWERS:
        raise _meaning("power state", data)
    return _POWERS[value]


def parse_volume(data: str) -> int:
    """0 to 100, in hexadecimal."""
    value = number("volume", data)
    if value > 100:
        raise _meaning("volume", data)
    return value


def parse_muted(data: str) -> bool:
    """Whether the sound is off: 00 means muted, 01 sound on."""
    return not _flag("sound", data)


def parse_blank(data: str) -> bool:
    """Whether the picture is off: 01 screen off, 10 video muted, 00 neither."""
    value = number("screen", data)
    if value not in {0x00, 0x01, 0x10}:
        raise _meaning("screen", data)
    return value != 0


def parse_flag(data: str) -> bool:
    """00 off, 01 on."""
    return _flag("setting", data)


def parse_input(data: str) -> str:
    """The code as it can be selected again, in lower case and without a leading zero."""
    code = data.strip().lower()
    if re.fullmatch(INPUT_CODE, code) is None:
        raise _meaning("input", data)
    return same(code)


def same(data: str) -> str:
    """A value in one spelling: an input's two codes, capital letters and leading zeros make no difference."""
    code = data.strip().lower().lstrip("0") or "0"
    return _READ_AS.get(code, code) if data.strip() else ""


def parse_hours(data: str) -> int:
    """Hours, in hexadecimal."""
    return number("hours", data)


def parse_temperature(data: str) -> float | None:
    """Degrees Celsius, in hexadecimal; none where the sensor tells nothing."""
    value = number("temperature", data)
    return float(value) if 0 < value < 0x80 else None


def parse_lamp(data: str) -> tuple[Fault, ...]:
    """00 fault, 01 well, 02 cannot be told."""
    value = number("lamp state", data)
    if value > 2:
        raise _meaning("lamp state", data)
    return (Fault(part="lamp", severity=Severity.ERROR),) if value == 0 else ()


def parse_off_reason(data: str) -> str | None:
    """Why it was switched off, in one word; none where nothing is out of order."""
    value = number("reason of switching off", data)
    return OFF_REASONS.get(value, "other") if value else None


def parse_signal(data: str) -> bool:
    """`02` and then 00 no, 01 yes."""
    digits = data.replace(" ", "")
    if digits not in {"0200", "0201"}:
        raise _meaning("signal", data)
    return digits == "0201"


def number(what: str, data: str) -> int:
    """A hexadecimal number."""
    if re.fullmatch("[0-9A-Fa-f]{1,8}", data) is None:
        raise _meaning(what, data)
    return int(data, 16)


def _flag(what: str, data: str) -> bool:
    value = number(what, data)
    if value > 1:
        raise _meaning(what, data)
    return value == 1


def _meaning(what: str, data: str) -> DeviceError:
    return DeviceError(ErrorClass.PROTOCOL, f"the display's {what} has no meaning: {clean(data, 40)!r}")
