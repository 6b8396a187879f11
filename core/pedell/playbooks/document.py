"""YAML as data with places: every value knows its line and column.

Read by the rules of YAML 1.2, so that `on:` is a key and `no` a text; without tags, anchors and aliases;
bounded in size, depth and number of values. What is wrong is collected, not raised.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn, Protocol

import yaml
from yaml.composer import Composer
from yaml.resolver import Resolver

from pedell.errors import Finding
from pedell.i18n import t

SIZE = 256 * 1024
DEPTH = 40
VALUES = 20_000

Path = tuple[str | int, ...]
Data = str | int | float | bool | list["Data"] | dict[str, "Data"] | None

_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"[-+]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]{1,2})?")
_WORDS = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NORWAY = frozenset({"yes", "no", "on", "off", "y", "n"})
_NUMBERLIKE = re.compile(
    r"0[0-9_]+|0[xob][0-9a-fA-F_]+|[0-9]+(?:_[0-9]+)+|[0-9]+(?::[0-5]?[0-9])+(?:\.[0-9]*)?"
)


class _Mark(Protocol):
    """A position as PyYAML's parser gives it, counted from 0."""

    @property
    def line(self) -> int: ...

    @property
    def column(self) -> int: ...


@dataclass(frozen=True)
class Place:
    """Line and column, counted from 1."""

    line: int
    column: int


@dataclass
class Document:
    """A YAML document.

    Attributes:
        source: the file, as findings name it.
        data: the whole as plain data; None where it cannot be read at all.
        places: where each value begins. `keys`: where the key of each value of a mapping begins.
        findings: what is wrong with the YAML itself.
    """

    source: str
    data: Data = None
    places: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @property
    def broken(self) -> bool:
        """Whether something is wrong that is more than a warning."""
        return any(finding.severity == "error" for finding in self.findings)

    def place(self, path: Path, *, key: bool = False) -> Place:
        """Where the value (or its key) stands; for what is missing, where its parent stands."""
        while path not in self.places and path:
            path = path[:-1]
            key = False
        return (self.keys.get(path) if key else None) or self.places.get(path, Place(1, 1))

    def finding(
        self,
        path: Path,
        message: str,
        *,
        code: str,
        hint: str = "",
        severity: str = "error",
        key: bool = False,
    ) -> Finding:
        """A finding at a path."""
        at = self.place(path, key=key)
        return Finding(message, self.source, at.line, at.column, hint, code, severity)

    def at(self, path: Path) -> Data:
        """The value at a path; None where there is none."""
        value = self.data
        for part in path:
            if isinstance(value, dict) and isinstance(part, str):
                value = value.get(part)
            elif isinstance(value, list) and isinstance(part, int) and part < len(value):
                value = value[part]
            else:
                return None
        return value


class _UnreadableError(Exception):
    def __init__(self, message: str, line: int | None, column: int | None, hint: str = "") -> None:
        super().__init__(message)
        self.finding = (message, line, column, hint)


def read(raw: bytes | str, source: str) -> Document:
    """Read one YAML document; never raises, `findings` say what is wrong."""
    document = Document(source)
    try:
        text = _decode(raw)
        node = _compose(text)
        document.data = _Builder(document).build(node, ()) if node is not None else None
    except _UnreadableError as error:
        message, line, column, hint = error.finding
        document.findings.append(Finding(message, source, line, column, hint, "yaml"))
    return document


