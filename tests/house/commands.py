"""The command line in a process of its own, as people call it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any


def pedell(
    *words: str | Path, rc: int | None = 0, timeout: float = 60, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run `pedell WORDS`; with `rc` the exit code is checked."""
    done = subprocess.run(
        [sys.executable, "-m", "pedell.cli.main", *map(str, words)],
        env={**os.environ, **variables}, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout, check=False,
    )  # fmt: skip
    if rc is not None:
        assert done.returncode == rc, f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
    assert "Traceback" not in done.stderr, done.stderr
    return done


def document(*words: str | Path, rc: int | None = 0, **variables: str) -> Any:
    """What `pedell WORDS --json` prints."""
    return json.loads(pedell(*words, "--json", rc=rc, **variables).stdout)
