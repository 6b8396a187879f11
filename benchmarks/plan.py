"""Plan a three-step playbook over 100,000 devices; prints seconds and memory beside a bare read of the rows."""

from __future__ import annotations

import resource
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import insert

from pedell.service.door import Service
from pedell.settings import load
from pedell.store.database import new_id
from pedell.store.tables.inventory import device, site

DEVICES = 100_000
SITES = 170
BOOK = """pedell: 1
id: three
title: {en: Three steps, de: Drei Schritte}
description: {en: "Read, restart, read", de: "Lesen, neu starten, lesen"}
targets: {kind: [whiteboard]}
steps:
  - {do: display.status, save_as: before}
  - {do: display.restart}
  - {do: display.status, save_as: after}
  - {check: after.power == 'on'}
"""


def fill(service: Service) -> None:
    with service.around.store.writing() as connection:
        connection.execute(
            insert(site),
            [{"no": n + 1, "id": new_id(), "slug": f"s{n}", "name": f"School {n}"} for n in range(SITES)],
        )
        for start in range(0, DEVICES, 10_000):
            connection.execute(
                insert(device),
                [
                    {"id": new_id(), "name": f"board-{n}", "kind": "whiteboard", "site": n % SITES + 1, "driver": "samsung-mdc",
                     "address": f"tcp://10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}:1515", "model": f"WA{65 + n % 3 * 10}D"}
                    for n in range(start, start + 10_000)
                ],
            )  # fmt: skip


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        (data / "books").mkdir()
        (data / "books" / "three.yaml").write_text(BOOK)
        (data / "pedell.toml").write_text('playbooks = ["books"]\n')
        service = Service(load({"PEDELL_DATA": folder}))
        fill(service)
        service.playbooks.get("three")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        started = time.perf_counter()
        rows = sqlite3.connect(data / "pedell.db").execute("SELECT * FROM device").fetchall()
        bare = time.perf_counter() - started
        count = len(rows)
        del rows
        started = time.perf_counter()
        plan = service.runs.plan("three", "kind=whiteboard")
        seconds = time.perf_counter() - started
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        assert len(plan.devices) == count == DEVICES
        print(
            f"plan of {count:,} devices: {seconds:.2f} s, {seconds / bare:.1f} times a bare read of the rows ({bare:.2f} s)"
        )
        print(f"memory: {peak:.0f} MB at most ({before:.0f} MB before)")
        service.around.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
