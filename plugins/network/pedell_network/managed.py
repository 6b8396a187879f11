"""What a managed switch can do beyond its ports: power, addresses, VLANs, configurations, a restart."""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from pedell.drivers.api import (
    Call,
    Deadline,
    DeviceError,
    Done,
    ErrorClass,
    Happened,
    NoParams,
    Params,
    Waiting,
    implements,
)
from pedell.i18n import t
from pedell_network import params, remembered, results
from pedell_network.backup import keep
from pedell_network.cycle import Part, off_and_on
from pedell_network.guards import unknown
from pedell_network.ports import expect_power, found_near
from pedell_network.results import Neighbour, PortChange
from pedell_network.switch import Switch

Place = tuple[str, int | None, str]
"""Address, VLAN and port of an entry in the MAC table."""
_CHANGES = {True: "has unsaved changes", None: "does not tell whether it has unsaved changes"}
_GOING_DOWN = 180.0
"""Seconds in which a switch that was told to restart may still answer as before: some end all else first."""
_CANNOT_TELL = frozenset({ErrorClass.UNSUPPORTED, ErrorClass.REFUSED})


class ManagedSwitch(Switch):
    """Base of drivers for managed switches: the capabilities, over what a platform says in its own words."""

    lacks: ClassVar[frozenset[str]] = frozenset()
    """Capabilities that the platform does not have."""

    @classmethod
    def capabilities(cls) -> Mapping[str, str]:
        """All that the methods answer, but for what the platform lacks."""
        answered = super().capabilities()
        return {name: method for name, method in answered.items() if name not in cls.lacks}

    @abstractmethod
    def read_neighbours(self, deadline: Deadline) -> Sequence[Neighbour]:
        """Who announces himself. Raises UNSUPPORTED where that is switched off."""

    @abstractmethod
    def find_address(self, mac: str, deadline: Deadline) -> Sequence[Place]:
        """Where an address was learnt. Raises UNSUPPORTED where there is no such table."""

    @abstractmethod
    def addresses_behind(self, port: str, deadline: Deadline) -> int | None:
        """How many addresses were learnt on a port; None where the switch does not tell."""

    @abstractmethod
    def power_setting(self, port: str, deadline: Deadline) -> str:
        """How the port's power is given now, in the platform's words; empty where there is one way only."""

    @abstractmethod
    def switch_power(self, port: str, on: bool, setting: str, deadline: Deadline) -> None:
        """Switch a port's power off, or on as `setting` says (empty: as usual)."""

    def one_shot(self) -> bool:
        """Whether one command takes the power away and gives it back by itself: `cycle_power_at_once`."""
        return False

    def cycle_power_at_once(self, port: str, pause: float, deadline: Deadline) -> None:
        """Send that one command."""
        raise NotImplementedError

    @abstractmethod
    def put_into_vlan(self, port: str, vlan: int, old: int | None, deadline: Deadline) -> None:
        """Make it an access port of a VLAN; `old` is the one that it was in, where that is known."""

    @abstractmethod
    def unsaved_changes(self, deadline: Deadline) -> bool | None:
        """Whether a restart would lose changes; None where the switch cannot tell."""

    @abstractmethod
    def save_running(self, deadline: Deadline) -> None:
        """Keep the running configuration."""

    @abstractmethod
    def read_running(self, deadline: Deadline) -> str:
        """The running configuration, secrets and all."""

    @abstractmethod
    def restart(self, deadline: Deadline) -> None:
        """Restart the switch; unsaved changes are lost."""

    @implements("network.device_info")
    def device_info(self, call: Call, asked: NoParams) -> results.DeviceInfo:
        """The switch about itself, and whether a restart would lose changes."""
        del asked
        info = self.read_info(call.deadline)
        try:
            unsaved = self.unsaved_changes(call.deadline)
        except DeviceError as error:
            if error.error_class not in {ErrorClass.AUTH, *_CANNOT_TELL}:
                raise
            return info  # a login that may only look
        return info.model_copy(update={"unsaved_changes": unsaved})

    @implements("network.poe_cycle")
    def poe_cycle(self, call: Call, asked: params.PoeCycle) -> Done:
        """Power off, wait, power on as it was configured, wait for the link."""
        return self._cycle_power(call, asked, access_point=bool(asked.access_point))

    @implements("network.restart_access_point")
    def restart_access_point(self, call: Call, asked: params.PoeCycle) -> Done:
        """A PoE cycle of a port behind which there is an access point; anything else refuses."""
        return self._cycle_power(call, asked, access_point=True)

    def _cycle_power(self, call: Call, asked: params.PoeCycle, *, access_point: bool) -> Done:
        port = self.port_of(call, asked.port)
        facts = self.guarded(call, port, asked, access_point=access_point)
        expect_power(facts, asked, access_point=access_point)
        if self.one_shot():
            self._cycle_at_once(call, port, asked.pause)
        else:
            setting = self.power_setting(port, call.deadline)
            # Killed between off and on, network.poe_on is called, and is to know how the power was given.
            remembered.keep(self.env.data, self.target, port, setting)
            off = Part("power off", lambda deadline: self.switch_power(port, False, setting, deadline))
            on = Part("power on", lambda deadline: self.switch_power(port, True, setting, deadline))
            try:
                off_and_on(call, f"the power of {port}", off, on, pause=asked.pause, hang_up=self.close)
            except DeviceError as error:
                if error.happened is not Happened.UNKNOWN:  # never gone, or back
                    remembered.forget(self.env.data, self.target, port)
                raise
            remembered.forget(self.env.data, self.target, port)
        return self.link_awaited(call, port, asked.link_within, facts)

    def _cycle_at_once(self, call: Call, port: str, pause: float) -> None:
        with call.effect("power cycle"):
            self.cycle_power_at_once(port, pause, call.deadline)
        try:
            call.sleep(pause)
        except DeviceError as error:
            raise DeviceError(error.error_class, error.message, happened=Happened.YES) from error

    @implements("network.poe_on")
    def poe_on(self, call: Call, asked: params.Port) -> Done:
        """Power on, as it was before a cycle that broke; where it is on already, its setting stays as it is."""
        port = self.port_of(call, asked.port)

        def give() -> None:
            setting = remembered.recall(self.env.data, self.target, port)
            self.switch_power(port, True, setting, call.deadline)

        done = self.power_given(call, port, give)
        remembered.forget(self.env.data, self.target, port)
        return done

    @implements("network.find_mac")
    def find_mac(self, call: Call, asked: params.FindMac) -> results.FoundMac:
        """By the MAC table, or by the name that a neighbour announces."""
        if asked.neighbour:
            near = self.read_neighbours(call.deadline)
            return found_near(near, asked.neighbour, lambda port: self.addresses_behind(port, call.deadline))
        places = self.find_address(asked.mac, call.deadline)
        if not places:
            return results.FoundMac(found=False, mac=_with_colons(asked.mac))
        address, vlan, port = places[0]
        near = [found for found in self._near(call.deadline) if found.port == port and found.carries_others]
        return results.FoundMac(
            found=True,
            port=port,
            vlan=vlan,
            mac=address,
            through="addresses",
            behind=near[0].name or "a switch" if near else "",
            addresses=self.addresses_behind(port, call.deadline),
        )

    def _near(self, deadline: Deadline) -> Sequence[Neighbour]:
        try:
            return self.read_neighbours(deadline)
        except DeviceError as error:
            if error.error_class not in _CANNOT_TELL:
                raise
            return ()

    @implements("network.neighbours")
    def neighbours(self, call: Call, asked: NoParams) -> results.Neighbours:
        """Who announces himself; once where he does so in two ways."""
        del asked
        near = list(self.read_neighbours(call.deadline))
        once = {(found.port, found.name): found for found in reversed(near)}
        return results.Neighbours(neighbours=tuple(sorted(once.values(), key=near.index)))

    @implements("network.set_access_vlan")
    def set_access_vlan(self, call: Call, asked: params.AccessVlan) -> Done:
        """An access port in the VLAN named; saved only where nothing else was unsaved."""
        port = self.port_of(call, asked.port)
        facts = self.guarded(call, port, asked)
        warnings = list(unknown(facts))
        unsaved = self.unsaved_changes(call.deadline) if asked.save else None
        save = asked.save and unsaved is False
        if asked.save and not save:
            warnings.append(
                t("Not saved: there were unsaved changes on the switch before.")
                if unsaved
                else t("Not saved: the switch does not tell whether there were unsaved changes before.")
            )
        self.put_into_vlan(port, asked.vlan, facts.status.vlan, call.deadline)
        after = self.proved(call, port)
        if after.vlan != asked.vlan:
            raise DeviceError(
                ErrorClass.DEVICE_FAULT, f"{port} is not in VLAN {asked.vlan}", happened=Happened.UNKNOWN
            )
        if save:
            self._saved_after(call.deadline)
        return Done(PortChange(before=facts.status, after=after), warnings=tuple(warnings))

    def _saved_after(self, deadline: Deadline) -> None:
        try:
            self.save_running(deadline)
        except DeviceError as error:
            raise DeviceError(
                error.error_class, f"done, but not saved: {error.message}", happened=Happened.YES
            ) from error

    @implements("network.save_config")
    def save_config(self, call: Call, asked: params.SaveConfig) -> results.SavedConfig:
        """Keep the running configuration; nothing where both are the same."""
        unsaved = self.unsaved_changes(call.deadline)
        if unsaved is False:
            return results.SavedConfig(saved=False, unsaved_changes=False)
        if asked.unsaved == "refuse":
            raise DeviceError(
                ErrorClass.PRECONDITION,
                f"the switch {_CHANGES[unsaved]}, perhaps somebody else's",
                hint="unsaved: save keeps them all",
            )
        self.save_running(call.deadline)
        return results.SavedConfig(saved=True, unsaved_changes=unsaved)

    @implements("network.backup_config")
    def backup_config(self, call: Call, asked: NoParams) -> results.ConfigBackup:
        """The running configuration into the data folder, secrets masked."""
        del asked
        return keep(self.env.data, self.target, lambda: self.read_running(call.deadline), call.purpose)

    @implements("network.restart_device")
    def restart_device(self, call: Call, asked: params.RestartDevice) -> Waiting:
        """Restart, with every question answered; then wait until the switch is back."""
        unsaved = False if asked.unsaved == "discard" else self.unsaved_changes(call.deadline)
        if unsaved is not False and asked.unsaved == "refuse":
            raise DeviceError(
                ErrorClass.PRECONDITION,
                f"the switch {_CHANGES[unsaved]} that a restart would lose",
                hint="unsaved: discard or save",
            )
        for name in self._behind(call.deadline):
            call.note(t("{name} loses its connection while the switch restarts.", name=name))
        if unsaved is not False:
            self.save_running(call.deadline)
        self.restart(call.deadline)
        self.close()
        return self._restarting({"started": time.time()}, asked.within)

    def _behind(self, deadline: Deadline) -> list[str]:
        near = self._near(deadline)
        names = [f"{found.name or found.mac} ({found.port})" for found in near if found.carries_others]
        return list(dict.fromkeys(names))[:20]

    def _restarting(self, token: Mapping[str, Any], within: float) -> Waiting:
        return Waiting(token, t("the switch restarts"), poll_after=20, deadline=within, delivered=True)

    def poll(self, capability: str, call: Call, token: Mapping[str, Any]) -> results.Restarted | Waiting:
        """Whether the switch has started since it was told to."""
        if capability != "network.restart_device":
            raise DeviceError(ErrorClass.UNSUPPORTED, f"{self.id} cannot ask about {capability} again")
        info = self.read_info(call.deadline)
        if not _started_since(info, float(token["started"])):
            return self._restarting(token, 900)
        return results.Restarted(uptime=info.uptime or 0, restart_reason=info.restart_reason)

    def probe(self, capability: str, call: Call, params: Params, evidence: Mapping[str, Any]) -> Happened:
        """A restart shows in the uptime; one that does not show yet may still come."""
        del params
        if capability != "network.restart_device":
            return Happened.UNKNOWN
        info = self.read_info(call.deadline)
        started = float(evidence["started"])
        if info.uptime is None:
            return Happened.UNKNOWN
        if _started_since(info, started):
            return Happened.YES
        return Happened.NO if time.time() - started > _GOING_DOWN else Happened.UNKNOWN


def _started_since(info: results.DeviceInfo, moment: float) -> bool:
    # Many tell their uptime in whole minutes; less than what has passed means a start after that moment.
    return info.uptime is not None and info.uptime < time.time() - moment


def _with_colons(text: str) -> str:
    digits = "".join(c for c in text.lower() if c in "0123456789abcdef")
    return ":".join(digits[i : i + 2] for i in range(0, len(digits), 2))
