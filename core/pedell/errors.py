"""Errors that people see.

A `PedellError` is something a person can cause or mend: it is shown as one line with a hint,
and a traceback only with `--debug`. Every other exception that reaches the command line is a bug.
Messages pass through `pedell.i18n.t` where they are raised, so they are in the reader's language.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing wrong with an input: where, what, and how to mend it."""

    message: str
    source: str = ""
    line: int | None = None
    column: int | None = None
    hint: str = ""
    code: str = ""
    severity: str = "error"

    def __str__(self) -> str:
        """`file:line:column: message (hint)`, leaving out what is not known."""
        place = ":".join(
            str(part) for part in (self.source, self.line, self.column) if part not in ("", None)
        )
        text = f"{place}: {self.message}" if place else self.message
        return f"{text} ({self.hint})" if self.hint else text


class PedellError(Exception):
    """Base of everything a person can cause or mend.

    `exit_code` follows docs/exit-codes.md: 1 something failed, 2 wrong use, 3 refused by safety,
    75 store or server unreachable.
    """

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "", findings: Sequence[Finding] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.findings = tuple(findings)


class UsageError(PedellError):
    """The words of a command or request are wrong: unknown name, bad selector, missing option."""

    exit_code = 2


class ConfigError(UsageError):
    """A setting, a secret's reference or a configuration file is wrong."""


class NotFoundError(UsageError):
    """Something that was named does not exist."""


class InventoryError(UsageError):
    """The inventory, or a file that is to be imported into it, is wrong."""


class SelectorError(UsageError):
    """A selector cannot be read; the message names the column."""


class PlaybookError(UsageError):
    """A playbook cannot be used; `findings` lists every mistake with line and column."""


class ExpressionError(PedellError):
    """An expression in a playbook cannot be read, or failed on the values it met."""


class RefusedError(PedellError):
    """A rule of safety says no: window, cap, hold, breaker, approval, stop switch, guard."""

    exit_code = 3


class TicketError(PedellError):
    """A ticket system refused or could not be understood."""


class PluginError(PedellError):
    """A plugin breaks a contract."""


class StoreError(PedellError):
    """The store cannot be used now: unreachable, locked, full, or of another version."""

    exit_code = 75


class ConflictError(PedellError):
    """The thing changed under us, or is already what was asked for."""


class TicketUnreachableError(TicketError):
    """A ticket system does not answer now; the outbox tries again later."""

    exit_code = 75


class TicketGoneError(TicketError):
    """The ticket is not there (any more); trying again is of no use."""
