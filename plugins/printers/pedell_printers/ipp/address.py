"""Addresses: `ipp://printer/ipp/print`, `ipps://server/printers/NAME` (RFC 3510, RFC 7472)."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from pedell.drivers.api import DeviceError, ErrorClass
from pedell.transports.http_answer import clean

DEFAULT_PATH = "/ipp/print"
_PORTS = {"ipp": 631, "ipps": 631, "http": 80, "https": 443}
_BENEATH = {"ipp": "http", "ipps": "https", "http": "http", "https": "https"}


@dataclass(frozen=True)
class Address:
    """Where to send requests (`base`, `path`), and what to call the printer in them (`uri`)."""

    base: str
    path: str
    uri: str


def parse(address: str) -> Address:
    """Read an address; port 631 and `/ipp/print` by default. Raises DeviceError(PRECONDITION)."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    path = parts.path if parts.path not in ("", "/") else DEFAULT_PATH
    unfit = not path.isascii() or not path.isprintable() or " " in path
    if (
        parts.scheme not in _BENEATH
        or not host
        or parts.query
        or parts.fragment
        or "@" in parts.netloc
        or unfit
    ):
        raise DeviceError(
            ErrorClass.PRECONDITION,
            f"{clean(address.rpartition('@')[2])!r} is not the address of a printer",
            hint="ipp://printer, ipps://server/printers/NAME; user and password are options, a space is %20",
        )
    shown = f"[{host}]" if ":" in host else host
    number = port or _PORTS[parts.scheme]
    scheme = "ipps" if _BENEATH[parts.scheme] == "https" else "ipp"
    named = f"{shown}:{number}" if number != 631 else shown
    return Address(f"{_BENEATH[parts.scheme]}://{shown}:{number}", path, f"{scheme}://{named}{path}")
