"""The built-in system, shadows and references."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pedell.errors import NotFoundError, UsageError
from pedell.store.database import Store
from pedell.tickets import store as tickets
from pedell.tickets.adapter import RemoteTicket, TicketState
from pedell.tickets.references import Reference, read


def test_references() -> None:
    assert read("4711") == read("#4711") == read(" 4711 ") == read("local:4711") == Reference(no=4711)
    assert read("rt:17") == Reference(system="rt", key="17")
    assert read("jira:IT-7") == Reference(system="jira", key="IT-7")
    assert read("01j0000000000000000000test") == Reference(id="01J0000000000000000000TEST")
    for bad in ("", "new", "rt:", ":7", "Kein Bild", "-1", "4711x", "²"):
        with pytest.raises(UsageError):
            read(bad)


@given(st.text(max_size=60))
def test_any_text_is_a_reference_or_an_error(text: str) -> None:
    try:
        meant = read(text)
    except UsageError:
        return
    assert read(str(meant)) == meant


def test_create_and_find(store: Store) -> None:
    with store.writing() as connection:
        made = tickets.create(
            connection, "Kein\n Bild", "Hilfe\x00", hints={"room": " B204 ", "other": "x", "site": ""}
        )
        assert made.title == "Kein Bild"
        assert made.body == "Hilfe"
        assert made.hints == {"room": "B204"}
        assert made.state is TicketState.NEW
        for reference in (str(made.no), made.id, f"local:{made.no}"):
            assert tickets.ensure(connection, read(reference)) == made
        with pytest.raises(NotFoundError):
            tickets.get(connection, made.no + 1)


def test_a_key_makes_a_ticket_unique(store: Store) -> None:
    with store.writing() as connection:
        one = tickets.create(connection, "Night", key="maintenance:x:2026-11-23", kind="maintenance")
        two = tickets.create(connection, "Night again", key="maintenance:x:2026-11-23", kind="maintenance")
        assert one == two
        assert tickets.create(connection, "a").no != tickets.create(connection, "a").no


def test_shadow_is_kept_up_to_date(store: Store) -> None:
    remote = RemoteTicket(
        "17", "Kein Bild", TicketState.NEW, body="Hilfe", url="http://rt/17", requester="lehrer"
    )
    with store.writing() as connection:
        made = tickets.ensure(connection, read("rt:17"), remote)
        again = tickets.shadow(connection, "rt", RemoteTicket("17", "Kein Bild mehr", TicketState.SOLVED))
        assert made.no == again.no
        assert (again.title, again.state, again.body) == ("Kein Bild mehr", TicketState.SOLVED, "Hilfe")
        assert tickets.find(connection, read("rt:18")) is None
        assert again.reference == "rt:17"


def test_search(store: Store) -> None:
    with store.writing() as connection:
        for title in ("Kein Bild", "100 % Toner", "kein Netz"):
            tickets.create(connection, title)
        found = tickets.search(connection, text="kein")
        assert [each.title for each in found] == ["kein Netz", "Kein Bild"]
        assert [each.title for each in tickets.search(connection, text="0 %")] == ["100 % Toner"]
        assert tickets.search(connection, text="_") == []
        tickets.set_state(connection, found[0].no, TicketState.SOLVED)
        assert [each.no for each in tickets.search(connection, state=TicketState.SOLVED)] == [found[0].no]


def test_notes_are_made_once(store: Store) -> None:
    with store.writing() as connection:
        made = tickets.create(connection, "Kein Bild")
        assert tickets.note(connection, made.no, "eins", marker="m", author="pedell")
        assert not tickets.note(connection, made.no, "zwei", marker="m", author="pedell")
        assert [note.text for note in tickets.notes(connection, made.no)] == ["eins"]
