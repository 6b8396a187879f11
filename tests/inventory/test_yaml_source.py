from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pedell.inventory.entries import Document
from pedell.inventory.gather import take
from pedell.inventory.yaml_source import read_yaml


def read(text: str) -> Document:
    document = Document()
    take(document, read_yaml(text, "x.yaml"), "x.yaml")
    return document


def test_values_stay_as_they_are_written() -> None:
    document = read(
        "devices:\n  - {name: 007, serial: 0x1F, model: yes, room: no, site: on, kind: null, state: ~}\n"
    )
    entry = document.devices["007"]
    assert (entry.serial, entry.model, entry.room, entry.site, entry.kind, entry.state) == (
        "0x1F",
        "yes",
        "no",
        "on",
        "",
        "active",
    )


def test_options_know_numbers_and_truth() -> None:
    document = read(
        'devices:\n  - {name: a, options: {a: 7, b: 007, c: "7", d: true, e: yes, f: 1.5, g: ~, h: [1, {i: -2}]}}\n'
    )
    assert document.devices["a"].options == (
        '{"a": 7, "b": "007", "c": "7", "d": true, "e": "yes", "f": 1.5, "g": null, "h": [1, {"i": -2}]}'
    )


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("", None, None, "empty"),
        ("- a\n", 1, 1, "must begin with one of"),
        ("device:\n  - {name: a}\n", 1, 1, "did you mean devices?"),
        ("devices: {name: a}\n", 1, 10, "must be a list"),
        ("devices:\n  - {name: a\n", 3, 1, "no YAML"),
        ("devices:\n  - &x {name: a}\n  - *x\n", 3, 5, "aliases"),
        ("devices:\n  - !!python/object:os.system {name: a}\n", 2, 5, "tags"),
        ("devices:\n\t- a\n", 2, 1, "no YAML"),
        ("devices:\n  - " + "[" * 40 + "]" * 40, 2, 26, "nested deeper"),
        ("devices: []\n---\ndevices: []\n", 2, 1, "only one document"),
        ("devices:\n  - {name: a, [b]: c}\n", 2, 15, "single value"),
        ("devices:\n  - {name: a\x07}\n", None, None, "no YAML"),
    ],
)
def test_what_cannot_be_read(text: str, line: int | None, column: int | None, said: str) -> None:
    document = read(text)
    assert document.unreadable
    (finding,) = document.findings
    assert said in str(finding)
    assert (finding.line, finding.column) == (line, column)


def test_what_stands_before_a_mistake_is_good() -> None:
    document = read("devices:\n  - {name: a}\n  - {name: b, x: [}\n")
    assert list(document.devices) == ["a"]
    assert document.unreadable


def test_empty_sections() -> None:
    assert read("sites:\nrooms: ~\ndevices: []\n").findings == []


@given(st.text(st.sampled_from("devicsnam: -[]{}\n\"'&*!|>#%@`~,ä\x00\t"), max_size=80))
def test_any_text_gives_rows_or_findings(text: str) -> None:
    for head in ("", "devices:\n  - name: a\n    "):
        read(head + text)


@given(
    st.recursive(
        st.text(max_size=6) | st.integers() | st.none(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=8,
    )
)
def test_any_value_in_any_field(value: object) -> None:
    import json

    for field in ("name", "site", "options", "also", "tags", "links", "mac", "room", "address", "state"):
        dumped = json.dumps({"name": "a", field: value})
        document = read(f"devices:\n  - {dumped}\n")
        assert document.devices or document.findings
