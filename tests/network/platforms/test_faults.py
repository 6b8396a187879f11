"""Every platform against a line that breaks: one clear error, true about the effect, and the port on again."""

from __future__ import annotations

import pytest

from pedell.drivers.api import DeviceError, ErrorClass, Happened, Waiting
from pedell_network import connecting, cycle, session
from pedell_network.simulated.allied_telesis_awplus import AwplusShell
from tests.network.conftest import silence
from tests.network.platforms.cases import CASES, SAVING, able, each
from tests.network.platforms.conftest import Quick, ask

pytestmark = pytest.mark.matrix(10)


@pytest.fixture(autouse=True)
def _impatient(request, monkeypatch):
    monkeypatch.setattr(cycle, "_TRY", 1.5)
    monkeypatch.setattr(connecting, "PORTION", 0.6 if silence(request) else 20.0)
    monkeypatch.setattr(session, "_LEAVING", 0.4)


@pytest.mark.parametrize("fault", ["silent", "garble", "vanish"])
def test_reading(stand, fault, monkeypatch):
    driver = stand.connected()
    stand.sim.misbehave(fault, times=1)
    with pytest.raises(DeviceError) as caught:
        ask(driver, "port_status", Quick(1.5), port=stand.port(3))
    assert caught.value.error_class in {ErrorClass.TIMEOUT, ErrorClass.PROTOCOL}
    assert caught.value.happened is Happened.NO
    assert "\n" not in caught.value.message
    monkeypatch.setattr(connecting, "PORTION", 20.0)
    # The same driver is usable afterwards, on a new connection where the old one is not to be trusted.
    assert ask(driver, "port_status", port=stand.port(3)).port == stand.port(3)


@pytest.mark.parametrize(
    ("on", "fault"), [("shut", "cut"), ("shut", "silent"), ("no shut", "vanish"), ("no shut", "garble")]
)
def test_a_restart_never_leaves_the_port_off(stand, on, fault):
    driver = stand.connected()
    stand.sim.misbehave(fault, on=on, times=1)
    error = None
    try:
        ask(driver, "port_restart", Quick(cycle.RESERVE + 60), port=stand.port(3), pause=0.5, link_within=5)
    except DeviceError as caught:
        error = caught
    assert stand.shown(3)["admin"] == "up"
    if on == "no shut":
        assert error is None
        assert stand.sim.counts()["shut"] == 1
    else:
        assert error is not None
        assert error.happened is Happened.UNKNOWN
        assert "is on again" in error.message


def test_what_is_refused_has_not_happened(stand, monkeypatch):
    monkeypatch.setattr(connecting, "PORTION", 20.0)
    driver = stand.connected()
    stand.sim.misbehave("refuse", on="shut", times=1)
    with pytest.raises(DeviceError) as caught:
        ask(driver, "port_disable", Quick(60), port=stand.port(3))
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.AUTH, Happened.NO)
    assert not stand.sim.counts()
    # And no mode is left open by it.
    assert ask(driver, "port_status", port=stand.port(3)).admin == "up"


@able("poe_cycle")
def test_a_power_cycle_that_breaks_gives_it_back(stand):
    driver = stand.connected()
    stand.sim.misbehave("vanish", on="power on" if not driver.one_shot() else "show power", times=1)
    try:
        ask(driver, "poe_cycle", Quick(90), port=stand.port(2), pause=0.5)
    except DeviceError as error:
        caught = error
    else:
        caught = None
    assert stand.sim.switch.ports[stand.port(2)].config.powered
    assert caught is None or caught.happened is Happened.NO


@SAVING
@pytest.mark.parametrize("fault", ["deaf", "cut"])
def test_a_save_that_is_not_confirmed_is_no_success(stand, fault):
    stand.sim.change(port=stand.port(4), description="changed")
    driver = stand.connected()
    stand.sim.misbehave(fault, on="save", times=1)
    with pytest.raises(DeviceError) as caught:
        ask(driver, "save_config", Quick(3), unsaved="save")
    assert caught.value.happened is Happened.UNKNOWN


@able("restart_device")
def test_a_restart_of_the_switch_that_breaks_is_in_doubt(stand):
    driver = stand.connected()
    stand.sim.misbehave("vanish", on="reload", times=1)
    with pytest.raises(DeviceError) as caught:
        ask(driver, "restart_device", Quick(3))
    assert caught.value.happened is Happened.UNKNOWN
    assert stand.sim.counts()["reload"] == 0


@each([case for case in CASES if case.modes and not case.one_shot])
def test_whoever_completes_a_cycle_knows_how_power_was_given(stand_of, case):
    """Killed between off and on, another process is asked for network.poe_on."""
    stand = stand_of(case)
    mode = case.modes[0]
    stand.sim.change(port=stand.port(2), power=mode, watts=6.0)
    driver = stand.connected()
    call = Quick(60)

    class Killed(BaseException):
        pass

    def killed(_: float) -> None:
        raise Killed

    call.sleep = killed  # type: ignore[method-assign]
    off = driver.switch_power
    done = []

    def only_off(port: str, on: bool, setting: str, deadline: object) -> None:
        if on:
            raise Killed
        done.append(setting)
        off(port, on, setting, deadline)  # type: ignore[arg-type]

    driver.switch_power = only_off  # type: ignore[method-assign]
    with pytest.raises(Killed):
        ask(driver, "poe_cycle", call, port=stand.port(2), pause=0.5)
    assert done == [mode]
    assert not stand.sim.switch.ports[stand.port(2)].config.powered
    ask(stand.connected(), "poe_on", port=stand.port(2))
    assert stand.shown(2)["power"] == mode
    # And it is forgotten: a later off by somebody else comes back as usual.
    stand.sim.change(port=stand.port(2), powered=False, power="auto")
    ask(stand.connected(), "poe_on", port=stand.port(2))
    assert stand.shown(2)["power"] == case.driver.platform.power.usual


def test_a_switch_that_shows_its_prompt_once_more_and_is_gone_has_restarted(stand_of, monkeypatch):
    case = next(case for case in CASES if case.kind == "allied-telesis-awplus")
    monkeypatch.setattr(AwplusShell, "_sure", lambda shell, _: shell.restart(f"\n{shell.prompt}"))
    stand = stand_of(case)
    assert isinstance(ask(stand.connected(), "restart_device"), Waiting)
    assert stand.sim.counts() == {"reload": 1}
