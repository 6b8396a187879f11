"""`pedell lab`: a virtual school to practise on."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pedell.cli.base import App, Group
from pedell.cli.base import command as make
from pedell.i18n import language, t

if TYPE_CHECKING:
    from pedell.lab.place import Place
    from pedell.lab.stage import Stage

FAULTS = ("silent", "deaf", "slow", "refuse", "garble", "cut", "vanish", "login", "closed")

NAMED = 6
"""More simulators than that are counted instead of named."""


def _place(app: App) -> Place:
    from pedell.lab.place import Place

    return Place(app.settings.data)


def _check_extra() -> None:
    from pedell.errors import UsageError

    try:
        import asyncssh  # noqa: F401
        import h11  # noqa: F401
    except ImportError as error:
        raise UsageError(
            t("the virtual school needs the package {name}", name=error.name or error),
            hint="pip install 'pedell[lab]'",
        ) from error


@make("up", "Start the virtual school and put its devices into the inventory.")
@click.option("--detach", is_flag=True, help="Return when it is ready, and leave it running.")
@click.option("--sites", type=click.IntRange(1, 500), default=1, show_default=True, help="How many schools.")
@click.option(
    "--seed", type=int, default=1, show_default=True, help="Another seed gives other serial numbers."
)
@click.option(
    "--school",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A school of your own (YAML).",
)
@click.option("--ready-fd", type=int, hidden=True)
def up(app: App, detach: bool, sites: int, seed: int, school: Path | None, ready_fd: int | None) -> None:
    """Play the school in the foreground, or detached."""
    _check_extra()
    from pedell.lab import process

    app.creates = True
    place = _place(app)
    if detach:
        if place.taken():
            with place.held():  # says that a lab runs already
                pass
        _ = app.service.around.store  # where it has to be made, that is said here
        words = ["lab", "up", "--sites", str(sites), "--seed", str(seed), "--lang", language()]
        words += ["--school", str(school.absolute())] if school else []
        environ = dict(os.environ, PEDELL_DATA=str(app.settings.data))
        if os.environ.get("PEDELL_CONFIG"):
            environ["PEDELL_CONFIG"] = str(Path(os.environ["PEDELL_CONFIG"]).absolute())
        _show(app, process.detach(place, words, environ))
        return
    try:
        _play(app, place, sites, seed, school, ready_fd)
    except Exception as error:
        if ready_fd is not None:
            process.report(ready_fd, process.failure(error))
        raise


def _play(app: App, place: Place, sites: int, seed: int, school: Path | None, ready_fd: int | None) -> None:
    from pedell.lab import process
    from pedell.lab.registration import register
    from pedell.lab.school import SHIPPED, load

    plan = load(school or SHIPPED, sites=sites, seed=seed, broadcast_port=place.broadcast_port())

    def ready(stage: Stage) -> None:
        register(app.service, plan, stage)
        words = {
            "simulators": [{"id": name, "address": role.address} for name, role in stage.roles.items()],
            "devices": sum(len(role.played.devices) for role in stage.roles.values()),
            "warnings": stage.warnings,
        }
        if ready_fd is not None:
            process.report(ready_fd, words)
        else:
            _show(app, words)
            app.out.line(t("Ctrl-C stops it."), "quiet")

    process.play(place, plan, app.service.around.plugins.simulators, ready)


def _show(app: App, words: dict[str, Any]) -> None:
    if app.json:
        app.out.document(words)
        return
    for warning in words["warnings"]:
        app.out.line(warning, "warn")
    app.out.line(
        t("The virtual school runs: {simulators} simulators, {devices} devices in the inventory.",
          simulators=len(words["simulators"]), devices=words["devices"]),
        "ok",
    )  # fmt: skip


@make("down", "Stop the virtual school.")
def down(app: App) -> None:
    """Stop it; no error where none runs."""
    from pedell.lab import process

    stopped = process.down(_place(app))
    if stopped:
        app.service.inventory.retire_source("lab")
    text = t("The virtual school is stopped.") if stopped else t("No virtual school runs.")
    app.out.show({"stopped": stopped}, text)


@make("status", "Show what the virtual school plays, its faults and effects.")
@click.argument("name", default="*")
def status(app: App, name: str) -> int:
    """List simulators; exit code 1 where no lab runs."""
    from fnmatch import fnmatchcase

    from pedell.lab.client import LabClient

    place = _place(app)
    if place.running() is None:
        app.out.show({"running": False, "simulators": []}, t("No virtual school runs."))
        return 1
    client = LabClient(place)
    found = client.status()
    shown = [
        one
        for one in found["simulators"]
        if any(fnmatchcase(each, name) for each in (one["id"], *one["devices"]))
    ]
    if app.json:
        app.out.document(
            {"running": True, "pid": client.running.pid, "url": client.running.url, "simulators": shown}
        )
        return 0
    app.out.table(
        [t("name"), t("simulator"), t("address"), t("effects"), t("faults")],
        [
            [
                one["id"], one["simulator"], one["address"],
                " ".join(f"{effect}={count}" for effect, count in one["effects"].items()),
                " ".join(fault["kind"] for fault in one["faults"] if not 0 < fault["times"] <= fault["used"]),
            ]
            for one in shown
        ],
    )  # fmt: skip
    if len(shown) == 1:
        app.out.line(json.dumps(shown[0]["state"], ensure_ascii=False, indent=2))
    return 0


def _who(names: list[str]) -> str:
    """Names of simulators, or how many there are."""
    return ", ".join(names) if len(names) <= NAMED else t("{count} simulators", count=len(names))


@make("fault", "Make simulators misbehave: silent, deaf, slow, refuse, garble, cut, vanish, login, closed.")
@click.argument("name")
@click.argument("kind", type=click.Choice(FAULTS), metavar="KIND")
@click.option("--on", default="", help="Only at this request, in the simulator's own words.")
@click.option(
    "--times", type=click.IntRange(0), default=0, help="So many times, then well again; 0 for ever."
)
@click.option(
    "--seconds", type=click.FloatRange(0, 600), default=3.0, help="For 'slow': how much later it answers."
)
def fault(app: App, name: str, kind: str, on: str, times: int, seconds: float) -> None:
    """Set a fault on all that match."""
    from pedell.lab.client import LabClient

    names = LabClient(_place(app)).fault(name, kind, on=on, times=times, seconds=seconds)
    who = _who(names)
    text = t("{names}: {kind} from now on", names=who, kind=kind)
    if times:
        text = t("{names}: {kind} {times} times, then well again", names=who, kind=kind, times=times)
    app.out.show({"simulators": names}, text)


@make("heal", "Make simulators behave again.")
@click.argument("name", default="*")
def heal(app: App, name: str) -> None:
    """Remove all faults of those that match."""
    from pedell.lab.client import LabClient

    names = LabClient(_place(app)).heal(name)
    app.out.show({"simulators": names}, t("{names}: well again", names=_who(names)))


@make(
    "change",
    "Change a device from outside, as somebody in the room would: KEY=VALUE, values as JSON or words.",
)
@click.argument("name")
@click.argument("values", nargs=-1, required=True)
def change(app: App, name: str, values: tuple[str, ...]) -> None:
    """Set parts of the state."""
    from pedell.errors import UsageError
    from pedell.lab.client import LabClient

    wish: dict[str, object] = {}
    for pair in values:
        key, equals, text = pair.partition("=")
        if not (key and equals):
            raise UsageError(t("{pair} is not KEY=VALUE", pair=pair))
        try:
            wish[key] = json.loads(text)
        except ValueError:
            wish[key] = text
    names = LabClient(_place(app)).change(name, wish)
    app.out.show({"simulators": names}, t("{names}: changed", names=_who(names)))


command = Group("lab", "A virtual school to practise on.", [up, down, status, fault, heal, change])
