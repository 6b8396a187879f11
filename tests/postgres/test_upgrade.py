"""A store with rows in it, made by an earlier revision, is brought up to date and still verifies."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from pedell.journal import installation
from pedell.journal.verify import verify
from pedell.store.database import HEAD, Store
from tests.engine.school import School
from tests.engine.world import WorldProcess


@pytest.fixture
def school(tmp_path: Path, database: str) -> Iterator[School]:
    world = WorldProcess(tmp_path)
    made = School(tmp_path / "data", world.port, database)
    yield made
    made.close()
    world.close()


def old(store: Store) -> None:
    """As revision 0002 left it."""
    with store.writing() as connection:
        for statement in (
            "DROP TABLE controller_rest", "DROP TABLE installation", "DROP TABLE installation_event", "ALTER TABLE event DROP COLUMN cut",
            "ALTER TABLE ledger DROP COLUMN cut_of", "ALTER TABLE shard DROP COLUMN batch",
            "ALTER TABLE shard DROP COLUMN cut", "UPDATE alembic_version SET version_num = '0002'",
        ):  # fmt: skip
            connection.execute(text(statement))


def test_runs_of_before_stay_as_they_were(school: School) -> None:
    school.gadgets(3)
    school.book("go", "  - {do: gadget.press}\n")
    closed, unfinished = school.run("go").run.no, school.submit("go")
    store = school.service.around.store
    # What that version wrote had no head of the installation's chain in it: only the shape is compared here.
    with store.reading() as connection:
        before = connection.execute(text("SELECT run, shard, seq, hash FROM event ORDER BY 1, 2, 3")).all()
        locks = connection.execute(text("SELECT count(*) FROM attempt")).scalar_one()
    old(store)
    store.prepare()
    assert store.revision() == HEAD
    with store.reading() as connection:
        after = connection.execute(text("SELECT run, shard, seq, hash FROM event ORDER BY 1, 2, 3")).all()
        assert [tuple(row) for row in after] == [tuple(row) for row in before]
        assert connection.execute(text("SELECT count(*) FROM attempt")).scalar_one() == locks == 3
        assert connection.execute(text("SELECT DISTINCT batch FROM shard")).scalars().all() == [0]
        found = verify(connection, closed)
    assert all("installation" in one.message for one in found.broken) and found.events
    assert school.work(unfinished, until=lambda p: p.done).run.state == "done"


def test_several_stores_append_to_the_installations_chain(database: str) -> None:
    """Each has connections of its own, as a stale engine has that wakes up."""
    stores = [Store(database) for _ in range(3)]

    def append(store: Store) -> None:
        for n in range(10):
            with store.writing() as connection:
                installation.append(connection, "test", {"n": n})

    threads = [threading.Thread(target=append, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with stores[0].reading() as connection:
        assert installation.head(connection)[0] == 30
        assert list(installation.check(connection, {}, {})) == []
    for store in stores:
        store.close()
