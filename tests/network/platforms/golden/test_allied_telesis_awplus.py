"""AlliedWare Plus' own words: ntc-templates' sample outputs (allied_telesis_awplus) in their shape, Allied Telesis's PoE article;
the values are ours."""

from __future__ import annotations

from pedell_network.allied_telesis_awplus import parse
from pedell_network.results import Mode, Poe, UpDown


def test_a_port():
    text = """Interface port1.1.1
  Scope: both
  Link is UP, administrative state is UP
  Thrash-limiting
    Status Not Detected, Action learn-disable, Timeout 1(s)
  Hardware is Ethernet, address is 0000.cd37.0fcf
  Description: Zum Keller
  index 5101 metric 1 mru 1500
  current duplex full, current speed 10000, current polarity mdi
  configured duplex auto, configured speed auto, configured polarity auto
  <UP,BROADCAST,RUNNING,MULTICAST>
  Time since last state change: 0 days 01:14:20
Interface port1.1.2
  Scope: both
  Link is DOWN, administrative state is DOWN
  Hardware is Ethernet, address is 0000.cd37.0fcf
"""
    assert parse.interface(text, "port1.1.1") == {
        "admin": UpDown.UP,
        "oper": UpDown.UP,
        "description": "Zum Keller",
        "duplex": "full",
        "speed": 10000,
    }
    found = parse.interface(text, "port1.1.2")
    assert (found["admin"], found["oper"], found["description"]) == (UpDown.DOWN, UpDown.DOWN, "")


def test_vlans():
    text = """ Interface name         : port1.0.1
 Switchport mode        : trunk
 Acceptable frame types  : vlan-tagged only
 Default Vlan            : None
 Configured Vlans        :   767  793  794  811  900  964  973
                             989 1111 2222
 Dynamic Vlans           :
 Interface name         : port1.0.10
 Switchport mode        : access
 Default Vlan            : 900
 Configured Vlans        :   900
"""
    assert parse.switchport(text, "port1.0.1") == {"mode": Mode.TRUNK, "vlan": None}
    assert parse.switchport(text, "port1.0.10") == {"mode": Mode.ACCESS, "vlan": 900}
    assert parse.switchport(text, "port1.0.2") == {}


def test_power():
    text = """PoE Interface:
Interface/        Admin  Pri  Oper    Power Device  Class  Max    HANP
 Pair (mW) (mW)
port1.0.1/D      Enabled Low Powered  4000 n/a      1     4000 [C] On
port1.0.2/D      Enabled Low Off      0 n/a         n/a   n/a    On
port1.0.3/D      Enabled Low Powered  14900 n/a     3     15400 [C]On
port1.0.3/S      Enabled Low Powered  14900 n/a     3     15400 [C]On
port1.0.4        Disabled Low Disabled 0 n/a        n/a   n/a
port1.0.5        Enabled Low Denied   0 n/a         n/a   n/a
"""
    assert parse.power(text, "port1.0.1") == {"poe": Poe.ON, "poe_watts": 4.0}
    assert parse.power(text, "port1.0.2") == {"poe": Poe.OFF, "poe_watts": 0.0}
    assert parse.power(text, "port1.0.3")["poe_watts"] == 29.8, "of both pairs"
    assert parse.power(text, "port1.0.4")["poe"] is Poe.DISABLED
    assert parse.power(text, "port1.0.5")["poe"] is Poe.DENIED
    assert parse.power(text, "port1.0.6") == {"poe": None}


def test_neighbours():
    text = """LLDP Detailed Neighbor Information:

Local port1.0.1:
  Neighbors table last updated 1233 hrs 56 mins 19 secs ago

  Chassis ID Type .................. MAC address
  Chassis ID ....................... 0050.56a6.9a73
  Port ID Type ..................... MAC address
  Port ID .......................... 0050.56a6.9a73
  TTL .............................. 3601 (secs)
  System Name ...................... [not advertised]
  System Capabilities .............. [not advertised]

Local port1.0.23:
  Neighbors table last updated 4393 hrs 26 mins 21 secs ago

  Chassis ID Type .................. MAC address
  Chassis ID ....................... 001a.eb96.25f4
  Port ID Type ..................... Interface name
  Port ID .......................... port1.0.15
  Port Description ................. ===== SH210-5 port1.0.23/port1.0.24 ====
  System Name ...................... sw-keller
  System Description ............... Allied Telesis router/switch, AW+
                                     v5.4.5-1.3
  System Capabilities - Supported .. Bridge, Router
                      - Enabled .... Bridge
  Management Addresses ............. 192.168.254.201
  MAC/PHY Auto-negotiation ......... Supported, Enabled
       Advertised Capability ....... 1000BaseTFD, 100BaseTXFD, 100BaseTX,
"""
    silent, switch = parse.neighbours(text)
    assert (silent.port, silent.mac, silent.name, silent.capabilities) == (
        "port1.0.1",
        "00:50:56:a6:9a:73",
        "",
        (),
    )
    assert (switch.port, switch.name, switch.remote_port, switch.address) == (
        "port1.0.23",
        "sw-keller",
        "port1.0.15",
        "192.168.254.201",
    )
    assert switch.carries_others


def test_addresses_and_who_it_is():
    macs = """VLAN port             mac            fwd
900  sa1          0009.0f09.0000   forward   dynamic
989  port1.0.19   0050.566a.1aca   forward   dynamic
"""
    assert parse.addresses(macs) == (
        ("00:09:0f:09:00:00", 900, "sa1"),
        ("00:50:56:6a:1a:ca", 989, "port1.0.19"),
    )
    text = """Stack member 1

Board      ID   Bay     Board Name                        Rev   Serial number
--------------------------------------------------------------------------------
Base       569  Base    AT-x530L-52GTX                    B-1   A000000000000001
--------------------------------------------------------------------------------
Uptime             : 160 days 11:32:40
Bootloader version : 7.0.15

Current software   : x530-5.5.3-0.1.rel
Software version   : 5.5.3-0.1

System Name
 SW1
System Contact

"""
    assert parse.system(text) == {
        "name": "SW1",
        "model": "AT-x530L-52GTX",
        "serial": "A000000000000001",
        "firmware": "5.5.3-0.1",
        "uptime": 160 * 86400 + 11 * 3600 + 32 * 60 + 40,
    }
