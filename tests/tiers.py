"""Two tiers: a run that takes minutes, and a thorough one.

`@pytest.mark.thorough` is for what costs much and rarely finds what the rest does not; `@pytest.mark.matrix(n)` for a
table of many alike cases, of which a quick run tries every n-th. All of it runs under `PEDELL_THOROUGH=1` and under `PEDELL_REQUIRE_PEERS=1`, as `.ci/run` sets it, and where a file or a
test is named on the command line.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from zlib import crc32

import pytest


def thorough() -> bool:
    """Whether everything is wanted."""
    return any(os.environ.get(name) == "1" for name in ("PEDELL_THOROUGH", "PEDELL_REQUIRE_PEERS"))


def header() -> str:
    """For the head of the report."""
    return "tier: everything" if thorough() else "tier: quick (PEDELL_THOROUGH=1 runs everything)"


def left_out(items: Sequence[pytest.Item], args: Sequence[str]) -> list[pytest.Item]:
    """What a quick run leaves out; nothing of files and tests that were asked for by name."""
    if thorough():
        return []
    named = {Path(arg.partition("::")[0]).resolve() for arg in args if arg.partition("::")[0].endswith(".py")}
    seen, found = Counter[str](), []
    # By name, so that every worker of a run leaves out the same ones, whatever the order.
    for item in sorted(items, key=lambda item: item.nodeid):
        if item.path in named:
            continue
        if item.get_closest_marker("thorough") is not None:
            found.append(item)
            continue
        mark = item.get_closest_marker("matrix")
        if mark is not None:
            # Each function begins elsewhere in its table, so that every row is tried by some of them.
            function = item.nodeid.partition("[")[0]
            if (seen[function] + crc32(function.encode())) % int(mark.args[0]) and "[" in item.nodeid:
                found.append(item)
            seen[function] += 1
    return found
