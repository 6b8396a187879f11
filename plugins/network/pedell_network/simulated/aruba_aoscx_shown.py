"""What the simulated AOS-CX prints; sources as of `aruba_aoscx`."""

from __future__ import annotations

from collections.abc import Mapping

from pedell_network.simulated.state import Port, PortConfig, Switch

_WORDS = {"B": "Bridge", "R": "Router", "W": "WLAN", "T": "Telephone", "P": "Repeater", "S": "Station"}


def system(switch: Switch) -> str:
    """`show system`."""
    minutes = switch.uptime // 60
    up = f"{minutes // 60} hours, {minutes % 60} minutes" if minutes >= 60 else f"{minutes} minutes"
    digits = switch.mac.replace(":", "")
    return (
        f"Hostname           : {switch.hostname}\n"
        "System Description : ML.10.10.1030\n"
        "System Contact     : \n"
        "System Location    : K01\n\n"
        "Vendor             : Aruba\n"
        f"Product Name       : {switch.model}\n"
        f"Chassis Serial Nbr : {switch.serial}\n"
        f"Base MAC Address   : {digits[:6]}-{digits[6:]}\n"
        "ArubaOS-CX Version : ML.10.10.1030\n\n"
        "Time Zone          : Europe/Berlin\n\n"
        f"Up Time            : {up}\n"
        "CPU Util (%)       : 15\n"
        "Memory Usage (%)   : 26\n"
    )


def interface(name: str, port: Port) -> str:
    """`show interface PORT`."""
    lines = [f"Interface {name} is {'up' if port.link else 'down'} "]
    lines.append(f" Admin state is {'down' if port.config.shutdown else 'up'}")
    if port.config.shutdown:
        lines.append(" State information: Administratively down")
    elif port.err_disabled:
        lines.append(" State information: Disabled by loop-protect")
    lines += [
        f" Link state: {'up' if port.link else 'down'} for 2 hours (since Mon Nov 23 07:02:11 UTC 2026)",
        " Link transitions: 3",
        f" Description: {port.config.description}",
        " Persona:",
        " Hardware: Ethernet, MAC Address: 88:3a:30:97:d0:80 ",
        " MTU 1500 ",
        " Type 1GbT",
        " Full-duplex ",
        " qos trust none",
        f" Speed {1000 if port.link else 0} Mb/s ",
        " Auto-negotiation is on",
        " Energy-Efficient Ethernet is disabled",
        " Flow-control: off ",
        " Error-control: off ",
        " MDI mode: MDIX",
    ]
    if port.config.trunk:
        lines += [
            " VLAN Mode: native-untagged",
            f" Native VLAN: {port.config.vlan}",
            " Allowed VLAN List: all",
        ]
    else:
        lines += [" VLAN Mode: access", f" Access VLAN: {port.config.vlan}"]
    rule = f" {'-' * 22} {'-' * 20} {'-' * 20} {'-' * 20}"
    lines += [
        f" {'Statistics':<22} {'RX':>20} {'TX':>20} {'Total':>20}",
        rule,
        f" {'Packets':<22} {1204:>20} {8211:>20} {9415:>20}",
        f" {'Dropped':<22} {0:>20} {0:>20} {0:>20}",
        f" {'Errors':<22} {port.input_errors:>20} {0:>20} {port.input_errors:>20}",
        f"   {'CRC/FCS':<20} {port.crc:>20} {'n/a':>20} {port.crc:>20}",
        f"   {'Collision':<20} {'n/a':>20} {0:>20} {0:>20}",
        "",
    ]
    return "\n".join([*lines, ""])


def brief(name: str, port: Port) -> str:
    """One port of `show interface brief`."""
    enabled, status = "no" if port.config.shutdown else "yes", "up" if port.link else "down"
    bar = "-" * 98
    return (
        f"{bar}\nPort      Native  Mode   Type           Enabled Status  Reason                  Speed   Description\n"
        f"          VLAN                                                                   (Mb/s)\n{bar}\n"
        f"{name:<9} {port.config.vlan:<7} {'trunk' if port.config.trunk else 'access':<6} 1GbT           {enabled:<7} {status:<7} "
        f"{'':<23} 1000    {port.config.description or '--'}\n"
    )


def port_lines(name: str, config: PortConfig, bundle: str = "") -> list[str]:
    """A port's part of the configuration."""
    lines = [f"interface {name} "]
    lines += [f"    description {config.description}"] if config.description else []
    lines.append("    shutdown" if config.shutdown else "    no shutdown")
    if bundle:
        return [*lines, f"    lag {bundle.removeprefix('lag')}", "    exit"]
    lines.append("    no routing")
    if config.trunk:
        lines += [f"    vlan trunk native {config.vlan}", "    vlan trunk allowed all"]
    else:
        lines.append(f"    vlan access {config.vlan}")
    lines += [] if config.powered else ["    no power-over-ethernet"]
    return [*lines, "    exit"]


