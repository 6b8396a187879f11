"""Netgear's own words, in the shape of the captures that python-netgear-switch-library took from an M4300-16X and a GSM7252PS;
the values are ours."""

from __future__ import annotations

import pytest

from pedell_network.fastpath import parse as fastpath
from pedell_network.fastpath import stacked_parse as parse
from pedell_network.results import Mode, Poe, UpDown
from tests.network.platforms.cases import CASES
from tests.network.platforms.conftest import ask

NETGEAR = next(case for case in CASES if case.kind == "netgear-prosafe")


def test_ports_of_an_m4300():
    text = """                 Admin     Physical   Physical   Link   Link    LACP   Flow    Stack
Intf      Type   Mode      Mode       Status     Status Trap    Mode   Mode    Capable
--------- ------ --------- ---------- ---------- ------ ------- ------ ------- --------
1/0/1            Enable    Auto                  Down   Enable  Enable Disable Yes
1/0/9            Enable    Auto       10G Full   Up     Enable  Enable Disable Yes
1/0/12           Disable   Auto                  Down   Enable  Enable Disable Yes
lag 1            Enable                          Down   Disable N/A    Disable No
"""
    assert fastpath.port(text, "1/0/1")["admin"] is UpDown.UP
    assert fastpath.port(text, "1/0/9")["speed"] == 10000
    assert fastpath.port(text, "1/0/12")["admin"] is UpDown.DOWN
    assert fastpath.port(text, "lag 1")["oper"] is UpDown.DOWN


@pytest.mark.parametrize(
    ("row", "poe", "watts"),
    [
        ("1/0/12   Yes   30000    4        4600      86      54      Delivering Power   No Error", Poe.ON, 4.6),
        ("1/0/12   Yes   32000    4        3600      67      54      28           Delivering Power   No Error", Poe.ON, 3.6),
        ("1/0/12   No    18000    Unknown  0         0       0       31           Searching          No Error", Poe.OFF, 0.0),
        ("1/0/12   Yes   30000    Unknown  0         0       0       Disabled           No Error", Poe.OFF, 0.0),
        ("1/0/12   Yes   30000    Unknown  0         0       0       Fault              Short", Poe.FAULT, 0.0),
    ],
)  # fmt: skip
def test_power(row, poe, watts):
    text = f"Intf    Power   Power     Class   Power   Current Voltage      Status\n------ -------\n{row}\n"
    assert parse.power(text, "1/0/12") == {"poe": poe, "poe_watts": watts}
    assert parse.power(text, "1/0/1") == {"poe": None}


def test_power_taken_by_an_administrator_stands_in_the_configuration():
    assert fastpath.configured("interface 1/0/5\nno poe\nexit\n", "1/0/5")["poe"] is Poe.DISABLED


def test_neighbours_with_ouis_and_cut_names():
    text = """LLDP Remote Device Summary

Local
Interface  RemID   Chassis ID            Port ID             System Name         OUI          OUI Subtype
--------- -------  --------------------  ------------------  ------------------  -----------  -----------
1/0/11
1/0/12     12      62:C0:EB:01:02:03     62:C0:EB:01:02:03   ap-b204             0x00120f     0x03
                                                                                 0x0012bb     0x01
1/0/14     18      8C:3B:AD:01:02:03     1/0/1               sw-netgear-m43 ...
1/0/15     19      8C:3B:AD:01:02:04     1/0/1                                   0x00120f     0x03
"""
    point, switch, nameless = parse.announced(text)
    assert (point.port, point.name, point.mac) == ("1/0/12", "ap-b204", "62:c0:eb:01:02:03")
    assert (switch.port, switch.name, switch.remote_port) == ("1/0/14", "sw-netgear-m43 ...", "1/0/1")
    assert nameless.name == ""


def test_counters_and_gateway_and_vlan():
    text = (
        "Total Packets Received with MAC Errors......... 7\nAlignment Errors............................... 0\n"
        "FCS Errors..................................... 5\nTotal Transmit Errors.......................... 1\n"
    )
    assert parse.counters(text, "1/0/1") == {"input_errors": 7, "crc_errors": 5, "output_errors": 1}
    assert fastpath.gateway("Default Gateway................................ 10.1.5.1\n") == "10.1.5.1"
    row = "1/0/11    1          4        Admit All    Enable     Enable    Disable 0\n"
    assert parse.pvid(row, "1/0/11") == {"vlan": 4}
    assert parse.pvid(row, "1/0/1") == {}


def test_the_switch_itself_is_no_address():
    text = """VLAN ID  MAC Address         Interface              IfIndex  Status
-------  ------------------  ---------------------  -------  ------------
1        00:0A:FA:01:02:03   1/0/16                 16       Learned
1        8C:3B:AD:01:02:03   CPU Interface:  0/15/1 769      Management
5        8C:3B:AD:01:02:04   vlan 5                 898      Management
"""
    assert fastpath.addresses(text) == (("00:0a:fa:01:02:03", 1, "1/0/16"),)


@pytest.mark.parametrize(
    ("text", "prefix", "name"),
    [("5", "", "1/0/5"), ("5", "0", "0/5"), ("0/5", "", "0/5"), ("1/xg49", "", "1/xg49"), ("x", "", None)],
)
def test_names(text, prefix, name):
    assert parse.port_name(text, prefix) == name


def test_a_port_in_access_mode_is_moved_by_access_mode(stand_of):
    """There `vlan participation` and `vlan pvid` are taken down without effect, as on a real M4300."""
    stand = stand_of(NETGEAR)
    stand.sim.switch.extra["access"] = {"1/0/3"}
    done = ask(stand.connected(), "set_access_vlan", port="3", vlan=30)
    assert (done.after.vlan, done.after.mode) == (30, Mode.ACCESS)
    assert stand.shown(3)["vlan"] == 30
