"""How results look: one JSON document, or text; tables are aligned, and colours are for terminals only.

Everything that came from a device, a ticket or a file passes through `clean` before it reaches a terminal,
so that it cannot move the cursor or change a title.
"""

from __future__ import annotations

import json as json_module
import os
import re
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from pedell.errors import PedellError
from pedell.i18n import said, t

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
COLOURS = {"ok": "green", "bad": "red", "warn": "yellow", "quiet": "bright_black", "strong": None}


def clean(text: object) -> str:
    """Text without control characters and bidirectional overrides."""
    return _CONTROL.sub("�", str(text))


def width(text: str) -> int:
    """Columns on a terminal."""
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def plain(value: object) -> str:
    """A value of an input or a reading as people write it."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return t("yes") if value else t("no")
    return value if isinstance(value, str) else json_module.dumps(value, ensure_ascii=False, default=str)


def when(micros: int | None, zone: str = "Europe/Berlin") -> str:
    """A stored time for people, in the zone of the settings; empty for none."""
    if micros is None:
        return ""
    return datetime.fromtimestamp(micros / 1_000_000, ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S")


def micros(moment: datetime | None, zone: str) -> int | None:
    """A time that somebody wrote, in the zone of the settings, as it is stored."""
    return None if moment is None else int(moment.replace(tzinfo=ZoneInfo(zone)).timestamp() * 1_000_000)


def styled(text: str, fg: str | None = None, *, bold: bool | None = None) -> str:
    """Text in colour, unless NO_COLOR forbids it (https://no-color.org)."""
    return text if os.environ.get("NO_COLOR") else click.style(text, fg=fg, bold=bold)


class Output:
    """Prints results either as text or as one JSON document."""

    def __init__(self, *, json: bool) -> None:
        self.json = json

    def document(self, value: Mapping[str, Any] | Sequence[Any]) -> None:
        """One JSON document."""
        click.echo(json_module.dumps(value, ensure_ascii=False, indent=2, default=str))

    def line(self, text: str = "", style: str = "") -> None:
        """One line of text; nothing with `--json`."""
        if not self.json:
            shown = clean(text)
            if style == "strong":
                shown = styled(shown, bold=True)
            elif style:
                shown = styled(shown, fg=COLOURS[style])
            click.echo(shown)

    def table(self, heads: Sequence[str], rows: Iterable[Sequence[object]], empty: str = "") -> None:
        """Aligned columns; `empty` is printed where there are no rows."""
        if self.json:
            return
        body = [[clean(cell) if cell is not None else "" for cell in row] for row in rows]
        if not body:
            self.line(empty or t("nothing"), "quiet")
            return
        from pedell.cli.columns import laid_out

        # What reads a pipe wants one line a row; what people read shall not be broken anywhere.
        most = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
        for number, lines in enumerate(laid_out([list(heads), *body], most)):
            for text in lines:
                click.echo(styled(text, bold=True) if number == 0 else text)

    def show(self, value: Mapping[str, Any] | Sequence[Any], text: str) -> None:
        """The document with `--json`, else the text."""
        if self.json:
            self.document(value)
        else:
            self.line(text)

    def error(self, error: Exception) -> None:
        """One line on standard error with its hint, findings below it; with `--json` also as a document."""
        message = error.message if isinstance(error, PedellError) else str(error)
        hint = error.hint if isinstance(error, PedellError) else ""
        findings = error.findings if isinstance(error, PedellError) else ()
        if self.json:
            self.document(
                {
                    "error": {
                        "kind": type(error).__name__,
                        "message": message,
                        "hint": hint,
                        "findings": [
                            {
                                "message": f.message,
                                "source": f.source,
                                "line": f.line,
                                "column": f.column,
                                "hint": f.hint,
                                "code": f.code,
                                "severity": f.severity,
                            }
                            for f in findings
                        ],
                    }
                }
            )
        head = styled(t("error") + ":", fg="red", bold=True)
        tail = f" ({clean(said(hint))})" if hint else ""
        click.echo(f"{head} {clean(said(message))}{tail}", err=True)
        for finding in findings:
            click.echo(f"  {clean(finding)}", err=True)
        sys.stderr.flush()
