"""Whole walks of switches, of which each record keeps the shape that was misread once; the values are ours.

The walks are of snmpsim-data 1.0 (network/switch and its neighbours), a record's comment names its file; the rest is of
librenms/librenms, tests/snmpsim.
"""

from __future__ import annotations

from typing import Any

import pytest

from pedell.drivers.api import Deadline, DeviceError, ErrorClass
from pedell.i18n import said
from pedell_network.guards import objections, unknown
from pedell_network.results import Mode, Neighbour
from pedell_network.snmp import codec, mib, special
from pedell_network.snmp.neighbours import together
from pedell_network.snmp.ports import find, interfaces
from pedell_network.snmp.vlans import Lists
from tests.network.conftest import ask
from tests.network.snmp.test_records import BRIDGE, BUNDLE, IF, IFX, Recorded, interface

OWN = "it is the switch's own interface, no port for devices"
STACK = "it holds the stack together"
ROUTED = "it is a routed port, with a network behind it"
TRUNK = "it is a trunk"
EGRESS, UNTAGGED, PVID = f"{BRIDGE}.7.1.4.3.1.2", f"{BRIDGE}.7.1.4.3.1.4", f"{BRIDGE}.7.1.4.5.1.1"


def bridged(*ports: int) -> str:
    return "".join(f"{BRIDGE}.1.4.1.2.{port}|2|{port}\n" for port in ports)


# dlink-des3038: PortLists as one number, port 1 its lowest bit; port 2 carries a tagged VLAN, port 1 does not. ifHighSpeed in
# bits. A VLAN's interface is l2vlan, the switch's own ipForward.
DES_3028 = (
    interface(1, "1/1") + interface(2, "1/2") + interface(1024, "802.1Q Encapsulation Tag 0001", 135)
    + interface(5121, "System", 142) + bridged(1, 2)
    + f"""{IFX}.15.1|66|100000000
{EGRESS}.20|4x|0000000000000003
{EGRESS}.30|4x|0000000000000002
{UNTAGGED}.20|4x|0000000000000003
{UNTAGGED}.30|4x|0000000000000000
{PVID}.1|66|20
{PVID}.2|66|20
"""
)  # fmt: skip
# zte-zxr10-5250: the octets of a PortList as hexadecimal digits; no dot1qPvid.
ZTE = (
    interface(1, "1/1") + interface(2, "1/2") + bridged(*range(1, 53))
    + f"""{EGRESS}.20|4|800000000000f0
{EGRESS}.30|4|400000000000f0
{UNTAGGED}.20|4|800000000000000000
{UNTAGGED}.30|4|400000000000000000
"""
)  # fmt: skip
# brocade-icx6430-24: numbers in pairs of octets, which are no PortList whichever way they are read.
ICX_6430 = (
    interface(1, "ethernet1/1/1") + interface(25, "management") + bridged(*range(1, 25), *range(65, 69))
    + f"""{EGRESS}.1|4x|000000010018004200430044
{UNTAGGED}.1|4x|000000010018004200430044
{PVID}.1|66|1
"""
)  # fmt: skip
# dcs-3726c: dot3adAggPortAttachedAggID is a number that is no interface, and the same at every port.
DCS_3726 = (
    interface(1, "Port1") + interface(2, "Port2") + interface(263, "Console263", 33) + bridged(1, 2)
    + "".join(f"1.2.840.10006.300.43.1.2.1.1.13.{port}|2|1879081088\n" for port in range(1, 25))
)  # fmt: skip
# cisco-unmarked-0, a Catalyst 2950: vlanTrunkPortTable has the trunks alone, vmMembershipTable the others.
C2950 = (
    interface(1, "Fa0/1") + interface(25, "Gi0/1") + interface(27, "Nu0", 1) + interface(28, "Vl1", 53)
    + """1.3.6.1.4.1.9.9.46.1.6.1.1.14.25|2|1
1.3.6.1.4.1.9.9.46.1.6.1.1.5.25|2|99
1.3.6.1.4.1.9.9.68.1.2.2.1.2.1|2|20
"""
)  # fmt: skip
# cisco-c3750: stack ports are propVirtual.
C3750 = (
    interface(10101, "Gi1/0/1") + interface(5179, "StackPort1", 53) + interface(5180, "StackSub-St1-1", 53)
)
# h3c-comware-7-1-075: IRF ports by entPhysicalIndex, which ENTITY-MIB leads to ifIndex; Q-BRIDGE's lists end before the
# last bridge ports; PVID 0 and an address of its own on a port that routes.
COMWARE = (
    interface(1, "Ten-GigabitEthernet1/0/1") + interface(3, "Ten-GigabitEthernet1/0/3")
    + interface(4, "Ten-GigabitEthernet1/0/4") + interface(5, "Ten-GigabitEthernet1/0/5")
    + interface(8833, "M-GigabitEthernet0/0/0") + interface(8961, "NULL0", 1)
    + bridged(1, 3, 4) + f"{BRIDGE}.1.4.1.2.2212|2|5\n"
    + f"""{EGRESS}.20|4x|10
{UNTAGGED}.20|4x|00
{PVID}.3|66|0
{PVID}.2212|66|1
1.3.6.1.2.1.4.20.1.2.192.0.2.1|2|3
1.3.6.1.4.1.25506.8.35.1.1.1.5.5|2|1
1.3.6.1.4.1.25506.2.91.5.1.1.60013|2|2
1.3.6.1.4.1.25506.2.91.5.1.1.60015|2|0
1.3.6.1.2.1.47.1.3.2.1.2.60013.0|6|1.3.6.1.2.1.2.2.1.1.1
1.3.6.1.2.1.47.1.3.2.1.2.60015.0|6|1.3.6.1.2.1.2.2.1.1.4
"""
)  # fmt: skip
# huawei-s5720: no Q-BRIDGE lists, but a number of the maker's own for each port, which says how the port is meant.
S5720 = (
    interface(6, "GigabitEthernet0/0/1") + interface(35, "XGigabitEthernet0/0/2") + interface(42, "Vlanif200", 53)
    + f"{BRIDGE}.1.4.1.2.1|2|6\n{BRIDGE}.1.4.1.2.30|2|35\n{PVID}.1|66|30\n"
    + "".join(
        f"1.3.6.1.4.1.2011.5.25.42.1.1.1.3.1.{column}.{port}|2|{value}\n"
        for column, port, value in ((2, 1, 6), (2, 30, 35), (3, 1, 2), (3, 30, 1))
    )
)  # fmt: skip
# librenms, jetstream: a VLAN's interface is ethernetCsmacd(6); awplus: static aggregators are other(1).
JETSTREAM = (
    interface(10, "Vlan-interface10") + interface(49153, "gigabitEthernet 1/0/1 : copper") + bridged(49153)
)
AWPLUS = interface(4620, "sa20", 1) + interface(5105, "port1.1.5") + bridged(4620, 5105)


