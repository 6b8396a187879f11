"""Indexes, bit lists and enumerations of the MIBs, as pure functions. What an agent says is hostile.

Sources: see `mib`; the traps of LLDP's indexes from IEEE 802.1AB-2005 section 12.2 (LldpPortNumber,
lldpRemManAddrTable) and what agents make of them.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pedell.transports.snmp_values import Oid, Value
from pedell_network.results import Poe, UpDown
from pedell_network.texts import one_line

NOT_THERE = frozenset({2, 4})
"""Of dot1qTpFdbStatus and dot1dTpFdbStatus: other(1), invalid(2), learned(3), self(4), mgmt(5).

What a port's authentication has let in is other or mgmt, and hangs there all the same.
"""
# Eight octets of a bitmap could be digits by accident only where 22 ports and more are set in a pattern that nobody has.
_HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){4,512}")
_CAPABILITIES = ("other", "repeater", "bridge", "access_point", "router", "phone", "docsis", "station")
# pethPsePortDetectionStatus: disabled(1), searching(2), deliveringPower(3), fault(4), test(5), otherFault(6).
_DETECTION = {1: Poe.OFF, 2: Poe.OFF, 3: Poe.ON, 4: Poe.FAULT, 5: Poe.OFF, 6: Poe.FAULT}


def text(value: Value | None, limit: int = 200) -> str:
    """A DisplayString as one harmless line."""
    if not isinstance(value, bytes):
        return ""
    return one_line(value.rstrip(b"\0").decode("utf-8", "replace"), limit)


def number(value: Value | None) -> int | None:
    """An integer, or None."""
    return value if isinstance(value, int) else None


def mac(octets: bytes | Oid) -> str:
    """Six octets as aa:bb:cc:dd:ee:ff; empty where there are not six."""
    if len(octets) != 6 or any(not 0 <= part <= 255 for part in octets):
        return ""
    return ":".join(f"{part:02x}" for part in octets)


def mac_index(address: str) -> Oid:
    """The six numbers that stand for a MAC address in an index."""
    return tuple(bytes.fromhex("".join(c for c in address.lower() if c in "0123456789abcdef")))


def up_down(value: Value | None) -> UpDown:
    """States of ifAdminStatus and ifOperStatus: up(1), down(2); notPresent(6) and lowerLayerDown(7) are down too."""
    return {1: UpDown.UP, 2: UpDown.DOWN, 6: UpDown.DOWN, 7: UpDown.DOWN}.get(
        number(value) or 0, UpDown.UNKNOWN
    )


def power(admin: Value | None, status: Value | None) -> Poe | None:
    """Power of a port: pethPsePortAdminEnable is a TruthValue: true(1) is on, false(2) is off."""
    if admin == 2:
        return Poe.DISABLED
    return _DETECTION.get(number(status) or 0) if admin == 1 else None


def members(bitmap: bytes) -> frozenset[int]:
    """The bridge ports of a PortList: the highest bit of the first octet is port 1.

    Juniper's EX writes their numbers in words, with commas between; ZTE's 5250 writes the octets as hexadecimal digits.
    """
    if re.fullmatch(rb"\d{1,5}(?:,\d{1,5}){1,999}", bitmap):
        return frozenset(int(number) for number in bitmap.split(b","))
    octets = bytes.fromhex(bitmap.decode("ascii")) if _HEX.fullmatch(bitmap) else bitmap
    return frozenset(
        octet * 8 + bit + 1 for octet, value in enumerate(octets) for bit in range(8) if value & (0x80 >> bit)
    )


def mirrored(bitmap: bytes) -> frozenset[int]:
    """The ports of a PortList that is written as one number, in which the lowest bit is port 1: D-Link's DES-3028."""
    value = int.from_bytes(bitmap)
    return frozenset(bit + 1 for bit in range(len(bitmap) * 8) if value >> bit & 1)


def is_bitmap(value: bytes) -> bool:
    """Whether it is a PortList as RFC 4363 has it, and not in words."""
    return not (b"," in value and value.replace(b",", b"").isdigit()) and _HEX.fullmatch(value) is None


