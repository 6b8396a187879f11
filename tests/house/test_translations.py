"""Every text that people see has its German, with the same placeholders, once."""

from __future__ import annotations

from string import Formatter

import pytest

from tests.house.texts import catalogue, constants, proved, shown, troubles

pytestmark = pytest.mark.xdist_group("texts")


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_texts_are_written_out_where_they_are_shown() -> None:
    assert [found.place for found in shown() if found.text is None] == []


def test_every_text_has_its_german() -> None:
    german = {english for _, english, _ in catalogue("de")}
    missing = {found.text: found.place for found in shown() if found.text and found.text not in german}
    assert missing == {}


def test_every_trouble_has_its_german() -> None:
    german = {english for _, english, _ in catalogue("de")}
    missing = {found.text: found.place for found in troubles() if found.text not in german}
    assert missing == {}


def test_every_word_of_a_proof_has_its_german() -> None:
    german = {english for _, english, _ in catalogue("de")}
    words = proved()
    assert {"admin", "muted", "queued_jobs", "battery_percent", "warming", "jam"} <= set(words)
    assert {word: place for word, place in words.items() if word not in german} == {}


def test_placeholders_are_the_same() -> None:
    assert [entry for entry in catalogue("de") if placeholders(entry[1]) != placeholders(entry[2])] == []


@pytest.mark.thorough
def test_nothing_is_translated_that_nobody_says() -> None:
    said = constants()
    assert [(file, english) for file, english, _ in catalogue("de") if english not in said] == []


def test_one_text_has_one_german() -> None:
    german: dict[str, set[str]] = {}
    for _, english, translated in catalogue("de"):
        german.setdefault(english, set()).add(translated)
    assert {english: words for english, words in german.items() if len(words) > 1} == {}
