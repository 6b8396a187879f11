"""What the guards make of whole conversations with real switches, each about a port that must not be touched.

The shapes are of public captures, named above each; the values are ours. What a model was not asked in its capture it
refuses, in its own words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from pedell.drivers.api import Deadline
from pedell_network.allied_telesis_awplus.platform import AWPLUS
from pedell_network.aruba_aoscx.platform import AOSCX
from pedell_network.cisco_s300.platform import S300
from pedell_network.command_line.conversation import Conversation
from pedell_network.command_line.platform import Platform
from pedell_network.dlink_ds.platform import XSTACK
from pedell_network.extreme_exos.platform import EXOS
from pedell_network.fastpath.platform import FASTPATH
from pedell_network.guards import Facts, objections, unknown
from pedell_network.hp_comware.platform import COMWARE
from pedell_network.hp_procurve.platform import PROCURVE
from pedell_network.juniper_junos.platform import JUNOS
from pedell_network.mikrotik_routeros.platform import ROUTEROS

US = "192.0.2.77"
REFUSED: Mapping[int, str] = {
    id(AOSCX): "Invalid input: show\n",
    id(JUNOS): "syntax error, expecting <command>.\n",
    id(ROUTEROS): "bad command name vlan (line 1 column 12)\n",
    id(COMWARE): " ^\n % Unrecognized command found at '^' position.\n",
}


class Recorded:
    """A conversation that was had already: answers by command."""

    local_address = US

    def __init__(self, platform: Platform, answers: Mapping[str, str]) -> None:
        self._platform = platform
        self._answers = answers
        self.said: list[str] = []

    def enable(self, secret: bool, deadline: Deadline) -> None:
        """Recorded in the mode that it needs."""

    def run(self, command: str, deadline: Deadline, *, effect: bool = False) -> str:
        """The answer, or the refusal that it is."""
        del deadline
        assert not effect
        self.said.append(command)
        text = self._answers.get(command, REFUSED.get(id(self._platform), "% Invalid input detected.\n"))
        refused = self._platform.refusals(text)
        if refused is not None:
            raise refused
        return text


def facts(platform: Platform, port: str, answers: Mapping[str, str]) -> Facts:
    """What is known of a port."""
    session: Callable[..., Recorded] = Recorded
    return Conversation(session(platform, answers), platform, enable=False).facts(port, False, Deadline(5))  # type: ignore[arg-type]


# networktocode/ntc-templates, tests/aruba_aoscx: show_arp_all-vrfs, show_ip_route_all-vrfs, show_interface5; the MAC table
# knows nothing of a routed port.
CX = {
    "show interface 1/1/28": """Interface 1/1/28 is up
 Admin state is up
 Link state: up for 1 month (since Thu Mar 19 22:11:41 GMT 2026)
 Description: zum Rathaus | 10G
 Hardware: Ethernet, MAC Address: 00:11:22:aa:bb:01
 Full-duplex
 Speed 10000 Mb/s
 Rate collection interval: 300 seconds
""",
    "show mac-address-table": """MAC age-time            : 300 seconds
Number of MAC addresses : 1

MAC Address          VLAN     Type                      Port
--------------------------------------------------------------
00:11:22:a3:86:80    1        dynamic                   lag100
""",
    "show arp all-vrfs": """IPv4 Address     MAC                Port         Physical Port              State      VRF
------------------------------------------------------------------------------------------------
192.0.2.185      00:11:22:af:05:7f  1/1/28       1/1/28                     reachable  default
10.1.0.9         00:11:22:af:04:7f  vlan10       2/1/28                     reachable  default
Total Number Of ARP Entries Listed- 2.
""",
    "show ip route all-vrfs": """Displaying ipv4 routes selected for forwarding

'[x/y]' denotes [distance/metric]

