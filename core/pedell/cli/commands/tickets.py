"""`pedell tickets`: open, list, show, log, note, and what is proposed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from pedell.cli.base import App, Group
from pedell.cli.base import command as make
from pedell.i18n import said, t
from pedell.service.words import proposal_word, ticket_word

if TYPE_CHECKING:
    from pedell.service.tickets import LogLine
    from pedell.tickets.model import Proposal, Ticket

STATES = ("new", "open", "pending", "solved", "closed")
PROPOSALS = ("open", "taken", "dropped", "all")


@make("new", "Open a ticket and show what is proposed for it.")
@click.argument("title")
@click.option("--body", default="", help="What the ticket says beyond its title.")
@click.option("--room", default="", help="Room that is meant.")
@click.option("--device", default="", help="Device that is meant.")
@click.option("--site", default="", help="Site that is meant.")
@click.option("--symptom", default="", help="What is wrong, in a few words.")
@click.option(
    "--system", default="local", help="Ticket system that is to hold it; the built-in one by default."
)
def new(app: App, title: str, body: str, system: str, **hints: str) -> None:
    """Open one."""
    service = app.service.tickets
    ticket = service.new(title, body, hints=hints, system=system)
    found = service.proposals(ticket=ticket.no)
    if app.json:
        app.out.document(
            {"ticket": ticket_json(ticket), "proposals": [proposal_json(each) for each in found]}
        )
        return
    app.out.line(t("ticket {number}: {title}", number=ticket.no, title=ticket.title), "strong")
    _proposed(app, ticket, found)


@make("list", "List tickets, newest first.")
@click.argument("text", default="")
@click.option("--state", type=click.Choice(STATES), help="Only those in this state.")
@click.option("--undelivered", is_flag=True, help="Only those whose system has not been told everything.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, help="At most so many.")
def list_(app: App, text: str, state: str | None, undelivered: bool, limit: int) -> None:
    """List some."""
    from pedell.cli.output import when
    from pedell.tickets.adapter import TicketState

    wanted = TicketState(state) if state else None
    found = app.service.tickets.list(state=wanted, text=text, undelivered=undelivered, limit=limit)
    if app.json:
        app.out.document({"tickets": [ticket_json(ticket) for ticket in found]})
    zone = app.settings.timezone
    app.out.table(
        [t("no."), t("ticket"), t("state"), t("opened"), t("title")],
        [
            [each.no, each.reference, ticket_word(each.state), when(each.created, zone), each.title]
            for each in found
        ],
        t("no tickets"),
    )


@make("show", "Show a ticket and what is proposed for it.")
@click.argument("ticket")
def show(app: App, ticket: str) -> None:
    """Show one."""
    from pedell.cli.output import when

    service = app.service.tickets
    found = service.ensure(ticket)
    proposed = service.proposals(state=None, ticket=found.no)
    if app.json:
        app.out.document(
            {"ticket": ticket_json(found), "proposals": [proposal_json(each) for each in proposed]}
        )
        return
    app.out.line(t("ticket {number}: {title}", number=found.no, title=found.title), "strong")
    app.out.line(
        f"{t('state')}: {ticket_word(found.state)}   {t('opened')}: {when(found.created, app.settings.timezone)}"
    )
    if found.url:
        app.out.line(found.url)
    for name, value in found.hints.items():
        app.out.line(f"{_hint(name)}: {value}")
    for line in found.body.splitlines():
        app.out.line(f"  {line}")
    _proposed(app, found, proposed)


@make("log", "What happened for a ticket: runs, notes, and what is still to be sent.")
@click.argument("ticket")
def log(app: App, ticket: str) -> int:
    """Show its log; exit code 1 where something could not be delivered for good."""
    from pedell.cli.output import when
    from pedell.tickets.model import OutboxState

    service = app.service.tickets
    found = service.ensure(ticket)
    lines = service.log(found)
    if app.json:
        app.out.document({"ticket": ticket_json(found), "log": [log_json(line) for line in lines]})
    for line in lines:
        head, *rest = line.text.splitlines() or [""]
        if line.kind == "state":
            head = ticket_word(head)
        about = "" if line.run is None else t("run {run}", run=line.run) + " "
        app.out.line(f"{when(line.at, app.settings.timezone)}  {_kind(line.kind):<14}  {about}{head}")
        for more in rest:
            app.out.line(f"{'':<37}{more}")
        if line.delivery is OutboxState.DUE:
            app.out.line(f"{'':<37}{t('not delivered yet')} {said(line.error)}".rstrip(), "warn")
        elif line.delivery is OutboxState.DEAD:
            app.out.line(f"{'':<37}{t('given up')}: {said(line.error)}", "bad")
    return 1 if any(line.delivery is OutboxState.DEAD for line in lines) else 0


def _hint(name: str) -> str:
    return {
        "room": t("room"), "device": t("device"), "site": t("site"), "symptom": t("symptom"),
    }.get(name, name)  # fmt: skip


def _kind(kind: str) -> str:
    return {
        "opened": t("opened"), "considered": t("considered"), "proposed": t("proposed"), "run": t("run"), "note": t("note"),
        "state": t("state"),
    }.get(kind, kind)  # fmt: skip


@make("note", "Write a note into a ticket.")
@click.argument("ticket")
@click.argument("text")
def note(app: App, ticket: str, text: str) -> None:
    """Write it; one for another system is delivered now where that system answers, else later."""
    from pedell.drivers.deadline import Deadline
    from pedell.tickets.model import LOCAL

    service = app.service.tickets
    found = service.note(ticket, text)
    if found.system != LOCAL:
        service.outbox.drain(20, Deadline.after(30))
    app.out.show({"ticket": ticket_json(found)}, t("noted in ticket {ticket}", ticket=found.reference))


@make("proposals", "What is proposed for tickets.")
@click.argument("number", type=click.IntRange(1), required=False)
@click.option("--state", type=click.Choice(PROPOSALS), default="open", help="Only those in this state.")
@click.option("--drop", is_flag=True, help="Say that nobody wants the proposal of that number.")
def proposals(app: App, number: int | None, state: str, drop: bool) -> None:
    """List them, or show or drop the one of that number."""
    from pedell.errors import UsageError
    from pedell.tickets.model import ProposalState

    service = app.service.tickets
    if drop:
        if number is None:
            raise UsageError(t("which proposal is to be dropped?"), hint="pedell tickets proposals 7 --drop")
        service.drop(number)
    if number is not None:
        found: Sequence[Proposal] = [service.proposal(number)]
    else:
        found = service.proposals(state=None if state == "all" else ProposalState(state))
    if app.json:
        app.out.document({"proposals": [proposal_json(each) for each in found]})
        return
    for each in found:
        _proposal(app, each)
    if not found:
        app.out.line(t("no proposals"), "quiet")


def _proposed(app: App, ticket: Ticket, found: Sequence[Proposal]) -> None:
    from pedell.tickets.reasons import words

    for remark in ticket.remarks:
        app.out.line(words(remark), "quiet")
    for each in found:
        _proposal(app, each)
    if not found:
        app.out.line(t("no proposals"), "quiet")


def _proposal(app: App, each: Proposal) -> None:
    from pedell.tickets.reasons import words

    app.out.line(
        t("proposal {number} for ticket {ticket}: {playbook} on {selector} ({state})",
          number=each.no, ticket=each.ticket, playbook=each.playbook, selector=each.selector, state=proposal_word(each.state))
    )  # fmt: skip
    for reason in each.reasons:
        app.out.line(f"  {words(reason)}", "quiet")
    if each.state == "open":
        app.out.line(f"  pedell run --proposal {each.no}")


def ticket_json(ticket: Ticket) -> dict[str, object]:
    """A ticket's documented shape."""
    from pedell.tickets.reasons import words

    return {
        "id": ticket.id, "no": ticket.no, "reference": ticket.reference, "system": ticket.system,
        "key": ticket.key, "kind": ticket.kind, "title": ticket.title, "body": ticket.body,
        "state": ticket.state.value, "requester": ticket.requester, "url": ticket.url,
        "hints": dict(ticket.hints), "created": ticket.created, "changed": ticket.changed,
        "remarks": [{**remark, "text": words(remark)} for remark in ticket.remarks],
    }  # fmt: skip


def proposal_json(each: Proposal) -> dict[str, object]:
    """A proposal's documented shape."""
    from pedell.tickets.reasons import words

    return {
        "id": each.id, "no": each.no, "ticket": each.ticket, "rule": each.rule, "playbook": each.playbook,
        "selector": each.selector, "inputs": dict(each.inputs), "auto": each.auto, "state": each.state.value,
        "run": each.run, "created": each.created,
        "reasons": [{**reason, "text": words(reason)} for reason in each.reasons],
    }  # fmt: skip


def log_json(line: LogLine) -> dict[str, object]:
    """The documented shape of a line of a log."""
    return {
        "at": line.at, "kind": line.kind.value, "text": line.text, "run": line.run,
        "delivery": line.delivery.value if line.delivery else None, "error": line.error,
    }  # fmt: skip


command = Group(
    "tickets", "Tickets, their log and what is proposed for them.", [new, list_, show, log, note, proposals]
)
