"""The driver `snmp`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    Found,
    Happened,
    NoParams,
    Params,
    Target,
    implements,
)
from pedell.i18n import t
from pedell_network import params, results
from pedell_network.discovering import discover, login_of
from pedell_network.guards import Facts, unknown
from pedell_network.options import host_port
from pedell_network.ports import PortDriver, found_at, found_near
from pedell_network.results import PortChange, PortStatus, UpDown
from pedell_network.snmp.options import SnmpOptions, logins, options_of
from pedell_network.snmp.ports import find

if TYPE_CHECKING:
    from pedell.transports.snmp import SnmpClient
    from pedell_network.snmp.agent import Agent
    from pedell_network.snmp.identity import Identified

_UNTOLD = frozenset({ErrorClass.UNSUPPORTED, ErrorClass.AUTH, ErrorClass.REFUSED})
_OUTSIDE = Deadline(0.0)


class Snmp(PortDriver):
    """Switches with the standard MIBs, by SNMP version 2c or 3.

    Models: whatever answers IF-MIB; POWER-ETHERNET-MIB, BRIDGE-MIB or Q-BRIDGE-MIB and LLDP-MIB for power, addresses,
    VLANs and the guards. Cisco's MAC tables per VLAN and its own VLAN objects too.
    Address: `host`, `host:port` or `[IPv6]:port`. Options: `SnmpOptions`.
    Settings on the switch: a community or user that may read, and for anything else one that may write ifAdminStatus
    and its like; limited to Pedell's address; LLDP switched on.
    Sources: see `mib`; behaviour tried with net-snmp 5.9.
    Known limitations: nothing is saved (no standard object does that), no restart of the whole switch; watts only where
    one of the makers' MIBs in `power` tells them; which power belongs to which port is told by no standard object, so that
    it is found as `power` says, or the option `poe_index` says it.
    """

    id = "snmp"
    title = "SNMP"
    brands = ("Switches with the standard MIBs: Zyxel, D-Link, TP-Link, Netgear, HPE, Cisco and others",)
    protocol = "SNMP 2c and 3 over UDP"
    proof = (
        "the real net-snmp agent, 2c and 3 with SHA to SHA-512 and AES to AES-256",
        "the real lldpd behind net-snmp's agent",
        "net-snmp's tools speak with its simulator",
        "whole walks of twenty-five real switches (snmpsim-data), played back and compared port by port",
        "shapes of a Zyxel XMG1915, a Catalyst chassis, a SwOS and others as LibreNMS recorded them",
        "numbers of power as public readers note them: Cisco, Cisco Small Business, HP, Aruba CX, Extreme, Juniper, Zyxel, Comware",
        "Cisco's MAC tables per VLAN from documentation",
    )
    limitations = (
        "nothing is saved over a restart of the switch, and the switch itself is not restarted",
        "watts only of Cisco, HP, Aruba CX, Comware, Extreme, Zyxel, Netgear, EdgeSwitch and Dell's older: the standard MIB has none",
        "which power belongs to which port follows from names or ifIndexes, where they explain all of it, or from the option poe_index",
        "VLANs are not set where the switch writes its lists of members in a way of its own",
    )
    kinds = frozenset({"switch"})
    options = SnmpOptions
    discovers = True

    def __init__(self, target: Target, env: Env) -> None:
        super().__init__(target, env)
        self._open: Agent | None = None
        self._asking = _OUTSIDE
        self._ours = ""

    @classmethod
    def endpoint(cls, target: Target) -> str:
        """One conversation at a time per agent: small ones drop what comes faster."""
        try:
            host, port = host_port(target, options_of(target).port)
        except DeviceError:
            return f"snmp:{target.address}"
        return f"snmp:{host}:{port}"

    @cached_property
    def settings(self) -> SnmpOptions:
        """The device's options, checked."""
        return options_of(self.target)

    def connect(self, deadline: Deadline) -> None:
        """SNMP has no connection: ask for the time since the start, and see who answers."""
        from pedell_network.snmp import mib

        self.close()
        client = self._client()
        try:
            client.get([mib.SYS_UP_TIME], deadline)
        except DeviceError as error:
            if error.error_class is not ErrorClass.TIMEOUT:
                raise
            raise DeviceError(ErrorClass.UNREACHABLE, error.message, hint=error.hint) from error
        self._agent_of(client)

    def close(self) -> None:
        """Forget what was learnt; there is nothing to close."""
        self._open = None

    def _client(self) -> SnmpClient:
        from pedell.transports.snmp import SnmpClient, own_address

        host, port = host_port(self.target, self.settings.port)
        read, write = logins(self.settings, self.env)
        self._ours = own_address(host, port)
        return SnmpClient(
            host,
            port,
            read,
            write=write,
            record=self.env.record,
            answer_time=self.settings.answer_time,
            retries=self.settings.retries,
            rows=self.settings.bulk,
        )

    def _agent_of(self, client: SnmpClient) -> Agent:
        from pedell_network.snmp.agent import Agent

        self._open = Agent(client, logins(self.settings, self.env)[0], self.settings)
        return self._open

    @property
    def agent(self) -> Agent:
        """The conversation; a new one after `close`."""
        return self._open or self._agent_of(self._client())

    # Discovery of switches in general: their agents say most of themselves.

    @classmethod
    def discovery_login(cls, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """Community or user, by reference."""
        return login_of(options)

    @classmethod
    def discover_with(
        cls, host: str, logins: Sequence[Mapping[str, Any]], deadline: Deadline, env: Env
    ) -> Sequence[Found]:
        """A switch by what its SSH server greets with, and by its agent with the site's logins; it logs in nowhere."""
        return discover(host, logins, deadline, env)

    def who(self, deadline: Deadline) -> Identified:
        """The switch about itself, and which driver its command line takes."""
        self.connect(deadline)
        return self.agent.who(deadline)

    def call(self, capability: str, call: Call, params: Params) -> Answer:
        """As every driver; a port's name is looked up within the call's deadline."""
        self._asking = call.deadline
        return super().call(capability, call, params)

    def port_name(self, text: str) -> str:
        """The name that Pedell calls the port, whichever way it is written."""
        return find(text, self.agent.ports(self._asking)).name

    def read_port(self, port: str, deadline: Deadline) -> PortStatus:
        """A port as it is."""
        return self.agent.status(port, deadline)

    def read_facts(self, port: str, deadline: Deadline) -> Facts:
        """What the guards want to know."""
        agent = self.agent
        meant = agent.port(port, deadline)
        here = meant.carrier
        status, row = agent.read(meant, deadline)
        learnt = self._learnt(deadline)
        told = agent.neighbours(deadline)
        near = None if told is None else tuple(found for found in told[0] if found.port == here)
        if told is not None and not near and told[1]:
            near = None  # somebody announces himself, and it may be here
        way, gateway = agent.ways(here, self._ours, learnt or (), deadline)
        if status.oper is UpDown.DOWN:
            # An ARP table may number interfaces in a way of its own: nothing comes through a port without a link.
            way, gateway = way and False, gateway and False
        bundle = agent.is_bundled(meant, row, deadline)
        internal = not bundle and agent.is_own(meant, row, deadline)
        return Facts(
            status,
            near,
            None if learnt is None else len({mac for mac, _, at in learnt if at == here}),
            way,
            self.protected(port),
            bundle,
            agent.is_stacking(meant, deadline),
            gateway,
            internal=internal,
            routed=status.mode is results.Mode.ROUTED and not internal,
        )

    def _learnt(self, deadline: Deadline) -> tuple[tuple[str, int | None, str], ...] | None:
        try:
            return self.agent.learnt(deadline)
        except DeviceError as error:
            if error.error_class not in _UNTOLD:
                raise
            return None

    def switch_port(self, port: str, on: bool, deadline: Deadline) -> None:
        """Write ifAdminStatus."""
        self.agent.switch(port, on, deadline)

    def switch_power(self, port: str, on: bool, deadline: Deadline) -> None:
        """Write pethPsePortAdminEnable."""
        self.agent.switch_power(port, on, deadline)

    def read_info(self, deadline: Deadline) -> results.DeviceInfo:
        """System group, BRIDGE-MIB and ENTITY-MIB."""
        return self.agent.info(deadline)

    @implements("network.poe_cycle")
    def poe_cycle(self, call: Call, asked: params.PoeCycle) -> Done:
        """Power off, wait, power on, wait for the link."""
        return self.cycle_power(call, asked, self.switch_power, access_point=bool(asked.access_point))

    @implements("network.restart_access_point")
    def restart_access_point(self, call: Call, asked: params.PoeCycle) -> Done:
        """A PoE cycle of a port behind which there is an access point; anything else refuses."""
        return self.cycle_power(call, asked, self.switch_power, access_point=True)

    @implements("network.poe_on")
    def poe_on(self, call: Call, asked: params.Port) -> Done:
        """Power on; nothing where it is on already."""
        port = self.port_name(asked.port)
        return self.power_given(call, port, lambda: self.switch_power(port, True, call.deadline))

    @implements("network.find_mac")
    def find_mac(self, call: Call, asked: params.FindMac) -> results.FoundMac:
        """By the MAC tables, or by the name that a neighbour announces."""
        learnt = self.agent.learnt(call.deadline)
        told = self.agent.neighbours(call.deadline)
        if asked.neighbour:
            if told is None:
                raise DeviceError(ErrorClass.UNSUPPORTED, "this switch does not tell its neighbours by SNMP")
            return found_near(
                told[0],
                asked.neighbour,
                lambda port: None if learnt is None else len({mac for mac, _, at in learnt if at == port}),
            )
        if learnt is None:
            raise DeviceError(ErrorClass.UNSUPPORTED, "this switch does not tell its MAC addresses by SNMP")
        return found_at(asked.mac, learnt, told[0] if told else None)

    @implements("network.neighbours")
    def neighbours(self, call: Call, asked: NoParams) -> results.Neighbours | Done:
        """Who announces himself by LLDP."""
        del asked
        told = self.agent.neighbours(call.deadline)
        if told is None:
            raise DeviceError(
                ErrorClass.UNSUPPORTED,
                "this switch does not tell its neighbours by SNMP",
                hint="is LLDP switched on, and may this login see LLDP-MIB (1.0.8802)?",
            )
        found = results.Neighbours(neighbours=told[0])
        if not told[1]:
            return found
        return Done(found, warnings=(t("Some neighbours could not be put to a port, and are left out."),))

    @implements("network.set_access_vlan")
    def set_access_vlan(self, call: Call, asked: params.AccessVlan) -> Done:
        """An access port in the VLAN named: its own VLAN, and the member lists of all."""
        if asked.save:
            raise DeviceError(ErrorClass.UNSUPPORTED, "SNMP has no standard way to save a configuration")
        port = self.port_name(asked.port)
        facts = self.guarded(call, port, asked)
        self.agent.set_vlan(port, asked.vlan, call.deadline)
        after = self.proved(call, port)
        if after.vlan != asked.vlan or after.mode is results.Mode.TRUNK:
            raise DeviceError(
                ErrorClass.DEVICE_FAULT,
                f"{port} is not an access port of VLAN {asked.vlan}, although the switch agreed",
                happened=Happened.UNKNOWN,
            )
        return Done(PortChange(before=facts.status, after=after), warnings=unknown(facts))
