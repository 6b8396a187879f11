"""The contract's promises, and the plugin as core sees it."""

from __future__ import annotations

import sys
from subprocess import run

import pytest
from pydantic import ValidationError

from pedell.drivers.api import Effect, RecoveryKind, Risk
from pedell.hooks.plugins import Plugins
from pedell_ipad_mdm import plugin
from pedell_ipad_mdm.contract import CONTRACT, Erase, LostMode
from pedell_ipad_mdm.jamf_pro.driver import JamfPro

BY_NAME = {capability.name: capability for capability in CONTRACT.capabilities}


def test_core_takes_the_plugin() -> None:
    plugins = Plugins(modules={"ipad_mdm": plugin})
    assert [record.error for record in plugins.records] == [""]
    assert plugins.kinds == {"ipad": "ipad"}
    assert set(plugins.drivers) == {"jamf-pro"}
    assert set(plugins.simulators) == {"jamf-pro"}
    assert set(JamfPro.capabilities()) == set(BY_NAME)


def test_what_must_not_be_done_twice_is_once_and_probed() -> None:
    once = {name for name, capability in BY_NAME.items() if capability.effect is Effect.ONCE}
    assert once == {"ipad.restart", "ipad.erase", "ipad.log_out_user"}
    assert all(
        BY_NAME[name].recovery.kind is RecoveryKind.PROBE and BY_NAME[name].batch == 1 for name in once
    )


def test_only_the_erase_is_destructive() -> None:
    assert [name for name, capability in BY_NAME.items() if capability.risk is Risk.DESTRUCTIVE] == [
        "ipad.erase"
    ]
    assert BY_NAME["ipad.device_info"].effect is Effect.READ


def test_both_languages_are_there() -> None:
    for capability in CONTRACT.capabilities:
        assert capability.summary.en != capability.summary.de


@pytest.mark.parametrize("values", [{}, {"message": "  "}, {"footnote": "only this"}])
def test_lost_mode_needs_something_to_show(values: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="message or a phone number"):
        LostMode(**values)


def test_profiles_are_references_never_profiles() -> None:
    with pytest.raises(ValidationError):
        Erase(wifi_profile="<plist>password</plist>")


def test_importing_the_plugin_is_cheap() -> None:
    code = (
        "import sys, pedell_ipad_mdm.plugin as p; list(p.pedell_contracts()); list(p.pedell_drivers());"
        "print([n for n in ('httpx', 'httpcore', 'h11', 'cryptography', 'asyncio') if n in sys.modules])"
    )
    done = run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.strip() == "[]"
