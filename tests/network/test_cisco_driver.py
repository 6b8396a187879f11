"""The IOS driver over real SSH against the simulated switch."""

from __future__ import annotations

import time

import pytest

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Happened, Target, Waiting
from pedell.testing.calls import PlainCall
from pedell.transports import ssh
from pedell_network.cisco_ios.simulated.shell import IosShell
from pedell_network.results import Mode, Poe, UpDown
from pedell_network.simulated.shell import Reply
from tests.network.conftest import CAPABILITIES, ask


def test_who_it_is(bench):
    driver = bench(secret="oben").connected()
    identity = driver.identity(Deadline.after(10))
    assert (identity.serial, identity.mac, identity.name) == ("FOC1234X0AB", "00:1e:14:aa:bb:00", "sw1")
    assert identity.manufacturer == "Cisco"
    info = ask(driver, "device_info")
    assert info.unsaved_changes is False
    assert info.uptime == 0


def test_port_status_in_any_spelling(bench):
    made = bench()
    made.sim.change(port="Gi1/0/5", crc=4, input_errors=9)
    found = ask(made.connected(), "port_status", port="GigabitEthernet 1/0/5")
    assert (found.port, found.admin, found.oper, found.speed) == ("Gi1/0/5", UpDown.UP, UpDown.UP, 1000)
    assert (found.mode, found.vlan, found.description) == (Mode.ACCESS, 20, "AP B204")
    assert (found.poe, found.poe_watts) == (Poe.ON, 12.5)
    assert (found.crc_errors, found.input_errors) == (4, 9)


def test_a_dead_port_comes_back(bench):
    made = bench()
    made.sim.change(port="Gi1/0/3", wedged=True)
    call = PlainCall(60)
    done = ask(made.connected(), "port_restart", call, port="Gi1/0/3", pause=0.5)
    assert (done.before.oper, done.after.oper) == (UpDown.DOWN, UpDown.UP)
    assert call.parts == call.finished == ["shut", "no shut"]
    assert made.sim.counts() == {"shut": 1, "no shut": 1}
    assert made.sim.state()["unsaved_changes"] is False


def test_err_disabled_is_told_and_cleared(bench):
    made = bench()
    made.sim.change(port="Gi1/0/3", err_disabled=True)
    driver = made.connected()
    assert ask(driver, "port_status", port="Gi1/0/3").fault == "err-disabled"
    assert ask(driver, "port_restart", port="Gi1/0/3", pause=0.5).after.oper is UpDown.UP


def test_no_cable_is_a_warning_and_no_failure(bench):
    made = bench()
    made.sim.change(port="Gi1/0/3", cable=False)
    driver = made.connected()
    params = CAPABILITIES["network.port_restart"].params(port="Gi1/0/3", pause=0.5, link_within=0)
    done = driver.call("network.port_restart", PlainCall(60), params)
    assert done.result.after.admin is UpDown.UP
    assert any("no link" in warning for warning in done.warnings)


def test_a_port_switched_off_on_purpose_stays_off(bench):
    made = bench()
    made.sim.change(port="Gi1/0/3", shutdown=True)
    with pytest.raises(DeviceError, match="left so") as caught:
        ask(made.connected(), "port_restart", port="Gi1/0/3", pause=0.5)
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.PRECONDITION, Happened.NO)
    assert made.sim.state()["ports"]["Gi1/0/3"]["admin"] == "down"
    assert not made.sim.counts()


def test_disable_and_enable(bench):
    made = bench()
    driver = made.connected()
    assert ask(driver, "port_disable", port="Gi1/0/3").after.admin is UpDown.DOWN
    assert ask(driver, "port_disable", port="Gi1/0/3").after.admin is UpDown.DOWN
    assert ask(driver, "port_enable", port="Gi1/0/3").after.oper is UpDown.UP


