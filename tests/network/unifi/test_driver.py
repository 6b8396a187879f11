"""The UniFi driver over real HTTP against the simulated controller."""

from __future__ import annotations

import copy
import time

import pytest

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Happened, Target, Waiting
from pedell.testing.calls import PlainCall
from pedell_network.results import Mode, Poe, UpDown
from pedell_network.unifi.driver import UnifiController
from tests.network.conftest import CAPABILITIES, ask
from tests.network.unifi.conftest import POINT, SWITCH


@pytest.fixture(params=["unifi-os", "classic"])
def kind(request):
    return request.param


def test_who_it_is(bench, kind):
    driver = bench(kind=kind).connected()
    identity = driver.identity(Deadline.after(5))
    assert (identity.serial, identity.mac, identity.model, identity.name) == (
        "001122334455",
        SWITCH,
        "USL24P",
        "sw-b2",
    )
    assert ask(driver, "device_info").uptime > 9 * 86400


@pytest.mark.parametrize("spelling", ["1", "Port 1", "port1", "tafel b201"])
def test_port_status(bench, spelling):
    found = ask(bench().connected(), "port_status", port=spelling)
    assert (found.port, found.admin, found.oper, found.speed) == ("1", UpDown.UP, UpDown.UP, 1000)
    assert (found.mode, found.vlan, found.description) == (Mode.ACCESS, 20, "Tafel B201")


def test_power_profiles_and_the_default(bench):
    driver = bench().connected()
    board, kids, plain = (ask(driver, "port_status", port=port) for port in ("2", "4", "3"))
    assert (board.poe, board.poe_watts) == (Poe.ON, 8.2)
    assert (kids.mode, kids.vlan, kids.description) == (Mode.ACCESS, 20, "Schüler"), "its profile tells"
    assert (plain.mode, plain.vlan, plain.poe) == (Mode.UNKNOWN, 1, Poe.OFF), (
        "a port carries all networks by default"
    )
    with pytest.raises(DeviceError, match="not a port"):
        ask(driver, "port_status", port="99")


def test_a_power_cycle_is_one_order(bench, kind):
    made = bench(kind=kind)
    call = PlainCall(60)
    done = ask(made.connected(), "poe_cycle", call, port="Port 2")
    assert (done.before.oper, done.after.oper) == (UpDown.UP, UpDown.UP)
    assert made.sim.counts() == {"power-cycle": 1}
    assert call.finished == ["power cycle"]
    golden = '{"cmd": "power-cycle", "mac": "00:11:22:33:44:55", "port_idx": 2}'
    prefix = "/proxy/network" if kind == "unifi-os" else ""
    assert golden in made.text and f"{prefix}/api/s/default/cmd/devmgr" in made.text


def test_a_restart_of_a_port_really_takes_it_down(bench):
    made = bench()
    made.sim.change(port=3, wedged=True)
    call = PlainCall(90)
    done = ask(made.connected(), "port_restart", call, port="3", pause=0.5)
    assert (done.before.oper, done.after.oper) == (UpDown.DOWN, UpDown.UP)
    assert call.finished == ["shut", "no shut"]
    assert made.sim.counts() == {"overrides": 2}


def test_off_and_on_leave_all_else_as_it_was(bench):
    """A PUT replaces the whole list of overrides: what is left out is lost for every other port."""
    made = bench()
    before = copy.deepcopy(made.sim.state()["overrides"])
    driver = made.connected()
    done = ask(driver, "port_disable", port="1")
    assert done.after.admin is UpDown.DOWN
    others = [item for item in made.written() if item["port_idx"] != 1]
    assert others == [item for item in before if item["port_idx"] != 1], "also fields that nobody here knows"
    mine = next(item for item in made.written() if item["port_idx"] == 1)
    assert mine == {
        **before[0],
        "forward": "disabled",
        "port_security_enabled": True,
        "port_security_mac_address": [],
    }
    after = ask(driver, "port_enable", port="1").after
    assert (after.admin, after.mode, after.vlan) == (UpDown.UP, Mode.ACCESS, 20)
    now = {item["port_idx"]: item for item in made.sim.state()["overrides"]}
    assert {name: value for name, value in now[1].items() if not name.startswith("port_security")} == before[
        0
    ]
    assert not now[1]["port_security_enabled"]


def test_a_port_with_a_profile_gets_it_back(bench):
    made = bench()
    driver = made.connected()
    ask(driver, "port_disable", port="4")
    assert next(item for item in made.written() if item["port_idx"] == 4)["portconf_id"] == "conf-kids"
    after = ask(driver, "port_enable", port="4").after
    assert (after.admin, after.mode, after.vlan) == (UpDown.UP, Mode.ACCESS, 20)
    assert "forward" not in next(item for item in made.written() if item["port_idx"] == 4)


