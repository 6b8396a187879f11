"""How a plan looks."""

from __future__ import annotations

from typing import Any

from pedell.cli.output import Output, when
from pedell.i18n import t
from pedell.service.planning import Plan, effects
from pedell.service.windowed import Wait

BATCHES = 10
"""So many batches are shown with their sizes."""


def document(plan: Plan) -> dict[str, Any]:
    """As `--json` shows it."""
    return {
        "playbook": plan.book.id,
        "title": {"en": plan.book.playbook.title.en, "de": plan.book.playbook.title.de},
        "hash": plan.book.hash,
        "selector": plan.selector,
        "inputs": dict(plan.inputs),
        "risk": str(plan.risk),
        "minutes": round(plan.minutes, 1),
        "sites": dict(sorted(plan.sites.items())),
        "devices": [
            {
                "id": d.id,
                "no": d.no,
                "name": d.name,
                "kind": d.kind,
                "site": d.site,
                "room": d.room,
                "batch": batch,
            }
            for batch, members in enumerate(plan.batches, 1 if in_batches(plan) else 0)
            for d in members
        ],
        "unable": [
            {"id": u.device.id, "name": u.device.name, "capability": u.capability} for u in plan.unable
        ],
        "left_out": plan.left_out,
        "batches": [len(members) for members in plan.batches] if in_batches(plan) else [],
        "capabilities": plan.envelope()["capabilities"],
        "irreversible": list(plan.irreversible),
    }


def show(out: Output, plan: Plan, *, limit: int | None) -> None:
    """For people."""
    out.line(f"{plan.book.playbook.title.text}  ({plan.book.id})", "strong")
    out.line(f"  {plan.book.playbook.description.text}")
    out.line(t("devices: {count}, sites: {sites}", count=len(plan.devices), sites=len(plan.sites)))
    if in_batches(plan):
        out.line(_batches([len(members) for members in plan.batches]))
    shown = plan.devices if limit is None else plan.devices[:limit]
    out.table(
        [t("device"), t("kind"), t("site"), t("room")], [(d.name, d.kind, d.site, d.room) for d in shown]
    )
    if len(shown) < len(plan.devices):
        out.line(t("… and {count} more (--all lists them)", count=len(plan.devices) - len(shown)), "quiet")
    if plan.left_out:
        out.line(
            t("other devices there, which this playbook is not for: {count}", count=plan.left_out), "quiet"
        )
    for item in plan.unable[:10]:
        out.line(
            t(
                "{name} is left out: its driver cannot do {capability}",
                name=item.device.name,
                capability=item.capability,
            ),
            "warn",
        )
    changing = effects(plan)
    if changing:
        out.line(t("What it changes:"))
        for capability in changing:
            style = "bad" if capability.name in plan.irreversible else "warn" if capability.risk else ""
            out.line(f"  {capability.summary} ({capability.name}, {t_risk(str(capability.risk))})", style)
    else:
        out.line(t("It only reads."), "ok")
    if plan.minutes:
        out.line(t("Expected: about {minutes} min", minutes=max(1, round(plan.minutes))))
    if plan.irreversible:
        out.line(
            t(
                "{names}: cannot be undone; refused until a second person has approved",
                names=", ".join(plan.irreversible),
            ),
            "bad",
        )


def show_wait(out: Output, wait: Wait, zone: str) -> None:
    """How many devices could not begin now, and when the first of them may."""
    if wait.until is not None:
        out.line(
            t(
                "Not now: devices that wait for their window or the end of a lesson: {count}, the first until {time}",
                count=wait.devices, time=when(wait.until, zone),
            ),
            "warn",
        )  # fmt: skip
    if wait.never:
        out.line(t("Devices whose window does not come in sight: {count}", count=wait.never), "bad")


def in_batches(plan: Plan) -> bool:
    """Whether its devices go in batches."""
    return bool(plan.book.playbook.strategy.batches)


def _batches(sizes: list[int]) -> str:
    shown = ", ".join(str(size) for size in sizes[:BATCHES]) + (", …" if len(sizes) > BATCHES else "")
    return t("in {count} batches, one after the other: {sizes}", count=len(sizes), sizes=shown)


def t_risk(risk: str) -> str:
    """The risk in the reader's language."""
    return {
        "harmless": t("harmless"), "disruptive": t("interrupts the room"), "destructive": t("destroys data"),
    }[risk]  # fmt: skip
