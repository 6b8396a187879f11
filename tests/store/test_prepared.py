"""Statements that are compiled once: what is read is what was written, whatever a device has said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from pedell.store.database import Store, new_id
from pedell.store.prepared import Prepared, among
from pedell.store.tables.inventory import room, site

SITES = Prepared(
    lambda dialect: select(site.c.no, site.c.name, site.c.slug).where(among(site.c.slug, "slugs", dialect))
)
ROOMS = Prepared(
    lambda dialect: (
        select(site.c.name, room.c.name.label("room"))
        .select_from(site.outerjoin(room))
        .where(among(site.c.slug, "slugs", dialect))
    )
)
TEXTS = {
    "plain": "Aula",
    "empty": "",
    "quotes": '"\'`\\"; --',
    "nul": "before\0after",
    "control": "".join(map(chr, range(1, 32))) + "\x7f\x85\u2028\u2029",
    "json": '{"a": [1, "x"], "b": null}',
    "wide": "Größe 20 °C, 東京, 🏫, \ufeff\uffff",
    "long": "ä" * 100_000,
}


@pytest.fixture
def store(data: Path) -> Iterator[Store]:
    made = Store(f"sqlite:///{data / 'pedell.db'}")
    made.prepare()
    with made.writing() as connection:
        connection.execute(
            insert(site),
            [
                {"no": n, "id": new_id(), "slug": slug, "name": name}
                for n, (slug, name) in enumerate(TEXTS.items())
            ],
        )
    yield made
    made.close()


def test_texts_are_read_as_they_were_written(store: Store) -> None:
    with store.reading() as connection:
        rows = SITES.run(connection, slugs=list(TEXTS))
    assert {row.slug: row.name for row in rows} == TEXTS
    assert sorted(row.no for row in rows) == list(range(len(TEXTS)))


@pytest.mark.parametrize("number", [1000, -1, 2**53 + 1, 2**63 - 1, -(2**63)])
def test_integers_are_read_as_they_were_written(store: Store, number: int) -> None:
    with store.writing() as connection:
        connection.execute(insert(site).values(no=number, id=new_id(), slug="n", name=""))
        assert SITES.value(connection, slugs=["n"]) == number


def test_nothing_is_none_and_no_rows_are_none(store: Store) -> None:
    with store.reading() as connection:
        assert [tuple(row) for row in ROOMS.run(connection, slugs=["plain"])] == [("Aula", None)]
        assert not SITES.run(connection, slugs=[])
        assert SITES.value(connection, slugs=["elsewhere"]) is None


def test_all_that_is_read_in_one_transaction_is_of_one_moment(store: Store) -> None:
    """Also where nothing was asked of SQLAlchemy before, which begins its transactions by itself."""
    with store.reading() as connection:
        assert SITES.run(connection, slugs=["later"]) == []
        with store.writing() as other:
            other.execute(insert(site).values(no=1000, id=new_id(), slug="later", name=""))
        assert SITES.run(connection, slugs=["later"]) == []
    with store.reading() as connection:
        assert len(SITES.run(connection, slugs=["later"])) == 1
