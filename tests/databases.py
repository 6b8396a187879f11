"""The fixture `database`: the URL of an empty store, on SQLite and on a private PostgreSQL.

Tests in the folders of `BOTH` that use it run twice; elsewhere it is SQLite. `PEDELL_TEST_DATABASE=postgresql`
runs every test that uses it on PostgreSQL only, `=sqlite` on SQLite only, `=both` everything twice.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import peers

BOTH = {"audit", "engine", "inventory", "notify", "postgres", "schedule", "tickets"}
SERVERS = pytest.StashKey[list]()
POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.peer("postgresql"))
AGAIN = pytest.param("postgresql", marks=[pytest.mark.peer("postgresql"), pytest.mark.thorough])


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Say on which databases a test runs."""
    names = {"database", "module_database"} & set(metafunc.fixturenames)
    if not names:
        return
    wanted = os.environ.get("PEDELL_TEST_DATABASE", "")
    folder = Path(metafunc.definition.path).parent.name
    both = wanted == "both" or (not wanted and folder in BOTH)
    params = ["sqlite", AGAIN] if both else [POSTGRESQL] if wanted == "postgresql" else ["sqlite"]
    for name in names:
        metafunc.parametrize(name, params, indirect=True)


def private_server(config: pytest.Config):
    """This process's server, started when the first test asks; it ends with the session."""
    from tests.postgres.server import TEMPLATE, PostgresServer

    servers = config.stash.setdefault(SERVERS, [])
    if not servers:
        made = PostgresServer()
        servers.append(made)
        _prepare(made.url(TEMPLATE))
    return servers[0]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what was started."""
    for server in config.stash.get(SERVERS, []):
        server.close()


def _prepare(url: str) -> None:
    from pedell.store.database import Store

    store = Store(url)
    store.prepare()
    store.close()


@pytest.fixture(scope="session")
def _empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("store") / "empty.db"
    _prepare(f"sqlite:///{path}")
    return path.read_bytes()


def _new(request: pytest.FixtureRequest, folder: Path, empty: bytes) -> Iterator[str]:
    if request.param == "sqlite":
        folder.mkdir(mode=0o700, exist_ok=True)
        path = folder / "pedell.db"
        path.write_bytes(empty)
        yield f"sqlite:///{path}"
        return
    peers.need("postgresql")
    from tests.postgres.server import TEMPLATE

    server = private_server(request.config)
    name = server.database(like=TEMPLATE)
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path, _empty_sqlite: bytes) -> Iterator[str]:
    """A prepared, empty store: the setting `database` for it. SQLite's is in the test's data folder."""
    yield from _new(request, tmp_path / "data", _empty_sqlite)


@pytest.fixture(scope="module")
def module_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, _empty_sqlite: bytes
) -> Iterator[str]:
    """As `database`, one for all tests of a module."""
    yield from _new(request, tmp_path_factory.mktemp("store"), _empty_sqlite)
