"""What Junos prints. Pure functions; output is hostile text.

Sources: the Junos CLI references for EX (20.x) and the sample outputs of ntc-templates 9 (platform `juniper_junos`);
`show system commit` and its "rollback pending" by public captures of vMX and EX.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from pedell_network.command_line import tables
from pedell_network.command_line.platform import InfoFields, Learnt, PortFields
from pedell_network.results import Mode, Neighbour, Poe, UpDown
from pedell_network.texts import one_line

COMMENT = "pedell"
"""What our unconfirmed commits are called, so that another's are told apart."""

_PORT = r"(?:(?:ge|xe|et|mge|fe)-\d{1,2}/\d{1,2}/\d{1,3}(?::\d{1,2})?|ae\d{1,3})"
_NAME = re.compile(rf"(?i)({_PORT}|me0|vme|em\d)(?:\.0)?")
_KINDS = (
    ("wlan", "access_point"), ("bridge", "bridge"), ("router", "router"), ("telephone", "phone"),
    ("repeater", "repeater"), ("docsis", "docsis"), ("station", "station"), ("other", "other"),
)  # fmt: skip


def port_name(text: str, prefix: str) -> str | None:
    """ge-0/0/5, without its unit; 0/0/5 with the option `port_prefix` or as ge-0/0/5."""
    if re.fullmatch(r"\d{1,2}/\d{1,2}/\d{1,3}", text):
        text = f"{(prefix or 'ge').rstrip('-')}-{text}"
    found = _NAME.fullmatch(text)
    return found[1].lower() if found else None


def physical(name: str) -> str:
    """A table's ge-0/0/5.0 is the port ge-0/0/5."""
    return name.strip().partition(".")[0].lower()


def interface(text: str, port: str) -> PortFields:
    """`show interfaces PORT extensive`. Raises PROTOCOL where it does not tell of that port."""
    head = re.search(
        rf"(?m)^Physical interface: {re.escape(port)}, {{1,3}}(Enabled|Administratively down), Physical link is (Up|Down)",
        text,
    )
    if head is None:
        raise tables.not_understood(f"show interfaces {port} extensive")
    up = head[2] == "Up"
    speed = re.search(r"(?i)\bSpeed: {0,3}(\d{1,6}) ?([mg])bps", text)
    full = re.search(r"(?i)\b(Full|Half)-duplex", text)
    title = re.search(r"(?m)^ {1,4}Description: (\S.{0,200})$", text)
    since = re.search(r"(?m)^ {1,4}Last flapped {0,6}: [^\n(]{0,60}\(([^\n)]{1,40}) ago\)", text)
    return PortFields(
        admin=UpDown.UP if head[1] == "Enabled" else UpDown.DOWN,
        oper=UpDown.UP if up else UpDown.DOWN,
        speed=(int(speed[1]) * (1000 if speed[2].lower() == "g" else 1)) if up and speed else None,
        duplex=full[1].lower() if up and full else "",
        description=one_line(title[1]) if title else "",
        input_errors=_errors(text, "Input errors"),
        output_errors=_errors(text, "Output errors"),
        crc_errors=_crc(text),
        last_change=tables.duration(since[1]) if since else None,
        # Where an interface range says so, the configuration of the port itself has no such line.
        bundle=re.search(r"(?m)^ {1,8}Protocol aenet, AE bundle: ae\d", text) is not None,
    )


def _errors(text: str, what: str) -> int | None:
    found = re.search(rf"(?m)^ {{1,4}}{what}:\n[^\n]{{0,60}}?\bErrors: (\d{{1,18}})", text)
    return int(found[1]) if found else None


def _crc(text: str) -> int | None:
    found = re.search(r"(?m)^ {1,8}CRC/Align errors {1,40}(\d{1,18})\b", text)
    return int(found[1]) if found else None


