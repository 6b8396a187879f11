"""The engine beside a bare thread pool: CPU and wall per action, and a whole night of 90,000.

Usage: engine.py [DEVICES]. Each figure is printed with its baseline from the same process.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import ModuleType

from sqlalchemy import func, insert, select, update

from pedell.cli.following import LOOK_SECONDS, MANY, SLOW_LOOK_SECONDS
from pedell.drivers.api import (
    REPEAT,
    Capability,
    Contract,
    Deadline,
    Driver,
    Effect,
    Identity,
    Nothing,
    Text,
    implements,
)  # fmt: skip
from pedell.hooks.api import hookimpl
from pedell.hooks.plugins import Plugins
from pedell.journal.ops import Barrier, Claim, Intent, Outcome, ShardRef
from pedell.journal.writer import Journal
from pedell.model.actor import Actor, VerifiedBy
from pedell.service.door import Service
from pedell.service.runs import RunRequest
from pedell.settings import load
from pedell.store.database import new_id
from pedell.store.tables.inventory import device, site
from pedell.store.tables.journal import attempt, event, task
from pedell.store.tables.journal import run as run_table

SITES = 155
ACTOR = Actor("system", "system:benchmark", VerifiedBy.OS)
BOOKS = {
    "noop": "  - {do: bench.act}\n",
    "three": "  - {do: bench.read, save_as: before}\n  - {do: bench.act}\n  - {do: bench.read, save_as: after}\n",
    "slow": "  - {do: bench.slow}\n",
    "reads": "  - {do: bench.read, save_as: after}\n",
}
HEAD = "pedell: 1\nid: {id}\ntitle: {{en: B, de: B}}\ndescription: {{en: B, de: B}}\nstrategy: {{at_once: 256, per_site: 50}}\nsteps:\n"


def words(text: str) -> Text:
    return Text(text, text)


class BenchDriver(Driver):
    """Does nothing, quickly or slowly."""

    id = "bench"
    title = "Bench"
    kinds = frozenset({"bench"})

    def connect(self, deadline: Deadline) -> None:
        pass

    def close(self) -> None:
        pass

    def identity(self, deadline: Deadline) -> Identity:
        return Identity()

    @implements("bench.read")
    def read(self, call, params):
        return Nothing()

    @implements("bench.act")
    def act(self, call, params):
        return Nothing()

    @implements("bench.slow")
    def slow(self, call, params):
        time.sleep(0.05)
        return Nothing()


def plugin() -> ModuleType:
    module = ModuleType("bench")
    module.PEDELL_API = 1

    @hookimpl
    def pedell_contracts():
        capabilities = (
            Capability("bench.read", words("read")),
            Capability("bench.act", words("act"), Effect.REPEATABLE, recovery=REPEAT),
            Capability("bench.slow", words("slow"), Effect.REPEATABLE, recovery=REPEAT),
        )
        return [Contract("bench", words("Bench"), {"bench": words("Bench")}, capabilities)]

    @hookimpl
    def pedell_drivers():
        return [BenchDriver]

    module.pedell_contracts = pedell_contracts
    module.pedell_drivers = pedell_drivers
    return module


def prepare(folder: str, devices: int) -> Service:
    data = Path(folder)
    (data / "books").mkdir()
    for name, steps in BOOKS.items():
        (data / "books" / f"{name}.yaml").write_text(HEAD.format(id=name) + steps)
    (data / "pedell.toml").write_text('playbooks = ["books"]\n')
    service = Service(load({"PEDELL_DATA": folder, "PEDELL_THREADS": "64"}))
    service.around.__dict__["plugins"] = Plugins(modules={"bench": plugin()})
    with service.around.store.writing() as connection:
        connection.execute(
            insert(site),
            [{"no": n + 1, "id": new_id(), "slug": f"s{n}", "name": f"S{n}"} for n in range(SITES)],
        )
        rows = [
            {
                "id": new_id(),
                "name": f"d{n}",
                "kind": "bench",
                "site": n % SITES + 1,
                "driver": "bench",
                "address": f"a{n}",
            }
            for n in range(devices)
        ]
        for start in range(0, devices, 10_000):
            connection.execute(insert(device), rows[start : start + 10_000])
    return service


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def run(service: Service, book: str, selector: str, count: int, priority: int) -> tuple[float, float]:
    ticket = str(service.tickets.new("benchmark").no)
    started, spent = time.perf_counter(), cpu()
    number = service.runs.submit(RunRequest(book, selector, ticket, ACTOR, priority=priority)).no
    host = service.runs.host()
    assert host.start(everything=False)
    host.adopt(number)
    # As `pedell run` follows a run: counting the night's devices takes a while itself.
    while not service.runs.progress(number, 2**62).done:
        time.sleep(LOOK_SECONDS if count <= MANY else SLOW_LOOK_SECONDS)
    wall, used = time.perf_counter() - started, cpu() - spent
    host.stop(Deadline.after(10))
    assert service.runs.show(number, limit=1).run.counts == {"done": count}
    return wall, used


def bare(count: int, work) -> tuple[float, float]:
    started, spent = time.perf_counter(), cpu()
    with ThreadPoolExecutor(64) as pool:
        list(pool.map(work, range(count)))
    return time.perf_counter() - started, cpu() - spent


def journal_alone(service: Service, count: int) -> tuple[float, float, float]:
    """Intent and outcome of `count` attempts from 64 threads, without an engine; seconds, CPU, operations a commit."""
    store = service.around.store
    ticket = str(service.tickets.new("journal").no)
    number = service.runs.submit(RunRequest("noop", "kind=bench", ticket, ACTOR, priority=10)).no
    with store.writing() as connection:
        # One chain for all of them, as one large site would have.
        connection.execute(update(task).where(task.c.run == number).values(shard=1))
    with store.reading() as connection:
        rows = connection.execute(
            select(task.c.no, task.c.device).where(task.c.run == number).limit(count)
        ).all()
        run_id = connection.execute(select(run_table.c.id).where(run_table.c.no == number)).scalar_one()
    journal = Journal(store)
    journal.start()
    ref = ShardRef(number, run_id, 1, 0)
    ref = replace(ref, epoch=journal.claim(Claim(ref, owner="benchmark")))

    def one(row) -> None:
        attempt_id = new_id()
        wish = {
            "id": attempt_id, "task": row.no, "step": "1", "device": row.device, "lock_key": f"device:{row.device}",
            "capability": "bench.act",
            "effect": "repeatable", "risk": 0, "recovery": "repeat", "params": "{}", "hold_until": 0,
        }  # fmt: skip
        journal.intent(Intent(ref, wish, {"attempt": attempt_id, "capability": "bench.act"}, ""))
        journal.put(
            Outcome(
                ref,
                attempt_id,
                ref.epoch,
                "done",
                False,
                0,
                {"happened": "yes"},
                {"attempt": attempt_id, "happened": "yes"},
            )
        )

    started, spent = time.perf_counter(), cpu()
    with ThreadPoolExecutor(64) as pool:
        list(pool.map(one, rows))
    journal.flush(Barrier(ref))
    wall, used = time.perf_counter() - started, cpu() - spent
    per_commit = journal.written / max(1, journal.commits)
    journal.stop(Deadline.after(10))
    service.runs.cancel(number, ACTOR, "benchmark")
    return wall, used, per_commit


def recovery(service: Service, count: int) -> float:
    """Seconds from an engine's start to its first finished device, in a run that another engine left in the middle."""
    ticket = str(service.tickets.new("recovery").no)
    number = service.runs.submit(RunRequest("noop", "kind=bench", ticket, ACTOR, priority=10)).no
    host = service.runs.host()
    assert host.start(everything=False)
    host.adopt(number)
    while service.runs.progress(number, 2**62).finished < count // 20:
        time.sleep(0.01)
    host.stop(Deadline.after(30))
    before = service.runs.progress(number, 2**62).finished
    started = time.perf_counter()
    host = service.runs.host()
    assert host.start(everything=False)
    host.adopt(number)
    while service.runs.progress(number, 2**62).finished <= before:
        time.sleep(0.005)
    seconds = time.perf_counter() - started
    service.runs.cancel(number, ACTOR, "benchmark")
    host.stop(Deadline.after(30))
    return seconds


