"""What simulated FASTPATH switches print; sources as of `fastpath`."""

from __future__ import annotations

from pedell_network.simulated.state import Port, PortConfig, Switch

_WORDS = {"B": "bridge", "R": "router", "W": "WLAN access point", "T": "telephone", "P": "repeater"}


def dots(name: str, value: object) -> str:
    """`Name......... value`."""
    return f"{name}{'.' * max(3, 47 - len(name))} {value}\n"


def version(switch: Switch) -> str:
    """`show version`."""
    return (
        "\nSwitch: 1\n\n"
        + dots("System Description", f"EdgeSwitch 24-Port 250W, 1.9.2, Linux 3.6.5-03329b4a ({switch.model})")
        + dots("Machine Type", "EdgeSwitch 24-Port 250W")
        + dots("Machine Model", switch.model)
        + dots("Serial Number", switch.serial)
        + dots("Burned In MAC Address", switch.mac.upper())
        + dots("Software Version", "1.9.2")
        + "\n"
    )


def sysinfo(switch: Switch) -> str:
    """`show sysinfo`."""
    hours, rest = divmod(switch.uptime, 3600)
    up = f"{hours // 24} days {hours % 24} hrs {rest // 60} mins {rest % 60} secs"
    return (
        "\n"
        + dots("System Description", "EdgeSwitch 24-Port 250W, 1.9.2, Linux 3.6.5-03329b4a")
        + dots("System Name", switch.hostname)
        + dots("System Location", "K01")
        + dots("System Contact", "")
        + dots("System Object ID", "1.3.6.1.4.1.4413")
        + dots("System Up Time", up)
        + "\n"
    )


def port(name: str, port: Port) -> str:
    """`show port PORT`."""
    admin = "Disable" if port.config.shutdown else "Enable"
    status, link = ("1000 Full", "Up") if port.link else ("", "Down")
    kind = "PC Mbr" if port.bundle else ""
    return (
        "\n"
        "                 Admin     Physical   Physical   Link   Link    LACP   Actor\n"
        "Intf      Type   Mode      Mode       Status     Status Trap    Mode   Timeout\n"
        "--------- ------ --------- ---------- ---------- ------ ------- ------ --------\n"
        f"{name:<9} {kind:<6} {admin:<9} {'Auto':<10} {status:<10} {link:<6} Enable  Enable long\n\n"
    )


def counters(port: Port) -> str:
    """`show interface PORT`."""
    return (
        "\n"
        + dots("Packets Received Without Error", 120411)
        + dots("Packets Received With Error", port.input_errors)
        + dots("Broadcast Packets Received", 1288)
        + dots("Receive Packets Discarded", 0)
        + dots("Packets Transmitted Without Errors", 982211)
        + dots("Transmit Packets Discarded", 0)
        + dots("Transmit Packet Errors", 0)
        + dots("Collision Frames", 0)
        + dots("Time Since Counters Last Cleared", "0 day 1 hr 2 min 3 sec")
        + "\n"
    )


def poe_status(name: str, port: Port) -> str:
    """`show poe status PORT` of an EdgeSwitch."""
    watts = port.watts if port.config.powered else 0.0
    state = "Good" if watts else "Open Circuit" if port.config.powered else "Disabled"
    numbers = f"{watts:>10.2f} {53.1 if watts else 0:>10.2f} {watts * 19:>11.2f} {44 if watts else 0:>14.2f}"
    return (
        "\n"
        "Intf      Detection      Class   Consumed(W) Voltage(V) Current(mA) Temperature(C)\n"
        "--------- -------------- ------- ----------- ---------- ----------- --------------\n"
        f"{name:<9} {state:<14} {'Class4' if watts else 'Unknown':<7} {numbers}\n\n"
    )


def poe_info(name: str, port: Port, *, late: bool = False) -> str:
    """`show poe port info PORT` of a UniFi switch; `late` is it where power came on a moment ago."""
    powered = port.config.powered and not late
    watts = port.watts if powered else 0.0
    state = "Delivering Power" if watts else "Searching" if powered else "Disabled"
    return (
        "\n"
        "        High  Max           Output  Output\n"
        "        Power Power Class   Current Voltage Power\n"
        "Intf          (W)           (mA)    (volt)  (W)     Status              Fault Status\n"
        "------- ----- ----- ------- ------- ------- ------- ------------------- ---------------------\n"
        f"{name:<7} Yes   32.0  {'4' if watts else 'Unknown':<7} {int(watts * 19):<7} {53 if watts else 0:<7} "
        f"{watts:<7.2f} {state:<19} No Error\n\n"
    )


