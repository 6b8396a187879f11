"""Maintenance holds: some devices are left alone until a time; reads go on."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from pedell.errors import ConflictError, NotFoundError
from pedell.i18n import t
from pedell.journal import installation
from pedell.model.actor import Actor, said_by
from pedell.safety.waking import HOLD, wake
from pedell.store.database import new_id, now
from pedell.store.tables.control import hold


@dataclass(frozen=True)
class Hold:
    """Devices that are left alone. Times in UTC microseconds; `until` is None for "until released"."""

    no: int
    id: str
    selector: str
    until: int | None
    reason: str
    actor: str
    at: int
    released: int | None = None


def add(connection: Connection, selector: str, until: int | None, who: Actor, reason: str) -> Hold:
    """Write a hold down."""
    values = {
        "id": new_id(),
        "selector": selector,
        "until": until,
        "reason": reason,
        "actor": who.id,
        "at": now(),
    }
    key = connection.execute(insert(hold).values(**values)).inserted_primary_key
    made = Hold(no=int(key[0]) if key else 0, **values)  # type: ignore[arg-type]
    body = {"hold": made.no, "selector": selector, "until": until, "reason": reason, **said_by(who)}
    installation.append(connection, "hold.added", body)
    return made


def find(connection: Connection, *, everything: bool = False) -> list[Hold]:
    """Holds, oldest first; only those that hold now, unless everything is asked for."""
    query = select(hold).order_by(hold.c.no)
    if not everything:
        query = query.where(hold.c.released.is_(None), hold.c.until.is_(None) | (hold.c.until > now()))
    return [Hold(*row) for row in connection.execute(query)]


def release(connection: Connection, number: int, who: Actor, reason: str = "") -> Hold:
    """End a hold; what waits for it goes on at once. Raises NotFoundError, ConflictError."""
    row = connection.execute(select(hold).where(hold.c.no == number)).first()
    if row is None:
        raise NotFoundError(t("there is no hold {number}", number=number), hint=t("see 'pedell hold list'"))
    if row.released is not None:
        raise ConflictError(t("hold {number} has been released already", number=number))
    connection.execute(update(hold).where(hold.c.no == number).values(released=now()))
    wake(connection, HOLD)
    installation.append(connection, "hold.released", {"hold": number, "reason": reason, **said_by(who)})
    return Hold(*row)
