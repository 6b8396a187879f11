"""LCOS SX 4 in its own words: the shapes of what the Ansible collection lancom.swoslx captured on a GS-3510XP, what a Kontron
KSwitch with the same command line printed, and what the NOC project reads from older ones; the values are ours."""

from __future__ import annotations

import dataclasses
import re

import pytest

from pedell.drivers.api import DeviceError, ErrorClass, Happened, Waiting
from pedell_network.lancom_lcossx4 import parse
from pedell_network.lancom_lcossx4.driver import LancomLcosSx4
from pedell_network.lancom_lcossx4.platform import SX4
from pedell_network.results import Mode, Poe, UpDown
from pedell_network.simulated import lancom_lcossx4_shown as shown
from tests.network.platforms.cases import CASES
from tests.network.platforms.conftest import ask

CASE = next(case for case in CASES if case.kind == "lancom-lcossx4")
PORT = "GigabitEthernet 1/5"

SYSTEM = """
Model Name                  : LANCOM GS-3510XP
System Description          : Managed L2+ PoE+ Switch, 4x 10/100/1000Base-T ports + 4x 100M/1G/2,5G ports
Location                    : 
System Name                 : sw-lancom-1
System Date                 : 2026-11-28T01:42:36+01:00
System Uptime               : 3d 02:43:51
Bootloader Version          : V1.05
Firmware Version            : 4.30.0439RU9
Serial Number               : 4006396720100123
MAC Address                 : 00-a0-57-01-02-03
Power                       : 1V0:1.04V; 2V5:2.53V
"""  # noqa: W291
CONFIGURED = """Building configuration...
interface GigabitEthernet 1/4
 switchport mode trunk
 poe mode disable
!
interface GigabitEthernet 1/5
 switchport voice vlan mode disable
 switchport access vlan 20
 switchport trunk native vlan 1
 switchport hybrid native vlan 7
 switchport trunk allowed vlan 1-4094
 no switchport trunk vlan tag native
 switchport mode access
 lldp receive
 poe mode enable
 poe priority low
 no poe port-profile
 no shutdown
 description AP B204
 no aggregation group
!
interface vlan 1
 ip address dhcp
!
end
"""


@pytest.mark.parametrize(
    ("text", "prefix", "name"),
    [
        ("GigabitEthernet 1/5", "", "GigabitEthernet 1/5"),
        ("gi 1/5", "", "GigabitEthernet 1/5"),
        ("Gi1/5", "", "GigabitEthernet 1/5"),
        ("2.5GigabitEthernet 1/1", "", "2.5GigabitEthernet 1/1"),
        ("2.5G 1/1", "", "2.5GigabitEthernet 1/1"),
        ("10g1/2", "", "10GigabitEthernet 1/2"),
        ("Port 10G 1/2", "", "10GigabitEthernet 1/2"),
        # Which port is `5` differs from model to model: each speed counts from one.
        ("5", "", None),
        ("1/5", "", None),
        ("5", "GigabitEthernet 1/", "GigabitEthernet 1/5"),
        ("5", "2.5G 1/", "2.5GigabitEthernet 1/5"),
        ("5", "nonsense", None),
        ("TenGigabitEthernet 1/1", "", None),
        ("gii 1/5", "", None),
        ("GigabitEthernet 1/5\nreload cold", "", None),
        ("GigabitEthernet 1/*", "", None),
    ],
)
def test_names(text, prefix, name):
    assert parse.port_name(text, prefix) == name


NEW = """Interface  Mode     Speed   Aneg       Media Type SFP Family   Link    Operational Warnings
---------- -------- ------- ---------- ---------- ------------ ------- --------------------
Gi 1/1     Enabled  Auto    Yes        RJ45       N/A          1Gfdx
Gi 1/2     Enabled  Auto    Yes        RJ45       N/A          Down
Gi 1/3     Disabled Auto    Yes        RJ45       N/A          Down
2.5G 1/1   Enabled  Auto    Yes        RJ45       N/A          2.5Gfdx
10G 1/1    Enabled  Auto    Yes        SFP        None         10Gfdx  Port down-shifted
"""
OLD = """Interface              Mode     Speed & Duplex  Flow Control  Max Frame  Excessive  Link
---------------------  -------  --------------  ------------  ---------  ---------  --------
GigabitEthernet 1/1    enabled  100fdx          disabled      9600       Discard    Down
GigabitEthernet 1/2    enabled  Auto            disabled      9600       Discard    100hdx
"""


