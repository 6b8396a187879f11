"""The simulator `snmp-switch`: an agent on a real UDP port."""

from __future__ import annotations

import asyncio
import dataclasses
import time
from bisect import bisect_right
from collections.abc import Mapping
from typing import Any

from pedell.lab.simulator import Fault, FaultKind, Simulator
from pedell_network.snmp.simulated import ber
from pedell_network.snmp.simulated.objects import shown, table, written
from pedell_network.snmp.simulated.state import Neighbour, classroom

_NO_ACCESS, _GEN_ERR, _AUTHORIZATION = 6, 5, 16
_WORDS = {ber.GET: "get", ber.GET_NEXT: "walk", ber.GET_BULK: "walk", ber.SET: "set"}
_MOST = 1400
"""Octets of an answer, so that it fits into one packet."""


class SnmpSwitchSimulator(Simulator):
    """One switch that is spoken to by SNMP version 2c.

    Settings: `ports` (24), `community` (public), `write_community` (private), `tables` (q: Q-BRIDGE-MIB, d: BRIDGE-MIB
    only, cisco: a table per VLAN behind community@VLAN), `one_by_one` (refuses a SET of several objects), `name`,
    `model`, `serial`, `mac` (12 hexadecimal digits), `link_delay` (seconds from on to link), `gateway`.
    Requests that faults can be set on: get, walk, set, and what a SET does: shut, no shut, power off, power on, vlan,
    pvid. A wrong community is never answered, as with real agents; writing with the reading one answers noAccess, or
    nothing where `silent_noaccess` is set.
    """

    kind = "snmp-switch"

    def __init__(self, name: str, settings: dict[str, Any] | None = None) -> None:
        super().__init__(name, settings)
        get = self.settings.get
        self.switch = classroom(int(get("ports", 24)))
        for word in ("name", "model", "serial", "mac", "gateway"):
            setattr(self.switch, word, str(get(word, getattr(self.switch, word))))
        self.switch.mac = self.switch.mac.replace(":", "").lower()
        self.switch.link_delay = float(get("link_delay", self.switch.link_delay))
        self._transport: asyncio.DatagramTransport | None = None
        self._timers: list[asyncio.TimerHandle] = []

    @property
    def _tables(self) -> str:
        return str(self.settings.get("tables", "q"))

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listen; the address is host:port."""
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: _Door(self), local_addr=(host, port))
        bound = self._transport.get_extra_info("sockname")
        return f"{bound[0]}:{bound[1]}"

    async def stop(self) -> None:
        """Close the socket."""
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.abort()

    def state(self) -> dict[str, Any]:
        """Ports, power, VLANs."""
        return {"name": self.switch.name, "ports": dict(table(self.switch))}

    def change(self, **values: Any) -> None:
        """Change a port (`port="Gi1/0/5", wedged=True`; any field of it), or `serial`, `lldp`, `arp`, `gateway`, `vlans`.

        `restart=True` starts the switch anew, with other ifIndexes where `first_index` says so.
        """
        named = values.pop("port", None)
        owner: Any = self.switch
        if named is not None:
            owner = next(port for port in self.switch.ports if port.name == named)
        if values.pop("restart", False):
            self.switch.started = time.monotonic()
        known = {item.name for item in dataclasses.fields(owner)}
        for word, value in values.items():
            if word not in known:
                raise ValueError(f"there is no {word}")
            made = Neighbour(**value) if word == "neighbour" and isinstance(value, dict) else value
            setattr(owner, word, made)

    def heard(self, data: bytes, sender: tuple[str, int]) -> None:
        """A datagram; what is no request of somebody known is dropped."""
        try:
            message = ber.decode(data)
        except ber.MalformedError:
            return
        word = _WORDS.get(message.kind)
        writer = message.community == str(self.settings.get("write_community", "private")).encode()
        vlan = self._vlan(message.community)
        if word is None or (not writer and vlan is False) or self.fault("", FaultKind.CLOSED):
            return
        if message.kind == ber.SET:
            self._set(message, sender, writer=writer)
            return
        fault = self.fault(word)
        if fault is not None and fault.kind is FaultKind.REFUSE:
            self._send(_refused(message, _AUTHORIZATION), sender)
            return
        self._answer(ber.encode(self._read(message, vlan or None)), sender, fault)

    def _vlan(self, community: bytes) -> int | bool:
        """The VLAN that `community@vlan` asks for; False for somebody unknown, True for no VLAN."""
        name, at, vlan = community.decode("latin-1").partition("@")
        if name != str(self.settings.get("community", "public")):
            return False
        if not at:
            return True
        return int(vlan) if self._tables == "cisco" and vlan.isdigit() else False

    def objects(self, vlan: int | None) -> Mapping[ber.Name, ber.Value]:
        """All that can be asked for, in the order of its names."""
        return shown(self.switch, self._tables, vlan)

    def _read(self, message: ber.Message, vlan: int | bool | None) -> ber.Message:
        objects = self.objects(vlan if not isinstance(vlan, bool) else None)
        names = list(objects)
        if message.kind == ber.GET:
            pairs = [(name, objects.get(name, (ber.NO_INSTANCE, None))) for name, _ in message.pairs]
            return dataclasses.replace(message, kind=ber.RESPONSE, first=0, second=0, pairs=pairs)
        rows = 1 if message.kind == ber.GET_NEXT else max(1, message.second)
        made: list[tuple[ber.Name, ber.Value]] = []
        size = 0
        for asked, _ in message.pairs:
            at = bisect_right(names, asked)
            for name in names[at : at + rows]:
                size += 2 * len(name) + 16
                if made and size > _MOST:
                    break
                made.append((name, objects[name]))
            if at + rows > len(names) and size <= _MOST:
                made.append((names[-1] if names else asked, (ber.END, None)))
        return dataclasses.replace(message, kind=ber.RESPONSE, first=0, second=0, pairs=made)

    def _set(self, message: ber.Message, sender: tuple[str, int], *, writer: bool) -> None:
        if not writer:
            if not self.settings.get("silent_noaccess"):
                self._send(_refused(message, _NO_ACCESS), sender)
            return
        if self.settings.get("one_by_one") and len(message.pairs) > 1:
            self._send(_refused(message, _GEN_ERR if self.settings["one_by_one"] == "genErr" else 13), sender)
            return
        status, place, changes = written(self.switch, message.pairs, self._tables)
        words = ["set", *(word for word, _, _ in changes)]
        fault = next((found for word in words if (found := self.fault(word)) is not None), None)
        if fault is not None and fault.kind is FaultKind.REFUSE:
            self._send(_refused(message, _AUTHORIZATION), sender)
            return
        if status:
            self._send(_refused(message, status, place), sender)
            return
        if fault is not None and fault.kind in {FaultKind.SILENT, FaultKind.VANISH, FaultKind.LOGIN}:
            return
        for word, detail, deed in changes:
            deed()
            self.count(word, detail)
        answer = ber.encode(dataclasses.replace(message, kind=ber.RESPONSE, first=0, second=0))
        self._answer(answer, sender, fault)

    def _answer(self, data: bytes, sender: tuple[str, int], fault: Fault | None) -> None:
        match fault.kind if fault else None:
            case FaultKind.SILENT | FaultKind.DEAF | FaultKind.VANISH | FaultKind.LOGIN:
                return
            case FaultKind.GARBLE:
                data = bytes(octet ^ 0x55 for octet in data)
            case FaultKind.CUT:
                data = data[: len(data) // 2]
            case FaultKind.SLOW:
                assert fault is not None
                later = asyncio.get_running_loop().call_later(fault.seconds, self._send, data, sender)
                self._timers.append(later)
                return
        self._send(data, sender)

    def _send(self, data: bytes, sender: tuple[str, int]) -> None:
        if self._transport is not None:
            self._transport.sendto(data, sender)


class _Door(asyncio.DatagramProtocol):
    def __init__(self, simulator: SnmpSwitchSimulator) -> None:
        self._simulator = simulator

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._simulator.heard(data, addr)


def _refused(message: ber.Message, status: int, place: int = 1) -> bytes:
    return ber.encode(dataclasses.replace(message, kind=ber.RESPONSE, first=status, second=place))
