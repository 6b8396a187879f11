"""First revision."""

from __future__ import annotations

from alembic import op

from pedell.store.tables import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create everything. (Replaced by explicit operations before the first release.)"""
    metadata.create_all(op.get_bind())
