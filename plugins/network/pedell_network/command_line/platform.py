"""What a platform's command line is, as data: commands, questions, parsers. Nothing here speaks to a switch.

Commands are templates: `{port}`, `{vlan}`, `{old}`, `{setting}` and `{seconds}` are filled in. A port was checked against
the platform's own spelling before, so nothing else can get into a command.

How a platform is added is told in docs/families/network.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypedDict, TypeVar

from pedell_network.command_line.refusals import Refusals
from pedell_network.results import Mode, Neighbour, Poe, UpDown

T = TypeVar("T")


class PortFields(TypedDict, total=False):
    """What one command tells of a port: any fields of PortStatus but its name, and three that guards ask about.

    `bundle`: whether it is one of several links under one name. `stack`: whether it holds a stack together. `routed`: whether
    the switch has an address of its own on it, so that a network is behind it.
    """

    admin: UpDown
    oper: UpDown
    fault: str
    speed: int | None
    duplex: str
    mode: Mode
    vlan: int | None
    description: str
    poe: Poe | None
    poe_watts: float | None
    input_errors: int | None
    crc_errors: int | None
    output_errors: int | None
    last_change: float | None
    bundle: bool
    stack: bool
    routed: bool


class InfoFields(TypedDict, total=False):
    """What one command tells of the switch: any fields of DeviceInfo."""

    name: str
    manufacturer: str
    model: str
    serial: str
    mac: str
    firmware: str
    uptime: int | None
    restart_reason: str


class Learnt(NamedTuple):
    """An address in the MAC table: aa:bb:cc:dd:ee:ff, its VLAN where that is told, and the port."""

    mac: str
    vlan: int | None
    port: str


@dataclass(frozen=True)
class PortLook:
    """A command that tells of one port.

    Attributes:
        command: with `{port}`.
        parse: of the output and the port's name; raises DeviceError(PROTOCOL).
        optional: a model that does not know the command tells less, and that is all.
    """

    command: str
    parse: Callable[[str, str], PortFields]
    optional: bool = False


@dataclass(frozen=True)
class Look(Generic[T]):
    """A command that tells of the whole switch, and what becomes of its output.

    Attributes:
        command: what is said.
        parse: of the output; raises DeviceError(PROTOCOL).
        optional: a model that does not know the command tells less, and that is all.
        otherwise: what is said to a model that does not know the command; `parse` reads both answers.
    """

    command: str
    parse: Callable[[str], T]
    optional: bool = False
    otherwise: str = ""


@dataclass(frozen=True)
class Neighbourhood:
    """Neighbours, where the list of all tells too little: who and where at a glance, and one port in detail.

    Attributes:
        listed: tells at which ports somebody announces himself; what it knows is used where the detail says nothing.
        detail: the command with `{port}`.
        parse: of its output and the port.
        otherwise: asked where `detail` tells of nobody although the list does, such as with another spelling of the port.
    """

    listed: Look[tuple[Neighbour, ...]]
    detail: str
    parse: Callable[[str, str], tuple[Neighbour, ...]]
    otherwise: str = ""


@dataclass(frozen=True)
class ConfigMode:
    """How configuration mode is entered, and left for certain.

    Attributes:
        enter: the command.
        leave: the command that leaves it.
        one_level: `leave` goes up one level only, so it is said once for each level that was entered.
    """

    enter: str = "configure terminal"
    leave: str = "end"
    one_level: bool = False


@dataclass(frozen=True)
class Change:
    """Lines that change something, in configuration mode where the platform has one.

    A line with `{old}` (the VLAN before) is left out where that is not known, or the same.

    Attributes:
        lines: those that have an effect.
        where: those before them that only say where, such as `interface {port}`.
    """

    lines: tuple[str, ...]
    where: tuple[str, ...] = ()

    def filled(self, **words: object) -> Change:
        """With everything filled in."""
        known = words.get("old") is not None and words.get("old") != words.get("vlan")
        return Change(
            tuple(line.format(**words) for line in self.lines if known or "{old}" not in line),
            tuple(line.format(**words) for line in self.where),
        )


@dataclass(frozen=True)
class Power:
    """Power over Ethernet of a port.

    Attributes:
        off: takes it away.
        on: gives it; may hold `{setting}`.
        setting: tells how it is given now, in the words that `on` takes; None where there is one way only.
        usual: the setting where none is known. It is never a word for off.
        cycle: one command that takes it away for `{seconds}` and gives it back by itself, where there is one.
    """

    off: Change
    on: Change
    setting: PortSetting | None = None
    usual: str = ""
    cycle: str = ""


@dataclass(frozen=True)
class PortSetting:
    """A command that tells how a port's power is given; `parse` answers an empty text where it is off."""

    command: str
    parse: Callable[[str, str], str]


