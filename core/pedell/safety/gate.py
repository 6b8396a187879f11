"""The gate: every rule of safety, asked before every attempt, resumed and repeated ones too.

In this order: envelope, expiry, reason, stop switch, hold, approval, window, breaker; caps are counted in the
intent's own commit. What the store says is read again at most every half second; the stop switch and the caps
are also looked at in that commit, so that nothing slips through in between.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from pedell.drivers.api import Effect, Risk
from pedell.i18n import said, tr
from pedell.inventory.repository import Inventory
from pedell.journal import installation
from pedell.model.safety import SafetySettings
from pedell.safety import approvals, envelope, seen
from pedell.safety.approvals import Approval
from pedell.safety.breakers import Breakers
from pedell.safety.caps import caps
from pedell.safety.declared import declare
from pedell.safety.envelope import Envelope
from pedell.safety.question import Answer, Question
from pedell.safety.seen import Freed, Held, Seen
from pedell.safety.waking import APPROVAL, BREAKER, FRESH_SECONDS, HOLD, STOP, WINDOW, wake
from pedell.safety.windows import Windows
from pedell.store.database import Store

LOOK_AGAIN = 60.0
"""Seconds until what waits for a person asks again, where nobody wakes it before."""
SHORTEST = 2.0
"""Seconds below which waiting is not worth giving a conversation back."""
SETTLED_SECONDS = 2.0
"""So long after a change nobody can begin to wait who has not heard of it."""
RUNS = 200
MICRO = 1_000_000
V = TypeVar("V")


@dataclass(frozen=True)
class _Asked:
    question: Question
    limits: Envelope
    seen: Seen
    now: float


class SafetyGate:
    """All rules over one store. Threads share it."""

    def __init__(
        self, store: Store, inventory: Inventory, settings: SafetySettings, zone: str, language: str
    ) -> None:
        """`language` is that of the reasons given; they stand in the run and in its ticket's note."""
        self._store = store
        self._settings = settings
        self._zone = ZoneInfo(zone)
        self._language = language
        self._breakers = Breakers(store, settings.breakers)
        self._windows = Windows(settings.timetables, self._zone)
        self._held = Held(inventory)
        self._seen = Seen()
        self._read_at = float("-inf")
        self._envelopes: OrderedDict[int, Envelope] = OrderedDict()
        self._devices: OrderedDict[int, tuple[frozenset[int], bool]] = OrderedDict()
        self._freed: list[tuple[float, Freed]] = []
        self._firmware: dict[int, str] = {}
        self._lock = threading.Lock()
        self._looking = threading.Lock()
        """Held while the store is read; who needs nothing newer does not wait for it."""

    def begin(self) -> None:
        """Take the turn, and tell the installation's chain where caps and the like are set otherwise than they were."""
        with self._store.writing() as connection:
            self._breakers.turn = installation.take_over(connection)
            declare(connection, self._settings)

    def ask(self, question: Question) -> Answer:
        """Before a connection is opened, and again after every pause. Of reads only logins are asked about."""
        now = time.time()
        question = self._known(question)
        if question.capability.effect is Effect.READ:
            self._look()
            return self._breaker(question, now, reads=True) or Answer()
        asked = _Asked(question, self._limits(question.run), self._look(), now)
        for rule in (self._envelope, self._stop, self._hold, self._approval, self._window):
            answer = rule(asked)
            if answer is not None:
                return answer
        # Last, since it may let this one through as the only one.
        return self._breaker(question, now, reads=False) or Answer(caps=caps(question, self._settings))

    def tick(self) -> None:
        """Wake once more what began to wait while it was being set free."""
        # Ahead of time, so that no attempt has to wait for it.
        self._look(FRESH_SECONDS / 2)
        moment = time.monotonic()
        with self._lock:
            due = {freed for at, freed in self._freed if moment >= at + SETTLED_SECONDS}
            self._freed = [(at, freed) for at, freed in self._freed if moment < at + SETTLED_SECONDS]
        if due:
            with self._store.writing() as connection:
                for rule, run in due:
                    wake(connection, rule, run)

    def approved(self, run: int) -> Answer:
        """Whether a second person has approved what the run may do."""
        limits, now = self._limits(run), time.time()
        return self._consent(limits, self._look().approvals.get(run), now) or Answer()

    def tell(self, question: Question, error_class: str) -> None:
        """After an attempt, a read, or a connection that failed: `error_class` is empty where it went well."""
        if question.firmware:
            self._firmware[question.device] = question.firmware
        reads = question.capability.effect is Effect.READ
        self._breakers.tell(self._known(question), error_class, time.time(), reads=reads)

    # Rules --------------------------------------------------------------------------------------------

    def _envelope(self, asked: _Asked) -> Answer | None:
        limits, capability = asked.limits, asked.question.capability
        if not limits.sound:
            return Answer(
                refused=tr(self._language, "the run is not the one that was planned; nothing is done")
            )
        if not limits.allows(capability):
            return Answer(
                refused=tr(self._language, "{capability} is not part of the plan", capability=capability.name)
            )
        if limits.started is not None and limits.started > limits.expires:
            return Answer(
                refused=tr(self._language, "the plan had expired before the run began; submit it again")
            )
        needs = capability.risk >= Risk.DESTRUCTIVE or (
            capability.risk >= Risk.DISRUPTIVE and self._settings.disruptive_needs_reason
        )
        if needs and not limits.reason.strip():
            return Answer(
                refused=tr(self._language, "{capability} needs a reason", capability=capability.name)
            )
        return None

    def _stop(self, asked: _Asked) -> Answer | None:
        if not asked.seen.stop.on:
            return None
        why = tr(
            self._language,
            "everything is stopped ('pedell go' goes on): {reason}",
            reason=asked.seen.stop.reason,
        )
        return Answer(wait_until=asked.now + LOOK_AGAIN, why=why, rule=STOP)

    def _hold(self, asked: _Asked) -> Answer | None:
        hold = asked.seen.held.get(asked.question.device)
        if hold is None or (hold.until is not None and hold.until <= asked.now * MICRO):
            return None
        name, reason = asked.question.target.name, hold.reason
        if hold.until is None or hold.until > asked.limits.expires:
            text = tr(
                self._language, "{name} is held (hold {number}) for longer than this run lasts: {reason}",
                name=name, number=hold.no, reason=reason,
            )  # fmt: skip
            return Answer(refused=text)
        until = hold.until / MICRO
        text = tr(
            self._language, "{name} is held until {time} (hold {number}): {reason}",
            name=name, time=self._when(until), number=hold.no, reason=reason,
        )  # fmt: skip
        return Answer(wait_until=max(until, asked.now + SHORTEST), why=text, rule=HOLD)

    def _approval(self, asked: _Asked) -> Answer | None:
        if asked.question.capability.risk < Risk.DESTRUCTIVE:
            return None
        devices, same = self._planned(asked.limits.run)
        if not same or asked.question.device not in devices:
            return Answer(refused=tr(self._language, "the device is not among those that were planned"))
        return self._consent(asked.limits, asked.seen.approvals.get(asked.limits.run), asked.now)

    def _consent(self, limits: Envelope, known: Approval | None, now: float) -> Answer | None:
        if known is None or known.envelope != limits.hash:
            return Answer(
                refused=tr(self._language, "a second person must approve this, and has not been asked")
            )
        if known.state == approvals.REFUSED:
            return Answer(
                refused=tr(
                    self._language, "approval {number} was refused: {reason}", number=known.no, reason=known.reason
                )
            )  # fmt: skip
        if known.state == approvals.GRANTED:
            if known.decided_by == known.asked_by:
                return Answer(refused=tr(self._language, "whoever asks cannot approve"))
            if now * MICRO > (known.decided or 0) + self._settings.grant_hours * 3600 * MICRO:
                return Answer(refused=tr(self._language, "the approval is too old; submit the run again"))
            return None
        if known.state == approvals.EXPIRED or now * MICRO >= known.expires:
            with self._store.writing() as connection:
                approvals.expire(connection, known)
            return Answer(refused=tr(self._language, "nobody approved it in time; submit the run again"))
        text = tr(
            self._language, "waits for a second person: 'pedell approvals show {number}', until {time}",
            number=known.no, time=self._when(known.expires / MICRO),
        )  # fmt: skip
        until = max(min(now + LOOK_AGAIN, known.expires / MICRO), now + SHORTEST)
        return Answer(wait_until=until, why=text, rule=APPROVAL)

    def _window(self, asked: _Asked) -> Answer | None:
        question = asked.question
        disruptive = question.capability.risk >= Risk.DISRUPTIVE
        if not (disruptive or question.window != "anytime") or asked.limits.run in asked.seen.overrides:
            return None
        target = question.target
        until = self._windows.wait(
            target.site, target.room, question.window, asked.now, disruptive=disruptive
        )
        if until == 0:
            return None
        if until is None:
            return Answer(
                refused=tr(
                    self._language, "its window does not come in sight; see the timetable in the settings"
                )
            )
        text = tr(
            self._language, "waits for its window, until {time} ('pedell run --now --reason …' does not)",
            time=self._when(until),
        )  # fmt: skip
        return Answer(wait_until=max(until, asked.now + SHORTEST), why=text, rule=WINDOW)

    def _breaker(self, question: Question, now: float, *, reads: bool) -> Answer | None:
        closed = self._breakers.ask(question, now, reads=reads)
        if closed is None:
            return None
        text = tr(
            self._language, "{key} is left alone after trouble ({reason}) until {time}; see 'pedell breakers list'",
            key=closed.key, reason=said(closed.reason, self._language), time=self._when(closed.until),
        )  # fmt: skip
        if closed.until * MICRO > self._limits(question.run).expires:
            return Answer(refused=text)
        return Answer(wait_until=max(closed.until, now + SHORTEST), why=text, rule=BREAKER)

    # Knowledge ----------------------------------------------------------------------------------------

    def _known(self, question: Question) -> Question:
        firmware = question.firmware or self._firmware.get(question.device, "")
        return replace(question, firmware=firmware) if firmware != question.firmware else question

    def _look(self, fresh: float = FRESH_SECONDS) -> Seen:
        """What the store says, not older than `fresh` seconds."""
        if time.monotonic() - self._read_at < fresh:
            return self._seen
        with self._looking:
            moment = time.monotonic()
            if moment - self._read_at >= fresh:
                before = self._seen
                with self._store.reading() as connection:
                    self._seen = seen.read(connection, self._held, moment)
                self._breakers.refresh()
                self._read_at = moment
                with self._lock:
                    self._freed += [(moment, freed) for freed in self._seen.freed(before)]
                    if self._breakers.closed():
                        self._freed.append((moment, (BREAKER, None)))
            return self._seen

    def _limits(self, run: int) -> Envelope:
        with self._lock:
            known = self._envelopes.get(run)
            if known is None or known.started is None:
                with self._store.reading() as connection:
                    known = envelope.read(connection, run)
                _keep(self._envelopes, run, known)
            return known

    def _planned(self, run: int) -> tuple[frozenset[int], bool]:
        with self._lock:
            known = self._devices.get(run)
            if known is None:
                with self._store.reading() as connection:
                    known = envelope.devices(connection, run)
                _keep(self._devices, run, known)
            return known

    def _when(self, seconds: float) -> str:
        return datetime.fromtimestamp(seconds, self._zone).strftime("%Y-%m-%d %H:%M")


def _keep(kept: OrderedDict[int, V], key: int, value: V) -> None:
    kept[key] = value
    while len(kept) > RUNS:
        kept.popitem(last=False)
