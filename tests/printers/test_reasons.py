"""What a printer's reasons mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pedell_printers.reasons import Fault, Severity, read, split, worst


@pytest.mark.parametrize(
    ("said", "keyword", "severity"),
    [
        ("media-empty-report", "media-empty", Severity.REPORT),
        ("media-empty-warning", "media-empty", Severity.WARNING),
        ("media-jam-error", "media-jam", Severity.ERROR),
        ("media-jam", "media-jam", Severity.UNSAID),
        # ippeveprinter 2.4.2 really cuts this one.
        ("marker-waste-almost-full-warnin", "marker-waste-almost-full", Severity.WARNING),
        ("vendor-unicorn-tired-error", "vendor-unicorn-tired", Severity.ERROR),
        ("-error", "-error", Severity.UNSAID),
        ("paused", "paused", Severity.UNSAID),
    ],
)
def test_the_suffix_is_split_off(said: str, keyword: str, severity: Severity) -> None:
    reason = split(said)
    assert (reason.keyword, reason.severity) == (keyword, severity)


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        (["none"], Fault.NONE),
        ([], Fault.NONE),
        (["paused"], Fault.NONE),
        (["media-empty-report"], Fault.NONE),
        (["media-empty-warning", "media-needed-warning"], Fault.PAPER),
        (["cups-waiting-for-job-completed", "media-empty-warning"], Fault.PAPER),
        (["toner-low-warning"], Fault.NONE),
        (["toner-empty-error", "media-jam"], Fault.JAM),
        (["media-empty-error", "door-open-error"], Fault.DOOR),
        (["marker-waste-full-warning"], Fault.WASTE),
        (["something-new-error"], Fault.NONE),
    ],
)
def test_the_fault_to_mend_first(said: list[str], fault: Fault) -> None:
    assert worst(read(said)) is fault


@given(st.lists(st.text(max_size=60), max_size=5))
def test_anything_may_come(said: list[str]) -> None:
    reasons = read(said)
    assert len(reasons) == sum(1 for words in said if words and words != "none")
    assert worst(reasons) in Fault
