"""YAML with places: bounded, by the rules of 1.2, never an exception."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pedell.playbooks.document import SIZE, canonical, read


def test_places() -> None:
    document = read("a: 1\nb:\n  - x: [1, two]\n    'y z': null\n", "f.yaml")
    assert document.data == {"a": 1, "b": [{"x": [1, "two"], "y z": None}]}
    assert not document.findings
    at = document.place(("b", 0, "x", 1))
    assert (at.line, at.column) == (3, 12)
    at = document.place(("b", 0, "y z"), key=True)
    assert (at.line, at.column) == (4, 5)
    assert document.place(("b", 0, "nope", "deeper")) == document.place(("b", 0))
    assert document.at(("b", 0, "x", 1)) == "two"
    assert document.at(("b", 7)) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True), ("False", False), ("~", None), ("null", None), ("", None), ("12", 12), ("-3", -3), ("1.5", 1.5), ("1e3", 1000.0),
        (".5", 0.5), ("'12'", "12"), ('"true"', "true"), ("B204", "B204"), ("1.2.3", "1.2.3"), ("-", None), (".", "."), ("2026-01-01", "2026-01-01"),
        ("99999999999999999999999", "99999999999999999999999"), (".inf", ".inf"), ("0", 0), ("+7", 7), ("e5", "e5"), ("1e999", "1e999"), ("-1.5e-3", -0.0015),
    ],
)  # fmt: skip
def test_scalars(text: str, value: object) -> None:
    document = read(f"v: {text}\n", "f.yaml")
    if text != "-":
        assert document.data == {"v": value}
        assert not document.findings


@pytest.mark.parametrize(
    "text", ["yes", "No", "ON", "off", "y", "012", "0x1f", "0o17", "1_000", "12:30", "190:20:30.15"]
)
def test_what_other_readers_take_for_something_else_is_a_text_with_a_warning(text: str) -> None:
    document = read(f"on: {text}\n", "f.yaml")
    assert document.data == {"on": text}
    [finding] = document.findings
    assert (finding.severity, finding.code, finding.line, finding.column) == ("warning", "yaml-text", 1, 5)
    assert not document.broken


@pytest.mark.parametrize(
    ("raw", "line", "column", "words"),
    [
        (b"a: 1\n\tb: 2\n", 2, 1, "tab"),
        (b"a: b: c\n", 1, 5, "colon"),
        (b"a: 1\nb: 2\na: 3\n", 3, 1, "given twice"),
        (b"a: &x 1\n", 1, 4, "anchors"),
        (b"a: *x\n", 1, 4, "aliases"),
        (b"a: !!python/name:os.system x\n", 1, 4, "tags"),
        (b"a: !secret x\n", 1, 4, "tags"),
        (b"a: 1\n---\nb: 2\n", 2, 1, "second one"),
        (b"a: \xff\n", 1, 4, "UTF-8"),
        (b"a: \x07\n", 1, 4, "U+0007"),
        (b"a:\n  b: 1\n c: 2\n", 3, 2, "indented"),
        (b"? [a]\n: 1\n", 1, 3, "key"),
        (b"[" * 100, 1, 41, "nested"),
        (b"- a\n" * 30_000, 19998, 3, "more than"),
    ],
)
def test_mistakes_have_places(raw: bytes, line: int, column: int, words: str) -> None:
    document = read(raw, "f.yaml")
    [finding] = document.findings
    assert (finding.line, finding.column) == (line, column)
    assert words in finding.message
    assert finding.source == "f.yaml"
    assert document.broken


def test_too_big() -> None:
    assert "bytes" in read(b"#" * (SIZE + 1), "f").findings[0].message


def test_bombs_are_cheap() -> None:
    laughs = b"a: &a [x,x]\n" + b"".join(
        b"%c: &%c [*%c,*%c]\n" % (98 + i, 98 + i, 97 + i, 97 + i) for i in range(20)
    )
    started = time.thread_time()
    assert read(laughs, "f").broken
    assert read(b"{" * 100_000, "f").broken
    assert read(b"? " * 50_000, "f").broken
    assert time.thread_time() - started < 2


@given(
    st.binary(max_size=300)
    | st.text(alphabet=" \n\t-:[]{}#&*!|>'\"%@`abc019\\?,~é\u2028\ufeff\x00", max_size=200)
)
@settings(max_examples=400)
def test_anything_gives_a_document(raw: bytes | str) -> None:
    document = read(raw, "f.yaml")
    for finding in document.findings:
        assert finding.message
    canonical(raw)


def test_canonical_text() -> None:
    assert canonical(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n\r\n") == "a: 1\nb: 2\n" == canonical("a: 1\nb: 2")
