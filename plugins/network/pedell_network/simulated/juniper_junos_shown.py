"""What the simulated Junos prints; sources as of `juniper_junos`."""

from __future__ import annotations

from pedell_network.simulated.state import Port, PortConfig, Switch

_WORDS = {"B": "Bridge", "R": "Router", "W": "WLAN Access Point", "T": "Telephone", "P": "Repeater"}


def _ago(seconds: int) -> str:
    days, rest = divmod(seconds, 86400)
    if days:
        return f"{days // 7}w{days % 7}d {rest // 3600:02}:{rest % 3600 // 60:02}"
    return f"{rest // 3600:02}:{rest % 3600 // 60:02}:{rest % 60:02}"


def version(switch: Switch) -> str:
    """`show version`."""
    return (
        f"fpc0:\n{'-' * 74}\nHostname: {switch.hostname}\nModel: {switch.model}\nJunos: 20.4R3.8\n"
        "JUNOS OS Kernel 32-bit  [20210527.3a5a7dc_builder_stable_11]\nJUNOS OS libs [20210527.3a5a7dc_builder_stable_11]\n"
    )


def hardware(switch: Switch) -> str:
    """`show chassis hardware`."""
    return (
        "Hardware inventory:\n"
        "Item             Version  Part number  Serial number     Description\n"
        f"Chassis                                {switch.serial:<17} {switch.model.upper()}\n"
        "Pseudo CB 0     \n"
        "Routing Engine 0          BUILTIN      BUILTIN           RE-EX2300-24P\n"
        f"FPC 0            REV 15   650-059858   {switch.serial:<17} {switch.model.upper()}\n"
    )


def uptime(switch: Switch) -> str:
    """`show system uptime`."""
    return (
        f"fpc0:\n{'-' * 74}\n"
        "Current time: 2026-11-28 08:00:00 UTC\n"
        "Time Source:  NTP CLOCK \n"
        f"System booted: 2026-11-20 07:00:00 UTC ({_ago(switch.uptime)} ago)\n"
        f"Protocols started: 2026-11-20 07:02:00 UTC ({_ago(switch.uptime)} ago)\n"
        "Last configured: 2026-11-20 07:12:11 UTC (1w1d 00:48 ago) by root\n"
        " 8:00AM  up 8 days,  1:00, 1 users, load averages: 0.42, 0.40, 0.38\n"
    )


def interface(name: str, port: Port) -> str:
    """`show interfaces PORT extensive`."""
    admin = "Administratively down" if port.config.shutdown else "Enabled"
    lines = [
        f"Physical interface: {name}, {admin}, Physical link is {'Up' if port.link else 'Down'}",
        "  Interface index: 653, SNMP ifIndex: 515, Generation: 143",
    ]
    lines += [f"  Description: {port.config.description}"] if port.config.description else []
    lines += [
        "  Link-level type: Ethernet, MTU: 1514, LAN-PHY mode, Speed: Auto, Duplex: Auto, BPDU Error: None,",
        "  Loop Detect PDU Error: None, Ethernet-Switching Error: None, MAC-REWRITE Error: None, Loopback: Disabled,",
        "  Source filtering: Disabled, Flow control: Disabled, Auto-negotiation: Enabled, Remote fault: Online,",
        "  Device flags   : Present Running",
        "  Interface flags: SNMP-Traps Internal: 0x4000",
        "  CoS queues     : 8 supported, 8 maximum usable queues",
        "  Current address: f8:c0:01:aa:bb:05, Hardware address: f8:c0:01:aa:bb:05",
        "  Last flapped   : 2026-11-28 06:00:00 UTC (02:00:00 ago)",
        "  Statistics last cleared: Never",
        "  Input errors:",
        f"    Errors: {port.input_errors}, Drops: 0, Framing errors: 0, Runts: 0, Policed discards: 0, L3 incompletes: 0,",
        "    L2 channel errors: 0, L2 mismatch timeouts: 0, FIFO errors: 0, Resource errors: 0",
        "  Output errors:",
        "    Carrier transitions: 5, Errors: 0, Drops: 0, Collisions: 0, Aged packets: 0, FIFO errors: 0,",
        "  Active alarms  : None",
        "  MAC statistics:                      Receive         Transmit",
        "    Total octets                        120411           982211",
        f"    CRC/Align errors         {port.crc:>18}                0",
        "    FIFO errors                              0                0",
    ]
    if port.link:
        lines += [
            "  Autonegotiation information:",
            "    Negotiation status: Complete",
            "    Link partner:",
            "        Link mode: Full-duplex, Flow control: None, Remote fault: OK, Link partner Speed: 1000 Mbps",
        ]
    return "\n".join([*lines, ""])


def terse(name: str, port: Port) -> str:
    """One port of `show interfaces terse`, and its unit."""
    admin, link = "down" if port.config.shutdown else "up", "up" if port.link else "down"
    return (
        "Interface               Admin Link Proto    Local                 Remote\n"
        f"{name:<23} {admin:<5} {link}\n{name + '.0':<23} {admin:<5} {link:<4} eth-switch\n"
    )


def switching(name: str, port: Port) -> str:
    """`show ethernet-switching interface PORT`."""
    lines = [
        "Routing Instance Name : default-switch",
        "Logical Interface flags (DL - disable learning, AD - packet action drop,",
        "                         LH - MAC limit hit, DN - interface down,",
        "                         MMAS - Mac-move action shutdown, AS - Autostate-exclude enabled,",
        "                         SCTL - shutdown by Storm-control, MI - MAC+IP limit hit)",
        "",
        "Logical          Vlan          TAG     MAC         MAC+IP     STP         Logical           Tagging ",
        "interface        members               limit       limit      state       interface flags  ",
    ]
    word = "tagged" if port.config.trunk else "untagged"
    lines.append(
        f"{name + '.0':<16}                       16384       8192                                      {word}   "
    )
    vlans = [(20, "tagged"), (30, "tagged")] if port.config.trunk else []
    for tag, how in [*vlans, (port.config.vlan, "untagged")]:
        lines.append(
            f"{'':<17}{f'VLAN{tag}':<14}{tag:<8}16384       8192       Forwarding                    {how}"
        )
    return "\n".join([*lines, ""])


