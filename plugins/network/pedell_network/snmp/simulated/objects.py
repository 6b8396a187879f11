"""The switch's state as an agent's objects, and what may be written.

Sources: RFC 2863 (IF-MIB), RFC 3635 (EtherLike-MIB), RFC 4188 and 4363 (bridges), RFC 3621 (power), RFC 4133
(entities), IEEE 802.1AB-2005 section 12 (LLDP-MIB); CISCO-VTP-MIB and CISCO-VLAN-MEMBERSHIP-MIB for `cisco`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from pedell_network.snmp.simulated.ber import (
    ADDRESS,
    COUNTER,
    GAUGE,
    INTEGER,
    NAME,
    OCTETS,
    TICKS,
    Name,
    Value,
)
from pedell_network.snmp.simulated.state import Port, Switch

_MIB2 = (1, 3, 6, 1, 2, 1)
_IF = (*_MIB2, 2, 2, 1)
_IFX = (*_MIB2, 31, 1, 1, 1)
_BRIDGE = (*_MIB2, 17)
_VLAN = (*_BRIDGE, 7, 1, 4)
_POWER = (*_MIB2, 105, 1, 1, 1)
_ENTITY = (*_MIB2, 47, 1, 1, 1, 1)
_LLDP = (1, 0, 8802, 1, 1, 2, 1)
_CISCO = (1, 3, 6, 1, 4, 1, 9, 9)

WRONG_TYPE, WRONG_VALUE, INCONSISTENT, NOT_WRITABLE = 7, 10, 12, 17


def shown(switch: Switch, flavour: str, vlan: int | None) -> dict[Name, Value]:
    """All objects. `flavour` is q (Q-BRIDGE-MIB), d (BRIDGE-MIB only) or cisco; `vlan` what `community@vlan` asks."""
    now = time.monotonic()
    found: dict[Name, Value] = {
        (*_MIB2, 1, 1, 0): _text(f"{switch.maker} {switch.model}, {switch.firmware}"),
        (*_MIB2, 1, 2, 0): (NAME, (1, 3, 6, 1, 4, 1, 9, 1, 1208) if flavour == "cisco" else (1, 3, 6, 1, 4, 1, 890)),
        (*_MIB2, 1, 3, 0): (TICKS, switch.ticks(now)),
        (*_MIB2, 1, 5, 0): _text(switch.name),
        (*_BRIDGE, 1, 1, 0): (OCTETS, bytes.fromhex(switch.mac)),
        # A stack unit behind a container, as ENTITY-MIB has it: chassis(3), container(5).
        (*_ENTITY, 5, 1): (INTEGER, 5),
        (*_ENTITY, 5, 2): (INTEGER, 3),
        (*_ENTITY, 10, 2): _text(switch.firmware),
        (*_ENTITY, 11, 2): _text(switch.serial),
        (*_ENTITY, 12, 2): _text(switch.maker),
        (*_ENTITY, 13, 2): _text(switch.model),
        # The CPU's own interface is in no bridge.
        (*_IF, 2, 1): _text("Vlan1"),
        (*_IF, 3, 1): (INTEGER, 53),
        (*_IF, 7, 1): (INTEGER, 1),
        (*_IF, 8, 1): (INTEGER, 1),
        (*_IFX, 1, 1): _text("Vl1"),
    }  # fmt: skip
    for port in switch.ports:
        found.update(_port(switch, port, now))
        if flavour == "cisco":
            found[(*_CISCO, 46, 1, 6, 1, 1, 14, _index(switch, port))] = (
                INTEGER,
                1 if _tagged(switch, port) else 2,
            )
            if not _tagged(switch, port):
                found[(*_CISCO, 68, 1, 2, 2, 1, 2, _index(switch, port))] = (INTEGER, port.pvid)
    found.update(_vlans(switch, flavour))
    found.update(_learnt(switch, flavour, vlan))
    if switch.lldp:
        found.update(_neighbours(switch))
    for host, mac in switch.arp.items():
        found[(*_MIB2, 4, 22, 1, 2, 1, *map(int, host.split(".")))] = (OCTETS, bytes.fromhex(mac))
    if switch.gateway:
        found[(*_MIB2, 4, 21, 1, 7, 0, 0, 0, 0)] = (ADDRESS, bytes(map(int, switch.gateway.split("."))))
    return dict(sorted(found.items()))


def _text(text: str) -> Value:
    return OCTETS, text.encode()


def _index(switch: Switch, port: Port) -> int:
    return switch.first_index + port.number - 1


def _port(switch: Switch, port: Port, now: float) -> dict[Name, Value]:
    at = _index(switch, port)
    since = port.changed_at if port.changed_at <= now else 0.0
    rows: dict[Name, Value] = {
        (*_IF, 2, at): _text(port.name.replace("Gi", "GigabitEthernet")),
        (*_IF, 3, at): (INTEGER, 6),
        (*_IF, 5, at): (GAUGE, 1_000_000_000),
        (*_IF, 6, at): (OCTETS, (int(switch.mac, 16) + port.number).to_bytes(6, "big")),
        (*_IF, 7, at): (INTEGER, 1 if port.admin else 2),
        (*_IF, 8, at): (INTEGER, 1 if port.link else 2),
        (*_IF, 9, at): (TICKS, switch.ticks(max(since, switch.started))),
        (*_IF, 14, at): (COUNTER, port.errors),
        (*_IF, 20, at): (COUNTER, 0),
        (*_IFX, 1, at): _text(port.name),
        (*_IFX, 15, at): (GAUGE, 1000),
        (*_IFX, 18, at): _text(port.alias),
        (*_MIB2, 10, 7, 2, 1, 3, at): (COUNTER, port.crc),
        (*_MIB2, 10, 7, 2, 1, 19, at): (INTEGER, 3 if port.link else 1),
        (1, 2, 840, 10006, 300, 43, 1, 2, 1, 1, 13, at): (INTEGER, port.aggregate),
        (*_BRIDGE, 1, 4, 1, 2, port.number): (INTEGER, at),
    }
    if port.poe:
        # disabled(1), searching(2), deliveringPower(3)
        state = 1 if not port.power else 3 if port.delivers else 2
        rows[(*_POWER, 3, 1, port.number)] = (INTEGER, 1 if port.power else 2)
        rows[(*_POWER, 6, 1, port.number)] = (INTEGER, state)
    return rows


def _tagged(switch: Switch, port: Port) -> bool:
    return any(port.number in members - untagged for members, untagged in switch.vlans.values())


def _vlans(switch: Switch, flavour: str) -> dict[Name, Value]:
    if flavour == "cisco":
        return {(*_CISCO, 46, 1, 3, 1, 1, 2, 1, vlan): (INTEGER, 1) for vlan in [*switch.vlans, 1002, 1005]}
    if flavour != "q":
        return {}
    found: dict[Name, Value] = {}
    for vlan, (members, untagged) in switch.vlans.items():
        found[(*_VLAN, 2, 1, 3, 0, vlan)] = (GAUGE, vlan)
        found[(*_VLAN, 3, 1, 2, vlan)] = (OCTETS, _bits(switch, members))
        found[(*_VLAN, 3, 1, 4, vlan)] = (OCTETS, _bits(switch, untagged))
    for port in switch.ports:
        found[(*_VLAN, 5, 1, 1, port.number)] = (GAUGE, port.pvid)
    return found


def _bits(switch: Switch, numbers: set[int]) -> bytes:
    size = (len(switch.ports) + 7) // 8
    return sum(1 << (size * 8 - number) for number in numbers).to_bytes(size, "big")


def _numbers(octets: bytes) -> set[int]:
    whole, size = int.from_bytes(octets, "big"), len(octets) * 8
    return {number for number in range(1, size + 1) if whole >> (size - number) & 1}


def _learnt(switch: Switch, flavour: str, asked: int | None) -> dict[Name, Value]:
    found: dict[Name, Value] = {}
    for port in switch.ports:
        # A port that is down forgets at once.
        for mac, vlan in port.macs.items() if port.link else ():
            index = tuple(bytes.fromhex(mac))
            if flavour == "q":
                found[(*_BRIDGE, 7, 1, 2, 2, 1, 2, vlan, *index)] = (INTEGER, port.number)
                found[(*_BRIDGE, 7, 1, 2, 2, 1, 3, vlan, *index)] = (INTEGER, 3)
            elif flavour == "d" or asked == vlan:
                found[(*_BRIDGE, 4, 3, 1, 2, *index)] = (INTEGER, port.number)
                found[(*_BRIDGE, 4, 3, 1, 3, *index)] = (INTEGER, 3)
    own = tuple(bytes.fromhex(switch.mac))
    if flavour == "q":
        found[(*_BRIDGE, 7, 1, 2, 2, 1, 2, 1, *own)] = (INTEGER, 1)
        found[(*_BRIDGE, 7, 1, 2, 2, 1, 3, 1, *own)] = (INTEGER, 4)
    return found


def _neighbours(switch: Switch) -> dict[Name, Value]:
    found: dict[Name, Value] = {}
    for port in switch.ports:
        # LLDP's own numbers: neither bridge port nor ifIndex. interfaceName(5).
        number = 500 + port.number
        found[(*_LLDP, 3, 7, 1, 2, number)] = (INTEGER, 5)
        found[(*_LLDP, 3, 7, 1, 3, number)] = _text(port.name)
        found[(*_LLDP, 3, 7, 1, 4, number)] = _text(f"port {port.number}")
        near = port.neighbour
        if near is None or not port.link:
            continue
        row: dict[int, Value] = {
            4: (INTEGER, 4),
            5: (OCTETS, bytes.fromhex(near.mac)),
            6: (INTEGER, 5),
            7: _text(near.port),
            8: _text(""),
            9: _text(near.name),
            10: _text(near.description),
            11: (OCTETS, bytes([near.capabilities, 0])),
            12: (OCTETS, bytes([near.capabilities, 0])),
        }
        # The time mark stays: a table that moved while it is walked would be walked for ever.
        index = (0, number, 1)
        found.update({(*_LLDP, 4, 1, 1, column, *index): value for column, value in row.items()})
        address = tuple(map(int, near.address.split(".")))
        found[(*_LLDP, 4, 2, 1, 3, *index, 1, 4, *address)] = (INTEGER, 2)
    return found


Change = tuple[str, str, Callable[[], None]]
"""What an allowed write does: a word for it, on what, and the deed."""


def written(switch: Switch, pairs: list[tuple[Name, Value]], flavour: str) -> tuple[int, int, list[Change]]:
    """Check a whole SET first, as RFC 3416 section 4.2.5 asks: error-status, error-index, and what is to be done."""
    changes: list[Change] = []
    vlans = {vlan: (set(members), set(untagged)) for vlan, (members, untagged) in switch.vlans.items()}
    by_index = {_index(switch, port): port for port in switch.ports}
    by_number = {port.number: port for port in switch.ports}
    joined: set[int] = set()
    for place, (name, (tag, value)) in enumerate(pairs, 1):
        column, last = name[:-1], name[-1]
        if column == (*_IF, 7) and last in by_index:
            if tag != INTEGER:
                return WRONG_TYPE, place, []
            if value not in {1, 2}:
                return WRONG_VALUE, place, []
            changes.append(_admin(switch, by_index[last], value == 1))
        elif name[:-2] == (*_POWER, 3) and name[-2] == 1 and last in by_number and by_number[last].poe:
            if tag != INTEGER:
                return WRONG_TYPE, place, []
            if value not in {1, 2}:
                return WRONG_VALUE, place, []
            changes.append(_power(switch, by_number[last], value == 1))
        elif flavour == "q" and column == (*_VLAN, 5, 1, 1) and last in by_number:
            if tag != GAUGE:
                return WRONG_TYPE, place, []
            if value not in vlans or not isinstance(value, int):
                return INCONSISTENT, place, []
            changes.append(_pvid(by_number[last], value))
        elif flavour == "cisco" and column == (*_CISCO, 68, 1, 2, 2, 1, 2) and last in by_index:
            if tag != INTEGER or not isinstance(value, int):
                return WRONG_TYPE, place, []
            changes.append(_pvid(by_index[last], value))
        elif flavour == "q" and column in {(*_VLAN, 3, 1, 2), (*_VLAN, 3, 1, 4)} and last in vlans:
            if tag != OCTETS or not isinstance(value, bytes):
                return WRONG_TYPE, place, []
            vlans[last][0 if name[-2] == 2 else 1].clear()
            vlans[last][0 if name[-2] == 2 else 1].update(_numbers(value))
            joined.add(last)
        else:
            return NOT_WRITABLE, place, []
    for vlan in joined:
        if vlans[vlan][1] - vlans[vlan][0]:
            return INCONSISTENT, 1, []
    if joined:
        changes.insert(0, ("vlan", ",".join(map(str, sorted(joined))), lambda: switch.vlans.update(vlans)))
    return 0, 0, changes


def _admin(switch: Switch, port: Port, on: bool) -> Change:
    return "no shut" if on else "shut", port.name, lambda: switch.switch(port, on)


def _power(switch: Switch, port: Port, on: bool) -> Change:
    return "power on" if on else "power off", port.name, lambda: switch.switch_power(port, on)


def _pvid(port: Port, vlan: int) -> Change:
    return "pvid", f"{port.name} {vlan}", lambda: setattr(port, "pvid", vlan)


def table(switch: Switch) -> Mapping[str, Mapping[str, object]]:
    """The ports, as somebody with the switch before him would see them."""
    return {
        port.name: {
            "admin": "up" if port.admin else "down",
            "oper": "up" if port.link else "down",
            "power": "on" if port.power else "off",
            "vlan": port.pvid,
            "untagged": sorted(vlan for vlan, (_, own) in switch.vlans.items() if port.number in own),
            "member": sorted(vlan for vlan, (own, _) in switch.vlans.items() if port.number in own),
        }
        for port in switch.ports
    }
