"""Deliveries: verified, kept once, made into tickets, whatever happens in between."""

from __future__ import annotations

import json
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from pedell.drivers.deadline import Deadline
from pedell.errors import TicketError, TicketGoneError, TicketUnreachableError
from pedell.store.database import Store
from pedell.store.tables.ticketing import delivery as delivery_table
from pedell.store.tables.ticketing import inbox as table
from pedell.tickets import store as tickets
from pedell.tickets.adapter import RemoteTicket, TicketEvent, TicketState, WebhookRefusedError
from pedell.tickets.generic import GenericHook, signature
from pedell.tickets.inbox import REMEMBERED, Delivery, Inbox
from pedell.tickets.intake import Considered
from pedell.tickets.model import LOCAL
from pedell.tickets.places import Wording
from pedell.tickets.systems import Systems
from tests.tickets.conftest import NoSecrets, Paper

BODY = json.dumps({"title": "Kein Bild in Raum B204", "room": "B204"}).encode()
HOOK = GenericHook("secret://env/HOOK", NoSecrets(), ["paper"])


def signed(body: bytes = BODY, timestamp: str = "1000", delivery: str = "d-1") -> dict[str, str]:
    return {
        "x-pedell-timestamp": timestamp, "x-pedell-delivery": delivery,
        "x-pedell-signature": signature("test-secret", timestamp, delivery, body),
    }  # fmt: skip


def test_signature_is_what_openssl_says() -> None:
    """printf '1000.d-1.{}' | openssl dgst -sha256 -hmac test-secret."""
    said = "1eaf10ff041801e8eb924a9bb70671a2b29fe57bceac9f3606cf8813d41fc8ca"
    assert signature("test-secret", "1000", "d-1", b"{}") == f"v1={said}"


def test_generic_is_read() -> None:
    key, delivery = HOOK.read(signed(), BODY, now=1000)
    assert key == "d-1"
    assert delivery == Delivery(LOCAL, title="Kein Bild in Raum B204", hints={"room": "B204"})
    body = b'{"system": "paper", "key": "7"}'
    assert HOOK.read(signed(body), body, now=1290)[1] == Delivery("paper", key="7", hints={})


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"x-pedell-signature": "v1=" + "0" * 64}, 401),
        ({"x-pedell-signature": ""}, 401),
        ({"x-pedell-delivery": "d-2"}, 401),
        ({"x-pedell-timestamp": "1001"}, 401),
    ],
)
def test_what_is_not_signed_is_refused(change: dict[str, str], status: int) -> None:
    with pytest.raises(WebhookRefusedError) as refused:
        HOOK.read(signed() | change, BODY, now=1000)
    assert refused.value.status == status


def test_other_bodies_are_refused() -> None:
    with pytest.raises(WebhookRefusedError) as refused:
        HOOK.read(signed(), BODY + b" ", now=1000)
    assert refused.value.status == 401


@pytest.mark.parametrize(
    ("timestamp", "status"), [("699", 401), ("1301", 401), ("", 400), ("1e3", 400), ("-5", 400)]
)
def test_old_and_odd_timestamps(timestamp: str, status: int) -> None:
    with pytest.raises(WebhookRefusedError) as refused:
        HOOK.read(signed(timestamp=timestamp), BODY, now=1000)
    assert refused.value.status == status


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b"", "body"), (b"[]", "body"), (b"{", "body"), (b"{}", "title"), (b'{"title": 7}', "title"),
        (b'{"title": "x", "roon": "B204"}', "roon"), (b'{"system": "paper"}', "belong"),
        (b'{"key": "7", "title": "x"}', "belong"), (b'{"system": "rt", "key": "7"}', "no such ticket system"),
        (b'{"title": "' + b"x" * 501 + b'"}', "title"), (b'\xff{"title": "x"}', "body"),
    ],
)  # fmt: skip
def test_bad_bodies_are_told(body: bytes, word: str) -> None:
    with pytest.raises(WebhookRefusedError, match=word) as refused:
        HOOK.read(signed(body), body, now=1000)
    assert refused.value.status == 400


@given(st.binary(max_size=300), st.text(max_size=30), st.text(max_size=30), st.text(max_size=80))
def test_hostile_deliveries(body: bytes, timestamp: str, delivery: str, given_signature: str) -> None:
    headers = {
        "x-pedell-timestamp": timestamp,
        "x-pedell-delivery": delivery,
        "x-pedell-signature": given_signature,
    }
    with pytest.raises(WebhookRefusedError):
        HOOK.read(headers, body, now=1000)
    headers["x-pedell-signature"] = signature("test-secret", timestamp, delivery, body)
    try:
        HOOK.read(headers, body, now=1000)
    except WebhookRefusedError as refused:
        assert refused.status in (400, 401)  # noqa: PT017


def test_without_a_secret_it_is_closed() -> None:
    with pytest.raises(WebhookRefusedError) as refused:
        GenericHook("", NoSecrets(), []).read(signed(), BODY, now=1000)
    assert refused.value.status == 401


# The inbox


def work(inbox: Inbox, seen: list[str] | None = None) -> int:
    found = [] if seen is None else seen
    return inbox.work(
        50, Deadline.after(20), lambda told: Considered(), lambda ticket: found.append(ticket.title)
    )


def state(store: Store) -> list[tuple[str, str]]:
    with store.reading() as connection:
        return [(row.state, row.body) for row in connection.execute(select(table).order_by(table.c.no))]


