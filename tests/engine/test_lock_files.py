"""The engine's lock on SQLite: another file is another lock, or another store."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from pedell.drivers.deadline import Deadline
from pedell.errors import StoreError
from tests.engine.school import PATIENCE, School


@pytest.fixture
def alone(tmp_path: Path, world) -> School:
    made = School(tmp_path / "data", world.port)
    made.gadgets(1)
    made.book("go", "  - {do: gadget.press}\n")
    yield made
    made.close()


def remove_the_lock(data: Path) -> None:
    (data / "engine.lock").unlink()


def restore_a_backup(data: Path) -> None:
    shutil.copy(data / "pedell.db", data / "backup.db")
    (data / "backup.db").rename(data / "pedell.db")


def move_the_folder(data: Path) -> None:
    data.rename(data.with_name("elsewhere"))


@pytest.mark.parametrize("meddle", [remove_the_lock, restore_a_backup, move_the_folder])
def test_who_meddles_with_the_stores_files_ends_the_engine(alone: School, world, meddle) -> None:
    """It would go on with a store that nobody else sees, or beside another engine."""
    host = alone.service.runs.host()
    assert host.start(everything=True)
    try:
        alone.wait(alone.submit("go"))
        assert host.broken is None
        meddle(alone.data)
        deadline = Deadline.after(PATIENCE)
        while host.broken is None:
            deadline.check("the engine's end")
            time.sleep(0.02)
        assert isinstance(host.broken, StoreError) and "moved, removed or replaced" in host.broken.message
    finally:
        host.stop(Deadline.after(PATIENCE))
    assert world.effects() == {("press", "g0"): 1}
