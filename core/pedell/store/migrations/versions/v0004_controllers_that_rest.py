"""Controllers that rest.

Made by `python -m pedell.store.revise`, then read; never changed once released.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def words(length: int) -> sa.types.TypeEngine[str]:
    """A short text; the length is for people."""
    return sa.String(length).with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Controllers that rest."""
    op.create_table(
        "controller_rest",
        sa.Column("controller", words(26), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("controller", name=op.f("pk_controller_rest")),
    )
