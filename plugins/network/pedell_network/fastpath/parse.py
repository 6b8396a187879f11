"""What FASTPATH prints, which many makers sell under their own names. Pure functions; output is hostile text.

Sources: the EdgeSwitch CLI reference (1.x), Netgear's M4300 CLI manual (the same firmware's words, with examples), the
sample outputs of ntc-templates 9 for `show version` and `show arp`, and public scripts for `show poe status`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_network.command_line import tables
from pedell_network.command_line.platform import InfoFields, Learnt, PortFields
from pedell_network.results import Mode, Neighbour, Poe, UpDown
from pedell_network.texts import one_line

_NAME = re.compile(r"(?i)(?:(?:port|interface) ?)?(\d{1,2}/\d{1,3}(?:/\d{1,3})?|lag ?\d{1,3})")
_KINDS = (
    ("wlan", "access_point"), ("bridge", "bridge"), ("router", "router"), ("telephone", "phone"), ("phone", "phone"),
    ("repeater", "repeater"), ("docsis", "docsis"), ("station", "station"), ("other", "other"),
)  # fmt: skip
_OFF = ("shutdown", "disable", "disabled", "off")


def port_name(text: str, prefix: str) -> str | None:
    """0/5, on stacks 1/0/5; a number alone is one with the option `port_prefix`, which ends in no slash here."""
    del prefix
    if re.fullmatch(r"\d{1,3}", text):
        return f"0/{text}"
    found = _NAME.fullmatch(text)
    return found[1].lower() if found else None


def port(text: str, name: str) -> PortFields:
    """`show port PORT`: admin mode, physical status, link status."""
    rows = re.findall(rf"(?m)^ {{0,4}}{re.escape(name)} [^\n]{{0,160}}$", text)
    if not rows:
        raise DeviceError(ErrorClass.PRECONDITION, f"the switch has no port {name}")
    row = rows[0]
    admin = re.search(r"\b(Enable|Disable)d?\b", row)
    link = re.search(r"\b(Up|Down)\b", row)
    if admin is None or link is None:
        raise tables.not_understood(f"show port {name}")
    up = link[1] == "Up"
    speed = re.search(r"\b(\d{2,6})(?:G)? (Full|Half)\b", row)
    gigabit = re.search(r"\b(\d{1,3})G (Full|Half)\b", row)
    fields = PortFields(
        admin=UpDown.UP if admin[1] == "Enable" else UpDown.DOWN,
        oper=UpDown.UP if up else UpDown.DOWN,
        fault="err-disabled" if re.search(r"\b(?:D-Disable|ErrDis|Err-Disabled?)\b", row) else "",
        bundle=name.startswith("lag") or re.search(r" PC Mbr\b", row) is not None,
    )
    if up and gigabit:
        fields |= PortFields(speed=int(gigabit[1]) * 1000, duplex=gigabit[2].lower())
    elif up and speed:
        fields |= PortFields(speed=int(speed[1]), duplex=speed[2].lower())
    return fields


def counters(text: str, name: str) -> PortFields:
    """`show interface PORT`."""
    del name
    told = tables.dotted(text)
    return PortFields(
        input_errors=tables.number(
            tables.first(told, "packets received with error", "total packets received with mac errors")
        ),
        output_errors=tables.number(tables.first(told, "transmit packet errors", "transmit packets errors")),
    )


def configured(text: str, name: str) -> PortFields:
    """`show running-config interface PORT`: what it is called, carries, and belongs to."""
    if re.search(rf"(?m)^interface {{1,4}}{re.escape(name)} *$", text) is None:
        return PortFields()
    title = re.search(
        r"(?m)^ {0,8}description (?:'([^'\n]{0,120})'|\"([^\"\n]{0,120})\"|(\S[^\n]{0,120}))", text
    )
    pvid = re.search(r"(?m)^ {0,8}(?:vlan pvid|switchport access vlan) (\d{1,4}) *$", text)
    native = re.search(r"(?m)^ {0,8}switchport trunk native vlan (\d{1,4}) *$", text)
    trunk = re.search(r"(?m)^ {0,8}(?:switchport mode trunk|vlan tagging \d)", text) is not None
    vlan = native if trunk and native else pvid
    fields = PortFields(
        description=one_line(next((part for part in title.groups() if part), ""), 64) if title else "",
        mode=Mode.TRUNK if trunk else Mode.ACCESS,
        vlan=int(vlan[1]) if vlan else 1,
        bundle=re.search(r"(?m)^ {0,8}(?:addport|channel-group) ", text) is not None,
    )
    way = re.search(r"(?m)^ {0,8}poe opmode (\S{1,20}) *$", text)
    if (way and way[1] in _OFF) or re.search(r"(?m)^ {0,8}no poe *$", text):
        fields |= PortFields(poe=Poe.DISABLED, poe_watts=0.0)
    return fields


def stacking(text: str) -> frozenset[str]:
    """`show stack-port`: unit and port, and whether it is, or will be, `Stack` or `Ethernet`."""
    rows = re.findall(
        r"(?m)^ {0,4}(?:(\d{1,2}) {1,12})?(\d{1,2}/(?:\d{1,2}/)?(?:x?g)?\d{1,3}) {1,20}(Stack|Ethernet)\b(?: {1,20}(Stack)\b)?",
        text,
    )
    found = {(unit, name.lower()) for unit, name, wanted, now in rows if "Stack" in {wanted, now}}
    return frozenset(
        f"{unit}/{name}" if unit and name.count("/") == 1 else name for unit, name in found
    ) | frozenset(name for _, name in found)


def power_setting(text: str, name: str) -> str:
    """How power is given, by `show running-config interface PORT`: auto, passive24v, …; empty where it is off."""
    del name
    way = re.search(r"(?m)^ {0,8}poe opmode ([a-z0-9-]{1,20}) *$", text)
    if way is None:
        return "auto"
    return "" if way[1] in _OFF else way[1]


def power(text: str, name: str) -> PortFields:
    """`show poe status PORT` of an EdgeSwitch: detection, class, watts, volts, milliamperes, degrees."""
    rows = re.findall(rf"(?m)^ {{0,4}}{re.escape(name)} {{1,12}}(\S[^\n]{{0,120}})$", text)
    if not rows:
        return PortFields(poe=None)
    numbers = re.findall(r"(?<!\S)(\d{1,6}\.\d{1,3})(?!\S)", rows[0])
    watts = float(numbers[0]) if numbers else None
    state = tables.poe(rows[0])
    if state is None:
        state = Poe.ON if watts else Poe.OFF
    return PortFields(poe=state, poe_watts=watts if state is Poe.ON else 0.0)


def power_info(text: str, name: str) -> PortFields:
    """`show poe port info PORT` of UniFi: the status stands in words.

    Disabled there is not believed: the column goes on saying so for a moment after power was switched on. Whether an
    administrator took it away stands in the configuration.
    """
    rows = re.findall(rf"(?m)^ {{0,4}}{re.escape(name)} {{1,12}}(\S[^\n]{{0,160}})$", text)
    if not rows:
        return PortFields(poe=None)
    word = re.search(
        r"\b(Delivering|Searching|Disabled|Fault|Overload|Short|Test|Denied|Requesting|Other)\b", rows[0]
    )
    state = tables.poe(word[1]) if word else None
    return PortFields(poe=Poe.OFF if state is None or state is Poe.DISABLED else state)


def addresses(text: str) -> tuple[Learnt, ...]:
    """`show mac-addr-table`, without those of the switch itself."""
    if re.search(r"(?m)^[ -]{0,4}-{3,}", text) is None:
        raise tables.not_understood("show mac-addr-table")
    mac = r"([0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5})"
    rows = re.findall(
        rf"(?m)^ {{0,4}}(\d{{1,4}}) {{1,20}}{mac} {{1,20}}(\S{{1,20}}) {{1,30}}([^\n]{{0,60}})$", text
    )
    rows += [
        (vlan, address, name, rest)
        for address, vlan, name, rest in re.findall(
            rf"(?m)^ {{0,4}}{mac} {{1,20}}(\d{{1,4}}) {{1,20}}(\d{{1,2}}/\S{{1,12}}) {{1,30}}([^\n]{{0,60}})$",
            text,
        )
    ]
    return tuple(
        Learnt(address.lower(), int(vlan), name.lower())
        for vlan, address, name, rest in rows
        if "management" not in rest.lower() and "self" not in rest.lower()
    )


def announced(text: str) -> tuple[Neighbour, ...]:
    """`show lldp remote-device all`: who, and where; it does not tell of which kind."""
    if re.search(r"(?m)^[ -]{0,4}-{3,}", text) is None:
        raise tables.not_understood("show lldp remote-device all")
    rows = re.findall(
        r"(?m)^ {0,4}(\d{1,2}/\d{1,3}(?:/\d{1,3})?) {1,20}(\d{1,6}) {1,20}(\S{1,40}) {1,40}(\S[^\n]{0,120})$",
        text,
    )
    return tuple(
        Neighbour(port=name, name=one_line(rest.split("  ")[-1], 128), mac=tables.mac(chassis))
        for name, _, chassis, rest in rows
    )


def neighbours(text: str, name: str) -> tuple[Neighbour, ...]:
    """`show lldp remote-device detail PORT`; there may be several."""
    found = []
    for block in re.split(r"(?m)^(?=[ \t]{0,8}Remote Identifier:)", text[: tables.LONGEST])[1:]:
        told = tables.pairs(block)
        words = tables.first(told, "system capabilities enabled", "system capabilities supported").lower()
        found.append(
            Neighbour(
                port=name,
                name=one_line(tables.first(told, "system name"), 128),
                description=one_line(tables.first(told, "system description")),
                remote_port=one_line(tables.first(told, "port id"), 64),
                address=one_line(tables.first(told, "address", "management address"), 45),
                mac=tables.mac(tables.first(told, "chassis id")),
                capabilities=tuple(kind for word, kind in _KINDS if word in words),
            )
        )
    return tuple(found)


def version(text: str) -> InfoFields:
    """`show version`."""
    told = tables.dotted(text)
    firmware = tables.first(told, "software version")
    if not firmware:
        raise tables.not_understood("show version")
    return InfoFields(
        model=one_line(tables.first(told, "machine model", "machine type"), 64),
        serial=one_line(tables.first(told, "serial number"), 64),
        mac=tables.mac(tables.first(told, "burned in mac address")),
        firmware=one_line(firmware, 64),
    )


def sysinfo(text: str) -> InfoFields:
    """`show sysinfo`."""
    told = tables.dotted(text)
    return InfoFields(
        name=one_line(tables.first(told, "system name"), 64),
        uptime=tables.duration(tables.first(told, "system up time")),
    )


def arp(text: str) -> Mapping[str, str]:
    """`show arp` or `show arp switch`: either column may come first."""
    address, mac = r"(\d{1,3}(?:\.\d{1,3}){3})", r"([0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5})"
    pairs = re.findall(rf"(?m)^ {{0,4}}{address} {{1,20}}{mac}\b", text)
    pairs += [(ip, own) for own, ip in re.findall(rf"(?m)^ {{0,4}}{mac} {{1,20}}{address}\b", text)]
    return {ip: own.lower() for ip, own in pairs}


def gateway(text: str) -> str:
    """`show network`."""
    value = tables.first(tables.dotted(text), "default gateway")
    return value if re.fullmatch(r"[1-9]\d{0,2}(?:\.\d{1,3}){3}", value) else ""


def route(text: str) -> str:
    """`show ip route`: the next hop of the default route of a switch that routes."""
    found = re.search(r"\b0\.0\.0\.0/0 {1,4}\[[^\]\n]{1,12}\] {1,4}via {1,4}(\d{1,3}(?:\.\d{1,3}){3})", text)
    return found[1] if found else ""


def configuration(text: str) -> str:
    """`show running-config` or `show startup-config` without its remarks, of which one tells the uptime."""
    if re.search(r"(?m)^(?:interface|configure|vlan database|line|!Current)", text) is None:
        raise tables.not_understood("show running-config")
    return tables.configuration(text, r"\s*!")


def unsaved(texts: Sequence[str]) -> bool:
    """Running and startup configuration, compared."""
    running, startup = texts
    return configuration(running) != configuration(startup)
