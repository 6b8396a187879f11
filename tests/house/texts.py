"""Finds every text that people see, by reading the source."""

from __future__ import annotations

import ast
import errno
import os
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Literal, get_args, get_origin

from pydantic import BaseModel

from pedell.hooks.plugins import Plugins
from tests.house.tree import CORE, ROOT, modules

# Functions whose first or second word is a command's help.
COMMAND_MAKERS = {"make", "command", "Group", "group", "LazyGroup"}
# Here texts pass through that were written elsewhere.
PASSING = {CORE / "i18n.py", CORE / "cli/base.py"}


@dataclass(frozen=True)
class Found:
    """A text and where it stands; None where it is not written out."""

    text: str | None
    place: str


def _literal(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _texts(tree: ast.AST, path: Path) -> Iterator[Found]:
    in_cli = path.is_relative_to(CORE / "cli")
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        place = f"{path.relative_to(ROOT)}:{node.lineno}"
        called = _name(node.func)
        if called == "t" and node.args and isinstance(node.func, ast.Name):
            yield Found(_literal(node.args[0]), place)
        elif called == "tr" and len(node.args) > 1:
            yield Found(_literal(node.args[1]), place)
        elif in_cli:
            if called in COMMAND_MAKERS and len(node.args) > 1:
                yield Found(_literal(node.args[1]), place)
            for keyword in node.keywords:
                if keyword.arg == "help" and _literal(keyword.value):
                    yield Found(_literal(keyword.value), place)


def _table(tree: ast.AST, path: Path) -> Iterator[Found]:
    """The lines of the top-level commands."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.AnnAssign)
            and _name(node.target) == "COMMANDS"
            and isinstance(node.value, ast.Dict)
        ):
            for value in node.value.values:
                assert isinstance(value, ast.Tuple)
                yield Found(_literal(value.elts[1]), f"{path.relative_to(ROOT)}:{value.lineno}")


@cache
def parsed() -> dict[Path, ast.Module]:
    """Every shipped module's syntax tree."""
    return {path: ast.parse(path.read_text("utf-8")) for _, path in modules()}


@cache
def shown() -> list[Found]:
    """Every text in the source that people see."""
    return [
        found
        for path, tree in parsed().items()
        if path not in PASSING
        for found in (*_texts(tree, path), *_table(tree, path))
    ]


# What is raised with these is written down in English, filled in, and found again by its pattern (i18n.said).
TROUBLE = {"DeviceError", "IdentityError"}


def template(node: ast.expr) -> str | None:
    """A string or f-string as a sentence with placeholders; None for anything else.

    A placeholder is called as what is filled in: a name, an attribute's or a function's last word.
    """
    if (text := _literal(node)) is not None:
        return text.replace("{", "{{").replace("}", "}}")
    if not isinstance(node, ast.JoinedStr):
        return None
    out, seen = "", Counter[str]()
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            name = _filled(part.value)
            seen[name] += 1
            out += f"{{{name}{seen[name] if seen[name] > 1 else ''}}}"
        else:
            out += _literal(part) or ""
    return out


def _filled(node: ast.expr) -> str:
    while True:
        match node:
            case ast.Call(
                func=ast.Attribute(attr="join" | "get" | "strip" | "lower" | "replace"), args=[first, *_]
            ):
                node = first
            case ast.Call(func=ast.Attribute(value=inner)):
                node = inner
            case ast.Call(args=[first, *_]):
                node = first
            case ast.Subscript(value=inner) | ast.Attribute(value=ast.Call() as inner):
                node = inner
            case ast.BoolOp(values=[first, *_]):
                node = first
            case ast.Name(id=name) | ast.Attribute(attr=name):
                return name.strip("_").lower() or "value"
            case _:
                return "value"


def _says(text: str) -> bool:
    """Whether a sentence says something itself, and not only what is filled in."""
    return any(character.isalpha() for character in re.sub(r"\{\w*\}", "", text))


def troubles() -> list[Found]:
    """Every message and hint of an error that a device or a driver raises, as a sentence with placeholders."""
    found = []
    for path, tree in parsed().items():
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and _name(node.func) in TROUBLE):
                continue
            message = node.args[0 if _name(node.func) == "IdentityError" else 1 :][:1]
            hints = [keyword.value for keyword in node.keywords if keyword.arg == "hint"]
            place = f"{path.relative_to(ROOT)}:{node.lineno}"
            texts = (template(each) for each in [*message, *hints])
            found += [Found(text, place) for text in texts if text and _says(text)]
    return found


def proved() -> dict[str, str]:
    """Every word that a proof may show: names of results' fields, and words that can stand in them; and where from."""
    found: dict[str, str] = {}

    def take(kind: object, place: str) -> None:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            for name, field in kind.model_fields.items():
                found.setdefault(name, place)
                take(field.annotation, place)
        elif isinstance(kind, type) and issubclass(kind, StrEnum):
            found.update((word.value, place) for word in kind)
        elif get_origin(kind) is Literal:
            found.update((word, place) for word in get_args(kind) if isinstance(word, str))
        else:
            for each in get_args(kind):
                take(each, place)

    for contract in Plugins().contracts.values():
        for capability in contract.capabilities:
            take(capability.result, capability.name)
    return found


# What the name service says, after glibc's gai_strerror.
NAMES = {
    "Name or service not known",
    "No address associated with hostname",
    "Temporary failure in name resolution",
}


def constants() -> set[str]:
    """Every string in the source, every f-string as a sentence with placeholders, and what else may be said."""
    return {*written(), *proved(), *NAMES, *(os.strerror(number) for number in errno.errorcode)}


def written() -> set[str]:
    """Every string in the source, and every f-string as a sentence with placeholders."""
    return {
        text
        for tree in parsed().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant | ast.JoinedStr)
        for text in (_literal(node), template(node))
        if text is not None
    }


def catalogue(language: str) -> Iterator[tuple[str, str, str]]:
    """Entries of the translations: file, English, translation."""
    for path in sorted((CORE / "locale").glob(f"{language}-*.toml")):
        for english, translated in tomllib.loads(path.read_text("utf-8")).items():
            yield path.name, english, translated
