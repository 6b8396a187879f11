"""ExtremeXOS's own words: ntc-templates' sample outputs (extreme_exos) in their shape, the Concepts Guide's power table, public
readers of the rest; the values are ours."""

from __future__ import annotations

import re

import pytest

from pedell.drivers.api import ErrorClass
from pedell_network.extreme_exos import parse
from pedell_network.extreme_exos.platform import EXOS
from pedell_network.results import Mode, Poe, UpDown

PORTS = """Port Summary
Port     Display              VLAN Name           Port  Link  Speed  Duplex
#        String               (or # VLANs)        State State Actual Actual
===========================================================================
1        Uplink               (0004)              E     A      1000   FULL
2        Praesenz HUB         IOT                 E     A      10     HALF
5        SvensVMHost          INTERN              E     R
11                                                D     R
12                            Default             F     R
1:51     Rechenzentrum        (0002)              E     A      10G    FULL
========================================================================
   Port State: D-Disabled, E-Enabled, F-Disabled by link-flap detection,
"""


@pytest.mark.parametrize(
    ("port", "admin", "oper", "speed", "description"),
    [
        ("1", "up", "up", 1000, "Uplink"),
        ("2", "up", "up", 10, "Praesenz HUB"),
        ("5", "up", "down", None, "SvensVMHost"),
        ("11", "down", "down", None, ""),
        ("1:51", "up", "up", 10000, "Rechenzentrum"),
    ],
)
def test_ports(port, admin, oper, speed, description):
    found = parse.summary(PORTS, port)
    assert (found["admin"], found["oper"], found.get("speed"), found["description"]) == (
        UpDown(admin),
        UpDown(oper),
        speed,
        description,
    )


def test_a_port_that_flapped():
    assert parse.summary(PORTS, "12")["fault"] == "link-flap"
    assert parse.summary(PORTS, "2")["duplex"] == "half"


def test_what_a_port_carries():
    text = """Port:\t1
\tDescription String: "AggregateLink"
\tVirtual-router:\tVR-Default
\tType:\t\tNONE
\tAdmin state:\tDisabled with  10G full-duplex
\tLink State:\tReady (local fault)

\tVLAN cfg:
\t\t Name: Default, Internal Tag = 1, MAC-limit = No-limit, Virtual router:   VR-Default
\t\t Name: VLAN2222, 802.1Q Tag = 2222, MAC-limit = No-limit, Virtual router:   VR-Default
\t\t       Port-specific VLAN ID: 2222
\tProtocol:
\t\t Name: Default      Protocol: ANY      Match all protocols.
\tTrunking:\tMaster port with 4 members using algorithm address based - L3_L4
"""
    assert parse.detail(text, "1") == {
        "mode": Mode.TRUNK,
        "vlan": 1,
        "bundle": True,
        "description": "AggregateLink",
    }
    alone = re.sub(r".*(?:802\.1Q|Port-specific).*\n", "", text).replace(
        "Master port with 4 members", "Load sharing is not enabled."
    )
    assert parse.detail(alone, "1")["mode"] is Mode.ACCESS
    assert parse.detail(alone, "1")["bundle"] is False
    assert parse.detail(text, "11") == {}


@pytest.mark.parametrize(
    ("row", "poe", "watts"),
    [
        ("3:1  delivering class3  48.3  192  9.300  0", Poe.ON, 9.3),
        ("3:1  searching ------   0.0   0    0.000  0", Poe.OFF, 0.0),
        ("3:1  disabled  ------   0.0   0    0.000  0", Poe.DISABLED, 0.0),
        ("3:1  faulted   class0   0.0   0    0.000  1", Poe.FAULT, 0.0),
    ],
)
def test_power(row, poe, watts):
    text = f"Port State Class Volts Curr Power Fault\n                  (mA) (Watts)\n{row}\n"
    assert parse.power(text, "3:1") == {"poe": poe, "poe_watts": watts}
    assert parse.power(text, "3:11") == {"poe": None}