# librenms, junos_ex and its like: Junos' own interfaces have units too.
JUNOS = (
    interface(1, "me0") + interface(2, "me0.0", 53) + interface(3, "irb", 142) + interface(4, "irb.20", 53)
    + interface(5, "ge-0/0/5") + interface(6, "ge-0/0/5.0", 53)
)  # fmt: skip


def played(bench: Any, walk: str, **options: Any) -> Any:
    return bench(kind=type("Played", (Recorded,), {"walk": walk})).connected(**options)


@pytest.mark.parametrize(
    ("walk", "port", "reasons", "mode", "vlan"),
    [
        pytest.param(DES_3028, "1/1", set(), Mode.ACCESS, 20, id="DES-3028, an edge port"),
        pytest.param(DES_3028, "1/2", {TRUNK}, Mode.TRUNK, 20, id="its uplink"),
        pytest.param(DES_3028, "System", {OWN}, Mode.UNKNOWN, None, id="itself"),
        pytest.param(DES_3028, "802.1Q Encapsulation Tag 0001", {OWN}, Mode.UNKNOWN, None, id="its VLAN"),
        pytest.param(ZTE, "1/2", set(), Mode.ACCESS, 30, id="ZTE"),
        pytest.param(ICX_6430, "ethernet1/1/1", set(), Mode.UNKNOWN, 1, id="ICX 6430"),
        pytest.param(ICX_6430, "management", {OWN}, Mode.UNKNOWN, None, id="its management port"),
        pytest.param(DCS_3726, "Port2", set(), Mode.UNKNOWN, None, id="DCS-3726"),
        pytest.param(DCS_3726, "Console263", {OWN}, Mode.UNKNOWN, None, id="its console"),
        pytest.param(C2950, "Fa0/1", set(), Mode.ACCESS, 20, id="Catalyst 2950"),
        pytest.param(C2950, "Gi0/1", {TRUNK}, Mode.TRUNK, 99, id="its trunk with a native VLAN"),
        pytest.param(C2950, "Nu0", {OWN}, Mode.UNKNOWN, None, id="Null0"),
        pytest.param(C2950, "Vl1", {OWN}, Mode.UNKNOWN, None, id="Vlan1"),
        pytest.param(C3750, "StackPort1", {STACK, OWN}, Mode.UNKNOWN, None, id="StackWise"),
        pytest.param(
            interface(1, "Ap5/0/1"), "Ap5/0/1", {OWN}, Mode.UNKNOWN, None, id="a Catalyst's applications"
        ),
        pytest.param(
            interface(1, "ap-b204"), "ap-b204", set(), Mode.UNKNOWN, None, id="a port that somebody named"
        ),
        pytest.param(C3750, "Gi1/0/1", set(), Mode.UNKNOWN, None, id="an edge port of the stack"),
        pytest.param(COMWARE, "Ten-GigabitEthernet1/0/1", {STACK}, Mode.UNKNOWN, None, id="IRF"),
        pytest.param(COMWARE, "Ten-GigabitEthernet1/0/3", {ROUTED}, Mode.ROUTED, None, id="Comware routes"),
        pytest.param(COMWARE, "Ten-GigabitEthernet1/0/4", {TRUNK}, Mode.TRUNK, None, id="by the lists"),
        pytest.param(COMWARE, "Ten-GigabitEthernet1/0/5", {TRUNK}, Mode.TRUNK, 1, id="by the maker's word"),
        pytest.param(COMWARE, "M-GigabitEthernet0/0/0", {OWN}, Mode.UNKNOWN, None, id="its management"),
        pytest.param(S5720, "GigabitEthernet0/0/1", set(), Mode.ACCESS, 30, id="Huawei"),
        pytest.param(S5720, "XGigabitEthernet0/0/2", {TRUNK}, Mode.TRUNK, None, id="Huawei's trunk"),
        pytest.param(S5720, "Vlanif200", {OWN}, Mode.UNKNOWN, None, id="Huawei's VLAN"),
        pytest.param(JETSTREAM, "Vlan-interface10", {OWN}, Mode.UNKNOWN, None, id="TP-Link's VLAN"),
        pytest.param(JETSTREAM, "Gi1/0/1", set(), Mode.UNKNOWN, None, id="TP-Link's port"),
        pytest.param(AWPLUS, "sa20", {BUNDLE}, Mode.UNKNOWN, None, id="AlliedWare's aggregator"),
        pytest.param(JUNOS, "ge-0/0/5", set(), Mode.UNKNOWN, None, id="Junos, a port"),
        pytest.param(JUNOS, "ge-0/0/5.0", set(), Mode.UNKNOWN, None, id="its unit"),
        pytest.param(JUNOS, "me0.0", {OWN}, Mode.UNKNOWN, None, id="its management"),
        pytest.param(JUNOS, "irb.20", {OWN}, Mode.UNKNOWN, None, id="its VLAN"),
        pytest.param(AWPLUS, "port1.1.5", set(), Mode.UNKNOWN, None, id="AlliedWare's port"),
    ],
)
def test_what_a_port_is(bench, walk, port, reasons, mode, vlan):
    driver = played(bench, walk)
    deadline = Deadline.after(10)
    facts = driver.read_facts(driver.agent.port(port, deadline).name, deadline)
    assert set(objections(facts, 8)) == reasons
    assert (facts.status.mode, facts.status.vlan) == (mode, vlan)
    assert driver.read_port(facts.status.port, deadline).mode is mode


