"""One lab for the whole module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.school import SITES, School
from tests.house.commands import pedell


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    folder: Path = tmp_path_factory.mktemp("acceptance") / "data"
    made = School(folder)
    made("init")
    pedell("lab", "up", "--detach", "--sites", str(SITES), apart=True, PEDELL_DATA=str(folder))
    yield made
    made("lab", "down")


@pytest.fixture(autouse=True)
def _sound(school: School) -> Iterator[None]:
    """Whatever happened, the journal is whole."""
    yield
    school("audit", "verify")
