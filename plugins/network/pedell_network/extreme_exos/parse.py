"""What ExtremeXOS prints. Pure functions; output is hostile text.

Sources: the sample outputs of ntc-templates 9 (platform `extreme_exos`) for ports, addresses and version; the ExtremeXOS
Concepts Guide and Extreme's own test library for power; public readers of `show lldp neighbors detailed`, of
`show switch` and of `show inline-power info ports` (its columns).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pedell_network.command_line import tables
from pedell_network.command_line.platform import InfoFields, Learnt, PortFields
from pedell_network.results import Mode, Neighbour, Poe, UpDown
from pedell_network.texts import one_line

_KINDS = (
    ("wlan", "access_point"), ("bridge", "bridge"), ("router", "router"), ("telephone", "phone"), ("repeater", "repeater"),
    ("docsis", "docsis"), ("station", "station"),
)  # fmt: skip
_POE = {
    "delivering": Poe.ON, "searching": Poe.OFF, "disabled": Poe.DISABLED, "denied": Poe.DENIED, "faulted": Poe.FAULT,
    "fault": Poe.FAULT, "disconnected": Poe.OFF,
}  # fmt: skip


def port_name(text: str, prefix: str) -> str | None:
    """5, on a stack 1:5; with the option `port_prefix` (`1:`) a number alone is one of that unit."""
    found = re.fullmatch(r"(?i)(?:port ?)?(\d{1,3}(?::\d{1,3}){0,2})", text)
    if found is None:
        return None
    return f"{prefix}{found[1]}" if ":" not in found[1] and re.fullmatch(r"\d{1,2}:", prefix) else found[1]


def prompt(base: str) -> str:
    """`* sw1.12 # `: a star while there are unsaved changes, a counter."""
    return rf"(?m:^(?:\* )?{re.escape(base.strip())}\.\d{{1,7}} [>#][ \t]*$)"


def summary(text: str, port: str) -> PortFields:
    """`show ports PORT no-refresh`: states, speed, display string."""
    found = re.search(
        rf"(?m)^{re.escape(port)} {{1,12}}(?P<words>(?=[ \S])[^\n]{{0,60}}?) {{1,40}}(?P<admin>[EDFL]) {{1,10}}"
        r"(?P<link>A|R|NP|L|D|d|B)(?: {1,12}(?P<speed>\d{1,6}G?) {1,12}(?P<duplex>FULL|HALF))? *$",
        text,
    )
    if found is None:
        raise tables.not_understood(f"show ports {port} no-refresh")
    head = re.search(r"(?m)^Port {1,12}Display {1,30}(?=VLAN Name)", text)
    width = len(head[0]) if head else 30
    up = found["link"] == "A"
    fields = PortFields(
        admin=UpDown.DOWN if found["admin"] in "DL" else UpDown.UP,
        oper=UpDown.UP if up else UpDown.DOWN,
        fault="link-flap" if found["admin"] == "F" else "",
        description=one_line(found[0][len(port) : width], 64),
    )
    if up and found["speed"]:
        fields |= PortFields(speed=tables.speed(found["speed"]), duplex=found["duplex"].lower())
    return fields


def detail(text: str, port: str) -> PortFields:
    """`show ports PORT information detail`: VLANs, and whether it is one of several links."""
    if re.search(rf"(?m)^[ \t]{{0,8}}Port:[ \t]{{0,8}}{re.escape(port)}(?:\(|[ \t]*$)", text) is None:
        return PortFields()
    own = re.findall(r"(?m)^[ \t]{1,24}Name: [^\n,]{1,40}, Internal Tag = (\d{1,4})\b", text)
    tagged = re.findall(r"(?m)^[ \t]{1,24}Name: [^\n,]{1,40}, 802\.1Q Tag = (\d{1,4})\b", text)
    words = re.search(r'(?m)^[ \t]{0,8}Description String:[ \t]{0,8}"([^"\n]{1,255})"', text)
    fields = PortFields(
        mode=Mode.TRUNK if tagged or len(own) > 1 else Mode.ACCESS if own else Mode.UNKNOWN,
        vlan=int(own[0]) if own else None,
        # `Load sharing is not enabled.`, or what the port is of which bundle.
        bundle=re.search(r"(?mi)^[ \t]{0,8}Trunking:[ \t]{0,8}(?!load sharing is not)\S", text) is not None,
    )
    if words:
        fields |= PortFields(description=one_line(words[1], 64))
    return fields


def errors(text: str, port: str) -> PortFields:
    """`show ports PORT rxerrors no-refresh`: CRC is the first of its columns."""
    found = re.search(rf"(?m)^{re.escape(port)} {{1,16}}[A-Z]{{1,2}} {{1,16}}(\d{{1,15}})\b", text)
    return PortFields(crc_errors=tables.number(found[1]) if found else None)


def power(text: str, port: str) -> PortFields:
    """`show inline-power info ports PORT`: state, class, volts, milliamperes, watts, fault."""
    found = re.search(
        rf"(?m)^{re.escape(port)} {{1,16}}([a-z]{{2,20}}) {{1,16}}[\w-]{{1,10}}(?: {{1,16}}(\d{{1,4}}\.\d{{1,3}})"
        r" {1,16}(\d{1,5}) {1,16}(\d{1,4}\.\d{1,3}))?",
        text,
    )
    if found is None:
        return PortFields(poe=None)
    state = _POE.get(found[1], Poe.FAULT)
    watts = float(found[4]) if found[4] and state is Poe.ON else 0.0
    return PortFields(poe=state, poe_watts=watts)


def addresses(text: str) -> tuple[Learnt, ...]:
    """`show fdb`; an entry may name several ports."""
    if re.search(r"(?mi)^mac {1,60}vlan name", text) is None:
        raise tables.not_understood("show fdb")
    rows = re.findall(
        r"(?m)^([0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}) {1,60}[^\n(]{0,40}\( ?(\d{1,4})\) {1,8}\d{1,6} {1,8}[^\n]{1,14}? {1,20}"
        r"((?:\d{1,3}(?::\d{1,3}){0,2})(?:, ?\d{1,3}(?::\d{1,3}){0,2}){0,15}) *$",
        text,
    )
    return tuple(
        Learnt(mac.lower(), int(vlan), port.strip()) for mac, vlan, ports in rows for port in ports.split(",")
    )


def neighbours(text: str) -> tuple[Neighbour, ...]:
    """`show lldp neighbors detailed`: a block a port, a part a neighbour; values may be in quotes."""
    found = []
    for block in re.split(r"(?m)^(?=[ \t]{0,4}LLDP Port )", text[: tables.LONGEST])[1:]:
        where = re.match(r"[ \t]{0,4}LLDP Port (\d{1,3}(?::\d{1,3}){0,2}) detected", block)
        if where is None:
            continue
        for part in re.split(r"(?m)^(?=[ \t]{1,8}Neighbor:)", block)[1:]:
            # A long text goes on behind a backslash, names stand behind a dash.
            told = [
                (name.removeprefix("- "), value.strip('"'))
                for name, value in tables.pairs(re.sub(r"\\\n[ \t]{0,40}", "", part))
            ]
            words = tables.first(told, "enabled capabilities", "system capabilities").lower()
            found.append(
                Neighbour(
                    port=where[1],
                    name=one_line(tables.first(told, "system name"), 128),
                    description=one_line(tables.first(told, "system description")),
                    remote_port=one_line(tables.first(told, "port id"), 64),
                    address=one_line(tables.first(told, "management address"), 45),
                    mac=tables.mac(tables.first(told, "chassis id")),
                    capabilities=tuple(kind for word, kind in _KINDS if word in words),
                )
            )
    return tuple(found)


def switch(text: str) -> InfoFields:
    """`show switch`."""
    told = tables.pairs(text)
    model = tables.first(told, "system type")
    if not model:
        raise tables.not_understood("show switch")
    return InfoFields(
        name=one_line(tables.first(told, "sysname"), 64),
        model=one_line(model, 64),
        mac=tables.mac(tables.first(told, "system mac")),
        uptime=tables.duration(tables.first(told, "system uptime")),
    )


def version(text: str) -> InfoFields:
    """`show version`: the first unit's serial number stands behind its part number."""
    unit = re.search(r"(?m)^(?:Switch|Slot-1) {0,12}: {0,4}(\d{6}-\d{2}-\d{2}) (\w[\w-]{4,20})", text)
    image = re.search(r"(?m)^Image {0,8}: {0,4}ExtremeXOS version (\d[\w.]{1,30})", text)
    return InfoFields(serial=unit[2] if unit else "", firmware=image[1] if image else "")