def test_a_bundle_that_is_no_interface_is_one_all_the_same(bench):
    """Links of one aggregator alone, as an agent has them that lists nothing else: it is refused rather than missed."""
    rows = DCS_3726.split("\n")
    few = "\n".join(
        row for row in rows if "43.1.2" not in row or row.split("|")[0].endswith((".13.1", ".13.2"))
    )
    facts = played(bench, few).read_facts("Port2", Deadline.after(10))
    assert objections(facts, 8) == (BUNDLE,)


def test_a_speed_in_bits_is_one_in_megabits(bench):
    driver = played(bench, DES_3028)
    assert driver.read_port("1/1", Deadline.after(10)).speed == 100
    assert driver.read_port("1/2", Deadline.after(10)).speed == 1000


@pytest.mark.parametrize(("walk", "port"), [(DES_3028, "1/1"), (ZTE, "1/1"), (ICX_6430, "ethernet1/1/1")])
def test_lists_that_are_no_bitmaps_are_never_written(bench, walk, port):
    driver = played(bench, walk)
    with pytest.raises(DeviceError) as caught:
        ask(driver, "set_access_vlan", port=port, vlan=30)
    assert caught.value.error_class is ErrorClass.UNSUPPORTED
    assert not any(str(data).startswith("SET") for _, data in driver.env.transcript)
    assert said(caught.value.message, "de") != caught.value.message


