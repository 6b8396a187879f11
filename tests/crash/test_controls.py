"""The harness can fail: with any one protection taken away it says so, and with all of them it says nothing."""

from __future__ import annotations

import pytest

from tests.crash.controls import CONTROLS, run_control

pytestmark = pytest.mark.thorough


@pytest.mark.parametrize("name", CONTROLS)
def test_a_missing_protection_is_caught(name, tmp_path, store_bytes):
    assert run_control(name, tmp_path, store_bytes)


# One for each scenario: two protections are missed in the same one.
SCENARIOS = {control.play: name for name, control in CONTROLS.items()}


@pytest.mark.parametrize("name", SCENARIOS.values())
def test_with_the_protection_the_same_scenario_is_clean(name, tmp_path, store_bytes):
    assert run_control(name, tmp_path, store_bytes, weak=False) == []
