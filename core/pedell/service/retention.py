"""How long the journal is kept, and names of persons."""

from __future__ import annotations

from sqlalchemy import insert, select, update

from pedell.errors import ConflictError, NotFoundError
from pedell.i18n import t
from pedell.journal.cutting import cut
from pedell.journal.purge import Old, old, purge
from pedell.model.actor import Actor
from pedell.service.base import Surroundings
from pedell.store.database import new_id, now
from pedell.store.tables.control import actor, command

DAY = 86_400 * 1_000_000


class RetentionService:
    """Purges the journal by the settings' retention, and forgets names."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around

    def _before(self) -> tuple[int, int]:
        kept = self._around.settings.retention
        return now() - kept.reads_days * DAY, now() - kept.effects_days * DAY

    def due(self) -> Old:
        """What would be removed."""
        with self._around.store.reading() as connection:
            return old(connection, *self._before())

    def purge(self, who: Actor) -> tuple[int, int]:
        """Remove it; returns how many runs were, and how many devices' readings. Who asked for it is kept as a command."""
        reads_before, effects_before = self._before()
        removed = purge(self._around.store, reads_before, effects_before)
        readings = cut(self._around.store, reads_before)
        at = now()
        with self._around.store.writing() as connection:
            connection.execute(
                insert(command).values(
                    id=new_id(), kind="purge", actor_kind=who.kind, actor=who.id, verified_by=str(who.verified_by), at=at, taken=at,
                    answer=f"{removed} runs, readings of {readings} devices",
                )
            )  # fmt: skip
        return removed, readings

    def forget(self, reference: str) -> str:
        """Empty the name behind an actor's id or name; returns the id. Raises NotFoundError, ConflictError."""
        with self._around.store.writing() as connection:
            query = select(actor.c.id).where((actor.c.id == reference) | (actor.c.name == reference)).limit(2)
            found = connection.execute(query).scalars().all()
            if not found:
                raise NotFoundError(t("nobody is known as {name}", name=reference[:80]))
            if len(found) > 1:
                raise ConflictError(t("several are known as {name}; say the id", name=reference[:80]))
            connection.execute(update(actor).where(actor.c.id == found[0]).values(name=""))
            return str(found[0])
