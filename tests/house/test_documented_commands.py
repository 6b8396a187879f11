"""Every command that the documentation shows is understood as it stands there."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import click

from pedell.cli.base import App
from pedell.cli.main import build
from tests.house.tree import ROOT

PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    # cli.md is made from the program.
    *(
        path
        for path in sorted((ROOT / "docs").rglob("*.md"))
        if path.parent.name != "decisions" and path.name != "cli.md"
    ),
]
_INLINE = re.compile(r"`(pedell [a-z][^`]*)`")
_LINE = re.compile(r"^(?:    |\$ )?(?:[*/0-9]+ [*/0-9 ]+)?(pedell [a-z].*)$")
_AFTER = {"|", "||", ">", "<", "&&", ";", "2>", "&"}
"""Words with which a shell begins something else."""


def shown(text: str) -> Iterator[str]:
    """Commands in a page: lines of code that begin so, and code within sentences."""
    fenced = False
    for line in text.splitlines():
        if line.startswith("```"):
            fenced = not fenced
        found = _LINE.match(line) if fenced or line.startswith("    ") else None
        if found:
            yield found[1]
        elif not fenced:
            yield from _INLINE.findall(line)


def words(command: str) -> list[str]:
    """As a shell takes them apart."""
    found = shlex.split(command, comments=True)
    return found[1 : next((at for at, word in enumerate(found) if word in _AFTER), None)]


def understood(given: list[str]) -> None:
    """Go down the tree of commands as the program does, and call nothing. Raises ClickException."""
    command: click.Command = build()
    context = command.make_context("pedell", given, obj=App(), resilient_parsing=False)
    while isinstance(command, click.Group):
        _, inner, rest = command.resolve_command(context, [*context._protected_args, *context.args])
        assert inner is not None
        command = inner
        context = command.make_context(command.name, rest, parent=context)


def trouble(command: str) -> str:
    """What the program would say; nothing where it understands. A sentence may leave arguments out."""
    try:
        understood(words(command))
    except (click.exceptions.NoArgsIsHelpError, click.MissingParameter):
        return ""
    except click.ClickException as error:
        said = error.format_message()
        return "" if "does not exist" in said else said  # a file that is only an example
    return ""


def test_every_command_that_is_shown_is_understood() -> None:
    found = {(path, one) for path in PAGES for one in shown(path.read_text("utf-8"))}
    assert len(found) > 100
    wrong = [(path.name, command, said) for path, command in sorted(found) if (said := trouble(command))]
    assert wrong == []


def test_a_page_that_is_wrong_would_be_found() -> None:
    page = "Text `pedell devices lst` x\n```sh\n*/15 * * * *  pedell runs show --all 7 | less\npedell lab up  # fine\n```\n"
    assert list(shown(page)) == [
        "pedell devices lst",
        "pedell runs show --all 7 | less",
        "pedell lab up  # fine",
    ]
    assert [bool(trouble(command)) for command in shown(page)] == [True, True, False]
