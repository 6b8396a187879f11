"""One engine per database, also when the line to it is lost or the server restarts in the middle of a run."""

from __future__ import annotations

import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from pedell.drivers.deadline import Deadline
from pedell.engine.host import EngineHost
from pedell.engine.lock import DatabaseLock
from pedell.errors import StoreError
from pedell.journal.ops import Barrier, Claim, Note, ShardRef
from pedell.journal.writer import Journal
from pedell.store import postgresql
from pedell.store.database import Store
from pedell.store.tables.journal import attempt
from tests.engine.school import School, settled
from tests.engine.world import WorldProcess
from tests.postgres.server import PostgresServer
from tests.postgres.test_store import through
from tests.postgres.wire import Wire

pytestmark = pytest.mark.peer("postgresql")
PRESS = "  - {do: gadget.status, save_as: before}\n  - {do: gadget.press}\n  - {do: gadget.status, save_as: after}\n"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[WorldProcess]:
    made = WorldProcess(tmp_path)
    yield made
    made.close()


@pytest.fixture
def school(tmp_path: Path, world: WorldProcess, url: str) -> Iterator[School]:
    made = School(tmp_path / "data", world.port, url)
    yield made
    made.close()


def wait_for(condition: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def cut_engine_line(server: PostgresServer) -> None:
    """As an administrator or a firewall does it."""
    ended = server.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_locks "
        f"WHERE locktype = 'advisory' AND granted AND objid = {zlib.crc32(b'pedell-engine')}"
    )
    assert ended == [(True,)]


def test_two_stores_one_lock(url: str) -> None:
    stores = [Store(url), Store(url)]
    first, second = (DatabaseLock(store) for store in stores)
    assert first.take()
    assert first.held()
    assert not second.take()
    assert not second.held()
    first.give()
    assert not first.held()
    assert second.take()  # at once, not when the server has noticed
    second.give()
    second.give()
    for store in stores:
        store.close()


def test_a_database_of_its_own_has_a_lock_of_its_own(url: str, server: PostgresServer) -> None:
    name = server.database()
    one, other = Store(url), Store(server.url(name))
    locks = [DatabaseLock(one), DatabaseLock(other)]
    assert [lock.take() for lock in locks] == [True, True]
    for lock in locks:
        lock.give()
    one.close()
    other.close()
    server.drop(name)


def test_a_lost_line_is_noticed_and_can_be_taken_again(postgres: Store, server: PostgresServer) -> None:
    lock = DatabaseLock(postgres)
    assert lock.take()
    cut_engine_line(server)
    assert not lock.held()
    assert lock.take()
    assert lock.held()
    lock.give()


def test_without_a_server_the_lock_is_neither_free_nor_taken(postgres: Store, server: PostgresServer) -> None:
    server.stop()
    with pytest.raises(StoreError):
        DatabaseLock(postgres).take()


def start(school: School, number: int) -> EngineHost:
    host = school.service.runs.host()
    wait_for(lambda: host.start(everything=False))
    host.adopt(number)
    return host


@pytest.mark.thorough
def test_the_engine_ends_with_its_lock_and_another_goes_on(
    school: School, world: WorldProcess, server: PostgresServer
) -> None:
    names = school.gadgets(12)
    for name in names:
        world.ask("fault", name, "press slow 1")
    school.book("go", PRESS, more="strategy: {at_once: 2}\n")
    number = school.submit("go")
    host = start(school, number)
    wait_for(lambda: len(world.effects()) >= 2)
    cut_engine_line(server)
    wait_for(lambda: host.broken is not None)
    assert "no longer the engine" in str(host.broken)
    assert isinstance(host.broken, StoreError)
    # Before the old one has tidied up another begins: what the old one asks for is not granted any more.
    other = start(school, number)
    assert host.stop(Deadline.after(60))
    detail = school.wait(number, until=lambda progress: progress.done or settled(progress))
    assert other.stop(Deadline.after(60))
    happened = world.effects()
    assert max(happened.values()) == 1
    ended = {row.device: row.state for row in detail.tasks}
    assert set(ended.values()) <= {"done", "in_doubt"}
    assert all(happened["press", name] == 1 for name in names if ended[name] == "done")
    assert school.service.audit.verify().ok


