"""The one door: everything that can be asked of Pedell, by area."""

from __future__ import annotations

from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Self

from pedell.service.base import Surroundings
from pedell.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from pedell.service.audit import AuditService
    from pedell.service.configs import ConfigsService
    from pedell.service.inventory import InventoryService
    from pedell.service.listening import Listening
    from pedell.service.notify import NotifyService
    from pedell.service.playbooks import PlaybooksService
    from pedell.service.retention import RetentionService
    from pedell.service.runs import RunsService
    from pedell.service.safety import SafetyService
    from pedell.service.schedules import SchedulesService
    from pedell.service.tickets import TicketsService
    from pedell.service.watch import WatchService


class Service:
    """Areas are made on first use, so that a command pays only for what it touches."""

    def __init__(
        self, settings: Settings, *, creates: bool = True, made: Callable[[str], None] | None = None
    ) -> None:
        """`creates`: a store is made where there is none, and `made` is told where."""
        self.around = Surroundings(settings, creates, made)

    @cached_property
    def inventory(self) -> InventoryService:
        """Sites and devices."""
        from pedell.service.inventory import InventoryService

        return InventoryService(self.around)

    def listening(self, *, site: str = "", drivers: Collection[str] = (), address: str = "") -> Listening:
        """Listens for what devices tell by themselves; raises NotFoundError, and DeviceError where it cannot."""
        from pedell.service.listening import Listening

        slug = self.inventory.site(site).site.slug if site else ""
        return Listening(self.around, site=slug, drivers=drivers, address=address)

    @cached_property
    def configs(self) -> ConfigsService:
        """Configurations of devices with their history."""
        from pedell.service.configs import ConfigsService

        return ConfigsService(self.around, self.inventory)

    @cached_property
    def playbooks(self) -> PlaybooksService:
        """Playbooks."""
        from pedell.service.playbooks import PlaybooksService

        return PlaybooksService(self.around)

    @cached_property
    def tickets(self) -> TicketsService:
        """Tickets, proposals, webhooks and the outbox."""
        from pedell.service.tickets import TicketsService

        return TicketsService(self.around)

    @cached_property
    def runs(self) -> RunsService:
        """Runs."""
        from pedell.service.runs import RunsService

        return RunsService(self.around, self.playbooks, self.tickets)

    @cached_property
    def safety(self) -> SafetyService:
        """Approvals, holds, breakers, the stop switch."""
        from pedell.service.safety import SafetyService

        return SafetyService(self.around)

    @cached_property
    def audit(self) -> AuditService:
        """The journal."""
        from pedell.service.audit import AuditService

        return AuditService(self.around)

    @cached_property
    def retention(self) -> RetentionService:
        """How long the journal is kept, and names."""
        from pedell.service.retention import RetentionService

        return RetentionService(self.around)

    @cached_property
    def notify(self) -> NotifyService:
        """Telling people that somebody is needed."""
        from pedell.service.notify import NotifyService

        return NotifyService(self.around)

    @cached_property
    def watch(self) -> WatchService:
        """What waits, and what did not happen in time."""
        from pedell.service.watch import WatchService

        return WatchService(self.around)

    @cached_property
    def schedules(self) -> SchedulesService:
        """Schedules and what became of their times."""
        from pedell.service.schedules import SchedulesService

        return SchedulesService(self.around, self.runs, self.tickets)

    def __enter__(self) -> Self:
        """Nothing is opened yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close what was opened."""
        self.around.close()