def line(name: str, count: int, ours: tuple[float, float], base: tuple[float, float]) -> None:
    print(
        f"{name:34} {count:7,}  wall {ours[0]:7.2f} s ({ours[0] / count * 1000:6.3f} ms each)  cpu {ours[1] / count * 1000:6.3f} ms each"
        f"   bare pool: wall {base[0]:6.2f} s  cpu {base[1] / count * 1000:6.3f} ms each"
    )


def main() -> int:
    night = int(sys.argv[1]) if len(sys.argv) > 1 else 90_000
    with tempfile.TemporaryDirectory() as folder:
        service = prepare(folder, night)
        few = 'name~"^d[0-9]{1,4}$"'
        small = min(night, 10_000)
        run(service, "three", 'name~"^d[0-9]{1,2}$"', min(night, 100), 10)  # statements are compiled once
        line("one no-op effect", small, run(service, "noop", few, small, 10), bare(small, lambda n: None))
        line(
            "three steps, one effect",
            small,
            run(service, "three", few, small, 10),
            bare(small, lambda n: None),
        )
        line(
            "one effect of 50 ms",
            small,
            run(service, "slow", few, small, 10),
            bare(small, lambda n: time.sleep(0.05)),
        )
        wall, used, per_commit = journal_alone(service, small)
        each = used / small * 1000
        name = "journal alone: intent and outcome"
        print(
            f"{name:34} {small:7,}  wall {wall:7.2f} s  cpu {each:6.3f} ms each, {per_commit:.0f} operations a commit"
        )
        line(
            "the night: one read each",
            night,
            run(service, "reads", "kind=bench", night, 10),
            bare(night, lambda n: None),
        )
        line(
            "the night: one no-op effect each",
            night,
            run(service, "noop", "kind=bench", night, 10),
            bare(night, lambda n: None),
        )
        print(
            f"recovery: first device {recovery(service, night):.2f} s after the start of an engine, {night:,} devices in the run"
        )
        started = time.perf_counter()
        verified = service.audit.verify()
        assert verified.ok, [str(one) for one in verified.broken[:5]]
        print(f"verify: {verified.events:,} events in {time.perf_counter() - started:.2f} s")
        with service.around.store.reading() as connection:
            attempts = connection.execute(select(func.count()).select_from(attempt)).scalar_one()
            events = connection.execute(select(func.count()).select_from(event)).scalar_one()
        size = sum(f.stat().st_size for f in Path(folder).glob("pedell.db*"))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"store: {attempts:,} attempts, {events:,} events, {size / 1e6:.0f} MB; peak memory {peak:.0f} MB"
        )
        service.around.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
