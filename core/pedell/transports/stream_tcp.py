"""Byte streams over TCP and TLS."""

from __future__ import annotations

import contextlib
import hashlib
import socket
import ssl
import warnings

from pedell.drivers.deadline import Deadline
from pedell.drivers.errors import DeviceError, ErrorClass
from pedell.transports.stream import Record, Stream
from pedell.transports.stream_url import StreamURL, fingerprint


class SocketStream(Stream):
    """A TCP connection that may become a TLS one.

    Attributes:
        seen: fingerprint of the certificate that the other side showed, where one is pinned.
    """

    def __init__(self, url: StreamURL, deadline: Deadline, record: Record) -> None:
        """Connect; raises DeviceError(UNREACHABLE, NO)."""
        super().__init__(url.place, record)
        self.seen = ""
        self._host = url.host
        self._socket = _connect(url, deadline)

    def start_tls(self, deadline: Deadline, pinned: str = "", *, old: bool = False) -> None:
        """Speak TLS from now on; closes the stream where that fails.

        Args:
            deadline: until when.
            pinned: SHA-256 fingerprint of the only certificate to accept, in hexadecimal. Without one the
                certificate must be valid for the host by this machine's authorities.
            old: speak TLS 1.0 and 1.1 as well, with the ciphers of their time: for devices that know nothing newer,
                and only where a certificate is pinned.

        Raises:
            DeviceError: AUTH for another certificate, PROTOCOL or TIMEOUT for a handshake that fails.
        """
        try:
            self._handshake(deadline, fingerprint(pinned), old=old and bool(pinned))
        except DeviceError:
            self.close()
            raise

    def _handshake(self, deadline: Deadline, pinned: str, *, old: bool) -> None:
        context = ssl.create_default_context()
        if old:
            with warnings.catch_warnings():  # that it is old is said by whoever asks for it
                warnings.simplefilter("ignore", DeprecationWarning)
                context.minimum_version = ssl.TLSVersion.TLSv1
            context.set_ciphers("DEFAULT:@SECLEVEL=0")
        if pinned:
            # Displays sign their certificates themselves: what counts is that it is the one known.
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        try:
            self._socket.settimeout(deadline.check(f"connecting to {self.place}"))
            secured = context.wrap_socket(self._socket, server_hostname=self._host)
        except ssl.SSLCertVerificationError as error:
            raise DeviceError(
                ErrorClass.AUTH,
                f"the certificate of {self.place} is not trusted: {error.verify_message}",
                hint="pin the certificate by its fingerprint",
            ) from None
        except TimeoutError:
            raise DeviceError(
                ErrorClass.TIMEOUT, f"{self.place} does not finish the TLS handshake in time"
            ) from None
        except OSError as error:
            raise DeviceError(
                ErrorClass.PROTOCOL, f"{self.place} does not speak TLS ({error.strerror or 'cut'})"
            ) from None
        self._socket = secured
        if pinned:
            self.seen = hashlib.sha256(secured.getpeercert(binary_form=True) or b"").hexdigest()
            if self.seen != pinned:
                raise DeviceError(
                    ErrorClass.AUTH,
                    f"the certificate of {self.place} has the fingerprint {self.seen}, pinned is {pinned}",
                    hint="was the device replaced or reset? Check it before pinning the new one",
                )

    def close(self) -> None:
        """Close at once."""
        with contextlib.suppress(OSError):
            self._socket.close()

    def _read(self, limit: int, timeout: float) -> bytes:
        self._socket.settimeout(timeout)
        try:
            return self._socket.recv(limit)
        except (BlockingIOError, ssl.SSLWantReadError):
            raise TimeoutError from None

    def _write(self, data: bytes, timeout: float) -> int:
        self._socket.settimeout(timeout)
        return self._socket.send(data)


def _connect(url: StreamURL, deadline: Deadline) -> socket.socket:
    """Try each address of the host within the deadline."""
    try:
        found = socket.getaddrinfo(url.host, url.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "not a host name"
        raise DeviceError(ErrorClass.UNREACHABLE, f"{url.host} is not known ({reason})") from None
    failure = DeviceError(ErrorClass.UNREACHABLE, f"{url.host} has no address")
    for family, kind, protocol, _, address in found:
        left = deadline.check(f"connecting to {url.place}")
        opened = socket.socket(family, kind, protocol)
        try:
            opened.settimeout(left)
            opened.connect(address)
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except TimeoutError:
            failure = DeviceError(ErrorClass.UNREACHABLE, f"{url.place} does not answer")
        except OSError as error:
            reason = error.strerror or str(error)
            failure = DeviceError(ErrorClass.UNREACHABLE, f"{url.place} cannot be reached ({reason})")
        else:
            return opened
        opened.close()
    raise failure
