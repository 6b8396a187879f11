"""The published JSON Schema: made from the models, kept beside them for editors.

`python -m pedell.playbooks.schema` writes the file again; a test holds that it is current.
"""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import JsonValue

from pedell.playbooks.model import Playbook

FILE = Path(__file__).with_name("playbook.schema.json")


def schema() -> dict[str, JsonValue]:
    """The schema as data."""
    made: dict[str, JsonValue] = Playbook.model_json_schema(by_alias=True, mode="validation")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **made,
        "title": "Pedell playbook",
        "description": "A playbook: inputs, targets, steps. See docs/playbooks.md.",
    }


def text() -> str:
    """The schema as it stands in the file."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), "utf-8")
