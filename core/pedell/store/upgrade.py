"""Run the migrations."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from pedell.errors import StoreError
from pedell.i18n import t
from pedell.store import postgresql
from pedell.store.database import HEAD, Store


def configuration(store: Store) -> Config:
    """Alembic's configuration for this store."""
    config = Config()
    config.set_main_option("script_location", "pedell.store:migrations")
    config.attributes["store"] = store
    return config


def upgrade(store: Store) -> None:
    """Bring the store to `HEAD`; raises StoreError where it is of a newer Pedell, or the server will not do."""
    found = store.revision()
    if found is not None and found > HEAD:
        raise StoreError(
            t(
                "the store is of a newer Pedell (revision {found}, this one knows {head})",
                found=found,
                head=HEAD,
            ),
            hint=t("install that version or a newer one"),
        )
    if found is None and not store.sqlite:
        with store.reading() as connection:
            postgresql.check_server(connection)
    try:
        command.upgrade(configuration(store), HEAD)
    except CommandError as error:
        raise StoreError(t("the store cannot be brought up to date: {error}", error=error)) from error
