"""The IOS driver against every way to misbehave: one clear error, true about the effect, and the port on."""

from __future__ import annotations

import pytest

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Happened
from pedell.testing.calls import PlainCall
from pedell_network import connecting, cycle, session
from tests.network.conftest import ask, silence

pytestmark = pytest.mark.matrix(6)

NOTHING = {"silent", "refuse", "vanish", "garble"}
"""Faults under which the request has no effect."""
READ = {
    "silent": ErrorClass.TIMEOUT,
    "deaf": ErrorClass.TIMEOUT,
    "refuse": ErrorClass.AUTH,
    "garble": ErrorClass.PROTOCOL,
    "cut": ErrorClass.PROTOCOL,
    "vanish": ErrorClass.PROTOCOL,
}


@pytest.fixture(autouse=True)
def _impatient(request, monkeypatch):
    monkeypatch.setattr(cycle, "_TRY", 1.5)
    monkeypatch.setattr(connecting, "PORTION", 1.0 if silence(request) else 20.0)
    monkeypatch.setattr(session, "_LEAVING", 0.7)


@pytest.mark.parametrize("terminal", ["fast", "stock"])
@pytest.mark.parametrize("fault", sorted(READ))
def test_reading(bench, fault, terminal, monkeypatch):
    made = bench()
    driver = made.connected(terminal=terminal)
    made.sim.misbehave(fault, on="show interfaces", times=1)
    with pytest.raises(DeviceError) as caught:
        ask(driver, "port_status", PlainCall(1.5), port="Gi1/0/3")
    assert (caught.value.error_class, caught.value.happened) == (READ[fault], Happened.NO)
    assert "\n" not in caught.value.message
    monkeypatch.setattr(connecting, "PORTION", 20.0)
    # The same driver is usable afterwards, on a new connection where the old one is not to be trusted.
    assert ask(driver, "port_status", port="Gi1/0/3").port == "Gi1/0/3"


@pytest.mark.parametrize("fault", ["slow", *sorted(READ)])
@pytest.mark.parametrize("request_", ["configure", "interface", "shut", "end"])
def test_disabling(bench, fault, request_):
    made = bench()
    driver = made.connected()
    made.sim.misbehave(fault, on=request_, times=1, seconds=0.3)
    error = None
    try:
        ask(driver, "port_disable", PlainCall(60), port="Gi1/0/3")
    except DeviceError as caught:
        error = caught
    shut = made.sim.counts()["shut"]
    if fault == "slow" or request_ == "end":
        assert error is None, "leaving the mode is not the effect"
        assert shut == 1
        return
    assert error is not None
    if request_ == "shut" and fault in {"deaf", "cut"}:
        assert (shut, error.happened) == (1, Happened.UNKNOWN)
    elif request_ == "shut" and fault != "refuse":
        assert (shut, error.happened) == (0, Happened.UNKNOWN)
    else:
        assert (shut, error.happened) == (0, Happened.NO)


@pytest.mark.parametrize("fault", ["slow", *sorted(READ)])
@pytest.mark.parametrize("request_", ["shut", "no shut", "end", "configure"])
def test_a_restart_never_leaves_the_port_off(bench, fault, request_):
    made = bench()
    driver = made.connected()
    made.sim.misbehave(fault, on=request_, times=1, seconds=0.3)
    error = None
    try:
        ask(driver, "port_restart", PlainCall(cycle.RESERVE + 60), port="Gi1/0/3", pause=0.5, link_within=5)
    except DeviceError as caught:
        error = caught
    counts = made.sim.counts()
    if request_ == "no shut" and fault == "refuse":
        # Refused for once and for good: nobody can help, and the error says so.
        assert (error.happened, made.sim.state()["ports"]["Gi1/0/3"]["admin"]) == (Happened.UNKNOWN, "down")
        assert "may still be off" in error.message
        return
    assert made.sim.state()["ports"]["Gi1/0/3"]["admin"] == "up"
    if error is not None and error.happened is Happened.NO:
        assert counts["shut"] == 0
    if error is None:
        assert counts["shut"] == 1
        assert counts["no shut"] >= 1
    else:
        assert request_ in {"shut", "configure"}


def test_a_power_cycle_cut_at_the_power_on_gives_it_back(bench):
    made = bench()
    driver = made.connected()
    made.sim.misbehave("vanish", on="power on", times=2)
    ask(driver, "poe_cycle", PlainCall(90), port="Gi1/0/2", pause=0.5)
    assert made.sim.state()["ports"]["Gi1/0/2"]["power"] == "auto"


@pytest.mark.parametrize("fault", ["deaf", "cut", "vanish", "silent"])
def test_a_restart_of_the_switch_that_breaks_is_in_doubt(bench, fault):
    made = bench(down=0.1)
    driver = made.connected()
    made.sim.misbehave(fault, on="reload", times=1)
    with pytest.raises(DeviceError) as caught:
        ask(driver, "restart_device", PlainCall(3))
    assert caught.value.happened is Happened.UNKNOWN


@pytest.mark.parametrize("fault", ["deaf", "cut", "vanish", "garble", "refuse"])
def test_a_save_that_is_not_confirmed_is_no_success(bench, fault):
    made = bench()
    made.sim.change(port="Gi1/0/4", description="changed")
    driver = made.connected()
    made.sim.misbehave(fault, on="save", times=1)
    with pytest.raises(DeviceError) as caught:
        ask(driver, "save_config", PlainCall(3), unsaved="save")
    assert caught.value.happened is (Happened.NO if fault == "refuse" else Happened.UNKNOWN)


@pytest.mark.parametrize(
    ("fault", "on", "kinds"),
    [
        ("login", "login", {ErrorClass.AUTH}),
        ("closed", "connect", {ErrorClass.BUSY, ErrorClass.UNREACHABLE}),
        ("silent", "terminal", {ErrorClass.TIMEOUT}),
        ("vanish", "terminal", {ErrorClass.UNREACHABLE}),
    ],
)
def test_logging_in(bench, fault, on, kinds):
    made = bench()
    made.connected().close()
    driver = made.driver()
    made.sim.misbehave(fault, on=on)
    with pytest.raises(DeviceError) as caught:
        driver.connect(Deadline.after(3 if fault == "silent" else 60))
    assert caught.value.error_class in kinds
    assert caught.value.happened is Happened.NO
    made.sim.well()
    driver.connect(Deadline.after(60))


def test_a_slow_login_is_within_its_limit(bench):
    made = bench()
    made.connected().close()
    driver = made.driver()
    made.sim.misbehave("slow", on="login", seconds=30)
    with pytest.raises(DeviceError) as caught:
        driver.connect(Deadline.after(1.0))
    assert caught.value.error_class is ErrorClass.TIMEOUT


def test_a_switch_that_is_gone(bench):
    made = bench()
    driver = made.connected()
    made.host.stop(made.sim)
    with pytest.raises(DeviceError) as caught:
        ask(driver, "port_status", PlainCall(30), port="Gi1/0/3")
    assert caught.value.error_class in {ErrorClass.PROTOCOL, ErrorClass.UNREACHABLE}
    with pytest.raises(DeviceError) as caught:
        ask(driver, "port_status", PlainCall(30), port="Gi1/0/3")
    assert caught.value.error_class is ErrorClass.UNREACHABLE
