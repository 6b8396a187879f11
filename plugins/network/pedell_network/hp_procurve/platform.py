"""ProCurve and ArubaOS-Switch as data.

Commands from the 2530/2920/2930 guides (Basic Operation, Management and Configuration, 16.x); that ports are
switched by `interface N disable` and power by `no interface N power-over-ethernet` is also in public scripts.
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
from pedell_network.hp_procurve import parse
from pedell_network.hp_procurve.ports import port

PROCURVE = Platform(
    netmiko="hp_procurve",
    manufacturer="HPE Aruba",
    port_name=port,
    port_example="5, A5 or 1/5",
    refusals=Refusals(
        more=(
            r"module not present for port",
            r"(?:port|value|vlan)s? \S{1,20} (?:is |are )?(?:invalid|not |out of)",
            r"inconsistent value",
            r"cannot\b",
            r"unable to\b",
            r"not authorized",
        )
    ),
    info=(Look("show system", parse.system), Look("show modules", parse.modules, optional=True)),
    ports="show interfaces brief",
    port=(
        PortLook("show interfaces brief {port}", parse.brief),
        PortLook("show interfaces {port}", parse.counters, optional=True),
        PortLook("show vlans ports {port} detail", parse.vlans, optional=True),
        PortLook("show power-over-ethernet {port}", parse.power, optional=True),
    ),
    port_off=Change(("interface {port} disable",)),
    port_on=Change(("interface {port} enable",)),
    config=ConfigMode("configure terminal", "end"),
    power=Power(
        off=Change(("no interface {port} power-over-ethernet",)),
        on=Change(("interface {port} power-over-ethernet",)),
    ),
    vlan=Change(("untagged {port}",), where=("vlan {vlan}",)),
    addresses=Look("show mac-address", parse.addresses),
    neighbours=Look(
        "show lldp info remote-device detail",
        parse.neighbours,
        # Firmware that does not know that word tells as much of the ports that it is asked for.
        otherwise="show lldp info remote-device all",
    ),
    running=Look("show running-config", parse.running),
    saving=Saving(Dialog("write memory"), Unsaved(("show config status",), parse.unsaved)),
    # One key answers, without Enter. The order and number of questions depend on what is unsaved.
    restart=Dialog(
        "reload",
        (
            (r"(?i:save (?:the )?current configuration ?\[y/n(?:/\^C)?\] ?\??\s*)", "n"),
            (r"(?i:continue ?\[y/n\] ?\??\s*)", "y"),
            (r"(?i:reboot[^\n\[]{0,80}\[y/n\] ?\??\s*)", "y"),
            (r"(?i:\nrebooting[^\n]{0,60}\n)", None),
        ),
        done=r"(?i)continue ?\[y/n\]|reboot",
    ),
    guarding=Guarding(
        arp=Look("show arp", parse.arp),
        reached=parse.reached,
        gateway=Look("show ip", parse.gateway),
        route=Look("show ip route", parse.route),
        bundled=Look("show trunks", parse.bundled),
        stacking=Look("show vsf link detail", parse.stacking),
    ),
)
