"""How Junos changes something: a candidate of our own, checked, committed, and confirmed over the same line.

`configure exclusive` is refused while somebody else edits, and where a candidate of somebody else's waits; what we
enter and do not commit is thrown away when the line breaks. An unconfirmed commit is taken back by the switch itself
after two minutes: a change that cuts our own way in does not last, and neither does a port that is off in the middle
of a restart when nobody is left to switch it on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Happened
from pedell_network.juniper_junos import parse
from pedell_network.session import Session

MINUTES = 2
"""Until the switch takes an unconfirmed commit back by itself; a restart's longest pause is half a minute."""


def commit(session: Session, lines: Sequence[str], deadline: Deadline, *, confirm: bool) -> None:
    """Enter lines and commit them; without `confirm` for two minutes only. Leaves configuration mode for certain.

    Raises BUSY where somebody else edits, PRECONDITION where his changes wait, REFUSED with what Junos says.
    """
    _nobody_waits(session, deadline)
    _enter(session, deadline)
    committed = False
    try:
        for line in lines:
            session.run(line, deadline)
        _expect(session.run("commit check", deadline), "configuration check succeeds", Happened.NO)
        command = f'commit confirmed {MINUTES} comment "{parse.COMMENT}"'
        _expect(session.run(command, deadline, effect=True), "commit complete", Happened.UNKNOWN)
        committed = True
        if confirm:
            _expect(session.run("commit", deadline, effect=True), "commit complete", Happened.UNKNOWN)
    except DeviceError as error:
        if committed:  # and taken back in two minutes, unless the confirmation arrived all the same
            error.happened = Happened.UNKNOWN
        else:
            session.leave("rollback 0", deadline)
        raise
    finally:
        session.leave("exit configuration-mode", deadline)


def _nobody_waits(session: Session, deadline: Deadline) -> None:
    waiting = parse.pending(session.run("show system commit", deadline))
    if waiting is not None and waiting != parse.COMMENT:
        raise DeviceError(
            ErrorClass.PRECONDITION,
            "somebody else's commit waits to be confirmed, and ours would confirm it",
            hint="confirm it, or wait until the switch has taken it back",
        )


def _enter(session: Session, deadline: Deadline) -> None:
    try:
        session.run("configure exclusive", deadline)
    except DeviceError as error:
        words = error.message.lower()
        if "locked" in words:
            raise DeviceError(
                ErrorClass.BUSY, f"somebody else edits the configuration: {error.message}"
            ) from error
        if "modified" in words:
            raise DeviceError(
                ErrorClass.PRECONDITION,
                "somebody else's changes wait in the configuration, and ours would commit them",
                hint="commit them, or throw them away with rollback 0",
            ) from error
        raise


def _expect(text: str, words: str, happened: Happened) -> None:
    if re.search(words, text) is None:
        raise DeviceError(ErrorClass.DEVICE_FAULT, f"the switch does not say {words!r}", happened=happened)
