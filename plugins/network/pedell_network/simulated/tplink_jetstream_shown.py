"""What a simulated JetStream switch prints; sources as of `tplink_jetstream`."""

from __future__ import annotations

from pedell_network.simulated.state import Port, PortConfig, Switch

_WORDS = {"B": "Bridge", "R": "Router", "W": "WLAN Access Point", "T": "Telephone", "P": "Repeater"}


def short(name: str) -> str:
    """Gi1/0/5."""
    return name.replace("gigabitEthernet ", "Gi")


def system(switch: Switch) -> str:
    """`show system-info`."""
    minutes, seconds = divmod(switch.uptime, 60)
    hours, minutes = divmod(minutes, 60)
    return (
        " System Description   - JetStream 24-Port Gigabit L2+ Managed Switch with 4 SFP Slots\n"
        f" System Name          - {switch.hostname}\n System Location      - K01\n Contact Information  - www.tp-link.com\n"
        f" Hardware Version     - {switch.model}\n Software Version     - 2.0.12 Build 20230515 Rel.73425\n"
        " Bootloader Version   - TP-LINK BOOTUTIL(v1.0.0)\n"
        f" Mac Address          - {switch.mac.upper().replace(':', '-')}\n Serial Number        - {switch.serial}\n"
        f" System Time          - 2026-11-28 09:12:11\n Running Time         - 0 day - {hours} hour - {minutes} min - {seconds} sec\n"
    )


def status(name: str, port: Port) -> str:
    """`show interface status PORT`."""
    row = (
        "LinkUp    1000M  Full    Disable   Copper"
        if port.link
        else "LinkDown  N/A    N/A     N/A       Copper"
    )
    return (
        " Port       Status    Speed  Duplex  FlowCtrl  Active-Medium\n"
        " ----       ------    -----  ------  --------  -------------\n"
        f" {short(name):<10} {row}\n"
    )


def configured(name: str, port: Port) -> str:
    """`show interface configuration PORT`."""
    state = "Disable" if port.config.shutdown else "Enable"
    return (
        " Port      State     Speed   Duplex  FlowCtrl  Description\n"
        " --------  -----     -----   ------  --------  -----------\n"
        f" {short(name):<9} {state:<9} Auto    Auto    Disable   {port.config.description}\n"
    )


def switchport(name: str, port: Port) -> str:
    """`show interface switchport PORT`."""
    vlan = 1 if port.config.trunk else port.config.vlan
    tagged = " 20        Schueler         Tagged\n" if port.config.trunk else ""
    return (
        f"Port {short(name)}:\n PVID: {vlan}\n Acceptable frame type: All\n Ingress Checking: Enable\n"
        f" Member in LAG: {port.bundle or 'N/A'}\n Member in VLAN:\n Vlan      Name             Egress-rule\n"
        f" ----      -----------      -----------\n {vlan:<9} System-VLAN      Untagged\n{tagged}\n"
    )


def power(name: str, port: Port) -> str:
    """`show power inline information interface PORT`."""
    watts = port.watts if port.config.powered else 0.0
    kind, state = ("Class 4", "ON") if watts else ("N/A", "OFF")
    return (
        " Interface  Power(w)  Current(mA)  Voltage(v)  PD-Class  Power-Status\n"
        " ---------  --------  -----------  ----------  --------  ------------\n"
        f" {short(name):<10} {watts:<9.1f} {int(watts * 19):<12} {53.4 if watts else 0.0:<11.1f} {kind:<9} {state}\n"
    )


def power_configured(name: str, port: Port) -> str:
    """`show power inline configuration interface PORT`."""
    state = "Enable" if port.config.powered else "Disable"
    return (
        " Interface  PoE-Status  PoE-Prio  Power-Limit(w)  Time-Range  PoE-Profile\n"
        " ---------  ----------  --------  --------------  ----------  -----------\n"
        f" {short(name):<10} {state:<11} Low       Class4          No Limit    None\n"
    )


def addresses(switch: Switch) -> str:
    """`show mac address-table`."""
    lines = [
        "MAC Address Table",
        "------------------------------------------------------------",
        "MAC                VLAN    Port     Type            Aging",
        "---                ----    ----     ----            -----",
    ]
    lines += [
        f"{mac}  {vlan:<6}  {short(name)}  dynamic         aging" for vlan, mac, name in switch.learnt()
    ]
    return "\n".join([*lines, "", f"Total MAC Addresses for this criterion: {len(switch.learnt())}", ""])


def neighbours(switch: Switch) -> str:
    """`show lldp neighbor-information interface`."""
    lines = ["LLDP Neighbor Information:"]
    for name, port in switch.ports.items():
        near = port.neighbour
        lines += [f"{name}:", ""]
        if near is None or not port.link or not switch.lldp:
            continue
        words = " ".join(_WORDS[letter] for letter in near.capabilities.split(",") if letter in _WORDS)
        rows = {
            "Chassis type": "MAC address",
            "Chassis ID": near.mac,
            "Port ID type": "Interface name",
            "Port ID": near.port,
            "Port description": near.port,
            "TTL": "120",
            "System name": near.name,
            "System description": near.description,
            "System capabilities supported": words,
            "System capabilities enabled": words,
            "Management address type": "ipv4",
            "Management address": near.address,
        }
        lines += ["  Neighbor index 1:"]
        lines += [f"  {f'{title}:':<33} {value}" for title, value in rows.items()]
        lines.append("")
    return "\n".join([*lines, ""])


def port_lines(name: str, config: PortConfig) -> list[str]:
    """A port's part of the configuration."""
    lines = [f"interface {name}"]
    lines += [f'  description "{config.description}"'] if config.description else []
    lines += ["  shutdown"] if config.shutdown else []
    lines += ["  power inline supply disable"] if not config.powered else []
    if config.trunk:
        lines.append("  switchport general allowed vlan 20,30 tagged")
    else:
        lines += [
            f"  switchport general allowed vlan {config.vlan} untagged",
            f"  switchport pvid {config.vlan}",
        ]
    return [*lines, "#"]


def configuration(switch: Switch, *, saved: bool) -> str:
    """`show running-config` or `show startup-config`."""
    lines = [
        "!SG3428MP",
        "#",
        "vlan 20",
        ' name "Schueler"',
        "#",
        f'hostname "{switch.hostname}"',
        "user name pedell privilege admin secret 5 $1$geheim$geheim0123",
        'snmp-server community "geheim" read-only "viewDefault"',
        "#",
    ]
    for name, port in switch.ports.items():
        lines += port_lines(name, switch.startup[name] if saved else port.config)
    return "\n".join([*lines, "end", ""])


def arp(switch: Switch) -> str:
    """`show arp`."""
    lines = ["Interface          Address                 Hardware Addr           Type"]
    lines += [f"Vlan1              {address:<23} {mac:<23} DYNAMIC" for address, mac in switch.arp.items()]
    return "\n".join([*lines, ""])
