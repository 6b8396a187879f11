"""AOS-CX's own words: shapes of ntc-templates' sample outputs (aruba_aoscx), old and new releases; the values are ours."""

from __future__ import annotations

import pytest

from pedell.drivers.api import DeviceError
from pedell_network.aruba_aoscx import parse
from pedell_network.results import Mode, Poe, UpDown

OLD = """Interface 1/1/1 is up
 Admin state is up
 Link transitions: 1
 Description: Uplink: Keller
 Hardware: Ethernet, MAC Address: 88:3a:30:97:d0:80
 MTU 9198
 Type SFP+DAC1
 Full-duplex
 qos trust none
 Speed 10000 Mb/s
 Auto-negotiation is off
 VLAN Mode: native-untagged
 Native VLAN: 7
 Allowed VLAN List: 20,30
 Rx
      2417650 total packets            457274611 total bytes
            0   unicast packets
           12 errors                           0 dropped
            3 CRC/FCS
 Tx
    116722501 total packets           8432615310 total bytes
            4 errors                          14 dropped
            0 collision
"""
NEW = """Interface 1/1/10 is down (Administratively down)
 Admin state is down
 State information: Administratively down
 Link state: down for 1 year 2 days (since Fri Nov 22 18:12:50 GMT 2024)
 Link transitions: 1
 Description:
 Persona:
 Hardware: Ethernet, MAC Address: 9c:37:08:aa:bb:cc
 MTU 2000
 Type 1GbT
 Full-duplex
 Speed 0 Mb/s
 VLAN Mode: access
 Access VLAN: 20
 Statistics            RX                   TX                   Total
 ---------------------- -------------------- -------------------- --------------------
 Packets                                 10                   20                   30
 Errors                                   4                    5                    9
   CRC/FCS                                6                  n/a                    6
   Collision                            n/a                    7                    7
"""


def test_an_old_trunk():
    found = parse.interface(OLD, "1/1/1")
    assert (found["admin"], found["oper"], found["speed"]) == (UpDown.UP, UpDown.UP, 10000)
    assert (found["mode"], found["vlan"], found["description"]) == (Mode.TRUNK, 7, "Uplink: Keller")
    assert (found["input_errors"], found["crc_errors"], found["output_errors"]) == (12, 3, 4)
    assert found["last_change"] is None


def test_a_new_port_that_is_switched_off():
    found = parse.interface(NEW, "1/1/10")
    assert (found["admin"], found["oper"], found["speed"], found["fault"]) == (
        UpDown.DOWN,
        UpDown.DOWN,
        None,
        "",
    )
    assert (found["mode"], found["vlan"], found["description"]) == (Mode.ACCESS, 20, "")
    assert (found["input_errors"], found["crc_errors"], found["output_errors"]) == (4, 6, 5)
    assert found["last_change"] == 367 * 86400


def test_another_ports_answer_is_no_answer():
    with pytest.raises(DeviceError):
        parse.interface(NEW, "1/1/1")


def test_neighbours_of_both_spellings():
    text = """LLDP Neighbor Information
=========================
Total Neighbor Entries          : 2
--------------------------------------------------------------------------------
Port                           : 1/1/1
Neighbor Entries               : 1
Neighbor Chassis-Name          : ap-b204
Neighbor Chassis-Description   : ArubaOS (MODEL: 335), Version Aruba AP
Neighbor Chassis-ID            : 70:3a:0e:cd:41:fe
Neighbor Management-Address    : 192.0.2.12
Chassis Capabilities Available : Bridge, WLAN
Chassis Capabilities Enabled   : WLAN
Neighbor Port-ID               : 70:3a:0e:cd:41:fe
TTL                            : 120
PSE Allocated Power Value Alt A: 0.0 W
--------------------------------------------------------------------------------
Port                           : 1/1/34
Neighbor System-Name           : telefon-1
Neighbor System-Description    : 124.86.0.40
Neighbor Chassis-ID            : 192.0.2.186
Neighbor Management-Address    :
Chassis Capabilities Enabled   : Bridge, Telephone
Neighbor Port-ID               : 80:5e:0c:76:eb:78
--------------------------------------------------------------------------------
Port                           : 1/1/52
Neighbor Chassis-Name          : sw-keller
Chassis Capabilities Enabled   : Bridge, Router
"""
    point, phone, switch = parse.neighbours(text)
    assert (point.port, point.name, point.mac, point.access_point) == (
        "1/1/1",
        "ap-b204",
        "70:3a:0e:cd:41:fe",
        True,
    )
    assert (phone.name, phone.mac, phone.address, phone.carries_others) == ("telefon-1", "", "", False)
    assert (switch.port, switch.carries_others) == ("1/1/52", True)


