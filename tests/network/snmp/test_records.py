"""Walks of real switches, played by an agent over UDP: what the guards make of a port that must not be touched.

The shapes are of public records, named above each; the values are ours. A line is an object as snmpsim writes it: name, the
type's number, value.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from pedell.drivers.api import Deadline
from pedell_network.guards import objections, unknown
from pedell_network.results import Mode
from pedell_network.snmp.codec import members
from pedell_network.snmp.ports import find, interfaces
from pedell_network.snmp.simulated import ber
from pedell_network.snmp.simulated.switch import SnmpSwitchSimulator
from tests.network.snmp.conftest import Bench

_TAGS = {
    "2": ber.INTEGER,
    "4": ber.OCTETS,
    "64": ber.ADDRESS,
    "65": ber.COUNTER,
    "66": ber.GAUGE,
    "67": ber.TICKS,
}
IF, IFX, BRIDGE, LLDP = "1.3.6.1.2.1.2.2.1", "1.3.6.1.2.1.31.1.1.1", "1.3.6.1.2.1.17", "1.0.8802.1.1.2.1"


def record(text: str) -> dict[ber.Name, ber.Value]:
    """The objects of a record."""
    found: dict[ber.Name, ber.Value] = {}
    for line in ["1.3.6.1.2.1.1.3.0|67|718475737", *text.split("\n")]:
        name, tag, value = line.strip().split("|", 2) if line.strip() else ("", "", "")
        if not name:
            continue
        if tag == "4x":
            made: ber.Value = (ber.OCTETS, bytes.fromhex(value))
        elif tag == "6":
            made = (ber.NAME, tuple(map(int, value.split("."))))
        elif tag == "64":
            made = (ber.ADDRESS, bytes(map(int, value.split("."))))
        else:
            made = (_TAGS[tag], value.encode() if tag == "4" else int(value))
        found[tuple(map(int, name.split(".")))] = made
    return dict(sorted(found.items()))


class Recorded(SnmpSwitchSimulator):
    """An agent that tells what a record has."""

    walk = ""

    def objects(self, vlan: int | None) -> Mapping[ber.Name, ber.Value]:
        """The record; it has no tables per VLAN."""
        del vlan
        return record(self.walk)


def interface(index: int, name: str, kind: int = 6) -> str:
    """A row of IF-MIB."""
    return (
        f"{IF}.2.{index}|4|{name}\n{IF}.3.{index}|2|{kind}\n{IF}.7.{index}|2|1\n{IF}.8.{index}|2|1\n"
        f"{IFX}.1.{index}|4|{name}\n{IFX}.15.{index}|66|1000\n"
    )


SWITCH = "2800"  # bridge(2) and router(4)
# librenms/librenms, issue 18317, and its records of EX switches: a bridge port and LLDP's number belong to the unit
# ge-1/0/41.0; LLDP's number is an ifIndex and no bridge port, although there is one of that number; VLAN members stand
# there in words.
JUNIPER = (
    interface(686, "ge-1/0/41") + interface(687, "ge-1/0/41.0", 53) + interface(691, "ge-1/0/46")
    + interface(692, "ge-1/0/46.0", 53) + interface(590, "ae0", 161) + interface(600, "vlan.20", 53)
    + f"""{BRIDGE}.1.4.1.2.687|2|692
{BRIDGE}.1.4.1.2.512|2|687
{BRIDGE}.7.1.2.2.1.2.4.0.17.34.51.68.85|2|512
{BRIDGE}.7.1.2.2.1.3.4.0.17.34.51.68.85|2|3
{BRIDGE}.7.1.4.3.1.2.20|4|512,687
{BRIDGE}.7.1.4.3.1.2.30|4|512,513
{BRIDGE}.7.1.4.3.1.4.20|4|687,512
{BRIDGE}.7.1.4.3.1.4.30|4x|00
{LLDP}.3.7.1.2.687|2|7
{LLDP}.3.7.1.3.687|4|687
{LLDP}.3.7.1.4.687|4|ge-1/0/41.0
{LLDP}.4.1.1.4.0.687.7|2|4
{LLDP}.4.1.1.5.0.687.7|4x|001122123456
{LLDP}.4.1.1.9.0.687.7|4|sw-keller
{LLDP}.4.1.1.12.0.687.7|4x|{SWITCH}
1.2.840.10006.300.43.1.2.1.1.13.687|2|590
1.3.6.1.2.1.4.22.1.2.600.127.0.0.1|4x|001122334455
"""
)  # fmt: skip
# netdisco/snmp-info, its test of agg_ports_ifstack: an HP trunk group is propMultiplexor(54) and runs on top of its links;
# dot3adAggPortAttachedAggID is 0 in one without LACP.
PROCURVE = (
    interface(47, "47") + interface(48, "48") + interface(290, "Trk1", 54)
    + f"""1.3.6.1.2.1.31.1.2.1.3.0.290|2|1
1.3.6.1.2.1.31.1.2.1.3.290.47|2|1
1.3.6.1.2.1.31.1.2.1.3.290.48|2|1
1.2.840.10006.300.43.1.2.1.1.13.48|2|0
{BRIDGE}.1.4.1.2.290|2|290
"""
)  # fmt: skip
# librenms/librenms, tests/snmpsim/ios_2960x.snmprec (kinds, ifIndexes): Catalysts with CDP alone, which is how they come; an
# EtherChannel without LACP; a trunk that is down.
CATALYST = (
    interface(10148, "GigabitEthernet1/0/48") + interface(5001, "Port-channel1", 53)
    + """1.3.6.1.4.1.9.9.23.1.2.1.1.3.10148.11|2|1
