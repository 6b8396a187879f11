"""What the simulated switch prints.

Written from Cisco's command references (Catalyst 2960-X, IOS 15.2: "Interface and Hardware Commands", "Layer 2/3
Commands") and the public sample outputs of those commands; the values are ours.
"""

from __future__ import annotations

import time

from pedell_network.simulated.state import Port, PortConfig, Switch

LONG = "GigabitEthernet"


def long_name(short: str) -> str:
    """GigabitEthernet1/0/5 for Gi1/0/5."""
    return short.replace("Gi", LONG, 1)


def dotted(mac: str) -> str:
    """0011.2233.4455."""
    digits = mac.replace(":", "")
    return f"{digits[:4]}.{digits[4:8]}.{digits[8:]}"


def port_lines(name: str, config: PortConfig) -> list[str]:
    """A port's part of the configuration."""
    out = [f"interface {name}"]
    if config.description:
        out.append(f" description {config.description}")
    if config.trunk:
        out.append(" switchport mode trunk")
    else:
        out += [f" switchport access vlan {config.vlan}"] if config.vlan != 1 else []
        out.append(" switchport mode access")
    power = config.power if config.powered else "never"
    if power != "auto":
        out.append(f" power inline {power}")
    if config.shutdown:
        out.append(" shutdown")
    return out


def interface(name: str, port: Port) -> str:
    """`show interfaces PORT`."""
    if port.config.shutdown:
        first = "administratively down, line protocol is down (disabled)"
    elif port.err_disabled:
        first = "down, line protocol is down (err-disabled)"
    else:
        first = (
            "up, line protocol is up (connected)" if port.link else "down, line protocol is down (notconnect)"
        )
    number = int(name.rsplit("/", 1)[1])
    lines = [
        f"{long_name(name)} is {first} ",
        f"  Hardware is Gigabit Ethernet, address is 001e.14aa.bb{number:02x} (bia 001e.14aa.bb{number:02x})",
    ]
    if port.config.description:
        lines.append(f"  Description: {port.config.description}")
    if port.own:
        lines.append(f"  Internet address is {port.own}")
    speed = "Full-duplex, 1000Mb/s" if port.link else "Auto-duplex, Auto-speed"
    return "\n".join(
        [
            *lines,
            "  MTU 1500 bytes, BW 1000000 Kbit/sec, DLY 10 usec, ",
            "     reliability 255/255, txload 1/255, rxload 1/255",
            "  Encapsulation ARPA, loopback not set",
            "  Keepalive set (10 sec)",
            f"  {speed}, media type is 10/100/1000BaseTX",
            "  input flow-control is off, output flow-control is unsupported ",
            "  Last input never, output 00:00:01, output hang never",
            "  Input queue: 0/75/0/0 (size/max/drops/flushes); Total output drops: 0",
            "     1204 packets input, 110321 bytes, 0 no buffer",
            "     Received 88 broadcasts (12 multicasts)",
            "     0 runts, 0 giants, 0 throttles ",
            f"     {port.input_errors} input errors, {port.crc} CRC, 0 frame, 0 overrun, 0 ignored",
            "     8211 packets output, 900112 bytes, 0 underruns",
            "     0 output errors, 0 collisions, 1 interface resets",
        ]
    )


def status(name: str, port: Port) -> str:
    """One port of `show interfaces status`."""
    state = "connected" if port.link else "disabled" if port.config.shutdown else "notconnect"
    vlan = "trunk" if port.config.trunk else str(port.config.vlan)
    return (
        "\nPort      Name               Status       Vlan       Duplex  Speed Type\n"
        f"{name:<9} {port.config.description[:18]:<18} {state:<12} {vlan:<10} a-full a-1000 10/100/1000BaseTX\n"
    )


def switchport(name: str, port: Port) -> str:
    """`show interfaces PORT switchport`."""
    if port.own:
        return f"Name: {name}\nSwitchport: Disabled"
    mode = "trunk" if port.config.trunk else "static access"
    operational = mode if port.link else "down"
    if port.bundle:
        operational += f" (member of bundle {port.bundle})"
    return "\n".join(
        [
            f"Name: {name}",
            "Switchport: Enabled",
            f"Administrative Mode: {mode}",
            f"Operational Mode: {operational}",
            "Administrative Trunking Encapsulation: dot1q",
            f"Negotiation of Trunking: {'On' if port.config.trunk else 'Off'}",
            f"Access Mode VLAN: {port.config.vlan} ({'default' if port.config.vlan == 1 else 'schule'})",
            "Trunking Native Mode VLAN: 1 (default)",
            "Administrative Native VLAN tagging: enabled",
            "Voice VLAN: none",
            "Administrative private-vlan host-association: none ",
            "Operational private-vlan: none",
            "Trunking VLANs Enabled: ALL",
            "Pruning VLANs Enabled: 2-1001",
            "Capture Mode Disabled",
            "Capture VLANs Allowed: ALL",
            "",
            "Protected: false",
            "Unknown unicast blocked: disabled",
            "Unknown multicast blocked: disabled",
            "Appliance trust: none",
        ]
    )


