"""One group commit, always in the same order.

Lock the shard rows · parts · outcomes · sweep of expired holds · intents, sorted by lock key · notes and
tasks · closed runs · events and chain heads. Nothing here is answered before the transaction is durable.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from pedell.journal import chain, installation, statements
from pedell.journal.answers import Answer
from pedell.journal.ops import (
    Claim,
    CloseRun,
    Intent,
    IntentAnswer,
    Note,
    Op,
    Outcome,
    PartMark,
    ShardRef,
    TaskChange,
    Together,
    Verdict,
)
from pedell.store.database import now
from pedell.store.tables.journal import attempt, ledger, run, shard, task

STOP_SWITCH = "stop"
ENDED = "ended"
Key = tuple[int, int]
Given = tuple[Answer[Any], Any]
"""An answer, and what it is once the transaction is durable."""


@dataclass
class _Chain:
    run_id: str
    epoch: int
    seq: int
    head: str
    attempts: int
    ended: bool
    """The run has been closed: its digest stands, and nothing is chained to it any more."""
    cancelled: bool
    """Somebody has cancelled the run."""
    changed: bool = False


@dataclass
class Group:
    """The work of one transaction; `answers` are given once it is durable."""

    connection: Connection
    at: int = field(default_factory=now)
    chains: dict[Key, _Chain] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    answers: list[Given] = field(default_factory=list)
    stopped: bool = False
    """The global stop switch is on."""
    capped: Counter[tuple[str, int, str]] = field(default_factory=Counter)
    """How often a cap refused something: its scope and limit, and the run."""

    def append(self, ref: ShardRef, kind: str, body: Mapping[str, Any]) -> None:
        """Add an event to the shard's chain."""
        link = self.chains[ref.run, ref.no]
        text = chain.text_of(body)
        link.seq += 1
        link.head = chain.link(link.head, link.run_id, ref.no, link.seq, self.at, kind, text)
        link.changed = True
        self.events.append(
            {
                "run": ref.run,
                "shard": ref.no,
                "seq": link.seq,
                "at": self.at,
                "kind": kind,
                "body": text,
                "hash": link.head,
            }
        )

    def current(self, ref: ShardRef) -> bool:
        """Whether the shard still belongs to the owner that asks."""
        link = self.chains.get((ref.run, ref.no))
        return link is not None and link.epoch == ref.epoch and not link.ended


def commit(connection: Connection, ops: Sequence[Op], *, sweep: bool) -> list[Given]:
    """Do all of it in the transaction of `connection`; returns the answers to give after its commit."""
    group = Group(connection)
    ops = [one for op in ops for one in (op.ops if isinstance(op, Together) else (op,))]
    kinds = _by_kind(ops)
    _lock_shards(group, ops)
    _claims(group, kinds[Claim])
    _parts(group, kinds[PartMark])
    _outcomes(group, kinds[Outcome])
    if sweep:
        statements.SWEEP.run(connection, b_at=group.at)
    _intents(group, kinds[Intent])
    _tasks(group, kinds[TaskChange])
    _flush(group)
    for op in kinds[CloseRun]:
        _close(group, op)
    _flush(group)
    for (scope, limit, run_id), count in sorted(group.capped.items()):
        body = {"scope": scope, "limit": limit, "run": run_id, "count": count, "actor": installation.ENGINE}
        installation.append(connection, "cap.refused", body)
    return group.answers


def _by_kind(ops: Iterable[Op]) -> defaultdict[type[Op], list[Any]]:
    """Each kind in its order; notes stand among the changes of tasks, with which they come in one order."""
    kinds: defaultdict[type[Op], list[Any]] = defaultdict(list)
    kinds[Note] = kinds[TaskChange]
    for op in ops:
        kinds[type(op)].append(op)
    return kinds