0.0.0.0/0, vrf default
\tvia  192.0.2.185,  [20/0],  bgp
10.252.14.109/32, vrf default
\tvia  loopback0,  [0/0],  local
""",
    "show lldp neighbor-info detail": "\nLLDP Neighbor Information\n=========================\n\nTotal Neighbor Entries : 0\n",
}
# ntc-templates, tests/hp_procurve: show_ip_route, show_arp_2, show_interfaces_brief_note, show_mac-address2; a switch that
# routes has no default gateway in `show ip`.
PRO = {
    "show interfaces brief 48": """ Status and Counters - Port Status

 Note: * indicates values dynamically overridden by RADIUS.

                          | Intrusion                           MDI  Flow Bcast
  Port         Type       | Alert     Enabled Status Mode       Mode Ctrl Limit
  ------------ ---------- + --------- ------- ------ ---------- ---- ---- -----
  48           10GbE-T    | No        Yes     Up     2500FDx*   MDIX off  0
""",
    "show mac-address": """
 Status and Counters - Port Address Table

  MAC Address   Port
  ------------- -----
  00000d-600000 10
""",
    "show ip": " Internet (IP) Service\n\n  IP Routing : Enabled\n\n  Default TTL     : 64\n",
    "show ip route": """                                IP Route Entries

  Destination        Gateway         VLAN Type      Sub-Type   Metric     Dist.
  ------------------ --------------- ---- --------- ---------- ---------- -----
  0.0.0.0/0          10.11.11.254    1111 static               250        1
  10.11.11.0/24      mgmt            1111 connected            1          0
""",
    "show arp": """
 IP ARP table

  IP Address      MAC Address       Type    Port
  --------------- ----------------- ------- ----
  10.11.11.254    0015b2-a45078     dynamic 48
""",
}
# Comware 5: the block that a public template quotes from a chassis (there is no "verbose" on it), which a public regression
# test has from a live device in the same shape; ntc-templates, tests/hp_comware: display_arp, display_mac-address.
WARE = {
    "display interface GigabitEthernet4/0/17": """GigabitEthernet4/0/17 current state: UP
 IP Packet Frame Type: PKTFMT_ETHNT_2, Hardware Address: 0011-2233-0017
 Description: GigabitEthernet4/0/17 Interface
 1000Mbps-speed mode, full-duplex mode
 PVID: 1
 Port link-type: access
""",
    "display lldp neighbor-information": """LLDP neighbor-information of port 284[GigabitEthernet4/0/17]:
  Neighbor index   : 1
  Update time      : 0 days,0 hours,18 minutes,2 seconds
  Chassis type     : MAC address
  Chassis ID       : 0011-2262-0001
  Port ID type     : Locally assigned
  Port ID          : 97
  Port description : 2/45
  System name        : sw-keller
  System description : HP J9728A 2920-48G Switch, revision WB.15.15.0012, ROM WB.15.05
  System capabilities supported : Bridge,Router
  System capabilities enabled   : Bridge

  Management address                : 10.17.4.7
""",
    "display mac-address": """MAC ADDR       VLAN ID  STATE          PORT INDEX               AGING TIME(s)
0000-1111-2222 1        Learned        Bridge-Aggregation1      AGING
""",
    "display arp": """  Type: S-Static   D-Dynamic   O-Openflow   R-Rule   M-Multiport  I-Invalid
IP address      MAC address    VLAN     Interface                Aging Type
10.20.1.254     0011-c1dc-fc01 1        GE4/0/17                 16    D
""",
    "display ip routing-table": """Destinations : 2        Routes : 2

Destination/Mask    Proto  Pre  Cost         NextHop         Interface
0.0.0.0/0           Static 60   0            10.20.1.254     Vlan1
""",
}
# Junos before ELS: public notes with both LLDP commands, the port as a unit in both; "Protocol aenet" as the NOC project
# quotes it.
JUNOS_EX2200 = {
    "show interfaces ge-0/0/22 extensive": """Physical interface: ge-0/0/22, Enabled, Physical link is Up
  Interface index: 151, SNMP ifIndex: 551, Generation: 154
  Link-level type: Ethernet, MTU: 1514, Speed: 1000mbps, Duplex: Full-Duplex, BPDU Error: None

  Logical interface ge-0/0/22.0 (Index 143) (SNMP ifIndex 551) (Generation 150)
    Flags: Up 0x0 VLAN-Tag [ 0x0000.0 ]  Encapsulation: ENET2
    Protocol aenet, AE bundle: ae0.0
