"""What a simulated DGS-3120 prints; sources as of `dlink_ds`."""

from __future__ import annotations

from pedell_network.simulated.state import Port, PortConfig, Switch

_WORDS = {"B": "Bridge", "R": "Router", "W": "WLAN Access Point", "T": "Telephone", "P": "Repeater"}


def dashed(mac: str) -> str:
    """00-11-22-33-44-55."""
    return mac.upper().replace(":", "-")


def switch(switch: Switch) -> str:
    """`show switch`."""
    minutes, seconds = divmod(switch.uptime, 60)
    hours, minutes = divmod(minutes, 60)
    rows = {
        "Device Type": switch.model,
        "MAC Address": dashed(switch.mac),
        "IP Address": "10.0.0.2 (Manual)",
        "VLAN Name": "default",
        "Subnet Mask": "255.255.255.0",
        "Default Gateway": switch.gateway,
        "Boot PROM Version": "Build 3.00.501",
        "Firmware Version": "Build 4.00.015",
        "Hardware Version": "B1",
        "Serial Number": switch.serial,
        "System Name": switch.hostname,
        "System Location": "K01",
        "System Uptime": f"0 days, {hours} hrs, {minutes} min, {seconds} secs",
        "Spanning Tree": "Disabled",
        "CLI Paging": "Disabled",
    }
    return "".join(f"{name:<27}: {value}\n" for name, value in rows.items()) + "\n"


def port(name: str, port: Port, *, described: bool = False) -> str:
    """`show ports PORT`, also with its description."""
    state = "Disabled" if port.config.shutdown else "Enabled"
    link = "1000M/Full/None" if port.link else "Link Down"
    more = f"\n        Desc: {port.config.description}" if described else ""
    return (
        " Port   State/          Settings             Connection          Address\n"
        "        MDIX      Speed/Duplex/FlowCtrl  Speed/Duplex/FlowCtrl   Learning\n"
        " ------ --------  ---------------------  ----------------------  ---------\n"
        f" {name:<6} {state:<9} Auto/Disabled          {link:<23} Enabled\n        Auto{more}\n\n"
    )


def vlans(name: str, port: Port) -> str:
    """`show vlan ports PORT`."""
    vlan = 1 if port.config.trunk else port.config.vlan
    tagged = f" {name:<7} 20       -       X       -        -\n" if port.config.trunk else ""
    return (
        " Port    VID  Untagged Tagged  Dynamic  Forbidden\n"
        " ------- ---- -------- ------- -------- ---------\n"
        f" {name:<7} {vlan:<4}     X       -       -        -\n{tagged}\n"
    )


def errors(name: str, port: Port) -> str:
    """`show error ports PORT`."""
    return (
        f" Port Number : {name}\n"
        "                 RX Frames                                  TX Frames\n"
        "                 ---------                                  ---------\n"
        f" CRC Error       {port.crc:<18} Excessive Deferral      0\n"
        " Undersize       0                  CRC Error               0\n"
        " Oversize        0                  Late Collision          0\n\n"
    )


def power(name: str, port: Port) -> str:
    """`show poe ports PORT`."""
    watts = port.watts if port.config.powered else 0.0
    state = "Enabled" if port.config.powered else "Disabled"
    words = (
        "ON   : 802.3af-compliant PD was detected" if watts else "OFF  : Interim state during line detection"
    )
    if not port.config.powered:
        words = "OFF  : Port is turned off by the user"
    return (
        " Port    State     Priority  Power Limit(mW)\n"
        "         Class     Power(mW) Voltage(decivolt)   Current(mA)\n"
        "         Status\n"
        "==================================================================\n"
        f" 1:{name:<5} {state:<9} Low       15400(Class 0)\n"
        f"         {4 if watts else 0:<9} {int(watts * 1000):<9} {535 if watts else 0:<19} {int(watts * 19)}\n"
        f"         {words}\n\n"
    )


def addresses(switch: Switch) -> str:
    """`show fdb`."""
    lines = [
        "Unicast MAC Address Ageing Time  = 300",
        "",
        "VID  VLAN Name                        MAC Address       Port Type     Status",
        "---- -------------------------------- ----------------- ---- -------- -------",
        f"1    default                          {dashed(switch.mac)} CPU  Self     Forward",
    ]
    lines += [
        f"{vlan:<4} {f'V{vlan}':<32} {dashed(mac)} {name:<4} Dynamic  Forward"
        for vlan, mac, name in switch.learnt()
    ]
    return "\n".join([*lines, "", f"Total Entries: {len(switch.learnt()) + 1}", ""])


def neighbours(switch: Switch) -> str:
    """`show lldp remote_ports mode normal`."""
    lines = []
    for name, port in switch.ports.items():
        near = port.neighbour
        seen = near is not None and port.link and switch.lldp
        lines += [f"Port ID : {name}", "-" * 67, f"Remote Entities Count : {int(seen)}"]
        if near is None or not seen:
            lines += ["    (NONE)", ""]
            continue
        words = ", ".join(_WORDS[letter] for letter in near.capabilities.split(",") if letter in _WORDS)
        rows = {
            "Chassis ID Subtype": "MAC Address",
            "Chassis ID": dashed(near.mac),
            "Port ID Subtype": "Interface Name",
            "Port ID": near.port,
            "Port Description": near.port,
            "System Name": near.name,
            "System Description": near.description,
            "System Capabilities": words,
            "Management Address Count": "1",
        }
        lines += ["Entity 1"]
        lines += [f"    {title:<33} : {value}" for title, value in rows.items()]
        lines.append("")
    return "\n".join([*lines, ""])


def port_lines(name: str, config: PortConfig) -> list[str]:
    """What the configuration says of a port."""
    state = "disable" if config.shutdown else "enable"
    lines = [f'config ports {name} state {state} description "{config.description}"']
    lines += [f"config poe ports {name} state disable"] if not config.powered else []
    return [*lines, f"config vlan vlanid {config.vlan} add untagged {name}"]


def configuration(switch: Switch, *, saved: bool) -> str:
    """`show config current_config` or `show config boot_up`."""
    lines = [
        "#-------------------------------------------------------------------",
        "#                       DGS-3120-24PC Gigabit Ethernet Switch",
        "#                                Configuration",
        "#-------------------------------------------------------------------",
        "# ACCOUNT LIST",
        "create account admin pedell",
        "config account pedell encrypt sha_1 *@&geheim0123456789",
        "# SNMP",
        "create snmp community geheim view CommunityView read_only",
        f"config snmp system_name {switch.hostname}",
    ]
    for name, port in switch.ports.items():
        lines += port_lines(name, switch.startup[name] if saved else port.config)
    return "\n".join([*lines, "#-------------------------------------------------------------------", ""])


def arp(switch: Switch) -> str:
    """`show arpentry`."""
    lines = [
        "ARP Aging Time : 20",
        "",
        "Interface      IP Address       MAC Address        Type",
        "-------------  ---------------  -----------------  ---------------",
    ]
    lines += [f"System         {address:<15}  {dashed(mac)}  Dynamic" for address, mac in switch.arp.items()]
    return "\n".join([*lines, "", f"Total Entries: {len(switch.arp)}", ""])
