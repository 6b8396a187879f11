"""The engine lock: exactly one engine per store."""

from __future__ import annotations

import contextlib
import fcntl
import os
import zlib
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from pedell.errors import StoreError
from pedell.store.database import Store
from pedell.store.failures import store_errors


class EngineLock(Protocol):
    """Held by at most one process; ends with it."""

    def take(self) -> bool:
        """Take it; False where another process has it. Raises StoreError where that cannot be known."""

    def held(self) -> bool:
        """Whether it is still this process's."""

    def give(self) -> None:
        """Give it back; no error where it is gone already."""


class FileLock:
    """For SQLite: a lock on a file beside the database; lost where somebody moves, removes or replaces either of them."""

    def __init__(self, path: Path, database: Path | None = None) -> None:
        self._path = path
        self._database = database
        self._file = -1
        self._known: tuple[int, int] | None = None

    def take(self) -> bool:
        """Take it, and write the process's number into the file for people."""
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            # Another user's: whoever may not open it is not the engine of this store, and follows the one that is.
            if isinstance(error, PermissionError) and self._path.exists():
                return False
            raise StoreError(f"{self._path}: {error.strerror}") from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(file)
            return False
        with contextlib.suppress(OSError):  # a full disk; the number is for people only
            os.ftruncate(file, 0)
            os.write(file, f"{os.getpid()}\n".encode())
        self._file = file
        self._known = _identity(self._database)
        return True

    def held(self) -> bool:
        """The system takes a file's lock away only with the process; but another file is another lock, or another store."""
        if self._file < 0:
            return False
        own = os.fstat(self._file)
        return _identity(self._path) == (own.st_dev, own.st_ino) and _identity(self._database) == self._known

    def give(self) -> None:
        """Give it back."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


class DatabaseLock:
    """For PostgreSQL: an advisory lock of the database, held by a connection kept open.

    It is lost with the connection. Whoever takes it then claims the shards with a new epoch, so that nothing
    the old engine still asks for is granted.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._key = zlib.crc32(b"pedell-engine")
        self._connection: Connection | None = None

    def take(self) -> bool:
        """Take it."""
        self.give()
        with store_errors():
            connection = self._store.engine.connect()
            try:
                # Its own for as long as it lives: a connection that goes back to the pool would keep the lock.
                connection = connection.execution_options(isolation_level="AUTOCOMMIT")
                connection.detach()
                taken = connection.execute(
                    text("SELECT pg_try_advisory_lock(:key)"), {"key": self._key}
                ).scalar_one()
            except BaseException:
                connection.close()
                raise
        if not taken:
            connection.close()
            return False
        self._connection = connection
        return True

    def held(self) -> bool:
        """Asks the server: the lock lasts as long as the connection answers."""
        if self._connection is None:
            return False
        try:
            self._connection.execute(text("SELECT 1"))
        except SQLAlchemyError:
            return False
        return True

    def give(self) -> None:
        """Give it back. The server would do so at the connection's end as well, but a little later."""
        if self._connection is not None:
            with contextlib.suppress(SQLAlchemyError):
                self._connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": self._key})
            self._connection.close()
            self._connection = None


def engine_lock(store: Store, data: Path) -> EngineLock:
    """The lock for this store."""
    if not store.sqlite:
        return DatabaseLock(store)
    return FileLock(data / "engine.lock", Path(store.name) if store.name else None)


def _identity(path: Path | None) -> tuple[int, int] | None:
    """Which file this is; none where there is none."""
    if path is None:
        return None
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
