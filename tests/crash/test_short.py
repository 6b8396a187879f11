"""The harness in small: every phase at least once. `make crash` is the long one."""

from __future__ import annotations

import json

import pytest

from tests.crash.campaign import Campaign
from tests.crash.seam import PHASES


@pytest.mark.timeout(180)
def test_killed_in_every_phase_nothing_is_done_twice_and_nothing_lost(tmp_path, store_bytes):
    report = Campaign(tmp_path, store_bytes, kills=20, seed=20).run()
    assert report.broken == []
    assert set(PHASES) <= {phase for phase, count in report.kills.items() if count}
    assert json.loads(json.dumps(report.document()))["killed"] >= 20
