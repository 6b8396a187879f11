"""What people see of runs: frozen rows read from the store."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, literal_column, select

from pedell.engine import batches
from pedell.engine.batches import OVER
from pedell.errors import NotFoundError
from pedell.i18n import t
from pedell.journal.commit import task_states
from pedell.journal.people import names
from pedell.store.prepared import Prepared, among
from pedell.store.tables.inventory import device, room, site
from pedell.store.tables.journal import attempt, run, shard, task
from pedell.store.tables.ticketing import ticket

OPEN_STATES = ("ready", "running", "blocked")


@dataclass(frozen=True)
class RunRow:
    """One run in a list. Times in UTC microseconds."""

    no: int
    id: str
    playbook: str
    selector: str
    state: str
    ticket: str
    created: int
    started: int | None
    ended: int | None
    counts: Mapping[str, int]
    digest: str
    actor: str
    reason: str
    cancelled: int | None
    retry_of: int | None
    inputs: Mapping[str, Any]
    by: str = ""
    """The actor as people know them: the account's name, else the id."""

    def document(self) -> dict[str, Any]:
        """As `--json` shows it."""
        return {
            "id": self.id, "no": self.no, "playbook": self.playbook, "selector": self.selector,
            "inputs": dict(self.inputs), "state": self.state,
            "ticket": self.ticket, "created": self.created, "started": self.started, "ended": self.ended, "cancelled": self.cancelled,
            "counts": dict(self.counts), "digest": self.digest, "actor": self.actor, "by": self.by,
            "reason": self.reason, "retry_of": self.retry_of,
        }  # fmt: skip


@dataclass(frozen=True)
class TaskRow:
    """One device of a run."""

    no: int
    device: str
    device_id: str
    kind: str
    site: str
    room: str
    batch: int
    state: str
    step: str
    why: str
    error_class: str
    seconds: float
    started: int | None
    ended: int | None
    until: int | None
    proofs: Sequence[Mapping[str, Any]]
    says: Sequence[Mapping[str, str]]
    visits: Sequence[Mapping[str, str]]
    notes: Sequence[str]

    def document(self) -> dict[str, Any]:
        """As `--json` shows it."""
        return {
            "device": self.device, "id": self.device_id, "kind": self.kind, "site": self.site, "room": self.room, "batch": self.batch,
            "state": self.state, "step": self.step, "why": self.why, "error_class": self.error_class, "seconds": round(self.seconds, 3),
            "started": self.started, "ended": self.ended, "until": self.until, "proofs": list(self.proofs),
            "says": list(self.says), "visits": list(self.visits), "notes": list(self.notes),
        }  # fmt: skip


@dataclass(frozen=True)
class BatchRow:
    """One batch of a run; `begun` in UTC microseconds, none where it has not begun."""

    no: int
    begun: int | None
    counts: Mapping[str, int]

    @property
    def state(self) -> str:
        """Not begun, under way, or over; devices that wait beyond the strategy's limit keep it under way."""
        if self.begun is None:
            return "skipped" if set(self.counts) <= OVER else "ready"
        return "done" if set(self.counts) <= OVER else "running"

    def document(self) -> dict[str, Any]:
        """As `--json` shows it."""
        return {
            "batch": self.no, "state": self.state, "begun": self.begun, "devices": sum(self.counts.values()), "counts": dict(self.counts),
        }  # fmt: skip


@dataclass(frozen=True)
class Progress:
    """How far a run is."""

    state: str
    counts: Mapping[str, int]
    ended: Sequence[TaskRow]
    active: Sequence[TaskRow]
    done: bool
    polled: int = 0
    """Devices in hand whose command has been accepted, and that are asked every other second whether it is done."""

    @property
    def total(self) -> int:
        """All devices."""
        return sum(self.counts.values())

    @property
    def finished(self) -> int:
        """Devices that have ended."""
        return sum(self.counts.get(state, 0) for state in ("done", "failed", "skipped", "cancelled"))

    @property
    def resting(self) -> bool:
        """Whether nothing goes on before a time or a person comes; others may have to wait for those that do."""
        rest = sum(self.counts.get(state, 0) for state in ("waiting", "in_doubt", "blocked"))
        return self.untouched and bool(rest + self.polled)

    @property
    def untouched(self) -> bool:
        """Whether no device is being worked on, though the run has not ended: its engine has others in hand, or is frozen."""
        return not self.done and self.counts.get("running", 0) - self.polled <= 0


