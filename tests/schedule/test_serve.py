"""`pedell serve` fires schedules by itself: what is overdue becomes a run, and the run is worked on."""

from __future__ import annotations

import time
from pathlib import Path

from pedell.model.actor import os_actor
from pedell.schedule import rows
from pedell.schedule.model import CatchUp
from pedell.schedule.rule import SECOND
from pedell.service.door import Service
from pedell.service.schedules import Wanted
from pedell.settings import load
from pedell.store.database import now
from tests.schedule.test_service import INVENTORY
from tests.serving import serving


def test_serve_fires_and_works(data: Path) -> None:
    with Service(load()) as service:
        service.inventory.import_text(INVENTORY, name="test.yaml", source="test")
        wanted = Wanted("yearly", "0 0 1 1 *", "classroom-check", "site=one", {}, catch_up=CatchUp.LAST)
        made = service.schedules.add(wanted, os_actor())
        with serving(data, "--port", "0"):
            # The server runs already: it reads the schedules again every few seconds.
            with service.around.store.writing() as connection:
                rows.change(connection, made.no, cron="* * * * *", looked=now() - 90 * SECOND)
            end = time.monotonic() + 120
            while True:
                fires = [fire for fire in service.schedules.history(made, 10) if fire.run is not None]
                if fires and service.runs.show(fires[-1].run or 0).run.ended is not None:
                    break
                assert time.monotonic() < end, fires
                time.sleep(0.1)
            detail = service.runs.show(fires[-1].run or 0)
    assert detail.run.actor == f"schedule:{made.no}"
    # Nobody answers at that address: the night says so, and the server goes on.
    assert [task.device for task in detail.tasks] == ["p1"]
