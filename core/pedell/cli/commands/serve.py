"""`pedell serve`: engine, schedule, tickets and webhooks in one process, until SIGTERM or Ctrl-C."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import click

from pedell.cli import logs
from pedell.cli.base import App
from pedell.cli.base import command as make
from pedell.cli.stopping import stop_signals
from pedell.i18n import said, t

if TYPE_CHECKING:
    from pedell.api.server import HttpServer
    from pedell.drivers.deadline import Deadline
    from pedell.service.engine_part import EnginePart
    from pedell.service.parts import Part, Repeating

NOTICES = 5.0
"""Seconds between two looks for what people are to be told."""
LAST = 10.0
"""Seconds for the last notices."""
DRAIN = 20.0
"""Seconds that everything together may take to stop."""


@make("serve", "Engine, schedule and webhooks in one process.")
@click.option("--host", help="Address to listen on, instead of the one in the settings.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; 0 takes a free one.")
def command(app: App, host: str | None, port: int | None) -> int:
    """Start all parts, say where it listens, and stop in reverse order."""
    from pedell.service.parts import Running

    web, zone = app.settings.web, app.settings.timezone
    # Before anything is started: a signal that comes early must not be lost.
    with stop_signals() as stop:
        http, tickets = _web(app, host or web.host, web.port if port is None else port)
        logs.listen(zone)
        engine = _engine(app, stop)
        with Running([engine, *_by_itself(app), *tickets, *_ears(app), _notices(app), http], DRAIN):
            if app.json:
                app.out.document({"url": http.url})
            app.out.line(t("Pedell listens on {url}", url=http.url))
            sys.stdout.flush()
            stop.wait()
            app.out.line(t("stopping"), "quiet")
    if engine.ended_by_itself:
        _send_last(app)
        return 75
    return 0


def warn(text: str) -> None:
    """A line on standard error, as what is logged."""
    logging.getLogger(logs.NAME).warning("%s", text)


def _engine(app: App, stop: threading.Event) -> EnginePart:
    """The engine; where it cannot go on, everything ends, so that a supervisor starts it anew."""
    from pedell.service.engine_part import EnginePart

    def broken(words: str) -> None:
        try:
            app.service.notify.engine_ended(words)
        finally:
            stop.set()

    return EnginePart(app.service.runs, warn, broken)


def _notices(app: App) -> Repeating:
    """Who is told when somebody is needed."""
    notify = app.service.notify
    notify.check_settings()
    return _repeating("notices", notify.turn, every=NOTICES)


def _ears(app: App) -> Sequence[Part]:
    """What hears devices tell of changes, where the settings say so."""
    from pedell.service.listening import NoticesPart

    listen = app.settings.listen
    return [NoticesPart(app.service.around, listen.address, warn)] if listen.notices else []


def _send_last(app: App) -> None:
    """The notice of the engine's end; where it cannot be sent now, the next start does it."""
    from pedell.drivers.deadline import Deadline
    from pedell.errors import PedellError

    try:
        app.service.notify.outbox.drain(20, Deadline.after(LAST))
    except PedellError as error:
        warn(said(error.message))


def _by_itself(app: App) -> Sequence[Part]:
    """What starts runs without a person: schedules, and proposals that only read."""
    runs, tickets = app.service.runs, app.service.tickets
    alarm = app.service.schedules.alarm(_nothing, warn)
    return alarm, _repeating("automatic", lambda _: tickets.run_automatic(runs.submit_automatic))


def _nothing(run: int) -> None:
    """The engine finds open runs by itself."""
    del run


def _web(app: App, host: str, port: int) -> tuple[HttpServer, Sequence[Part]]:
    """What takes tickets in and tells them what became of them."""
    from pedell.api.app import build
    from pedell.api.server import HttpServer

    tickets = app.service.tickets
    tickets.check_settings()
    inbox = _repeating("inbox", lambda deadline: tickets.work(50, deadline))
    outbox = _repeating("outbox", lambda deadline: tickets.outbox.drain(50, deadline).sent)
    application = build(tickets, wake=inbox.wake, health=lambda: _health(app), tell=warn)
    return HttpServer(application, host, port), (outbox, inbox)


def _repeating(name: str, work: Callable[[Deadline], int], every: float = 2.0) -> Repeating:
    from pedell.service.parts import Repeating

    return Repeating(name, work, every=every, limit=10.0, tell=warn)


def _health(app: App) -> None:
    app.service.around.store.revision()
