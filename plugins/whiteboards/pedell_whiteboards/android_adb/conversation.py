"""One conversation with an ADB daemon, by the library adb-shell on our own stream.

Source: AOSP, adb/protocol.txt and SERVICES.TXT; package adb-shell 0.4.4. The library's own TCP transport spins when the
line is cut and knows no transcript; ours is Pedell's stream, whose errors say what happened.
"""

from __future__ import annotations

import importlib.util
from typing import Any

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Happened
from pedell.transports.stream import Record, Stream, open_stream
from pedell.transports.stream_url import StreamURL

_MOST = 1_000_000
"""Bytes that a panel may send in one conversation; what is asked for are a few lines."""


class Conversation:
    """Connect, ask by `shell:`, restart by `reboot:`; nothing else is ever opened."""

    def __init__(self, url: StreamURL, record: Record, key: str, answer_time: float) -> None:
        """Take the address, the transcript, the private key (PEM; empty for none) and seconds for an answer."""
        self._url = url
        self._record = record
        self._key = key
        self._answer_time = answer_time
        self._line: _Line | None = None
        self._device: Any = None

    def open(self, deadline: Deadline) -> None:
        """Connect and log in, also anew; raises DeviceError with NO."""
        from adb_shell.adb_device import AdbDevice

        self.close()
        signers = [_Signer(self._key, self._url.place)] if self._key else []
        line = self._line = _transport(self._url, self._record, deadline)
        self._device = AdbDevice(line, banner=b"pedell")
        with _meaning(self._url.place, Happened.NO):
            self._device.connect(
                rsa_keys=signers,
                transport_timeout_s=self._left(deadline),
                read_timeout_s=self._left(deadline),
            )

    def close(self) -> None:
        """Close."""
        line, self._line, self._device = self._line, None, None
        if line is not None:
            line.close()

    def shell(self, command: str, deadline: Deadline) -> str:
        """What a command prints that only reads; DeviceError with NO."""
        left = self._left(deadline)
        with _meaning(self._url.place, Happened.NO):
            return str(
                self._device.shell(command, transport_timeout_s=left, read_timeout_s=left, timeout_s=left)
            )

    def reboot(self, deadline: Deadline) -> None:
        """Ask for a restart. The stream may break before anybody has said yes: that is normal, and no error here.

        Raises DeviceError: NO where the request could not be sent, or was refused.
        """
        assert self._line is not None
        self._line.begin()
        left = self._left(deadline)
        try:
            with _meaning(self._url.place, Happened.UNKNOWN):
                # No argument: a plain restart. `recovery` and `bootloader` exist and are never sent.
                self._device.reboot(fastboot=False, transport_timeout_s=left, read_timeout_s=left)
        except DeviceError as error:
            if not self._line.sent_since_begin:
                error.happened = Happened.NO
                raise
            if error.error_class is ErrorClass.REFUSED:
                raise
        finally:
            self.close()

    def _left(self, deadline: Deadline) -> float:
        return max(0.05, deadline.within(self._answer_time).left())


