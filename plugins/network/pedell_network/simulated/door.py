"""The SSH door of all simulated switches: sessions, echo, pager, questions, and every way to misbehave."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import Any, ClassVar

import asyncssh

from pedell.lab.simulator import FaultKind, Simulator
from pedell_network.simulated.shell import Outside, Reply, Shell
from pedell_network.simulated.state import Neighbour, Port, Switch, classroom, plain_mac

_NOISE = "\x01\x02\x7f\x00#\x03garbage\x04\n"


class SwitchSimulator(Simulator):
    """One switch; a vendor's simulator is a class with that vendor's `shell` and names.

    Settings: `hostname`, `ports` (24), `username` (pedell), `password` (schule), `secret` (of enable; empty means
    that the login is privileged), `model`, `serial`, `mac`, `link_delay` (seconds from on to link), `sessions` (16
    at once), `down` (seconds that a restart takes), `banner`.
    Requests that faults can be set on, whatever the vendor's words for them: login, connect, enable, terminal,
    configure, interface, shut, no shut, power off, power on, vlan, end, save, reload, and show with what is shown.
    """

    shell: ClassVar[type[Shell]]
    model: ClassVar[str]
    serial: ClassVar[str] = "SG12ABC345"
    port: ClassVar[str] = "{number}"
    """Name of a port."""
    power: ClassVar[str] = "auto"
    """The usual word for how power is given."""
    no_power: ClassVar[str] = "off"
    """The word for power switched off."""

    def __init__(self, name: str, settings: dict[str, Any] | None = None) -> None:
        super().__init__(name, settings)
        get = self.settings.get
        names = [self.port.format(number=number) for number in range(1, int(get("ports", 24)) + 1)]
        self.switch: Switch = classroom(str(get("hostname", name))[:63], names, self.power)
        self.switch.model, self.switch.serial = self.model, self.serial
        for word in ("model", "serial", "mac", "version"):
            setattr(self.switch, word, str(get(word, getattr(self.switch, word))))
        self.switch.link_delay = float(get("link_delay", 0.3))
        self._key = asyncssh.generate_private_key("ssh-ed25519")
        self._listener: asyncssh.SSHAcceptor | None = None
        self._connections: set[asyncssh.SSHServerConnection] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._where = ("127.0.0.1", 0)

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listen; the address is host:port."""
        await self._listen(host, port)
        return f"{self._where[0]}:{self._where[1]}"

    async def _listen(self, host: str, port: int) -> None:
        self._listener = await asyncssh.listen(
            host,
            port,
            server_factory=lambda: _Door(self),
            server_host_keys=[self._key],
            process_factory=self._session,
            line_editor=False,
            encoding="utf-8",
        )
        self._where = (host, self._listener.get_port())

    async def stop(self) -> None:
        """Hang up everywhere."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._hang_up()

    async def _hang_up(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.close()
            await listener.wait_closed()
        for connection in list(self._connections):
            connection.abort()
            await connection.wait_closed()

    def state(self) -> dict[str, Any]:
        """Ports and configuration, as somebody with the switch before him would see them."""
        return {
            "hostname": self.switch.hostname,
            "unsaved_changes": self.switch.dirty,
            "ports": {
                name: {
                    "admin": "down" if port.config.shutdown else "up",
                    "oper": "up" if port.link else "down",
                    "vlan": port.config.vlan,
                    "description": port.config.description,
                    "power": port.config.power if port.config.powered else self.no_power,
                }
                for name, port in self.switch.ports.items()
            },
        }

    def change(self, **values: Any) -> None:
        """Change a port (`port="Gi1/0/5", wedged=True`; any field of it or of its configuration), or the whole.

        The whole knows `host_key="new"`, `serial`, `mac`, `lldp`, `cdp`, `gateway`, `arp`, `started`.
        """
        named = values.pop("port", None)
        if named is not None:
            self._change_port(self.switch.ports[str(named)], values)
            return
        if values.pop("host_key", None):
            self._key = asyncssh.generate_private_key("ssh-ed25519")
            if self._listener is not None:
                self._listener.update(server_host_keys=[self._key])
        for word in ("serial", "mac", "lldp", "cdp", "gateway", "arp", "started"):
            if word in values:
                setattr(self.switch, word, values.pop(word))
        self.switch.arp = {address: plain_mac(mac) for address, mac in self.switch.arp.items()}
        if values:
            super().change(**values)

    def _change_port(self, port: Port, values: dict[str, Any]) -> None:
        for word, given in values.items():
            owner: Any = port.config if hasattr(port.config, word) else port
            if word not in {item.name for item in dataclasses.fields(owner)}:
                raise ValueError(f"a port has no {word}")
            value = given
            if word == "neighbour" and isinstance(given, dict):
                value = Neighbour(**given)
            elif word == "macs":
                value = [plain_mac(mac) for mac in given]
            elif word == "power" and given == self.no_power:
                word, value = "powered", False  # noqa: PLW2901
            setattr(owner, word, value)

    @property
    def busy(self) -> bool:
        """Whether all lines are taken."""
        return len(self._connections) > int(self.settings.get("sessions", 16))

    def reload(self) -> None:
        """Go away, and come back with the saved configuration."""
        task = asyncio.get_running_loop().create_task(self._reloading())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _reloading(self) -> None:
        await self._hang_up()
        await asyncio.sleep(float(self.settings.get("down", 0.5)))
        self.switch.restart()
        await self._listen(*self._where)

    async def _session(self, process: asyncssh.SSHServerProcess[str]) -> None:
        get = self.settings.get
        outside = Outside(self.count, self.reload, str(get("secret", "")), float(get("minute", 60)))
        shell = self.shell(self.switch, outside)
        try:
            await _Terminal(self, process, shell).serve()
        except (asyncssh.Error, OSError, EOFError):
            pass
        finally:
            shell.left()
            process.exit(0)


class _Door(asyncssh.SSHServer):
    """Who may come in."""

    def __init__(self, simulator: SwitchSimulator) -> None:
        self._simulator = simulator
        self._connection: asyncssh.SSHServerConnection | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn
        self._simulator._connections.add(conn)
        if self._simulator.busy or self._simulator.fault("connect", FaultKind.CLOSED):
            conn.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        if self._connection is not None:
            self._simulator._connections.discard(self._connection)

    def password_auth_supported(self) -> bool:
        return True

    async def validate_password(self, username: str, password: str) -> bool:
        slow = self._simulator.fault("login", FaultKind.SLOW)
        if slow:
            await asyncio.sleep(slow.seconds)
        if self._simulator.fault("login", FaultKind.LOGIN):
            return False
        get = self._simulator.settings.get
        return (self._simulator.shell.login_name(username), password) == (
            get("username", "pedell"),
            get("password", "schule"),
        )


class _Terminal:
    """One session: reads keys, echoes them, runs lines, misbehaves."""

    def __init__(
        self, simulator: SwitchSimulator, process: asyncssh.SSHServerProcess[str], shell: Shell
    ) -> None:
        self._simulator = simulator
        self._process = process
        self._shell = shell
        self._keys = ""
        self._skip_newline = False

    async def serve(self) -> None:
        if not await self._show(self._shell.greeting(str(self._simulator.settings.get("banner", "")))):
            return
        self._prompt()
        while True:
            line = await self._line()
            if not await self._run(line):
                return
            self._prompt()

    def _prompt(self) -> None:
        self._write(self._shell.dressed(self._shell.prompt))

    def _write(self, text: str) -> None:
        self._process.stdout.write(text.replace("\n", "\r\n"))

    async def _key(self) -> str:
        """The next key; the line feed after a carriage return is the same Enter."""
        while True:
            while not self._keys:
                self._keys = await self._process.stdin.read(1024)
                if not self._keys:
                    raise EOFError
            key, self._keys = self._keys[0], self._keys[1:]
            skip, self._skip_newline = self._skip_newline, key == "\r"
            if not (key == "\n" and skip):
                return key

    async def _line(self, *, hidden: bool = False) -> str:
        typed = ""
        while True:
            key = await self._key()
            if key in "\r\n":
                self._write("\n" if hidden else self._shell.entered(typed))
                return typed
            if key == "\x7f":
                typed = typed[:-1]
            else:
                typed += key
                if not hidden:
                    self._write(key)

    async def _run(self, line: str) -> bool:
        """Whether the session goes on."""
        shell = self._shell
        request = shell.request(line)
        fault = self._simulator.fault(request) if request else None
        kind = fault.kind if fault else None
        if kind is FaultKind.SILENT:
            return await self._hung()
        if kind is FaultKind.VANISH:
            return self._cut()
        if kind is FaultKind.REFUSE:
            self._write(shell.denied)
            return True
        if kind is FaultKind.GARBLE:
            self._write(_NOISE)
            return True
        if fault and kind is FaultKind.SLOW:
            await asyncio.sleep(fault.seconds)
        reply = shell.run(line)
        if kind is FaultKind.DEAF:
            return await self._hung()
        if kind is FaultKind.CUT:
            self._write((reply.text or shell.prompt)[: max(1, len(reply.text) // 2)])
            await self._process.stdout.drain()
            return self._cut()
        return await self._show(reply)

    async def _show(self, reply: Reply) -> bool:
        await self._paged(reply.text)
        while reply.then is not None:
            self._write(reply.ask)
            answer = await self._key() if reply.key else await self._line(hidden=reply.hidden)
            if reply.key:
                self._write("\n")
            reply = reply.then(answer)
            await self._paged(reply.text)
        return not reply.leave

    async def _paged(self, text: str) -> None:
        lines = text.splitlines(keepends=True)
        length, more = self._shell.length, self._shell.more
        while length and len(lines) > length:
            self._write("".join(lines[: length - 1]) + more)
            lines = lines[length - 1 :]
            key = await self._key()
            self._write("\b" * len(more) + " " * len(more) + "\b" * len(more))
            if key == "q":
                return
        self._write("".join(lines))

    async def _hung(self) -> bool:
        """Say nothing more, until the other side hangs up."""
        await self._process.wait_closed()
        return False

    def _cut(self) -> bool:
        self._process.channel.get_connection().abort()
        return False
