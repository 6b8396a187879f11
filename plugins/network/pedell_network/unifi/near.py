"""Who hangs on which port of a UniFi switch: devices of the same controller, LLDP, addresses.

Sources: aiounifi (models/device.py: uplink, lldp_table, port_table's lldp_table and mac_table; models/client.py: sw_mac
and sw_port of wired clients).
"""

from __future__ import annotations

from collections.abc import Iterable

from pedell_network.results import Neighbour
from pedell_network.unifi.answers import Row, each, number, word

_KINDS = {
    "uap": ("bridge", "access_point"),
    "usw": ("bridge",),
    "ugw": ("router",),
    "udm": ("bridge", "router"),
    "uxg": ("router",),
    "udb": ("bridge", "access_point"),
}
Learnt = tuple[str, int | None, str]


def neighbours(device: Row, everybody: Iterable[Row]) -> tuple[Neighbour, ...]:
    """Devices of this controller by their own uplink, and what LLDP tells; once where both tell of one."""
    mine = word(device, "mac").lower()
    by_mac = {word(other, "mac").lower(): other for other in everybody if word(other, "mac")}
    found: dict[tuple[str, str], Neighbour] = {}
    for mac, other in by_mac.items():
        uplink = other.get("uplink")
        uplink = uplink if isinstance(uplink, dict) else {}
        port = number(uplink, "uplink_remote_port")
        if word(uplink, "uplink_mac").lower() == mine and port is not None:
            found[str(port), mac] = _managed(other, str(port))
    own = device.get("uplink")
    own = own if isinstance(own, dict) else {}
    above, port = by_mac.get(word(own, "uplink_mac").lower()), number(own, "port_idx")
    if above is not None and port is not None:
        found.setdefault((str(port), word(above, "mac").lower()), _managed(above, str(port)))
    for port_name, row in _announced(device):
        mac = word(row, "chassis_id").lower() or word(row, "lldp_chassis_id").lower()
        if (port_name, mac) in found:
            continue
        known = by_mac.get(mac)
        found[port_name, mac] = (
            _managed(known, port_name)
            if known is not None
            else Neighbour(
                port=port_name,
                name=word(row, "system_name") or word(row, "lldp_system_name") or mac,
                remote_port=word(row, "port_id", 64) or word(row, "lldp_port_id", 64),
                mac=mac if len(mac) == 17 else "",
            )
        )
    return tuple(
        sorted(found.values(), key=lambda one: (int(one.port) if one.port.isdigit() else 0, one.name))
    )


def _announced(device: Row) -> Iterable[tuple[str, Row]]:
    for row in each(device, "lldp_table"):
        port = number(row, "local_port_idx")
        if port is not None:
            yield str(port), row
    for port_row in each(device, "port_table"):
        for row in each(port_row, "lldp_table"):
            yield str(number(port_row, "port_idx")), row


def _managed(other: Row, port: str) -> Neighbour:
    uplink = other.get("uplink")
    return Neighbour(
        port=port,
        name=word(other, "name") or word(other, "mac"),
        description=word(other, "model", 64),
        remote_port=word(uplink, "name", 64) if isinstance(uplink, dict) else "",
        address=word(other, "ip", 45),
        mac=word(other, "mac").lower(),
        capabilities=_KINDS.get(word(other, "type"), ()),
    )


def learnt(device: Row, clients: Iterable[Row]) -> tuple[Learnt, ...]:
    """Addresses by port: the switch's own table where its firmware tells it, and wired clients."""
    mine = word(device, "mac").lower()
    found: dict[tuple[str, str], Learnt] = {}
    for row in each(device, "port_table"):
        port = str(number(row, "port_idx"))
        for entry in each(row, "mac_table"):
            mac = word(entry, "mac").lower()
            if mac and entry.get("static") is not True:
                found[mac, port] = (mac, number(entry, "vlan"), port)
    for client in clients:
        port_index, mac = number(client, "sw_port"), word(client, "mac").lower()
        if word(client, "sw_mac").lower() == mine and port_index is not None and mac:
            found.setdefault((mac, str(port_index)), (mac, number(client, "vlan"), str(port_index)))
    return tuple(found.values())


def access_point_on(device: Row, everybody: Iterable[Row], port: str) -> Row | None:
    """The access point of this controller that hangs on the port, where it is the only one."""
    mine = word(device, "mac").lower()
    points = []
    for other in everybody:
        uplink = other.get("uplink")
        if word(other, "type") == "uap" and isinstance(uplink, dict):
            behind = word(uplink, "uplink_mac").lower() == mine
            if behind and str(number(uplink, "uplink_remote_port")) == port:
                points.append(other)
    return points[0] if len(points) == 1 else None
