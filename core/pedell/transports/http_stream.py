"""Sockets under HTTP: every wait ends at the call's deadline; a pinned certificate is checked first.

httpcore's own backend takes a time limit per read; a server that sends one byte every few seconds would keep
a call for ever. Here each wait is cut to what is left of the whole call.
"""

from __future__ import annotations

import hashlib
import select
import socket
import ssl
import time
from collections.abc import Iterable

import httpcore

from pedell.drivers.api import Deadline, DeviceError, ErrorClass


class DeadlineBackend(httpcore.NetworkBackend):
    """Opens sockets for one client.

    Attributes:
        deadline: of the call that runs now.
        sent: whether a byte of the present request may have left.
    """

    def __init__(self, fingerprint: str = "") -> None:
        self.deadline = Deadline.after(0)
        self.sent = False
        self._fingerprint = fingerprint

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Try each address of the host while there is time."""
        del timeout, local_address, socket_options
        trouble: Exception = httpcore.ConnectError(f"{host} has no address")
        try:
            addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"the name {host} is not known") from error
        for family, kind, protocol, _, address in addresses:
            left = self.deadline.left()
            if left <= 0:
                raise httpcore.ConnectTimeout
            sock = socket.socket(family, kind, protocol)
            try:
                sock.settimeout(left)
                sock.connect(address)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except TimeoutError:
                sock.close()
                trouble = httpcore.ConnectTimeout()
            except OSError as error:
                sock.close()
                trouble = httpcore.ConnectError(error.strerror or str(error))
            except BaseException:
                sock.close()
                raise
            else:
                return _Stream(sock, self)
        raise trouble

    def sleep(self, seconds: float) -> None:
        """Asked for by httpcore between tries; there are none here."""
        time.sleep(min(seconds, self.deadline.left()))

    def secured(self, sock: ssl.SSLSocket) -> None:
        """Compare the certificate with the pinned fingerprint, if there is one."""
        if not self._fingerprint:
            return
        shown = hashlib.sha256(sock.getpeercert(binary_form=True) or b"").hexdigest()
        if shown != self._fingerprint:
            raise DeviceError(
                ErrorClass.PRECONDITION,
                f"the server's certificate is not the pinned one (it has SHA-256 {shown})",
                hint="if the certificate was renewed on purpose, correct the fingerprint in the inventory",
            )


class _Stream(httpcore.NetworkStream):
    def __init__(self, sock: socket.socket, backend: DeadlineBackend) -> None:
        self._sock = sock
        self._backend = backend

    def _wait(self, late: type[httpcore.TimeoutException]) -> None:
        left = self._backend.deadline.left()
        if left <= 0:
            raise late
        self._sock.settimeout(left)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        del timeout
        self._wait(httpcore.ReadTimeout)
        try:
            return self._sock.recv(max_bytes)
        except TimeoutError as error:
            raise httpcore.ReadTimeout from error
        except OSError as error:
            raise httpcore.ReadError(error.strerror or str(error)) from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        del timeout
        view = memoryview(buffer)
        while view:
            self._wait(httpcore.WriteTimeout)
            self._backend.sent = True
            try:
                view = view[self._sock.send(view) :]
            except TimeoutError as error:
                raise httpcore.WriteTimeout from error
            except OSError as error:
                raise httpcore.WriteError(error.strerror or str(error)) from error

    def close(self) -> None:
        self._sock.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        del timeout
        try:
            self._wait(httpcore.ConnectTimeout)
            secured = ssl_context.wrap_socket(self._sock, server_hostname=server_hostname)
            self._sock = secured
            self._backend.secured(secured)
        except ssl.SSLCertVerificationError as error:
            self.close()
            raise DeviceError(
                ErrorClass.PRECONDITION,
                f"the server's certificate is not trusted: {error.verify_message}",
                hint="name the CA's file or the certificate's SHA-256 fingerprint in the options",
            ) from error
        except TimeoutError as error:
            self.close()
            raise httpcore.ConnectTimeout from error
        except OSError as error:
            self.close()
            raise httpcore.ConnectError(f"no TLS: {error.strerror or error}") from error
        except BaseException:
            self.close()
            raise
        return self

    def get_extra_info(self, info: str) -> object:
        if info == "is_readable":
            return self._readable()
        if info == "ssl_object":
            return self._sock if isinstance(self._sock, ssl.SSLSocket) else None
        if info == "socket":
            return self._sock
        return None

    def _readable(self) -> bool:
        """Whether an idle connection has something to say, which can only be its end."""
        if self._sock.fileno() < 0:
            return True
        poll = select.poll()
        poll.register(self._sock, select.POLLIN)
        return bool(poll.poll(0))