def _lock_shards(group: Group, ops: Iterable[Op]) -> None:
    wanted: dict[int, dict[int, str]] = {}
    for op in ops:
        wanted.setdefault(op.shard.run, {})[op.shard.no] = op.shard.run_id
    for number, shards in sorted(wanted.items()):
        found = statements.LOCK_SHARDS.run(
            group.connection, run=number, numbers=list(shards), stop=STOP_SWITCH
        )
        for row in found:
            run_id = shards[row.no]
            head = row.head or chain.genesis(run_id, row.no)
            group.chains[number, row.no] = _Chain(
                run_id, row.epoch, row.seq, head, row.attempts, row.state == ENDED, row.cancelled is not None
            )
            group.stopped = bool(row.stopped)


def _claims(group: Group, claims: Sequence[Claim]) -> None:
    for op in claims:
        ref = op.shard
        link = group.chains[ref.run, ref.no]
        if link.ended:
            group.answers.append((op.answer, link.epoch))
            continue
        link.epoch += 1
        where = (shard.c.run == ref.run, shard.c.no == ref.no)
        group.connection.execute(
            update(shard).where(*where).values(epoch=link.epoch, owner=op.owner, state="running")
        )
        left = (attempt.c.run == ref.run, attempt.c.shard == ref.no, attempt.c.state == "open")
        open_ones = group.connection.execute(select(attempt.c.id, attempt.c.capability).where(*left)).all()
        if open_ones:
            group.connection.execute(
                update(attempt).where(*left).values(state="in_doubt", happened="unknown")
            )
        if link.epoch > 1 or open_ones:
            body = {"epoch": link.epoch, "in_doubt": [row.id for row in open_ones]}
            group.append(ref, "shard.claimed", body)
        group.answers.append((op.answer, link.epoch))


def _parts(group: Group, marks: Sequence[PartMark]) -> None:
    for mark in marks:
        if not group.current(mark.shard):
            group.answers.append((mark.answer, IntentAnswer(Verdict.FENCED)))
            continue
        statements.PARTS.run(group.connection, b_id=mark.attempt, parts=mark.parts)
        group.append(
            mark.shard,
            "part.begins" if mark.begins else "part.ended",
            {"attempt": mark.attempt, "part": mark.name},
        )
        group.answers.append((mark.answer, IntentAnswer(Verdict.GRANTED)))


_OUTCOME = ("happened", "error_class", "message", "result", "token", "transcript")
_UNSETTLED = frozenset({"open", "waiting", "in_doubt"})


def _outcomes(group: Group, outcomes: Sequence[Outcome]) -> None:
    if not outcomes:
        return
    known = statements.KNOWN.run(group.connection, ids=[op.attempt for op in outcomes])
    rows = {row.id: row for row in known}
    states = {row.id: row.state for row in rows.values()}
    holders = _holders(
        group, [rows[op.attempt].lock_key for op in outcomes if op.holds and op.attempt in rows]
    )
    # Where a group tells of an attempt twice, the last one counts that found it unsettled.
    changes: dict[str, dict[str, Any]] = {}
    transcripts: dict[str, dict[str, Any]] = {}
    for op in outcomes:
        if op.owned and not group.current(op.shard):
            continue
        row = rows.get(op.attempt)
        # A late outcome settles its own row, and only while nobody has settled it.
        settles = False
        if row is not None and row.epoch == op.epoch and states[op.attempt] in _UNSETTLED:
            settles = True
            states[op.attempt] = op.state
            ended = None if op.state == "waiting" else group.at
            values = {name: op.values.get(name, "") for name in _OUTCOME}
            # A hold that has expired meanwhile is not taken back from somebody who has the device now.
            holds = op.holds and holders.setdefault(row.lock_key, op.attempt) == op.attempt
            if not holds and holders.get(row.lock_key) == op.attempt:
                del holders[row.lock_key]
            changes[op.attempt] = {
                "key_id": op.attempt,
                "state": op.state,
                "holds": holds,
                "hold_until": op.hold_until,
                "ended": ended,
                **values,
            }
        if op.transcript is not None:
            transcripts[op.transcript[0]] = {
                "hash": op.transcript[0],
                "attempt": op.attempt,
                "at": group.at,
                "body": op.transcript[1],
            }
        link = group.chains.get((op.shard.run, op.shard.no))
        if link is not None and not link.ended:
            group.append(op.shard, f"attempt.{op.state}" if settles else "attempt.late", op.body)
    # A device is given back before another attempt may hold it: the index is checked with every row.
    for holds in (False, True):
        some = [change for change in changes.values() if change["holds"] is holds]
        statements.OUTCOMES.run_many(group.connection, some)
    statements.TRANSCRIPTS.run_many(group.connection, list(transcripts.values()))


