"""Offers this folder of playbooks."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pedell.hooks.api import hookimpl

PEDELL_API = 1


@hookimpl
def pedell_playbook_folders() -> Iterable[Path]:
    """The folder that this file stands in."""
    return [Path(__file__).parent]
