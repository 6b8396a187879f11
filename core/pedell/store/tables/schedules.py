"""Schedules and their fires."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint

from pedell.store.tables.base import BigId, Micros, metadata, number, ulid

schedule = Table(
    "schedule", metadata, number(), ulid(),
    Column("name", String(64), nullable=False, unique=True),
    Column("cron", String(120), nullable=False),
    Column("timezone", String(64), nullable=False),
    Column("playbook", String(128), nullable=False),
    Column("selector", Text, nullable=False),
    Column("inputs", Text, nullable=False, default="{}"),
    Column("catch_up", String(8), nullable=False, default="last"),  # none, last, all
    Column("paused", Boolean, nullable=False, default=False),
    Column("actor", String(64), nullable=False),
    Column("created", Micros, nullable=False),
    Column("looked", Micros, nullable=False),  # fires up to here are made
    Column("removed", Micros, nullable=True),
)  # fmt: skip

fire = Table(
    "fire", metadata, number(),
    Column("schedule", BigId, ForeignKey("schedule.no"), nullable=False),
    # Local time for daily and coarser rules, UTC for finer ones: once also over both clock changes.
    Column("nominal", String(40), nullable=False),
    Column("due", Micros, nullable=False),
    Column("at", Micros, nullable=False),
    Column("state", String(12), nullable=False),  # started, skipped, failed
    Column("run", BigId, ForeignKey("run.no"), nullable=True),
    Column("note", Text, nullable=False, default=""),
    UniqueConstraint("schedule", "nominal"),
    Index(None, "due"),
)  # fmt: skip
