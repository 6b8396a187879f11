from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pedell.hooks.plugins import Plugins
from pedell.inventory.entries import Document
from pedell.inventory.gather import gather, take
from pedell.inventory.importing import run_import
from pedell.inventory.plan import Plan
from pedell.inventory.repository import Inventory
from pedell.inventory.yaml_source import read_yaml
from pedell.store.database import Store
from tests.inventory import family


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    made = Store(database)
    yield made
    made.close()


@pytest.fixture(scope="session")
def plugins() -> Plugins:
    return family.plugins()


@pytest.fixture
def inventory(store: Store, plugins: Plugins) -> Inventory:
    return Inventory(store, plugins)


class Importer:
    """Imports texts as files."""

    def __init__(self, store: Store, plugins: Plugins, folder: Path) -> None:
        self.store = store
        self.plugins = plugins
        self.folder = folder

    def yaml(self, text: str, *, source: str = "file", prune: bool = False, dry_run: bool = False) -> Plan:
        def read() -> Document:
            document = Document()
            take(document, read_yaml(text, "school.yaml"), "school.yaml")
            return document

        return run_import(self.store, self.plugins, read, source=source, prune=prune, dry_run=dry_run)

    def csv(
        self, content: str | bytes, *, source: str = "file", prune: bool = False, dry_run: bool = False
    ) -> Plan:
        path = self.folder / "devices.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return run_import(
            self.store, self.plugins, lambda: gather([path]), source=source, prune=prune, dry_run=dry_run
        )


@pytest.fixture
def importer(store: Store, plugins: Plugins, tmp_path: Path) -> Importer:
    return Importer(store, plugins, tmp_path)
