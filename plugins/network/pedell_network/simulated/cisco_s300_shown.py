"""What a simulated SG300 prints; sources as of `cisco_s300`."""

from __future__ import annotations

from pedell_network.simulated.state import Port, PortConfig, Switch


def inventory(switch: Switch) -> str:
    """`show inventory`."""
    return (
        f'NAME: "1"  DESCR: "28-Port Gigabit PoE Managed Switch"\n'
        f"PID: {switch.model}  VID: V01  SN: {switch.serial}\n\n"
    )


def version(switch: Switch) -> str:
    """`show version`."""
    del switch
    return (
        "SW version    1.4.11.5 ( date  08-Apr-2020 time  13:25:10 )\n"
        "Boot version    1.3.5.06 ( date  21-Jul-2013 time  15:12:10 )\nHW version    V02\n"
    )


def system(switch: Switch) -> str:
    """`show system`."""
    days, rest = divmod(switch.uptime, 86400)
    up = f"{days:02},{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"
    rows = {
        "System Description:": "28-Port Gigabit PoE Managed Switch",
        "System Up Time (days,hour:min:sec):": up,
        "System Contact:": "",
        "System Name:": switch.hostname,
        "System Location:": "Keller, Raum 1",
        "System MAC Address:": switch.mac,
        "System Object ID:": "1.3.6.1.4.1.9.6.1.83.28.2",
    }
    return "".join(f"{name:<41} {value}\n" for name, value in rows.items()) + "\n"


def status(name: str, port: Port) -> str:
    """`show interfaces status PORT`."""
    up = f"{name:<8} 1G-Copper    Full    1000  Enabled  Off  Up          Disabled Off\n"
    down = f"{name:<8} 1G-Copper      --      --     --     --  Down           --     --\n"
    return (
        "                                             Flow Link          Back   Mdix\n"
        "Port     Type         Duplex  Speed Neg      ctrl State       Pressure Mode\n"
        "-------- ------------ ------  ----- -------- ---- ----------- -------- -------\n"
        + (up if port.link else down)
    )


def configured(name: str, port: Port) -> str:
    """`show interfaces configuration PORT`."""
    state = "Down" if port.config.shutdown else "Up"
    return (
        "                                               Flow    Admin     Back   Mdix\n"
        "Port     Type         Duplex  Speed  Neg      control  State   Pressure Mode\n"
        "-------- ------------ ------  -----  -------- -------  -----   -------- ----\n"
        f"{name:<8} 1G-Copper    Full    1000   Enabled  Off      {state:<7} Disabled Auto\n"
    )


def switchport(name: str, port: Port) -> str:
    """`show interfaces switchport PORT`."""
    config = port.config
    vlan = 1 if config.trunk else config.vlan
    tagged = "20                  20                 Tagged           Static\n" if config.trunk else ""
    return (
        f"Port : {name}\nPort Mode: {'Trunk' if config.trunk else 'Access'}\nGvrp Status: disabled\nIngress Filtering: true\n"
        f"Acceptable Frame Type: admitAll\nIngress UnTagged VLAN ( NATIVE ): {vlan}\n\nPort is member in:\n\n"
        "Vlan               Name               Egress rule Port Membership Type\n"
        "---- -------------------------------- ----------- --------------------\n"
        f"{vlan:<4} {vlan:>16} {'Untagged':>25}          Static\n{tagged}\n\nForbidden VLANS:\n"
        "Vlan               Name\n---- --------------------------------\n\n\nClassification rules:\n\n"
    )


def counters(name: str, port: Port) -> str:
    """`show interfaces counters PORT`."""
    return (
        "      Port       InUcastPkts  InMcastPkts  InBcastPkts    InOctets\n"
        "---------------- ------------ ------------ ------------ ------------\n"
        f"      {name:<10} 23889        123          12           123899\n\n"
        "      Port       OutUcastPkts OutMcastPkts OutBcastPkts  OutOctets\n"
        "---------------- ------------ ------------ ------------ ------------\n"
        f"      {name:<10} 1231         22           78           9188\n\n"
        f"Alignment Errors: 0\nFCS Errors: {port.crc}\nSingle Collision Frames: 0\nMultiple Collision Frames: 0\n"
        "SQE Test Errors: 0\nDeferred Transmissions: 0\nLate Collisions: 0\nExcessive Collisions: 0\nCarrier Sense Errors: 0\n"
        f"Oversize Packets: 0\nInternal MAC Rx Errors: {port.input_errors}\nSymbol Errors: 0\nReceived Pause Frames: 0\n"
        "Transmitted Pause Frames: 0\n"
    )


