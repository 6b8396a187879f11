"""What waits, and what did not happen in time."""

from __future__ import annotations

from collections.abc import Sequence

from pedell.service.base import Surroundings
from pedell.service.waiting import Waiting, waiting


class WatchService:
    """Looks at the whole store; changes nothing."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around

    def waiting(self) -> Sequence[Waiting]:
        """What waits for what, by run and reason."""
        with self._around.store.reading() as connection:
            return waiting(connection)
