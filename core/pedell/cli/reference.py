"""Makes the parts of the documentation that the program knows best: `python -m pedell.cli.reference docs`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
from pydantic import BaseModel
from pydantic_core import PydanticUndefined, to_jsonable_python

from pedell.cli.main import build
from pedell.drivers.capability import Capability, RecoveryKind
from pedell.drivers.driver import Driver
from pedell.hooks.plugins import Plugins
from pedell.service.setup import part_of
from pedell.settings import VARIABLES, Settings

MADE = "<!-- Made by `make docs`; do not edit. -->"


def commands() -> str:
    """docs/cli.md: every command with its arguments and options."""
    top = build()
    lines = [
        "# Commands",
        "",
        MADE,
        "",
        "Every command takes `--json` (one JSON document, see docs/json.md), `--lang de|en` and `--debug`.",
    ]
    lines += ["Exit codes stand in docs/exit-codes.md.", ""]
    lines += list(_group(top, click.Context(top, info_name="pedell")))
    return "\n".join(lines) + "\n"


def _group(group: click.Group, context: click.Context) -> Iterator[str]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None or command.hidden:
            continue
        inner = click.Context(command, info_name=name, parent=context)
        yield from _command(command, inner)
        if isinstance(command, click.Group):
            yield from _group(command, inner)


def _command(command: click.Command, context: click.Context) -> Iterator[str]:
    usage = " ".join(command.collect_usage_pieces(context))
    yield from (
        "#" * min(4, 1 + context.command_path.count(" ")) + f" {context.command_path}",
        "",
        command.help or "",
        "",
    )
    if isinstance(command, click.Group):
        return
    yield from ("```", f"{context.command_path} {usage}".strip(), "```", "")
    rows = [
        f"- `{'`, `'.join(option.opts + option.secondary_opts)}`{_takes(option, context)}: {option.help or ''}"
        for option in command.params
        if isinstance(option, click.Option)
        and not option.hidden
        and option.name not in {"json", "lang", "debug"}
    ]
    if rows:
        yield from (*rows, "")


def _takes(option: click.Option, context: click.Context) -> str:
    return "" if option.is_flag else f" {option.make_metavar(context)}"


def settings() -> str:
    """docs/settings.md: every setting with its default and its variable."""
    lines = [
        "# Settings", "", MADE, "",
        "`pedell init` writes `pedell.toml` with all of them into the data folder. `PEDELL_DATA` names the data folder,",
        "`PEDELL_CONFIG` another file, `PEDELL_LANG` the language (`de` or `en`), and `PEDELL_TRACE_HOOKS=1` prints",
        "calls of plugins. A variable wins over the file.", "",
        "| setting | default | variable | meaning |", "|---|---|---|---|",
        *_settings(Settings, ""),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _settings(model: type[BaseModel], prefix: str) -> Iterator[str]:
    names = {".".join(keys): variable for variable, keys in VARIABLES.items()}
    for name, field in model.model_fields.items():
        path, part = prefix + name, part_of(field)
        if part is not None:
            inner, named = part
            if named:
                yield f"| `{path}` |  |  | {field.description} |"
            yield from _settings(inner, f"{path}.NAME." if named else f"{path}.")
            continue
        default = field.get_default(call_default_factory=True, validated_data={})
        plain = "" if default is PydanticUndefined else to_jsonable_python(default)
        shown = "" if plain in ("", [], {}) else f"`{json.dumps(plain)}`"
        variable = f"`{names[path]}`" if path in names else ""
        yield f"| `{path}` | {shown} | {variable} | {field.description} |"


def capabilities() -> str:
    """docs/capabilities.md: what each family promises, and which drivers keep it."""
    plugins = Plugins()
    lines = ["# Capabilities", "", MADE, ""]
    lines += [
        "What playbooks can ask of devices: effect, risk, and what happens after a call of unknown outcome.",
        "",
    ]
    for family, contract in sorted(plugins.contracts.items()):
        kinds = ", ".join(f"`{kind}`" for kind in contract.kinds)
        lines += [f"## {family}: {contract.title.en}", "", f"Kinds of device: {kinds}", ""]
        for capability in contract.capabilities:
            lines += list(_capability(capability, plugins))
    return "\n".join(lines) + "\n"


def _capability(capability: Capability, plugins: Plugins) -> Iterator[str]:
    recovery = str(capability.recovery.kind)
    if capability.recovery.kind is RecoveryKind.COMPLETE:
        recovery += f" (`{capability.recovery.capability}`)"
    drivers = [
        f"`{name}`"
        for name, driver in sorted(plugins.drivers.items())
        if capability.name in driver.capabilities()
    ]
    yield from (f"### `{capability.name}`", "", capability.summary.en, "")
    yield f"- {capability.effect}, {capability.risk}; after an unknown outcome: {recovery}; at most {capability.timeout:g} s"
    yield f"- drivers: {', '.join(drivers) or 'none yet'}"
    yield from _fields("parameter", capability.params)
    yield from _fields("result", capability.result)
    yield ""


def _fields(what: str, model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        needed = "" if field.is_required() or what == "result" else " (optional)"
        yield f"- {what} `{name}`{needed}: {field.description or ''}".rstrip(": ")


def drivers() -> str:
    """docs/drivers.md: brands, protocols, proof and known limitations; which driver answers what."""
    plugins = Plugins()
    lines = ["# Drivers", "", MADE, ""]
    lines += [
        (
            "Which brands are spoken to, over what, how far that is proved, and what is known not to work. "
            'A driver whose proof says "from documentation" was never held against a device or another program.'
        ),
        "",
    ]
    for family, contract in sorted(plugins.contracts.items()):
        theirs = [
            driver
            for _, driver in sorted(plugins.drivers.items())
            if any(name.startswith(f"{family}.") for name in driver.capabilities())
        ]
        lines += [f"## {contract.title.en}", "", "| driver | brands | protocol | proof | known limitations |"]
        lines += ["|---|---|---|---|---|", *(_driver(driver) for driver in theirs), ""]
        names = [capability.name for capability in contract.capabilities]
        lines += ["| capability | " + " | ".join(f"`{driver.id}`" for driver in theirs) + " |"]
        lines += ["|---" * (len(theirs) + 1) + "|"]
        for name in names:
            marks = ["yes" if name in driver.capabilities() else "" for driver in theirs]
            lines.append(f"| `{name.partition('.')[2]}` | {' | '.join(marks)} |")
        lines.append("")
    return "\n".join(lines)


def _driver(driver: type[Driver]) -> str:
    cells = [
        f"`{driver.id}` {driver.title}", ", ".join(driver.brands), driver.protocol, "; ".join(driver.proof),
        "; ".join(driver.limitations),
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


PAGES: dict[str, Callable[[], str]] = {
    "cli.md": commands,
    "settings.md": settings,
    "capabilities.md": capabilities,
    "drivers.md": drivers,
}


def main() -> None:
    """Write all pages into the folder named."""
    folder = Path(sys.argv[1])
    for name, make in PAGES.items():
        (folder / name).write_text(make(), "utf-8")


if __name__ == "__main__":
    main()
