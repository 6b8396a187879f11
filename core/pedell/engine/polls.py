"""Waiting calls of one controller are asked about together.

The first task that is due opens a round and lets others join for a moment; then it asks about all of them in its own
turn, and each finds its own outcome when it is woken. Nothing of this is durable: a round that is lost is another one.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pedell.drivers.api import Answer, DeviceError, Done, Poll, Result, Waiting
from pedell.engine.calls import EngineCall

GATHER_SECONDS = 0.3
"""So long the first one waits for others."""
FOLLOW_SECONDS = 5.0
"""After this somebody who heard nothing looks again."""
STALE_SECONDS = 60.0
"""A round whose leader has not asked by then is somebody else's, and an outcome that nobody took is dropped."""
MOST = 1000
LOGIN_SECONDS = 60.0
"""After a login that was refused the next one is tried, by one for all; twice as much later each time."""
LOGIN_LONGEST = 900.0
_ANSWERS = (Result, Done, Waiting, DeviceError)
Key = tuple[str, str, str]
Login = tuple[str, str]
"""Driver and controller."""
Wake = Callable[[], None]


@dataclass(frozen=True)
class Outcome:
    """What a shared poll said of one call; `answer` is None where it has to be asked about by itself."""

    answer: Answer | DeviceError | None
    notes: tuple[str, ...] = ()


@dataclass
class Joined:
    """One call in a round."""

    attempt: str
    poll: Callable[[Any], Poll]
    """Makes the driver's view of it, given the deadline of the round."""
    wake: Wake


@dataclass
class _Round:
    leader: str
    began: float
    joined: dict[str, Joined] = field(default_factory=dict)


@dataclass
class _Refused:
    until: float
    seconds: float
    error: DeviceError


class Polls:
    """Rounds by driver, controller and capability. Threads share it."""

    def __init__(self) -> None:
        self._rounds: dict[Key, _Round] = {}
        self._outcomes: dict[str, tuple[float, Outcome]] = {}
        self._refused: dict[Login, _Refused] = {}
        self._lock = threading.Lock()

    def collect(self, attempt: str) -> Outcome | None:
        """The outcome of this attempt's poll, once; None where no round has asked about it."""
        with self._lock:
            found = self._outcomes.pop(attempt, None)
        return found[1] if found else None

    def join(self, key: Key, one: Joined) -> float:
        """Be part of the next round; 0 where it is this one's to ask now, else the seconds to wait."""
        now = time.monotonic()
        with self._lock:
            known = self._rounds.get(key)
            if known is None or now > known.began + STALE_SECONDS:
                known = self._rounds[key] = _Round(one.attempt, now)
            if len(known.joined) >= MOST and one.attempt not in known.joined:
                return (
                    FOLLOW_SECONDS  # it is full and will be asked about soon; there is another one afterwards
                )
            known.joined[one.attempt] = one
            if known.leader != one.attempt:
                return FOLLOW_SECONDS
            return max(0.0, known.began + GATHER_SECONDS - now)

    def take(self, key: Key, leader: str) -> list[Joined]:
        """Everybody of the round, the leader first; it is over for those who come later."""
        with self._lock:
            known = self._rounds.get(key)
            if known is None or known.leader != leader:
                return []
            del self._rounds[key]
            own = known.joined.pop(leader)
            return [own, *known.joined.values()]

    def deliver(self, one: Joined, outcome: Outcome) -> None:
        """Tell somebody his outcome and wake him."""
        now = time.monotonic()
        with self._lock:
            for lost in [name for name, (at, _) in self._outcomes.items() if at + STALE_SECONDS < now]:
                del self._outcomes[lost]
            self._outcomes[one.attempt] = (now, outcome)
        one.wake()

    def login_refused(self, login: Login, error: DeviceError) -> None:
        """The controller did not let us in: for a while nobody tries again, so that no account is locked."""
        now = time.monotonic()
        with self._lock:
            known = self._refused.get(login)
            if known is not None and now < known.until:
                return  # asked at the same time as the one that is known
            again = known is not None and now < known.until + LOGIN_LONGEST
            seconds = min(known.seconds * 2, LOGIN_LONGEST) if known and again else LOGIN_SECONDS
            self._refused[login] = _Refused(now + seconds, seconds, error)

    def login_accepted(self, login: Login) -> None:
        """It let us in."""
        with self._lock:
            self._refused.pop(login, None)

    def login_wait(self, login: Login) -> tuple[float, DeviceError] | None:
        """Seconds until the next login may be tried, and what the last one came to; None where one may be tried now."""
        now = time.monotonic()
        with self._lock:
            known = self._refused.get(login)
            return (known.until - now, known.error) if known is not None and now < known.until else None


def outcomes(polls: list[Poll], answers: Any) -> list[Outcome]:
    """The driver's answers, one for each; whoever is not answered properly is asked about by himself."""
    found = list(answers) if isinstance(answers, list | tuple) else []
    if len(found) != len(polls):
        return [Outcome(None)] * len(polls)
    return [
        Outcome(answer if isinstance(answer, _ANSWERS) else None, _notes(poll))
        for poll, answer in zip(polls, found, strict=True)
    ]


def together(until: float, poll_after: float) -> float:
    """The time of a poll moved to a round one, up to a quarter later, so that those about as old meet."""
    step = 2.0 ** math.floor(math.log2(max(poll_after, 1.0) / 4))
    return math.ceil(until / step) * step


def _notes(poll: Poll) -> tuple[str, ...]:
    return tuple(poll.call.notes) if isinstance(poll.call, EngineCall) else ()
