"""Every capability of every platform, over real SSH, against its simulated switch."""

from __future__ import annotations

import time

import pytest

from pedell.drivers.api import DeviceError, ErrorClass, Happened, Waiting
from pedell_network.results import Mode, Poe, UpDown
from tests.network.conftest import CAPABILITIES
from tests.network.platforms.cases import CASES, SAVING, able, each
from tests.network.platforms.conftest import Quick, ask

pytestmark = pytest.mark.matrix(10)

WITH_MODES = [(case, mode) for case in CASES for mode in case.modes]


def test_who_it_is(stand):
    info = ask(stand.connected(), "device_info")
    assert (info.name, info.serial) == ("sw1", stand.sim.switch.serial)
    assert stand.sim.switch.model.split(" ")[0] in info.model
    assert info.manufacturer
    assert info.firmware
    assert info.uptime is not None
    assert 0 <= info.uptime < 60
    assert info.unsaved_changes is (False if stand.case.tells else None)


def test_a_port_as_it_is(stand):
    stand.sim.change(port=stand.port(5), input_errors=9, crc=4)
    found = ask(stand.connected(), "port_status", port=stand.port(5))
    assert (found.port, found.admin, found.oper, found.speed) == (stand.port(5), UpDown.UP, UpDown.UP, 1000)
    assert (found.mode, found.vlan, found.description) == (Mode.ACCESS, 20, "AP B204")
    if "poe_cycle" in stand.case.able:
        assert found.poe is Poe.ON
        assert found.poe_watts in {12.5, None}
    if found.input_errors is not None:
        assert found.input_errors == 9
    if found.crc_errors is not None:
        assert found.crc_errors == 4


def test_the_uplink_and_a_dead_port(stand):
    stand.sim.change(port=stand.port(3), cable=False)
    driver = stand.connected()
    assert ask(driver, "port_status", port=stand.port(8)).mode is Mode.TRUNK
    dead = ask(driver, "port_status", port=stand.port(3))
    assert (dead.admin, dead.oper, dead.speed) == (UpDown.UP, UpDown.DOWN, None)


def test_a_port_in_other_spellings(stand):
    driver = stand.connected()
    for text in stand.case.spellings:
        assert ask(driver, "port_status", port=text).port == stand.port(3)


@pytest.mark.parametrize("name", ["99/99/99", "x", "1;reboot", "Po$1"])
def test_what_is_no_port(stand, name):
    driver = stand.connected()
    for verb in ("port_status", "port_restart"):
        with pytest.raises((DeviceError, ValueError)) as caught:
            ask(driver, verb, port=name)
        assert getattr(caught.value, "happened", Happened.NO) is Happened.NO
    assert not stand.sim.counts()


def test_a_dead_port_comes_back(stand):
    stand.sim.change(port=stand.port(3), wedged=True)
    call = Quick(60)
    done = ask(stand.connected(), "port_restart", call, port=stand.port(3), pause=0.5)
    assert (done.before.oper, done.after.oper) == (UpDown.DOWN, UpDown.UP)
    assert call.parts == call.finished == ["shut", "no shut"]
    assert stand.sim.counts()["shut"] == stand.sim.counts()["no shut"] == 1
    if stand.case.saves:
        assert stand.sim.state()["unsaved_changes"] is False


def test_off_stays_off_in_a_restart_and_on_brings_it_back(stand):
    driver = stand.connected()
    assert ask(driver, "port_disable", port=stand.port(3)).after.admin is UpDown.DOWN
    assert ask(driver, "port_disable", port=stand.port(3)).after.admin is UpDown.DOWN
    with pytest.raises(DeviceError, match="left so"):
        ask(driver, "port_restart", port=stand.port(3), pause=0.5)
    assert stand.shown(3)["admin"] == "down"
    after = ask(driver, "port_enable", port=stand.port(3)).after
    assert (after.admin, after.oper) == (UpDown.UP, UpDown.UP)


def test_the_uplink_is_refused_with_every_reason(stand):
    driver = stand.connected()
    for verb in sorted({"port_restart", "port_disable", "poe_cycle", "set_access_vlan"} & stand.case.able):
        more = {"vlan": stand.case.vlan} if verb == "set_access_vlan" else {}
        with pytest.raises(DeviceError) as caught:
            ask(driver, verb, port=stand.port(8), **more)
        assert (caught.value.error_class, caught.value.happened) == (ErrorClass.PRECONDITION, Happened.NO)
        for reason in ("our own connection", "sw-keller", "trunk", "40 addresses"):
            assert reason in caught.value.message
    assert not stand.sim.counts()


