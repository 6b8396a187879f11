"""xStack's own words, in the shape that the NOC project's and a public adapter's readers know; the values are ours."""

from __future__ import annotations

import pytest

from pedell.drivers.api import ErrorClass
from pedell_network.dlink_ds import parse
from pedell_network.dlink_ds.platform import XSTACK
from pedell_network.results import Mode, Poe, UpDown

PORTS = """Command: show ports

 Port   State/          Settings             Connection          Address
        MDIX      Speed/Duplex/FlowCtrl  Speed/Duplex/FlowCtrl   Learning
 ------ --------  ---------------------  ----------------------  ---------
 1      Enabled   Auto/Disabled          1000M/Full/None         Enabled
        Auto
        Desc: Kamera Hof
 2      Disabled  Auto/Disabled          Link Down               Enabled
 3      Enabled   100M/Full/Disabled     Err-Disabled            Enabled
 25(C)  Enabled   Auto/Disabled          Link Down               Enabled
 25(F)  Enabled   Auto/Disabled          1000M/Full/802.3x       Enabled
 2:5    Enabled   Auto/Disabled          10M/Half/None           Enabled
"""


def test_ports():
    first = parse.port(PORTS, "1")
    assert (first["admin"], first["oper"], first["speed"], first["duplex"]) == (
        UpDown.UP,
        UpDown.UP,
        1000,
        "full",
    )
    assert parse.description(PORTS, "1") == {"description": "Kamera Hof"}
    second = parse.port(PORTS, "2")
    assert (second["admin"], second["oper"]) == (UpDown.DOWN, UpDown.DOWN)
    assert parse.port(PORTS, "3")["fault"] == "err-disabled"
    assert parse.port(PORTS, "25")["oper"] is UpDown.UP
    assert parse.port(PORTS, "2:5")["duplex"] == "half"
    assert parse.port(PORTS.replace(" 1      E", " 1:1    E"), "1")["speed"] == 1000


def test_power_of_a_dgs_3120():
    text = """ 1:5    Enabled   Low       15400(Class 0)
        2         1700      535                 33
        ON   : 802.3af-compliant PD was detected
 1:6    Enabled   Low       15400(Class 0)
        0         0         0                   0
        OFF  : Interim state during line detection
 1:7    Disabled  Low       15400(Class 0)
        0         0         0                   0
        OFF  : Port is turned off by the user
 1:8    Enabled   Low       15400(Class 0)
        0         0         0                   0
        FAULT : Overload
"""
    assert parse.power(text, "5") == {"poe": Poe.ON, "poe_watts": 1.7}
    assert parse.power(text, "6") == {"poe": Poe.OFF, "poe_watts": 0.0}
    assert parse.power(text, "7") == {"poe": Poe.DISABLED, "poe_watts": 0.0}
    assert parse.power(text, "8")["poe"] is Poe.FAULT
    assert parse.power(text, "9") == {"poe": None}


def test_vlans():
    text = """ Port    VID  Untagged Tagged  Dynamic  Forbidden
 ------- ---- -------- ------- -------- ---------
 1       20       X       -       -        -
 2       1        X       -       -        -
 2       20       -       X       -        -
"""
    assert parse.vlans(text, "1") == {"mode": Mode.ACCESS, "vlan": 20}
    assert parse.vlans(text, "2") == {"mode": Mode.TRUNK, "vlan": 1}
    assert parse.vlans(text, "3") == {}


def test_addresses():
    text = """VID  VLAN Name                        MAC Address       Port Type     Status
---- -------------------------------- ----------------- ---- -------- -------
1    default                          00-01-02-03-04-05 7    Dynamic  Forward
20   Lehrer 1                         00-01-02-03-04-06 1:8  Dynamic  Forward
20   Lehrer 1                         00-01-02-03-04-07 2:8  Dynamic
1    default                          00-01-02-03-04-08 CPU  Self     Forward
"""
    assert parse.addresses(text) == (
        ("00:01:02:03:04:05", 1, "7"),
        ("00:01:02:03:04:06", 20, "8"),
        ("00:01:02:03:04:07", 20, "2:8"),
    )


def test_neighbours():
    text = """Port ID : 1
-------------------------------------------------------------------
Remote Entities Count : 1
Entity 1
    Chassis ID Subtype               : MAC Address
    Chassis ID                       : 00-1E-58-01-02-03
    Port ID Subtype                  : Local
    Port ID                          : 1/25
    Port Description                 : D-Link DGS-3120-24SC R2.00.B01 Port 2 on Unit 1
    System Name                      : sw-keller
    System Description               : Gigabit Ethernet Switch
    System Capabilities              : Repeater, Bridge
Port ID : 1:2
-------------------------------------------------------------------
Remote Entities Count : 0
    (NONE)
"""
    (found,) = parse.neighbours(text)
    assert (found.port, found.name, found.mac, found.remote_port) == (
        "1",
        "sw-keller",
        "00:1e:58:01:02:03",
        "1/25",
    )
    assert found.carries_others


def test_who_it_is():
    text = """Device Type                : DGS-3120-24PC Gigabit Ethernet Switch
MAC Address                : 00-01-02-03-04-05
Default Gateway            : 10.0.0.1
Firmware Version           : Build 3.00.B026
Serial Number              : R3AK1C8000012
System Name                : sw-d2
System Uptime              : 5 days, 1 hrs, 2 min, 3 secs
"""
    found = parse.switch(text)
    assert (found["name"], found["serial"], found["firmware"]) == (
        "sw-d2",
        "R3AK1C8000012",
        "Build 3.00.B026",
    )
    assert found["uptime"] == 5 * 86400 + 3600 + 2 * 60 + 3
    assert parse.gateway(text) == "10.0.0.1"


@pytest.mark.parametrize(
    "text",
    [
        "Available commands:\n..  ?  clear\n",
        "Next possible completions:\n<portlist>  all\n",
        "Invalid port.\n\nFail!\n",
    ],
)
def test_refusals(text):
    found = XSTACK.refusals(text)
    assert found is not None
    assert found.error_class is ErrorClass.REFUSED
    assert XSTACK.refusals("Command: config ports 5 state enable\n\nSuccess.\n") is None
