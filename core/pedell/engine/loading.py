"""Reads runs and tasks from the store into memory."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from pedell.drivers.api import Target
from pedell.engine.active import ActiveRun
from pedell.engine.context import Attempt, RunFacts, TaskItem
from pedell.errors import NotFoundError, PlaybookError
from pedell.i18n import t
from pedell.inventory.repository import Inventory
from pedell.inventory.rows import DeviceLink
from pedell.journal import installation
from pedell.playbooks.load import LoadedPlaybook, load_text
from pedell.playbooks.model import Playbook
from pedell.store.database import Store
from pedell.store.prepared import Prepared, among
from pedell.store.tables.inventory import device
from pedell.store.tables.journal import attempt, playbook_text, run, shard, task

LOADABLE = ("ready", "running", "blocked")
EVERY = (*LOADABLE, "waiting", "in_doubt", "done", "failed", "skipped", "cancelled")


def run_facts(connection: Connection, number: int) -> RunFacts:
    """One run with its playbook as it was when it was asked for."""
    row = connection.execute(select(run).where(run.c.no == number)).first()
    if row is None:
        raise NotFoundError(t("there is no run {number}", number=number))
    envelope = json.loads(row.envelope)
    parts: Mapping[str, str] = envelope.get("parts", {})
    texts = {
        found.hash: (found.name, found.source)
        for found in connection.execute(
            select(playbook_text).where(playbook_text.c.hash.in_([row.playbook_hash, *parts.values()]))
        )
    }
    book = _book(texts, row.playbook_hash)
    subs = {name: _book(texts, value).playbook for name, value in parts.items()}

    def subplaybook(name: str) -> Playbook:
        return subs[name]

    cancelled = threading.Event()
    if row.cancelled is not None:
        cancelled.set()
    return RunFacts(
        row.no,
        row.id,
        book,
        json.loads(row.inputs),
        row.ticket,
        row.priority,
        row.check_only,
        row.reason,
        cancelled,
        subplaybook,
        frozenset(envelope.get("retired", ())),
    )


def _book(texts: Mapping[str, tuple[str, str]], value: str) -> LoadedPlaybook:
    if value not in texts:
        raise PlaybookError(t("the text of a playbook is missing in the store: {hash}", hash=value[:12]))
    name, source = texts[value]
    return load_text(source, name)


def lanes(connection: Connection, number: int) -> dict[int, str]:
    """The shards of a run that have not ended, in order, with what their tasks are worked on together with."""
    query = select(shard.c.no, shard.c.lane).where(
        shard.c.run == number, shard.c.no > 0, shard.c.state != "ended"
    )
    return {row.no: row.lane for row in connection.execute(query.order_by(shard.c.no))}


def states(connection: Connection, number: int) -> dict[int, dict[str, int]]:
    """How many tasks of each shard of a run are in each state."""
    query = select(task.c.shard, task.c.state, func.count().label("tasks")).where(task.c.run == number)
    found: dict[int, dict[str, int]] = {}
    for row in connection.execute(query.group_by(task.c.shard, task.c.state)):
        found.setdefault(row.shard, {})[row.state] = row.tasks
    return found


_STATES = Prepared(
    lambda _: (
        select(task.c.state, func.count().label("tasks"))
        .where(task.c.run == bindparam("run"), task.c.shard == bindparam("shard"))
        .group_by(task.c.state)
    )
)


def states_of(connection: Connection, number: int, shard_no: int) -> dict[str, int]:
    """How many tasks of one shard are in each state."""
    return {row.state: row.tasks for row in _STATES.run(connection, run=number, shard=shard_no)}


_TASKS = select(
    task.c.no,
    task.c.device,
    task.c.shard,
    task.c.memo,
    task.c.started,
    task.c.state,
    task.c.seconds,
    device.c.id,
    device.c.name,
).join(device, device.c.no == task.c.device)
_IN_SHARD = Prepared(
    lambda dialect: _TASKS.where(
        task.c.run == bindparam("run"),
        task.c.shard == bindparam("shard"),
        among(task.c.state, "states", dialect),
    )
)
_NUMBERED = Prepared(
    lambda dialect: _TASKS.where(among(task.c.no, "numbers", dialect), among(task.c.state, "states", dialect))
)
Find = Callable[[Connection], Sequence[Any]]
"""Finds tasks in the store."""


def in_shard(number: int, shard_no: int, states: Sequence[str] = LOADABLE) -> Find:
    """Tasks of one shard in these states."""
    return partial(_IN_SHARD.run, run=number, shard=shard_no, states=list(states))


def numbered(numbers: Sequence[int], states: Sequence[str] = EVERY) -> Find:
    """The tasks with these numbers that are in these states."""
    return partial(_NUMBERED.run, numbers=list(numbers), states=list(states))


def tasks(
    connection: Connection, inventory: Inventory, active: ActiveRun, find: Find
) -> tuple[list[TaskItem], dict[int, tuple[Target, ...]]]:
    """Tasks of a run that are found, with targets, links and earlier attempts; and targets of linked devices."""
    refs, lanes, meant = active.refs, active.lanes, active.facts.retired
    # What belongs to a shard that has not been opened yet comes when it is.
    rows = sorted((row for row in find(connection) if row.shard in refs), key=itemgetter(0))
    if not rows:
        return [], {}
    numbers = [row.device for row in rows]
    targets = inventory.targets(connection, numbers)
    links = inventory.links(connection, numbers)
    linked = sorted({link.other for found in links.values() for link in found})
    others = inventory.targets(connection, linked)
    changes = installation.counted(connection, installation.INVENTORY)
    retired = {
        no for no, name in inventory.retired(connection, [*numbers, *linked]).items() if name not in meant
    }
    begun = [row.no for row in rows if row.started is not None or row.memo]
    known = attempts(connection, begun)
    items = []
    for row in rows:
        own = targets[row.device]
        items.append(
            TaskItem(
                no=row.no, device=row.device, device_id=row.id, name=row.name, site=lanes[row.shard], shard=refs[row.shard],
                memo=json.loads(row.memo) if row.memo else {}, targets=own, links=links.get(row.device, ()),
                inventory=changes, retired=_own(retired, row.device, links.get(row.device, ())),
                attempts=known.get(row.no, {}), started=row.started, spent=row.seconds or 0.0, state=row.state, counted=row.state,
            )
        )  # fmt: skip
    return items, others


def _own(retired: Collection[int], own: int, links: Sequence[DeviceLink]) -> frozenset[int]:
    return frozenset(retired).intersection((own, *(link.other for link in links))) if retired else frozenset()


def fresh(
    store: Store, inventory: Inventory, item: TaskItem, facts: RunFacts, changes: int
) -> dict[int, tuple[Target, ...]]:
    """Read again what may be old: attempts, after the store had failed under it; its device, after the inventory was changed.

    `changes`: how often it has been by now. Returns targets of linked devices, where they were read.
    """
    if not item.stale and item.inventory >= changes:
        return {}
    with store.reading() as connection:
        if item.stale:
            item.attempts = attempts(connection, [item.no]).get(item.no, {})
            item.stale = False
        if item.inventory >= changes:
            return {}
        links = inventory.links(connection, [item.device]).get(item.device, ())
        linked = [link.other for link in links]
        retired = inventory.retired(connection, [item.device, *linked])
        item.inventory = installation.counted(connection, installation.INVENTORY)
        item.targets = inventory.targets(connection, [item.device])[item.device]
        item.links, item.name = links, item.targets[0].name
        item.retired = frozenset(no for no, name in retired.items() if name not in facts.retired)
        return inventory.targets(connection, linked)


def attempts(connection: Connection, numbers: Sequence[int]) -> dict[int, dict[str, Attempt]]:
    """Attempts of these tasks, by task and step.

    One that waits, and whose poll began something of its own that no later answer tells of, is in doubt: asked about
    with the token of before, its driver would do it again.
    """
    found: dict[int, dict[str, Attempt]] = {}
    for start in range(0, len(numbers), 500):
        query = select(attempt).where(attempt.c.task.in_(numbers[start : start + 500]))
        for row in connection.execute(query):
            found.setdefault(row.task, {})[row.step] = Attempt(
                id=row.id, step=row.step, epoch=row.epoch, state=_state(row), capability=row.capability, effect=row.effect,
                params=json.loads(row.params), started=row.started, device=row.device, parts=row.parts, happened=row.happened,
                error_class=row.error_class, message=row.message, result=row.result, token=row.token, hold_until=row.hold_until,
            )  # fmt: skip
    return found


def _state(row: Any) -> str:
    if row.state != "waiting" or json.loads(row.token or "{}").get("parts", "") == row.parts:
        return str(row.state)
    return "in_doubt"
