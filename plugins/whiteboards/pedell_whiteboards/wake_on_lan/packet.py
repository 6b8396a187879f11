"""The magic packet: pure functions.

Source: AMD, "Magic Packet Technology" (white paper 20213, 1995): six bytes FF, then the MAC address sixteen times;
SecureOn puts four or six bytes of password after it. Any UDP port will do, 9 (discard) is usual.
"""

from __future__ import annotations

import re

from pedell.drivers.api import DeviceError, ErrorClass

_MAC = re.compile(r"[0-9a-f]{12}")
_SECUREON = (0, 4, 6)


def mac_bytes(mac: str) -> bytes:
    """A MAC address in any usual spelling; DeviceError(PRECONDITION) for anything else."""
    digits = re.sub(r"[-:. ]", "", mac).lower()
    if _MAC.fullmatch(digits) is None or digits in {"0" * 12, "f" * 12}:
        raise DeviceError(
            ErrorClass.PRECONDITION,
            f"{mac[:40]!r} is not the MAC address of a device",
            hint="twelve hexadecimal digits, such as 00:11:22:33:44:55",
        )
    return bytes.fromhex(digits)


def magic_packet(mac: str, secureon: bytes = b"") -> bytes:
    """The packet that wakes `mac`; `secureon` is none, four or six bytes."""
    if len(secureon) not in _SECUREON:
        raise DeviceError(ErrorClass.PRECONDITION, "a SecureOn password has four or six bytes")
    return b"\xff" * 6 + mac_bytes(mac) * 16 + secureon
