"""IOS parsers: the shapes of public sample outputs with our values, and hostile output."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_network.cisco_ios import neighbours, parse, ports
from pedell_network.results import Mode, Poe, UpDown
from tests.network.platforms.test_any_text import FLOODS, SOON

# Shape: ntc-templates tests/cisco_ios/show_interfaces; values ours.
INTERFACE = """\
GigabitEthernet1/0/5 is up, line protocol is up (connected)
  Hardware is Gigabit Ethernet, address is 0011.2233.4405 (bia 0011.2233.4405)
  Description: Raum B204 # Beamer > links
  MTU 1500 bytes, BW 1000000 Kbit/sec, DLY 10 usec,
     reliability 255/255, txload 1/255, rxload 1/255
  Encapsulation ARPA, loopback not set
  Keepalive set (10 sec)
  Full-duplex, 1000Mb/s, media type is 10/100/1000BaseTX
  input flow-control is off, output flow-control is unsupported
  Last input never, output 00:00:00, output hang never
  Input queue: 0/75/0/0 (size/max/drops/flushes); Total output drops: 0
  5 minute input rate 1000 bits/sec, 2 packets/sec
  5 minute output rate 3000 bits/sec, 3 packets/sec
     6544 packets input, 800121 bytes, 0 no buffer
     Received 1210 broadcasts (880 multicasts)
     0 runts, 0 giants, 0 throttles
     17 input errors, 12 CRC, 5 frame, 0 overrun, 0 ignored
     9912 packets output, 1120021 bytes, 0 underruns
     3 output errors, 0 collisions, 1 interface resets
"""
# Shape: show_interfaces_switchport2.raw.
TRUNK = """\
Name: Te5/0/1
Switchport: Enabled
Administrative Mode: trunk
Operational Mode: {operational}
Administrative Trunking Encapsulation: dot1q
Operational Trunking Encapsulation: dot1q
Negotiation of Trunking: Off
Access Mode VLAN: 1 (default)
Trunking Native Mode VLAN: 99 (nativ)
Administrative Native VLAN tagging: disabled
Voice VLAN: none
Administrative private-vlan host-association: none
Administrative private-vlan mapping: none
Operational private-vlan: none
Trunking VLANs Enabled: 1,12,15,31-36,40-42,80,85,101,201,240,410,420,602,604,
     900,910,920,930,940
Pruning VLANs Enabled: 2-1001
Capture Mode Disabled
Capture VLANs Allowed: ALL

Protected: false
Unknown unicast blocked: disabled
Unknown multicast blocked: disabled
Vepa Enabled: false
Appliance trust: none
"""
# Shape: show_power_inline_iosxe16-12stack.raw and golden example 4 of platforms-cli.
POWER = """\
Module   Available     Used     Remaining
          (Watts)     (Watts)    (Watts)
------   ---------   --------   ---------
1           390.0      230.0       160.0
Interface Admin  Oper       Power   Device              Class Max
                            (Watts)
--------- ------ ---------- ------- ------------------- ----- ----
Gi1/0/1   auto   off        0.0     n/a                 n/a   30.0
Gi1/0/2   auto   on         6.3     IP Phone 7962       2     30.0
Gi1/0/3   auto   power-deny 0.0     Ieee PD             4     30.0
Gi1/0/4   off    off        0.0     n/a                 n/a   30.0
Gi1/0/5   auto   faulty     0.0     n/a                 n/a   30.0
Gi1/0/6   auto   on         15.4
"""
# Shape: show_lldp_neighbors_detail6.raw, twice: a phone and an access point, then a switch.
LLDP = """\
------------------------------------------------
Local Intf: Gi1/0/22
Chassis id: ::
Port id: aabbccddee01:P1
Port Description: SW PORT
System Name: SEPaabbccddee01.schule.example

System Description:
IP Phone 6901,SCCP6901.9-3-1-SR2-2

Time remaining: 44 seconds
System Capabilities: B,T
Enabled Capabilities: B,T
Management Addresses:
    IP: 10.20.30.40
    IPV6: ::
Auto Negotiation - supported, enabled
Physical media capabilities:
    100base-TX(FD)
Media Attachment Unit type: 16
Vlan ID: 999
Peer Source MAC: aabb.ccdd.ee01

MED Information:

    MED Codes:
          (NP) Network Policy, (LI) Location Identification

    H/W revision: 1.0
    Serial number: FCH12345GVM
    Manufacturer: Example
    Model: CP-6901
    Capabilities: NP, PD, IN
    Device type: Endpoint Class III
    Location - not advertised

