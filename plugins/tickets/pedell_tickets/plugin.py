"""What this plugin offers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pedell.hooks.api import hookimpl
from pedell.tickets.adapter import TicketSystem
from pedell_tickets.request_tracker.adapter import RequestTracker

if TYPE_CHECKING:
    from pedell.lab.simulator import Simulator

PEDELL_API = 1


@hookimpl
def pedell_ticket_systems() -> Iterable[type[TicketSystem]]:
    """Adapters."""
    return (RequestTracker,)


@hookimpl
def pedell_simulators() -> Iterable[type[Simulator]]:
    """Simulators."""
    from pedell_tickets.request_tracker.simulator import RequestTrackerSimulator

    return (RequestTrackerSimulator,)
