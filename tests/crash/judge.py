"""What must hold after any crash, judged from three witnesses: the world's own log, the store, copies of events.

Every sentence returned is a broken promise.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import select

from pedell.drivers.api import DeviceError, Risk
from pedell.drivers.deadline import Deadline
from pedell.engine.leases import Leases
from pedell.store.tables.control import approval, cap_count
from pedell.store.tables.inventory import device, site
from pedell.store.tables.journal import attempt, event, run, task
from pedell.store.tables.ticketing import outbox, ticket_note
from tests.crash.seam import EFFECTS
from tests.engine.school import School
from tests.engine.world import WorldProcess

TRIES = re.compile(r"([\^~]\d+)+$")
STEP = re.compile(r"\d+")
HOUR = 3_600_000_000
Key = tuple[int, int, int]


@dataclass
class Memory:
    """Copies of events, taken outside the store after each crash: none may ever be another one."""

    seen: dict[Key, str] = field(default_factory=dict)

    def compare(self, school: School) -> Iterator[str]:
        """Remember what is new; tell what has changed or gone."""
        with school.service.around.store.reading() as connection:
            rows = connection.execute(select(event.c.run, event.c.shard, event.c.seq, event.c.hash)).all()
        found = {(row.run, row.shard, row.seq): row.hash for row in rows}
        for key, value in self.seen.items():
            if found.get(key) != value:
                yield f"event {key} was changed or has gone"
        self.seen.update(found)


@dataclass(frozen=True)
class Happening:
    """One effect, as the world saw it. `at` in UTC seconds."""

    at: float
    verb: str
    gadget: str
    token: str


def happenings(world: WorldProcess) -> list[Happening]:
    """All effects, in order."""
    return [
        Happening(float(line[0]), line[1], line[2], line[3]) for line in world.lines() if line[1] in EFFECTS
    ]


@dataclass
class Evidence:
    """Everything at once."""

    school: School
    world: WorldProcess

    def __post_init__(self) -> None:
        self.happened = happenings(self.world)
        self.of: dict[str, list[Happening]] = {}
        for one in self.happened:
            self.of.setdefault(one.token, []).append(one)
        with self.school.service.around.store.reading() as connection:
            query = select(attempt, device.c.name.label("gadget"), site.c.slug, device.c.address)
            query = query.join(device, device.c.no == attempt.c.device).join(site)
            self.attempts = {row.id: row for row in connection.execute(query.order_by(attempt.c.no))}
            self.events = connection.execute(
                select(event).order_by(event.c.run, event.c.shard, event.c.seq)
            ).all()
            self.runs = connection.execute(select(run).order_by(run.c.no)).all()
            self.tasks = connection.execute(select(task).order_by(task.c.no)).all()
            self.outbox = Counter(connection.execute(select(outbox.c.marker)).scalars())
            self.approvals = connection.execute(select(approval).order_by(approval.c.no)).all()
            self.spent = {(row.scope, row.hour): row.count for row in connection.execute(select(cap_count))}
            self.notes = {row.marker: row.text for row in connection.execute(select(ticket_note))}


def judge(
    school: School, world: WorldProcess, memory: Memory, *, clocks: bool = True, leases: bool = True
) -> list[str]:
    """All broken promises, after everything has ended.

    Without `clocks` nothing is concluded from times; without `leases` two may talk to one device at once, as
    two machines do that know nothing of each other.
    """
    found = Evidence(school, world)
    broken = [
        *_once(found), *_known(found), *_states(found), *_owners(found), *_ports(found), *_notes(found), *_told(found),
        *_ended_once(found), *_consented(found),
        *memory.compare(school), *(str(one) for one in school.service.audit.verify().broken),
    ]  # fmt: skip
    if leases:
        broken += [f"{name} was spoken to by two at once" for name in world.overlaps()]
        broken += _leases(found)
    if clocks:
        broken += [*_announced(found), *_alone(found), *_in_order(found), *_counted(found)]
    return broken


def _once(found: Evidence) -> Iterator[str]:
    """What may happen once has happened once, in all attempts at a step taken together."""
    counts: Counter[tuple[int, str]] = Counter()
    for row in found.attempts.values():
        if row.effect == "once":
            counts[row.task, TRIES.sub("", row.step)] += len(found.of.get(row.id, ()))
    for (number, step), count in counts.items():
        if count > 1:
            yield f"task {number}, step {step}: happened {count} times"
    for token, seen in found.of.items():
        for verb, count in Counter(one.verb for one in seen).items():
            if count > 1:
                yield f"attempt {token}: {verb} reached the device {count} times"


def _known(found: Evidence) -> Iterator[str]:
    """What happened is told truthfully, and what is told has happened."""
    for token, seen in found.of.items():
        row = found.attempts.get(token)
        if row is None:
            yield f"{seen[0].verb} of {seen[0].gadget} has no attempt: it is lost"
        elif row.gadget != seen[0].gadget:
            yield f"attempt {token} is about another device"
        elif row.state == "failed" and row.happened == "no":
            yield f"attempt {token} ({row.capability}) happened and is called not happened"
    for row in found.attempts.values():
        if row.state == "done" and row.id not in found.of:
            yield f"attempt {row.id} ({row.capability}) is called done and has not happened"


def _announced(found: Evidence) -> Iterator[str]:
    """Intents, and those of parts, were there before the device was touched."""
    began: dict[tuple[str, str], int] = {}
    for one in found.events:
        if one.kind in ("attempt.intent", "part.begins"):
            body = json.loads(one.body)
            began.setdefault((body["attempt"], body.get("part", "")), one.at)
    for one in found.happened:
        row = found.attempts.get(one.token)
        if row is None:
            continue
        part = one.verb if row.capability == "gadget.cycle" else ""
        at = began.get((one.token, part))
        if at is None or at > one.at * 1_000_000 + 1000:
            yield f"attempt {one.token}: {one.verb} came before its intent"


def _states(found: Evidence) -> Iterator[str]:
    """No attempt, task or run without an end, and no device held."""
    for row in found.attempts.values():
        if row.state not in ("done", "failed"):
            yield f"attempt {row.id} has been left {row.state!r}"
        elif row.holds:
            yield f"attempt {row.id} holds {row.lock_key} for ever"
    for row in found.runs:
        if row.ended is None:
            yield f"run {row.no} has not ended: {row.state}"
    for row in found.tasks:
        if row.state not in ("done", "failed", "skipped", "cancelled"):
            yield f"task {row.no} has been left {row.state}: {row.why}"


def _owners(found: Evidence) -> Iterator[str]:
    """Nobody acts in a shard that somebody else has taken since."""
    epochs: dict[tuple[int, int], int] = {}
    for one in found.events:
        shard = one.run, one.shard
        body = json.loads(one.body)
        if one.kind == "shard.claimed":
            epochs[shard] = body["epoch"]
        elif one.kind == "attempt.intent":
            row = found.attempts.get(body["attempt"])
            if row is not None and row.epoch != epochs.get(shard, 1):
                yield f"attempt {row.id}: an owner of epoch {row.epoch} acted in epoch {epochs.get(shard, 1)}"


def _alone(found: Evidence) -> Iterator[str]:
    """Two tasks never have an attempt at one device at the same time; also not while one is in doubt."""
    rows = defaultdict(list)
    finished: dict[tuple[int, str], int] = {}
    for row in found.attempts.values():
        rows[row.lock_key].append(row)
        outer = row.step.rpartition("+")[0]
        if outer and row.state == "done":
            finished[row.task, outer] = row.ended
    for key, held in rows.items():
        held.sort(key=lambda row: row.started)
        for i, first in enumerate(held):
            for second in held[i + 1 :]:
                # What was half done ends when it has been finished, though that be written later.
                end = finished.get((first.task, first.step), first.ended)
                if second.task != first.task and (end is None or second.started < end):
                    yield f"{key}: {_name(first)} and {_name(second)} of two tasks at the same time"


def _name(row) -> str:
    return (
        f"{row.capability} {row.id} (run {row.run}, {row.state}{f', {row.message}' if row.message else ''})"
    )


def _ports(found: Evidence) -> Iterator[str]:
    for name in sorted({row.gadget for row in found.attempts.values()}):
        if "open=1" not in found.world.ask("status", name):
            yield f"the port of {name} was left shut"


def _notes(found: Evidence) -> Iterator[str]:
    """Each closed run stands in its ticket once, with its digest."""
    for row in found.runs:
        marker = f"run-{row.id}"
        if row.ended is None:
            continue
        if found.outbox[marker] != 1:
            yield f"run {row.no} has {found.outbox[marker]} notes"
        elif row.digest not in found.notes.get(marker, ""):
            yield f"the note of run {row.no} does not carry its digest"


def _told(found: Evidence) -> Iterator[str]:
    """Each effect stands in the note of its own run once, with its device and what became of it there."""
    runs = {row.no: row for row in found.runs if row.ended is not None}
    tasks = {row.no: row for row in found.tasks}
    for one in found.happened:
        row = found.attempts.get(one.token)
        if row is None or row.run not in runs:
            continue  # told of elsewhere
        text = found.notes.get(f"run-{runs[row.run].id}", "")
        lines = [line for line in text.splitlines() if line.startswith(f"- {one.gadget} [")]
        if len(lines) != 1:
            yield f"{one.verb} of {one.gadget}: the note of run {row.run} tells of it {len(lines)} times"
        elif tasks[row.task].state == "done" and not lines[0].endswith(": done"):
            yield f"{one.verb} of {one.gadget}: the note of run {row.run} says {lines[0]!r}"


def _in_order(found: Evidence) -> Iterator[str]:
    """A task's effects come in the order of its steps, whatever was interrupted and taken up again in between."""
    last: dict[int, Happening] = {}
    steps: dict[int, int] = {}
    for one in sorted(found.happened, key=lambda one: one.at):
        row = found.attempts.get(one.token)
        number = STEP.match(row.step) if row is not None else None
        if row is None or number is None:
            continue
        step = int(number[0])
        if step < steps.get(row.task, 0):
            yield f"task {row.task}: {one.verb} of step {step} came after {last[row.task].verb} of step {steps[row.task]}"
        steps[row.task], last[row.task] = step, one


