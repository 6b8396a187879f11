"""FASTPATH's own words: ntc-templates' sample outputs (ubiquiti_edgeswitch), the examples in Netgear's M4300 CLI manual,
and public captures of `show poe status`; the values are ours."""

from __future__ import annotations

import pytest

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_network.fastpath import parse
from pedell_network.fastpath.platform import FASTPATH
from pedell_network.results import Mode, Poe, UpDown
from tests.network.platforms.cases import CASES
from tests.network.platforms.conftest import ask

UNIFI = next(case for case in CASES if case.kind == "ubiquiti-unifiswitch")


def test_port():
    text = """
                 Admin     Physical   Physical   Link   Link    LACP   Actor
Intf      Type   Mode      Mode       Status     Status Trap    Mode   Timeout
--------- ------ --------- ---------- ---------- ------ ------- ------ --------
0/5              Enable    Auto       100 Half   Up     Enable  Enable long
0/6              Disable   Auto                  Down   Enable  Enable long
0/7       PC Mbr Enable    Auto       10G Full   Up     Enable  Enable long
0/8              D-Disable Auto                  Down   Enable  Enable long
"""
    found = parse.port(text, "0/5")
    assert (found["admin"], found["oper"], found["speed"], found["duplex"]) == (
        UpDown.UP,
        UpDown.UP,
        100,
        "half",
    )
    assert parse.port(text, "0/6")["admin"] is UpDown.DOWN
    assert parse.port(text, "0/7")["speed"] == 10000
    assert parse.port(text, "0/8")["fault"] == "err-disabled"
    with pytest.raises(DeviceError) as caught:
        parse.port(text, "0/9")
    assert caught.value.error_class is ErrorClass.PRECONDITION


@pytest.mark.parametrize(
    ("row", "poe", "watts"),
    [
        (
            "0/6       Good           Class3         1.93      52.82       36.62             44.00",
            Poe.ON,
            1.93,
        ),
        (
            "0/6       Open Circuit   Unknown        0.00       0.00        0.00              0.00",
            Poe.OFF,
            0.0,
        ),
        (
            "0/6       Short          Unknown        0.00       0.00        0.00              0.00",
            Poe.FAULT,
            0.0,
        ),
        (
            "0/6       Disabled       Unknown        0.00       0.00        0.00              0.00",
            Poe.DISABLED,
            0.0,
        ),
    ],
)
def test_power_of_an_edgeswitch(row, poe, watts):
    text = f"\nIntf      Detection      Class   Consumed(W) Voltage(V) Current(mA) Temperature(C)\n--------- ------\n{row}\n"
    assert parse.power(text, "0/6") == {"poe": poe, "poe_watts": watts}
    assert parse.power(text, "0/16") == {"poe": None}


@pytest.mark.parametrize(
    ("status", "poe"),
    [
        ("Delivering Power", Poe.ON),
        ("Searching", Poe.OFF),
        ("Disabled", Poe.OFF),
        ("Fault", Poe.FAULT),
        ("Requesting Power", Poe.OFF),
    ],
)
def test_power_of_a_unifi_switch(status, poe):
    text = f"0/6     Yes   32.0  Unknown 0       0       0.00    {status:<19} No Error\n"
    assert parse.power_info(text, "0/6") == {"poe": poe}
    assert parse.power_info(text, "0/16") == {"poe": None}


def test_power_that_a_unifi_switch_shows_late(stand_of):
    """The column still says Disabled: power that is on again is no fault, and is cycled."""
    stand = stand_of(UNIFI)
    stand.sim.switch.extra["late_power"] = (stand.port(2),)
    stand.sim.change(port=stand.port(2), powered=False)
    driver = stand.connected()
    assert ask(driver, "port_status", port=stand.port(2)).poe is Poe.DISABLED
    assert ask(driver, "poe_on", port=stand.port(2)).after.poe is Poe.OFF
    ask(driver, "poe_cycle", port=stand.port(2), pause=0.5)
    assert stand.sim.counts()["power on"] == 2


def test_how_power_is_given_and_what_a_port_is():
    text = """
!Current Configuration:
!
interface  0/15
description 'Richtfunk Turnhalle'
poe opmode passive24v
vlan pvid 20
vlan participation exclude 1
vlan participation include 20
exit
"""
    assert parse.power_setting(text, "0/15") == "passive24v"
    assert parse.power_setting(text.replace("passive24v", "shutdown"), "0/15") == ""
    assert parse.power_setting(text.replace("poe opmode passive24v\n", ""), "0/15") == "auto"
    found = parse.configured(text, "0/15")
    assert (found["description"], found["mode"], found["vlan"]) == ("Richtfunk Turnhalle", Mode.ACCESS, 20)
    assert "poe" not in found
    assert parse.configured(text.replace("passive24v", "shutdown"), "0/15")["poe"] is Poe.DISABLED
    trunk = "interface  0/1\nswitchport mode trunk\nswitchport trunk native vlan 101\nswitchport trunk allowed vlan 101,307\nexit\n"
    assert (parse.configured(trunk, "0/1")["mode"], parse.configured(trunk, "0/1")["vlan"]) == (
        Mode.TRUNK,
        101,
    )
    assert parse.configured("interface  0/1\naddport 3/1\nexit\n", "0/1")["bundle"] is True


