"""What LCOS SX 4 prints, which is Microchip's WebStaX with LANCOM's words added. Pure functions; output is hostile text.

Sources: `show system`, `show version` and `show running-config all-defaults` of a GS-3510XP (4.30), which the Ansible
collection lancom.swoslx has in its tests; the rest from other makers' switches with the same command line: captures of
a Kontron KSwitch (`show lldp neighbors`, `show mac address-table`, `show interface * status`, `show vlan`), and what the
profiles of the NOC project (Vitesse, Extreme ISW, Upvel) and a NAPALM driver for SMBStaX read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_network.command_line import tables
from pedell_network.command_line.platform import InfoFields, Learnt, PortFields
from pedell_network.results import Mode, Neighbour, Poe, UpDown
from pedell_network.texts import one_line

_KINDS = {
    "bridge": "bridge", "router": "router", "wlan access point": "access_point", "telephone": "phone", "repeater": "repeater",
    "docsis cable device": "docsis", "station only": "station", "other": "other",
}  # fmt: skip
_TYPES = {
    "gi": "GigabitEthernet",
    "2.5g": "2.5GigabitEthernet",
    "5g": "5GigabitEthernet",
    "10g": "10GigabitEthernet",
}
_MOST = 64
"""Ports that are looked at in one row."""
_NAME = re.compile(
    r"(?i)(?:(?:port|interface) ?)?(?:(gi)(?:gabitethernet)?|(2\.5g|5g|10g)(?:igabitethernet)?) ?(\d{1,2}/\d{1,3})"
)


def port_name(text: str, prefix: str) -> str | None:
    """GigabitEthernet 1/5, also Gi 1/5 and gi1/5; a number alone only with the option `port_prefix`.

    Each speed counts its ports from one, and the numbers on the front count through all of them: which port is `5`
    differs from model to model.
    """
    found = _NAME.fullmatch(text)
    if found:
        return f"{_TYPES[(found[1] or found[2]).lower()]} {found[3]}"
    if prefix and re.fullmatch(r"\d{1,3}", text):
        return port_name(f"{prefix}{text}", "")
    return None


def _rows(text: str, port: str) -> list[str]:
    """What stands behind the port's name, in whichever length it is written."""
    kind, number = port.split(" ", 1)
    short = kind.replace("GigabitEthernet", "G") if kind != "GigabitEthernet" else "Gi"
    name = rf"(?:{re.escape(kind)}|{re.escape(short)}) {re.escape(number)}"
    return re.findall(rf"(?m)^[ \t]{{0,8}}{name}[ \t]{{1,20}}(\S[^\n]{{0,200}})$", text)


def status(text: str, port: str) -> PortFields:
    """`show interface PORT status`: mode and link; what stands between them differs between versions."""
    rows = _rows(text, port)
    if not rows:
        raise DeviceError(ErrorClass.PRECONDITION, f"the switch has no port {port}")
    mode = re.match(r"(?i)(enabled|disabled)\b", rows[0])
    # A speed that was set stands before the one in force, which is the last.
    links = re.findall(r"(?<!\S)(Down|(?:\d{1,3}(?:\.\d)?)[GM]?[fh]dx)(?!\S)", rows[0])
    if mode is None or not links:
        raise tables.not_understood(f"show interface {port} status")
    fields = PortFields(
        admin=UpDown.UP if mode[1].lower() == "enabled" else UpDown.DOWN,
        oper=UpDown.DOWN if links[-1] == "Down" else UpDown.UP,
    )
    if links[-1] != "Down":
        fields |= PortFields(
            speed=tables.speed(links[-1][:-3]), duplex="full" if links[-1][-3] == "f" else "half"
        )
    return fields


def configured(text: str, port: str) -> PortFields:
    """`show running-config interface PORT all-defaults`: everything that is set, and that nothing is."""
    block = _block(text, port)
    if block is None:
        return PortFields()
    mode = re.search(r"(?m)^[ \t]{1,8}switchport mode (\w{1,10})[ \t]*$", block)
    carries = "trunk" if mode and mode[1] == "hybrid" else mode[1] if mode else ""
    words = {"access": "access vlan", "trunk": "trunk native vlan"}
    word = "hybrid native vlan" if mode and mode[1] == "hybrid" else words.get(carries, "access vlan")
    vlan = re.search(rf"(?m)^[ \t]{{1,8}}switchport {word} (\d{{1,4}})[ \t]*$", block)
    title = re.search(r"(?m)^[ \t]{1,8}description (\S[^\n]{0,255})$", block)
    fields = PortFields(
        description=one_line(title[1].strip().strip('"'), 64) if title else "",
        mode=Mode.TRUNK if carries == "trunk" else Mode.ACCESS if carries == "access" else Mode.UNKNOWN,
        vlan=int(vlan[1]) if vlan else None,
        bundle=re.search(r"(?m)^[ \t]{1,8}aggregation group \d", block) is not None,
    )
    if _power_line(block) and not power_setting(text, port):
        fields |= PortFields(poe=Poe.DISABLED, poe_watts=0.0)
    return fields


