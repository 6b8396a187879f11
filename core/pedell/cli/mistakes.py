"""Mistakes in the words of a command, in the reader's language; click knows them in English only."""

from __future__ import annotations

import re
from difflib import get_close_matches

import click

from pedell.i18n import t

_EXTRA = re.compile(r"Got unexpected extra arguments? \((.*)\)", re.DOTALL)
_TEST = re.compile(r"\w+(?:!=|=|~)\S*|not|and|or")
"""A word that belongs to a selector."""


def in_words(error: click.ClickException) -> tuple[str, str]:
    """What is wrong, and where help is; what click says where it has no words here."""
    where = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "pedell"
    return _message(error), _near(error) or _quotes(error) or t("see '{command} --help'", command=where)


def _message(error: click.ClickException) -> str:
    name = _unknown_command(error)
    if name:
        return t("there is no command {name}", name=name)
    if isinstance(error, click.NoSuchOption):
        return t("there is no option {name}", name=error.option_name)
    if isinstance(error, click.MissingParameter):
        return t("{name} is missing", name=_parameter(error))
    if isinstance(error, click.BadParameter):
        return _bad_value(error)
    if isinstance(error, click.BadOptionUsage) and "requires an argument" in error.message:
        return t("the option {name} needs a value", name=error.option_name)
    extra = _EXTRA.match(error.message)
    if extra:
        return t("this is one word too many: {words}", words=extra[1])
    if error.message == "Missing command.":
        return t("which command?")
    return error.format_message()


def _unknown_command(error: click.ClickException) -> str:
    # A class of its own since click 8.4, a sentence before.
    found = re.match(r"No such command '(.*)'\.", error.message)
    return found[1] if found else ""


def _quotes(error: click.ClickException) -> str:
    """What to write where a selector without quotes fell apart into words."""
    context, extra = error.ctx if isinstance(error, click.UsageError) else None, _EXTRA.match(error.message)
    names = [one.name for one in context.command.params if "--on" in one.opts] if context else []
    begun = context.params.get(names[0] or "") if context and names else None
    if not begun or not extra or not all(_TEST.fullmatch(word) for word in extra[1].split()):
        return ""
    return t("a selector of several words needs quotes: --on '{selector}'", selector=f"{begun} {extra[1]}")


def _near(error: click.ClickException) -> str:
    context = error.ctx if isinstance(error, click.UsageError) else None
    command = context.command if context else None
    near: list[str] = []
    if context and isinstance(command, click.Group) and (name := _unknown_command(error)):
        near = get_close_matches(name, command.list_commands(context), 1)
    elif isinstance(error, click.NoSuchOption) and command is not None:
        known = [word for option in command.params for word in option.opts if word.startswith("--")]
        near = get_close_matches(error.option_name, known, 1, 0.7)
    return t("did you mean {name}?", name=near[0]) if near else ""


def _parameter(error: click.BadParameter) -> str:
    if error.param is None:
        return str(error.param_hint or t("a word"))
    if isinstance(error.param, click.Option):
        return max(error.param.opts, key=len)
    return error.param.make_metavar(error.ctx) if error.ctx else error.param.human_readable_name


def _bad_value(error: click.BadParameter) -> str:
    name, kind = _parameter(error), error.param.type if error.param else None
    if isinstance(kind, click.Choice):
        return t("{name} must be one of: {choices}", name=name, choices=", ".join(map(str, kind.choices)))
    if isinstance(kind, click.IntRange | click.FloatRange):
        if kind.max is None:
            return t("{name} must be a number, at least {least}", name=name, least=f"{kind.min:g}")
        return t(
            "{name} must be a number from {least} to {most}",
            name=name, least=f"{kind.min or 0:g}", most=f"{kind.max:g}",
        )  # fmt: skip
    if kind is click.INT or kind is click.FLOAT:
        return t("{name} must be a number", name=name)
    if isinstance(kind, click.Path) and (missing := re.search(r"'(.*)' does not exist", error.message)):
        return t("there is no file {path}", path=missing[1])
    if isinstance(kind, click.Path) and (folder := re.search(r"'(.*)' is a directory", error.message)):
        return t("{path} is a folder, no file", path=folder[1])
    if isinstance(kind, click.DateTime):
        return t("{name} must be a date or a time: 2026-11-28, 2026-11-28T14:30", name=name)
    return t("{name}: {error}", name=name, error=error.message)
