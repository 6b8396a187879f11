"""Run the migrations."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from pedell.errors import StoreError
from pedell.i18n import t
from pedell.store.database import HEAD, Store


def configuration(store: Store) -> Config:
    """Alembic's configuration for this store."""
    config = Config()
    config.set_main_option("script_location", "pedell.store:migrations")
    config.attributes["store"] = store
    return config


def upgrade(store: Store) -> None:
    """Bring the store to `HEAD`; raises StoreError where it is of a newer Pedell."""
    try:
        command.upgrade(configuration(store), HEAD)
    except CommandError as error:
        raise StoreError(
            t("the store is of another version of Pedell: {error}", error=error), hint=t("install that version or a newer one")
        ) from error