------------------------------------------------
Local Intf: Gi1/0/24
Chassis id: 0011.2233.4400
Port id: Gi1/0/48
Port Description: GigabitEthernet1/0/48
System Name: sw-keller

System Description:
Cisco IOS Software

Time remaining: 99 seconds
System Capabilities: B,R
Enabled Capabilities: B
Management Addresses:
    IP: 10.0.0.2
Auto Negotiation - supported, enabled
Physical media capabilities:
    1000baseT(FD)
Media Attachment Unit type: 30
Vlan ID: 1


Total entries displayed: 2
"""
MACS = """\
          Mac Address Table
-------------------------------------------

Vlan    Mac Address       Type        Ports
----    -----------       --------    -----
 All    0100.0ccc.cccc    STATIC      CPU
  30    0011.2233.4455    DYNAMIC     Gi1/0/5
  31    0011.2233.4466    DYNAMIC     Po1
Total Mac Addresses for this criterion: 3
"""
VERSION = """\
Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(7)E8, RELEASE SOFTWARE (fc1)
Technical Support: http://www.cisco.com/techsupport

ROM: Bootstrap program is C2960X boot loader

sw-b2 uptime is 1 year, 2 weeks, 3 days, 4 hours, 5 minutes
System returned to ROM by power-on
System image file is "flash:/c2960x-universalk9-mz.152-7.E8.bin"

cisco WS-C2960X-24PS-L (APM86XXX) processor (revision B0) with 524288K bytes of memory.
Processor board ID FOC1234X0AB
Base ethernet MAC Address       : 00:1E:14:AA:BB:00
Configuration register is 0xF
"""


def test_interface():
    found = parse.interface(INTERFACE, "Gi1/0/5")
    assert (found.admin, found.oper, found.speed, found.duplex) == (UpDown.UP, UpDown.UP, 1000, "full")
    assert (found.input_errors, found.crc_errors, found.output_errors) == (17, 12, 3)
    assert found.description == "Raum B204 # Beamer > links"


@pytest.mark.parametrize(
    ("first", "admin", "oper", "fault"),
    [
        ("administratively down, line protocol is down (disabled)", "down", "down", ""),
        ("down, line protocol is down (notconnect)", "up", "down", ""),
        ("down, line protocol is down (err-disabled)", "up", "down", "err-disabled"),
        ("up, line protocol is down (suspended)", "up", "down", "suspended"),
    ],
)
def test_interface_that_is_down(first, admin, oper, fault):
    found = parse.interface(INTERFACE.replace("up, line protocol is up (connected)", first), "Gi1/0/5")
    assert (found.admin, found.oper, found.fault, found.speed) == (admin, oper, fault, None)


def test_interface_of_another_port_is_refused():
    with pytest.raises(DeviceError) as caught:
        parse.interface(INTERFACE, "Gi1/0/6")
    assert caught.value.error_class is ErrorClass.PROTOCOL


@pytest.mark.parametrize("operational", ["trunk", "down", "trunk (member of bundle Po1)"])
def test_a_trunk_is_one_also_while_it_is_down(operational):
    assert parse.switchport(TRUNK.format(operational=operational)) == (Mode.TRUNK, 99)


def test_access_and_routed_ports():
    access = TRUNK.format(operational="static access").replace("Mode: trunk", "Mode: static access")
    assert parse.switchport(access.replace("Access Mode VLAN: 1", "Access Mode VLAN: 30")) == (
        Mode.ACCESS,
        30,
    )
    assert parse.switchport("Name: Gi1/0/1\nSwitchport: Disabled\n") == (Mode.ROUTED, None)
    dynamic = TRUNK.format(operational="trunk").replace(
        "Administrative Mode: trunk", "Administrative Mode: dynamic auto"
    )
    assert parse.switchport(dynamic)[0] is Mode.TRUNK


@pytest.mark.parametrize(
    ("port", "state", "watts"),
    [
        ("Gi1/0/1", Poe.OFF, 0.0),
        ("Gi1/0/2", Poe.ON, 6.3),
        ("Gi1/0/3", Poe.DENIED, 0.0),
        ("Gi1/0/4", Poe.DISABLED, 0.0),
        ("Gi1/0/5", Poe.FAULT, 0.0),
        ("Gi1/0/6", Poe.ON, 15.4),
        ("Gi1/0/7", None, None),
    ],
)
def test_power(port, state, watts):
    assert parse.power(POWER, port) == (state, watts)


def test_power_of_one_port_has_a_second_table():
    more = "\nInterface  AdminPowerMax   AdminConsumption\n             (Watts)           (Watts)\n"
    more += "---------- --------------- --------------------\n\nGi1/0/2    30.0            30.0\n"
    assert parse.power(POWER + more, "Gi1/0/2") == (Poe.ON, 6.3)


def test_addresses():
    assert parse.addresses(MACS) == (("00:11:22:33:44:55", 30, "Gi1/0/5"), ("00:11:22:33:44:66", 31, "Po1"))
    assert parse.addresses("No entries present.\n") == ()


def test_neighbours():
    phone, switch = neighbours.lldp(LLDP)
    assert (phone.port, phone.capabilities, phone.carries_others) == ("Gi1/0/22", ("bridge", "phone"), False)
    assert (switch.port, switch.name, switch.mac) == ("Gi1/0/24", "sw-keller", "00:11:22:33:44:00")
    assert switch.carries_others
    assert switch.remote_port == "Gi1/0/48"
    assert neighbours.lldp("\nTotal entries displayed: 0\n", "Gi1/0/1") == ()


# Shape: show_cdp_neighbors_detail.raw.
CDP = """\
-------------------------
Device ID: sw-aula
Entry address(es):
  IP address: 10.1.1.2
