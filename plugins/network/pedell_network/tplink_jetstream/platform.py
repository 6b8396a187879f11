"""TP-Link JetStream as data.

Commands from TP-Link's CLI Reference Guides; those of power and the lines of general VLANs also in public scripts, and what
saving says. The two questions of `reboot` in a public script for a T1600G-28TS; what is unsaved was decided on before.
"""

from __future__ import annotations

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
from pedell_network.tplink_jetstream import parse

PORT = ("interface {port}",)

JETSTREAM = Platform(
    netmiko="tplink_jetstream",
    manufacturer="TP-Link",
    port_name=parse.port_name,
    port_example="Gi1/0/5",
    refusals=Refusals(
        more=(
            r"(?:error|bad) (?:command|parameter|port)",
            r"(?:the )?(?:specified )?(?:vlan|port)[^\n]{0,60}(?:not exist|invalid|wrong|not been)",
            r"too many parameters",
            r"operation failed",
        )
    ),
    info=(Look("show system-info", parse.system),),
    ports="show interface status",
    port=(
        PortLook("show interface status {port}", parse.status),
        PortLook("show interface configuration {port}", parse.configured),
        PortLook("show interface switchport {port}", parse.switchport, optional=True),
        PortLook("show power inline information interface {port}", parse.power, optional=True),
        PortLook("show power inline configuration interface {port}", parse.power_configured, optional=True),
    ),
    port_off=Change(("shutdown",), where=PORT),
    port_on=Change(("no shutdown",), where=PORT),
    config=ConfigMode("configure", "end"),
    power=Power(
        off=Change(("power inline supply disable",), where=PORT),
        on=Change(("power inline supply enable",), where=PORT),
    ),
    vlan=Change(
        (
            "switchport general allowed vlan {vlan} untagged",
            "switchport pvid {vlan}",
            "no switchport general allowed vlan {old}",
        ),
        where=PORT,
    ),
    addresses=Look("show mac address-table", parse.addresses),
    neighbours=Look("show lldp neighbor-information interface", parse.neighbours),
    running=Look("show running-config", parse.configuration),
    saving=Saving(
        Dialog("copy running-config startup-config", done=r"(?i)saving user config ok|succeed"),
        Unsaved(("show running-config", "show startup-config"), parse.unsaved),
    ),
    restart=Dialog(
        "reboot",
        (
            (r"(?i:sav(?:e|ing)[^\n]{0,60}\(Y/N\):? *)", "N\n"),
            (r"(?i:(?:reboot|continue)[^\n]{0,60}\(Y/N\):? *)", "Y\n"),
            (r"(?i:rebooting[^\n]{0,60}\n)", None),
        ),
        done=r"(?i)continue\? *\(Y/N\)",
    ),
    guarding=Guarding(arp=Look("show arp", parse.arp), gateway=Look("show ip route", parse.gateway)),
    privileged=True,
)