def fed(text: str, port: str) -> PortFields:
    """By the same command, that power may be taken; a port without power over Ethernet has no line of it."""
    return PortFields(poe=Poe.OFF) if power_setting(text, port) else PortFields()


def _block(text: str, port: str) -> str | None:
    found = re.search(
        rf"(?m)^[ \t]{{0,8}}interface {re.escape(port)}[ \t]*\n((?:(?![ \t]{{0,8}}!)[^\n]{{0,300}}\n?){{1,400}})",
        text[: tables.LONGEST],
    )
    return found[1] if found else None


def _power_line(block: str | None) -> re.Match[str] | None:
    return re.search(r"(?m)^[ \t]{1,8}(no )?poe mode(?: ([a-z0-9-]{1,12}))?[ \t]*$", block or "")


def power_setting(text: str, port: str) -> str:
    """How power is given, by the same command: enable, or plus in the original; empty where it is off."""
    found = _power_line(_block(text, port))
    return found[2] or "" if found and not found[1] and found[2] != "disable" else ""


def power(text: str, port: str) -> PortFields:
    """`show poe interface PORT`: whether power is taken; whether it may be, the configuration tells."""
    rows = _rows(text, port)
    said = rows[0].lower() if rows else ""
    if "turned on" in said:
        state = Poe.ON
    elif "budget" in said or "exceeded" in said:
        state = Poe.DENIED
    elif re.search(r"overload|invalid pd|over ?current|short|fault", said):
        state = Poe.FAULT
    elif re.search(r"turned off|no pd", said):
        state = Poe.OFF
    else:
        return PortFields()
    # Watts are told with one decimal, the last of them are those used; milliamperes have none.
    watts = re.findall(r"(?<!\S)(\d{1,3}\.\d{1,2})(?: ?\[?W\]?)?(?!\S)", rows[0])
    return PortFields(
        poe=state,
        poe_watts=float(watts[-1]) if state is Poe.ON and watts else None if state is Poe.ON else 0.0,
    )


def counters(text: str, port: str) -> PortFields:
    """`show interface PORT statistics`: of what is wrong it counts frames with a bad checksum only."""
    del port
    found = re.search(r"(?m)^[ \t]{0,8}Rx CRC/Alignment:[ \t]{1,60}(\d{1,18})\b", text)
    return PortFields(crc_errors=int(found[1])) if found else PortFields()


def vlans(text: str) -> frozenset[int]:
    """`show vlan`: the VLANs that there are. Raises PROTOCOL where it tells of none."""
    if re.search(r"(?m)^[ \t]{0,4}VLAN[ \t]{1,8}Name\b", text) is None:
        raise tables.not_understood("show vlan")
    return frozenset(int(row) for row in re.findall(r"(?m)^[ \t]{0,4}(\d{1,4})[ \t]", text))


def addresses(text: str) -> tuple[Learnt, ...]:
    """`show mac address-table`, without those of the switch itself; one behind a bundle is behind each of its ports."""
    if re.search(r"(?m)^[ \t]{0,4}Type[ \t]{1,8}VID\b", text) is None:
        raise tables.not_understood("show mac address-table")
    # What a pager wiped away may stand before a row.
    rows = re.findall(
        r"(?mi)^[ \t]{0,80}([a-z]{4,12})[ \t]{1,8}(\d{1,4})[ \t]{1,8}([0-9a-f]{2}(?:[:-][0-9a-f]{2}){5})[ \t]{1,8}(\S[^\n]{0,120})$",
        text,
    )
    return tuple(
        Learnt(tables.mac(mac), int(vlan), port)
        for kind, vlan, mac, where in rows
        for port in _ports(where, several=kind.lower() == "dynamic")
    )


