"""The driver `unifi-controller`."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pedell.drivers.api import (
    Answer,
    Call,
    Deadline,
    DeviceError,
    Done,
    Env,
    ErrorClass,
    Happened,
    NoParams,
    Params,
    Target,
    Waiting,
    implements,
)
from pedell.i18n import t
from pedell_network import params, remembered, results
from pedell_network.guards import Facts, unknown
from pedell_network.ports import PortDriver, expect_access_point, expect_power, found_at, found_near
from pedell_network.results import PortChange, PortStatus
from pedell_network.unifi import near, ports
from pedell_network.unifi.answers import Row, number, word
from pedell_network.unifi.controller import CONNECTED, PROVISIONING, Controller, in_touch, started_at
from pedell_network.unifi.options import (
    LIMITS,
    ControllerOptions,
    UnifiOptions,
    controller_options,
    device_options,
    mac_of,
)

if TYPE_CHECKING:
    from pedell_network.unifi.ports import Override

LOOK = 2.0
"""Seconds between two looks whether a switch has reported since it was changed."""
MOVED = 5
"""Seconds by which the moment of a start must have moved: the controller rounds."""
AP_WITHIN = 300.0
_PORTS = frozenset({"network.device_info", "network.restart_device", "network.neighbours"})


class UnifiController(PortDriver):
    """Ubiquiti UniFi switches and access points, through their controller.

    Models: whatever is adopted by a UniFi Network application: UniFi OS consoles (Dream Machine, Cloud Key 2, UniFi OS
    Server) and self-hosted controllers from 5.5 on; setting a VLAN needs 7.4 or later, which knows it per port.
    Address: the device's MAC address. Controller: `https://unifi.example` (UniFi OS) or `https://unifi.example:8443`;
    options `ControllerOptions`. Options of the device: `UnifiOptions`.
    Settings on the controller: a local account without a second factor, Site Admin for restarts and power cycles, Full
    Management for changes of ports; or, on UniFi OS, an API key.
    Sources: aiounifi, Art-of-WiFi/UniFi-API-client, pyunifi 2.21 (see `answers` and `ports`).
    Known limitations: what is read is what the switch last reported, every 10 to 60 seconds; changes are waited for. A
    power cycle's pause is the switch's own. A port that somebody switched off on the controller's pages has lost its
    VLAN there, and comes back with the default network.
    """

    id = "unifi-controller"
    title = "UniFi controller"
    brands = ("Ubiquiti UniFi switches and access points",)
    protocol = "UniFi Network application over HTTPS, on UniFi OS and self-hosted"
    proof = (
        "aiounifi speaks with its simulator",
        "from two clients' sources otherwise",
    )
    limitations = (
        "what is read is as old as the switch's last report, up to a minute; changes are waited for",
        "the pause of a power cycle is the switch's own",
        "a VLAN per port needs Network application 7.4 or later",
    )
    kinds = frozenset({"switch", "access_point"})
    options = UnifiOptions
    controller_options = ControllerOptions
    controller_limits = LIMITS

    def __init__(self, target: Target, env: Env) -> None:
        super().__init__(target, env)
        self._open: Controller | None = None
        self._asking = Deadline(0.0)
        self._profiles: dict[str, Row] | None = None
        self._vlans: dict[str, int] = {}
        self._changed_at: int | None = None
        """When the device had last reported, on the controller's clock, before it was changed."""

    @classmethod
    def supports(cls, target: Target) -> frozenset[str]:
        """An access point has no ports to speak of."""
        every = super().supports(target)
        return every & _PORTS if target.kind == "access_point" else every

    @classmethod
    def endpoint(cls, target: Target) -> str:
        """One device of one controller: its overrides are read, merged and written as a whole."""
        server = target.controller.address if target.controller else ""
        mac = "".join(c for c in (target.address or target.mac).lower() if c.isalnum())
        return f"{cls.id}:{server.rstrip('/').lower()}:{mac}"

    @cached_property
    def settings(self) -> UnifiOptions:
        """The device's options, checked."""
        return device_options(self.target)

    def connect(self, deadline: Deadline) -> None:
        """Check the settings, log in where no session is kept, and see that the controller knows the device."""
        self.close()
        try:
            self.controller.device(deadline)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the connection; the session stays."""
        opened, self._open = self._open, None
        self._profiles = None
        if opened is not None:
            opened.close()

    @property
    def controller(self) -> Controller:
        """The conversation; a new one after `close`."""
        if self._open is None:
            from pedell_network.unifi.session import UnifiSession

            site = self.settings.site or controller_options(self.target).site
            mac = mac_of(self.target)
            self._open = Controller(UnifiSession(self.target, self.env), site, mac)
        return self._open

    def call(self, capability: str, call: Call, params: Params) -> Answer:
        """As every driver; a port's name is looked up within the call's deadline."""
        self._asking = call.deadline
        return super().call(capability, call, params)

    def port_name(self, text: str) -> str:
        """The port's number."""
        return str(ports.index_of(self.controller.device(self._asking), text))

    def read_port(self, port: str, deadline: Deadline) -> PortStatus:
        """A port as the switch last reported it."""
        device = self.controller.device(deadline)
        in_touch(device, changing=False)
        return self._status(device, port, deadline)

    def _status(self, device: Row, port: str, deadline: Deadline) -> PortStatus:
        if self._profiles is None:
            self._vlans = self.controller.vlans(deadline)
            self._profiles = self.controller.profiles(deadline)
        return ports.status(device, int(port), self._profiles, self._vlans)

    def read_facts(self, port: str, deadline: Deadline) -> Facts:
        """What the guards want to know. The uplink is how the controller reaches the switch."""
        everybody = self.controller.everybody(deadline)
        device = self.controller.device(deadline)
        in_touch(device, changing=True)
        status = self._status(device, port, deadline)
        learnt = near.learnt(device, self.controller.clients(deadline))
        row = ports.row_of(device, int(port))
        return Facts(
            status,
            tuple(one for one in near.neighbours(device, everybody) if one.port == port),
            len({mac for mac, _, at in learnt if at == port}),
            self._is_uplink(device, row, port),
            self.protected(port),
            ports.bundled(device, int(port), self._profiles or {}),
            carries_all=True,
        )

    def _is_uplink(self, device: Row, row: Row, port: str) -> bool | None:
        if isinstance(row.get("is_uplink"), bool):
            return bool(row["is_uplink"])
        uplink = device.get("uplink")
        own = number(uplink, "port_idx") if isinstance(uplink, dict) else None
        return None if own is None else str(own) == port

    def switch_port(self, port: str, on: bool, deadline: Deadline) -> None:
        """Switch a port on or off, and wait until the switch has reported it so.

        Two changes that follow each other before the switch has taken the first would make one: nothing.
        """
        data, what = self.env.data, f"{port}: forward"
        if on:
            before = remembered.recall(data, self.target, what)
            self._write(lambda device: ports.switched_on(device, int(port), before), deadline)
            # The way back must not be held up: it is looked after by whoever waits for the link.
            remembered.forget(data, self.target, what)
            return

        def off(device: Row) -> list[Override]:
            remembered.keep(data, self.target, what, ports.forwarded(device, int(port)))
            return ports.switched_off(device, int(port))

        self._write(off, deadline)
        self._applied(port, lambda row: row.get("up") is not True, deadline)

    def _write(self, change: Callable[[Row], list[Override]], deadline: Deadline) -> None:
        device = self.controller.device(deadline)
        in_touch(device, changing=True)
        self._changed_at = number(device, "last_seen")
        self.controller.write_overrides(device, change(device), deadline)

    def _applied(self, port: str, there: Callable[[Row], bool], deadline: Deadline) -> None:
        """Wait until the switch has reported, and shows what is wanted; at most `fresh_within`."""
        until = deadline.within(self.settings.fresh_within)
        while True:
            device = self.controller.device(until)
            if self._reported(device) and there(ports.row_of(device, int(port))):
                return
            if until.left() <= LOOK:
                raise DeviceError(
                    ErrorClass.TIMEOUT,
                    "the controller has taken the change, but the switch has not reported it in time",
                    happened=Happened.UNKNOWN,
                )
            time.sleep(min(LOOK, self.settings.fresh_within / 10))

    def _reported(self, device: Row) -> bool:
        seen = number(device, "last_seen")
        if number(device, "state") == PROVISIONING:
            return False
        return self._changed_at is None or seen is None or seen > self._changed_at

    def proved(self, call: Call, port: str) -> PortStatus:
        """The port as the switch has reported it since it was changed."""
        until = call.deadline.within(self.settings.fresh_within)
        found = super().proved(call, port)
        if self._changed_at is None:
            return found
        while not self._reported(self._device_again(until)) and until.left() > LOOK:
            time.sleep(min(LOOK, self.settings.fresh_within / 10))
        return super().proved(call, port)

    def _device_again(self, deadline: Deadline) -> Row:
        try:
            return self.controller.device(deadline)
        except DeviceError as error:
            raise DeviceError(
                error.error_class, f"done, but not seen: {error.message}", happened=Happened.YES
            ) from error

    def read_info(self, deadline: Deadline) -> results.DeviceInfo:
        """What the controller knows of the device."""
        return self._info(self.controller.device(deadline))

    def _info(self, device: Row) -> results.DeviceInfo:
        return results.DeviceInfo(
            name=word(device, "name", 64),
            manufacturer="Ubiquiti",
            model=word(device, "model", 64),
            serial=word(device, "serial", 64),
            mac=word(device, "mac", 17).lower(),
            firmware=word(device, "displayable_version", 64) or word(device, "version", 64),
            uptime=number(device, "uptime"),
            unsaved_changes=False,
        )

    @implements("network.device_info")
    def device_info(self, call: Call, asked: NoParams) -> results.DeviceInfo | Done:
        """The device about itself; with a warning where the controller has lost it."""
        del asked
        device = self.controller.device(call.deadline)
        try:
            in_touch(device, changing=False)
        except DeviceError as error:
            return Done(self._info(device), warnings=(error.message,))
        return self._info(device)

    @implements("network.poe_cycle")
    def poe_cycle(self, call: Call, asked: params.PoeCycle) -> Done:
        """The switch takes the power and gives it back by itself: nothing can stop in the middle."""
        return self._cycle(call, asked, access_point=bool(asked.access_point))

    def _cycle(self, call: Call, asked: params.PoeCycle, *, access_point: bool) -> Done:
        port = self.port_name(asked.port)
        facts = self.guarded(call, port, asked, access_point=access_point)
        expect_power(facts, asked, access_point=access_point)
        self._changed_at = number(self.controller.device(call.deadline), "last_seen")
        with call.effect("power cycle"):
            self.controller.power_cycle(int(port), call.deadline)
        return self.link_awaited(call, port, asked.link_within, facts)

    @implements("network.restart_access_point")
    def restart_access_point(self, call: Call, asked: params.PoeCycle) -> Done | Waiting:
        """An access point of the same controller is restarted itself, gently; another one by its power."""
        port = self.port_name(asked.port)
        device, everybody = self.controller.device(call.deadline), self.controller.everybody(call.deadline)
        point = near.access_point_on(device, everybody, port)
        if point is None:
            return self._cycle(call, asked, access_point=True)
        facts = self.guarded(call, port, asked, access_point=True)
        expect_access_point(facts, asked.access_point)
        in_touch(point, changing=True)
        mac = word(point, "mac").lower()
        with call.effect("restart"):
            self.controller.restart(mac, call.deadline)
        before = facts.status.model_dump(mode="json")
        token = {"mac": mac, "port": port, "before": before, **_moment(point)}
        return Waiting(
            token, t("the access point restarts"), poll_after=15, deadline=AP_WITHIN, delivered=True
        )

    @implements("network.restart_device")
    def restart_device(self, call: Call, asked: params.RestartDevice) -> Waiting:
        """Restart the device, its power over Ethernet stays on; the controller has nothing unsaved."""
        device = self.controller.device(call.deadline)
        in_touch(device, changing=True)
        if self.target.kind != "access_point":
            for one in near.neighbours(device, self.controller.everybody(call.deadline)):
                if one.carries_others or one.access_point:
                    call.note(t("{name} loses its connection while the switch restarts.", name=one.name))
        self.controller.restart(self.controller.mac, call.deadline)
        return self._restarting({"mac": self.controller.mac, **_moment(device)}, asked.within)

    def _restarting(self, token: Mapping[str, Any], within: float = 900.0) -> Waiting:
        return Waiting(token, t("the device restarts"), poll_after=15, deadline=within, delivered=True)

    def poll(self, capability: str, call: Call, token: Mapping[str, Any]) -> Answer:
        """Whether the device has started since it was told to."""
        device = self.controller.one(str(token["mac"]), call.deadline)
        back = _restarted(device, token)
        if capability == "network.restart_device":
            if not back:
                return self._restarting(token)
            return results.Restarted(uptime=number(device, "uptime") or 0)
        if capability != "network.restart_access_point":
            raise DeviceError(ErrorClass.UNSUPPORTED, f"{self.id} cannot ask about {capability} again")
        if not back:
            return Waiting(
                token, t("the access point restarts"), poll_after=15, deadline=AP_WITHIN, delivered=True
            )
        self._asking = call.deadline
        after = self.read_port(str(token["port"]), call.deadline)
        return PortChange(before=PortStatus.model_validate(token["before"]), after=after)

    def probe(self, capability: str, call: Call, params: Params, evidence: Mapping[str, Any]) -> Happened:
        """A restart shows in the uptime; one that does not show yet may still come."""
        del params
        if capability != "network.restart_device":
            return Happened.UNKNOWN
        device = self.controller.device(call.deadline)
        uptime, passed = number(device, "uptime"), time.time() - float(evidence["started"])
        if number(device, "state") != CONNECTED or uptime is None:
            return Happened.UNKNOWN
        if uptime < passed:
            return Happened.YES
        # A console hands an order over within seconds; after five minutes it was never given.
        return Happened.NO if passed > AP_WITHIN else Happened.UNKNOWN

    @implements("network.poe_on")
    def poe_on(self, call: Call, asked: params.Port) -> Done:
        """Power on; where it is on already, its setting stays as it is."""
        port = self.port_name(asked.port)

        def give() -> None:
            self._write(lambda device: ports.with_power(device, int(port), "auto"), call.deadline)

        return self.power_given(call, port, give)

    @implements("network.find_mac")
    def find_mac(self, call: Call, asked: params.FindMac) -> results.FoundMac:
        """By the switch's table and the controller's clients, or by the name of a neighbour."""
        device = self.controller.device(call.deadline)
        around = near.neighbours(device, self.controller.everybody(call.deadline))
        learnt = near.learnt(device, self.controller.clients(call.deadline))
        if asked.neighbour:
            return found_near(
                around, asked.neighbour, lambda port: len({mac for mac, _, at in learnt if at == port})
            )
        return found_at(asked.mac, learnt, around)

    @implements("network.neighbours")
    def neighbours(self, call: Call, asked: NoParams) -> results.Neighbours:
        """Devices of this controller, and what LLDP tells of others."""
        del asked
        device = self.controller.device(call.deadline)
        return results.Neighbours(
            neighbours=near.neighbours(device, self.controller.everybody(call.deadline))
        )

    @implements("network.set_access_vlan")
    def set_access_vlan(self, call: Call, asked: params.AccessVlan) -> Done:
        """An access port of the network that has this VLAN; the controller keeps it at once."""
        port = self.port_name(asked.port)
        facts = self.guarded(call, port, asked)
        networks = [name for name, vlan in self._vlans.items() if vlan == asked.vlan]
        if len(networks) != 1:
            known = ", ".join(str(vlan) for vlan in sorted(set(self._vlans.values())))
            raise DeviceError(
                ErrorClass.PRECONDITION,
                f"the controller has {len(networks) or 'no'} networks with VLAN {asked.vlan}",
                hint=f"it has VLANs {known}",
            )
        self._write(lambda device: ports.in_network(device, int(port), networks[0]), call.deadline)
        after = self.proved(call, port)
        if after.vlan != asked.vlan or after.mode is not results.Mode.ACCESS:
            raise DeviceError(
                ErrorClass.DEVICE_FAULT, f"port {port} is not in VLAN {asked.vlan}", happened=Happened.UNKNOWN
            )
        return Done(PortChange(before=facts.status, after=after), warnings=unknown(facts))


def _moment(device: Row) -> dict[str, Any]:
    """What tells later whether the device has restarted: when it started, by the controller's clock."""
    return {
        "started_at": started_at(device),
        "uptime": number(device, "uptime"),
        "last_seen": number(device, "last_seen"),
    }


def _restarted(device: Row, before: Mapping[str, Any]) -> bool:
    """Connected again, and started later than before; by the uptime alone where the controller tells no more."""
    if number(device, "state") != CONNECTED:
        return False
    now, then = started_at(device), before.get("started_at")
    if isinstance(now, int) and isinstance(then, int):
        return now > then + MOVED
    uptime, old = number(device, "uptime"), before.get("uptime")
    return isinstance(uptime, int) and isinstance(old, int) and uptime < old