def switching(text: str, port: str) -> PortFields:
    """`show ethernet-switching interface PORT`: both generations name VLAN, tag and whether it is tagged."""
    if port not in text:
        return PortFields(mode=Mode.UNKNOWN)
    rows = re.findall(r"(?m)(\S{1,64}) {1,30}(\d{1,4}) {1,30}(?:[^\n]{0,60} )?(tagged|untagged)\b", text)
    members = [(int(tag), word) for name, tag, word in rows if physical(name) != port and 0 < int(tag) < 4095]
    own = [tag for tag, word in members if word == "untagged"]
    if any(word == "tagged" for _, word in members):
        return PortFields(mode=Mode.TRUNK, vlan=own[0] if own else None)
    if members:
        return PortFields(mode=Mode.ACCESS, vlan=own[0])
    # The default VLAN has no tag.
    return PortFields(mode=Mode.ACCESS if re.search(r"\bdefault\b", text) else Mode.UNKNOWN)


def configured(text: str, port: str) -> PortFields:
    """`show configuration interfaces PORT | display set`: whether it is a bundle, or part of one."""
    member = re.search(r"(?m)^set interfaces \S{1,20} \S{1,30} 802\.3ad \S", text) is not None
    return PortFields(bundle=member or port.startswith("ae"))


def power(text: str, port: str) -> PortFields:
    """`show poe interface PORT`."""
    del port
    told = [(name.removeprefix("interface "), value) for name, value in tables.pairs(text)]
    admin = tables.first(told, "administrative status").lower()
    if not admin:
        return PortFields(poe=None)
    found = tables.poe(tables.first(told, "operational status"))
    if admin.startswith("disab"):
        found = Poe.DISABLED
    elif found is Poe.DISABLED:
        found = Poe.OFF
    watts = tables.watts(tables.first(told, "power consumed"))
    return PortFields(poe=found or Poe.OFF, poe_watts=watts if found is Poe.ON else 0.0)


def addresses(text: str) -> tuple[Learnt, ...]:
    """`show ethernet-switching table`: VLANs by their names, so their numbers stay unknown."""
    if "thernet" not in text and "MAC" not in text:
        raise tables.not_understood("show ethernet-switching table")
    rows = re.findall(
        rf"(?m)^ {{0,8}}\S{{1,64}} {{1,30}}([0-9a-f]{{2}}(?::[0-9a-f]{{2}}){{5}}) {{1,30}}[^\n]{{0,40}}?({_PORT})\.\d{{1,5}}\b",
        text,
    )
    return tuple(Learnt(mac, None, physical(name)) for mac, name in rows)


def announced(text: str) -> tuple[Neighbour, ...]:
    """`show lldp neighbors`: who, and where; it does not tell of which kind."""
    if re.search(r"(?m)^Local Interface", text) is None:
        raise tables.not_understood("show lldp neighbors")
    # Old releases have no column for the bundle; a neighbour may have neither a MAC address nor a name.
    rows = re.findall(rf"(?m)^({_PORT}|me0|vme|em\d)(?:\.0)? {{1,20}}(\S[^\n]{{0,200}})$", text)
    found = []
    for name, rest in rows:
        cells = re.split(r" {2,60}", rest.strip())
        macs = [tables.mac(cell) for cell in cells if tables.is_mac(cell)]
        found.append(
            Neighbour(
                port=physical(name),
                name=one_line(cells[-1], 128) if len(cells) > 2 else "",
                mac=macs[0] if macs else "",
            )
        )
    return tuple(found)


def neighbours(text: str, port: str) -> tuple[Neighbour, ...]:
    """`show lldp neighbors interface PORT`; there may be several."""
    found = []
    for block in re.split(r"(?m)^(?=Neighbou?r Information:)", text[: tables.LONGEST])[1:]:
        told = tables.pairs(block)
        words = tables.first(told, "enabled", "supported").lower()
        found.append(
            Neighbour(
                port=port,
                name=one_line(tables.first(told, "system name"), 128),
                description=one_line(tables.first(told, "system description")),
                remote_port=one_line(tables.first(told, "port id"), 64),
                address=one_line(tables.first(told, "address"), 45),
                mac=tables.mac(tables.first(told, "chassis id")),
                capabilities=tuple(kind for word, kind in _KINDS if word in words),
            )
        )
    return tuple(found)