@dataclass(frozen=True)
class RunDetail:
    """A run with its devices; `left_out` says how many more there are."""

    run: RunRow
    tasks: Sequence[TaskRow]
    left_out: int
    batches: Sequence[BatchRow] = ()

    def document(self) -> dict[str, Any]:
        """As `--json` shows it."""
        return {
            **self.run.document(),
            "batches": [row.document() for row in self.batches],
            "tasks": [row.document() for row in self.tasks],
            "left_out": self.left_out,
        }


@dataclass(frozen=True)
class Doubt:
    """An attempt whose outcome is unknown, and which holds its device."""

    id: str
    run: int
    device: str
    capability: str
    started: int
    message: str
    parts: Mapping[str, str]
    params: Mapping[str, Any]
    transcript: str

    def document(self) -> dict[str, Any]:
        """As `--json` shows it."""
        return {
            "id": self.id, "run": self.run, "device": self.device, "capability": self.capability, "started": self.started,
            "message": self.message, "parts": dict(self.parts), "params": dict(self.params), "transcript": self.transcript,
        }  # fmt: skip


_RUNS = select(run, ticket.c.system, ticket.c.key, ticket.c.no.label("ticket_no")).join(
    ticket, ticket.c.no == run.c.ticket
)


def _run(connection: Connection, row: Any, known: Mapping[str, str]) -> RunRow:
    reference = str(row.ticket_no) if row.system == "local" else f"{row.system}:{row.key}"
    return RunRow(
        row.no, row.id, row.playbook, row.selector, row.state, reference, row.created, row.started, row.ended,
        task_states(connection, row.no),
        row.digest, row.actor, row.reason, row.cancelled, row.retry_of, json.loads(row.inputs), known.get(row.actor, row.actor),
    )  # fmt: skip


def runs(connection: Connection, *, limit: int, state: str, ticket: int | None) -> list[RunRow]:
    """Runs, newest first. `open` are all that are not over, whether they are in hand or wait."""
    query = _RUNS.order_by(run.c.no.desc()).limit(limit)
    if state == "open":
        query = query.where(run.c.ended.is_(None))
    elif state:
        query = query.where(run.c.state == state)
    if ticket is not None:
        query = query.where(run.c.ticket == ticket)
    known = names(connection)
    return [_run(connection, row, known) for row in connection.execute(query).all()]


def run_row(connection: Connection, number: int) -> RunRow:
    """One run; raises NotFoundError."""
    row = connection.execute(_RUNS.where(run.c.no == number)).first()
    if row is None:
        raise NotFoundError(t("there is no run {number}", number=number))
    return _run(connection, row, names(connection))


_ORDER = case(
    (task.c.state == "in_doubt", 0), (task.c.state == "failed", 1), (task.c.state.in_(("running", "blocked", "waiting")), 2),
    (task.c.state.in_(("skipped", "cancelled")), 3), (task.c.state == "ready", 4), else_=5,
)  # fmt: skip
_TASKS = (
    select(
        task,
        device.c.name,
        device.c.id.label("device_id"),
        device.c.kind,
        site.c.slug,
        room.c.name.label("room"),
        shard.c.batch,
    )
    .join(shard, (shard.c.run == task.c.run) & (shard.c.no == task.c.shard))
    .join(device, device.c.no == task.c.device)
    .join(site, site.c.no == device.c.site)
    .outerjoin(room, room.c.no == device.c.room)
)


def _task(row: Any) -> TaskRow:
    notes = json.loads(row.notes) if row.notes else {}
    return TaskRow(
        row.no, row.name, row.device_id, row.kind, row.slug, row.room or "", row.batch, row.state, row.step, row.why,
        row.error_class, row.seconds, row.started, row.ended, row.until, json.loads(row.proof) if row.proof else [],
        notes.get("says", []), notes.get("visits", []), notes.get("notes", []),
    )  # fmt: skip


