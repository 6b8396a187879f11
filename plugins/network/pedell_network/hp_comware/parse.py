"""What Comware 5 and 7 print. Pure functions; output is hostile text.

Sources: the sample outputs of ntc-templates 9 (platform `hp_comware`); H3C's PoE command references (S3600, S7500E, and HPE
5130's) for `display poe interface`, its IRF guides for `display irf configuration`. The templates are not used: they know
neither errors nor the group of a bundle, and each release adds lines that they refuse.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_network.command_line import tables
from pedell_network.command_line.platform import InfoFields, Learnt, PortFields
from pedell_network.results import Mode, Neighbour, Poe, UpDown
from pedell_network.texts import one_line

_TYPES = (
    ("GigabitEthernet", "ge"), ("Ten-GigabitEthernet", "xge"), ("M-GigabitEthernet", "m-ge"), ("FortyGigE", "fge"),
    ("HundredGigE", "hge"), ("Twenty-FiveGigE", "wge"), ("Smartrate-Ethernet", "sge"), ("Ethernet", "eth"),
    ("Bridge-Aggregation", "bagg"), ("Route-Aggregation", "ragg"),
)  # fmt: skip
_NAME = re.compile(r"(?i)([a-z-]{2,24}) ?(\d{1,3}(?:/\d{1,3}){0,3})")
_KINDS = (
    ("wlan", "access_point"), ("bridge", "bridge"), ("router", "router"), ("telephone", "phone"), ("repeater", "repeater"),
    ("docsis", "docsis"), ("station", "station"),
)  # fmt: skip
_MAC = r"([0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4})"


def port_name(text: str, prefix: str) -> str | None:
    """GigabitEthernet1/0/5, for GE1/0/5 and 1/0/5 as well; the option `port_prefix` says another type."""
    found = _NAME.fullmatch(f"{prefix or 'GE'}{text}" if "/" in text and text[:1].isdigit() else text)
    if found is None:
        return None
    kind = found[1].lower()
    for long, short in _TYPES:
        if kind in {short, long.lower()} or (kind == "gi" and short == "ge"):
            return f"{long}{found[2]}"
    return None


def interface(text: str, port: str) -> PortFields:
    """`display interface PORT`."""
    state = re.search(
        rf"(?mi)^(?:{re.escape(port)} *\n)? {{0,4}}(?:{re.escape(port)} )?current state ?: ?(UP|DOWN|Administratively DOWN|STP DOWN)\b"
        r"([^\n]{0,40})",
        text,
    )
    if state is None or port not in text:
        raise tables.not_understood(f"display interface {port}")
    up = state[1].upper() == "UP"
    off = "administratively" in state[0].lower()
    title = re.search(r"(?m)^ {0,4}Description: {0,4}(\S[^\n]{0,100})$", text)
    words = one_line(title[1], 64) if title else ""
    kind = re.search(r"(?mi)^ {0,4}Port link-type: {0,4}(\w{1,12})", text)
    routed = re.search(r"(?mi)^ {0,4}(?:internet protocol processing|internet address)\b", text) is not None
    pvid = re.search(r"(?m)^ {0,4}PVID: {0,4}(\d{1,4})\b", text)
    fields = PortFields(
        admin=UpDown.DOWN if off else UpDown.UP,
        oper=UpDown.UP if up else UpDown.DOWN,
        fault="stp" if state[1].upper() == "STP DOWN" else "",
        description="" if words == f"{port} Interface" else words,
        mode=(Mode.ACCESS if kind[1].lower() == "access" else Mode.TRUNK)
        if kind
        else Mode.ROUTED
        if routed
        else Mode.UNKNOWN,
        vlan=int(pvid[1]) if pvid else None,
        # Comware 7 writes "Internet address: 10.0.0.1/24 (primary)", Comware 5 "Internet Address is 10.0.0.1/24 Primary".
        routed=re.search(r"(?mi)^ {0,4}internet address(?:: | is )\d", text) is not None,
        input_errors=_count(text, r"(\d{1,18}) input errors"),
        crc_errors=_count(text, r"(\d{1,18}) CRC\b"),
        output_errors=_count(text, r"(\d{1,18}) output errors"),
    )
    speed = re.search(r"(?mi)^ {0,4}(\d{1,6}(?:\.\d)?[GM])bps-speed mode, (full|half)-duplex", text)
    if up and speed:
        fields |= PortFields(speed=tables.speed(speed[1]), duplex=speed[2].lower())
    return fields


def _count(text: str, pattern: str) -> int | None:
    found = re.search(pattern, text)
    return int(found[1]) if found else None


def bundled(text: str, port: str) -> PortFields:
    """`display current-configuration interface PORT`: whether it is an aggregation, or belongs to one."""
    member = re.search(r"(?m)^ {0,4}port link-aggregation group \d", text) is not None
    return PortFields(bundle=member or "-Aggregation" in port)


def stacking(text: str) -> frozenset[str]:
    """`display irf configuration`: the ports bound to IRF ports; of a port's own configuration it is no part."""
    found = re.findall(r"\b([A-Z][A-Za-z-]{2,24}\d{1,2}(?:/\d{1,3}){2,3})", text[: tables.LONGEST])
    return frozenset(name for port in found if (name := port_name(port, "")) is not None)