def port_lines(name: str, config: PortConfig, bundle: str = "") -> list[str]:
    """A port's part of the configuration."""
    head = f"set interfaces {name}"
    lines = [f'{head} description "{config.description}"'] if config.description else []
    lines += [f"{head} disable"] if config.shutdown else []
    if bundle:
        return [*lines, f"{head} ether-options 802.3ad {bundle}"]
    family = f"{head} unit 0 family ethernet-switching"
    lines.append(f"{family} interface-mode {'trunk' if config.trunk else 'access'}")
    return [*lines, f"{family} vlan members {'all' if config.trunk else config.vlan}"]


def configuration(switch: Switch) -> str:
    """`show configuration | display set`."""
    lines = [
        "set version 20.4R3.8",
        f"set system host-name {switch.hostname}",
        'set system root-authentication encrypted-password "$6$geheim$geheimgeheim"',
        "set snmp community geheim authorization read-only",
        "set protocols lldp interface all",
        "set poe interface all",
    ]
    for name, port in switch.ports.items():
        lines += port_lines(name, port.config, port.bundle)
        lines += [] if port.config.powered else [f"set poe interface {name} disable"]
    return "\n".join([*lines, ""])


def power(name: str, port: Port) -> str:
    """`show poe interface PORT`."""
    on = port.config.powered
    watts = port.watts if on else 0.0
    return (
        "PoE interface status:\n"
        f"PoE interface                :  {name}\n"
        f"Administrative status        :  {'Enabled' if on else 'Disabled'}\n"
        f"Operational status           :  {'ON' if watts else 'OFF' if on else 'Disabled'}\n"
        "Power limit on the interface :  30.0W\n"
        "Priority                     :  Low\n"
        f"Power consumed               :  {watts}W\n"
        f"Class of power device        :  {'4' if watts else 'not-applicable'}\n"
        "PoE Mode                     :  802.3at\n"
    )


def addresses(switch: Switch) -> str:
    """`show ethernet-switching table`."""
    rows = switch.learnt()
    lines = [
        "",
        "MAC flags (S - static MAC, D - dynamic MAC, L - locally learned, P - Persistent static",
        "           SE - statistics enabled, NM - non configured MAC, R - remote PE MAC, O - ovsdb MAC)",
        "",
        "",
        f"Ethernet switching table : {len(rows)} entries, {len(rows)} learned",
        "Routing instance : default-switch",
        "   Vlan                MAC                 MAC         Age    Logical                NH        RTR ",
        "   name                address             flags              interface              Index     ID",
    ]
    for vlan, mac, name in rows:
        lines.append(
            f"   {f'VLAN{vlan}':<19} {mac:<19} D             -   {name + '.0':<22} 0         0       "
        )
    return "\n".join([*lines, ""])


def announced(switch: Switch) -> str:
    """`show lldp neighbors`."""
    lines = ["Local Interface    Parent Interface    Chassis Id          Port info          System Name"]
    for name, port in switch.ports.items():
        near = port.neighbour
        if near and port.link and switch.lldp:
            lines.append(f"{name:<18} {'-':<19} {near.mac:<19} {near.port:<18} {near.name:<19}")
    return "\n".join([*lines, ""])


def neighbour(name: str, port: Port) -> str:
    """`show lldp neighbors interface PORT`."""
    near = port.neighbour
    if near is None or not port.link:
        return ""
    words = " ".join(_WORDS[letter] for letter in near.capabilities.split(",") if letter in _WORDS)
    return (
        "LLDP Neighbor Information:\n"
        "Local Information:\n"
        "Index: 5 Time to live: 120 Time mark: Fri Nov 20 07:12:11 2026 Age: 17 secs \n"
        f"Local Interface    : {name}\n"
        "Parent Interface   : -\n"
        "Local Port ID      : 515\n"
        "Ageout Count       : 0\n\n"
        "Neighbour Information:\n"
        "Chassis type       : Mac address\n"
        f"Chassis ID         : {near.mac}\n"
        "Port type          : Interface name\n"
        f"Port ID            : {near.port}\n"
        f"Port description   : {near.port}\n"
        f"System name        : {near.name}\n\n"
        f"System Description : {near.description}\n\n"
        "System capabilities \n"
        f"        Supported: {words}\n"
        f"        Enabled  : {words}\n\n"
        "Management address\n"
        "        Address Type      : IPv4(1)\n"
        f"        Address           : {near.address}\n"
        "        Interface Number  : 1\n\n"
    )


def arp(switch: Switch) -> str:
    """`show arp no-resolve`."""
    lines = ["MAC Address       Address         Interface         Flags"]
    lines += [f"{mac} {address:<15} irb.0 [ge-0/0/24.0]  none" for address, mac in switch.arp.items()]
    return "\n".join([*lines, f"Total entries: {len(switch.arp)}", ""])


def route(switch: Switch) -> str:
    """`show route 0.0.0.0/0 exact`."""
    return (
        "\ninet.0: 4 destinations, 4 routes (4 active, 0 holddown, 0 hidden)\n"
        "+ = Active Route, - = Last Active, * = Both\n\n"
        "0.0.0.0/0          *[Static/5] 1w1d 00:48:00\n"
        f"                    >  to {switch.gateway} via irb.0\n"
    )