def test_each_guard_alone(stand):
    driver = stand.connected(protected_ports=[stand.port(2)], max_addresses=2)
    stand.sim.change(port=stand.port(3), macs=[f"02:50:56:99:00:{number:02x}" for number in range(3)])
    stand.sim.change(port=stand.port(4), trunk=True)
    stand.sim.change(port=stand.port(6), neighbour={"name": "sw-raum", "capabilities": "B"})
    stand.sim.change(port=stand.port(7), macs=["00:50:56:07:00:01"])
    stand.sim.change(
        gateway="10.0.0.254",
        arp={"10.0.0.254": "00:50:56:07:00:01", "127.0.0.1": stand.sim.switch.ports[stand.port(8)].macs[1]},
    )
    for number, reason in {
        2: "protected",
        3: "3 addresses",
        4: "trunk",
        6: "sw-raum",
        7: "default gateway",
    }.items():
        with pytest.raises(DeviceError, match=reason) as caught:
            ask(driver, "port_restart", port=stand.port(number), pause=0.5)
        assert ";" not in caught.value.message
    assert not stand.sim.counts()


def test_force_does_it_all_the_same_and_says_so(stand):
    call = Quick(60)
    stand.sim.change(port=stand.port(4), trunk=True)
    ask(
        stand.connected(),
        "port_restart",
        call,
        port=stand.port(4),
        pause=0.5,
        force=True,
        reason="Herr Meier bat darum",
    )
    assert "Herr Meier" in call.notes[0]
    assert stand.sim.counts()["no shut"] == 1


@able("poe_cycle")
def test_power_is_taken_and_given_back(stand_of, case):
    stand = stand_of(case)
    call = Quick(60)
    driver = stand.connected()
    done = ask(driver, "restart_access_point", call, port=stand.port(5), pause=0.5, access_point="AP-B204")
    assert call.parts == call.finished
    assert done.after.poe is Poe.ON
    assert stand.sim.counts()["power on"] == 1
    with pytest.raises(DeviceError, match="is not ap-c101"):
        ask(driver, "restart_access_point", port=stand.port(5), access_point="ap-c101")
    with pytest.raises(DeviceError, match="no access point"):
        ask(driver, "restart_access_point", port=stand.port(3))


@able("poe_cycle")
def test_power_switched_off_on_purpose_stays_off(stand_of, case):
    stand = stand_of(case)
    stand.sim.change(port=stand.port(2), powered=False)
    driver = stand.connected()
    with pytest.raises(DeviceError, match="left so"):
        ask(driver, "poe_cycle", port=stand.port(2), pause=0.5)
    assert ask(driver, "poe_on", port=stand.port(2)).after.poe is not Poe.DISABLED


@pytest.mark.parametrize(("case", "mode"), WITH_MODES, ids=lambda value: getattr(value, "kind", value))
def test_power_comes_back_as_it_was_given(stand_of, case, mode):
    stand = stand_of(case)
    stand.sim.change(port=stand.port(2), power=mode, watts=6.0)
    ask(stand.connected(), "poe_cycle", port=stand.port(2), pause=0.5)
    assert stand.shown(2)["power"] == mode


def test_find_by_address_and_by_name(stand):
    driver = stand.connected()
    by_mac = ask(driver, "find_mac", mac="0050-5603-0001")
    assert (by_mac.port, by_mac.behind, by_mac.addresses) == (stand.port(3), "", 1)
    assert by_mac.vlan in {20, None}
    far = ask(driver, "find_mac", mac="00:50:56:fe:00:07")
    assert (far.port, far.behind, far.addresses) == (stand.port(8), "sw-keller", 40)
    by_name = ask(driver, "find_mac", neighbour="AP-b204")
    assert (by_name.port, by_name.through) == (stand.port(5), "neighbours")
    assert not ask(driver, "find_mac", mac="00:00:00:00:00:01").found
    assert not ask(driver, "find_mac", neighbour="nobody").found


def test_neighbours(stand):
    near = {found.name: found for found in ask(stand.connected(), "neighbours").neighbours}
    assert set(near) == {"ap-b204", "sw-keller"}
    assert near["ap-b204"].access_point
    assert near["sw-keller"].carries_others
    assert near["sw-keller"].port == stand.port(8)


