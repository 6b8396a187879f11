"""Epson's ESC/VP21 and ESC/VP.net on the wire: pure functions between bytes and meaning.

Sources: ESC/VP21 Command User's Guide revision W and, as the second, epson-projector 0.6.0 (a package that real
projectors are driven with), the openHAB and PlaceOS drivers (IMEVENT, error codes 09 to 18; openHAB also for the
numbers of the volume's steps, and that ten seconds must pass after switching off). The password header of
ESC/VP.net: the public library libescvp (`ESCVP.h`: identifier 1, attribute 1, 16 bytes) agrees with the fact that one
was known from; that the newer version 2.0 wants an MD5 digest of a number it sends is known from one program only.

A query `PWR?` CR is answered by `PWR=01` CR `:`, a command by `:`, what is not possible by `ERR` CR `:`. The colon is the
prompt: it comes when the projector is done, after PWR ON only when it is warm. Lines that nobody asked for begin with
`IMEVENT=` and have a colon of their own. Everything that breaks the rules is DeviceError(PROTOCOL) with NO; the
conversation, which knows what was sent, corrects what happened.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_whiteboards.model import Fault, Power, Severity
from pedell_whiteboards.text import clean

PROMPT = b":"
ERROR = "ERR"
TEXT_LIMIT = 1024
INPUT_CODE = r"[0-9a-f]{2}"

INPUTS = {
    "vga1": "10", "vga2": "20", "hdmi1": "30", "hdmi2": "a0", "hdmi3": "c0", "video1": "41", "s-video": "42",
    "usb-display": "51", "usb": "52", "network": "53", "screen-mirroring": "56", "displayport1": "70",
    "hdbaset1": "80",
}  # fmt: skip
# The second digit is the kind of signal that a terminal carries: 31 is HDMI1 with digital RGB. It is told, and the
# terminal is what people mean. Groups 4 (video) and 5 (USB, network) hold terminals of their own.
_OWN_TERMINALS = {"4", "5"}

_POWERS = {
    "00": Power.STANDBY, "01": Power.ON, "02": Power.WARMING, "03": Power.COOLING, "04": Power.STANDBY,
    "05": Power.STANDBY, "09": Power.STANDBY,
}  # fmt: skip
ABNORMAL = "05"
_PARTS = {
    0x01: "fan", 0x03: "lamp", 0x04: "temperature", 0x06: "lamp", 0x07: "cover", 0x08: "filter", 0x0C: "fan",
    0x0D: "fan", 0x0E: "power", 0x13: "power",
}  # fmt: skip
_WARNINGS = frozenset({0x08})

_NAME = b"ESC/VP.net"
HELLO_LENGTH = 16
HEADER_LENGTH = 18
_CONNECT = 3
_PASSWORD = 1
_PLAIN, _ASK_DIGEST, _DIGEST, _SALT = 1, 3, 4, 5
PASSWORD_LIMIT = 16
_OK = 0x20
_DENIED = frozenset({0x41, 0x43, 0x45})
UNAUTHORISED = 0x41


@dataclass(frozen=True)
class Welcome:
    """The answer to a hello: its status, and the random number for a digest where it brings one."""

    status: int
    salt: bytes = b""


def encode(text: str) -> bytes:
    """A command or a query."""
    return text.encode("ascii") + b"\r"


def decode(data: bytes) -> tuple[str | None, bytes]:
    """The text before the first prompt, and what follows it; empty for a bare prompt, None while there is none.

    Lines before the last are an echo or noise.
    """
    if PROMPT not in data:
        if len(data) > TEXT_LIMIT:
            raise _meaning("text without an end", data[:40].decode("latin-1"))
        return None, data
    said, _, rest = data.partition(PROMPT)
    lines = [line for line in said.replace(b"\n", b"\r").split(b"\r") if line.strip(b" \0")]
    return clean(lines[-1]) if lines else "", rest


def hello(*headers: bytes, version: int = 0x10) -> bytes:
    """What opens a conversation over the network."""
    return _NAME + bytes([version, _CONNECT, 0, 0, 0, len(headers)]) + b"".join(headers)


def password_header(password: str) -> bytes:
    """A password as it is; DeviceError(PRECONDITION) where it does not fit."""
    data = password.encode("utf-8")
    if len(data) > PASSWORD_LIMIT:
        raise DeviceError(ErrorClass.PRECONDITION, "the projector's password has at most 16 characters")
    return bytes([_PASSWORD, _PLAIN]) + data.ljust(PASSWORD_LIMIT, b"\0")


def ask_digest_header() -> bytes:
    """Asks for the random number of a digest (version 2.0)."""
    return bytes([_PASSWORD, _ASK_DIGEST]) + bytes(16)


def digest_headers(salt: bytes, password: str) -> tuple[bytes, bytes]:
    """MD5 of random number and password, and the number again."""
    digest = hashlib.md5(salt + password.encode("utf-8"), usedforsecurity=False).digest()
    return bytes([_PASSWORD, _DIGEST]) + digest, bytes([_PASSWORD, _SALT]) + salt.ljust(16, b"\0")[:16]


def headers_of(start: bytes) -> int:
    """How many headers follow the first 16 bytes of the projector's answer to a hello."""
    if len(start) != HELLO_LENGTH or not start.startswith(_NAME):
        raise DeviceError(ErrorClass.PROTOCOL, f"the projector does not greet as one: {clean(start, 32)!r}")
    return start[15]


