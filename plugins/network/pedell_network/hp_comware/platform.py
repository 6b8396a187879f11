"""Comware as data.

Commands from H3C's and HPE's command references (S3600, 5130, 5500); the questions of `reboot` in several public
transcripts, `save force` in netmiko.
"""

from __future__ import annotations

import re

from pedell_network.command_line.platform import (
    Change,
    ConfigMode,
    Dialog,
    Guarding,
    Look,
    Platform,
    PortLook,
    Power,
    Saving,
    Unsaved,
)
from pedell_network.command_line.refusals import Refusals
from pedell_network.hp_comware import parse

PORT = ("interface {port}",)


def prompt(base: str) -> str:
    """`<sw1>`, and `[sw1-GigabitEthernet1/0/5]` while configuring."""
    return rf"(?m:^(?:RBM_.)?[<\[]{re.escape(base.strip())}[^\n<>\[\]]{{0,64}}[>\]][ \t]*$)"


COMWARE = Platform(
    netmiko="hp_comware",
    manufacturer="HPE",
    port_name=parse.port_name,
    port_example="GigabitEthernet1/0/5 or GE1/0/5",
    prompt=prompt,
    refusals=Refusals(more=(r"permission denied", r"the (?:vlan|port|interface)[^\n]{0,60}\bnot\b")),
    info=(
        Look("display device manuinfo", parse.manufactured, optional=True),
        Look("display version", parse.version),
        Look("display current-configuration | include sysname", parse.name, optional=True),
    ),
    ports="display interface brief",
    port=(
        PortLook("display interface {port}", parse.interface),
        PortLook("display current-configuration interface {port}", parse.bundled, optional=True),
        PortLook("display poe interface {port}", parse.power, optional=True),
    ),
    port_off=Change(("shutdown",), where=PORT),
    port_on=Change(("undo shutdown",), where=PORT),
    config=ConfigMode("system-view", "return"),
    power=Power(off=Change(("undo poe enable",), where=PORT), on=Change(("poe enable",), where=PORT)),
    vlan=Change(("port link-type access", "port access vlan {vlan}"), where=PORT),
    addresses=Look("display mac-address", parse.addresses),
    neighbours=Look(
        "display lldp neighbor-information verbose",
        parse.neighbours,
        otherwise="display lldp neighbor-information",
    ),
    running=Look("display current-configuration", parse.configuration),
    saving=Saving(
        Dialog("save force", done=r"(?i)successfully"),
        Unsaved(("display current-configuration", "display saved-configuration"), parse.unsaved),
    ),
    restart=Dialog(
        "reboot",
        (
            (r"(?i:save(?: current configuration)?\? *\[Y/N\]:? *)", "n\n"),
            (r"(?i:reboot[^\n]{0,40}continue\? *\[Y/N\]:? *)", "y\n"),
            (r"(?i:\nnow rebooting[^\n]{0,40}\n)", None),
        ),
        done=r"(?i)continue\? *\[Y/N\]|now rebooting",
    ),
    guarding=Guarding(
        arp=Look("display arp", parse.arp),
        reached=parse.reached,
        gateway=Look("display ip routing-table", parse.gateway),
        stacking=Look("display irf configuration", parse.stacking, otherwise="display irf link"),
    ),
)
