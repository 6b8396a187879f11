"""LCOS SX 4 as data.

What a port's configuration is called is in the capture of a GS-3510XP that `parse` names: `poe mode enable`, not the
`plus` of the original. That it is taken away by `poe mode disable` is what public tools for Extreme's ISW series say, the
same command line with the same default; `no poe mode` would bring back the default, which is on. `reload cold` is what
public tools say to another maker's switch with it. What the switch says of either is not believed: power shows in the
configuration, saving in the comparison of both, a restart in the uptime.
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
    PortSetting,
    Power,
    Saving,
    Unsaved,
)
from pedell_network.command_line.refusals import Refusals
from pedell_network.lancom_lcossx4 import parse

PORT = ("interface {port}",)
_YES_NO = r"[\[(]y(?:es)?/no?[\])][^\n]{0,8}"
CONFIGURED = "show running-config interface {port} all-defaults"
VLANS = Look("show vlan", parse.vlans)

SX4 = Platform(
    netmiko="lancom_lcossx4",
    manufacturer="LANCOM",
    port_name=parse.port_name,
    port_example="GigabitEthernet 1/5, 2.5G 1/1",
    # It speaks of its work with the same sign as of trouble: % Saving 6895 bytes to flash:startup-config.
    refusals=Refusals(harmless=(r"% ?(?:saving \d|cold reload)",)),
    info=(Look("show system", parse.system), Look("show version", parse.restarted, optional=True)),
    ports="show interface * status",
    port=(
        PortLook("show interface {port} status", parse.status),
        # Where the firmware does not tell of power, that it may be taken is all that is known; that it was taken away on
        # purpose counts more than what the status says for a moment longer.
        PortLook(CONFIGURED, parse.fed, optional=True),
        PortLook("show poe interface {port}", parse.power, optional=True),
        PortLook(CONFIGURED, parse.configured, optional=True),
        PortLook("show interface {port} statistics", parse.counters, optional=True),
    ),
    port_off=Change(("shutdown",), where=PORT),
    port_on=Change(("no shutdown",), where=PORT),
    config=ConfigMode("configure terminal", "end"),
    power=Power(
        off=Change(("poe mode disable",), where=PORT),
        on=Change(("poe mode {setting}",), where=PORT),
        setting=PortSetting(CONFIGURED, parse.power_setting),
        usual="enable",
    ),
    vlan=Change(("switchport mode access", "switchport access vlan {vlan}"), where=PORT),
    addresses=Look("show mac address-table", parse.addresses),
    neighbours=Look("show lldp neighbors", parse.neighbours),
    running=Look("show running-config", parse.configuration),
    saving=Saving(
        Dialog("copy running-config startup-config"),
        Unsaved(("show running-config", "more flash:startup-config"), parse.unsaved),
    ),
    # The original asks nothing. Should LANCOM's ask, what is unsaved was decided on before.
    restart=Dialog(
        "reload cold",
        (
            (rf"(?i:save[^\n]{{0,60}}{_YES_NO})", "n\n"),
            (rf"(?i:(?:reboot|reload|restart|sure|continue)[^\n]{{0,60}}{_YES_NO})", "y\n"),
            (r"(?i:reload in progress[^\n]{0,60}\n)", None),
        ),
        done=rf"(?i)reload in progress|{_YES_NO}",
    ),
    guarding=Guarding(arp=Look("show ip arp", parse.arp), gateway=Look("show ip route", parse.gateway)),
    privileged=True,
)
