"""The SNMP driver against every way to misbehave: true about the effect, and the port on at the end."""

from __future__ import annotations

import pytest

from pedell.drivers.api import DeviceError, ErrorClass, Happened
from pedell.testing.calls import PlainCall
from pedell.transports.snmp_values import Setting
from pedell_network import cycle
from pedell_network.snmp import mib
from tests.network.conftest import ask
from tests.network.snmp.conftest import Bench

pytestmark = pytest.mark.matrix(6)

UNANSWERED = ["silent", "deaf", "garble", "cut", "vanish"]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr(cycle, "_TRY", 1.5)
    monkeypatch.setattr(Bench, "answer_time", 0.4)


@pytest.mark.parametrize("fault", UNANSWERED)
@pytest.mark.parametrize("request_", ["get", "walk"])
def test_a_read_that_is_lost_is_asked_again(bench, fault, request_):
    made = bench()
    driver = made.connected()
    made.sim.misbehave(fault, on=request_, times=1)
    assert ask(driver, "port_status", port="Gi1/0/3").port == "Gi1/0/3"


@pytest.mark.thorough
@pytest.mark.parametrize("fault", UNANSWERED)
def test_an_agent_that_falls_silent(bench, fault):
    made = bench()
    driver = made.connected()
    made.sim.misbehave(fault, on="get")
    with pytest.raises(DeviceError) as caught:
        ask(driver, "port_status", PlainCall(30), port="Gi1/0/3")
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.TIMEOUT, Happened.NO)
    assert "\n" not in caught.value.message
    made.sim.well()
    assert ask(driver, "port_status", port="Gi1/0/3").port == "Gi1/0/3"


def test_a_call_ends_with_its_deadline(bench):
    made = bench()
    driver = made.connected(answer_time=20)
    made.sim.misbehave("silent")
    with pytest.raises(DeviceError) as caught:
        ask(driver, "port_status", PlainCall(0.3), port="Gi1/0/3")
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.TIMEOUT, Happened.NO)


@pytest.mark.parametrize("fault", ["slow", "refuse", *UNANSWERED])
def test_switching_off(bench, fault):
    made = bench()
    driver = made.connected()
    made.sim.misbehave(fault, on="shut", times=1, seconds=0.1)
    error = None
    try:
        ask(driver, "port_disable", PlainCall(60), port="Gi1/0/3")
    except DeviceError as caught:
        error = caught
    down = made.sim.state()["ports"]["Gi1/0/3"]["admin"] == "down"
    assert made.sim.counts()["shut"] == int(down), "a SET is sent once"
    if fault in {"silent", "vanish"}:
        assert error is not None and not down
        assert (error.error_class, error.happened) == (ErrorClass.TIMEOUT, Happened.UNKNOWN)
    elif fault == "refuse":
        assert error is not None and not down
        assert (error.error_class, error.happened) == (ErrorClass.AUTH, Happened.NO)
    else:
        # No usable answer came, and a read showed that it was done.
        assert error is None and down


@pytest.mark.parametrize("fault", ["silent", "deaf", "cut"])
def test_a_set_and_the_reading_back_that_both_get_lost(bench, fault):
    made = bench()
    driver = made.connected()
    ask(driver, "port_status", port="Gi1/0/3")
    agent = driver.agent
    port = agent.port("Gi1/0/3", PlainCall(5).deadline)
    made.sim.misbehave(fault, on="set")
    made.sim.misbehave("silent", on="get")
    with pytest.raises(DeviceError) as caught:
        agent._client.set([Setting((*mib.IF_ADMIN_STATUS, port.index), 2)], PlainCall(5).deadline)
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.TIMEOUT, Happened.UNKNOWN)
    assert (made.sim.state()["ports"]["Gi1/0/3"]["admin"] == "down") == (fault != "silent")


@pytest.mark.parametrize("fault", ["slow", "refuse", *UNANSWERED])
@pytest.mark.parametrize("request_", ["shut", "no shut"])
def test_a_restart_never_leaves_the_port_off(bench, fault, request_):
    made = bench()
    driver = made.connected()
    made.sim.misbehave(fault, on=request_, times=1, seconds=0.1)
    error = None
    try:
        ask(driver, "port_restart", PlainCall(cycle.RESERVE + 60), port="Gi1/0/3", pause=0.5, link_within=5)
    except DeviceError as caught:
        error = caught
    admin = made.sim.state()["ports"]["Gi1/0/3"]["admin"]
    if (request_, fault) == ("no shut", "refuse"):
        # Refused for good: nobody can help, and the error says so.
        assert error is not None and admin == "down"
        assert error.happened is Happened.UNKNOWN and "may still be off" in error.message
        return
    assert admin == "up"
    if error is None:
        assert made.sim.counts()["shut"] == 1
    elif error.happened is Happened.NO:
        assert made.sim.counts()["shut"] == 0


@pytest.mark.thorough
def test_an_agent_that_dies_between_off_and_on(bench):
    made = bench()
    driver = made.connected()
    made.sim.misbehave("silent", on="no shut", times=2)
    ask(driver, "port_restart", PlainCall(cycle.RESERVE + 12), port="Gi1/0/3", pause=0.5)
    assert made.sim.state()["ports"]["Gi1/0/3"]["oper"] == "up"


def test_a_switch_that_is_gone(bench):
    made = bench()
    driver = made.connected()
    made.host.stop(made.sim)
    with pytest.raises(DeviceError) as caught:
        ask(driver, "port_status", PlainCall(30), port="Gi1/0/3")
    assert caught.value.error_class is ErrorClass.TIMEOUT
    driver.close()
    driver.close()
