"""What Zyxel's switches with ZyNOS print. Pure functions; output is hostile text.

Sources: Zyxel's Ethernet Switch CLI Reference Guide (3.79 to 4.60); transcripts of an ES-2024A, a GS-3012 and a GS-4012F
(3.80, 3.90) in the tests of the NOC project, and its reader of LLDP; what two public programs quote of a GS1920 (4.50) and
an XGS1930 (5.00). Columns and names are the same in all of them; the table of power is the guide's alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_network.command_line import tables
from pedell_network.command_line.platform import InfoFields, Learnt, PortFields
from pedell_network.results import Mode, Neighbour, Poe, UpDown
from pedell_network.texts import one_line

_KINDS = {
    "bridge": "bridge", "router": "router", "wlan-access-point": "access_point", "telephone": "phone",
    "repeater": "repeater", "docsis-cable-device": "docsis", "station-only": "station", "other": "other",
}  # fmt: skip


def port_name(text: str, prefix: str) -> str | None:
    """5: a port of a switch that is not stacked has a number and no more."""
    del prefix
    found = re.fullmatch(r"(?i)(?:port(?:-channel)? ?)?([1-9]\d?)", text)
    return found[1] if found else None


def _told(text: str, name: str, port: str, command: str) -> list[tuple[str, str]]:
    """Pairs of name and value about this port. Raises PROTOCOL where they are about none, or another."""
    told = tables.pairs(text)
    if tables.first(told, name) != port:
        raise tables.not_understood(f"{command} {port}")
    return told


def link(text: str, port: str) -> PortFields:
    """`show interfaces PORT`: speed and duplex stand for a link, and there are counters."""
    told = _told(text, "port info port no.", port, "show interfaces")
    state = tables.first(told, "link")
    found = re.match(r"(\d{1,5}(?:\.\d)?[MG])/([FH])\b", state)
    if found is None and not re.match(r"down\b", state, re.IGNORECASE):
        raise tables.not_understood(f"show interfaces {port}")
    fields = PortFields(
        oper=UpDown.UP if found else UpDown.DOWN,
        bundle=tables.first(told, "lacp").lower() == "enabled",
        input_errors=tables.number(tables.first(told, "errors")),
        crc_errors=tables.number(tables.first(told, "error packet rx crc")),
    )
    if found:
        fields |= PortFields(
            speed=tables.speed(found[1]),
            duplex="full" if found[2] == "F" else "half",
            last_change=_clock(tables.first(told, "up time")),
        )
    return fields


def configured(text: str, port: str) -> PortFields:
    """`show interfaces config PORT`: Active is the administrator's, PVID the VLAN of what comes in untagged."""
    told = _told(text, "port no", port, "show interfaces config")
    active = tables.first(told, "active").lower()
    pvid = re.match(r"\d{1,4}\b", tables.first(told, "pvid"))
    if active not in {"yes", "no"}:
        raise tables.not_understood(f"show interfaces config {port}")
    return PortFields(
        admin=UpDown.UP if active == "yes" else UpDown.DOWN,
        description=one_line(tables.first(told, "name"), 64),
        vlan=int(pvid[0]) if pvid else None,
    )


def members(text: str, port: str) -> tuple[list[int], list[int]]:
    """`show vlan`: the VLANs that leave the port untagged, and those that leave it tagged."""
    if "TagCtl" not in text:
        raise tables.not_understood("show vlan")
    found: dict[str, list[int]] = {"Untagged": [], "Tagged": []}
    vlan, kind = 0, ""
    for line in text[: tables.LONGEST].splitlines():
        row = re.match(r"\s{0,12}\d{1,4}\s{1,12}(\d{1,4})\s{1,20}[A-Z]", line)
        if row:
            vlan, kind = int(row[1]), ""
        mark = re.search(r"\b(Untagged|Tagged)\s{0,8}:([\d,\s-]{0,300})$", line)
        if mark:
            kind = mark[1]
        # A long list goes on in the next line.
        ports = mark[2] if mark else line if re.fullmatch(r"\s{8,80}[\d,-]{1,300}\s{0,80}", line) else ""
        if kind and vlan not in found[kind] and _holds(ports, int(port)):
            found[kind].append(vlan)
    return found["Untagged"], found["Tagged"]


