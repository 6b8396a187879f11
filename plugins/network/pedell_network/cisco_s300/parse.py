"""What Cisco's Small Business switches print. Pure functions; output is hostile text.

Sources: the sample outputs of ntc-templates 9 (platform `cisco_s300`) for status, descriptions, VLANs of the 300 series,
MAC table, LLDP, version and system; the CLI guides of the 300, 350 and CBS350 series for the rest. The templates
themselves are not used: they refuse static addresses, and know neither capabilities nor the 350's VLAN page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_network.command_line import tables
from pedell_network.command_line.platform import InfoFields, Learnt, PortFields
from pedell_network.results import Mode, Neighbour, Poe, UpDown
from pedell_network.texts import one_line

_TYPES = {
    "fastethernet": "fa", "gigabitethernet": "gi", "tengigabitethernet": "te", "twopointfivegigabitethernet": "tw",
    "fivegigabitethernet": "fi",
}  # fmt: skip
_NAME = re.compile(r"(?i)([a-z]{2,30}) ?(\d{1,3}(?:/\d{1,3}){0,2})")
_CAPABILITIES = {
    "B": "bridge", "R": "router", "W": "access_point", "T": "phone", "D": "docsis", "H": "station", "r": "repeater",
    "O": "other",
}  # fmt: skip


def port_name(text: str, prefix: str) -> str | None:
    """gi5, or gi1/0/5 on a stack; a number alone needs the option `port_prefix`, such as `gi`."""
    found = _NAME.fullmatch(f"{prefix}{text}" if text[:1].isdigit() else text)
    if found is None:
        return None
    kind = found[1].lower()
    short = next((short for long, short in _TYPES.items() if kind == short or long.startswith(kind)), "")
    return f"{short}{found[2]}" if short and len(kind) >= 2 else None


def _row(text: str, port: str) -> str | None:
    found = re.search(rf"(?mi)^ {{0,4}}{re.escape(port)}(?: [^\n]{{0,160}})?$", text)
    return found[0].strip()[len(port) :] if found else None


def status(text: str, port: str) -> PortFields:
    """`show interfaces status PORT`: the link; PRECONDITION where the switch has no such port."""
    row = _row(text, port)
    if row is None:
        raise tables.not_understood(f"show interfaces status {port}")
    link = re.search(r"\b(Up|Down|Suspended|Not Present)\b", row)
    if link is None:
        raise tables.not_understood(f"show interfaces status {port}")
    if link[1] == "Not Present":
        raise DeviceError(ErrorClass.PRECONDITION, f"the switch has no port {port} now")
    fields = PortFields(
        oper=UpDown.UP if link[1] == "Up" else UpDown.DOWN,
        fault="suspended" if link[1] == "Suspended" else "",
    )
    if link[1] == "Up":
        duplex = re.search(r"\b(Full|Half)\b", row)
        speed = re.search(r" (\d{2,6}) ", row)
        fields |= PortFields(
            duplex=duplex[1].lower() if duplex else "", speed=int(speed[1]) if speed else None
        )
    return fields


def configured(text: str, port: str) -> PortFields:
    """`show interfaces configuration PORT`: the administrator's state is its last Up or Down."""
    row = _row(text, port)
    words = re.findall(r"\b(Up|Down)\b", row or "")
    if not words:
        raise tables.not_understood(f"show interfaces configuration {port}")
    return PortFields(admin=UpDown.UP if words[-1] == "Up" else UpDown.DOWN)


def description(text: str, port: str) -> PortFields:
    """`show interfaces description PORT`."""
    return PortFields(description=one_line(_row(text, port) or "", 64))


def counters(text: str, port: str) -> PortFields:
    """`show interfaces counters PORT`: `FCS Errors: 0` and its like below the tables."""
    del port
    told = tables.pairs(text)
    return PortFields(
        input_errors=tables.number(tables.first(told, "internal mac rx errors", "symbol errors")),
        crc_errors=tables.number(tables.first(told, "fcs errors")),
        output_errors=tables.number(tables.first(told, "internal mac tx errors")),
    )


