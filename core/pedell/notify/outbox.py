"""Notices on their way: written with what was told in one commit, sent at least once, given up after days."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from pedell.drivers.deadline import Deadline
from pedell.errors import PedellError
from pedell.i18n import tr
from pedell.notify.causes import Cause, grouped
from pedell.notify.notifier import Notice, NoticeKind
from pedell.notify.notifiers import Notifiers
from pedell.store.database import Store, new_id, now
from pedell.store.tables.notices import notice, told

SECOND = 1_000_000
CLAIM = 120 * SECOND
"""Longer than any notifier takes over one notice, so that a claim runs out only when its owner is dead."""
SEND = 30.0
"""Seconds that one notice may take."""
GIVE_UP = 3 * 86_400 * SECOND
KEEP = 30 * 86_400 * SECOND
"""How long sent and dead ones are kept."""
PAUSES = (15 * SECOND, 900 * SECOND)
"""First pause and longest one; doubled in between."""
MOST_DUE = 1000
"""More than this is never on its way at once: nobody reads them."""
LINES = 20
"""Lines of one notice; the others are counted."""


@dataclass(frozen=True)
class Sent:
    """What one drain did: notices sent, put off, given up."""

    sent: int = 0
    later: int = 0
    dead: int = 0


def news(connection: Connection, found: Sequence[Cause], areas: Collection[str]) -> bool:
    """Whether `tell` would write anything: looked at first, so that nobody waits for the store in vain."""
    fresh, over = _compare(connection, found, areas)
    return bool(fresh or over)


def tell(
    connection: Connection,
    found: Sequence[Cause],
    areas: Collection[str],
    notifiers: Notifiers,
    language: str,
) -> int:
    """Write notices of causes that nobody was told of yet, forget those that are over; returns how many notices."""
    fresh, over = _compare(connection, found, areas)
    for start in range(0, len(over), 500):
        connection.execute(delete(told).where(told.c.key.in_(over[start : start + 500])))
    if not fresh:
        return 0
    at, written = now(), 0
    connection.execute(insert(told), [{"key": key, "at": at} for key in fresh])
    for group in grouped(list(fresh.values())):
        written += put(connection, _notice(group, language, at), notifiers)
    return written


def _compare(
    connection: Connection, found: Sequence[Cause], areas: Collection[str]
) -> tuple[Mapping[str, Cause], Sequence[str]]:
    keys = {cause.key for cause in found}
    known = set(connection.execute(select(told.c.key)).scalars())
    over = [key for key in known - keys if key.partition(":")[0] in areas]
    return {cause.key: cause for cause in found if cause.key not in known}, over


def _notice(group: Sequence[Cause], language: str, at: int) -> Notice:
    lines = [" ".join(cause.line.split())[:500] for cause in group[:LINES]]
    if len(group) > LINES:
        lines.append(tr(language, "and {count} more", count=len(group) - LINES))
    links = tuple(dict.fromkeys(link for cause in group[:LINES] for link in cause.links))
    subject = " ".join(group[0].subject.split())[:200]
    return Notice(new_id(), group[0].kind, subject, "\n".join(lines), links, at)


def put(connection: Connection, message: Notice, notifiers: Notifiers) -> int:
    """Write a notice for everybody who wants its kind; a second one with the same marker is not written."""
    due = connection.execute(
        select(func.count()).select_from(notice).where(notice.c.state == "due")
    ).scalar_one()
    maker = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    names = notifiers.wanting(message.kind) if due < MOST_DUE else ()
    for name in names:
        values = {
            "id": new_id(), "notifier": name, "marker": message.marker, "kind": message.kind.value, "subject": message.subject,
            "text": message.text, "links": json.dumps(message.links), "state": "due", "next_at": message.at, "created": message.at,
        }  # fmt: skip
        connection.execute(
            maker(notice).values(values).on_conflict_do_nothing(index_elements=["notifier", "marker"])
        )
    return len(names)


def counts(connection: Connection) -> Mapping[str, int]:
    """How many rows are in each state."""
    found = connection.execute(select(notice.c.state, func.count()).group_by(notice.c.state))
    return {row[0]: row[1] for row in found}


class NoticeOutbox:
    """Sends what is due. Any number of processes may drain at once."""

    def __init__(self, store: Store, notifiers: Notifiers) -> None:
        self._store = store
        self._notifiers = notifiers

    def drain(self, limit: int, deadline: Deadline) -> Sent:
        """Send up to `limit` notices; starts none after the deadline."""
        ended = {"sent": 0, "due": 0, "dead": 0}
        down: set[str] = set()
        for _ in range(limit):
            row = None if deadline.passed() else self._claim(down)
            if row is None:
                break
            state = self._deliver(row, deadline)
            ended[state] += 1
            if state == "due":
                # Whoever does not answer is not asked again in this drain.
                down.add(row["notifier"])
        return Sent(ended["sent"], ended["due"], ended["dead"])

    def sweep(self) -> None:
        """Remove what was sent or given up long ago."""
        with self._store.writing() as connection:
            connection.execute(delete(notice).where(notice.c.state != "due", notice.c.created < now() - KEEP))

    def _claim(self, down: set[str]) -> Mapping[str, Any] | None:
        at = now()
        # A time much further ahead than any pause was written by a clock that has been set back since: it tells nothing.
        due = (notice.c.next_at <= at) | (notice.c.next_at > at + 2 * PAUSES[1])
        free = (notice.c.claimed_until < at) | (notice.c.claimed_until > at + 2 * CLAIM)
        statement = (
            select(notice)
            .where(notice.c.state == "due", due, free, notice.c.notifier.not_in(sorted(down)))
            .order_by(notice.c.no)
            .limit(1)
        )  # fmt: skip
        with self._store.reading() as connection:
            if connection.execute(statement).first() is None:
                return None
        with self._store.writing() as connection:
            row = connection.execute(statement).mappings().first()
            if row is None:
                return None
            claim = new_id()
            connection.execute(
                update(notice).where(notice.c.no == row["no"]).values(claim=claim, claimed_until=at + CLAIM)
            )
            return {**row, "claim": claim}

    def _deliver(self, row: Mapping[str, Any], deadline: Deadline) -> str:
        message = Notice(
            row["marker"], NoticeKind(row["kind"]), row["subject"], row["text"], tuple(json.loads(row["links"])), row["created"]
        )  # fmt: skip
        try:
            self._notifiers.get(row["notifier"]).send(message, deadline.within(SEND))
        except Exception as error:  # a notifier's bug concerns its own notices only
            words = (
                error.message if isinstance(error, PedellError) else f"{type(error).__name__} in the notifier"
            )
            old = now() - row["created"] > GIVE_UP
            pause = min(PAUSES[0] * 2 ** min(row["tries"], 20), PAUSES[1])
            self._settle(row, state="dead" if old else "due", next_at=now() + pause, error=words[:1000])
            return "dead" if old else "due"
        self._settle(row, state="sent", sent=now(), error="")
        return "sent"

    def _settle(self, row: Mapping[str, Any], **values: object) -> None:
        with self._store.writing() as connection:
            connection.execute(
                update(notice)
                .where(notice.c.no == row["no"], notice.c.claim == row["claim"])
                .values(tries=row["tries"] + 1, claim="", claimed_until=0, **values)
            )
