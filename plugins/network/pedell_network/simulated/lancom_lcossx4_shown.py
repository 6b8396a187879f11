"""What a simulated switch with LCOS SX 4 prints; sources as of `lancom_lcossx4`."""

from __future__ import annotations

from collections.abc import Iterable

from pedell_network.simulated.state import Port, PortConfig, Switch

_WORDS = {"B": "Bridge", "R": "Router", "W": "WLAN Access Point", "T": "Telephone", "P": "Repeater"}


def dashed(mac: str) -> str:
    """00-11-22-33-44-55."""
    return mac.replace(":", "-")


def system(switch: Switch) -> str:
    """`show system`."""
    rows = {
        "Model Name": f"LANCOM {switch.model}",
        "System Description": "Managed L2+ PoE+ Switch, 24x 10/100/1000Base-T ports + 4x 1G/10G SFP+ slots",
        "Location": "",
        "Contact": "",
        "System Name": switch.hostname,
        "System Date": "2026-11-28T09:12:36+01:00",
        "System Uptime": _uptime(switch, days=True),
        "Bootloader Version": "V1.05",
        "Firmware Version": "4.30.0439RU9",
        "Hardware Version": "B1",
        "Mechanical Version": "v1.01",
        "Production Date": "2024-05-06",
        "Serial Number": switch.serial,
        "MAC Address": dashed(switch.mac),
        "Total Memory": "500MB",
        "Free Memory": "335MB",
        "Fan Speed": "0",
        "Temperature 1": "58",
        "Power": "1V0:1.04V; 2V5:2.53V; 12V:11.90V",
    }
    return "".join(f"{name:<28}: {value}\n" for name, value in rows.items()) + "\n"


def _uptime(switch: Switch, *, days: bool) -> str:
    whole, rest = divmod(switch.uptime, 86400)
    clock = f"{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"
    return f"{whole}d {clock}" if days or whole else clock


def version(switch: Switch) -> str:
    """`show version`."""
    return (
        f"\nMAC Address      : {dashed(switch.mac)}\nPrevious Restart : Cold\n\nSystem Contact   : \n"
        f"System Name      : {switch.hostname}\nSystem Location  : \nSystem Time      : 2026-11-28T09:12:14+01:00\n"
        f"System Uptime    : {_uptime(switch, days=False)}\n\n\nBootloader\n----------\nImage            : RedBoot \n"
        "Version          : version V1.05\n\nPrimary Image\n-------------\nImage            : linux (Active)\n"
        "Version          : 4.30.0439RU9\nDate             : 2026-01-20T09:46:05+01:00\n\n------------------\nSID : 1 \n"
        f"------------------\nPort Count       : {len(switch.ports)}\nProduct          : Microchip {switch.model} Switch\n"
        "Software Version : 4.30.0439RU9\n\n"
    )


def status(name: str, port: Port) -> str:
    """`show interface PORT status`."""
    mode = "Disabled" if port.config.shutdown else "Enabled"
    link = "1Gfdx" if port.link else "Down"
    short = name.replace("GigabitEthernet", "Gi")
    return (
        "Interface  Mode     Speed   Aneg       Media Type SFP Family   Link    Operational Warnings\n"
        "---------- -------- ------- ---------- ---------- ------------ ------- --------------------\n"
        f"{short:<10} {mode:<8} Auto    Yes        RJ45       N/A          {link}\n"
    )


def statistics(name: str, port: Port) -> str:
    """`show interface PORT statistics`."""
    rows = (
        ("Packets", 4711, 815),
        ("Octets", 11289114, 12752872),
        ("Unicast", 2301, 415),
        ("Multicast", 3410, 300),
        ("Broadcast", 1000, 100),
        ("Pause", 0, 0),
        ("Drops", 0, 0),
    )
    text = "".join(
        f"{'Rx ' + word + ':':<20}{rx:>20}    {'Tx ' + word + ':':<20}{tx:>20}\n" for word, rx, tx in rows
    )
    wrong = (("CRC/Alignment", port.crc), ("Undersize", 0), ("Oversize", 0), ("Fragments", 0), ("Jabbers", 0))
    text += "".join(f"{'Rx ' + word + ':':<20}{count:>20}\n" for word, count in wrong)
    return f"\n{name} Statistics:\n\n{text}\n"


