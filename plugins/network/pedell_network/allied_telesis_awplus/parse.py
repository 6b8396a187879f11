"""What AlliedWare Plus prints. Pure functions; output is hostile text.

Sources: the sample outputs of ntc-templates 9 (platform `allied_telesis_awplus`); Allied Telesis's article "All about PoE in
AlliedWare Plus Devices" for `show power-inline`; its command references for the rest. The templates are not used where they
leave out what is needed here: the speed in force, the neighbours' capabilities.
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
_POE = {
    "powered": Poe.ON,
    "off": Poe.OFF,
    "disabled": Poe.DISABLED,
    "denied": Poe.DENIED,
    "fault": Poe.FAULT,
    "test": Poe.OFF,
}


def port_name(text: str, prefix: str) -> str | None:
    """port1.0.5; 1.0.5 is the same, and a number alone one of the first unit, or of the option `port_prefix`."""
    if re.fullmatch(r"\d{1,2}", text):
        return f"{prefix if re.fullmatch(r'port[0-9]{1,2}[.][0-9]{1,2}[.]', prefix) else 'port1.0.'}{text}"
    found = re.fullmatch(r"(?i)(?:port ?)?(\d{1,2}\.\d{1,2}\.\d{1,2})", text)
    return f"port{found[1]}" if found else None


def interface(text: str, port: str) -> PortFields:
    """`show interface PORT`."""
    block = re.search(rf"(?m)^Interface {re.escape(port)} *\n((?:[ \t][^\n]{{0,300}}\n?){{1,60}})", text)
    link = re.search(r"Link is (\w{1,10}), administrative state is (\w{1,10})", block[1]) if block else None
    if block is None or link is None:
        raise tables.not_understood(f"show interface {port}")
    up = link[1] == "UP"
    title = re.search(r"(?m)^ {1,6}Description: (\S[^\n]{0,100})$", block[1])
    fields = PortFields(
        admin=UpDown.UP if link[2] == "UP" else UpDown.DOWN,
        oper=UpDown.UP if up else UpDown.DOWN,
        description=one_line(title[1], 64) if title else "",
    )
    now = re.search(r"current duplex (\w{4}), current speed (\d{1,6})", block[1])
    if up and now:
        fields |= PortFields(duplex=now[1], speed=int(now[2]))
    return fields


def switchport(text: str, port: str) -> PortFields:
    """`show interface switchport`: the part about one port."""
    for block in re.split(r"(?m)^(?=[ \t]{0,4}Interface name)", text[: tables.LONGEST]):
        told = tables.pairs(block)
        if tables.first(told, "interface name") != port:
            continue
        mode = tables.first(told, "switchport mode").lower()
        return PortFields(
            mode=Mode.ACCESS if mode == "access" else Mode.TRUNK if mode else Mode.UNKNOWN,
            vlan=tables.number(tables.first(told, "default vlan")),
        )
    return PortFields()


def bundled(text: str, port: str) -> PortFields:
    """`show running-config interface PORT`: whether it is one of several links, or holds a VCStack together."""
    del port
    return PortFields(
        bundle=re.search(r"(?m)^ {0,4}(?:static-)?channel-group \d", text) is not None,
        stack=re.search(r"(?m)^ {0,4}stackport\b", text) is not None,
    )


def power(text: str, port: str) -> PortFields:
    """`show power-inline`: admin, priority, oper, milliwatts; some models have a row for each pair of wires (/D and /S).

    What takes power on both pairs takes the sum; one pair that is powered makes the port so.
    """
    found = re.findall(
        rf"(?m)^{re.escape(port)}(?:/\w)? {{1,20}}(Enabled|Disabled) {{1,12}}\w{{1,10}} {{1,12}}([A-Z][a-z]{{1,10}}) {{1,12}}(\d{{1,6}})\b",
        text,
    )
    if not found:
        return PortFields(poe=None)
    if found[0][0] == "Disabled":
        return PortFields(poe=Poe.DISABLED, poe_watts=0.0)
    states = [_POE.get(oper.lower(), Poe.FAULT) for _, oper, _ in found]
    state = Poe.ON if Poe.ON in states else states[0]
    drawn = sum(
        int(milliwatts) for (_, _, milliwatts), now in zip(found, states, strict=True) if now is Poe.ON
    )
    return PortFields(poe=state, poe_watts=drawn / 1000)


def addresses(text: str) -> tuple[Learnt, ...]:
    """`show mac address-table`."""
    if re.search(r"(?mi)^ {0,4}VLAN {1,8}port\b", text) is None:
        raise tables.not_understood("show mac address-table")
    rows = re.findall(
        r"(?m)^ {0,4}(\d{1,4}) {1,8}(\S{1,16}) {1,20}([0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}) {1,8}(\w{1,12})",
        text,
    )
    return tuple(
        Learnt(tables.mac(mac), int(vlan), port) for vlan, port, mac, _ in rows if port.lower() != "cpu"
    )


def neighbours(text: str) -> tuple[Neighbour, ...]:
    """`show lldp neighbors detail`: dotted lines; what a neighbour does not say is `[not advertised]`."""
    if re.search(r"(?m)^LLDP Detailed Neighbor", text) is None:
        if re.search(r"(?i)\blldp\b[^\n]{0,40}\b(?:disabled|not enabled)", text):
            raise DeviceError(ErrorClass.UNSUPPORTED, "LLDP is off on this switch")
        raise tables.not_understood("show lldp neighbors detail")
    found = []
    parts = re.split(r"(?m)^Local (port\d{1,2}\.\d{1,2}\.\d{1,2}): *$", text[: tables.LONGEST])
    for port, part in zip(parts[1::2], parts[2::2], strict=False):
        # Several on one port: each begins with its chassis.
        for block in re.split(r"(?m)^(?=[ \t]{1,8}Chassis ID Type)", part)[1:]:
            told = {
                " ".join(name.split()).lower(): value.strip()
                for name, value in re.findall(
                    r"(?m)^[ \t]{1,30}([A-Z-][^.\n]{1,40}?) ?\.{2,60} ([^\n]{0,200})$", block
                )
                if "not advertised" not in value
            }
            words = (told.get("- enabled") or told.get("system capabilities - supported", "")).lower()
            found.append(
                Neighbour(
                    port=port,
                    name=one_line(told.get("system name", ""), 128),
                    description=one_line(told.get("system description", "")),
                    remote_port=one_line(told.get("port id", ""), 64),
                    address=one_line(told.get("management addresses", ""), 45),
                    mac=tables.mac(told.get("chassis id", "")),
                    capabilities=tuple(kind for word, kind in _KINDS if word in words),
                )
            )
    return tuple(found)


def system(text: str) -> InfoFields:
    """`show system`: the first unit's board, and the name in a line of its own."""
    board = re.search(
        r"(?m)^Base {1,12}\d{1,6} {1,8}(?:Base {1,8})?(\S{1,40}) {1,60}(\S{1,12}) {1,20}(\S{1,24}) *$", text
    )
    version = re.search(r"(?m)^Software version {0,8}: (\S{1,40})", text)
    up = re.search(r"(?m)^Uptime {0,20}: ([^\n]{1,60})$", text)
    name = re.search(r"(?m)^System Name *\n[ \t]{0,4}(\S[^\n]{0,100})$", text)
    if board is None and version is None:
        raise tables.not_understood("show system")
    return InfoFields(
        name=one_line(name[1], 64) if name else "",
        model=board[1] if board else "",
        serial=board[3] if board else "",
        firmware=version[1] if version else "",
        uptime=tables.duration(up[1]) if up else None,
    )


