"""ExtremeXOS: a restart answers its questions, and keeps nothing that nobody meant to keep."""

from __future__ import annotations

import pytest

from pedell.drivers.api import DeviceError
from tests.network.platforms.cases import CASES
from tests.network.platforms.conftest import ask

EXOS = next(case for case in CASES if case.kind == "extreme-exos")


def test_discarded_changes_are_not_saved_by_a_yes_that_nobody_said(stand_of):
    stand = stand_of(EXOS)
    stand.sim.change(port="4", description="changed")
    driver = stand.connected()
    assert ask(driver, "device_info").unsaved_changes is True
    ask(driver, "restart_device", unsaved="discard")
    assert stand.sim.counts() == {"reload": 1}


def test_no_power_cycle_where_power_is_off(stand_of):
    stand = stand_of(EXOS)
    stand.sim.change(port="5", powered=False)
    with pytest.raises(DeviceError, match="left so"):
        ask(stand.connected(), "poe_cycle", port="5", pause=0.5)
    assert not stand.sim.counts()