""",
    # The bundle is made by an interface range, of which the port's own configuration knows nothing.
    "show configuration interfaces ge-0/0/22 | display set": "",
    "show lldp neighbors": """Local Interface    Parent Interface    Chassis Id          Port info    System Name
ge-0/0/10.0        -                   00:11:22:56:4e:47   3601         AP-Aula
ge-0/0/22.0        -                   00:11:22:12:34:56   ge-0/0/1     CORE-SW01
""",
    "show lldp neighbors interface ge-0/0/22.0": """LLDP Neighbor Information:
Local Information:
Index: 23 Time to live: 120 Time mark: Thu Sep 10 09:14:02 2026 Age: 4 secs
Local Interface    : ge-0/0/22.0
Parent Interface   : -
Local Port ID      : 601
Ageout Count       : 0

Neighbour Information:
Chassis type       : Mac address
Chassis ID         : 00:11:22:12:34:56
Port type          : Locally assigned
Port ID            : ge-0/0/1
System name        : CORE-SW01
System Description : Juniper Networks, Inc. ex4300-48t
System capabilities
        Supported  : Bridge Router
        Enabled    : Bridge Router
Management address
        Address    : 10.0.0.1
""",
    "show lldp neighbors interface ge-0/0/22": "\n",
    "show arp no-resolve": """MAC Address       Address         Interface     Flags
00:11:22:00:00:04 10.1.100.1      irb.20 [ge-0/0/22.0] none
Total entries: 1
""",
    "show route 0.0.0.0/0 exact": """inet.0: 5 destinations, 5 routes (5 active, 0 holddown, 0 hidden)
+ = Active Route, - = Last Active, * = Both

0.0.0.0/0          *[Static/5] 1w2d 03:04:05
                    > to 10.1.100.1 via irb.20
""",
}
_TERSE = "print terse without-paging"
# RouterOS: ntc-templates, tests/mikrotik_routeros/ip_neighbor_print_detail …_line_wrap (a neighbour on a VLAN's interface),
# interface_print_terse3 (a comment, no flags), arp …_3 (no address yet), the bridge's hosts; a line too wide for the
# terminal goes on in the next.
MIKROTIK = {
    f"/interface {_TERSE} where name=ether1": (
        "0 R  comment=uplink to internet name=ether1 default-name=ether1 type=ether mtu=1500 actual-mtu=1500 l2mtu=1598 "
        "mac-address=12:34:56:78:90:05 ifname=eth4 last-link-down-time=2026-08-18 07:20:12 link-downs=5\n"
    ),
    f"/interface vlan {_TERSE} where interface=ether1": (
        "0 R name=eth1-vlan255 mtu=1500 l2mtu=1594 mac-address=12:34:56:78:90:05 arp=enabled loop-protect=default "
        "vlan-id=\n255 interface=ether1 use-service-tag=no\n"
    ),
    f"/interface bridge host {_TERSE}": (
        "0 D E mac-address=12:34:56:78:90:AD interface=ether1 bridge=bridge_255_mgmt on-interface=ether1\n"
        "1 DL  mac-address=11:22:33:44:55:04 interface=ether1 bridge=bridge_255_mgmt on-interface=ether1\n"
    ),
    f"/ip neighbor {_TERSE}": (
        " 0 interface=eth1-vlan255,bridge_255_mgmt mac-address=12:34:56:78:90:AD identity=keller platform=MikroTik "
        "version=6.43.14 (long-term) unpack=none age=23s software-id=AAAA-ZZZZ board=RB1100x4 interface-name=bridge_vlan255 "
        'system-caps="" system-caps-enabled=""\n'
    ),
    f"/ip arp {_TERSE}": (
        " 0 D  address=192.0.2.9 interface=ether1 published=no\n"
        f" 1 DC address={US} mac-address=00:10:F3:9F:4A:B4 interface=ether1 published=no\n"
    ),
    f"/interface ethernet switch port {_TERSE} where name=ether1": "bad command name switch (line 1 column 21)\n",
}
# EdgeSwitch: ntc-templates, tests/ubiquiti_edgeswitch/show_arp, and the CLI reference: `show arp` leaves out what the
# management interface has learnt; `show arp switch` shows that, with its columns turned round on some firmware (NOC).
EDGE = {
    "show port 0/48": """                    Admin     Physical   Physical   Link   Link    LACP   Flow
 Intf      Type      Mode        Mode      Status   Status   Trap    Mode   Control
