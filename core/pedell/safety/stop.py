"""The global stop switch: no new effect begins while it is on. Polls, probes and completions go on."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from pedell.journal import installation
from pedell.journal.commit import STOP_SWITCH
from pedell.model.actor import Actor, said_by
from pedell.safety.waking import STOP, wake
from pedell.store.database import now
from pedell.store.tables.control import switch


@dataclass(frozen=True)
class Stopped:
    """Where the switch stands; `at` in UTC microseconds, 0 where it was never touched."""

    on: bool
    reason: str = ""
    actor: str = ""
    at: int = 0


def stopped(connection: Connection) -> Stopped:
    """Read the switch."""
    row = connection.execute(select(switch).where(switch.c.name == STOP_SWITCH)).first()
    return Stopped(row.on, row.reason, row.actor, row.at) if row else Stopped(on=False)


def set_stop(connection: Connection, who: Actor, reason: str, *, on: bool) -> Stopped:
    """Turn the switch; what waits for it goes on at once."""
    changes = on or stopped(connection).on
    made = Stopped(on, reason, who.id, now())
    connection.execute(delete(switch).where(switch.c.name == STOP_SWITCH))
    connection.execute(
        insert(switch).values(name=STOP_SWITCH, on=on, reason=reason, actor=who.id, at=made.at)
    )
    if not on:
        wake(connection, STOP)
    if changes:
        installation.append(connection, "stop.on" if on else "stop.off", {"reason": reason, **said_by(who)})
    return made
