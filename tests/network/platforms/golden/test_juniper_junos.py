"""Junos' own words: shapes of ntc-templates' sample outputs (juniper_junos) and of public captures of EX and vMX; the
values are ours."""

from __future__ import annotations

import pytest

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_network.juniper_junos import parse
from pedell_network.juniper_junos.platform import JUNOS
from pedell_network.results import Mode, Poe, UpDown


def test_legacy_and_els_switching():
    legacy = """Interface    State  VLAN members        Tag   Tagging  Blocking

ge-0/0/14.0  up      vlan100             100   tagged   unblocked
                     vlan200             200   tagged   unblocked
"""
    assert parse.switching(legacy, "ge-0/0/14") == {"mode": Mode.TRUNK, "vlan": None}
    access = "Interface    State  VLAN members        Tag   Tagging  Blocking\n\nge-0/0/2.0   up      vlan300            300    untagged blocked by RTG (rtggroup)\n"
    assert parse.switching(access, "ge-0/0/2") == {"mode": Mode.ACCESS, "vlan": 300}
    default = "Interface    State  VLAN members        Tag   Tagging  Blocking\nge-0/0/16.0  down    default                   untagged unblocked\n"
    assert parse.switching(default, "ge-0/0/16") == {"mode": Mode.ACCESS}
    els = """Routing Instance Name : default-switch
Logical         Vlan          TAG     MAC         STP         Logical           Tagging
interface       members               limit       state       interface flags
ge-0/0/5.0                            8192                                      untagged
                VLAN20        20      8192        Forwarding                    untagged
"""
    assert parse.switching(els, "ge-0/0/5") == {"mode": Mode.ACCESS, "vlan": 20}


def test_addresses_of_both_generations():
    els = """MAC flags (S - static MAC, D - dynamic MAC, L - locally learned, P - Persistent static
Ethernet switching table : 2 entries, 2 learned
Routing instance : default-switch
   Vlan                MAC                 MAC         Age    Logical
   name                address             flags              interface
   Gast                3c:8c:93:50:dc:c0   D             -   ae2.0
   Vlan3117            00:0c:29:84:d2:f8   D             -   xe-0/0/3.0
"""
    assert parse.addresses(els) == (
        ("3c:8c:93:50:dc:c0", None, "ae2"),
        ("00:0c:29:84:d2:f8", None, "xe-0/0/3"),
    )
    legacy = """Ethernet-switching table: 2 entries, 1 learned
  VLAN              MAC address       Type         Age Interfaces
  default           *                 Flood          - All-members
  default           00:19:e2:50:8a:80 Learn          0 ge-0/0/2.0
"""
    assert parse.addresses(legacy) == (("00:19:e2:50:8a:80", None, "ge-0/0/2"),)


def test_who_and_where_and_of_which_kind():
    listed = """Local Interface    Parent Interface    Chassis Id          Port info          System Name
ge-0/0/1           -                   2c:6b:f5:a1:c2:c0   ge-0/0/1           sw-keller
ge-0/0/0           ae0                 2c:6b:f5:a2:08:c0   Uplink 2           sw-b3
"""
    assert [(found.port, found.name) for found in parse.announced(listed)] == [
        ("ge-0/0/1", "sw-keller"),
        ("ge-0/0/0", "sw-b3"),
    ]
    detail = """LLDP Neighbor Information:
Local Information:
Index: 1 Time to live: 120 Time mark: Fri Nov 20 07:12:11 2026 Age: 17 secs
Local Interface    : ge-0/0/33
Parent Interface   : -
Local Port ID      : 564
Ageout Count       : 0

Neighbour Information:
Chassis type       : Mac address
Chassis ID         : 00:11:22:33:44:55
Port type          : Locally assigned
Port ID            : ge-0/0/23
System name        : sw-keller

System capabilities
        Supported  : Bridge Router
        Enabled    : Bridge Router
"""
    (found,) = parse.neighbours(detail, "ge-0/0/33")
    assert (found.port, found.name, found.remote_port) == ("ge-0/0/33", "sw-keller", "ge-0/0/23")
    assert (found.mac, found.carries_others) == ("00:11:22:33:44:55", True)


