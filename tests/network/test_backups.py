"""Backups as a person meets them: a playbook run, then `pedell devices config` in both languages."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from dulwich.repo import Repo

from pedell.configs.history import History, Subject
from pedell.errors import NotFoundError
from pedell.service.configs import ConfigsService
from tests.network.conftest import ask
from tests.network.test_end_to_end import pedell, school, secret


def shown(data: Path, *words: str, code: int = 0, command: tuple[str, ...] = ("devices", "config")) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "pedell.cli.main", *command, *words],
        capture_output=True, text=True, timeout=200, check=False,
        env={**os.environ, "PEDELL_DATA": str(data), "PEDELL_LANG": "de", "LANG": "de_DE.UTF-8"},
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def inventory(made: Any, data: Path) -> None:
    data.mkdir()
    options = {
        "username": "pedell",
        "password": secret(data, "switch", "schule"),
        "enable": secret(data, "enable", "oben"),
        "host_key": "accept-new",
    }
    school(data, "cisco-ios", made.address, options, "Gi1/0/5")


@pytest.mark.thorough
def test_the_night_copies_for_a_run_and_a_ticket(bench, tmp_path):
    data = tmp_path / "data"
    inventory(bench(secret="oben"), data)
    run = pedell(data, "run", "backup-switches", "--on", "kind=switch", "--ticket", "new")
    assert "The first copy of sw is kept" in str(run) and "has changed" not in str(run)
    with Repo(data / "configs" / "history.git") as repo:
        message = repo[repo.head()].message.decode()
    assert message.startswith("sw: first copy\n\nrun 1, ticket 1\n\nDevice: ")
    (copy,) = (data / "configs").rglob("*.cfg")
    text = copy.read_text()
    assert "interface GigabitEthernet1/0/4" in text
    for word in ("ThisIsNotAHash", "0822455D0A16", "geheim"):
        assert word not in text


@pytest.mark.thorough
def test_a_switch_that_cannot_be_copied_is_left_out_and_named(bench, tmp_path):
    """Its driver has no such thing: the night is no failure for that, and says so in both ways."""
    data = tmp_path / "data"
    inventory(bench(secret="oben"), data)
    more = data / "more.yaml"
    community = secret(data, "community", "lesen")
    more.write_text(
        'devices:\n  - {name: sw-snmp, kind: switch, site: bert-brecht, driver: snmp, address: "127.0.0.1:1",'
        f" options: {{community: {community}}}}}\n"
    )
    pedell(data, "devices", "import", str(more))
    words = ["run", "backup-switches", "--on", "kind=switch", "--ticket", "new"]
    run = pedell(data, *words)
    assert (run["state"], run["counts"]) == ("done", {"done": 1, "skipped": 1})
    left = next(one for one in run["tasks"] if one["device"] == "sw-snmp")
    assert (left["state"], left["why"]) == ("skipped", "its driver snmp cannot do network.backup_config")
    text = shown(data, *words, command=())
    assert "- sw-snmp  bert-brecht  übersprungen  sein Treiber snmp kann network.backup_config nicht" in text
    assert "retry" not in text


def test_people_look_at_what_changed(bench, tmp_path):
    data = tmp_path / "data"
    inventory(bench(), data)
    facts = pedell(data, "devices", "show", "sw")["device"]
    subject = Subject(facts["id"], facts["name"], facts["site"])
    for number in (1, 2):
        History(data).store(subject, f"hostname sw\nvlan {number}\n", f"run {number}, ticket 7")
    history = pedell(data, "devices", "config", "sw", "--history")["versions"]
    assert [one["why"] for one in history] == ["run 2, ticket 7", "run 1, ticket 7"]
    assert "-vlan 1\n+vlan 2\n" in shown(data, "sw", "--diff")
    before = pedell(data, "devices", "config", "sw", "--rev", "-1")
    assert (before["version"]["id"], before["text"]) == (history[1]["id"], "hostname sw\nvlan 1\n")


def test_looking_in_process(tmp_path):
    """What the command asks of the service, without starting a program each time."""
    history, subject = History(tmp_path), Subject("01J8ZQXK7G4N5T6V8W9YABCDEF", "sw", "bert-brecht")
    for number in (1, 2):
        history.store(subject, f"vlan {number}\n")
    looking = ConfigsService.__new__(ConfigsService)
    looking._of = lambda _reference: (history, subject)  # type: ignore[method-assign]
    later, earlier = datetime(2099, 1, 1, tzinfo=UTC), datetime(2000, 1, 1, tzinfo=UTC)
    assert looking.text("sw").text == "vlan 2\n"
    assert looking.text("sw", "", later).text == "vlan 2\n"
    assert looking.diff("sw", "", later).text == ""
    assert "+vlan 2" in looking.diff("sw", "", earlier).text
    with pytest.raises(NotFoundError, match="yet"):
        looking.text("sw", "", earlier)


def test_the_driver_says_what_changed(bench):
    driver = bench(secret="oben").connected()
    first, second = ask(driver, "backup_config"), ask(driver, "backup_config")
    assert (first.changed, second.changed) == (True, False)
    assert (first.first, second.first) == (True, False)
    assert first.revision and first.revision == second.revision
