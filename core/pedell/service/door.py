"""The one door: everything that can be asked of Pedell, by area."""

from __future__ import annotations

from types import TracebackType

from pedell.service.base import Surroundings
from pedell.settings import Settings


class Service:
    """Areas are made on first use, so that a command pays only for what it touches."""

    def __init__(self, settings: Settings) -> None:
        self.around = Surroundings(settings)

    def __enter__(self) -> Service:
        """Nothing is opened yet."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close what was opened."""
        self.around.close()
