"""The note at the end of a run: read from the store, put into the outbox once."""

from __future__ import annotations

from pedell.service.base import Surroundings


class Reports:
    """Writes notes."""

    def __init__(self, around: Surroundings, tickets: object) -> None:
        self._around = around
        self._tickets = tickets

    def write(self, number: int) -> None:
        """Write the note of a closed run."""
