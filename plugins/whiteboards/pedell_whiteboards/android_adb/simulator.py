"""A simulated Android panel with an ADB daemon.

Written from AOSP's adb/protocol.txt and SERVICES.TXT without the driver's or its library's help. Messages are six
little-endian words (command, two arguments, length, sum of the payload's bytes, command XOR FFFFFFFF) and a payload.
The daemon answers CNXN with AUTH and a token of 20 bytes, takes a signature (PKCS#1 with SHA-1 over the token as the
digest), and then opens streams by service name.
"""

from __future__ import annotations

import asyncio
import secrets
import struct
import uuid
from collections.abc import Mapping
from typing import Any, ClassVar

from pedell.lab.simulator import FaultKind
from pedell_whiteboards.simulation import DisplaySimulator, Line

_WORDS = struct.Struct("<4sIIII4s")
_VERSION, _MOST = 0x01000000, 4096
_TOKEN, _SIGNATURE = 1, 2


class AndroidAdbSimulator(DisplaySimulator):
    """A panel whose Android takes `boot` seconds (default 3) to start and is not on the network meanwhile.

    Settings: `key` (PEM of a public key that it knows; without one everybody may), `serial`, `model`, `manufacturer`,
    `boot_id` (false: does not tell it), and those of every display.
    Requests are called `shell` and `reboot`; effects `reboot`, and `other reboot` for anything but a plain one.
    """

    kind: ClassVar[str] = "android-adb"

    def __init__(self, name: str, settings: Mapping[str, Any] | None = None) -> None:
        super().__init__(name, settings)
        self._boot_id = str(uuid.uuid4())
        self._dialogs = 0
        self._on = True

    def state(self) -> dict[str, Any]:
        """Whether Android runs, since which start, and how often somebody was asked to accept a key."""
        return {"power": "on" if self._on else "starting", "boot_id": self._boot_id, "dialogs": self._dialogs}

    async def converse(self, line: Line) -> None:
        """Log in, then open streams one after another."""
        self._on = True
        self._buffer = b""
        known, token = not self.settings.get("key"), b""
        while (message := await self._read(line)) is not None:
            command, first, second, data = message
            if command == b"CNXN":
                token = secrets.token_bytes(20)
                if self.fault("login", FaultKind.LOGIN) is not None:
                    known = False
                await line.write(self._hello() if known else _message(b"AUTH", _TOKEN, 0, token))
            elif command == b"AUTH" and first == _SIGNATURE:
                known = self._signed(token, data)
                token = secrets.token_bytes(20)
                await line.write(self._hello() if known else _message(b"AUTH", _TOKEN, 0, token))
            elif command == b"AUTH":
                self._dialogs += 1  # nobody stands there to accept the key
            elif command == b"OPEN" and known:
                if not await self._stream(line, first, data.rstrip(b"\0").decode("utf-8", "replace")):
                    return
            elif command not in {b"OKAY", b"CLSE"} or not known:
                return
            del second

    async def _read(self, line: Line) -> tuple[bytes, int, int, bytes] | None:
        while True:
            if len(self._buffer) >= _WORDS.size:
                command, first, second, length, total, magic = _WORDS.unpack(self._buffer[: _WORDS.size])
                if magic != bytes(byte ^ 0xFF for byte in command) or length > _MOST:
                    return None
                if len(self._buffer) >= _WORDS.size + length:
                    data = self._buffer[_WORDS.size : _WORDS.size + length]
                    self._buffer = self._buffer[_WORDS.size + length :]
                    # Version 01000000 sums the payload; later ones send 0.
                    return (command, first, second, data) if total in {0, sum(data)} else None
            try:
                more = await asyncio.wait_for(line.read(), float(self.settings.get("idle", 30)))
            except TimeoutError:
                return None
            if not more:
                return None
            self._buffer += more

    def _hello(self) -> bytes:
        model = self.settings.get("model", "Sim Panel 75")
        return _message(b"CNXN", _VERSION, _MOST, f"device::ro.product.model={model};\0".encode())

    def _signed(self, token: bytes, signature: bytes) -> bool:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric import padding, rsa, utils
        from cryptography.hazmat.primitives.hashes import SHA1
        from cryptography.hazmat.primitives.serialization import load_pem_public_key

        key = load_pem_public_key(str(self.settings["key"]).encode())
        assert isinstance(key, rsa.RSAPublicKey)
        try:
            key.verify(signature, token, padding.PKCS1v15(), utils.Prehashed(SHA1()))  # noqa: S303
        except InvalidSignature:
            return False
        return True

    async def _stream(self, line: Line, theirs: int, service: str) -> bool:
        name, _, argument = service.partition(":")
        refusal, garbage = _message(b"CLSE", 0, theirs), b"\xff" * 24
        if name == "shell":
            text = self._said(argument)
            answer = (
                _message(b"OKAY", 1, theirs)
                + _message(b"WRTE", 1, theirs, text)
                + _message(b"CLSE", 1, theirs)
            )
            return await self.reply(line, "shell", lambda: answer, refusal=refusal, garbage=garbage)
        if name != "reboot":
            await line.write(refusal)
            return True
        went_on = await self.reply(
            line, "reboot", lambda: self._reboot(argument, theirs), refusal=refusal, garbage=garbage
        )
        if not self._on:
            self.go_away(float(self.settings.get("boot", 3)))
            return False
        return went_on

    def _reboot(self, argument: str, theirs: int) -> bytes:
        self.count("reboot" if not argument else "other reboot", argument)
        self._boot_id = str(uuid.uuid4())
        self._on = False
        return _message(b"OKAY", 1, theirs)

    def _said(self, command: str) -> bytes:
        get = self.settings.get
        known = {
            "getprop ro.serialno": get("serial", f"AD{self.name}"),
            "getprop ro.product.model": get("model", "Sim Panel 75"),
            "getprop ro.product.manufacturer": get("manufacturer", "PEDELL"),
            "getprop ro.build.display.id": "SIM.1.0",
            "cat /proc/sys/kernel/random/boot_id": self._boot_id
            if get("boot_id", True)
            else "cat: /proc/sys/kernel/random/boot_id: Permission denied",
        }
        return f"{known.get(command, f'{command}: not found')}\n".encode()


def _message(command: bytes, first: int, second: int, data: bytes = b"") -> bytes:
    magic = bytes(byte ^ 0xFF for byte in command)
    return _WORDS.pack(command, first, second, len(data), sum(data) & 0xFFFFFFFF, magic) + data
