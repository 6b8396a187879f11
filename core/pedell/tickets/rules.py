"""Rules that propose playbooks for tickets: read, checked, and put together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, ValidationError

from pedell.errors import ConfigError, Finding
from pedell.i18n import Text, t
from pedell.playbooks.document import Document, read
from pedell.tickets.words import Phrase
from pedell.validation import reason


def _readable(text: str) -> str:
    for word in text.split():
        if len(word.strip("*")) < 2 or "*" in word.strip("*"):
            raise ValueError("a word has at least two letters, * only at its beginning or end")
    return text


PhraseText = Annotated[str, Field(min_length=2, max_length=100), AfterValidator(_readable)]
Kind = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Part(BaseModel):
    """Base: frozen, unknown words refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Title(Part):
    """A short text in both languages."""

    en: str = Field(min_length=1, max_length=200)
    de: str = Field(min_length=1, max_length=200)


class Rule(Part):
    """When which playbook is proposed.

    Attributes:
        symptoms: phrases of which one is enough.
        with_device: phrases that count only beside a word for one of the rule's kinds.
        unless: phrases that take the rule out.
        kinds: kinds of device it is about; empty for all in the room.
        weight: of several rules that fit, the heavier one is proposed first.
        auto: run it without being asked; only for playbooks that merely read.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=64)
    title: Title
    symptoms: list[PhraseText] = Field(default=[], max_length=200)
    with_device: list[PhraseText] = Field(default=[], max_length=200)
    unless: list[PhraseText] = Field(default=[], max_length=200)
    kinds: list[Kind] = []
    playbook: str = Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=64)
    inputs: dict[str, JsonValue] = {}
    weight: int = Field(default=50, ge=0, le=100)
    auto: bool = False

    @cached_property
    def phrases(self) -> Mapping[str, tuple[Phrase, ...]]:
        """The three lists of phrases, read."""
        lists = {"symptoms": self.symptoms, "with_device": self.with_device, "unless": self.unless}
        return {name: tuple(map(Phrase.read, texts)) for name, texts in lists.items()}

    @property
    def text(self) -> Text:
        """The title as core carries texts."""
        return Text(self.title.en, self.title.de)


class RuleFile(Part):
    """One file."""

    pedell_rules: Literal[1]
    devices: dict[Kind, list[PhraseText]] = {}
    over: list[PhraseText] = []
    rules: list[Rule] = Field(default=[], max_length=500)


@dataclass(frozen=True)
class Rules:
    """All rules that hold.

    Attributes:
        rules: the rules, the most important file's first.
        devices: phrases that name each kind of device.
        over: phrases that say that the trouble is over.
    """

    rules: tuple[Rule, ...]
    devices: Mapping[str, tuple[Phrase, ...]]
    over: tuple[Phrase, ...]


def shipped() -> str:
    """The rules that come along."""
    return files("pedell.tickets").joinpath("rules.yaml").read_text("utf-8")


def parse(raw: str | bytes, source: str) -> RuleFile:
    """One file's rules; raises ConfigError with line and column of every mistake."""
    document = read(raw, source)
    found = [finding for finding in document.findings if finding.severity == "error"]
    if not found:
        try:
            made = RuleFile.model_validate(document.data)
        except ValidationError as error:
            found = [
                _finding(document, item["loc"], reason(item)) for item in error.errors(include_url=False)
            ]
        else:
            found = _twice(document, made)
            if not found:
                return made
    raise ConfigError(t("mistakes in {path}: {count}", path=source, count=len(found)), findings=found)


def load(paths: Iterable[Path]) -> Rules:
    """The rules of these files and those that come along; raises ConfigError that names every mistake."""
    made: list[RuleFile] = []
    findings: list[Finding] = []
    for path in paths:
        try:
            made.append(parse(path.read_bytes(), str(path)))
        except OSError as error:
            findings.append(Finding(error.strerror or str(error), source=str(path)))
        except ConfigError as error:
            findings.extend(error.findings)
    if findings:
        raise ConfigError(t("the rules have {count} mistakes", count=len(findings)), findings=findings)
    made.append(parse(shipped(), "rules.yaml"))
    return join(made)


def join(made: Sequence[RuleFile]) -> Rules:
    """Files put together: of two rules with one id the first counts, words of devices are added up."""
    rules: dict[str, Rule] = {}
    devices: dict[str, list[Phrase]] = {}
    for file in made:
        for rule in file.rules:
            rules.setdefault(rule.id, rule)
        for kind, texts in file.devices.items():
            devices.setdefault(kind, []).extend(map(Phrase.read, texts))
    return Rules(
        tuple(rules.values()),
        {kind: tuple(phrases) for kind, phrases in devices.items()},
        tuple(Phrase.read(text) for file in made for text in file.over),
    )


def _finding(document: Document, loc: tuple[int | str, ...], message: str) -> Finding:
    known = tuple(part for part in loc if part != "[key]")
    name = ".".join(str(part) for part in known) or document.source
    return document.finding(known, f"{name}: {message}", code="rules")


def _twice(document: Document, made: RuleFile) -> list[Finding]:
    seen: set[str] = set()
    found = []
    for index, rule in enumerate(made.rules):
        if rule.id in seen:
            words = t("there are two rules named {id}", id=rule.id)
            found.append(document.finding(("rules", index, "id"), words, code="rules"))
        if not rule.symptoms and not rule.with_device:
            words = t("rule {id} has no symptoms", id=rule.id)
            found.append(document.finding(("rules", index), words, code="rules"))
        seen.add(rule.id)
    return found
