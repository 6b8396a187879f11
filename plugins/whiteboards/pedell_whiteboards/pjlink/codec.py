"""PJLink on the wire: pure functions between bytes and meaning.

Source: PJLink specification 1.04, 2.00 and 2.10 (JBMIA). ASCII lines that end with CR: `%1POWR ?` asks,
`%1POWR=1` answers. Everything that breaks the rules is DeviceError(PROTOCOL) with NO; the conversation, which
knows what was sent, corrects what happened.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_whiteboards.model import Fault, Power, Severity
from pedell_whiteboards.text import clean

END = b"\r"
LINE_LIMIT = 1024
"""More than the 136 bytes of the specification: some models pad with NUL."""

_POWERS = {"0": Power.STANDBY, "1": Power.ON, "2": Power.COOLING, "3": Power.WARMING}
_PARTS = ("fan", "lamp", "temperature", "cover", "filter", "other")
_SEVERITIES = {"1": Severity.WARNING, "2": Severity.ERROR}
INPUT_CODE = r"[1-6][1-9a-z]"
_ANSWER = re.compile(rb"%([12])([A-Za-z0-9]{4})=(.*)", re.DOTALL)
# The specification has eight hexadecimal digits for a random number; clients digest whatever stands there.
_GREETING = re.compile(rb"PJLINK (?:(0)|1 ([!-~]{1,32})|2 ([0-9A-Fa-f]{32}))", re.IGNORECASE)
SEARCH = b"%2SRCH\r"
"""Asks a network who is there (class 2, by UDP)."""
_MAC = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}")
_LAMPS = re.compile(r"\d{1,6} [01](?: \d{1,6} [01]){0,7}")


@dataclass(frozen=True)
class Greeting:
    """What a projector says first: the random number of its login, empty where it wants no password; and whether it is
    one of the newer login.
    """

    random: str = ""
    sha256: bool = False


@dataclass(frozen=True)
class Answer:
    """One answer; `body` is the command's four letters in upper case."""

    body: str
    value: str


@dataclass(frozen=True)
class Mute:
    """Which of picture and sound are off."""

    video: bool
    audio: bool


def encode(pjlink_class: int, body: str, parameter: str) -> bytes:
    """A command's line."""
    return f"%{pjlink_class}{body} {parameter}\r".encode("ascii")


def md5_digest(random: str, password: str) -> str:
    """What stands before the first command: MD5 of random number and password."""
    return hashlib.md5(f"{random}{password}".encode(), usedforsecurity=False).hexdigest()


def sha256_digest(theirs: str, ours: str, password: str) -> str:
    """Specification 2.10: SHA-256 of both random numbers (XOR, hexadecimal) and the password."""
    both = f"{int(theirs, 16) ^ int(ours, 16):032x}"
    return hashlib.sha256(f"{both}{password}".encode()).hexdigest()


def strip(line: bytes) -> bytes:
    """A line without its end and without the padding that some models put around it."""
    return line.strip(b"\0\r\n \t")


def parse_greeting(line: bytes) -> Greeting:
    """Read `PJLINK 0`, `PJLINK 1 498e4a67` or the answer to `PJLINK 2`; DeviceError(AUTH) for `PJLINK ERRA`."""
    if is_login_refused(line):
        raise login_refused()
    match = _GREETING.fullmatch(strip(line))
    if match is None:
        raise _broken("does not greet as a projector", line)
    return Greeting((match[2] or match[3] or b"").decode("ascii"), sha256=match[3] is not None)


def is_login_refused(line: bytes) -> bool:
    """Whether this is `PJLINK ERRA`."""
    return strip(line).upper() == b"PJLINK ERRA"


def login_refused() -> DeviceError:
    """What `ERRA` means."""
    return DeviceError(
        ErrorClass.AUTH,
        "the projector refuses the password",
        hint="the password that the device's option 'password' refers to is not the projector's PJLink password",
    )


