"""What D-Link's xStack switches print. Pure functions; output is hostile text.

Sources: the CLI reference guides of DES-3200 and DGS-3120; the readers of the NOC project (profile DLink.DxS; three of them
agree on `show link_aggregation`) and of a public NAPALM driver; for power a public adapter that quotes a DGS-3120-48PC.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_network.command_line import tables
from pedell_network.command_line.platform import InfoFields, Learnt, PortFields
from pedell_network.results import Mode, Neighbour, Poe, UpDown
from pedell_network.texts import one_line

_KINDS = (
    ("wlan", "access_point"), ("bridge", "bridge"), ("router", "router"), ("telephone", "phone"), ("repeater", "repeater"),
    ("docsis", "docsis"), ("station", "station"),
)  # fmt: skip


def port_name(text: str, prefix: str) -> str | None:
    """5, on a stack 2:5; the first unit's ports are numbers alone, however they are written."""
    del prefix
    found = re.fullmatch(r"(?i)(?:port ?)?(\d{1,2}:)?(\d{1,3})", text)
    if found is None:
        return None
    return found[2] if found[1] in {None, "1:"} else f"{found[1]}{found[2]}"


def _rows(text: str, port: str) -> list[str]:
    """What stands behind the port's name; a combo port has a row for each of its sockets."""
    name = port if ":" in port else rf"(?:1:)?{port}"
    return re.findall(rf"(?m)^ {{0,4}}{name} {{0,4}}(?:\([CF]\))? {{1,12}}(\S[^\n]{{0,120}})$", text)


def port(text: str, name: str) -> PortFields:
    """`show ports PORT`: state, settings, connection, learning."""
    found = [
        row for row in _rows(text, name) if re.match(r"(?:Enabled|Disabled) {1,12}(?:Auto|\d{1,5}[MG])/", row)
    ]
    if not found:
        raise tables.not_understood(f"show ports {name}")
    links = [re.search(r" (\d{1,5}[MG])/(Full|Half)/", row[20:]) for row in found]
    best = next((place for place, link in enumerate(links) if link), 0)
    row, link = found[best], links[best]
    fault = re.search(r"\b(Err|Loop)-Disabled\b", row)
    return PortFields(
        admin=UpDown.UP if row.startswith("Enabled") else UpDown.DOWN,
        oper=UpDown.UP if link else UpDown.DOWN,
        speed=tables.speed(link[1]) if link else None,
        duplex=link[2].lower() if link else "",
        fault=fault[0].lower() if fault else "",
    )


def description(text: str, name: str) -> PortFields:
    """`show ports PORT description`."""
    del name
    found = re.search(r"(?m)^ {1,12}Desc(?:ription)?: {0,4}(\S[^\n]{0,80})?$", text)
    return PortFields(description=one_line(found[1] or "", 64)) if found else PortFields()


def vlans(text: str, name: str) -> PortFields:
    """`show vlan ports PORT`: a row a VLAN, with a cross under Untagged or Tagged."""
    rows = [re.match(r"(\d{1,4}) {1,20}([X-]) {1,20}([X-])(?: |$)", row) for row in _rows(text, name)]
    found = [row for row in rows if row]
    if not found:
        return PortFields()
    own = [int(row[1]) for row in found if row[2] == "X"]
    return PortFields(
        mode=Mode.TRUNK if any(row[3] == "X" for row in found) or len(own) > 1 else Mode.ACCESS,
        vlan=own[0] if own else None,
    )


def errors(text: str, name: str) -> PortFields:
    """`show error ports PORT`: the first CRC Error is that of received frames."""
    del name
    found = re.search(r"(?m)^ {0,4}CRC Error {1,24}(\d{1,15})\b", text)
    return PortFields(crc_errors=tables.number(found[1]) if found else None)


def power(text: str, name: str) -> PortFields:
    """`show poe ports PORT`: three lines a port; the second tells milliwatts, the third what is the case."""
    label = name if ":" in name else rf"(?:1:)?{name}"
    numbers = r"(?: {1,20}(?:\d{1,2}|-|N/A) {1,20}(\d{1,6})\b[^\n]{0,80}\n)?"
    found = re.search(
        rf"(?m)^ {{0,4}}{label} {{1,12}}(Enabled|Disabled)\b[^\n]{{0,100}}\n"
        + numbers
        + r" {1,20}([A-Z][A-Za-z ]{0,16}?) {0,8}:[^\n]{0,80}$",
        text,
    )
    if found is None:
        return PortFields(poe=None)
    if found[1] == "Disabled":
        return PortFields(poe=Poe.DISABLED, poe_watts=0.0)
    word = found[3].upper()
    state = Poe.ON if word == "ON" else Poe.FAULT if "FAULT" in word else Poe.OFF
    return PortFields(
        poe=state,
        poe_watts=int(found[2]) / 1000 if state is Poe.ON and found[2] else None if state is Poe.ON else 0.0,
    )