def _holds(ports: str, number: int) -> bool:
    """Whether a list such as `1-4,11-12` holds a port."""
    ranges = re.findall(r"(\d{1,3})(?:-(\d{1,3}))?", ports)
    return any(int(first) <= number <= int(last or first) for first, last in ranges)


def mode(text: str, port: str) -> PortFields:
    """`show vlan`: a port that a VLAN leaves tagged is a trunk."""
    untagged, tagged = members(text, port)
    if not untagged and not tagged:
        return PortFields()
    return PortFields(mode=Mode.TRUNK if tagged else Mode.ACCESS)


def power(text: str, port: str) -> PortFields:
    """`show pwr`: a row a port; State is the administrator's, milliwatts tell whether power is taken.

    Firmware differs in its columns, so that the line of dashes tells where they are.
    """
    lines = text[: tables.LONGEST].splitlines()
    for place, rule in enumerate(lines):
        if place and re.fullmatch(r"\s{0,8}-{2,}(?:\s{1,20}-{2,}){2,20}\s{0,20}", rule):
            spans = [found.span() for found in re.finditer(r"-{2,}", rule)]
            break
    else:
        return PortFields(poe=None)
    title = lines[place - 1]
    column = next((span for span in spans if "onsum" in title[span[0] : span[1]]), None)
    for line in lines[place + 1 :]:
        row = re.match(rf"\s{{0,8}}{port}\s{{1,20}}(Enable|Disable)d?\b", line)
        if row is None:
            continue
        if row[1] == "Disable":
            return PortFields(poe=Poe.DISABLED, poe_watts=0.0)
        milliwatts = tables.number(line[column[0] : column[1]]) if column else None
        return PortFields(
            poe=Poe.ON if milliwatts else Poe.OFF,
            poe_watts=None if milliwatts is None else milliwatts / 1000,
        )
    return PortFields(poe=None)


def addresses(text: str) -> tuple[Learnt, ...]:
    """`show mac address-table all`, without the switch's own."""
    if re.search(r"(?m)^\s{0,8}Port\b[^\n]{0,40}MAC Address", text) is None:
        raise tables.not_understood("show mac address-table all")
    rows = re.findall(
        r"(?m)^[ \t]{0,8}(T?\d{1,3})[ \t]{1,20}(\d{1,4})[ \t]{1,20}([0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5})\b",
        text,
    )
    return tuple(Learnt(tables.mac(mac), int(vlan), port) for port, vlan, mac in rows)


def announced(text: str) -> tuple[Neighbour, ...]:
    """`show lldp info remote`: at which ports somebody announces himself."""
    if re.search(r"(?mi)^\s{0,8}LocalPort\b", text) is None:
        if re.search(r"(?i)\blldp\b[^\n]{0,40}\b(?:disabled|inactive|not (?:active|enabled))", text):
            raise DeviceError(ErrorClass.UNSUPPORTED, "LLDP is off on this switch")
        raise tables.not_understood("show lldp info remote")
    rows = re.findall(r"(?m)^[ \t]{0,8}(\d{1,3})[ \t]{1,20}(\S{1,64})[ \t]", text)
    return tuple(Neighbour(port=port, mac=tables.mac(chassis)) for port, chassis in rows)


