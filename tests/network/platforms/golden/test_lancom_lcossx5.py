"""What is LANCOM's own in LCOS SX 5; the rest is FASTPATH and stands in test_fastpath and test_netgear_prosafe."""

from __future__ import annotations

import pytest

from pedell_network.lancom_lcossx5.driver import SX5
from pedell_network.results import Mode
from tests.network.platforms.cases import CASES
from tests.network.platforms.conftest import ask

CASE = next(case for case in CASES if case.kind == "lancom-lcossx5")


@pytest.mark.parametrize(
    ("text", "prefix", "name"),
    [("5", "", "1/0/5"), ("5", "0", "0/5"), ("2/0/49", "", "2/0/49"), ("GigabitEthernet 1/5", "", None)],
)
def test_names(text, prefix, name):
    assert SX5.port_name(text, prefix) == name


def test_a_session_begins_unprivileged_and_saves_without_a_question(stand_of):
    stand = stand_of(CASE)
    driver = stand.connected()
    stand.sim.change(port=stand.port(4), description="changed")
    assert ask(driver, "save_config", unsaved="save").saved
    assert "write memory confirm" in stand.text
    assert "terminal width" not in stand.text


def test_a_session_ends_without_saving_what_somebody_else_left_unsaved(stand_of):
    """`logout` asks; what is not saved is not ours to save."""
    stand = stand_of(CASE)
    driver = stand.connected()
    stand.sim.change(port=stand.port(4), description="somebody is at work here")
    driver.close()
    stand.until(lambda: not stand.sim._connections)
    assert stand.sim.state()["unsaved_changes"] is True
    assert not stand.sim.counts()


def test_a_port_in_access_mode_is_moved_by_access_mode(stand_of):
    stand = stand_of(CASE)
    stand.sim.switch.extra["access"] = {"1/0/3"}
    done = ask(stand.connected(), "set_access_vlan", port="3", vlan=30)
    assert (done.after.vlan, done.after.mode) == (30, Mode.ACCESS)
