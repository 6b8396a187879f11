"""Somebody takes it upon themselves that a run waits for no window and no free slot."""

from __future__ import annotations

import json

from sqlalchemy import Connection, insert, select

from pedell.journal.commit import append_now
from pedell.journal.ops import ShardRef
from pedell.model.actor import Actor
from pedell.safety.waking import WINDOW, wake
from pedell.store.database import new_id, now
from pedell.store.tables.control import command
from pedell.store.tables.journal import run

KIND = "override"


def override(connection: Connection, number: int, run_id: str, who: Actor, reason: str) -> None:
    """Let the run go on now; a second time changes nothing."""
    known = select(command.c.no).where(command.c.kind == KIND, command.c.run == number)
    if connection.execute(known).first() is not None:
        return
    at = now()
    connection.execute(
        insert(command).values(
            id=new_id(), kind=KIND, run=number, body=json.dumps({"reason": reason}), actor_kind=who.kind, actor=who.id,
            verified_by=str(who.verified_by), at=at, taken=at, answer="ok",
        )
    )  # fmt: skip
    body = {"actor": who.id, "verified_by": str(who.verified_by), "reason": reason}
    append_now(connection, ShardRef(number, run_id, 0, 0), "run.override", body)
    wake(connection, WINDOW, number)


def of_open_runs(connection: Connection) -> frozenset[int]:
    """Runs that do not wait for windows."""
    query = select(run.c.no).join(command, command.c.run == run.c.no)
    return frozenset(connection.execute(query.where(command.c.kind == KIND, run.c.ended.is_(None))).scalars())
