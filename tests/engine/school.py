"""A store with gadgets, and the service on it."""

from __future__ import annotations

import time
from pathlib import Path

from sqlalchemy import insert, select

from pedell.drivers.deadline import Deadline
from pedell.hooks.plugins import Plugins
from pedell.model.actor import Actor, VerifiedBy
from pedell.service.door import Service
from pedell.service.runs import RunRequest
from pedell.settings import load
from pedell.store.database import new_id
from pedell.store.tables.inventory import device, site
from tests.engine import gadget

PATIENCE = 60.0
"""Seconds to wait for what certainly comes, on a machine that has others to serve as well."""
ACTOR = Actor("person", "os:1", VerifiedBy.OS, name="tester", uid=1)
HEAD = "pedell: 1\nid: {id}\ntitle: {{en: Test, de: Test}}\ndescription: {{en: Test, de: Test}}\ntargets: {{{targets}}}\n{more}steps:\n"


def settled(progress) -> bool:
    """Whether only a person can wake the run. While its engine has not said so, whoever is ready may yet begin."""
    begins = progress.state == "open" and progress.counts.get("ready")
    return progress.resting and not (begins or progress.counts.get("waiting") or progress.polled)


def open_service(data: Path) -> Service:
    service = Service(load({"PEDELL_DATA": str(data), "PEDELL_THREADS": "16"}))
    service.around.__dict__["plugins"] = Plugins(modules={"gadget": gadget})
    return service


class School:
    """Writes playbooks, adds gadgets, runs."""

    def __init__(self, data: Path, port: int, database: str = "") -> None:
        """`database` is the setting of that name; without it the store is in the data folder."""
        self.data = data
        self.port = port
        self.database = database or f"sqlite:///{data / 'pedell.db'}"
        (data / "books").mkdir(parents=True, exist_ok=True)
        config = data / "pedell.toml"
        if not config.exists():
            config.write_text(f'playbooks = ["books"]\ndatabase = "{self.database}"\n')
        self.service = open_service(data)

    def gadgets(self, count: int, sites: int = 1, **more) -> list[str]:
        names = [f"g{n}" for n in range(count)]
        with self.service.around.store.writing() as connection:
            for n in range(sites):
                if connection.execute(select(site.c.no).where(site.c.slug == f"s{n}")).first() is None:
                    connection.execute(insert(site).values(id=new_id(), slug=f"s{n}", name=f"S{n}"))
            numbers = dict(connection.execute(select(site.c.slug, site.c.no)).all())
            for i, name in enumerate(names):
                connection.execute(
                    insert(device).values(
                        id=new_id(), name=name, kind="gadget", site=numbers[f"s{i % sites}"], driver="gadget",
                        address=f"{self.port}/{name}", serial=more.get("serial", f"SN-{name}"),
                    )
                )  # fmt: skip
        return names

    def book(self, name: str, steps: str, more: str = "", targets: str = "kind: [gadget]") -> None:
        head = HEAD.format(id=name, more=more, targets=targets)
        (self.data / "books" / f"{name}.yaml").write_text(head + steps)
        self.service.playbooks.__dict__.pop("catalogue", None)

    def submit(self, book: str, selector: str = "kind=gadget", ticket: str = "new", **more) -> int:
        return self.service.runs.submit(RunRequest(book, selector, ticket, ACTOR, **more)).no

    def run(self, book: str, selector: str = "kind=gadget", seconds: float = PATIENCE, **more):
        number = self.submit(book, selector, **more)
        return self.work(number, seconds)

    def work(self, number: int, seconds: float = PATIENCE, until=None):
        """Be the engine until the run has ended or rests; returns its detail."""
        host = self.service.runs.host()
        # A database server takes a moment to notice that the engine before was killed.
        deadline = Deadline.after(PATIENCE)
        while not host.start(everything=False):
            assert not deadline.passed(), "somebody else is the engine"
            time.sleep(0.05)
        try:
            host.adopt(number)
            return self.wait(number, seconds, until)
        finally:
            assert host.stop(Deadline.after(PATIENCE))

    def wait(self, number: int, seconds: float = PATIENCE, until=None):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            progress = self.service.runs.progress(number)
            if until(progress) if until else progress.done or settled(progress):
                return self.service.runs.show(number, limit=10_000)
            time.sleep(0.02)
        raise AssertionError(
            f"run {number} did not come to rest: {self.service.runs.show(number).document()}"
        )

    def close(self) -> None:
        self.service.around.close()
