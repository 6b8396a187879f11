"""What a simulated GS2220 prints; sources as of `zyxel_zynos`."""

from __future__ import annotations

from pedell_network.simulated.state import Port, Switch

_WORDS = {"B": "bridge", "R": "router", "W": "wlan-access-point", "T": "telephone", "P": "repeater"}


def members(switch: Switch, name: str) -> dict[int, bool]:
    """The VLANs of a port, and whether they leave it tagged."""
    kept = switch.extra.get("members")
    if isinstance(kept, dict) and name in kept:
        found: dict[int, bool] = kept[name]
        return found
    config = switch.ports[name].config
    return {1: False, 20: True} if config.trunk else {config.vlan: False}


def _clock(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def system(switch: Switch) -> str:
    """`show system-information`."""
    return (
        f"\nProduct Model\t\t: {switch.model}\n"
        f"System Name\t\t: {switch.hostname}\n"
        "System Contact\t\t: \n"
        "System Location\t\t: K01\n"
        f"System up Time\t\t: {_clock(switch.uptime):>11} ({switch.uptime * 100:x} ticks)\n"
        f"Ethernet Address\t: {switch.mac}\n"
        "Bootbase Version\t: V1.00 | 03/08/2019\n"
        "ZyNOS F/W Version\t: V4.70(ABRR.3) | 12/02/2021\n"
        "Hardware Version\t: V1.0\n"
        f"Serial Number\t\t: {switch.serial}\n"
    )


def link(name: str, port: Port) -> str:
    """`show interfaces PORT`."""
    state = "1000M/F  Copper" if port.link else "Down  "
    rows = [
        ("Port Info\tPort NO.\t\t", name),
        ("\t\tLink\t\t\t", state),
        ("\t\tStatus\t\t\t", "FORWARDING" if port.link else "STOP"),
        ("\t\tLACP\t\t\t", "Enabled" if port.bundle else "Disabled"),
        ("\t\tTxPkts\t\t\t", "852150866"),
        ("\t\tRxPkts\t\t\t", "889143201"),
        ("\t\tErrors\t\t\t", str(port.input_errors)),
        ("\t\tTx KBs/s\t\t", "294.344"),
        ("\t\tRx KBs/s\t\t", "21.741"),
        ("\t\tUp Time\t\t\t", "185:48:41" if port.link else ":00:00"),
        ("TX Packet\tTx Packets\t\t", "852150866"),
        ("\t\tMulticast\t\t", "6636832"),
        ("\t\tBroadcast\t\t", "1282374"),
        ("\t\tPause\t\t\t", "0"),
        ("RX Packet\tRx Packets\t\t", "889143201"),
        ("\t\tMulticast\t\t", "520342"),
        ("\t\tControl\t\t\t", "0"),
        ("TX Collison\tSingle\t\t\t", "0"),
        ("\t\tLate\t\t\t", "0"),
        ("Error Packet\tRX CRC\t\t\t", str(port.crc)),
        ("\t\tLength\t\t\t", "0"),
        ("\t\tRunt\t\t\t", "0"),
        ("Distribution\t64\t\t\t", "2444805"),
        ("\t\t65 to 127\t\t", "713200987"),
        ("\t\tGiant\t\t\t", "1"),
    ]
    return "".join(f"  {title}:{value}\n" for title, value in rows) + "\n"


def configured(name: str, port: Port) -> str:
    """`show interfaces config PORT`."""
    config = port.config
    return (
        "  Port Configurations:\n\n\n"
        f"  Port No \t:{name}\n"
        f"    Active \t:{'No' if config.shutdown else 'Yes'}\n"
        f"    Name  \t:{config.description}\n"
        f"    PVID \t:{1 if config.trunk else config.vlan}\t\tFlow Control \t:No\n"
        "    Type \t:10/100/1000M\tSpeed/Duplex \t:auto\n"
        "    BPDU \t:peer\t\t802.1p Priority :0\n\n"
    )


def _list(names: list[str]) -> str:
    """`1-4,11-12`."""
    runs: list[list[int]] = []
    for number in sorted(int(name) for name in names):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ",".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def vlans(switch: Switch) -> str:
    """`show vlan`."""
    held = {name: members(switch, name) for name in switch.ports}
    numbers = sorted({1, *(vlan for each in held.values() for vlan in each)})
    lines = [
        f"  The Number of VLAN : {len(numbers):>5}",
        "  Idx.  VID   Status     Elap-Time    TagCtl                                 ",
        "  ----  ----  ---------  -----------  ---------------------------------------",
    ]
    for place, vlan in enumerate(numbers, 1):
        untagged = _list([name for name, each in held.items() if each.get(vlan) is False])
        tagged = _list([name for name, each in held.items() if each.get(vlan) is True])
        lines += [
            "",
            f"  {place:>4}  {vlan:>4}     Static      0:50:46  Untagged :{untagged}",
            f"{'':38}Tagged   :{tagged}",
        ]
    return "\n".join([*lines, ""])


def power(switch: Switch) -> str:
    """`show pwr`."""
    watts = {name: port.watts if port.config.powered else 0.0 for name, port in switch.ports.items()}
    total = sum(watts.values())
    lines = [
        "  PoE Mode : Consumption mode",
        "  Total Power:375.0(W)",
        f"  Consuming Power:{total:.1f}(W)",
        "  Allocated Power:NA",
        f"  Remaining Power:{375 - total:.1f}(W)",
        "",
        "  Port State   Class Priority Power-Up Consumption (mW) MaxPower(mW)",
        "  ---- ------- ----- -------- -------- ---------------- ------------",
    ]
    for name, port in switch.ports.items():
        state = "Enable" if port.config.powered else "Disable"
        used = int(watts[name] * 1000)
        lines.append(
            f"  {name:>4} {state:<7} {4 if used else 0:>5} {'Low':>8} {'802.3at':>8} {used:>16} {30000 if used else 0:>12}"
        )
    return "\n".join([*lines, ""])


def addresses(switch: Switch) -> str:
    """`show mac address-table all`."""
    lines = ["Port      VLAN ID        MAC Address         Type      "]
    lines += [f"{name:<9} {vlan:<14} {mac}   Dynamic   " for vlan, mac, name in switch.learnt()]
    return "\n".join([*lines, f"{'CPU':<9} {1:<14} {switch.mac}   Static    ", ""])


def announced(switch: Switch) -> str:
    """`show lldp info remote`."""
    lines = ["LLDP Remote Device Information:", "", "LocalPort Chassis ID        Port ID  System Name"]
    lines += [
        f"{name:<9} {port.neighbour.mac} {port.neighbour.port:<8} {port.neighbour.name}"
        for name, port in switch.ports.items()
        if port.neighbour is not None and port.link and switch.lldp
    ]
    return "\n".join([*lines, ""])


def neighbour(name: str, switch: Switch) -> str:
    """`show lldp info remote interface port-channel PORT`."""
    port = switch.ports[name]
    near = port.neighbour
    lines = ["LLDP Remote Device Information Detail:", "", f"Local Port: {name}"]
    if near is not None and port.link and switch.lldp:
        words = " ".join(_WORDS[letter] for letter in near.capabilities.split(",") if letter in _WORDS)
        lines += [
            "  Chassis id subtype: mac-address",
            f"  Chassis id: {near.mac}",
            "  Port id subtype: interface-name",
            f"  Port id: {near.port}",
            "  Time To Live: 120",
            f"  Port Description: {near.port}",
            f"  System Name: {near.name}",
            f"  System Description: {near.description}",
            f"  System Capabilities Supported: {words}",
            f"  System Capabilities Enabled: {words}",
            f"  Management Address: {near.address}",
        ]
    return "\n".join([*lines, ""])


def configuration(switch: Switch) -> str:
    """`show running-config`."""
    lines = [
        "  Building configuration...",
        "",
        "  Current configuration:",
        "",
        f"; Product Name = {switch.model}",
        "; Firmware Version = V4.70(ABRR.3) | 12/02/2021",
    ]
    held = {name: members(switch, name) for name in switch.ports}
    for vlan in sorted({1, *(vlan for each in held.values() for vlan in each)}):
        fixed = [name for name, each in held.items() if vlan in each]
        lines += (
            [f"vlan {vlan}", f"  name {vlan}", '  normal ""']
            if not fixed
            else [f"vlan {vlan}", f"  name {vlan}"]
        )
        lines += [f"  fixed {_list(fixed)}"] if fixed else []
        untagged = [name for name in fixed if not held[name][vlan]]
        lines += [f"  untagged {_list(untagged)}"] if untagged else []
        if vlan == 1:
            lines += ["  ip address default-management 10.0.0.2 255.255.255.0"]
            lines += [f"  ip address default-gateway {switch.gateway}"] if switch.gateway else []
        lines.append("exit")
    for name, port in switch.ports.items():
        config = port.config
        lines.append(f"interface port-channel {name}")
        lines += [f'  name "{config.description}"'] if config.description else []
        lines += ["  inactive"] if config.shutdown else []
        lines += [f"  pvid {1 if config.trunk else config.vlan}", "exit"]
    off = [name for name, port in switch.ports.items() if not port.config.powered]
    lines += [f"no pwr interface {_list(off)}"] if off else []
    lines += [
        f"hostname {switch.hostname}",
        "time 14:03:22",
        "time date 11/28/2026",
        "admin-password cipher $4$geheim0123$",
        "logins username lehrer password cipher geheim privilege 3",
        "snmp-server get-community geheim",
        "radius-server host 1 10.0.0.9 auth-port 1812 key geheim",
        "lldp",
    ]
    return "\n".join([*lines, ""])


def arp(switch: Switch) -> str:
    """`show ip arp`."""
    lines = ["  Index   IP               MAC                VLAN  Age(s)  Type"]
    lines += [
        f"{place:>6}    {address:<16} {mac}  {1:>4}   300    dynamic"
        for place, (address, mac) in enumerate(switch.arp.items(), 1)
    ]
    return "\n".join([*lines, ""])


def trunk(switch: Switch) -> str:
    """`show trunk`."""
    lines: list[str] = []
    for group in range(1, 7):
        held = [name for name, port in switch.ports.items() if port.bundle == f"T{group}"]
        lines += [
            f"Group ID {group}:\t{'active' if held else 'inactive'} ",
            f"  Status: {'LACP' if held else '-'}",
        ]
        lines.append(f"  Member number: {len(held)}\t" + (f"  Member:{' '.join(held)} " if held else ""))
    return "\n".join([*lines, ""])
