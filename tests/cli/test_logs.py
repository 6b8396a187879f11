"""What the program says by the way."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime

import pytest

from pedell.cli import logs
from pedell.i18n import language, set_language

SENTENCE = "credential:x is left alone after trouble (auth); see 'pedell breakers list'"


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = language()
    yield
    set_language(before)
    logs.listen()


def test_a_line_is_in_the_readers_language_and_there_once(capsys: pytest.CaptureFixture[str]) -> None:
    logs.listen()
    logs.listen()
    set_language("de")
    logging.getLogger("pedell.safety").warning("%s", SENTENCE)
    told = capsys.readouterr().err
    assert (
        told
        == "credential:x wird nach Störungen (Anmeldung abgelehnt) in Ruhe gelassen; siehe 'pedell breakers list'\n"
    )


def test_a_long_running_process_tells_times_with_their_zone(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JOURNAL_STREAM", raising=False)
    logs.listen("Europe/Berlin")
    logging.getLogger("pedell.safety").warning("something odd")
    day, time, *words = capsys.readouterr().err.split()
    assert words == ["something", "odd"]
    assert datetime.fromisoformat(f"{day} {time}").utcoffset() is not None
    monkeypatch.setenv("JOURNAL_STREAM", "8:1")
    logging.getLogger("pedell.safety").warning("something odd")
    assert capsys.readouterr().err == "something odd\n"