def _ended_once(found: Evidence) -> Iterator[str]:
    """An attempt has one end, and gives its device back with it; so has a device's part in a run."""
    ends: Counter[tuple[str, str]] = Counter()
    for one in found.events:
        body = json.loads(one.body)
        if one.kind in ("attempt.done", "attempt.failed"):
            ends["attempt", body["attempt"]] += 1
        elif one.kind in ("task.done", "task.failed", "task.skipped", "task.cancelled"):
            ends["task", f"{one.run}/{body['device']}"] += 1
    for (what, name), count in ends.items():
        if count > 1:
            yield f"{what} {name} has ended {count} times"
    for name in found.attempts:
        if not ends["attempt", name]:
            yield f"attempt {name}: no event tells of its end"


def _consented(found: Evidence) -> Iterator[str]:
    """What destroys was agreed to once, before it was begun, by somebody else than who asked."""
    granted: dict[int, list[int]] = defaultdict(list)
    for one in found.events:
        if one.kind == "approval.granted":
            granted[one.run].append(one.at)
    for known in found.approvals:
        if known.state == "granted" and known.decided_by == known.asked_by:
            yield f"approval {known.no}: whoever asked has granted it"
    for row in found.attempts.values():
        if row.risk < Risk.DESTRUCTIVE:
            continue
        if len(granted[row.run]) != 1:
            yield f"attempt {row.id} ({row.capability}) was agreed to {len(granted[row.run])} times"
        elif row.started < granted[row.run][0]:
            yield f"attempt {row.id} ({row.capability}) began before it was agreed to"


def _counted(found: Evidence) -> Iterator[str]:
    """Every intent that a cap of its site concerns was counted once, also over crashes; what never became one was not."""
    intents: Counter[tuple[str, int]] = Counter()
    for one in found.events:
        if one.kind != "attempt.intent":
            continue
        row = found.attempts.get(json.loads(one.body)["attempt"])
        if row is not None and row.risk >= Risk.DISRUPTIVE:
            intents[f"{row.capability}|site:{row.slug}", one.at // HOUR] += 1
    for key in sorted({*intents, *(key for key in found.spent if "|site:" in key[0])}):
        if intents[key] != found.spent.get(key, 0):
            yield f"the cap {key[0]} has counted {found.spent.get(key, 0)}, and there were {intents[key]}"


def _leases(found: Evidence) -> Iterator[str]:
    """Nobody keeps a line to a device when all have ended."""
    leases = Leases(found.school.data)
    try:
        for address in sorted({row.address for row in found.attempts.values()}):
            try:
                with leases.lease(f"gadget:{address}", Deadline.after(0)):
                    pass
            except DeviceError:
                yield f"the lease of {address} was left behind"
    finally:
        leases.close()
