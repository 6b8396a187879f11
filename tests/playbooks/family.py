"""A family for tests: small, with one capability of each effect and risk."""

from __future__ import annotations

from enum import StrEnum
from types import ModuleType

from pydantic import Field

from pedell.drivers.api import ASK, Capability, Contract, Effect, Params, Result, Risk, Text
from pedell.hooks.api import hookimpl
from pedell.hooks.plugins import Plugins


class Power(StrEnum):
    ON = "on"
    OFF = "off"


class Status(Result):
    power: Power
    volume: int | None = None


class Volume(Params):
    level: int = Field(ge=0, le=100)
    slowly: bool = False


LAMP = Contract(
    family="lamp",
    title=Text("Lamps", "Lampen"),
    kinds={"lamp": Text("Lamp", "Lampe")},
    capabilities=(
        Capability("lamp.status", Text("Read the state", "Den Zustand lesen"), result=Status),
        Capability(
            "lamp.set_volume", Text("Set the volume", "Lautstärke setzen"), Effect.REPEATABLE, params=Volume
        ),
        Capability("lamp.restart", Text("Restart", "Neu starten"), Effect.REPEATABLE, Risk.DISRUPTIVE),
        Capability("lamp.wipe", Text("Wipe", "Löschen"), Effect.ONCE, Risk.DESTRUCTIVE, ASK),
    ),
)
DOOR = Contract(
    family="door",
    title=Text("Doors", "Türen"),
    kinds={"door": Text("Door", "Tür")},
    capabilities=(Capability("door.status", Text("Read the state", "Den Zustand lesen")),),
)


@hookimpl
def pedell_contracts() -> list[Contract]:
    return [LAMP, DOOR]


def plugins() -> Plugins:
    """Plugins with these two families only."""
    module = ModuleType("test_family")
    module.PEDELL_API = 1  # type: ignore[attr-defined]
    module.pedell_contracts = pedell_contracts  # type: ignore[attr-defined]
    return Plugins(points=(), modules={"test-family": module})