def test_version_and_arp():
    text = """
Switch: 1

System Description............................. EdgeSwitch 48 500W, 1.9.1, Linux 3.6.5-03329b4a, 0.0.0.0000000
Machine Type................................... EdgeSwitch 48 500W
Machine Model.................................. ES-48-500W
Serial Number.................................. 18E829AABBCC
Burned In MAC Address.......................... 18:E8:29:AA:BB:CC
Software Version............................... 1.9.1
"""
    found = parse.version(text)
    assert (found["model"], found["serial"], found["mac"]) == (
        "ES-48-500W",
        "18E829AABBCC",
        "18:e8:29:aa:bb:cc",
    )
    arp = """
Age Time (seconds)............................. 300
  IP Address        MAC Address      Interface        Type        Age
---------------  -----------------  --------------  --------  -----------
192.0.2.1        80:2A:A8:F1:D2:46  4/1             Gateway    0h  0m 10s
"""
    assert parse.arp(arp) == {"192.0.2.1": "80:2a:a8:f1:d2:46"}
    assert parse.arp("80:2A:A8:F1:D2:46   192.0.2.1   Management\n") == {"192.0.2.1": "80:2a:a8:f1:d2:46"}
    up = "System Name.................................... sw-b2\nSystem Up Time................................. 3 days 4 hrs 5 mins 6 secs\n"
    assert parse.sysinfo(up) == {"name": "sw-b2", "uptime": 3 * 86400 + 4 * 3600 + 5 * 60 + 6}


def test_a_neighbour_that_tells_nothing_and_none():
    text = """LLDP Remote Device Detail

Local Interface: 0/7

Remote Identifier: 2
Chassis ID Subtype: MAC Address
Chassis ID: 00:FC:E3:90:01:0F
Port ID: 00:FC:E3:90:01:11
System Name:
System Description:
System Capabilities Supported:
System Capabilities Enabled:
Time to Live: 24 seconds
"""
    (found,) = parse.neighbours(text, "0/7")
    assert (found.mac, found.name, found.capabilities) == ("00:fc:e3:90:01:0f", "", ())
    assert (
        parse.neighbours("LLDP Remote Device Detail\n\nLocal Interface: 0/8\n\nNo remote data\n", "0/8") == ()
    )


def test_the_remarks_of_a_configuration_do_not_count():
    one = '!Current Configuration:\n!System Up Time "0 days 1 hrs"\nconfigure\ninterface  0/1\nexit\n'
    assert parse.unsaved([one, one.replace("1 hrs", "2 hrs")]) is False
    assert parse.unsaved([one, one.replace("0/1", "0/2")]) is True


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("              ^\n% Invalid input detected at '^' marker.\n", ErrorClass.REFUSED),
        ("Command not found / Incomplete command. Use ? to list commands.\n", ErrorClass.REFUSED),
        ("ERROR: VLAN ID 40 does not exist\n", ErrorClass.REFUSED),
        ("Request denied: insufficient access level.\n", ErrorClass.AUTH),
        ("Packets Received With Error.................... 0\n", None),
        ("Config file 'startup-config' created successfully .\n", None),
    ],
)
def test_refusals(text, kind):
    found = FASTPATH.refusals(text)
    assert (found.error_class if found else None) is kind


def test_the_ports_that_hold_a_stack_together():
    """Set in the stack's mode, not the port's (Netgear's M4300 manual: `stack-port unit/slot/port {ethernet | stack}`)."""
    text = """                  Configured      Running
                  Stack           Stack           Link            Link
Unit Interface    Mode            Mode            Status          Speed (Gb/s)
---- ------------ --------------- --------------- ------------ ---------------
1    0/47         Ethernet        Ethernet        Link Down                 10
1    0/48         Stack           Stack           Link Up                   10
2    0/1          Ethernet        Stack           Link Up                   10
"""
    assert parse.stacking(text) == {"0/48", "1/0/48", "0/1", "2/0/1"}
    whole = text.replace("1    0/48", "1    1/0/48")
    assert "1/0/48" in parse.stacking(whole)
