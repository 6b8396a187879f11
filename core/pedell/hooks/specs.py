"""Hook specifications: everything a plugin may offer. Documented one by one in docs/hooks.md.

A plugin is a module named by an entry point of group `pedell`. It says `PEDELL_API = 1` and implements any
of these hooks with `@hookimpl` from `pedell.hooks.api`. Hooks that offer things are called once per process
and must not touch devices, files of the store or the network.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pluggy

from pedell.hooks.observed import AttemptInfo, RunInfo, TicketInfo

if TYPE_CHECKING:
    from pedell.drivers.capability import Contract
    from pedell.drivers.driver import Driver
    from pedell.lab.simulator import Simulator
    from pedell.notify.notifier import Notifier
    from pedell.tickets.adapter import TicketSystem

hookspec = pluggy.HookspecMarker("pedell")


class Offers:
    """What a plugin brings along."""

    @hookspec
    def pedell_contracts(self) -> Iterable[Contract]:  # type: ignore[empty-body]
        """Families and their capabilities. A family belongs to the plugin that offers it first."""

    @hookspec
    def pedell_drivers(self) -> Iterable[type[Driver]]:  # type: ignore[empty-body]
        """Drivers. Each capability they answer must stand in a contract."""

    @hookspec
    def pedell_ticket_systems(self) -> Iterable[type[TicketSystem]]:  # type: ignore[empty-body]
        """Adapters to ticket systems."""

    @hookspec
    def pedell_notifiers(self) -> Iterable[type[Notifier]]:  # type: ignore[empty-body]
        """Ways to tell people that somebody is needed; asked for only when notices are sent."""

    @hookspec
    def pedell_simulators(self) -> Iterable[type[Simulator]]:  # type: ignore[empty-body]
        """Simulators for the lab; called only by `pedell lab` and tests, may import what `pedell[lab]` brings."""

    @hookspec
    def pedell_playbook_folders(self) -> Iterable[Path]:  # type: ignore[empty-body]
        """Folders that hold playbooks (`*.yaml`)."""


class Observers:
    """What a plugin may watch. No veto, a time budget of one second, never between intent and call."""

    @hookspec
    def pedell_before_attempt(self, attempt: AttemptInfo) -> None:
        """An attempt is about to be recorded."""

    @hookspec
    def pedell_after_attempt(self, attempt: AttemptInfo) -> None:
        """An attempt has its outcome."""

    @hookspec
    def pedell_run_finished(self, run: RunInfo) -> None:
        """A run has ended, is in doubt, or waits for nothing any more."""

    @hookspec
    def pedell_ticket_received(self, ticket: TicketInfo) -> None:
        """A ticket came in through a webhook or was made by hand."""
