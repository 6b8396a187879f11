"""`pedell init`: the data folder, the settings, the store."""

from __future__ import annotations

import os

from pedell.cli.base import App
from pedell.cli.base import command as make
from pedell.i18n import t


@make("init", "Set up the data folder and say what comes next.")
def command(app: App) -> None:
    """Make what is missing; what is there stays as it is."""
    from pedell.service.setup import set_up

    made = set_up(os.environ)
    app.out.line(t("The data folder is {path}.", path=made.data), "ok")
    for path in made.created:
        app.out.line(t("  made {path}", path=path))
    app.out.line()
    app.out.line(t("What comes next:"), "strong")
    app.out.line(t("  pedell lab up --detach        a virtual school to practise on"))
    app.out.line(t("  pedell devices import FILE    your own devices (docs/inventory.md)"))
    app.out.line(t("  pedell doctor                 check that everything is there"))
    if app.json:
        app.out.document(
            {
                "data": str(made.data),
                "config": str(made.config),
                "created": [str(path) for path in made.created],
            }
        )
