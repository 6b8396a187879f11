"""`pedell plugins`: plugins, what they offer, and which are quarantined. Touches no device."""

from __future__ import annotations

from pedell.cli.base import App
from pedell.cli.base import command as make
from pedell.i18n import t


@make("plugins", "Plugins, what they offer, and which are quarantined.")
def command(app: App) -> int:
    """List all; exit code 1 where one is quarantined."""
    plugins = app.service.around.plugins
    if app.json:
        app.out.document(
            {
                "plugins": [
                    {"id": record.name, "module": record.module, "distribution": record.distribution, "version": record.version,
                     "quarantined": record.quarantined, "error": record.error, "offers": record.offers}
                    for record in plugins.records
                ]
            }
        )  # fmt: skip
    for record in plugins.records:
        head = f"{record.name}  {record.distribution} {record.version}".rstrip()
        if record.quarantined:
            app.out.line(f"{head}  {t('quarantined')}: {record.error}", "bad")
            continue
        app.out.line(head, "strong")
        for what, names in record.offers.items():
            if names:
                app.out.line(f"  {_offer(what)}: {', '.join(names)}")
    return 1 if any(record.quarantined for record in plugins.records) else 0


def _offer(what: str) -> str:
    return {
        "contracts": t("contracts"), "drivers": t("drivers"), "controllers": t("controllers"),
        "ticket_systems": t("ticket systems"), "playbook_folders": t("playbook folders"), "simulators": t("simulators"),
    }.get(what, what.replace("_", " "))  # fmt: skip