def arp(text: str) -> Mapping[str, str]:
    """`show arp`."""
    found = re.findall(r"\b(\d{1,3}(?:\.\d{1,3}){3}) {1,20}([0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4})\b", text)
    return {address: tables.mac(mac) for address, mac in found}


def reached(text: str) -> Mapping[str, str]:
    """`show arp`: the port behind which each address answers."""
    found = re.findall(
        r"\b(\d{1,3}(?:\.\d{1,3}){3}) {1,20}[0-9a-f.]{14} {1,20}\S{1,20} {1,20}(port\d{1,2}\.\d{1,2}\.\d{1,2})\b",
        text,
    )
    return dict(found)


def gateway(text: str) -> str:
    """`show ip route`: the next hop of the default route."""
    found = re.search(r"\b0\.0\.0\.0/0 \[[^\]\n]{1,12}\] via (\d{1,3}(?:\.\d{1,3}){3})", text)
    return found[1] if found else ""


def configuration(text: str) -> str:
    """`show running-config` or `show startup-config`."""
    if re.search(r"(?m)^(?:interface|hostname|service|!|vlan) ?", text) is None:
        raise tables.not_understood("show running-config")
    return tables.configuration(text)


def unsaved(texts: Sequence[str]) -> bool:
    """Running and startup configuration, compared."""
    running, startup = texts
    return configuration(running) != configuration(startup)