def test_a_delivery_becomes_a_ticket_once(store: Store, systems: Systems) -> None:
    inbox = Inbox(store, systems)
    delivery = Delivery(LOCAL, title="Kein Bild", body="Hilfe", hints={"room": "B204"})
    assert inbox.receive("generic", "d-1", BODY, delivery)
    assert not inbox.receive("generic", "d-1", b"other", delivery), "the same delivery"
    assert not inbox.receive("generic", "d-2", BODY, delivery), "the same body"
    assert inbox.receive("rt", "d-1", BODY, delivery), "another door"
    seen: list[str] = []
    assert work(inbox, seen) == 2
    assert work(inbox, seen) == 0
    assert seen == ["Kein Bild", "Kein Bild"]
    assert state(store) == [("done", ""), ("done", "")], "nothing personal stays behind"
    with store.reading() as connection:
        made = tickets.get(connection, 1)
        assert (made.title, made.body, made.hints) == ("Kein Bild", "Hilfe", {"room": "B204"})


def test_after_seven_days_it_is_new_again(store: Store, systems: Systems) -> None:
    inbox = Inbox(store, systems)
    assert inbox.receive("generic", "d-1", BODY, Delivery(LOCAL, title="x"))
    with store.writing() as connection:
        connection.execute(update(delivery_table).values(at=delivery_table.c.at - REMEMBERED - 1))
    assert inbox.receive("generic", "d-1", BODY, Delivery(LOCAL, title="x"))


def test_a_burst_of_the_same(store: Store, systems: Systems) -> None:
    inbox = Inbox(store, systems)
    taken: list[bool] = []
    threads = [
        threading.Thread(
            target=lambda: taken.append(inbox.receive("generic", "d-1", BODY, Delivery(LOCAL, title="x")))
        )
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(taken) == [False] * 7 + [True]
    workers = [threading.Thread(target=work, args=(inbox,)) for _ in range(4)]
    for thread in workers:
        thread.start()
    for thread in workers:
        thread.join(60)
    with store.reading() as connection:
        assert len(tickets.search(connection)) == 1


def test_fetched_from_its_system(store: Store, systems: Systems, paper: Paper) -> None:
    paper.add("7", "Kein Bild in B204", "Hilfe")
    inbox = Inbox(store, systems)
    inbox.receive("paper", "t-1", b"1", Delivery.of_event("paper", TicketEvent("created", "7")))
    paper.fail = TicketUnreachableError("no line")
    seen: list[str] = []
    for _ in range(3):
        assert work(inbox, seen) == 0
        with store.writing() as connection:
            connection.execute(update(table).values(next_at=0, at=0))
    paper.fail = None
    assert work(inbox, seen) == 1
    assert seen == ["Kein Bild in B204"]
    with store.reading() as connection:
        assert tickets.get(connection, 1).reference == "paper:7"


def test_what_intake_had_is_not_considered_again(store: Store, systems: Systems) -> None:
    inbox = Inbox(store, systems)
    ticket = RemoteTicket("7", "x", TicketState.SOLVED)
    inbox.receive(
        "paper", "t-1", b"1", Delivery.of_event("paper", TicketEvent("updated", "7", ticket=ticket))
    )
    seen: list[str] = []
    assert work(inbox, seen) == 1
    assert seen == [], "a solved ticket needs no proposal"


def test_a_system_that_is_down_costs_one_call_and_holds_nobody(
    store: Store, systems: Systems, paper: Paper
) -> None:
    inbox = Inbox(store, systems)
    for key in "123":
        inbox.receive("paper", key, key.encode(), Delivery("paper", key))
    paper.fail = TicketUnreachableError("no line")
    assert work(inbox) == 0
    assert paper.calls == 1
    inbox.receive("generic", "d-1", BODY, Delivery(LOCAL, title="x"))
    with store.writing() as connection:
        connection.execute(update(table).values(next_at=0))
    assert work(inbox) == 1
    paper.fail = None
    for key in "123":
        paper.add(key)
    with store.writing() as connection:
        connection.execute(update(table).values(next_at=0))
    assert work(inbox) == 3


def test_one_that_breaks_intake_holds_nobody(store: Store, systems: Systems) -> None:
    inbox = Inbox(store, systems)
    inbox.receive("generic", "d-1", b"1", Delivery(LOCAL, title="poison"))
    inbox.receive("generic", "d-2", b"2", Delivery(LOCAL, title="fine"))
    seen: list[str] = []

    def consider(told: Wording) -> Considered:
        if told.title == "poison":
            raise ValueError("a bug")
        return Considered()

    assert inbox.work(50, Deadline.after(20), consider, lambda ticket: seen.append(ticket.title)) == 1
    assert seen == ["fine"]
    with store.reading() as connection:
        assert (
            connection.execute(select(table.c.error).where(table.c.state == "due")).scalar()
            == "ValueError: a bug"
        )


def test_gone_and_refused_deliveries(store: Store, systems: Systems, paper: Paper) -> None:
    inbox = Inbox(store, systems)
    inbox.receive("paper", "t-1", b"1", Delivery("paper", "404"))
    paper.fail = TicketGoneError("gone")
    assert work(inbox) == 1
    inbox.receive("paper", "t-2", b"2", Delivery("paper", "7"))
    paper.fail = TicketError("no right")
    assert work(inbox) == 0
    with store.writing() as connection:
        connection.execute(update(table).where(table.c.state == "due").values(next_at=0, at=0))
    assert work(inbox) == 0
    assert [each for each, _ in state(store)] == ["dead", "dead"]
