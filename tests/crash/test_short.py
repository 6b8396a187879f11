"""The harness in small: every phase at least once. `make crash` is the long one."""

from __future__ import annotations

import json

import pytest

from tests.crash.campaign import Campaign
from tests.crash.seam import PHASES
from tests.databases import private_server
from tests.postgres.server import TEMPLATE


@pytest.mark.timeout(600)
def test_killed_in_every_phase_nothing_is_done_twice_and_nothing_lost(tmp_path, store_bytes):
    report = Campaign(tmp_path, lambda: store_bytes, kills=20, seed=20).run()
    assert report.broken == []
    assert set(PHASES) <= {phase for phase, count in report.kills.items() if count}
    assert json.loads(json.dumps(report.document()))["killed"] >= 20


@pytest.mark.thorough
@pytest.mark.peer("postgresql")
@pytest.mark.timeout(600)
def test_the_same_on_postgresql(tmp_path, pytestconfig):
    """The engine's lock ends with a connection there, not with the process, and the writer's with a transaction."""
    server = private_server(pytestconfig)
    report = Campaign(tmp_path, lambda: server.url(server.database(like=TEMPLATE)), kills=13, seed=13).run()
    assert report.broken == []
    assert set(PHASES) <= {phase for phase, count in report.kills.items() if count}
