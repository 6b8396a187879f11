"""Safety, as people handle it: approvals, holds, breakers, the stop switch."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from pedell.errors import NotFoundError, UsageError
from pedell.i18n import t
from pedell.inventory.repository import Inventory
from pedell.journal.people import know, names
from pedell.model.actor import Actor
from pedell.safety import approvals, breakers, holds, stop
from pedell.safety.approvals import Approval
from pedell.safety.holds import Hold
from pedell.safety.stop import Stopped
from pedell.safety.until import until as read_until
from pedell.service.base import Surroundings
from pedell.store.tables.control import breaker
from pedell.store.tables.inventory import device, site
from pedell.store.tables.journal import run, task

SHOWN = 50


@dataclass(frozen=True)
class Wanted:
    """An approval with what it is about.

    Attributes:
        reason: why the run was asked for.
        irreversible: what it destroys.
        capabilities: everything it may do, with risk.
        sites: how many devices of each.
        devices: names of the first of them. people: names of who asked and who decided, by id.
    """

    approval: Approval
    playbook: str
    selector: str
    reason: str
    inputs: Mapping[str, Any]
    irreversible: Sequence[str]
    capabilities: Mapping[str, str]
    count: int
    sites: Mapping[str, int]
    devices: Sequence[str]
    people: Mapping[str, str]

    def name(self, who: str) -> str:
        """Whoever has this id, as people know them."""
        return self.people.get(who, who)

    def document(self) -> dict[str, Any]:
        """As `--json` shows it."""
        known = self.approval
        fields = (
            "id",
            "no",
            "run",
            "envelope",
            "asked_by",
            "asked",
            "expires",
            "decided_by",
            "verified_by",
            "decided",
        )
        return {
            **{name: getattr(known, name) for name in fields},
            "asked_by_name": self.people.get(known.asked_by, ""), "decided_by_name": self.people.get(known.decided_by, ""),
            "state": known.standing, "weak": known.weak, "why": known.reason,
            "playbook": self.playbook, "selector": self.selector, "reason": self.reason, "inputs": dict(self.inputs),
            "irreversible": list(self.irreversible), "capabilities": dict(self.capabilities), "count": self.count,
            "sites": dict(self.sites), "devices": list(self.devices),
        }  # fmt: skip


@dataclass(frozen=True)
class BreakerRow:
    """A breaker as the store has it; `since` in UTC microseconds."""

    key: str
    state: str
    failures: int
    since: int
    reason: str


class SafetyService:
    """Everything people may ask of safety."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around

    @cached_property
    def _inventory(self) -> Inventory:
        return Inventory(self._around.store, lambda: self._around.plugins)

    # Approvals ----------------------------------------------------------------------------------------

    def approvals(self, *, everything: bool = False) -> Sequence[Wanted]:
        """What waits for a second person, newest first."""
        with self._around.store.reading() as connection:
            return [_wanted(connection, one) for one in approvals.find(connection, everything=everything)]

    def approval(self, number: int) -> Wanted:
        """One approval; raises NotFoundError."""
        with self._around.store.reading() as connection:
            found = approvals.find(connection, number=number)
            if not found:
                raise NotFoundError(
                    t("there is no approval {number}", number=number), hint=t("see 'pedell approvals list'")
                )
            return _wanted(connection, found[0])

    def grant(self, number: int, who: Actor, reason: str = "") -> Approval:
        """Approve; raises NotFoundError, ConflictError, RefusedError where it is no second person."""
        return self._decide(number, who, reason, granted=True)

    def refuse(self, number: int, who: Actor, reason: str) -> Approval:
        """Refuse; whoever asked may, too. Raises NotFoundError, ConflictError, UsageError without a reason."""
        _needed(reason)
        return self._decide(number, who, reason, granted=False)

    def _decide(self, number: int, who: Actor, reason: str, *, granted: bool) -> Approval:
        with self._around.store.writing() as connection:
            know(connection, who)
            return approvals.decide(connection, number, who, reason, granted=granted)

    # Holds --------------------------------------------------------------------------------------------

    def hold(self, selector: str, until: str, who: Actor, reason: str) -> tuple[Hold, int]:
        """Leave devices alone until a time, or for good where that is empty; returns the hold and how many devices.

        Raises SelectorError, and UsageError where no device is meant, the time is not understood, or no reason given.
        """
        _needed(reason)
        zone = ZoneInfo(self._around.settings.timezone)
        moment = read_until(until, zone, datetime.now(UTC)) if until else None
        with self._around.store.writing() as connection:
            count = len(self._inventory.resolve(connection, selector))
            if not count:
                raise UsageError(t("no device matches {selector}", selector=selector))
            know(connection, who)
            micros = int(moment.timestamp() * 1_000_000) if moment else None
            return holds.add(connection, selector, micros, who, reason), count

    def holds(self, *, everything: bool = False) -> Sequence[Hold]:
        """Holds, oldest first."""
        with self._around.store.reading() as connection:
            return holds.find(connection, everything=everything)

    def people(self) -> Mapping[str, str]:
        """Names of those who have asked for something, by id."""
        with self._around.store.reading() as connection:
            return names(connection)

    def release(self, number: int, who: Actor, reason: str = "") -> Hold:
        """End a hold; raises NotFoundError, ConflictError."""
        with self._around.store.writing() as connection:
            know(connection, who)
            return holds.release(connection, number, who, reason)

    # Stop switch --------------------------------------------------------------------------------------

    def stop(self, who: Actor, reason: str) -> Stopped:
        """No new effect begins, anywhere; raises UsageError without a reason."""
        _needed(reason)
        with self._around.store.writing() as connection:
            know(connection, who)
            return stop.set_stop(connection, who, reason, on=True)

    def go(self, who: Actor, reason: str = "") -> bool:
        """Effects may begin again; False where they might all along."""
        with self._around.store.writing() as connection:
            was = stop.stopped(connection).on
            know(connection, who)
            stop.set_stop(connection, who, reason, on=False)
        return was

    def stopped(self) -> Stopped:
        """Where the stop switch stands."""
        with self._around.store.reading() as connection:
            return stop.stopped(connection)

    # Breakers -----------------------------------------------------------------------------------------

    def breakers(self, *, everything: bool = False) -> Sequence[BreakerRow]:
        """Breakers that are not closed, or all that ever opened."""
        query = select(breaker).order_by(breaker.c.key)
        if not everything:
            query = query.where(breaker.c.state != "closed")
        with self._around.store.reading() as connection:
            return [
                BreakerRow(row.key, row.state, row.failures, row.since, row.reason)
                for row in connection.execute(query)
            ]

    def reset(self, key: str, who: Actor, reason: str = "") -> None:
        """Trust a group of devices again; raises NotFoundError."""
        with self._around.store.writing() as connection:
            know(connection, who)
            if not breakers.reset(connection, key, who, reason):
                raise NotFoundError(
                    t("no breaker {key} is open", key=key[:100]), hint=t("see 'pedell breakers list'")
                )