def test_a_port_list_whichever_way_it_is_written():
    assert codec.members(b"800000000000f0") == {1, 49, 50, 51, 52}
    assert codec.members(bytes.fromhex("800000000000f0")) == {1, 49, 50, 51, 52}
    assert codec.mirrored(bytes.fromhex("0000000003")) == {1, 2}
    assert codec.is_bitmap(b"\x80\x00") and codec.is_bitmap(b"") and codec.is_bitmap(b"\x30")
    assert not codec.is_bitmap(b"512,687") and not codec.is_bitmap(b"800000000000f0")
    ports = frozenset(range(1, 29))
    # One VLAN more than the bridge has ports, such as a trunk group, does not make a list unreadable.
    usual = Lists({1: bytes.fromhex("c0000001")}, {1: bytes.fromhex("40000000")}, ports)
    assert (usual.mode(1), usual.mode(2), usual.writable, usual.own(2)) == (Mode.TRUNK, Mode.ACCESS, True, 1)
    nothing = Lists({}, {}, ports)
    assert (nothing.mode(1), nothing.own(1)) == (Mode.UNKNOWN, None)


def test_an_address_at_a_bridge_port_that_is_no_interface_is_found_there(bench):
    """huawei-s12704: radios are bridge ports and stand in no interface table."""
    walk = interface(1, "GE1/0/1") + bridged(1) + f"{BRIDGE}.1.4.1.2.2811|2|700\n"
    for last, port in ((1, 1), (2, 2811)):
        walk += f"{BRIDGE}.4.3.1.2.0.17.34.51.68.{last}|2|{port}\n{BRIDGE}.4.3.1.3.0.17.34.51.68.{last}|2|3\n"
    driver = played(bench, walk)
    assert ask(driver, "find_mac", mac="00:11:22:33:44:01").port == "GE1/0/1"
    found = ask(driver, "find_mac", mac="00:11:22:33:44:02")
    assert (found.found, found.port, found.addresses) == (True, "bridge port 2811", 1)
    assert driver.read_facts("GE1/0/1", Deadline.after(10)).addresses == 1
    # Ours at such a port: it is not known which interface that is, and GE1/0/1 may be one of its links.
    driver = played(bench, f"{walk}1.3.6.1.2.1.4.22.1.2.5.127.0.0.1|4x|001122334402\n")
    assert driver.read_facts("GE1/0/1", Deadline.after(10)).management is None


def test_a_switch_with_ciscos_vlans_and_no_table_for_each_says_what_to_do(bench):
    """cisco-n5000: NX-OS tells of its VLANs as IOS does, and answers no community@VLAN."""
    walk = C2950 + "1.3.6.1.4.1.9.9.46.1.3.1.1.2.1.20|2|1\n"
    driver = played(bench, walk, answer_time=0.5)
    with pytest.raises(DeviceError, match="addresses in VLAN 20") as caught:
        driver.read_facts("Fa0/1", Deadline.after(10))
    assert caught.value.error_class is ErrorClass.TIMEOUT and "vlan_tables: no" in caught.value.hint
    driver = played(bench, walk, vlan_tables="no")
    assert driver.read_facts("Fa0/1", Deadline.after(10)).addresses is None


def test_a_port_without_a_link_carries_nothing_of_ours(bench):
    """zte-zxr10-5250: the ARP table's first number is an ifIndex of its own, which is that of an unused port."""
    arp = "1.3.6.1.2.1.4.22.1.2.2.127.0.0.1|4x|001122334455\n"
    driver = played(bench, ZTE + arp)
    deadline = Deadline.after(10)
    assert driver.read_facts("1/2", deadline).management is True
    driver = played(bench, (ZTE + arp).replace(f"{IF}.8.2|2|1", f"{IF}.8.2|2|2"))
    facts = driver.read_facts("1/2", Deadline.after(10))
    assert (facts.management, facts.gateway, objections(facts, 8)) == (False, None, ())


