"""The store: who writes waits, who reads sees one state, and trouble is one line."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import IntegrityError

from pedell.errors import StoreError
from pedell.store import database
from pedell.store.database import HEAD, Store, new_id
from pedell.store.tables.inventory import site


@pytest.fixture
def store(data: Path) -> Iterator[Store]:
    made = Store(f"sqlite:///{data / 'pedell.db'}")
    made.prepare()
    yield made
    made.close()


def count(store: Store) -> int:
    with store.reading() as connection:
        return connection.execute(select(func.count()).select_from(site)).scalar_one()


def add(store: Store, slug: str) -> None:
    with store.writing() as connection:
        connection.execute(insert(site).values(id=new_id(), slug=slug, name=slug))


def test_an_empty_store_is_brought_to_this_version(data: Path) -> None:
    made = Store(f"sqlite:///{data / 'new.db'}")
    try:
        assert made.revision() is None
        made.prepare()
        made.prepare()
        assert made.revision() == HEAD
        with made.reading() as connection:
            assert (
                connection.execute(text("PRAGMA synchronous")).scalar() == 2
            )  # FULL: on disk when it returns
            assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
            assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
    finally:
        made.close()


def test_an_exception_rolls_back(store: Store) -> None:
    def twice() -> None:
        with store.writing() as connection:
            for _ in range(2):
                connection.execute(insert(site).values(id=new_id(), slug="a", name="a"))

    with pytest.raises(IntegrityError):
        twice()
    assert count(store) == 0


def test_a_reader_sees_one_state_while_somebody_writes(store: Store) -> None:
    with store.reading() as connection:
        query = select(func.count()).select_from(site)
        assert connection.execute(query).scalar() == 0
        add(store, "a")
        assert connection.execute(query).scalar() == 0
    assert count(store) == 1


def test_writers_queue(store: Store) -> None:
    threads = [threading.Thread(target=add, args=(store, f"s{number}")) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count(store) == 20


def test_a_store_that_somebody_locks_is_an_error_in_words(
    store: Store, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_MS", 50)
    other = Store(f"sqlite:///{data / 'pedell.db'}")
    try:
        with store.writing(), pytest.raises(StoreError, match=r"the store is busy: .*locked") as raised:
            add(other, "a")
        assert "try again" in raised.value.hint
    finally:
        other.close()


def test_a_store_of_a_newer_version_is_refused(store: Store) -> None:
    with store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="newer Pedell"):
        store.prepare()


def test_a_folder_that_cannot_be_made(data: Path) -> None:
    (data / "file").write_text("")
    with pytest.raises(StoreError):
        Store(f"sqlite:///{data / 'file/pedell.db'}")


def test_what_is_no_database(data: Path) -> None:
    (data / "pedell.db").write_text("not a database, but long enough to be looked at " * 40)
    made = Store(f"sqlite:///{data / 'pedell.db'}")
    try:
        with pytest.raises(StoreError):
            made.prepare()
    finally:
        made.close()
