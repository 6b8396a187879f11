"""What was written down filled in and in English is read in the reader's language."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pedell import i18n
from pedell.i18n import said

GERMAN = {
    "{port} is not touched: {reasons}": "{port} wird nicht angefasst: {reasons}",
    "it is a trunk": "er ist ein Trunk",
    "{count} addresses are behind it, allowed are {limit}": "dahinter sind {count} Adressen, erlaubt sind {limit}",
    "no answer to {command}": "keine Antwort auf {command}",
    "done, but not seen: {message}": "getan, aber nicht gesehen: {message}",
    "force: true with a reason does it all the same": "force: true mit Begründung tut es trotzdem",
    "{a}: {b}": "falsch",
    "power": "Strom",
    "done": "erledigt",
    "not allowed": "nicht erlaubt",
    "{name} cannot do {capability}": "{name} kann {capability} nicht",
    "the printer cannot do this": "der Drucker kann das nicht",
    "it refuses {type}{reason}": "es lehnt {type} ab{reason}",
    "it waits (locked) until {time}": "es wartet (gesperrt) bis {time}",
}


@pytest.fixture(autouse=True)
def catalogue(monkeypatch: pytest.MonkeyPatch):
    i18n._patterns.cache_clear()
    i18n._read.cache_clear()
    monkeypatch.setattr(i18n, "_catalogue", lambda code: GERMAN if code == "de" else {})
    yield
    i18n._patterns.cache_clear()
    i18n._read.cache_clear()


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("power", "Strom"),
        ("no answer to 'show version'", "keine Antwort auf 'show version'"),
        ("done, but not seen: no answer to X", "getan, aber nicht gesehen: keine Antwort auf X"),
        (
            (
                "Gi1/0/24 is not touched: it is a trunk; 40 addresses are behind it, allowed are 8 "
                "(force: true with a reason does it all the same)"
            ),
            (
                "Gi1/0/24 wird nicht angefasst: er ist ein Trunk; dahinter sind 40 Adressen, erlaubt sind 8 "
                "(force: true mit Begründung tut es trotzdem)"
            ),
        ),
        ("done, but not seen: power", "getan, aber nicht gesehen: Strom"),
        ("GET /x: HTTP 403, not allowed", "GET /x: HTTP 403, nicht erlaubt"),
        (
            "Get-Jobs: the printer cannot do this (IPP 0x0501)",
            "Get-Jobs: der Drucker kann das nicht (IPP 0x0501)",
        ),
        (
            "it waits (locked) until 9:00 (force: true with a reason does it all the same)",
            "es wartet (gesperrt) bis 9:00 (force: true mit Begründung tut es trotzdem)",
        ),
        ("a device says: power", "a device says: power"),
        ("a device says {this}: strange", "a device says {this}: strange"),
        ("no answer to {command}", "keine Antwort auf {command}"),
        ("", ""),
    ],
)
def test_a_sentence_is_found_again(english, german):
    assert said(english, "de") == german


def test_english_stays_as_it_is():
    assert said("no answer to X", "en") == "no answer to X"


@given(st.text(max_size=200))
def test_what_was_filled_in_survives_whatever_it_is(value):
    assert said(f"no answer to {value}", "de").startswith("keine Antwort auf ")
    said(value, "de")


def test_hostile_text_costs_little():
    began = time.process_time()
    said("is not touched: addresses are behind it, " * 90, "de")
    assert time.process_time() - began < 1


def test_of_two_placeholders_side_by_side_the_first_is_a_word() -> None:
    assert said("it refuses DEVICE_LOCK: not allowed", "de") == "es lehnt DEVICE_LOCK ab: nicht erlaubt"
    assert said("it refuses DEVICE_LOCK", "de") == "es lehnt DEVICE_LOCK ab"
