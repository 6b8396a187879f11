"""Configurations of devices, at the service's door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pedell.configs.history import History, Revision, Subject
from pedell.errors import NotFoundError
from pedell.i18n import t
from pedell.service.base import Surroundings
from pedell.service.inventory import InventoryService


@dataclass(frozen=True)
class Shown:
    """One version, the one to compare it with, and its text or what changed."""

    name: str
    revision: Revision
    before: Revision | None
    text: str


class ConfigsService:
    """Look at what `network.backup_config` and its like have stored. Raises NotFoundError."""

    def __init__(self, around: Surroundings, inventory: InventoryService) -> None:
        self._around = around
        self._inventory = inventory

    def versions(self, reference: str, limit: int = 0) -> tuple[str, list[Revision]]:
        """A device's name, and its versions, newest first."""
        history, subject = self._of(reference)
        history.chosen(subject)
        return subject.name, history.revisions(subject, limit)

    def text(self, reference: str, rev: str = "", at: datetime | None = None) -> Shown:
        """A version's whole text: the newest, the one named, or the one that held at a moment."""
        history, subject = self._of(reference)
        new, old = history.chosen(subject, rev, at)
        if at is not None:
            if old is None:
                raise NotFoundError(
                    t("there was no copy of the configuration of {name} yet", name=subject.name)
                )
            new, old = old, None
        return Shown(subject.name, new, old, history.text(new))

    def diff(self, reference: str, rev: str = "", since: datetime | None = None) -> Shown:
        """What changed in a version, or since a moment."""
        history, subject = self._of(reference)
        new, old = history.chosen(subject, rev, since)
        return Shown(subject.name, new, old, history.diff(new, old))

    def _of(self, reference: str) -> tuple[History, Subject]:
        facts = self._inventory.device(reference).facts
        return History(self._around.settings.data), Subject(facts.id, facts.name, facts.site)
