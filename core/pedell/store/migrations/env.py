"""Alembic's entry: runs on the store's own connection, in one write transaction."""

from __future__ import annotations

from alembic import context

from pedell.store.tables import metadata

store = context.config.attributes["store"]
with store.writing() as connection:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=store.sqlite)
    with context.begin_transaction():
        context.run_migrations()