def test_a_port_without_an_override_gets_one_and_the_list_grows(bench):
    made = bench()
    before = copy.deepcopy(made.sim.state()["overrides"])
    ask(made.connected(), "port_disable", port="3")
    assert made.written()[: len(before)] == before
    assert made.written()[-1]["port_idx"] == 3


def test_addresses_that_an_administrator_allowed_stay(bench):
    made = bench()
    rule = {"port_idx": 3, "port_security_enabled": True, "port_security_mac_address": ["00:50:56:99:00:03"]}
    made.sim.change(overrides=[rule])
    driver = made.connected()
    ask(driver, "port_disable", port="3")
    assert made.written() == [{**rule, "forward": "disabled"}]
    ask(driver, "port_enable", port="3")
    assert made.written() == [{**rule, "forward": "all"}]


def test_an_access_port_that_says_nothing_of_tagged_networks_stays_one(bench, tmp_path):
    """Without that it would come back with every network of the school on it."""
    made = bench()
    rule = {"port_idx": 3, "forward": "native", "native_networkconf_id": "net20"}
    made.sim.change(overrides=[rule])
    ask(made.connected(), "port_disable", port="3")
    # Another conversation, as after a crash.
    after = ask(made.connected(), "port_enable", port="3").after
    assert (after.admin, after.mode, after.vlan) == (UpDown.UP, Mode.ACCESS, 20)
    (mine,) = made.written()
    assert {name: mine[name] for name in rule} == rule
    assert not list((tmp_path / "power").iterdir())


def test_a_vlan_by_its_network(bench):
    made = bench()
    before = copy.deepcopy(made.sim.state()["overrides"])
    done = ask(made.connected(), "set_access_vlan", port="4", vlan=30)
    assert (done.before.vlan, done.after.vlan, done.after.mode) == (20, 30, Mode.ACCESS)
    mine = next(item for item in made.written() if item["port_idx"] == 4)
    assert (mine["native_networkconf_id"], mine["forward"], mine["tagged_vlan_mgmt"]) == (
        "net30",
        "native",
        "block_all",
    )
    assert "portconf_id" not in mine and mine["egress_rate_limit_kbps"] == 5000
    assert [item for item in made.written() if item["port_idx"] != 4] == [
        item for item in before if item["port_idx"] != 4
    ]
    with pytest.raises(DeviceError, match="no networks with VLAN 77") as caught:
        ask(made.connected(), "set_access_vlan", port="4", vlan=77)
    assert "1, 20, 30" in caught.value.hint


def test_a_controller_that_does_not_keep_it_is_no_success(bench):
    made = bench(old=True)
    with pytest.raises(DeviceError, match="did not keep port") as caught:
        ask(made.connected(), "set_access_vlan", port="4", vlan=30)
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.DEVICE_FAULT, Happened.UNKNOWN)
    assert "profiles only" in caught.value.hint


def test_power_on(bench):
    made = bench()
    driver = made.connected()
    ask(driver, "poe_on", port="2")
    assert not made.sim.counts(), "it is on"
    overrides = made.sim.state()["overrides"]
    made.sim.change(overrides=[*overrides, {"port_idx": 2, "poe_mode": "off"}])
    with pytest.raises(DeviceError, match="switched off by an administrator"):
        ask(driver, "poe_cycle", port="2")
    assert ask(driver, "poe_on", port="2").after.poe is Poe.ON
    assert made.written() == [*overrides, {"port_idx": 2, "poe_mode": "auto"}]


def test_addresses_and_neighbours(bench):
    driver = bench().connected()
    found = ask(driver, "find_mac", mac="0050.5699.0001")
    assert (found.port, found.vlan, found.addresses, found.behind) == ("1", 20, 1, "")
    assert ask(driver, "find_mac", mac="00:50:56:aa:00:01").port == "3", "a client of the controller"
    far = ask(driver, "find_mac", mac="00:50:56:07:00:03")
    assert (far.port, far.behind) == ("8", "konsole")
    near = {one.port: one for one in ask(driver, "neighbours").neighbours}
    assert {port: one.name for port, one in near.items()} == {
        "3": "00:04:f2:00:00:01", "5": "ap-b204", "7": "sw-raum", "8": "konsole",
    }  # fmt: skip
    assert near["5"].access_point and not near["5"].carries_others
    assert near["7"].carries_others and near["8"].carries_others
    assert ask(driver, "find_mac", neighbour="AP-B204").port == "5"


# Restarts ------------------------------------------------------------------------------------------------------


def until_back(driver, capability, waiting, seconds=60):
    until = time.monotonic() + seconds
    answer = waiting
    while isinstance(answer, Waiting):
        assert time.monotonic() < until
        time.sleep(0.05)
        answer = driver.poll(capability, PlainCall(10), answer.token)
    return answer


