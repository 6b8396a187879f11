"""The inventory with 100,000 devices: import, selectors, and what planning reads.

    python benchmarks/inventory.py [--devices 100000]

The baseline is sqlite3's own executemany of the same rows into a bare table, in the same run.
"""

from __future__ import annotations

import argparse
import resource
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from pedell.hooks.plugins import Plugins
from pedell.inventory.gather import gather
from pedell.inventory.importing import run_import
from pedell.inventory.repository import Inventory
from pedell.store.database import Store

SITES = 170
KINDS = [("whiteboard", "pjlink"), ("projector", "pjlink"), ("switch", "cisco-ios"), ("printer", "ipp")]
HEADER = "name;kind;site;room;driver;address;model;serial;tags"
LIMITS = {"import CSV": 30.0, "list with a selector": 1.0}


def rows(count: int) -> list[tuple[str, ...]]:
    made = []
    for i in range(count):
        kind, driver = KINDS[i % len(KINDS)]
        address = (
            f"ipp://10.{i % 250}.{i // 250 % 250}.9/"
            if driver == "ipp"
            else f"10.{i // 62500}.{i // 250 % 250}.{i % 250}"
        )
        made.append(
            (
                f"dev-{i}",
                kind,
                f"site-{i % SITES}",
                f"B{i % 60:03}",
                driver,
                address,
                f"WA{60 + i % 20}D",
                f"SN{i:08}",
                "exam, new",
            )
        )
    return made


def peak() -> int:
    """Peak resident memory in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def measure(what: str, action: Callable[[], object], base: float) -> float:
    started = time.perf_counter()
    action()
    spent = time.perf_counter() - started
    limit = f"{LIMITS[what]:.0f} s" if what in LIMITS else ""
    print(f"{what:34} {spent:8.3f} s  {spent / base if base else 1:8.1f}  {peak():5} MB  {limit}")
    return spent


def baseline(path: Path, data: list[tuple[str, ...]]) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(
            "CREATE TABLE d (no INTEGER PRIMARY KEY, name UNIQUE, kind, site, room, driver, address, model, serial, tags)"
        )
        connection.executemany(
            "INSERT INTO d (name,kind,site,room,driver,address,model,serial,tags) VALUES (?,?,?,?,?,?,?,?,?)",
            data,
        )


def prepare(folder: Path, count: int) -> tuple[list[Path], Path, float]:
    sites = folder / "sites.csv"
    sites.write_text(
        "slug;name;campus\n" + "".join(f"site-{i};Schule {i};campus-{i % 13}\n" for i in range(SITES))
    )
    data = rows(count)
    devices = folder / "devices.csv"
    devices.write_text(f"{HEADER}\n" + "".join(";".join(row) + "\n" for row in data))
    yaml = folder / "devices.yaml"
    names = HEADER.split(";")
    with yaml.open("w") as file:
        file.write("devices:\n")
        for row in data:
            file.write(
                "  - "
                + "\n    ".join(f"{key}: {value}" for key, value in zip(names, row, strict=True))
                + "\n"
            )
    base = measure("baseline: sqlite3 executemany", lambda: baseline(folder / "base.db", data), 0)
    return [sites, devices], yaml, base


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--devices", type=int, default=100_000)
    count = parser.parse_args().devices
    with tempfile.TemporaryDirectory(prefix="pedell-bench-") as name:
        folder = Path(name)
        print(f"{count} devices on {SITES} sites\n{'what':34} {'time':>10}  {'ratio':>8}  {'peak':>8}  limit")
        files, yaml, base = prepare(folder, count)
        store = Store(f"sqlite:///{folder / 'pedell.db'}")
        store.prepare()
        plugins = Plugins()
        inventory = Inventory(store, plugins)
        try:
            measure(
                "import CSV", lambda: run_import(store, plugins, lambda: gather(files), source="file"), base
            )
            measure(
                "import CSV again, unchanged",
                lambda: run_import(store, plugins, lambda: gather(files), source="file"),
                base,
            )
            measure(
                "import YAML, unchanged",
                lambda: run_import(store, plugins, lambda: gather([yaml]), source="file"),
                base,
            )
            with store.reading() as connection:
                selector = 'kind=whiteboard site=site-4* room=B0* tag=exam model~"WA[67].*" not state=retired'
                measure(
                    "list with a selector", lambda: inventory.devices(connection, selector, limit=100), base
                )
                measure(
                    "list and count all",
                    lambda: (inventory.devices(connection, limit=100), inventory.count(connection)),
                    base,
                )
                every: list[int] = []
                measure("resolve all", lambda: every.extend(inventory.resolve(connection, "*")), base)
                measure("facts of all, for a plan", lambda: inventory.facts(connection, every), base)
                measure("targets of all", lambda: inventory.targets(connection, every), base)
                measure(
                    "rooms in a ticket",
                    lambda: inventory.find_rooms(connection, "Kein Bild in Raum B 034, Schule 12"),
                    base,
                )
                found = inventory.count(connection)
        finally:
            store.close()
    if found != count:
        raise SystemExit(f"{count - found} devices were refused")


if __name__ == "__main__":
    main()