def test_power_comes_back_as_it_was_configured(bench):
    made = bench()
    made.sim.change(port="Gi1/0/2", power="static max 15400", watts=6.0)
    made.sim.switch.save()
    call = PlainCall(60)
    done = ask(made.connected(), "poe_cycle", call, port="Gi1/0/2", pause=0.5)
    assert call.parts == ["power off", "power on"]
    assert done.after.poe is Poe.ON
    assert made.sim.state()["ports"]["Gi1/0/2"]["power"] == "static max 15400"


@pytest.mark.parametrize(("fault", "kept"), [("refuse", 0), ("cut", 1)])
def test_how_power_was_given_is_remembered_while_that_is_in_doubt(bench, tmp_path, fault, kept):
    made = bench()
    made.sim.change(port="Gi1/0/2", power="static max 15400", watts=6.0)
    made.sim.misbehave(fault, on="power off", times=1)
    with pytest.raises(DeviceError) as caught:
        ask(made.connected(), "poe_cycle", port="Gi1/0/2", pause=0.5, link_within=0)
    assert caught.value.happened is (Happened.UNKNOWN if kept else Happened.NO)
    assert len(list((tmp_path / "power").iterdir())) == kept
    assert made.sim.state()["ports"]["Gi1/0/2"]["power"] == "static max 15400"


def test_power_switched_off_on_purpose_stays_off(bench):
    made = bench()
    made.sim.change(port="Gi1/0/2", power="never")
    driver = made.connected()
    with pytest.raises(DeviceError, match="left so"):
        ask(driver, "poe_cycle", port="Gi1/0/2", pause=0.5)
    assert ask(driver, "poe_on", port="Gi1/0/2").after.poe is not Poe.DISABLED


def test_an_access_point_restarts_in_spite_of_its_clients(bench):
    made = bench()
    driver = made.connected()
    with pytest.raises(DeviceError, match="15 addresses"):
        ask(driver, "poe_cycle", port="Gi1/0/5", pause=0.5)
    with pytest.raises(DeviceError, match="is not ap-c101 but ap-b204"):
        ask(driver, "restart_access_point", port="Gi1/0/5", pause=0.5, access_point="ap-c101")
    with pytest.raises(DeviceError, match="no access point"):
        ask(driver, "restart_access_point", port="Gi1/0/3", pause=0.5)
    assert not made.sim.counts()
    ask(driver, "restart_access_point", port="Gi1/0/5", pause=0.5, access_point="AP-B204")
    assert made.sim.counts() == {"power off": 1, "power on": 1}


def test_find_by_address_and_by_name(bench):
    made = bench()
    driver = made.connected()
    by_mac = ask(driver, "find_mac", mac="0050-5603-0001")
    assert (by_mac.port, by_mac.vlan, by_mac.behind, by_mac.addresses) == ("Gi1/0/3", 20, "", 1)
    far = ask(driver, "find_mac", mac="00:50:56:fe:00:07")
    assert (far.port, far.behind, far.addresses) == ("Gi1/0/8", "sw-keller", 40)
    by_name = ask(driver, "find_mac", neighbour="AP-b204")
    assert (by_name.port, by_name.through) == ("Gi1/0/5", "neighbours")
    assert not ask(driver, "find_mac", mac="00:00:00:00:00:01").found
    assert not ask(driver, "find_mac", neighbour="nobody").found


def test_neighbours_and_none_without_lldp(bench):
    made = bench()
    driver = made.connected()
    assert [found.name for found in ask(driver, "neighbours").neighbours] == ["ap-b204", "sw-keller"]
    made.sim.change(lldp=False)
    assert [found.name for found in ask(driver, "neighbours").neighbours] == ["sw-keller"]
    made.sim.change(cdp=False)
    with pytest.raises(DeviceError) as caught:
        ask(driver, "neighbours")
    assert caught.value.error_class is ErrorClass.UNSUPPORTED


def test_access_vlan_is_saved_only_where_nothing_else_was_unsaved(bench):
    made = bench(secret="oben")
    driver = made.connected()
    done = ask(driver, "set_access_vlan", port="Gi1/0/3", vlan=30, save=True)
    assert (done.before.vlan, done.after.vlan) == (20, 30)
    assert made.sim.counts()["save"] == 1
    made.sim.change(port="Gi1/0/4", description="somebody is at work here")
    ask(driver, "set_access_vlan", port="Gi1/0/3", vlan=40, save=True)
    assert made.sim.counts()["save"] == 1


