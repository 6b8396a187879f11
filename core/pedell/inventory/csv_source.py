"""Reads devices or sites from CSV as spreadsheet programs write it.

A bad line costs that line only: a quote that is never closed does not swallow the rest of the file.
The column of a finding is the number of the field.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from difflib import get_close_matches

from pedell.errors import Finding
from pedell.i18n import language, t
from pedell.inventory.entries import DEVICE_FIELDS, UNREADABLE, Item, Located, Reading

MAX_LINE = 65_536
MAX_LINES = 20
"""Lines that one row may span, with line breaks inside quotes."""
MAX_COLUMNS = 200
CLOSE = 0.75
"""How much a heading must look like a column's name to be taken for a slip: 'Bemerkung' is no 'Bezeichnung'."""

SITE_COLUMNS = ("slug", "name", "campus", "timezone")
DEVICE_COLUMNS = ("name", *(field for field in DEVICE_FIELDS if field != "links"))
OPTION = "option."
_NOT_READ = ("no", "id", "source")
"""Columns that the export may have and the import does not take."""
_GERMAN = {
    "art": "kind", "typ": "kind", "standort": "site", "schule": "site", "raum": "room", "treiber": "driver",
    "adresse": "address", "modell": "model", "seriennummer": "serial", "zustand": "state", "status": "state",
    "schlagworte": "tags", "optionen": "options", "kurzname": "slug", "kürzel": "slug", "zeitzone": "timezone",
    "bezeichnung": "name", "gerät": "name", "ip-adresse": "address", "mac-adresse": "mac",
}  # fmt: skip
# What the export puts before a text that a spreadsheet program would take for a formula.
_GUARDED = re.compile(r"'+[=+\-@\t\r]")


class _UnclosedError(Exception):
    """A quote is opened in this line and not closed within MAX_LINES."""


def read_csv(text: str, name: str) -> Reading:
    """Rows of a CSV file; the header tells whether they are devices or sites."""
    lines = text.split("\n")
    del text
    header_at = next((number for number, line in enumerate(lines) if line.strip()), None)
    if header_at is None:
        yield Finding(t("the file is empty"), source=name, code=UNREADABLE)
        return
    heading = lines[header_at].rstrip("\r")
    if re.fullmatch(r"sep=.", heading, re.IGNORECASE) and header_at + 1 < len(lines):
        header_at += 1
        heading, delimiter = lines[header_at].rstrip("\r"), heading[4]
    else:
        delimiter = max(";,\t", key=heading.count)
    columns, problem = _columns(heading, delimiter, name, header_at + 1)
    if problem is not None:
        yield problem
        return
    section = "sites" if "slug" in columns else "devices"
    for line, cells, trouble in _rows(lines, header_at + 1, delimiter):
        if trouble:
            yield Finding(trouble, source=name, line=line, code=UNREADABLE)
        elif len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
            yield Finding(
                t("{found} fields, the header has {expected}", found=len(cells), expected=len(columns)),
                source=name,
                line=line,
                hint=t("a field that holds '{delimiter}' needs quotes", delimiter=delimiter),
                code=UNREADABLE,
            )
        elif any(cell.strip() for cell in cells):
            yield Item(section, _row(columns, cells, line))


def _columns(heading: str, delimiter: str, name: str, line: int) -> tuple[list[str], Finding | None]:
    def bad(message: str, hint: str = "", column: int | None = None) -> tuple[list[str], Finding]:
        return [], Finding(message, source=name, line=line, column=column, hint=hint, code=UNREADABLE)

    try:
        cells = next(csv.reader([heading], delimiter=delimiter, strict=True))
    except (csv.Error, StopIteration):
        return bad(t("the header cannot be read"))
    if len(cells) > MAX_COLUMNS:
        return bad(t("the file has more than {limit} columns", limit=MAX_COLUMNS))
    columns = []
    for cell in cells:
        lowered = cell.strip().lower()
        folded = cell.strip() if lowered.startswith(OPTION) else lowered
        columns.append(
            _GERMAN.get(folded, OPTION + folded[len(OPTION) :] if lowered.startswith(OPTION) else folded)
        )
    while columns and not columns[-1]:
        columns.pop()
    known = SITE_COLUMNS if "slug" in columns else DEVICE_COLUMNS
    for number, column in enumerate(columns, 1):
        if columns.count(column) > 1:
            return bad(t("column '{column}' stands there twice", column=column), column=number)
        if (
            column not in known
            and column not in _NOT_READ
            and not (column.startswith(OPTION) and known is DEVICE_COLUMNS)
        ):
            hint = _near(column, known)
            return bad(
                t("there is no column '{column}'", column=cells[number - 1].strip()[:80]), hint, number
            )
    if "name" not in columns and "slug" not in columns:
        return bad(t("the column 'name' is missing"), ", ".join(_headings(known)))
    return columns, None


def _headings(known: tuple[str, ...]) -> list[str]:
    """The columns as a reader of this language would name them."""
    if language() != "de":
        return list(known)
    german = {english: word for word, english in reversed(_GERMAN.items())}
    german["name"] = "name"
    return [german.get(column, column).title() for column in known]


def _near(column: str, known: tuple[str, ...]) -> str:
    german = [word for word, english in _GERMAN.items() if english in known]
    words = [german, known] if language() == "de" else [known, german]
    near = get_close_matches(column, words[0], 1, CLOSE) or get_close_matches(column, words[1], 1, CLOSE)
    if near:
        return t("did you mean {word}?", word=near[0])
    names = ", ".join(_headings(known))
    return t("delete the column if it is not needed here; known are {names}", names=names)


def _rows(lines: list[str], start: int, delimiter: str) -> Iterator[tuple[int, list[str], str]]:
    """Number of the first line, cells, and what is wrong with it."""
    at = start
    while at < len(lines):
        line = at + 1
        if len(lines[at]) > MAX_LINE:
            yield line, [], t("the line is longer than {limit} characters", limit=MAX_LINE)
            at += 1
            continue
        if not lines[at].strip():
            at += 1
            continue
        try:
            cells, used = _record(lines, at, delimiter)
        except _UnclosedError:
            yield line, [], t("a quote is opened here and never closed")
            at += 1
        except csv.Error as error:
            yield line, [], t("the line cannot be read: {error}", error=error)
            at += 1
        else:
            yield line, cells, ""
            at += used


def _record(lines: list[str], at: int, delimiter: str) -> tuple[list[str], int]:
    """Cells of the row that begins here, and how many lines it takes."""
    record = ""
    for used, line in enumerate(lines[at : at + MAX_LINES], 1):
        record += line if used == 1 else "\n" + line
        if len(record) > MAX_LINE:
            break
        try:
            # Excel ends lines with CR LF; a CR inside quotes stays.
            return next(csv.reader([record.removesuffix("\r")], delimiter=delimiter, strict=True)), used
        except csv.Error as error:
            if "unexpected end of data" not in str(error):
                raise
    raise _UnclosedError


def _row(columns: list[str], cells: list[str], line: int) -> Located:
    body: dict[str, Located] = {}
    given: dict[str, Located] = {}
    for number, (column, cell) in enumerate(zip(columns, cells, strict=False), 1):
        made = cell[1:] if _GUARDED.match(cell) else cell
        if column.startswith(OPTION):
            if made.strip():
                given[column[len(OPTION) :]] = Located(made.strip(), line, number)
        elif column and column not in _NOT_READ:
            body[column] = Located(made, line, number)
    if given:
        body["options"] = Located(given, line, 1)
    return Located(body, line, 1)
