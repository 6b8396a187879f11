"""Metadata and column types that all tables share.

Times are UTC microseconds as integers. Identifiers of things that people see are ULIDs (`id`), with a short
number beside them (`no`). JSON is stored as text, so that a hash over it is a hash over what is stored.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, MetaData, String
from sqlalchemy.types import TypeEngine

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers rows by itself only for a column declared INTEGER.
BigId: TypeEngine[int] = BigInteger().with_variant(Integer, "sqlite")
Micros: TypeEngine[int] = BigInteger()
Ulid: TypeEngine[str] = String(26)


def number() -> Column[int]:
    """The short number people use; the primary key."""
    return Column("no", BigId, primary_key=True, autoincrement=True)


def ulid() -> Column[str]:
    """The lasting identifier."""
    return Column("id", Ulid, nullable=False, unique=True)
