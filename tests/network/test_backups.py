"""Backups as a person meets them: a playbook run, then `pedell devices config` in both languages."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.network.conftest import ask
from tests.network.test_end_to_end import pedell, school, secret


def shown(data: Path, *words: str, code: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "pedell.cli.main", "devices", "config", *words],
        capture_output=True, text=True, timeout=50, check=False,
        env={**os.environ, "PEDELL_DATA": str(data), "PEDELL_LANG": "de", "LANG": "de_DE.UTF-8"},
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def backup(data: Path) -> Any:
    return pedell(data, "run", "backup-switches", "--on", "kind=switch", "--ticket", "new")


def test_the_night_copies_and_people_look(bench, tmp_path):
    made = bench(secret="oben")
    data = tmp_path / "data"
    data.mkdir()
    options = {
        "username": "pedell",
        "password": secret(data, "switch", "schule"),
        "enable": secret(data, "enable", "oben"),
        "host_key": "accept-new",
    }
    school(data, "cisco-ios", made.address, options, "Gi1/0/5")
    assert "keine Kopie" in shown(data, "sw", code=2)
    backup(data)
    made.sim.change(port="Gi1/0/4", description="Beamer neu")
    backup(data)
    history = pedell(data, "devices", "config", "sw", "--history")["versions"]
    assert [one["why"] for one in history] == ["run 2, ticket 2", "run 1, ticket 1"]
    assert "+ description Beamer neu" in shown(data, "sw", "--diff")
    assert "nichts geändert" in shown(data, "sw", "--diff", "--since", "2099-01-01")
    before = pedell(data, "devices", "config", "sw", "--rev", "-1")
    assert before["version"]["id"] == history[1]["id"]
    assert "interface GigabitEthernet1/0/4" in before["text"] and "Beamer neu" not in before["text"]
    whole = b"".join(path.read_bytes() for path in (data / "configs").rglob("*.cfg"))
    for word in (b"ThisIsNotAHash", b"0822455D0A16", b"geheim"):
        assert word not in whole


def test_the_driver_says_what_changed(bench):
    driver = bench(secret="oben").connected()
    first, second = ask(driver, "backup_config"), ask(driver, "backup_config")
    assert (first.changed, second.changed) == (True, False)
    assert first.revision and first.revision == second.revision
