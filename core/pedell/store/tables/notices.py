"""Notices for people: what was told, and what is still to be sent."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text, UniqueConstraint

from pedell.store.tables.base import Micros, metadata, number, ulid

notice = Table(
    "notice", metadata, number(), ulid(),
    Column("notifier", String(64), nullable=False),  # its name in the settings
    Column("marker", String(64), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("links", Text, nullable=False, default="[]"),
    Column("state", String(12), nullable=False),  # due, sent, dead
    Column("tries", Integer, nullable=False, default=0),
    Column("next_at", Micros, nullable=False),
    Column("claim", String(26), nullable=False, default=""),  # who is sending it now
    Column("claimed_until", Micros, nullable=False, default=0),  # after that another may take it
    Column("error", Text, nullable=False, default=""),
    Column("created", Micros, nullable=False),
    Column("sent", Micros, nullable=True),
    UniqueConstraint("notifier", "marker"),
    Index(None, "state", "next_at"),
)  # fmt: skip

# What people have been told of and still is so; a row goes when its cause is gone.
told = Table(
    "told",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("at", Micros, nullable=False),
)
