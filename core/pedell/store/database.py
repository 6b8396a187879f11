"""Connections to the store. The same statements run on SQLite and PostgreSQL.

SQLite is used with WAL and `synchronous=FULL`: a commit is on disk when it returns. Writers say so with
`writing()`, which takes the write lock at once (SQLite: BEGIN IMMEDIATE, PostgreSQL: an advisory lock), so that
two processes queue instead of meeting half-way.
"""

from __future__ import annotations

import os
import random
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from ulid import ULID

from pedell.errors import ConfigError, StoreError
from pedell.i18n import t
from pedell.store.failures import store_errors

BUSY_MS = 10_000
HEAD = "0004"
"""The revision that this version of Pedell reads and writes."""


def now() -> int:
    """UTC microseconds since 1970."""
    return time.time_ns() // 1000


# Seeded by the system once: asking it for each id gives the interpreter away, and all others wait behind its lock.
_random = random.Random(os.urandom(32))  # noqa: S311 - see new_id
os.register_at_fork(after_in_child=lambda: _random.seed(os.urandom(32)))


def new_id() -> str:
    """A ULID; unique, not a secret."""
    milliseconds = time.time_ns() // 1_000_000
    return str(ULID.from_bytes((milliseconds << 80 | _random.getrandbits(80)).to_bytes(16, "big")))


class Store:
    """One database. Threads may share it; each transaction has a connection of its own."""

    def __init__(self, url: str) -> None:
        place = _place(url)
        self.sqlite = place.get_backend_name() == "sqlite"
        self.name = place.database or "" if self.sqlite else place.render_as_string(hide_password=True)
        """As people are told of it: the file, or the database's URL without its password."""
        self.engine: Engine
        if self.sqlite:
            self.engine = _open_sqlite(place)
        else:
            from pedell.store import postgresql

            self.engine = postgresql.open_engine(place, BUSY_MS)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads; sees one state of the store throughout."""
        if self.sqlite:
            with store_errors(), self.engine.connect() as connection:
                yield connection
            return
        from pedell.store import postgresql

        with store_errors(), postgresql.reading(self.engine) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes; commits at the end, rolls back on any exception.

        One at a time per store, in all processes; who waits too long for the others gets a StoreError.
        """
        if self.sqlite:
            with store_errors(), self.engine.connect() as plain:
                connection = plain.execution_options(pedell_write=True)
                with connection.begin():
                    yield connection
            return
        from pedell.store import postgresql

        with store_errors(), postgresql.writing(self.engine) as connection:
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


class Writer:
    """For a thread that writes again and again: on SQLite it keeps its connection between transactions."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: Connection | None = None

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """As `Store.writing`."""
        if not self._store.sqlite:
            with self._store.writing() as connection:
                yield connection
            return
        with store_errors():
            if self._kept is None:
                self._kept = self._store.engine.connect().execution_options(pedell_write=True)
            try:
                with self._kept.begin():
                    yield self._kept
            except BaseException:
                self.close()
                raise

    def close(self) -> None:
        """Give the connection back."""
        kept, self._kept = self._kept, None
        if kept is not None:
            kept.close()


def _place(url: str) -> URL:
    try:
        place = make_url(url)
        if place.get_backend_name() in ("sqlite", "postgresql"):
            return place
    except (ArgumentError, NoSuchModuleError, ValueError):
        pass
    # The URL itself may hold a password: it is not repeated.
    raise ConfigError(
        t("the setting 'database' is not the URL of a database that Pedell can use"),
        hint="postgresql://user@host/name",
    )


def _open_sqlite(place: URL) -> Engine:
    if place.database and place.database != ":memory:":
        folder = Path(place.database).parent
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise StoreError(
                t(
                    "the data folder {path} cannot be made: {error}",
                    path=folder,
                    error=error.strerror or error,
                ),
                hint="PEDELL_DATA",
            ) from error
    engine = create_engine(
        place,
        pool_size=8,
        max_overflow=64,
        pool_use_lifo=True,  # a connection used again and again keeps its pages in memory
        connect_args={
            "timeout": BUSY_MS / 1000,
            "check_same_thread": False,
            "cached_statements": 512,  # the journal's alone are some hundred
        },
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    # As PostgreSQL does it for texts that are compared byte by byte: letters are those of ASCII.
    return re.compile(pattern, re.ASCII | re.DOTALL)


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