--------- ------ --------- ---------- ---------- ------ ------- ------ -------
0/48      PC Mbr Enable    Auto       1000 Full  Up     Enable  Enable Disable
""",
    "show mac-addr-table": """
Address Entries Currently in Use............... 1

VLAN ID  MAC Address         Interface              IfIndex  Status
-------  ------------------  ---------------------  -------  ------------
1        80:2A:A8:F1:D2:46   0/48                   48       Learned
""",
    "show arp": "\nAge Time (seconds)............................. 300\nTotal Entry Count Current / Peak .............. 0 / 0\n",
    "show arp switch": f"""
    MAC Address       IP Address    Interface
------------------- ---------------- ------------
80:2A:A8:F1:D2:46   {US:<15}  Management
""",
    "show network": "Default Gateway................................ 0.0.0.0\n",
}
# D-Link: the three readers of `show link_aggregation` in the NOC project.
DLINK = {
    "show ports 26": """ Port   State/          Settings             Connection           Address
        MDIX       Speed/Duplex/FlowCtrl  Speed/Duplex/FlowCtrl  Learning
 -----  --------  ---------------------  ---------------------  ---------
 26     Enabled   Auto/Disabled          1000M/Full/None        Enabled
""",
    "show link_aggregation": """Command: show link_aggregation

Link Aggregation Algorithm = MAC-Source-Dest
Group ID      : 1
Type          : LACP
Master Port   : 25
Member Port   : 25-26,28
Active Port   :
Status        : Disabled
Flooding Port : None
""",
}
# EXOS: ntc-templates, tests/extreme_exos: show_ports_no-refresh, show_sharing, show_iparp, show_ports_information_detail.
EXTREME = {
    "show ports 34 no-refresh": """Port Summary
Port     Display              VLAN Name           Port  Link  Speed  Duplex
#        String               (or # VLANs)        State State Actual Actual
===========================================================================
34       zum Turm             (0003)              E     A      10G    FULL
""",
    "show ports 34 information detail": """Port:\t34
\tDescription String: "AggregateLink"
\tVLAN cfg:
\t\t Name: Default, Internal Tag = 1, MAC-limit = No-limit, Virtual router:   VR-Default
\t\t Name: VLAN2222, 802.1Q Tag = 2222, MAC-limit = No-limit, Virtual router:   VR-Default
\tTrunking:\tLoad sharing is not enabled.
""",
    "show sharing": """Load Sharing Monitor
Config    Current    Agg       Ld Share    Ld Share  Agg   Link    Link Up
Master    Master     Control   Algorithm   Group     Mbr   State   Transitions
==============================================================================
    29               LACP      L3_L4       29         -      R       12
                               L3_L4       34         -      R        7
    33     33        LACP      L2          33         Y      A        2
==============================================================================
Number of load sharing trunks: 2
""",
    "show fdb": """MAC                                      VLAN Name( Tag)  Age  Flags          Port / Virtual Port List
------------------------------------------------------------------------------------------------------
00:0c:29:4b:34:cf                             v101(0101) 0041  d m D          1
""",
    "show iparp": f"""VR            Destination      Mac                Age  Static  VLAN          VID   Port
VR-Default    {US}       00:d0:59:17:74:83   20      NO  bluered       4092  34
VR-Default    10.128.32.8      00:01:30:ba:6a:a0    7      NO  Default       4095

Dynamic Entries  :           4             Static Entries            :          0
""",
}
# AlliedWare Plus: ntc-templates, tests/allied_telesis_awplus: show_arp, show_interface_switchport.
ALLIED = {
    "show interface port1.0.23": """Interface port1.0.23
  Link is UP, administrative state is UP
  Hardware is Ethernet, address is 0011.2233.0023
  Description: zum Keller
  current duplex full, current speed 1000, current polarity mdix