def addresses(text: str) -> tuple[Learnt, ...]:
    """`show fdb`, without the switch's own."""
    if re.search(r"(?mi)^ {0,4}VID\b[^\n]{0,60}MAC Address", text) is None:
        raise tables.not_understood("show fdb")
    rows = re.findall(
        r"(?m)^ {0,4}(\d{1,4}) {1,8}(?:[^\n]{0,40}? )?([0-9A-F]{2}(?:-[0-9A-F]{2}){5}) {1,12}"
        r"(\d{1,2}(?::\d{1,3})?|\d{1,3}) {1,12}(\w{1,20})",
        text,
    )
    return tuple(
        Learnt(tables.mac(mac), int(vlan), name)
        for vlan, mac, port_, kind in rows
        if kind.lower() != "self" and (name := port_name(port_, "")) is not None
    )


def neighbours(text: str) -> tuple[Neighbour, ...]:
    """`show lldp remote_ports mode normal`: a part a port, in it an entity a neighbour."""
    if re.search(r"(?mi)^ {0,4}Port ID {0,12}:", text) is None:
        if re.search(r"(?i)\blldp\b[^\n]{0,40}\b(?:disabled|not enabled)", text):
            raise DeviceError(ErrorClass.UNSUPPORTED, "LLDP is off on this switch")
        raise tables.not_understood("show lldp remote_ports")
    found = []
    parts = re.split(
        r"(?mi)^ {0,4}Port ID {0,12}: {0,4}(\d{1,2}(?::\d{1,3})?|\d{1,3}) *\n *-{5,}", text[: tables.LONGEST]
    )
    for name, part in zip(parts[1::2], parts[2::2], strict=False):
        port_ = port_name(name, "")
        for block in re.split(r"(?mi)^ {0,8}Entity \d{1,3} *$", part)[1:]:
            told = tables.pairs(block)
            words = tables.first(told, "system capabilities").lower()
            found.append(
                Neighbour(
                    port=port_ or name,
                    name=one_line(tables.first(told, "system name"), 128),
                    description=one_line(tables.first(told, "system description")),
                    remote_port=one_line(tables.first(told, "port id"), 64),
                    mac=tables.mac(tables.first(told, "chassis id")),
                    capabilities=tuple(kind for word, kind in _KINDS if word in words),
                )
            )
    return tuple(found)


def switch(text: str) -> InfoFields:
    """`show switch`."""
    told = tables.pairs(text)
    model = tables.first(told, "device type")
    if not model:
        raise tables.not_understood("show switch")
    return InfoFields(
        name=one_line(tables.first(told, "system name"), 64),
        model=one_line(model, 64),
        serial=one_line(tables.first(told, "serial number", "system serial number"), 64),
        mac=tables.mac(tables.first(told, "mac address")),
        firmware=one_line(tables.first(told, "firmware version"), 64),
        uptime=tables.duration(tables.first(told, "system uptime", "system up time")),
    )


def gateway(text: str) -> str:
    """`show switch`."""
    value = tables.first(tables.pairs(text), "default gateway")
    return value if re.fullmatch(r"[1-9]\d{0,2}(?:\.\d{1,3}){3}", value) else ""


def arp(text: str) -> Mapping[str, str]:
    """`show arpentry`."""
    found = re.findall(r"\b(\d{1,3}(?:\.\d{1,3}){3}) {1,20}([0-9A-F]{2}(?:-[0-9A-F]{2}){5})\b", text)
    return {address: tables.mac(mac) for address, mac in found}


def bundled(text: str) -> frozenset[str]:
    """`show link_aggregation`: master and members of each group, `1-4,7` or `1:1-1:4`; also of one that is disabled."""
    found: set[str] = set()
    for listed in re.findall(r"(?mi)^ {0,4}(?:Master|Member) Ports? {0,12}: {0,4}([\d:,\- ]{1,400})$", text):
        for part in listed.split(","):
            ends = re.fullmatch(r" {0,4}(?:(\d{1,2}):)?(\d{1,3})(?: ?- ?(?:\d{1,2}:)?(\d{1,3}))? {0,4}", part)
            if ends:
                unit = f"{ends[1]}:" if ends[1] else ""
                ports = range(int(ends[2]), int(ends[3] or ends[2]) + 1)
                found |= {name for port_ in ports if (name := port_name(f"{unit}{port_}", ""))}
    return frozenset(found)


def configuration(text: str) -> str:
    """`show config current_config` without its remarks and the command's echo."""
    if re.search(r"(?m)^ {0,4}(?:config|create|enable|disable) ", text) is None:
        raise tables.not_understood("show config current_config")
    return tables.configuration(text, r"\s*#", r"\s*Command:")


def unsaved(texts: Sequence[str]) -> bool:
    """The configuration in force and that of the next start, compared."""
    running, startup = texts
    return configuration(running) != configuration(startup)
