"""`pedell playbooks`: at the command line, in both languages, and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pedell.cli.main import run
from pedell.service.door import Service
from pedell.settings import load
from tests.playbooks.test_load import BAD, GOOD

pytestmark = pytest.mark.usefixtures("data")
SHIPPED = {
    "classroom-check",
    "clear-printer-queue",
    "reenrol-ipad",
    "reset-whiteboard",
    "restart-switch-port",
}


def test_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["playbooks", "list", "--json"]) == 0
    rows = {row["id"]: row for row in json.loads(capsys.readouterr().out)["playbooks"]}
    assert rows.keys() >= SHIPPED
    assert rows["reset-whiteboard"]["risk"] == "disruptive"
    assert rows["reenrol-ipad"]["risk"] == "destructive"
    assert rows["classroom-check"]["risk"] == "harmless"
    assert len(rows["reset-whiteboard"]["hash"]) == 64
    assert run(["playbooks", "list", "--lang", "de"]) == 0
    out = capsys.readouterr().out
    assert "Whiteboard oder Beamer neu starten" in out
    assert "unterbricht einen Raum" in out


def test_own_folder_with_a_broken_file(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "bad.yaml").write_text(BAD, "utf-8")
    (mine / "good.yaml").write_text(GOOD, "utf-8")
    (data / "pedell.toml").write_text(f'playbooks = ["{mine}"]\n', "utf-8")
    assert run(["playbooks", "list"]) == 1
    out = capsys.readouterr().out
    assert "good" in out
    assert "bad.yaml:2:5:" in out
    assert run(["playbooks", "show", "bad"]) == 2
    assert capsys.readouterr().err.count("bad.yaml:") >= 10
    assert run(["playbooks", "show", "god"]) == 2
    assert "did you mean good?" in capsys.readouterr().err


def test_show(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["playbooks", "show", "reset-whiteboard"]) == 0
    out = capsys.readouterr().out
    assert "(display.restart)" in out
    assert "interrupts a room" in out
    assert run(["playbooks", "show", "restart-switch-port", "--json", "--lang", "de"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert [entry["id"] for entry in shown["inputs"]] == ["port", "pause", "force", "reason"]
    assert any("Verbindung" in line for line in shown["lines"])


def test_show_says_every_kind_of_step(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    steps = """\
  - {do: display.status, for_each: "[1]", until: "true", retry: {times: 2}, optional: true, when: device.room}
  - {do: display.status, on: {link: uplink}}
  - {do: nothing.such, name: Named}
  - {check: "true"}
  - {say: {en: One, de: Eins}}
  - {visit: {en: Two, de: Zwei}}
  - {play: good}
  - {wait: approval}
  - {wait: 90}
  - {block: [{wait: 1}], rescue: [{wait: 2}], always: [{wait: 3}]}
"""
    (mine / "all.yaml").write_text(
        GOOD[: GOOD.index("inputs:")].replace("id: good", "id: all") + "steps:\n" + steps, "utf-8"
    )
    (data / "pedell.toml").write_text(f'playbooks = ["{mine}"]\n', "utf-8")
    assert run(["playbooks", "show", "all"]) == 0
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    for words in (
        "— only when device.room — for each of [1] — again every 2 s until true, at most 60 s — tried again up to 2 times — where the device can",
        "2. Read what the display shows and reports on the device behind its link uplink (display.status)",
        "3. Named (nothing.such)", "4. Check that true", "5. Note: “One”", "6. For the next visit: “Two”", "7. Play good",
        "8. Wait for a second person", "9. Wait 90 s", "10. Together:", "10.1. Wait 1 s", "if that fails:", "10.r1. Wait 2 s", "in any case:",
        "10.a1. Wait 3 s",
    ):  # fmt: skip
        assert any(words in line for line in lines), words


def test_lint(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(BAD, "utf-8")
    assert run(["playbooks", "lint", str(bad), "reset-whiteboard"]) == 1
    out = capsys.readouterr().out
    assert f"{bad}:8:5: `timeot` is not known here (did you mean `timeout`?) [error unknown-word]" in out
    assert "playbooks: 2, mistakes: " in out
    assert run(["playbooks", "lint", str(bad), "--json"]) == 1
    [judged] = json.loads(capsys.readouterr().out)["playbooks"]
    assert judged["errors"] >= 10
    assert {"message", "source", "line", "column", "hint", "code", "severity"} == set(judged["findings"][0])
    assert run(["playbooks", "lint"]) == 0
    assert run(["playbooks", "lint", "nothing-such"]) == 2


def test_lint_strict(tmp_path: Path) -> None:
    warned = tmp_path / "warned.yaml"
    warned.write_text(GOOD[: GOOD.index("inputs:")] + "inputs: {a: {}}\nsteps: [{wait: 1s}]\n", "utf-8")
    warned.write_text(warned.read_text("utf-8").replace("[lamp]", "[whiteboard]"), "utf-8")
    assert run(["playbooks", "lint", str(warned)]) == 0
    assert run(["playbooks", "lint", "--strict", str(warned)]) == 1


def test_a_changed_file_is_read_again(data: Path, tmp_path: Path) -> None:
    """`pedell serve` runs for months."""
    mine = tmp_path / "mine"
    mine.mkdir()
    (data / "pedell.toml").write_text(f'playbooks = ["{mine}"]\n', "utf-8")
    with Service(load()) as service:
        before = len(service.playbooks.all())
        (mine / "good.yaml").write_text(GOOD, "utf-8")
        assert len(service.playbooks.all()) == before + 1
        first = service.playbooks.get("good")
        assert service.playbooks.get("good") is first
        (mine / "good.yaml").write_text(GOOD.replace("default: 3", "default: 44"), "utf-8")
        assert service.playbooks.get("good").hash != first.hash


def test_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["playbooks", "schema"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "Pedell playbook"


TRIED = """\
pedell: 1
id: tried
title: {en: Tried, de: Probe}
description: {en: Reads., de: Liest.}
targets: {kind: [print_queue]}
inputs: {limit: {type: integer, default: 1000}}
steps:
  - do: printer.status
    save_as: after
    optional: true
  - check: after.queued_jobs < inputs.limit
"""


def test_try_a_file(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("asyncssh")
    path = tmp_path / "tried.yaml"
    path.write_text(TRIED, "utf-8")
    assert run(["playbooks", "test", str(path), "--json"]) == 0
    detail = json.loads(capsys.readouterr().out)
    assert detail["state"] == "done"
    assert run(["playbooks", "test", str(path), "-i", "limit=0"]) == 1
    assert "does not hold" in capsys.readouterr().out
    assert run(["playbooks", "test", str(path), "--fault", "nonsense"]) == 2
    assert run(["playbooks", "test", str(tmp_path / "none.yaml")]) == 2
    # Nothing of it went into the real store.
    assert not list(data.glob("*.db"))


@pytest.mark.thorough
def test_nothing_is_destroyed_without_a_second_person_in_a_trial_either(
    capsys: pytest.CaptureFixture[str],
) -> None:
    pytest.importorskip("asyncssh")
    # 3: refused, 5: waits for somebody who approves.
    assert run(["playbooks", "test", "reenrol-ipad", "--on", "bbg-b204-ipad-1", "--wait", "2"]) in {3, 5}
    effects = [line for line in capsys.readouterr().out.splitlines() if line.startswith("  jamf-lab:")]
    assert effects
    assert "erase" not in effects[0]
