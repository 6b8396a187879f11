"""The published JSON Schema is current, and agrees with the loader."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from pedell.hooks.plugins import Plugins
from pedell.playbooks import document
from pedell.playbooks.catalogue import Catalogue
from pedell.playbooks.expressions import Expressions
from pedell.playbooks.lint import lint
from pedell.playbooks.load import read_text
from pedell.playbooks.schema import FILE, text
from tests.playbooks.test_lint import CLEAN, HEAD
from tests.playbooks.test_load import BAD, GOOD

SHIPPED = sorted(Path(__file__).parents[2].joinpath("playbooks").glob("*.yaml"))


def validator() -> jsonschema.Draft202012Validator:
    schema = json.loads(FILE.read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_file_is_current() -> None:
    assert FILE.read_text("utf-8") == text(), "run: python -m pedell.playbooks.schema"


@pytest.mark.parametrize("source", [GOOD, HEAD + CLEAN], ids=["good", "clean"])
def test_accepts_what_the_loader_accepts(source: str) -> None:
    reading = read_text(source.replace("Still off {{ inputs.fallback }}", "Still off"), "f.yaml")
    assert reading.loaded
    validator().validate(reading.document.data)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("pedell: 1", "pedell: 2"), ("id: good", "id: Good"), ("  - do: lamp.status", "  - du: lamp.status"), ("times: 2", "times: 99"),
        ("wait: 2h", "wait: soon"), ("timeout: 1.5m", "timeout: -1"), ("- wait: approval", "- wait: approved"), ("on: [busy]", "on: [bussy]"),
        ("title: {en: Good, de: Gut}", "title: {en: Good}"), ("targets:", "target:"),
    ],
)  # fmt: skip
def test_refuses_what_the_loader_refuses(old: str, new: str) -> None:
    source = GOOD.replace(old, new, 1)
    assert source != GOOD
    assert read_text(source, "f.yaml").loaded is None
    assert not validator().is_valid(document.read(source, "f.yaml").data)
    assert not validator().is_valid(document.read(BAD, "f.yaml").data)


@pytest.mark.parametrize("path", SHIPPED, ids=[path.stem for path in SHIPPED])
def test_shipped_playbook(path: Path) -> None:
    """Accepted by the schema, and the linter has nothing to say, not even a warning."""
    validator().validate(document.read(path.read_bytes(), path.name).data)
    reading = read_text(path.read_bytes(), path.name)
    plugins = Plugins()
    catalogue = Catalogue(plugins.playbook_folders)
    assert [str(finding) for finding in lint(reading, plugins, catalogue, Expressions())] == []
    assert reading.usable().id == path.stem
