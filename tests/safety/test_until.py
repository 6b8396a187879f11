"""Until when, as people say it."""

from __future__ import annotations

import contextlib
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pedell.errors import UsageError
from pedell.safety.until import until

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 25, 10, 30, tzinfo=ZONE)  # a Wednesday


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("2h", "2026-11-25 12:30"), ("90 min", "2026-11-25 12:00"), ("3d", "2026-11-28 10:30"), ("3 T", "2026-11-28 10:30"),
        ("1w", "2026-12-02 10:30"), ("today", "2026-11-26 00:00"), ("heute 12:00", "2026-11-25 12:00"), ("morgen", "2026-11-27 00:00"),
        ("Friday", "2026-11-28 00:00"), ("freitag 14:00", "2026-11-27 14:00"), ("Fr", "2026-11-28 00:00"), ("Wednesday", "2026-12-03 00:00"),
        ("Übermorgen 8:00", "2026-11-27 08:00"), ("2026-12-01", "2026-12-02 00:00"), ("2026-12-01T08:00", "2026-12-01 08:00"),
        ("2026-12-01 08:00", "2026-12-01 08:00"), ("1.12.", "2026-12-02 00:00"), ("01.12.2026 7:05", "2026-12-01 07:05"),
        ("3.1.", "2027-01-04 00:00"), ("14:00", "2026-11-25 14:00"), ("Donnerstag", "2026-11-27 00:00"), ("thursday", "2026-11-27 00:00"),
        ("tuesday", "2026-12-02 00:00"),
    ],
)  # fmt: skip
def test_understood(words, meant):
    assert until(words, ZONE, NOW).strftime("%Y-%m-%d %H:%M") == meant


@pytest.mark.parametrize(
    "words",
    [
        "",
        "soon",
        "31.2.",
        "25:00",
        "2026-13-01",
        "gestern",
        "Friday Monday",
        "0h",
        "2026-11-01",
        "8:00",
        "29.2.",
    ],
)
def test_not_understood_or_over(words):
    with pytest.raises(UsageError):
        until(words, ZONE, NOW)


@given(st.text(max_size=30))
def test_never_anything_else(words):
    with contextlib.suppress(UsageError):
        assert until(words, ZONE, NOW) > NOW
