"""The inbox: webhook deliveries, stored before they are answered with 200, made into tickets afterwards.

A delivery is refused a second time by its id and by its body for seven days. Between the answer and the
ticket it lives in the table `inbox`; a ticket and the end of its delivery are one commit.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from pedell.drivers.deadline import Deadline
from pedell.errors import PedellError, StoreError, TicketGoneError, TicketUnreachableError
from pedell.store.database import Store, new_id, now
from pedell.store.tables.ticketing import delivery as delivery_table
from pedell.store.tables.ticketing import inbox as table
from pedell.tickets import proposals
from pedell.tickets import store as tickets
from pedell.tickets.adapter import RemoteTicket, TicketEvent, TicketState
from pedell.tickets.intake import Considered
from pedell.tickets.model import LOCAL, Ticket
from pedell.tickets.places import Wording
from pedell.tickets.references import Reference
from pedell.tickets.systems import Systems

SECOND = 1_000_000
REMEMBERED = 7 * 86_400 * SECOND
KEPT = 30 * 86_400 * SECOND
UNREACHABLE = (5 * SECOND, 900 * SECOND)
REFUSED = (300 * SECOND, 6 * 3600 * SECOND)
"""First pause and longest one, in microseconds; doubled in between."""
GIVE_UP = 3 * 86_400 * SECOND
"""A system that says no: most often it tells of tickets that we may not see."""
Consider = Callable[[Wording], Considered]
"""Intake."""
Received = Callable[[Ticket], None]
"""Told of each ticket that intake considered, once it is stored."""


@dataclass(frozen=True)
class Delivery:
    """What a webhook brought: a ticket to make here (`key` empty), or one to fetch from its system."""

    system: str
    key: str = ""
    kind: str = "created"
    title: str = ""
    body: str = ""
    hints: Mapping[str, str] | None = None
    ticket: Mapping[str, str] | None = None

    @classmethod
    def of_event(cls, system: str, event: TicketEvent) -> Delivery:
        """What an adapter read from a webhook."""
        told = None
        if event.ticket is not None:
            told = {name: str(value) for name, value in asdict(event.ticket).items()}
        return cls(system=system, key=event.key, kind=event.kind, hints=dict(event.hints), ticket=told)


class Inbox:
    """Takes deliveries in and works on them. Any number of processes may do either."""

    def __init__(self, store: Store, systems: Systems) -> None:
        self._store = store
        self._systems = systems

    def receive(self, door: str, delivery_id: str, raw: bytes, delivery: Delivery) -> bool:
        """Store a delivery durably; False where its id or its body came through this door lately."""
        at = now()
        keys = [f"body:{hashlib.sha256(raw).hexdigest()}"]
        if delivery_id:
            keys.append(f"id:{delivery_id}"[:128])
        with self._store.writing() as connection:
            connection.execute(delete(delivery_table).where(delivery_table.c.at < at - REMEMBERED))
            connection.execute(delete(table).where(table.c.state != "due", table.c.at < at - KEPT))
            fresh = [_first(connection, door, key, at) for key in keys]  # each is remembered from now on
            if not all(fresh):
                return False
            connection.execute(
                table.insert().values(
                    id=new_id(),
                    door=door,
                    body=json.dumps(asdict(delivery), ensure_ascii=False),
                    state="due",
                    tries=0,
                    next_at=at,
                    error="",
                    at=at,
                )
            )
        return True

    def work(self, limit: int, deadline: Deadline, consider: Consider, received: Received) -> int:
        """Make tickets of up to `limit` deliveries that are due; returns how many were settled.

        Fresh ones go before those that were put off, and a system that does not answer is asked once.
        """
        settled = 0
        with self._store.reading() as connection:
            due = connection.execute(
                select(table.c.no)
                .where(table.c.state == "due", table.c.next_at <= now())
                .order_by(table.c.tries, table.c.no)
                .limit(limit)
            ).scalars()
            numbers = list(due)
        down: set[str] = set()
        for number in numbers:
            if deadline.passed():
                break
            settled += self._settle(number, consider, received, down)
        return settled

    def _settle(self, number: int, consider: Consider, received: Received, down: set[str]) -> bool:
        with self._store.reading() as connection:
            row = connection.execute(select(table).where(table.c.no == number)).mappings().one()
        if row["state"] != "due":
            return False
        delivery = Delivery(**json.loads(row["body"]))
        if delivery.system in down:
            return False
        try:
            fetched = self._fetch(delivery)
            # Reading and thinking come before the write, which keeps everybody else waiting.
            considered = consider(_wording(delivery, fetched)) if self._unseen(delivery, fetched) else None
            return self._make(number, delivery, fetched, considered, received)
        except TicketGoneError as error:
            self._give_up(number, error.message)
            return True
        except TicketUnreachableError as error:
            down.add(delivery.system)
            self._put_off(number, row["tries"], error.message, UNREACHABLE)
        except StoreError:
            raise  # not the delivery's fault: the next turn finds it as it is
        except Exception as error:  # one delivery that cannot be worked on must not hold the others
            message = error.message if isinstance(error, PedellError) else f"{type(error).__name__}: {error}"
            if now() - row["at"] > GIVE_UP:
                self._give_up(number, message)
            else:
                self._put_off(number, row["tries"], message, REFUSED)
        return False

    def _make(
        self,
        number: int,
        delivery: Delivery,
        fetched: RemoteTicket | None,
        considered: Considered | None,
        received: Received,
    ) -> bool:
        with self._store.writing() as connection:
            mine = connection.execute(
                update(table)
                .where(table.c.no == number, table.c.state == "due")
                .values(state="done", body="", error="")
            ).rowcount
            if not mine:  # somebody was faster
                return False
            ticket = _ticket(connection, delivery, fetched)
            connection.execute(update(table).where(table.c.no == number).values(ticket=ticket.no))
            kept = considered is not None and proposals.keep(connection, ticket.no, considered)
        if kept:
            received(ticket)
        return True

    def _unseen(self, delivery: Delivery, fetched: RemoteTicket | None) -> bool:
        """Whether intake should look: once per ticket, while somebody waits for it."""
        if fetched is None:
            return True
        if fetched.state not in (TicketState.NEW, TicketState.OPEN):
            return False
        with self._store.reading() as connection:
            known = tickets.find(connection, Reference(system=delivery.system, key=delivery.key))
        return known is None or known.considered is None

    def _fetch(self, delivery: Delivery) -> RemoteTicket | None:
        if delivery.system == LOCAL:
            return None
        if delivery.ticket is not None:
            return RemoteTicket(**dict(delivery.ticket) | {"state": TicketState(delivery.ticket["state"])})  # type: ignore[arg-type]
        return self._systems.get(delivery.system).get(delivery.key)

    def _put_off(self, number: int, tries: int, error: str, pauses: tuple[int, int]) -> None:
        pause = min(pauses[0] * 2 ** min(tries, 20), pauses[1])
        self._change(number, error=error[:1000], tries=tries + 1, next_at=now() + pause)

    def _give_up(self, number: int, error: str) -> None:
        self._change(number, error=error[:1000], state="dead", body="")

    def _change(self, number: int, **values: object) -> None:
        with self._store.writing() as connection:
            connection.execute(
                update(table).where(table.c.no == number, table.c.state == "due").values(**values)
            )


def _first(connection: Connection, door: str, key: str, at: int) -> bool:
    maker = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = maker(delivery_table).values(door=door, key=key, at=at).on_conflict_do_nothing()
    # What comes back was inserted; a count of rows is not told by every database here.
    return connection.execute(statement.returning(delivery_table.c.key)).first() is not None


def _wording(delivery: Delivery, fetched: RemoteTicket | None) -> Wording:
    hints = delivery.hints or {}
    if fetched is None:
        return Wording(delivery.title, delivery.body, hints)
    return Wording(fetched.title, fetched.body, hints)


def _ticket(connection: Connection, delivery: Delivery, fetched: RemoteTicket | None) -> Ticket:
    hints = delivery.hints or {}
    if fetched is None:
        return tickets.create(connection, delivery.title, delivery.body, hints=hints)
    known = tickets.find(connection, Reference(system=delivery.system, key=delivery.key))
    return tickets.shadow(connection, delivery.system, fetched, hints if known is None else None)
