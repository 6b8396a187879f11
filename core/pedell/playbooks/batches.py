"""A run's devices in batches, as the strategy of its playbook says."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

from pedell.playbooks.model import Batch

T = TypeVar("T")


def sizes(batches: Sequence[Batch], count: int) -> list[int]:
    """How many of `count` devices each batch takes; the last one written repeats. Empty without batches.

    A share is of all devices, rounded down, and at least one device.
    """
    found: list[int] = []
    left = count if batches else 0
    while left > 0:
        size = min(left, _size(batches[min(len(found), len(batches) - 1)], count))
        found.append(size)
        left -= size
    return found


def split(batches: Sequence[Batch], devices: Sequence[T], place: Callable[[T], Hashable]) -> list[list[T]]:
    """The devices of each batch, taken from all places in turn, so that the first ones try out as many as they can.

    Without batches all devices are one.
    """
    turns: dict[Hashable, int] = {}
    placed = []
    for device in devices:
        turn = turns[place(device)] = turns.get(place(device), -1) + 1
        placed.append((turn, device))
    ordered = [device for _, device in sorted(placed, key=lambda pair: pair[0])] if batches else list(devices)
    found, start = [], 0
    for size in sizes(batches, len(ordered)) or [len(ordered)]:
        found.append(ordered[start : start + size])
        start += size
    return found


def _size(batch: Batch, count: int) -> int:
    if isinstance(batch, int):
        return batch
    return max(1, int(count * float(batch.rstrip("%")) / 100))