def tasks(connection: Connection, number: int, *, limit: int, states: Sequence[str] = ()) -> list[TaskRow]:
    """Devices of a run, those that need somebody first."""
    query = (
        _TASKS.where(task.c.run == number)
        .order_by(_ORDER, site.c.slug, room.c.name, device.c.name)
        .limit(limit)
    )
    if states:
        query = query.where(task.c.state.in_(states))
    return [_task(row) for row in connection.execute(query)]


def every_task(connection: Connection, number: int) -> Iterator[TaskRow]:
    """All devices of a run as a stream, those that need somebody first."""
    query = _TASKS.where(task.c.run == number).order_by(_ORDER, site.c.slug, room.c.name, device.c.name)
    for row in connection.execution_options(yield_per=1000).execute(query):
        yield _task(row)


def run_detail(connection: Connection, number: int, *, limit: int) -> RunDetail:
    """One run with its devices."""
    head = run_row(connection, number)
    found = tasks(connection, number, limit=limit)
    return RunDetail(head, found, sum(head.counts.values()) - len(found), batches_of(connection, number))


def batches_of(connection: Connection, number: int) -> list[BatchRow]:
    """The batches of a run; none where it has none."""
    states, begun = batches.read(connection, number, 0.0).states, batches.begun(connection, number)
    return [BatchRow(no, begun.get(no), counts) for no, counts in states.items()]


# Whoever follows a run asks this ten times a second: it is compiled once.
_HEAD = Prepared(lambda _: select(run.c.state, run.c.ended).where(run.c.no == bindparam("run")))
_COUNTS = Prepared(
    lambda _: (
        select(task.c.state, func.count().label("tasks"))
        .where(task.c.run == bindparam("run"))
        .group_by(task.c.state)
    )
)
_ENDED = Prepared(
    lambda _: (
        _TASKS.where(task.c.run == bindparam("run"), task.c.ended > bindparam("since"))
        .order_by(task.c.ended, task.c.no)
        .limit(literal_column("500"))
        .offset(literal_column("0"))
    )
)
_ACTIVE = Prepared(
    lambda dialect: (
        _TASKS.where(task.c.run == bindparam("run"), among(task.c.state, "states", dialect))
        .order_by(task.c.no)
        .limit(literal_column("20"))
        .offset(literal_column("0"))
    )
)
_POLLED = Prepared(
    lambda _: (
        select(func.count(task.c.no.distinct()).label("tasks"))
        .join(attempt, attempt.c.task == task.c.no)
        .where(
            task.c.run == bindparam("run"), task.c.state == bindparam("running"), attempt.c.state == bindparam("waiting")
        )
    )
)  # fmt: skip


def progress(connection: Connection, number: int, since: int) -> Progress:
    """How far a run is, and what ended since."""
    (head,) = _HEAD.run(connection, run=number)
    counts = {row.state: row.tasks for row in _COUNTS.run(connection, run=number)}
    ended = _ENDED.run(connection, run=number, since=since)
    active = _ACTIVE.run(connection, run=number, states=["running", "blocked", "waiting", "in_doubt"])
    polled = _POLLED.value(connection, run=number, running="running", waiting="waiting")
    return Progress(
        head.state,
        counts,
        [_task(row) for row in sorted(ended, key=lambda row: (row.ended, row.no))],
        [_task(row) for row in sorted(active, key=lambda row: int(row.no))],
        head.ended is not None,
        polled,
    )


def doubts(connection: Connection, number: int | None) -> list[Doubt]:
    """Attempts in doubt that a person must settle; others the engine looks into itself."""
    query = (
        select(attempt, device.c.name)
        .join(device, device.c.no == attempt.c.device)
        .join(task, task.c.no == attempt.c.task)
        .where(attempt.c.state == "in_doubt", task.c.state == "in_doubt")
        .order_by(attempt.c.no)
    )
    if number is not None:
        query = query.where(attempt.c.run == number)
    return [
        Doubt(
            row.id,
            row.run,
            row.name,
            row.capability,
            row.started,
            row.message,
            json.loads(row.parts or "{}"),
            json.loads(row.params),
            row.transcript,
        )
        for row in connection.execute(query)
    ]
