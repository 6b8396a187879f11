"""A switch of which only the terminal counts: it prints what a test wants, cut as the test wants, over real SSH."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import asyncssh

Piece = bytes | float | str
"""Bytes in one write; a number of seconds to wait; the word "close"."""


@dataclass
class Script:
    """What it prints.

    Attributes:
        greeting: before the first prompt.
        prompts: by mode; the first is where a session begins.
        modes: command to the mode it leads to.
        answers: command to what it prints; others print nothing. May be a function of the connection.
        echo: what comes back for a command, given the prompt before it.
        secret: of the command `enable`, which leads to mode "exec"; empty: not asked.
        keys: modes in which one key leads to another mode; to "gone", which ends the session.
        thinks: seconds between the echo and what a command prints.
        size: bytes of one write, and the pause after each; 0: as they come.
        pager: printed after `page` lines until `paging_off` was said, and wiped by `erase`.
        after_prompt: printed behind the prompt after a command of `answers`.
    """

    prompts: Mapping[str, bytes] = field(default_factory=lambda: {"exec": b"sw1#"})
    greeting: Sequence[Piece] = (b"\r\n",)
    modes: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, Sequence[Piece]] = field(default_factory=dict)
    echo: Callable[[bytes, bytes], bytes] = lambda _, command: command + b"\r\n"
    secret: str = ""
    thinks: float = 0.0
    size: int = 0
    pause: float = 0.0
    pager: bytes = b""
    erase: bytes = b""
    page: int = 5
    paging_off: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)
    after_prompt: Sequence[Piece] = ()


class OddSwitch:
    """Serves scripts, each on a port of its own, from a thread of its own."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, name="odd-switch")
        self.thread.start()
        self.listeners: list[asyncssh.SSHAcceptor] = []
        self.lines: list[asyncssh.SSHServerConnection] = []
        self.heard: list[str] = []
        """Every command, in order."""
        self.sessions = 0
        self.now = 0
        self.most = 0
        """Sessions in all, at this moment, and at once."""
        self.key = asyncssh.generate_private_key("ssh-ed25519")

    def run(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(60)

    def start(self, script: Script, **options: Any) -> str:
        async def listen() -> asyncssh.SSHAcceptor:
            return await asyncssh.listen(
                "127.0.0.1",
                0,
                server_factory=lambda: _Door(self),
                server_host_keys=[self.key],
                process_factory=lambda process: self._serve(process, script),
                line_editor=False,
                encoding=None,
                **options,
            )

        listener = self.run(listen())
        self.listeners.append(listener)
        return f"127.0.0.1:{listener.get_port()}"

    async def _serve(self, process: asyncssh.SSHServerProcess[bytes], script: Script) -> None:
        self.sessions += 1
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            await _Session(self, process, script).serve()
        except (asyncssh.Error, OSError, EOFError):
            pass
        finally:
            self.now -= 1
            process.exit(0)

    def stop(self) -> None:
        async def close() -> None:
            for listener in self.listeners:
                listener.close()
                await listener.wait_closed()
            for line in self.lines:
                line.abort()
                await line.wait_closed()
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


class _Door(asyncssh.SSHServer):
    def __init__(self, switch: OddSwitch) -> None:
        self._switch = switch

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._switch.lines.append(conn)

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return username.split("+")[0] == "pedell" and password == "schule"


class _Session:
    def __init__(self, switch: OddSwitch, process: asyncssh.SSHServerProcess[bytes], script: Script) -> None:
        self._switch, self._process, self._script = switch, process, script
        self._mode = next(iter(script.prompts))
        self._pending = b""
        self._paging = bool(script.pager)

    async def _print(self, *pieces: Piece) -> None:
        out = self._process.stdout
        for piece in pieces:
            if isinstance(piece, float):
                await asyncio.sleep(piece)
            elif isinstance(piece, str):
                await asyncio.sleep(0.01)
                self._process.channel.get_connection().abort()
                raise EOFError  # noqa: TRY004
            else:
                size = self._script.size or len(piece) or 1
                for start in range(0, len(piece), size):
                    out.write(piece[start : start + size])
                    await out.drain()
                    if self._script.pause:
                        await asyncio.sleep(self._script.pause)

    async def _key(self) -> bytes:
        while not self._pending:
            self._pending = await self._process.stdin.read(1024)
            if not self._pending:
                raise EOFError
        key, self._pending = self._pending[:1], self._pending[1:]
        return key

    async def _line(self) -> bytes:
        typed = b""
        while (key := await self._key()) not in b"\r\n":
            typed += key
        if key == b"\r" and self._pending[:1] == b"\n":
            self._pending = self._pending[1:]
        return typed

    async def serve(self) -> None:
        script = self._script
        await self._print(*script.greeting)
        command = ""
        while True:
            prompt = script.prompts[self._mode]
            behind = script.after_prompt if command in script.answers else ()
            await self._print(prompt, *behind)
            if self._mode in script.keys:
                self._switch.heard.append((await self._key()).decode())
                self._mode = script.keys[self._mode]
                await self._print(b"\r\n")
                if self._mode == "gone":
                    return
                continue
            typed = await self._line()
            command = typed.decode().strip()
            if command:
                self._switch.heard.append(command)
            await self._print(script.echo(prompt, typed) if typed else b"\r\n")
            await asyncio.sleep(script.thinks)
            if command == "enable" and script.secret:
                await self._print(b"Password: ")
                given = await self._line()
                await self._print(b"\r\n")
                if given.decode() != script.secret:
                    await self._print(b"% Bad secrets\r\n\r\n")
                    continue
                self._mode = "exec"
                continue
            if command == script.paging_off:
                self._paging = False
            if command.split(" ")[0] in {"exit", "logout", "quit"} and command not in script.modes:
                return
            await self._answer(script.answers.get(command, ()))
            self._mode = script.modes.get(command, self._mode)

    async def _answer(self, pieces: Sequence[Piece]) -> None:
        if not self._paging:
            await self._print(*pieces)
            return
        lines = re.split(rb"(?<=\n)", b"".join(piece for piece in pieces if isinstance(piece, bytes)))
        while lines:
            await self._print(b"".join(lines[: self._script.page]))
            del lines[: self._script.page]
            if lines and lines != [b""]:
                await self._print(self._script.pager)
                key = await self._key()
                await self._print(self._script.erase)
                if key != b" ":
                    return
