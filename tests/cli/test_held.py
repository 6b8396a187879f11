"""A run that waits for an interrupted one says which run must go on first."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from pedell.cli import finished
from pedell.cli.output import Output
from pedell.journal.held import held
from pedell.service.views import RunDetail, RunRow, TaskRow


def detail(*whys: str) -> RunDetail:
    row: dict[str, Any] = {one.name: "" for one in dataclasses.fields(RunRow)}
    row |= {"no": 13, "ended": None, "state": "running", "counts": {"blocked": len(whys)}}
    empty: dict[str, Any] = {one.name: "" for one in dataclasses.fields(TaskRow)}
    empty |= {"proofs": (), "says": (), "visits": (), "notes": (), "ended": None, "state": "blocked"}
    rows = [TaskRow(**{**empty, "device": f"sw{no}", "why": why}) for no, why in enumerate(whys)]
    return RunDetail(RunRow(**row), rows, 0)


@pytest.mark.parametrize(
    ("whys", "named"),
    [
        ([held("sw0", 12)], "run 12 goes first: 'pedell serve' or 'pedell runs resume 12'"),
        ([held("sw0", 12), held("sw1", 12)], "run 12 goes first"),
        ([held("sw0", 12), "waits for the break"], "'pedell runs resume 13' goes on with it"),
        ([held("sw0", 13)], "'pedell runs resume 13' goes on with it"),
    ],
)
def test_it_names_the_run_that_holds_the_device(whys, named, capsys):
    finished.show(Output(json=False), detail(*whys), "UTC", short=True)
    assert named in capsys.readouterr().out
