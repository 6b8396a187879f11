"""Addresses of byte streams, checked before anything is opened.

    tcp://host:port              socket://host:port (the same)
    serial:///dev/ttyUSB0?baud=9600&bits=8&parity=N&stop=1&flow=none
    rfc2217://host:port?ign_set_control&baud=9600
    tls://host:port?fingerprint=<SHA-256 of the certificate, hexadecimal>

IPv6 addresses stand in brackets. `ign_set_control` is for servers that cannot acknowledge modem lines,
such as ser2net before a pseudo terminal.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from pedell.drivers.errors import DeviceError, ErrorClass

Scheme = Literal["tcp", "serial", "rfc2217", "tls"]
_SCHEMES: dict[str, Scheme] = {
    "tcp": "tcp",
    "socket": "tcp",
    "serial": "serial",
    "rfc2217": "rfc2217",
    "tls": "tls",
}
_LINE = {"baud", "bits", "parity", "stop", "flow"}
_OPTIONS: dict[Scheme, set[str]] = {
    "tcp": set(),
    "serial": _LINE,
    "rfc2217": _LINE | {"ign_set_control"},
    "tls": {"fingerprint"},
}
_EXAMPLES = (
    "tcp://10.0.0.5:1515, serial:///dev/ttyUSB0?baud=9600, rfc2217://10.0.0.5:7001, tls://10.0.0.5:1515"
)


@dataclass(frozen=True)
class LineSettings:
    """How a serial line is set.

    Attributes:
        baud: bits a second. bits: data bits, 5 to 8. parity: N, E, O, M or S. stop: stop bits, 1, 1.5 or 2.
        flow: `none`, `rtscts` or `xonxoff`.
    """

    baud: int = 9600
    bits: int = 8
    parity: str = "N"
    stop: float = 1
    flow: str = "none"


@dataclass(frozen=True)
class StreamURL:
    """One checked address.

    Attributes:
        host, port: for tcp, tls and rfc2217.
        path: the tty, for serial.
        line: settings of the serial line, for serial and rfc2217.
        fingerprint: SHA-256 of the pinned certificate in lower-case hexadecimal; empty for none.
        ign_set_control: do not wait for acknowledged modem lines (rfc2217).
    """

    scheme: Scheme
    host: str = ""
    port: int = 0
    path: str = ""
    line: LineSettings = field(default_factory=LineSettings)
    fingerprint: str = ""
    ign_set_control: bool = False

    @property
    def place(self) -> str:
        """Where it is, for messages: `10.0.0.5:1515` or `/dev/ttyUSB0`."""
        if self.scheme == "serial":
            return self.path
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def key(self) -> str:
        """Key of what cannot serve two at once: all displays on one serial line share it."""
        if self.scheme == "serial":
            return f"serial:{Path(self.path).resolve()}"
        return f"tcp:{self.place.lower()}"


def parse_stream_url(text: str) -> StreamURL:
    """Read an address; raises DeviceError(PRECONDITION) that says what is wrong and how to write it."""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise _wrong(text, str(error)) from None
    scheme = _SCHEMES.get(parts.scheme)
    if scheme is None:
        raise _wrong(text, "it does not begin with tcp, serial, rfc2217 or tls")
    if parts.username or parts.password or parts.fragment:
        raise _wrong(text, "user names, passwords and fragments have no place in it")
    options = _options(text, parts.query, _OPTIONS[scheme])
    if scheme == "serial":
        if parts.netloc or not parts.path.startswith("/") or parts.path == "/" or "\0" in unquote(parts.path):
            raise _wrong(text, "the tty is missing; three slashes, such as serial:///dev/ttyUSB0")
        return StreamURL(scheme, path=unquote(parts.path), line=_line(text, options))
    if not host or any(c.isspace() or not c.isprintable() for c in host):
        raise _wrong(text, "the host is missing")
    if not port:
        raise _wrong(text, "the port is missing")
    if parts.path not in {"", "/"}:
        raise _wrong(text, f"{parts.path!r} after the port has no meaning")
    return StreamURL(
        scheme,
        host=host,
        port=port,
        line=_line(text, options) if scheme == "rfc2217" else LineSettings(),
        fingerprint=fingerprint(options.get("fingerprint", "")),
        ign_set_control="ign_set_control" in options,
    )


def fingerprint(text: str) -> str:
    """A certificate's SHA-256 fingerprint without colons, in lower case; empty stays empty.

    Raises DeviceError(PRECONDITION) for anything else.
    """
    digits = text.replace(":", "").strip().lower()
    if digits and re.fullmatch(r"[0-9a-f]{64}", digits) is None:
        raise DeviceError(
            ErrorClass.PRECONDITION,
            "a fingerprint is the SHA-256 of a certificate: 64 hexadecimal digits",
            hint="openssl s_client -connect host:port </dev/null | openssl x509 -noout -fingerprint -sha256",
        )
    return digits


def _options(text: str, query: str, known: set[str]) -> dict[str, str]:
    options: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name not in known:
            raise _wrong(text, f"the option {name!r} is unknown here; known are {sorted(known) or 'none'}")
        if name in options:
            raise _wrong(text, f"the option {name!r} stands there twice")
        options[name] = value
    return options


def _line(text: str, options: dict[str, str]) -> LineSettings:
    default = LineSettings()
    baud = options.get("baud", str(default.baud))
    if not (baud.isascii() and baud.isdigit() and 50 <= int(baud[:9]) <= 4_000_000):
        raise _wrong(text, f"baud={baud} is not a rate between 50 and 4000000")

    def choice(name: str, default: str, allowed: str) -> str:
        value = options.get(name, default)
        if value not in allowed.split():
            raise _wrong(text, f"{name}={value} is not one of {allowed}")
        return value

    return LineSettings(
        baud=int(baud),
        bits=int(choice("bits", "8", "5 6 7 8")),
        parity=choice("parity", "N", "N E O M S"),
        stop=float(choice("stop", "1", "1 1.5 2")),
        flow=choice("flow", "none", "none rtscts xonxoff"),
    )


def _wrong(text: str, why: str) -> DeviceError:
    return DeviceError(
        ErrorClass.PRECONDITION,
        f"the address {text[:200]!r} cannot be used: {why}",
        hint=f"examples: {_EXAMPLES}",
    )
