"""Tickets, the outbox, the inbox of webhook deliveries, and proposals."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from pedell.store.tables.base import BigId, Micros, metadata, number, ulid

# Every run belongs to a row here; for another system it is a shadow of the ticket that lives there.
ticket = Table(
    "ticket", metadata, number(), ulid(),
    Column("system", String(64), nullable=False),  # "local" or a name from the settings
    Column("key", String(128), nullable=False),  # its key in that system
    Column("kind", String(16), nullable=False, default="incident"),  # incident, maintenance
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False, default=""),
    Column("state", String(16), nullable=False),
    Column("requester", String(200), nullable=False, default=""),
    Column("url", String(500), nullable=False, default=""),
    Column("hints", Text, nullable=False, default="{}"),
    Column("created", Micros, nullable=False),
    Column("changed", Micros, nullable=False),
    Column("considered", Micros, nullable=True),  # when intake looked at it; it does so once
    Column("remarks", Text, nullable=False, default="[]"),  # what intake has to say beside its proposals
    UniqueConstraint("system", "key"),
    Index(None, "state"),
)  # fmt: skip

# Notes of the built-in store; `marker` keeps a note from being made twice.
ticket_note = Table(
    "ticket_note", metadata, number(), ulid(),
    Column("ticket", BigId, ForeignKey("ticket.no"), nullable=False),
    Column("at", Micros, nullable=False),
    Column("author", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("marker", String(64), nullable=False, unique=True),
    Index(None, "ticket"),
)  # fmt: skip

outbox = Table(
    "outbox", metadata, number(), ulid(),
    Column("ticket", BigId, ForeignKey("ticket.no"), nullable=False),
    Column("kind", String(12), nullable=False),  # note, state
    Column("body", Text, nullable=False),
    Column("marker", String(64), nullable=False, unique=True),
    Column("state", String(12), nullable=False),  # due, sent, dead
    Column("tries", Integer, nullable=False, default=0),
    Column("next_at", Micros, nullable=False),
    Column("claim", String(26), nullable=False, default=""),  # who is sending it now
    Column("claimed_until", Micros, nullable=False, default=0),  # after that another may take it
    Column("error", Text, nullable=False, default=""),
    Column("created", Micros, nullable=False),
    Column("sent", Micros, nullable=True),
    Index(None, "state", "next_at"),
    Index(None, "ticket", "state"),
)  # fmt: skip

# What was delivered lately: refuses a second one.
delivery = Table(
    "delivery",
    metadata,
    Column("door", String(64), primary_key=True),
    Column("key", String(128), primary_key=True),  # delivery id, or hash of the body
    Column("at", Micros, nullable=False),
    Index(None, "at"),
)

# Deliveries that were answered with 200 and are still to be worked on; `body` is emptied afterwards.
inbox = Table(
    "inbox", metadata, number(), ulid(),
    Column("door", String(64), nullable=False),
    Column("body", Text, nullable=False),
    Column("state", String(12), nullable=False),  # due, done, dead
    Column("tries", Integer, nullable=False, default=0),
    Column("next_at", Micros, nullable=False),
    Column("error", Text, nullable=False, default=""),
    Column("ticket", BigId, ForeignKey("ticket.no"), nullable=True),
    Column("at", Micros, nullable=False),
    Index(None, "state", "next_at"),
    Index(None, "at"),
)  # fmt: skip

proposal = Table(
    "proposal", metadata, number(), ulid(),
    Column("ticket", BigId, ForeignKey("ticket.no"), nullable=False),
    Column("rule", String(128), nullable=False),
    Column("playbook", String(128), nullable=False),
    Column("selector", Text, nullable=False),
    Column("inputs", Text, nullable=False, default="{}"),
    Column("reasons", Text, nullable=False, default="[]"),
    Column("auto", Boolean, nullable=False, default=False),  # to be run without being asked for
    Column("state", String(12), nullable=False),  # open, taken, dropped
    Column("run", BigId, ForeignKey("run.no"), nullable=True),
    Column("created", Micros, nullable=False),
    Index(None, "ticket"),
    Index(None, "state"),
)  # fmt: skip
