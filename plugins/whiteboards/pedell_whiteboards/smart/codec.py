"""SMART's serial commands on the wire: pure functions between bytes and meaning.

Sources: SMART's installation guides 171414 (6000S), 171555 (MX, MX V2 and V3), 171164 (7000), 170340 and 170549
(projectors); second sources: copies of the guides for MX086-V3 (power states `standby` and `powersave` as well, which
the first guide has not), the control module bsdehart-NCSU/SIMPL-SMART-MX-Series for MX V5, and the guide of the
800ix2 (inputs, signaldetected, videofreeze). Third: eight control-system modules for boards and projectors, and ICD's
SmartTechDisplay, which agree with the guides in form, rate, power words, mute, volume, freeze and shade; what they
have besides are other words for inputs (`vga` or `vga1`, `ops` or `ops1`, `dp`, `dp1` or `displayport`; `usbc1`, told
as `type-c1`) and the boards 8070i and 8084i (`videomute`, `hdmi3/pc`). For their rate the module has 9600;
YooUp/RS232-Monitor-Database, from SMART's own guide of the 8070i, has 19200 as all other boards, and that is
followed.

ASCII lines: `get volume` CR asks, `set volume=65` CR orders, both are answered `volume=65` with the value in force,
then `>`, which says that the next command may come. `invalid cmd` begins a refusal, `#` a line that nobody asked for.
What ends a line differs between guides: CR, CR LF, or the prompt itself. Everything that breaks the rules is
DeviceError(PROTOCOL) with NO; the conversation, which knows what was sent, corrects what happened.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_whiteboards.model import Power
from pedell_whiteboards.text import clean

LINE_LIMIT = 1024
INPUT_CODE = r"[a-z]{1,12}([_-][a-z]{1,12})?[0-9]?(/[a-z]{1,12})?"
SAME_INPUT = (
    ("vga1", "vga"),
    ("ops1", "ops"),
    ("displayport", "dp1", "dp"),
    ("usbc1", "type-c1"),
    ("usbc2", "type-c2"),
)
"""Words of different boards for the same input; one may be ordered by the first and told by another."""

_ENDS = re.compile(rb"[\r\n]")
_ANSWER_AND_PROMPT = re.compile(rb"#?[A-Za-z][A-Za-z0-9]*\s*=[^\r\n>]*(?=>)")
_ANSWER = re.compile(r"([a-z][a-z0-9]*)\s*=\s*(.*)", re.IGNORECASE)
_INVALID = re.compile(r"(?:invalid cmd|invalid command|unknown command)\b", re.IGNORECASE)
_POWERS = {
    "on": Power.ON, "updateon": Power.ON, "confirm off": Power.ON,
    "ready": Power.STANDBY, "standby": Power.STANDBY, "powersave": Power.STANDBY, "off": Power.STANDBY,
    "softoff": Power.STANDBY, "idle": Power.STANDBY, "updateready": Power.STANDBY,
    "powering": Power.WARMING, "cooling": Power.COOLING,
}  # fmt: skip
_UPDATING = {"updateon", "updateready"}
_COUNT = re.compile(r"[0-9]{1,6}")


class Kind(Enum):
    """What a line is."""

    PROMPT = "prompt"
    ANSWER = "answer"
    INVALID = "invalid"
    NOTICE = "notice"
    """A change that nobody asked for."""
    OTHER = "other"
    """An echo, or what a panel prints while it starts."""


@dataclass(frozen=True)
class Line:
    """One line: its kind, the property in lower case, and its value or the text as it is."""

    kind: Kind
    name: str = ""
    value: str = ""


@dataclass(frozen=True)
class PowerState:
    """A power state, and whether the panel must not be switched because it updates its firmware."""

    power: Power
    updating: bool


PROMPT = Line(Kind.PROMPT)


def get(name: str) -> bytes:
    """A question."""
    return f"get {name}\r".encode("ascii")


def put(name: str, value: str, *, spaced: bool = False) -> bytes:
    """An order; some of the first MX want blanks around the equals sign."""
    return f"set {name}{' = ' if spaced else '='}{value}\r".encode("ascii")


def decode(data: bytes) -> tuple[Line | None, bytes]:
    """The first line or prompt in `data` and what follows it; None while there is none."""
    data = data.lstrip(b"\r\n\0 \t")
    if not data:
        return None, b""
    if data.startswith(b">"):
        return PROMPT, data[1:]
    glued = _ANSWER_AND_PROMPT.match(data)
    if glued is not None:
        return parse_line(glued[0]), data[glued.end() :]
    end = _ENDS.search(data)
    if end is None:
        if len(data) > LINE_LIMIT:
            raise DeviceError(ErrorClass.PROTOCOL, f"the display sends {len(data)} bytes without an end")
        return None, data
    return parse_line(data[: end.start()]), data[end.start() :]


def parse_line(raw: bytes) -> Line:
    """What a line without its end means; any line means something."""
    text = clean(bytes(byte for byte in raw if 0x20 <= byte < 0x7F or byte == 0x09), 200)
    if text.startswith("#"):
        match = _ANSWER.fullmatch(text[1:].strip())
        return (
            Line(Kind.NOTICE, match[1].lower(), match[2].strip()) if match else Line(Kind.NOTICE, value=text)
        )
    if _INVALID.match(text):
        return Line(Kind.INVALID, value=text)
    match = _ANSWER.fullmatch(text)
    return Line(Kind.ANSWER, match[1].lower(), match[2].strip()) if match else Line(Kind.OTHER, value=text)


def parse_power(value: str) -> PowerState:
    """The words of all generations."""
    word = " ".join(value.lower().split())
    if word not in _POWERS:
        raise _meaning("power state", value)
    return PowerState(_POWERS[word], word in _UPDATING)


def parse_flag(value: str) -> bool:
    """`on` and `off`; projectors say `true` and `false` of a signal."""
    flags = {"on": True, "true": True, "off": False, "false": False}
    if value.lower() not in flags:
        raise _meaning("setting", value)
    return flags[value.lower()]


def parse_volume(value: str) -> int | None:
    """0 to 100; projectors count from -20 to 20, which is no percentage."""
    if re.fullmatch("-?[0-9]{1,3}", value) is None or not value.isascii():
        raise _meaning("volume", value)
    volume = int(value)
    return volume if 0 <= volume <= 100 else None


def parse_input(value: str) -> str | None:
    """A source in lower case; none where the panel shows no source."""
    code = value.lower().replace(" ", "")
    if code == "none":
        return None
    if re.fullmatch(INPUT_CODE, code) is None:
        raise _meaning("input", value)
    return code


def same_input(code: str) -> tuple[str, ...]:
    """A word for an input and the other words for it, the word itself first."""
    for words in SAME_INPUT:
        if code in words:
            return (code, *(word for word in words if word != code))
    return (code,)


def parse_inputs(value: str) -> tuple[str, ...]:
    """`vga1, composite, hdmi1`."""
    found = (parse_input(part.strip()) for part in value.split(",") if part.strip())
    return tuple(code for code in found if code is not None)


def parse_hours(value: str) -> int:
    """Hours of the lamp or the system."""
    if _COUNT.fullmatch(value) is None or not value.isascii():
        raise _meaning("hours", value)
    return int(value)


def parse_serial(value: str) -> str:
    """The panel's own, where touch and appliance follow after commas."""
    return value.partition(",")[0].strip()


def _meaning(what: str, value: str) -> DeviceError:
    return DeviceError(ErrorClass.PROTOCOL, f"the display's {what} has no meaning: {clean(value, 40)!r}")
