"""What all switches share, however they are spoken to: the capabilities of a port, and what guards them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar

from pedell.drivers.api import (
    Call,
    Deadline,
    DeviceError,
    Done,
    Driver,
    ErrorClass,
    Happened,
    Identity,
    NoParams,
    implements,
)
from pedell.i18n import t
from pedell_network import params, results
from pedell_network.cycle import Part, for_certain, off_and_on
from pedell_network.guards import Facts, guard, unknown
from pedell_network.names import no_such_port
from pedell_network.results import Poe, PortChange, PortStatus, UpDown

T = TypeVar("T")
_NO_SUCH = frozenset({ErrorClass.PRECONDITION, ErrorClass.REFUSED, ErrorClass.PROTOCOL})
"""How a switch, or its reader, says that it knows no such port."""


class Careful(Protocol):
    """What the guards ask of a device's options."""

    @property
    def protected_ports(self) -> list[str]:
        """Ports that nothing is done to unless forced."""

    @property
    def max_addresses(self) -> int:
        """With more addresses behind it a port counts as an uplink."""


class PortDriver(Driver):
    """Base of drivers of devices with ports."""

    @property
    @abstractmethod
    def settings(self) -> Careful:
        """The device's options, checked."""

    @abstractmethod
    def port_name(self, text: str) -> str:
        """The platform's own short name of a port. Raises PRECONDITION where it cannot be one."""

    def port_names(self, deadline: Deadline) -> Sequence[str]:
        """All ports by the switch's own names; none where it does not list them."""
        del deadline
        return ()

    def still_there(self) -> bool:
        """Whether the conversation goes on: after one that broke, or was ended from outside, nothing more is asked."""
        return True

    @abstractmethod
    def read_port(self, port: str, deadline: Deadline) -> PortStatus:
        """A port as it is."""

    @abstractmethod
    def read_facts(self, port: str, deadline: Deadline) -> Facts:
        """What the guards want to know of a port."""

    @abstractmethod
    def switch_port(self, port: str, on: bool, deadline: Deadline) -> None:
        """Switch a port on or off, without asking why."""

    def cut_off(self, port: str, pause: float, deadline: Deadline) -> None:
        """Switch the port off that we come in through; where the device can, it switches it on by itself after `pause`."""
        del pause
        self.switch_port(port, False, deadline)

    @abstractmethod
    def read_info(self, deadline: Deadline) -> results.DeviceInfo:
        """The switch about itself."""

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
        return self.known(self.port_of(call, asked.port), self.read_port, call.deadline)

    @implements("network.port_restart")
    def port_restart(self, call: Call, asked: params.PortRestart) -> Done:
        """Off, wait, on, wait for the link."""
        port = self.port_of(call, asked.port)
        facts = self.guarded(call, port, asked)
        if facts.status.admin is UpDown.DOWN:
            raise DeviceError(
                ErrorClass.PRECONDITION,
                f"{port} is switched off by an administrator and is left so",
                hint="network.port_enable switches it on",
            )
        if facts.management:
            off = Part("shut", lambda deadline: self.cut_off(port, asked.pause, deadline))
        else:
            off = Part("shut", lambda deadline: self.switch_port(port, False, deadline))
        on = Part("no shut", lambda deadline: self.switch_port(port, True, deadline))
        off_and_on(call, port, off, on, pause=asked.pause, hang_up=self.close)
        return self.link_awaited(call, port, asked.link_within, facts)

    @implements("network.port_disable")
    def port_disable(self, call: Call, asked: params.PortChange) -> Done:
        """Switch a port off, and see that it is."""
        port = self.port_of(call, asked.port)
        facts = self.guarded(call, port, asked)
        self.switch_port(port, False, call.deadline)
        after = self.proved(call, port)
        if after.admin is UpDown.UP:
            raise DeviceError(ErrorClass.DEVICE_FAULT, f"{port} is still on", happened=Happened.NO)
        return Done(PortChange(before=facts.status, after=after), warnings=unknown(facts))

    @implements("network.port_enable")
    def port_enable(self, call: Call, asked: params.PortEnable) -> Done:
        """Switch a port on, and wait for its link."""
        port = self.port_of(call, asked.port)
        before = self.known(port, self.read_port, call.deadline)
        self.switch_port(port, True, call.deadline)
        return self.link_awaited(call, port, asked.link_within, Facts(before, (), 0, False, carries_all=True))

    def port_of(self, call: Call, text: str) -> str:
        """The platform's own name of what a person wrote. Raises PRECONDITION, with the names that are near."""
        try:
            return self.port_name(text)
        except DeviceError as error:
            raise self._named(error, text, "", call.deadline) from error

    def known(self, port: str, read: Callable[[str, Deadline], T], deadline: Deadline) -> T:
        """What `read` tells of a port. Raises PRECONDITION, with the names that are near, where there is no such port."""
        try:
            return read(port, deadline)
        except DeviceError as error:
            if not self.still_there():
                raise
            raise self._named(error, port, port, deadline) from error

    def _named(self, error: DeviceError, asked: str, meant: str, deadline: Deadline) -> DeviceError:
        if error.error_class not in _NO_SUCH or error.happened is not Happened.NO or deadline.left() <= 1:
            return error
        try:
            names = self.port_names(deadline)
        except DeviceError:
            return error
        return no_such_port(asked, meant, names) or error

    def guarded(
        self, call: Call, port: str, asked: params.PortChange, *, access_point: bool = False
    ) -> Facts:
        """What is known of the port, where nothing speaks against touching it."""
        facts = self.known(port, self.read_facts, call.deadline)
        guard(call, facts, asked, self.settings.max_addresses, access_point=access_point)
        return facts

    def protected(self, port: str) -> bool:
        """Whether the inventory says that this port is not to be touched."""
        try:
            return port in {self.port_name(name) for name in self.settings.protected_ports}
        except DeviceError as error:
            raise DeviceError(
                error.error_class, f"option protected_ports: {error.message}", hint=error.hint
            ) from error

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

    def cycle_power(
        self,
        call: Call,
        asked: params.PoeCycle,
        switch_power: Callable[[str, bool, Deadline], None],
        *,
        access_point: bool,
    ) -> Done:
        """Power off, wait, power on, wait for the link, by a switch that has two states of it."""
        port = self.port_of(call, asked.port)
        facts = self.guarded(call, port, asked, access_point=access_point)
        expect_power(facts, asked, access_point=access_point)
        off = Part("power off", lambda deadline: switch_power(port, False, deadline))
        on = Part("power on", lambda deadline: switch_power(port, True, deadline))
        off_and_on(call, f"the power of {port}", off, on, pause=asked.pause, hang_up=self.close)
        return self.link_awaited(call, port, asked.link_within, facts)

    def power_given(self, call: Call, port: str, give: Callable[[], None]) -> Done:
        """The port with its power on; `give` is called where it is off, else its setting stays as it is."""
        before = self.read_port(port, call.deadline)
        if before.poe is None:
            raise DeviceError(ErrorClass.PRECONDITION, f"power over Ethernet on {port} is not there")
        if before.poe is Poe.DISABLED:
            give()
        after = self.proved(call, port)
        if after.poe is Poe.DISABLED:
            raise DeviceError(
                ErrorClass.DEVICE_FAULT, f"the power of {port} is still off", happened=Happened.NO
            )
        return Done(PortChange(before=before, after=after))