# A core switch's ARP table has tens of thousands of rows (librenms, ruijie: 24,000): what is wanted is asked for by name.
def core(*arp: str, own: str = "127.0.0.2", mask: str = "255.0.0.0") -> str:
    return (
        interface(24, "Gi0/24") + interface(1001, "VLAN 1", 136) + bridged(24)
        + f"1.3.6.1.2.1.4.20.1.2.{own}|2|1001\n1.3.6.1.2.1.4.20.1.3.{own}|64|{mask}\n"
        + "".join(f"1.3.6.1.2.1.4.22.1.2.{row}|4x|001122334455\n" for row in arp)
        + f"{BRIDGE}.4.3.1.2.0.17.34.51.68.85|2|24\n{BRIDGE}.4.3.1.3.0.17.34.51.68.85|2|3\n"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("walk", "way", "gateway", "whole"),
    [
        pytest.param(core("1001.127.0.0.1", "1001.127.0.0.9"), True, None, False, id="we are beside it"),
        pytest.param(core("7.127.0.0.1"), True, None, True, id="under another number"),
        pytest.param(
            core("1001.10.0.0.1", "1001.10.0.0.9", own="10.0.0.2", mask="255.255.255.0")
            + "1.3.6.1.2.1.4.21.1.7.0.0.0.0|64|10.0.0.1\n",
            True, True, False, id="behind its gateway",
        ),
        pytest.param(core("1001.10.0.0.9", own="10.0.0.2", mask="255.255.255.0"), None, None, False, id="nobody knows"),
    ],
)  # fmt: skip
def test_a_long_arp_table_is_not_looked_through(bench, walk, way, gateway, whole):
    driver = played(bench, walk)
    facts = driver.read_facts("Gi0/24", Deadline.after(10))
    assert (facts.management, facts.gateway) == (way, gateway)
    asked = [str(line) for _, line in driver.env.transcript]
    assert any(line.startswith("GETBULK 1.3.6.1.2.1.4.22.1.2") for line in asked) is whole


def test_a_table_that_is_too_long_is_said_to_be(bench):
    driver = played(bench, core("1001.127.0.0.1", "1001.127.0.0.9"))
    client = driver.agent._client
    with pytest.raises(DeviceError, match="more than 1 rows") as caught:
        client.walk(mib.ARP, Deadline.after(10), limit=1)
    assert said(caught.value.message, "de") != caught.value.message


# hpe-procurve-516733-b21: CDP's table repeats LLDP's neighbours, with six octets for a name; a real CDP neighbour has one.
LLDP = "1.0.8802.1.1.2.1.4.1.1"
CDP = "1.3.6.1.4.1.9.9.23.1.2.1.1"
PROCURVE = (
    interface(15, "15") + interface(17, "17") + bridged(15, 17)
    + f"""{LLDP}.4.0.15.1|2|4
{LLDP}.5.0.15.1|4x|001122123456
{LLDP}.7.0.15.1|4|p1
{LLDP}.12.0.15.1|4x|01
{CDP}.4.15.1|4x|00000000
{CDP}.6.15.1|4x|001122123456
{CDP}.7.15.1|4x|001122123456
{CDP}.9.15.1|4x|00000010
{CDP}.3.17.2|2|1
{CDP}.4.17.2|4x|0a010102
{CDP}.6.17.2|4|sw-aula
{CDP}.9.17.2|4x|00000029
"""
)  # fmt: skip


def test_a_neighbour_that_is_told_of_twice_is_one(bench):
    near = ask(played(bench, PROCURVE), "neighbours").neighbours
    assert [(one.port, one.name, one.mac, one.carries_others) for one in near] == [
        ("15", "00:11:22:12:34:56", "00:11:22:12:34:56", False),
        ("17", "sw-aula", "", True),
    ]


def test_a_switch_by_cdp_is_not_lost_behind_an_lldp_that_tells_less():
    quiet = Neighbour(port="1", name="sw-aula")
    loud = Neighbour(port="1", name="SW-AULA", capabilities=("bridge",))
    elsewhere = Neighbour(port="2", name="sw-aula")
    assert together([quiet], [loud, elsewhere]) == (quiet, loud, elsewhere)
    assert together([loud], [quiet.model_copy(update={"capabilities": ("router",)})]) == (loud,)


