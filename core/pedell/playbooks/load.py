"""Playbooks from files: read, validated, hashed; every mistake is reported, none hides another."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from pedell.errors import Finding, PlaybookError
from pedell.i18n import t
from pedell.playbooks import document as documents
from pedell.playbooks.document import Document
from pedell.playbooks.mistakes import findings
from pedell.playbooks.model import Playbook


@dataclass(frozen=True)
class LoadedPlaybook:
    """A playbook and where it came from.

    Attributes:
        source: its text, as it is kept beside the run. hash: SHA-256 over that text.
        path: the file; None for one from the store.
        document: the text as data with places, for the linter.
    """

    playbook: Playbook
    source: str
    hash: str
    path: Path | None = None
    document: Document = field(default_factory=lambda: Document(""), repr=False, compare=False)

    @property
    def id(self) -> str:
        """The playbook's id."""
        return self.playbook.id


@dataclass(frozen=True)
class Reading:
    """What came of reading one text: a playbook, or mistakes; warnings in both cases."""

    document: Document
    findings: tuple[Finding, ...]
    loaded: LoadedPlaybook | None = None

    def usable(self) -> LoadedPlaybook:
        """The playbook; raises PlaybookError with all mistakes."""
        if self.loaded is None:
            mistakes = [finding for finding in self.findings if finding.severity == "error"]
            raise PlaybookError(
                t("mistakes in {source}: {count}", source=self.document.source, count=len(mistakes)),
                findings=mistakes,
            )
        return self.loaded


def fingerprint(source: str) -> str:
    """A playbook's hash: SHA-256 over its canonical text."""
    return hashlib.sha256(source.encode()).hexdigest()


def read_text(raw: bytes | str, source: str, path: Path | None = None) -> Reading:
    """Read a playbook's text; `source` names it in findings. Never raises."""
    document = documents.read(raw, source)
    found = list(document.findings)
    if document.data is None and not document.broken:
        found.append(document.finding((), t("the file is empty"), code="missing"))
    elif document.data is not None and not isinstance(document.data, dict):
        found.append(document.finding((), t("a playbook must hold words with values"), code="wrong-value"))
    elif document.data is not None:
        try:
            playbook = Playbook.model_validate(document.data)
        except ValidationError as error:
            found += findings(document, error.errors(include_url=False))
        else:
            if not document.broken:
                text = documents.canonical(raw)
                loaded = LoadedPlaybook(playbook, text, fingerprint(text), path, document)
                return Reading(document, tuple(found), loaded)
    return Reading(document, tuple(sorted(found, key=_order)))


def read_file(path: Path) -> Reading:
    """Read a file; never raises."""
    try:
        with path.open("rb") as file:
            raw = file.read(documents.SIZE + 1)
    except OSError as error:
        document = Document(str(path))
        reason = error.strerror or str(error)
        return Reading(
            document,
            (Finding(t("the file cannot be read: {reason}", reason=reason), str(path), code="file"),),
        )
    return read_text(raw, str(path), path)


def load_text(raw: bytes | str, source: str) -> LoadedPlaybook:
    """A playbook from text, such as one that a run has pinned; raises PlaybookError with all mistakes."""
    return read_text(raw, source).usable()


def _order(finding: Finding) -> tuple[int, int]:
    return finding.line or 0, finding.column or 0
