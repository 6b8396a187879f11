"""`pedell sites`: sites, their rooms, and what stands in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from pedell.cli import completing
from pedell.cli.base import App, Group
from pedell.cli.base import command as make
from pedell.i18n import t

if TYPE_CHECKING:
    from pedell.inventory.rows import SiteFacts


def _facts(site: SiteFacts) -> dict[str, Any]:
    return {
        "id": site.id, "no": site.no, "slug": site.slug, "name": site.name, "campus": site.campus,
        "timezone": site.timezone, "rooms": site.rooms, "devices": site.devices,
    }  # fmt: skip


@make("list", "List sites; words narrow to slugs, names and campuses that hold them.")
@click.argument("words", nargs=-1)
def list_(app: App, words: tuple[str, ...]) -> None:
    """List."""
    found = app.service.inventory.sites(" ".join(words))
    if app.json:
        app.out.document({"sites": [_facts(site) for site in found]})
    app.out.table(
        [t("site"), t("name"), t("campus"), t("rooms"), t("devices")],
        [[site.slug, site.name, site.campus, site.rooms, site.devices] for site in found],
        empty=t("no sites; 'pedell devices import' brings them in"),
    )


@make("show", "Show one site with its rooms.")
@click.argument("site", shell_complete=completing.sites)
def show(app: App, site: str) -> None:
    """Show one."""
    found = app.service.inventory.site(site)
    if app.json:
        rooms = [
            {"id": room.id, "no": room.no, "name": room.name, "title": room.title, "tags": list(room.tags), "devices": room.devices}
            for room in found.rooms
        ]  # fmt: skip
        app.out.document({"site": _facts(found.site), "kinds": found.kinds, "room_list": rooms})
        return
    app.out.line(f"{found.site.name} ({found.site.slug})", "strong")
    if found.site.campus:
        app.out.line(f"{t('campus')}: {found.site.campus}")
    if found.site.timezone:
        app.out.line(f"{t('time zone')}: {found.site.timezone}")
    app.out.line(
        f"{t('devices')}: " + (", ".join(f"{count} {kind}" for kind, count in found.kinds.items()) or "0")
    )
    app.out.line()
    app.out.table(
        [t("room"), t("title"), t("tags"), t("devices")],
        [[room.name, room.title, ", ".join(room.tags), room.devices] for room in found.rooms],
        empty=t("no rooms"),
    )


command = Group("sites", "Sites of the inventory.", [list_, show])
