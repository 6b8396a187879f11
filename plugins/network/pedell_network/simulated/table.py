"""A command line as a table: patterns of lines, each in its modes, and what is done. Personalities are built on it."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from pedell_network.simulated.shell import Outside, Reply, Shell
from pedell_network.simulated.state import Port, Switch

Action = Callable[..., "Reply | str | None"]
F = TypeVar("F", bound=Action)


@dataclass(frozen=True)
class _Row:
    pattern: re.Pattern[str]
    modes: frozenset[str]
    request: str
    action: Action


def line(pattern: str, modes: str = "exec", request: str = "") -> Callable[[F], F]:
    """The method answers lines like `pattern`, whose named groups are its arguments.

    A group `port` is looked up as a port's name; where there is none, the line is a wrong one. `modes` are words;
    `request` is the word that faults are set on, the line's first word (`show x` for shows) where it is empty.
    """

    def mark(action: F) -> F:
        rows = [*getattr(action, "rows", []), (pattern, modes, request)]
        action.rows = rows  # type: ignore[attr-defined]
        return action

    return mark


class TableShell(Shell):
    """A shell whose lines are the methods marked with `line`.

    Attributes:
        invalid: printed for a wrong line.
        mode: the mode now; the first one is `first`.
        at: the port that a mode of one port is about.
    """

    invalid: ClassVar[str]
    first: ClassVar[str] = "exec"
    _table: ClassVar[tuple[_Row, ...]] = ()

    def __init_subclass__(cls, **words: Any) -> None:
        super().__init_subclass__(**words)
        rows: list[_Row] = []
        for name in dict.fromkeys(name for one in reversed(cls.__mro__) for name in vars(one)):
            action = getattr(cls, name, None)
            if action is None:
                continue
            for pattern, modes, request in getattr(action, "rows", ()):
                found = re.compile(pattern, re.IGNORECASE)
                rows.append(_Row(found, frozenset(modes.split()), request, action))
        cls._table = tuple(rows)

    def __init__(self, switch: Switch, outside: Outside) -> None:
        super().__init__(switch, outside)
        self.mode = self.first
        self.at = ""

    @abstractmethod
    def named(self, text: str) -> str | None:
        """The port of this name, where there is one."""

    def request(self, line: str) -> str:
        """The word for a command that faults are set on."""
        words = " ".join(line.split())
        for row in self._table:
            if row.request and row.pattern.fullmatch(words):
                return row.request
        return " ".join(words.split()[:2]) if words.startswith(("show ", "display ")) else words.split(" ")[0]

    def run(self, line: str) -> Reply:
        """Do what was typed."""
        words = " ".join(line.split())
        if not words:
            return Reply()
        for row in self._table:
            found = row.pattern.fullmatch(words) if self.mode in row.modes else None
            if found is None:
                continue
            given = {name: text for name, text in found.groupdict().items() if text is not None}
            if "port" in given:
                port = self.named(given["port"])
                if port is None:
                    return Reply(self.invalid)
                given["port"] = port
            answer = row.action(self, **given)
            return answer if isinstance(answer, Reply) else Reply(answer or "")
        return Reply(self.invalid)

    # What most personalities do to a port, each behind its own words

    def turn(self, port: str, on: bool) -> None:
        """Switch a port."""
        (self.switch.open if on else self.switch.shut)(port)
        self.outside.effect("no shut" if on else "shut", port)

    def feed(self, port: str, on: bool, way: str | None = None) -> None:
        """Switch a port's power."""
        self.switch.power(port, on, way)
        self.outside.effect("power on" if on else "power off", port)

    def save(self) -> None:
        """Keep the configuration."""
        self.switch.save()
        self.outside.effect("save", "")

    def restart(self, text: str) -> Reply:
        """Go down with these last words."""
        self.outside.effect("reload", "")
        self.outside.reload()
        return Reply(text, leave=True)

    def into_vlan(self, port: str, vlan: str) -> None:
        """Put a port into a VLAN."""
        self.switch.ports[port].config.vlan = int(vlan)
        self.outside.effect("vlan", f"{port} {vlan}")


def of_all(ports: Mapping[str, Port], show: Callable[[str, Port], str]) -> str:
    """What is shown of one port, as a table of all: its heading once."""
    lines: dict[str, None] = {}
    for name, port in ports.items():
        lines.update(dict.fromkeys(show(name, port).splitlines()))
    return "".join(f"{line}\n" for line in lines)


class ModalShell(TableShell):
    """With Cisco's modes: user, exec, config, port; `ends` are the ends of their prompts."""

    first: ClassVar[str] = "user"
    ends: ClassVar[dict[str, str]] = {"user": ">", "exec": "#", "config": "(config)#", "port": "(config-if)#"}
    wrong: ClassVar[str] = "% Bad passwords\n"
    ask: ClassVar[str] = "Password: "

    def __init__(self, switch: Switch, outside: Outside) -> None:
        super().__init__(switch, outside)
        if self.first == "user" and not outside.secret and not self.always_asks:
            self.mode = "exec"

    always_asks: ClassVar[bool] = False
    """Whether every login is unprivileged at first."""

    @property
    def prompt(self) -> str:
        """The name, then the mode's end."""
        return self.switch.hostname + self.ends[self.mode]

    @line("enable", "user exec")
    def _enable(self) -> Reply:
        if self.mode == "exec":
            return Reply()
        if not self.outside.secret:
            self.mode = "exec"
            return Reply()
        return Reply(ask=self.ask, then=self._secret, hidden=True)

    def _secret(self, typed: str) -> Reply:
        if typed != self.outside.secret:
            return Reply(self.wrong)
        self.mode = "exec"
        return Reply()

    @line("configure(?: terminal)?")
    def _configure(self) -> None:
        self.mode = "config"

    @line("interface (?P<port>.+)", "config port")
    def _interface(self, port: str) -> None:
        self.mode, self.at = "port", port

    @line("end", "config port")
    def _end(self) -> None:
        self.mode = "exec"

    @line("exit", "user exec config port", "end")
    def _exit(self) -> Reply:
        if self.mode in {"user", "exec"}:
            return Reply(leave=True)
        self.mode = "config" if self.mode == "port" else "exec"
        return Reply()

    @line("shutdown", "port", "shut")
    def _shutdown(self) -> None:
        self.turn(self.at, False)

    @line("no shutdown", "port", "no shut")
    def _no_shutdown(self) -> None:
        self.turn(self.at, True)

    @line("description (?P<text>.+)", "port")
    def _description(self, text: str) -> None:
        self.switch.ports[self.at].config.description = text
