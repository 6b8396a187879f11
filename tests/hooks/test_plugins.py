"""Plugins: what they offer, quarantine, observers, the trace."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import EntryPoint
from types import ModuleType
from typing import Any

import pytest

from pedell.drivers.api import (
    Capability,
    Contract,
    Deadline,
    Driver,
    Identity,
    NoParams,
    Nothing,
    implements,
)
from pedell.errors import NotFoundError
from pedell.hooks.api import AttemptInfo, hookimpl
from pedell.hooks.plugins import OBSERVER_BUDGET, Plugins
from pedell.i18n import Text

ATTEMPT = AttemptInfo("run", "device", "lamp.on", "attempt")


def contract(family: str = "lamp") -> Contract:
    return Contract(
        family,
        Text("Lamps", "Lampen"),
        {family: Text("lamp", "Lampe")},
        (Capability(f"{family}.on", Text("on", "an")),),
    )


class LampDriver(Driver):
    """A lamp."""

    id = "toy-lamp"
    title = "Toy lamp"
    kinds = frozenset({"lamp"})

    def connect(self, deadline: Deadline) -> None:
        pass

    def close(self) -> None:
        pass

    def identity(self, deadline: Deadline) -> Identity:
        return Identity()

    @implements("lamp.on")
    def on(self, call: object, params: NoParams) -> Nothing:
        return Nothing()


def plugin(name: str, api: object = 1, **hooks: Any) -> ModuleType:
    """A plugin whose hooks return these values, or are these functions."""
    module = ModuleType(name)
    if api is not None:
        module.PEDELL_API = api  # type: ignore[attr-defined]
    for hook, value in hooks.items():
        function = value if callable(value) else (lambda value=value: value)
        function.__name__ = f"pedell_{hook}"
        setattr(module, f"pedell_{hook}", hookimpl(function))
    return module


def load(**modules: ModuleType) -> Plugins:
    return Plugins(modules=modules)


def quarantined(plugins: Plugins) -> dict[str, str]:
    return {record.name: record.error for record in plugins.records if record.quarantined}


def test_what_a_plugin_offers_is_found_by_name() -> None:
    plugins = load(lamps=plugin("lamps", contracts=[contract()], drivers=[LampDriver]))
    assert quarantined(plugins) == {}
    assert plugins.driver("toy-lamp") is LampDriver
    assert set(plugins.capabilities) == {"lamp.on"}
    assert plugins.kinds == {"lamp": "lamp"}
    assert plugins.records[0].offers["drivers"] == ["toy-lamp"]


def test_a_driver_may_answer_another_plugins_contract_whatever_the_order() -> None:
    plugins = load(a_driver=plugin("a", drivers=[LampDriver]), b_contract=plugin("b", contracts=[contract()]))
    assert quarantined(plugins) == {}


def broken() -> Any:
    raise RuntimeError("broken\nin two lines")


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (plugin("bad", api=2), "PEDELL_API is 2"),
        (plugin("bad", api=None), "PEDELL_API is None"),
        (plugin("bad", contracts=broken), "RuntimeError: broken in two lines"),
        (plugin("bad", contracts=["no contract"]), "not a Contract"),
        (plugin("bad", contracts=[contract()]), "another plugin already"),
        (plugin("bad", drivers=[object]), "not a Driver"),
        (plugin("bad", drivers=[LampDriver]), "another plugin already"),
        (plugin("bad", ticket_systems=[int]), "not a TicketSystem"),
        (plugin("bad", drivers=[type("Other", (LampDriver,), {"id": "other", "glow": implements("lamp.glow")(lambda *_: None)})]), "lamp.glow"),
        (plugin("bad", no_such_hook=[]), "pedell_no_such_hook"),
    ],
)  # fmt: skip
def test_a_bad_plugin_is_quarantined_and_the_others_work(bad: ModuleType, why: str) -> None:
    good = plugin("good", contracts=[contract()], drivers=[LampDriver])
    plugins = load(good=good, zz_bad=bad)
    assert list(quarantined(plugins)) == ["zz_bad"]
    assert why in quarantined(plugins)["zz_bad"]
    assert "\n" not in quarantined(plugins)["zz_bad"]
    assert plugins.driver("toy-lamp") is LampDriver


def test_nothing_of_a_quarantined_plugin_is_used() -> None:
    plugins = load(bad=plugin("bad", contracts=[contract("torch")], drivers=[object]))
    assert plugins.contracts == {}
    assert plugins.capabilities == {}


def test_a_module_that_cannot_be_imported_is_quarantined() -> None:
    points = [EntryPoint("gone", "pedell_no_such_module", "pedell")]
    plugins = Plugins(points=points)
    assert "ModuleNotFoundError" in quarantined(plugins)["gone"]
    with pytest.raises(NotFoundError) as caught:
        plugins.driver("toy-lamp")
    assert "gone" in caught.value.hint


def test_observers_are_told_and_have_no_veto() -> None:
    told: list[str] = []

    def watch(attempt: AttemptInfo) -> None:
        told.append(attempt.capability)

    def object_to(attempt: AttemptInfo) -> None:
        raise RuntimeError("no!")

    plugins = load(
        angry=plugin("angry", before_attempt=object_to), quiet=plugin("quiet", before_attempt=watch)
    )
    for _ in range(2):
        plugins.before_attempt(ATTEMPT)
    assert told == ["lamp.on", "lamp.on"]
    assert quarantined(plugins) == {"angry": "RuntimeError: no!"}


def test_a_slow_observer_is_put_away(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, OBSERVER_BUDGET + 1.0])
    monkeypatch.setattr("pedell.hooks.plugins.time.monotonic", lambda: next(clock))
    calls: list[str] = []

    def watch(attempt: AttemptInfo) -> None:
        calls.append(attempt.attempt)

    plugins = load(slow=plugin("slow", after_attempt=watch))
    plugins.after_attempt(ATTEMPT)
    plugins.after_attempt(ATTEMPT)
    assert calls == ["attempt"]
    assert "took 2.0 s" in quarantined(plugins)["slow"]


def test_hook_calls_are_traced_on_request(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PEDELL_TRACE_HOOKS", "1")
    load(lamps=plugin("lamps", contracts=[contract()]))
    shown = capsys.readouterr().err
    assert "hook pedell_contracts() -> ['lamps']" in shown
    assert "hook pedell_contracts = " in shown


PROBE = """
import sys
from pedell.hooks.plugins import Plugins
plugins = Plugins()
print(*[record.error for record in plugins.records if record.quarantined])
print(*sorted({"netmiko", "paramiko", "asyncssh", "fastapi", "rich", "apscheduler", "serial"} & set(sys.modules)))
"""


def test_the_shipped_plugins_are_well_and_load_nothing_heavy() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROBE], capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout.split() == []


class WithoutKinds(LampDriver):
    """Forgot its kinds."""

    id = "without-kinds"
    kinds = frozenset()


class WithoutClose(Driver):
    """Forgot two methods."""

    id = "without-close"
    title = "x"
    kinds = frozenset({"lamp"})

    def connect(self, deadline: Deadline) -> None:
        pass


class WithoutCall(LampDriver):
    """Forgot the call."""

    id = "without-call"

    @implements("lamp.on")
    def on(self, params: NoParams) -> Nothing:  # type: ignore[override]
        return Nothing()


class WantsMore(LampDriver):
    """Wants what nobody gives."""

    id = "wants-more"

    @implements("lamp.on")
    def on(self, call: object, params: NoParams, brightness: int) -> Nothing:  # type: ignore[override]
        return Nothing()


class OddButGood(LampDriver):
    """Takes more than is needed, and whatever comes."""

    id = "odd-but-good"

    @implements("lamp.on")
    def on(self, *all_of_it: object, quickly: bool = False) -> Nothing:  # type: ignore[override]
        return Nothing()


@pytest.mark.parametrize(
    ("driver", "error"),
    [
        (WithoutKinds, "driver WithoutKinds needs kinds, a frozenset that is not empty"),
        (WithoutClose, "driver without-close lacks close, identity"),
        (WithoutCall, "driver without-call: on, which answers lamp.on, must take (self, call, params)"),
        (WantsMore, "driver wants-more: on, which answers lamp.on, must take (self, call, params)"),
    ],
)
def test_a_driver_that_could_not_be_used_is_told_when_it_is_loaded(driver: type[Driver], error: str) -> None:
    plugins = load(lamps=plugin("lamps", contracts=[contract()]), bad=plugin("bad", drivers=[driver]))
    assert error in quarantined(plugins)["bad"]
    assert list(plugins.drivers) == []


def test_a_method_may_take_more_than_it_is_given() -> None:
    assert quarantined(load(lamps=plugin("lamps", contracts=[contract()], drivers=[OddButGood]))) == {}


def test_a_kind_belongs_to_one_family() -> None:
    other = Contract(
        "bulb",
        Text("Bulbs", "Birnen"),
        {"lamp": Text("lamp", "Lampe")},
        (Capability("bulb.on", Text("on", "an")),),
    )
    plugins = load(lamps=plugin("lamps", contracts=[contract()]), other=plugin("other", contracts=[other]))
    assert "kind lamp belongs to another family already" in quarantined(plugins)["other"]
    assert plugins.kinds == {"lamp": "lamp"}


def test_a_second_plugin_of_the_same_name_does_not_harm_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(
        sys.modules, "toy_first", plugin("toy_first", contracts=[contract()], drivers=[LampDriver])
    )
    monkeypatch.setitem(sys.modules, "toy_second", plugin("toy_second"))
    plugins = Plugins([EntryPoint("toy", f"toy_{which}", "pedell") for which in ("first", "second")])
    assert [record.error for record in plugins.records] == [
        "",
        "ValueError: another plugin is called toy already",
    ]
    assert list(plugins.drivers) == ["toy-lamp"]


def test_a_module_that_ends_the_program_is_quarantined(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "toy_script_that_exits.py").write_text("import sys\nsys.exit('usage: toy FILE')\n")
    monkeypatch.syspath_prepend(tmp_path)
    plugins = Plugins([EntryPoint("toy", "toy_script_that_exits", "pedell")])
    assert quarantined(plugins) == {"toy": "SystemExit: usage: toy FILE"}
