"""Breakers of all groups: kept in memory, and in the store where one is not closed."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from pedell.drivers.api import ErrorClass
from pedell.errors import StoreError
from pedell.i18n import tr
from pedell.journal import installation
from pedell.model.actor import Actor, said_by
from pedell.model.safety import BreakerSettings
from pedell.safety.breaker import Breaker, Rule, State
from pedell.safety.question import Question
from pedell.safety.waking import BREAKER, wake
from pedell.store.database import Store, now
from pedell.store.tables.control import breaker

log = logging.getLogger("pedell.safety")
SECOND = 1_000_000
CREDENTIAL = "credential"
TROUBLE = frozenset(
    {
        ErrorClass.UNREACHABLE,
        ErrorClass.TIMEOUT,
        ErrorClass.PROTOCOL,
        ErrorClass.AUTH,
        ErrorClass.DEVICE_FAULT,
    }
)
"""What speaks against a group. A device that is busy, or says no for good reasons, does not."""
ABSENT = frozenset({ErrorClass.UNREACHABLE, ErrorClass.TIMEOUT})
"""Nobody was there."""
KEY = 200


@dataclass(frozen=True)
class Closed:
    """A breaker that does not let anybody through before `until` (UTC epoch seconds)."""

    key: str
    until: float
    reason: str


def groups(question: Question) -> Iterator[tuple[str, str]]:
    """Kind and name of every group that the device belongs to."""
    target = question.target
    if target.model:
        yield "model", target.model
    if target.model and question.firmware:
        yield "firmware", f"{target.model} {question.firmware}"
    if target.site:
        yield "site", target.site
    if target.controller is not None:
        yield "controller", target.controller.name
    yield from credentials(question)


def credentials(question: Question) -> Iterator[tuple[str, str]]:
    """The logins that the device is spoken to with, as references of secrets."""
    controller = question.target.controller
    found = dict.fromkeys(_references(question.target.options))
    if controller is not None:
        found.update(dict.fromkeys(_references(controller.options)))
    for reference in found:
        yield CREDENTIAL, reference


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if value.startswith("secret://"):
            yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _references(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _references(item)


class Breakers:
    """Threads may share it."""

    def __init__(self, store: Store, settings: BreakerSettings) -> None:
        self._store = store
        pause = settings.pause_minutes * 60
        window = settings.window_minutes * 60
        self._rule = Rule(settings.devices, settings.percent, settings.minimum, window, pause)
        self._login = Rule(settings.credential_devices, 100, 0, max(window, 86_400), pause)
        self._known: dict[str, Breaker] = {}
        self._reasons: dict[str, str] = {}
        self.turn: int | None = None
        """The engine's whose breakers these are; None outside of one."""
        self._closed = False
        self._changes = 0
        """Rows that were written here."""
        self._lock = threading.Lock()

    def refresh(self) -> None:
        """Read what the store says: after a start, and where somebody has reset a breaker."""
        with self._lock:
            changes = self._changes
        with self._store.reading() as connection:
            rows = connection.execute(select(breaker)).all()
        with self._lock:
            if self._changes != changes:
                return  # what was read before a breaker opened here must not close it
            for key, row in ((row.key, row) for row in rows):
                known = self._known.get(key)
                if known is None:
                    known = self._known[key] = self._make(key, State(row.state), row.since / SECOND)
                    known.failures = row.failures
                    self._reasons[key] = row.reason
                elif row.state == State.CLOSED and known.state is not State.CLOSED:
                    known.close(row.since / SECOND)
                    self._closed = True

    def closed(self) -> bool:
        """Whether a breaker has closed since this was asked last."""
        with self._lock:
            closed, self._closed = self._closed, False
            return closed

    def ask(self, question: Question, moment: float, *, reads: bool) -> Closed | None:
        """The first breaker that stands in the way; of reads only logins are asked about."""
        with self._lock:
            for kind, name in credentials(question) if reads else groups(question):
                key = _key(kind, name)
                known = self._known.get(key)
                if known is None or known.state is State.CLOSED:
                    continue
                before = (known.state, known.since)
                until = known.ask(question.device, moment)
                if (known.state, known.since) != before:
                    self._write(key, known)
                if until:
                    return Closed(key, until, self._reasons.get(key, ""))
        return None

    def tell(self, question: Question, error_class: str, moment: float, *, reads: bool) -> None:
        """What became of a call.

        A read that finds nobody counts only for a device that answered a moment ago: displays are off at night, and one that
        is off says nothing of others.
        """
        ok = not error_class
        if not ok and error_class not in TROUBLE:
            return
        with self._lock:
            for kind, name in groups(question):
                if kind == CREDENTIAL and not ok and error_class != ErrorClass.AUTH:
                    continue
                key = _key(kind, name)
                known = self._known.get(key)
                if known is None:
                    if ok and kind == CREDENTIAL:
                        continue
                    known = self._known[key] = self._make(key, State.CLOSED, moment)
                absent = reads and error_class in ABSENT and kind != CREDENTIAL
                if absent and not known.answered(question.device, moment):
                    continue
                before = known.state
                # A login is one thing, whatever it is used for.
                known.tell(question.device, moment, ok=ok, reads=reads and kind != CREDENTIAL)
                if known.state is not before:
                    if known.state is State.OPEN:
                        self._reasons[key] = error_class
                    self._write(key, known)

    def _make(self, key: str, state: State, since: float) -> Breaker:
        return Breaker(self._login if key.startswith(f"{CREDENTIAL}:") else self._rule, state, since)

    def _write(self, key: str, known: Breaker) -> None:
        values = {
            "state": str(known.state),
            "since": int(known.since * SECOND),
            "failures": known.failures,
            "reason": self._reasons.get(key, ""),
        }
        if known.state is State.OPEN:
            reason = self._reasons.get(key, "")
            log.warning(
                tr(
                    "en",
                    "{key} is left alone after trouble ({reason}); see 'pedell breakers list'",
                    key=key,
                    reason=reason,
                )
            )
        elif known.state is State.CLOSED:
            log.warning(tr("en", "{breaker} is trusted again", breaker=key))
        self._changes += 1
        try:
            with self._store.writing() as connection:
                if self.turn is not None and installation.turn(connection) != self.turn:
                    log.warning("breaker %s was not written down: another process is the engine now", key)
                    return
                connection.execute(delete(breaker).where(breaker.c.key == key))
                connection.execute(insert(breaker).values(key=key, **values))
                if known.state is State.CLOSED:
                    self._closed = True
                    wake(connection, BREAKER)
                body = {
                    "breaker": key,
                    "failures": known.failures,
                    "trouble": values["reason"],
                    "actor": installation.ENGINE,
                }
                installation.append(connection, f"breaker.{known.state}", body)
        except StoreError as error:
            # It holds in this process all the same; a restart forgets it.
            log.warning("breaker %s was not written down: %s", key, error.message)


def reset(connection: Connection, key: str, who: Actor, reason: str = "") -> bool:
    """Close a breaker and wake what waits for it; False where none of that name is open."""
    values = {"state": str(State.CLOSED), "since": now(), "failures": 0}
    wanted = (breaker.c.key == key, breaker.c.state != str(State.CLOSED))
    if not connection.execute(update(breaker).where(*wanted).values(**values)).rowcount:
        return False
    wake(connection, BREAKER)
    installation.append(connection, "breaker.reset", {"breaker": key, "reason": reason, **said_by(who)})
    return True


def _key(kind: str, name: str) -> str:
    key = f"{kind}:{name}"
    if len(key) <= KEY:
        return key
    return f"{key[: KEY - 17]}-{hashlib.sha256(key.encode()).hexdigest()[:16]}"