def parse_answer(line: bytes) -> Answer:
    """Read `%1POWR=1`."""
    match = _ANSWER.fullmatch(strip(line))
    if match is None:
        raise _broken("answers what is not PJLink", line)
    return Answer(match[2].decode("ascii").upper(), clean(match[3]))


def parse_notice(data: bytes) -> Answer:
    """Read what comes by UDP: ACKN and LKUP with a MAC address (in lower case), ERST, POWR and INPT with a state."""
    notice = parse_answer(data)
    if notice.body in {"ACKN", "LKUP"}:
        mac = notice.value.lower().replace("-", ":")
        if _MAC.fullmatch(mac) is None:
            raise _meaning("MAC address", notice.value)
        return Answer(notice.body, mac)
    if notice.body not in {"ERST", "POWR", "INPT"}:
        raise _meaning("notification", notice.body)
    {"ERST": parse_errors, "POWR": parse_power, "INPT": parse_input}[notice.body](notice.value)
    return notice


def check(answer: Answer) -> Answer:
    """The answer, or the DeviceError that its `ERRn` means; a projector that says no did nothing."""
    error = answer.value.upper()
    if error == "ERR1":
        raise DeviceError(ErrorClass.UNSUPPORTED, f"the projector does not know {answer.body}")
    if error == "ERR2":
        raise DeviceError(ErrorClass.REFUSED, f"the projector refuses the value for {answer.body}")
    if error == "ERR3":
        raise DeviceError(
            ErrorClass.BUSY, f"{answer.body} is not possible now: in standby, warming up or cooling down"
        )
    if error == "ERR4":
        raise DeviceError(ErrorClass.DEVICE_FAULT, "the projector reports a failure")
    if error == "ERRA":
        raise login_refused()
    return answer


def parse_power(value: str) -> Power:
    """0 standby, 1 on, 2 cooling down, 3 warming up."""
    if value not in _POWERS:
        raise _meaning("power state", value)
    return _POWERS[value]


def parse_input(value: str) -> str:
    """Two characters, such as 31; in lower case."""
    if re.fullmatch(INPUT_CODE, value.lower()) is None:
        raise _meaning("input", value)
    return value.lower()


def parse_inputs(value: str) -> tuple[str, ...]:
    """Codes with spaces between them."""
    return tuple(parse_input(code) for code in value.split())


def parse_mute(value: str) -> Mute:
    """11 picture off, 21 sound off, 31 both, 30 none; 10 and 20 are seen for none."""
    if value not in {"10", "11", "20", "21", "30", "31"}:
        raise _meaning("mute state", value)
    off = value[1] == "1"
    return Mute(video=off and value[0] in "13", audio=off and value[0] in "23")


def parse_errors(value: str) -> tuple[Fault, ...]:
    """Six digits: fan, lamp, temperature, cover, filter, other; each 0 well, 1 warning, 2 error."""
    if re.fullmatch("[012]{6}", value) is None:
        raise _meaning("error status", value)
    return tuple(
        Fault(part=part, severity=_SEVERITIES[digit])
        for part, digit in zip(_PARTS, value, strict=True)
        if digit != "0"
    )


def parse_lamps(value: str) -> tuple[int, ...]:
    """Hours of each lamp."""
    if _LAMPS.fullmatch(value) is None or not value.isascii():
        raise _meaning("lamp hours", value)
    return tuple(int(hours) for hours in value.split()[::2])


def parse_flag(value: str) -> bool:
    """0 or 1."""
    if value not in {"0", "1"}:
        raise _meaning("state", value)
    return value == "1"


def parse_hours(value: str) -> int:
    """Hours of the filter."""
    if re.fullmatch("[0-9]{1,6}", value) is None:
        raise _meaning("filter hours", value)
    return int(value)


def _broken(what: str, line: bytes) -> DeviceError:
    return DeviceError(ErrorClass.PROTOCOL, f"the projector {what}: {clean(line, 60)!r}")


def _meaning(what: str, value: str) -> DeviceError:
    return DeviceError(ErrorClass.PROTOCOL, f"the projector's {what} has no meaning: {value[:40]!r}")
