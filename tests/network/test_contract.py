"""The family's promises, and what loading the plugin costs."""

from __future__ import annotations

import subprocess
import sys

import pytest

from pedell.drivers.api import Effect, RecoveryKind, Risk, Target
from pedell_network.cisco_ios.driver import CiscoIos
from pedell_network.plugin import pedell_drivers, pedell_simulators
from tests.network.conftest import CAPABILITIES


def test_what_interrupts_a_room_says_so():
    disruptive = {name for name, capability in CAPABILITIES.items() if capability.risk >= Risk.DISRUPTIVE}
    assert disruptive == {
        f"network.{verb}"
        for verb in (
            "port_restart", "port_disable", "poe_cycle", "restart_access_point", "set_access_vlan", "restart_device",
        )
    }  # fmt: skip
    assert all(CAPABILITIES[name].effect is not Effect.READ for name in disruptive)


def test_what_is_begun_can_be_completed_with_its_own_parameters():
    for name in ("port_restart", "poe_cycle", "restart_access_point"):
        capability = CAPABILITIES[f"network.{name}"]
        assert capability.recovery.kind is RecoveryKind.COMPLETE
        completing = CAPABILITIES[capability.recovery.capability]
        assert completing.effect is Effect.REPEATABLE
        assert completing.risk is Risk.HARMLESS
        given = capability.params.model_validate({"port": "Gi1/0/5"}).model_dump()
        fields = completing.params.model_fields
        completing.params.model_validate({key: value for key, value in given.items() if key in fields})


@pytest.mark.parametrize("driver", list(pedell_drivers()), ids=lambda driver: driver.id)
def test_drivers_answer_only_what_is_promised(driver):
    assert set(driver.capabilities()) <= set(CAPABILITIES)
    assert {"network.port_status", "network.port_restart", "network.device_info"} <= set(
        driver.capabilities()
    )
    assert driver.supports(Target("1", "x", "switch", driver.id, "10.0.0.1")) == frozenset(
        driver.capabilities()
    )


def test_cisco_answers_everything():
    assert set(CiscoIos.capabilities()) == set(CAPABILITIES)


def test_simulators_are_offered():
    kinds = [simulator.kind for simulator in pedell_simulators()]
    assert len(set(kinds)) == len(kinds)
    assert {"cisco-ios", "hp-procurve", "aruba-aoscx", "snmp-switch", "unifi"} <= set(kinds)


def test_the_plugin_loads_no_ssh():
    heavy = "{'netmiko', 'paramiko', 'asyncssh', 'ntc_templates', 'textfsm', 'pysnmp', 'dulwich'}"
    code = f"import sys, pedell_network.plugin; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout.strip() == "[]"
