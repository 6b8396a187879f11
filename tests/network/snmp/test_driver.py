"""The SNMP driver against the simulated switch, over real UDP."""

from __future__ import annotations

import pytest

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Happened, Target
from pedell.testing.calls import PlainCall
from pedell_network.results import Mode, Poe, UpDown
from pedell_network.snmp.driver import Snmp
from tests.network.conftest import CAPABILITIES, ask


def test_who_it_is(bench):
    made = bench(serial="S212L0042")
    identity = made.connected().identity(Deadline.after(5))
    assert (identity.serial, identity.mac, identity.model) == (
        "S212L0042",
        "b8:ec:a3:00:00:01",
        "GS1900-24EP",
    )
    assert (identity.manufacturer, identity.name, identity.firmware) == (
        "Zyxel",
        "sw-snmp",
        "V2.80(ABTP.0)",
    )
    assert ask(made.connected(), "device_info").uptime == 0


@pytest.mark.parametrize(
    "spelling", ["Gi1/0/5", "gi1/0/5", "GigabitEthernet 1/0/5", "gigabitethernet1/0/5", "1/0/5", "AP B204"]
)
def test_port_status_in_any_spelling(bench, spelling):
    made = bench()
    made.sim.change(port="Gi1/0/5", crc=4, errors=9)
    found = ask(made.connected(), "port_status", port=spelling)
    assert (found.port, found.admin, found.oper, found.speed, found.duplex) == (
        "Gi1/0/5",
        UpDown.UP,
        UpDown.UP,
        1000,
        "full",
    )
    assert (found.mode, found.vlan, found.description) == (Mode.ACCESS, 20, "AP B204")
    assert (found.poe, found.poe_watts) == (Poe.ON, None)
    assert (found.crc_errors, found.input_errors, found.output_errors) == (4, 9, 0)
    assert found.last_change is not None and found.last_change < 60


@pytest.mark.parametrize("spelling", ["Gi1/0/99", "5", "G1/0/5", "Vlan20"])
def test_what_is_no_port_here_is_said(bench, spelling):
    with pytest.raises(DeviceError, match="not a port of this switch") as caught:
        ask(bench().connected(), "port_status", port=spelling)
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.PRECONDITION, Happened.NO)
    assert "Gi1/0/1" in caught.value.hint


def test_a_dead_port_comes_back(bench):
    made = bench()
    made.sim.change(port="Gi1/0/3", wedged=True)
    call = PlainCall(60)
    done = ask(made.connected(), "port_restart", call, port="gi1/0/3", pause=0.5)
    assert (done.before.oper, done.after.oper) == (UpDown.DOWN, UpDown.UP)
    assert call.parts == call.finished == ["shut", "no shut"]
    assert made.sim.counts() == {"shut": 1, "no shut": 1}
    assert done.after.last_change < 5


def test_off_and_on_by_themselves(bench):
    made = bench()
    driver = made.connected()
    assert ask(driver, "port_disable", port="Gi1/0/3").after.admin is UpDown.DOWN
    with pytest.raises(DeviceError, match="switched off by an administrator"):
        ask(driver, "port_restart", port="Gi1/0/3", pause=0.5)
    assert ask(driver, "port_enable", port="Gi1/0/3").after.oper is UpDown.UP
    assert made.sim.counts() == {"shut": 1, "no shut": 1}


def test_a_power_cycle_restarts_what_hangs_there(bench):
    made = bench()
    call = PlainCall(60)
    done = ask(made.connected(), "poe_cycle", call, port="Gi1/0/2", pause=0.5)
    assert (done.before.poe, done.after.poe, done.after.oper) == (Poe.ON, Poe.ON, UpDown.UP)
    assert call.finished == ["power off", "power on"]
    assert made.sim.counts() == {"power off": 1, "power on": 1}


@pytest.mark.thorough
def test_only_an_access_point_is_restarted(bench):
    made = bench()
    driver = made.connected()
    with pytest.raises(DeviceError, match="no access point"):
        ask(driver, "restart_access_point", port="Gi1/0/2", pause=0.5)
    with pytest.raises(DeviceError, match="is not ap-b999 but ap-b204"):
        ask(driver, "restart_access_point", port="Gi1/0/5", access_point="ap-b999", pause=0.5)
    assert not made.sim.counts()
    ask(driver, "restart_access_point", port="Gi1/0/5", access_point="AP-B204", pause=0.5)
    assert made.sim.counts() == {"power off": 1, "power on": 1}