def neighbours(text: str, port: str) -> tuple[Neighbour, ...]:
    """`show lldp info remote interface port-channel PORT`: a part for each neighbour, which begins with its chassis."""
    found = []
    for block in re.split(r"(?mi)^(?=[ \t]{0,8}Chassis id subtype[ \t]{0,4}:)", text[: tables.LONGEST])[1:]:
        told = tables.pairs(block)
        said = tables.first(told, "system capabilities enabled", "system capabilities supported")
        words = said.lower().replace(",", " ").split()
        found.append(
            Neighbour(
                port=port,
                name=one_line(tables.first(told, "system name"), 128),
                description=one_line(tables.first(told, "system description")),
                remote_port=one_line(tables.first(told, "port id"), 64),
                address=one_line(tables.first(told, "management address"), 45),
                mac=tables.mac(tables.first(told, "chassis id")),
                capabilities=tuple(_KINDS[word] for word in words if word in _KINDS),
            )
        )
    return tuple(found)


def system(text: str) -> InfoFields:
    """`show system-information`; old firmware leaves the serial number out."""
    told = tables.pairs(text)
    firmware, _, _ = tables.first(told, "zynos f/w version", "f/w version").partition("|")
    if not firmware:
        raise tables.not_understood("show system-information")
    up = _clock(tables.first(told, "system up time"))
    return InfoFields(
        name=one_line(tables.first(told, "system name"), 64),
        model=one_line(tables.first(told, "product model"), 64),
        serial=one_line(tables.first(told, "serial number"), 64),
        mac=tables.mac(tables.first(told, "ethernet address")),
        firmware=one_line(firmware, 64),
        uptime=None if up is None else int(up),
    )


def _clock(text: str) -> float | None:
    """Seconds in hours of any number, minutes and seconds: `1262:59:03 (1b19c7af ticks)`."""
    found = re.match(r"(\d{1,6}):(\d\d):(\d\d)\b", text)
    return int(found[1]) * 3600.0 + int(found[2]) * 60 + int(found[3]) if found else None


def arp(text: str) -> Mapping[str, str]:
    """`show ip arp`."""
    found = re.findall(
        r"\b(\d{1,3}(?:\.\d{1,3}){3})[ \t]{1,30}([0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5})\b", text
    )
    return {address: tables.mac(mac) for address, mac in found}


def reached(text: str) -> Mapping[str, str]:
    """`show ip arp`: the port of each address, where the table has such a column behind the VLAN's, as newer firmware has."""
    head = re.search(
        r"(?mi)^[ \t]{0,8}Index[ \t]{1,20}IP\b[^\n]{0,60}\bMAC\b[^\n]{0,60}\bVLAN[ \t]{1,20}Port\b", text
    )
    if head is None:
        return {}
    return dict(
        re.findall(
            r"\b(\d{1,3}(?:\.\d{1,3}){3})[ \t]{1,30}[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}[ \t]{1,20}\d{1,4}[ \t]{1,20}([1-9]\d?)(?!\S)",
            text[head.end() :],
        )
    )


def gateway(text: str) -> str:
    """`show running-config`: the default gateway, or the default route of a switch that routes."""
    found = re.search(
        r"(?m)^[ \t]{0,8}ip (?:address default-gateway|route 0\.0\.0\.0 0\.0\.0\.0) (\d{1,3}(?:\.\d{1,3}){3})\b",
        text,
    )
    return found[1] if found else ""


def bundled(text: str) -> frozenset[str]:
    """`show trunk`: the ports of all groups, also of those that are inactive."""
    lists = re.findall(r"\bMember:[ \t]{0,4}((?:\d{1,3}[ ,\t]{0,4}){1,32})", text)
    return frozenset(port for one in lists for port in re.findall(r"\d{1,3}", one))


def running(text: str) -> str:
    """`show running-config`. Raises PROTOCOL where it is none."""
    if re.search(r"(?m)^[ \t]{0,4}(?:interface port-channel|vlan \d|; Product Name)", text) is None:
        raise tables.not_understood("show running-config")
    return tables.configuration(text, r"\s*Building configuration", r"\s*Current configuration")
