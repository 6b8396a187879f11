"""The ASCII frames of iiyama TE04 and its relatives: pure functions between bytes and meaning.

Sources: byuoitav/clevertouch-control and bitfocus/companion-module-iiyama-prolite (TE04); second sources: the ai4av
specification "Clevertouch Pro Series" made from the maker's own article (all codes, "002 and 003 on the serial line
only", 401+ and 401-), and control-system modules for InFocus INF6540e to INF8640e and for a panel with "iiWare"
(blank and freeze are keys of the remote control only, and so no settings). Further, MAXHUB's "IFP V6 RS-232 & LAN
Protocol Specification" in ai4av (the same frames, port and codes; touching `D`; power on by the serial line only, and
not answered) and the table of commands in Avocor's Commander (H, L, S and 9200 series, port 4664, touching `D`);
Optoma's RKe in YooUp/RS232-Monitor-Database. All but one module say that the sound is off by 001; that one (for a
panel that is switched on by i3's frame) says 000.

`:01S0003` CR orders set 01 on and is answered `401+` CR or `401-` CR; `:01G0000` CR asks and is answered `:01r0001`
CR. A letter says what, three digits say how much. Everything that breaks the rules is DeviceError(PROTOCOL) with NO;
the conversation, which knows what was sent, corrects what happened.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_whiteboards.model import Power
from pedell_whiteboards.text import clean

INPUT_CODE = r"[0-9]{3}"
_LONGEST = 64
_REPORT = re.compile(rb":([0-9]{2})r([0-Z])([0-9]{3})\Z")
_VERDICT = re.compile(rb"4([0-9]{2})([+-])\Z")
_LIKE_REPORT = re.compile(rb":[0-9]{2}r")


class Letter(StrEnum):
    """What is ordered or asked for."""

    POWER = "0"
    VOLUME = "8"
    MUTE = "9"
    INPUT = ":"
    REMOTE_LOCK = "B"
    TOUCH = "D"


BACKLIGHT_OFF, BACKLIGHT_ON, POWER_OFF, POWER_ON = 0, 1, 2, 3
INPUTS = {
    "vga1": "000", "hdmi1": "001", "hdmi2": "002", "av1": "003", "displayport1": "007", "hdmi3": "021",
    "hdmi4": "022", "vga2": "031", "vga3": "032", "tv": "051", "android": "101", "android2": "102", "ops": "103",
    "usb-c": "104", "usb-c2": "105", "dvb": "106", "component1": "107", "dvi1": "108",
}  # fmt: skip


@dataclass(frozen=True)
class Report:
    """The answer to a question."""

    display: int
    letter: str
    value: int


@dataclass(frozen=True)
class Verdict:
    """The answer to an order: taken or not."""

    display: int
    taken: bool


Frame = Report | Verdict


def order(display: int, letter: Letter, value: int) -> bytes:
    """An order."""
    return f":{display:02d}S{letter}{value:03d}\r".encode("ascii")


def question(display: int, letter: Letter) -> bytes:
    """A question."""
    return f":{display:02d}G{letter}000\r".encode("ascii")


def decode(data: bytes) -> tuple[Frame | None, bytes]:
    """The first answer in `data` and what follows it; None while there is none. Noise and echoes are passed over."""
    while (end := data.find(b"\r")) >= 0:
        line, data = data[:end], data[end + 1 :]
        if (report := _REPORT.search(line)) is not None:
            return Report(int(report[1]), report[2].decode(), int(report[3])), data
        if (verdict := _VERDICT.search(line)) is not None:
            return Verdict(int(verdict[1]), verdict[2] == b"+"), data
        if _LIKE_REPORT.search(line) is not None:
            raise DeviceError(ErrorClass.PROTOCOL, f"the panel's answer cannot be read: {clean(line, 40)!r}")
    return None, data[-_LONGEST:]


def parse_power(value: int) -> tuple[Power, bool | None]:
    """The power, and whether the picture is off: 000 backlight off, 001 on, 002 off, 003 on."""
    if value == POWER_OFF:
        return Power.STANDBY, None
    if value > POWER_ON:
        raise _meaning("power state", value)
    return Power.ON, value == BACKLIGHT_OFF


def parse_volume(value: int) -> int:
    """0 to 100."""
    if value > 100:
        raise _meaning("volume", value)
    return value


def parse_flag(value: int) -> bool:
    """000 off, 001 on."""
    if value > 1:
        raise _meaning("setting", value)
    return value == 1


def parse_input(value: int) -> str:
    """The source's code."""
    return f"{value:03d}"


def _meaning(what: str, value: int) -> DeviceError:
    return DeviceError(ErrorClass.PROTOCOL, f"the panel's {what} has no meaning: {value:03d}")
