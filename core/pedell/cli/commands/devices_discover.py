"""`pedell devices discover`: who answers, as a file for `devices import`; nothing is written to the inventory."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pedell.cli import completing
from pedell.cli.base import App
from pedell.cli.base import command as make
from pedell.i18n import said, t

if TYPE_CHECKING:
    from pedell.drivers.api import Found
    from pedell.inventory.discovery import Proposal


@make(
    "discover", "Ask addresses and networks who is there, and propose rows for the import; changes nothing."
)
@click.argument("addresses", nargs=-1, metavar="[ADDRESS|FIRST-LAST|NETWORK]...")
@click.option(
    "--site", required=True, shell_complete=completing.sites, help="The site that the proposed rows are for."
)
@click.option(
    "--network",
    "networks",
    multiple=True,
    help="Search this network by broadcast, such as 10.4.2.0/24; asks no address by itself.",
)
@click.option("--protocol", "protocols", multiple=True, help="Only this driver; all that can without it.")
@click.option(
    "--seconds",
    type=click.FloatRange(0.1, 300),
    default=30.0,
    show_default=True,
    help="How long answers to a search are collected.",
)
@click.option(
    "--at-once",
    type=click.IntRange(1, 256),
    default=32,
    show_default=True,
    help="How many addresses at once.",
)
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file for the import; standard output without it.",
)
def discover(
    app: App,
    addresses: tuple[str, ...],
    site: str,
    networks: tuple[str, ...],
    protocols: tuple[str, ...],
    seconds: float,
    at_once: int,
    output: Path | None,
) -> int:
    """Discover; exit code 1 where a search could not be made."""
    from pedell.inventory.discovery import as_yaml

    if not addresses and not networks:
        raise click.UsageError(t("name addresses to ask, or a network to search (--network 10.4.2.0/24)"))
    found = app.service.inventory.discover(
        site, addresses, networks, protocols=protocols, seconds=seconds, threads=at_once
    )
    text = "".join(as_yaml(found.proposals, found.site))
    if output is not None:
        try:
            output.write_text(text, "utf-8")
        except OSError as error:
            raise click.UsageError(
                t("{path} cannot be written: {error}", path=output, error=error.strerror or error)
            ) from error
    if app.json:
        app.out.document(
            {
                "site": found.site, "asked": found.asked, "errors": list(found.errors),
                "proposals": [_document(one, found.site) for one in found.proposals],
                "path": str(output) if output else None, "content": None if output else text,
            }
        )  # fmt: skip
    elif output is None:
        click.echo(text, nl=False)
    else:
        _show(app, found.proposals, output)
    for reason in found.errors:
        click.echo(t("not searched: {error}", error=said(reason)), err=True)
    return 1 if found.errors else 0


def _show(app: App, proposals: tuple[Proposal, ...], output: Path) -> None:
    app.out.table(
        [t("address"), t("driver"), t("model"), t("serial number"), t("in the inventory")],
        [
            [
                one.host,
                ", ".join(found.driver for found in one.drivers)
                or said(next((found.note for found in one.found if found.note), "?")),
                one.said("model"),
                one.said("serial"),
                one.known.name if one.known else "-",
            ]
            for one in proposals
        ],
        empty=t("nobody answered"),
    )
    app.out.line(t("written to {path}", path=output), "ok")
    app.out.line(t("look through it, then: pedell devices import {path}", path=output), "quiet")


def _document(one: Proposal, site: str) -> dict[str, Any]:
    return {
        "host": one.host, "name": one.name, "found": [_found(found) for found in one.found],
        "known": None if one.known is None else {"no": one.known.no, "name": one.known.name, "by": one.known.by},
        "row": (one.row(site) or None) if one.known is None else None,
    }  # fmt: skip


def _found(found: Found) -> dict[str, Any]:
    return {
        "driver": found.driver, "kind": found.kind, "address": found.address, "manufacturer": found.manufacturer,
        "model": found.model, "name": found.name, "serial": found.serial, "mac": found.mac,
        "firmware": found.firmware, "options": dict(found.options), "note": found.note,
    }  # fmt: skip