@able("set_access_vlan")
def test_another_vlan_saved_only_where_nothing_else_was_unsaved(stand):
    driver = stand.connected()
    done = ask(driver, "set_access_vlan", port=stand.port(3), vlan=stand.case.vlan, save=True)
    assert (done.before.vlan, done.after.vlan) == (20, stand.case.vlan)
    assert stand.shown(3)["vlan"] == stand.case.vlan
    if not stand.case.saves:
        return
    assert stand.sim.counts()["save"] == (1 if stand.case.tells else 0)
    stand.sim.change(port=stand.port(4), description="somebody is at work here")
    ask(driver, "set_access_vlan", port=stand.port(3), vlan=20, save=True)
    assert stand.sim.counts()["save"] == (1 if stand.case.tells else 0)


@SAVING
def test_save_only_what_is_meant(stand):
    driver = stand.connected()
    if stand.case.tells:
        assert ask(driver, "save_config").saved is False
    stand.sim.change(port=stand.port(4), description="changed")
    with pytest.raises(DeviceError, match="unsaved changes"):
        ask(driver, "save_config")
    assert ask(driver, "save_config", unsaved="save").saved
    assert stand.sim.state()["unsaved_changes"] is False


def test_a_backup_holds_no_secret_and_pages_do_not_stop_it(stand_of, case, tmp_path):
    stand = stand_of(case, ports=24)
    driver = stand.connected()
    first, second = ask(driver, "backup_config"), ask(driver, "backup_config")
    assert (first.changed, second.changed, first.sha256) == (True, False, second.sha256)
    text = (tmp_path / first.file).read_text()
    assert stand.port(23) in text
    assert "more" not in text.lower()
    assert "geheim" not in text
    assert "geheim" not in stand.text
    assert "schule" not in stand.text.replace("schueler", "")


@able("restart_device")
def test_a_restart_is_waited_for(stand):
    driver = stand.connected()
    stand.sim.change(started=time.monotonic() - 7200)
    call = Quick(30)
    waiting = ask(driver, "restart_device", call)
    assert isinstance(waiting, Waiting)
    assert call.notes == [f"sw-keller ({stand.port(8)}) loses its connection while the switch restarts."]
    answer: object = waiting
    until = time.monotonic() + 60
    while isinstance(answer, Waiting) and time.monotonic() < until:
        try:
            started = waiting.token["started"] - 120
            answer = driver.poll("network.restart_device", Quick(10), {"started": started})
        except DeviceError as error:
            assert error.error_class in {ErrorClass.UNREACHABLE, ErrorClass.BUSY}  # noqa: PT017
            driver.close()
            time.sleep(0.02)
    assert not isinstance(answer, Waiting)
    assert stand.sim.counts()["reload"] == 1
    probe = driver.probe
    assert (
        probe("network.restart_device", Quick(10), object(), {"started": time.time() - 120}) is Happened.YES
    )
    # One that does not show yet may still come.
    evidence = {"started": time.time() + 60}
    assert probe("network.restart_device", Quick(10), object(), evidence) is Happened.UNKNOWN


@each([case for case in CASES if case.saves and "restart_device" in case.able])
@pytest.mark.parametrize("unsaved", ["refuse", "discard", "save"])
def test_a_restart_answers_every_question_about_unsaved_changes(stand, unsaved):
    stand.sim.change(port=stand.port(4), description="changed")
    driver = stand.connected()
    if unsaved == "refuse":
        with pytest.raises(DeviceError, match="would lose"):
            ask(driver, "restart_device", unsaved=unsaved)
        assert not stand.sim.counts()
        return
    ask(driver, "restart_device", unsaved=unsaved)
    assert stand.sim.counts() == ({"reload": 1, "save": 1} if unsaved == "save" else {"reload": 1})


def test_what_it_lacks_is_known_without_asking(stand):
    lacks = set(CAPABILITIES) - set(stand.case.driver.capabilities())
    assert lacks == stand.case.driver.platform.lacks() & set(CAPABILITIES)
    assert ("network.save_config" in lacks) is not stand.case.saves
    driver = stand.driver()
    for name in lacks:
        with pytest.raises(DeviceError, match="cannot do") as caught:
            driver.call(name, Quick(), object())  # type: ignore[arg-type]
        assert caught.value.error_class is ErrorClass.UNSUPPORTED
