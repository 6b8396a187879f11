"""SSH for drivers: pinned host keys, old algorithms only where a device names them, a limit on every wait.

    client = PinnedClient(data, "10.4.0.2", 22, deadline, host_key="strict")
    client.connect("10.4.0.2", sock=open_socket("10.4.0.2", 22, deadline), username=…, password=…)

Built on paramiko 4 (docs/decisions/0003-paramiko-4.md). Host keys are those of pedell.transports.ssh_known:
an unknown key refuses under `strict` and is pinned on first contact under `accept-new`; a changed key always
refuses.
"""

from __future__ import annotations

import io
import logging
import socket
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Literal

import paramiko
from paramiko.common import cMSG_CHANNEL_CLOSE, cMSG_CHANNEL_EOF, cMSG_SERVICE_REQUEST

from pedell.drivers.api import Deadline, DeviceError, ErrorClass
from pedell.transports import alarms, ssh_known
from pedell.transports.ssh_errors import BANNER, changed, failure, hung_up
from pedell.transports.ssh_known import HostKey

HostKeyRule = Literal["strict", "accept-new"]
Reach = Callable[[Deadline], Any]
"""Opens a connection to the one host that is meant: a socket, or a channel through another host."""

LEGACY: Mapping[str, tuple[str, ...]] = {
    "kex": (
        "diffie-hellman-group-exchange-sha1",
        "diffie-hellman-group14-sha1",
        "diffie-hellman-group1-sha1",
    ),
    "keys": ("ssh-rsa",),
    "pubkeys": ("ssh-rsa",),
    "ciphers": ("aes128-cbc", "aes192-cbc", "aes256-cbc", "3des-cbc"),
    "macs": ("hmac-md5", "hmac-sha1-96", "hmac-md5-96"),
}
"""What paramiko 4 would still offer and we do not, unless a device names it; by paramiko's own kinds."""

_CONNECT = 10.0
_PARTING = (cMSG_CHANNEL_CLOSE, cMSG_CHANNEL_EOF)


def disabled_algorithms(legacy: Iterable[str]) -> dict[str, Sequence[str]]:
    """What to pass as `disabled_algorithms` for a device that needs the `legacy` ones by name."""
    wanted = frozenset(legacy)
    return {kind: tuple(name for name in names if name not in wanted) for kind, names in LEGACY.items()}


def open_socket(host: str, port: int, deadline: Deadline) -> socket.socket:
    """A TCP connection with Nagle's algorithm off, which alone costs 70 ms per login. Raises UNREACHABLE."""
    try:
        sock = socket.create_connection(
            (host, port), timeout=min(_CONNECT, deadline.check(f"connecting to {host}"))
        )
    except OSError as error:
        why = error.strerror or str(error) or type(error).__name__
        raise DeviceError(ErrorClass.UNREACHABLE, f"no connection to {host} port {port}: {why}") from error
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


@contextmanager
def cut_at(sock: socket.socket | paramiko.Channel, deadline: Deadline) -> Iterator[None]:
    """Shut the connection down at the deadline: paramiko has waits of its own that know no limit."""
    alarm = alarms.at(deadline, lambda: _shut(sock))
    try:
        yield
    finally:
        alarm.call_off(2)


def _shut(sock: socket.socket | paramiko.Channel) -> None:
    # It may be closed already, and so may be the connection that a channel goes through.
    with suppress(OSError, EOFError, paramiko.SSHException):
        if isinstance(sock, paramiko.Channel):
            sock.close()  # its shutdown() wakes nobody who reads
        else:
            sock.shutdown(socket.SHUT_RDWR)


def private_key(text: str, passphrase: str = "") -> paramiko.PKey:
    """A private key from its text, in OpenSSH's or PEM's form. Raises AUTH without telling the text."""
    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        try:
            key: paramiko.PKey = kind.from_private_key(io.StringIO(text), passphrase or None)
        except (paramiko.SSHException, ValueError, TypeError, IndexError):
            continue
        return key
    raise DeviceError(
        ErrorClass.AUTH,
        "the private key cannot be read",
        hint="Ed25519, ECDSA or RSA; is the passphrase right?",
    )


