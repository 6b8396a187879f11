"""A virtual school of several sites, and the command line as people use it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.house.commands import Ended, pedell

SITES = 8
DISPLAYS = "kind=whiteboard,projector"


@dataclass(frozen=True)
class School:
    """The lab's data folder. Site 1 is bert-brecht, the others are schule-002 and so on; a test takes its own."""

    data: Path

    def __call__(self, *words: str | Path, rc: int | None = 0, **variables: str) -> Ended:
        return pedell(*words, rc=rc, PEDELL_DATA=str(self.data), **variables)

    def json(self, *words: str | Path, rc: int | None = 0) -> Any:
        """The document that a command prints."""
        return json.loads(self(*words, "--json", rc=rc).stdout)

    @contextmanager
    def process(self, *words: str, **given: Any) -> Iterator[subprocess.Popen[str]]:
        """A command as a process of its own; killed where it does not end."""
        given = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT} | given
        made = subprocess.Popen(
            [sys.executable, "-m", "pedell.cli.main", *words], env=os.environ | {"PEDELL_DATA": str(self.data)}, text=True, **given
        )  # fmt: skip
        try:
            yield made
        finally:
            if made.poll() is None:
                made.kill()
            made.wait(60)
            if made.stdout:
                made.stdout.close()

    def simulator(self, name: str) -> dict[str, Any]:
        """What somebody standing before a device sees."""
        found: dict[str, Any] = self.json("lab", "status", name)["simulators"][0]
        return found

    def effects(self, prefix: str) -> int:
        """How many effects reached the devices whose names begin so."""
        found = self.json("lab", "status", f"{prefix}*")["simulators"]
        return sum(sum(one["effects"].values()) for one in found)


def until(condition: Callable[[], bool], seconds: float = 120) -> None:
    """Wait for something that is about to be so."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.05)
