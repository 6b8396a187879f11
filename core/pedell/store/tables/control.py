"""Rows that people write and the engine reads: commands, holds, approvals, breakers, actors."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from pedell.store.tables.base import BigId, Micros, metadata, number, ulid

# Cancel, resume and settle are rows that the engine polls.
command = Table(
    "command", metadata, number(), ulid(),
    Column("kind", String(24), nullable=False),  # cancel, resume, settle, override (read by safety)
    Column("run", BigId, ForeignKey("run.no"), nullable=True),
    Column("body", Text, nullable=False, default="{}"),
    Column("actor_kind", String(16), nullable=False),
    Column("actor", String(64), nullable=False),
    Column("verified_by", String(16), nullable=False),
    Column("at", Micros, nullable=False),
    Column("taken", Micros, nullable=True),
    Column("answer", Text, nullable=False, default=""),
    Index(None, "taken"),
)  # fmt: skip

actor = Table(
    "actor",
    metadata,
    Column("id", String(64), primary_key=True),  # opaque: what events carry
    Column("kind", String(16), nullable=False),
    Column("name", String(200), nullable=False, default=""),  # deletable
    Column("uid", BigInteger, nullable=True),
)

switch = Table(
    "switch",
    metadata,
    Column("name", String(64), primary_key=True),  # "stop"
    Column("on", Boolean, nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("actor", String(64), nullable=False, default=""),
    Column("at", Micros, nullable=False),
)

hold = Table(
    "hold", metadata, number(), ulid(),
    Column("selector", Text, nullable=False),
    Column("until", Micros, nullable=True),
    Column("reason", Text, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("at", Micros, nullable=False),
    Column("released", Micros, nullable=True),
)  # fmt: skip

approval = Table(
    "approval", metadata, number(), ulid(),
    Column("run", BigId, ForeignKey("run.no"), nullable=False),
    Column("envelope", String(64), nullable=False),
    Column("state", String(12), nullable=False),  # asked, granted, refused, expired
    Column("asked_by", String(64), nullable=False),
    Column("asked", Micros, nullable=False),
    Column("expires", Micros, nullable=False),
    Column("decided_by", String(64), nullable=False, default=""),
    Column("verified_by", String(16), nullable=False, default=""),
    Column("decided", Micros, nullable=True),
    Column("reason", Text, nullable=False, default=""),
    Index(None, "run"),
)  # fmt: skip

breaker = Table(
    "breaker",
    metadata,
    Column("key", String(200), primary_key=True),  # model:…, firmware:…, site:…, controller:…, credential:…
    Column("state", String(12), nullable=False),  # closed, open, half_open
    Column("failures", Integer, nullable=False, default=0),
    Column("since", Micros, nullable=False),
    Column("reason", Text, nullable=False, default=""),
)

# The chain of what belongs to no run, and its head.
installation = Table(
    "installation",
    metadata,
    Column("name", String(16), primary_key=True),
    Column("seq", BigId, nullable=False),
    Column("head", String(64), nullable=False),
)
installation_event = Table(
    "installation_event",
    metadata,
    Column("seq", BigId, primary_key=True, autoincrement=False),
    Column("at", Micros, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("body", Text, nullable=False),
    Column("hash", String(64), nullable=False),
)

# How many calls of a capability reached their intent, per scope and hour.
cap_count = Table(
    "cap_count",
    metadata,
    Column("scope", String(200), primary_key=True),
    Column("hour", Integer, primary_key=True),
    Column("count", Integer, nullable=False),
)

# Controllers that asked to be left alone, for an engine that is started again meanwhile.
controller_rest = Table(
    "controller_rest",
    metadata,
    Column("controller", String(26), primary_key=True),
    Column("at", Micros, nullable=False),  # when it asked
    Column("until", Micros, nullable=False),
)