def with_port(bitmap: bytes, port: int, *, member: bool) -> bytes:
    """The PortList with one port put in or taken out; as long as before, or as long as it must be."""
    octets = bytearray(bitmap)
    octet, bit = divmod(port - 1, 8)
    if member and octet >= len(octets):
        octets.extend(bytes(octet + 1 - len(octets)))
    if octet < len(octets):
        octets[octet] = octets[octet] | (0x80 >> bit) if member else octets[octet] & ~(0x80 >> bit) & 0xFF
    return bytes(octets)


@dataclass(frozen=True)
class Learnt:
    """A MAC address that the bridge has learnt: `fdb` is 0 in tables without VLANs."""

    fdb: int
    mac: str
    port: int


def learnt(ports: Mapping[Oid, Value], status: Mapping[Oid, Value]) -> tuple[Learnt, ...]:
    """dot1qTpFdbPort (index FDB and MAC) or dot1dTpFdbPort (index MAC), without the bridge's own addresses."""
    found = []
    for index, port in ports.items():
        address = mac(index[-6:])
        if address and status.get(index) not in NOT_THERE and isinstance(port, int) and port > 0:
            found.append(Learnt(index[0] if len(index) == 7 else 0, address, port))
    return tuple(found)


def capabilities(value: Value | None) -> tuple[str, ...]:
    """LldpSystemCapabilitiesMap: BITS, other(0) is the highest bit of the first octet, stationOnly(7) the lowest."""
    if not isinstance(value, bytes) or not value:
        return ()
    return tuple(word for bit, word in enumerate(_CAPABILITIES) if value[0] & (0x80 >> bit))


@dataclass
class Remote:
    """One row of lldpRemTable: columns by number, and its addresses."""

    local_port: int
    columns: dict[int, Value] = field(default_factory=dict)
    addresses: list[str] = field(default_factory=list)


def remotes(rows: Mapping[Oid, Value], addresses: Mapping[Oid, Value]) -> tuple[Remote, ...]:
    """Rows of lldpRemTable and lldpRemManAddrTable, without the column's own number cut off.

    The index is timeMark.localPort.remIndex; the time mark is a filter and no part of the row's identity: an agent may
    tell one row under several. Later ones win.
    """
    found: dict[tuple[int, int], tuple[int, Remote]] = {}
    for index, value in rows.items():
        if len(index) != 4:
            continue
        column, mark, local, remote = index
        known = found.get((local, remote))
        if known is None or known[0] < mark:
            known = found[local, remote] = (mark, Remote(local))
        if known[0] == mark:
            known[1].columns[column] = value
    for index in addresses:
        # column.timeMark.localPort.remIndex.subtype.length.octets…
        known = found.get((index[2], index[3])) if len(index) > 5 else None
        if known is None:
            continue
        address = management_address(index[4], index[5:])
        if address and address not in known[1].addresses:
            known[1].addresses.append(address)
    return tuple(remote for _, remote in found.values())


def management_address(family: int, rest: Oid) -> str:
    """ipV4(1) or ipV6(2) from the index: a length, then the octets; some agents leave the length out."""
    size = {1: 4, 2: 16}.get(family)
    if size is None:
        return ""
    octets = rest[1:] if len(rest) == size + 1 and rest[0] == size else rest
    if len(octets) != size or any(not 0 <= part <= 255 for part in octets):
        return ""
    return str(ipaddress.ip_address(bytes(octets)))


def remote_name(subtype: Value | None, value: Value | None) -> tuple[str, str]:
    """A chassis or port id as text, and the MAC address where it is one.

    LldpChassisIdSubtype macAddress(4), LldpPortIdSubtype macAddress(3): the caller passes 4 for both.
    """
    if not isinstance(value, bytes):
        return "", ""
    if subtype == 5 and len(value) == 5 and value[0] == 1:
        # networkAddress: the number of its family (IPv4), then the address; phones name themselves so.
        return ".".join(map(str, value[1:])), ""
    if subtype == 4:
        # AOS-CX 10.04 writes the address out.
        written = re.fullmatch(rb"[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}", value)
        address = mac(bytes.fromhex(re.sub(rb"[:-]", b"", value).decode()) if written else value)
        return address, address
    return text(value, 64), ""