def expect_power(facts: Facts, asked: params.PoeCycle, *, access_point: bool) -> None:
    """Raise PRECONDITION unless the port gives power, and an access point takes it where one is meant."""
    if access_point:
        expect_access_point(facts, asked.access_point)
    if facts.status.poe is None or facts.status.poe is Poe.DISABLED:
        state = "switched off by an administrator" if facts.status.poe else "not there"
        raise DeviceError(
            ErrorClass.PRECONDITION,
            f"power over Ethernet on {facts.status.port} is {state} and is left so",
        )


def expect_access_point(facts: Facts, name: str) -> None:
    """Raise PRECONDITION unless an access point, of this name where one is given, announces itself on the port."""
    near = [found for found in facts.neighbours or () if found.access_point]
    if not near:
        raise DeviceError(
            ErrorClass.PRECONDITION,
            f"no access point announces itself on {facts.status.port}",
            hint="network.poe_cycle takes the power from whatever hangs there",
        )
    if name and not any(found.name.casefold() == name.casefold() for found in near):
        raise DeviceError(
            ErrorClass.PRECONDITION,
            f"the access point on {facts.status.port} is not {name[:60]} but {near[0].name[:60]}",
        )


def found_near(
    near: Iterable[results.Neighbour], name: str, count: Callable[[str], int | None]
) -> results.FoundMac:
    """Where a neighbour of that name hangs."""
    meant = [found for found in near if found.name.casefold() == name.casefold()]
    if not meant:
        return results.FoundMac(found=False)
    first = meant[0]
    return results.FoundMac(
        found=True, port=first.port, mac=first.mac, through="neighbours", addresses=count(first.port)
    )


def found_at(
    mac: str, learnt: Iterable[tuple[str, int | None, str]], near: Iterable[results.Neighbour] | None
) -> results.FoundMac:
    """Where an address was learnt: on the port with the fewest others, and whether a switch is behind that."""
    learnt = list(learnt)
    wanted = "".join(c for c in mac.lower() if c in "0123456789abcdef")
    wanted = ":".join(wanted[at : at + 2] for at in range(0, 12, 2))
    places = [place for place in learnt if place[0] == wanted]
    if not places:
        return results.FoundMac(found=False, mac=wanted)
    behind = {place[2]: len({one[0] for one in learnt if one[2] == place[2]}) for place in places}
    address, vlan, port = min(places, key=lambda place: behind[place[2]])
    carriers = [one for one in near or () if one.port == port and one.carries_others]
    return results.FoundMac(
        found=True,
        port=port,
        vlan=vlan,
        mac=address,
        through="addresses",
        behind=carriers[0].name or "a switch" if carriers else "",
        addresses=behind[port],
    )
