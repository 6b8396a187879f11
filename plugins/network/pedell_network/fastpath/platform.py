"""FASTPATH as data, in the words of an EdgeSwitch; makers change a few of them.

Sources: EdgeSwitch CLI reference 1.x, Netgear M4300 CLI manual; `poe opmode` is in several public projects.
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
    PortSetting,
    Power,
    Saving,
    Unsaved,
)
from pedell_network.command_line.refusals import Refusals
from pedell_network.fastpath import parse

PORT = ("interface {port}",)
CONFIGURED = "show running-config interface {port}"

FASTPATH = Platform(
    netmiko="ubiquiti_edgeswitch",
    manufacturer="Ubiquiti",
    port_name=parse.port_name,
    port_example="0/5",
    refusals=Refusals(
        more=(
            r"command not found",
            r"incorrect input",
            r"failed\b",
            r"an invalid interface",
            r"interface (?:not|does not)",
            r"request denied",
            r"(?:the )?(?:specified )?vlan[^\n]{0,40}(?:not exist|not been created|invalid)",
            r"could not\b",
        )
    ),
    info=(Look("show version", parse.version), Look("show sysinfo", parse.sysinfo)),
    ports="show port all",
    port=(
        PortLook("show port {port}", parse.port),
        PortLook("show interface {port}", parse.counters, optional=True),
        PortLook("show poe status {port}", parse.power, optional=True),
        PortLook(CONFIGURED, parse.configured, optional=True),
    ),
    port_off=Change(("shutdown",), where=PORT),
    port_on=Change(("no shutdown",), where=PORT),
    # `exit` goes up one level, and would leave the enable mode as well.
    config=ConfigMode("configure", "exit", one_level=True),
    power=Power(
        off=Change(("poe opmode shutdown",), where=PORT),
        on=Change(("poe opmode {setting}",), where=PORT),
        setting=PortSetting(CONFIGURED, parse.power_setting),
        usual="auto",
    ),
    vlan=Change(
        ("vlan participation include {vlan}", "vlan pvid {vlan}", "vlan participation exclude {old}"),
        where=PORT,
    ),
    addresses=Look("show mac-addr-table", parse.addresses),
    neighbours=Neighbourhood(
        Look("show lldp remote-device all", parse.announced),
        "show lldp remote-device detail {port}",
        parse.neighbours,
    ),
    running=Look("show running-config", parse.configuration),
    saving=Saving(
        Dialog(
            "write memory",
            ((r"(?i:sure you want to save\?? ?\(y/n\)\s*)", "y"),),
            done=r"(?i)configuration saved|created successfully",
        ),
        Unsaved(("show running-config", "show startup-config"), parse.unsaved),
    ),
    restart=Dialog(
        "reload",
        (
            (r"(?i:save them now\?? ?\(y/n\)\s*)", "n"),
            (r"(?i:reset the system\?? ?\(y/n\)\s*)", "y"),
            (r"(?i:(?:reloading|resetting|rebooting)[^\n]{0,60}\n)", None),
        ),
        done=r"(?i)reset the system",
    ),
    guarding=Guarding(
        # The second is that of the management interface, which the first leaves out.
        arp=Look("show arp", parse.arp),
        arp_too=Look("show arp switch", parse.arp),
        gateway=Look("show network", parse.gateway),
        route=Look("show ip route", parse.route),
        stacking=Look("show stack-port", parse.stacking),
    ),
    privileged=True,
)
