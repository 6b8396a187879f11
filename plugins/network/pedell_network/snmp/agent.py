"""What is asked of a switch's agent: ports, addresses, neighbours, VLANs.

Tables that tell what is where are read once per conversation; what changes is read each time. An ifIndex may change
at a restart, so that an index known already is asked for its name before it is trusted again.
"""

from __future__ import annotations

from collections.abc import Mapping

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Happened
from pedell.transports.snmp import SnmpClient
from pedell.transports.snmp_values import Community, Login, Oid, Setting, Value
from pedell_network.results import DeviceInfo, Mode, Neighbour, PortStatus, UpDown
from pedell_network.snmp import codec, mib, power, special, vlans
from pedell_network.snmp.codec import number, text
from pedell_network.snmp.identity import Identified, identify
from pedell_network.snmp.neighbours import cdp, local_ports, neighbours, together
from pedell_network.snmp.options import SnmpOptions
from pedell_network.snmp.ports import Interface, find, interfaces
from pedell_network.snmp.ways import ways

_STATUS = (
    mib.IF_NAME, mib.IF_DESCR, mib.IF_ALIAS, mib.IF_TYPE, mib.IF_ADMIN_STATUS, mib.IF_OPER_STATUS, mib.IF_LAST_CHANGE,
    mib.IF_HIGH_SPEED, mib.IF_SPEED, mib.IF_IN_ERRORS, mib.IF_OUT_ERRORS, mib.FCS_ERRORS, mib.DUPLEX, mib.LAG_OF,
    mib.CISCO_TRUNK, mib.CISCO_TRUNK_WANTED, mib.CISCO_VLAN, mib.CISCO_NATIVE, mib.CISCO_BUNDLE, mib.COMWARE_TYPE,
)  # fmt: skip
_LAG = frozenset({161, 54})
"""IANAifType: ieee8023adLag(161), and propMultiplexor(54), which HP's trunk groups are."""
_LINKS = 16
"""Links that one bundle has at most, on all that schools own."""


