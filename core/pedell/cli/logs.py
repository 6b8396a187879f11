"""What the program says by the way: on standard error, in the reader's language, and with its time where it runs for long."""

from __future__ import annotations

import logging
import os
import sys
from datetime import datetime
from zoneinfo import ZoneInfo

from pedell.i18n import said

NAME = "pedell"


class _Stderr(logging.Handler):
    """Writes to what standard error is at that moment."""

    zone: str | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """One line, and a traceback where there is one."""
        try:
            text = said(record.getMessage())
            if record.exc_info:
                text += "\n" + logging.Formatter().formatException(record.exc_info)
            sys.stderr.write(f"{stamp(self.zone)}{text}\n")
            sys.stderr.flush()
        except Exception:
            self.handleError(record)


_handler = _Stderr(logging.WARNING)


def listen(zone: str | None = None) -> None:
    """Show what is logged from now on; with a time zone each line gets its time."""
    _handler.zone = zone
    logging.getLogger(NAME).addHandler(_handler)  # once, however often it is asked for


def stamp(zone: str | None) -> str:
    """The time before a line; nothing without a zone, and none under systemd, whose journal has its own."""
    if zone is None or "JOURNAL_STREAM" in os.environ:
        return ""
    return datetime.now(ZoneInfo(zone)).isoformat(sep=" ", timespec="seconds") + " "
