"""A mistyped data folder must not look like an empty school."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house.commands import document, pedell

READING = (
    ("devices", "list"), ("sites", "list"), ("runs", "list"), ("runs", "show", "1"), ("runs", "settle"), ("audit", "verify"),
    ("approvals", "list"), ("hold", "list"), ("tickets", "list"), ("tickets", "new", "x"), ("schedules", "list"), ("notify", "list"),
    ("breakers", "list"), ("stop", "--reason", "x"), ("go",), ("doctor", "--since", "1h"),
    ("plan", "reset-whiteboard", "--on", "room=B204"), ("run", "reset-whiteboard", "--on", "room=B204", "--ticket", "new"),
)  # fmt: skip
SCHOOL = "sites:\n  - {slug: one, name: One}\n"


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "mistyped"
    monkeypatch.setenv("PEDELL_DATA", str(folder))
    return folder


def test_who_reads_or_orders_is_told_and_makes_nothing(nowhere: Path) -> None:
    for words in READING:
        done = pedell(*words, rc=2)
        assert done.stdout == ""
        hint = "('pedell init' makes one; PEDELL_DATA names another data folder)"
        assert done.stderr == f"error: there is no store in {nowhere / 'pedell.db'} {hint}\n", words
    assert not nowhere.exists()
    assert "keine Datenbank" in pedell("runs", "list", "--lang", "de", rc=2).stderr


def test_a_file_that_holds_nothing_is_no_store(nowhere: Path) -> None:
    nowhere.mkdir()
    (nowhere / "pedell.db").touch()
    assert "there is no store" in pedell("runs", "list", rc=2).stderr
    assert (nowhere / "pedell.db").stat().st_size == 0


def test_an_import_makes_it_and_says_so_once(nowhere: Path, tmp_path: Path) -> None:
    school = tmp_path / "school.yaml"
    school.write_text(SCHOOL)
    assert "there is no store" in pedell("devices", "import", school, "--dry-run", rc=2).stderr
    assert not nowhere.exists()
    told = f"made a new store in {nowhere / 'pedell.db'}\n"
    assert pedell("devices", "import", school).stderr == told
    assert pedell("devices", "import", school).stderr == ""
    assert [one["slug"] for one in document("sites", "list")["sites"]] == ["one"]


def test_what_needs_no_store_asks_for_none(nowhere: Path) -> None:
    assert "reset-whiteboard" in pedell("playbooks", "list").stdout
    assert pedell("lab", "down").stdout == "No virtual school runs.\n"
    assert not nowhere.exists()