class Agent:
    """One conversation. Raises DeviceError."""

    def __init__(self, client: SnmpClient, login: Login, options: SnmpOptions) -> None:
        self._client = client
        self._login = login
        self._options = options
        self._ports: tuple[Interface, ...] | None = None
        self._bridge: dict[int, int] | None = None
        self._power: tuple[frozenset[power.Row], dict[int, power.Row]] | None = None
        self._maker: Oid | None = None
        self._above: dict[int, set[int]] | None = None
        self._stacking: frozenset[int] | None = None

    def forget(self) -> None:
        """What was learnt of the tables may hold no longer."""
        self._ports = self._bridge = self._power = self._above = self._stacking = None

    # Ports -----------------------------------------------------------------------------------------------

    def ports(self, deadline: Deadline) -> tuple[Interface, ...]:
        """All interfaces."""
        if self._ports is None:
            names = self._client.walk(mib.IF_NAME, deadline)
            descriptions = self._client.walk(mib.IF_DESCR, deadline)
            aliases = self._client.walk(mib.IF_ALIAS, deadline)
            rows = (
                (at[0], text(names.get(at), 64), text(descriptions.get(at), 64), text(aliases.get(at)))
                for at in sorted({*names, *descriptions})
                if len(at) == 1
            )
            self._ports = interfaces(rows)
        return self._ports

    def port(self, name: str, deadline: Deadline) -> Interface:
        """The port that is meant, at its ifIndex of now."""
        known = find(name, self.ports(deadline))
        found = self._client.get([(*mib.IF_NAME, known.index), (*mib.IF_DESCR, known.index)], deadline)
        now = tuple(text(found.get((*column, known.index)), 64) for column in (mib.IF_NAME, mib.IF_DESCR))
        if now == (known.if_name, known.descr):
            return known
        self.forget()
        return find(name, self.ports(deadline))

    def status(self, name: str, deadline: Deadline) -> PortStatus:
        """A port as it is."""
        return self.read(self.port(name, deadline), deadline)[0]

    def read(self, port: Interface, deadline: Deadline) -> tuple[PortStatus, Mapping[Oid, Value]]:
        """A port as it is, and what was told of it."""
        row = self._row(port.index, deadline)
        if number(row.get(mib.IF_ADMIN_STATUS)) is None:
            raise DeviceError(ErrorClass.PROTOCOL, f"the switch does not tell the state of {port.name}")
        own = self.power_of(port, deadline)
        extra, drawn = [mib.SYS_UP_TIME], list[Oid]()
        if own is not None:
            drawn = power.columns(self._object_id(deadline), own)
            extra += [(*mib.POE_ADMIN, *own), (*mib.POE_STATUS, *own), *drawn]
        found = self._client.get(extra, deadline)
        mode, vlan = self._vlan(port, row, deadline)
        if mode is Mode.UNKNOWN and self._is_routed(port, deadline):
            mode = Mode.ROUTED
        oper = codec.up_down(row.get(mib.IF_OPER_STATUS))
        status = PortStatus(
            port=port.name,
            admin=codec.up_down(row.get(mib.IF_ADMIN_STATUS)),
            oper=oper,
            speed=_speed(row) if oper is UpDown.UP else None,
            duplex={2: "half", 3: "full"}.get(number(row.get(mib.DUPLEX)) or 0, "")
            if oper is UpDown.UP
            else "",
            mode=mode,
            vlan=vlan,
            description=text(row.get(mib.IF_ALIAS)),
            poe=codec.power(found.get((*mib.POE_ADMIN, *own)), found.get((*mib.POE_STATUS, *own)))
            if own
            else None,
            poe_watts=power.watts(found, drawn),
            input_errors=number(row.get(mib.IF_IN_ERRORS)),
            crc_errors=number(row.get(mib.FCS_ERRORS)),
            output_errors=number(row.get(mib.IF_OUT_ERRORS)),
            last_change=_ago(found.get(mib.SYS_UP_TIME), row.get(mib.IF_LAST_CHANGE)),
        )
        return status, row

    def is_bundled(self, port: Interface, row: Mapping[Oid, Value], deadline: Deadline) -> bool:
        """Whether it is several links under one name or one of those; `row` is what `read` told.

        By its kind and name, by IEEE 802.3ad, by Cisco's own, or by what runs on top of it.
        """
        if row.get(mib.IF_TYPE) in _LAG or special.names_bundle(port.name):
            return True
        units = [one.index for one in self.ports(deadline) if one.carrier == port.carrier]
        asked = [(*mib.LAG_OF, at) for at in units if at != port.index]
        told = list(self._client.get(asked, deadline).values()) if asked else []
        for value in (row.get(mib.LAG_OF), row.get(mib.CISCO_BUNDLE), *told):
            if self._is_aggregate(number(value) or 0, {0, port.index, *units}, deadline):
                return True
        if self._above is None:
            self._above = {}
            for pair, status in self._client.walk(mib.IF_STACK, deadline).items():
                if len(pair) == 2 and status == 1 and 0 not in pair:
                    self._above.setdefault(pair[1], set()).add(pair[0])
        above = set().union(*(self._above.get(at, set()) for at in units)) - set(units)
        if not above:
            return False
        names = {one.index: one for one in self.ports(deadline)}
        bases = {one.name: one.index for one in names.values()}
        above |= {bases[names[at].carrier] for at in above if at in names}
        return bool(
            _LAG & set(self._client.get([(*mib.IF_TYPE, at) for at in sorted(above)[:16]], deadline).values())
        )

    def _is_aggregate(self, index: int, own: set[int], deadline: Deadline) -> bool:
        if index in own:
            return False
        if any(one.index == index for one in self.ports(deadline)):
            return True
        # A number that is no interface, and the same at more ports than a bundle can have (DCS-3726), names none.
        told = list(self._client.walk(mib.LAG_OF, deadline).values())
        return len(set(told)) > 1 or len(told) <= _LINKS

    def is_own(self, port: Interface, row: Mapping[Oid, Value], deadline: Deadline) -> bool:
        """Whether it is an interface of the switch itself: a VLAN, the console, the port for its management."""
        if port.unit_of:
            return special.names_own(port.unit_of)
        if special.names_bundle(port.name):
            return False
        bridge = set(self.bridge_ports(deadline).values())
        counted = mib.FCS_ERRORS in row
        return special.is_own(
            port.name, row.get(mib.IF_TYPE), bridged=port.index in bridge if bridge else None, counted=counted
        )

    def is_stacking(self, port: Interface, deadline: Deadline) -> bool:
        """Whether it holds a stack together: by its name, or because Comware counts it to an IRF port."""
        if special.names_stack(port.name):
            return True
        if self._stacking is None:
            belongs = self._client.walk(mib.COMWARE_STACK, deadline)
            used = any(number(value) for value in belongs.values())
            self._stacking = special.stacking(
                belongs, self._client.walk(mib.PHYSICAL_ALIAS, deadline) if used else {}
            )
        return port.index in self._stacking

    def _is_routed(self, port: Interface, deadline: Deadline) -> bool:
        """Whether the switch has an address of its own on the port, or on a unit of it."""
        units = {one.index for one in self.ports(deadline) if one.carrier == port.carrier}
        return bool(units & set(self._client.walk(mib.OWN_ADDRESS, deadline).values()))

    def switch(self, name: str, on: bool, deadline: Deadline) -> None:
        """Set ifAdminStatus: up(1) or down(2)."""
        port = self.port(name, deadline)
        self._client.set([Setting((*mib.IF_ADMIN_STATUS, port.index), 1 if on else 2)], deadline)

    def _row(self, index: int, deadline: Deadline) -> dict[Oid, Value]:
        found = self._client.get([(*column, index) for column in _STATUS], deadline)
        return {name[:-1]: value for name, value in found.items()}

    # Power -----------------------------------------------------------------------------------------------

    def power_of(self, port: Interface, deadline: Deadline) -> power.Row | None:
        """Group and number of the port's power, or None."""
        rows, whose = self._power_rows(deadline)
        for name, pair in self._options.poe_index.items():
            if find(name, self.ports(deadline)).index == port.index:
                group, _, own = pair.partition(".")
                return (int(group), int(own)) if (int(group), int(own)) in rows else None
        return whose.get(port.index)

    def _power_rows(self, deadline: Deadline) -> tuple[frozenset[power.Row], dict[int, power.Row]]:
        """All rows, and those of the ports that have one."""
        if self._power is None:
            told = self._client.walk(mib.POE_ADMIN, deadline)
            rows = frozenset((at[0], at[1]) for at in told if len(at) == 2)
            self._power = rows, self._whose(rows, deadline) if rows else {}
        return self._power

    def _whose(self, rows: frozenset[power.Row], deadline: Deadline) -> dict[int, power.Row]:
        ports, bridge = self.ports(deadline), self.bridge_ports(deadline)
        return power.read(self._client, ports, rows, bridge, self._object_id(deadline), deadline)

    def _object_id(self, deadline: Deadline) -> Oid:
        if self._maker is None:
            told = self._client.get([mib.SYS_OBJECT_ID], deadline).get(mib.SYS_OBJECT_ID)
            self._maker = told if isinstance(told, tuple) else ()
        return self._maker

    def switch_power(self, name: str, on: bool, deadline: Deadline) -> None:
        """Set pethPsePortAdminEnable: true(1) is on, false(2) is off."""
        port = self.port(name, deadline)
        own = self.power_of(port, deadline)
        if own is None:
            raise DeviceError(ErrorClass.PRECONDITION, f"{port.name} has no power over Ethernet")
        self._client.set([Setting((*mib.POE_ADMIN, *own), 1 if on else 2)], deadline)

    # VLANs -----------------------------------------------------------------------------------------------

    def bridge_ports(self, deadline: Deadline) -> dict[int, int]:
        """Numbers of interfaces (ifIndex) by bridge port."""
        if self._bridge is None:
            rows = self._client.walk(mib.BRIDGE_PORT_IF, deadline)
            self._bridge = {at[0]: value for at, value in rows.items() if isinstance(value, int)}
        return self._bridge

    def _bridge_port(self, port: Interface, deadline: Deadline) -> int | None:
        units = {one.index for one in self.ports(deadline) if one.carrier == port.carrier}
        return next((at for at, index in self.bridge_ports(deadline).items() if index in units), None)

    def _place(self, number: int, names: Mapping[int, str], deadline: Deadline) -> str | None:
        """The port that a bridge's number means; the ifIndex itself where the agent has no such table."""
        bridge = self.bridge_ports(deadline)
        return names.get(bridge.get(number, -1) if bridge else number)

    def vlan_lists(self, deadline: Deadline) -> vlans.Lists:
        """Members of all VLANs."""
        return vlans.Lists.of(
            self._client.walk(mib.VLAN_EGRESS, deadline),
            self._client.walk(mib.VLAN_UNTAGGED, deadline),
            frozenset(self.bridge_ports(deadline)),
        )

    def _vlan(self, port: Interface, row: Mapping[Oid, Value], deadline: Deadline) -> tuple[Mode, int | None]:
        own_vlan = number(row.get(mib.CISCO_VLAN)) or None
        if mib.CISCO_TRUNK in row:
            # Cisco keeps Q-BRIDGE-MIB empty on most switches. A trunk that is down is one all the same.
            if row[mib.CISCO_TRUNK] == 1 or row.get(mib.CISCO_TRUNK_WANTED) in {1, 5}:
                return Mode.TRUNK, number(row.get(mib.CISCO_NATIVE)) or None
            return Mode.ACCESS, own_vlan
        if own_vlan is not None:
            return Mode.ACCESS, own_vlan  # vmMembershipTable has no trunks
        own = self._bridge_port(port, deadline)
        if own is None:
            return Mode.UNKNOWN, None
        pvid = number(self._client.get([(*mib.PVID, own)], deadline).get((*mib.PVID, own)))
        lists = self.vlan_lists(deadline)
        mode = lists.mode(own)
        if mode is Mode.UNKNOWN:
            lists = vlans.Lists.now(
                self._client.walk(mib.VLAN_NOW_EGRESS, deadline),
                self._client.walk(mib.VLAN_NOW_UNTAGGED, deadline),
                lists.ports,
            )
            mode = lists.mode(own)
        if mode is Mode.UNKNOWN:
            mode = self._makers_mode(port.index, own, row, deadline)
        # PVID 0 is none: a port that routes.
        return mode, pvid or lists.own(own)

    def _makers_mode(self, index: int, own: int, row: Mapping[Oid, Value], deadline: Deadline) -> Mode:
        """What Comware or Huawei call the port, where the lists of members say nothing; a hybrid port may be either."""
        told = number(row.get(mib.COMWARE_TYPE))
        if told is None:
            of, kind = (*mib.HUAWEI_PORT_IF, own), (*mib.HUAWEI_PORT_TYPE, own)
            found = self._client.get([of, kind], deadline)
            told = number(found.get(kind)) if found.get(of) == index else None
        return {1: Mode.TRUNK, 2: Mode.ACCESS}.get(told or 0, Mode.UNKNOWN)

    def set_vlan(self, name: str, vlan: int, deadline: Deadline) -> None:
        """Make it an access port of that VLAN; all in one request, or step by step where the agent refuses that."""
        port = self.port(name, deadline)
        row = self._row(port.index, deadline)
        if mib.CISCO_VLAN in row:
            self._client.set([Setting((*mib.CISCO_VLAN, port.index), vlan)], deadline)
            return
        own = self._bridge_port(port, deadline)
        if own is None:
            raise DeviceError(ErrorClass.UNSUPPORTED, f"the switch does not tell of VLANs on {port.name}")
        lists = self.vlan_lists(deadline)
        if lists.mode(own) is Mode.UNKNOWN:
            raise DeviceError(
                ErrorClass.UNSUPPORTED,
                f"the switch does not tell in which VLANs {port.name} is",
                hint="put the port into the VLAN on its command line or page",
            )
        before = number(self._client.get([(*mib.PVID, own)], deadline).get((*mib.PVID, own)))
        plan = vlans.change(lists, own, vlan)
        try:
            self._client.set(plan, deadline)
        except DeviceError as error:
            if error.error_class is ErrorClass.AUTH or error.happened is not Happened.NO or len(plan) == 1:
                raise
            self._step_by_step(lists, plan, before, deadline)

    def _step_by_step(
        self, lists: vlans.Lists, plan: list[Setting], pvid: int | None, deadline: Deadline
    ) -> None:
        done: list[Setting] = []
        for one in plan:
            try:
                # What an agent has done by itself since (leaving the old VLAN, mostly) need not be done again.
                if self._client.get([one.oid], deadline).get(one.oid) != one.value:
                    self._client.set([one], deadline)
            except DeviceError as error:
                undone = self._undo(vlans.back(lists, done, pvid), deadline)
                raise DeviceError(
                    error.error_class,
                    f"{error.message}; {'all is as before' if undone else 'some of it is done'}",
                    happened=error.happened if undone else Happened.UNKNOWN,
                    hint=error.hint,
                ) from error
            done.append(one)

    def _undo(self, settings: list[Setting], deadline: Deadline) -> bool:
        well = True
        for one in settings:
            try:
                self._client.set([one], deadline)
            except DeviceError:
                well = False
        return well

    # Addresses and neighbours -----------------------------------------------------------------------------

    def learnt(self, deadline: Deadline) -> tuple[tuple[str, int | None, str], ...] | None:
        """MAC address, VLAN and port of everything that the bridge has learnt; None where it does not tell."""
        names = {port.index: port.carrier for port in self.ports(deadline)}
        rows = self._client.walk(mib.Q_FDB_PORT, deadline)
        if rows:
            status = self._client.walk(mib.Q_FDB_STATUS, deadline)
            return self._placed(codec.learnt(rows, status), names, self._vlan_numbers(deadline), deadline)
        per_vlan = self._cisco_tables(names, deadline)
        if per_vlan is not None:
            return per_vlan
        rows = self._client.walk(mib.FDB_PORT, deadline)
        if not rows and not self.bridge_ports(deadline):
            return None
        return self._placed(
            codec.learnt(rows, self._client.walk(mib.FDB_STATUS, deadline)), names, None, deadline
        )

    def _placed(
        self,
        found: tuple[codec.Learnt, ...],
        names: Mapping[int, str],
        numbers: Mapping[int, int] | None,
        deadline: Deadline,
    ) -> tuple[tuple[str, int | None, str], ...] | None:
        """Where each is; a bridge's number that leads to no interface (a radio's on Huawei) is told as such.

        None where not one of them can be put to a port: nothing is known then.
        """
        placed = [
            (
                one,
                None if numbers is None else numbers.get(one.fdb, one.fdb),
                self._place(one.port, names, deadline),
            )
            for one in found
        ]
        if placed and all(port is None for _, _, port in placed):
            return None
        return tuple((one.mac, vlan, port or f"bridge port {one.port}") for one, vlan, port in placed)

    def _vlan_numbers(self, deadline: Deadline) -> dict[int, int]:
        # dot1qVlanFdbId, index timeMark.VLAN; with one table for all VLANs a table's number says nothing.
        found: dict[int, list[int]] = {}
        for at, fdb in self._client.walk(mib.VLAN_FDB, deadline).items():
            if len(at) == 2 and isinstance(fdb, int):
                found.setdefault(fdb, []).append(at[1])
        return {fdb: members[0] for fdb, members in found.items() if len(set(members)) == 1}

    def _cisco_tables(
        self, names: Mapping[int, str], deadline: Deadline
    ) -> tuple[tuple[str, int | None, str], ...] | None:
        way = self._options.vlan_tables
        if way == "no":
            return None
        states = self._client.walk(mib.CISCO_VLAN_STATE, deadline)
        # Index domain.VLAN; 1002 to 1005 are for token ring and FDDI, and have no table.
        numbers = sorted({at[1] for at, state in states.items() if len(at) == 2 and state == 1})
        numbers = [vlan for vlan in numbers if not 1002 <= vlan <= 1005]
        if not numbers:
            return None
        found: list[tuple[str, int | None, str]] = []
        by_community = isinstance(self._login, Community) and way != "context"
        for vlan in numbers:
            client, context = self._client, ""
            if by_community and isinstance(self._login, Community):
                client = client.with_login(Community(f"{self._login.name}@{vlan}"))
            else:
                context = f"vlan-{vlan}"
            try:
                rows = client.walk(mib.FDB_PORT, deadline, context=context)
            except DeviceError as error:
                if error.error_class is not ErrorClass.TIMEOUT:
                    raise
                raise DeviceError(
                    ErrorClass.TIMEOUT,
                    f"no answer about the addresses in VLAN {vlan}",
                    hint="a switch that has no table per VLAN, such as one with NX-OS, needs the option vlan_tables: no",
                ) from error
            status = client.walk(mib.FDB_STATUS, deadline, context=context) if rows else {}
            bridge = client.walk(mib.BRIDGE_PORT_IF, deadline, context=context) if rows else {}
            for one in codec.learnt(rows, status):
                index = bridge.get((one.port,))
                if isinstance(index, int) and index in names:
                    found.append((one.mac, vlan, names[index]))
        return tuple(found)

    def neighbours(self, deadline: Deadline) -> tuple[tuple[Neighbour, ...], bool] | None:
        """Who announces himself by LLDP or CDP, and whether one could not be put to a port; None without both."""
        known = {port.index: port for port in self.ports(deadline)}
        lldp = self._lldp(known, deadline)
        rows = self._client.walk(mib.CISCO_CDP, deadline)
        if not rows and lldp is None:
            runs = self._client.get([mib.CISCO_CDP_RUNS], deadline).get(mib.CISCO_CDP_RUNS)
            return ((), False) if runs == 1 else None
        near, lost = lldp or ((), False)
        return together(near, cdp(rows, known)), lost

    def _lldp(
        self, known: Mapping[int, Interface], deadline: Deadline
    ) -> tuple[tuple[Neighbour, ...], bool] | None:
        ids = self._client.walk(mib.LLDP_LOCAL_ID, deadline)
        rows = self._client.walk(mib.LLDP_REMOTE, deadline)
        if not rows:
            # A switch with LLDP knows at least its own ports.
            return ((), False) if ids else None
        subtypes = self._client.walk(mib.LLDP_LOCAL_SUBTYPE, deadline)
        own = {}
        if 3 in subtypes.values():
            macs = self._client.walk(mib.IF_PHYS_ADDRESS, deadline)
            own = {at[0]: value for at, value in macs.items() if isinstance(value, bytes)}
        bridge = self.bridge_ports(deadline)
        described = self._client.walk(mib.LLDP_LOCAL_DESCR, deadline)
        ports = local_ports(subtypes, ids, described, known.values(), own, bridge)
        remotes = codec.remotes(rows, self._client.walk(mib.LLDP_ADDRESS, deadline))
        return neighbours(remotes, ports, known, bridge)

    def ways(
        self, here: str, ours: str, learnt: tuple[tuple[str, int | None, str], ...], deadline: Deadline
    ) -> tuple[bool | None, bool | None]:
        """Whether our requests come in through a port, and whether the default gateway is behind it; None is not known."""
        names = {port.index: port.carrier for port in self.ports(deadline)}
        return ways(self._client, names, here, ours, learnt, deadline)

    # The switch itself ------------------------------------------------------------------------------------

    def info(self, deadline: Deadline) -> DeviceInfo:
        """The switch about itself."""
        return identify(self._client, deadline).info

    def who(self, deadline: Deadline) -> Identified:
        """The switch about itself, and which driver its command line takes."""
        return identify(self._client, deadline)


def _speed(row: Mapping[Oid, Value]) -> int | None:
    fast, slow = number(row.get(mib.IF_HIGH_SPEED)) or 0, number(row.get(mib.IF_SPEED)) or 0
    # D-Link's DES-3028 counts ifHighSpeed in bits, as ifSpeed; no port has a million Mbit/s.
    fast = fast // 1_000_000 if fast > 1_000_000 else fast
    return fast or slow // 1_000_000 or None


def _ago(now: Value | None, then: Value | None) -> float | None:
    # Both in hundredths of a second since the agent started; one that runs over tells nothing.
    if not isinstance(now, int) or not isinstance(then, int) or then > now:
        return None
    return (now - then) / 100
