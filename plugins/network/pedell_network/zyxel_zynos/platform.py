"""ZyNOS as data.

Commands from Zyxel's Ethernet Switch CLI Reference Guide (3.79 to 4.60); reading, `inactive`, `pvid`, `fixed`, `untagged` and
`write memory` also in public projects that use them on such switches. `pwr interface` is the guide's alone.
"""

from __future__ import annotations

from pedell_network.command_line.platform import (
    Change,
    ConfigMode,
    Dialog,
    Guarding,
    Look,
    Neighbourhood,
    Platform,
    PortLook,
    Power,
    Saving,
)
from pedell_network.command_line.refusals import Refusals
from pedell_network.zyxel_zynos import parse

PORT = ("interface port-channel {port}",)
VLANS = "show vlan"
JOIN = Change(("fixed {port}", "untagged {port}"), where=("vlan {vlan}",))
LEAVE = Change(("no fixed {port}",), where=("vlan {vlan}",))
PVID = Change(("pvid {vlan}",), where=PORT)

ZYNOS = Platform(
    netmiko="zyxel_os",
    manufacturer="Zyxel",
    port_name=parse.port_name,
    port_example="5",
    refusals=Refusals(
        more=(
            r"invalid (?:command|input|parameter|port)",
            r"(?:permission|access) denied",
            r"illegal\b",
            r"can ?not\b",
            r"can't\b",
            r"fail(?:s|ed|ure)?\b",
            r"(?:the )?(?:port|vlan)[^\n]{0,60}(?:not exist|out of range|invalid|not allowed)",
        )
    ),
    info=(Look("show system-information", parse.system),),
    port=(
        PortLook("show interfaces {port}", parse.link),
        PortLook("show interfaces config {port}", parse.configured, optional=True),
        PortLook(VLANS, parse.mode, optional=True),
        PortLook("show pwr", parse.power, optional=True),
    ),
    port_off=Change(("inactive",), where=PORT),
    port_on=Change(("no inactive",), where=PORT),
    # `exit` goes up one level, and hangs up at the last.
    config=ConfigMode("configure", "exit", one_level=True),
    power=Power(off=Change(("no pwr interface {port}",)), on=Change(("pwr interface {port}",))),
    vlan=JOIN,
    addresses=Look("show mac address-table all", parse.addresses),
    neighbours=Neighbourhood(
        Look("show lldp info remote", parse.announced),
        "show lldp info remote interface port-channel {port}",
        parse.neighbours,
    ),
    running=Look("show running-config", parse.running),
    saving=Saving(Dialog("write memory"), unsaved=None),
    guarding=Guarding(
        arp=Look("show ip arp", parse.arp),
        reached=parse.reached,
        gateway=Look("show running-config", parse.gateway),
        bundled=Look("show trunk", parse.bundled),
    ),
)
