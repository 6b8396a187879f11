"""The outbox: at least once to the system, made once there, in order, for days, by anybody."""

from __future__ import annotations

import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from pedell.drivers.deadline import Deadline
from pedell.errors import TicketError, TicketGoneError, TicketUnreachableError
from pedell.store.database import Store, new_id
from pedell.store.tables.ticketing import outbox as table
from pedell.tickets import outbox
from pedell.tickets import store as tickets
from pedell.tickets.adapter import RemoteTicket, TicketState
from pedell.tickets.model import OutboxState, Ticket
from pedell.tickets.outbox import GIVE_UP, Drained, Outbox
from pedell.tickets.systems import Systems
from tests.tickets.conftest import Paper


@pytest.fixture
def ticket(store: Store, paper: Paper) -> Ticket:
    paper.add("7")
    with store.writing() as connection:
        return tickets.shadow(connection, "paper", RemoteTicket("7", "Kein Bild", TicketState.NEW))


def drain(store: Store, systems: Systems, limit: int = 50) -> Drained:
    return Outbox(store, systems).drain(limit, Deadline.after(60))


def hurry(store: Store, **values: object) -> None:
    """Days pass."""
    with store.writing() as connection:
        connection.execute(update(table).values(next_at=0, **values))


def rows(store: Store, ticket: Ticket):
    with store.reading() as connection:
        return outbox.of_ticket(connection, ticket.no)


def test_order_and_state(store: Store, systems: Systems, paper: Paper, ticket: Ticket) -> None:
    with store.writing() as connection:
        outbox.put_note(connection, ticket, "proof", marker="n1")
        outbox.put_note(connection, ticket, "proof again", marker="n1")
        outbox.put_state(connection, ticket, TicketState.SOLVED, marker="s1")
    assert drain(store, systems) == Drained(sent=2)
    assert paper.told == [("7", "proof"), ("7", "solved")]
    assert drain(store, systems) == Drained()
    with store.reading() as connection:
        assert tickets.get(connection, ticket.no).state is TicketState.SOLVED
        assert outbox.counts(connection) == {OutboxState.SENT: 2}


def test_unreachable_is_waited_for_without_end(
    store: Store, systems: Systems, paper: Paper, ticket: Ticket
) -> None:
    with store.writing() as connection:
        outbox.put_note(connection, ticket, "proof", marker="n1")
        outbox.put_state(connection, ticket, TicketState.SOLVED, marker="s1")
    paper.fail = TicketUnreachableError("no line")
    for _ in range(30):
        assert drain(store, systems) == Drained(later=1), "only the note, never the state before it"
        assert drain(store, systems) == Drained(), "not before its time"
        hurry(store, created=0)
    assert rows(store, ticket)[0].error == "no line"
    assert rows(store, ticket)[0].tries == 30
    paper.fail = None
    assert drain(store, systems) == Drained(sent=2)
    assert paper.told == [("7", "proof"), ("7", "solved")]


def test_a_dead_system_costs_one_call(store: Store, systems: Systems, paper: Paper) -> None:
    with store.writing() as connection:
        for key in "123456":
            made = tickets.shadow(connection, "paper", RemoteTicket(key, "x", TicketState.NEW))
            outbox.put_note(connection, made, "proof", marker=f"n{key}")
    paper.fail = TicketUnreachableError("no line")
    assert drain(store, systems) == Drained(later=1)
    assert paper.calls == 1


def test_a_lost_answer_does_not_double(store: Store, systems: Systems, paper: Paper, ticket: Ticket) -> None:
    with store.writing() as connection:
        outbox.put_note(connection, ticket, "proof", marker="n1")
    paper.fail_after = TicketUnreachableError("cut")
    assert drain(store, systems).later == 1
    paper.fail_after = None
    hurry(store)
    assert drain(store, systems).sent == 1
    assert paper.told == [("7", "proof")]


def test_gone_is_given_up_and_so_is_the_state(
    store: Store, systems: Systems, paper: Paper, ticket: Ticket
) -> None:
    with store.writing() as connection:
        outbox.put_note(connection, ticket, "proof", marker="n1")
        outbox.put_state(connection, ticket, TicketState.SOLVED, marker="s1")
    paper.fail = TicketGoneError("no such ticket")
    assert drain(store, systems) == Drained(dead=1)
    assert [row.state for row in rows(store, ticket)] == [OutboxState.DEAD, OutboxState.DEAD]
    assert "no such ticket" in rows(store, ticket)[0].error


def test_a_no_is_given_up_after_two_weeks(
    store: Store, systems: Systems, paper: Paper, ticket: Ticket
) -> None:
    with store.writing() as connection:
        outbox.put_note(connection, ticket, "proof", marker="n1")
    paper.fail = TicketError("no right")
    assert drain(store, systems) == Drained(later=1)
    hurry(store)
    assert drain(store, systems) == Drained(later=1)
    hurry(store, created=rows(store, ticket)[0].created - GIVE_UP)
    assert drain(store, systems) == Drained(dead=1)