def switchport(text: str, port: str) -> PortFields:
    """`show interfaces switchport PORT`, as the 300 series and as the 350 and CBS write it.

    Whatever is no access port carries several VLANs, for all that is known: trunk, general, customer. The 300 series comes
    with all ports as trunks: one that is a member of its native VLAN alone carries no tagged frame, and is an access port
    (docs/decisions/0110-trunks-of-one-vlan.md).
    """
    del port
    told = tables.pairs(text)
    mode = tables.first(told, "port mode", "administrative mode").lower()
    if not mode:
        return PortFields()
    access = mode.startswith("access")
    vlan = tables.first(
        told,
        "ingress untagged vlan ( native )",
        *(("access mode vlan",) if access else ("trunking native mode vlan", "general pvid")),
    )
    number = re.match(r"\d{1,4}", vlan)
    if number and mode.startswith("trunk") and _carries(text, told) == {number[0]}:
        access = True
    return PortFields(mode=Mode.ACCESS if access else Mode.TRUNK, vlan=int(number[0]) if number else None)


def _carries(text: str, told: Sequence[tuple[str, str]]) -> set[str]:
    """The VLANs that a trunk carries now, as far as they are told; a tagged one twice over, so that it is never alone."""
    rows = re.findall(r"(?mi)^ {0,4}(\d{1,4})[^\n]{0,60}?\b(untagged|tagged)\b", text)
    if rows:
        return {vlan if egress.lower() == "untagged" else f"{vlan} tagged" for vlan, egress in rows}
    # Those behind it in brackets, (Inactive), are not on the switch.
    return set(tables.first(told, "trunking vlans").replace(" ", "").split(",")) - {""}


def power(text: str, port: str) -> PortFields:
    """`show power inline PORT`: the administrator's word (Auto, Never), then what is the case."""
    found = re.search(r"\b(Auto|Never)\s{1,20}([A-Za-z]{2,12})\b", _row(text, port) or "")
    if found is None:
        return PortFields(poe=None)
    if found[1] == "Never":
        return PortFields(poe=Poe.DISABLED)
    return PortFields(poe=tables.poe(found[2]) or Poe.FAULT)


def bundled(text: str, port: str) -> PortFields:
    """`show running-config interface PORT`: whether it is one link of a LAG."""
    del port
    return PortFields(bundle=re.search(r"(?m)^ {0,4}channel-group \d", text) is not None)


def power_setting(text: str, port: str) -> str:
    """How power is given, by the port's configuration: auto, or auto with a time range; empty where it is off."""
    del port
    found = re.search(r"(?m)^ {0,4}power inline (never|auto(?: time-range \"?[\w-]{1,32}\"?)?) *$", text)
    if found is None:
        return "auto"
    return "" if found[1] == "never" else found[1]


def addresses(text: str) -> tuple[Learnt, ...]:
    """`show mac address-table`, without the switch's own."""
    if re.search(r"(?mi)^ {0,12}vlan {1,30}mac address", text) is None:
        raise tables.not_understood("show mac address-table")
    rows = re.findall(
        r"(?m)^ {0,12}(\d{1,4}) {1,30}([0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}) {1,30}(\S{1,20}) {1,30}(\w{1,20})",
        text,
    )
    return tuple(
        Learnt(mac.lower(), int(vlan), port.lower())
        for vlan, mac, port, kind in rows
        if kind.lower() != "self"
    )


