"""The documentation is complete: what the program has, the pages name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml

from pedell.cli.main import build
from pedell.cli.reference import PAGES
from pedell.errors import PedellError
from pedell.hooks.plugins import Plugins
from pedell.hooks.specs import Observers, Offers
from tests.house.texts import parsed
from tests.house.tree import CORE, PLAYBOOKS, ROOT

# Whoever parses the whole tree does so once.
pytestmark = pytest.mark.xdist_group("texts")

DOCS = ROOT / "docs"
# Print one JSON document a line anyway.
JSON_LINES = {"audit events", "audit export"}
# What plugins' authors may import, and the one door: their every public name says what it means.
PUBLIC = ["drivers/*.py", "hooks/*.py", "transports/*.py", "tickets/adapter.py", "lab/*.py", "testing/*.py", "errors.py",
          "i18n.py", "settings.py", "service/*.py", "security/*.py", "playbooks/*.py", "inventory/*.py", "model/*.py"]  # fmt: skip


def page(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


@pytest.mark.parametrize("name", sorted(PAGES))
def test_made_pages_are_current(name: str) -> None:
    assert page(name) == PAGES[name](), "run: make docs"


def test_every_driver_says_what_it_speaks_to_and_how_far_that_is_proved() -> None:
    for driver in Plugins().drivers.values():
        assert driver.brands, driver.id
        assert driver.protocol, driver.id
        assert driver.proof, driver.id
        told = [*driver.brands, driver.protocol, *driver.proof, *driver.limitations]
        assert [text for text in told if "|" in text or "\n" in text] == []


def leaves(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from leaves(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


def test_every_command_speaks_json_and_both_languages() -> None:
    for name, command in leaves(build()):
        options = {option for parameter in command.params for option in parameter.opts}
        needed = {"--lang", "--debug"} if name in JSON_LINES else {"--json", "--lang", "--debug"}
        assert needed <= options, name


def test_every_commands_document_is_described() -> None:
    told = set(re.findall(r"\*\*`pedell ([a-z -]+)`\*\*", page("json.md")))
    assert {name for name, _ in leaves(build())} == told


def test_every_command_and_option_says_what_it_is_for() -> None:
    silent = [name for name, command in leaves(build()) if not command.help]
    silent += [
        f"{name} {option.opts[0]}"
        for name, command in leaves(build())
        for option in command.params
        if isinstance(option, click.Option) and not option.hidden and not option.help
    ]
    assert silent == []


def test_every_hook_is_documented() -> None:
    hooks = [name for holder in (Offers, Observers) for name in vars(holder) if name.startswith("pedell_")]
    assert [name for name in hooks if f"`{name}(" not in page("hooks.md")] == []


def _errors(kind: type[PedellError]) -> set[int]:
    return {kind.exit_code}.union(*(_errors(each) for each in kind.__subclasses__()))


def test_every_exit_code_is_documented() -> None:
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", page("exit-codes.md"), re.MULTILINE)}
    main = ast.walk(parsed()[CORE / "cli/main.py"])
    returned = {
        node.value.value
        for node in main
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Constant)
    }
    assert _errors(PedellError) | {code for code in returned if isinstance(code, int)} <= told


@pytest.mark.parametrize("path", sorted(PLAYBOOKS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_playbook_is_documented(path: Path) -> None:
    identity = yaml.safe_load(path.read_text("utf-8")).get("id", path.stem)
    assert f"`{identity}`" in page("playbooks.md") or f"`{identity}`" in "".join(
        family.read_text("utf-8") for family in (DOCS / "families").glob("*.md")
    )


def test_links_lead_somewhere() -> None:
    links = [
        (path, target)
        for path in [*ROOT.glob("*.md"), *DOCS.rglob("*.md")]
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text("utf-8"))
    ]
    wrong = [pair for pair in links if "://" not in pair[1] and not (pair[0].parent / pair[1]).exists()]
    assert wrong == []


def test_every_page_is_listed() -> None:
    listed = set(re.findall(r"\]\(([a-z0-9_-]+\.md)\)", page("README.md")))
    assert {path.name for path in DOCS.glob("*.md")} - {"README.md"} <= listed


def test_decisions_are_numbered() -> None:
    names = sorted(path.name for path in (DOCS / "decisions").glob("*.md"))
    assert [name for name in names if not re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", name)] == []
    assert len({name[:4] for name in names}) == len(names)


def test_the_readme_has_the_two_commands() -> None:
    assert {"make demo", "pedell lab up --detach"} <= set(re.findall(r"^(make demo|pedell lab up --detach)\b", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE))  # fmt: skip


def _undocumented(path: Path) -> list[str]:
    tree = parsed()[path]
    place = path.relative_to(ROOT)
    found = [] if ast.get_docstring(tree) else [f"{place}: module"]
    for node in tree.body:
        if not isinstance(node, ast.ClassDef | ast.FunctionDef) or node.name.startswith("_"):
            continue
        members = [node, *(node.body if isinstance(node, ast.ClassDef) else ())]
        found += [
            f"{place}:{member.lineno}: {member.name}"
            for member in members
            if isinstance(member, ast.ClassDef | ast.FunctionDef)
            and not member.name.startswith("_")
            and not ast.get_docstring(member)
            and not any(
                isinstance(mark, ast.Name) and mark.id in {"overload", "override"}
                for mark in member.decorator_list
            )
            and not any(
                isinstance(mark, ast.Attribute) and mark.attr == "setter" for mark in member.decorator_list
            )
        ]
    return found


@pytest.mark.thorough
def test_every_public_name_says_what_it_means() -> None:
    paths = sorted({path for pattern in PUBLIC for path in CORE.glob(pattern)})
    assert [line for path in paths for line in _undocumented(path)] == []


@pytest.mark.thorough
def test_every_module_says_what_it_is() -> None:
    assert [str(path) for path, tree in parsed().items() if not ast.get_docstring(tree)] == []


def test_no_module_is_too_long() -> None:
    # A migration is written once, by a generator, and never read again.
    paths = [path for path in parsed() if path.parent.name != "versions"]
    lengths = {str(path.relative_to(ROOT)): path.read_text("utf-8").count("\n") for path in paths}
    assert {path: length for path, length in lengths.items() if length > 500} == {}
