"""An inventory of simulated displays, and an engine for it."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import pedell_playbooks.plugin
from sqlalchemy import insert

from pedell.drivers.api import Deadline
from pedell.hooks.api import hookimpl
from pedell.hooks.plugins import Plugins
from pedell.model.actor import Actor, VerifiedBy
from pedell.service.door import Service
from pedell.service.runs import RunRequest
from pedell.settings import load
from pedell.store.database import new_id
from pedell.store.tables.inventory import device, site
from pedell_whiteboards import plugin
from tests.whiteboards.displays import Display

ACTOR = Actor("person", "os:1", VerifiedBy.OS, name="tester", uid=1)


def quick_playbooks(folder: Path) -> ModuleType:
    """A plugin with the shipped playbooks, their pauses a tenth of a second: simulators need no more."""
    folder.mkdir(parents=True)
    for file in Path(pedell_playbooks.plugin.__file__).parent.glob("*.yaml"):
        text = re.sub(r"\b(wait|every|backoff): [1-5]s\b", r"\1: 100ms", file.read_text("utf-8"))
        (folder / file.name).write_text(text, "utf-8")
    made = ModuleType("quick_playbooks")
    made.PEDELL_API = 1  # type: ignore[attr-defined]
    made.pedell_playbook_folders = hookimpl(lambda: [folder], specname="pedell_playbook_folders")  # type: ignore[attr-defined]
    return made


class School:
    """One site; `run` is the engine until the run has ended."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.service = Service(load({"PEDELL_DATA": str(data)}))
        self.service.around.__dict__["plugins"] = Plugins(
            (), {"whiteboards": plugin, "playbooks": quick_playbooks(data / "quick-playbooks")}
        )
        with self.service.around.store.writing() as connection:
            row = connection.execute(
                insert(site).values(id=new_id(), slug="bb", name="BB").returning(site.c.no)
            )
            self.site = row.scalar_one()

    def add(self, name: str, display: Display, **more: Any) -> None:
        target = display.target
        with self.service.around.store.writing() as connection:
            connection.execute(
                insert(device).values(
                    id=new_id(), name=name, kind=target.kind, site=self.site, driver=target.driver,
                    address=target.address, options=json.dumps(dict(target.options)), **{"mac": target.mac, **more},
                )
            )  # fmt: skip

    def run(self, selector: str, playbook: str = "reset-whiteboard", **inputs: Any) -> Any:
        request = RunRequest(playbook, selector, "new", ACTOR, inputs=inputs)
        return self.work(self.service.runs.submit(request).no)

    def work(self, number: int) -> Any:
        """Be the engine until the run has ended."""
        runs = self.service.runs
        host = runs.host()
        assert host.start(everything=False)
        try:
            host.adopt(number)
            until = time.monotonic() + 120
            while time.monotonic() < until and not runs.progress(number).done:
                time.sleep(0.02)
            return runs.show(number, limit=1000)
        finally:
            assert host.stop(Deadline.after(60))


def states(detail: Any) -> dict[str, tuple[str, str]]:
    return {row.device: (row.state, row.why) for row in detail.tasks}