""",
    "show interface switchport": """ Interface name         : port1.0.23
 Switchport mode        : trunk
 Ingress filter          : enable
 Acceptable frame types  : vlan-tagged only
 Default Vlan            : None
 Configured Vlans        :   504  508  767  793  794  811  883
                             900  909  910  914  915  929  931
 Dynamic Vlans           :
""",
    "show running-config interface port1.0.23": "!\ninterface port1.0.23\n stackport\n!\nend\n",
    "show arp": f""" IP Address      MAC Address     Interface    Port        Type
{US}      0000.cd37.06aa  vlan954      port1.0.23  dynamic
10.0.0.250      0000.cd37.06bb  vlan954      sa1         dynamic
""",
}
# SG550X and CBS350: napalm-automation-community/napalm-s350, test/unit/command_output: show_arp (names the port),
# show_interface_switchport, show_ip_route, show_lldp_neighbors, and its SG350X-48P with a name of two lines.
S350 = {
    "show interfaces status te1/0/3": """                                             Flow Link          Back   Mdix
Port     Type         Duplex  Speed Neg      ctrl State       Pressure Mode
-------- ------------ ------  ----- -------- ---- ----------- -------- -------
te1/0/3  10G-Fiber    Full    10000 Disabled Off  Up          Disabled Off
""",
    "show interfaces configuration te1/0/3": """                                               Flow    Admin     Back   Mdix
Port     Type         Duplex  Speed  Neg      control  State   Pressure Mode
-------- ------------ ------  -----  -------- -------  -----   -------- ----
te1/0/3  10G-Fiber    Full    10000  Enabled  Off      Up      Disabled Off
""",
    "show interfaces switchport te1/0/3": """S-VLAN Ethernet Type:  0x8100 (802.1q)
Name: te1/0/3
Switchport: enable
Administrative Mode: trunk
Operational Mode: up
Access Mode VLAN: 1
Trunking Native Mode VLAN: 1
Trunking VLANs: 1,11,90
                        2-10,12-89,81-4094 (Inactive)
""",
    "show lldp neighbors": """
System capability legend:
B - Bridge; R - Router; W - Wlan Access Point; T - telephone;
D - DOCSIS Cable Device; H - Host; r - Repeater;
TP - Two Ports MAC Relay; S - S-VLAN; C - C-VLAN; O - Other

  Port        Device ID          Port ID         System Name    Capabilities  TTL
--------- ----------------- ----------------- ----------------- ------------ -----
gi1/0/1   74:ac:b9:ff:1a:5f 74:ac:b9:ff:1a:5f       UBNT            B, W      90
te1/0/3   00:8e:73:aa:bb:e2       gi28        sw1-keller.schule      B, R      95
                                              .example
te1/0/4       sw2-turm            te1/0/4         sw2-turm          B, R      105
""",
    "show arp": f"""Total number of entries: 1


  VLAN    Interface     IP address        HW address          status
