"""IOS and IOS-XE as real switches print them: shapes of public captures, named above each; the values are ours."""

from __future__ import annotations

import pytest

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_network.cisco_ios import neighbours, parse
from pedell_network.results import Mode, Poe

# networktocode/ntc-templates, tests/cisco_ios/show_lldp_neighbors_detail/…_02.raw and …_01.raw: IOS-XE 17 adds "Local Intf
# service instance" and "Peer Source MAC"; a phone's chassis is its IP address.
LLDP = """\
------------------------------------------------
Local Intf: Te1/1/2
Local Intf service instance: -
Chassis id: 0011.2233.4400
Port id: Gi1/0/16
Port Description: GigabitEthernet1/0/16
System Name: sw-keller.schule.example

System Description:
Cisco IOS Software [Bengaluru], Catalyst L3 Switch Software (CAT9K_IOSXE), Version 17.6.5, RELEASE SOFTWARE (fc2)
Technical Support: http://www.cisco.com/techsupport
------------------------------------------------
Enabled Capabilities: T

Time remaining: 107 seconds
System Capabilities: B,R
Enabled Capabilities: B,R
Management Addresses:
    IP: 172.16.1.1
Auto Negotiation - supported, enabled
Some Line Of A Release To Come
Vlan ID: 1
Peer Source MAC: 0011.2233.4410

------------------------------------------------
Local Intf: Gi1/0/1
Chassis id: 10.65.1.11
Port id: 0011.2233.44aa
Port Description: LAN Port
System Name: NEC IP Phone

System Description:
DT700 Series

Time remaining: 119 seconds
System Capabilities: B,T
Enabled Capabilities: B,T
Management Addresses - not advertised
Vlan ID: - not advertised

MED Information:

    Capabilities: NP, PD, IN
    Device type: Endpoint Class III


Total entries displayed: 2
"""
# CiscoTestAutomation/genieparser, iosxe/tests/ShowLldpNeighborsDetail/…/golden_output_5_output.txt: an endpoint that says
# next to nothing.
SILENT = """\
------------------------------------------------
Local Intf: Gi1/0/19
Chassis id: 0011.2233.4444
Port id: 0011.2233.4444
Port Description - not advertised
System Name - not advertised
System Description - not advertised

Time remaining: 3284 seconds
System Capabilities - not advertised
Enabled Capabilities - not advertised
Management Addresses - not advertised
Vlan ID: - not advertised


Total entries displayed: 1
"""


def test_lldp():
    switch, phone = neighbours.lldp(LLDP)
    assert (switch.port, switch.name, switch.remote_port) == (
        "Te1/1/2",
        "sw-keller.schule.example",
        "Gi1/0/16",
    )
    assert switch.carries_others  # whatever the text that it describes itself with says
    assert switch.description.startswith("Cisco IOS Software [Bengaluru]")
    assert (switch.mac, switch.address) == ("00:11:22:33:44:00", "172.16.1.1")
    assert (phone.port, phone.name, phone.mac) == ("Gi1/0/1", "NEC IP Phone", "00:11:22:33:44:aa")
    assert not phone.carries_others
    (silent,) = neighbours.lldp(SILENT)
    assert (silent.port, silent.name, silent.capabilities) == ("Gi1/0/19", "", ())


def test_what_is_no_list_of_neighbours_is_not_taken_for_an_empty_one():
    with pytest.raises(DeviceError) as caught:
        neighbours.lldp("Something else altogether\n")
    assert caught.value.error_class is ErrorClass.PROTOCOL


CDP = """\
-------------------------
Device ID: {name}
Entry address(es):
  IP address: 192.168.1.243
Platform: {platform},  Capabilities: {words}
Interface: FastEthernet0/12,  Port ID (outgoing port): FastEthernet0/1
Holdtime : 137 sec

Version :
Cisco Internetwork Operating System Software
IOS (tm) C2950 Software (C2950-C3H2S-M), Version 12.0(5.3)WC(1), MAINTENANCE INTERIM SOFTWARE

advertisement version: 2
Management address(es):
"""


