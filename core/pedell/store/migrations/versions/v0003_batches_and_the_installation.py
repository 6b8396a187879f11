"""Batches, the installation's own chain, readings that are kept for less long.

Made by `python -m pedell.store.revise`, then read; never changed once released.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def words(length: int) -> sa.types.TypeEngine[str]:
    """A short text; the length is for people."""
    return sa.String(length).with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Batches, the installation's own chain, readings that are kept for less long."""
    op.create_table(
        "installation",
        sa.Column("name", words(16), nullable=False),
        sa.Column("seq", NUMBER, nullable=False),
        sa.Column("head", words(64), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_installation")),
    )
    op.create_table(
        "installation_event",
        sa.Column("seq", NUMBER, autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", words(40), nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("hash", words(64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_installation_event")),
    )
    with op.batch_alter_table("actor", schema=None) as batch_op:
        batch_op.alter_column(
            "uid", existing_type=sa.INTEGER(), type_=sa.BigInteger(), existing_nullable=True
        )

    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.add_column(sa.Column("cut", sa.BigInteger(), nullable=True))

    with op.batch_alter_table("ledger", schema=None) as batch_op:
        batch_op.add_column(sa.Column("cut_of", words(26), nullable=True))

    with op.batch_alter_table("shard", schema=None) as batch_op:
        batch_op.add_column(sa.Column("batch", sa.Integer(), server_default=sa.text("0"), nullable=False))
        batch_op.add_column(sa.Column("cut", sa.BigInteger(), nullable=True))
