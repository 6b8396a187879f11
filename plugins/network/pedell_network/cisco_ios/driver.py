"""Cisco Catalyst switches with IOS or IOS-XE, over SSH through netmiko."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

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
from pedell_network import params, results
from pedell_network.backup import keep
from pedell_network.cisco_ios import parse, ports
from pedell_network.cycle import Part, off_and_on
from pedell_network.guards import Facts, unknown
from pedell_network.options import host_port
from pedell_network.results import Poe, PortChange, PortStatus
from pedell_network.switch import Switch

if TYPE_CHECKING:
    from pedell_network.cisco_ios.conversation import Ios
    from pedell_network.session import Dialect


class CiscoIos(Switch):
    """Cisco Catalyst 2960, 3560, 3650, 3750, 3850, 9200, 9300 and their like.

    Settings on the switch: `ip ssh version 2`, a local user or AAA with level 15 or an enable secret, and
    `lldp run` or `cdp run` for the guards that know switches behind a port.
    Sources: Catalyst 2960-X (IOS 15.2) and 9300 (IOS-XE 17) command references, ntc-templates, netmiko 4.8.
    Known limitations: after a crash in the middle of a PoE cycle the port's power comes back as
    `power inline auto`, also where it was `static`.
    """

    id = "cisco-ios"
    title = "Cisco IOS / IOS-XE"
    brands = ("Cisco Catalyst 2960, 3560, 3650, 3750, 3850, 9200, 9300",)
    protocol = "command line over SSH"
    proof = (
        "shapes of public sample outputs",
        "its simulator over real SSH",
    )
    limitations = (
        "a crash in the middle of a PoE cycle brings the power back as auto, also where it was static",
    )
    kinds = frozenset({"switch"})

    @classmethod
    def dialect(cls) -> Dialect:
        """IOS."""
        from pedell_network.cisco_ios.conversation import DIALECT

        return DIALECT

    def ios(self, deadline: Deadline) -> Ios:
        """The conversation."""
        from pedell_network.cisco_ios.conversation import Ios

        return Ios(self.session(deadline), enable=bool(self.settings.enable))

    def port_name(self, text: str) -> str:
        """Gi1/0/5 for GigabitEthernet 1/0/5."""
        return ports.port(text, self.settings.port_prefix)

    def read_port(self, port: str, deadline: Deadline) -> PortStatus:
        """A port as it is."""
        return self.ios(deadline).port(port, deadline)

    def read_facts(self, port: str, deadline: Deadline) -> Facts:
        """What the guards want to know."""
        host, _ = host_port(self.target, self.settings.port)
        return self.ios(deadline).facts(port, host, self.protected(port), deadline)

    def switch_port(self, port: str, on: bool, deadline: Deadline) -> None:
        """`shutdown` or `no shutdown`."""
        self.configure(port, "no shutdown" if on else "shutdown", deadline=deadline)

    def read_info(self, deadline: Deadline) -> results.DeviceInfo:
        """`show version`."""
        return self.ios(deadline).info(deadline)

    def configure(self, port: str, *lines: str, deadline: Deadline) -> None:
        """Configure a port."""
        self.ios(deadline).configure([f"interface {port}", *lines], deadline)

    @implements("network.device_info")
    def device_info(self, call: Call, asked: NoParams) -> results.DeviceInfo:
        """The switch about itself, and whether a restart would lose changes."""
        del asked
        info = self.read_info(call.deadline)
        try:
            unsaved = self.ios(call.deadline).unsaved(call.deadline)
        except DeviceError as error:
            if error.error_class not in {ErrorClass.AUTH, ErrorClass.REFUSED, ErrorClass.UNSUPPORTED}:
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
        port = self.port_name(asked.port)
        facts = self.guarded(call, port, asked, access_point=access_point)
        if access_point:
            _expect_access_point(facts, asked.access_point)
        if facts.status.poe is None or facts.status.poe is Poe.DISABLED:
            state = "switched off by an administrator" if facts.status.poe else "not there"
            raise DeviceError(
                ErrorClass.PRECONDITION, f"power over Ethernet on {port} is {state} and is left so"
            )
        line = self.ios(call.deadline).poe_setting(port, call.deadline)
        off = Part(
            "power off", lambda deadline: self.configure(port, "power inline never", deadline=deadline)
        )
        on = Part("power on", lambda deadline: self.configure(port, line, deadline=deadline))
        off_and_on(call, f"the power of {port}", off, on, pause=asked.pause, hang_up=self.close)
        return self.link_awaited(call, port, asked.link_within, facts)

    @implements("network.poe_on")
    def poe_on(self, call: Call, asked: params.Port) -> Done:
        """Power on; where it is on already, its setting stays as it is."""
        port = self.port_name(asked.port)
        before = self.read_port(port, call.deadline)
        if before.poe is Poe.DISABLED:
            self.configure(port, "power inline auto", deadline=call.deadline)
        return Done(PortChange(before=before, after=self.proved(call, port)))

    @implements("network.find_mac")
    def find_mac(self, call: Call, asked: params.FindMac) -> results.FoundMac:
        """By the MAC table, or by the name that a neighbour announces."""
        ios = self.ios(call.deadline)
        if asked.neighbour:
            name = asked.neighbour.casefold()
            near = [found for found in ios.neighbours(call.deadline) if found.name.casefold() == name]
            if not near:
                return results.FoundMac(found=False)
            count = ios.addresses_behind(near[0].port, call.deadline)
            return results.FoundMac(
                found=True, port=near[0].port, mac=near[0].mac, through="neighbours", addresses=count
            )
        places = ios.find(asked.mac, call.deadline)
        if places is None:
            raise DeviceError(ErrorClass.UNSUPPORTED, "this switch does not show a MAC address table")
        if not places:
            return results.FoundMac(found=False, mac=parse.mac(asked.mac))
        address, vlan, port = places[0]
        try:
            near = [found for found in ios.neighbours(call.deadline, port) if found.carries_others]
        except DeviceError as error:
            if error.error_class not in {ErrorClass.UNSUPPORTED, ErrorClass.REFUSED}:
                raise
            near = []
        return results.FoundMac(
            found=True,
            port=port,
            vlan=vlan,
            mac=address,
            through="addresses",
            behind=near[0].name or "a switch" if near else "",
            addresses=ios.addresses_behind(port, call.deadline),
        )

    @implements("network.neighbours")
    def neighbours(self, call: Call, asked: NoParams) -> results.Neighbours:
        """Who announces himself by LLDP or CDP; once where both tell of him."""
        del asked
        near = self.ios(call.deadline).neighbours(call.deadline)
        once = {(found.port, found.name): found for found in reversed(near)}
        return results.Neighbours(neighbours=tuple(sorted(once.values(), key=near.index)))

    @implements("network.set_access_vlan")
    def set_access_vlan(self, call: Call, asked: params.AccessVlan) -> Done:
        """An access port in the VLAN named; saved only where nothing else was unsaved."""
        port = self.port_name(asked.port)
        facts = self.guarded(call, port, asked)
        warnings = list(unknown(facts))
        save = asked.save and not self.ios(call.deadline).unsaved(call.deadline)
        if asked.save and not save:
            warnings.append(t("Not saved: there were unsaved changes on the switch before."))
        lines = ("switchport mode access", f"switchport access vlan {asked.vlan}")
        self.configure(port, *lines, deadline=call.deadline)
        if save:
            self.ios(call.deadline).save(call.deadline)
        after = self.proved(call, port)
        if after.vlan != asked.vlan:
            raise DeviceError(
                ErrorClass.DEVICE_FAULT, f"{port} is not in VLAN {asked.vlan}", happened=Happened.NO
            )
        return Done(PortChange(before=facts.status, after=after), warnings=tuple(warnings))

    @implements("network.save_config")
    def save_config(self, call: Call, asked: params.SaveConfig) -> results.SavedConfig:
        """`copy running-config startup-config`; nothing where both are the same."""
        ios = self.ios(call.deadline)
        if not ios.unsaved(call.deadline):
            return results.SavedConfig(saved=False, unsaved_changes=False)
        if asked.unsaved == "refuse":
            raise DeviceError(
                ErrorClass.PRECONDITION,
                "the switch has unsaved changes, perhaps somebody else's",
                hint="unsaved: save keeps them all",
            )
        ios.save(call.deadline)
        return results.SavedConfig(saved=True, unsaved_changes=True)

    @implements("network.backup_config")
    def backup_config(self, call: Call, asked: NoParams) -> results.ConfigBackup:
        """`show running-config` into the data folder, secrets masked."""
        del asked
        config = self.ios(call.deadline).running(call.deadline)
        return keep(self.env.data, self.target, config, call.purpose)

    @implements("network.restart_device")
    def restart_device(self, call: Call, asked: params.RestartDevice) -> Waiting:
        """`reload`, with every question answered; then wait until the switch is back."""
        ios = self.ios(call.deadline)
        if asked.unsaved == "refuse" and ios.unsaved(call.deadline):
            raise DeviceError(
                ErrorClass.PRECONDITION,
                "the switch has unsaved changes that a restart would lose",
                hint="unsaved: discard or save",
            )
        for name in self._behind(ios, call.deadline):
            call.note(t("{name} loses its connection while the switch restarts.", name=name))
        ios.reload(asked.unsaved == "save", call.deadline)
        self.close()
        return self._restarting({"started": time.time()}, asked.within)

    def _behind(self, ios: Ios, deadline: Deadline) -> list[str]:
        try:
            near = ios.neighbours(deadline)
        except DeviceError as error:
            if error.error_class not in {ErrorClass.UNSUPPORTED, ErrorClass.REFUSED}:
                raise
            return []
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
        """A restart shows in the uptime."""
        del params
        if capability != "network.restart_device":
            return Happened.UNKNOWN
        info = self.read_info(call.deadline)
        if info.uptime is None:
            return Happened.UNKNOWN
        return Happened.YES if _started_since(info, float(evidence["started"])) else Happened.NO


def _started_since(info: results.DeviceInfo, moment: float) -> bool:
    # IOS tells its uptime in whole minutes; less than what has passed means a start after that moment.
    return info.uptime is not None and info.uptime < time.time() - moment


def _expect_access_point(facts: Facts, name: str) -> None:
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
