"""What waits, and what did not happen in time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pedell.service.base import Surroundings
from pedell.service.health import Check
from pedell.service.waiting import Waiting, waiting
from pedell.service.watchdog import watchdog
from pedell.store.database import now


class WatchService:
    """Looks at the whole store; changes nothing."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around

    def waiting(self) -> Sequence[Waiting]:
        """What waits for what, by run and reason."""
        with self._around.store.reading() as connection:
            return waiting(connection)

    def checks(self, since: int) -> Iterator[Check]:
        """Whether what should have happened in the last `since` seconds did; for a watchdog outside the process."""
        return watchdog(self._around, now() - since * 1_000_000)
