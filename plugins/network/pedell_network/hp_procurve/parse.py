"""What ProCurve and ArubaOS-Switch print. Pure functions; output is hostile text.

Sources: ntc-templates 9 (platform `hp_procurve`) and its sample outputs for the tables; the 2520 and 6600
Management and Configuration Guides for `show power-over-ethernet`, `show vlans ports … detail` and
`show interfaces PORT`; the 2530 Basic Operation Guide (16.x) for `show config status`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pedell_network.command_line import tables
from pedell_network.command_line.platform import InfoFields, Learnt, PortFields
from pedell_network.hp_procurve.ports import listed
from pedell_network.results import Mode, Neighbour, Poe, UpDown
from pedell_network.texts import one_line

_KINDS = {
    "bridge": "bridge", "router": "router", "wlan-access-point": "access_point", "telephone": "phone",
    "repeater": "repeater", "docsis": "docsis", "station": "station", "other": "other",
}  # fmt: skip


def brief(text: str, port: str) -> PortFields:
    """`show interfaces brief PORT`: Enabled is the administrator's, Status the link."""
    for row in tables.templated("hp_procurve", "show interfaces brief", text):
        name = tables.word(row, "port")
        if port not in {listed(name), name.partition("-")[2]}:
            continue
        up = tables.word(row, "status").lower() == "up"
        mode = tables.word(row, "mode")
        return PortFields(
            admin=UpDown.UP if tables.word(row, "enabled").lower() == "yes" else UpDown.DOWN,
            oper=UpDown.UP if up else UpDown.DOWN,
            speed=tables.speed(mode) if up else None,
            duplex=("half" if "HD" in mode else "full" if "FD" in mode else "") if up else "",
            bundle=port.startswith("Trk") or "-" in name,
        )
    raise tables.not_understood(f"show interfaces brief {port}")


def counters(text: str, port: str) -> PortFields:
    """`show interfaces PORT`: name and errors."""
    del port
    name = re.search(r"(?m)^ {0,4}Name {0,10}:[ \t]{0,4}(\S.{0,80})?$", text)
    return PortFields(
        description=one_line(name[1] or "", 64) if name else "",
        input_errors=_counter(text, "Total Rx Errors"),
        crc_errors=_counter(text, "FCS Rx"),
        output_errors=_counter(text, "Drops Tx"),
    )


def _counter(text: str, name: str) -> int | None:
    found = re.search(rf"{re.escape(name)} {{0,12}}: {{0,4}}([\d,]{{1,26}})", text)
    return tables.number(found[1]) if found else None


def vlans(text: str, port: str) -> PortFields:
    """`show vlans ports PORT detail`: a port that carries a tagged VLAN is a trunk; its own is the untagged one."""
    del port
    rows = re.findall(r"(?m)^ {0,4}(\d{1,4}) {1,8}\S[^\n|]{0,40}\|[^\n]{0,60}?\b(Tagged|Untagged)\b", text)
    own = [int(number) for number, mode in rows if mode == "Untagged"]
    if not rows:
        return PortFields(mode=Mode.UNKNOWN)
    trunk = any(mode == "Tagged" for _, mode in rows)
    return PortFields(mode=Mode.TRUNK if trunk else Mode.ACCESS, vlan=own[0] if own else None)


def power(text: str, port: str) -> PortFields:
    """`show power-over-ethernet PORT`."""
    del port
    # Two columns of pairs stand side by side, and firmware writes `Detection Status` or `PoE Port Status`.
    state = re.search(
        r"(?:Detection Status|Detection|PoE Port Status|PoE Status) {0,12}: {0,4}([A-Za-z ]{1,20})", text
    )
    enabled = re.search(r"(?:Power Enable|PoE Enable) {0,12}: {0,4}(Yes|No)\b", text, re.IGNORECASE)
    watts = re.search(
        r"(?:^|\s)(?:Power|PoE Power|Power Draw|PD Power Draw) {0,12}: {0,4}(\d{1,4}(?:\.\d{1,3})?) ?(m?)W",
        text,
    )
    if state is None and enabled is None:
        return PortFields(poe=None)
    found = tables.poe(state[1]) if state else None
    if enabled and enabled[1].lower() == "no":
        found = Poe.DISABLED
    drawn = float(watts[1]) / (1000 if watts[2] else 1) if watts else None
    return PortFields(poe=found or Poe.OFF, poe_watts=drawn if found is Poe.ON else 0.0)


def addresses(text: str) -> tuple[Learnt, ...]:
    """`show mac-address`: the table; old firmware leaves the VLAN out."""
    if re.search(r"(?m)^[ \t]{0,8}-{3,}", text) is None:
        raise tables.not_understood("show mac-address")
    return tuple(
        Learnt(
            tables.mac(tables.word(row, "mac_address")),
            tables.number(tables.word(row, "vlan_id")),
            listed(tables.word(row, "port")),
        )
        for row in tables.templated("hp_procurve", "show mac-address", text)
    )