def test_save_only_what_is_meant(bench):
    made = bench(secret="oben")
    driver = made.connected()
    assert ask(driver, "save_config").saved is False
    made.sim.change(port="Gi1/0/4", description="changed")
    with pytest.raises(DeviceError, match="unsaved changes"):
        ask(driver, "save_config")
    assert ask(driver, "save_config", unsaved="save").saved
    assert made.sim.state()["unsaved_changes"] is False


def test_a_backup_holds_no_secret_and_pages_do_not_stop_it(bench, tmp_path):
    made = bench(ports=24, secret="oben")
    driver = made.connected()
    first, second = ask(driver, "backup_config"), ask(driver, "backup_config")
    assert (first.changed, second.changed, first.sha256) == (True, False, second.sha256)
    text = (tmp_path / first.file).read_text()
    assert "interface GigabitEthernet1/0/24" in text
    assert "More" not in text
    for secret in ("ThisIsNotAHash", "0822455D0A16", "geheim", "oben", "schule"):
        assert secret not in text
        assert secret not in made.text
    assert (tmp_path / first.file).stat().st_mode & 0o077 == 0


def test_restart_waits_until_the_switch_is_back(bench):
    made = bench(secret="oben", down=0.2)
    driver = made.connected()
    made.sim.change(started=time.monotonic() - 3600)
    call = PlainCall(30)
    waiting = ask(driver, "restart_device", call)
    assert isinstance(waiting, Waiting)
    assert call.notes == ["sw-keller (Gi1/0/8) loses its connection while the switch restarts."]
    driver.close()
    until = time.monotonic() + 60
    answer: object = waiting
    while isinstance(answer, Waiting) and time.monotonic() < until:
        try:
            answer = driver.poll(
                "network.restart_device", PlainCall(10), {"started": waiting.token["started"] - 60}
            )
        except DeviceError as error:
            assert error.error_class in {ErrorClass.UNREACHABLE, ErrorClass.BUSY}  # noqa: PT017
            driver.close()
            time.sleep(0.05)
    assert answer.restart_reason == "Reload command"
    assert made.sim.counts()["reload"] == 1
    evidence = {"started": time.time() - 60}
    assert driver.probe("network.restart_device", PlainCall(10), object(), evidence) is Happened.YES
    made.sim.change(started=time.monotonic() - 3600)
    evidence = {"started": time.time() - 600}
    assert driver.probe("network.restart_device", PlainCall(10), object(), evidence) is Happened.NO
    # It answers as before, but may be about to go down.
    evidence = {"started": time.time() - 5}
    assert driver.probe("network.restart_device", PlainCall(10), object(), evidence) is Happened.UNKNOWN


def test_back_at_the_prompt_a_restart_may_still_come(bench, monkeypatch):
    made = bench()
    monkeypatch.setattr(IosShell, "_confirmed", lambda *_: Reply())
    with pytest.raises(DeviceError, match="does not restart") as caught:
        ask(made.connected(), "restart_device")
    assert caught.value.happened is Happened.UNKNOWN


@pytest.mark.parametrize("unsaved", ["refuse", "discard", "save"])
def test_restart_answers_every_question_about_unsaved_changes(bench, unsaved):
    made = bench(down=0.1)
    made.sim.change(port="Gi1/0/4", description="changed")
    driver = made.connected()
    if unsaved == "refuse":
        with pytest.raises(DeviceError, match="would lose"):
            ask(driver, "restart_device", unsaved=unsaved)
        assert not made.sim.counts()
        return
    ask(driver, "restart_device", unsaved=unsaved)
    assert made.sim.counts() == ({"reload": 1, "save": 1} if unsaved == "save" else {"reload": 1})