def test_an_access_point_is_restarted_itself(bench):
    made = bench(away=90.0)
    driver = made.connected()
    call = PlainCall(60)
    waiting = ask(driver, "restart_access_point", call, port="5", access_point="ap-b204")
    assert isinstance(waiting, Waiting) and waiting.delivered
    assert isinstance(driver.poll("network.restart_access_point", PlainCall(5), waiting.token), Waiting), (
        "not yet"
    )
    answer = until_back(driver, "network.restart_access_point", waiting)
    assert (answer.before.port, answer.after.oper) == ("5", UpDown.UP)
    assert [(effect.name, effect.detail) for effect in made.sim.effects] == [("restart", "ap-b204")]
    assert '"reboot_type": "soft"' in made.text
    with pytest.raises(DeviceError, match="no access point"):
        ask(driver, "restart_access_point", port="2")


@pytest.mark.parametrize(("mac", "what"), [(SWITCH, "switch"), (POINT, "access_point")])
def test_a_device_is_back_when_it_started_later(bench, mac, what):
    made = bench()
    driver = made.connected(mac, what)
    call = PlainCall(60)
    waiting = ask(driver, "restart_device", call)
    answer = until_back(driver, "network.restart_device", waiting)
    assert answer.uptime < 3600
    assert made.sim.counts() == {"restart": 1}
    assert any("ap-b204" in note for note in call.notes) is (what == "switch")
    params = CAPABILITIES["network.restart_device"].params()
    evidence = {"started": time.time() - 3600}
    assert driver.probe("network.restart_device", PlainCall(5), params, evidence) is Happened.YES


def test_a_restart_that_does_not_show_is_not_called_undone_too_soon(bench):
    driver = bench().connected()
    params = CAPABILITIES["network.restart_device"].params()
    for ago, told in ((10, Happened.UNKNOWN), (3600, Happened.NO)):
        evidence = {"started": time.time() - ago}
        assert driver.probe("network.restart_device", PlainCall(5), params, evidence) is told


def test_an_access_point_has_no_ports(bench):
    driver = bench().connected(POINT, "access_point")
    assert UnifiController.supports(driver.target) == {
        "network.device_info", "network.restart_device", "network.neighbours",
    }  # fmt: skip
    assert ask(driver, "device_info").model == "UAL6"


# Guards ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["port_restart", "port_disable", "poe_cycle", "set_access_vlan"])
def test_the_uplink_is_refused_with_every_reason(bench, verb):
    made = bench()
    more = {"vlan": 30} if verb == "set_access_vlan" else {}
    with pytest.raises(DeviceError) as caught:
        ask(made.connected(), verb, port="8", **more)
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.PRECONDITION, Happened.NO)
    for reason in ("our own connection", "konsole", "20 addresses"):
        assert reason in caught.value.message
    assert not made.sim.counts()


def test_each_guard_alone(bench):
    made = bench()
    driver = made.connected(protected_ports=["Port 2"], max_addresses=3)
    made.sim.change(port=3, macs={f"00:50:56:99:01:{number:02x}": 20 for number in range(4)})
    made.sim.change(
        overrides=[{"port_idx": 4, "op_mode": "aggregate"}, {"port_idx": 6, "forward": "customize"}]
    )
    for port, reason in {
        "2": "protected",
        "3": "5 addresses",
        "4": "bundle",
        "6": "trunk",
        "7": "sw-raum",
    }.items():
        with pytest.raises(DeviceError, match=reason) as caught:
            ask(driver, "port_restart", port=port, pause=0.5)
        assert ";" not in caught.value.message
    assert not made.sim.counts()


@pytest.mark.parametrize(("state", "error_class"), [(0, ErrorClass.UNREACHABLE), (4, ErrorClass.BUSY)])
def test_a_device_out_of_touch(bench, state, error_class):
    made = bench()
    driver = made.connected()
    made.sim.change(device="sw-b2", state=state)
    for verb in ("port_status", "port_disable"):
        with pytest.raises(DeviceError) as caught:
            ask(driver, verb, port="3")
        assert (caught.value.error_class, caught.value.happened) == (error_class, Happened.NO)
    assert not made.sim.counts()
    call_params = CAPABILITIES["network.device_info"].params()
    assert driver.call("network.device_info", PlainCall(5), call_params).warnings


def test_a_switch_that_reports_no_more(bench):
    made = bench()
    driver = made.connected(fresh_within=0.5)
    made.sim.change(silent=True)
    with pytest.raises(DeviceError, match="not reported it in time") as caught:
        ask(driver, "port_disable", PlainCall(30), port="3")
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.TIMEOUT, Happened.UNKNOWN)


