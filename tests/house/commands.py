"""The command line, in this process where that is enough (it is ten times as fast) or in one of its own."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from pedell.cli.main import run
from pedell.i18n import language, set_language


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


def pedell(
    *words: str | Path, rc: int | None = 0, apart: bool = False, timeout: float = 60, **variables: str
) -> Ended:
    """Run `pedell WORDS`; with `rc` the exit code is checked. `apart`: in a process of its own, as people do."""
    ended = (_apart if apart else _here)([str(word) for word in words], variables, timeout)
    if rc is not None:
        assert ended.returncode == rc, f"exit code {ended.returncode}\n{ended.stdout}\n{ended.stderr}"
    assert "Traceback" not in ended.stderr, ended.stderr
    return ended


def _apart(words: list[str], variables: dict[str, str], timeout: float) -> Ended:
    done = subprocess.run(
        [sys.executable, "-m", "pedell.cli.main", *words],
        env={**os.environ, **variables}, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout, check=False,
    )  # fmt: skip
    return Ended(done.returncode, done.stdout, done.stderr)


def _here(words: list[str], variables: dict[str, str], timeout: float) -> Ended:
    del timeout  # the test's own
    out, errors = io.StringIO(), io.StringIO()
    with (
        mock.patch.dict(os.environ, variables),
        _same_language(),
        redirect_stdout(out),
        redirect_stderr(errors),
    ):
        code = run(words)
    return Ended(code, out.getvalue(), errors.getvalue())


@contextmanager
def _same_language() -> Iterator[None]:
    before = language()
    try:
        yield
    finally:
        set_language(before)


def document(*words: str | Path, rc: int | None = 0, apart: bool = False, **variables: str) -> Any:
    """What `pedell WORDS --json` prints."""
    return json.loads(pedell(*words, "--json", rc=rc, apart=apart, **variables).stdout)
