"""SNMP's names, values and logins as plain Python, and what an agent's refusal means.

Sources: RFC 3416 section 3 (error-status) and 4.2.5 (a set is done as a whole or not at all), RFC 3414
section 3.2 (reports).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from pedell.drivers.api import DeviceError, ErrorClass, Happened

Oid = tuple[int, ...]
Value = int | bytes | Oid
"""INTEGER, counters, gauges and time ticks are int; octet strings, addresses and opaque values bytes."""

AuthProtocol = Literal["md5", "sha", "sha224", "sha256", "sha384", "sha512"]
PrivacyProtocol = Literal["des", "aes", "aes192", "aes256", "aes192-cisco", "aes256-cisco"]
"""`aes192` and `aes256` extend keys as draft-blumenthal-aes-usm-04 does (net-snmp and most switches), the others as
draft-reeder-snmpv3-usm-3desede-00 (Cisco, and pysnmp's default)."""


@dataclass(frozen=True)
class Community:
    """SNMP version 2c."""

    name: str = field(repr=False)


@dataclass(frozen=True)
class User:
    """SNMP version 3, user-based security. Without `privacy` nothing is encrypted."""

    name: str
    auth: AuthProtocol
    auth_password: str = field(repr=False)
    privacy: PrivacyProtocol | None = None
    privacy_password: str = field(default="", repr=False)


Login = Community | User


@dataclass(frozen=True)
class Setting:
    """One value to write. `unsigned` is Unsigned32, which shares its tag with Gauge32."""

    oid: Oid
    value: int | bytes
    kind: Literal["integer", "unsigned", "octets"] = "integer"


def oid(text: str) -> Oid:
    """The numbers of `1.3.6.1…`."""
    return tuple(int(part) for part in text.strip(".").split("."))


def dotted(numbers: Oid) -> str:
    """`1.3.6.1…`."""
    return ".".join(map(str, numbers))


_REFUSED = "the agent refuses the value"
_STATUS: dict[int, tuple[ErrorClass, str, Happened]] = {
    1: (ErrorClass.PROTOCOL, "the answer would be too big (tooBig)", Happened.NO),
    2: (ErrorClass.UNSUPPORTED, "the agent does not know this object (noSuchName)", Happened.NO),
    3: (ErrorClass.REFUSED, f"{_REFUSED} (badValue)", Happened.NO),
    4: (ErrorClass.AUTH, "this login may only read (readOnly)", Happened.NO),
    # By the letter nothing was changed; in the field genErr also stands for a change that broke half-way.
    5: (ErrorClass.DEVICE_FAULT, "the agent reports a failure (genErr)", Happened.UNKNOWN),
    6: (ErrorClass.AUTH, "this login may not do this (noAccess)", Happened.NO),
    7: (ErrorClass.REFUSED, f"{_REFUSED} (wrongType)", Happened.NO),
    8: (ErrorClass.REFUSED, f"{_REFUSED} (wrongLength)", Happened.NO),
    9: (ErrorClass.REFUSED, f"{_REFUSED} (wrongEncoding)", Happened.NO),
    10: (ErrorClass.REFUSED, f"{_REFUSED} (wrongValue)", Happened.NO),
    11: (ErrorClass.UNSUPPORTED, "the agent has no such object and makes none (noCreation)", Happened.NO),
    12: (ErrorClass.PRECONDITION, "this does not fit the device's state (inconsistentValue)", Happened.NO),
    13: (ErrorClass.BUSY, "the agent lacks resources now (resourceUnavailable)", Happened.NO),
    14: (ErrorClass.DEVICE_FAULT, "the change failed and was undone (commitFailed)", Happened.NO),
    15: (ErrorClass.DEVICE_FAULT, "the change failed and was not undone (undoFailed)", Happened.UNKNOWN),
    16: (ErrorClass.AUTH, "this login may not do this (authorizationError)", Happened.NO),
    17: (ErrorClass.UNSUPPORTED, "the agent does not let this be written (notWritable)", Happened.NO),
    18: (ErrorClass.PRECONDITION, "this does not fit the device's state (inconsistentName)", Happened.NO),
}


def status_error(status: int, where: str, *, effect: bool) -> DeviceError:
    """What an answer's error-status means; `where` names the object that error-index points at."""
    unknown = (ErrorClass.PROTOCOL, f"the agent answers with error {status}", Happened.UNKNOWN)
    error_class, words, happened = _STATUS.get(status, unknown)
    hint = (
        "check the write community, or the user's view" if error_class is ErrorClass.AUTH and effect else ""
    )
    message = f"{words}: {where}" if where else words
    return DeviceError(error_class, message, happened=happened if effect else Happened.NO, hint=hint)