def power(ports: dict[str, Port], *, one: bool) -> str:
    """`show power inline` of all ports or of one; the second table of the latter as on the 2960-X."""
    lines = [
        "Interface Admin  Oper       Power   Device              Class Max",
        "                            (Watts)                            ",
        "--------- ------ ---------- ------- ------------------- ----- ----",
    ]
    for name, port in ports.items():
        if not port.config.powered:
            lines.append(f"{name:<9} off    off        0.0     n/a                 n/a   30.0 ")
        elif port.watts and not port.config.shutdown:
            lines.append(f"{name:<9} auto   on         {port.watts:<7} Ieee PD             4     30.0 ")
        else:
            lines.append(f"{name:<9} auto   off        0.0     n/a                 n/a   30.0 ")
    if one:
        name = next(iter(ports))
        lines += [
            "",
            "Interface  AdminPowerMax   AdminConsumption    ",
            "             (Watts)           (Watts)          ",
            "---------- --------------- --------------------",
            "",
            f"{name:<10} {'30.0':<15} 30.0",
        ]
    return "\n".join(lines)


def addresses(rows: list[tuple[int, str, str]]) -> str:
    """`show mac address-table …`."""
    head = [
        "          Mac Address Table",
        "-------------------------------------------",
        "",
        "Vlan    Mac Address       Type        Ports",
        "----    -----------       --------    -----",
    ]
    body = [f"{vlan:>4}    {dotted(mac)}    DYNAMIC     {port}" for vlan, mac, port in rows]
    return "\n".join([*head, *body, f"Total Mac Addresses for this criterion: {len(rows)}"] if rows else head)


def neighbours(ports: dict[str, Port]) -> str:
    """`show lldp neighbors detail`."""
    lines: list[str] = []
    count = 0
    for name, port in ports.items():
        near = port.neighbour
        if near is None or not port.link or not near.capabilities:
            continue
        count += 1
        lines += [
            "------------------------------------------------",
            f"Local Intf: {name}",
            f"Chassis id: {dotted(near.mac)}",
            f"Port id: {near.port}",
            f"Port Description: {near.port}",
            f"System Name: {near.name}",
            "",
            "System Description: ",
            near.description or "-",
            "",
            "Time remaining: 99 seconds",
            f"System Capabilities: {near.capabilities}",
            f"Enabled Capabilities: {near.capabilities}",
            "Management Addresses:",
            f"    IP: {near.address}",
            "Auto Negotiation - supported, enabled",
            "Physical media capabilities:",
            "    1000baseT(FD)",
            "Media Attachment Unit type: 30",
            "Vlan ID: 1",
            "",
        ]
    return "\n".join([*lines, "", f"Total entries displayed: {count}"])


def cdp(ports: dict[str, Port]) -> str:
    """`show cdp neighbors detail`."""
    lines: list[str] = []
    for name, port in ports.items():
        near = port.neighbour
        if near is None or not port.link or not near.cdp:
            continue
        lines += [
            "-------------------------",
            f"Device ID: {near.name}",
            "Entry address(es): ",
            f"  IP address: {near.address}",
            f"Platform: cisco WS-C2960-8TC-L,  Capabilities: {near.cdp} ",
            f"Interface: {long_name(name)},  Port ID (outgoing port): {long_name(near.port)}",
            "Holdtime : 164 sec",
            "",
            "Version :",
            "Cisco IOS Software, C2960 Software (C2960-LANBASEK9-M), Version 12.2(55)SE9",
            "",
            "advertisement version: 2",
            "Native VLAN: 1",
            "Duplex: full",
            "Management address(es): ",
            "",
        ]
    return "\n".join(lines)


def version(switch: Switch) -> str:
    """`show version`."""
    minutes = int(time.monotonic() - switch.started) // 60
    hours, minutes = divmod(minutes, 60)
    uptime = f"{hours} hours, {minutes} minutes" if hours else f"{minutes} minutes"
    return "\n".join(
        [
            f"Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version {switch.version}, RELEASE SOFTWARE (fc1)",
            "Technical Support: http://www.cisco.com/techsupport",
            "",
            "ROM: Bootstrap program is C2960X boot loader",
            "",
            f"{switch.hostname} uptime is {uptime}",
            f"System returned to ROM by {switch.reason}",
            'System image file is "flash:/c2960x-universalk9-mz.152-7.E8.bin"',
            "",
            f"cisco {switch.model} (APM86XXX) processor (revision B0) with 524288K bytes of memory.",
            f"Processor board ID {switch.serial}",
            "Last reset from power-on",
            "2 Virtual Ethernet interfaces",
            "",
            f"Base ethernet MAC Address       : {switch.mac.upper()}",
            f"Model number                    : {switch.model}",
            f"System serial number            : {switch.serial}",
            "",
            "Configuration register is 0xF",
        ]
    )


def configuration(switch: Switch, *, saved: bool) -> str:
    """`show running-config`, or `show startup-config`."""
    body = [
        "!",
        "version 15.2",
        f"hostname {switch.hostname}",
        "!",
        "enable secret 5 $1$abcd$ThisIsNotAHash",
        "!",
    ]
    body += ["username pedell privilege 15 password 7 0822455D0A16", "!"]
    for name, port in switch.ports.items():
        config = switch.startup[name] if saved else port.config
        body += [*port_lines(long_name(name), config), "!"]
    body += ["snmp-server community geheim RO", "!", "end", ""]
    text = "\n".join(body)
    if saved:
        return f"Using {len(text)} out of 524288 bytes\n{text}"
    return f"Building configuration...\n\nCurrent configuration : {len(text)} bytes\n{text}"
