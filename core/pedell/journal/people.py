"""Who stands behind the opaque ids that the journal carries: names in a table of their own, which can be emptied."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, insert, select, update

from pedell.model.actor import Actor
from pedell.store.tables.control import actor


def know(connection: Connection, who: Actor) -> None:
    """Keep the name of somebody who asks for something; one that was emptied stays so."""
    known = connection.execute(select(actor.c.name).where(actor.c.id == who.id)).first()
    if known is None:
        connection.execute(insert(actor).values(id=who.id, kind=who.kind, name=who.name, uid=who.uid))
    elif known.name and who.name and known.name != who.name:
        connection.execute(update(actor).where(actor.c.id == who.id).values(name=who.name))


def names(connection: Connection) -> Mapping[str, str]:
    """Names by id; without those that were emptied."""
    return {row.id: row.name for row in connection.execute(select(actor.c.id, actor.c.name)) if row.name}