def canonical(raw: bytes | str) -> str:
    """The text as it is kept and hashed: UTF-8 without byte order mark, lines ended by one LF."""
    text = raw.decode("utf-8-sig", "replace") if isinstance(raw, bytes) else raw.removeprefix("\ufeff")
    return "\n".join(text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")) + "\n"


def _decode(raw: bytes | str) -> str:
    size = len(raw) if isinstance(raw, bytes) else len(raw.encode("utf-8", "surrogatepass"))
    if size > SIZE:
        raise _UnreadableError(
            t("the file has {size} bytes, allowed are {limit}", size=size, limit=SIZE), None, None
        )
    if isinstance(raw, bytes):
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            before = raw[: error.start]
            column = error.start - (before.rfind(b"\n") + 1) + 1
            raise _UnreadableError(
                t("the file is not UTF-8"), before.count(b"\n") + 1, column, t("save it as UTF-8")
            ) from None
    return raw.removeprefix("\ufeff")


def _fail(message: str, mark: _Mark | None, hint: str = "") -> NoReturn:
    raise _UnreadableError(message, mark.line + 1 if mark else None, mark.column + 1 if mark else None, hint)


class _Composer(Composer, Resolver):
    """Composes what was looked at, so that no text is read twice."""

    def __init__(self, events: list[yaml.Event]) -> None:
        Composer.__init__(self)
        Resolver.__init__(self)
        self._left = events[::-1]

    def check_event(self, *kinds: type[yaml.Event]) -> bool:
        """Whether the next one is of these kinds."""
        return bool(self._left) and (not kinds or isinstance(self._left[-1], kinds))

    def peek_event(self) -> yaml.Event:
        """The next one, which stays."""
        return self._left[-1]

    def get_event(self) -> yaml.Event:
        """The next one."""
        return self._left.pop()


def _compose(text: str) -> yaml.Node | None:
    """The tree of nodes, after a flat look at the events: composing itself is recursive and unbounded."""
    depth = count = documents = 0
    events: list[yaml.Event] = []
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            events.append(event)
            count += 1
            if count > VALUES:
                _fail(t("the file holds more than {count} values", count=VALUES), event.start_mark)
            if isinstance(event, yaml.AliasEvent):
                _fail(t("aliases (*name) are not used here"), event.start_mark, t("write the value out"))
            if isinstance(event, yaml.NodeEvent) and event.anchor:
                _fail(t("anchors (&name) are not used here"), event.start_mark, t("write the value out"))
            if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag is not None:
                _fail(t("tags (!name) are not used here"), event.start_mark, t("leave it away"))
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    _fail(t("one document is expected, here a second one begins"), event.start_mark)
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > DEPTH:
                    _fail(t("nested too deeply"), event.start_mark)
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
        return _Composer(events).get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = error.problem or error.context or ""
        if "'\\t'" in problem:
            _fail(t("a tab cannot indent"), mark, t("use spaces"))
        if "mapping values are not allowed" in problem:
            _fail(t("a colon is not expected here"), mark, t("put texts with a colon in quotes"))
        if "could not find expected ':'" in problem:
            _fail(t("a colon is missing"), mark)
        if "expected <block end>" in problem:
            _fail(t("this line is indented differently from its neighbours"), mark)
        _fail(problem, mark)
    except yaml.reader.ReaderError as error:
        before = text[: error.position] if isinstance(error.position, int) else ""
        character = (
            error.character if isinstance(error.character, int) else ord(str(error.character)[:1] or "\0")
        )
        raise _UnreadableError(
            t("the character {code} is not allowed", code=f"U+{character:04X}"),
            before.count("\n") + 1,
            len(before) - (before.rfind("\n") + 1) + 1,
        ) from None
    except (
        ValueError,
        ArithmeticError,
        RecursionError,
    ) as error:  # PyYAML lets some through, such as chr() of a wild escape
        raise _UnreadableError(str(error)[:200], None, None) from None


class _Builder:
    """Makes plain data of nodes and notes where everything stands."""

    def __init__(self, document: Document) -> None:
        self.document = document

    def build(self, node: yaml.Node, path: Path) -> Data:
        self.document.places[path] = Place(node.start_mark.line + 1, node.start_mark.column + 1)
        if isinstance(node, yaml.MappingNode):
            return dict(self._pairs(node, path))
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*path, index)) for index, item in enumerate(node.value)]
        assert isinstance(node, yaml.ScalarNode)
        return self._scalar(node, path)

    def _pairs(self, node: yaml.MappingNode, path: Path) -> Iterator[tuple[str, Data]]:
        seen: dict[str, Place] = {}
        for key, value in node.value:
            at = Place(key.start_mark.line + 1, key.start_mark.column + 1)
            if not isinstance(key, yaml.ScalarNode) or not key.value:
                self._complain(at, t("a key must be a word"), "yaml-key")
                continue
            name = str(key.value)
            if name in seen:
                self._complain(
                    at,
                    t("{name} is given twice", name=f"`{name[:80]}`"),
                    "yaml-duplicate",
                    hint=t("the first one is in line {line}", line=seen[name].line),
                )
                continue
            seen[name] = at
            self.document.keys[(*path, name)] = at
            yield name, self.build(value, (*path, name))

    def _scalar(self, node: yaml.ScalarNode, path: Path) -> Data:
        text = str(node.value)
        if node.style is not None:
            return text
        if text in _WORDS:
            return None
        if text in _TRUTH:
            return _TRUTH[text]
        if _INTEGER.fullmatch(text):
            return int(text)
        if _FLOAT.fullmatch(text) and not text.lstrip("+-").isdigit():
            return float(text)
        if text.lower() in _NORWAY or _NUMBERLIKE.fullmatch(text):
            self._complain(
                self.document.places[path],
                t("{text} is read as a text here", text=f"`{text[:40]}`"),
                "yaml-text",
                hint=t("put it in quotes, or write true, false or a plain number"),
                severity="warning",
            )
        return text

    def _complain(self, at: Place, message: str, code: str, hint: str = "", severity: str = "error") -> None:
        self.document.findings.append(
            Finding(message, self.document.source, at.line, at.column, hint, code, severity)
        )
