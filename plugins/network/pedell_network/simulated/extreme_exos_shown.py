"""What a simulated ExtremeXOS switch prints; sources as of `extreme_exos`."""

from __future__ import annotations

from pedell_network.simulated.state import Port, Switch

_WORDS = {"B": "Bridge", "R": "Router", "W": "WLAN Access Point", "T": "Telephone", "P": "Repeater"}


def switch(switch: Switch) -> str:
    """`show switch`."""
    minutes, seconds = divmod(switch.uptime, 60)
    hours, minutes = divmod(minutes, 60)
    return (
        f"\nSysName:          {switch.hostname}\nSysLocation:      K01\nSysContact:       support@extremenetworks.com\n"
        f"System MAC:       {switch.mac.upper()}\nSystem Type:      {switch.model}\n\n"
        "SysHealth check:  Enabled (Normal)\nRecovery Mode:    All\nSystem Watchdog:  Enabled\n\n"
        "Current Time:     Sat Nov 28 09:12:11 2026\nTimezone:         [Auto DST Disabled] GMT Offset: 60 minutes\n"
        "Boot Time:        Sat Nov 28 08:00:00 2026\nBoot Count:       9\nNext Reboot:      None scheduled\n"
        f"System UpTime:    {hours} hours {minutes} minutes {seconds} seconds \n\n"
        "Current State:    OPERATIONAL\nImage Selected:   primary\nImage Booted:     primary\n"
        "Primary ver:      30.6.1.11\nSecondary ver:    22.4.1.4\n\n"
        "Config Selected:  primary.cfg\nConfig Booted:    primary.cfg\n\n"
    )


def version(switch: Switch) -> str:
    """`show version`."""
    return (
        f"Switch          : 800979-00-05 {switch.serial} Rev 05 BootROM: 2.0.0.5    IMG: 30.6.1.11 \n\n"
        "Image   : ExtremeXOS version 30.6.1.11 30.6.1.11-patch1-11 by release-manager\n"
        "          on Wed May 27 11:38:54 EDT 2020\nBootROM : 2.0.0.5\nDiagnostics : \n\n"
    )


def summary(name: str, port: Port) -> str:
    """`show ports PORT no-refresh`."""
    vlan = "(0002)" if port.config.trunk else f"V{port.config.vlan}"
    actual = "1000   FULL " if port.link else ""
    state = "D" if port.config.shutdown else "E"
    return (
        "Port Summary\n"
        "Port     Display              VLAN Name           Port  Link  Speed  Duplex\n"
        "#        String               (or # VLANs)        State State Actual Actual\n"
        "===========================================================================\n"
        f"{name:<8} {port.config.description[:20]:<20} {vlan:<19} {state:<5} {'A' if port.link else 'R':<6} {actual}\n"
        "========================================================================\n"
        "   Port State: D-Disabled, E-Enabled, F-Disabled by link-flap detection,\n"
        "               L-Disabled due to licensing\n"
        "   Link State: A-Active, R-Ready, NP-Port not present, L-Loopback,\n"
        "               D-ELSM enabled but not up,\n"
        "               d-Ethernet OAM enabled but not up\n"
    )


def detail(name: str, port: Port) -> str:
    """`show ports PORT information detail`."""
    config = port.config
    lines = [f"Port:\t{name}" + (f"({config.description})" if config.description else "")]
    lines += [
        "\tVirtual-router:\tVR-Default",
        "\tType:\t\tUTP",
        "\tRandom Early drop:\tUnsupported",
        f"\tAdmin state:\t{'Disabled' if config.shutdown else 'Enabled'} with auto-speed sensing  auto-duplex",
        f"\tLink State:\t{'Active, 1Gbps, full-duplex' if port.link else 'Ready'}",
        "\tLink Ups:       3        Last: Mon Apr 12 12:30:24 2021",
        "\tLink Downs:     2        Last: Mon Apr 12 12:30:20 2021",
        "",
        "\tVLAN cfg:",
    ]
    tail = "MAC-limit = No-limit, Virtual router:   VR-Default"
    if config.trunk:
        lines += [
            f"\t\t Name: Default, Internal Tag = 1, {tail}",
            f"\t\t Name: V20, 802.1Q Tag = 20, {tail}",
            "\t\t       Port-specific VLAN ID: 20",
        ]
    else:
        lines.append(f"\t\t Name: V{config.vlan}, Internal Tag = {config.vlan}, {tail}")
    sharing = "Member port of group 1" if port.bundle else "Load sharing is not enabled."
    lines += ["", "\tProtocol:", "\t\t Name: Default      Protocol: ANY      Match all protocols."]
    return "\n".join([*lines, f"\tTrunking:\t{sharing}", "", "\tEDP:\t\tEnabled", "\tLearning:\tEnabled", ""])


