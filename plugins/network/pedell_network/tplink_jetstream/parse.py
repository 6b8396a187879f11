"""What TP-Link's JetStream switches print. Pure functions; output is hostile text.

Sources: TP-Link's CLI Reference Guides (T1600G, T2600G, and Managed Switches 2026); a public NAPALM driver with samples from
such switches and the NOC project for tables and `show system-info`; public scripts for the table of power.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pedell_network.command_line import tables
from pedell_network.command_line.platform import InfoFields, Learnt, PortFields
from pedell_network.results import Mode, Neighbour, Poe, UpDown
from pedell_network.texts import one_line

_TYPES = {
    "gi": "gigabitEthernet", "te": "ten-gigabitEthernet", "tw": "two-gigabitEthernet", "fa": "fastEthernet",
}  # fmt: skip
_NAME = re.compile(r"(?i)([a-z-]{2,30}) ?(\d{1,2}/\d{1,2}/\d{1,3})")
_KINDS = (
    ("wlan", "access_point"), ("bridge", "bridge"), ("router", "router"), ("telephone", "phone"), ("repeater", "repeater"),
    ("docsis", "docsis"), ("station", "station"),
)  # fmt: skip


def port_name(text: str, prefix: str) -> str | None:
    """`gigabitEthernet 1/0/5`, as commands and the configuration have it, for Gi1/0/5, 1/0/5 and 5 as well.

    The option `port_prefix` says which type a number alone has.
    """
    if re.fullmatch(r"\d{1,3}", text):
        text = f"1/0/{text}"
    found = _NAME.fullmatch(f"{prefix or 'gi'}{text}" if text[:1].isdigit() else text)
    if found is None:
        return None
    kind = found[1].lower()
    for short, long in _TYPES.items():
        if kind == short or (len(kind) > 2 and long.lower().startswith(kind)):
            return f"{long} {found[2]}"
    return None


def _row(text: str, port: str) -> str | None:
    """What stands behind the short name of a port in a table."""
    long, _, number = port.partition(" ")
    found = re.search(rf"(?mi)^ {{0,4}}{long[:2]}{re.escape(number)} {{1,12}}(\S[^\n]{{0,160}})$", text)
    return found[1] if found else None


def status(text: str, port: str) -> PortFields:
    """`show interface status PORT`: the link."""
    row = _row(text, port)
    link = re.match(r"Link ?(Up|Down)\b", row or "", re.IGNORECASE)
    if row is None or link is None:
        raise tables.not_understood(f"show interface status {port}")
    up = link[1].lower() == "up"
    fields = PortFields(oper=UpDown.UP if up else UpDown.DOWN)
    if up:
        duplex = re.search(r"\b(Full|Half)\b", row)
        fields |= PortFields(
            speed=tables.speed(row[link.end() :]), duplex=duplex[1].lower() if duplex else ""
        )
    return fields


def configured(text: str, port: str) -> PortFields:
    """`show interface configuration PORT`: state, speed, duplex, flow control, description."""
    row = _row(text, port)
    found = re.match(
        r"(Enable|Disable)d?(?: {1,20}\S{1,20}){3}(?: {1,20}(\S[^\n]{0,60}))?$", (row or "").strip()
    )
    if found is None:
        raise tables.not_understood(f"show interface configuration {port}")
    return PortFields(
        admin=UpDown.UP if found[1] == "Enable" else UpDown.DOWN, description=one_line(found[2] or "", 64)
    )


def switchport(text: str, port: str) -> PortFields:
    """`show interface switchport PORT`: PVID, LAG, and the VLANs with their egress rules."""
    del port
    told = tables.pairs(text)
    pvid = tables.number(tables.first(told, "pvid"))
    rules = re.findall(r"(?m)^ {0,4}\d{1,4} {1,20}\S[^\n]{0,40}? {1,20}(Untagged|Tagged) *$", text)
    if pvid is None and not rules:
        return PortFields()
    lag = tables.first(told, "member in lag").lower()
    return PortFields(
        mode=Mode.TRUNK if "Tagged" in rules else Mode.ACCESS,
        vlan=pvid,
        bundle=bool(lag) and lag not in {"n/a", "none", "---"},
    )


def power(text: str, port: str) -> PortFields:
    """`show power inline information interface PORT`: watts, milliamperes, volts, class, status."""
    row = _row(text, port)
    watts = re.match(r"(\d{1,3}(?:\.\d{1,3})?)\b", row or "")
    if row is None or watts is None:
        return PortFields(poe=None)
    word = row.split()[-1]
    state = (
        Poe.ON if word.upper() == "ON" else Poe.OFF if word.upper() in {"OFF", "TURNING-ON"} else Poe.FAULT
    )
    return PortFields(poe=state, poe_watts=float(watts[1]) if state is Poe.ON else 0.0)


def power_configured(text: str, port: str) -> PortFields:
    """`show power inline configuration interface PORT`: whether an administrator took the power away."""
    if re.match(r"Disable", _row(text, port) or ""):
        return PortFields(poe=Poe.DISABLED, poe_watts=0.0)
    return PortFields()


def addresses(text: str) -> tuple[Learnt, ...]:
    """`show mac address-table`."""
    if re.search(r"(?mi)^ {0,4}MAC(?: address)? {1,40}VLAN\b", text) is None:
        raise tables.not_understood("show mac address-table")
    rows = re.findall(
        r"(?m)^ {0,4}([0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}) {1,20}(\d{1,4}) {1,20}([A-Za-z]{2,4}\d{1,2}\S{0,8})",
        text,
    )
    return tuple(
        Learnt(tables.mac(mac), int(vlan), name)
        for mac, vlan, port in rows
        if (name := port_name(port, "")) is not None
    )


def neighbours(text: str) -> tuple[Neighbour, ...]:
    """`show lldp neighbor-information interface`: a part for each port, in it one for each neighbour."""
    found = []
    parts = re.split(
        r"(?mi)^[ \t]{0,8}((?:[a-z]{2,4}-)?[a-z]{4,8}Ethernet ?\d{1,2}/\d{1,2}/\d{1,3}) ?:?[ \t]*$",
        text[: tables.LONGEST],
    )
    for name, part in zip(parts[1::2], parts[2::2], strict=False):
        port = port_name(name, "")
        if port is None:
            continue
        for block in re.split(r"(?mi)^[ \t]{0,8}Neighbor index[ \t:]{0,4}\d{1,4} ?:?[ \t]*$", part)[1:]:
            told = tables.pairs(block)
            words = tables.first(
                told, "system capabilities enabled", "enabled capabilities", "system capabilities supported"
            ).lower()
            found.append(
                Neighbour(
                    port=port,
                    name=one_line(tables.first(told, "system name"), 128),
                    description=one_line(tables.first(told, "system description")),
                    remote_port=one_line(tables.first(told, "port id"), 64),
                    address=one_line(tables.first(told, "management address"), 45),
                    mac=tables.mac(tables.first(told, "chassis id")),
                    capabilities=tuple(kind for word, kind in _KINDS if word in words),
                )
            )
    return tuple(found)


def system(text: str) -> InfoFields:
    """`show system-info`: names and values apart by a dash, on some firmware by a colon."""
    told = [
        (" ".join(name.split()).lower(), value.strip())
        for name, value in re.findall(
            r"(?m)^[ \t]{0,4}([A-Z][A-Za-z ]{2,30}?)[ \t]{1,20}[-:][ \t]{1,4}(\S[^\n]{0,200})$", text
        )
    ]
    firmware = tables.first(told, "software version", "firmware version")
    if not firmware:
        raise tables.not_understood("show system-info")
    return InfoFields(
        name=one_line(tables.first(told, "system name", "device name"), 64),
        model=one_line(tables.first(told, "hardware version"), 64),
        serial=one_line(tables.first(told, "serial number"), 64),
        mac=tables.mac(tables.first(told, "mac address", "mac")),
        firmware=one_line(firmware, 64),
        uptime=tables.duration(tables.first(told, "running time", "run time")),
    )


def arp(text: str) -> Mapping[str, str]:
    """`show arp`."""
    found = re.findall(r"\b(\d{1,3}(?:\.\d{1,3}){3}) {1,30}([0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5})\b", text)
    return {address: tables.mac(mac) for address, mac in found}


def gateway(text: str) -> str:
    """`show ip route`: the next hop of the default route."""
    found = re.search(r"\b0\.0\.0\.0/0\b[^\n]{0,40}?\bvia (\d{1,3}(?:\.\d{1,3}){3})", text)
    return found[1] if found else ""


def configuration(text: str) -> str:
    """`show running-config` or `show startup-config`."""
    if re.search(r"(?m)^(?:interface|hostname|vlan|!|user) ?", text) is None:
        raise tables.not_understood("show running-config")
    return tables.configuration(text)


def unsaved(texts: Sequence[str]) -> bool:
    """Running and startup configuration, compared."""
    running, startup = texts
    return configuration(running) != configuration(startup)