--------------------- --------------- ------------------- ---------------
vlan 11    te1/0/3    {US}      00:2d:b9:58:4e:1d   dynamic
""",
    "show ip route": "S   0.0.0.0/0 [1/4] via 192.168.0.1, 589:39:52, vlan 1\n",
}
OURS = "our own connection to the switch goes through it"


@pytest.mark.parametrize(
    ("platform", "port", "answers", "reasons"),
    [
        pytest.param(AOSCX, "1/1/28", CX, {OURS}, id="a routed port of AOS-CX"),
        pytest.param(PROCURVE, "48", PRO, {OURS}, id="a ProCurve that routes"),
        pytest.param(
            COMWARE,
            "GigabitEthernet4/0/17",
            WARE,
            {OURS, "sw-keller behind it is a switch or router"},
            id="Comware 5",
        ),
        pytest.param(
            JUNOS,
            "ge-0/0/22",
            JUNOS_EX2200,
            {OURS, "CORE-SW01 behind it is a switch or router", "it belongs to a bundle of links"},
            id="Junos before ELS",
        ),
        pytest.param(
            ROUTEROS,
            "ether1",
            MIKROTIK,
            {OURS, "keller behind it is a switch or router", "it is a trunk"},
            id="RouterOS with VLANs on the port",
        ),
        pytest.param(FASTPATH, "0/48", EDGE, {OURS, "it belongs to a bundle of links"}, id="EdgeSwitch"),
        pytest.param(
            S300,
            "te1/0/3",
            S350,
            {OURS, "sw1-keller.schule.example behind it is a switch or router", "it is a trunk"},
            id="Cisco 350",
        ),
        pytest.param(XSTACK, "26", DLINK, {"it belongs to a bundle of links"}, id="D-Link"),
        pytest.param(
            EXOS, "34", EXTREME, {OURS, "it is a trunk", "it belongs to a bundle of links"}, id="EXOS"
        ),
        pytest.param(
            AWPLUS, "port1.0.23", ALLIED, {OURS, "it holds the stack together", "it is a trunk"}, id="AW+"
        ),
    ],
)
def test_an_uplink_is_seen(platform, port, answers, reasons):
    assert set(objections(facts(platform, port, answers), 8)) == reasons


@pytest.mark.parametrize(
    ("platform", "port"),
    [
        (COMWARE, "Bridge-Aggregation1"),
        (JUNOS, "ae0"),
        (FASTPATH, "lag 1"),
        (PROCURVE, "Trk1"),
        (AOSCX, "lag1"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.netmiko,
)
def test_a_bundle_itself_is_one(platform, port):
    """By its name: nothing in its own configuration says so everywhere."""
    answers = {
        "display interface Bridge-Aggregation1": "Bridge-Aggregation1\nCurrent state: UP\n PVID: 1\n Port link-type: access\n",
        "display current-configuration interface Bridge-Aggregation1": "#\ninterface Bridge-Aggregation1\n#\nreturn\n",
        "show interfaces ae0 extensive": "Physical interface: ae0, Enabled, Physical link is Up\n  Link-level type: Ethernet\n",
        "show configuration interfaces ae0 | display set": "set interfaces ae0 aggregated-ether-options lacp active\n",
        "show port lag 1": "lag 1            Enable                          Up     Enable  N/A    Disable\n",
        "show interfaces brief Trk1": PRO["show interfaces brief 48"].replace("48          ", "48-Trk1     "),
        "show interface lag1": "Aggregate lag1 is up\n Admin state is up\n VLAN Mode: access\n Access VLAN: 20\n",
        "show running-config interface lag1": "interface lag 1\n    no shutdown\n    vlan access 20\n    exit\n",
    }
    assert objections(facts(platform, port, answers), 8) == ("it belongs to a bundle of links",)


def test_a_neighbour_whose_kind_is_not_told_is_said_to_be_unknown():
    detail = "show lldp neighbors interface ge-0/0/22.0"
    told = facts(JUNOS, "ge-0/0/22", {**JUNOS_EX2200, detail: ""})
    assert told.neighbours is None
    assert any("who is connected" in line for line in unknown(told))
    nobody = facts(JUNOS, "ge-0/0/22", {**JUNOS_EX2200, "show lldp neighbors": "Local Interface    Parent\n"})
    assert nobody.neighbours == ()


def test_a_port_whose_mode_is_not_told_is_said_to_be_unknown():
    assert any("whether 48 is a trunk" in line for line in unknown(facts(PROCURVE, "48", PRO)))


def test_a_bridge_in_the_arp_table_is_no_port():
    """Where the MAC table knows nothing of the address, nothing is known; not that it is elsewhere."""
    arp = f" 0 DC address={US} mac-address=00:10:F3:9F:4A:B4 interface=bridge_255_mgmt published=no\n"
    told = facts(ROUTEROS, "ether1", {**MIKROTIK, f"/ip arp {_TERSE}": arp})
    assert (told.management, told.gateway) == (None, None)


def test_an_access_point_elsewhere_is_not_taken_for_one_here():
    """Its address may have been learnt here before it was moved: only what carries others counts there too."""
    far = (
        " 0 interface=ether5 mac-address=12:34:56:78:90:AD identity=ap-aula system-caps=bridge,wlan-ap "
        "system-caps-enabled=bridge,wlan-ap\n"
    )
    assert facts(ROUTEROS, "ether1", {**MIKROTIK, f"/ip neighbor {_TERSE}": far}).neighbours == ()