def parse_welcome(data: bytes) -> Welcome:
    """The projector's whole answer to a hello."""
    headers = data[HELLO_LENGTH:]
    parts = [headers[at : at + HEADER_LENGTH] for at in range(0, len(headers), HEADER_LENGTH)]
    salts = [part[2:] for part in parts if len(part) == HEADER_LENGTH and part[0] == _PASSWORD]
    return Welcome(data[14], salts[0] if salts else b"")


def check_welcome(welcome: Welcome, *, with_password: bool) -> None:
    """Raise the DeviceError that a hello's status means, if it is none of the good ones."""
    if welcome.status == _OK:
        return
    if welcome.status in _DENIED:
        raise DeviceError(
            ErrorClass.AUTH,
            "the projector refuses the password" if with_password else "the projector wants a password",
            hint="name its web control or monitor password in the option 'password'; "
            "newer models may need 'digest: true'",
        )
    if welcome.status == 0x53:
        raise DeviceError(ErrorClass.BUSY, "the projector serves somebody else now")
    raise DeviceError(ErrorClass.PROTOCOL, f"the projector refuses the hello (status {welcome.status:02X})")


def check(text: str, command: str) -> str:
    """The text, or DeviceError(REFUSED) for ERR; a projector that says no did nothing."""
    if text.upper() == ERROR:
        raise DeviceError(
            ErrorClass.REFUSED, f"the projector refuses {command}: unknown to it, or not in this state"
        )
    return text


def parse_value(text: str, name: str) -> str:
    """What stands after `NAME=`."""
    before, equals, value = text.partition("=")
    if not equals or before.strip().upper() != name:
        raise _meaning(f"answer to {name}", text)
    return value.strip()


def parse_power(value: str) -> Power:
    """00 and 04 standby, 01 on, 02 warming up, 03 cooling down, 05 abnormal standby, 09 A/V standby."""
    if value not in _POWERS:
        raise _meaning("power state", value)
    return _POWERS[value]


def parse_source(value: str) -> str:
    """The code of the terminal, as it can be selected again; in lower case."""
    code = value.lower()
    if re.fullmatch(INPUT_CODE, code) is None:
        raise _meaning("source", value)
    return code if code[0] in _OWN_TERMINALS else f"{code[0]}0"


def parse_sources(value: str) -> tuple[str, ...]:
    """Codes with the projector's names between them: `30 HDMI1 A0 HDMI2`."""
    codes = [word.lower() for word in value.split() if re.fullmatch(INPUT_CODE, word.lower())]
    if not codes:
        raise _meaning("list of sources", value)
    return tuple(dict.fromkeys(codes))


def parse_switch(value: str) -> bool:
    """ON or OFF."""
    if value.upper() not in {"ON", "OFF"}:
        raise _meaning("state", value)
    return value.upper() == "ON"


def parse_volume(value: str, steps: int) -> int:
    """The projector's number for one of its `steps` + 1 levels, as 0 to 100."""
    if re.fullmatch("[0-9]{1,3}", value) is None or int(value) > 255:
        raise _meaning("volume", value)
    level = min(round(int(value) * (steps + 1) / 256), steps)
    return round(level * 100 / steps)


def encode_volume(volume: int, steps: int) -> str:
    """0 to 100, as the number of the nearest level: 256 numbers are dealt out to the levels, 0 to 243 for twenty steps."""
    return str(round(volume * steps / 100) * 256 // (steps + 1))


def parse_hours(value: str) -> tuple[int, ...]:
    """Hours of each lamp, or of the whole."""
    if re.fullmatch("[0-9]{1,6}( +[0-9]{1,6}){0,3}", value) is None:
        raise _meaning("hours", value)
    return tuple(int(hours) for hours in value.split())


def parse_signal(value: str) -> bool | None:
    """00 none, 01 there; FF where it cannot tell."""
    known = {"00": False, "01": True, "FF": None}
    if value.upper() not in known:
        raise _meaning("signal state", value)
    return known[value.upper()]


def parse_error(value: str) -> tuple[Fault, ...]:
    """00 none, else one code of a fault."""
    if re.fullmatch("[0-9A-Fa-f]{2}", value) is None:
        raise _meaning("error state", value)
    code = int(value, 16)
    if code == 0:
        return ()
    severity = Severity.WARNING if code in _WARNINGS else Severity.ERROR
    return (Fault(part=_PARTS.get(code, "other"), severity=severity),)


def _meaning(what: str, value: str) -> DeviceError:
    return DeviceError(ErrorClass.PROTOCOL, f"the projector's {what} has no meaning: {clean(value, 40)!r}")
