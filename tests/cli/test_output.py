"""Tables, documents, times."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pedell.cli.output import Output, clean, when, width


@given(st.text())
def test_clean_text_has_no_control_characters(text: str) -> None:
    made = clean(text)
    assert not any((ord(c) < 32 and c not in "\t\n") or 127 <= ord(c) < 160 for c in made)
    assert len(made) == len(text)


@pytest.mark.parametrize(("text", "columns"), [("abc", 3), ("Straße", 6), ("日本", 4), ("e\u0301", 1)])
def test_width(text: str, columns: int) -> None:
    assert width(text) == columns


def test_tables_are_aligned_by_columns_on_the_screen(capsys: pytest.CaptureFixture[str]) -> None:
    Output(json=False).table(["name", "n"], [["日本", 1], ["\x1b[31mx", None]])
    assert capsys.readouterr().out.splitlines() == ["name    n", "日本    1", "�[31mx"]


def test_json_is_one_document_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    out = Output(json=True)
    out.line("not shown")
    out.table(["a"], [["not shown"]])
    out.show({"ü": [1]}, "not shown")
    assert json.loads(capsys.readouterr().out) == {"ü": [1]}


def test_times_are_in_the_zone_asked_for() -> None:
    assert when(0, "Europe/Berlin") == "1970-01-01 01:00:00"
    assert when(None) == ""