def test_power_that_is_off_or_not_there_is_left_so(bench):
    made = bench()
    made.sim.change(port="Gi1/0/2", power=False)
    driver = made.connected()
    with pytest.raises(DeviceError, match="switched off by an administrator"):
        ask(driver, "poe_cycle", port="Gi1/0/2", pause=0.5)
    with pytest.raises(DeviceError, match="not there"):
        ask(driver, "poe_cycle", port="Gi1/0/8", pause=0.5, force=True, reason="test")
    with pytest.raises(DeviceError, match=r"power over Ethernet .* is not there"):
        ask(driver, "poe_on", port="Gi1/0/8")
    assert not made.sim.counts()
    assert ask(driver, "poe_on", port="Gi1/0/2").after.poe is Poe.ON
    assert ask(driver, "poe_on", port="Gi1/0/2").after.poe is Poe.ON
    assert made.sim.counts() == {"power on": 1}


def test_a_power_index_of_its_own(bench):
    made = bench()
    driver = made.connected(poe_index={"Gi1/0/3": "1.2"})
    ask(driver, "poe_cycle", port="Gi1/0/3", pause=0.5, link_within=0)
    assert [effect.detail for effect in made.sim.effects] == ["Gi1/0/2", "Gi1/0/2"]


@pytest.mark.parametrize("tables", ["q", "d", "cisco"])
def test_an_address_in_every_kind_of_table(bench, tables):
    made = bench(tables=tables)
    driver = made.connected()
    found = ask(driver, "find_mac", mac="0050.5699.0003")
    assert (found.found, found.port, found.mac) == (True, "Gi1/0/3", "00:50:56:99:00:03")
    assert (found.vlan, found.addresses, found.behind) == (None if tables == "d" else 20, 1, "")
    far = ask(driver, "find_mac", mac="00-50-56-07-00-05")
    assert (far.port, far.behind, far.addresses) == ("Gi1/0/8", "sw-keller", 40)
    assert ask(driver, "find_mac", mac="0050.5699.ffff").found is False
    # The switch's own address is no device on a port.
    assert ask(driver, "find_mac", mac="b8:ec:a3:00:00:01").found is False


def test_neighbours_on_their_ports(bench):
    driver = bench().connected()
    near = {one.port: one for one in ask(driver, "neighbours").neighbours}
    assert sorted(near) == ["Gi1/0/5", "Gi1/0/8"]
    point, uplink = near["Gi1/0/5"], near["Gi1/0/8"]
    assert (point.name, point.address, point.mac) == ("ap-b204", "10.0.0.204", "04:18:d6:00:02:04")
    assert point.access_point and not point.carries_others
    assert uplink.capabilities == ("bridge", "router") and uplink.carries_others
    assert (uplink.remote_port, uplink.address) == ("Gi1/0/24", "10.0.0.1")
    found = ask(driver, "find_mac", neighbour="AP-b204")
    assert (found.port, found.through, found.addresses) == ("Gi1/0/5", "neighbours", 1)
    assert ask(driver, "find_mac", neighbour="niemand").found is False


def test_a_switch_without_lldp(bench):
    made = bench()
    made.sim.change(lldp=False)
    driver = made.connected()
    with pytest.raises(DeviceError) as caught:
        ask(driver, "neighbours")
    assert caught.value.error_class is ErrorClass.UNSUPPORTED
    params = CAPABILITIES["network.port_disable"].params(port="Gi1/0/3")
    done = driver.call("network.port_disable", PlainCall(10), params)
    assert any("who is connected" in warning for warning in done.warnings)


# VLANs -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("one_by_one", [False, True, "genErr"])
def test_an_access_vlan_is_written_consistently(bench, one_by_one):
    made = bench(one_by_one=one_by_one)
    driver = made.connected()
    if one_by_one == "genErr":
        # Nobody knows what a failure of the whole left behind: it is not tried in other ways.
        with pytest.raises(DeviceError) as caught:
            ask(driver, "set_access_vlan", port="Gi1/0/3", vlan=30)
        assert (caught.value.error_class, caught.value.happened) == (
            ErrorClass.DEVICE_FAULT,
            Happened.UNKNOWN,
        )
        return
    before = made.sim.state()["ports"]
    done = ask(driver, "set_access_vlan", port="Gi1/0/3", vlan=30)
    assert (done.before.vlan, done.after.vlan, done.after.mode) == (20, 30, Mode.ACCESS)
    after = made.sim.state()["ports"]
    assert after["Gi1/0/3"] == {**before["Gi1/0/3"], "vlan": 30, "untagged": [30], "member": [30]}
    assert {name: port for name, port in after.items() if name != "Gi1/0/3"} == {
        name: port for name, port in before.items() if name != "Gi1/0/3"
    }, "no other port may notice"


