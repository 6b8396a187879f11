"""Tables, documents, times."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pedell.cli.columns import laid_out
from pedell.cli.output import Output, clean, styled, when, width


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


def test_no_color_means_no_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert styled("x", fg="red") != "x"
    monkeypatch.setenv("NO_COLOR", "1")
    assert styled("x", fg="red", bold=True) == "x"


ROWS = [["name", "for"], ["classroom-check", "whiteboard, projector, switch, printer, print_queue, ipad"]]


def test_a_narrow_screen_gets_long_texts_on_several_lines() -> None:
    made = [line for row in laid_out(ROWS, 44) for line in row]
    assert made == [
        "name             for",
        "classroom-check  whiteboard, projector,",
        "                 switch, printer,",
        "                 print_queue, ipad",
    ]


def test_what_is_no_screen_gets_one_line_a_row() -> None:
    assert [len(row) for row in laid_out(ROWS, None)] == [1, 1]


texts = st.lists(st.text("ab ü日", max_size=12), min_size=2, max_size=2)


@given(st.lists(texts, min_size=1, max_size=4), st.integers(1, 40))
def test_nothing_is_cut_off_however_narrow(rows: list[list[str]], most: int) -> None:
    made = list(laid_out(rows, most))
    for row, lines in zip(rows, made, strict=True):
        assert sorted("".join(lines).replace(" ", "")) == sorted("".join(row).replace(" ", ""))
    longest = sum(max(width(word) for row in rows for word in row[at].split(" ")) for at in range(2)) + 2
    assert max(width(line) for lines in made for line in lines) <= max(most, longest)