def test_addresses():
    text = """MAC                                      VLAN Name( Tag)  Age  Flags          Port / Virtual Port List
------------------------------------------------------------------------------------------------------
00:0c:29:4b:34:cf                             v101(0101) 0041  d m D          1:2
00:0c:29:d2:2d:48                             v102(0102) 0045  d miM          1:3, 1:45
00:0c:29:f1:f2:f5                             v100(0100) 0045  d miM          1:51:1

Flags : d - Dynamic, s - Static, p - Permanent, n - NetLogin, m - MAC, i - IP,
"""
    assert parse.addresses(text) == (
        ("00:0c:29:4b:34:cf", 101, "1:2"),
        ("00:0c:29:d2:2d:48", 102, "1:3"),
        ("00:0c:29:d2:2d:48", 102, "1:45"),
        ("00:0c:29:f1:f2:f5", 100, "1:51:1"),
    )


def test_neighbours():
    text = """-----------------------------------------------------------------------------
LLDP Port 5 detected 2 neighbors
  Neighbor: 00:04:96:26:A4:70/1, age 10 seconds
    - Chassis ID type: MAC address (4)
      Chassis ID     : 00:04:96:26:A4:70
    - Port ID type: ifName (5)
      Port ID     : "1"
    - Time To Live: 120 seconds
    - System Name: "sw-keller"
    - System Description: "ExtremeXOS (X450a-48t) version 15.3.1.4 by release-man\\
                          ager on Fri Mar 18 16:01:08 PST 2013"
    - System Capabilities : "Bridge, Router"
      Enabled Capabilities: "Bridge"
    - Management Address Subtype: IPv4 (1)
      Management Address        : 10.0.0.9
    - Port Description: ""
  Neighbor: 00:11:22:33:44:55/eth0, age 1 seconds
    - Chassis ID type: MAC address (4)
      Chassis ID     : 00:11:22:33:44:55
    - System Name: "ap-b204"
      Enabled Capabilities: "Bridge, WLAN Access Point"
"""
    switch, point = parse.neighbours(text)
    assert (
        switch.port,
        switch.name,
        switch.mac,
        switch.remote_port,
        switch.address,
        switch.carries_others,
    ) == (
        "5",
        "sw-keller",
        "00:04:96:26:a4:70",
        "1",
        "10.0.0.9",
        True,
    )
    assert switch.description.endswith("release-manager on Fri Mar 18 16:01:08 PST 2013")
    assert (point.port, point.name, point.access_point) == ("5", "ap-b204", True)


def test_who_it_is():
    text = (
        "Switch          : 800979-00-05 2011G-00289 Rev 05 BootROM: 2.0.0.5    IMG: 30.6.1.11 \n\n"
        "Image   : ExtremeXOS version 30.6.1.11 30.6.1.11-patch1-11 by release-manager\n"
    )
    assert parse.version(text) == {"serial": "2011G-00289", "firmware": "30.6.1.11"}
    found = parse.switch(
        "SysName:          sw-c3\nSystem MAC:       02:04:96:7D:FB:4A\nSystem Type:      X440-24p (Stack)\n"
        "System UpTime:    112 days 17 hours 53 minutes 32 seconds \n"
    )
    assert (found["name"], found["model"], found["mac"]) == ("sw-c3", "X440-24p (Stack)", "02:04:96:7d:fb:4a")
    assert found["uptime"] == 112 * 86400 + 17 * 3600 + 53 * 60 + 32


def test_prompt_and_star():
    pattern = EXOS.prompt("Slot-1 X440")
    for line in ("Slot-1 X440.12 # ", "* Slot-1 X440.1204 # ", "Slot-1 X440.3 > "):
        assert re.fullmatch(pattern, line)
    assert not re.fullmatch(pattern, "Slot-1 X440.12 # show")
    assert parse.unsaved(["", "* sw1.12 #"]) is True
    assert parse.unsaved(["", "sw1.12 #"]) is False


@pytest.mark.parametrize(
    "text",
    [
        "                     ^\n%% Invalid input detected at '^' marker.\n",
        "Error: Port 99 is not valid\n",
        "%% Unrecognized command: show x\n",
    ],
)
def test_refusals(text):
    found = EXOS.refusals(text)
    assert found is not None
    assert found.error_class is ErrorClass.REFUSED
