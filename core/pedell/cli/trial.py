"""A playbook tried out: a virtual school of its own, in memory and a temporary folder, gone afterwards."""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pedell.errors import PedellError, UsageError
from pedell.i18n import t
from pedell.lab.place import Place
from pedell.lab.registration import register
from pedell.lab.school import load
from pedell.lab.secrets import secret_names
from pedell.lab.simulator import FaultKind
from pedell.lab.stage import Stage
from pedell.playbooks.load import read_file
from pedell.service.door import Service
from pedell.settings import Settings

START_SECONDS = 120.0
CALL_SECONDS = 30.0
Run = Callable[[Coroutine[Any, Any, None], float], None]


@dataclass(frozen=True)
class Trial:
    """A service whose devices are simulators, and the playbook that is tried."""

    service: Service
    playbook: str
    stage: Stage
    run: Run

    def misbehave(self, faults: Sequence[str]) -> None:
        """Let every simulator misbehave once in each of these ways; raises UsageError."""
        for word in faults:
            kind, _, request = word.partition(":")
            if kind not in set(FaultKind):
                raise UsageError(
                    t("there is no fault {name}", name=repr(kind[:40])),
                    hint=t("known here: {names}", names=", ".join(FaultKind)),
                )
            self.run(self._misbehave(kind, request), CALL_SECONDS)

    async def _misbehave(self, kind: str, request: str) -> None:
        for role in self.stage.roles.values():
            role.simulator.misbehave(kind, on=request, times=1)

    def effects(self) -> Mapping[str, Mapping[str, int]]:
        """What reached each simulator, by its name."""
        found = {name: dict(role.simulator.counts()) for name, role in self.stage.roles.items()}
        return {name: counts for name, counts in found.items() if counts}


@contextmanager
def trial(settings: Settings, name: str) -> Iterator[Trial]:
    """Start the school, register its devices in an inventory of their own, and end all of it for certain.

    `name` is a playbook's id or file; a file counts before what is installed. Raises PedellError.
    """
    with TemporaryDirectory(prefix="pedell-trial-") as folder, _loop() as run:
        data = Path(folder)
        kept = {"data": data, "database": "", "tickets": {}, "rules": []}
        service = Service(settings.model_copy(update=kept))
        playbook = _playbook(service, name, data / "playbooks")
        place = Place(data)
        place.folder.mkdir(mode=0o700)
        school = load(sites=1)
        stage = Stage(_simulators(service), place.effects)
        try:
            run(stage.start(school, place.make_secrets(secret_names(school)), {}), START_SECONDS)
            register(service, school, stage)
            yield Trial(service, playbook, stage, run)
        finally:
            run(stage.stop(), CALL_SECONDS)
            service.around.close()


def _playbook(service: Service, name: str, folder: Path) -> str:
    folder.mkdir()
    if "/" not in name and not name.endswith((".yaml", ".yml")):
        return service.playbooks.get(name).id
    loaded = read_file(Path(name)).usable()
    shutil.copyfile(name, folder / "tried.yaml")
    service.playbooks.prefer(folder)
    return loaded.id


def _simulators(service: Service) -> Any:
    try:
        return service.around.plugins.simulators
    except ImportError as error:
        raise PedellError(
            t("the simulators need more packages: {error}", error=error), hint="pip install 'pedell[lab]'"
        ) from error


@contextmanager
def _loop() -> Iterator[Run]:
    """An event loop in a thread, for simulators."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="simulators", daemon=True)
    thread.start()

    def run(work: Coroutine[Any, Any, None], seconds: float) -> None:
        asyncio.run_coroutine_threadsafe(work, loop).result(seconds)

    try:
        yield run
    finally:
        run(_rest(), CALL_SECONDS)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(CALL_SECONDS)
        loop.close()


async def _rest() -> None:
    left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