def power(name: str, port: Port) -> str:
    """`show power inline PORT`."""
    admin = "Auto" if port.config.powered else "Never"
    fed = port.config.powered and port.watts > 0
    state = "On" if fed else "Searching" if port.config.powered else "Off"
    return (
        " Port      Powered Device          State        Status    Priority    Class\n"
        "----- --------------------------- ---------- ------------ --------- ----------\n"
        f"{name:<5} {'':<27} {admin:<10} {state:<12} {'low':<9} {'Class4' if fed else 'Class0'}\n\n"
        " Port  Time Range                       Status\n"
        "------ -------------------------------- --------\n\n"
        "Port:                     %s\nOverload Counter:         0\nShort Counter:            0\nDenied Counter:           0\n"
        % name
    )


def port_lines(name: str, config: PortConfig, bundle: str = "") -> list[str]:
    """A port's part of the configuration."""
    number = name.removeprefix("gi")
    lines = [f"interface gigabitethernet{number}"]
    lines += [f' description "{config.description}"'] if config.description else []
    lines += [" shutdown"] if config.shutdown else []
    way = config.power if config.powered else "never"
    lines += [f" power inline {way}"] if way != "auto" else []
    lines += [f" channel-group {bundle} mode auto"] if bundle else []
    if config.trunk:
        lines.append(" switchport trunk allowed vlan add 20,30")
    else:
        lines += [" switchport mode access", f" switchport access vlan {config.vlan}"]
    return [*lines, "!"]


def configuration(switch: Switch, *, saved: bool) -> str:
    """`show running-config` or `show startup-config`."""
    lines = [
        "config-file-header",
        switch.hostname,
        "v1.4.11.5 / R800_NIK_1_4_220_026",
        "CLI v1.0",
        "set system mode switch ",
        "",
        "file SSD indicator encrypted",
        "@",
        "ssd-control-start ",
        "ssd config ",
        "ssd file passphrase control unrestricted ",
        "no ssd file integrity control ",
        "ssd-control-end cb0a3fdb1f3a1af4e4430033719968c0 ",
        "!",
        "vlan database",
        "vlan 20,30 ",
        "exit",
        f"hostname {switch.hostname}",
        "username pedell password encrypted geheim4f5b2a0d privilege 15 ",
        "snmp-server community geheim ro view Default ",
        "encrypted radius-server key geheimAbC=",
        "!",
    ]
    for name, port in switch.ports.items():
        lines += port_lines(name, switch.startup[name] if saved else port.config, port.bundle)
    names = ", ".join(switch.ports)
    return "\n".join([*lines, "exit", f"! {names}", ""])


def addresses(switch: Switch) -> str:
    """`show mac address-table`."""
    lines = [
        "Flags: I - Internal usage VLAN",
        "Aging time is 300 sec",
        "",
        "    Vlan          Mac Address         Port       Type    ",
        "------------ --------------------- ---------- ---------- ",
        f"     1         {switch.mac}       0         self    ",
    ]
    lines += [f"{vlan:>6}         {mac}      {port:<9}dynamic   " for vlan, mac, port in switch.learnt()]
    return "\n".join([*lines, "", ""])


def neighbours(switch: Switch) -> str:
    """`show lldp neighbors`; long names go on in the next line."""
    lines = [
        "System capability legend:",
        "B - Bridge; R - Router; W - Wlan Access Point; T - telephone;",
        "D - DOCSIS Cable Device; H - Host; r - Repeater;",
        "TP - Two Ports MAC Relay; S - S-VLAN; C - C-VLAN; O - Other",
        "",
        "  Port        Device ID        Port ID       System Name    Capabilities  TTL  ",
        "--------- ----------------- ------------- ----------------- ------------ ----- ",
    ]
    for name, port in switch.ports.items():
        near = port.neighbour
        if near is None or not port.link or not switch.lldp:
            continue
        letters = ", ".join(near.capabilities.split(","))
        lines.append(
            f"{name:<9} {near.mac:<17} {near.port:^13.13} {near.name:^17.17} {letters:^12} {'105':<5} "
        )
        if len(near.name) > 17:
            lines.append(f"{'':41} {near.name[17:]:<17}")
    return "\n".join([*lines, ""])


def arp(switch: Switch) -> str:
    """`show arp`."""
    lines = [
        f"Total number of entries: {len(switch.arp)}",
        "",
        "  VLAN    Interface     IP address        HW address          status      ",
        "--------- ---------- ---------------- ------------------- --------------- ",
    ]
    lines += [f"vlan 1    gi1        {address:<16} {mac:<19} dynamic" for address, mac in switch.arp.items()]
    return "\n".join([*lines, ""])


def route(switch: Switch) -> str:
    """`show ip route`."""
    return (
        "Maximum Parallel Paths: 1 (1 after reset)\nIP Forwarding: disabled\n"
        "Codes: > - best, C - connected, S - static,\n       R - RIP\n\n"
        f"S   0.0.0.0/0 [1/1] via {switch.gateway}, 120:12:11, vlan 1\n"
        "C   10.0.0.0/24 is directly connected, vlan 1\n\n"
    )
