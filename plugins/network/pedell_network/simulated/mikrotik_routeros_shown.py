"""What the simulated RouterOS prints; sources as of `mikrotik_routeros`."""

from __future__ import annotations

from pedell_network.simulated.state import Port, Switch

Row = tuple[str, dict[str, str]]
_WORDS = {
    "B": "bridge",
    "R": "router",
    "W": "wlan-ap",
    "T": "telephone",
    "P": "repeater",
    "S": "station-only",
}


def terse(rows: list[Row]) -> str:
    """`print terse`: number, flags, names and values in one line; a value with blanks is not quoted."""
    lines = []
    for number, (flags, values) in enumerate(rows):
        told = " ".join(f"{name}={value}" for name, value in values.items() if value)
        lines.append(f" {number} {flags:<3} {told} ")
    return "\n".join([*lines, "", ""])


def interfaces(switch: Switch) -> list[Row]:
    """`/interface`."""
    rows = []
    for name, port in switch.ports.items():
        flags = ("X" if port.config.shutdown else "R" if port.link else " ") + "S"
        values = {"comment": port.config.description, "name": name, "default-name": name, "type": "ether"}
        rows.append(
            (flags, {**values, "mtu": "1500", "actual-mtu": "1500", "mac-address": "48:8F:5A:00:00:05"})
        )
    return rows


def bridge_ports(switch: Switch) -> list[Row]:
    """`/interface bridge port`."""
    return [
        ("H ", {"interface": name, "bridge": "bridge1", "priority": "0x80", "pvid": str(port.config.vlan)})
        for name, port in switch.ports.items()
    ]


def bridge_vlans(switch: Switch) -> list[Row]:
    """`/interface bridge vlan`."""
    trunks = ",".join(["bridge1", *(name for name, port in switch.ports.items() if port.config.trunk)])
    return [("  ", {"bridge": "bridge1", "vlan-ids": "20", "tagged": trunks, "current-tagged": trunks})]


def hosts(switch: Switch) -> list[Row]:
    """`/interface bridge host`."""
    rows: list[Row] = [
        (
            "D E",
            {
                "mac-address": mac.upper(),
                "vid": str(vlan),
                "interface": name,
                "bridge": "bridge1",
                "on-interface": name,
            },
        )
        for vlan, mac, name in switch.learnt()
    ]
    own = {
        "mac-address": switch.mac.upper(),
        "interface": "bridge1",
        "bridge": "bridge1",
        "on-interface": "bridge1",
    }
    return [("DL ", own), *rows]


def bonds(switch: Switch) -> list[Row]:
    """`/interface bonding`."""
    by_name: dict[str, list[str]] = {}
    for name, port in switch.ports.items():
        if port.bundle:
            by_name.setdefault(port.bundle, []).append(name)
    return [
        ("R ", {"name": name, "mtu": "1500", "slaves": ",".join(names)}) for name, names in by_name.items()
    ]


def neighbours(switch: Switch) -> list[Row]:
    """`/ip neighbor`."""
    rows: list[Row] = []
    for name, port in switch.ports.items():
        near = port.neighbour
        if near is None or not port.link or not switch.lldp:
            continue
        words = ",".join(_WORDS[letter] for letter in near.capabilities.split(",") if letter in _WORDS)
        rows.append(
            (
                "",
                {
                    "interface": f"{name},bridge1",
                    "address": near.address,
                    "mac-address": near.mac.upper(),
                    "identity": near.name,
                    "interface-name": near.port,
                    "system-description": near.description,
                    "system-caps": words,
                    "system-caps-enabled": words,
                    "discovered-by": "lldp",
                },
            )
        )
    return rows


def arp(switch: Switch) -> list[Row]:
    """`/ip arp`."""
    return [
        (
            "DC",
            {"address": address, "mac-address": mac.upper(), "interface": "bridge1", "status": "reachable"},
        )
        for address, mac in switch.arp.items()
    ]


def routes(switch: Switch) -> list[Row]:
    """`/ip route`."""
    rest = {"routing-table": "main", "distance": "1", "scope": "30"}
    return [("As", {"dst-address": "0.0.0.0/0", "gateway": switch.gateway, **rest})]