@pytest.mark.parametrize(
    ("text", "port", "fields"),
    [
        (NEW, "GigabitEthernet 1/1", {"admin": UpDown.UP, "oper": UpDown.UP, "speed": 1000, "duplex": "full"}),
        (NEW, "GigabitEthernet 1/2", {"admin": UpDown.UP, "oper": UpDown.DOWN}),
        (NEW, "GigabitEthernet 1/3", {"admin": UpDown.DOWN, "oper": UpDown.DOWN}),
        (NEW, "2.5GigabitEthernet 1/1", {"admin": UpDown.UP, "oper": UpDown.UP, "speed": 2500, "duplex": "full"}),
        (NEW, "10GigabitEthernet 1/1", {"admin": UpDown.UP, "oper": UpDown.UP, "speed": 10000, "duplex": "full"}),
        (OLD, "GigabitEthernet 1/1", {"admin": UpDown.UP, "oper": UpDown.DOWN}),
        (OLD, "GigabitEthernet 1/2", {"admin": UpDown.UP, "oper": UpDown.UP, "speed": 100, "duplex": "half"}),
    ],
)  # fmt: skip
def test_status_of_newer_and_older_firmware(text, port, fields):
    assert parse.status(text, port) == fields


@pytest.mark.parametrize(
    ("text", "error"),
    [(NEW, ErrorClass.PRECONDITION), ("Gi 1/9  Enabled  Auto\n", ErrorClass.PROTOCOL), ("Gi 1/9  1Gfdx\n", ErrorClass.PROTOCOL)],
)  # fmt: skip
def test_a_port_that_is_not_there_or_not_told(text, error):
    with pytest.raises(DeviceError) as caught:
        parse.status(text, "GigabitEthernet 1/9")
    assert caught.value.error_class is error


def test_what_is_configured_and_what_is_not():
    assert parse.configured(CONFIGURED, PORT) == {
        "description": "AP B204",
        "mode": Mode.ACCESS,
        "vlan": 20,
        "bundle": False,
    }
    assert parse.configured(CONFIGURED, "GigabitEthernet 1/4")["poe"] is Poe.DISABLED
    assert parse.configured(CONFIGURED, "GigabitEthernet 1/50") == {}


@pytest.mark.parametrize(
    ("line", "instead", "fields"),
    [
        (" switchport mode access", " switchport mode trunk", {"mode": Mode.TRUNK, "vlan": 1}),
        (" switchport mode access", " switchport mode hybrid", {"mode": Mode.TRUNK, "vlan": 7}),
        (" no aggregation group", " aggregation group 2 mode active", {"bundle": True}),
        (" poe mode enable", " poe mode disable", {"poe": Poe.DISABLED, "poe_watts": 0.0}),
        (" poe mode enable", " no poe mode", {"poe": Poe.DISABLED}),
        (" description AP B204", " no description", {"description": ""}),
    ],
)
def test_each_line_of_a_port(line, instead, fields):
    found = parse.configured(CONFIGURED.replace(line, instead), PORT)
    assert found | fields == found


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        (" poe mode enable\n", {"poe": Poe.OFF}),
        (" poe mode plus\n", {"poe": Poe.OFF}),
        (" poe mode disable\n", {}),
        (" no poe mode\n", {}),
        ("", {}),
    ],
)
def test_whether_power_may_be_taken_and_whether_there_is_any(line, fields):
    text = CONFIGURED.replace(" poe mode enable\n", line)
    assert parse.fed(text, PORT) == fields
    assert ("poe" in parse.configured(text, PORT)) is (line != "" and not fields)


def test_the_way_power_is_given_comes_back():
    assert parse.power_setting(CONFIGURED, PORT) == "enable"
    assert parse.power_setting(CONFIGURED.replace("poe mode enable", "poe mode plus"), PORT) == "plus"
    assert parse.power_setting(CONFIGURED, "GigabitEthernet 1/4") == ""


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ("4         PoE turned ON                           15.4            285", {"poe": Poe.ON, "poe_watts": 15.4}),
        ("4         30.0    PoE turned ON    12.5 [W]    231 [mA]", {"poe": Poe.ON, "poe_watts": 12.5}),
        ("-         PoE turned OFF - Power budget exceeded  0.0             0", {"poe": Poe.DENIED, "poe_watts": 0.0}),
        ("-         PoE turned OFF - PD overload            0.0             0", {"poe": Poe.FAULT, "poe_watts": 0.0}),
        ("-         Invalid PD                              0.0             0", {"poe": Poe.FAULT, "poe_watts": 0.0}),
        # Whether it was taken away on purpose, the configuration tells.
        ("-         PoE turned OFF - PoE disabled           0.0             0", {"poe": Poe.OFF, "poe_watts": 0.0}),
        ("-         No PD detected                          0.0             0", {"poe": Poe.OFF, "poe_watts": 0.0}),
        ("-         something new                           0.0             0", {}),
    ],
)  # fmt: skip
def test_power(said, fields):
    text = f"Interface              PD Class  Port Status\n---------\nGigabitEthernet 1/5    {said}\n"
    assert parse.power(text, PORT) == fields
    assert parse.power(text, "GigabitEthernet 1/50") == {}