def port_lines(name: str, config: PortConfig, bundle: str = "") -> list[str]:
    """A port's part of the configuration."""
    lines = [f"interface  {name}"]
    lines += [f"description '{config.description}'"] if config.description else []
    lines += ["shutdown"] if config.shutdown else []
    lines += [f"addport {bundle}"] if bundle else []
    way = config.power if config.powered else "shutdown"
    lines += [f"poe opmode {way}"] if way != "auto" else []
    if config.vlan != 1:
        lines += [
            f"vlan pvid {config.vlan}",
            "vlan participation exclude 1",
            f"vlan participation include {config.vlan}",
        ]
    lines += ["vlan participation include 20,30", "vlan tagging 20,30"] if config.trunk else []
    return [*lines, "exit"]


def configuration(switch: Switch, *, saved: bool) -> str:
    """`show running-config`, whose remarks tell the uptime, or `show startup-config`."""
    lines = [
        "!Current Configuration:",
        "!",
        '!System Description "EdgeSwitch 24-Port 250W, 1.9.2, Linux 3.6.5-03329b4a"',
        '!System Software Version "1.9.2"',
        f'!System Up Time          "0 days 0 hrs 0 mins {switch.uptime} secs"',
        "!",
        "vlan database",
        "vlan 20,30",
        "exit",
        "configure",
        f'hostname "{switch.hostname}"',
        'username "pedell" password geheim4f5b2a level 15 encrypted',
        'snmp-server community "geheim"',
        "line console",
        "exit",
    ]
    for name, port in switch.ports.items():
        lines += port_lines(name, switch.startup[name] if saved else port.config, port.bundle)
    return "\n".join([*lines, "exit", ""])


def addresses(switch: Switch) -> str:
    """`show mac-addr-table`."""
    rows = switch.learnt()
    lines = [
        "",
        f"Address Entries Currently in Use............... {len(rows) + 1}",
        "",
        "VLAN ID  MAC Address         Interface              IfIndex  Status",
        "-------  ------------------  ---------------------  -------  ------------",
        f"1        {switch.mac.upper():<18}  {'5/1':<21}  65       Management",
    ]
    for vlan, mac, name in rows:
        lines.append(f"{vlan:<7}  {mac.upper():<18}  {name:<21}  {name.split('/')[1]:<7}  Learned")
    return "\n".join([*lines, "", ""])


def announced(switch: Switch) -> str:
    """`show lldp remote-device all`."""
    lines = [
        "",
        "LLDP Remote Device Summary",
        "",
        "Local",
        "Interface  RemID   Chassis ID            Port ID             System Name",
        "---------  ------  --------------------  ------------------  ------------------",
    ]
    for number, (name, port) in enumerate(switch.ports.items(), 1):
        near = port.neighbour
        if near and port.link and switch.lldp:
            lines.append(f"{name:<9}  {number:<6}  {near.mac.upper():<20}  {near.port:<18}  {near.name}")
        else:
            lines.append(name)
    return "\n".join([*lines, "", ""])


def neighbour(name: str, port: Port, *, lldp: bool) -> str:
    """`show lldp remote-device detail PORT`."""
    near = port.neighbour
    if near is None or not port.link or not lldp:
        return f"\nLLDP Remote Device Detail\n\nLocal Interface: {name}\n\nNo remote data received on this interface.\n"
    words = ", ".join(_WORDS[letter] for letter in near.capabilities.split(",") if letter in _WORDS)
    return (
        "\nLLDP Remote Device Detail\n\n"
        f"Local Interface: {name}\n\n"
        "Remote Identifier: 2\n"
        "Chassis ID Subtype: MAC Address\n"
        f"Chassis ID: {near.mac.upper()}\n"
        "Port ID Subtype: Interface Name\n"
        f"Port ID: {near.port}\n"
        f"System Name: {near.name}\n"
        f"System Description: {near.description}\n"
        f"Port Description: {near.port}\n"
        f"System Capabilities Supported: {words}\n"
        f"System Capabilities Enabled: {words}\n"
        "Management Address:\n"
        "    Type: IPv4\n"
        f"    Address: {near.address}\n\n"
        "Time to Live: 94 seconds\n\n"
    )


def arp(switch: Switch) -> str:
    """`show arp`."""
    lines = [
        "",
        dots("Age Time (seconds)", 1200).rstrip(),
        dots("Dynamic Renew Mode ", "Disable").rstrip(),
        "",
        "  IP Address        MAC Address      Interface        Type        Age",
        "---------------  -----------------  --------------  --------  -----------",
    ]
    for address, mac in switch.arp.items():
        lines.append(f"{address:<15}  {mac.upper()}  {'4/1':<14}  Dynamic    0h  2m 16s")
    return "\n".join([*lines, ""])


def network(switch: Switch) -> str:
    """`show network`."""
    return (
        "\n"
        + dots("Interface Status", "Up")
        + dots("IP Address", "10.0.0.2")
        + dots("Subnet Mask", "255.255.255.0")
        + dots("Default Gateway", switch.gateway)
        + dots("Management VLAN ID", 1)
        + "\n"
    )