def configuration(switch: Switch, *, saved: bool) -> str:
    """Running or startup configuration."""
    lines = [
        "!",
        "!Version ArubaOS-CX ML.10.10.1030",
        "!export-password: default",
        f"hostname {switch.hostname}",
        "user pedell group administrators password ciphertext AQBapf8geheimgeheimgeheim",
        "snmp-server community geheim",
        "ssh server vrf default",
        "vlan 1,20,30,40",
    ]
    for name, port in switch.ports.items():
        lines += port_lines(name, switch.startup[name] if saved else port.config, port.bundle)
    return "\n".join([*lines, ""])


def power(name: str, port: Port) -> str:
    """`show power-over-ethernet PORT`."""
    on = port.config.powered
    watts = port.watts if on and not port.config.shutdown else 0.0
    state = "Disabled" if not on else "Delivering" if watts else "Searching"
    return (
        f"\n Status and Configuration Information for port {name}\n\n"
        " Configuration Information\n\n"
        f"  Power Enable             : {'Yes' if on else 'No':<16} Priority                 : low\n"
        "  Allocate By              : usage            Pre-standard Detect      : off\n"
        "  Assigned Class           : 4                \n\n"
        " Status Information\n\n"
        f"  PoE Port Status          : {state:<16} PD Class                 : {4 if watts else '--'}\n"
        "  Fault Status             : None\n"
        f"  PD Power Draw            : {watts:<5.1f}W           Power Allocated          : 0.0 W\n\n"
    )


def addresses(rows: list[tuple[int, str, str]]) -> str:
    """`show mac-address-table`."""
    lines = [
        "MAC age-time            : 300 seconds",
        f"Number of MAC addresses : {len(rows)}",
        "",
        "MAC Address          VLAN     Type                      Port",
        "--------------------------------------------------------------",
    ]
    lines += [f"{mac}    {vlan:<8} {'dynamic':<25} {name}" for vlan, mac, name in rows]
    return "\n".join([*lines, ""])


def neighbours(ports: Mapping[str, Port]) -> str:
    """`show lldp neighbor-info detail`."""
    near = [(name, port.neighbour) for name, port in ports.items() if port.neighbour and port.link]
    lines = [
        "LLDP Neighbor Information ",
        "=========================",
        "",
        f"Total Neighbor Entries          : {len(near)}",
        "Total Neighbor Entries Deleted  : 0",
        "Total Neighbor Entries Dropped  : 0",
        "Total Neighbor Entries Aged-Out : 0",
        "",
    ]
    for name, who in near:
        words = ", ".join(_WORDS[letter] for letter in who.capabilities.split(",") if letter in _WORDS)
        lines += [
            "-" * 80,
            f"Port                           : {name}",
            "Neighbor Entries               : 1",
            "Neighbor Entries Deleted       : 0",
            "Neighbor Entries Dropped       : 0",
            "Neighbor Entries Aged-Out      : 0",
            f"Neighbor Chassis-Name          : {who.name}",
            f"Neighbor Chassis-Description   : {who.description}",
            f"Neighbor Chassis-ID            : {who.mac}",
            f"Neighbor Management-Address    : {who.address}",
            f"Chassis Capabilities Available : {words}",
            f"Chassis Capabilities Enabled   : {words}",
            f"Neighbor Port-ID               : {who.port}",
            f"Neighbor Port-Desc             : {who.port}",
            "Neighbor Port VLAN ID          : ",
            "TTL                            : 120",
            "Neighbor Mac-Phy details",
            "Neighbor Auto-neg Supported    : true",
            "Neighbor MAU type              : 1000 BASETFD",
        ]
    return "\n".join([*lines, ""])


def arp(switch: Switch) -> str:
    """`show arp all-vrfs`."""
    rule = "-" * 114
    lines = [
        f"{'IPv4 Address':<16} {'MAC':<18} {'Port':<12} {'Physical Port':<26} {'State':<10} VRF",
        rule,
    ]
    for address, mac in switch.arp.items():
        lines.append(f"{address:<16} {mac:<18} {'vlan1':<12} {'1/1/24':<26} {'reachable':<10} default")
    return "\n".join([*lines, f"Total Number Of ARP Entries Listed- {len(switch.arp)}.", rule, ""])


def routes(switch: Switch) -> str:
    """`show ip route all-vrfs`."""
    return (
        "\nDisplaying ipv4 routes selected for forwarding\n\n"
        "'[x/y]' denotes [distance/metric]\n\n"
        f"0.0.0.0/0, vrf default\n\tvia  {switch.gateway},  [1/0],  static\n"
        "10.0.0.0/24, vrf default\n\tvia  vlan1,  [0/0],  connected\n"
    )
