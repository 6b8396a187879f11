"""What every part of the service needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pedell.errors import ConfigError
from pedell.hooks.plugins import Plugins
from pedell.i18n import t
from pedell.security.secrets import Secrets
from pedell.settings import Settings
from pedell.store.database import HEAD, Store


@dataclass
class Surroundings:
    """Settings, store, plugins and secrets of one process; the store is opened on first use.

    Attributes:
        creates: whether a store is made where there is none; else that is a ConfigError.
        made: told once where a store was made.
    """

    settings: Settings
    creates: bool = True
    made: Callable[[str], None] | None = None

    @cached_property
    def store(self) -> Store:
        """The store, at this version's revision; raises ConfigError where there is none and none may be made."""
        place = store_file(self.settings.database_url)
        if place is not None and not self.creates and not (place.exists() and place.stat().st_size):
            raise self._missing(str(place))
        store = Store(self.settings.database_url)
        try:
            found = store.revision()
            if found is None and not self.creates:
                raise self._missing(store.name)
            if found != HEAD:
                store.prepare()
        except BaseException:
            store.close()
            raise
        if found is None and self.made is not None:
            self.made(store.name)
        return store

    def _missing(self, place: str) -> ConfigError:
        return ConfigError(
            t("there is no store in {place}", place=place),
            hint=t("'pedell init' makes one; PEDELL_DATA names another data folder"),
        )

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


def store_file(url: str) -> Path | None:
    """The file of a SQLite store; None for a database on a server."""
    scheme, _, rest = url.partition(":///")
    path = rest.partition("?")[0]
    return Path(path) if scheme.startswith("sqlite") and path else None
