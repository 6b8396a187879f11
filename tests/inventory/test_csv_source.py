from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pedell.errors import Finding
from pedell.i18n import set_language
from pedell.inventory.csv_source import read_csv
from pedell.inventory.entries import Document, Item
from pedell.inventory.gather import take
from pedell.inventory.text_files import decode


def rows(text: str) -> tuple[list[dict[str, str]], list[Finding]]:
    items, findings = [], []
    for one in read_csv(text, "x.csv"):
        if isinstance(one, Item):
            assert isinstance(one.body.value, dict)
            items.append(
                {
                    key: value.value if isinstance(value.value, str) else "…"
                    for key, value in one.body.value.items()
                }
            )
        else:
            findings.append(one)
    return items, findings


@pytest.mark.parametrize(
    "text",
    [
        "name;kind\na;b\n", "name,kind\na,b\n", "name\tkind\na\tb\n", "sep=;\nname;kind\na;b\n", "Name;Art\r\na;b\r\n",
        '\n\nname;kind\n"a";"b"\n', "name;kind;;\na;b;;\n", "name;kind\n\n;\na;b\n", "NAME ; Typ\na;b", "no;name;kind;id\n7;a;b;X\n",
    ],
)  # fmt: skip
def test_what_spreadsheet_programs_write(text: str) -> None:
    items, findings = rows(text)
    assert findings == []
    assert [{key: value.strip() for key, value in item.items()} for item in items] == [
        {"name": "a", "kind": "b"}
    ]


def test_quotes_line_breaks_and_inches() -> None:
    items, findings = rows('name;model\na;"x;y"\nb;"say ""hi"""\nc;65" Flip\nd;"two\nlines"\ne;z\n')
    assert findings == []
    assert [item["model"] for item in items] == ["x;y", 'say "hi"', '65" Flip', "two\nlines", "z"]


def test_a_quote_that_is_never_closed_costs_its_line_only() -> None:
    items, findings = rows('name;model\na;"open\n' + "".join(f"d{i};m\n" for i in range(50)))
    assert [(finding.line, finding.code) for finding in findings] == [(2, "unreadable")]
    assert "never closed" in findings[0].message
    assert len(items) == 50


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", None, "empty"), ("\n \n", None, "empty"), ("kind;site\na;b\n", 1, "column 'name' is missing"),
        ("name;adress\na;b\n", 1, "did you mean address?"), ("Name;Seriennumer\na;b\n", 1, "did you mean seriennummer?"),
        ("name;Kaufdatum\na;b\n", 1, "no column 'Kaufdatum' (delete the column if it is not needed here; known are name, kind,"), ("name;name\na;b\n", 1, "twice"), ("name;kind\na;b;c\n", 2, "3 fields"),
        ("name\n" + "x" * 70_000 + "\n", 2, "longer than"), ("slug;kind\na;b\n", 1, "no column 'kind'"),
        (";".join(f"option.x{i}" for i in range(300)), 1, "more than 200 columns"), ('"name\n', 1, "header cannot be read"),
    ],
)  # fmt: skip
def test_what_cannot_be_read(text: str, line: int | None, said: str) -> None:
    _, findings = rows(text)
    assert [finding.line for finding in findings] == [line]
    assert said in str(findings[0])


def test_options_have_columns_of_their_own() -> None:
    document = Document()
    take(document, read_csv("name;option.port;option.Baud;options\n", "x.csv"), "x.csv")
    take(document, read_csv('name;option.port;option.Baud;option.user\na;1515;;"007"\n', "x.csv"), "x.csv")
    assert document.findings == []
    assert document.devices["a"].options == '{"port": 1515, "user": "007"}'


@pytest.mark.parametrize(
    ("raw", "text", "warned"),
    [
        ("Süd".encode(), "Süd", False), ("\ufeffSüd".encode(), "Süd", False), ("Süd".encode("utf-16"), "Süd", False),
        ("a\nSüd".encode("latin-1"), "a\nSüd", True), (b"", "", False),
    ],
)  # fmt: skip
def test_encodings(raw: bytes, text: str, warned: bool) -> None:
    made, findings = decode(raw, "x.csv")
    assert made == text
    assert [(finding.severity, finding.line) for finding in findings] == ([("warning", 2)] if warned else [])


@pytest.mark.parametrize("raw", [b"\x00\xff\xfe\x00\x80", b"PK\x03\x04\x00\x00\xff\xff", b"\xff\xfe\x00"])
def test_no_text_file(raw: bytes) -> None:
    text, findings = decode(raw, "x.csv")
    assert "\x00" not in text or findings == []


def test_nul_and_control_characters_refuse_the_row() -> None:
    document = Document()
    take(document, read_csv("name;model\na\x00;b\nc;d\x1b[2J\ne;f\n", "x.csv"), "x.csv")
    assert [finding.line for finding in document.findings] == [2, 3]
    assert all("control character" in finding.message for finding in document.findings)
    assert list(document.devices) == ["e"]


@given(st.text(st.sampled_from("ab;,\"\r\n\t\x00='ä"), max_size=80))
def test_any_text_gives_rows_or_findings(text: str) -> None:
    for header in ("name;kind\n", "", "slug\n"):
        document = Document()
        take(document, read_csv(header + text, "x.csv"), "x.csv")


@given(st.binary(max_size=200))
def test_any_bytes_are_decoded_or_refused(raw: bytes) -> None:
    text, findings = decode(raw, "x")
    assert isinstance(text, str)
    assert len(findings) <= 1


def test_a_german_reader_is_told_german_headings() -> None:
    set_language("de")
    try:
        _, findings = rows("Name;Bemerkung\na;b\n")
    finally:
        set_language("en")
    assert "keine Spalte 'Bemerkung'" in findings[0].message
    assert "Name, Art, Standort, Raum, Treiber, Also, Adresse" in findings[0].hint


def test_headings_of_german_lists() -> None:
    items, _ = rows("Name;IP-Adresse;MAC-Adresse;Status\na;10.0.0.1;00:11:22:33:44:55;aktiv\n")
    assert items == [{"name": "a", "address": "10.0.0.1", "mac": "00:11:22:33:44:55", "state": "aktiv"}]
