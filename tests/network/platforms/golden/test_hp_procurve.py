"""ProCurve's own words: shapes of ntc-templates' sample outputs (hp_procurve), of HP's 2520 and 6600 guides, and of a
public capture of `show vlan port … detail`; the values are ours."""

from __future__ import annotations

import pytest

from pedell.drivers.api import DeviceError
from pedell_network.hp_procurve import parse
from pedell_network.hp_procurve.ports import port
from pedell_network.results import Mode, Poe, UpDown

STACK = """ Status and Counters - Port Status

                          | Intrusion                           MDI  Flow Bcast
  Port         Type       | Alert     Enabled Status Mode       Mode Ctrl Limit
  ------------ ---------- + --------- ------- ------ ---------- ---- ---- -----
  1/1          100/1000T  | No        Yes     Up     1000FDx    MDI  off  0
  1/24         100/1000T  | No        No      Down   1000FDx    Auto off  0
  1/27                    | No        Yes     Down   .               off  0
  1/28-Trk1    SFP+SR     | No        Yes     Up     10GigFD    NA   off  0
  2/6          100/1000T  | No        Yes     Up     100HDx     MDI  off  0
"""
OLD = """ Status and Counters - Port Status

                   | Intrusion                           MDI  Flow
  Port  Type       | Alert     Enabled Status Mode       Mode Ctrl
  ----- ---------- + --------- ------- ------ ---------- ---- ----
  1     10/100TX   | No        Yes     Up     100FDx     MDIX off
  5     10/100TX   | No        No      Down   10FDx      MDI  off
  51               | No        Yes     Down   .               off
"""


@pytest.mark.parametrize(
    ("text", "name", "admin", "oper", "speed", "duplex"),
    [
        (STACK, "1/1", UpDown.UP, UpDown.UP, 1000, "full"),
        (STACK, "1/24", UpDown.DOWN, UpDown.DOWN, None, ""),
        (STACK, "1/27", UpDown.UP, UpDown.DOWN, None, ""),
        (STACK, "1/28", UpDown.UP, UpDown.UP, 10000, "full"),
        (STACK, "Trk1", UpDown.UP, UpDown.UP, 10000, "full"),
        (STACK, "2/6", UpDown.UP, UpDown.UP, 100, "half"),
        (OLD, "1", UpDown.UP, UpDown.UP, 100, "full"),
        (OLD, "5", UpDown.DOWN, UpDown.DOWN, None, ""),
    ],
)
def test_brief(text, name, admin, oper, speed, duplex):
    found = parse.brief(text, name)
    assert (found["admin"], found["oper"], found["speed"], found["duplex"]) == (admin, oper, speed, duplex)


def test_a_port_that_is_not_listed():
    with pytest.raises(DeviceError, match="cannot be understood"):
        parse.brief(OLD, "2")


def test_counters():
    text = """ Status and Counters - Port Counters for port 7

  Name  : Drucker B204
  MAC Address      : 5820b1-c01339
  Link Status      : Up
  Totals (Since boot or last clear) :
   Bytes Rx        : 1,832,003,865        Bytes Tx        : 3,020,588,712
  Errors (Since boot or last clear) :
   FCS Rx          : 1,204                Drops Tx        : 2688
   Alignment Rx    : 3                    Collisions Tx   : 4
   Total Rx Errors : 1,207                Deferred Tx     : 0
"""
    found = parse.counters(text, "7")
    assert found == {
        "description": "Drucker B204",
        "input_errors": 1207,
        "crc_errors": 1204,
        "output_errors": 2688,
    }


def test_vlans_of_a_trunk_and_of_an_access_port():
    trunk = """
 Status and Counters - VLAN Information - for ports 2/11

  Port name:

  VLAN ID Name                 | Status     Voice Jumbo Mode
  ------- -------------------- + ---------- ----- ----- --------
  60      Verwaltung           | Port-based No    No    Tagged
  101     Gast                 | Port-based No    No    Untagged
  105     Schueler             | Port-based Yes   No    Tagged
"""
    assert parse.vlans(trunk, "2/11") == {"mode": Mode.TRUNK, "vlan": 101}
    access = trunk.replace("No    Tagged", "No    Forbid").replace("No    No    Tagged", "")
    assert parse.vlans(access, "2/11") == {"mode": Mode.ACCESS, "vlan": 101}


@pytest.mark.parametrize(
    ("state", "enabled", "watts", "poe", "found"),
    [
        ("Delivering", "Yes", "8.4 W", Poe.ON, 8.4),
        ("Delivering", "Yes", "8400 mW", Poe.ON, 8.4),
        ("Searching", "yes", "0 W", Poe.OFF, 0.0),
        ("Disabled", "No", "0 W", Poe.DISABLED, 0.0),
        ("Fault", "Yes", "0 W", Poe.FAULT, 0.0),
    ],
)
def test_power(state, enabled, watts, poe, found):
    text = f""" Status and Counters - Port Power Status for port A6

  Power Enable     : {enabled}
                                        LLDP Detect      : enabled
  Priority         : low                Configured Type  :
  AllocateBy       : value              Value            : 17 W
  Detection Status : {state:<18} Power Class      : 2

  Over Current Cnt : 0                  MPS Absent Cnt   : 0
  Power Denied Cnt : 0                  Short Cnt        : 0

  Voltage          : 55.1 V             Current          : 154 mA
  Power            : {watts}
"""
    assert parse.power(text, "A6") == {"poe": poe, "poe_watts": found}


