"""`pedell notify`: who is told when somebody is needed."""

from __future__ import annotations

import click

from pedell.cli.base import App, Group
from pedell.cli.base import command as make
from pedell.i18n import t


@make("list", "Notifiers of the settings, and what is on its way.")
def list_notifiers(app: App) -> int:
    """List."""
    given, counts = app.settings.notify, app.service.notify.counts()
    if app.json:
        rows = [
            {"name": name, "notifier": one.notifier, "kinds": list(one.kinds)} for name, one in given.items()
        ]
        app.out.document({"notifiers": rows, "counts": dict(counts)})
    app.out.table(
        [t("name"), t("notifier"), t("kinds")],
        [(name, one.notifier, ", ".join(one.kinds) or t("all")) for name, one in given.items()],
        t("none yet; see docs/notify.md"),
    )
    due, sent, dead = (counts.get(state, 0) for state in ("due", "sent", "dead"))
    app.out.line(
        t("notices on their way: {due}, sent: {sent}, given up: {dead}", due=due, sent=sent, dead=dead)
    )
    return 0


@make("test", "Send a notice now, to see whether it arrives.")
@click.argument("name")
def test(app: App, name: str) -> int:
    """Send one."""
    app.service.notify.test(name)
    app.out.show({"sent": True}, t("sent; look whether it arrived"))
    return 0


command = Group("notify", "Who is told when somebody is needed.", [list_notifiers, test])
