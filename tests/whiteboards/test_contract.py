from __future__ import annotations

import pytest

from pedell.drivers.api import Effect, Nothing, RecoveryKind, Risk
from pedell.hooks.plugins import Plugins
from pedell_whiteboards import plugin
from pedell_whiteboards.contract import CONTRACT
from pedell_whiteboards.model import DeviceInfo, Status
from tests.whiteboards.displays import CAPABILITIES


def test_reads_tell_and_effects_do():
    for capability in CONTRACT.capabilities:
        reads = capability.effect is Effect.READ
        assert (capability.result is not Nothing) == reads
        assert capability.summary.en != capability.summary.de
    assert CAPABILITIES["display.status"].result is Status
    assert CAPABILITIES["display.device_info"].result is DeviceInfo


def test_what_must_not_go_wrong():
    reset = CAPABILITIES["display.factory_reset"]
    assert (reset.effect, reset.risk) == (Effect.ONCE, Risk.DESTRUCTIVE)
    assert reset.recovery.kind is RecoveryKind.ASK
    restart = CAPABILITIES["display.restart"]
    assert (restart.recovery.kind, restart.recovery.capability) == (RecoveryKind.COMPLETE, "display.power_on")
    assert CAPABILITIES["display.power_on"].risk is Risk.HARMLESS
    assert CAPABILITIES["display.power_on"].params is restart.params
    once = [c.name for c in CONTRACT.capabilities if c.effect is Effect.ONCE or c.risk is Risk.DESTRUCTIVE]
    assert once == ["display.factory_reset"]


def test_there_are_no_toggles():
    assert not [name for name in CAPABILITIES if "toggle" in name]
    for off, on in [("mute", "unmute"), ("blank", "unblank"), ("freeze", "unfreeze")]:
        assert {f"display.{off}", f"display.{on}"} <= set(CAPABILITIES)


def test_the_plugin_is_taken():
    plugins = Plugins((), {"whiteboards": plugin})
    assert not [record.error for record in plugins.records if record.error]
    assert {"pjlink", "samsung-mdc"} <= set(plugins.drivers) & set(plugins.simulators)
    assert plugins.kinds == {"whiteboard": "display", "projector": "display"}


@pytest.mark.parametrize("driver", ["pjlink", "samsung-mdc"])
def test_drivers_serve_both_kinds_and_the_playbook(driver):
    plugins = Plugins((), {"whiteboards": plugin})
    chosen = plugins.driver(driver)
    assert chosen.kinds == {"whiteboard", "projector"}
    needed = {"display.status", "display.restart", "display.select_input", "display.power_on"}
    assert needed <= set(chosen.capabilities())