class _Line:
    """The library's transport on our stream."""

    def __init__(self, url: StreamURL, record: Record, deadline: Deadline) -> None:
        self._url = url
        self._record = record
        self._deadline = deadline
        self._stream: Stream | None = None
        self._received = 0
        self._begun = False
        self.sent_since_begin = False

    def begin(self) -> None:
        self._begun, self.sent_since_begin = True, False

    def connect(self, transport_timeout_s: float) -> None:
        del transport_timeout_s
        self._stream = open_stream(self._url, self._deadline, self._record)

    def close(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.close()

    def bulk_read(self, numbytes: int, transport_timeout_s: float) -> bytes:
        stream = self._open()
        data = stream.receive(Deadline.after(transport_timeout_s), min(numbytes, 65536))
        self._received += len(data)
        # The library waits for a yes and passes over the stream's end, which is a no.
        if self._begun and data.startswith(b"CLSE"):
            raise DeviceError(ErrorClass.REFUSED, f"{stream.place} refuses to restart")
        if self._received > _MOST:
            raise DeviceError(ErrorClass.PROTOCOL, f"{stream.place} sends without an end")
        return data

    def bulk_write(self, data: bytes, transport_timeout_s: float) -> int:
        stream = self._open()
        self.sent_since_begin = True
        try:
            stream.send(bytes(data), Deadline.after(transport_timeout_s))
        except DeviceError as error:
            self.sent_since_begin = error.happened is not Happened.NO
            raise
        return len(data)

    def _open(self) -> Stream:
        if self._stream is None:
            raise DeviceError(ErrorClass.UNREACHABLE, f"{self._url.place} has closed the connection")
        return self._stream


def _transport(url: StreamURL, record: Record, deadline: Deadline) -> Any:
    """Our line as what the library takes, which checks the type."""
    from adb_shell.transport.base_transport import BaseTransport

    return type("Transport", (_Line, BaseTransport), {})(url, record, deadline)


class _Signer:
    """Signs the panel's token. The public key is never sent: that would open a dialog before the class."""

    def __init__(self, key: str, place: str) -> None:
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        self._place = place
        try:
            loaded = load_pem_private_key(key.encode(), None)
        except (ValueError, TypeError):
            loaded = None
        if not isinstance(loaded, RSAPrivateKey):
            raise DeviceError(
                ErrorClass.PRECONDITION,
                "the ADB key is no RSA private key in PEM form without a passphrase",
                hint="make one with: adb keygen FILE",
            )
        self._loaded = loaded

    def Sign(self, data: bytes) -> bytes:  # noqa: N802 - the library's name
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
        from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
        from cryptography.hazmat.primitives.hashes import SHA1

        try:
            return self._loaded.sign(bytes(data), PKCS1v15(), Prehashed(SHA1()))  # noqa: S303 - the protocol's
        except ValueError:
            raise DeviceError(ErrorClass.PROTOCOL, f"{self._place} asks with a token that is none") from None

    def GetPublicKey(self) -> bytes:  # noqa: N802 - the library's name
        raise DeviceError(
            ErrorClass.AUTH,
            f"{self._place} does not know the key",
            hint="connect once with adb and this key, and let somebody at the panel accept it for good",
        )


class _meaning:  # noqa: N801 - read as a word: with _meaning(...)
    """The library's exceptions as ours; `happened` where the request may have arrived."""

    def __init__(self, place: str, happened: Happened) -> None:
        self._place = place
        self._happened = happened

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if error is None or not isinstance(error, Exception):
            return
        from adb_shell import exceptions

        if isinstance(error, DeviceError):
            nothing = {ErrorClass.UNREACHABLE, ErrorClass.REFUSED, ErrorClass.AUTH, ErrorClass.PRECONDITION}
            error.happened = Happened.NO if error.error_class in nothing else self._happened
            return
        if isinstance(error, exceptions.DeviceAuthError):
            raise DeviceError(
                ErrorClass.AUTH,
                f"{self._place} wants a key",
                hint="name it in the options: key: secret://...",
            ) from None
        if isinstance(error, exceptions.AdbCommandFailureException):
            raise DeviceError(ErrorClass.REFUSED, f"{self._place} refuses the request") from None
        late = isinstance(error, exceptions.AdbTimeoutError | exceptions.TcpTimeoutException)
        raise DeviceError(
            ErrorClass.TIMEOUT if late else ErrorClass.PROTOCOL,
            f"{self._place} does not answer in time"
            if late
            else f"{self._place} does not speak ADB as known here",
            happened=self._happened,
            hint="" if late else "ADB over TLS (wireless debugging of Android 11) is not spoken",
        ) from None


def there() -> bool:
    """Whether the library is installed."""
    return importlib.util.find_spec("adb_shell") is not None
