"""The store on PostgreSQL: what it takes, who waits for whom, what is said when it fails."""

from __future__ import annotations

import threading
import time

import pytest
from sqlalchemy import delete, insert, select, text, update

from pedell.errors import ConfigError, StoreError
from pedell.store import database, postgresql
from pedell.store.database import Store, new_id
from pedell.store.failures import CommitUnknownError
from pedell.store.tables.inventory import site
from tests.postgres.server import PostgresServer
from tests.postgres.wire import Wire

pytestmark = pytest.mark.peer("postgresql")


def add(store: Store, slug: str, name: str = "") -> int:
    with store.writing() as connection:
        made = connection.execute(insert(site).values(id=new_id(), slug=slug, name=name)).inserted_primary_key
        assert made is not None
        return int(made[0])


def slugs(store: Store) -> list[str]:
    with store.reading() as connection:
        return list(connection.execute(select(site.c.slug).order_by(site.c.slug)).scalars())


def through(wire: Wire, url: str) -> Store:
    name = url.partition("@/")[2].partition("?")[0]
    return Store(f"postgresql://pedell@127.0.0.1:{wire.port}/{name}?sslmode=disable&gssencmode=disable")


def test_any_text_of_a_device_is_taken(postgres: Store) -> None:
    add(postgres, "a\0b", "x" * 70_000)
    with postgres.reading() as connection:
        row = connection.execute(select(site.c.slug, site.c.name)).one()
    assert row.slug == "a\ufffdb"
    assert len(row.name) == 70_000


def test_sorted_byte_by_byte_as_on_sqlite(postgres: Store) -> None:
    words = ["b", "a-b", "ab", "A", "ä", "Z", "a b", "_"]
    for word in words:
        add(postgres, word)
    assert slugs(postgres) == sorted(words)


def test_a_reader_sees_one_state_and_cannot_write(postgres: Store) -> None:
    add(postgres, "a")
    with postgres.reading() as connection:
        before = connection.execute(select(site.c.slug)).all()
        add(postgres, "b")
        assert connection.execute(select(site.c.slug)).all() == before
    assert slugs(postgres) == ["a", "b"]
    with pytest.raises(StoreError, match="read-only"), postgres.reading() as connection:
        connection.execute(delete(site))
    assert slugs(postgres) == ["a", "b"]


def test_what_a_writer_has_read_still_holds(postgres: Store) -> None:
    """Ten threads count up: none is lost, though each reads before it writes."""
    number = add(postgres, "n", "0")

    def count() -> None:
        for _ in range(10):
            with postgres.writing() as connection:
                seen = connection.execute(select(site.c.name).where(site.c.no == number)).scalar_one()
                connection.execute(update(site).where(site.c.no == number).values(name=str(int(seen) + 1)))

    threads = [threading.Thread(target=count) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    with postgres.reading() as connection:
        assert connection.execute(select(site.c.name)).scalar_one() == "100"


def test_a_writer_does_not_wait_for_ever(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_MS", 200)
    first, second = Store(url), Store(url)
    try:
        with first.writing():
            before = time.monotonic()
            with pytest.raises(StoreError, match="busy"), second.writing():
                pass
            assert time.monotonic() - before < 30
        add(second, "afterwards")
    finally:
        first.close()
        second.close()


def test_an_error_in_the_block_rolls_back(postgres: Store) -> None:
    def fail() -> None:
        with postgres.writing() as connection:
            connection.execute(insert(site).values(id=new_id(), slug="x", name=""))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert slugs(postgres) == []


def test_a_server_that_comes_back_is_used_again(postgres: Store, server: PostgresServer) -> None:
    add(postgres, "before")
    server.stop("immediate")
    with pytest.raises(StoreError) as caught:
        slugs(postgres)
    assert "\n" not in caught.value.message
    assert caught.value.exit_code == 75
    server.start()
    add(postgres, "after")
    assert slugs(postgres) == ["after", "before"]


def test_a_server_that_stops_in_the_middle(postgres: Store, server: PostgresServer) -> None:
    def write() -> None:
        with postgres.writing() as connection:
            connection.execute(insert(site).values(id=new_id(), slug="x", name=""))
            server.stop("immediate")
            connection.execute(insert(site).values(id=new_id(), slug="y", name=""))

    with pytest.raises(StoreError, match="lost"):
        write()
    server.start()
    assert slugs(postgres) == []


def test_a_commit_whose_answer_is_lost_was_made(server: PostgresServer, url: str) -> None:
    with Wire(server.home) as wire:
        store = through(wire, url)
        add(store, "first")
        wire.cut_at_commit = "after"
        add(store, "second")  # no error: the server was asked, and says that it was committed
        assert wire.cuts == 1
        assert slugs(store) == ["first", "second"]
        store.close()


def test_a_commit_that_never_arrived_was_not_made(server: PostgresServer, url: str) -> None:
    with Wire(server.home) as wire:
        store = through(wire, url)
        wire.cut_at_commit = "before"
        with pytest.raises(StoreError, match="lost") as caught:
            add(store, "first")
        assert not isinstance(caught.value, CommitUnknownError)
        assert slugs(store) == []
        store.close()


def test_nobody_knows_whether_it_was_made(
    server: PostgresServer, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "SETTLE_SECONDS", 0.3)
    with Wire(server.home) as wire:
        store = through(wire, url)
        add(store, "first")
        wire.cut_at_commit = "after"
        wire.refuse = True
        with pytest.raises(CommitUnknownError, match="is not known"):
            add(store, "second")
        wire.refuse = False
        assert slugs(store) == ["first", "second"]
        store.close()


@pytest.mark.parametrize(
    "setting",
    ["mysql://u:hush@h/d", "postgresql+asyncpg://u:hush@h/d", "postgres://u:hush@h/d", "hush", "postgresql://u:hush@h:x/d"],
)  # fmt: skip
def test_a_wrong_setting_is_told_without_its_password(setting: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Store(setting)
    assert "hush" not in caught.value.message + caught.value.hint


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda url: url.replace("@/t", "@/absent"), "does not exist"),
        (lambda url: url.replace("pedell@", "nobody@"), "nobody"),
    ],
)
def test_a_login_that_is_refused(url: str, change, says: str) -> None:
    store = Store(change(url))
    with pytest.raises(StoreError, match=says):
        store.prepare()
    store.close()


def test_missing_rights_are_one_line(server: PostgresServer, url: str) -> None:
    server.execute("DROP ROLE IF EXISTS guest")
    server.execute("CREATE ROLE guest LOGIN")
    store = Store(url.replace("pedell@", "guest@"))
    with pytest.raises(StoreError, match="permission denied"):
        slugs(store)
    store.close()
    server.execute("DROP ROLE guest")


def test_an_encoding_without_every_letter_is_refused(server: PostgresServer) -> None:
    server.execute("CREATE DATABASE latin ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0")
    store = Store(server.url("latin"))
    with pytest.raises(StoreError, match="SQL_ASCII"):
        store.prepare()
    store.close()
    server.drop("latin")


def test_a_mistake_in_a_statement_stays_a_bug(postgres: Store) -> None:
    from sqlalchemy.exc import ProgrammingError

    with pytest.raises(ProgrammingError), postgres.reading() as connection:
        connection.execute(text("SELECT nothing FROM nowhere"))