# Guards ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["port_restart", "port_disable", "poe_cycle", "set_access_vlan"])
def test_the_uplink_is_refused_with_every_reason(bench, verb):
    made = bench()
    more = {"vlan": 30} if verb == "set_access_vlan" else {}
    with pytest.raises(DeviceError) as caught:
        ask(made.connected(), verb, port="Gi1/0/8", **more)
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.PRECONDITION, Happened.NO)
    for reason in ("our own connection", "sw-keller", "trunk", "40 addresses"):
        assert reason in caught.value.message
    assert not made.sim.counts()


def test_each_guard_alone(bench):
    made = bench()
    driver = made.connected(protected_ports=["gi1/0/2"], max_addresses=2)
    macs = [f"0050.5699.{number:04x}" for number in range(3)]
    made.sim.change(port="Gi1/0/3", macs=macs)
    made.sim.change(port="Gi1/0/4", trunk=True)
    made.sim.change(port="Gi1/0/6", neighbour={"name": "sw-raum", "capabilities": "B"})
    made.sim.change(port="Gi1/0/7", macs=["0050.5607.0001"])
    made.sim.change(port="Gi1/0/1", own="10.0.9.1/30")
    made.sim.change(gateway="10.0.0.254", arp={"10.0.0.254": "0050.5607.0001"})
    for port, reason in {
        "Gi1/0/1": "a routed port",
        "Gi1/0/2": "protected",
        "Gi1/0/3": "3 addresses",
        "Gi1/0/4": "trunk",
        "Gi1/0/6": "sw-raum",
        "Gi1/0/7": "our own connection",
    }.items():
        with pytest.raises(DeviceError, match=reason) as caught:
            ask(driver, "port_restart", port=port, pause=0.5)
        assert ";" not in caught.value.message
    assert not made.sim.counts()


def test_a_switch_that_announces_itself_by_cdp_only(bench):
    made = bench()
    made.sim.change(port="Gi1/0/3", neighbour={"name": "sw-raum", "capabilities": "", "cdp": "Switch IGMP"})
    with pytest.raises(DeviceError, match="sw-raum behind it is a switch"):
        ask(made.connected(), "port_restart", port="Gi1/0/3", pause=0.5)
    made.sim.change(
        port="Gi1/0/3", neighbour={"name": "ap", "capabilities": "", "cdp": "Router Trans-Bridge"}
    )
    ask(made.connected(), "port_restart", port="Gi1/0/3", pause=0.5)


def test_a_phone_is_no_switch(bench):
    made = bench()
    made.sim.change(port="Gi1/0/3", neighbour={"name": "telefon", "capabilities": "B,T"})
    ask(made.connected(), "port_restart", port="Gi1/0/3", pause=0.5)
    assert made.sim.counts()["no shut"] == 1


def test_force_needs_a_reason_and_leaves_it_in_the_note(bench):
    made = bench()
    driver = made.connected()
    with pytest.raises(ValueError, match="needs a reason"):
        ask(driver, "port_restart", port="Gi1/0/8", force=True)
    call = PlainCall(60)
    ask(
        driver,
        "port_restart",
        call,
        port="Gi1/0/8",
        pause=0.5,
        force=True,
        reason="Hausmeister steht daneben",
    )
    assert "Hausmeister steht daneben" in call.notes[0]
    assert "sw-keller" in call.notes[0]


def test_what_a_switch_cannot_tell_is_a_warning(bench):
    made = bench()
    made.sim.change(lldp=False, cdp=False, arp={})
    params = CAPABILITIES["network.port_restart"].params(port="Gi1/0/3", pause=0.5)
    done = made.connected().call("network.port_restart", PlainCall(60), params)
    assert len(done.warnings) == 2


# Login ----------------------------------------------------------------------------------------------------


def test_a_wrong_password_is_told_and_never_shown(bench):
    made = bench()
    with pytest.raises(DeviceError) as caught:
        made.connected(password="secret://env/WRONG")
    assert caught.value.error_class is ErrorClass.AUTH
    assert "falsch" not in str(caught.value) + made.text