# Logins ------------------------------------------------------------------------------------------------------------


def test_one_login_serves_many_conversations(bench, kind):
    made = bench(kind=kind, logins=1)
    for _ in range(4):
        driver = made.connected()
        ask(driver, "port_status", port="3")
        driver.close()
    assert made.sim.state()["logins"] == 1


def test_a_session_that_ended_is_renewed_once(bench, kind):
    made = bench(kind=kind)
    driver = made.connected()
    made.sim.change(sessions="end")
    assert ask(driver, "port_disable", port="3").after.admin is UpDown.DOWN
    assert made.sim.state()["logins"] == 2
    assert made.sim.counts() == {"overrides": 1}, "what was refused for the session was not done twice"
    made.sim.misbehave("login", on="device")
    with pytest.raises(DeviceError) as caught:
        ask(driver, "port_status", port="3")
    assert caught.value.error_class is ErrorClass.AUTH


def test_the_token_against_forged_requests_in_header_or_cookie(bench):
    for told in (True, False):
        made = bench(csrf_header=told)
        ask(made.connected(), "poe_cycle", port="2", link_within=0)
        assert made.sim.counts() == {"power-cycle": 1}


def test_an_api_key_needs_no_login(bench):
    made = bench(api_key="schluessel-1")
    driver = made.connected(server={"api_key": "secret://env/KEY"})
    ask(driver, "poe_cycle", port="2", link_within=0)
    assert made.sim.state()["logins"] == 0
    assert "schluessel-1" not in made.text
    with pytest.raises(DeviceError) as caught:
        made.connected(server={"api_key": "secret://env/WRONG"})
    assert caught.value.error_class is ErrorClass.AUTH


def test_a_wrong_password_is_told_and_never_shown(bench, kind):
    made = bench(kind=kind)
    with pytest.raises(DeviceError, match="refuses the login") as caught:
        made.connected(server={"username": "pedell", "password": "secret://env/WRONG"})
    assert caught.value.error_class is ErrorClass.AUTH
    assert "falschgeraten" not in str(caught.value) + made.text


def test_a_second_factor_is_explained(bench, kind):
    with pytest.raises(DeviceError, match="second factor") as caught:
        bench(kind=kind, second_factor=True).connected()
    assert caught.value.error_class is ErrorClass.AUTH and "local account" in caught.value.hint


def test_too_many_logins_are_busy_and_say_for_how_long(bench):
    with pytest.raises(DeviceError, match="no more logins") as caught:
        bench(logins=0).connected()
    assert caught.value.error_class is ErrorClass.BUSY
    assert caught.value.retry_after == 300


def test_an_account_without_the_right(bench):
    made = bench(read_only=True)
    with pytest.raises(DeviceError, match="NoPermission") as caught:
        ask(made.connected(), "port_disable", port="3")
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.AUTH, Happened.NO)


def test_no_session_is_recorded(bench, kind):
    made = bench(kind=kind)
    ask(made.connected(), "poe_cycle", port="2", link_within=0)
    for session, token in made.sim._sessions.items():
        assert session not in made.text
        assert not token or token not in made.text
    assert "schule-lab" not in made.text


@pytest.mark.parametrize(
    ("server", "options", "mac", "words"),
    [
        ({"username": "a"}, {}, SWITCH, "belong together"),
        ({"username": "a", "password": "geheim1"}, {}, SWITCH, "password"),
        ({"username": "a", "password": "secret://env/KEY", "api_key": "secret://env/KEY"}, {}, SWITCH, "either username"),
        ({"api_key": "secret://env/KEY", "kind": "classic"}, {}, SWITCH, "only UniFi OS"),
        (None, {"colour": "red"}, SWITCH, "colour"),
        (None, {"site": "../x"}, SWITCH, "site"),
        (None, {}, "10.0.0.2", "not a MAC address"),
        (None, {}, "00:11:22:33:44:99", "does not know"),
        (None, {"site": "andere"}, SWITCH, "does not know this site"),
    ],
)  # fmt: skip
def test_bad_settings_are_named(bench, server, options, mac, words):
    made = bench()
    with pytest.raises(DeviceError, match=words) as caught:
        made.connected(mac, server=server, **options)
    assert caught.value.error_class is ErrorClass.PRECONDITION
    assert "geheim1" not in caught.value.message


def test_without_a_controller():
    with pytest.raises(DeviceError, match="through its UniFi controller"):
        UnifiController(Target("1", "sw", "switch", "unifi-controller", SWITCH), None).connect(
            Deadline.after(1)
        )


def test_one_conversation_per_device(bench):
    made = bench()
    keys = {UnifiController.endpoint(made.driver(mac).target) for mac in (SWITCH, "0011.2233.4455", POINT)}
    assert len(keys) == 2