@pytest.mark.parametrize(
    ("platform", "words", "access_point", "carries"),
    [
        # johnsiilver/netcrawl: a Catalyst 2950 with IOS 12.0 calls itself a bridge and a switch.
        ("cisco WS-C2950-12", "Trans-Bridge Switch", False, True),
        ("cisco AIR-AP2802I-B-K9", "Router Trans-Bridge", True, False),
        ("cisco AIR-LAP1142N-E-K9", "Trans-Bridge", True, False),
        # ntc-templates, tests/cisco_ios/show_cdp_neighbors_detail: a router, a phone with a socket, and a server.
        ("Cisco 3825", "Router Switch IGMP", False, True),
        ("Cisco IP Phone 7962", "Host Phone Two-port Mac Relay", False, False),
        ("VMware", "Host", False, False),
        ("N5K-C5548UP", "Router, Switch, IGMP, Filtering", False, True),
    ],
)
def test_cdp(platform, words, access_point, carries):
    (found,) = neighbours.cdp(CDP.format(name="nachbar", platform=platform, words=words))
    assert (found.port, found.name, found.description) == ("Fa0/12", "nachbar", platform)
    assert (found.remote_port, found.address) == ("FastEthernet0/1", "192.168.1.243")
    assert (found.access_point, found.carries_others) == (access_point, carries)


# genieparser, iosxe/tests/ShowInterfacesSwitchport/…/golden_output_3_output.txt, with a line of a release to come.
MEMBER = """\
Name: Gi1/1
Switchport: Enabled
Administrative Mode: {wanted}
Operational Mode: {now}
Administrative Trunking Encapsulation: negotiate
Operational Dot1q Ethertype:  0x8100
Negotiation of Trunking: Off
Access Mode VLAN: 607 (Räume | Süd)
Trunking Native Mode VLAN: 1 (default)
Something New: enabled
Voice VLAN: none
Trunking VLANs Enabled: ALL
"""


@pytest.mark.parametrize(
    ("wanted", "now", "mode", "vlan", "bundled"),
    [
        ("static access", "static access", Mode.ACCESS, 607, False),
        ("static access", "static access (member of bundle Po17)", Mode.ACCESS, 607, True),
        # What genieparser's pattern for it, and public captures, know: a link that LACP keeps out is of the bundle still.
        ("trunk", "down (suspended member of bundle Po8)", Mode.TRUNK, 1, True),
        ("dynamic auto", "down (suspended member of bundle Po3)", Mode.ACCESS, 607, True),
        ("private-vlan trunk promiscuous", "down", Mode.TRUNK, 1, False),
        ("dynamic desirable", "static access", Mode.ACCESS, 607, False),
    ],
)
def test_switchport(wanted, now, mode, vlan, bundled):
    text = MEMBER.format(wanted=wanted, now=now)
    assert parse.switchport(text) == (mode, vlan)
    assert parse.bundled(text) is bundled


def test_a_routed_port_says_only_in_its_configuration_what_it_belongs_to():
    assert parse.switchport("Name: Te1/1/6\nSwitchport: Disabled") == (Mode.ROUTED, None)
    head = "Building configuration...\n\nCurrent configuration : 99 bytes\n!\ninterface TenGigabitEthernet1/1/6\n"
    assert parse.configured(head + " no switchport\n no ip address\n channel-group 1 mode active\nend\n") == (
        True,
        False,
    )
    assert parse.configured(head + " stackwise-virtual link 1\nend\n") == (False, True)
    assert parse.configured(head + " no switchport\n ip address 10.0.0.1 255.255.255.0\nend\n") == (
        False,
        False,
    )


# ntc-templates, tests/cisco_ios/show_power_inline: …_iosxe17-12stack, …_cat4510sup7, …_cat6513_prio, …_6807-XL.
STACK = """\
Module   Available     Used     Remaining
          (Watts)     (Watts)    (Watts)
------   ---------   --------   ---------
1          1021.0      119.1       901.9
Interface Admin  Oper       Power   Device              Class Max
                            (Watts)
--------- ------ ---------- ------- ------------------- ----- ----
Tw1/0/6   auto   on         15.4    Ieee PD             3     60.0
Te1/0/48  auto   on         22.5    AIR-AP2802I-B-K9    4     60.0
Tw1/0/7   static err-disable 0.0    n/a                 n/a   60.0
Tw1/0/8   auto   on         6.3     7962 von Müller     2     60.0
--------- ------ ---------- ---------- ---------- ------ -----
Totals:          7    on    119.1
"""
CHASSIS = """\
Available:6200(w)  Used:443(w)  Remaining:5757(w)

Interface Admin  Oper            Power(Watts)     Device              Class
                            From PS    To Device
--------- ------ ---------- ---------- ---------- ------------------- -----

Gi2/1     auto   off        0.0        0.0        n/a                 n/a
Gi2/5     auto   on         16.2       15.4       Ieee PD             4
"""
PRIORITY = """\
Interface Admin  Priority     Oper      Power(Watts)    Device             Class Police ActConsumption
                 (enabled )            From PS To PD
---------------- ---------- ---------- ------- ------- ------------------- ----- ------ --------------

Gi4/1     auto   low        on             7.1     6.3 Cisco IP Phone 7941     2 off               4.0
Gi4/2     off    n/a        off              0       0 n/a                   n/a off               n/a
Gi4/3     auto   low        off              0       0 n/a                   n/a off               n/a
"""


