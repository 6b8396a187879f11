"""What waits: for what, since when, until when; by run and reason."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, select

from pedell.safety.waking import APPROVAL, STOP
from pedell.store.tables.control import approval
from pedell.store.tables.inventory import device
from pedell.store.tables.journal import attempt, event, run, task

NAMED = 20
"""Devices of a group that are named; the others are counted."""
GATE = "gate:"


@dataclass
class Waiting:
    """Devices of one run that wait for the same.

    Attributes:
        reason: `device` (it has the command and sleeps, or has not got it yet), `in_doubt` (a person must settle),
            `busy` (another run has the device), `engine` (no engine has taken the run up), or the rule of safety
            that holds it, such as `window` or `approval`, or `controller` (it is asked as often as it bears).
        why: the same in words.
        since: when the first of them began to wait, UTC microseconds. until: when the first of them goes on or
            gives up; none where only a person can tell.
    """

    run: int
    playbook: str
    reason: str
    why: str
    since: int
    until: int | None
    count: int = 0
    devices: list[str] = field(default_factory=list)

    def document(self) -> dict[str, Any]:
        """As `--json` shows it."""
        return {
            "run": self.run, "playbook": self.playbook, "reason": self.reason, "why": self.why, "since": self.since, "until": self.until,
            "count": self.count, "devices": list(self.devices),
        }  # fmt: skip

    def add(self, name: str, since: int, until: int | None) -> None:
        """One device more."""
        self.count += 1
        if len(self.devices) < NAMED:
            self.devices.append(name)
        self.since = min(self.since, since)
        if until is not None:
            self.until = until if self.until is None else min(self.until, until)


def waiting(connection: Connection) -> list[Waiting]:
    """Everything that waits, oldest run first and within it the largest groups first."""
    groups: dict[tuple[int, str, str], Waiting] = {}
    for row in _tasks(connection):
        reason, until = _reason(row)
        why = row.why or row.message or ""
        if reason == "device":
            why = json.loads(row.token)["why"]
        since = row.began or row.started or row.created
        key = (row.run, reason, why)
        if key not in groups:
            groups[key] = Waiting(row.run, row.playbook, reason, why, since, until)
        groups[key].add(row.name, since, until)
    # What was waited for before an attempt began is told by the journal.
    told = [group for group in groups.values() if group.reason not in ("engine", "in_doubt", "device")]
    for run_no in {group.run for group in told}:
        first = _first_waits(connection, run_no)
        for group in told:
            known = [first[name] for name in group.devices if name in first]
            if group.run == run_no and known:
                group.since = min(known)
    return sorted(groups.values(), key=lambda group: (group.run, -group.count, group.reason, group.why))


def _tasks(connection: Connection) -> Iterator[Any]:
    latest = select(approval.c.run, func.max(approval.c.expires).label("expires"))
    asked = latest.where(approval.c.state == "asked").group_by(approval.c.run).subquery()
    query = (
        select(
            task.c.run, task.c.state, task.c.why, task.c.until, task.c.lock_key, task.c.started, device.c.name,
            run.c.playbook, run.c.created, run.c.started.label("run_started"),
            attempt.c.started.label("began"), attempt.c.token, attempt.c.message, attempt.c.state.label("attempt"),
            asked.c.expires,
        )
        .join(run, run.c.no == task.c.run)
        .join(device, device.c.no == task.c.device)
        .outerjoin(attempt, (attempt.c.task == task.c.no) & attempt.c.state.in_(("waiting", "in_doubt")))
        .outerjoin(asked, asked.c.run == task.c.run)
        .where(
            run.c.ended.is_(None),
            task.c.state.in_(("waiting", "blocked", "in_doubt"))
            | (attempt.c.state == "waiting")
            | (task.c.state == "ready") & run.c.started.is_(None),
        )
        .order_by(task.c.run, task.c.no)
    )  # fmt: skip
    yield from connection.execution_options(yield_per=1000).execute(query)


def _reason(row: Any) -> tuple[str, int | None]:
    if row.state == "ready":
        return "engine", None
    if row.state == "in_doubt":
        return "in_doubt", None
    if row.attempt == "waiting":
        return "device", int(json.loads(row.token)["deadline"] * 1_000_000)
    if row.state == "blocked":
        return "busy", None
    rule = row.lock_key.removeprefix(GATE) if row.lock_key.startswith(GATE) else "time"
    if rule == STOP:
        return rule, None
    # Who waits for a person looks again every minute; that is not when the wait is over.
    return rule, row.expires if rule == APPROVAL and row.expires else row.until


def _first_waits(connection: Connection, run_no: int) -> dict[str, int]:
    """When each device of a run last began to wait, by name."""
    begun: dict[str, int] = {}
    query = select(event.c.at, event.c.body).where(event.c.run == run_no, event.c.kind == "task.waiting")
    for item in connection.execution_options(yield_per=1000).execute(query):
        begun[json.loads(item.body).get("device", "")] = item.at
    names: dict[str, int] = {}
    for part in range(0, len(begun), 500):
        ids = list(begun)[part : part + 500]
        for found in connection.execute(select(device.c.id, device.c.name).where(device.c.id.in_(ids))):
            names[found.name] = begun[found.id]
    return names