def neighbours(text: str) -> tuple[Neighbour, ...]:
    """`show lldp info remote-device detail`; read by its names, since each firmware adds lines of its own."""
    if "LLDP Remote Device" not in text:
        raise tables.not_understood("show lldp info remote-device detail")
    found = []
    for block in re.split(r"(?m)^(?= {0,4}Local ?Port {0,4}:)", text[: tables.LONGEST])[1:]:
        told = tables.pairs(block)
        chassis = tables.first(told, "chassisid", "chassis id")
        words = re.split(
            r"[,\s]+",
            tables.first(told, "system capabilities enabled", "system capabilities supported").lower(),
        )
        address = tables.first(told, "address")
        found.append(
            Neighbour(
                port=listed(tables.first(told, "local port", "localport")),
                name=one_line(tables.first(told, "sysname"), 128),
                description=one_line(tables.first(told, "system descr")),
                remote_port=one_line(tables.first(told, "portid"), 64),
                # Of the type all802 it is a MAC address.
                address="" if tables.is_mac(address) else one_line(address, 45),
                mac=tables.mac(chassis),
                capabilities=tuple(_KINDS[word] for word in words if word in _KINDS),
            )
        )
    return tuple(found)


def system(text: str) -> InfoFields:
    """`show system`: two columns of pairs side by side; a stack tells the rest for each of its members."""

    def value(name: str) -> str:
        found = re.search(rf"{name} {{0,12}}: {{0,4}}(\S[^\n]{{0,60}}?)(?: {{2,}}|$)", text, re.MULTILINE)
        return one_line(found[1], 64) if found else ""

    firmware = value("Software revision")
    if not firmware:
        raise tables.not_understood("show system")
    return InfoFields(
        name=value("System Name"),
        firmware=firmware,
        mac=tables.mac(value("Base MAC Addr") or value("MAC Addr")),
        serial=value("Serial Number"),
        uptime=tables.duration(value("Up Time")),
    )


def modules(text: str) -> InfoFields:
    """`show modules`: the chassis' line names the model and its product number."""
    found = re.search(r"(?m)^ {0,4}Chassis: {0,4}(\S{1,40}) {1,6}(J[A-Z]?\d{3,4}[A-Z])\b", text)
    return InfoFields(model=f"{found[1]} {found[2]}" if found else "")


def arp(text: str) -> Mapping[str, str]:
    """`show arp`."""
    found = re.findall(r"(?m)^ {0,4}(\d{1,3}(?:\.\d{1,3}){3}) {1,16}([0-9a-f]{6}-[0-9a-f]{6})\b", text)
    return {address: tables.mac(mac) for address, mac in found}


def reached(text: str) -> Mapping[str, str]:
    """`show arp`: the port behind which each address answers."""
    found = re.findall(
        r"(?m)^ {0,4}(\d{1,3}(?:\.\d{1,3}){3}) {1,16}[0-9a-f]{6}-[0-9a-f]{6} {1,12}\w{1,12} {1,12}(\S{1,12}) *$",
        text,
    )
    return {address: listed(port) for address, port in found}


def route(text: str) -> str:
    """`show ip route`: the next hop of the default route of a switch that routes."""
    found = re.search(r"(?m)^ {0,4}0\.0\.0\.0/0 {1,20}(\d{1,3}(?:\.\d{1,3}){3})\b", text)
    return found[1] if found else ""


def gateway(text: str) -> str:
    """`show ip`: the default gateway of a switch that does not route."""
    found = re.search(r"Default Gateway {0,12}: {0,4}(\d{1,3}(?:\.\d{1,3}){3})", text)
    return found[1] if found else ""


def bundled(text: str) -> frozenset[str]:
    """`show trunks`: the members, and the groups themselves."""
    found = re.findall(r"(?m)^ {0,4}(\S{1,8}) {0,8}\|[^\n]{0,60}\| {0,4}(Trk\d{1,3})\b", text)
    return frozenset(name for member in found for name in member)


def stacking(text: str) -> frozenset[str]:
    """`show vsf link detail`: the ports that hold a VSF stack together."""
    return frozenset(re.findall(r"(?m)^ {0,4}(\d{1,2}/[A-L]?\d{1,3}) {1,20}(?:Up|Down)\b", text))


def unsaved(texts: Sequence[str]) -> bool:
    """`show config status`. Raises PROTOCOL where it says neither."""
    words = " ".join(" ".join(texts).lower().split())
    if "has been changed" in words or "differs" in words or "needs to be saved" in words:
        return True
    if "same as the startup" in words:
        return False
    raise tables.not_understood("show config status")


def running(text: str) -> str:
    """`show running-config`. Raises PROTOCOL where it is none."""
    if "onfiguration" not in text and "hostname" not in text:
        raise tables.not_understood("show running-config")
    return tables.configuration(text, r"Running configuration:")
