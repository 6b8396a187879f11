"""Golden vectors of the MIBs, and hostile agents."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pedell.drivers.api import DeviceError, ErrorClass
from pedell.transports.snmp_values import dotted, oid, status_error
from pedell_network.results import Mode, Poe, UpDown
from pedell_network.snmp import codec, mib, vlans
from pedell_network.snmp.neighbours import local_ports, neighbours
from pedell_network.snmp.ports import find, interfaces

NUMBERS = st.integers(0, 2**32 - 1)
VALUES = st.one_of(st.integers(-(2**63), 2**64), st.binary(max_size=40), st.tuples(NUMBERS, NUMBERS))
ROWS = st.dictionaries(st.lists(NUMBERS, min_size=1, max_size=14).map(tuple), VALUES, max_size=20)


def test_an_address_and_its_object():
    # BRIDGE-MIB counts octets as decimal numbers: 00:11:22:33:44:55 in FDB 30.
    name = (*mib.Q_FDB_PORT, 30, *codec.mac_index("0011.2233.4455"))
    assert dotted(name) == "1.3.6.1.2.1.17.7.1.2.2.1.2.30.0.17.34.51.68.85"
    found = codec.learnt({name[len(mib.Q_FDB_PORT) :]: 5}, {})
    assert found == (codec.Learnt(30, "00:11:22:33:44:55", 5),)


def test_objects_of_the_fact_sheet():
    assert dotted((*mib.IF_ADMIN_STATUS, 10105)) == "1.3.6.1.2.1.2.2.1.7.10105"
    assert dotted((*mib.POE_ADMIN, 1, 5)) == "1.3.6.1.2.1.105.1.1.1.3.1.5"
    assert dotted((*mib.BRIDGE_PORT_IF, 5)) == "1.3.6.1.2.1.17.1.4.1.2.5"
    assert dotted((*mib.PVID, 5)) == "1.3.6.1.2.1.17.7.1.4.5.1.1.5"
    assert dotted(mib.LLDP_REMOTE) == "1.0.8802.1.1.2.1.4.1.1"
    assert oid(".1.3.6.1") == (1, 3, 6, 1)


def test_power_is_a_truth_value():
    assert codec.power(1, 3) is Poe.ON
    assert codec.power(1, 2) is Poe.OFF
    assert codec.power(2, 1) is Poe.DISABLED
    assert codec.power(1, 4) is codec.power(1, 6) is Poe.FAULT
    assert codec.power(None, None) is codec.power(0, 3) is None


def test_states_of_a_link():
    states = [codec.up_down(value) for value in range(8)]
    unknown = UpDown.UNKNOWN
    assert states == [unknown, UpDown.UP, UpDown.DOWN, unknown, unknown, unknown, UpDown.DOWN, UpDown.DOWN]


def test_addresses_of_the_bridge_itself_do_not_count():
    index = (30, 0, 17, 34, 51, 68, 85)
    assert codec.learnt({index: 5}, {index: 3}) != ()
    assert codec.learnt({index: 5}, {index: 4}) == ()
    assert codec.learnt({index: 0}, {index: 3}) == (), "port 0 is a port that is not known"
    assert codec.learnt({index[1:]: 5}, {})[0].fdb == 0


def test_the_highest_bit_is_the_first_port():
    assert codec.members(b"\x80\x01") == {1, 16}
    assert codec.with_port(b"\x80", 2, member=True) == b"\xc0"
    assert codec.with_port(b"\x80", 10, member=True) == b"\x80\x40"
    assert codec.with_port(b"\x80", 10, member=False) == b"\x80"
    assert codec.with_port(b"\xc0\x00", 2, member=False) == b"\x80\x00"


@given(st.binary(max_size=16), st.integers(1, 200), st.booleans())
def test_one_port_changes_and_no_other(bitmap, port, member):
    after = codec.with_port(bitmap, port, member=member)
    assert (port in codec.members(after)) is member
    assert codec.members(after) - {port} == codec.members(bitmap) - {port}
    assert len(after) >= len(bitmap)


def test_capability_bits():
    assert codec.capabilities(b"\x28\x00") == ("bridge", "router")
    assert codec.capabilities(b"\x30") == ("bridge", "access_point")
    assert codec.capabilities(b"\x24\x00") == ("bridge", "phone")
    assert codec.capabilities(b"\x80") == ("other",)
    assert codec.capabilities(b"\x01") == ("station",)
    assert codec.capabilities(b"") == codec.capabilities(None) == codec.capabilities(32) == ()


def test_management_addresses_stand_in_the_index():
    assert codec.management_address(1, (4, 10, 0, 0, 1)) == "10.0.0.1"
    assert codec.management_address(1, (10, 0, 0, 1)) == "10.0.0.1", "an agent that leaves the length out"
    long = tuple(bytes.fromhex("20010db8000000000000000000000001"))
    assert codec.management_address(2, (16, *long)) == "2001:db8::1"
    assert codec.management_address(1, (4, 10, 0, 0, 256)) == ""
    assert codec.management_address(6, (6, 0, 17, 34, 51, 68, 85)) == "", "a MAC address is none"


def test_one_neighbour_under_several_time_marks_is_one():
    rows = {(9, 0, 5, 1): b"old", (9, 700, 5, 1): b"new", (5, 700, 5, 1): b"\x00\x11\x22\x33\x44\x55"}
    (found,) = codec.remotes(rows, {(3, 700, 5, 1, 1, 4, 10, 0, 0, 9): 2, (3, 0, 5, 1, 1, 4, 10, 0, 0, 9): 2})
    assert found.columns[9] == b"new"
    assert found.addresses == ["10.0.0.9"]


@given(ROWS, ROWS)
def test_any_table_at_all_is_read(rows, addresses):
    codec.remotes(rows, addresses)
    codec.learnt(rows, addresses)
    lists = vlans.Lists.of(rows, addresses)
    for port in (1, 5000):
        lists.mode(port)
    local_ports(rows, addresses, rows, PORTS, {}, {})


# Whose port ----------------------------------------------------------------------------------------------------

PORTS = interfaces(
    [
        (1, "Vl1", "Vlan1", ""),
        (10105, "Gi1/0/5", "GigabitEthernet1/0/5", "AP B204"),
        (10106, "Gi1/0/6", "GigabitEthernet1/0/6", "Port 5"),
        (10201, "Te1/1/1", "TenGigabitEthernet1/1/1", ""),
    ]
)
KNOWN = {port.index: port for port in PORTS}


@pytest.mark.parametrize(
    ("number", "subtype", "own", "described"),
    [
        (77, 5, b"Gi1/0/5", b""),
        (77, 5, b"GigabitEthernet1/0/5", b""),
        (77, 7, b"10105", b"anything"),
        (77, 7, b"gi1/0/5", b""),
        (77, 3, b"\x00\x11\x22\x33\x44\x05", b""),
        (77, 3, b"\xff\x11\x22\x33\x44\x05", b"GigabitEthernet1/0/5"),
        (77, 1, b"x", b"Gi1/0/5"),
        (5, 7, b"5", b"port 5"),
        (10105, 7, b"?", b""),
    ],
)
def test_local_ports_of_every_agent(number, subtype, own, described):
    macs = {10105: b"\x00\x11\x22\x33\x44\x05", 10106: b"\x00\x11\x22\x33\x44\x06"}
    at = (number,)
    found = local_ports({at: subtype}, {at: own}, {at: described}, PORTS, macs, {5: 10105})
    assert found[number].name == "Gi1/0/5"


def test_a_neighbour_of_no_port_is_not_put_anywhere():
    remote = codec.Remote(4711, {9: b"sw-keller", 12: b"\x20"})
    assert neighbours([remote], {}, KNOWN, {}) == ((), True)
    remote = codec.Remote(5, {9: b"", 4: 4, 5: b"\x00\x11\x22\x33\x44\x55", 11: b"\x20", 12: b"\x00"})
    (found,), lost = neighbours([remote], {}, KNOWN, {5: 10105})
    assert (found.name, found.mac, found.port, lost) == (
        "00:11:22:33:44:55",
        "00:11:22:33:44:55",
        "Gi1/0/5",
        False,
    )
    assert found.capabilities == ("bridge",), "none are enabled: what it could be is believed"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Gi1/0/5", "Gi1/0/5"), ("GIGABITETHERNET1/0/5", "Gi1/0/5"), ("Gig 1/0/5", "Gi1/0/5"), ("1/1/1", "Te1/1/1"),
        ("ap b204", "Gi1/0/5"), ("te1/1/1", "Te1/1/1"),
    ],
)  # fmt: skip
def test_spellings(text, name):
    assert find(text, PORTS).name == name


def test_what_may_mean_two_ports_is_refused():
    two = interfaces([(1, "1", "Port 1", "Raum"), (2, "2", "Port 2", "Raum"), (3, "A1", "A1", "")])
    with pytest.raises(DeviceError, match="may mean 1, 2") as caught:
        find("Raum", two)
    assert caught.value.error_class is ErrorClass.PRECONDITION
    assert find("1", two).index == 1
    assert find("port 2", two).index == 2
    assert find("a1", two).index == 3
    twins = interfaces([(1, "eth", "eth0", ""), (2, "eth", "eth1", "")])
    assert [port.name for port in twins] == ["eth0", "eth1"], "a name that two ports have names neither"


# VLANs ---------------------------------------------------------------------------------------------------------

VLANS = st.dictionaries(st.integers(1, 4094), st.binary(min_size=1, max_size=8), min_size=1, max_size=6)


@given(VLANS, st.data(), st.integers(1, 70))
def test_every_step_towards_a_vlan_is_consistent(egress, data, port):
    untagged = {
        vlan: bytes(a & b for a, b in zip(bitmap, data.draw(st.binary(min_size=8, max_size=8)), strict=False))
        for vlan, bitmap in egress.items()
    }
    wanted = data.draw(st.sampled_from(sorted(egress)))
    now = {(*mib.VLAN_EGRESS, vlan): bits for vlan, bits in egress.items()}
    now |= {(*mib.VLAN_UNTAGGED, vlan): bits for vlan, bits in untagged.items()}
    before = dict(now)
    for one in vlans.change(vlans.Lists(egress, untagged), port, wanted):
        now[one.oid] = one.value
        for vlan in egress:
            inside, own = (
                codec.members(now[(*column, vlan)]) for column in (mib.VLAN_EGRESS, mib.VLAN_UNTAGGED)
            )
            assert own <= inside, "untagged where it is no member"
            if (*mib.PVID, port) in now and now[(*mib.PVID, port)] == vlan:
                assert port in inside
    after = vlans.Lists(
        {vlan: now[(*mib.VLAN_EGRESS, vlan)] for vlan in egress},
        {vlan: now[(*mib.VLAN_UNTAGGED, vlan)] for vlan in egress},
    )
    assert after.mode(port) is Mode.ACCESS
    assert [vlan for vlan in egress if port in codec.members(after.egress[vlan])] == [wanted]
    for name, bits in before.items():
        assert codec.members(now[name]) - {port} == codec.members(bits) - {port}


def test_what_refusals_mean():
    for status, kind in {
        6: "auth",
        16: "auth",
        17: "unsupported",
        12: "precondition",
        13: "busy",
        10: "refused",
    }.items():
        error = status_error(status, "x", effect=True)
        assert (error.error_class, error.happened) == (kind, "no")
    assert (
        status_error(5, "x", effect=True).happened == status_error(15, "", effect=True).happened == "unknown"
    )
    assert status_error(99, "x", effect=True).happened == "unknown"
    assert status_error(5, "x", effect=False).happened == "no"
