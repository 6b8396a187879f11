"""Junos: an automatic way back, and nothing of somebody else's is committed."""

from __future__ import annotations

import pytest

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Happened
from pedell_network.results import UpDown
from tests.network.platforms.cases import CASES
from tests.network.platforms.conftest import Quick, ask

JUNOS = next(case for case in CASES if case.kind == "juniper-junos")


@pytest.fixture
def stand(stand_of):
    return stand_of(JUNOS, minute=0.15)


def test_a_port_off_for_good_is_confirmed(stand):
    ask(stand.connected(), "port_disable", port=stand.port(3))
    assert stand.sim.switch.extra["junos"].timer is None
    assert stand.shown(3)["admin"] == "down"
    assert "commit confirmed 2" in stand.text


def test_the_switch_itself_brings_a_port_back_when_pedell_dies(stand):
    driver = stand.connected()
    driver._tentative = True
    driver.switch_port(stand.port(3), False, Deadline.after(10))
    assert stand.shown(3)["admin"] == "down"
    driver.close()
    stand.until(lambda: stand.shown(3)["admin"] == "up")
    assert stand.sim.counts()["taken back"] == 1
    # Whoever completes the restart finds it done already.
    assert ask(stand.connected(), "port_enable", port=stand.port(3)).after.admin is UpDown.UP


def test_a_confirmation_that_does_not_arrive(stand):
    driver = stand.connected()
    stand.sim.misbehave("vanish", on="no shut", times=1)
    with pytest.raises(DeviceError) as caught:
        ask(driver, "port_disable", Quick(8), port=stand.port(3))
    assert caught.value.happened is Happened.UNKNOWN
    stand.until(lambda: stand.shown(3)["admin"] == "up")


def test_somebody_elses_candidate_is_not_committed(stand):
    driver = stand.connected()
    stand.sim.change(foreign=True)
    with pytest.raises(DeviceError, match="somebody else's changes") as caught:
        ask(driver, "port_disable", port=stand.port(3))
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.PRECONDITION, Happened.NO)
    stand.sim.change(foreign=False, locked=True)
    with pytest.raises(DeviceError, match="somebody else edits") as caught:
        ask(driver, "port_disable", port=stand.port(3))
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.BUSY, Happened.NO)
    stand.sim.change(locked=False)
    assert ask(driver, "port_disable", port=stand.port(3)).after.admin is UpDown.DOWN


def test_somebody_elses_commit_is_not_confirmed(stand_of):
    stand = stand_of(JUNOS)
    driver = stand.connected()
    driver._tentative = True
    driver.switch_port(stand.port(3), False, Deadline.after(10))
    data = stand.sim.switch.extra["junos"]
    data.commits[0] = [data.commits[0][0], "    Umbau Turnhalle"]
    with pytest.raises(DeviceError, match="waits to be confirmed") as caught:
        ask(driver, "port_enable", port=stand.port(3))
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.PRECONDITION, Happened.NO)
    assert data.timer is not None


def test_what_does_not_pass_the_check_is_thrown_away(stand):
    driver = stand.connected()
    with pytest.raises(DeviceError, match="not defined") as caught:
        ask(driver, "set_access_vlan", port=stand.port(3), vlan=99)
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.REFUSED, Happened.NO)
    assert not stand.sim.counts()
    assert stand.sim.switch.extra["junos"].holder is None
    assert ask(driver, "set_access_vlan", port=stand.port(3), vlan=30).after.vlan == 30
