"""The one driver of all platforms that are data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, ClassVar

from pedell.drivers.api import Deadline, DeviceError, ErrorClass
from pedell_network import results
from pedell_network.command_line.platform import Change, Platform, Power
from pedell_network.guards import Facts
from pedell_network.managed import ManagedSwitch, Place
from pedell_network.names import bare, is_bundle, listed
from pedell_network.results import Neighbour, PortStatus

if TYPE_CHECKING:
    from netmiko.base_connection import BaseConnection

    from pedell_network.command_line.conversation import Conversation
    from pedell_network.session import Dialect


class PlatformSwitch(ManagedSwitch):
    """A switch whose platform is data; a driver is a class with that data and a docstring."""

    platform: ClassVar[Platform]

    @classmethod
    def capabilities(cls) -> Mapping[str, str]:
        """Those that the platform has commands for."""
        lacks = cls.platform.lacks()
        return {name: method for name, method in super().capabilities().items() if name not in lacks}

    @classmethod
    def terminal(cls) -> type[BaseConnection]:
        """Netmiko's class for the platform, or one of ours over it; loads netmiko."""
        from netmiko.ssh_dispatcher import CLASS_MAPPER

        found: type[BaseConnection] = CLASS_MAPPER[cls.platform.netmiko]
        return found

    @classmethod
    def dialect(cls) -> Dialect:
        """How the platform is spoken to."""
        return _dialect(cls)

    def conversation(self, deadline: Deadline) -> Conversation:
        """The open conversation, in the platform's words."""
        from pedell_network.command_line.conversation import Conversation

        return Conversation(self.session(deadline), self.platform, enable=bool(self.settings.enable))

    def port_name(self, text: str) -> str:
        """The platform's own spelling."""
        name = self.platform.port_name(bare(text), self.settings.port_prefix)
        if name is None:
            if is_bundle(text):
                raise DeviceError(
                    ErrorClass.PRECONDITION,
                    f"{text[:40]!r} is a bundle of links, not a port",
                    hint="name one of its ports",
                )
            raise DeviceError(
                ErrorClass.PRECONDITION,
                f"{text[:40]!r} is not a port of this switch",
                hint=f"write it as the switch does, such as {self.platform.port_example}",
            )
        return name

    def port_names(self, deadline: Deadline) -> Sequence[str]:
        """The ports that its list begins its lines with."""
        if not self.platform.ports:
            return ()
        text = self.conversation(deadline).read(self.platform.ports, deadline)
        return listed(text, lambda word: self.platform.port_name(word, ""))

    def read_port(self, port: str, deadline: Deadline) -> PortStatus:
        """A port as it is."""
        return self.conversation(deadline).port(port, deadline)

    def read_facts(self, port: str, deadline: Deadline) -> Facts:
        """What the guards want to know."""
        return self.conversation(deadline).facts(port, self.protected(port), deadline)

    def read_info(self, deadline: Deadline) -> results.DeviceInfo:
        """The switch about itself."""
        return self.conversation(deadline).info(deadline)

    def change(self, change: Change, deadline: Deadline, **words: object) -> None:
        """Change something, with everything filled in."""
        self.conversation(deadline).change(change.filled(**words), deadline)

    def switch_port(self, port: str, on: bool, deadline: Deadline) -> None:
        """Switch a port on or off."""
        self.change(self.platform.port_on if on else self.platform.port_off, deadline, port=port)

    def read_neighbours(self, deadline: Deadline) -> Sequence[Neighbour]:
        """Who announces himself."""
        return self.conversation(deadline).neighbours(deadline)

    def find_address(self, mac: str, deadline: Deadline) -> Sequence[Place]:
        """Where an address was learnt, looked up in the whole table."""
        digits = "".join(c for c in mac.lower() if c in "0123456789abcdef")
        wanted = ":".join(digits[i : i + 2] for i in range(0, 12, 2))
        return [found for found in self.conversation(deadline).addresses(deadline) if found.mac == wanted]

    def addresses_behind(self, port: str, deadline: Deadline) -> int | None:
        """How many addresses were learnt on a port."""
        learnt = self.conversation(deadline).glance(self.platform.addresses, deadline)
        return None if learnt is None else len({found.mac for found in learnt if found.port == port})

    @property
    def _power(self) -> Power:
        if self.platform.power is None:
            raise DeviceError(ErrorClass.UNSUPPORTED, f"{self.id} cannot switch power")
        return self.platform.power

    def power_setting(self, port: str, deadline: Deadline) -> str:
        """How the port's power is given now; never a word for off."""
        setting = self._power.setting
        if setting is None:
            return self._power.usual
        told = self.conversation(deadline).setting(setting.command, setting.parse, port, deadline)
        return told or self._power.usual

    def switch_power(self, port: str, on: bool, setting: str, deadline: Deadline) -> None:
        """Switch a port's power off, or on as it was."""
        change = self._power.on if on else self._power.off
        self.change(change, deadline, port=port, setting=setting or self._power.usual)

    def one_shot(self) -> bool:
        """Whether the platform has a power cycle of its own."""
        return bool(self._power.cycle)

    def cycle_power_at_once(self, port: str, pause: float, deadline: Deadline) -> None:
        """The platform's own power cycle."""
        seconds = max(1, round(pause))
        self.conversation(deadline).act(self._power.cycle.format(port=port, seconds=seconds), deadline)

    def put_into_vlan(self, port: str, vlan: int, old: int | None, deadline: Deadline) -> None:
        """Make it an access port of a VLAN."""
        if self.platform.vlan is None:
            raise DeviceError(ErrorClass.UNSUPPORTED, f"{self.id} cannot set VLANs")
        self.change(self.platform.vlan, deadline, port=port, vlan=vlan, old=old)

    def unsaved_changes(self, deadline: Deadline) -> bool | None:
        """Whether a restart would lose changes."""
        return self.conversation(deadline).unsaved(deadline)

    def save_running(self, deadline: Deadline) -> None:
        """Keep the running configuration."""
        self.conversation(deadline).save(deadline)

    def read_running(self, deadline: Deadline) -> str:
        """The running configuration, secrets and all."""
        return self.conversation(deadline).running(deadline)

    def restart(self, deadline: Deadline) -> None:
        """Restart the switch."""
        self.conversation(deadline).restart(deadline)


@cache
def _dialect(driver: type[PlatformSwitch]) -> Dialect:
    from pedell_network.session import Dialect
    from pedell_network.terminal import ours

    terminal = ours(driver.terminal())  # type: ignore[arg-type] # a class has a hash
    return Dialect(terminal, driver.platform.prompt, driver.platform.refusals)