def test_counters():
    text = "Rx Drops:                   3    Tx Drops:           0\nRx CRC/Alignment:           7\nRx Undersize:    0\n"
    assert parse.counters(text, PORT) == {"crc_errors": 7}
    assert parse.counters("% Invalid word\n", PORT) == {}


ADDRESSES = """Type    VID  MAC Address       Ports
Dynamic 1    00:50:56:c1:43:30 GigabitEthernet 1/5
Static  1    00:a0:57:01:02:03  CPU
                                                  Dynamic 20   00:50:56:dd:ee:12 2.5GigabitEthernet 1/1
Static  1    33:33:00:00:00:01 GigabitEthernet 1/1-6 2.5GigabitEthernet 1/1-2 CPU
Static  20   00:50:56:dd:ee:13 GigabitEthernet 1/4
Dynamic 20   00:50:56:dd:ee:14 10GigabitEthernet 1/1-2
"""


def test_addresses_also_behind_a_bundle_and_what_a_pager_left():
    assert parse.addresses(ADDRESSES) == (
        ("00:50:56:c1:43:30", 1, "GigabitEthernet 1/5"),
        ("00:50:56:dd:ee:12", 20, "2.5GigabitEthernet 1/1"),
        ("00:50:56:dd:ee:13", 20, "GigabitEthernet 1/4"),
        ("00:50:56:dd:ee:14", 20, "10GigabitEthernet 1/1"),
        ("00:50:56:dd:ee:14", 20, "10GigabitEthernet 1/2"),
    )


def test_a_range_without_end_is_bounded():
    row = "Dynamic 1    00:50:56:c1:43:30 GigabitEthernet 1/1-99999999,1-99999999,5-1,7\n"
    found = parse.addresses("Type    VID  MAC Address       Ports\n" + row)
    assert 0 < len(found) <= 64


def test_neighbours():
    text = """Local Interface     : GigabitEthernet 1/5
Chassis ID          : F0-9F-C2-01-02-03
Port ID             : eth0
Port Description    : uplink: lan
System Name         : ap-b204
System Description  : UAP-AC-Pro 6.6
System Capabilities : Bridge(+), WLAN Access Point(+), Router(-)
Management Address  : 10.0.0.41 (IPv4) - if-index:4
PoE Type            :
PoE Source          :

Local Interface     : 10GigabitEthernet 1/1
Chassis ID          : sw-keller
Port ID             : 00-1E-14-00-00-01
System Name         :
System Capabilities : Bridge(+)
"""
    point, switch = parse.neighbours(text)
    assert (point.port, point.name, point.mac) == (PORT, "ap-b204", "f0:9f:c2:01:02:03")
    assert (point.remote_port, point.address) == ("eth0", "10.0.0.41")
    assert point.capabilities == ("bridge", "access_point")
    assert point.access_point
    assert (switch.port, switch.name, switch.mac) == ("10GigabitEthernet 1/1", "", "")
    assert switch.carries_others
    assert parse.neighbours("No LLDP entries found\n") == ()
    with pytest.raises(DeviceError):
        parse.neighbours("something else\n")


def test_who_it_is():
    found = parse.system(SYSTEM)
    assert (found["name"], found["model"], found["serial"]) == (
        "sw-lancom-1",
        "GS-3510XP",
        "4006396720100123",
    )
    assert (found["firmware"], found["mac"]) == ("4.30.0439RU9", "00:a0:57:01:02:03")
    assert found["uptime"] == 3 * 86400 + 2 * 3600 + 43 * 60 + 51
    assert parse.restarted("MAC Address      : 00-a0-57-01-02-03\nPrevious Restart : Cold\n") == {
        "restart_reason": "Cold"
    }


@pytest.mark.parametrize(
    "text",
    [
        "10.0.0.1 via VLAN1:00-1e-14-00-00-01\n",
        "10.0.0.1 via VLAN 1:00:1e:14:00:00:01\n",
        "10.0.0.1 via VLAN20:00:1e:14:00:00:01\n",
        "IP Address      MAC Address        Interface\n10.0.0.1        00-1e-14-00-00-01  VLAN 1\n",
    ],
)
def test_arp(text):
    assert parse.arp(text) == {"10.0.0.1": "00:1e:14:00:00:01"}


