"""`pedell serve` as a process, for tests."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pedell.service.door import Service
from pedell.settings import load


@contextmanager
def serving(data: Path, *words: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process and its address; the store is made where there is none, as 'pedell init' does."""
    around = Service(load(os.environ | {"PEDELL_DATA": str(data)})).around
    _ = around.store
    around.close()
    process = subprocess.Popen(
        [sys.executable, "-m", "pedell.cli.main", "serve", *words], env=os.environ | {"PEDELL_DATA": str(data)},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    assert process.stdout
    try:
        ready, _, _ = select.select([process.stdout], [], [], 90)
        line = process.stdout.readline() if ready else "nothing"
        assert "listens on http://" in line, line
        yield process, line.split()[-1]
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(60)
        process.stdout.close()