def test_a_vlan_that_is_not_there_is_not_made(bench):
    made = bench()
    with pytest.raises(DeviceError, match="no VLAN 999") as caught:
        ask(made.connected(), "set_access_vlan", port="Gi1/0/3", vlan=999)
    assert caught.value.happened is Happened.NO
    with pytest.raises(DeviceError, match="save"):
        ask(made.connected(), "set_access_vlan", port="Gi1/0/3", vlan=30, save=True)
    assert not made.sim.counts()


def test_what_was_begun_step_by_step_is_undone(bench):
    made = bench(one_by_one=True)
    before = made.sim.state()["ports"]
    made.sim.misbehave("refuse", on="pvid")
    with pytest.raises(DeviceError, match="all is as before") as caught:
        ask(made.connected(), "set_access_vlan", port="Gi1/0/3", vlan=30)
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.AUTH, Happened.NO)
    assert made.sim.state()["ports"] == before


def test_cisco_has_its_own_object_for_the_vlan(bench):
    made = bench(tables="cisco")
    driver = made.connected()
    assert ask(driver, "port_status", port="Gi1/0/3").vlan == 20
    assert ask(driver, "port_status", port="Gi1/0/8").mode is Mode.TRUNK
    assert ask(driver, "set_access_vlan", port="Gi1/0/3", vlan=30).after.vlan == 30


# Guards ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["port_restart", "port_disable", "poe_cycle", "set_access_vlan"])
@pytest.mark.parametrize("tables", ["q", "cisco"])
def test_the_uplink_is_refused_with_every_reason(bench, verb, tables):
    made = bench(tables=tables)
    more = {"vlan": 30} if verb == "set_access_vlan" else {}
    with pytest.raises(DeviceError) as caught:
        ask(made.connected(), verb, port="Gi1/0/8", **more)
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.PRECONDITION, Happened.NO)
    for reason in ("our own connection", "sw-keller", "trunk", "40 addresses"):
        assert reason in caught.value.message
    assert not made.sim.counts()


def test_each_guard_alone(bench):
    made = bench()
    driver = made.connected(protected_ports=["gigabitethernet1/0/2"], max_addresses=2)
    made.sim.change(port="Gi1/0/3", macs={f"0050569901{number:02x}": 20 for number in range(3)})
    made.sim.change(port="Gi1/0/4", aggregate=20001)
    made.sim.change(port="Gi1/0/6", neighbour={"name": "sw-raum", "capabilities": 0x20})
    made.sim.change(port="Gi1/0/7", macs={"005056070001": 20})
    made.sim.change(arp={"10.0.0.254": "005056070001"}, gateway="10.0.0.254", port=None)
    made.sim.change(port="Gi1/0/8", macs={})
    for port, reason in {
        "Gi1/0/2": "protected",
        "Gi1/0/3": "3 addresses",
        "Gi1/0/4": "bundle",
        "Gi1/0/6": "sw-raum",
        "Gi1/0/7": "our own connection",
    }.items():
        with pytest.raises(DeviceError, match=reason) as caught:
            ask(driver, "port_restart", port=port, pause=0.5)
        assert ";" not in caught.value.message
    assert not made.sim.counts()


def test_the_gateway_is_not_cut_off_where_we_come_from_another_port(bench):
    made = bench()
    made.sim.change(port="Gi1/0/3", macs={"005056070002": 20})
    made.sim.change(port="Gi1/0/7", macs={"005056070001": 20})
    made.sim.change(port="Gi1/0/8", macs={})
    arp = {"10.0.0.254": "005056070001", "127.0.0.1": "005056070002"}
    made.sim.change(arp=arp, gateway="10.0.0.254", port=None)
    driver = made.connected()
    for port, reason in {"Gi1/0/3": "our own connection", "Gi1/0/7": "the default gateway"}.items():
        with pytest.raises(DeviceError, match=reason) as caught:
            ask(driver, "port_restart", port=port, pause=0.5)
        assert ";" not in caught.value.message
    assert not made.sim.counts()


