"""Where the code stands: the source roots and the packages in them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
CORE = ROOT / "core/pedell"
PLAYBOOKS = ROOT / "playbooks"


def families() -> dict[str, Path]:
    """The families' packages by import name."""
    return {path.name: path for path in sorted((ROOT / "plugins").glob("*/pedell_*")) if path.is_dir()}


def top_packages() -> dict[str, Path]:
    """Every import package that is shipped, by name."""
    return {"pedell": CORE, **families(), "pedell_playbooks": PLAYBOOKS}


def modules() -> Iterator[tuple[str, Path]]:
    """Every shipped Python file with its dotted name."""
    for package, folder in top_packages().items():
        for path in sorted(folder.rglob("*.py")):
            parts = path.relative_to(folder).with_suffix("").parts
            yield ".".join((package, *(part for part in parts if part != "__init__"))), path


def package_folders() -> dict[str, Path]:
    """Every folder that holds Python files, by dotted name."""
    return {
        ".".join((package, *path.parent.relative_to(folder).parts)): path.parent
        for package, folder in top_packages().items()
        for path in folder.rglob("*.py")
    }
