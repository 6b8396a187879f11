"""Answers as data: headers, waits, cleaned words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pedell.transports.http_answer import MAX_WAIT, HttpAnswer, clean, retry_after

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        (" 7 ", 7),
        ("99999999999", MAX_WAIT),
        # The three forms of a date that RFC 9110 section 5.6.7 knows.
        ("Mon, 23 Nov 2026 12:00:30 GMT", 30),
        ("Monday, 23-Nov-26 12:00:30 GMT", 30),
        ("Mon Nov 23 12:00:30 2026", 30),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0),
        ("Mon, 23 Nov 2099 11:00:00 GMT", MAX_WAIT),
        ("", None),
        ("-1", None),
        ("soon", None),
        ("١٢", None),
    ],
)
def test_retry_after(value: str, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds


@given(st.text(max_size=80))
def test_any_retry_after(value: str) -> None:
    seconds = retry_after(value, NOW)
    assert seconds is None or 0 <= seconds <= MAX_WAIT


@given(st.text(max_size=500), st.integers(2, 300))
def test_clean_is_one_printable_line(text: str, limit: int) -> None:
    line = clean(text, limit)
    assert len(line) <= limit
    assert line.isprintable()


def test_headers() -> None:
    answer = HttpAnswer(
        200, (("content-type", "Application/JSON; charset=utf-8"), ("x", "a\tb")), b"\xff", "GET /"
    )
    assert answer.content_type == "application/json"
    assert answer.header("X") == "a b"
    assert answer.header("absent") == ""
    assert answer.text == "\ufffd"
    assert answer.check() is answer
