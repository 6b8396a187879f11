"""JetStream's own words, in the shape that a public NAPALM driver and the NOC project read from such switches; the values are
ours."""

from __future__ import annotations

import pytest

from pedell.drivers.api import ErrorClass
from pedell_network.results import Mode, Poe, UpDown
from pedell_network.tplink_jetstream import parse
from pedell_network.tplink_jetstream.platform import JETSTREAM

PORT = "gigabitEthernet 1/0/1"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Gi1/0/5", "gigabitEthernet 1/0/5"),
        ("gigabitethernet1/0/5", "gigabitEthernet 1/0/5"),
        ("1/0/5", "gigabitEthernet 1/0/5"),
        ("5", "gigabitEthernet 1/0/5"),
        ("Te1/0/25", "ten-gigabitEthernet 1/0/25"),
        ("Tw1/0/1", "two-gigabitEthernet 1/0/1"),
        ("Lag1", None),
    ],
)
def test_names(text, name):
    assert parse.port_name(text, "") == name


def test_ports():
    status = """Port     Status    Speed  Duplex  FlowCtrl  Active-Medium  LAG  Linkdown-Status  Description
Gi1/0/1  LinkUp    1000M  Full    Disable   Copper         N/A  N/A              uplink
Gi1/0/11 LinkDown  N/A    N/A     N/A       Copper         N/A  N/A
"""
    assert parse.status(status, PORT) == {"oper": UpDown.UP, "speed": 1000, "duplex": "full"}
    assert parse.status(status, "gigabitEthernet 1/0/11") == {"oper": UpDown.DOWN}
    config = """Port     State   Speed  Duplex  FlowCtrl  Description
Gi1/0/1  Enable  Auto   Auto    Disable   uplink Keller
Gi1/0/2  Disable Auto   Auto    Disable
"""
    assert parse.configured(config, PORT) == {"admin": UpDown.UP, "description": "uplink Keller"}
    assert parse.configured(config, "gigabitEthernet 1/0/2")["admin"] is UpDown.DOWN


def test_vlans():
    text = """Port Gi1/0/1:
 PVID: 8
 Acceptable frame type: All
 Ingress Checking: Enable
 Member in LAG: LAG1
 Member in VLAN:
 Vlan      Name             Egress-rule
 ----      -----------      -----------
 1         System-VLAN      Tagged
 8         MGMT             Untagged
"""
    assert parse.switchport(text, PORT) == {"mode": Mode.TRUNK, "vlan": 8, "bundle": True}
    alone = text.replace(" 1         System-VLAN      Tagged\n", "").replace("LAG1", "N/A")
    assert parse.switchport(alone, PORT) == {"mode": Mode.ACCESS, "vlan": 8, "bundle": False}


def test_power():
    text = """Interface  Power(w)  Current(mA)  Voltage(v)  PD-Class  Power-Status
---------- --------  -----------  ----------  --------  ------------
Gi1/0/1    3.4       65           53.1        Class 2   ON
Gi1/0/2    0.0       0            0.0         N/A       OFF
Gi1/0/3    0.0       0            0.0         N/A       OVERLOAD
"""
    assert parse.power(text, PORT) == {"poe": Poe.ON, "poe_watts": 3.4}
    assert parse.power(text, "gigabitEthernet 1/0/2") == {"poe": Poe.OFF, "poe_watts": 0.0}
    assert parse.power(text, "gigabitEthernet 1/0/3")["poe"] is Poe.FAULT
    assert parse.power(text, "gigabitEthernet 1/0/4") == {"poe": None}
    wanted = "Interface  PoE-Status  PoE-Prio\nGi1/0/1    Disable     Low\nGi1/0/2    Enable      Low\n"
    assert parse.power_configured(wanted, PORT)["poe"] is Poe.DISABLED
    assert parse.power_configured(wanted, "gigabitEthernet 1/0/2") == {}


def test_addresses_and_arp():
    text = """MAC Address Table
------------------------------------------------------------
MAC                VLAN    Port     Type            Aging
---                ----    ----     ----            -----
00:1a:8c:81:22:94  8       Gi1/0/9  dynamic         aging
"""
    assert parse.addresses(text) == (("00:1a:8c:81:22:94", 8, "gigabitEthernet 1/0/9"),)
    arp = "Interface   Address        Hardware Addr       Type\nVLAN8       172.22.8.222   0c:9d:92:c2:52:e7   DYNAMIC\n"
    assert parse.arp(arp) == {"172.22.8.222": "0c:9d:92:c2:52:e7"}


@pytest.mark.parametrize(
    "text",
    [
        (
            " System Name          - sw-d1\n Hardware Version     - T2600G-28TS 2.0\n Software Version     - 2.0.7 Build 1\n"
            " Mac Address          - 00-0A-EB-13-07-82\n Running Time         - 5 day - 2 hour - 35 min - 16 sec\n"
        ),
        (
            "System Name            : sw-d1\nHardware Version       : T2600G-28TS 2.0\nFirmware Version       : 2.0.7 Build 1\n"
            "MAC Address            : 00-0A-EB-13-07-82\nRun Time               : 5 day(s) 2 hour(s) 35 min(s) 16 sec(s)\n"
        ),
    ],
    ids=["dashes", "colons"],
)
def test_who_it_is(text):
    found = parse.system(text)
    assert (found["name"], found["model"], found["firmware"]) == ("sw-d1", "T2600G-28TS 2.0", "2.0.7 Build 1")
    assert found["mac"] == "00:0a:eb:13:07:82"
    assert found["uptime"] == 5 * 86400 + 2 * 3600 + 35 * 60 + 16


@pytest.mark.parametrize(
    "text", ["Error: Bad command\n", "Error: The VLAN 40 does not exist.\n", "Too many parameters\n"]
)
def test_refusals(text):
    found = JETSTREAM.refusals(text)
    assert found is not None
    assert found.error_class is ErrorClass.REFUSED
