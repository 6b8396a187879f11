from __future__ import annotations

from collections.abc import Iterator

import pytest

from pedell.store.database import Store
from tests import peers
from tests.databases import private_server
from tests.postgres.server import TEMPLATE, PostgresServer


@pytest.fixture
def server(pytestconfig: pytest.Config) -> Iterator[PostgresServer]:
    """The private server; started again where a test has stopped it."""
    peers.need("postgresql")
    made = private_server(pytestconfig)
    yield made
    made.start_again()


@pytest.fixture
def url(server: PostgresServer) -> Iterator[str]:
    """A prepared store on PostgreSQL."""
    name = server.database(like=TEMPLATE)
    yield server.url(name)
    server.start_again()
    server.drop(name)


@pytest.fixture
def postgres(url: str) -> Iterator[Store]:
    """The store there."""
    made = Store(url)
    yield made
    made.close()