def version(text: str) -> InfoFields:
    """`show version`."""
    told = tables.pairs(text)
    old = re.findall(r"JUNOS [^\n\[]{0,60}\[([^\]\n]{1,40})\]", text[: tables.LONGEST])
    # Some name each package by the day that it was built, and a few by the release.
    released = [one for one in old if re.match(r"\d{1,2}\.\d{1,2}[A-Z]\d", one)]
    firmware = tables.first(told, "junos") or next(iter((*released, *old)), "")
    if not firmware:
        raise tables.not_understood("show version")
    return InfoFields(
        name=one_line(tables.first(told, "hostname"), 64),
        model=one_line(tables.first(told, "model"), 64),
        firmware=one_line(firmware, 64),
    )


def hardware(text: str) -> InfoFields:
    """`show chassis hardware`: the chassis' serial number."""
    found = re.search(r"(?m)^Chassis {1,60}(\S{6,20}) {1,20}\S", text)
    return InfoFields(serial=found[1] if found else "")


def base_address(text: str) -> InfoFields:
    """`show chassis mac-addresses`."""
    found = re.search(
        r"(?m)^ {0,8}(?:Public|Private|Base) (?:base )?address {1,20}([0-9a-f]{2}(?::[0-9a-f]{2}){5})", text
    )
    return InfoFields(mac=found[1] if found else "")


def uptime(text: str) -> InfoFields:
    """`show system uptime`."""
    found = re.search(r"(?m)^System booted: [^\n(]{1,60}\(([^\n)]{1,40}) ago\)", text)
    return InfoFields(uptime=tables.duration(found[1]) if found else None)


def arp(text: str) -> Mapping[str, str]:
    """`show arp no-resolve`."""
    rows = re.findall(r"(?m)^([0-9a-f]{2}(?::[0-9a-f]{2}){5}) {1,20}(\d{1,3}(?:\.\d{1,3}){3})\b", text)
    return {address: mac for mac, address in rows}


def reached(text: str) -> Mapping[str, str]:
    """`show arp no-resolve`: routed ports, and the port behind a VLAN's interface where that is told."""
    rows = re.findall(
        rf"(?m)^[0-9a-f:]{{17}} (?: {{0,20}})(\d{{1,3}}(?:\.\d{{1,3}}){{3}}) {{1,20}}(?:\S{{1,16}} {{1,4}}\[)?({_PORT})\.\d{{1,5}}\b",
        text,
    )
    return {address: physical(name) for address, name in rows}


def gateway(text: str) -> str:
    """`show route 0.0.0.0/0 exact`."""
    found = re.search(r"(?m)^[ \t]{0,30}> {1,3}to (\d{1,3}(?:\.\d{1,3}){3})\b", text)
    return found[1] if found else ""


def configuration(text: str) -> str:
    """`show configuration | display set`. Raises PROTOCOL where it is none."""
    if re.search(r"(?m)^set \S", text) is None:
        raise tables.not_understood("show configuration | display set")
    return tables.configuration(text, r"\{\w{1,12}(?::\d{1,2})?\}", r"\[edit", r"## Last c")


def pending(text: str) -> str | None:
    """`show system commit`: the comment of a commit that waits to be confirmed, which may be empty; None without one.

    The words "commit confirmed, rollback in" stay on an entry for good; "rollback pending" is there while it waits.
    """
    newest = re.search(
        r"(?m)^ {0,4}0 {1,4}\d{4}-[^\n]{0,160}(?:\n(?! {0,4}\d{1,3} {1,4}\d{4}-)[^\n]{0,200}){0,4}", text
    )
    if newest is None or "rollback pending" not in newest[0]:
        return None
    lines = [line.strip() for line in newest[0].splitlines()[1:]]
    return next((line for line in lines if line and "rollback pending" not in line), "")
