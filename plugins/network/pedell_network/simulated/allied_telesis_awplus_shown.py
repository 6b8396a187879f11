"""What a simulated AlliedWare Plus switch prints; sources as of `allied_telesis_awplus`."""

from __future__ import annotations

from pedell_network.simulated.state import Port, PortConfig, Switch

_WORDS = {"B": "Bridge", "R": "Router", "W": "WLAN Access Point", "T": "Telephone", "P": "Repeater"}


def dotted(mac: str) -> str:
    """0011.2233.4455."""
    digits = mac.replace(":", "")
    return f"{digits[:4]}.{digits[4:8]}.{digits[8:]}"


def system(switch: Switch) -> str:
    """`show system`."""
    days, rest = divmod(switch.uptime, 86400)
    ruler = "-" * 80
    return (
        "System Status                                           Sat Nov 28 09:12:11 2026\n\n"
        "Board      ID   Bay     Board Name                        Rev   Serial number\n"
        f"{ruler}\nBase       569  Base    {switch.model:<33} B-1   {switch.serial}\n{ruler}\n"
        "RAM: Total: 1028804 kB Free: 784396 kB\nFlash: 208.2MB Used: 59.8MB Available: 148.4MB\n"
        f"{ruler}\nEnvironment Status : Normal\n"
        f"Uptime             : {days} days {rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}\n"
        "Bootloader version : 7.0.15\n\nCurrent software   : x530-5.5.3-0.1.rel\nSoftware version   : 5.5.3-0.1\n"
        "Build date         : Thu Apr 6 07:28:39 UTC 2023\n\nCurrent boot config: flash:/default.cfg (file exists)\n\n"
        f"System Name\n {switch.hostname}\nSystem Contact\n\nSystem Location\n\n"
    )


def interface(name: str, port: Port) -> str:
    """`show interface PORT`."""
    link = "UP" if port.link else "DOWN"
    admin = "DOWN" if port.config.shutdown else "UP"
    title = f"  Description: {port.config.description}\n" if port.config.description else ""
    now = "  current duplex full, current speed 1000, current polarity mdix\n" if port.link else ""
    number = name.rsplit(".", 1)[1]
    return (
        f"Interface {name}\n  Scope: both\n  Link is {link}, administrative state is {admin}\n  Thrash-limiting\n"
        "    Status Not Detected, Action learn-disable, Timeout 1(s)\n"
        f"  Hardware is Ethernet, address is 001a.eb95.4e20\n{title}  index {5000 + int(number)} metric 1 mru 1500\n{now}"
        "  configured duplex auto, configured speed auto, configured polarity auto\n  <UP,BROADCAST,RUNNING,MULTICAST>\n"
        "  SNMP link-status traps: Disabled\n"
        "    input packets 9455, bytes 11289114, dropped 0, multicast packets 3410\n"
        "    output packets 17173, bytes 12752872, multicast packets 5130, broadcast packets 8301\n"
        "  Time since last state change: 0 days 01:14:20\n"
    )


def state(name: str, port: Port) -> str:
    """One port of `show interface status`."""
    status = "connected" if port.link else "disabled" if port.config.shutdown else "notconnect"
    vlan = "trunk" if port.config.trunk else str(port.config.vlan)
    return (
        "Port       Name              Status           Vlan Duplex   Speed Type\n"
        f"{name:<10} {port.config.description[:17]:<17} {status:<16} {vlan:>4} a-full a-1000 1000BASE-T\n"
    )


def switchport(switch: Switch) -> str:
    """`show interface switchport`."""
    lines = []
    for name, port in switch.ports.items():
        trunk = port.config.trunk
        lines += [
            f" Interface name         : {name}",
            f" Switchport mode        : {'trunk' if trunk else 'access'}",
            " Ingress filter          : enable",
            f" Acceptable frame types  : {'vlan-tagged only' if trunk else 'all'}",
            f" Default Vlan            : {'None' if trunk else port.config.vlan}",
            f" Configured Vlans        :   {'20   30' if trunk else port.config.vlan}",
            " Dynamic Vlans           :",
        ]
    return "\n".join([*lines, ""])


