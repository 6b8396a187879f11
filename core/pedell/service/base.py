"""What every part of the service needs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from pedell.hooks.plugins import Plugins
from pedell.security.secrets import Secrets
from pedell.settings import Settings
from pedell.store.database import Store


@dataclass
class Surroundings:
    """Settings, store, plugins and secrets of one process; the store is opened on first use."""

    settings: Settings

    @cached_property
    def store(self) -> Store:
        """The store, at this version's revision."""
        store = Store(self.settings.database_url)
        store.prepare()
        return store

    @cached_property
    def plugins(self) -> Plugins:
        """All plugins."""
        return Plugins()

    @cached_property
    def secrets(self) -> Secrets:
        """Secrets by reference."""
        return Secrets(self.settings.data)

    def close(self) -> None:
        """Close what was opened."""
        if "store" in self.__dict__:
            self.store.close()
