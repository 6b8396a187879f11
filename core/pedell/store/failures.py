"""What a database says goes wrong, as one line for people; a wrong statement stays a bug with its traceback."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from pedell.errors import StoreError
from pedell.i18n import t

# Classes of SQLSTATE that speak of the server, not of the statement: connection, login, resources, operator,
# system, rollback of a transaction, a server that only reads, rights.
_STATES = ("08", "25006", "28", "3D", "40", "42501", "53", "55", "57", "58", "XX")

_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_BUSY_SNAPSHOT, sqlite3.SQLITE_LOCKED)


class CommitUnknownError(StoreError):
    """The connection was lost at the commit, and the server cannot be asked what became of it."""


@contextmanager
def store_errors() -> Iterator[None]:
    """Within the block everything that is not a mistake in Pedell becomes a StoreError."""
    try:
        yield
    except PoolTimeoutError as error:
        raise StoreError(t("all connections to the store are in use")) from error
    except DBAPIError as error:
        said = " ".join(str(error.orig).split())
        state = str(getattr(error.orig, "sqlstate", None) or "")
        code = getattr(error.orig, "sqlite_errorcode", None)
        if state == "55P03" or code in _BUSY:
            hint = t("another program holds it; try again in a moment")
            raise StoreError(t("the store is busy: {error}", error=said), hint=hint) from error
        if error.connection_invalidated:
            raise StoreError(t("the connection to the store was lost: {error}", error=said)) from error
        if isinstance(error, OperationalError) or state.startswith(_STATES):
            raise StoreError(
                t("the store cannot be used: {error}", error=said), hint=t("see 'pedell doctor'")
            ) from error
        if type(error) is DatabaseError:  # not its subclasses, which are bugs of ours
            raise StoreError(
                t("the store is damaged: {error}", error=said), hint=t("restore a backup")
            ) from error
        raise
