"""LLDP-MIB and CISCO-CDP-MIB as neighbours: whose local port is which interface is the hard part of LLDP's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pedell.transports.snmp_values import Oid, Value
from pedell_network.results import Neighbour
from pedell_network.snmp import codec
from pedell_network.snmp.ports import Interface


def local_ports(
    subtypes: Mapping[Oid, Value],
    ids: Mapping[Oid, Value],
    descriptions: Mapping[Oid, Value],
    known: Iterable[Interface],
    addresses: Mapping[int, bytes],
    bridge_ports: Mapping[int, int],
) -> dict[int, Interface]:
    """LLDP's local port numbers as interfaces.

    `addresses` are ifPhysAddress by ifIndex, `bridge_ports` ifIndex by bridge port. A port's own id or description is
    believed before its number, which by the standard is the bridge port and in the field often the ifIndex.
    """
    by_index = {port.index: port for port in known}
    by_name: dict[str, list[Interface]] = {}
    for port in by_index.values():
        for name in {port.name, port.if_name, port.descr}:
            by_name.setdefault(name.casefold(), []).append(port)
    found: dict[int, Interface] = {}
    for index in {**ids, **descriptions}:
        if len(index) != 1:
            continue
        number, own, subtype = index[0], ids.get(index), subtypes.get(index)
        # LldpPortIdSubtype: interfaceAlias(1), portComponent(2), macAddress(3), networkAddress(4), interfaceName(5),
        # agentCircuitId(6), local(7).
        label, described = codec.text(own).casefold(), codec.text(descriptions.get(index)).casefold()
        guesses = (
            by_name.get(label, []) if subtype != 3 else [],
            by_name.get(described, []),
            [by_index[at] for at, mac in addresses.items() if subtype == 3 and mac == own and at in by_index],
            _at(by_index, int(label)) if subtype == 7 and re.fullmatch("[0-9]{1,9}", label) else [],
            _at(by_index, bridge_ports.get(number)),
            _at(by_index, number),
        )
        # What fits several ports says nothing: all may share one MAC address or one description.
        guess = next((ports[0] for ports in guesses if len(ports) == 1), None)
        if guess is not None:
            found[number] = guess
    return found


def _at(known: Mapping[int, Interface], index: int | None) -> list[Interface]:
    return [known[index]] if index is not None and index in known else []


def neighbours(
    remotes: Iterable[codec.Remote],
    ports: Mapping[int, Interface],
    known: Mapping[int, Interface],
    bridge_ports: Mapping[int, int],
) -> tuple[tuple[Neighbour, ...], bool]:
    """Neighbours, and whether one of them could not be put to a port."""
    found, lost = [], False
    for remote in remotes:
        number = remote.local_port
        port = ports.get(number) or known.get(bridge_ports.get(number, -1)) or known.get(number)
        if port is None:
            lost = True
            continue
        found.append(_neighbour(remote, port.carrier))
    return tuple(sorted(found, key=lambda one: (one.port, one.name))), lost


def _neighbour(remote: codec.Remote, port: str) -> Neighbour:
    # lldpRemEntry: 4 and 5 chassis id, 6 and 7 port id, 8 port description, 9 name, 10 description, 11 capabilities
    # supported, 12 enabled.
    row = remote.columns
    chassis, chassis_mac = codec.remote_name(row.get(4), row.get(5))
    remote_port, port_mac = codec.remote_name(4 if row.get(6) == 3 else 0, row.get(7))
    enabled = codec.capabilities(row.get(12))
    return Neighbour(
        port=port,
        name=codec.text(row.get(9), 128) or chassis,
        description=codec.text(row.get(10)),
        remote_port=remote_port or codec.text(row.get(8), 64),
        address=next(iter(sorted(remote.addresses, key=lambda one: ":" in one)), ""),
        mac=chassis_mac or port_mac,
        capabilities=enabled or codec.capabilities(row.get(11)),
    )


# cdpCacheCapabilities: the last of its octets, as CDP's own TLV has them.
_CDP = ((0x01, "router"), (0x08, "bridge"), (0x10, "station"), (0x40, "repeater"), (0x80, "phone"))
_TRANSPARENT_BRIDGE, _SWITCH = 0x02, 0x08


def cdp(rows: Mapping[Oid, Value], known: Mapping[int, Interface]) -> tuple[Neighbour, ...]:
    """Rows of cdpCacheTable, index column.ifIndex.number: Cisco's own announcement, on where LLDP is off."""
    entries: dict[tuple[int, int], dict[int, Value]] = {}
    for index, value in rows.items():
        if len(index) == 3:
            entries.setdefault((index[1], index[2]), {})[index[0]] = value
    found = []
    # 3 and 4 address type and address, 6 device, 7 its port, 8 platform, 9 capabilities.
    for (at, _), row in entries.items():
        if at not in known:
            continue
        told, address = row.get(9), row.get(4)
        bits = told[-1] if isinstance(told, bytes) and told else 0
        kinds = [word for bit, word in _CDP if bits & bit]
        # An old Catalyst is both; one that bridges and is no switch is an access point.
        if bits & _TRANSPARENT_BRIDGE and not bits & _SWITCH:
            kinds.append("access_point")
        ip = isinstance(address, bytes) and len(address) == 4 and row.get(3) == 1
        # ProCurves tell here of LLDP's neighbours too, with a chassis id in place of a name.
        name, own = _name(row.get(6))
        found.append(
            Neighbour(
                port=known[at].carrier,
                name=name,
                mac=own,
                description=codec.text(row.get(8)),
                remote_port=_name(row.get(7))[0][:64],
                address=".".join(map(str, address)) if ip and isinstance(address, bytes) else "",
                capabilities=tuple(kinds),
            )
        )
    return tuple(sorted(found, key=lambda one: (one.port, one.name)))


def _name(value: Value | None) -> tuple[str, str]:
    """A name as text; six octets that are no text are a MAC address, which comes second too."""
    if (
        isinstance(value, bytes)
        and len(value) == 6
        and not (value.isascii() and value.decode().isprintable())
    ):
        return codec.mac(value), codec.mac(value)
    return codec.text(value, 128), ""


def together(first: Iterable[Neighbour], second: Iterable[Neighbour]) -> tuple[Neighbour, ...]:
    """Both, without those of the second that the first has already on the same port: by name, MAC or address.

    One that tells of itself otherwise there, a switch where the first tells of none, stays.
    """
    found = list(first)
    known = {key: one for one in found for key in _keys(one)}
    for one in second:
        same = next((known[key] for key in _keys(one) if key in known), None)
        if same is None or (same.carries_others, same.access_point) != (one.carries_others, one.access_point):
            found.append(one)
    return tuple(found)


def _keys(one: Neighbour) -> list[tuple[str, str]]:
    return [(one.port, key.casefold()) for key in (one.name, one.mac, one.address) if key]