def power(text: str, port: str) -> PortFields:
    """`display poe interface PORT` in the words of Comware 3, 5 and 7."""
    del port
    told = [(name.removeprefix("port "), value) for name, value in tables.pairs(text)]
    enabled = tables.first(told, "poe status", "power enabled").lower()
    if not enabled:
        return PortFields(poe=None)
    if not enabled.startswith("enable"):
        return PortFields(poe=Poe.DISABLED, poe_watts=0.0)
    oper = tables.first(told, "oper", "operating status", "power on/off").lower()
    seen = tables.first(told, "detection status").lower()
    if "deny" in oper or "lack" in oper:
        state = Poe.DENIED
    elif oper == "on" or "delivering" in seen or "limit" in oper:
        state = Poe.ON
    else:
        state = Poe.FAULT if "fault" in seen else Poe.OFF
    watts = tables.watts(" ".join(tables.first(told, "current power").split()))
    return PortFields(poe=state, poe_watts=watts if state is Poe.ON else 0.0)


def addresses(text: str) -> tuple[Learnt, ...]:
    """`display mac-address`; release 7 abbreviates the ports."""
    if re.search(r"(?mi)^ {0,4}MAC ADDR", text) is None:
        if re.search(r"(?i)no mac address|^\s*$", text):
            return ()
        raise tables.not_understood("display mac-address")
    rows = re.findall(
        rf"(?m)^ {{0,4}}{_MAC} {{1,8}}(\d{{1,4}}) {{1,12}}[A-Za-z-]{{1,20}} {{1,16}}([A-Za-z-]{{2,24}}\d\S{{0,12}})",
        text,
    )
    return tuple(
        Learnt(tables.mac(mac), int(vlan), name)
        for mac, vlan, port in rows
        if (name := port_name(port, "")) is not None
    )


def neighbours(text: str) -> tuple[Neighbour, ...]:
    """`display lldp neighbor-information verbose`; without the last word on Comware 5, which tells as much.

    Comware 7 tells less without it: the ids with their kinds behind a slash, and the capabilities that are enabled.
    """
    if re.search(r"(?i)neighbor-information of port", text) is None:
        if re.search(r"(?i)\blldp\b[^\n]{0,40}\b(?:disabled|not enabled)", text):
            raise DeviceError(ErrorClass.UNSUPPORTED, "LLDP is off on this switch")
        if text.strip():
            raise tables.not_understood("display lldp neighbor-information")
        return ()
    found = []
    parts = re.split(
        r"(?mi)^ {0,4}LLDP neighbor-information of port \d{1,5} ?\[([^\]\n]{1,40})\]: *$",
        text[: tables.LONGEST],
    )
    for name, part in zip(parts[1::2], parts[2::2], strict=False):
        port = port_name(name, "")
        if port is None:
            continue
        for block in re.split(r"(?mi)^[ \t]{0,4}(?:LLDP )?Neighbor index {0,20}: {0,4}\d{1,4} *$", part)[1:]:
            told = tables.pairs(block)
            words = tables.first(
                told, "system capabilities enabled", "capabilities", "system capabilities supported"
            ).lower()
            chassis = tables.first(told, "chassis id") or _id(tables.first(told, "chassisid/subtype"))
            remote = tables.first(told, "port id") or _id(tables.first(told, "portid/subtype"))
            found.append(
                Neighbour(
                    port=port,
                    name=one_line(tables.first(told, "system name"), 128),
                    description=one_line(tables.first(told, "system description")),
                    remote_port=one_line(remote, 64),
                    address=one_line(tables.first(told, "management address"), 45),
                    mac=tables.mac(chassis),
                    capabilities=tuple(kind for word, kind in _KINDS if word in words),
                )
            )
    return tuple(found)