def test_a_system_that_left_the_settings_is_told(store: Store, systems: Systems) -> None:
    with store.writing() as connection:
        made = tickets.shadow(connection, "gone", RemoteTicket("7", "x", TicketState.NEW))
        outbox.put_note(connection, made, "proof", marker="n1")
    assert drain(store, systems) == Drained(later=1)
    assert "gone" in rows(store, made)[0].error


def test_local_tickets_have_it_at_once(store: Store) -> None:
    with store.writing() as connection:
        made = tickets.create(connection, "Kein Bild")
        for _ in range(2):
            outbox.put_note(connection, made, "proof", marker="n1")
            outbox.put_state(connection, made, TicketState.SOLVED, marker="s1")
            tickets.set_state(connection, made.no, TicketState.SOLVED)
        assert [note.text for note in tickets.notes(connection, made.no)] == ["proof"]
        assert tickets.get(connection, made.no).state is TicketState.SOLVED
        assert {row.state for row in outbox.of_ticket(connection, made.no)} == {OutboxState.SENT}


def test_many_drainers_double_nothing(store: Store, systems: Systems, paper: Paper) -> None:
    with store.writing() as connection:
        for key in range(8):
            made = tickets.shadow(connection, "paper", RemoteTicket(str(key), "x", TicketState.NEW))
            for part in range(3):
                outbox.put_note(connection, made, f"{part}", marker=f"n{key}-{part}")
    paper.markers = _Forgetful()  # what the system would do without looking for markers
    done: list[Drained] = []
    threads = [threading.Thread(target=lambda: done.append(drain(store, systems))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    while (last := drain(store, systems)).sent:
        done.append(last)
    assert sum(each.sent for each in done) == 24
    assert len(paper.told) == 24
    for key in range(8):
        assert [text for ticket, text in paper.told if ticket == str(key)] == ["0", "1", "2"]


class _Forgetful(set):
    def __contains__(self, item: object) -> bool:
        return False


def test_a_claim_runs_out(store: Store, systems: Systems, paper: Paper, ticket: Ticket) -> None:
    with store.writing() as connection:
        outbox.put_note(connection, ticket, "proof", marker="n1")
    claimed = Outbox(store, systems)._claim(set())  # a drainer that dies here
    assert claimed is not None
    assert drain(store, systems) == Drained()
    hurry(store, claimed_until=1)
    assert drain(store, systems) == Drained(sent=1)


def test_a_bounded_batch(store: Store, systems: Systems, paper: Paper, ticket: Ticket) -> None:
    with store.writing() as connection:
        for part in range(5):
            outbox.put_note(connection, ticket, f"{part}", marker=f"n{part}")
    assert drain(store, systems, limit=2) == Drained(sent=2)
    assert Outbox(store, systems).drain(50, Deadline.after(-1)) == Drained()


STEP = st.one_of(
    st.tuples(st.just("note"), st.integers(0, 2)),
    st.tuples(st.just("state"), st.integers(0, 2)),
    st.tuples(st.just("weather"), st.sampled_from(["fine", "away", "lost", "no"])),
    st.tuples(st.just("drain"), st.integers(1, 4)),
    st.tuples(st.just("crash"), st.just(0)),
    st.tuples(st.just("days"), st.just(0)),
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEP, max_size=25))
def test_whatever_happens_each_is_told_once_and_in_order(
    store: Store, systems: Systems, paper: Paper, steps: list[tuple[str, object]]
) -> None:
    paper.told.clear()
    with store.writing() as connection:
        connection.execute(table.delete())
        made = [
            tickets.shadow(connection, "paper", RemoteTicket(f"{n}", "x", TicketState.NEW)) for n in range(3)
        ]
    put: dict[str, list[str]] = {"0": [], "1": [], "2": []}
    weather = {
        "fine": (None, None), "away": (TicketUnreachableError("away"), None),
        "lost": (None, TicketUnreachableError("cut")), "no": (TicketError("no right"), None),
    }  # fmt: skip
    drainer = Outbox(store, systems)
    for number, (what, value) in enumerate(steps):
        if what in ("note", "state"):
            assert isinstance(value, int)
            marker = new_id()
            with store.writing() as connection:
                if what == "note":
                    outbox.put_note(connection, made[value], f"note {number}", marker=marker)
                    put[str(value)].append(f"note {number}")
                else:
                    state = list(TicketState)[number % 5]
                    outbox.put_state(connection, made[value], state, marker=marker)
                    put[str(value)].append(state.value)
        elif what == "weather":
            paper.fail, paper.fail_after = weather[str(value)]
        elif what == "drain":
            assert isinstance(value, int)
            drainer.drain(value, Deadline.after(60))
        elif what == "crash":
            drainer._claim(set())
        else:
            hurry(store, claimed_until=0)
        for key, expected in put.items():
            told = [text for ticket, text in paper.told if ticket == key]
            assert told == expected[: len(told)]
    paper.fail = paper.fail_after = None
    hurry(store, claimed_until=0)
    drainer.drain(100, Deadline.after(60))
    assert {key: [text for ticket, text in paper.told if ticket == key] for key in put} == put
