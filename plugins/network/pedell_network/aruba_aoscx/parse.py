"""What AOS-CX prints. Pure functions; output is hostile text.

Sources: ntc-templates 9 (platform `aruba_aoscx`) and its sample outputs; the AOS-CX 10.x guides (Fundamentals,
Link aggregation, VSF, Monitoring) for `show power-over-ethernet`, `show vsf link` and configurations. Interfaces and
neighbours are read by their names: each release adds lines, and the templates refuse what they do not know.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pedell_network.command_line import tables
from pedell_network.command_line.platform import InfoFields, Learnt, PortFields
from pedell_network.results import Mode, Neighbour, Poe, UpDown
from pedell_network.texts import one_line

_NAME = re.compile(r"(?i)(?:(?:interface|port) ?)?(\d{1,2}/\d{1,2}/\d{1,3}|lag ?\d{1,3}|mgmt)")
_PORT = r"\d{1,2}/\d{1,2}/\d{1,3}"
_KINDS = {
    "bridge": "bridge", "router": "router", "wlan": "access_point", "telephone": "phone", "repeater": "repeater",
    "docsis": "docsis", "station": "station", "other": "other",
}  # fmt: skip


def port_name(text: str, prefix: str) -> str | None:
    """1/1/5 or lag5, or None."""
    del prefix
    found = _NAME.fullmatch(text)
    return found[1].lower().replace(" ", "") if found else None


def interface(text: str, port: str) -> PortFields:
    """`show interface PORT`. Raises PROTOCOL where it does not tell of that port."""
    head = re.search(rf"(?m)^ {{0,4}}(?:Interface|Aggregate) {re.escape(port)} is (up|down)\b", text)
    admin = re.search(r"(?m)^ {0,4}Admin state is (up|down)\b", text)
    if head is None or admin is None:
        raise tables.not_understood(f"show interface {port}")
    up = head[1] == "up"
    told = tables.pairs(text)
    since = re.search(r"(?m)^ {0,4}Link state: (?:up|down) for ([^\n(]{1,60})", text)
    full = re.search(r"(?m)^ {0,4}(Full|Half)-duplex\b", text)
    fields = PortFields(
        admin=UpDown.UP if admin[1] == "up" else UpDown.DOWN,
        oper=UpDown.UP if up else UpDown.DOWN,
        fault=_fault(tables.first(told, "state information")) if not up else "",
        speed=_speed(text) if up else None,
        duplex=full[1].lower() if full and up else "",
        description=one_line(tables.first(told, "description")),
        last_change=tables.duration(since[1]) if since else None,
    )
    fields.update(_vlan(told))
    fields.update(_errors(text))
    return fields


def _fault(words: str) -> str:
    """Why the switch itself keeps it down; that nothing is plugged in is no fault."""
    usual = ("administratively down", "no xcvr", "waiting for link", "lacp")
    return "" if any(word in words.lower() for word in usual) else one_line(words, 60)


def _speed(text: str) -> int | None:
    found = re.search(r"(?m)^ {0,4}Speed (\d{1,6}) Mb/s", text)
    return (int(found[1]) or None) if found else None


def _vlan(told: Sequence[tuple[str, str]]) -> PortFields:
    mode = tables.first(told, "vlan mode").lower()
    if not mode:
        return PortFields(mode=Mode.ROUTED)
    if mode == "access":
        return PortFields(mode=Mode.ACCESS, vlan=tables.number(tables.first(told, "access vlan")))
    return PortFields(mode=Mode.TRUNK, vlan=tables.number(tables.first(told, "native vlan")))


def _errors(text: str) -> PortFields:
    # New releases print a table with columns for both directions, old ones two paragraphs.
    table = re.search(r"(?m)^ {0,4}Errors {1,40}(\d{1,18}) {1,40}(\d{1,18})\b", text)
    crc = re.search(r"(?m)^ {0,6}CRC/FCS {1,40}(\d{1,18})\b", text)
    if table:
        return PortFields(
            input_errors=int(table[1]), output_errors=int(table[2]), crc_errors=int(crc[1]) if crc else None
        )
    old = re.findall(r"(?m)^ {1,20}(\d{1,18}) errors\b", text)
    crc = re.search(r"(?m)^ {1,20}(\d{1,18}) CRC/FCS\b", text)
    return PortFields(
        input_errors=int(old[0]) if old else None,
        output_errors=int(old[1]) if len(old) > 1 else None,
        crc_errors=int(crc[1]) if crc else None,
    )


def configured(text: str, port: str) -> PortFields:
    """`show running-config interface PORT`: whether it belongs to a LAG, or to a stack, or has an address of the switch's."""
    del port
    return PortFields(
        bundle=re.search(r"(?m)^ {1,8}lag \d{1,3} *$", text) is not None
        or re.search(r"(?m)^interface lag", text) is not None,
        stack=re.search(r"(?m)^ {1,8}vsf\b", text) is not None,
        routed=re.search(r"(?m)^ {1,8}ip(?:v6)? address \S", text) is not None,
    )


