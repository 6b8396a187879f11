"""What really reached the devices, in a file that outlives both Pedell and the lab."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pedell.lab.simulator import EffectRecord


@dataclass(frozen=True)
class Happened:
    """One effect on one simulated device."""

    at: float
    device: str
    name: str
    detail: str = ""


class EffectLog:
    """Appends one line per effect, each with one write, so that a kill cannot mix or lose them."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def add(self, device: str, record: EffectRecord) -> None:
        """Append one effect."""
        line = json.dumps({"at": record.at, "device": device, "name": record.name, "detail": record.detail})
        os.write(self._file, line.encode() + b"\n")

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)


def read(path: Path) -> Iterator[Happened]:
    """All effects so far, oldest first; a line that a crash cut is left out."""
    try:
        lines = path.read_text("utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return
    for line in lines:
        try:
            yield Happened(**json.loads(line))
        except (ValueError, TypeError):
            continue


def counts(path: Path) -> dict[str, Counter[str]]:
    """How often each effect reached each device."""
    found: dict[str, Counter[str]] = {}
    for happened in read(path):
        found.setdefault(happened.device, Counter())[happened.name] += 1
    return found
