"""What PostgreSQL needs so that it answers as SQLite does.

Writers queue for one advisory lock, as they queue for SQLite's single write lock: a rule that was read inside
of a write transaction still holds when it commits, on both databases. Texts are compared byte by byte and are
as long as they come (see `pedell.store.tables`); NUL, which PostgreSQL cannot store, becomes U+FFFD.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from pedell.errors import ConfigError, StoreError
from pedell.i18n import t
from pedell.store.failures import CommitUnknownError

POOL = 8
POOL_MORE = 24
"""Connections beyond the pool: with a command or two beside the engine below the server's usual 100."""
CONNECT_SECONDS = 10
IDLE_SECONDS = 120
"""A writer that is frozen for longer loses its transaction, so that it does not stop everybody else."""
SETTLE_SECONDS = 20.0
"""How long to ask whether a transaction was committed whose connection was lost meanwhile."""
WRITER = zlib.crc32(b"pedell-writer")
OLDEST = 130_000
"""PostgreSQL 13 is the first that tells what became of a transaction (pg_xact_status over xid8)."""

# Keepalives of both sides: a machine that vanished is noticed within half a minute.
_LIBPQ = {
    "connect_timeout": CONNECT_SECONDS,
    "client_encoding": "utf8",
    "application_name": "pedell",
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
}
_SESSION = (
    "SET lock_timeout = {busy}; SET idle_in_transaction_session_timeout = '{idle}s'; SET TIME ZONE 'UTC'; "
    "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3"
)


def open_engine(url: URL, busy_ms: int) -> Engine:
    """An engine whose new connections are set up; `busy_ms` is how long anything waits for a lock."""
    if url.drivername not in ("postgresql", "postgresql+psycopg"):
        raise ConfigError(
            t("the setting 'database' names the driver {driver}; Pedell uses psycopg", driver=url.drivername),
            hint="postgresql://…",
        )
    try:
        engine = create_engine(
            url.set(drivername="postgresql+psycopg"),
            pool_size=POOL,
            max_overflow=POOL_MORE,
            pool_pre_ping=True,
            connect_args={name: value for name, value in _LIBPQ.items() if name not in url.query},
        )
    except ImportError as error:
        raise ConfigError(
            t("for PostgreSQL a package is missing: {error}", error=error),
            hint="pip install 'pedell[postgres]'",
        ) from error
    session = _SESSION.format(busy=busy_ms, idle=IDLE_SECONDS)
    event.listen(engine, "connect", lambda connection, _: _set_up(connection, session))
    return engine


def _set_up(connection: Any, session: str) -> None:
    from psycopg.types.string import StrDumperUnknown

    class WithoutNul(StrDumperUnknown):
        """Device text may hold anything."""

        def dump(self, obj: str) -> Any:
            return super().dump(obj.replace("\0", "\ufffd"))

    connection.adapters.register_dumper(str, WithoutNul)
    before = connection.autocommit
    connection.autocommit = True
    connection.execute(session)
    connection.autocommit = before


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that cannot write and sees one state of the store throughout."""
    with engine.connect() as plain:
        yield plain.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """The one write transaction at a time; commits at the end.

    Raises `CommitUnknownError` where the line was lost at the commit and nobody can say what became of it.
    """
    with engine.connect() as connection:
        transaction = connection.begin()
        try:
            number = connection.execute(
                text("SELECT CAST(pg_current_xact_id() AS text) FROM pg_advisory_xact_lock(:key)"),
                {"key": WRITER},
            ).scalar_one()
            yield connection
        except BaseException:
            if not connection.invalidated:
                transaction.rollback()
            raise
        try:
            transaction.commit()
        except DBAPIError as error:
            if not error.connection_invalidated or not _was_committed(engine, number):
                raise


def _was_committed(engine: Engine, number: str) -> bool:
    """Ask on another connection what became of the transaction."""
    end = time.monotonic() + SETTLE_SECONDS
    pause = 0.05
    while True:
        try:
            with engine.connect() as connection:
                status = connection.execute(
                    text("SELECT pg_xact_status(CAST(:number AS xid8))"), {"number": number}
                ).scalar()
        except DBAPIError:
            status = "in progress"
        if status in ("committed", "aborted"):
            return bool(status == "committed")
        if status is None or time.monotonic() > end:
            raise CommitUnknownError(
                t("the connection to the store was lost, and whether the last change was made is not known"),
                hint=t("look before you do it again"),
            )
        time.sleep(pause)
        pause = min(1.0, pause * 2)


def check_server(connection: Connection) -> None:
    """Raises StoreError where the server is too old or the database cannot hold every letter."""
    version, encoding = connection.execute(
        text(
            "SELECT CAST(current_setting('server_version_num') AS integer), current_setting('server_encoding')"
        )
    ).one()
    if version < OLDEST:
        raise StoreError(
            t("PostgreSQL {version} is too old", version=version // 10_000), hint=t("13 or newer is needed")
        )
    if encoding != "UTF8":
        raise StoreError(
            t("the database's encoding is {encoding}", encoding=encoding),
            hint="CREATE DATABASE … ENCODING 'UTF8'",
        )