def neighbours(text: str) -> tuple[Neighbour, ...]:
    """`show lldp neighbors`: columns as wide as their dashes; what is too long for one goes on in the next line."""
    ruler = re.search(r"(?m)^-{4,20}(?: -{2,40}){4,6} *$", text)
    if ruler is None:
        if re.search(r"(?i)lldp is (?:disabled|not)", text):
            raise DeviceError(ErrorClass.UNSUPPORTED, "LLDP is off on this switch")
        raise tables.not_understood("show lldp neighbors")
    columns = [found.span() for found in re.finditer(r"-+", ruler[0])]
    rows: list[list[str]] = []
    for line in text[ruler.end() : tables.LONGEST].splitlines():
        cells = [line[start:end].strip() for start, end in columns]
        if cells[0]:
            rows.append(cells)
        elif rows and any(cells):
            rows[-1] = [old + new for old, new in zip(rows[-1], cells, strict=True)]
    found = []
    for port, device, remote, name, letters, *_ in rows:
        known = port_name(port, "")
        if known is None:
            continue
        kinds = [_CAPABILITIES[word] for word in re.split(r"[,\s]+", letters) if word in _CAPABILITIES]
        found.append(
            Neighbour(
                port=known,
                name=one_line(name, 128),
                remote_port=one_line(remote, 64),
                mac=tables.mac(device),
                capabilities=tuple(kinds),
            )
        )
    return tuple(found)


def inventory(text: str) -> InfoFields:
    """`show inventory`: the first unit's model and serial number."""
    model, serial = re.search(r"\bPID: ?(\S{1,40})", text), re.search(r"\bSN: ?(\w{4,40})", text)
    return InfoFields(model=model[1].rstrip(",") if model else "", serial=serial[1] if serial else "")


def serial(text: str) -> InfoFields:
    """`show system id`: `Serial number : X`, on stacks a table of units."""
    found = re.search(r"(?mi)^ {0,4}serial number ?: ?(\w{4,40})|^ {0,4}1 {1,30}(\w{8,40})", text)
    return InfoFields(serial=(found[1] or found[2]) if found else "")


def version(text: str) -> InfoFields:
    """`show version` in its two forms."""
    found = re.search(r"(?mi)^ {0,4}(?:SW version|Version:) {0,12}(\d[\w.]{1,30})", text)
    return InfoFields(firmware=found[1] if found else "")


def system(text: str) -> InfoFields:
    """`show system`."""
    told = tables.pairs(text)
    up = re.search(
        r"(?i)Up Time[^\n:]{0,20}(?:\([^)\n]{0,40}\))?: {0,30}(\d{1,5}),(\d\d):(\d\d):(\d\d)", text
    )
    name = tables.first(told, "system name")
    if not up and not name:
        raise tables.not_understood("show system")
    uptime = None
    if up:
        uptime = int(up[1]) * 86400 + int(up[2]) * 3600 + int(up[3]) * 60 + int(up[4])
    return InfoFields(
        name=one_line(name, 64),
        mac=tables.mac(tables.first(told, "system mac address")),
        model=one_line(tables.first(told, "system description"), 64),
        uptime=uptime,
    )


def arp(text: str) -> Mapping[str, str]:
    """`show arp`."""
    found = re.findall(r"\b(\d{1,3}(?:\.\d{1,3}){3}) {1,30}([0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5})\b", text)
    return {address: mac.lower() for address, mac in found}


def reached(text: str) -> Mapping[str, str]:
    """`show arp`: the port behind which each address answers."""
    found = re.findall(
        r"(?m)\b([a-z]{2}\d{1,3}(?:/\d{1,3}){0,2}) {1,20}(\d{1,3}(?:\.\d{1,3}){3}) {1,30}[0-9A-Fa-f:]{17}\b",
        text,
    )
    return {address: port for port, address in found}


def gateway(text: str) -> str:
    """`show ip route`: the next hop of the default route."""
    found = re.search(r"\b0\.0\.0\.0/0 \[[^\]\n]{1,12}\] via (\d{1,3}(?:\.\d{1,3}){3})", text)
    return found[1] if found else ""


def configuration(text: str) -> str:
    """`show running-config` or `show startup-config`."""
    if re.search(r"(?m)^(?:interface|config-file-header|hostname|vlan|!)", text) is None:
        raise tables.not_understood("show running-config")
    return tables.configuration(text)


def unsaved(texts: Sequence[str]) -> bool:
    """Running and startup configuration, compared."""
    running, startup = texts
    return configuration(running) != configuration(startup)
