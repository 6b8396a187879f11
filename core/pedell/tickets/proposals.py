"""Proposals: what intake suggests for a ticket, kept until somebody takes or drops it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy import Connection, insert, select, update

from pedell.errors import ConflictError, NotFoundError
from pedell.i18n import t
from pedell.store.database import new_id, now
from pedell.store.tables.ticketing import proposal as table
from pedell.store.tables.ticketing import ticket as ticket_table
from pedell.tickets import rows
from pedell.tickets.intake import Considered
from pedell.tickets.model import Json, Proposal, ProposalState


def keep(connection: Connection, ticket: int, considered: Considered) -> bool:
    """Store what intake says of a ticket; False where it was considered before."""
    at = now()
    first = connection.execute(
        update(ticket_table)
        .where(ticket_table.c.no == ticket, ticket_table.c.considered.is_(None))
        .values(considered=at, remarks=json.dumps(considered.remarks, ensure_ascii=False, default=dict))
    )
    if first.rowcount == 0:
        return False
    for each in considered.suggestions:  # one by one: their order is their rank
        connection.execute(
            insert(table).values(
                id=new_id(),
                ticket=ticket,
                rule=each.rule,
                playbook=each.playbook,
                selector=each.selector,
                inputs=json.dumps(dict(each.inputs), ensure_ascii=False),
                reasons=json.dumps(each.reasons, ensure_ascii=False, default=dict),
                auto=each.auto,
                state=ProposalState.OPEN.value,
                created=at,
            )
        )
    return True


def get(connection: Connection, no: int) -> Proposal:
    """The proposal of that number; raises NotFoundError."""
    row = connection.execute(select(table).where(table.c.no == no)).mappings().first()
    if row is None:
        hint = t("see 'pedell tickets proposals'")
        raise NotFoundError(t("there is no proposal {number}", number=no), hint=hint)
    return rows.proposal(row)


def listed(
    connection: Connection, *, state: ProposalState | None = None, ticket: int | None = None, limit: int = 100
) -> list[Proposal]:
    """Proposals, the newest ticket's first and the best of each ticket before the others."""
    statement = select(table).order_by(table.c.ticket.desc(), table.c.no).limit(limit)
    if state is not None:
        statement = statement.where(table.c.state == state.value)
    if ticket is not None:
        statement = statement.where(table.c.ticket == ticket)
    return [rows.proposal(row) for row in connection.execute(statement).mappings()]


def take(connection: Connection, no: int, run: int) -> None:
    """Mark it as taken by a run; raises ConflictError where it is not open any more."""
    _settle(connection, no, ProposalState.TAKEN, run)


def drop(connection: Connection, no: int) -> None:
    """Say that nobody wants it; raises ConflictError where it is not open any more."""
    _settle(connection, no, ProposalState.DROPPED, None)


def automatic(connection: Connection, limit: int = 20) -> list[Proposal]:
    """Open proposals that may run without being asked for, oldest first."""
    statement = (
        select(table)
        .where(table.c.state == ProposalState.OPEN.value, table.c.auto)
        .order_by(table.c.no)
        .limit(limit)
    )
    return [rows.proposal(row) for row in connection.execute(statement).mappings()]


def leave(connection: Connection, proposal: Proposal, why: Mapping[str, Json]) -> None:
    """Leave a proposal that could not run by itself to people, and say why."""
    reasons = json.dumps([*proposal.reasons, why], ensure_ascii=False, default=dict)
    connection.execute(update(table).where(table.c.no == proposal.no).values(auto=False, reasons=reasons))


def _settle(connection: Connection, no: int, state: ProposalState, run: int | None) -> None:
    changed = connection.execute(
        update(table)
        .where(table.c.no == no, table.c.state == ProposalState.OPEN.value)
        .values(state=state.value, run=run)
    )
    if changed.rowcount == 0:
        found = get(connection, no)
        message = t("proposal {number} is not open any more", number=no)
        hint = t("run {run} took it", run=found.run) if found.run is not None else ""
        raise ConflictError(message, hint=hint)
