"""All playbooks by id: those of the plugins' folders, then those of the settings' folders.

A broken file is reported and the others work. The first file of an id has it; a later one is reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path

from pedell.errors import Finding, NotFoundError, PlaybookError
from pedell.i18n import t
from pedell.playbooks.document import Data
from pedell.playbooks.load import LoadedPlaybook, Reading, read_file
from pedell.playbooks.model import AnyStep, Block, Play

Stamp = tuple[tuple[str, int, int], ...]
FILES = 2000
LEVELS = 5


class Catalogue:
    """Playbooks of some folders; read on first use and kept."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self.folders = tuple(folders)

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """Every file, usable or not."""
        return tuple(read_file(path) for path in self._files)

    @cached_property
    def playbooks(self) -> Mapping[str, LoadedPlaybook]:
        """The usable ones by id, sorted."""
        found: dict[str, LoadedPlaybook] = {}
        for reading in self.readings:
            if reading.loaded is not None:
                found.setdefault(reading.loaded.id, reading.loaded)
        return dict(sorted(found.items()))

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong with the folders and files, broken YAML and double ids included."""
        found = [
            Finding(t("there is no folder {path}", path=folder), code="file")
            for folder in self.folders
            if not folder.is_dir()
        ]
        for reading in self.readings:
            found += reading.findings
            if reading.loaded is None:
                continue
            first = self.playbooks[reading.loaded.id]
            if first is not reading.loaded:
                found.append(
                    reading.document.finding(
                        ("id",),
                        t("the id {name} is taken", name=f"`{reading.loaded.id}`"),
                        code="double-id",
                        hint=t("{path} has it; give this one another", path=first.path),
                    )
                )
        return tuple(found)

    @cached_property
    def _files(self) -> Sequence[Path]:
        found: list[Path] = []
        for folder in self.folders:
            if folder.is_dir():
                found += sorted(
                    path for path in folder.iterdir() if path.suffix in {".yaml", ".yml"} and path.is_file()
                )
        return found[:FILES]

    def stamp(self) -> Stamp:
        """What the files look like from outside; another one means that something has changed."""
        found = []
        for path in self._files:
            with suppress(OSError):
                state = path.stat()
                found.append((str(path), state.st_mtime_ns, state.st_size))
        return tuple(found)

    def get(self, name: str) -> LoadedPlaybook:
        """The playbook; raises NotFoundError, or PlaybookError where its file is broken."""
        if name in self.playbooks:
            return self.playbooks[name]
        for reading in self.readings:
            if reading.loaded is None and name in {
                _id(reading.document.data),
                Path(reading.document.source).stem,
            }:
                reading.usable()
        near = get_close_matches(name, list(self.playbooks), 1)
        raise NotFoundError(
            t("there is no playbook {name}", name=name),
            hint=t("did you mean {name}?", name=near[0]) if near else t("see 'pedell playbooks list'"),
        )

    def parts(self, top: LoadedPlaybook) -> Mapping[str, LoadedPlaybook]:
        """All playbooks that `top` plays, itself included, by id: what a run pins.

        Raises PlaybookError where one is missing, plays itself, or is more than five levels deep.
        """
        found: dict[str, LoadedPlaybook] = {}
        self._collect(top, (), found)
        return found

    def _collect(
        self, loaded: LoadedPlaybook, above: tuple[str, ...], found: dict[str, LoadedPlaybook]
    ) -> None:
        chain = (*above, loaded.id)
        if loaded.id in above:
            raise PlaybookError(t("a playbook plays itself: {chain}", chain=" → ".join(chain)))
        if len(chain) > LEVELS:
            raise PlaybookError(
                t(
                    "playbooks play each other more than {count} levels deep: {chain}",
                    count=LEVELS,
                    chain=" → ".join(chain),
                )
            )
        found[loaded.id] = loaded
        for name in plays(loaded.playbook.steps):
            try:
                inner = self.get(name)
            except NotFoundError as error:
                raise PlaybookError(
                    t("{playbook} plays {name}, which does not exist", playbook=loaded.id, name=name),
                    hint=error.hint,
                ) from error
            self._collect(inner, chain, found)


def plays(steps: Iterable[AnyStep]) -> list[str]:
    """Ids of the playbooks that the steps play."""
    found: list[str] = []
    for step in steps:
        if isinstance(step, Play):
            found.append(step.play)
        elif isinstance(step, Block):
            found += plays([*step.block, *step.rescue, *step.always])
    return list(dict.fromkeys(found))


def _id(data: Data) -> object:
    return data.get("id") if isinstance(data, dict) else None
