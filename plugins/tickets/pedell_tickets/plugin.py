"""What this plugin offers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pedell.hooks.api import hookimpl
from pedell.tickets.adapter import TicketSystem
from pedell_tickets.request_tracker.adapter import RequestTracker

if TYPE_CHECKING:
    from pedell.lab.simulator import Simulator
    from pedell.notify.notifier import Notifier

PEDELL_API = 1


@hookimpl
def pedell_ticket_systems() -> Iterable[type[TicketSystem]]:
    """Adapters."""
    return (RequestTracker,)


@hookimpl
def pedell_notifiers() -> Iterable[type[Notifier]]:
    """E-mail and webhook."""
    from pedell_tickets.notifiers.email import Email
    from pedell_tickets.notifiers.webhook import Webhook

    return (Email, Webhook)


@hookimpl
def pedell_simulators() -> Iterable[type[Simulator]]:
    """Simulators."""
    from pedell_tickets.request_tracker.simulator import RequestTrackerSimulator

    return (RequestTrackerSimulator,)
