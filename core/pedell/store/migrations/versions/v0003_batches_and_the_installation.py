"""Batches, the installation's own chain, readings that are kept for less long.

Made by `python -m pedell.store.revise`, then read; never changed once released.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Batches, the installation's own chain, readings that are kept for less long."""
    with op.batch_alter_table("shard", schema=None) as batch_op:
        batch_op.add_column(sa.Column("batch", sa.Integer(), server_default=sa.text("0"), nullable=False))
