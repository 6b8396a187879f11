"""Sharp's serial commands ("S-format") on the wire: pure functions between bytes and meaning.

Sources: PepperDash/epi-sharp-display (driver, and the log of a session with a 4T-B80), and as the second Sharp's
operation manuals: PN-C703B pages 40 to 43, PN-L851H page 46, PN-L862B page 53, PN-S655, PN-M series, PN-70SC5.

Four letters and a parameter of four characters, ended by CR, which the display may end with CR, LF or both. It answers
`OK`, `ERR`, a value, or first `WAIT`. An answer does not name its command, except on some PN displays, which repeat a
query's command before the value (PlaceOS/drivers, drivers/sharp/pn_series_spec.cr: `POWR 001`). How a parameter fills its four characters
differs: blanks before it (PN), after it (Aquos), zeros, or nothing at all (4T-B refuses blanks). Everything that breaks
the rules is DeviceError(PROTOCOL) with NO; the conversation, which knows what was sent, corrects what happened.
"""

from __future__ import annotations

import re
from enum import StrEnum

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_whiteboards.line import text_lines
from pedell_whiteboards.model import Fault, Power, Severity
from pedell_whiteboards.text import clean

LINE_LIMIT = 512
INPUT_CODE = r"[0-9]{1,4}"
PROMPTS = (b"Login:", b"Password:")
decode = text_lines(b"\r", b"\n", limit=LINE_LIMIT)

PN_INPUTS = {
    "dvi1": "1", "vga1": "2", "component1": "3", "av1": "4", "hdmi1": "10", "hdmi1-av": "9", "hdmi2": "13",
    "hdmi2-av": "12", "displayport1": "14", "vga2": "16", "hdmi3": "18", "hdmi3-av": "17", "hdmi4": "23",
    "ops": "21", "whiteboard": "24", "usb-c": "27",
}  # fmt: skip
"""INPS of the PN series; HDMI has two numbers, for sources that are set to PC and to AV in the menu."""
AV_INPUTS = {f"hdmi{number}": str(number) for number in range(1, 5)}
"""IAVD of BIG PAD and Aquos: terminals counted in turn; what is on them differs, see the option `inputs`."""

_STANDBY_CAUSES = {
    1: "remote", 2: "mains", 3: "network", 4: "no-signal", 6: "heat", 8: "timer", 20: "idle",
}  # fmt: skip
_SENSOR_BROKEN = 126


class Padding(StrEnum):
    """How a parameter fills its four characters."""

    BEFORE = "before"
    AFTER = "after"
    ZEROS = "zeros"
    NONE = "none"


class Ending(StrEnum):
    """What ends a command."""

    CR = "cr"
    CRLF = "crlf"

    @property
    def data(self) -> bytes:
        """The bytes."""
        return b"\r\n" if self is Ending.CRLF else b"\r"


def encode(command: str, parameter: str, padding: Padding, ending: Ending) -> bytes:
    """A command's line; the four question marks of a query fill the parameter themselves."""
    filled = {
        Padding.BEFORE: parameter.rjust(4),
        Padding.AFTER: parameter.ljust(4),
        Padding.ZEROS: parameter.rjust(4, "0"),
        Padding.NONE: parameter,
    }[padding]
    return f"{command}{filled}".encode("ascii") + ending.data


def is_wait(line: bytes) -> bool:
    """Whether the answer comes later."""
    return line.upper() == b"WAIT"


def is_verdict(line: bytes) -> bool:
    """Whether this answers an order, and not a question."""
    return line.upper().partition(b" ")[0] in {b"OK", b"ERR", b"LOCKED", b"UNSELECTED"}


def is_power(line: bytes) -> bool:
    """Whether this can only be a power state."""
    return re.fullmatch(rb"[012]( [0-9]{1,3})?|POWR +0{0,3}[012]( [0-9]{1,3})?", line) is not None


def parse(line: bytes, command: str = "") -> str:
    """The value, or OK; the DeviceError that ERR, LOCKED and UNSELECTED mean. A display that says no did nothing.

    A daisy chain adds the display's number after a blank: `OK 001`. The command that was asked may stand before the value.
    """
    text = clean(line)
    if command and text.startswith(f"{command} "):
        text = text.removeprefix(command).lstrip(" ")
    word = text.upper().partition(" ")[0]
    if word == "ERR":
        raise DeviceError(
            ErrorClass.REFUSED, "the display refuses the command: unknown to it, or not in this state"
        )
    if word == "LOCKED":
        raise DeviceError(
            ErrorClass.PRECONDITION, "the display's control is locked", hint="unlock it in the display's menu"
        )
    if word == "UNSELECTED":
        raise DeviceError(
            ErrorClass.PRECONDITION,
            "the display listens to another line",
            hint="choose RS-232C or LAN in its menu (monitor control select)",
        )
    if not text:
        raise _meaning("answer", text)
    return text


def parse_number(value: str) -> int:
    """A number, perhaps with the display's number after it."""
    match = re.fullmatch(r"([0-9]{1,9})(?: [0-9]{1,3})?", value)
    if match is None:
        raise _meaning("number", value)
    return int(match[1])


def parse_power(value: str) -> Power:
    """0 standby, 1 on, 2 on and waiting for a signal."""
    number = parse_number(value)
    if number > 2:
        raise _meaning("power state", value)
    return Power.ON if number else Power.STANDBY


def parse_muted(value: str) -> bool:
    """1 muted; 0 (PN) and 2 (BIG PAD, Aquos) not."""
    number = parse_number(value)
    if number > 2:
        raise _meaning("mute state", value)
    return number == 1


def parse_temperature(value: str) -> float | None:
    """The hottest of the sensors in degrees Celsius; 126 is a broken sensor."""
    if re.fullmatch(r" *-?[0-9]{1,3}( *, *-?[0-9]{1,3}){0,7} *", value) is None:
        raise _meaning("temperature", value)
    degrees = [int(part) for part in value.split(",")]
    working = [float(part) for part in degrees if part != _SENSOR_BROKEN]
    return max(working, default=None)


def parse_heat(value: str) -> tuple[Fault, ...]:
    """0 well, 1 too hot and in standby, 2 was too hot, 3 dimmed since too hot, 4 sensor broken."""
    number = parse_number(value)
    if number > 4:
        raise _meaning("temperature state", value)
    if number == 0:
        return ()
    severity = Severity.WARNING if number == 2 else Severity.ERROR
    return (Fault(part="temperature", severity=severity),)


def parse_standby_cause(value: str) -> str | None:
    """Why it went to standby the last time; None where it knows of nothing."""
    number = parse_number(value)
    return _STANDBY_CAUSES.get(number, "other") if number else None


def _meaning(what: str, value: str) -> DeviceError:
    return DeviceError(ErrorClass.PROTOCOL, f"the display's {what} has no meaning: {clean(value, 40)!r}")
