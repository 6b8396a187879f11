"""SSH servers for tests: asyncssh's on a loop of its own, paramiko's where an old one is to be played."""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import suppress
from typing import Any

import asyncssh
import paramiko


class Door(asyncssh.SSHServer):
    """Lets `pedell` in with the password `schule`; what else it does are its settings."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.settings = settings
        self.line: asyncssh.SSHServerConnection | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self.line = conn

    def begin_auth(self, username: str) -> bool:
        if (said := self.settings.get("hangs_up")) and self.line is not None:
            self.line.disconnect(*said)
        return True

    def password_auth_supported(self) -> bool:
        return not self.settings.get("asks")

    def validate_password(self, username: str, password: str) -> bool:
        if self.settings.get("expired"):
            raise asyncssh.PasswordChangeRequired("your password has expired", "en")
        return (username, password) == ("pedell", "schule")

    def kbdint_auth_supported(self) -> bool:
        return bool(self.settings.get("asks"))

    def get_kbdint_challenge(self, username: str, lang: str, submethods: str) -> asyncssh.KbdIntChallenge:
        return "", "", "en", [(prompt, False) for prompt in self.settings["asks"]]

    def validate_kbdint_response(self, username: str, responses: list[str]) -> bool:
        return responses == ["schule"] * len(self.settings["asks"])

    def connection_requested(self, dest_host: str, dest_port: int, orig_host: str, orig_port: int) -> bool:
        self.settings.setdefault("led_to", []).append((dest_host, dest_port))
        if not self.settings.get("leads_on"):
            raise asyncssh.ChannelOpenError(asyncssh.OPEN_ADMINISTRATIVELY_PROHIBITED, "no")
        return True


class Servers:
    """Servers on a loop of their own; `stop` ends them all."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, name="ssh-servers")
        self.thread.start()
        self.listeners: list[asyncssh.SSHAcceptor] = []
        self.doors: list[Door] = []
        self.old: list[OldServer] = []

    def run(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(60)

    def start(self, settings: dict[str, Any] | None = None, **options: Any) -> asyncssh.SSHAcceptor:
        given = settings if settings is not None else {}
        options.setdefault("server_host_keys", [asyncssh.generate_private_key("ssh-ed25519")])

        def door() -> Door:
            self.doors.append(Door(given))
            return self.doors[-1]

        async def listen() -> asyncssh.SSHAcceptor:
            return await asyncssh.listen("127.0.0.1", 0, server_factory=door, **options)

        self.listeners.append(self.run(listen()))
        return self.listeners[-1]

    @property
    def open_lines(self) -> int:
        return sum(1 for door in self.doors if door.line is not None and not door.line.is_closed())

    def stop(self) -> None:
        async def close() -> None:
            for listener in self.listeners:
                listener.close()
                await listener.wait_closed()
            for door in self.doors:
                if door.line is not None:
                    door.line.abort()
                    await door.line.wait_closed()
            for _ in range(5):
                await asyncio.sleep(0)
            rest = asyncio.all_tasks() - {asyncio.current_task()}
            for task in rest:
                task.cancel()
            await asyncio.gather(*rest, return_exceptions=True)

        self.run(close())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(30)
        self.loop.close()
        for server in self.old:
            server.stop()


class OldServer(paramiko.ServerInterface):
    """As an old ProCurve: takes RSA keys by their SHA-1 signature only, and does not say so beforehand."""

    def __init__(self, key: paramiko.PKey) -> None:
        self.key = key
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.socket.getsockname()[1])
        self._transports: list[paramiko.Transport] = []
        self._thread = threading.Thread(target=self._serve, name="old-ssh-server")
        self._thread.start()

    def _serve(self) -> None:
        host_key = paramiko.RSAKey.generate(2048)
        while True:
            try:
                sock, _ = self.socket.accept()
            except OSError:
                return
            transport = paramiko.Transport(
                sock,
                server_sig_algs=False,
                disabled_algorithms={"pubkeys": ["rsa-sha2-256", "rsa-sha2-512"]},
            )
            transport.add_server_key(host_key)
            self._transports.append(transport)
            with suppress(paramiko.SSHException, OSError, EOFError):
                transport.start_server(event=threading.Event(), server=self)

    def get_allowed_auths(self, username: str) -> str:
        return "publickey"

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        same = key.asbytes() == self.key.asbytes()
        return paramiko.AUTH_SUCCESSFUL if same else paramiko.AUTH_FAILED

    def stop(self) -> None:
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self._thread.join(30)  # first: it may have taken somebody in that very moment
        for transport in self._transports:
            transport.close()
