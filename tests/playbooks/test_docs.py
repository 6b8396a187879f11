"""The guide's example works, and every code of the linter, filter and test is in it."""

from __future__ import annotations

import re
from pathlib import Path

from pedell.hooks.plugins import Plugins
from pedell.playbooks import filters
from pedell.playbooks.catalogue import Catalogue
from pedell.playbooks.expressions import Expressions
from pedell.playbooks.lint import lint
from pedell.playbooks.load import read_text

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "playbooks.md").read_text("utf-8")


def test_example_is_clean() -> None:
    [example] = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
    reading = read_text(example, "docs/playbooks.md")
    plugins = Plugins()
    assert [str(finding) for finding in lint(reading, plugins, Catalogue([]), Expressions())] == []


def test_every_code_is_documented() -> None:
    folder = ROOT / "core" / "pedell" / "playbooks"
    text = "".join(path.read_text("utf-8") for path in folder.glob("*.py") if path.name != "inputs.py")
    codes = set(re.findall(r'code="([a-z-]+)"', text)) | set(
        re.findall(r'^\s+"([a-z]+-[a-z-]+)",$', text, re.MULTILINE)
    )
    codes |= set(re.findall(r'_say\([^"]*?"[^"]*?"?\)?, "([a-z-]+)"', text))
    assert len(codes) > 15
    table = GUIDE[GUIDE.index("## What the linter says") :]
    assert sorted(code for code in codes if f"`{code}`" not in table) == []


def test_every_filter_test_and_function_is_documented() -> None:
    listed = set(re.findall(r"\w+", GUIDE[GUIDE.index("- **Filters**") : GUIDE.index("- An expression has")]))
    words = set(filters.FILTERS) | set(filters.TESTS) | set(filters.FUNCTIONS)
    assert sorted(words - listed - {"lteq", "gteq", "notin"}) == []
