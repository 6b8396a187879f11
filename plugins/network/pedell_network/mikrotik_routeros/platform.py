"""RouterOS as data. Commands of RouterOS 6.49 and 7; there is no configuration mode, and everything is saved at once."""

from __future__ import annotations

from pedell_network.command_line.platform import (
    Change,
    Dialog,
    Guarding,
    Look,
    Platform,
    PortLook,
    PortSetting,
    Power,
)
from pedell_network.command_line.refusals import Refusals
from pedell_network.mikrotik_routeros import parse

_TERSE = "print terse without-paging"

ROUTEROS = Platform(
    netmiko="mikrotik_routeros",
    manufacturer="MikroTik",
    port_name=parse.port_name,
    port_example="ether5",
    refusals=Refusals(
        more=(
            r"bad command name",
            r"expected (?:end of )?command",
            r"input does not match",
            r"value of \S{1,40} (?:must|out of)",
            r"no such (?:item|command)",
            r"failure:",
            r"ambiguous value",
            r"not enough permissions",
            r"interrupted",
            r"action (?:failed|timed out)",
        )
    ),
    info=(
        Look("/system identity print", parse.identity),
        Look("/system routerboard print", parse.routerboard, optional=True),
        Look("/system resource print", parse.resource),
    ),
    port=(
        PortLook(f"/interface {_TERSE} where name={{port}}", parse.interface),
        PortLook("/interface ethernet monitor {port} once", parse.monitor, optional=True),
        PortLook(
            "/interface ethernet print stats without-paging where name={port}", parse.counters, optional=True
        ),
        PortLook(
            f"/interface bridge port {_TERSE} where interface={{port}}", parse.bridge_port, optional=True
        ),
        PortLook(f"/interface bridge vlan {_TERSE}", parse.tagged, optional=True),
        PortLook(f"/interface vlan {_TERSE} where interface={{port}}", parse.tagged_above, optional=True),
        PortLook(
            f"/interface ethernet switch port {_TERSE} where name={{port}}",
            parse.tagged_by_chip,
            optional=True,
        ),
        PortLook("/interface ethernet poe monitor {port} once", parse.power, optional=True),
    ),
    port_off=Change(("/interface ethernet disable {port}",)),
    port_on=Change(("/interface ethernet enable {port}",)),
    power=Power(
        off=Change(("/interface ethernet poe set {port} poe-out=off",)),
        on=Change(("/interface ethernet poe set {port} poe-out={setting}",)),
        setting=PortSetting("/interface ethernet poe monitor {port} once", parse.power_setting),
        usual="auto-on",
        cycle="/interface ethernet poe power-cycle {port} duration={seconds}s",
    ),
    vlan=Change(("/interface bridge port set [find interface={port}] pvid={vlan}",)),
    addresses=Look(f"/interface bridge host {_TERSE}", parse.addresses),
    neighbours=Look(f"/ip neighbor {_TERSE}", parse.neighbours),
    running=Look("/export", parse.exported),
    restart=Dialog(
        "/system reboot",
        ((r"(?i:\[y/N\]:?\s*)", "y"), (r"(?i:will reboot[^\n]{0,40}\n)", None)),
        done=r"(?i)\[y/N\]",
    ),
    guarding=Guarding(
        arp=Look(f"/ip arp {_TERSE}", parse.arp),
        reached=parse.reached,
        gateway=Look(f"/ip route {_TERSE} where dst-address=0.0.0.0/0", parse.gateway),
        bundled=Look(f"/interface bonding {_TERSE}", parse.bundled),
    ),
)
