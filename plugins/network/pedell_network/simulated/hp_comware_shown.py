"""What a simulated Comware switch prints; sources as of `hp_comware`."""

from __future__ import annotations

from pedell_network.simulated.state import Port, PortConfig, Switch

_WORDS = {"B": "Bridge", "R": "Router", "W": "WLAN Access Point", "T": "Telephone", "P": "Repeater"}


def dashed(mac: str) -> str:
    """0011-2233-4455."""
    digits = mac.replace(":", "")
    return f"{digits[:4]}-{digits[4:8]}-{digits[8:]}"


def manufactured(switch: Switch) -> str:
    """`display device manuinfo`."""
    return (
        f"Slot 1 CPU 0:\nDEVICE_NAME          : {switch.model}\nDEVICE_SERIAL_NUMBER : {switch.serial}\n"
        f"MAC_ADDRESS          : {dashed(switch.mac).upper()}\nMANUFACTURING_DATE   : 2016-01-20\nVENDOR_NAME          : HPE\n"
    )


def version(switch: Switch) -> str:
    """`display version`."""
    minutes = switch.uptime // 60
    return (
        "HPE Comware Software, Version 7.1.070, Release 3507P18\n"
        "Copyright (c) 2010-2023 Hewlett Packard Enterprise Development LP\n"
        f"HPE 5130-24G-PoE+-4SFP+ (370W) EI JG936A uptime is 0 weeks, 0 days, {minutes // 60} hours, {minutes % 60} minutes\n"
        "Last reboot reason : User reboot\n\nBoot image: flash:/5130ei-cmw710-boot-r3507p18.bin\n"
        "Boot image version: 7.1.070, Release 3507P18\n  Compiled Feb 01 2023 11:00:00\n\n\nSlot 1:\n"
        "Uptime is 0 weeks,0 days,1 hours,47 minutes\nBOARD TYPE:         5130-24G-PoE+-4SFP+ (370W) EI JG936A\n"
        "DRAM:               1024M bytes\nReboot Cause:       UserReboot\n[SubSlot 0] 24GE+4SFP Plus\n"
    )


def interface(name: str, port: Port) -> str:
    """`display interface PORT`."""
    config = port.config
    state = "Administratively DOWN" if config.shutdown else "UP" if port.link else "DOWN"
    mode = "1000Mbps-speed mode, full-duplex mode" if port.link else "Unknown-speed mode, unknown-duplex mode"
    vlans = f"PVID: {config.vlan}\nMDI type: Automdix\nPort link-type: Access\n Tagged VLANs:   None\n Untagged VLANs: {config.vlan}\n"
    if config.trunk:
        vlans = (
            "PVID: 1\nMDI type: Automdix\nPort link-type: Trunk\n VLAN Passing:   1(default vlan), 20, 30\n"
            " VLAN permitted: 1(default vlan), 2-4094\n Trunk port encapsulation: IEEE 802.1q\n"
        )
    return (
        f"{name}\nCurrent state: {state}\nLine protocol state: {'UP' if port.link else 'DOWN'}\n"
        "IP packet frame type: Ethernet II, hardware address: bcea-fa19-0000\n"
        f"Description: {config.description or f'{name} Interface'}\nBandwidth: 1000000 kbps\nLoopback is not set\n"
        f"Media type is twisted pair, port hardware type is 1000_BASE_T\n{mode}\n"
        "Link speed type is autonegotiation, link duplex type is autonegotiation\nFlow-control is not enabled\n"
        f"Maximum frame length: 10000\n{vlans}Port priority: 0\nLast clearing of counters: Never\n"
        " Input (total):  3050 packets, 119036 bytes\n         3695 unicasts, 0 broadcasts, 2680 multicasts, 0 pauses\n"
        f" Input:  {port.input_errors} input errors, 0 runts, 0 giants, 0 throttles\n"
        f"         {port.crc} CRC, 0 frame, - overruns, 0 aborts\n         - ignored, - parity errors\n"
        " Output: 0 output errors, - underruns, - buffer failures\n         0 aborts, 0 deferred, 0 collisions, 0 late collisions\n"
    )


def brief(name: str, port: Port) -> str:
    """One port of `display interface brief`."""
    link = "ADM" if port.config.shutdown else "UP" if port.link else "DOWN"
    short, kind = name.replace("GigabitEthernet", "GE"), "T" if port.config.trunk else "A"
    return (
        "Brief information on interfaces in bridge mode:\nLink: ADM - administratively down; Stby - standby\n"
        "Interface            Link Speed   Duplex Type PVID Description\n"
        f"{short:<20} {link:<4} 1G(a)   F(a)   {kind}    {port.config.vlan:<4} {port.config.description[:20]}\n"
    )