def errors(name: str, port: Port) -> str:
    """`show ports PORT rxerrors no-refresh`."""
    return (
        "Port Rx Error Monitor\n"
        "Port      Link       Rx        Rx        Rx        Rx        Rx        Rx        Rx\n"
        "          State      Crc      Over     Under      Frag    Jabber     Align      Lost\n"
        "================================================================================\n"
        f"{name:<9} {'A' if port.link else 'R'} {port.crc:>12} {0:>9} {0:>9} {0:>9} {0:>9} {0:>9} {0:>9}\n"
        "================================================================================\n"
        "          > in Port indicates Port Display Name truncated past 8 characters\n"
    )


def power(name: str, port: Port) -> str:
    """`show inline-power info ports PORT`."""
    if not port.config.powered:
        row = f"{name:<7} disabled     ------   0.0    0       0.000    0"
    elif port.watts:
        row = f"{name:<7} delivering   class4   53.1   {int(port.watts * 19):<7} {port.watts:<8.3f} 0"
    else:
        row = f"{name:<7} searching    ------   0.0    0       0.000    0"
    return (
        "Port    State        Class    Volts  Curr    Power    Fault\n"
        "                                     (mA)    (Watts)\n" + row + "\n"
    )


def addresses(switch: Switch) -> str:
    """`show fdb`."""
    lines = [
        "MAC                                      VLAN Name( Tag)  Age  Flags          Port / Virtual Port List",
        "-" * 102,
    ]
    lines += [
        f"{mac} {f'V{vlan}':>32}({vlan:04}) 0041  d m            {name}"
        for vlan, mac, name in switch.learnt()
    ]
    return "\n".join(
        [*lines, "", "Flags : d - Dynamic, s - Static, p - Permanent, n - NetLogin, m - MAC, i - IP,", ""]
    )


def neighbours(switch: Switch) -> str:
    """`show lldp neighbors detailed`."""
    lines = []
    for name, port in switch.ports.items():
        near = port.neighbour
        if near is None or not port.link or not switch.lldp:
            continue
        words = ", ".join(_WORDS[letter] for letter in near.capabilities.split(",") if letter in _WORDS)
        lines += [
            "-" * 77,
            f"LLDP Port {name} detected 1 neighbor",
            f"  Neighbor: {near.mac.upper()}/{near.port}, age 12 seconds",
            "    - Chassis ID type: MAC address (4)",
            f"      Chassis ID     : {near.mac.upper()}",
            "    - Port ID type: ifName (5)",
            f'      Port ID     : "{near.port}"',
            "    - Time To Live: 120 seconds",
            f'    - System Name: "{near.name}"',
            f'    - System Description: "{near.description}"',
            f'    - System Capabilities : "{words}"',
            f'      Enabled Capabilities: "{words}"',
            "    - Management Address Subtype: IPv4 (1)",
            f"      Management Address        : {near.address}",
            f'    - Port Description: "{near.port}"',
        ]
    return "\n".join([*lines, "-" * 77, ""])


def configuration(switch: Switch) -> str:
    """`show configuration`."""
    lines = [
        "#",
        "# Module devmgr configuration.",
        "#",
        f"configure snmp sysName {switch.hostname}",
        "# Module vlan configuration.",
        'create vlan "V20"',
        "configure vlan V20 tag 20",
    ]
    for name, port in switch.ports.items():
        lines += (
            [f'configure ports {name} display-string "{port.config.description}"']
            if port.config.description
            else []
        )
        lines += [f"disable port {name}"] if port.config.shutdown else []
        lines += [f"disable inline-power ports {name}"] if not port.config.powered else []
        lines.append(f"configure vlan V{port.config.vlan} add ports {name} untagged")
    lines += [
        "# Module aaa configuration.",
        'configure account admin encrypted "$5$geheimab$geheim0123456789"',
        "configure radius mgmt-access primary shared-secret encrypted geheimAbC",
        "# Module snmpMaster configuration.",
        "configure snmpv3 add community geheim name geheim user v1v2c_ro",
    ]
    return "\n".join([*lines, ""])


def arp(switch: Switch) -> str:
    """`show iparp`."""
    lines = ["VR            Destination      Mac                Age  Static  VLAN          VID   Port"]
    lines += [
        f"VR-Default    {address:<16} {mac:<17}    2      NO  Mgmt          1     24"
        for address, mac in switch.arp.items()
    ]
    return "\n".join(
        [*lines, "", "Dynamic Entries  :           2             Static Entries            :          0", ""]
    )


def route(switch: Switch) -> str:
    """`show iproute`."""
    return (
        "Ori  Destination        Gateway         Mtr  Flags         VLAN       Duration\n"
        f"#s   Default Route      {switch.gateway:<15} 1    UG---S-um--f- V20        3d:2h:1m:12s\n\n"
        "Origin(Ori): (b) BlackHole, (be) EBGP, (bg) BGP, (bi) IBGP, (bo) BOOTP\n"
    )
