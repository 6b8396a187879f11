"""Runs, shards, tasks, and the journal: attempts, events, ledger."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
    text,
)
from sqlalchemy.sql import ColumnElement

from pedell.store.tables.base import BigId, Micros, Ulid, metadata, number, ulid

run = Table(
    "run", metadata, number(), ulid(),
    Column("ticket", BigId, ForeignKey("ticket.no"), nullable=False),
    Column("playbook", String(128), nullable=False),
    Column("playbook_hash", String(64), nullable=False),
    Column("selector", Text, nullable=False, default=""),
    Column("inputs", Text, nullable=False, default="{}"),
    Column("envelope", Text, nullable=False, default="{}"),
    Column("request_key", String(64), nullable=False),  # same ticket, playbook, targets and inputs
    Column("state", String(16), nullable=False),  # planned, open, done, failed, cancelled, in_doubt, waiting
    Column("check_only", Boolean, nullable=False, default=False),
    Column("priority", Integer, nullable=False, default=0),  # lower goes first: 0 ticket, 10 night
    Column("actor_kind", String(16), nullable=False),
    Column("actor", String(64), nullable=False),  # opaque id; names live in the deletable table
    Column("verified_by", String(16), nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("retry_of", BigId, ForeignKey("run.no"), nullable=True),
    Column("created", Micros, nullable=False),
    Column("expires", Micros, nullable=False),
    Column("started", Micros, nullable=True),
    Column("ended", Micros, nullable=True),
    Column("cancelled", Micros, nullable=True),
    Column("digest", String(64), nullable=False, default=""),
    Column("failures", Integer, nullable=False, default=0),
    Index(None, "ticket"),
    Index(None, "state"),
)  # fmt: skip
# The same request while a run is open answers with that run.
Index("uq_run_open_request", run.c.request_key, unique=True,
      sqlite_where=text("ended IS NULL"), postgresql_where=text("ended IS NULL"))  # fmt: skip

playbook_text = Table(
    "playbook_text",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("name", String(128), nullable=False),
    Column("source", Text, nullable=False),
)

shard = Table(
    "shard",
    metadata,
    Column("run", BigId, ForeignKey("run.no"), primary_key=True),
    Column("no", Integer, primary_key=True),  # 0 is the run's control chain
    Column("lane", String(80), nullable=False),
    # From 1; 0 where the strategy has no batches.
    Column("batch", Integer, nullable=False, default=0, server_default=text("0")),
    Column("state", String(16), nullable=False),  # ready, running, ended
    Column("epoch", Integer, nullable=False, default=0),
    Column("owner", String(80), nullable=False, default=""),
    Column("attempts", Integer, nullable=False, default=0),
    Column("seq", Integer, nullable=False, default=0),
    Column("head", String(64), nullable=False, default=""),
    Column("cut", Micros, nullable=True),  # when the readings of devices that were only read were cut
    Index(None, "state"),
)

task = Table(
    "task",
    metadata,
    Column("no", BigId, primary_key=True, autoincrement=True),
    Column("run", BigId, ForeignKey("run.no"), nullable=False),
    Column("shard", Integer, nullable=False),
    Column("device", BigId, ForeignKey("device.no"), nullable=False),
    Column("state", String(16), nullable=False),
    # ready, running, blocked, waiting, done, failed, in_doubt, skipped, cancelled
    Column("until", Micros, nullable=True),  # waiting: when to look again
    Column("deadline", Micros, nullable=True),  # waiting: when it has failed
    Column("why", Text, nullable=False, default=""),  # waiting, blocked, skipped, failed: for people
    Column("lock_key", String(200), nullable=False, default=""),  # blocked on this
    Column("step", String(64), nullable=False, default=""),
    Column("error_class", String(16), nullable=False, default=""),
    Column("memo", Text, nullable=False, default=""),  # results so far, replayed on resume
    Column("proof", Text, nullable=False, default=""),
    Column("notes", Text, nullable=False, default=""),
    Column("started", Micros, nullable=True),
    Column("ended", Micros, nullable=True),
    Column("seconds", Float, nullable=False, default=0.0),
    UniqueConstraint("run", "device"),
    Index(None, "run", "shard"),
    Index(None, "state", "until"),
)

attempt = Table(
    "attempt",
    metadata,
    Column("no", BigId, primary_key=True, autoincrement=True),
    Column("id", Ulid, nullable=False, unique=True),
    Column("run", BigId, ForeignKey("run.no"), nullable=False),
    Column("shard", Integer, nullable=False),
    Column("n", Integer, nullable=False),  # number within the shard
    Column("epoch", Integer, nullable=False),
    Column("task", BigId, ForeignKey("task.no"), nullable=False),
    Column("step", String(160), nullable=False),  # the step's key, with iteration and try
    Column("device", BigId, ForeignKey("device.no"), nullable=False),
    Column("lock_key", String(200), nullable=False),
    Column("capability", String(64), nullable=False),
    Column("effect", String(12), nullable=False),
    Column("risk", Integer, nullable=False),
    Column("recovery", String(80), nullable=False),
    Column("params", Text, nullable=False, default="{}"),
    Column("state", String(10), nullable=False),  # open, in_doubt, done, failed, waiting
    Column("holds", Boolean, nullable=False),
    Column("parts", Text, nullable=False, default=""),  # composite parts: announced and finished
    Column("happened", String(8), nullable=False, default=""),
    Column("error_class", String(16), nullable=False, default=""),
    Column("message", Text, nullable=False, default=""),
    Column("result", Text, nullable=False, default=""),
    Column("token", Text, nullable=False, default=""),  # of a waiting attempt
    Column("transcript", String(64), nullable=False, default=""),
    Column("started", Micros, nullable=False),
    Column("hold_until", Micros, nullable=False, default=0),  # 0: until settled
    Column("ended", Micros, nullable=True),
    UniqueConstraint("run", "shard", "n"),
    UniqueConstraint("task", "step"),
    Index(None, "state"),
    Index(None, "device"),
)
# The device lock: a constant predicate, so that ON CONFLICT can name it.
Index("uq_attempt_lock", attempt.c.lock_key, unique=True,
      sqlite_where=text("holds"), postgresql_where=text("holds"))  # fmt: skip


def holding() -> ColumnElement[bool]:
    """Whether an attempt holds its device, in the words of the index: SQLite would not use it for `holds = 1`."""
    return literal_column(f"{attempt.name}.holds")


event = Table(
    "event",
    metadata,
    Column("run", BigId, ForeignKey("run.no"), primary_key=True),
    Column("shard", Integer, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("at", Micros, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("body", Text, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("cut", Micros, nullable=True),  # when its body was emptied after its time
)

ledger = Table(
    "ledger",
    metadata,
    Column("seq", BigId, primary_key=True, autoincrement=False),
    Column("run", Ulid, nullable=False, unique=True),
    Column("digest", String(64), nullable=False),
    Column("prev", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("at", Micros, nullable=False),
    Column("purged", Micros, nullable=True),
    Column("cut_of", Ulid, nullable=True),  # the run that readings were cut from
)

transcript = Table(
    "transcript",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("attempt", Ulid, nullable=False),
    Column("at", Micros, nullable=False),
    Column("body", Text, nullable=False),  # masked, zlib, base85
    Index(None, "at"),
)
