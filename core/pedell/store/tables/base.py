"""Metadata and column types that all tables share.

Times are UTC microseconds as integers. Identifiers of things that people see are ULIDs (`id`), with a short
number beside them (`no`). JSON is stored as text, so that a hash over it is a hash over what is stored.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, MetaData, String, Text
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


def alike(tables: MetaData) -> None:
    """Make both databases take and compare texts in the same way: SQLite's.

    On PostgreSQL a text is as long as it comes (what a device says must not stop the journal), and is sorted
    and compared byte by byte, with upper and lower case for the letters of ASCII only.
    """
    for table in tables.tables.values():
        for column in table.columns:
            if isinstance(column.type, String):
                column.type = column.type.with_variant(Text(collation="C"), "postgresql")
