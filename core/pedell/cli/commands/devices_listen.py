"""`pedell devices listen`: what devices tell by themselves, as it comes; nothing is done about it."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from pedell.cli.base import App
from pedell.cli.base import command as make
from pedell.cli.spans import seconds
from pedell.cli.stopping import stop_signals
from pedell.i18n import said, t

if TYPE_CHECKING:
    from pedell.service.listening import Heard, Listening, Tally

LONGEST = 24 * 3600
NAMED = 3
"""Devices at one address that are named."""


@make("listen", "Show what devices tell by themselves, such as that they were switched on; changes nothing.")
@click.option("--site", default="", help="Only devices of this site.")
@click.option("--protocol", "protocols", multiple=True, help="Only this driver; all that can without it.")
@click.option("--for", "span", default="10m", show_default=True, help="How long, such as 30s, 10m or 8h.")
@click.option("--address", default="", help="Address of this machine to listen on; all without it.")
def listen(app: App, site: str, protocols: tuple[str, ...], span: str, address: str) -> None:
    """Listen until the time is over or Ctrl-C is pressed; with --json one document a line."""
    from pedell.drivers.deadline import Deadline

    length = seconds(span, "smh", "30s, 10m, 8h, 24h", most=LONGEST)
    # Before the port is taken: a Ctrl-C that comes early must not be lost.
    with (
        stop_signals() as ended,
        app.service.listening(site=site, drivers=protocols, address=address) as listening,
    ):
        _begin(listening, span)
        for heard in listening.hear(Deadline.after(length), ended.is_set):
            _show(app, heard)
        _end(app, listening.tally)


def _begin(listening: Listening, span: str) -> None:
    ports = ", ".join(f"{driver} (UDP {port})" for driver, port in sorted(listening.ports.items()))
    words = t("listening for {length} to: {ports}; Ctrl-C ends it", length=span, ports=ports)
    # With --json as well: who starts it from a program must know when it has begun.
    click.echo(words, err=True)
    sys.stderr.flush()


def _show(app: App, heard: Heard) -> None:
    from pedell.cli.output import when

    if app.json:
        _line(_document(heard))
        return
    names = " / ".join(
        f"{one.name} ({one.site}/{one.room})" if one.room else f"{one.name} ({one.site})"
        for one in heard.devices[:NAMED]
    )
    more = " …" if len(heard.devices) > NAMED else ""
    clock = when(heard.at, app.settings.timezone).partition(" ")[2]
    app.out.line(f"{clock}  {names}{more}: {said(heard.notice.text)}")
    sys.stdout.flush()


def _end(app: App, tally: Tally) -> None:
    if app.json:
        _line(
            {
                "end": {
                    "notices": tally.notices, "unknown": tally.unknown, "elsewhere": tally.elsewhere,
                    "malformed": tally.malformed, "strangers": dict(tally.strangers.most_common()),
                }
            }
        )  # fmt: skip
        return
    app.out.line(t("notices: {count}", count=tally.notices), "strong")
    if tally.unknown:
        who = ", ".join(f"{address} ({count})" for address, count in tally.strangers.most_common(5))
        app.out.line(
            t(
                "from senders that the inventory does not know: {count}, such as {who}",
                count=tally.unknown,
                who=who,
            ),
            "warn",
        )
    if tally.elsewhere:
        app.out.line(t("from devices of other sites: {count}", count=tally.elsewhere), "quiet")
    if tally.malformed:
        app.out.line(t("datagrams without a meaning: {count}", count=tally.malformed), "quiet")


def _document(heard: Heard) -> dict[str, Any]:
    notice = heard.notice
    return {
        "at": heard.at, "address": heard.address, "driver": heard.driver, "what": notice.what, "text": notice.text,
        "facts": dict(notice.facts),
        "devices": [{"no": one.no, "name": one.name, "site": one.site, "room": one.room} for one in heard.devices],
    }  # fmt: skip


def _line(document: dict[str, Any]) -> None:
    click.echo(json.dumps(document, ensure_ascii=False))
    sys.stdout.flush()