def test_uptime_and_version():
    text = """Current time: 2021-08-31 08:48:11 MSK
Time Source:  NTP CLOCK
System booted: 2021-03-29 13:32:05 MSK (22w0d 19:16 ago)
Protocols started: 2021-03-29 13:37:11 MSK (22w0d 19:11 ago)
 8:48AM  up 154 days, 19:16, 2 users, load averages: 0.04, 0.04, 0.01
"""
    assert parse.uptime(text)["uptime"] == 154 * 86400 + 19 * 3600 + 16 * 60
    fresh = "System booted: 2026-11-28 07:59:00 UTC (00:00:43 ago)\n"
    assert parse.uptime(fresh)["uptime"] == 43
    old = "Hostname: sw-alt\nModel: ex2200-24p-4g\nJUNOS Base OS boot [12.3R12.4]\nJUNOS Base OS Software Suite [12.3R12.4]\n"
    found = parse.version(old)
    assert (found["name"], found["model"], found["firmware"]) == ("sw-alt", "ex2200-24p-4g", "12.3R12.4")


def test_a_port_that_is_switched_off():
    text = """Physical interface: ge-0/0/5, Administratively down, Physical link is Down
  Interface index: 653, SNMP ifIndex: 515, Generation: 143
  Link-level type: Ethernet, MTU: 1514, Speed: Auto, Duplex: Auto, BPDU Error: None
  Last flapped   : Never
  Input errors:
    Errors: 12, Drops: 0, Framing errors: 3, Runts: 0
"""
    found = parse.interface(text, "ge-0/0/5")
    assert (found["admin"], found["oper"], found["speed"]) == (UpDown.DOWN, UpDown.DOWN, None)
    assert (found["input_errors"], found["last_change"]) == (12, None)
    with pytest.raises(DeviceError):
        parse.interface(text, "ge-0/0/6")


@pytest.mark.parametrize(
    ("admin", "oper", "watts", "poe"),
    [
        ("Enabled", "ON", "5.9W", Poe.ON),
        ("Enabled", "Powered-up", "5.9W", Poe.ON),
        ("Enabled", "OFF", "0.0W", Poe.OFF),
        ("Enabled", "Searching", "0.0W", Poe.OFF),
        ("Enabled", "Disabled", "0.0W", Poe.OFF),
        ("Disabled", "Disabled", "0.0W", Poe.DISABLED),
    ],
)
def test_power(admin, oper, watts, poe):
    text = f"PoE interface status:\nPoE interface                :  ge-0/0/5\nAdministrative status        :  {admin}\nOperational status           :  {oper}\nPower consumed               :  {watts}\n"
    assert parse.power(text, "ge-0/0/5")["poe"] is poe


NEWEST = "0   2026-10-05 22:03:43 UTC by netops via cli commit confirmed, rollback in 5mins\n"
BEFORE = "1   2026-10-04 10:00:00 UTC by netops via cli\n    change under test\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (NEWEST + "    pedell\n    rollback pending\n" + BEFORE, "pedell"),
        (NEWEST + "    rollback pending\n" + BEFORE, ""),
        # The words stay for good; without "rollback pending" nothing waits any more.
        (NEWEST + "    pedell\n" + BEFORE, None),
        (BEFORE.replace("1   ", "0   "), None),
        ("", None),
    ],
)
def test_a_commit_that_waits(text, found):
    assert parse.pending(text) == found


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("error: configuration database modified\n", ErrorClass.REFUSED),
        ("error: device ge-0/0/99 not found\n", ErrorClass.REFUSED),
        ("                ^\nsyntax error.\n", ErrorClass.REFUSED),
        ("              ^\nunknown command.\n", ErrorClass.REFUSED),
        ("error: permission denied: configure\n", ErrorClass.AUTH),
        ("warning: statement not found\n", None),
        ("commit complete\n", None),
    ],
)
def test_refusals(text, kind):
    found = JUNOS.refusals(text)
    assert (found.error_class if found else None) is kind


def test_a_release_among_days_of_builds():
    """networktocode/ntc-templates, tests/juniper_junos/show_version: …_vmhost.raw."""
    text = (
        "Hostname: sw1\nModel: nfx250_att_s1_10_t\nJUNOS OS Kernel 64-bit [20220419.9889e6f_builder_stable_11]\n"
        "JUNOS libs [20220825.064945_builder_junos_211_x3]\nJUNOS na telemetry [21.1X3.3]\n"
    )
    assert parse.version(text)["firmware"] == "21.1X3.3"
    assert parse.version("Model: ex4200\nJUNOS Base OS boot [12.3R12.4]\n")["firmware"] == "12.3R12.4"
