"""What is said of a device when its run is over."""

from __future__ import annotations

from typing import Any

import pytest

from pedell.cli.finished import differences, exit_code
from pedell.cli.following import outcome_line
from pedell.i18n import set_language
from pedell.service.views import RunDetail, RunRow, TaskRow

FAIL = {"en": "No signal comes in.", "de": "Es kommt kein Signal an."}


def row(why: str, *proofs: dict[str, Any]) -> TaskRow:
    return TaskRow(
        no=1, device="board", device_id="d", kind="whiteboard", site="bb", room="B204", batch=1, state="failed",
        step="", why=why, error_class="check", seconds=1.0, started=0, ended=1, until=None, proofs=proofs,
        says=(), visits=(), notes=(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("state", "ended", "counts", "code"),
    [
        ("done", 1, {"done": 2}, 0),
        ("done", 1, {"done": 2, "skipped": 1}, 0),
        ("failed", 1, {"done": 2, "skipped": 1}, 1),
        ("failed", 1, {"failed": 1}, 1),
        ("cancelled", 1, {"done": 1, "cancelled": 1}, 1),
        ("waiting", None, {"waiting": 1, "skipped": 1}, 5),
        ("waiting", None, {"waiting": 1, "failed": 1}, 1),
        ("in_doubt", None, {"in_doubt": 1, "skipped": 1}, 4),
    ],
)
def test_the_exit_code_of_a_run(state: str, ended: int | None, counts: dict[str, int], code: int) -> None:
    run = RunRow(
        no=1, id="r", playbook="go", selector="", state=state, ticket="1", created=0, started=0, ended=ended, counts=counts, digest="",
        actor="", by="", reason="", cancelled=None, retry_of=None, inputs={},
    )  # fmt: skip
    assert exit_code(RunDetail(run, (), 0), 0) == code
    assert exit_code(RunDetail(run, (), 0), 1) == 3


@pytest.mark.parametrize("language", ["en", "de"])
def test_why_a_proof_failed_is_said_in_the_language_that_is_spoken(language: str) -> None:
    set_language(language)
    try:
        text, _ = outcome_line(row(FAIL["en"], {"ok": True}, {"ok": False, "fail": FAIL}))
        assert text.endswith(FAIL[language])
        # What else went wrong is not what the proof says.
        assert outcome_line(row("another", {"ok": False, "fail": FAIL}))[0].endswith("another")
        assert outcome_line(row("another", {"ok": False, "fail": None}))[0].endswith("another")
    finally:
        set_language("en")


def test_what_is_not_known_any_more_is_no_null() -> None:
    assert differences({"power": "on", "volume": 30}, {"power": "standby", "volume": None}) == [
        "power: on → standby",
        "volume: 30 → -",
    ]
