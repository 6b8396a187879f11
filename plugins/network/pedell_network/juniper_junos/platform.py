"""Junos on EX switches as data; how changes are committed stands in the driver."""

from __future__ import annotations

from pedell_network.command_line.platform import (
    Change,
    Dialog,
    Guarding,
    Look,
    Neighbourhood,
    Platform,
    PortLook,
    Power,
)
from pedell_network.command_line.refusals import Refusals
from pedell_network.juniper_junos import parse

_SWITCHING = "interfaces {port} unit 0 family ethernet-switching vlan members"

JUNOS = Platform(
    netmiko="juniper_junos",
    manufacturer="Juniper",
    port_name=parse.port_name,
    port_example="ge-0/0/5",
    refusals=Refusals(
        more=(
            r"error:",
            r"syntax error",
            r"unknown command",
            r"'[^'\n]{1,60}' is ambiguous",
            r"command is not valid",
        ),
        # What is to be deleted and is not there is not there.
        harmless=(r"warning:",),
    ),
    info=(
        Look("show version", parse.version),
        Look("show chassis hardware", parse.hardware, optional=True),
        Look("show chassis mac-addresses", parse.base_address, optional=True),
        Look("show system uptime", parse.uptime),
    ),
    ports="show interfaces terse",
    port=(
        PortLook("show interfaces {port} extensive", parse.interface),
        PortLook("show ethernet-switching interface {port}", parse.switching, optional=True),
        PortLook("show configuration interfaces {port} | display set", parse.configured, optional=True),
        PortLook("show poe interface {port}", parse.power, optional=True),
    ),
    port_off=Change(("set interfaces {port} disable",)),
    port_on=Change(("delete interfaces {port} disable",)),
    power=Power(
        off=Change(("set poe interface {port} disable",)), on=Change(("delete poe interface {port} disable",))
    ),
    vlan=Change((f"delete {_SWITCHING}", f"set {_SWITCHING} {{vlan}}")),
    addresses=Look("show ethernet-switching table", parse.addresses),
    neighbours=Neighbourhood(
        Look("show lldp neighbors", parse.announced),
        "show lldp neighbors interface {port}",
        parse.neighbours,
        # Before ELS a neighbour is one of the port's unit.
        otherwise="show lldp neighbors interface {port}.0",
    ),
    running=Look("show configuration | display set", parse.configuration),
    restart=Dialog(
        "request system reboot",
        (
            (r"(?i:reboot the system ?\? ?\[yes,no\](?: \(\w+\))?\s*)", "yes\n"),
            (r"(?i:(?:shutdown now|system going down)[^\n]{0,60}\n)", None),
        ),
        done=r"(?i)reboot the system",
    ),
    guarding=Guarding(
        arp=Look("show arp no-resolve", parse.arp),
        reached=parse.reached,
        gateway=Look("show route 0.0.0.0/0 exact", parse.gateway),
    ),
)
