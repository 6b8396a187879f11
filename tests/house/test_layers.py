"""What plugins may import: pedell's public face only. (The layers of the core are held by `make check`.)"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.texts import parsed
from tests.house.tree import ROOT, families, modules, top_packages

# Whoever parses the whole tree does so once.
pytestmark = pytest.mark.xdist_group("texts")

FACE = (
    "pedell.drivers.api",
    "pedell.hooks.api",
    "pedell.transports",
    "pedell.configs",
    "pedell.tickets.adapter",
    "pedell.notify.notifier",
    "pedell.i18n",
    "pedell.errors",
)
LAB = "pedell.lab.simulator"
# What only simulators may load, and what they may not share with drivers.
SIMULATORS_ONLY = {"asyncssh", "h11"}
DRIVERS_ONLY = {"httpcore", "netmiko", "paramiko"}


def imports(path: Path, *, at_start: bool = False) -> Iterator[str]:
    """Names of modules that a file imports, relative ones filled in; `at_start` only those outside of functions."""
    tree = parsed()[path]
    nodes = tree.body if at_start else list(ast.walk(tree))
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(module: str, names: tuple[str, ...]) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in names)


def plugin_files() -> list[Path]:
    return [
        path
        for folder in top_packages().values()
        if folder.name != "pedell"
        for path in sorted(folder.rglob("*.py"))
    ]


def simulating(path: Path) -> bool:
    return any("simul" in part for part in path.relative_to(ROOT).with_suffix("").parts)


def test_plugins_import_the_public_face_only() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in plugin_files()
        for face in [(*FACE, LAB) if simulating(path) or path.name == "plugin.py" else FACE]
        for name in imports(path)
        if name.startswith("pedell.") and not within(name, face)
    ]
    assert wrong == []


def test_simulators_and_drivers_share_no_code() -> None:
    """No module of a family is used by both sides, and neither are the libraries that speak a protocol."""
    known = {name for name, _ in modules()}
    used: dict[bool, set[str]] = {True: set(), False: set()}
    for path in plugin_files():
        if path.name == "plugin.py":
            continue
        for name in imports(path):
            module = name if name in known else name.rpartition(".")[0]
            used[simulating(path)].add(module if module in known else name.partition(".")[0])
    shared = {name for name in used[True] & used[False] if name.partition(".")[0] in families()}
    assert shared == set()
    assert used[True] & DRIVERS_ONLY == set()
    assert used[False] & SIMULATORS_ONLY == set()


def test_plugins_are_cheap_to_import() -> None:
    """Heavy libraries load when a driver connects: no module that a plugin imports at start names one."""
    heavy = {
        "netmiko",
        "paramiko",
        "httpcore",
        "asyncssh",
        "h11",
        "ntc_templates",
        "serial",
        "fastapi",
        "uvicorn",
    }
    wrong = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in plugin_files()
        if path.name == "plugin.py"
        for name in imports(path, at_start=True)
        if name.partition(".")[0] in heavy or ("simul" in name and not name.startswith(LAB))
    ]
    assert wrong == []