@dataclass(frozen=True)
class Dialog:
    """A command that may ask questions.

    Attributes:
        command: what is said.
        answers: pattern of a question's end, and the answer, with its Enter where one is needed. None says that
            the switch goes away now.
        done: pattern that the output must hold to be believed; empty where the platform says nothing.
    """

    command: str
    answers: tuple[tuple[str, str | None], ...] = ()
    done: str = ""


@dataclass(frozen=True)
class Unsaved:
    """How the switch tells that there are unsaved changes: commands, and what their outputs say together.

    Attributes:
        commands: said one after the other.
        tell: of their outputs.
        prompt: whether the prompt after the last of them is told, too, as the last text.
    """

    commands: tuple[str, ...]
    tell: Callable[[Sequence[str]], bool]
    prompt: bool = False


@dataclass(frozen=True)
class Saving:
    """A platform whose changes are lost in a restart unless they are saved.

    `unsaved` is None where nothing tells whether there are any.
    """

    save: Dialog
    unsaved: Unsaved | None


@dataclass(frozen=True)
class Guarding:
    """What the guards ask, all of it optional: what a platform does not tell, they say that they do not know.

    Attributes:
        arp: IP address to MAC address.
        arp_too: a second such table, such as that of the management interface.
        reached: of the same output: IP address to port, where the table itself names it. The MAC table has none of a
            routed port, and forgets sooner.
        gateway: the default gateway's address, or empty.
        route: the same of a switch that routes, asked where `gateway` tells none.
        bundled: ports that are several links under one name, or part of one.
        stacking: ports that hold a stack together.
    """

    arp: Look[Mapping[str, str]] | None = None
    arp_too: Look[Mapping[str, str]] | None = None
    reached: Callable[[str], Mapping[str, str]] | None = None
    gateway: Look[str] | None = None
    route: Look[str] | None = None
    bundled: Look[frozenset[str]] | None = None
    stacking: Look[frozenset[str]] | None = None


def usual_prompt(base: str) -> str:
    """The whole line of a prompt; configuration modes append their own, and some abbreviate the name."""
    return rf"(?m:^{re.escape(base.strip()[:16])}[^\n#>]{{0,64}}[>#][ \t]*$)"


@dataclass(frozen=True)
class Platform:
    """Everything that is said to a platform, and how its answers are read.

    Attributes:
        netmiko: netmiko's name of it.
        manufacturer: for people.
        port_name: a person's spelling and the option `port_prefix` to the platform's own, or None.
        port_example: how a port is written.
        ports: a command whose lines begin with the ports' names, for a person who wrote a wrong one; empty where none is known.
        info: what tells of the switch itself.
        port: what tells of a port; the first is the one that must be there.
        port_off, port_on: switch a port.
        prompt: from netmiko's base prompt to a regular expression of the whole line.
        refusals: what is said instead of doing something.
        config: configuration mode; None where commands have their effect at once.
        power: power over Ethernet, where it can be switched.
        vlan: puts a port into `{vlan}`.
        addresses: the MAC table.
        neighbours: who announces himself.
        running: the configuration for a backup.
        saving: None where everything is saved at once.
        restart: restarts the whole switch.
        guarding: what the guards ask.
        privileged: whether reads need the enable mode, too.
    """

    netmiko: str
    manufacturer: str
    port_name: Callable[[str, str], str | None]
    port_example: str
    info: tuple[Look[InfoFields], ...]
    port: tuple[PortLook, ...]
    port_off: Change
    port_on: Change
    prompt: Callable[[str], str] = usual_prompt
    refusals: Refusals = Refusals()  # noqa: RUF009 - frozen
    config: ConfigMode | None = None
    ports: str = ""
    power: Power | None = None
    vlan: Change | None = None
    addresses: Look[tuple[Learnt, ...]] | None = None
    neighbours: Look[tuple[Neighbour, ...]] | Neighbourhood | None = None
    running: Look[str] | None = None
    saving: Saving | None = None
    restart: Dialog | None = None
    guarding: Guarding = Guarding()
    privileged: bool = False

    def lacks(self) -> frozenset[str]:
        """The family's capabilities that it has no commands for."""
        needs = {
            "network.poe_cycle": self.power,
            "network.poe_on": self.power,
            "network.restart_access_point": self.power and self.neighbours,
            "network.find_mac": self.addresses,
            "network.neighbours": self.neighbours,
            "network.set_access_vlan": self.vlan,
            "network.save_config": self.saving,
            "network.backup_config": self.running,
            "network.restart_device": self.restart,
        }
        return frozenset(name for name, has in needs.items() if not has)
