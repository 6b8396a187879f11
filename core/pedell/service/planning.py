"""What a run would do: devices, steps, risk, what cannot be done, what will be refused.

A plan reads the inventory and asks drivers' classes what they support; it touches no device.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, func, select

from pedell.drivers.api import Capability, Effect, Risk, Target
from pedell.errors import ExpressionError, UsageError
from pedell.hooks.plugins import Plugins
from pedell.i18n import t
from pedell.inventory.repository import Inventory
from pedell.inventory.rows import DeviceFacts
from pedell.playbooks.batches import split
from pedell.playbooks.expressions import Expressions
from pedell.playbooks.load import LoadedPlaybook
from pedell.playbooks.model import AnyStep, Block, Do, Pause, Play
from pedell.store.tables.journal import run, task

CHUNK = 2000
SAMPLE = 200


@dataclass(frozen=True)
class Wish:
    """A capability that steps may call: `sure` where nothing makes it conditional."""

    capability: str
    sure: bool
    when: tuple[str, ...] = ()
    """Conditions that may be told from the device alone."""
    linked: str = ""
    """Kind of link, where it is called on another device."""


@dataclass(frozen=True)
class Unable:
    """A device that cannot be served, and why."""

    device: DeviceFacts
    capability: str


@dataclass
class Plan:
    """What a run would do.

    Attributes:
        devices: those that will be worked on.
        unable: those that cannot, each with the capability that is missing.
        left_out: how many more the selector means that the playbook is not for.
        risk: the worst that may happen.
        irreversible: capabilities that destroy something; each needs a second person.
        seconds: how long such a run took per device lately; 0 where that is not known.
    """

    book: LoadedPlaybook
    parts: Mapping[str, LoadedPlaybook]
    inputs: Mapping[str, Any]
    selector: str
    devices: list[DeviceFacts]
    unable: list[Unable]
    left_out: int
    risk: Risk
    capabilities: Mapping[str, Capability]
    irreversible: tuple[str, ...]
    asks: bool = False
    """Whether a step waits for a second person, whatever else happens."""
    seconds: float = 0.0
    sites: Counter[str] = field(default_factory=Counter)

    @property
    def minutes(self) -> float:
        """Expected minutes; 0 where not known."""
        at_once = max(1, min(self.book.playbook.strategy.at_once, len(self.devices)))
        return self.seconds * len(self.devices) / at_once / 60

    @cached_property
    def batches(self) -> list[list[DeviceFacts]]:
        """The devices in the batches that the strategy makes of them; one where it makes none."""
        return split(self.book.playbook.strategy.batches, self.devices, lane)

    @property
    def needs_approval(self) -> bool:
        """Whether a second person has to agree."""
        return self.asks or bool(self.irreversible)

    def envelope(self) -> dict[str, Any]:
        """What is asked for and what an approval would cover: anything outside it is refused."""
        devices = hashlib.sha256("\n".join(sorted(device.id for device in self.devices)).encode()).hexdigest()
        retired = sorted(device.id for device in self.devices if device.state == "retired")
        return {
            "playbook": self.book.hash,
            "parts": {name: part.hash for name, part in sorted(self.parts.items())},
            "inputs": dict(self.inputs),
            "devices": devices,
            "count": len(self.devices),
            "capabilities": {
                name: {"effect": str(capability.effect), "risk": str(capability.risk)}
                for name, capability in sorted(self.capabilities.items())
            },
            # Who is retired later on is left alone; these were meant all the same.
            **({"retired": retired} if retired else {}),
        }


def lane(device: DeviceFacts) -> str:
    """What its tasks are worked on together with: those of its controller, else of its site."""
    return f"controller:{device.controller}" if device.controller else f"site:{device.site}"


def wishes(
    steps: Sequence[AnyStep], parts: Mapping[str, LoadedPlaybook], expressions: Expressions
) -> list[Wish]:
    """Every capability that the steps may call."""
    return list(_walk(steps, parts, expressions, sure=True, when=(), depth=0))


def _walk(
    steps: Iterable[AnyStep],
    parts: Mapping[str, LoadedPlaybook],
    expressions: Expressions,
    *,
    sure: bool,
    when: tuple[str, ...],
    depth: int,
) -> Iterator[Wish]:
    for step in steps:
        here, conditions = sure, when
        if step.when is not None:
            if _static(step.when, expressions):
                conditions = (*when, step.when)
            else:
                here = False
        if isinstance(step, Do):
            certain = here and not step.optional and step.for_each is None
            yield Wish(step.do, certain, conditions, step.on.link if step.on else "")
        elif isinstance(step, Block):
            inside = here and not step.rescue and step.for_each is None
            yield from _walk(step.block, parts, expressions, sure=inside, when=conditions, depth=depth)
            yield from _walk(step.rescue, parts, expressions, sure=False, when=conditions, depth=depth)
            yield from _walk(step.always, parts, expressions, sure=here, when=conditions, depth=depth)
        elif isinstance(step, Play) and depth < 8:
            # Conditions inside read the sub-playbook's own inputs: they are not told from here.
            yield from _walk(
                parts[step.play].playbook.steps,
                parts,
                expressions,
                sure=False,
                when=conditions,
                depth=depth + 1,
            )


def _asks(steps: Iterable[AnyStep]) -> bool:
    return any(
        (isinstance(step, Pause) and step.wait == "approval")
        or (isinstance(step, Block) and _asks((*step.block, *step.rescue, *step.always)))
        for step in steps
    )


def _static(source: str, expressions: Expressions) -> bool:
    checked = expressions.check(source)
    names = {path[0] for path in checked.paths | checked.asked}
    return not checked.problems and names <= {"device", "inputs", "links"}


class Planner:
    """Makes plans; all reading happens in the caller's transaction."""

    def __init__(self, inventory: Inventory, plugins: Plugins, expressions: Expressions) -> None:
        self._inventory = inventory
        self._plugins = plugins
        self._expressions = expressions

    def plan(
        self, connection: Connection, book: LoadedPlaybook, parts: Mapping[str, LoadedPlaybook], inputs: Mapping[str, Any], selector: str,
        numbers: Sequence[int] | None = None,
    ) -> Plan:  # fmt: skip
        """Plan a run; raises UsageError where it would serve no device."""
        wanted = list(numbers) if numbers is not None else self._inventory.resolve(connection, selector)
        facts = self._inventory.facts(connection, wanted)
        chosen = self._meant(connection, book, facts)
        if not chosen:
            raise self._nobody(book, selector, facts)
        needed = wishes(book.playbook.steps, parts, self._expressions)
        unknown = sorted({wish.capability for wish in needed} - set(self._plugins.capabilities))
        if unknown:
            raise UsageError(
                t("no plugin knows {names}", names=", ".join(unknown)),
                hint=t("see 'pedell plugins' and 'pedell playbooks lint'"),
            )
        able, unable, used = self._judge(connection, chosen, needed, inputs)
        if not able:
            first = unable[0]
            raise UsageError(
                t("no device of {count} can do it: {name} lacks {capability}", count=len(unable), name=first.device.name,
                  capability=first.capability),
                hint=t("see 'pedell devices show {name}'", name=first.device.name),
            )  # fmt: skip
        capabilities = {name: self._plugins.capabilities[name] for name in sorted(used)}
        risk = max((capability.risk for capability in capabilities.values()), default=Risk.HARMLESS)
        plan = Plan(
            book, parts, inputs, selector, able, unable, len(facts) - len(chosen), risk, capabilities,
            tuple(name for name, capability in capabilities.items() if capability.risk is Risk.DESTRUCTIVE),
        )  # fmt: skip
        plan.asks = any(_asks(text.playbook.steps) for text in (book, *parts.values()))
        plan.sites.update(device.site for device in able)
        plan.seconds = self._lately(connection, book.id)
        return plan

    def _meant(
        self, connection: Connection, book: LoadedPlaybook, facts: list[DeviceFacts]
    ) -> list[DeviceFacts]:
        targets = book.playbook.targets
        kinds = set(targets.kind)
        chosen = [device for device in facts if not kinds or device.kind in kinds]
        if targets.select:
            also = set(self._inventory.resolve(connection, targets.select))
            chosen = [device for device in chosen if device.no in also]
        return chosen

    def _nobody(self, book: LoadedPlaybook, selector: str, facts: list[DeviceFacts]) -> UsageError:
        if not facts:
            return UsageError(
                t("no device matches {selector}", selector=selector),
                hint=t("try 'pedell devices list {selector}'", selector=selector),
            )
        kinds = ", ".join(sorted({device.kind for device in facts}))
        wanted = ", ".join(book.playbook.targets.kind) or book.playbook.targets.select
        return UsageError(
            t(
                "{playbook} is for {wanted}; the selector means {kinds}",
                playbook=book.id,
                wanted=wanted,
                kinds=kinds,
            )
        )

    def _judge(
        self,
        connection: Connection,
        devices: list[DeviceFacts],
        needed: list[Wish],
        inputs: Mapping[str, Any],
    ) -> tuple[list[DeviceFacts], list[Unable], set[str]]:
        """Who can do what is sure to be asked; devices alike are judged once."""
        able: list[DeviceFacts] = []
        unable: list[Unable] = []
        used: set[str] = set()
        seen: dict[tuple[Any, ...], str] = {}
        conditional = any(wish.when for wish in needed)
        for start in range(0, len(devices), CHUNK):
            part = devices[start : start + CHUNK]
            targets = self._inventory.targets(connection, [device.no for device in part])
            for device in part:
                own = targets[device.no]
                alike: tuple[Any, ...] = (
                    device.kind, device.model,
                    *((target.driver, json.dumps(target.options, sort_keys=True, default=str)) for target in own),
                )  # fmt: skip
                if conditional:
                    alike = (*alike, device.site, device.room)
                if alike not in seen:
                    seen[alike] = self._missing(own, needed, inputs, used)
                missing = seen[alike]
                if missing:
                    unable.append(Unable(device, missing))
                else:
                    able.append(device)
        return able, unable, used

    def _missing(
        self, targets: tuple[Target, ...], needed: list[Wish], inputs: Mapping[str, Any], used: set[str]
    ) -> str:
        can: set[str] = set()
        for target in targets:
            driver = self._plugins.drivers.get(target.driver)
            if driver is not None:
                can |= driver.supports(target)
        names = {"inputs": dict(inputs), "links": {}, "device": targets[0].facts()}
        missing = ""
        for wish in needed:
            if not all(self._holds(condition, names) for condition in wish.when):
                continue
            if wish.linked or wish.capability in can:
                used.add(wish.capability)
            elif wish.sure and not missing:
                missing = wish.capability
        return missing

    def _holds(self, condition: str, names: Mapping[str, Any]) -> bool:
        try:
            return self._expressions.truth(condition, names)
        except ExpressionError:
            return True  # what cannot be told now is told when the step comes

    def _lately(self, connection: Connection, playbook: str) -> float:
        last = (
            select(task.c.seconds)
            .join(run, run.c.no == task.c.run)
            .where(run.c.playbook == playbook, task.c.state == "done")
            .order_by(task.c.no.desc())
            .limit(SAMPLE)
            .subquery()
        )
        return float(connection.execute(select(func.avg(last.c.seconds))).scalar() or 0.0)


def effects(plan: Plan) -> list[Capability]:
    """The capabilities of a plan that change something, worst first."""
    found = [capability for capability in plan.capabilities.values() if capability.effect is not Effect.READ]
    return sorted(found, key=lambda capability: (-capability.risk, capability.name))
