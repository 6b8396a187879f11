"""Connections to the store. The same statements run on SQLite and PostgreSQL.

SQLite is used with WAL and `synchronous=FULL`: a commit is on disk when it returns. Writers say so with
`writing()`, which takes the write lock at once (BEGIN IMMEDIATE), so that two processes queue instead of
meeting half-way.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError
from ulid import ULID

from pedell.errors import StoreError
from pedell.i18n import t

BUSY_MS = 10_000
HEAD = "0001"
"""The revision that this version of Pedell reads and writes."""


def now() -> int:
    """UTC microseconds since 1970."""
    return time.time_ns() // 1000


def new_id() -> str:
    """A ULID."""
    return str(ULID())


class Store:
    """One database. Threads may share it; each transaction has a connection of its own."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.sqlite = url.startswith("sqlite")
        if self.sqlite:
            database = make_url(url).database
            if database and database != ":memory:":
                path = Path(database)
                try:
                    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                except OSError as error:
                    raise StoreError(
                        t(
                            "the data folder {path} cannot be made: {error}",
                            path=path.parent,
                            error=error.strerror or error,
                        ),
                        hint="PEDELL_DATA",
                    ) from error
        self.engine: Engine = create_engine(
            url,
            pool_size=8,
            max_overflow=64,
            pool_pre_ping=not self.sqlite,
            connect_args={"timeout": BUSY_MS / 1000, "check_same_thread": False} if self.sqlite else {},
        )
        if self.sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads; sees one state of the store throughout."""
        with _store_errors(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes; commits at the end, rolls back on any exception."""
        with _store_errors(), self.engine.connect() as plain:
            connection = plain.execution_options(pedell_write=True)
            with connection.begin():
                yield connection

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def prepare(self) -> None:
        """Bring the store to this version's revision; Alembic is loaded only when there is something to do."""
        if self.revision() == HEAD:
            return
        from pedell.store.upgrade import upgrade

        upgrade(self)

    def revision(self) -> str | None:
        """The revision the store is at; None for an empty one."""
        with self.reading() as connection:
            if not self.engine.dialect.has_table(connection, "alembic_version"):
                return None
            value = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return str(value) if value is not None else None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _regexp(pattern: str, value: str | None) -> bool:
    return value is not None and _compiled(pattern).search(value) is not None


def _prepare_sqlite(connection: Any, record: object) -> None:
    del record
    connection.isolation_level = None  # the "begin" listener says which kind of transaction
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-16000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
    connection.create_function("regexp", 2, _regexp, deterministic=True)


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get("pedell_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


@contextmanager
def _store_errors() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise StoreError(
            t("the store cannot be used: {error}", error=" ".join(str(error.orig).split())),
            hint=t("see 'pedell doctor'"),
        ) from error
    except DBAPIError as error:
        if type(error) is DatabaseError:  # not its subclasses, which are bugs of ours
            raise StoreError(
                t("the store is damaged: {error}", error=" ".join(str(error.orig).split())),
                hint=t("restore a backup"),
            ) from error
        if error.connection_invalidated:
            raise StoreError(t("the connection to the store was lost")) from error
        raise
