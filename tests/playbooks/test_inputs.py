"""Inputs: from words and values to checked values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pedell.errors import UsageError
from pedell.playbooks.inputs import bind_inputs, parse_pairs
from pedell.playbooks.load import load_text
from pedell.playbooks.model import Playbook

BOOK: Playbook = load_text(
    """\
pedell: 1
id: tested
title: {en: T, de: T}
description: {en: D, de: D}
inputs:
  port: {type: text, required: true, max_length: 10, title: {en: Port, de: Anschluss}}
  count: {type: integer, minimum: 1, maximum: 5}
  share: {type: number, default: 0.5}
  force: {type: boolean, default: false}
  mode: {type: choice, choices: [soft, hard]}
  password: {type: secret}
steps:
  - wait: 1s
""",
    "tested.yaml",
).playbook


def test_words() -> None:
    pairs = parse_pairs(
        ["port=Gi1/0/7", "count= 3", "share=1.5", "force=ja", "mode=hard", "password=secret://env/PW"]
    )
    assert bind_inputs(BOOK, pairs) == {
        "port": "Gi1/0/7", "count": 3, "share": 1.5, "force": True, "mode": "hard", "password": "secret://env/PW",
    }  # fmt: skip


def test_values_and_defaults() -> None:
    assert bind_inputs(BOOK, {"port": 7, "count": 2.0, "force": True}) == {
        "port": "7", "count": 2, "share": 0.5, "force": True, "mode": None, "password": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("port", "x" * 11, "11 characters"), ("port", "a\x00b", "control character"), ("port", True, "text is needed"), ("port", ["a"], "text"),
        ("count", "0", "at least 1"), ("count", 6, "at most 5"), ("count", "x", "whole number"), ("count", True, "whole number"), ("count", 1.5, "whole"),
        ("count", "9" * 5000, "whole number"), ("share", "nan", "number"), ("share", "inf", "number"), ("share", {}, "number"),
        ("force", "maybe", "true or false"), ("force", 1, "true or false"), ("mode", "Hard", "none of the choices"), ("mode", 1, "none of the choices"),
        ("password", "hunter2", "as a reference"), ("password", "secret://env", "as a reference"), ("prt", "x", "no input prt"),
    ],
)  # fmt: skip
def test_mistakes(name: str, value: object, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        bind_inputs(BOOK, {"port": "p", name: value})
    [finding] = caught.value.findings
    assert words in finding.message


def test_all_mistakes_at_once_and_no_secret_in_them() -> None:
    with pytest.raises(UsageError) as caught:
        bind_inputs(BOOK, {"cuont": "1", "count": "x", "password": "hunter2"})
    messages = [str(finding) for finding in caught.value.findings]
    assert len(messages) == 4
    assert "did you mean count?" in messages[0]
    assert "the input port is missing (Port)" in messages[1]
    assert not any("hunter2" in message for message in messages)


@pytest.mark.parametrize("words", [["port"], ["=x"], ["a=1", "a=2"]])
def test_words_that_are_no_inputs(words: list[str]) -> None:
    with pytest.raises(UsageError):
        parse_pairs(words)
    assert parse_pairs(["a=b=c", "d="]) == {"a": "b=c", "d": ""}


@given(
    st.dictionaries(
        st.sampled_from([*BOOK.inputs, "other"]),
        st.text(max_size=12) | st.integers() | st.floats() | st.none() | st.booleans(),
    )
)
def test_anything_binds_or_is_refused(given_values: dict[str, object]) -> None:
    try:
        bound = bind_inputs(BOOK, given_values)
    except UsageError:
        return
    assert list(bound) == list(BOOK.inputs)
    assert bind_inputs(BOOK, bound) == bound
