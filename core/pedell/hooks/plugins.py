"""The typed façade around pluggy: nobody else calls it.

A plugin that cannot be imported, says another API or breaks a contract is quarantined: named with its error
in `pedell plugins`, and everything else works.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import pluggy

from pedell.drivers.api import API_VERSION
from pedell.drivers.capability import Capability, Contract
from pedell.drivers.driver import Driver
from pedell.errors import NotFoundError
from pedell.hooks.checked import check_driver
from pedell.hooks.observed import AttemptInfo, RunInfo, TicketInfo
from pedell.hooks.specs import Observers, Offers
from pedell.i18n import t
from pedell.lab.simulator import Simulator
from pedell.notify.notifier import Notifier
from pedell.tickets.adapter import TicketSystem

GROUP = "pedell"
OBSERVER_BUDGET = 1.0
T = TypeVar("T")


@dataclass
class PluginRecord:
    """One plugin as `pedell plugins` shows it; `error` is set where it is quarantined."""

    name: str
    module: str
    distribution: str = ""
    version: str = ""
    error: str = ""
    offers: dict[str, list[str]] = field(default_factory=dict)

    @property
    def quarantined(self) -> bool:
        """Whether nothing of it is used."""
        return bool(self.error)


def _one_line(error: BaseException) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:500]


class Plugins:
    """All plugins of this process and what they offer, by name."""

    def __init__(
        self, points: Iterable[EntryPoint] | None = None, modules: Mapping[str, ModuleType] | None = None
    ) -> None:
        self._manager = pluggy.PluginManager("pedell")
        self._manager.add_hookspecs(Offers)
        self._manager.add_hookspecs(Observers)
        self.records: list[PluginRecord] = []
        self._contracts: dict[str, Contract] = {}
        self._capabilities: dict[str, Capability] = {}
        self._drivers: dict[str, type[Driver]] = {}
        self._systems: dict[str, type[TicketSystem]] = {}
        self._folders: list[Path] = []
        found = sorted(
            entry_points(group=GROUP) if points is None and modules is None else points or (),
            key=lambda p: p.name,
        )
        loaded: list[tuple[PluginRecord, ModuleType]] = []
        for point in found:
            record = PluginRecord(point.name, point.value)
            if point.dist is not None:
                record.distribution, record.version = point.dist.name, point.dist.version
            self._load(record, lambda value=point.value: import_module(value), loaded)  # type: ignore[misc]
        for name, module in (modules or {}).items():
            self._load(PluginRecord(name, module.__name__), lambda module=module: module, loaded)  # type: ignore[misc]
        if os.environ.get("PEDELL_TRACE_HOOKS") == "1":
            self._manager.add_hookcall_monitoring(_trace_before, _trace_after)
        # Contracts first: a driver may answer capabilities of another plugin's family.
        for record, module in loaded:
            self._guarded(record, module, self._take_contracts)
        for record, module in loaded:
            self._guarded(record, module, self._take_rest)

    def _load(
        self,
        record: PluginRecord,
        get: Callable[[], ModuleType],
        loaded: list[tuple[PluginRecord, ModuleType]],
    ) -> None:
        self.records.append(record)
        module = None
        try:
            if self._manager.has_plugin(record.name):
                raise ValueError(f"another plugin is called {record.name} already")
            module = get()
            api = getattr(module, "PEDELL_API", None)
            if api != API_VERSION:
                raise TypeError(f"PEDELL_API is {api!r}, this Pedell speaks {API_VERSION}")
            self._manager.register(module, record.name)
            self._manager.check_pending()
        except (Exception, SystemExit) as error:  # a script that is taken for a plugin ends by itself
            record.error = _one_line(error)
            if module is not None and self._manager.is_registered(module):
                self._manager.unregister(module)
            return
        loaded.append((record, module))

    def _guarded(
        self, record: PluginRecord, module: ModuleType, take: Callable[[PluginRecord, ModuleType], None]
    ) -> None:
        if record.error:
            return
        try:
            take(record, module)
        except Exception as error:
            record.error = _one_line(error)
            self._manager.unregister(name=record.name)
            self._forget(record)

    def _forget(self, record: PluginRecord) -> None:
        for family in record.offers.get("contracts", ()):
            contract = self._contracts.pop(family, None)
            for capability in contract.capabilities if contract else ():
                self._capabilities.pop(capability.name, None)
        for driver in record.offers.get("drivers", ()):
            self._drivers.pop(driver, None)
        for system in record.offers.get("ticket_systems", ()):
            self._systems.pop(system, None)
        record.offers.clear()

    def _ask(self, record: PluginRecord, hook: str) -> list[Any]:
        """Call one hook of one plugin through pluggy, so that the trace shows it."""
        others = [plugin for name, plugin in self._manager.list_name_plugin() if name != record.name]
        caller = self._manager.subset_hook_caller(hook, others)
        return [item for items in caller() if items is not None for item in items]

    def _take_contracts(self, record: PluginRecord, module: ModuleType) -> None:
        del module
        taken = record.offers.setdefault("contracts", [])
        for contract in self._ask(record, "pedell_contracts"):
            if not isinstance(contract, Contract):
                raise TypeError(f"pedell_contracts offers {contract!r}, not a Contract")
            if contract.family in self._contracts:
                raise ValueError(f"family {contract.family} is offered by another plugin already")
            if known := sorted(set(contract.kinds) & set(self.kinds)):
                raise ValueError(f"kind {', '.join(known)} belongs to another family already")
            self._contracts[contract.family] = contract
            taken.append(contract.family)
            for capability in contract.capabilities:
                self._capabilities[capability.name] = capability

    def _take_rest(self, record: PluginRecord, module: ModuleType) -> None:
        del module
        taken = record.offers.setdefault("drivers", [])
        for driver in self._ask(record, "pedell_drivers"):
            if not (isinstance(driver, type) and issubclass(driver, Driver)):
                raise TypeError(f"pedell_drivers offers {driver!r}, not a Driver")
            check_driver(driver)
            if driver.id in self._drivers:
                raise ValueError(f"driver {driver.id} is offered by another plugin already")
            unknown = sorted(set(driver.capabilities()) - set(self._capabilities))
            if unknown:
                raise ValueError(f"driver {driver.id} answers {', '.join(unknown)}, which no contract has")
            self._drivers[driver.id] = driver
            taken.append(driver.id)
        taken = record.offers.setdefault("ticket_systems", [])
        for system in self._ask(record, "pedell_ticket_systems"):
            if not (isinstance(system, type) and issubclass(system, TicketSystem)):
                raise TypeError(f"pedell_ticket_systems offers {system!r}, not a TicketSystem")
            if system.id in self._systems:
                raise ValueError(f"ticket system {system.id} is offered by another plugin already")
            self._systems[system.id] = system
            taken.append(system.id)
        folders = [Path(folder) for folder in self._ask(record, "pedell_playbook_folders")]
        self._folders.extend(folders)
        record.offers["playbook_folders"] = [str(folder) for folder in folders]

    @property
    def contracts(self) -> Mapping[str, Contract]:
        """Families by name."""
        return self._contracts

    @property
    def capabilities(self) -> Mapping[str, Capability]:
        """Capabilities by full name."""
        return self._capabilities

    @property
    def drivers(self) -> Mapping[str, type[Driver]]:
        """Drivers by id."""
        return self._drivers

    @property
    def ticket_systems(self) -> Mapping[str, type[TicketSystem]]:
        """Adapters by id."""
        return self._systems

    @property
    def playbook_folders(self) -> tuple[Path, ...]:
        """Folders of playbooks, in the plugins' order."""
        return tuple(self._folders)

    @cached_property
    def simulators(self) -> Mapping[str, type[Simulator]]:
        """Simulators by id; asked for only here, since they import what `pedell[lab]` brings."""
        return {
            simulator.kind: simulator
            for items in self._manager.hook.pedell_simulators()
            for simulator in items
        }

    @cached_property
    def notifiers(self) -> Mapping[str, type[Notifier]]:
        """Notifiers by id; asked for only here, since most commands need none. The first plugin that offers an id has it."""
        found: dict[str, type[Notifier]] = {}
        for record in self.records:
            for offered in [] if record.quarantined else self._ask(record, "pedell_notifiers"):
                found.setdefault(offered.id, offered)
        return found

    @property
    def kinds(self) -> Mapping[str, str]:
        """Kinds of device and the family that owns each."""
        return {kind: contract.family for contract in self._contracts.values() for kind in contract.kinds}

    def driver(self, name: str) -> type[Driver]:
        """The driver named; NotFoundError where there is none, with the quarantined plugins as a hint."""
        try:
            return self._drivers[name]
        except KeyError:
            bad = ", ".join(record.name for record in self.records if record.quarantined)
            hint = (
                t("quarantined plugins: {names}; see 'pedell plugins'", names=bad)
                if bad
                else t("see 'pedell plugins'")
            )
            raise NotFoundError(t("there is no driver {name}", name=name), hint=hint) from None

    def before_attempt(self, attempt: AttemptInfo) -> None:
        """Tell observers."""
        self._observe("pedell_before_attempt", attempt=attempt)

    def after_attempt(self, attempt: AttemptInfo) -> None:
        """Tell observers."""
        self._observe("pedell_after_attempt", attempt=attempt)

    def run_finished(self, run: RunInfo) -> None:
        """Tell observers."""
        self._observe("pedell_run_finished", run=run)

    def ticket_received(self, ticket: TicketInfo) -> None:
        """Tell observers."""
        self._observe("pedell_ticket_received", ticket=ticket)

    def _observe(self, hook: str, **values: object) -> None:
        caller = getattr(self._manager.hook, hook)
        if not caller.get_hookimpls():
            return
        for impl in list(caller.get_hookimpls()):
            started = time.monotonic()
            others = [plugin for _, plugin in self._manager.list_name_plugin() if plugin is not impl.plugin]
            try:
                self._manager.subset_hook_caller(hook, others)(**values)
                spent = time.monotonic() - started
                error = (
                    ""
                    if spent <= OBSERVER_BUDGET
                    else f"{hook} took {spent:.1f} s, allowed is {OBSERVER_BUDGET:.0f} s"
                )
            except Exception as failure:
                error = _one_line(failure)
            if error:
                # An observer has no veto: it is put away and the run goes on.
                record = next(r for r in self.records if r.name == impl.plugin_name)
                record.error = error
                self._manager.unregister(name=impl.plugin_name)


def _trace_before(hook: str, impls: object, values: Mapping[str, object]) -> None:
    names = [impl.plugin_name for impl in impls]  # type: ignore[attr-defined]
    print(f"hook {hook}({', '.join(sorted(values))}) -> {names}", file=sys.stderr)


def _trace_after(outcome: object, hook: str, impls: object, values: Mapping[str, object]) -> None:
    del impls, values
    print(f"hook {hook} = {getattr(outcome, '_result', outcome)!r}"[:400], file=sys.stderr)
