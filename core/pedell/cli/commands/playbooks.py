"""`pedell playbooks`: what can be run, what it does, and what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from pedell.cli import completing
from pedell.cli.base import App, Group
from pedell.cli.base import command as make
from pedell.cli.output import plain
from pedell.i18n import t

if TYPE_CHECKING:
    from pedell.errors import Finding
    from pedell.playbooks.load import LoadedPlaybook


def _facts(app: App, loaded: LoadedPlaybook) -> dict[str, Any]:
    book = loaded.playbook
    risk = app.service.playbooks.risk(loaded)
    return {
        "id": book.id,
        "title": str(book.title.text),
        "kinds": list(book.targets.kind),
        "risk": str(risk) if risk is not None else None,
        "steps": len(book.steps),
        "window": book.window,
        "hash": loaded.hash,
        "path": str(loaded.path) if loaded.path else None,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    names = ("message", "source", "line", "column", "hint", "code", "severity")
    return {name: getattr(finding, name) for name in names}


def _risk(word: str | None) -> str:
    words = {
        "harmless": t("harmless"),
        "disruptive": t("interrupts a room"),
        "destructive": t("destroys data"),
    }
    return words.get(word or "", t("unknown"))


@make("list", "List all playbooks.")
def list_(app: App) -> int:
    """List; exit code 1 where a file is broken."""
    found = app.service.playbooks
    rows = [_facts(app, loaded) for loaded in found.all()]
    broken = [finding for finding in found.catalogue.findings if finding.severity == "error"]
    if app.json:
        app.out.document({"playbooks": rows, "findings": [_finding(finding) for finding in broken]})
    app.out.table(
        [t("id"), t("title"), t("for"), t("risk"), t("steps")],
        [
            [row["id"], row["title"], ", ".join(row["kinds"]) or t("any"), _risk(row["risk"]), row["steps"]]
            for row in rows
        ],
        empty=t("no playbooks"),
    )
    for finding in broken:
        app.out.line(str(finding), "bad")
    return 1 if broken else 0


def _type(name: object) -> str:
    return {
        "text": t("text"), "integer": t("whole number"), "number": t("number"), "boolean": t("yes or no"),
        "choice": t("choice"), "secret": t("secret"),
    }.get(str(name), str(name))  # fmt: skip


@make("show", "Show one playbook: inputs, and its steps in plain words.")
@click.argument("name", metavar="ID", shell_complete=completing.playbooks)
def show(app: App, name: str) -> None:
    """Show one."""
    loaded = app.service.playbooks.get(name)
    facts = _facts(app, loaded)
    lines = app.service.playbooks.explain(loaded)
    inputs = [
        {
            "id": key,
            "type": item.type,
            "title": str(item.title.text) if item.title else "",
            "required": item.required,
            "default": item.default,
            "choices": item.choices,
        }
        for key, item in loaded.playbook.inputs.items()
    ]
    if app.json:
        description = str(loaded.playbook.description.text)
        app.out.document(
            {**facts, "description": description, "inputs": inputs, "lines": [line.strip() for line in lines]}
        )
        return
    app.out.line(f"{facts['id']} — {facts['title']}", "strong")
    app.out.line(str(loaded.playbook.description.text).strip())
    app.out.line()
    app.out.line(t("For: {kinds}", kinds=", ".join(facts["kinds"]) or t("any")))
    app.out.line(t("Risk: {risk}", risk=_risk(facts["risk"])))
    for item in inputs:
        more = t("required") if item["required"] else t("may be left out")
        if item["default"] not in (None, ""):
            more = t("default {value}", value=plain(item["default"]))
        app.out.line(
            t(
                "Input {name} ({type}, {more}): {title}",
                name=item["id"],
                type=_type(item["type"]),
                more=more,
                title=item["title"],
            )
        )
    app.out.line(t("Steps:"))
    for line in lines:
        app.out.line(line)
    app.out.line(t("Version {hash}, {path}", hash=loaded.hash[:12], path=facts["path"]), "quiet")


@make("lint", "Look for mistakes in playbooks: files, ids, or all.")
@click.argument("names", metavar="[FILE|ID]...", nargs=-1)
@click.option("--strict", is_flag=True, help="Warnings count as mistakes.")
def lint(app: App, names: tuple[str, ...], strict: bool) -> int:
    """Lint; exit code 1 where there is a mistake."""
    judged = app.service.playbooks.lint(names)
    errors = sum(one.count("error") for one in judged)
    warnings = sum(one.count("warning") for one in judged)
    if app.json:
        app.out.document(
            {
                "playbooks": [
                    {
                        "id": one.id,
                        "source": one.source,
                        "errors": one.count("error"),
                        "warnings": one.count("warning"),
                        "findings": [_finding(finding) for finding in one.findings],
                    }
                    for one in judged
                ]
            }
        )
    for one in judged:
        for finding in one.findings:
            kind = t("error") if finding.severity == "error" else t("warning")
            app.out.line(
                f"{finding} [{kind} {finding.code}]", "bad" if finding.severity == "error" else "warn"
            )
    summary = t(
        "playbooks: {count}, mistakes: {errors}, warnings: {warnings}",
        count=len(judged),
        errors=errors,
        warnings=warnings,
    )
    app.out.line(summary, "ok" if not errors else "bad")
    return 1 if errors or (strict and warnings) else 0


@make("schema", "Print the JSON Schema of playbooks, for editors.")
def schema(app: App) -> None:
    """Print the published schema."""
    del app
    from importlib.resources import files

    click.echo(files("pedell.playbooks").joinpath("playbook.schema.json").read_text("utf-8").rstrip("\n"))


@make("test", "Run a playbook against the simulators of a virtual school.")
@click.argument("name", metavar="FILE|ID")
@click.option(
    "--on", "selector", default="tag=lab", show_default=True, help="Which devices of the virtual school."
)
@click.option(
    "--input", "-i", "inputs", multiple=True, help="An input as name=value; may be given several times."
)
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="KIND[:REQUEST]",
    help="Let all simulators misbehave once, such as refuse or cut:restart.",
)
@click.option(
    "--wait",
    "patience",
    type=click.FloatRange(0, 3600),
    default=30.0,
    show_default=True,
    help="Seconds to stay when devices only wait.",
)
def test(
    app: App, name: str, selector: str, inputs: tuple[str, ...], faults: tuple[str, ...], patience: float
) -> int:
    """Exit codes as of `pedell run`; nothing of it is left behind, and no real device is touched."""
    from pedell.cli.finished import finish
    from pedell.cli.following import Follower
    from pedell.cli.trial import trial
    from pedell.playbooks.inputs import parse_pairs
    from pedell.service.runs import RunRequest

    given = parse_pairs(inputs)
    with trial(app.settings, name) as rehearsal:
        rehearsal.misbehave(faults)
        runs = rehearsal.service.runs
        request = RunRequest(rehearsal.playbook, selector, "new", app.actor, given, "test")
        run = runs.submit(request).no
        follower = Follower(runs, app.out, run, app.actor, patience)
        follower.follow()
        stage = App()
        stage.json, stage.debug, stage.service = app.json, app.debug, rehearsal.service
        code = finish(stage, run, interrupted=follower.interrupted)
        for device, effects in rehearsal.effects().items():
            app.out.line(
                f"  {device}: {', '.join(f'{what} {count}' for what, count in effects.items())}", "quiet"
            )
    return code


command = Group("playbooks", "What can be run.", [list_, show, lint, schema, test])