def pin_host_key(
    data: Path,
    host: str,
    port: int,
    deadline: Deadline,
    *,
    replace: bool = False,
    reach: Reach | None = None,
    through: str = "",
) -> str:
    """Ask the server for its key, keep it, and return its fingerprint (`SHA256:…`) for a person to compare.

    A key pinned before stays: another one raises PRECONDITION unless `replace`. `reach` and `through` are as in
    PinnedClient. Raises DeviceError.
    """
    key = _offered(host, port, deadline, reach)
    pinned = ssh_known.known(data, host, port, through)
    if pinned and key not in pinned and not replace:
        raise changed(host, port, pinned, key)
    if key not in pinned or replace:
        ssh_known.remember(data, host, port, key, through)
    return key.fingerprint


def _offered(host: str, port: int, deadline: Deadline, reach: Reach | None) -> HostKey:
    # Nothing secret goes over this connection, so the old algorithms may be used to learn the key.
    sock = reach(deadline) if reach else open_socket(host, port, deadline)
    started = time.monotonic()
    quiet()
    transport: paramiko.Transport | None = None
    try:
        with cut_at(sock, deadline):
            transport = paramiko.Transport(sock)
            transport.banner_timeout = BANNER
            transport.start_client(timeout=deadline.left())
            key = transport.get_remote_server_key()
        return HostKey(key.get_name(), key.asbytes())
    except (paramiko.SSHException, OSError, EOFError) as error:
        raise failure(error, host, started, deadline) from error
    finally:
        if transport is not None:
            _end(transport)
        sock.close()


class _Transport(paramiko.Transport):
    """Paramiko's, that remembers why the server hung up, and signs as old as an old server needs."""

    # The newest first, and the cheapest: AES-GCM needs no MAC, which paramiko compares byte by byte in Python.
    _preferred_ciphers = (
        *(name for name in paramiko.Transport._preferred_ciphers if "-gcm@" in name),  # type: ignore[attr-defined]
        *(name for name in paramiko.Transport._preferred_ciphers if "-gcm@" not in name),  # type: ignore[attr-defined]
    )

    def __init__(self, *arguments: Any, **values: Any) -> None:
        self.goodbye: tuple[int, str] | None = None
        """Code and text of the server's SSH_MSG_DISCONNECT."""
        self._asked = False
        super().__init__(*arguments, **values)

    def _send_message(self, data: paramiko.Message) -> None:
        # The service for logging in is granted once (RFC 4253 10). Paramiko asks again for each way that it tries,
        # which strict servers take for an attack; it is told that it was granted.
        if data.asbytes()[:1] == cMSG_SERVICE_REQUEST:
            if self._asked and self.auth_handler is not None:
                granted = paramiko.Message()
                granted.add_string("ssh-userauth")
                granted.rewind()
                self.auth_handler._parse_service_accept(granted)  # type: ignore[attr-defined]
                return
            self._asked = True
        super()._send_message(data)  # type: ignore[misc]

    def _send_user_message(self, data: paramiko.Message) -> None:
        # Whoever hangs up on a server that is gone has nothing more to do. Paramiko drops such a message as well, but
        # only once it has seen the end; before, a connection that goes through this one ended its thread over it.
        try:
            super()._send_user_message(data)  # type: ignore[misc]
        except (OSError, EOFError):
            if data.asbytes()[:1] not in _PARTING:
                raise

    def _parse_disconnect(self, m: paramiko.Message) -> None:
        code, text = m.get_int(), m.get_text()
        self.goodbye = (code, " ".join(str(text).split())[:200])

    @property
    def preferred_pubkeys(self) -> Sequence[str]:
        """The signatures for our key, by preference.

        A server that names none (RFC 8308) is either new enough to take what we like or too old to know SHA-2,
        as ProCurves are. Where ssh-rsa was allowed by name it is of the second kind.
        """
        known: Sequence[str] = super().preferred_pubkeys
        if "ssh-rsa" in known and b"server-sig-algs" not in self._extensions():
            return ("ssh-rsa", *(name for name in known if name != "ssh-rsa"))
        return known

    def _extensions(self) -> frozenset[bytes]:
        named = getattr(self, "server_extensions", {})
        return frozenset(name.encode() if isinstance(name, str) else name for name in named)


