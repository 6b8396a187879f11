"""Words that the shell completes: playbooks, devices, sites, schedules.

Somebody pressed Tab: nothing is made because of it, and what cannot be found out is not completed, without an error.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import click

from pedell.cli.base import App

MOST = 200
"""Words offered at most."""
_PLAIN = re.compile(r"[\w.-]+")
_ID = re.compile(r"^id: *['\"]?([\w.-]+)", re.MULTILINE)
_HEAD = 2000
"""Characters of a playbook in which its id stands; reading all of them whole takes longer than a finger waits."""

Complete = Callable[[click.Context, click.Parameter, str], list[str]]


def _completing(words: Callable[[App, str], Iterable[str]]) -> Complete:
    def complete(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
        del context, parameter
        from pedell.settings import data_folder

        if not data_folder(os.environ).is_dir():
            return []
        app = App()
        try:
            return [word for word in words(app, incomplete) if word.startswith(incomplete)][:MOST]
        except Exception:
            return []
        finally:
            app.close()

    return complete


def _devices(app: App, begun: str) -> Iterator[str]:
    selector = f"name={begun}*" if _PLAIN.fullmatch(begun) else None
    for one in app.service.inventory.devices(selector, limit=MOST).devices:
        yield one.name


def _playbooks(app: App, begun: str) -> list[str]:
    del begun
    folders = [*map(Path, app.settings.playbooks), *app.service.around.plugins.playbook_folders]
    files = (file for folder in folders for file in sorted(folder.glob("*.yaml")))
    return sorted({found[1] for file in files if (found := _ID.search(_head(file)))})


def _head(file: Path) -> str:
    with file.open(encoding="utf-8", errors="replace") as text:
        return text.read(_HEAD)


playbooks = _completing(_playbooks)
devices = _completing(_devices)
sites = _completing(lambda app, _: [one.slug for one in app.service.inventory.sites()])
schedules = _completing(lambda app, _: [one.name for one in app.service.schedules.list()])
