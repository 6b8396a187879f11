"""What goes wrong in SSH before a command was sent, in Pedell's words. Pure functions."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence

import paramiko

from pedell.drivers.api import Deadline, DeviceError, ErrorClass
from pedell.transports.ssh_known import HostKey

BANNER = 8.0
"""Seconds that a server may take to greet."""
_TOO_MANY = re.compile(r"(?i)too many|max(?:imum)?\b.*(?:session|connection|user)|limit")


def failure(error: BaseException, host: str, started: float, deadline: Deadline) -> DeviceError:
    """What an exception of paramiko's means, before any command was sent."""
    text = " ".join(str(error).split())[:200]
    if "illegal info request" in text.lower():  # SSH_MSG_USERAUTH_PASSWD_CHANGEREQ, RFC 4252 8
        return DeviceError(
            ErrorClass.AUTH,
            f"{host} wants a new password before it lets anybody in",
            hint="log in once by hand and change it, then change the secret",
        )
    if isinstance(error, paramiko.ChannelException):
        return DeviceError(
            ErrorClass.BUSY if error.code in {1, 4} else ErrorClass.UNREACHABLE,
            f"{host} lets us in, but opens no session: {error.text}",
            hint="all its sessions may be taken",
        )
    late = deadline.passed() or "timeout" in text.lower()
    if isinstance(error, paramiko.AuthenticationException) and not late:
        return DeviceError(
            ErrorClass.AUTH,
            f"{host} refuses the login",
            hint="options username, password and key: does that account log in by hand?",
        )
    if late or isinstance(error, TimeoutError):
        return DeviceError(ErrorClass.TIMEOUT, f"{host} did not finish the SSH login in time")
    if isinstance(error, paramiko.ssh_exception.IncompatiblePeer) or "no acceptable" in text.lower():
        return DeviceError(
            ErrorClass.UNSUPPORTED,
            f"{host} offers no SSH algorithm that is allowed: {text}",
            hint="name the old one in the device's option legacy_algorithms",
        )
    if "banner" in text.lower():
        if time.monotonic() - started >= BANNER - 0.5:
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


def changed(host: str, port: int, pinned: Sequence[HostKey], shown: HostKey) -> DeviceError:
    """Another host key than the pinned one: always refused."""
    keys = f"pinned {pinned[0].fingerprint}, shown {shown.fingerprint}"
    return DeviceError(
        ErrorClass.PRECONDITION,
        f"the host key of {host} port {port} has changed: {keys}",
        hint="another device may have its address; if the change is right: pedell devices pin-key --replace",
    )


def hung_up(host: str, code: int, said: str) -> DeviceError:
    """The server hung up and said why, by a code of RFC 4253 11.1 and a text for people."""
    if "authentication" in said.lower() or code == 14:  # no more authentication methods available
        return DeviceError(ErrorClass.AUTH, f"{host} refuses the login: {said}")
    if code == 12 or _TOO_MANY.search(said):  # too many connections
        return DeviceError(
            ErrorClass.BUSY, f"{host} has too many connections: {said}", hint="all its sessions may be taken"
        )
    return DeviceError(ErrorClass.UNREACHABLE, f"{host} hung up during the SSH login: {said}")