def test_tables():
    macs = """MAC age-time            : 300 seconds
Number of MAC addresses : 2

MAC Address          VLAN     Type                      Port
--------------------------------------------------------------
88:3a:30:a3:86:80    1        dynamic                   lag100
80:5e:0c:76:ed:bb    2015     port-access-security      1/1/30"""
    assert parse.addresses(macs) == (
        ("88:3a:30:a3:86:80", 1, "lag100"),
        ("80:5e:0c:76:ed:bb", 2015, "1/1/30"),
    )
    assert parse.addresses("No MAC entries found.\n") == ()
    arp = """IPv4 Address     MAC                Port         Physical Port              State      VRF
------------------------------------------------------------------------------------------------
192.0.2.185      d4:e8:80:af:05:7f  1/1/28       1/1/28                     reachable  default
Total Number Of ARP Entries Listed- 1.
"""
    assert parse.arp(arp) == {"192.0.2.185": "d4:e8:80:af:05:7f"}
    routes = """Displaying ipv4 routes selected for forwarding

0.0.0.0/0, vrf default
\tvia  192.0.2.189,  [20/0],  bgp
\tvia  192.0.2.185,  [20/0],  bgp
192.0.2.0/24, vrf default
\tvia  vlan3564,  [0/0],  connected
"""
    assert parse.gateway(routes) == "192.0.2.189"
    assert parse.gateway(routes.replace("0.0.0.0/0", "10.0.0.0/8")) == ""


def test_system():
    text = """Hostname           : sw-b2
System Description : FL.10.11.1021
System Contact     :
Vendor             : Aruba
Product Name       : JL665A 6300F 48G CL4 PoE 4SFP56 Sw
Chassis Serial Nbr : SG00KN1234
Base MAC Address   : 0a00a0-00a000
ArubaOS-CX Version : FL.10.11.1021

Up Time            : 8 weeks, 6 days, 18 hours, 26 minutes
"""
    found = parse.system(text)
    assert (found["name"], found["serial"], found["mac"]) == ("sw-b2", "SG00KN1234", "0a:00:a0:00:a0:00")
    assert found["uptime"] == ((8 * 7 + 6) * 24 + 18) * 3600 + 26 * 60


@pytest.mark.parametrize(
    ("text", "poe"),
    [
        (
            "  Status                      : Searching\n  Power Drawn                 : 0.0 W\n  Fault Status                : None\n",
            Poe.OFF,
        ),
        ("  Power Enable             : No\n  PoE Port Status          : Disabled\n", Poe.DISABLED),
        ("  Fault Status                : Overload\n", None),
        (
            "  Power Enable : Yes\n  PoE Port Status : Delivering  PD Class : 4\n  PD Power Draw : 5.7 W\n",
            Poe.ON,
        ),
    ],
)
def test_power_in_the_words_of_several_releases(text, poe):
    assert parse.power(text, "1/1/12").get("poe") is poe


def test_a_port_with_an_address_of_the_switchs_own():
    text = "interface 1/1/1\n    no shutdown\n    routing\n    ip address 10.0.9.1/30\n    exit\n"
    assert parse.configured(text, "1/1/1")["routed"] is True
    assert parse.configured(text.replace("    ip address 10.0.9.1/30\n", ""), "1/1/1")["routed"] is False


def test_a_member_of_a_lag():
    assert (
        parse.configured("interface 1/1/1\n    no shutdown\n    lag 10\n    exit\n", "1/1/1")["bundle"]
        is True
    )
    assert parse.configured("interface 1/1/1\n    description lag 10\n    exit\n", "1/1/1")["bundle"] is False


def test_what_differs_though_nothing_was_changed():
    body = "!\n!Version ArubaOS-CX ML.10.10.1030\nhostname sw1\ninterface 1/1/1\n    no shutdown\n"
    running, startup = f"Current configuration:\n{body}", f"Startup configuration:\n{body}"
    assert parse.unsaved([running, startup]) is False
    assert parse.unsaved([running.replace("no shutdown", "shutdown"), startup]) is True
