"""The built-in ticket system `local`, and shadows of the tickets of other systems.

Functions work inside the caller's transaction, so that a run and its ticket are made in one commit.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy import Connection, or_, select, update

from pedell.errors import NotFoundError
from pedell.i18n import t
from pedell.store.database import new_id, now
from pedell.store.tables.ticketing import outbox, ticket_note
from pedell.store.tables.ticketing import ticket as table
from pedell.tickets import rows
from pedell.tickets.adapter import RemoteTicket, TicketState
from pedell.tickets.model import LOCAL, Note, OutboxState, Ticket
from pedell.tickets.references import Reference

TITLE = 500
BODY = 100_000
HINTS = ("room", "device", "site", "symptom")


def create(
    connection: Connection,
    title: str,
    body: str = "",
    *,
    hints: Mapping[str, str] | None = None,
    key: str = "",
    kind: str = "incident",
    requester: str = "",
) -> Ticket:
    """Make a local ticket.

    `key` makes it unique: with a key that exists already, such as `maintenance:bert-brecht:2026-11-23`, the
    answer is the ticket that has it. Over-long texts are cut.
    """
    at = now()
    made = new_id()
    values = {
        "id": made,
        "system": LOCAL,
        "key": (key or made)[:128],
        "kind": kind,
        "title": _line(title),
        "body": _cut(body, BODY),
        "state": TicketState.NEW.value,
        "requester": _cut(requester, 200),
        "url": "",
        "hints": _hints(hints or {}),
        "created": at,
        "changed": at,
        "remarks": "[]",
    }
    rows.insert_once(connection, table, values, "system", "key")
    return _by_key(connection, LOCAL, str(values["key"]))


def shadow(
    connection: Connection, system: str, remote: RemoteTicket, hints: Mapping[str, str] | None = None
) -> Ticket:
    """The row of a ticket that lives in `system`, made or brought up to what that system says now."""
    at = now()
    told = {
        "title": _line(remote.title),
        "state": remote.state.value,
        "requester": _cut(remote.requester, 200),
        "url": _cut(remote.url, 500),
        "changed": at,
    }
    values = told | {
        "id": new_id(),
        "system": system,
        "key": remote.key,
        "kind": "incident",
        "body": _cut(remote.body, BODY),
        "hints": _hints(hints or {}),
        "created": at,
        "remarks": "[]",
    }
    if rows.insert_once(connection, table, values, "system", "key") is None:
        # An update seldom carries the first text again; what is known is kept.
        if remote.body:
            told["body"] = values["body"]
        connection.execute(
            update(table).where(table.c.system == system, table.c.key == remote.key).values(told)
        )
    return _by_key(connection, system, remote.key)


def get(connection: Connection, no: int) -> Ticket:
    """The ticket of that short number; raises NotFoundError."""
    return ensure(connection, Reference(no=no))


def find(connection: Connection, reference: Reference) -> Ticket | None:
    """The ticket that is meant, if the store has it."""
    statement = select(table)
    if reference.no is not None:
        statement = statement.where(table.c.no == reference.no)
    elif reference.id:
        statement = statement.where(table.c.id == reference.id)
    else:
        statement = statement.where(table.c.system == reference.system, table.c.key == reference.key)
    row = connection.execute(statement).mappings().first()
    return rows.ticket(row) if row is not None else None


def ensure(connection: Connection, reference: Reference, fetched: RemoteTicket | None = None) -> Ticket:
    """The ticket that is meant; one of another system is shadowed from what was `fetched` there before.

    Raises NotFoundError. Fetching is not done here: no transaction waits for a network.
    """
    if fetched is not None and reference.system:
        return shadow(connection, reference.system, fetched)
    found = find(connection, reference)
    if found is None:
        raise NotFoundError(
            t("there is no ticket {reference}", reference=str(reference)), hint=t("see 'pedell tickets list'")
        )
    return found


def search(
    connection: Connection,
    *,
    state: TicketState | None = None,
    text: str = "",
    undelivered: bool = False,
    limit: int = 50,
) -> list[Ticket]:
    """Tickets in that state whose title or text has `text`, newest first.

    `undelivered`: only those whose system has not been told everything yet, or never will be.
    """
    statement = select(table).order_by(table.c.no.desc()).limit(limit)
    if state is not None:
        statement = statement.where(table.c.state == state.value)
    if text:
        statement = statement.where(
            or_(table.c.title.icontains(text, autoescape=True), table.c.body.icontains(text, autoescape=True))
        )
    if undelivered:
        missing = (OutboxState.DUE.value, OutboxState.DEAD.value)
        statement = statement.where(
            select(outbox.c.no).where(outbox.c.ticket == table.c.no, outbox.c.state.in_(missing)).exists()
        )
    return [rows.ticket(row) for row in connection.execute(statement).mappings()]


def note(connection: Connection, ticket: int, text: str, *, marker: str, author: str) -> bool:
    """Write a note once; False where one with the marker is there already."""
    values = {
        "id": new_id(),
        "ticket": ticket,
        "at": now(),
        "author": author[:64],
        "text": _cut(text, BODY),
        "marker": marker,
    }
    made = rows.insert_once(connection, ticket_note, values, "marker") is not None
    if made:
        connection.execute(update(table).where(table.c.no == ticket).values(changed=now()))
    return made


def notes(connection: Connection, ticket: int) -> list[Note]:
    """A ticket's notes, oldest first."""
    statement = select(ticket_note).where(ticket_note.c.ticket == ticket).order_by(ticket_note.c.no)
    return [rows.note(row) for row in connection.execute(statement).mappings()]


def set_state(connection: Connection, ticket: int, state: TicketState) -> None:
    """Say what state the ticket is in."""
    connection.execute(update(table).where(table.c.no == ticket).values(state=state.value, changed=now()))


def _by_key(connection: Connection, system: str, key: str) -> Ticket:
    return ensure(connection, Reference(system=system, key=key))


def _line(text: str) -> str:
    return " ".join(_cut(text, TITLE * 4).split())[:TITLE]


def _cut(text: str, limit: int) -> str:
    """Within the limit and without NUL, which PostgreSQL does not store."""
    return text.replace("\x00", "")[:limit]


def _hints(hints: Mapping[str, str]) -> str:
    kept = {name: _cut(hints[name].strip(), 200) for name in HINTS if hints.get(name, "").strip()}
    return json.dumps(kept, ensure_ascii=False)
