"""What the writer asks of the store, compiled once."""

from __future__ import annotations

from functools import cache, partial
from typing import Any, cast

from sqlalchemy import bindparam, false, insert, literal_column, select, update
from sqlalchemy.dialects import postgresql, sqlite

from pedell.store.prepared import Prepared, among, changing
from pedell.store.tables.control import cap_count, switch
from pedell.store.tables.journal import attempt, event, holding, run, shard, task, transcript


def _insert(dialect: str, table: Any) -> Any:
    """An INSERT that can tell what to do on a conflict."""
    return cast("Any", sqlite if dialect == "sqlite" else postgresql).insert(table)


def _bound(*names: str) -> dict[str, Any]:
    return {name: bindparam(name) for name in names}


# Shards --------------------------------------------------------------------------------------------------

_cancelled = select(run.c.cancelled).where(run.c.no == bindparam("run")).scalar_subquery()
_stopped = select(switch.c.on).where(switch.c.name == bindparam("stop")).scalar_subquery()

LOCK_SHARDS = Prepared(
    lambda dialect: (
        select(
            shard.c.no, shard.c.epoch, shard.c.seq, shard.c.head, shard.c.attempts, shard.c.state,
            _cancelled.label("cancelled"), _stopped.label("stopped"),
        )
        .where(shard.c.run == bindparam("run"), among(shard.c.no, "numbers", dialect))
        .order_by(shard.c.no)
        .with_for_update()
    )
)  # fmt: skip
"""The shards of one run, in the order of their numbers; nobody else changes them before the commit.

With them whether the run has been cancelled, and whether everything is stopped.
"""

HEADS = Prepared(partial(changing, shard, ("run", "no"), ("seq", "head", "attempts")))

EVENTS = Prepared(lambda _: insert(event).values(_bound("run", "shard", "seq", "at", "kind", "body", "hash")))

# Attempts ------------------------------------------------------------------------------------------------

_GIVEN = (
    "id", "run", "shard", "n", "epoch", "task", "step", "device", "lock_key", "capability", "effect", "risk", "recovery",
    "params", "holds", "started", "hold_until",
)  # fmt: skip
_EMPTY = ("parts", "happened", "error_class", "message", "result", "token", "transcript")

INTENTS = Prepared(
    lambda dialect: (
        _insert(dialect, attempt)
        .values(
            **_bound(*_GIVEN),
            state=literal_column("'open'"),
            **dict.fromkeys(_EMPTY, literal_column("''")),
        )
        .inline()
        .on_conflict_do_nothing(index_elements=["lock_key"], index_where=holding())
    )
)
"""The device lock: a row that would be the second to hold a device is not written."""

KNOWN = Prepared(
    lambda dialect: select(attempt.c.id, attempt.c.epoch, attempt.c.state, attempt.c.lock_key).where(
        among(attempt.c.id, "ids", dialect)
    )
)

HOLDERS = Prepared(
    lambda dialect: select(attempt.c.lock_key, attempt.c.id, attempt.c.run).where(
        holding(), among(attempt.c.lock_key, "keys", dialect)
    )
)

OUTCOMES = Prepared(
    partial(
        changing, attempt, ("id",),
        ("state", "holds", "hold_until", "ended", "happened", "error_class", "message", "result", "token", "transcript"),
    )
)  # fmt: skip

SWEEP = Prepared(
    lambda _: (
        update(attempt)
        .where(
            holding(), attempt.c.hold_until > literal_column("0"), attempt.c.hold_until < bindparam("b_at")
        )
        .values(holds=false())
    )
)

PARTS = Prepared(lambda _: update(attempt).where(attempt.c.id == bindparam("b_id")).values(_bound("parts")))

TRANSCRIPTS = Prepared(
    lambda dialect: (
        _insert(dialect, transcript)
        .values(_bound("hash", "attempt", "at", "body"))
        .inline()
        .on_conflict_do_nothing(index_elements=["hash"])
    )
)

# Runs, tasks, caps ---------------------------------------------------------------------------------------

FAILURES = Prepared(
    lambda _: (
        update(run)
        .where(run.c.no == bindparam("b_no"))
        .values(failures=run.c.failures + bindparam("more", type_=run.c.failures.type))
    )
)

SPENT = Prepared(
    lambda _: select(cap_count.c.count).where(
        cap_count.c.scope == bindparam("scope"), cap_count.c.hour == bindparam("hour")
    )
)


def _spend(dialect: str) -> Any:
    statement = _insert(dialect, cap_count).values(_bound("scope", "hour", "count"))
    return statement.on_conflict_do_update(
        index_elements=["scope", "hour"], set_={"count": statement.excluded.count}
    )


SPEND = Prepared(_spend)


@cache
def task_update(names: tuple[str, ...]) -> Prepared:
    """Change these columns of tasks."""
    return Prepared(partial(changing, task, ("no",), names))