def test_a_phone_is_no_switch_and_force_leaves_a_note(bench):
    made = bench()
    made.sim.change(port="Gi1/0/3", neighbour={"name": "telefon", "capabilities": 0x24})
    driver = made.connected()
    ask(driver, "port_restart", port="Gi1/0/3", pause=0.5)
    call = PlainCall(60)
    ask(driver, "port_disable", call, port="Gi1/0/8", force=True, reason="Hausmeister steht daneben")
    assert "sw-keller" in call.notes[0] and "Hausmeister" in call.notes[0]


# Logins and options ------------------------------------------------------------------------------------------


def test_the_reading_community_cannot_write(bench):
    made = bench()
    with pytest.raises(DeviceError) as caught:
        ask(made.connected(write_community=""), "port_disable", port="Gi1/0/3")
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.AUTH, Happened.NO)
    assert "write community" in caught.value.hint
    assert not made.sim.counts()


def test_a_wrong_write_community_is_silence_and_said_so(bench):
    made = bench()
    call = PlainCall(60)
    with pytest.raises(DeviceError, match="unchanged so far") as caught:
        ask(
            made.connected(write_community="secret://env/WRONG", answer_time=0.5),
            "port_restart",
            call,
            port="Gi1/0/3",
            pause=0.5,
        )
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.TIMEOUT, Happened.UNKNOWN)
    assert "is on again" in caught.value.message, "a read shows that it is on"
    assert not made.sim.counts()


def test_a_wrong_community_and_an_absent_switch(bench):
    made = bench()
    driver = made.driver(community="secret://env/WRONG", answer_time=0.25)
    with pytest.raises(DeviceError) as caught:
        driver.connect(Deadline.after(30))
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.UNREACHABLE, Happened.NO)
    assert "community" in caught.value.hint
    assert "falschgeraten" not in str(caught.value) + caught.value.hint + made.text


def test_no_secret_is_recorded(bench):
    made = bench()
    driver = made.connected()
    ask(driver, "port_restart", port="Gi1/0/3", pause=0.5)
    ask(driver, "find_mac", mac="0050.5699.0003")
    assert "SET 1.3.6.1.2.1.2.2.1.7.10103=2" in made.text
    assert "public" not in made.text and "private" not in made.text
    assert "public" not in repr(vars(driver)) and "private" not in repr(vars(driver))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"community": "public"}, "written as a reference"),
        ({"user": "admin", "auth_password": "secret://env/READ"}, "either community"),
        ({"community": "", "user": "admin"}, "needs auth_password"),
        ({"community": "", "user": "a", "auth_password": "secret://env/READ", "privacy": "aes"}, "belong together"),
        ({"community": "", "user": "a", "auth_password": "secret://env/READ"}, "too short"),
        ({"community": "", "user": "a", "auth": "rot13", "auth_password": "secret://x"}, "auth"),
        ({"poe_index": {"Gi1/0/3": "eins"}}, "such as 1.5"),
        ({"colour": "red"}, "colour"),
    ],
)  # fmt: skip
def test_bad_options_are_named(bench, options, words):
    made = bench()
    with pytest.raises(DeviceError, match=words) as caught:
        made.connected(**options)
    assert caught.value.error_class is ErrorClass.PRECONDITION


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("10.0.0.1", "snmp:10.0.0.1:161"),
        ("10.0.0.1:1161", "snmp:10.0.0.1:1161"),
        ("[2001:db8::1]:161", "snmp:2001:db8::1:161"),
    ],
)
def test_one_conversation_per_agent(address, key):
    options = {"community": "secret://env/READ"}
    assert Snmp.endpoint(Target("1", "a", "switch", "snmp", address, options=options)) == key


def test_new_numbers_after_a_restart_are_noticed(bench):
    made = bench()
    driver = made.connected()
    ask(driver, "port_status", port="Gi1/0/3")
    # All numbers move by one: the old number of port 3 is port 2 now.
    made.sim.change(first_index=10102, restart=True)
    ask(driver, "port_disable", port="Gi1/0/3")
    assert [(effect.name, effect.detail) for effect in made.sim.effects] == [("shut", "Gi1/0/3")]