def _needed(reason: str) -> None:
    if not reason.strip():
        raise UsageError(t("this needs a reason"), hint="--reason")


def _wanted(connection: Connection, known: Approval) -> Wanted:
    row = connection.execute(
        select(run.c.playbook, run.c.selector, run.c.reason, run.c.inputs, run.c.envelope).where(run.c.no == known.run)
    ).one()  # fmt: skip
    body = json.loads(row.envelope)
    planned = (task.c.run == known.run, task.c.shard > 0)
    where = (
        select(site.c.slug, func.count())
        .select_from(task)
        .join(device, device.c.no == task.c.device)
        .join(site)
    )
    sites = {row[0]: row[1] for row in connection.execute(where.where(*planned).group_by(site.c.slug))}
    first = connection.execute(
        select(device.c.name).join(task, task.c.device == device.c.no).where(*planned).order_by(device.c.name).limit(SHOWN)
    ).scalars()  # fmt: skip
    risks = {name: item["risk"] for name, item in body["capabilities"].items()}
    return Wanted(
        known, row.playbook, row.selector, row.reason, json.loads(row.inputs),
        [name for name, risk in risks.items() if risk == "destructive"], risks, body["count"], dict(sorted(sites.items())), list(first),
        names(connection),
    )  # fmt: skip