def power(port: Port) -> str:
    """`display poe interface PORT`."""
    watts = port.watts if port.config.powered else 0.0
    rows = {
        "PoE Status": "Enabled" if port.config.powered else "Disabled",
        "Power Priority": "Low",
        "Oper": "On" if watts else "Off",
        "IEEE Class": "4" if watts else "-",
        "Detection Status": "Delivering Power"
        if watts
        else "Searching"
        if port.config.powered
        else "Disabled",
        "Power Mode": "Signal",
        "Current Power": f"{int(watts * 1000)}    mW",
        "Max Power": "30000    mW",
        "Electric Current": f"{int(watts * 19)}    mA",
        "PD Description": "-",
    }
    return "".join(f" {name:<17} : {value}\n" for name, value in rows.items())


def port_lines(name: str, config: PortConfig, bundle: str = "") -> list[str]:
    """A port's part of the configuration."""
    lines = [f"interface {name}"]
    lines += [f" description {config.description}"] if config.description else []
    if config.trunk:
        lines += [" port link-type trunk", " port trunk permit vlan all"]
    else:
        lines.append(f" port access vlan {config.vlan}")
    lines += [" shutdown"] if config.shutdown else []
    lines += [" poe enable"] if config.powered else []
    return lines + ([f" port link-aggregation group {bundle}"] if bundle else [])


def configuration(switch: Switch, *, saved: bool) -> str:
    """`display current-configuration` or `display saved-configuration`."""
    lines = [
        "#",
        " version 7.1.070, Release 3507P18",
        "#",
        f" sysname {switch.hostname}",
        "#",
        "vlan 20",
        "#",
        "vlan 30",
        "#",
    ]
    for name, port in switch.ports.items():
        lines += [*port_lines(name, switch.startup[name] if saved else port.config, port.bundle), "#"]
    lines += [
        " snmp-agent community read cipher $c$3$geheim0123456789",
        "#",
        "local-user pedell class manage",
        " password hash $h$6$geheim$geheim0123456789",
        " service-type ssh",
        "#",
    ]
    return "\n".join([*lines, "return", ""])


def addresses(switch: Switch) -> str:
    """`display mac-address`."""
    lines = ["MAC Address      VLAN ID    State            Port/Nickname            Aging"]
    lines += [
        f"{dashed(mac)}   {vlan:<10} Learned          {name.replace('GigabitEthernet', 'GE'):<24} Y"
        for vlan, mac, name in switch.learnt()
    ]
    return "\n".join([*lines, ""])


def neighbours(switch: Switch) -> str:
    """`display lldp neighbor-information verbose`."""
    lines = []
    for number, (name, port) in enumerate(switch.ports.items(), 1):
        near = port.neighbour
        if near is None or not port.link or not switch.lldp:
            continue
        words = ", ".join(_WORDS[letter] for letter in near.capabilities.split(",") if letter in _WORDS)
        lines += [
            f"LLDP neighbor-information of port {number}[{name}]:",
            "LLDP agent nearest-bridge:",
            " LLDP neighbor index : 1",
            " Update time         : 0 days, 22 hours, 1 minutes, 46 seconds",
            " Chassis type        : MAC address",
            f" Chassis ID          : {dashed(near.mac)}",
            " Port ID type        : Interface name",
            f" Port ID             : {near.port}",
            " Time to live        : 120",
            f" Port description    : {near.port}",
            f" System name         : {near.name}",
            f" System description  : {near.description}",
            f" System capabilities supported : {words}",
            f" System capabilities enabled   : {words}",
            " Management address type           : IPv4",
            f" Management address                : {near.address}",
            " Maximum frame size         : 9216",
            "",
        ]
    return "\n".join([*lines, ""])


def arp(switch: Switch) -> str:
    """`display arp`."""
    lines = [
        "  Type: S-Static   D-Dynamic   O-Openflow   R-Rule   M-Multiport  I-Invalid",
        "IP address      MAC address    VLAN     Interface                Aging Type",
    ]
    lines += [
        f"{address:<15} {dashed(mac)} 1        GE1/0/8                  16    D"
        for address, mac in switch.arp.items()
    ]
    return "\n".join([*lines, ""])


def route(switch: Switch) -> str:
    """`display ip routing-table`."""
    return (
        "\nDestinations : 2        Routes : 2\n\nDestination/Mask   Proto   Pre Cost        NextHop         Interface\n"
        f"0.0.0.0/0          Static  60  0           {switch.gateway:<15} Vlan1\n"
        "10.0.0.0/24        Direct  0   0           10.0.0.2        Vlan1\n"
    )