def test_a_chassis_id_that_is_written_out():
    """librenms, arubaos-cx (AOS-CX 10.04): macAddress(4) in words; a VMware host's is interfaceName(6)."""
    assert codec.remote_name(4, b"00:50:56:AA:bb:0c") == ("00:50:56:aa:bb:0c",) * 2
    assert codec.remote_name(4, bytes.fromhex("005056aabb0c"))[1] == "00:50:56:aa:bb:0c"
    assert codec.remote_name(4, b"00:50:56") == ("", "")
    assert codec.remote_name(6, b"vmnic5") == ("vmnic5", "")


def test_a_chassis_id_that_is_an_address():
    """librenms, iosxe: a phone's is networkAddress(5), the number of IPv4 and four octets; the name may be empty."""
    assert codec.remote_name(5, bytes((1, 10, 0, 0, 41))) == ("10.0.0.41", "")
    assert codec.remote_name(5, b"phone") == ("phone", "")


def test_names_that_are_not_unique_can_all_be_meant():
    """hpe-procurve-516733-b21 has two lo0, one of them described as all other loopbacks; awplus describes ports in ifDescr."""
    rows = [
        (4170, "lo0", "software loopback", ""),
        (4171, "lo1", "software loopback", ""),
        (4179, "lo0", "management loopback", ""),
        (5101, "port1.1.1", "Link-to-stack", ""),
        (5102, "port1.1.2", "Link-to-stack", ""),
    ]
    ports = interfaces(rows)
    assert [port.name for port in ports] == [
        "lo0 (4170)", "lo1", "management loopback", "port1.1.1", "port1.1.2",
    ]  # fmt: skip
    assert [find(port.name, ports).index for port in ports] == [row[0] for row in rows]
    with pytest.raises(DeviceError, match="may mean"):
        find("Link-to-stack", ports)


SYSTEM = "1.3.6.1.2.1.1"


def test_what_the_chassis_does_not_tell_follows_from_the_description(bench):
    """huawei-s5720, brocade-icx6430-24: no model in ENTITY-MIB, or no ENTITY-MIB; the description has line breaks."""
    descr = b"S5720-36C-EI-AC \r\nHuawei Versatile Routing Platform Software \r\n VRP (R) software,Version 5.160 (S5720 V2)"
    walk = (
        f"{SYSTEM}.1.0|4x|{descr.hex()}\n{SYSTEM}.5.0|4|sw1\n{SYSTEM}.2.0|6|1.3.6.1.4.1.2011.2.23.276\n"
        "1.3.6.1.2.1.47.1.1.1.1.5.7|2|3\n1.3.6.1.2.1.47.1.1.1.1.11.7|4|2102\n"
    )
    info = ask(played(bench, walk), "device_info")
    assert (info.manufacturer, info.model, info.serial) == ("Huawei", "S5720-36C-EI-AC", "2102")
    assert info.firmware == "5.160 (S5720 V2)"
    unheard = f"{SYSTEM}.1.0|4x|{b'Schulswitch 8'.hex()}\n{SYSTEM}.2.0|6|1.3.6.1.4.1.64000.1\n"
    info = ask(played(bench, unheard), "device_info")
    assert (info.manufacturer, info.model, info.firmware) == ("", "Schulswitch 8", "")


@pytest.mark.parametrize(
    ("name", "kind", "bridged", "counted", "own"),
    [
        ("Gi1/0/1", 6, True, True, False),
        ("Gi1/0/1", None, None, False, False),
        ("1", 1, True, False, False),
        ("1", 1, None, False, False),
        ("1", 1, False, True, False),
        ("tunnel0", 1, False, False, True),
        ("mgmt0", 6, False, True, True),
        ("oobm0", 6, False, False, True),
        ("MEth0/0/1", 6, False, True, True),
        ("me0", 6, None, True, True),
        ("vlan10", 6, None, False, True),
        ("VLAN interface 10", 6, None, False, True),
        ("lo0", 24, None, False, True),
        ("metro1", 6, True, True, False),
        ("Management-PC", 6, True, True, False),
        ("Management1", 6, True, True, True),
        ("Nu0", 1, True, True, True),
        ("em-raum", 6, True, True, False),
    ],
)
def test_interfaces_of_the_switch_itself(name, kind, bridged, counted, own):
    assert special.is_own(name, kind, bridged=bridged, counted=counted) is own


def test_what_is_not_known_is_said(bench):
    facts = played(bench, ICX_6430).read_facts("ethernet1/1/1", Deadline.after(10))
    assert any("is a trunk" in line for line in unknown(facts))
