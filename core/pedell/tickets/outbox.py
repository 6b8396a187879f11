"""The outbox: what tickets are to be told, kept until their system has it.

A note is put here in the same transaction as the run's end. It reaches the system at least once and is
made once there, by the marker that the adapter searches before it sends again. Rows of one ticket go in
order, so a state never changes before the note that proves it. A row is given up only when the ticket is
gone, or when its system has said no for `GIVE_UP`; a system that does not answer is waited for without end.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, select, update

from pedell.drivers.deadline import Deadline
from pedell.errors import PedellError, TicketGoneError, TicketUnreachableError
from pedell.store.database import Store, new_id, now
from pedell.store.tables.ticketing import outbox as table
from pedell.store.tables.ticketing import ticket as ticket_table
from pedell.tickets import rows, store
from pedell.tickets.adapter import TicketState, TicketSystem
from pedell.tickets.model import LOCAL, OutboxKind, OutboxRow, OutboxState, Ticket
from pedell.tickets.systems import Systems

SECOND = 1_000_000
AUTHOR = "pedell"
CLAIM = 300 * SECOND
"""Longer than any adapter takes over one row, so that a claim runs out only when its owner is dead."""
GIVE_UP = 14 * 86_400 * SECOND
UNREACHABLE = (30 * SECOND, 900 * SECOND)
REFUSED = (300 * SECOND, 6 * 3600 * SECOND)
"""First pause and longest one, in microseconds; doubled in between."""


@dataclass(frozen=True)
class Drained:
    """What one drain did: rows sent, put off, given up."""

    sent: int = 0
    later: int = 0
    dead: int = 0


@dataclass(frozen=True)
class _Claimed:
    row: OutboxRow
    claim: str
    system: str
    key: str


def put_note(connection: Connection, ticket: Ticket, text: str, *, marker: str) -> None:
    """Tell the ticket `text` once; `marker` (at most 64 characters) makes it unique."""
    if ticket.system == LOCAL:
        store.note(connection, ticket.no, text, marker=marker, author=AUTHOR)
    _put(connection, ticket, OutboxKind.NOTE, text, marker)


def put_state(connection: Connection, ticket: Ticket, state: TicketState, *, marker: str) -> None:
    """Change the ticket's state, after everything that was put before."""
    if _put(connection, ticket, OutboxKind.STATE, state.value, marker) and ticket.system == LOCAL:
        store.set_state(connection, ticket.no, state)


def of_ticket(connection: Connection, ticket: int) -> list[OutboxRow]:
    """A ticket's rows, oldest first."""
    statement = select(table).where(table.c.ticket == ticket).order_by(table.c.no)
    return [rows.outbox(row) for row in connection.execute(statement).mappings()]


def counts(connection: Connection) -> dict[OutboxState, int]:
    """How many rows are in each state."""
    found = connection.execute(select(table.c.state, func.count()).group_by(table.c.state))
    return {OutboxState(state): number for state, number in found}


def _put(connection: Connection, ticket: Ticket, kind: OutboxKind, body: str, marker: str) -> bool:
    at = now()
    # The built-in store is in this very transaction: what is put is already there.
    here = ticket.system == LOCAL
    values = {
        "id": new_id(),
        "ticket": ticket.no,
        "kind": kind.value,
        "body": body,
        "marker": marker,
        "state": (OutboxState.SENT if here else OutboxState.DUE).value,
        "tries": 0,
        "next_at": at,
        "created": at,
        "sent": at if here else None,
        "claim": "",
        "claimed_until": 0,
        "error": "",
    }
    return rows.insert_once(connection, table, values, "marker") is not None