def power(text: str, port: str) -> PortFields:
    """`show power-over-ethernet PORT`; the names of its values differ between releases, and some answer with a table's row.

    The row has Power Enabled, and two columns of watts: reserved and drawn.
    """
    row = re.search(
        rf"(?m)^ {{0,4}}{re.escape(port)} {{1,12}}(Yes|No) [^\n]{{1,60}}? {{1,12}}\d{{1,3}}\.\d{{1,2}} W {{1,12}}(\d{{1,3}}\.\d{{1,2}}) W"
        r" {1,12}(\w{1,20})",
        text,
    )
    if row is not None:
        kind = Poe.DISABLED if row[1] == "No" else tables.poe(row[3]) or Poe.OFF
        return PortFields(poe=kind, poe_watts=float(row[2]) if kind is Poe.ON else 0.0)
    enabled = re.search(
        r"(?i)(?:Power Enable|PoE Enable|Admin Status) {0,40}: {0,4}(yes|no|up|down|enabled|disabled)\b", text
    )
    state = re.search(
        r"(?im)^[^\n:]{0,50}?(?:PoE Port Status|PoE Status|Port Status|Detection Status|(?<!fault )Status) {0,40}: {0,4}(\w{1,20})",
        text,
    )
    drawn = re.search(
        r"(?i)(?:PD Power Draw|Power Drawn?|PSE Power Draw|Actual Power)[^\n:]{0,40}: {0,4}(\d{1,4}(?:\.\d{1,3})?)",
        text,
    )
    if enabled is None and state is None:
        return PortFields(poe=None)
    found = tables.poe(state[1]) if state else None
    if enabled and enabled[1].lower() in {"no", "down", "disabled"}:
        found = Poe.DISABLED
    return PortFields(poe=found or Poe.OFF, poe_watts=float(drawn[1]) if drawn and found is Poe.ON else 0.0)


def addresses(text: str) -> tuple[Learnt, ...]:
    """`show mac-address-table`."""
    if "no mac" in text.lower():
        return ()
    if re.search(r"(?m)^[ \t]{0,8}-{3,}", text) is None:
        raise tables.not_understood("show mac-address-table")
    rows = re.findall(
        r"(?m)^ {0,4}([0-9a-f]{2}(?::[0-9a-f]{2}){5}) {1,20}(\d{1,4}) {1,20}[\w-]{1,30} {1,40}(\S{1,20}) *$",
        text,
    )
    return tuple(Learnt(mac, int(vlan), name.lower()) for mac, vlan, name in rows)


def neighbours(text: str) -> tuple[Neighbour, ...]:
    """`show lldp neighbor-info detail`."""
    if "LLDP Neighbor Information" not in text:
        raise tables.not_understood("show lldp neighbor-info detail")
    found = []
    for block in re.split(r"(?m)^(?= {0,4}Port {1,40}: )", text[: tables.LONGEST])[1:]:
        told = tables.pairs(block)
        # Aruba's access points name what they can, and none of it as enabled.
        kinds = tables.first(told, "chassis capabilities enabled", "chassis capabilities available")
        words = re.split(r"[,\s]+", kinds.lower())
        found.append(
            Neighbour(
                port=one_line(tables.first(told, "port"), 20).lower(),
                name=one_line(tables.first(told, "neighbor chassis-name", "neighbor system-name"), 128),
                description=one_line(
                    tables.first(told, "neighbor chassis-description", "neighbor system-description")
                ),
                remote_port=one_line(tables.first(told, "neighbor port-id"), 64),
                address=one_line(tables.first(told, "neighbor management-address"), 45),
                mac=tables.mac(tables.first(told, "neighbor chassis-id")),
                capabilities=tuple(_KINDS[word] for word in words if word in _KINDS),
            )
        )
    return tuple(found)


def system(text: str) -> InfoFields:
    """`show system`."""
    told = tables.pairs(text)
    firmware = tables.first(told, "arubaos-cx version", "aos-cx version", "software version")
    if not firmware and not tables.first(told, "product name"):
        raise tables.not_understood("show system")
    return InfoFields(
        name=one_line(tables.first(told, "hostname"), 64),
        model=one_line(tables.first(told, "product name"), 64),
        serial=one_line(tables.first(told, "chassis serial nbr", "serial number"), 64),
        mac=tables.mac(tables.first(told, "base mac address")),
        firmware=one_line(firmware, 64),
        uptime=tables.duration(tables.first(told, "up time")),
    )


def arp(text: str) -> Mapping[str, str]:
    """`show arp all-vrfs`."""
    rows = re.findall(r"(?m)^ {0,4}(\d{1,3}(?:\.\d{1,3}){3}) {1,20}([0-9a-f]{2}(?::[0-9a-f]{2}){5})\b", text)
    return dict(rows)


def reached(text: str) -> Mapping[str, str]:
    """`show arp all-vrfs`: the physical port behind which each address answers."""
    rows = re.findall(
        rf"(?m)^ {{0,4}}(\d{{1,3}}(?:\.\d{{1,3}}){{3}}) {{1,20}}[0-9a-f:]{{17}} {{1,20}}\S{{1,24}} {{1,40}}({_PORT}|lag\d{{1,3}}) ",
        text,
    )
    return dict(rows)


def gateway(text: str) -> str:
    """`show ip route all-vrfs`: where the default route leads."""
    found = re.search(
        r"(?m)^[ \t]{0,4}0\.0\.0\.0/0\b[^\n]{0,80}(?:\n[ \t]{1,8}via {1,4}|[ \t]{1,20})(\d{1,3}(?:\.\d{1,3}){3})\b",
        text,
    )
    return found[1] if found else ""


def stacking(text: str) -> frozenset[str]:
    """`show vsf link`: the ports that hold a VSF stack together."""
    return frozenset(re.findall(rf"(?<![\w/]){_PORT}(?![\w/])", text[: tables.LONGEST]))


def configuration(text: str) -> str:
    """`show running-config` or `show startup-config`. Raises PROTOCOL where it is none."""
    if "interface " not in text and "!Version" not in text:
        raise tables.not_understood("show running-config")
    return tables.configuration(
        text, r"(?:Current|Startup|Running) configuration:?", r"!export-password", r"!Last"
    )


def unsaved(texts: Sequence[str]) -> bool:
    """Running and startup configuration, compared."""
    running, startup = texts
    return configuration(running) != configuration(startup)