def power(name: str, port: Port) -> str:
    """`show poe interface PORT`."""
    if not port.config.powered:
        said, kind, watts = "PoE turned OFF - PoE disabled", "-", 0.0
    elif port.watts:
        said, kind, watts = "PoE turned ON", "4", port.watts
    else:
        said, kind, watts = "No PD detected", "-", 0.0
    return (
        "Interface              PD Class  Port Status                             Power Used [W]  Current Used [mA]\n"
        "---------------------  --------  --------------------------------------  --------------  -----------------\n"
        f"{name:<21}  {kind:<8}  {said:<38}  {watts:<14.1f}  {int(watts * 19)}\n"
    )


def vlans(known: Iterable[int]) -> str:
    """`show vlan`."""
    rows = [
        f"{vlan:<4}  {'default' if vlan == 1 else f'VLAN{vlan:04}':<32}  Gi 1/1-24" for vlan in sorted(known)
    ]
    head = [
        "VLAN  Name                              Interfaces",
        "----  --------------------------------  ----------",
    ]
    return "\n".join([*head, *rows, ""])


def addresses(switch: Switch) -> str:
    """`show mac address-table`."""
    every = f"GigabitEthernet 1/1-{len(switch.ports)} CPU"
    lines = ["Type    VID  MAC Address       Ports"]
    lines += [f"Dynamic {vlan:<4} {mac} {name}" for vlan, mac, name in switch.learnt()]
    lines += [f"Static  1    {switch.mac}  CPU", f"Static  1    33:33:00:00:00:01 {every}"]
    return "\n".join([*lines, ""])


def neighbours(switch: Switch) -> str:
    """`show lldp neighbors`."""
    blocks = []
    for name, port in switch.ports.items():
        near = port.neighbour
        if near is None or not port.link or not switch.lldp:
            continue
        words = ", ".join(
            f"{_WORDS[letter]}(+)" for letter in near.capabilities.split(",") if letter in _WORDS
        )
        blocks.append(
            f"Local Interface     : {name}\nChassis ID          : {dashed(near.mac).upper()}\nPort ID             : {near.port}\n"
            f"Port Description    : {near.port}\nSystem Name         : {near.name}\nSystem Description  : {near.description}\n"
            f"System Capabilities : {words}\nManagement Address  : {near.address} (IPv4) - if-index:4\n"
            "PoE Type            :\nPoE Source          :\n"
        )
    return "\n".join([*blocks, ""]) if blocks else "No LLDP entries found\n"


def port_lines(name: str, config: PortConfig, bundle: str = "", *, defaults: bool = False) -> list[str]:
    """A port's part of the configuration: what was set, or everything."""
    power = "poe mode enable" if config.powered else "poe mode disable"
    rows = [
        (f"switchport access vlan {config.vlan}", config.vlan != 1),
        ("switchport trunk native vlan 1", False),
        ("switchport hybrid native vlan 1", False),
        ("switchport trunk allowed vlan 1,20,30" if config.trunk else "switchport trunk allowed vlan 1-4094", config.trunk),
        ("switchport mode trunk" if config.trunk else "switchport mode access", config.trunk),
        ("lldp receive", False),
        (power, not config.powered),
        ("poe priority low", False),
        ("spanning-tree", False),
        ("shutdown" if config.shutdown else "no shutdown", config.shutdown),
        (f"description {config.description}" if config.description else "no description", bool(config.description)),
        (f"aggregation group {bundle} mode active" if bundle else "no aggregation group", bool(bundle)),
    ]  # fmt: skip
    return [f"interface {name}", *(f" {text}" for text, is_set in rows if defaults or is_set), "!"]


def configuration(switch: Switch, *, saved: bool) -> str:
    """The whole configuration, as it runs or as it was saved."""
    lines = [
        f"hostname {switch.hostname}",
        "username admin privilege 15 password encrypted $argon2id$v=19$m=9216,t=1,p=1$geheimgeheim$geheim0123",
        "!",
        "vlan 1,20,30",
        "!",
        "snmp-server user pedell engine-id 80000934800500a057000001 sha encrypted geheim01 priv aes encrypted geheim02",
        "snmp-server community v2c geheim ro",
        "radius-server host 10.0.0.9 timeout 5 key geheim",
        "lmc proxy-password geheim",
        "!",
    ]
    for name, port in switch.ports.items():
        lines += port_lines(name, switch.startup[name] if saved else port.config, port.bundle)
    lines += ["interface vlan 1", " ip address 10.0.0.2 255.255.255.0", "!", "end", ""]
    return "\n".join(lines)


def arp(switch: Switch) -> str:
    """`show ip arp`."""
    return "".join(f"{address} via VLAN1:{dashed(mac)}\n" for address, mac in switch.arp.items())
