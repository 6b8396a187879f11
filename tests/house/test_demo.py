"""`make demo` holds, and in time; and so does what the README tells people to type."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.house.commands import pedell
from tests.house.tree import ROOT


def commands(page: str) -> list[str]:
    """What a page tells people to type."""
    blocks = re.findall(r"^```sh\n(.*?)^```", (ROOT / page).read_text("utf-8"), re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    return [line.partition("#")[0].strip() for line in lines if line.startswith("pedell ")]


@pytest.mark.timeout(600)
def test_the_demo_holds() -> None:
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, ROOT / "demo/demo.py"],
        cwd="/",
        env=os.environ,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Proof" in done.stdout
    print(f"the demo took {time.monotonic() - started:.0f} s")


@pytest.mark.timeout(600)
@pytest.mark.thorough
@pytest.mark.parametrize("page", ["README.md", "docs/lab.md"])
def test_what_the_pages_say_works(page: str, data: Path) -> None:
    assert commands(page)
    try:
        for line in commands(page):
            done = pedell(*shlex.split(line)[1:], apart=True)
            assert done.stdout
    finally:
        pedell("lab", "down")