def _holders(group: Group, lock_keys: Iterable[str]) -> dict[str, str]:
    """Which attempts hold these devices."""
    wanted = sorted(set(lock_keys))
    if not wanted:
        return {}
    return {row.lock_key: row.id for row in statements.HOLDERS.run(group.connection, keys=wanted)}


def _intents(group: Group, intents: Sequence[Intent]) -> None:
    if not intents:
        return
    hour = group.at // 3_600_000_000
    spent: dict[str, int] = {}

    def counted(scope: str) -> int:
        if scope not in spent:
            spent[scope] = statements.SPENT.value(group.connection, scope=scope, hour=hour) or 0
        return spent[scope]

    rows: list[dict[str, Any]] = []
    asked: dict[str, Intent] = {}
    busy: list[Intent] = []
    # A cap counts what reaches its intent: where one is asked, who holds the devices is looked up before.
    held = _holders(group, [str(op.attempt["lock_key"]) for op in intents if op.caps])
    finished = {op.under: str(op.attempt["lock_key"]) for op in intents if op.under}
    finishing = _holders(group, finished.values())
    for op in sorted(intents, key=lambda intent: str(intent.attempt["lock_key"])):
        verdict = Verdict.GRANTED
        if not group.current(op.shard):
            verdict = Verdict.FENCED
        elif group.stopped and not op.shielded:
            verdict = Verdict.STOPPED
        elif group.chains[op.shard.run, op.shard.no].cancelled and not op.shielded:
            verdict = Verdict.CANCELLED
        if verdict is not Verdict.GRANTED:
            _answer(group, op, IntentAnswer(verdict))
            continue
        lock_key, holder = str(op.attempt["lock_key"]), op.under or str(op.attempt["id"])
        if op.caps and held.get(lock_key, holder) != holder:
            busy.append(op)
            continue
        reached = next((cap for cap in op.caps if counted(cap.scope) >= cap.limit), None)
        if reached is not None:
            group.capped[reached.scope, reached.limit, op.shard.run_id] += 1
            _answer(group, op, IntentAnswer(Verdict.CAPPED, reached.scope))
            continue
        held.setdefault(lock_key, holder)
        link = group.chains[op.shard.run, op.shard.no]
        link.attempts += 1
        link.changed = True
        rows.append(
            {**op.attempt, "run": op.shard.run, "shard": op.shard.no, "n": link.attempts, "epoch": op.shard.epoch,
             "holds": not op.under or finishing.get(finished[op.under]) != op.under, "started": group.at}
        )  # fmt: skip
        asked[op.attempt["id"]] = op
        for cap in op.caps:
            spent[cap.scope] = counted(cap.scope) + 1
    granted = set(asked)
    if statements.INTENTS.run_many(group.connection, rows) < len(rows):
        granted = {row.id for row in statements.KNOWN.run(group.connection, ids=list(asked))}
    busy += [op for key, op in asked.items() if key not in granted]
    memos: dict[int, dict[str, Any]] = {}
    for op in (asked[key] for key in asked if key in granted):
        group.append(op.shard, "attempt.intent", op.body)
        number = op.attempt["task"]
        memos[number] = {"key_no": number, "memo": op.task_memo, "step": op.attempt["capability"]}
        _answer(group, op, IntentAnswer(Verdict.GRANTED))
    if busy:
        keys = [str(op.attempt["lock_key"]) for op in busy]
        holders = {row.lock_key: str(row.run) for row in statements.HOLDERS.run(group.connection, keys=keys)}
        for op in busy:
            _answer(group, op, IntentAnswer(Verdict.BUSY, holders.get(op.attempt["lock_key"], "")))
    for scope in sorted({cap.scope for key in granted for cap in asked[key].caps}):
        statements.SPEND.run(group.connection, scope=scope, hour=hour, count=spent[scope])
    statements.task_update(("memo", "step")).run_many(group.connection, list(memos.values()))


