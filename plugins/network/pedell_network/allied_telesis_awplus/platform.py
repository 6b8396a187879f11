"""AlliedWare Plus as data.

Commands from Allied Telesis's command references; that a port's power is `power-inline enable` is also in public projects,
the question of `reboot` in a public transcript of an x510.
"""

from __future__ import annotations

from pedell_network.allied_telesis_awplus import parse
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

PORT = ("interface {port}",)

AWPLUS = Platform(
    netmiko="allied_telesis_awplus",
    manufacturer="Allied Telesis",
    port_name=parse.port_name,
    port_example="port1.0.5",
    info=(Look("show system", parse.system),),
    ports="show interface status",
    port=(
        PortLook("show interface {port}", parse.interface),
        PortLook("show interface switchport", parse.switchport, optional=True),
        PortLook("show running-config interface {port}", parse.bundled, optional=True),
        PortLook("show power-inline", parse.power, optional=True),
    ),
    port_off=Change(("shutdown",), where=PORT),
    port_on=Change(("no shutdown",), where=PORT),
    config=ConfigMode("configure terminal", "end"),
    power=Power(
        off=Change(("no power-inline enable",), where=PORT), on=Change(("power-inline enable",), where=PORT)
    ),
    vlan=Change(("switchport mode access", "switchport access vlan {vlan}"), where=PORT),
    addresses=Look("show mac address-table", parse.addresses),
    neighbours=Look("show lldp neighbors detail", parse.neighbours),
    running=Look("show running-config", parse.configuration),
    saving=Saving(
        Dialog(
            "copy running-config startup-config", ((r"(?i:overwrite[^\n]{0,40}\(y/n\)\S{0,4}\s*)", "y\n"),)
        ),
        Unsaved(("show running-config", "show startup-config"), parse.unsaved),
    ),
    restart=Dialog(
        "reboot",
        ((r"(?i:reboot system\? \(y/n\): *)", "y\n"),),
        done=r"(?i)reboot system\?",
    ),
    guarding=Guarding(
        arp=Look("show arp", parse.arp), reached=parse.reached, gateway=Look("show ip route", parse.gateway)
    ),
    privileged=True,
)