class Outbox:
    """Sends what is due. Any number of processes may drain at once."""

    def __init__(self, store: Store, systems: Systems) -> None:
        self._store = store
        self._systems = systems

    def drain(self, limit: int, deadline: Deadline) -> Drained:
        """Send up to `limit` rows; starts none after the deadline."""
        sent = later = dead = 0
        down: set[str] = set()
        for _ in range(limit):
            claimed = None if deadline.passed() else self._claim(down)
            if claimed is None:
                break
            state = self._deliver(claimed, down)
            sent += state is OutboxState.SENT
            later += state is OutboxState.DUE
            dead += state is OutboxState.DEAD
        return Drained(sent, later, dead)

    def _ready(self, down: set[str], at: int) -> ColumnElement[bool]:
        earlier = table.alias()
        before = select(earlier.c.no).where(
            earlier.c.ticket == table.c.ticket,
            earlier.c.state == OutboxState.DUE.value,
            earlier.c.no < table.c.no,
        )
        return (
            (table.c.state == OutboxState.DUE.value)
            # A time much further ahead than any pause was written by a clock that has been set back since: it tells nothing.
            & ((table.c.next_at <= at) | (table.c.next_at > at + 2 * REFUSED[1]))
            & ((table.c.claimed_until < at) | (table.c.claimed_until > at + 2 * CLAIM))
            & ~before.exists()
            & ticket_table.c.system.not_in(sorted(down))
        )

    def _claim(self, down: set[str]) -> _Claimed | None:
        at = now()
        statement = (
            select(table, ticket_table.c.system.label("in_system"), ticket_table.c.key.label("in_key"))
            .join(ticket_table, ticket_table.c.no == table.c.ticket)
            .where(self._ready(down, at))
            .order_by(table.c.no)
            .limit(1)
        )
        with self._store.reading() as connection:
            if connection.execute(statement).first() is None:
                return None
        with self._store.writing() as connection:
            row = connection.execute(statement.with_for_update(of=table, skip_locked=True)).mappings().first()
            if row is None:
                return None
            claim = new_id()
            connection.execute(
                update(table).where(table.c.no == row["no"]).values(claim=claim, claimed_until=at + CLAIM)
            )
            return _Claimed(rows.outbox(row), claim, row["in_system"], row["in_key"])

    def _deliver(self, claimed: _Claimed, down: set[str]) -> OutboxState:
        row = claimed.row
        try:
            _tell(self._systems.get(claimed.system), claimed.key, row)
        except TicketUnreachableError as error:
            down.add(claimed.system)
            return self._later(claimed, error.message, UNREACHABLE)
        except TicketGoneError as error:
            return self._dead(claimed, error.message)
        except Exception as error:  # an adapter's bug concerns its own tickets only
            message = (
                error.message if isinstance(error, PedellError) else f"{type(error).__name__} in the adapter"
            )
            if now() - row.created > GIVE_UP:
                return self._dead(claimed, message)
            return self._later(claimed, message, REFUSED)
        with self._store.writing() as connection:
            self._settle(connection, claimed, state=OutboxState.SENT.value, sent=now(), error="")
            if row.kind is OutboxKind.STATE:
                store.set_state(connection, row.ticket, TicketState(row.body))
        return OutboxState.SENT

    def _later(self, claimed: _Claimed, error: str, pauses: tuple[int, int]) -> OutboxState:
        pause = min(pauses[0] * 2 ** min(claimed.row.tries, 20), pauses[1])
        with self._store.writing() as connection:
            self._settle(connection, claimed, next_at=now() + pause, error=error[:1000])
        return OutboxState.DUE

    def _dead(self, claimed: _Claimed, error: str) -> OutboxState:
        with self._store.writing() as connection:
            self._settle(connection, claimed, state=OutboxState.DEAD.value, error=error[:1000])
            if claimed.row.kind is OutboxKind.NOTE:
                # A state without the note that proves it would say more than is written.
                connection.execute(
                    update(table)
                    .where(
                        table.c.ticket == claimed.row.ticket,
                        table.c.kind == OutboxKind.STATE.value,
                        table.c.state == OutboxState.DUE.value,
                        table.c.no > claimed.row.no,
                    )
                    .values(state=OutboxState.DEAD.value, error="the note before it could not be written")
                )
        return OutboxState.DEAD

    @staticmethod
    def _settle(connection: Connection, claimed: _Claimed, **values: object) -> None:
        connection.execute(
            update(table)
            .where(table.c.no == claimed.row.no, table.c.claim == claimed.claim)
            .values(tries=claimed.row.tries + 1, claim="", claimed_until=0, **values)
        )


def _tell(system: TicketSystem, key: str, row: OutboxRow) -> None:
    if row.kind is OutboxKind.NOTE:
        system.note(key, row.body, marker=row.marker)
    else:
        system.set_state(key, TicketState(row.body))
