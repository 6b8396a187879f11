"""What all switches with a command line share: one conversation, and the capabilities of a port."""

from __future__ import annotations

from abc import abstractmethod
from functools import cached_property
from typing import TYPE_CHECKING

from pedell.drivers.api import (
    Call,
    ControllerLimits,
    Deadline,
    DeviceError,
    Done,
    Driver,
    Env,
    ErrorClass,
    Happened,
    Identity,
    NoParams,
    Target,
    implements,
)
from pedell.i18n import t
from pedell_network import params, results
from pedell_network.cycle import Part, for_certain, off_and_on
from pedell_network.guards import Facts, guard, unknown
from pedell_network.options import JumpHost, SwitchOptions, endpoint_of, options_of
from pedell_network.results import PortChange, PortStatus, UpDown

if TYPE_CHECKING:
    from pedell_network.session import Dialect, Session


class Switch(Driver):
    """Base of drivers that speak to a command line over SSH."""

    options = SwitchOptions
    controller_options = JumpHost
    controller_limits = ControllerLimits(connections=10)
    """A jump host's sshd drops some of those who log in at the same moment from ten on (`MaxStartups`)."""

    def __init__(self, target: Target, env: Env) -> None:
        super().__init__(target, env)
        self._open: Session | None = None

    @classmethod
    def endpoint(cls, target: Target) -> str:
        """As many conversations at once per address as the option `sessions` allows, whichever driver asks."""
        return endpoint_of(target)

    @cached_property
    def settings(self) -> SwitchOptions:
        """The device's options, checked."""
        return options_of(self.target)

    @classmethod
    @abstractmethod
    def dialect(cls) -> Dialect:
        """How the platform is spoken to; loads netmiko."""

    @abstractmethod
    def port_name(self, text: str) -> str:
        """The platform's own short name of a port. Raises PRECONDITION where it cannot be one."""

    @abstractmethod
    def read_port(self, port: str, deadline: Deadline) -> PortStatus:
        """A port as it is."""

    @abstractmethod
    def read_facts(self, port: str, deadline: Deadline) -> Facts:
        """What the guards want to know of a port."""

    @abstractmethod
    def switch_port(self, port: str, on: bool, deadline: Deadline) -> None:
        """Switch a port on or off, without asking why."""

    @abstractmethod
    def read_info(self, deadline: Deadline) -> results.DeviceInfo:
        """The switch about itself."""

    def connect(self, deadline: Deadline) -> None:
        """Log in."""
        self.session(deadline)

    def close(self) -> None:
        """Hang up."""
        line, self._open = self._open, None
        if line is not None:
            line.close()

    def session(self, deadline: Deadline) -> Session:
        """The open conversation; a new one where the last was cut."""
        if self._open is not None and not self._open.usable:
            self.close()
        if self._open is None:
            from pedell_network.session import Session

            self._open = Session.open(self.dialect(), self.target, self.settings, self.env, deadline)
        return self._open

    def identity(self, deadline: Deadline) -> Identity:
        """Serial number, base address, model, name and firmware."""
        info = self.read_info(deadline)
        return Identity(
            serial=info.serial,
            mac=info.mac,
            model=info.model,
            name=info.name,
            firmware=info.firmware,
            manufacturer=info.manufacturer,
        )

    @implements("network.device_info")
    def device_info(self, call: Call, asked: NoParams) -> results.DeviceInfo:
        """The switch about itself."""
        del asked
        return self.read_info(call.deadline)

    @implements("network.port_status")
    def port_status(self, call: Call, asked: params.Port) -> PortStatus:
        """A port as it is."""
        return self.read_port(self.port_name(asked.port), call.deadline)

    @implements("network.port_restart")
    def port_restart(self, call: Call, asked: params.PortRestart) -> Done:
        """Off, wait, on, wait for the link."""
        port = self.port_name(asked.port)
        facts = self.guarded(call, port, asked)
        if facts.status.admin is UpDown.DOWN:
            raise DeviceError(
                ErrorClass.PRECONDITION,
                f"{port} is switched off by an administrator and is left so",
                hint="network.port_enable switches it on",
            )
        off = Part("shut", lambda deadline: self.switch_port(port, False, deadline))
        on = Part("no shut", lambda deadline: self.switch_port(port, True, deadline))
        off_and_on(call, port, off, on, pause=asked.pause, hang_up=self.close)
        return self.link_awaited(call, port, asked.link_within, facts)

    @implements("network.port_disable")
    def port_disable(self, call: Call, asked: params.PortChange) -> Done:
        """Switch a port off, and see that it is."""
        port = self.port_name(asked.port)
        facts = self.guarded(call, port, asked)
        self.switch_port(port, False, call.deadline)
        after = self.proved(call, port)
        if after.admin is UpDown.UP:
            raise DeviceError(ErrorClass.DEVICE_FAULT, f"{port} is still on", happened=Happened.NO)
        return Done(PortChange(before=facts.status, after=after), warnings=unknown(facts))

    @implements("network.port_enable")
    def port_enable(self, call: Call, asked: params.PortEnable) -> Done:
        """Switch a port on, and wait for its link."""
        port = self.port_name(asked.port)
        before = self.read_port(port, call.deadline)
        self.switch_port(port, True, call.deadline)
        return self.link_awaited(call, port, asked.link_within, Facts(before, (), 0, False))

    def guarded(
        self, call: Call, port: str, asked: params.PortChange, *, access_point: bool = False
    ) -> Facts:
        """What is known of the port, where nothing speaks against touching it."""
        facts = self.read_facts(port, call.deadline)
        guard(call, facts, asked, self.settings.max_addresses, access_point=access_point)
        return facts

    def protected(self, port: str) -> bool:
        """Whether the inventory says that this port is not to be touched."""
        return port in {self.port_name(name) for name in self.settings.protected_ports}

    def proved(self, call: Call, port: str) -> PortStatus:
        """The port read again after it was changed; on a new connection where the old one broke."""
        found: list[PortStatus] = []
        try:
            for_certain(
                lambda deadline: found.append(self.read_port(port, deadline)), call.deadline, self.close
            )
        except DeviceError as error:
            raise DeviceError(
                error.error_class, f"done, but not seen: {error.message}", happened=Happened.YES
            ) from error
        return found[-1]

    def link_awaited(self, call: Call, port: str, within: float, facts: Facts) -> Done:
        """The port when its link is up, or when that took too long."""
        until = call.deadline.within(within)
        after = self.proved(call, port)
        while after.oper is not UpDown.UP and until.left() > 1:
            try:
                call.sleep(1)
            except DeviceError as error:
                raise DeviceError(error.error_class, error.message, happened=Happened.YES) from error
            after = self.proved(call, port)
        if after.admin is UpDown.DOWN:
            raise DeviceError(ErrorClass.DEVICE_FAULT, f"{port} is still off", happened=Happened.UNKNOWN)
        warnings = list(unknown(facts))
        if after.oper is not UpDown.UP:
            warnings.append(t("{port} is on, but has no link yet.", port=port))
        return Done(PortChange(before=facts.status, after=after), warnings=tuple(warnings))