def monitor(name: str, port: Port) -> str:
    """`/interface ethernet monitor PORT once`."""
    lines = [
        f"                      name: {name}",
        f"                    status: {'link-ok' if port.link else 'no-link'}",
    ]
    if port.link:
        lines += [
            "          auto-negotiation: done",
            "                      rate: 1Gbps",
            "               full-duplex: yes",
            "           tx-flow-control: no",
            "           rx-flow-control: no",
        ]
    return "\n".join([*lines, "", ""])


def stats(name: str, port: Port) -> str:
    """`/interface ethernet print stats`."""
    return (
        f"                     name:        {name}\n"
        "            driver-rx-byte:   2 301 555\n"
        "            driver-tx-byte:  12 918 711\n"
        f"              rx-fcs-error:           {port.crc}\n"
        f"            rx-align-error:           {port.input_errors - port.crc}\n"
        "               rx-fragment:           0\n"
        "               rx-overflow:           0\n"
        "              tx-collision:           0\n"
        "         tx-late-collision:           0\n\n"
    )


def poe(name: str, port: Port) -> str:
    """`/interface ethernet poe monitor PORT once`."""
    way = port.config.power if port.config.powered else "off"
    watts = port.watts if port.config.powered else 0.0
    state = "disabled" if way == "off" else "powered-on" if watts else "waiting-for-load"
    lines = [
        f"                name: {name}",
        f"             poe-out: {way}",
        f"      poe-out-status: {state}",
    ]
    if watts:
        lines += [
            "     poe-out-voltage: 54.2V",
            "     poe-out-current: 230mA",
            f"       poe-out-power: {watts:g}W",
        ]
    return "\n".join([*lines, "", ""])


def resource(switch: Switch) -> str:
    """`/system resource print`."""
    hours, rest = divmod(switch.uptime, 3600)
    up = (f"{hours}h" if hours else "") + (f"{rest // 60}m" if hours or rest >= 60 else "") + f"{rest % 60}s"
    return (
        f"                   uptime: {up}\n"
        "                  version: 7.16.1 (stable)\n"
        "               build-time: 2024-10-10 14:03:32\n"
        "         factory-software: 6.44.6\n"
        "              free-memory: 445.1MiB\n"
        "             total-memory: 512.0MiB\n"
        "                      cpu: ARMv7\n"
        "                 cpu-load: 3%\n"
        f"               board-name: {switch.model}\n"
        "                 platform: MikroTik\n\n"
    )


def routerboard(switch: Switch) -> str:
    """`/system routerboard print`."""
    return (
        "       routerboard: yes\n"
        f"             model: {switch.model}\n"
        f"     serial-number: {switch.serial}\n"
        "     firmware-type: dx3230L\n"
        "  factory-firmware: 6.44.6\n"
        "  current-firmware: 7.16.1\n"
        "  upgrade-firmware: 7.16.1\n\n"
    )


def export(switch: Switch) -> str:
    """`/export`; its first line tells when."""
    lines = [
        f"# 2026-11-28 08:{switch.uptime % 60:02}:00 by RouterOS 7.16.1",
        "# software id = ABCD-1234",
        "#",
        f"# model = {switch.model}",
        f"# serial number = {switch.serial}",
        "/interface bridge",
        "add name=bridge1 vlan-filtering=yes",
        "/interface ethernet",
    ]
    for name, port in switch.ports.items():
        words = [f"set [ find default-name={name} ]"]
        words += [f'comment="{port.config.description}"'] if port.config.description else []
        words += ["disabled=yes"] if port.config.shutdown else []
        words += [] if port.config.powered else ["poe-out=off"]
        lines.append(" ".join(words))
    lines += ["/interface bridge port"]
    lines += [
        f"add bridge=bridge1 interface={name} pvid={port.config.vlan}" for name, port in switch.ports.items()
    ]
    lines += [
        "/snmp community",
        "set [ find default=yes ] authentication-password=geheim encryption-password=geheim",
    ]
    lines += ["/system identity", f"set name={switch.hostname}", ""]
    return "\n".join(lines)
