"""Keep notices for people.

Made by `python -m pedell.store.revise`, then read; never changed once released.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def words(length: int) -> sa.types.TypeEngine[str]:
    """A short text; the length is for people."""
    return sa.String(length).with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Keep notices for people."""
    op.create_table(
        "notice",
        sa.Column("no", NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", words(26), nullable=False),
        sa.Column("notifier", words(64), nullable=False),
        sa.Column("marker", words(64), nullable=False),
        sa.Column("kind", words(12), nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("links", TEXT, nullable=False),
        sa.Column("state", words(12), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("claim", words(26), nullable=False),
        sa.Column("claimed_until", sa.BigInteger(), nullable=False),
        sa.Column("error", TEXT, nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("sent", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_notice")),
        sa.UniqueConstraint("id", name=op.f("uq_notice_id")),
        sa.UniqueConstraint("notifier", "marker", name=op.f("uq_notice_notifier_marker")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_notice_state_notice_next_at"), ["state", "next_at"], unique=False
        )

    op.create_table(
        "told",
        sa.Column("key", words(200), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_told")),
    )
