from __future__ import annotations

import pytest

from tests.crash.campaign import Nest, Round, empty_store


@pytest.fixture(scope="session")
def store_bytes(tmp_path_factory):
    return empty_store(tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="module", autouse=True)
def _nests():
    """Processes that hatch engines are begun once per module."""
    yield
    Nest.clear()


@pytest.fixture
def nest():
    made = Nest()
    yield made
    made.close()


@pytest.fixture
def place(tmp_path, store_bytes):
    """One gadget, no run yet."""
    with Round(tmp_path, store_bytes, gadgets=1) as made:
        yield made
