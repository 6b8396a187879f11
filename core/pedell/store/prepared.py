"""Statements that run hundreds of times a second: written as any other, compiled once, handed over as text.

SQLAlchemy puts a statement together and looks it up anew each time it is executed, which takes longer than the
database does for a whole group of the journal (docs/decisions/0065-prepared-statements.md). Rows pass as the
driver has them: integers, floats, texts and truth values may be written; integers and texts may be read.
On SQLite they go to the driver itself, since what SQLAlchemy does around each of them takes as long as the statement.
That driver gives the interpreter away for each row, read or written, and has to wait for it among all the threads that
want it: rows are written many at a time, and read as one text.
"""

from __future__ import annotations

import json
import sqlite3
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Select,
    Table,
    Text,
    any_,
    bindparam,
    cast,
    column,
    func,
    select,
    update,
    values,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.expression import Executable

Row = Mapping[str, Any]
Make = Callable[[str], Executable]


MOST_ROWS = 64
FEW_ROWS = 16
"""Up to so many there is a statement for each number of rows, above for each multiple of it."""


class Prepared:
    """One statement. `make` gives it for a dialect, "sqlite" or "postgresql"; what it binds is bound by name."""

    def __init__(self, make: Make) -> None:
        self._make = make
        self._known: dict[str, _Compiled] = {}

    def run(self, connection: Connection, **values: Any) -> Sequence[Any]:
        """Execute it once; the rows that it gives, with their columns by name. A list is what `among` looks for.

        Rows come in no order, whatever the statement says: it may say so for the sake of PostgreSQL's locks.
        """
        statement = self._compiled(connection)
        if connection.dialect.name != "sqlite":
            done = connection.exec_driver_sql(
                statement.sql, tuple([values[name] for name in statement.names])
            )
            return done.all() if done.returns_rows else ()
        given = [
            json.dumps(value) if isinstance(value := values[name], list) else value
            for name in statement.names
        ]
        if statement.row is None:
            execute(connection, statement.sql, given)
            return ()
        (text,) = execute(connection, statement.as_one, given).fetchone()
        return [*map(statement.row, json.loads(text))]

    def value(self, connection: Connection, **values: Any) -> Any:
        """The first column of its first row; None where there is no row."""
        rows = self.run(connection, **values)
        return rows[0][0] if rows else None

    def run_many(self, connection: Connection, rows: Sequence[Row]) -> int:
        """Execute it for each row; returns how many rows of the table it wrote."""
        if not rows:
            return 0
        statement = self._compiled(connection)
        given = [*map(statement.values, rows)]
        if connection.dialect.name != "sqlite":
            return connection.exec_driver_sql(statement.sql, given).rowcount
        # Many rows at once, in few sizes, which the driver keeps parsed.
        written = start = 0
        while start < len(given):
            left = len(given) - start
            count = left if left <= FEW_ROWS else min(MOST_ROWS, left - left % FEW_ROWS)
            values = list(chain.from_iterable(given[start : start + count]))
            written += execute(connection, statement.rows(count), values).rowcount
            start += count
        return written

    def _compiled(self, connection: Connection) -> _Compiled:
        name = connection.dialect.name
        known = self._known.get(name)
        if known is None:
            # By position, which is what both drivers take at the least cost.
            kind: Any = type(connection.dialect)
            dialect = kind(paramstyle="qmark" if name == "sqlite" else "format")
            made: Any = self._make(name)
            compiled: Any = made.compile(dialect=dialect)
            read = made.selected_columns.keys() if isinstance(made, Select) else ()
            known = self._known[name] = _Compiled(str(compiled), tuple(compiled.positiontup), read)
        return known


def execute(connection: Connection, sql: str, values: Sequence[Any]) -> sqlite3.Cursor:
    """Execute a statement in the transaction of `connection`, or begin it; raises what SQLAlchemy would."""
    if not connection.in_transaction():
        connection.begin()
    raw: Any = connection.connection.dbapi_connection
    try:
        done: sqlite3.Cursor = raw.execute(sql, values)
    except sqlite3.Error as error:
        raise DBAPIError.instance(sql, None, error, sqlite3.Error, dialect=connection.dialect) from error
    return done


class _Compiled:
    """A statement as the driver takes it, with the names of what it binds in their order, and of the columns it reads."""

    def __init__(self, sql: str, names: tuple[str, ...], read: Sequence[str]) -> None:
        self.sql = sql
        self.names = names
        # Of one name itemgetter gives the value alone.
        self.values: Callable[[Row], Sequence[Any]] = (
            itemgetter(*names) if len(names) > 1 else lambda row: [row[name] for name in names]
        )
        self._rows: dict[int, str] = {}
        self.row: Callable[[Sequence[Any]], Any] | None = None
        if read:
            make: Any = namedtuple  # noqa: PYI024 - the names are known only now
            self.row = make("Row", read)._make
        columns = ", ".join(f'found."{name}"' for name in read)
        self.as_one = f"SELECT json_group_array(json_array({columns})) FROM ({sql}) AS found"  # noqa: S608 - our own names
        """All rows as one text, for SQLite."""

    def rows(self, count: int) -> str:
        """The same with `count` rows behind its VALUES."""
        known = self._rows.get(count)
        if known is None:
            front, _, rest = self.sql.partition("VALUES (")
            row, _, rest = rest.partition(")")
            known = self._rows[count] = f"{front}VALUES {', '.join([f'({row})'] * count)}{rest}"
        return known


def changing(table: Table, keys: Sequence[str], names: Sequence[str], dialect: str) -> Executable:
    """For `run_many`: change columns of the rows whose keys are given, as `key_…`; no key twice in one call."""
    columns = [
        *(column(f"key_{key}", table.c[key].type) for key in keys),
        *(column(name, table.c[name].type) for name in names),
    ]
    bound: Any = {one.name: bindparam(one.name, type_=one.type) for one in columns}
    if dialect == "sqlite":
        given = values(*columns, name="given").data([tuple(bound.values())]).cte("given")
        bound = given.c
    return (
        update(table)
        .where(*(table.c[key] == bound[f"key_{key}"] for key in keys))
        .values({name: bound[name] for name in names})
    )


def among(column: ColumnElement[Any], name: str, dialect: str) -> ColumnElement[bool]:
    """Whether the column has one of the values in the list that is bound as `name`: one text for any length of it."""
    if dialect == "sqlite":
        return column.in_(select(func.json_each(bindparam(name)).table_valued("value").c.value))
    wanted: Any = bindparam(name)
    # The driver says of a list of integers how wide they are, of a list of texts not what they are.
    return column == any_(cast(wanted, ARRAY(Text)) if column.type.python_type is str else wanted)
