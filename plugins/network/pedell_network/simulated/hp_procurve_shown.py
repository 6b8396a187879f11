"""What the simulated ArubaOS-Switch prints; sources as of `hp_procurve`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from pedell_network.simulated.state import Port, Switch

PRODUCT, NUMBER, REVISION = "HP", "J9773A 2530-24G-PoEP", "YA.16.10.0012"
Shown = Sequence[tuple[str, Port]]
Show = Callable[[Shown], str]
_WORDS = {
    "B": "bridge",
    "R": "router",
    "W": "wlan-access-point",
    "T": "telephone",
    "P": "repeater",
    "S": "station",
}


def dashed(mac: str) -> str:
    """001122-334455."""
    digits = mac.replace(":", "")
    return f"{digits[:6]}-{digits[6:]}"


def system(switch: Switch) -> str:
    """`show system`."""
    seconds = switch.uptime
    up = (
        f"{seconds // 86400} days"
        if seconds >= 86400
        else f"{seconds // 3600} hours"
        if seconds >= 3600
        else f"{seconds // 60} mins"
    )
    return (
        "\n Status and Counters - General System Information\n\n"
        f"  System Name        : {switch.hostname:<40}\n"
        "  System Contact     : Medienzentrum\n"
        "  System Location    : K01 Technikraum\n\n"
        "  MAC Age Time (sec) : 300    \n\n"
        "  Time Zone          : 60   \n"
        "  Daylight Time Rule : Western-Europe            \n\n"
        f"  Software revision  : {REVISION:<20} Base MAC Addr      : {dashed(switch.mac):<16}\n"
        f"  ROM Version        : {'YA.15.20':<20} Serial Number      : {switch.serial:<12}\n\n"
        f"  Up Time            : {up:<20} Memory   - Total   : 71,303,168 \n"
        "  CPU Util (%)       : 7                               Free    : 43,211,776 \n\n"
        "  IP Mgmt  - Pkts Rx : 12,345,678           Packet   - Total   : 6750        \n"
        "             Pkts Tx : 2,345,678            Buffers    Free    : 5086        \n"
        "                                                       Lowest  : 5000        \n"
        "                                                       Missed  : 0           \n"
    )


def modules(switch: Switch) -> str:
    """`show modules`."""
    name, number = switch.model.split(" ", 1)
    return (
        "\n Status and Counters - Module Information\n\n"
        f"  Chassis: {name}  {number}         Serial Number:   {switch.serial}\n\n"
        "  Slot  Module Description                         Serial Number    Status\n"
        "  ----- ------------------------------------------ ---------------- ----------\n"
    )


def brief(ports: Shown) -> str:
    """`show interfaces brief`."""
    lines = [
        "",
        " Status and Counters - Port Status",
        "",
        "                          | Intrusion                           MDI  Flow Bcast",
        "  Port         Type       | Alert     Enabled Status Mode       Mode Ctrl Limit",
        "  ------------ ---------- + --------- ------- ------ ---------- ---- ---- -----",
    ]
    for name, port in ports:
        shown = f"{name}-{port.bundle}" if port.bundle else name
        enabled, status = "No" if port.config.shutdown else "Yes", "Up" if port.link else "Down"
        lines.append(f"  {shown:<12} 100/1000T  | No        {enabled:<7} {status:<6} 1000FDx    MDIX off  0")
    return "\n".join([*lines, "", ""])


def counters(name: str, port: Port) -> str:
    """`show interfaces PORT`."""
    return (
        f"\n Status and Counters - Port Counters for port {name:<40}\n\n"
        f"  Name  : {port.config.description:<64}\n"
        f"  MAC Address      : 94f128-aabb{int(name):02x}\n"
        f"  Link Status      : {'Up' if port.link else 'Down'}\n"
        f"  Port Enabled     : {'No' if port.config.shutdown else 'Yes'}\n"
        "  Totals (Since boot or last clear) :\n"
        "   Bytes Rx        : 1,832,003            Bytes Tx        : 3,020,588\n"
        "   Unicast Rx      : 256,594              Unicast Tx      : 388,356\n"
        "   Bcast/Mcast Rx  : 2,468                Bcast/Mcast Tx  : 913\n"
        "  Errors (Since boot or last clear) :\n"
        f"   FCS Rx          : {port.crc:<20,} Drops Tx        : 0\n"
        "   Alignment Rx    : 0                    Collisions Tx   : 0\n"
        "   Runts Rx        : 0                    Late Colln Tx   : 0\n"
        "   Giants Rx       : 0                    Excessive Colln : 0\n"
        f"   Total Rx Errors : {port.input_errors:<20,} Deferred Tx     : 0\n"
        "  Others (Since boot or last clear) :\n"
        "   Discard Rx      : 0                    Out Queue Len   : 0\n"
        "   Unknown Protos  : 0\n"
        "  Rates (5 minute weighted average) :\n"
        "   Total Rx (bps) : 39,960                Total Tx (bps) : 53,800\n"
        "   Unicast Rx (Pkts/sec) : 3              Unicast Tx (Pkts/sec) : 5\n"
        "   B/Mcast Rx (Pkts/sec) : 12             B/Mcast Tx (Pkts/sec) : 6\n"
        "   Utilization Rx  :     0 %              Utilization Tx  :     0 %\n\n"
    )


def vlans(name: str, port: Port) -> str:
    """`show vlans ports PORT detail`."""
    lines = [
        "",
        f" Status and Counters - VLAN Information - for ports {name}",
        "",
        f"  Port name: {port.config.description}",
        "  VLAN ID Name                 | Status     Voice Jumbo Mode    ",
        "  ------- -------------------- + ---------- ----- ----- --------",
    ]
    if port.config.trunk:
        for number, title in ((20, "schueler"), (30, "lehrer")):
            lines.append(f"  {number:<7} {title:<20} | Port-based No    No    Tagged  ")
    title = "DEFAULT_VLAN" if port.config.vlan == 1 else f"VLAN{port.config.vlan}"
    lines.append(f"  {port.config.vlan:<7} {title:<20} | Port-based No    No    Untagged")
    return "\n".join([*lines, "", ""])


def power(name: str, port: Port) -> str:
    """`show power-over-ethernet PORT`."""
    on = port.config.powered
    watts = port.watts if on else 0.0
    state = "Disabled" if not on else "Delivering" if watts else "Searching"
    return (
        f"\n Status and Counters - Port Power Status for port {name}\n\n"
        f"  Power Enable     : {'Yes' if on else 'No'}\n"
        "                                        LLDP Detect      : enabled\n"
        "  Priority         : low                Configured Type  :\n"
        "  AllocateBy       : usage              Value            : 17 W\n"
        f"  Detection Status : {state:<18} Power Class      : {4 if watts else 0}\n\n"
        "  Over Current Cnt : 0                  MPS Absent Cnt   : 0\n"
        "  Power Denied Cnt : 0                  Short Cnt        : 0\n\n"
        f"  Voltage          : {'55.1 V' if watts else '0 V':<18} Current          : {int(watts * 18)} mA\n"
        f"  Power            : {watts:g} W\n\n"
    )


def addresses(rows: list[tuple[int, str, str]]) -> str:
    """`show mac-address`."""
    lines = [
        "",
        " Status and Counters - Port Address Table",
        "",
        "  MAC Address       Port                            VLAN",
        "  ----------------- ------------------------------- ----",
    ]
    lines += [f"  {dashed(mac):<17} {name:<31} {vlan}" for vlan, mac, name in rows]
    return "\n".join([*lines, ""])


def neighbours(ports: Mapping[str, Port]) -> str:
    """`show lldp info remote-device detail`."""
    lines = ["", " LLDP Remote Device Information Detail", ""]
    for name, port in ports.items():
        near = port.neighbour
        if near is None or not port.link:
            continue
        words = ", ".join(_WORDS[letter] for letter in near.capabilities.split(",") if letter in _WORDS)
        lines += [
            f"  Local Port   : {name}",
            "  ChassisType  : mac-address         ",
            f"  ChassisId    : {dashed(near.mac):<25}",
            "  PortType     : interface-name                                            ",
            f"  PortId       : {near.port:<58}",
            f"  SysName      : {near.name:<32}",
            f"  System Descr : {near.description:<60}",
            f"  PortDescr    : {near.port:<60}",
            "  Pvid         : 1                        ",
            "",
            f"  System Capabilities Supported  : {words}",
            f"  System Capabilities Enabled    : {words}",
            "",
            "  Remote Management Address",
            "     Type    : ipv4",
            f"     Address : {near.address}",
            "",
            "------------------------------------------------------------------------------",
        ]
    return "\n".join([*lines, "", ""])


def arp(switch: Switch) -> str:
    """`show arp`."""
    lines = [
        "",
        " IP ARP table",
        "",
        "  IP Address      MAC Address       Type    Port",
        "  --------------- ----------------- ------- ----",
    ]
    lines += [f"  {address:<15} {dashed(mac):<17} dynamic 24  " for address, mac in switch.arp.items()]
    return "\n".join([*lines, "", ""])


def ip(switch: Switch) -> str:
    """`show ip`."""
    return (
        "\n Internet (IP) Service\n\n"
        "  IP Routing : Disabled\n\n"
        f"  Default Gateway : {switch.gateway:<15}\n"
        "  Default TTL     : 64   \n"
        "  Arp Age         : 20  \n"
        "  Domain Suffix   :                               \n"
        "  DNS server      :                                         \n\n"
        "  VLAN                 | IP Config  IP Address      Subnet Mask    \n"
        "  -------------------- + ---------- --------------- ---------------\n"
        "  DEFAULT_VLAN         | Manual     10.0.0.2        255.255.255.0  \n\n"
    )


def trunks(switch: Switch) -> str:
    """`show trunks`."""
    lines = [
        "",
        " Load Balancing Method:  L3-based (default)",
        "",
        "  Port   | Name                             Type       | Group Type    ",
        "  ------ + -------------------------------- ---------- + ----- --------",
    ]
    for name, port in switch.ports.items():
        if port.bundle:
            lines.append(
                f"  {name:<6} | {port.config.description[:32]:<32} 100/1000T  | {port.bundle:<5} LACP    "
            )
    return "\n".join([*lines, " ", ""])


def config_status(dirty: bool) -> str:
    """`show config status`."""
    if dirty:
        return "\nRunning configuration has been changed and needs to be saved.\n"
    return "\nRunning configuration is same as the startup configuration.\n"


def configuration(switch: Switch) -> str:
    """`show running-config`."""
    lines = [
        "",
        "Running configuration:",
        "",
        f"; {switch.model.split(' ')[1]} Configuration Editor; Created on release #{REVISION}",
        "; Ver #10:08.03.81.30.02.34.59.2c.6b.ff.f7.fc.7f.ff.3f.ef:34",
        "",
        f'hostname "{switch.hostname}"',
    ]
    for name, port in switch.ports.items():
        inner = [f'   name "{port.config.description}"'] if port.config.description else []
        inner += ["   disable"] if port.config.shutdown else []
        inner += [] if port.config.powered else ["   no power-over-ethernet"]
        if inner:
            lines += [f"interface {name}", *inner, "   exit"]
    by_vlan: dict[int, list[str]] = {}
    for name, port in switch.ports.items():
        by_vlan.setdefault(port.config.vlan, []).append(name)
    lines.append('snmp-server community "geheim" unrestricted')
    for number, names in sorted(by_vlan.items()):
        lines += [f"vlan {number}", f'   name "VLAN{number}"', f"   untagged {','.join(names)}", "   exit"]
    return "\n".join(
        [*lines, 'password manager user-name "pedell" sha1 "40bd001563085fc35165329ea1ff5c5ecbdbbeef"', ""]
    )