@pytest.mark.thorough
@pytest.mark.timeout(600)
@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_the_server_restarts_in_the_middle_of_a_run(
    school: School, world: WorldProcess, server: PostgresServer, mode: str
) -> None:
    names = school.gadgets(16)
    for name in names:
        world.ask("fault", name, "press slow 1")
    school.book("go", PRESS, more="strategy: {at_once: 4}\n")
    number = school.submit("go")
    host = start(school, number)
    wait_for(lambda: len(world.effects()) >= 3)
    server.stop(mode)
    wait_for(lambda: host.broken is not None)
    seen = len(world.effects())
    server.start()
    assert host.stop(Deadline.after(60))
    assert len(world.effects()) <= seen + 4
    detail = school.work(number)
    happened = world.effects()
    assert max(happened.values()) == 1
    ended = {row.device: row.state for row in detail.tasks}
    assert set(ended.values()) <= {"done", "in_doubt"}, detail.document()
    assert all(happened["press", name] == 1 for name in names if ended[name] == "done")
    assert school.service.audit.verify().ok


def test_an_engine_that_is_killed_leaves_the_lock(school: School, world: WorldProcess) -> None:
    school.gadgets(1)
    school.book("go", "  - {do: gadget.brew, with: {seconds: 30}}\n")
    number = school.submit("go")
    script = Path(__file__).parents[1] / "engine" / "engine_process.py"
    process = subprocess.Popen(
        [sys.executable, str(script), str(school.data), str(number)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "working\n"
    lock = DatabaseLock(school.service.around.store)
    assert not lock.take()
    process.kill()
    process.communicate()
    wait_for(lock.take)
    lock.give()


def journal_through(wire: Wire, url: str, school: School) -> tuple[Store, Journal, ShardRef]:
    """A journal on that line, owner of an open run."""
    school.gadgets(1)
    school.book("go", "  - {do: gadget.press}\n")
    number = school.submit("go")
    store = through(wire, url)
    journal = Journal(store)
    journal.start()
    ref = ShardRef(number, school.service.runs.show(number).run.id, 0, 0)
    return store, journal, replace(ref, epoch=journal.claim(Claim(ref, owner="test")))


def events(school: School, kind: str) -> int:
    from pedell.store.tables.journal import event

    with school.service.around.store.reading() as connection:
        return len(connection.execute(select(event.c.seq).where(event.c.kind == kind)).all())


@pytest.mark.parametrize("when", ["before", "after"])
def test_the_journal_writes_once_over_a_commit_that_is_cut(
    school: School, server: PostgresServer, url: str, when: str
) -> None:
    with Wire(server.home) as wire:
        store, journal, ref = journal_through(wire, url, school)
        wire.cut_at_commit = when
        journal.put(Note(ref, "test.note", {}))
        journal.flush(Barrier(ref), 60)
        assert wire.cuts == 1
        assert journal.stop(Deadline.after(60))
        store.close()
    assert events(school, "test.note") == 1


def test_the_journal_ends_where_nobody_knows_what_it_holds(
    school: School, server: PostgresServer, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "SETTLE_SECONDS", 0.3)
    with Wire(server.home) as wire:
        store, journal, ref = journal_through(wire, url, school)
        wire.cut_at_commit, wire.refuse = "after", True
        journal.put(Note(ref, "test.note", {}))
        with pytest.raises(StoreError):
            journal.flush(Barrier(ref), 60)
        assert journal.dead is not None
        assert journal.stop(Deadline.after(60))
        store.close()
    assert events(school, "test.note") == 1


def test_hostile_text_of_a_device_does_not_stop_the_journal(school: School) -> None:
    """SQLite takes any text; what a device says must not end the engine on PostgreSQL."""
    school.gadgets(1)
    school.book("go", "  - {do: gadget.press}\n")
    number = school.run("go").run.no
    with school.service.around.store.writing() as connection:
        connection.execute(
            attempt.update()
            .where(attempt.c.run == number)
            .values(message="a\0b" * 50_000, error_class="x" * 500)
        )
    with school.service.around.store.reading() as connection:
        row = connection.execute(select(attempt.c.message, attempt.c.error_class)).one()
    assert row.message == "a\ufffdb" * 50_000
    assert len(row.error_class) == 500