def _ports(text: str, *, several: bool) -> list[str]:
    """`GigabitEthernet 1/25-26`; what was entered for several is a group's address, not somebody's."""
    found = []
    for kind, unit, numbers in re.findall(r"(\S{2,20}) (\d{1,2})/(\d[\d,-]{0,40})(?!\S)", text):
        for part in numbers.split(",")[:_MOST]:
            first, _, last = part.partition("-")
            until = last or first
            if first.isdigit() and until.isdigit():
                found += [
                    port_name(f"{kind} {unit}/{number}", "")
                    for number in range(int(first), min(int(until), int(first) + _MOST) + 1)
                ]
    names = [name for name in found[:_MOST] if name]
    return names if several or len(names) == 1 else []


def neighbours(text: str) -> tuple[Neighbour, ...]:
    """`show lldp neighbors`: one block each, a plus behind what a neighbour is at the moment."""
    if re.search(r"(?mi)^[ \t]{0,4}Local (?:Interface|Port)\b|no lldp (?:entr|neighbo)", text) is None:
        raise tables.not_understood("show lldp neighbors")
    found = []
    for block in re.split(
        r"(?mi)^(?=[ \t]{0,4}Local (?:Interface|Port)[ \t]{0,20}:)", text[: tables.LONGEST]
    )[1:]:
        told = tables.pairs(block)
        where = tables.first(told, "local interface", "local port")
        kinds = tables.first(told, "system capabilities")
        # (+) is enabled; who has enabled none is what he can be.
        words = re.findall(r"([A-Za-z ]{3,30})\(\+\)", kinds) or re.findall(r"([A-Za-z ]{3,30})\(-\)", kinds)
        found.append(
            Neighbour(
                port=port_name(where, "") or one_line(where, 64),
                name=one_line(tables.first(told, "system name"), 128),
                description=one_line(tables.first(told, "system description")),
                remote_port=one_line(tables.first(told, "port id"), 64),
                address=one_line(tables.first(told, "management address").split(" ")[0], 45),
                mac=tables.mac(tables.first(told, "chassis id")),
                capabilities=tuple(_KINDS[word] for word in map(_word, words) if word in _KINDS),
            )
        )
    return tuple(found)


def _word(text: str) -> str:
    return " ".join(text.split()).lower()


def system(text: str) -> InfoFields:
    """`show system`."""
    told = tables.pairs(text)
    firmware = tables.first(told, "firmware version")
    if not firmware:
        raise tables.not_understood("show system")
    return InfoFields(
        name=one_line(tables.first(told, "system name"), 64),
        model=one_line(tables.first(told, "model name").removeprefix("LANCOM "), 64),
        serial=one_line(tables.first(told, "serial number"), 64),
        mac=tables.mac(tables.first(told, "mac address")),
        firmware=one_line(firmware, 64),
        uptime=tables.duration(tables.first(told, "system uptime")),
    )


def restarted(text: str) -> InfoFields:
    """`show version`: why it started last."""
    return InfoFields(restart_reason=one_line(tables.first(tables.pairs(text), "previous restart"), 64))


def arp(text: str) -> Mapping[str, str]:
    """`show ip arp`: `10.0.0.1 via VLAN1:00-11-22-33-44-55`, or columns."""
    # The VLAN's number and a colon may stand right before an address that is written with colons itself.
    found = re.findall(
        r"(?mi)^[ \t]{0,4}(\d{1,3}(?:\.\d{1,3}){3})[ \t][^\n]{0,40}?([0-9a-f]{2}(?:[:-][0-9a-f]{2}){5})(?![:-])",
        text,
    )
    return {address: tables.mac(mac) for address, mac in found}


def gateway(text: str) -> str:
    """`show ip route`: the next hop of the default route, with or without what routing protocols add to it."""
    found = re.search(r"\b0\.0\.0\.0/0[^\n]{0,24}?\bvia (\d{1,3}(?:\.\d{1,3}){3})", text)
    return found[1] if found else ""


def configuration(text: str) -> str:
    """`show running-config`, or the file that it was saved to."""
    if re.search(r"(?m)^[ \t]{0,8}(?:interface|hostname|username|vlan|line) ", text) is None:
        raise tables.not_understood("show running-config")
    return tables.configuration(text, r"\s*Building configuration")


def unsaved(texts: Sequence[str]) -> bool:
    """Running and startup configuration, compared."""
    running, startup = texts
    return configuration(running) != configuration(startup)
