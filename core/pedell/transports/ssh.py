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
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Literal

import paramiko

from pedell.drivers.api import Deadline, DeviceError, ErrorClass
from pedell.transports import ssh_known
from pedell.transports.ssh_known import HostKey

HostKeyRule = Literal["strict", "accept-new"]

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
_BANNER = 8.0


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
def cut_at(sock: socket.socket, deadline: Deadline) -> Iterator[None]:
    """Shut the socket down at the deadline: paramiko has waits of its own that know no limit."""
    timer = threading.Timer(deadline.left(), _shut, (sock,))
    timer.daemon = True
    timer.name = "ssh-deadline"
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join(2)


def _shut(sock: socket.socket) -> None:
    with suppress(OSError):  # it may be closed already
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


def pin_host_key(data: Path, host: str, port: int, deadline: Deadline, *, replace: bool = False) -> str:
    """Ask the server for its key, keep it, and return its fingerprint (`SHA256:…`) for a person to compare.

    A key pinned before stays: another one raises PRECONDITION unless `replace`. Raises DeviceError.
    """
    key = _offered(host, port, deadline)
    pinned = ssh_known.known(data, host, port)
    if pinned and key not in pinned and not replace:
        raise _changed(host, port, pinned, key)
    if key not in pinned or replace:
        ssh_known.remember(data, host, port, key)
    return key.fingerprint


def _offered(host: str, port: int, deadline: Deadline) -> HostKey:
    # Nothing secret goes over this connection, so the old algorithms may be used to learn the key.
    sock = open_socket(host, port, deadline)
    started = time.monotonic()
    quiet()
    transport: paramiko.Transport | None = None
    try:
        with cut_at(sock, deadline):
            transport = paramiko.Transport(sock)
            transport.banner_timeout = _BANNER
            transport.start_client(timeout=deadline.left())
            key = transport.get_remote_server_key()
        return HostKey(key.get_name(), key.asbytes())
    except (paramiko.SSHException, OSError, EOFError) as error:
        raise failure(error, host, started, deadline) from error
    finally:
        if transport is not None:
            _end(transport)
        sock.close()


class PinnedClient(paramiko.SSHClient):
    """An SSH client that knows one host by its pinned key, and fails in Pedell's words.

    Raises DeviceError from `connect`: UNREACHABLE, AUTH (wrong password), PRECONDITION (unknown or changed
    host key), BUSY (closed before the greeting), UNSUPPORTED (only old algorithms), TIMEOUT, PROTOCOL.
    """

    def __init__(self, data: Path, host: str, port: int, deadline: Deadline, host_key: HostKeyRule) -> None:
        super().__init__()
        quiet()
        self._data, self._where, self._port, self._deadline = data, host, port, deadline
        pinned = ssh_known.known(data, host, port)
        if not pinned and host_key == "accept-new":
            pin_host_key(data, host, port, deadline)
            pinned = ssh_known.known(data, host, port)
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
        values.update(timeout=left, banner_timeout=min(_BANNER, left), auth_timeout=left)
        values["channel_timeout"] = left
        try:
            super().connect(*args, **values)
        except paramiko.BadHostKeyException as error:
            self._give_up()
            shown = HostKey(error.key.get_name(), error.key.asbytes())
            raise _changed(self._where, self._port, self._pinned, shown) from None
        except (paramiko.SSHException, OSError, EOFError) as error:
            self._give_up()
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


def failure(error: BaseException, host: str, started: float, deadline: Deadline) -> DeviceError:
    """What an exception of paramiko's means, before any command was sent."""
    text = " ".join(str(error).split())[:200]
    late = deadline.passed() or "timeout" in text.lower()
    if isinstance(error, paramiko.AuthenticationException) and not late:
        return DeviceError(ErrorClass.AUTH, f"{host} refuses the login")
    if late or isinstance(error, TimeoutError):
        return DeviceError(ErrorClass.TIMEOUT, f"{host} did not finish the SSH login in time")
    if isinstance(error, paramiko.ssh_exception.IncompatiblePeer) or "no acceptable" in text.lower():
        return DeviceError(
            ErrorClass.UNSUPPORTED,
            f"{host} offers no SSH algorithm that is allowed: {text}",
            hint="name the old one in the device's option legacy_algorithms",
        )
    if "banner" in text.lower():
        if time.monotonic() - started >= _BANNER - 0.5:
            return DeviceError(ErrorClass.TIMEOUT, f"{host} does not greet as an SSH server does")
        return DeviceError(
            ErrorClass.BUSY,
            f"{host} closed the connection before the SSH greeting",
            hint="all its sessions may be taken",
        )
    if isinstance(error, OSError | EOFError) or "existing session" in text.lower():
        return DeviceError(
            ErrorClass.UNREACHABLE, f"the connection to {host} broke during the SSH login: {text or 'closed'}"
        )
    return DeviceError(ErrorClass.PROTOCOL, f"the SSH login to {host} failed: {text or type(error).__name__}")


def _changed(host: str, port: int, pinned: Sequence[HostKey], shown: HostKey) -> DeviceError:
    keys = f"pinned {pinned[0].fingerprint}, shown {shown.fingerprint}"
    return DeviceError(
        ErrorClass.PRECONDITION,
        f"the host key of {host} port {port} has changed: {keys}",
        hint="another device may have its address; if the change is right: pedell devices pin-key",
    )


def quiet() -> None:
    """Keep paramiko's log off the terminal where nobody set up logging: our errors tell the same."""
    logger = logging.getLogger("paramiko")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