class PinnedClient(paramiko.SSHClient):
    """An SSH client that knows one host by its pinned key, and fails in Pedell's words.

    `reach` opens another connection to it where a key has to be learnt first; left out, over TCP. `through` names
    the host it is reached through: private addresses repeat behind each of those.

    Raises DeviceError from `connect`: UNREACHABLE, AUTH (wrong password), PRECONDITION (unknown or changed
    host key), BUSY (closed before the greeting), UNSUPPORTED (only old algorithms), TIMEOUT, PROTOCOL.
    """

    def __init__(
        self,
        data: Path,
        host: str,
        port: int,
        deadline: Deadline,
        host_key: HostKeyRule,
        *,
        reach: Reach | None = None,
        through: str = "",
    ) -> None:
        super().__init__()
        quiet()
        self._where, self._port, self._deadline = host, port, deadline
        pinned = ssh_known.known(data, host, port, through)
        if not pinned and host_key == "accept-new":
            pin_host_key(data, host, port, deadline, reach=reach, through=through)
            pinned = ssh_known.known(data, host, port, through)
        if not pinned:
            raise DeviceError(
                ErrorClass.PRECONDITION,
                f"the host key of {host} port {port} is not known",
                hint="look at it and pin it: pedell devices pin-key",
            )
        self._pinned = pinned
        name = ssh_known.host_name(host, port)
        for key in pinned:
            try:
                self.get_host_keys().add(name, key.kind, paramiko.PKey.from_type_string(key.kind, key.blob))
            except (paramiko.SSHException, ValueError, KeyError) as error:
                raise DeviceError(
                    ErrorClass.PRECONDITION,
                    f"the pinned host key of {host} port {port} cannot be read: {key.kind}",
                    hint=f"mend {ssh_known.path(data)}, or pin it again: pedell devices pin-key",
                ) from error
        super().set_missing_host_key_policy(paramiko.RejectPolicy())

    def set_missing_host_key_policy(self, policy: object) -> None:
        """Ignored: libraries that would add unknown keys do not get to."""

    def connect(self, *args: Any, **values: Any) -> None:
        """As paramiko's, within the deadline."""
        started = time.monotonic()
        left = self._deadline.check(f"logging in to {self._where}")
        values.update(timeout=left, banner_timeout=min(BANNER, left), auth_timeout=left)
        values.update(channel_timeout=left, transport_factory=_Transport)
        try:
            super().connect(*args, **values)
        except paramiko.BadHostKeyException as error:
            self._give_up()
            shown = HostKey(error.key.get_name(), error.key.asbytes())
            raise changed(self._where, self._port, self._pinned, shown) from None
        except (paramiko.SSHException, OSError, EOFError) as error:
            transport = self.get_transport()
            self._give_up()
            if isinstance(transport, _Transport) and transport.goodbye:
                raise hung_up(self._where, *transport.goodbye) from error
            raise failure(error, self._where, started, self._deadline) from error

    def _give_up(self) -> None:
        transport = self.get_transport()
        self.close()
        if transport is not None:
            _end(transport)


def _end(transport: paramiko.Transport) -> None:
    """Close it, and the timer that paramiko leaves running where a handshake did not end."""
    transport.close()
    transport.packetizer.complete_handshake()


def quiet() -> None:
    """Keep paramiko's log off the terminal where nobody set up logging: our errors tell the same."""
    logger = logging.getLogger("paramiko")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
