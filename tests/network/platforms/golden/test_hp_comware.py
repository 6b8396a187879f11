"""Comware's own words: ntc-templates' sample outputs (hp_comware) in their shape, the examples of H3C's PoE references; the
values are ours."""

from __future__ import annotations

import re

import pytest

from pedell.drivers.api import ErrorClass
from pedell_network.hp_comware import parse
from pedell_network.hp_comware.platform import COMWARE
from pedell_network.results import Mode, Poe, UpDown

PORT = "Ten-GigabitEthernet2/0/0/48"
SEVEN = """Ten-GigabitEthernet2/0/0/48
Current state: UP
IP packet frame type: Ethernet II, hardware address: aaaa-bbbb-cdcd
Description: Zum Keller
Bandwidth: 10000000 kbps
10Gbps-speed mode, full-duplex mode
Link speed type is autonegotiation, link duplex type is autonegotiation
PVID: 1
Port link-type: Trunk
 VLAN permitted: 2-4094
 Input:  3 input errors, 0 runts, 0 giants, 0 throttles
         2 CRC, 0 frame, - overruns, 0 aborts
 Output: 1 output errors, - underruns, - buffer failures
"""


def test_a_port_of_comware_7():
    assert parse.interface(SEVEN, PORT) == {
        "admin": UpDown.UP,
        "oper": UpDown.UP,
        "fault": "",
        "description": "Zum Keller",
        "mode": Mode.TRUNK,
        "vlan": 1,
        "input_errors": 3,
        "crc_errors": 2,
        "output_errors": 1,
        "speed": 10000,
        "duplex": "full",
        "routed": False,
    }
    off = parse.interface(SEVEN.replace("state: UP", "state: Administratively DOWN"), PORT)
    assert (off["admin"], off["oper"]) == (UpDown.DOWN, UpDown.DOWN)
    stp = parse.interface(SEVEN.replace("state: UP", "state: STP DOWN"), PORT)
    assert (stp["admin"], stp["oper"], stp["fault"]) == (UpDown.UP, UpDown.DOWN, "stp")
    plain = parse.interface(SEVEN.replace("Zum Keller", f"{PORT} Interface"), PORT)
    assert plain["description"] == ""


@pytest.mark.parametrize(
    ("line", "routed"),
    [
        ("Internet address: 10.0.9.1/30 (primary)", True),
        ("Internet Address is 10.0.9.1/30 Primary", True),
        ("Internet protocol processing: Disabled", False),
    ],
)
def test_a_port_with_an_address_of_the_switchs_own(line, routed):
    text = SEVEN.replace("PVID: 1\nPort link-type: Trunk\n VLAN permitted: 2-4094\n", f"{line}\n")
    found = parse.interface(text, PORT)
    assert (found["mode"], found["routed"]) == (Mode.ROUTED, routed)


def test_a_port_of_comware_5():
    text = """ GigabitEthernet1/0/5 current state: DOWN ( Administratively )
 Description: GigabitEthernet1/0/5 Interface
 Unknown-speed mode, unknown-duplex mode
 PVID: 20
 Port link-type: access
"""
    found = parse.interface(text, "GigabitEthernet1/0/5")
    assert (found["admin"], found["oper"], found["mode"], found["vlan"]) == (
        UpDown.DOWN,
        UpDown.DOWN,
        Mode.ACCESS,
        20,
    )


@pytest.mark.parametrize(
    ("text", "poe", "watts"),
    [
        (
            (
                " PoE Status        : Enabled\n Oper              : On\n Detection Status  : Delivering Power\n"
                " Current Power     : 11592    mW\n Max Power         : 15400    mW\n"
            ),
            Poe.ON,
            11.592,
        ),
        (
            (
                " Port Power Enabled            : enabled\n Port Operating Status         : power-deny\n"
                " Port Detection Status         : searching\n Port Current Power            : 0   mW\n"
            ),
            Poe.DENIED,
            0.0,
        ),
        ("Port power enabled :enable\nPort power ON/OFF :on\nPort current power :460 mW\n", Poe.ON, 0.46),
        (
            " PoE Status        : Enabled\n Oper              : Off\n Detection Status  : Fault\n",
            Poe.FAULT,
            0.0,
        ),
        (
            " PoE Status        : Disabled\n Oper              : Off\n Detection Status  : Disabled\n",
            Poe.DISABLED,
            0.0,
        ),
    ],
    ids=["7", "5", "3600", "fault", "off"],
)
def test_power(text, poe, watts):
    assert parse.power(text, "GigabitEthernet1/0/5") == {"poe": poe, "poe_watts": watts}


def test_addresses_in_both_tables():
    five = """MAC ADDR       VLAN ID  STATE          PORT INDEX               AGING TIME(s)
0000-1111-2222 1        Learned        Bridge-Aggregation1      AGING
dead-beef-0042 20       Learned        GigabitEthernet1/0/10    AGING
"""
    assert parse.addresses(five) == (
        ("00:00:11:11:22:22", 1, "Bridge-Aggregation1"),
        ("de:ad:be:ef:00:42", 20, "GigabitEthernet1/0/10"),
    )
    seven = (
        "MAC Address      VLAN ID    State            Port/Nickname            Aging\n"
        "dead-beef-0042   20         Learned          XGE1/0/50                Y\n"
    )
    assert parse.addresses(seven) == (("de:ad:be:ef:00:42", 20, "Ten-GigabitEthernet1/0/50"),)
    assert parse.addresses("No MAC addresses found.\n") == ()