@pytest.mark.parametrize(
    ("text", "port", "state", "watts"),
    [
        (STACK, "Tw1/0/6", Poe.ON, 15.4),
        (STACK, "Te1/0/48", Poe.ON, 22.5),
        (STACK, "Tw1/0/7", Poe.FAULT, 0.0),
        (STACK, "Tw1/0/8", Poe.ON, 6.3),
        (CHASSIS, "Gi2/5", Poe.ON, 15.4),
        (CHASSIS, "Gi2/1", Poe.OFF, 0.0),
        (PRIORITY, "Gi4/1", Poe.ON, 6.3),
        (PRIORITY, "Gi4/2", Poe.DISABLED, 0.0),
        (PRIORITY, "Gi4/3", Poe.OFF, 0.0),
        ("%No inline power card on switch", "Gi1/1", None, None),
    ],
)
def test_power(text, port, state, watts):
    assert parse.power(text, port) == (state, watts)


@pytest.mark.parametrize(
    ("line", "vlan", "ports"),
    [
        # genieparser, iosxe/tests/ShowMacAddressTable: …3 and …4; ntc-templates, tests/cisco_ios/show_mac-address-table.
        ("2000    0011.2233.4455    STATIC      Gi4/0/3 ", 2000, ["Gi4/0/3"]),
        ("4003    0011.2233.4455    DYNAMIC     Drop", 4003, []),
        (" All    0011.2233.4455    STATIC      CPU", None, []),
        (" 102    0011.2233.4455    DYNAMIC pv  Gi1/0/5", 102, ["Gi1/0/5"]),
        ("  20    0011.2233.4455    STATIC      Gi1/0/1,Gi1/0/2", 20, ["Gi1/0/1", "Gi1/0/2"]),
        ("*  999  0011.2233.4455   dynamic  Yes         25   Te1/1/1", 999, ["Te1/1/1"]),
        ("   10    0011.2233.4455   dynamic ip,ipx,assigned,other Port-channel12", 10, ["Po12"]),
        ("0011.2233.4455       Dynamic        1  FastEthernet0/4", 1, ["Fa0/4"]),
        # napalm-automation/napalm, test/ios/mocked_data/test_get_mac_address_table: 4500_format3 (a routed port, groups),
        # isr_multiple_ehwic_format (tabs), 6500_missing_vlan.
        ("Te5/1     0011.2233.4455   dynamic ip,ipx,assigned,other TenGigabitEthernet5/1", None, ["Te5/1"]),
        ("   2      0100.5e7f.fffa     igmp Gi1/35,Gi1/45,Gi1/46\n" + " " * 34 + "Gi2/7,Switch", None, []),
        ("0011.2233.4455\t\tDynamic      \t  2   \tGigabitEthernet0/0/1", 2, ["Gi0/0/1"]),
        ("  R  N/A  0011.2233.4455   static   No       -      Router", None, []),
        ("     1200 0011.2233.4455  dynamic  Yes      130     Gi111/1/0/3", 1200, ["Gi111/1/0/3"]),
    ],
)
def test_addresses(line, vlan, ports):
    head = "          Mac Address Table\n-------------------------------------------\n\n"
    text = (
        f"{head}{line}\nTotal Mac Addresses for this criterion: 1\nTotal Mac Addresses installed by LISP: 0\n"
    )
    assert parse.addresses(text) == tuple(("00:11:22:33:44:55", vlan, port) for port in ports)


@pytest.mark.parametrize(
    ("words", "speed"),
    [
        ("Full-duplex, 1000Mb/s, media type is 10/100/1000BaseTX", 1000),
        ("Full-duplex, 2500Mb/s, media type is 100/1000/2.5G/5G/10GBaseTX", 2500),
        ("Full-duplex, 2.5Gb/s, media type is 100/1000/2.5G/5G/10GBaseTX", 2500),
        ("Full-duplex, 10Gb/s, link type is auto, media type is SFP-10GBase-SR", 10000),
        ("Full-duplex, 100Gb/s, link type is force-up, media type is QSFP 100G CR4", 100000),
    ],
)
def test_speed(words, speed):
    text = f"TwentyFiveGigE2/0/32 is up, line protocol is up (connected)\n  {words}\n"
    assert parse.interface(text, "Twe2/0/32").speed == speed