def arp(text: str) -> Mapping[str, str]:
    """`show iparp`."""
    found = re.findall(
        r"(?m)^\S{1,32} {1,20}(\d{1,3}(?:\.\d{1,3}){3}) {1,20}([0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5})\b", text
    )
    return {address: mac.lower() for address, mac in found}


def reached(text: str) -> Mapping[str, str]:
    """`show iparp`: the port behind which each address answers, in the last column; it may be empty."""
    found = re.findall(
        r"(?m)^\S{1,32} {1,20}(\d{1,3}(?:\.\d{1,3}){3}) {1,20}[0-9A-Fa-f:]{17} [^\n]{1,80} (\d{1,3}(?::\d{1,3}){0,2}) *$",
        text,
    )
    return dict(found)


def bundled(text: str) -> frozenset[str]:
    """`show sharing`: members of the bundles, whether they carry anything now or not."""
    found = re.findall(
        r"(?m) (\d{1,3}(?::\d{1,3}){0,2}) {1,16}[Y-] {1,12}(?:A|D|R|NP|L) {1,16}\d{1,10} *$",
        text[: tables.LONGEST],
    )
    return frozenset(found)


def gateway(text: str) -> str:
    """`show iproute`: the next hop of the default route."""
    found = re.search(r"Default Route {1,20}(\d{1,3}(?:\.\d{1,3}){3})\b", text)
    return found[1] if found else ""


def configuration(text: str) -> str:
    """`show configuration` without its remarks."""
    if re.search(r"(?m)^(?:# Module|configure|enable|create) ", text) is None:
        raise tables.not_understood("show configuration")
    return tables.configuration(text, r"#")


def unsaved(texts: Sequence[str]) -> bool:
    """The star before the prompt."""
    return texts[-1].lstrip().startswith("*")
