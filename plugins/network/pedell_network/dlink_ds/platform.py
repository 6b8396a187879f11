"""D-Link xStack as data: no configuration mode; `Success.` or `Fail!` behind each command.

Commands from the CLI reference guides of DES-3200 and DGS-3120, those of power and VLANs also in a public adapter for the
DGS-3120. `reboot force_agree`, which asks nothing, in public programs that restart DES-3200 and DGS-1210/ME by it.
"""

from __future__ import annotations

from pedell_network.command_line.platform import (
    Change,
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
from pedell_network.dlink_ds import parse

XSTACK = Platform(
    netmiko="dlink_ds",
    manufacturer="D-Link",
    port_name=parse.port_name,
    port_example="5 or 2:5",
    refusals=Refusals(
        more=(
            r"available commands",
            r"next possible",
            r"fail!",
            r"the (?:port|vlan|vid)[^\n]{0,60}(?:not|invalid)",
            r"you do not have",
        )
    ),
    info=(Look("show switch", parse.switch),),
    ports="show ports",
    port=(
        PortLook("show ports {port}", parse.port),
        PortLook("show ports {port} description", parse.description, optional=True),
        PortLook("show vlan ports {port}", parse.vlans, optional=True),
        PortLook("show error ports {port}", parse.errors, optional=True),
        PortLook("show poe ports {port}", parse.power, optional=True),
    ),
    port_off=Change(("config ports {port} state disable",)),
    port_on=Change(("config ports {port} state enable",)),
    power=Power(
        off=Change(("config poe ports {port} state disable",)),
        on=Change(("config poe ports {port} state enable",)),
    ),
    # The switch takes the port out of the VLAN that it was in untagged.
    vlan=Change(("config vlan vlanid {vlan} add untagged {port}",)),
    addresses=Look("show fdb", parse.addresses),
    neighbours=Look("show lldp remote_ports mode normal", parse.neighbours),
    running=Look("show config current_config", parse.configuration),
    saving=Saving(
        Dialog("save", done=r"(?i)\bdone\b|\bsuccess"),
        Unsaved(("show config current_config", "show config boot_up"), parse.unsaved),
    ),
    restart=Dialog(
        "reboot force_agree",
        (
            (r"(?i:\((?:y/n|y\|n)\)[?:]? *)", "y\n"),
            (r"(?i:(?:is|now) rebooting[^\n]{0,60}\n)", None),
        ),
        # Every command is said again before it is carried out.
        done=r"(?i)command: reboot|rebooting",
    ),
    guarding=Guarding(
        arp=Look("show arpentry", parse.arp),
        gateway=Look("show switch", parse.gateway),
        bundled=Look("show link_aggregation", parse.bundled),
    ),
)