def test_neighbours():
    text = """LLDP neighbor-information of port 1[Ten-GigabitEthernet1/0/0/1]:
LLDP agent nearest-bridge:
 LLDP neighbor index : 1
 Update time         : 457 days, 22 hours, 1 minutes, 46 seconds
 Chassis type        : MAC address
 Chassis ID          : 70f9-6d6b-e800
 Port ID             : GigabitEthernet0/0/1
 System name         : sw-keller
 System description  : H3C Comware software. H3C SR8800 Product Version SR8800-C
                       MW520-R3725P01. Copyright (c) 2004-2014 Hangzhou H3C Tech
 System capabilities supported : Bridge, Router
 System capabilities enabled   : Bridge, Router
 Management address type           : IPv4
 Management address                : 172.16.37.18
"""
    (found,) = parse.neighbours(text)
    assert (found.port, found.name, found.mac, found.address) == (
        "Ten-GigabitEthernet1/0/0/1",
        "sw-keller",
        "70:f9:6d:6b:e8:00",
        "172.16.37.18",
    )
    assert found.carries_others


def test_who_it_is():
    seven = """HPE Comware Software, Version 7.1.070, Release 6710P01-US
HPE FF 5945 32QSFP28 Switch uptime is 84 weeks, 2 days, 3 hours, 51 minutes
Last reboot reason : Cold reboot
"""
    found = parse.version(seven)
    assert (found["firmware"], found["model"], found["restart_reason"]) == (
        "7.1.070 6710P01-US",
        "FF 5945 32QSFP28 Switch",
        "Cold reboot",
    )
    assert found["uptime"] == ((84 * 7 + 2) * 24 + 3) * 3600 + 51 * 60
    five = "Comware Software, Version 5.20, Feature 6709L25\nH3C S7510E uptime is 309 weeks, 1 day, 16 hours, 15 minutes\n"
    assert parse.version(five)["firmware"] == "5.20 6709L25"
    made = "Slot 1\n DEVICE_NAME          : LS-5130\n DEVICE_SERIAL_NUMBER : 1111\n MAC_ADDRESS          : AAAA-AAAA-355F\n"
    assert parse.manufactured(made) == {"model": "LS-5130", "serial": "1111", "mac": "aa:aa:aa:aa:35:5f"}


@pytest.mark.parametrize("line", ["<sw1>", "[sw1]", "[sw1-GigabitEthernet1/0/5]", "RBM_P<sw1>"])
def test_prompts(line):
    assert re.fullmatch(COMWARE.prompt("sw1"), line)
    assert not re.fullmatch(COMWARE.prompt("sw1"), f"{line}display")


def test_refusals():
    for text in (
        " ^\n % Unrecognized command found at '^' position.\n",
        " % Wrong parameter found at '^' position.\n",
    ):
        found = COMWARE.refusals(text)
        assert found is not None
        assert found.error_class is ErrorClass.REFUSED
    denied = COMWARE.refusals("Permission denied.\n")
    assert denied is not None
    assert denied.error_class is ErrorClass.AUTH


def test_the_ports_that_hold_an_irf_stack_together():
    """Bindings stand below `irf-port 1/1`, so that a port's own configuration knows nothing of them (H3C's IRF guides)."""
    five = """ MemberID  NewID    IRF-Port1                     IRF-Port2
 1         1        Ten-GigabitEthernet1/0/49     disable
                    Ten-GigabitEthernet1/0/50
 2         2        disable                       Ten-GigabitEthernet2/0/49
"""
    assert parse.stacking(five) == {f"Ten-GigabitEthernet{port}" for port in ("1/0/49", "1/0/50", "2/0/49")}
    seven = """Member 1
 IRF Port  Interface                             Status
 1         disable                               --
 2         Ten-GigabitEthernet1/0/25(MDC1)       UP
"""
    assert parse.stacking(seven) == {"Ten-GigabitEthernet1/0/25"}
    assert parse.stacking("") == frozenset()


def test_neighbours_at_a_glance():
    """Comware 7 without "verbose": networktocode/ntc-templates, tests/hp_comware/display_lldp_neighbor_information."""
    text = """LLDP neighbor-information of port 47[Ten-GigabitEthernet1/0/47]:
LLDP agent nearest-bridge:
 LLDP neighbor index : 1
 ChassisID/subtype   : 0011-c1dc-fc00/MAC address
 PortID/subtype      : GigabitEthernet2/0/23/Interface name
 Capabilities        : Bridge, Router, Customer Bridge
"""
    (found,) = parse.neighbours(text)
    assert (found.port, found.mac, found.remote_port) == (
        "Ten-GigabitEthernet1/0/47",
        "00:11:c1:dc:fc:00",
        "GigabitEthernet2/0/23",
    )
    assert found.carries_others