def test_a_wrong_or_missing_enable_secret(bench):
    made = bench(secret="oben")
    for enable in ("secret://env/WRONG", ""):
        driver = made.connected(enable=enable)
        assert ask(driver, "port_status", port="Gi1/0/3").oper is UpDown.UP
        with pytest.raises(DeviceError) as caught:
            ask(driver, "port_disable", port="Gi1/0/3")
        assert (caught.value.error_class, caught.value.happened) == (ErrorClass.AUTH, Happened.NO)
    assert not made.sim.counts()
    assert "falsch" not in made.text


def test_an_unknown_key_refuses_and_a_changed_one_always(bench):
    made = bench()
    with pytest.raises(DeviceError, match="not known") as caught:
        made.connected(host_key="strict")
    assert "pin-key" in caught.value.hint
    made.connected(host_key="accept-new").close()
    made.connected(host_key="strict").close()
    made.sim.change(host_key="new")
    for rule in ("strict", "accept-new"):
        with pytest.raises(DeviceError, match="has changed") as caught:
            made.connected(host_key=rule)
        assert caught.value.error_class is ErrorClass.PRECONDITION


def alone(made):
    """Wait until the switch has seen that everybody hung up."""
    until = time.monotonic() + 60
    while made.sim._connections:
        assert time.monotonic() < until
        time.sleep(0.01)


def test_full_lines_are_busy(bench):
    made = bench(sessions=1)
    host, _, port = made.address.partition(":")
    ssh.pin_host_key(made.env.data, host, int(port), Deadline.after(10))
    alone(made)
    first = made.connected()
    with pytest.raises(DeviceError) as caught:
        made.connected()
    assert caught.value.error_class is ErrorClass.BUSY
    first.close()
    alone(made)
    made.connected()


def test_a_banner_and_a_long_name_do_not_confuse(bench):
    made = bench(hostname="sw-grundschule-am-alten-markt", banner="*** Kein # Zutritt > fuer Unbefugte ***")
    driver = made.connected()
    assert ask(driver, "port_disable", port="Gi1/0/3").after.admin is UpDown.DOWN
    assert ask(driver, "port_enable", port="Gi1/0/3").after.admin is UpDown.UP


def test_a_description_that_looks_like_a_prompt(bench):
    made = bench()
    made.sim.change(port="Gi1/0/3", description="sw1#")
    found = ask(made.connected(), "port_status", port="Gi1/0/3")
    assert (found.description, found.speed) == ("sw1#", 1000)


def test_close_is_quick_may_be_twice_and_frees_the_line(bench):
    made = bench()
    driver = made.connected()
    made.sim.misbehave("silent")
    began = time.monotonic()
    driver.close()
    driver.close()
    assert time.monotonic() - began < 8, "the library waits for ten seconds"


def test_bad_options_are_named(bench):
    made = bench()
    for options, words in (
        ({"password": "schule"}, "written as a reference"),
        ({"legacy_algorithms": ["rot13"]}, "rot13"),
        ({"colour": "red"}, "colour"),
    ):
        with pytest.raises(DeviceError, match=words) as caught:
            made.connected(**options)
        assert caught.value.error_class is ErrorClass.PRECONDITION
        assert "schule" not in caught.value.message


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("10.0.0.1", "ssh:10.0.0.1:22"),
        ("10.0.0.1:2222", "ssh:10.0.0.1:2222"),
        ("sw.schule.example", "ssh:sw.schule.example:22"),
        ("[2001:db8::1]:2222", "ssh:2001:db8::1:2222"),
        ("2001:db8::1", "ssh:2001:db8::1:22"),
        ("10.0.0.1:no", "ssh:10.0.0.1:no"),
    ],
)
def test_one_conversation_per_address(address, key):
    from pedell_network.cisco_ios.driver import CiscoIos
    from pedell_network.linux_bridge.driver import LinuxBridge

    assert CiscoIos.endpoint(Target("1", "a", "switch", "cisco-ios", address)) == key
    assert LinuxBridge.endpoint(Target("1", "a", "switch", "linux-bridge", address)) == key
