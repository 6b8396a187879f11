"""Tasks that wait for a rule are woken by whoever changes what the rule says."""

from __future__ import annotations

from sqlalchemy import Connection, update

from pedell.store.database import now
from pedell.store.tables.journal import task

FRESH_SECONDS = 0.5
"""How old what the gate knows of the store may be."""
STOP, HOLD, APPROVAL, WINDOW, BREAKER = "stop", "hold", "approval", "window", "breaker"


def mark(rule: str) -> str:
    """What a task that waits for the rule carries as its lock."""
    return f"gate:{rule}" if rule else ""


def wake(connection: Connection, rule: str, run: int | None = None) -> None:
    """Let the tasks that wait for this rule ask again, as soon as the gate knows of the change for certain."""
    wanted = [task.c.state == "waiting", task.c.lock_key == mark(rule)]
    if run is not None:
        wanted.append(task.c.run == run)
    connection.execute(update(task).where(*wanted).values(until=now() + int(1.4 * FRESH_SECONDS * 1_000_000)))
