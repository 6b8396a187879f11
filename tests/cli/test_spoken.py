"""Transcripts on a terminal."""

from __future__ import annotations

from pedell.cli.spoken import lines
from pedell.engine.transcripts import Transcript, unpack


def test_an_answer_of_many_lines_is_many_lines():
    kept = Transcript(str)
    kept.record(">", "show version")
    kept.record("<", "Cisco IOS\nuptime is 3 days\n")
    kept.record("<", b"%1POWR=0\r")
    told = kept.take()
    assert told is not None
    shown = [line[10:] for line in lines(unpack(told[1]))]
    assert shown == ["> show version", "< Cisco IOS", "  uptime is 3 days", r"< %1POWR=0\r"]


def test_an_empty_answer_stays_a_line():
    assert list(lines("    0.001 < \\n\n    0.002 # closed")) == ["    0.001 < ", "    0.002 # closed"]
