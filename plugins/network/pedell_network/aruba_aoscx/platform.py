"""AOS-CX as data. Commands from the AOS-CX 10.x guides; `end` leaves configuration mode from any depth."""

from __future__ import annotations

from pedell_network.aruba_aoscx import parse
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

_PORT = ("interface {port}",)

AOSCX = Platform(
    netmiko="aruba_aoscx",
    manufacturer="HPE Aruba",
    port_name=parse.port_name,
    port_example="1/1/5",
    refusals=Refusals(
        more=(
            r"(?:interface|port|vlan) \S{1,20} (?:does not exist|is not|cannot|not )",
            r"(?:operation|command) (?:not|failed)",
            r"cannot\b",
            r"unable to\b",
            r"only\b[^\n]{0,60}allowed",
        )
    ),
    info=(Look("show system", parse.system),),
    ports="show interface brief",
    port=(
        PortLook("show interface {port}", parse.interface),
        PortLook("show running-config interface {port}", parse.configured, optional=True),
        PortLook("show power-over-ethernet {port}", parse.power, optional=True),
    ),
    port_off=Change(("shutdown",), where=_PORT),
    port_on=Change(("no shutdown",), where=_PORT),
    config=ConfigMode("configure terminal", "end"),
    power=Power(
        off=Change(("no power-over-ethernet",), where=_PORT), on=Change(("power-over-ethernet",), where=_PORT)
    ),
    vlan=Change(("vlan access {vlan}",), where=_PORT),
    addresses=Look("show mac-address-table", parse.addresses),
    neighbours=Look("show lldp neighbor-info detail", parse.neighbours),
    running=Look("show running-config", parse.configuration),
    saving=Saving(
        Dialog(
            "write memory",
            ((r"(?i:overwrite[^\n]{0,60}\((?:y/n|yes/no)\)\s*\??\s*)", "y\r"),),
        ),
        Unsaved(("show running-config", "show startup-config"), parse.unsaved),
    ),
    restart=Dialog(
        "boot system",
        (
            (r"(?i:save the current configuration[^\n]{0,20}\(y/n\)\s*\??\s*)", "n\r"),
            (r"(?i:continue[^\n]{0,20}\(y/n\)\s*\??\s*)", "y\r"),
            (r"(?i:(?:going down|rebooting)[^\n]{0,60}\n)", None),
        ),
        done=r"(?i)continue[^\n]{0,20}\(y/n\)",
    ),
    guarding=Guarding(
        arp=Look("show arp all-vrfs", parse.arp),
        reached=parse.reached,
        gateway=Look("show ip route all-vrfs", parse.gateway),
        stacking=Look("show vsf link", parse.stacking),
    ),
)
