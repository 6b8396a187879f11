"""The migrations make the program's tables, on both databases."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from pedell.errors import StoreError
from pedell.store import revise
from pedell.store.database import HEAD, Store
from pedell.store.tables import metadata
from pedell.store.upgrade import configuration


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    made = Store(database)
    yield made
    made.close()


@pytest.fixture
def empty(store: Store) -> Store:
    """As a new installation finds it."""
    with store.writing() as connection:
        metadata.drop_all(connection)
        connection.execute(text("DROP TABLE alembic_version"))
    return store


def differences(store: Store) -> list[object]:
    with store.reading() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


def test_the_tables_are_the_programs(store: Store) -> None:
    assert differences(store) == [], "a table was changed: run python -m pedell.store.revise"


def test_from_nothing(empty: Store) -> None:
    assert empty.revision() is None
    empty.prepare()
    assert empty.revision() == HEAD
    assert differences(empty) == []
    empty.prepare()


def test_processes_that_begin_together_do_it_once(empty: Store) -> None:
    place = empty.engine.url.render_as_string(hide_password=False)
    source = (
        f"from pedell.store.database import Store\nstore = Store({place!r})\nstore.prepare()\nstore.close()"
    )
    processes = [
        subprocess.Popen([sys.executable, "-W", "error", "-c", source], stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    assert [process.communicate(timeout=200)[1] for process in processes] == ["", "", ""]
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert differences(empty) == []


def test_a_newer_store_is_refused(store: Store) -> None:
    with store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError) as caught:
        store.prepare()
    assert "newer Pedell" in caught.value.message
    assert "9999" in caught.value.message
    assert store.revision() == "9999"


def test_the_partial_indexes_have_their_predicates(store: Store) -> None:
    table, column = ("sqlite_master", "sql") if store.sqlite else ("pg_indexes", "indexdef")
    name = "name" if store.sqlite else "indexname"
    with store.reading() as connection:
        made = dict(
            connection.execute(text(f"SELECT {name}, {column} FROM {table} WHERE {name} LIKE 'uq%'")).all()
        )
    assert made["uq_attempt_lock"].endswith("WHERE holds")
    assert (
        made["uq_run_open_request"]
        .replace("(ended IS NULL)", "ended IS NULL")
        .endswith("WHERE ended IS NULL")
    )
    assert all("UNIQUE" in made[name] for name in ("uq_attempt_lock", "uq_run_open_request"))


def test_foreign_keys_are_there(store: Store) -> None:
    found = {
        (table, key["constrained_columns"][0], key["referred_table"], key["options"].get("ondelete"))
        for table in metadata.tables
        for key in inspect(store.engine).get_foreign_keys(table)
    }
    wanted = {
        (table.name, key.parent.name, key.column.table.name, key.ondelete)
        for table in metadata.tables.values()
        for key in table.foreign_keys
    }
    assert found == wanted


def test_head_is_the_last_of_one_line(store: Store) -> None:
    script = ScriptDirectory.from_config(configuration(store))
    assert script.get_heads() == [HEAD]
    assert len(script.get_bases()) == 1


def test_the_first_revision_is_not_written_below_later_ones(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(revise, "HEAD", "0002")
    with pytest.raises(SystemExit):
        revise.main([])
    assert "later revisions" in capsys.readouterr().err


def test_everything_is_written_for_an_empty_store(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'empty.db'}")
    made = revise.module(store, "0001", "Everything.")
    store.close()
    ast.parse(made)
    assert "down_revision = None" in made
    assert [name for name in metadata.tables if f"op.create_table('{name}'," not in made] == []
    assert made.count("sqlite_where=sa.text") == made.count("postgresql_where=sa.text") == 2


def test_revising_an_up_to_date_store_finds_nothing(store: Store) -> None:
    if store.sqlite:
        assert revise.steps(store) == "pass"


def test_a_changed_table_becomes_a_step(store: Store) -> None:
    with store.writing() as connection:
        connection.execute(text("DROP INDEX ix_attempt_state"))
        connection.execute(text("ALTER TABLE hold DROP COLUMN released"))
    made = revise.module(store, "9999", "Know when a hold was released.")
    ast.parse(made)
    assert f'down_revision = "{HEAD}"' in made
    assert "batch_op.add_column(sa.Column('released', sa.BigInteger(), nullable=True))" in made
    assert "ix_attempt_state" in made
