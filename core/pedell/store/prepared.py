"""Statements that run hundreds of times a second: written as any other, compiled once, handed over as text.

SQLAlchemy puts a statement together and looks it up anew each time it is executed, which takes longer than the
database does for a whole group of the journal (docs/decisions/0065-prepared-statements.md). Rows pass as the
driver has them: integers, floats, texts and truth values may be written; integers and texts may be read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, CursorResult, Text, any_, bindparam, cast, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.expression import Executable

Row = Mapping[str, Any]
Make = Callable[[str], Executable]


class Prepared:
    """One statement. `make` gives it for a dialect, "sqlite" or "postgresql"; what it binds is bound by name."""

    def __init__(self, make: Make) -> None:
        self._make = make
        self._known: dict[str, tuple[str, tuple[str, ...]]] = {}

    def run(self, connection: Connection, **values: Any) -> CursorResult[Any]:
        """Execute it once; a list is what `among` looks for."""
        sql, names = self._known.get(connection.dialect.name) or self._compile(connection)
        if connection.dialect.name == "sqlite":
            values = {
                name: json.dumps(value) if isinstance(value, list) else value
                for name, value in values.items()
            }
        return connection.exec_driver_sql(sql, tuple([values[name] for name in names]))

    def run_many(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Execute it once for each row."""
        sql, names = self._known.get(connection.dialect.name) or self._compile(connection)
        connection.exec_driver_sql(sql, [tuple([row[name] for name in names]) for row in rows])

    def _compile(self, connection: Connection) -> tuple[str, tuple[str, ...]]:
        name = connection.dialect.name
        # By position, which is what both drivers take at the least cost.
        dialect = type(connection.dialect)(paramstyle="qmark" if name == "sqlite" else "format")
        compiled: Any = self._make(name).compile(dialect=dialect)  # type: ignore[attr-defined]
        known = self._known[name] = (str(compiled), tuple(compiled.positiontup))
        return known


def among(column: ColumnElement[Any], name: str, dialect: str) -> ColumnElement[bool]:
    """Whether the column has one of the values in the list that is bound as `name`: one text for any length of it."""
    if dialect == "sqlite":
        return column.in_(select(func.json_each(bindparam(name)).table_valued("value").c.value))
    # The driver says of a list of integers how wide they are, of a list of texts not what they are.
    wanted: Any = bindparam(name)
    return column == any_(cast(wanted, ARRAY(Text)) if column.type.python_type is str else wanted)
