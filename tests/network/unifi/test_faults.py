"""The UniFi driver against every way to misbehave: true about the effect, and the port on at the end."""

from __future__ import annotations

import copy

import pytest

from pedell.drivers.api import DeviceError, ErrorClass, Happened
from pedell.testing.calls import PlainCall
from pedell_network import cycle
from pedell_network.unifi import session
from tests.network.conftest import ask, silence
from tests.network.unifi.conftest import Bench

pytestmark = pytest.mark.matrix(6)

READ = {
    "silent": ErrorClass.TIMEOUT,
    "deaf": ErrorClass.TIMEOUT,
    "refuse": ErrorClass.REFUSED,
    "garble": ErrorClass.PROTOCOL,
    "cut": ErrorClass.PROTOCOL,
    "vanish": ErrorClass.PROTOCOL,
}


@pytest.fixture(autouse=True)
def _impatient(request, monkeypatch):
    """From when they are connected."""
    monkeypatch.setattr(cycle, "_TRY", 1.5)
    plain = Bench.connected

    def connected(self, *words, **options):
        driver = plain(self, *words, **options)
        monkeypatch.setattr(session, "PER_REQUEST", 0.7 if silence(request) else 20.0)
        return driver

    monkeypatch.setattr(Bench, "connected", connected)


@pytest.mark.parametrize("fault", sorted(READ))
def test_reading(bench, fault):
    made = bench()
    driver = made.connected()
    made.sim.misbehave(fault, on="device", times=1)
    with pytest.raises(DeviceError) as caught:
        ask(driver, "port_status", PlainCall(3), port="3")
    assert (caught.value.error_class, caught.value.happened) == (READ[fault], Happened.NO)
    assert ask(driver, "port_status", port="3").port == "3"


@pytest.mark.parametrize("fault", ["slow", *sorted(READ)])
def test_a_power_cycle(bench, fault):
    made = bench()
    driver = made.connected()
    made.sim.misbehave(fault, on="power-cycle", times=1, seconds=0.1)
    error = None
    try:
        ask(driver, "poe_cycle", PlainCall(60), port="2", link_within=0)
    except DeviceError as caught:
        error = caught
    cycled = made.sim.counts()["power-cycle"]
    assert cycled == int(fault in {"slow", "deaf", "cut", "garble"}), "it is asked for once"
    if fault == "slow":
        assert error is None
    elif fault == "refuse":
        assert (error.error_class, error.happened) == (ErrorClass.REFUSED, Happened.NO)
    else:
        assert error.happened is Happened.UNKNOWN


@pytest.mark.parametrize("fault", ["slow", *sorted(READ)])
@pytest.mark.parametrize("times", [1, 2])
def test_a_restart_never_leaves_the_port_off(bench, fault, times):
    made = bench()
    driver = made.connected()
    before = copy.deepcopy(made.sim.state()["overrides"])
    made.sim.misbehave(fault, on="overrides", times=times, seconds=0.1)
    error = None
    try:
        ask(driver, "port_restart", PlainCall(cycle.RESERVE + 60), port="1", pause=0.5, link_within=5)
    except DeviceError as caught:
        error = caught
    now = made.sim.state()["overrides"]
    assert next(item for item in now if item["port_idx"] == 1)["forward"] == "native", error
    assert [item for item in now if item["port_idx"] != 1] == [
        item for item in before if item["port_idx"] != 1
    ]
    if error is not None and error.happened is Happened.NO:
        assert not made.sim.counts()


@pytest.mark.parametrize("fault", ["deaf", "cut", "vanish", "silent"])
def test_a_restart_of_the_device_that_breaks_is_in_doubt(bench, fault):
    made = bench()
    driver = made.connected()
    made.sim.misbehave(fault, on="restart", times=1)
    with pytest.raises(DeviceError) as caught:
        ask(driver, "restart_device", PlainCall(5))
    assert caught.value.happened is Happened.UNKNOWN


def test_a_controller_that_is_gone(bench):
    made = bench()
    driver = made.connected()
    made.host.stop(made.sim)
    with pytest.raises(DeviceError) as caught:
        ask(driver, "port_disable", PlainCall(5), port="3")
    assert caught.value.error_class in {ErrorClass.UNREACHABLE, ErrorClass.PROTOCOL}
    assert caught.value.happened is Happened.NO
    driver.close()
    driver.close()
