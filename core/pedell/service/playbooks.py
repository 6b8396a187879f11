"""Playbooks at the service's door: what there is, what it does, what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pedell.drivers.capability import Risk
from pedell.errors import Finding, PlaybookError
from pedell.i18n import t
from pedell.playbooks.catalogue import Catalogue, Stamp
from pedell.playbooks.explain import explain
from pedell.playbooks.expressions import Expressions
from pedell.playbooks.lint import lint
from pedell.playbooks.load import LoadedPlaybook, Reading, read_file
from pedell.playbooks.risk import worst
from pedell.service.base import Surroundings

BEARABLE = frozenset(
    {"no-proof", "unknown-name", "unknown-field", "repeats-once", "unknown-kind", "wrong-default"}
)
"""Mistakes with which a playbook still runs, be it only to the step that has one."""


@dataclass(frozen=True)
class Judged:
    """What the linter says of one playbook. `id` is empty where the file does not tell one."""

    id: str
    source: str
    findings: tuple[Finding, ...]

    def count(self, severity: str) -> int:
        """How many findings of a severity: `error` or `warning`."""
        return sum(finding.severity == severity for finding in self.findings)


class PlaybooksService:
    """Reads the playbooks of plugins and settings, and again what has changed."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._first: tuple[Path, ...] = ()
        self._read: tuple[Stamp, Catalogue] | None = None

    def prefer(self, folder: Path) -> None:
        """Look into this folder before all others; to be said before the first look."""
        self._first = (folder,)

    @property
    def catalogue(self) -> Catalogue:
        """All playbooks: plugins' folders first, then the settings'; read again when a file has changed."""
        around = self._around
        fresh = Catalogue([*self._first, *around.plugins.playbook_folders, *around.settings.playbooks])
        stamp = fresh.stamp()
        if self._read is None or self._read[0] != stamp:
            self._read = (stamp, fresh)
        return self._read[1]

    @cached_property
    def expressions(self) -> Expressions:
        """Evaluates expressions; shared."""
        return Expressions()

    def all(self) -> Sequence[LoadedPlaybook]:
        """The usable playbooks by id."""
        return list(self.catalogue.playbooks.values())

    def get(self, name: str) -> LoadedPlaybook:
        """One playbook; raises NotFoundError or PlaybookError."""
        return self.catalogue.get(name)

    def sound(self, name: str) -> LoadedPlaybook:
        """One playbook that can run; raises NotFoundError, or PlaybookError with all mistakes that the linter finds."""
        reading = self._reading(name, files=False)
        mistakes = [finding for finding in self._judge(reading).findings if finding.severity == "error"]
        if any(finding.code not in BEARABLE for finding in mistakes):
            raise PlaybookError(
                t("mistakes in {source}: {count}", source=reading.document.source, count=len(mistakes)),
                findings=mistakes,
            )
        return reading.usable()

    def risk(self, loaded: LoadedPlaybook) -> Risk | None:
        """The worst that it may do, sub-playbooks included; None where that is not known."""
        try:
            parts = self.catalogue.parts(loaded).values()
        except PlaybookError:
            return None
        return worst(parts, self._around.plugins.capabilities)

    def explain(self, loaded: LoadedPlaybook) -> list[str]:
        """Its steps in plain words."""
        return explain(loaded.playbook, self._around.plugins.capabilities)

    def lint(self, names: Sequence[str]) -> list[Judged]:
        """Lint files (a path, or a name that ends in .yaml or .yml) and ids; without names, all there are.

        Raises NotFoundError for an id that does not exist.
        """
        if not names:
            return [self._judge(reading) for reading in self.catalogue.readings]
        return [self._judge(self._reading(name)) for name in names]

    def _reading(self, name: str, *, files: bool = True) -> Reading:
        catalogue = self.catalogue
        if files and ("/" in name or name.endswith((".yaml", ".yml"))):
            return read_file(Path(name))
        for reading in catalogue.readings:
            if reading.loaded is None and name in (Path(reading.document.source).stem, _id(reading)):
                return reading
        loaded = catalogue.get(name)
        return next(reading for reading in catalogue.readings if reading.loaded is loaded)

    def _judge(self, reading: Reading) -> Judged:
        found = list(lint(reading, self._around.plugins, self.catalogue, self.expressions))
        found += [
            finding
            for finding in self.catalogue.findings
            if finding.code == "double-id" and finding.source == reading.document.source
        ]
        return Judged(reading.loaded.id if reading.loaded else "", reading.document.source, tuple(found))


def _id(reading: Reading) -> object:
    data = reading.document.data
    return data.get("id") if isinstance(data, dict) else None
