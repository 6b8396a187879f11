"""Rows of the tables as frozen types, and an insert that a second caller does not repeat."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, RowMapping, Table
from sqlalchemy.dialects import postgresql, sqlite

from pedell.tickets.adapter import TicketState
from pedell.tickets.model import Note, OutboxKind, OutboxRow, OutboxState, Proposal, ProposalState, Ticket

_NOTE = tuple(Note.__dataclass_fields__)
_OUTBOX = tuple(OutboxRow.__dataclass_fields__)


def insert_once(connection: Connection, table: Table, values: dict[str, Any], *unique: str) -> int | None:
    """Insert unless a row with the same `unique` columns is there; the new row's number, else None."""
    maker = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = maker(table).values(values).on_conflict_do_nothing(index_elements=list(unique))
    number = connection.execute(statement.returning(table.c.no)).scalar()
    return int(number) if number is not None else None


def ticket(row: RowMapping) -> Ticket:
    """A row of `ticket`."""
    return Ticket(
        no=row["no"],
        id=row["id"],
        system=row["system"],
        key=row["key"],
        kind=row["kind"],
        title=row["title"],
        body=row["body"],
        state=TicketState(row["state"]),
        requester=row["requester"],
        url=row["url"],
        created=row["created"],
        changed=row["changed"],
        considered=row["considered"],
        hints=json.loads(row["hints"]),
        remarks=tuple(json.loads(row["remarks"])),
    )


def note(row: RowMapping) -> Note:
    """A row of `ticket_note`."""
    return Note(**{name: row[name] for name in _NOTE})


def outbox(row: RowMapping) -> OutboxRow:
    """A row of `outbox`."""
    values = {name: row[name] for name in _OUTBOX}
    return OutboxRow(**values | {"kind": OutboxKind(row["kind"]), "state": OutboxState(row["state"])})


def proposal(row: RowMapping) -> Proposal:
    """A row of `proposal`."""
    return Proposal(
        no=row["no"],
        id=row["id"],
        ticket=row["ticket"],
        rule=row["rule"],
        playbook=row["playbook"],
        selector=row["selector"],
        auto=bool(row["auto"]),
        state=ProposalState(row["state"]),
        run=row["run"],
        created=row["created"],
        inputs=json.loads(row["inputs"]),
        reasons=tuple(json.loads(row["reasons"])),
    )