@pytest.mark.parametrize(
    ("text", "hop"),
    [
        ("0.0.0.0/0 via 10.0.0.1 <UP GATEWAY HW_RT>\n", "10.0.0.1"),
        ("D* 0.0.0.0/0 [253/0] via 10.0.0.1, VLAN 1, 00:12:13\n", "10.0.0.1"),
        ("10.0.0.0/24 via VLAN1 <UP HW_RT>\n", ""),
    ],
)
def test_gateway(text, hop):
    assert parse.gateway(text) == hop


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("      ^\n% Invalid word detected at '^' marker.\n", ErrorClass.REFUSED),
        ("% Incomplete command.\n", ErrorClass.REFUSED),
        ("% No password set\n", ErrorClass.REFUSED),
        ("% Insufficient privilege level\n", ErrorClass.AUTH),
        ("Building configuration...\n% Saving 6895 bytes to flash:startup-config\n", None),
        ("% Cold reload in progress, please stand by.\n", None),
    ],
)
def test_refusals_and_what_only_looks_like_one(text, error):
    found = SX4.refusals(text)
    assert (found and found.error_class) == error


def test_running_and_saved_are_the_same_but_for_the_first_line():
    running = f"Building configuration...\nhostname sw\n{CONFIGURED.partition('...')[2]}"
    saved = running.partition("\n")[2].replace("\n", "\r\n")
    assert parse.unsaved([running, saved]) is False
    assert parse.unsaved([running, saved.replace("vlan 20", "vlan 30")]) is True


def test_a_vlan_that_nobody_made_is_refused_since_the_switch_would_not(stand_of):
    stand = stand_of(CASE)
    driver = stand.connected()
    with pytest.raises(DeviceError, match="there is no VLAN 40") as caught:
        ask(driver, "set_access_vlan", port=stand.port(3), vlan=40)
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.PRECONDITION, Happened.NO)
    assert not stand.sim.counts()
    stand.sim.switch.extra["vlans"].add(40)
    assert ask(driver, "set_access_vlan", port=stand.port(3), vlan=40).after.vlan == 40


def test_a_line_longer_than_the_usual_terminal_is_understood(stand_of):
    """The name of the switch and `show running-config interface …` are more than eighty characters together."""
    stand = stand_of(CASE, hostname="sw-grundschule-am-alten-markt")
    found = ask(stand.connected(), "port_status", port=stand.port(5))
    assert (found.description, found.poe) == ("AP B204", Poe.ON)
    assert "show running-config interface GigabitEthernet 1/5 all-defaults" in stand.text


@pytest.mark.parametrize(
    ("heard", "answer"),
    [
        ("% Cold reload in progress, please stand by.\n", None),
        ("Reload the system? [y/n]: ", "y\n"),
        ("Are you sure you want to continue (yes/no)? ", "y\n"),
        ("There are unsaved changes. Save them before reload? (y/n) ", "n\n"),
        ("What is your name? (y/n) ", ""),
    ],
)
def test_should_it_ask_the_restart_is_confirmed_and_nothing_saved(heard, answer):
    assert SX4.restart is not None
    fits = (reply for question, reply in SX4.restart.answers if re.search(f"(?:{question})\\Z", heard))
    assert next(fits, "") == answer


def test_a_restart_is_believed_by_its_last_words(stand_of):
    """It asks nothing, and hangs up with the line that says so."""
    stand = stand_of(CASE)
    assert isinstance(ask(stand.connected(), "restart_device"), Waiting)
    assert stand.sim.counts() == {"reload": 1}


def test_what_is_configured_is_said_once_and_counts_more_than_a_status_that_lags(stand_of, monkeypatch):
    """Its status may say for a moment that power is taken which was taken away on purpose."""
    stand = stand_of(CASE)
    stand.sim.change(port=stand.port(5), powered=False)
    monkeypatch.setattr(shown, "power", lambda name, _: f"{name}    4   PoE turned ON    12.5    237\n")
    driver = stand.connected()
    found = ask(driver, "port_status", port=stand.port(5))
    assert (found.poe, found.poe_watts) == (Poe.DISABLED, 0.0)
    assert stand.text.count("all-defaults") == 1
    ask(driver, "poe_on", port=stand.port(5))
    assert stand.shown(5)["power"] == "enable"


def test_power_is_cycled_where_the_switch_does_not_tell_of_it(stand_of, monkeypatch):
    """Without `show poe interface` the configuration tells whether there is power to take."""
    looks = tuple(one for one in SX4.port if one.command != "show poe interface {port}")
    monkeypatch.setattr(LancomLcosSx4, "platform", dataclasses.replace(SX4, port=looks))
    stand = stand_of(CASE)
    done = ask(stand.connected(), "poe_cycle", port=stand.port(3), pause=0.5)
    assert (done.before.poe, done.before.poe_watts) == (Poe.OFF, None)
    assert stand.sim.counts()["power off"] == stand.sim.counts()["power on"] == 1
