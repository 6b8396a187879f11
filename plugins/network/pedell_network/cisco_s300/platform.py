"""Cisco Small Business as data.

Commands from the CLI guides of the 300, 350 and CBS350 series; that a restart asks once or twice and takes `Y` with
Enter is in public scripts, the question at saving in netmiko.
"""

from __future__ import annotations

from pedell_network.cisco_s300 import parse
from pedell_network.command_line.platform import (
    Change,
    ConfigMode,
    Dialog,
    Guarding,
    Look,
    Platform,
    PortLook,
    PortSetting,
    Power,
    Saving,
    Unsaved,
)
from pedell_network.command_line.refusals import Refusals

PORT = ("interface {port}",)
CONFIGURED = "show running-config interface {port}"

S300 = Platform(
    netmiko="cisco_s300",
    manufacturer="Cisco",
    port_name=parse.port_name,
    port_example="gi5 or gi1/0/5",
    refusals=Refusals(
        more=(
            r"(?:port|interface) \S{1,20} ?: ?[^\n]{0,60}(?:not|error|cannot|failed)",
            r"vlan[^\n]{0,40}(?:not created|not exist)",
        ),
        # Messages of the log begin as refusals do: %COPY-I-FILECPY, %LINK-W-Down.
        harmless=(r"%[A-Z0-9_]{2,20}-[A-Z]-",),
    ),
    info=(
        Look("show inventory", parse.inventory, optional=True),
        Look("show system id", parse.serial, optional=True),
        Look("show version", parse.version),
        Look("show system", parse.system),
    ),
    ports="show interfaces status",
    port=(
        PortLook("show interfaces status {port}", parse.status),
        PortLook("show interfaces configuration {port}", parse.configured),
        PortLook("show interfaces description {port}", parse.description, optional=True),
        PortLook("show interfaces switchport {port}", parse.switchport, optional=True),
        PortLook("show interfaces counters {port}", parse.counters, optional=True),
        PortLook("show power inline {port}", parse.power, optional=True),
        PortLook(CONFIGURED, parse.bundled, optional=True),
    ),
    port_off=Change(("shutdown",), where=PORT),
    port_on=Change(("no shutdown",), where=PORT),
    config=ConfigMode("configure terminal", "end"),
    power=Power(
        off=Change(("power inline never",), where=PORT),
        on=Change(("power inline {setting}",), where=PORT),
        setting=PortSetting(CONFIGURED, parse.power_setting),
        usual="auto",
    ),
    vlan=Change(("switchport mode access", "switchport access vlan {vlan}"), where=PORT),
    addresses=Look("show mac address-table", parse.addresses),
    neighbours=Look("show lldp neighbors", parse.neighbours),
    running=Look("show running-config", parse.configuration),
    # What it says after saving goes to the log, which not every session shows; its own comparison tells.
    saving=Saving(
        Dialog("write memory", ((r"(?i:overwrite file[^\n]{0,60}\(Y/N\) ?\[N\] ?\??\s*)", "Y\n"),)),
        Unsaved(("show running-config", "show startup-config"), parse.unsaved),
    ),
    restart=Dialog(
        "reload",
        (
            (r"(?i:haven't saved[^\n]{0,80}\(Y/N\) ?\[N\] ?\??\s*)", "Y\n"),
            (r"(?i:do you want to continue ?\?? ?\(Y/N\) ?\[N\] ?\??\s*)", "Y\n"),
            (r"(?i:\nshutting down[^\n]{0,60}\n)", None),
        ),
        done=r"(?i)do you want to continue|shutting down",
    ),
    guarding=Guarding(
        arp=Look("show arp", parse.arp), reached=parse.reached, gateway=Look("show ip route", parse.gateway)
    ),
    privileged=True,
)
