"""The engine lock where several users share a data folder."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pedell.engine.lock import FileLock
from pedell.errors import StoreError

NOBODY = 65534


@contextmanager
def another_user() -> Iterator[None]:
    """Root turns into somebody else for a moment; whoever is not root is barred by the file's mode already."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that all may use, as a group's data folder is; pytest's own is for one user only."""
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o777)
        yield Path(made)


def test_whoever_may_not_open_the_lock_is_not_the_engine(shared: Path) -> None:
    lock = FileLock(shared / "engine.lock")
    assert lock.take()
    assert (shared / "engine.lock").stat().st_mode & 0o077 == 0
    lock.give()
    if os.geteuid() != 0:
        (shared / "engine.lock").chmod(0)
    with another_user():
        other = FileLock(shared / "engine.lock")
        assert not other.take()
        assert not other.held()
    if os.geteuid() != 0:
        (shared / "engine.lock").chmod(0o600)
    assert lock.take()
    lock.give()


def test_a_folder_that_cannot_be_written_is_a_trouble_and_no_answer(shared: Path) -> None:
    shared.chmod(0o555)
    with another_user(), pytest.raises(StoreError, match=r"engine\.lock"):
        FileLock(shared / "engine.lock").take()
    shared.chmod(0o777)