def power(switch: Switch) -> str:
    """`show power-inline`."""
    lines = [
        "PoE Status:",
        "Stack member 1",
        "Nominal Power: 360W",
        "Power Allocated: 39W",
        "Actual Power Consumption: 34W",
        "Operational Status: On",
        "Power Usage Threshold: 80% (288W)",
        "PoE Interface:",
        "Interface    Admin     Pri  Oper     Power  Device          Class  Max   ",
        "                                     (mW)                          (mW)  ",
    ]
    for name, port in switch.ports.items():
        if not port.config.powered:
            lines.append(f"{name:<12} Disabled  Low  Disabled 0      n/a             n/a    n/a")
        elif port.watts:
            lines.append(
                f"{name:<12} Enabled   Low  Powered  {int(port.watts * 1000):<6} n/a             4      30000 [C]"
            )
        else:
            lines.append(f"{name:<12} Enabled   Low  Off      0      n/a             n/a    n/a")
    return "\n".join([*lines, ""])


def addresses(switch: Switch) -> str:
    """`show mac address-table`."""
    lines = [
        "VLAN port             mac            fwd",
        f"1    CPU              {dotted(switch.mac)}   forward   static",
    ]
    lines += [
        f"{vlan:<4} {name:<12} {dotted(mac)}   forward   dynamic" for vlan, mac, name in switch.learnt()
    ]
    return "\n".join([*lines, ""])


def neighbours(switch: Switch) -> str:
    """`show lldp neighbors detail`."""
    lines = ["LLDP Detailed Neighbor Information:", ""]
    for name, port in switch.ports.items():
        near = port.neighbour
        if near is None or not port.link or not switch.lldp:
            continue
        words = ", ".join(_WORDS[letter] for letter in near.capabilities.split(",") if letter in _WORDS)
        rows = {
            "Chassis ID Type": "MAC address",
            "Chassis ID": dotted(near.mac),
            "Port ID Type": "Interface name",
            "Port ID": near.port,
            "TTL": "120 (secs)",
            "Port Description": near.port,
            "System Name": near.name,
            "System Description": near.description or "[not advertised]",
            "System Capabilities - Supported": words,
            "                    - Enabled": words,
            "Management Addresses": near.address,
            "Port VLAN ID (PVID)": "[not advertised]",
        }
        lines += [f"Local {name}:", "  Neighbors table last updated 0 hrs 6 mins 21 secs ago", ""]
        lines += [f"  {title + ' ':.<34} {value}" for title, value in rows.items()]
        lines.append("")
    return "\n".join([*lines, ""])


def port_lines(name: str, config: PortConfig, bundle: str = "") -> list[str]:
    """A port's part of the configuration."""
    lines = [f"interface {name}"]
    lines += [f" description {config.description}"] if config.description else []
    lines += [" shutdown"] if config.shutdown else []
    lines += [" no power-inline enable"] if not config.powered else []
    lines += [f" channel-group {bundle} mode active"] if bundle else []
    lines += [" switchport"]
    if config.trunk:
        lines += [
            " switchport mode trunk",
            " switchport trunk allowed vlan add 20,30",
            " switchport trunk native vlan none",
        ]
    else:
        lines += [" switchport mode access", f" switchport access vlan {config.vlan}"]
    return [*lines, "!"]


def configuration(switch: Switch, *, saved: bool) -> str:
    """`show running-config` or `show startup-config`."""
    lines = [
        "!",
        "service password-encryption",
        "!",
        f"hostname {switch.hostname}",
        "!",
        "username pedell privilege 15 password 8 $1$geheim$geheim0123",
        "!",
        "snmp-server community geheim",
        "radius-server host 10.0.0.9 key geheim",
        "!",
        "vlan database",
        " vlan 20,30 state enable",
        "!",
    ]
    for name, port in switch.ports.items():
        lines += port_lines(name, switch.startup[name] if saved else port.config, port.bundle)
    return "\n".join([*lines, "end", ""])


def arp(switch: Switch) -> str:
    """`show arp`."""
    lines = ["IP Address      LL Address       Interface      Port             Type"]
    lines += [
        f"{address:<15} {dotted(mac)}   vlan1          port1.0.8        dynamic"
        for address, mac in switch.arp.items()
    ]
    return "\n".join([*lines, ""])
