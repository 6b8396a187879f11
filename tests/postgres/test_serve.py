"""`pedell serve` on PostgreSQL: ends with 75 when it is no longer the engine, so that a supervisor starts it anew."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.postgres.server import PostgresServer
from tests.postgres.test_engine import cut_engine_line, wait_for
from tests.serving import serving

pytestmark = pytest.mark.peer("postgresql")


def engine_runs(server: PostgresServer) -> bool:
    return bool(server.execute("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND mode = 'ExclusiveLock'"))  # fmt: skip


@pytest.mark.thorough
def test_the_lock_is_lost(
    data: Path, url: str, server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PEDELL_DATABASE", url)
    with serving(data, "--port", "0") as (process, _):
        wait_for(lambda: engine_runs(server))
        cut_engine_line(server)
        assert process.wait(90) == 75
        assert process.stdout is not None
        assert "no longer the engine" in process.stdout.read()


@pytest.mark.thorough
def test_it_stops_cleanly_and_gives_the_lock_back(
    data: Path, url: str, server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PEDELL_DATABASE", url)
    with serving(data, "--port", "0") as (process, _):
        wait_for(lambda: engine_runs(server))
        process.send_signal(signal.SIGTERM)
        assert process.wait(90) == 0
    wait_for(lambda: not engine_runs(server))