1.3.6.1.4.1.9.9.23.1.2.1.1.4.10148.11|4x|0a010102
1.3.6.1.4.1.9.9.23.1.2.1.1.6.10148.11|4|sw-aula
1.3.6.1.4.1.9.9.23.1.2.1.1.7.10148.11|4|GigabitEthernet0/1
1.3.6.1.4.1.9.9.23.1.2.1.1.8.10148.11|4|cisco WS-C2950-12
1.3.6.1.4.1.9.9.23.1.2.1.1.9.10148.11|4x|0000000a
1.3.6.1.4.1.9.9.46.1.6.1.1.13.10148|2|1
1.3.6.1.4.1.9.9.46.1.6.1.1.14.10148|2|2
1.3.6.1.4.1.9.9.98.1.1.1.1.8.10148|2|5001
"""
)  # fmt: skip
# RFC 4293 and RFC 4292 without the tables that they replace, and RFC 4363 with the current VLANs alone and no
# dot1dBasePortIfIndex: agents of that kind are told of by the readers of LibreNMS and openl2m. What an authentication let
# in is mgmt(5).
NEW = (
    interface(24, "24") + interface(1001, "vlan1", 53)
    + f"""{BRIDGE}.7.1.2.2.1.2.1.0.17.34.51.68.85|2|24
{BRIDGE}.7.1.2.2.1.3.1.0.17.34.51.68.85|2|3
{BRIDGE}.7.1.2.2.1.2.1.0.17.34.51.68.86|2|24
{BRIDGE}.7.1.2.2.1.3.1.0.17.34.51.68.86|2|5
{BRIDGE}.7.1.2.2.1.2.1.0.17.34.51.68.99|2|24
{BRIDGE}.7.1.2.2.1.3.1.0.17.34.51.68.99|2|4
1.3.6.1.2.1.4.35.1.4.1001.1.4.192.0.2.1|4x|001122334455
1.3.6.1.2.1.4.24.7.1.7.1.4.0.0.0.0.0.2.0.0.1.4.192.0.2.1|2|1001
"""
)  # fmt: skip
# A routed port: in no MAC table, and the ARP table has its ifIndex.
ROUTED = interface(49, "Te1/1/1") + "1.3.6.1.2.1.4.22.1.2.49.127.0.0.1|4x|001122334455\n"
OURS = "our own connection to the switch goes through it"
BUNDLE = "it belongs to a bundle of links"


@pytest.mark.parametrize(
    ("walk", "port", "reasons"),
    [
        pytest.param(
            JUNIPER,
            "ge-1/0/41",
            {OURS, BUNDLE, "sw-keller behind it is a switch or router", "it is a trunk"},
            id="Juniper EX",
        ),
        pytest.param(JUNIPER, "ge-1/0/46", set(), id="another port of it"),
        pytest.param(PROCURVE, "48", {BUNDLE}, id="a ProCurve's trunk group"),
        pytest.param(PROCURVE, "Trk1", {BUNDLE}, id="the group itself"),
        pytest.param(
            CATALYST,
            "Gi1/0/48",
            {BUNDLE, "sw-aula behind it is a switch or router", "it is a trunk"},
            id="Catalyst",
        ),
        pytest.param(CATALYST, "Port-channel1", {BUNDLE}, id="its EtherChannel"),
        pytest.param(NEW, "24", {OURS}, id="new tables only"),
        pytest.param(ROUTED, "Te1/1/1", {OURS}, id="a routed port"),
    ],
)
def test_an_uplink_is_seen(bench, walk, port, reasons):
    kind = type("Played", (Recorded,), {"walk": walk})
    driver = bench(kind=kind).connected()
    deadline = Deadline.after(10)
    facts = driver.read_facts(driver.agent.port(port, deadline).name, deadline)
    assert set(objections(facts, 8)) == reasons


def test_what_authentication_let_in_counts_and_our_own_does_not(bench):
    driver = bench(kind=type("Played", (Recorded,), {"walk": NEW})).connected()
    facts = driver.read_facts("24", Deadline.after(10))
    assert (facts.addresses, facts.management, facts.gateway) == (2, True, True)


def test_tables_that_lead_to_no_port_are_not_taken_for_empty_ones(bench):
    walk = NEW.replace("|2|24\n", "|2|4711\n")
    driver = bench(kind=type("Played", (Recorded,), {"walk": walk})).connected()
    facts = driver.read_facts("24", Deadline.after(10))
    assert facts.addresses is None
    assert any("which addresses" in line for line in unknown(facts))


def test_vlans_of_an_agent_that_keeps_the_current_ones_only(bench: Bench) -> None:
    """Port 24 is the last bit of the third octet; the index begins with a time."""
    walk = (
        NEW
        + f"{BRIDGE}.1.4.1.2.24|2|24\n"
        + "".join(
            f"{BRIDGE}.7.1.4.2.1.4.0.{vlan}|4x|000001\n{BRIDGE}.7.1.4.2.1.5.0.{vlan}|4x|{own}\n"
            for vlan, own in ((1, "000001"), (20, "000000"))
        )
    )
    driver = bench(kind=type("Played", (Recorded,), {"walk": walk})).connected()  # type: ignore[operator]
    assert driver.read_port("24", Deadline.after(10)).mode is Mode.TRUNK


def test_members_in_words():
    assert members(b"512,687") == {512, 687}
    assert members(b"\x30") == {3, 4}, "one octet may be bits as well, and is"


def test_a_name_with_what_it_is_made_of():
    """TP-Link's ifDescr, as in librenms/librenms, tests/snmpsim/jetstream*."""
    ports = interfaces(
        [(49153, "gigabitEthernet 1/0/1 : copper", "", ""), (49154, "gigabitEthernet 1/0/11 : fiber", "", "")]
    )
    assert find("Gi1/0/1", ports).index == 49153
    assert find("1/0/11", ports).index == 49154
