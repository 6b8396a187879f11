"""Names of ports: ifName, ifDescr and ifAlias, in any spelling that means one port only."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pedell.drivers.api import DeviceError, ErrorClass

_PARTS = re.compile(r"(?P<kind>[A-Za-z][A-Za-z -]*?)?[ -]?(?P<number>\d+(?:[/.:]\d+)*)")


@dataclass(frozen=True)
class Interface:
    """A row of ifTable. `name` is what Pedell calls it: ifName, or ifDescr where that is missing or not unique."""

    index: int
    name: str
    if_name: str
    descr: str
    alias: str = ""

    @property
    def spellings(self) -> tuple[str, ...]:
        """Its names, without its description."""
        return tuple(name for name in (self.name, self.if_name, self.descr) if name)


def interfaces(rows: Iterable[tuple[int, str, str, str]]) -> tuple[Interface, ...]:
    """Interfaces of (ifIndex, ifName, ifDescr, ifAlias)."""
    rows = list(rows)
    names = [name for _, name, _, _ in rows]
    found = []
    for index, name, descr, alias in rows:
        own = name if name and names.count(name) == 1 else descr or name
        if own:
            found.append(Interface(index, own, name, descr, alias))
    return tuple(found)


def find(text: str, known: Iterable[Interface]) -> Interface:
    """The one port that is meant. Raises PRECONDITION where there is none, or more than one.

    As written; then without regard to case and spaces; then Gi1/0/5 for GigabitEthernet1/0/5 and the reverse, and a
    number alone; last by description.
    """
    wanted = text.strip()
    folded = _folded(wanted)
    rules: tuple[Callable[[Interface], bool], ...] = (
        lambda port: wanted in port.spellings,
        lambda port: folded in {_folded(name) for name in port.spellings},
        lambda port: any(_alike(wanted, name) for name in port.spellings),
        lambda port: bool(port.alias) and _folded(port.alias) == folded,
    )
    ports = list(known)
    for rule in rules:
        meant = [port for port in ports if rule(port)]
        if len(meant) == 1:
            return meant[0]
        if meant:
            names = ", ".join(port.name for port in meant[:4])
            raise DeviceError(
                ErrorClass.PRECONDITION,
                f"{text[:40]!r} may mean {names}",
                hint="write it as the switch does",
            )
    some = ", ".join(port.name for port in ports[:4])
    raise DeviceError(
        ErrorClass.PRECONDITION,
        f"{text[:40]!r} is not a port of this switch",
        hint=f"write it as the switch does, such as {some}" if some else "the switch tells of no ports",
    )


def numbers(name: str) -> tuple[int, ...]:
    """The numbers at a name's end: Gi1/0/5 is 1, 0, 5."""
    found = re.search(r"(\d+(?:[/.:]\d+)*)\D*$", name)
    return tuple(int(part) for part in re.split(r"[/.:]", found[1])) if found else ()


def power_index(port: Interface, known: Iterable[tuple[int, int]]) -> tuple[int, int] | None:
    """Group and number of a port's power, as far as its name tells; None where the agent has no such row.

    No standard object says which port of POWER-ETHERNET-MIB is which of IF-MIB. Everybody numbers both alike: Gi2/0/5
    is group 2, number 5, and port 5 of a switch that is not stacked is 1, 5; else the number is the ifIndex.
    """
    rows = set(known)
    own = numbers(port.if_name or port.descr)
    guesses = [(own[0], own[-1])] if len(own) > 1 else [(1, own[0])] if own else []
    guesses.append((1, port.index))
    return next((guess for guess in guesses if guess in rows), None)


def _folded(text: str) -> str:
    return "".join(text.split()).casefold()


def _alike(text: str, name: str) -> bool:
    one, other = _PARTS.fullmatch(text.strip()), _PARTS.fullmatch(name.strip())
    if one is None or other is None or one["number"] != other["number"]:
        return False
    first, second = _folded(one["kind"] or ""), _folded(other["kind"] or "")
    # A number alone is any kind of port; "g" could be two kinds, "gi" is one.
    if not first:
        return True
    return min(len(first), len(second)) >= 2 and (first.startswith(second) or second.startswith(first))