def test_addresses_with_and_without_vlans():
    text = """
 Status and Counters - Port Address Table

  MAC Address       Port                            VLAN
  ----------------- ------------------------------- ----
  001122-334455     5                               30
  0c15b2-a45d78     Trk1                            1
"""
    assert parse.addresses(text) == (("00:11:22:33:44:55", 30, "5"), ("0c:15:b2:a4:5d:78", 1, "Trk1"))
    old = "\n  MAC Address   Port\n  ------------- -----\n  00000d-600000 10\n"
    assert parse.addresses(old) == (("00:00:0d:60:00:00", None, "10"),)


def test_neighbours_of_three_kinds():
    text = """
 LLDP Remote Device Information Detail

  Local Port   : 1
  ChassisType  : mac-address
  ChassisId    : 3821c7-c1cd00
  PortType     : local
  PortId       : 1
  SysName      : sw-keller
  System Descr : Aruba JL357A 2540-48G-PoE+-4SFP+ Switch, revision YC.16.0...
  PortDescr    : 1
  Pvid         : 0

  System Capabilities Supported  : bridge, router
  System Capabilities Enabled    : bridge

  Remote Management Address
     Type    : ipv4
     Address : 192.0.2.100

  Poe Plus Information Detail

    Poe Device Type         : Type2 PSE
    A line that no template knows : 1

------------------------------------------------------------------------------
  Local Port   : A7
  ChassisType  : mac-address
  ChassisId    : bcf310-1f8b40
  PortId       : mgt0
  SysName      : ap-b204
  System Descr :

  System Capabilities Supported  : bridge, wlan-access-point
  System Capabilities Enabled    : bridge, wlan-access-point

------------------------------------------------------------------------------
  Local Port   : 25
  ChassisType  : local
  ChassisId    : irgendwer
  PortId       : d8 cb 8a 6d 30 3c
  SysName      :
  System Capabilities Enabled    :

------------------------------------------------------------------------------
"""
    switch, point, unknown = parse.neighbours(text)
    assert (switch.port, switch.name, switch.mac) == ("1", "sw-keller", "38:21:c7:c1:cd:00")
    assert (switch.address, switch.carries_others, switch.access_point) == ("192.0.2.100", True, False)
    assert (point.port, point.access_point, point.carries_others) == ("A7", True, False)
    assert (unknown.port, unknown.name, unknown.mac, unknown.capabilities) == ("25", "", "", ())


def test_system_with_a_wrapped_contact_and_of_a_stack():
    text = """
 Status and Counters - General System Information

  System Name        : sw-b2
  System Contact     : Medienzentrum der Stadt (netz@example.test) und noch vie
                       l mehr Text, der umgebrochen wird
  System Location    : Bert-Brecht-Gymnasium K01

  Software revision  : KB.16.10.0020        Base MAC Addr      : a1b2c3-d4e5f6
  ROM Version        : KB.16.01.0006        Serial Number      : AB12CDE3FK

  Up Time            : 93 days              Memory   - Total   : 685,096,960
"""
    found = parse.system(text)
    assert (found["name"], found["firmware"], found["serial"]) == ("sw-b2", "KB.16.10.0020", "AB12CDE3FK")
    assert (found["mac"], found["uptime"]) == ("a1:b2:c3:d4:e5:f6", 93 * 86400)
    stack = """ Status and Counters - General System Information
  System Name        : stapel
  Software revision  : WC.16.11.0021
  VSF-Member :1
  ROM Version        : WC.16.01.0010
  Up Time            : 12 hours
  MAC Addr           : 94f128-aabbcd
  Serial Number      : SN0000001A
"""
    found = parse.system(stack)
    assert (found["name"], found["serial"], found["uptime"]) == ("stapel", "SN0000001A", 43200)


def test_what_the_guards_ask():
    arp = """
 IP ARP table

  IP Address      MAC Address       Type    Port
  --------------- ----------------- ------- ----
  192.0.2.11      0015b2-a45078     dynamic 2
"""
    assert parse.arp(arp) == {"192.0.2.11": "00:15:b2:a4:50:78"}
    assert parse.gateway("  Default Gateway : 192.0.2.254\n  Default TTL     : 64\n") == "192.0.2.254"
    trunks = """
 Load Balancing Method:  L3-based (default)

  Port   | Name                             Type       | Group Type
  ------ + -------------------------------- ---------- + ----- --------
  49     | Uplink Keller                    1000LX     | Trk2  LACP
  50     | Uplink Keller                    1000LX     | Trk2  LACP

"""
    assert parse.bundled(trunks) == {"49", "50", "Trk2"}


def test_whether_anything_is_unsaved():
    assert parse.unsaved(["Running configuration is same as the startup configuration.\n"]) is False
    assert parse.unsaved(["Running configuration has been changed and needs to be saved.\n"]) is True
    with pytest.raises(DeviceError):
        parse.unsaved(["Invalid input: status"])


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("5", "5"),
        ("a5", "A5"),
        ("1/a5", "1/A5"),
        ("trk1", "Trk1"),
        ("interface 24", "24"),
        ("Gi1/0/5", None),
        ("5,6", None),
    ],
)
def test_names(text, name):
    assert port(text, "") == name
