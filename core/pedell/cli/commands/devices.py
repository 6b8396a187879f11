"""`pedell devices`: what there is, bringing it in, and whether it answers."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from pedell.cli import completing
from pedell.cli.base import App, Group
from pedell.cli.base import command as make
from pedell.cli.commands import devices_config, devices_discover, devices_import, devices_listen
from pedell.i18n import said, t

if TYPE_CHECKING:
    from pedell.inventory.checking import Checked, Subject
    from pedell.inventory.rows import DeviceFacts, DeviceLink

SHOWN = 100
"""Devices that `list` shows on a terminal unless told otherwise."""
_STYLES = {"ok": "ok", "differs": "bad", "refused": "bad", "unreachable": "warn", "failed": "bad"}


def _selector(words: tuple[str, ...], on: str | None) -> str | None:
    """Words of the command line as one selector; None where none was given."""
    given = " ".join(words).strip()
    if on is not None and given:
        return f"({on}) ({given})"
    return on if on is not None else given or None


def _needed(words: tuple[str, ...], on: str | None) -> str:
    chosen = _selector(words, on)
    if chosen is None:
        raise click.UsageError(t("a selector is missing, such as room=B204; '*' means every device"))
    return chosen


def _facts(facts: DeviceFacts) -> dict[str, Any]:
    return {
        "id": facts.id, "no": facts.no, "name": facts.name, "kind": facts.kind, "site": facts.site, "room": facts.room,
        "drivers": list(facts.drivers), "model": facts.model, "serial": facts.serial, "address": facts.address,
        "controller": facts.controller, "state": facts.state,
    }  # fmt: skip


@make("list", "List devices: all, or those that a selector means.")
@click.argument("selector", nargs=-1)
@click.option("--on", help="The selector, such as 'kind=whiteboard room=B*'.")
@click.option("--limit", type=click.IntRange(0), help="How many to show; 0 for all.")
@click.option("--offset", type=click.IntRange(0), default=0, help="How many to leave out at the beginning.")
def list_(app: App, selector: tuple[str, ...], on: str | None, limit: int | None, offset: int) -> None:
    """List."""
    most = limit if limit is not None else 0 if app.json else SHOWN
    found = app.service.inventory.devices(_selector(selector, on), limit=most or None, offset=offset)
    if app.json:
        app.out.document({"devices": [_facts(facts) for facts in found.devices], "total": found.total})
        return
    from pedell.service.words import device_word

    app.out.table(
        [t("no."), t("name"), t("kind"), t("site"), t("room"), t("model"), t("driver"), t("state")],
        [
            [
                one.no,
                one.name,
                one.kind,
                one.site,
                one.room,
                one.model,
                ", ".join(one.drivers),
                device_word(one.state),
            ]
            for one in found.devices
        ],
        empty=t("no devices"),
    )
    if not found.total and not app.service.inventory.devices(limit=1).total:
        app.out.line(
            t("the inventory is empty: 'pedell devices import FILE', see docs/inventory.md"), "quiet"
        )
    if found.total > len(found.devices):
        app.out.line(
            t("{shown} of {total} devices; --limit 0 shows all", shown=len(found.devices), total=found.total),
            "quiet",
        )


@make("show", "Show one device: by name, number or id.")
@click.argument("device", shell_complete=completing.devices)
def show(app: App, device: str) -> None:
    """Show one."""
    found = app.service.inventory.device(device)
    if app.json:
        app.out.document(
            {
                "device": {
                    **_facts(found.facts), "mac": found.mac, "tags": list(found.tags), "source": found.source,
                    "changed": found.changed,
                    "uses": [{"driver": use.driver, "address": use.address, "options": dict(use.options)} for use in found.uses],
                    "links": [_link(one) for one in found.links], "links_here": [_link(one) for one in found.links_here],
                }
            }
        )  # fmt: skip
        return
    from pedell.service.words import device_word

    facts = found.facts
    app.out.line(f"{facts.name}  ({t('no.')} {facts.no}, {facts.id})", "strong")
    rows = [
        (t("kind"), facts.kind), (t("site"), facts.site), (t("room"), facts.room), (t("model"), facts.model),
        (t("serial number"), facts.serial), (t("MAC address"), found.mac), (t("controller"), facts.controller),
        (t("tags"), ", ".join(found.tags)), (t("state"), device_word(facts.state)), (t("source"), found.source),
    ]  # fmt: skip
    for label, value in rows:
        if value:
            app.out.line(f"  {label}: {value}")
    for use in found.uses:
        options = ", ".join(f"{key}={value}" for key, value in use.options.items())
        app.out.line(f"  {t('driver')}: {use.driver}  {use.address}" + (f"  ({options})" if options else ""))
    for one in found.links:
        app.out.line(f"  {one.kind}: {one.other_name}" + (f" ({one.detail})" if one.detail else ""))
    for one in found.links_here:
        app.out.line(
            f"  {t('from {name}', name=one.other_name)}: {one.kind}"
            + (f" ({one.detail})" if one.detail else "")
        )


def _link(link: DeviceLink) -> dict[str, Any]:
    return {"kind": link.kind, "no": link.other, "name": link.other_name, "detail": link.detail}


@make("check", "Connect to devices and read who they are; changes nothing.")
@click.argument("selector", nargs=-1)
@click.option("--on", help="The selector, such as 'kind=whiteboard room=B*'.")
@click.option(
    "--seconds",
    type=click.FloatRange(0.1, 300),
    default=10.0,
    show_default=True,
    help="Time limit for each device.",
)
@click.option(
    "--at-once", type=click.IntRange(1, 256), default=32, show_default=True, help="How many devices at once."
)
def check(app: App, selector: tuple[str, ...], on: str | None, seconds: float, at_once: int) -> int:
    """Check; exit code 1 where one is not as it should be."""
    inventory = app.service.inventory
    subjects = inventory.subjects(_needed(selector, on))
    _some(subjects)
    answers: list[Checked] = []
    for answer in inventory.check(subjects, seconds=seconds, threads=at_once):
        answers.append(answer)
        app.out.line(_sentence(answer), _STYLES[answer.outcome])
    counts = Counter(str(answer.outcome) for answer in answers)
    if app.json:
        app.out.document(
            {
                "checks": [_checked(answer) for answer in sorted(answers, key=lambda a: a.no)],
                "counts": dict(counts),
            }
        )
    app.out.line(", ".join(f"{_words(word)}: {count}" for word, count in sorted(counts.items())), "strong")
    return 0 if set(counts) <= {"ok"} else 1


def _some(subjects: list[Subject]) -> None:
    if not subjects:
        from pedell.errors import NotFoundError

        raise NotFoundError(t("no device is meant by this selector"), hint=t("see 'pedell devices list'"))


def _words(outcome: str) -> str:
    return {
        "ok": t("ok"), "differs": t("differs"), "refused": t("refused"), "unreachable": t("unreachable"), "failed": t("failed"),
    }[outcome]  # fmt: skip


def _sentence(answer: Checked) -> str:
    found = answer.identity
    who = (
        ", ".join(part for part in (found.manufacturer, found.model, found.serial, found.firmware) if part)
        if found
        else ""
    )
    parts = [
        f"{answer.target.name} [{answer.target.driver}]: {_words(answer.outcome)}",
        who,
        said(answer.message),
    ]
    return "; ".join(part for part in parts if part) + (f" ({said(answer.hint)})" if answer.hint else "")


def _checked(answer: Checked) -> dict[str, Any]:
    said = answer.identity
    return {
        "id": answer.target.id, "no": answer.no, "name": answer.target.name, "driver": answer.target.driver,
        "outcome": str(answer.outcome), "message": answer.message, "hint": answer.hint,
        "identity": None if said is None else {
            "serial": said.serial, "mac": said.mac, "model": said.model, "name": said.name, "firmware": said.firmware,
            "manufacturer": said.manufacturer,
        },
    }  # fmt: skip


@make("export", "Write devices as a file that the import reads back.")
@click.argument("selector", nargs=-1)
@click.option("--on", help="The selector, such as 'kind=whiteboard room=B*'.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "yaml"]),
    help="What the file's name says, else yaml. CSV has no links.",
)
@click.option(
    "--delimiter",
    type=click.Choice([";", ","]),
    default=";",
    show_default=True,
    help="What stands between fields of CSV.",
)
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file; standard output without it.",
)
def export(
    app: App,
    selector: tuple[str, ...],
    on: str | None,
    form: Literal["csv", "yaml"] | None,
    delimiter: str,
    output: Path | None,
) -> None:
    """Export."""
    if form is None:
        form = "csv" if output is not None and output.suffix.lower() == ".csv" else "yaml"
    lines = app.service.inventory.export(_selector(selector, on), form, delimiter)
    if output is not None:
        try:
            with output.open("w", encoding="utf-8", newline="") as file:
                file.writelines(lines)
        except OSError as error:
            raise click.UsageError(
                t("{path} cannot be written: {error}", path=output, error=error.strerror or error)
            ) from error
        app.out.line(t("written to {path}", path=output), "ok")
        content = None
    else:
        content = "".join(lines)
        if not app.json:
            click.echo(content, nl=False)
    if app.json:
        app.out.document({"format": form, "path": str(output) if output else None, "content": content})


@make("pin-key", "Remember the SSH host keys that devices, or one host, show now.")
@click.argument("selector", nargs=-1, required=True, metavar="SELECTOR|HOST[:PORT]")
@click.option("--replace", is_flag=True, help="Also where another key is known already.")
@click.option(
    "--seconds",
    type=click.FloatRange(0.1, 300),
    default=15.0,
    show_default=True,
    help="Time limit for each device.",
)
def pin_key(app: App, selector: tuple[str, ...], replace: bool, seconds: float) -> int:
    """Pin; exit code 1 where one host failed."""
    from pedell.drivers.errors import DeviceError

    inventory = app.service.inventory
    rows: list[dict[str, Any]] = []
    for found in inventory.ssh_hosts(" ".join(selector)):
        row: dict[str, Any] = {
            "name": found.name, "host": found.host, "port": found.port, "fingerprint": None, "error": None
        }  # fmt: skip
        try:
            row["fingerprint"] = inventory.pin_key_of(found, replace=replace, seconds=seconds)
            app.out.line(f"{found.name}: {row['fingerprint']}", "ok")
        except DeviceError as error:
            row["error"] = error.message
            hint = f" ({said(error.hint)})" if error.hint else ""
            app.out.line(f"{found.name}: {said(error.message)}{hint}", "bad")
        rows.append(row)
    if app.json:
        app.out.document({"keys": rows})
    if any(row["fingerprint"] for row in rows):
        app.out.line(t("compare the fingerprints with what the devices show on their console"), "quiet")
    return 1 if any(row["error"] for row in rows) else 0


command = Group(
    "devices",
    "Devices of the inventory.",
    [
        list_,
        show,
        devices_import.import_,
        check,
        devices_discover.discover,
        devices_listen.listen,
        export,
        pin_key,
        devices_config.config,
    ],
)