def _id(words: str) -> str:
    return words.rpartition("/")[0]


def manufactured(text: str) -> InfoFields:
    """`display device manuinfo`: the first unit."""
    told = [(name.replace("_", " "), value) for name, value in tables.pairs(text)]
    return InfoFields(
        model=one_line(tables.first(told, "device name"), 64),
        serial=one_line(tables.first(told, "device serial number"), 64),
        mac=tables.mac(tables.first(told, "mac address")),
    )


def version(text: str) -> InfoFields:
    """`display version`."""
    firmware = re.search(
        r"(?m)Software, Version (\d[\w.]{1,20})(?:, (?:Release|Feature|ESS) (\S{1,24}))?", text
    )
    up = re.search(r"(?m)^(?:HPE?|H3C|3Com) ?(\S[^\n]{0,60}?) uptime is ([^\n]{1,80})$", text)
    if firmware is None:
        raise tables.not_understood("display version")
    reason = re.search(r"(?mi)^ {0,4}(?:last reboot reason|reboot cause) {0,8}: {0,12}(\S[^\n]{0,60})$", text)
    return InfoFields(
        firmware=" ".join(part for part in firmware.groups() if part),
        model=one_line(up[1], 64) if up else "",
        uptime=tables.duration(up[2]) if up else None,
        restart_reason=one_line(reason[1], 60) if reason else "",
    )


def name(text: str) -> InfoFields:
    """`display current-configuration | include sysname`."""
    found = re.search(r"(?m)^ {0,4}sysname (\S{1,64}) *$", text)
    return InfoFields(name=found[1] if found else "")


def arp(text: str) -> Mapping[str, str]:
    """`display arp`."""
    found = re.findall(rf"(?m)^ {{0,4}}(\d{{1,3}}(?:\.\d{{1,3}}){{3}}) {{1,20}}{_MAC}\b", text)
    return {address: tables.mac(mac) for address, mac in found}


def reached(text: str) -> Mapping[str, str]:
    """`display arp`: the port behind which each address answers."""
    found = re.findall(
        rf"(?m)^ {{0,4}}(\d{{1,3}}(?:\.\d{{1,3}}){{3}}) {{1,20}}{_MAC} {{1,12}}\S{{1,12}} {{1,12}}([A-Za-z-]{{2,24}}\d\S{{0,12}})",
        text,
    )
    return {address: name for address, _, port in found if (name := port_name(port, "")) is not None}


def gateway(text: str) -> str:
    """`display ip routing-table`: the next hop of the default route."""
    found = re.search(
        r"(?m)^ {0,4}0\.0\.0\.0/0 {1,20}\w{1,12} {1,12}\d{1,4} {1,12}\d{1,10} {1,20}(\d{1,3}(?:\.\d{1,3}){3})\b",
        text,
    )
    return found[1] if found else ""


def configuration(text: str) -> str:
    """`display current-configuration` or `display saved-configuration`."""
    if re.search(r"(?m)^(?:#| ?sysname|interface|vlan|return)", text) is None:
        raise tables.not_understood("display current-configuration")
    return tables.configuration(text)


def unsaved(texts: Sequence[str]) -> bool:
    """Both configurations, compared."""
    running, saved = texts
    return configuration(running) != configuration(saved)
