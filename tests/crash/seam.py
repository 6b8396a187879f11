"""Where a process dies: hooks laid around the engine in a child process, none of them product code.

A trap waits for the n-th passage of a phase and then kills (or freezes) its own process, from inside, without
a chance to tidy up.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

BEFORE_INTENT = "before the intent"
BEFORE_WRITING = "before the writer begins"
"""Whoever freezes here has nothing of the store locked, and stops nobody else."""
STATEMENTS = "in the commit, between statements"
COMMIT = "in the commit, before COMMIT"
DURABLE = "after the commit, before the answer"
BEFORE_CALL = "between intent and call"
SENT = "in the call, request sent"
ANSWERED = "in the call, answer read"
OUTCOME = "before the outcome"
RECOVERY = "in recovery"
PARTS = "between sub-effects"
WAIT = "in a wait"
CLOSE = "at the run's close"
ANYWHERE = "anywhere"
BREAKER = "before a breaker is written"
"""Nothing of the store is locked."""
SETTLING = "in a person's decision"
"""Twice each: handed to the writer, and durable but not yet marked as taken."""
CHAIN = "in the middle of appending to the installation's chain"
PHASES = (
    BEFORE_INTENT, STATEMENTS, COMMIT, DURABLE, BEFORE_CALL, SENT, ANSWERED, OUTCOME, RECOVERY, PARTS, WAIT, CLOSE, ANYWHERE,
)  # fmt: skip

EFFECTS = frozenset({"press", "set", "shut", "open", "brew"})
"""What a gadget does, in its own words."""


@dataclass
class Trap:
    """Springs at the `passage`-th time that `phase` is passed: sends its process the signal, or raises where that is 0."""

    phase: str
    passage: int = 1
    signal: int = signal.SIGKILL
    tell: Callable[[str], None] = lambda phase: None
    _left: int = field(init=False)
    _lock: threading.Lock = field(init=False, default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._left = self.passage

    def passed(self, phase: str) -> None:
        if phase != self.phase:
            return
        with self._lock:
            self._left -= 1
            if self._left:
                return
            self.tell(phase)
            if not self.signal:
                raise RuntimeError(f"made to fail {phase}")
            os.kill(os.getpid(), self.signal)
            # Another thread may be the one that takes the signal: this one must not go on before it has.
            time.sleep(60 if self.signal == signal.SIGKILL else 0.3)


class _Where(threading.local):
    recovering = 0
    committing = False


def lay(trap: Trap, store) -> None:
    """Wrap engine, journal and driver of this process; for good."""
    where = _Where()
    _journal(trap, where)
    _statements(trap, where, store)
    _driver(trap, where)
    _recovery(trap, where)
    _close(trap)
    _breakers(trap)
    _decisions(trap)


def _around(owner, name, make) -> None:
    setattr(owner, name, make(getattr(owner, name)))


def _journal(trap: Trap, where: _Where) -> None:
    from pedell.engine.calls import EngineCall
    from pedell.journal import writer
    from pedell.journal.ops import Claim, Intent, Outcome, PartMark

    def intent(plain):
        def wrapped(self, op, *args, **more):
            if isinstance(op, Intent):
                trap.passed(RECOVERY if where.recovering else BEFORE_INTENT)
            return plain(self, op, *args, **more)

        return wrapped

    def put(plain):
        def wrapped(self, op):
            if isinstance(op, Outcome):
                trap.passed(RECOVERY if where.recovering else OUTCOME)
            return plain(self, op)

        return wrapped

    class Passing:
        """Stands among the answers."""

        def give(self, value: None) -> None:
            trap.passed(DURABLE)

    passing = Passing()

    def commit(plain):
        def wrapped(connection, ops, **more):
            where.committing = any(isinstance(op, Intent | Outcome | PartMark | Claim) for op in ops)
            answers = plain(connection, ops, **more)
            if any(isinstance(op, Intent | Outcome) for op in ops):
                answers.insert(0, (passing, None))
            return answers

        return wrapped

    def write(plain):
        def wrapped(self, ops):
            if trap.phase == BEFORE_WRITING and any(isinstance(op, Intent) for op in ops):
                time.sleep(0.5)  # other threads finish what they write
                trap.passed(BEFORE_WRITING)
            try:
                return plain(self, ops)
            finally:
                where.committing = False

        return wrapped

    def mark(plain):
        def wrapped(self, name, *, begins):
            later = len(self.parts) > 1
            if begins and later:
                trap.passed(PARTS)
            plain(self, name, begins=begins)
            if begins or not later:
                trap.passed(PARTS)

        return wrapped

    _around(writer.Journal, "intent", intent)
    _around(writer.Journal, "put", put)
    _around(writer, "commit", commit)
    _around(writer.Journal, "_write", write)
    _around(EngineCall, "_mark", mark)


def _statements(trap: Trap, where: _Where, store) -> None:
    from sqlalchemy import event

    from pedell.store import prepared

    def execute(plain):
        def wrapped(connection, sql, values):
            if where.committing:
                trap.passed(STATEMENTS)
            return plain(connection, sql, values)

        return wrapped

    def statement(connection, cursor, statement, parameters, context, executemany) -> None:
        if where.committing and not statement.startswith("BEGIN"):
            trap.passed(STATEMENTS)

        if statement.startswith("INSERT INTO installation_event"):
            trap.passed(CHAIN)

    def commit(connection) -> None:
        if where.committing:
            trap.passed(COMMIT)

    _around(prepared, "execute", execute)
    event.listen(store.engine, "before_cursor_execute", statement)
    event.listen(store.engine, "commit", commit)


def _driver(trap: Trap, where: _Where) -> None:
    from tests.engine.gadget import GadgetDriver

    def call(plain):
        def wrapped(self, capability, call, params):
            if capability != "gadget.status":
                trap.passed(RECOVERY if where.recovering else BEFORE_CALL)
            return plain(self, capability, call, params)

        return wrapped

    def send(plain):
        def wrapped(self, line):
            plain(self, line)
            if line.split()[0] in EFFECTS:
                trap.passed(RECOVERY if where.recovering else SENT)

        return wrapped

    def ask(plain):
        def wrapped(self, deadline, verb, *words, **more):
            answer = plain(self, deadline, verb, *words, **more)
            if verb in EFFECTS:
                trap.passed(RECOVERY if where.recovering else ANSWERED)
            return answer

        return wrapped

    def poll(plain):
        def wrapped(self, *args):
            trap.passed(WAIT)
            answer = plain(self, *args)
            trap.passed(WAIT)
            return answer

        return wrapped

    def probe(plain):
        def wrapped(self, *args):
            trap.passed(RECOVERY)
            answer = plain(self, *args)
            trap.passed(RECOVERY)
            return answer

        return wrapped

    for name, make in (("call", call), ("send", send), ("ask", ask), ("poll", poll), ("probe", probe)):
        _around(GadgetDriver, name, make)


def _recovery(trap: Trap, where: _Where) -> None:
    from pedell.engine.recovery import Recovery

    @contextmanager
    def recovering() -> Iterator[None]:
        where.recovering += 1
        try:
            yield
        finally:
            where.recovering -= 1

    def settle(plain):
        def wrapped(self, order, attempt):
            with recovering():
                trap.passed(RECOVERY)
                settled = plain(self, order, attempt)
                trap.passed(RECOVERY)
                return settled

        return wrapped

    _around(Recovery, "settle", settle)


def _breakers(trap: Trap) -> None:
    from pedell.safety.breakers import Breakers

    def write(plain):
        def wrapped(self, key, known):
            if trap.phase == BREAKER:
                time.sleep(0.5)  # other threads finish what they write
                trap.passed(BREAKER)
            plain(self, key, known)

        return wrapped

    _around(Breakers, "_write", write)


def _decisions(trap: Trap) -> None:
    from pedell.engine.host import EngineHost

    def go_on(plain):
        def wrapped(self, command_no):
            trap.passed(SETTLING)
            plain(self, command_no)
            trap.passed(SETTLING)

        return wrapped

    _around(EngineHost, "_go_on", go_on)


def _close(trap: Trap) -> None:
    from pedell.journal.writer import Journal
    from pedell.service.reports import Reports

    def close(plain):
        def wrapped(self, *args, **more):
            if trap.phase == CLOSE and trap.signal == signal.SIGSTOP:
                time.sleep(0.5)  # as above
            trap.passed(CLOSE)
            return plain(self, *args, **more)

        return wrapped

    def write(plain):
        def wrapped(self, number):
            trap.passed(CLOSE)
            plain(self, number)
            trap.passed(CLOSE)

        return wrapped

    _around(Journal, "close_run", close)
    _around(Reports, "write", write)
