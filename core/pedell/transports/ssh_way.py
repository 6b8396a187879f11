"""The way to an SSH server: straight, or through a jump host; one limit and one end for all of it.

    way = Way.open("192.168.1.5", 22, deadline, Jump("10.4.0.1", 22, "pedell", password=…), data=data)
    client.connect("192.168.1.5", sock=way.sock, …)
    way.close()

A jump host is an SSH server that may forward (`AllowTcpForwarding`, RFC 4254 7.2). Its host key is pinned as every
other. What it forwards stays encrypted up to the device, whose own key is pinned under both names: private addresses
repeat from one site to the next.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import paramiko

from pedell.drivers.api import Deadline, DeviceError, ErrorClass
from pedell.transports import ssh, ssh_known


@dataclass(frozen=True)
class Jump:
    """A host that leads on to others, and how to log in to it; without password and key, by the agent's keys."""

    host: str
    port: int
    username: str
    password: str = field(default="", repr=False)
    key: paramiko.PKey | None = field(default=None, repr=False)
    agent: bool = False
    host_key: ssh.HostKeyRule = "strict"
    legacy: Sequence[str] = ()

    @property
    def name(self) -> str:
        """As in the file of known hosts."""
        return ssh_known.host_name(self.host, self.port)


class Way:
    """An open way. `sock` is what the client speaks over; `through` names the jump host, or is empty."""

    def __init__(self, outer: socket.socket, client: paramiko.SSHClient | None, jump: Jump | None) -> None:
        self._outer = outer
        self._client = client
        self._jump = jump
        self.sock: Any = outer

    @classmethod
    def open(cls, host: str, port: int, deadline: Deadline, jump: Jump | None = None, *, data: Path) -> Way:
        """Go there. Raises DeviceError, naming the jump host where that is what fails; leaves nothing open then."""
        if jump is None:
            return cls(ssh.open_socket(host, port, deadline), None, None)
        client: paramiko.SSHClient | None = None
        outer: socket.socket | None = None
        try:
            client = ssh.PinnedClient(data, jump.host, jump.port, deadline, jump.host_key)
            outer = ssh.open_socket(jump.host, jump.port, deadline)
            with ssh.cut_at(outer, deadline):
                client.connect(
                    jump.host,
                    port=jump.port,
                    username=jump.username,
                    password=jump.password or None,
                    pkey=jump.key,
                    sock=outer,
                    look_for_keys=False,
                    allow_agent=jump.agent,
                    disabled_algorithms=ssh.disabled_algorithms(jump.legacy),
                )
                way = cls(outer, client, jump)
                way.sock = way.reach(host, port, deadline)
        except BaseException as error:
            if client is not None:
                client.close()
            if outer is not None:
                outer.close()
            if isinstance(error, DeviceError) and not error.message.startswith("the jump host"):
                raise DeviceError(
                    error.error_class, f"the jump host: {error.message}", hint=error.hint
                ) from error
            raise
        return way

    @property
    def through(self) -> str:
        """The jump host, as part of a pinned key's name."""
        return self._jump.name if self._jump else ""

    @property
    def address_seen(self) -> str:
        """The address that the device sees us come from, as far as can be known from here; empty for none."""
        with suppress(OSError):
            ends = self._outer.getpeername() if self._jump else self._outer.getsockname()
            return str(ends[0])
        return ""

    def reach(self, host: str, port: int, deadline: Deadline) -> Any:
        """Another connection to the same host."""
        if self._client is None or self._jump is None:
            return ssh.open_socket(host, port, deadline)
        transport = self._client.get_transport()
        left = deadline.check(f"connecting to {host} through {self._jump.host}")
        try:
            if transport is None:
                raise EOFError
            return transport.open_channel("direct-tcpip", (host, port), ("127.0.0.1", 0), timeout=left)
        except paramiko.ChannelException as error:
            if error.code == 1:  # administratively prohibited
                raise DeviceError(
                    ErrorClass.REFUSED,
                    f"the jump host {self._jump.host} does not let us go on to {host} port {port}",
                    hint="sshd_config: AllowTcpForwarding, PermitOpen",
                ) from error
            raise DeviceError(
                ErrorClass.UNREACHABLE,
                f"the jump host {self._jump.host} has no connection to {host} port {port}: {error.text}",
            ) from error
        except (paramiko.SSHException, OSError, EOFError) as error:
            late = deadline.passed() or "timeout" in str(error).lower()
            raise DeviceError(
                ErrorClass.TIMEOUT if late else ErrorClass.UNREACHABLE,
                f"the jump host {self._jump.host} did not connect us to {host} port {port}",
            ) from error

    @contextmanager
    def cut_at(self, deadline: Deadline) -> Iterator[None]:
        """Cut the whole way at the deadline."""
        with ssh.cut_at(self._outer, deadline):
            yield

    def close(self) -> None:
        """Close all of it; never raises, waits for nobody."""
        with suppress(OSError):
            self._outer.shutdown(socket.SHUT_RDWR)
        with suppress(Exception):
            if self._client is not None:
                self._client.close()
        self._outer.close()
