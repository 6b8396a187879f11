"""Whose power is whose: rows of POWER-ETHERNET-MIB as real switches number them, which public readers of it note.

Observium's discovery has rows of AOS-CX, EXOS, Cisco's 300 series, FASTPATH, Zyxel and Comware; SNMP::Info those of HP, Juniper and
Cisco; openl2m those of Comware's stacks. Names and ifIndexes are of librenms/librenms, tests/snmpsim. The numbers are ours.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Happened
from pedell.i18n import said
from pedell_network.results import Poe
from pedell_network.snmp.ports import Interface, find
from pedell_network.snmp.power import Row, rows_of, told_by_cisco, watts
from tests.network.conftest import ask
from tests.network.snmp.test_records import BRIDGE, IF, Recorded, interface

_MAKER = (1, 3, 6, 1, 4, 1)
OF_NOBODY = (*_MAKER, 99999)


def named(first: int, *names: str) -> list[Interface]:
    return [Interface(first + at, name, name, "") for at, name in enumerate(names)]


def span(text: str, first: int, last: int) -> list[str]:
    return [text.format(number) for number in range(first, last + 1)]


ZYXEL = named(1, *span("swp{:02}", 0, 9))
SG300 = named(49, *span("gi{}", 1, 52))
SF302 = [*named(1, *span("fa{}", 1, 8)), *named(49, "gi1", "gi2")]
CATALYST = [*named(10101, *span("Gi1/0/{}", 1, 24)), *named(10201, *span("Te1/1/{}", 1, 4))]
C9300 = [*named(1, "Gi0/0"), *named(9, *span("Gi1/0/{}", 1, 24)), *named(40, *span("Gi1/1/{}", 1, 4))]
C2960 = [*named(10001, *span("Fa0/{}", 1, 24)), *named(10101, "Gi0/1", "Gi0/2")]
EX = [*named(508, *span("ge-0/0/{}", 0, 47)), *named(600, *span("ge-1/0/{}", 0, 47)), *named(700, "xe-0/1/0")]
EXOS = named(1001, *span("1:{}", 1, 48))
CX = [*named(1, *span("1/1/{}", 1, 28)), *named(193, *span("2/1/{}", 1, 28))]
CHASSIS = named(1, *span("A{}", 1, 24), *span("B{}", 1, 24))
STACK = [*named(1, *span("1/{}", 1, 24)), *named(65, *span("2/{}", 1, 24))]
FASTPATH = [*named(1, *span("1/0/{}", 1, 48)), *named(211, *span("2/0/{}", 1, 48))]
EDGE = named(1, *span("0/{}", 1, 26))
IRF = [*named(1, *span("GE1/0/{}", 1, 28)), *named(66, *span("GE2/0/{}", 1, 28))]
COMWARE_5 = named(9437184, *span("GigabitEthernet1/0/{}", 1, 28))


@pytest.mark.parametrize(
    ("ports", "rows", "maker", "port", "row"),
    [
        pytest.param(ZYXEL, span("1.{}", 1, 8), (890, 1, 15), "swp07", (1, 8), id="Zyxel counts names from 0"),
        pytest.param(ZYXEL, span("1.{}", 1, 8), (890, 1, 15), "swp08", None, id="its uplink"),
        pytest.param(ZYXEL, span("1.{}", 1, 8), (99999,), "swp01", (1, 2), id="whoever counts from 0"),
        pytest.param(SG300, span("1.{}", 49, 96), (9, 6, 1, 83), "gi9", (1, 57), id="SG300-52P"),
        pytest.param(SG300, span("1.{}", 49, 96), (9, 6, 1, 83), "gi49", None, id="its uplink, not gi1"),
        pytest.param(SG300, span("1.{}", 49, 96), (99999,), "gi49", None, id="of a maker unknown"),
        pytest.param(SF302, span("1.{}", 1, 8), (9, 6, 1, 85), "fa1", (1, 1), id="SF302-08P"),
        pytest.param(SF302, span("1.{}", 1, 8), (9, 6, 1, 85), "gi1", None, id="its uplink, not fa1"),
        pytest.param(CATALYST, span("1.{}", 1, 24), (9, 1, 1208), "Gi1/0/5", (1, 5), id="Catalyst"),
        pytest.param(CATALYST, span("1.{}", 1, 24), (9, 1, 1208), "Te1/1/1", None, id="its module"),
        pytest.param(C9300, span("1.{}", 1, 24), (9, 1, 2494), "Gi1/0/5", (1, 5), id="not by ifIndex 13"),
        pytest.param(C9300, span("1.{}", 1, 24), (9, 1, 2494), "Gi1/1/1", None, id="its module's"),
        pytest.param(C2960, span("1.{}", 1, 24), (9, 1, 695), "Fa0/2", (1, 2), id="Catalyst 2960, unit 0"),
        pytest.param(C2960, span("1.{}", 1, 24), (9, 1, 695), "Gi0/2", None, id="its uplink, not Fa0/2"),
        pytest.param(EX, span("1.{}", 1, 48), (2636, 1), "ge-0/0/0", (1, 1), id="Juniper counts from 0"),
        pytest.param(EX, span("1.{}", 1, 48), (2636, 1), "ge-1/0/5", None, id="not the power of ge-0/0/4"),
        pytest.param(
            EX, [*span("1.{}", 1, 48), *span("2.{}", 1, 48)], (2636, 1), "ge-1/0/2", (2, 3), id="its second unit"
        ),
        pytest.param(EX, span("1.{}", 1, 48), (2636, 1), "xe-0/1/0", None, id="its module"),
        pytest.param(EXOS, span("1.{}", 1001, 1048), (1916, 2), "1:39", (1, 1039), id="EXOS"),
        pytest.param(CX, [*span("1.{}", 1, 24), *span("2.{}", 193, 216)], (47196, 4), "2/1/1", (2, 193), id="AOS-CX"),
        pytest.param(CX, [*span("1.{}", 1, 24), *span("2.{}", 193, 216)], (47196, 4), "1/1/1", (1, 1), id="unit 1"),
        pytest.param(CHASSIS, [*span("1.{}", 1, 24), *span("2.{}", 25, 48)], (11, 2), "B1", (2, 25), id="ProCurve"),
        pytest.param(CHASSIS, span("1.{}", 1, 24), (11, 2), "B5", None, id="B5 is not A5"),
        pytest.param(STACK, [*span("1.{}", 1, 24), *span("2.{}", 65, 88)], (11, 2), "2/5", (2, 69), id="its stack"),
        pytest.param(
            FASTPATH, [*span("1.{}", 1, 48), *span("2.{}", 211, 258)], (4526, 100), "2/0/10", (2, 220), id="FASTPATH"
        ),
        pytest.param(EDGE, span("1.{}", 1, 24), (4413, 1), "0/5", (1, 5), id="EdgeSwitch, unit 0"),
        pytest.param(IRF, [*span("4.{}", 1, 24), *span("7.{}", 66, 89)], (25506, 11), "GE2/0/5", (7, 70), id="IRF"),
        pytest.param(COMWARE_5, span("4.{}", 1, 24), (25506, 1), "GE1/0/5", (4, 5), id="Comware by bridge port"),
        pytest.param(STACK, span("1.{}", 1, 24), (99999,), "2/5", None, id="none of the second unit"),
    ],
)  # fmt: skip
def test_whose_power(ports, rows, maker, port, row):
    bridge = {at: one.index for at, one in enumerate(ports, 1)}
    meant = find(port, ports).index
    wanted = [(int(group), int(number)) for group, _, number in (text.partition(".") for text in rows)]
    assert rows_of(ports, wanted, bridge, (*_MAKER, *maker)).get(meant) == row


def test_a_switch_that_tells_of_some_rows_only():
    few = named(10105, "Gi1/0/5", "Gi1/0/6")
    assert rows_of(few, [(1, 5), (2, 5)], {}, (*_MAKER, 9)) == {10105: (1, 5)}
    assert rows_of(few, [(1, 5), (1, 10106)], {}, OF_NOBODY) == {10105: (1, 5), 10106: (1, 10106)}
    # By name it is 1.5, by ifIndex 1.6: nobody knows.
    assert rows_of(named(6, "5"), [(1, 5), (1, 6)], {}, OF_NOBODY) == {}
    assert rows_of(named(10, "ge.x"), [(1, 10), (1, 11)], {}, OF_NOBODY) == {10: (1, 10)}
    assert rows_of(few, [], {}, OF_NOBODY) == {}


def test_two_ways_that_explain_all_and_differ_say_nothing():
    ports = named(2, "1", "2", "3")
    ports.append(Interface(1, "4", "4", ""))
    wanted = [(1, number) for number in range(1, 5)]
    assert rows_of(ports, wanted, {}, OF_NOBODY) == {}
    assert rows_of(ports, wanted, {}, (*_MAKER, 11))[2] == (1, 2)
    assert rows_of(ports, wanted, {}, (*_MAKER, 9))[2] == (1, 1)


def test_cisco_says_itself_which_port_a_row_is_of():
    """CISCO-POWER-ETHERNET-EXT-MIB over ENTITY-MIB: row 1.5 is part 1042, and that is ifIndex 10108."""
    index = (1, 3, 6, 1, 2, 1, 2, 2, 1, 1)
    told = told_by_cisco({(1, 5): 1042, (1, 6): 7}, {(1042, 0): (*index, 10108), (1043, 0): (1, 3)})
    assert told == {(1, 5): 10108}
    ports = named(10101, *span("Gi1/0/{}", 1, 24))
    assert rows_of(ports, [(1, 5)], {}, (*_MAKER, 9), told) == {10108: (1, 5)}
    # What it leaves out is found by name.
    assert rows_of(ports, [(1, 5), (1, 6)], {}, (*_MAKER, 9), told)[10106] == (1, 6)


@settings(max_examples=50)
@given(
    st.lists(st.tuples(st.integers(1, 60), st.from_regex(r"(gi|ge-|swp|)[0-9]{1,2}(/[0-9]{1,2}){0,2}", fullmatch=True))),
    st.frozensets(st.tuples(st.integers(1, 3), st.integers(0, 60)), max_size=30),
    st.sampled_from([9, 11, 890, 2636, 99999]),
)  # fmt: skip
def test_no_row_is_of_two_ports(listed, rows: frozenset[Row], maker):
    ports = [Interface(index, name, name, "") for index, name in dict(listed).items()]
    found = rows_of(ports, rows, {}, (*_MAKER, maker))
    assert len(set(found.values())) == len(found) and set(found.values()) <= rows


def test_watts_are_milliwatts_of_the_first_that_tells():
    assert watts({(1,): 12369}, [(2,), (1,)]) == 12.4
    assert watts({(1,): -1, (2,): 0}, [(1,), (2,)]) == 0.0
    assert watts({(1,): 1447362561}, [(1,)]) is None


# A Zyxel XMG1915-10EP (librenms/librenms, tests/snmpsim/XMG1915-10EP.snmprec): swp00 is printed as port 1, its processor and VLANs
# are ethernetCsmacd(6) without a row in ifXTable; no ENTITY-MIB.
XMG1915 = (
    "1.3.6.1.2.1.1.1.0|4|XMG1915-10EP\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.890.1.15\n"
    + "".join(interface(at + 1, f"swp{at:02}") + f"{BRIDGE}.1.4.1.2.{at + 1}|2|{at + 1}\n" for at in range(10))
    + "".join(f"1.3.6.1.2.1.31.1.1.1.18.{at}|4|Port{at}\n" for at in range(1, 11))
    + "".join(
        f"{IF}.2.{at}|4|{name}\n{IF}.3.{at}|2|6\n{IF}.7.{at}|2|1\n{IF}.8.{at}|2|1\n"
        for at, name in ((20000, "enif0"), (20001, "swif0"), (20003, "cmif0"))
    )
    + "".join(f"1.3.6.1.2.1.105.1.1.1.3.1.{at}|2|1\n1.3.6.1.2.1.105.1.1.1.6.1.{at}|2|2\n" for at in range(1, 8))
    + "1.3.6.1.2.1.105.1.1.1.3.1.8|2|1\n1.3.6.1.2.1.105.1.1.1.6.1.8|2|3\n"
    + "".join(f"1.3.6.1.4.1.890.1.15.3.59.2.1.1.1.{at}|2|{2300 if at == 8 else 0}\n" for at in range(1, 9))
)  # fmt: skip


def zyxel(bench: Any) -> Any:
    return bench(kind=type("Zyxel", (Recorded,), {"walk": XMG1915})).connected()


def test_a_port_that_counts_from_0_has_its_own_power_and_watts(bench):
    driver = zyxel(bench)
    deadline = Deadline.after(20)
    status = driver.read_port("swp07", deadline)
    assert (status.poe, status.poe_watts) == (Poe.ON, 2.3)
    assert driver.read_port("swp06", deadline).poe_watts == 0.0
    assert driver.read_port("swp08", deadline).poe is None
    with pytest.raises(DeviceError, match="swp08 has no power"):
        driver.switch_power("swp08", False, deadline)


def test_a_number_alone_is_not_taken_where_names_begin_with_0(bench):
    driver = zyxel(bench)
    for number, may in (("1", "swp00 or swp01"), ("10", "swp09")):
        with pytest.raises(DeviceError, match=may) as caught:
            ask(driver, "port_disable", port=number)
        assert (caught.value.error_class, caught.value.happened) == (ErrorClass.PRECONDITION, Happened.NO)
        assert said(caught.value.message, "de") != caught.value.message
    assert ask(driver, "port_status", port="Port10").port == "swp09"


def test_a_zyxels_processor_is_no_port(bench):
    driver = zyxel(bench)
    for name in ("enif0", "swif0", "cmif0"):
        with pytest.raises(DeviceError, match="the switch's own interface"):
            ask(driver, "port_disable", port=name)