def _answer(group: Group, op: Intent, answer: IntentAnswer) -> None:
    group.answers.append((op.answer, answer))


def _tasks(group: Group, ops: Sequence[TaskChange | Note]) -> None:
    changes: dict[int, dict[str, Any]] = {}
    failures: dict[int, int] = {}
    for op in ops:
        if not group.current(op.shard):
            continue  # somebody else owns the shard now: an old owner must not overwrite
        if isinstance(op, Note):
            group.append(op.shard, op.kind, op.body)
            continue
        if op.values:
            changes.setdefault(op.task, {}).update(op.values)
        if op.failures:
            failures[op.shard.run] = failures.get(op.shard.run, 0) + op.failures
        if op.kind:
            group.append(op.shard, op.kind, op.body)
    # One row per task, the latest value of each column: updates of several shapes would not keep their order.
    shapes: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for number, values in changes.items():
        shapes.setdefault(tuple(sorted(values)), []).append({"key_no": number, **values})
    for names, rows in shapes.items():
        statements.task_update(names).run_many(group.connection, rows)
    for number, count in failures.items():
        statements.FAILURES.run(group.connection, b_no=number, more=count)


def _close(group: Group, op: CloseRun) -> None:
    row = group.connection.execute(select(run.c.ended, run.c.digest).where(run.c.no == op.shard.run)).one()
    if row.ended is not None:
        group.answers.append((op.answer, row.digest))
        return
    if not group.current(op.shard):
        group.answers.append((op.answer, ""))
        return
    group.append(
        op.shard,
        "run.closed",
        {"run": op.shard.run_id, "state": op.state, **installation.anchor(group.connection)},
    )
    _flush(group)
    heads = group.connection.execute(
        select(shard.c.no, shard.c.seq, shard.c.head).where(shard.c.run == op.shard.run).order_by(shard.c.no)
    )
    value = chain.digest(op.shard.run_id, op.state, [(h.no, h.seq, h.head) for h in heads])
    last = group.connection.execute(
        select(ledger.c.seq, ledger.c.hash).order_by(ledger.c.seq.desc()).limit(1).with_for_update()
    ).first()
    seq, previous = (last.seq + 1, last.hash) if last else (1, chain.LEDGER_GENESIS)
    line = chain.ledger_link(previous, seq, op.shard.run_id, value)
    group.connection.execute(
        insert(ledger),
        [
            {
                "seq": seq,
                "run": op.shard.run_id,
                "digest": value,
                "prev": previous,
                "hash": line,
                "at": group.at,
            }
        ],
    )
    group.connection.execute(
        update(run).where(run.c.no == op.shard.run).values(state=op.state, ended=group.at, digest=value)
    )
    group.connection.execute(update(shard).where(shard.c.run == op.shard.run).values(state=ENDED))
    group.answers.append((op.answer, value))


def _flush(group: Group) -> None:
    if group.events:
        statements.EVENTS.run_many(group.connection, group.events)
        group.events = []
    changed = [
        {"key_run": key[0], "key_no": key[1], "seq": link.seq, "head": link.head, "attempts": link.attempts}
        for key, link in group.chains.items()
        if link.changed
    ]
    if changed:
        statements.HEADS.run_many(group.connection, changed)
        for link in group.chains.values():
            link.changed = False


def append_now(connection: Connection, ref: ShardRef, kind: str, body: Mapping[str, Any]) -> None:
    """Add one event in the caller's own transaction: for what people do outside the engine."""
    group = Group(connection)
    _lock_shards(group, [Op(ref)])
    group.append(ref, kind, body)
    _flush(group)


def task_states(connection: Connection, number: int) -> dict[str, int]:
    """How many tasks of a run are in each state."""
    query = select(task.c.state, func.count()).where(task.c.run == number).group_by(task.c.state)
    return {row[0]: row[1] for row in connection.execute(query)}