Platform: cisco WS-C2960-8TC-L,  Capabilities: Switch IGMP
Interface: GigabitEthernet1/0/16,  Port ID (outgoing port): GigabitEthernet0/1
Holdtime : 164 sec

Version :
Cisco IOS Software, C2960 Software (C2960-LANBASEK9-M), Version 12.2(55)SE9, RELEASE SOFTWARE (fc1)
Technical Support: http://www.cisco.com/techsupport

advertisement version: 2
Native VLAN: 1
Duplex: full
Management address(es):
  IP address: 10.1.1.2

-------------------------
Device ID: server
Entry address(es):
  IP address: 10.1.1.232
Platform: VMware,  Capabilities: Host
Interface: GigabitEthernet1/0/19,  Port ID (outgoing port): eth0
Holdtime : 145 sec

Version :
Linux 2.6.32

advertisement version: 2
Management address(es):

"""


def test_cdp():
    switch, server = neighbours.cdp(CDP)
    assert (switch.port, switch.name, switch.capabilities) == ("Gi1/0/16", "sw-aula", ("bridge",))
    assert switch.carries_others
    assert (server.port, server.capabilities, server.carries_others) == ("Gi1/0/19", ("station",), False)


def test_version():
    found = parse.version(VERSION)
    assert (found.name, found.model, found.serial) == ("sw-b2", "WS-C2960X-24PS-L", "FOC1234X0AB")
    assert (found.mac, found.firmware) == ("00:1e:14:aa:bb:00", "15.2(7)E8")
    assert found.uptime == (365 + 14 + 3) * 86400 + 4 * 3600 + 5 * 60
    with pytest.raises(DeviceError):
        parse.version("hello")


def test_arp_and_gateway():
    table = "Protocol  Address          Age (min)  Hardware Addr   Type   Interface\n"
    table += "Internet  10.0.0.1                12   0011.2233.4455  ARPA   Vlan1\n"
    assert parse.arp(table, "10.0.0.1") == ("00:11:22:33:44:55", "")
    assert parse.arp(table, "10.0.0.11") == ("", "")
    routed = table.replace("Vlan1", "GigabitEthernet1/0/48.20")
    assert parse.arp(routed, "10.0.0.1") == ("00:11:22:33:44:55", "Gi1/0/48")
    assert parse.gateway("Default gateway is 10.0.0.1\n") == "10.0.0.1"
    assert parse.gateway("Gateway of last resort is 10.0.0.2 to network 0.0.0.0\n") == "10.0.0.2"
    assert parse.gateway("Gateway of last resort is not set\n") == ""


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("          ^\n% Invalid input detected at '^' marker.\n", ErrorClass.REFUSED),
        ("% Incomplete command.\n", ErrorClass.REFUSED),
        ('% Ambiguous command:  "s"\n', ErrorClass.REFUSED),
        ("Command rejected: Gi1/0/5 not a switching port.\n", ErrorClass.REFUSED),
        ("Command authorization failed.\n", ErrorClass.AUTH),
        ("% LLDP is not enabled\n", ErrorClass.UNSUPPORTED),
        ("% Access VLAN does not exist. Creating vlan 30\n", None),
        ("%Warning: portfast should only be enabled on ports connected to a single host.\n", None),
        ("*Mar  1 00:01:02: %LINK-3-UPDOWN: Interface GigabitEthernet1/0/5, changed state to up\n", None),
        (INTERFACE, None),
    ],
)
def test_refusal(text, kind):
    found = parse.refusal(text)
    assert (found.error_class if found else None) is kind


def test_a_banner_in_a_configuration_refuses_nothing():
    assert parse.refusal("\n".join(["line"] * 20 + ["% Invalid input is what users type"])) is None


@pytest.mark.parametrize(
    "spelling",
    ["Gi1/0/5", "gi1/0/5", "GigabitEthernet1/0/5", "gigabitethernet 1/0/5", "gig1/0/5", " Gi 1/0/5 "],
)
def test_spellings_of_a_port(spelling):
    assert ports.port(spelling) == "Gi1/0/5"


def test_spellings_of_fast_ports():
    assert ports.port("TenGigE1/1/1") == ports.port("TenGigabitEthernet 1/1/1") == "Te1/1/1"
    assert ports.port("TwentyFiveGigabitEthernet1/1/1") == ports.port("Twe1/1/1") == "Twe1/1/1"
    assert ports.port("interface HundredGigE1/0/25") == "Hu1/0/25"


def test_other_ports():
    assert ports.port("te1/1/1") == "Te1/1/1"
    assert ports.port("TwentyFiveGigE1/0/1") == "Twe1/0/1"
    assert ports.port("twe1/0/1") == "Twe1/0/1"
    assert ports.port("TwoGigabitEthernet1/0/1") == "Tw1/0/1"
    assert ports.port("port-channel1") == "Po1"
    assert ports.port("1/0/5", "Gi") == "Gi1/0/5"
    for wrong in ("1/0/5", "Vlan1", "g", "Gi1/0/5\nreload", "Gi1/0/5 | redirect flash:x", "", "Gi"):
        with pytest.raises(DeviceError):
            ports.port(wrong)


hostile = st.one_of(
    st.text(max_size=400),
    st.lists(
        st.sampled_from((INTERFACE + TRUNK + POWER + LLDP + MACS + VERSION).splitlines()), max_size=30
    ).map("\n".join),
)


@given(hostile)
def test_hostile_output_is_understood_or_refused(text):
    """Never another exception, never a value that was not there."""
    for read in (
        lambda: parse.interface(text, "Gi1/0/5"),
        lambda: parse.switchport(text),
        lambda: parse.power(text, "Gi1/0/2"),
        lambda: parse.addresses(text),
        lambda: neighbours.lldp(text, "Gi1/0/22"),
        lambda: neighbours.cdp(text, "Gi1/0/22"),
        lambda: parse.version(text),
    ):
        try:
            read()
        except DeviceError as error:
            assert error.error_class is ErrorClass.PROTOCOL  # noqa: PT017
    assert parse.poe_setting(text).startswith("power inline ")
    parse.refusal(text)
    parse.gateway(text)


@given(st.text(max_size=60))
def test_a_port_is_safe_to_type(text):
    found = ports.short(text)
    assert found is None or (found.isascii() and not any(c.isspace() or c in "|;?\"'" for c in found))


@given(st.integers(0, 2**48 - 1))
def test_mac_spellings_are_one(number):
    digits = f"{number:012x}"
    plain = ":".join(digits[i : i + 2] for i in range(0, 12, 2))
    assert parse.mac(parse.dotted(plain)) == plain
    assert parse.mac(plain.upper().replace(":", "-")) == plain


@pytest.mark.parametrize("flood", FLOODS)
def test_no_pattern_runs_away(flood):
    """Templates and all: a line that no switch prints kept one of them busy for minutes."""
    text = FLOODS[flood]
    began = time.process_time()
    for read in (
        lambda: parse.interface(text, "Gi1/0/5"),
        lambda: parse.switchport(text),
        lambda: parse.power(text, "Gi1/0/5"),
        lambda: parse.addresses(text),
        lambda: neighbours.lldp(text),
        lambda: neighbours.cdp(text),
        lambda: parse.version(text),
        lambda: parse.arp(text, "10.0.0.1"),
        lambda: parse.bundled(text),
        lambda: parse.configured(text),
        lambda: parse.own_addresses(text),
        lambda: parse.poe_setting(text),
        lambda: parse.configuration(text),
        lambda: parse.gateway(text),
        lambda: parse.refusal(text),
    ):
        with contextlib.suppress(DeviceError):
            read()
    assert time.process_time() - began < SOON
