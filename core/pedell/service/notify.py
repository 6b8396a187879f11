"""Telling people that somebody is needed: by those notifiers that the settings name."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping
from functools import cached_property

from sqlalchemy import Connection

from pedell.drivers.deadline import Deadline
from pedell.errors import StoreError
from pedell.i18n import default_language, said, tr
from pedell.notify import causes, outbox
from pedell.notify.causes import Cause
from pedell.notify.notifier import Notice, NoticeKind
from pedell.notify.notifiers import Notifiers
from pedell.notify.outbox import NoticeOutbox
from pedell.service import nights
from pedell.service.base import Surroundings
from pedell.store.database import new_id, now

log = logging.getLogger("pedell.notify")
DAY = 86_400 * 1_000_000
SWEEP = 86_400.0
"""Seconds after which old notices are removed again."""
LAST_WORDS = 5.0
"""Seconds for telling of the engine's end where the store cannot be written."""
AREAS = frozenset({*causes.AREAS, "missed", "fire", "skipped", "late", "unended"})


class NotifyService:
    """Looks after the fact for what needs somebody, writes notices, and sends them."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._swept = float("-inf")

    @cached_property
    def notifiers(self) -> Notifiers:
        """Those of the settings."""
        return Notifiers(self._around.settings.notify, self._around.plugins.notifiers, self._around.secrets)

    @cached_property
    def outbox(self) -> NoticeOutbox:
        """What is on its way."""
        return NoticeOutbox(self._around.store, self.notifiers)

    @property
    def language(self) -> str:
        """The language of notices."""
        return self._around.settings.language or default_language()

    def check_settings(self) -> None:
        """Make every notifier; raises ConfigError."""
        for name in self.notifiers.names:
            self.notifiers.get(name)

    def look(self) -> int:
        """Write notices of what nobody has been told of; returns how many."""
        if not self.notifiers.names:
            return 0
        with self._around.store.reading() as connection:
            found = list(self._causes(connection))
            if not outbox.news(connection, found, AREAS):
                return 0
        with self._around.store.writing() as connection:
            return outbox.tell(connection, found, AREAS, self.notifiers, self.language)

    def turn(self, deadline: Deadline) -> int:
        """One turn of a part of `pedell serve`: look, then send; returns how many were sent."""
        if not self.notifiers.names:
            return 0
        if time.monotonic() - self._swept > SWEEP:
            self._swept = time.monotonic()
            self.outbox.sweep()
        self.look()
        return self.outbox.drain(20, deadline).sent

    def engine_ended(self, words: str) -> None:
        """The engine ended by itself. Where the store cannot be written, those who want to know are told at once."""
        subject = tr(self.language, "Pedell's engine has ended")
        text = tr(
            self.language,
            "{error}. A supervisor starts it anew; if not: pedell serve",
            error=said(words[:500], self.language),
        )
        message = Notice(new_id(), NoticeKind.ENGINE, subject, text, ("engine",), now())
        try:
            with self._around.store.writing() as connection:
                outbox.put(connection, message, self.notifiers)
        except StoreError:
            self._at_once(message)

    def _at_once(self, message: Notice) -> None:
        deadline = Deadline.after(LAST_WORDS)
        for name in self.notifiers.wanting(message.kind):
            try:
                self.notifiers.get(name).send(message, deadline)
            except Exception:
                # The others must hear of it; the process ends with an exit code that a supervisor sees.
                log.exception("notifier %s", name)

    def test(self, name: str) -> None:
        """Send a notice now; raises NotifyError, NotFoundError, ConfigError."""
        subject = tr(self.language, "This is a test")
        text = tr(self.language, "Whoever reads this will be told when somebody is needed.")
        message = Notice(new_id(), NoticeKind.ENGINE, subject, text, (), now())
        self.notifiers.get(name).send(message, Deadline.after(outbox.SEND))

    def counts(self) -> Mapping[str, int]:
        """How many notices are due, sent and dead."""
        with self._around.store.reading() as connection:
            return outbox.counts(connection)

    def _causes(self, connection: Connection) -> Iterator[Cause]:
        language, at = self.language, now()
        limits = self._around.settings.watch
        yield from causes.causes(connection, language, at)
        for late in nights.missed(connection, limits, at):
            key = f"missed:{late.schedule.no}:{late.due.nominal}"
            line = tr(
                language,
                "{schedule} should have fired at {time}",
                schedule=late.schedule.name,
                time=late.due.nominal,
            )
            yield _night(language, key, line, f"schedule:{late.schedule.no}")
        for gone in nights.failed(connection, at - DAY):
            line = tr(
                language,
                "{schedule} could not run: {error}",
                schedule=gone.schedule,
                error=said(gone.note, language),
            )
            yield _night(language, f"fire:{gone.no}", line, f"fire:{gone.no}")
        for lost in nights.skipped(connection, limits, at - DAY):
            line = tr(
                language,
                "{schedule} was missed {count} times while no Pedell ran, and did not run",
                schedule=lost.schedule,
                count=lost.count,
            )
            yield _night(language, f"skipped:{lost.no}:{lost.last}", line, f"schedule:{lost.no}")
        for one in nights.late(connection, limits, at):
            if one.night and one.begun:
                line = tr(
                    language, "run {run} ({playbook}) has not ended yet", run=one.no, playbook=one.playbook
                )
                yield _night(language, f"unended:{one.no}", line, f"run:{one.no}")
            elif one.night:
                line = tr(
                    language, "run {run} ({playbook}) has not begun yet", run=one.no, playbook=one.playbook
                )
                yield _night(language, f"late:{one.no}", line, f"run:{one.no}")


def _night(language: str, key: str, line: str, link: str) -> Cause:
    subject = tr(language, "What runs by itself did not start or end in time")
    return Cause(key, NoticeKind.NIGHT, "nights", subject, line, (link,))
