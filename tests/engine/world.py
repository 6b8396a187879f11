"""A world of gadgets in a process of its own: keeps state, logs every effect, misbehaves on request.

It outlives an engine that is killed, so that what really happened can be counted afterwards.
One request per line, `verb device [token [argument]]`; every effect names the attempt that asks for it.
`ready device` ends what takes its time. A conversation begins with `hello device`; a second one while the first is open is remembered as an overlap.
`fault device verb kind [times]` prepares trouble: hang (no answer, nothing happens), drop (happens, then the
line is cut), cut (the line is cut, nothing happens), no (an error answer), slow (answers after half a second), late
(logs `asked`, and answers once somebody says `go device`).
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

_PARTING = 1.0
"""Seconds that the end of a killed process's line may take."""
EFFECTS = {"press", "set", "shut", "open", "brew"}


class Gadget:
    def __init__(self) -> None:
        self.value = "0"
        self.port_open = True
        self.tokens: list[str] = []
        self.ready_at = 0.0
        self.faults: dict[str, list] = {}
        self.go = asyncio.Event()
        self.talks: dict[asyncio.StreamReader, asyncio.StreamWriter] = {}


class World:
    def __init__(self, log: Path) -> None:
        self.gadgets: dict[str, Gadget] = {}
        self.said: Counter[asyncio.StreamReader] = Counter()
        self.log = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def write(self, verb: str, name: str, *more: str) -> None:
        os.write(self.log, (" ".join([f"{time.time():.6f}", verb, name, *more]) + "\n").encode())

    async def hello(self, name: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Somebody begins to talk to the gadget: only one may at a time.

        A process that is killed gives its leases back before its lines end, so that the next one may come while the end
        of the last is still on its way. Two talk at once where the other one says more, or stays.
        """
        talks = self.gadgets[name].talks
        said = {other: self.said[other] for other in talks}
        until = time.monotonic() + _PARTING
        while True:
            for other, line in list(talks.items()):
                if other.at_eof() or other.exception() is not None or line.is_closing():
                    del talks[other]
            if not talks or time.monotonic() > until:
                break
            if any(self.said[other] != said.get(other, 0) for other in talks):
                break
            await asyncio.sleep(0.01)
        self.write("overlap" if talks else "hello", name)
        talks[reader] = writer

    def answer(self, verb: str, name: str, token: str, argument: str) -> str:
        gadget = self.gadgets.setdefault(name, Gadget())
        if verb == "status":
            return f"ok value={gadget.value} open={int(gadget.port_open)} presses={len(gadget.tokens)} ready={int(time.time() >= gadget.ready_at)}"
        if verb == "id":
            return f"ok serial=SN-{name}"
        if verb == "ready":
            gadget.ready_at = 0.0
            return "ok"
        if verb == "go":
            gadget.go.set()
            return "ok"
        if verb == "did":
            return "ok yes" if token in gadget.tokens else "ok no"
        if verb in EFFECTS:
            self.write(verb, name, token, argument)
            if verb == "press":
                gadget.tokens.append(token)
            elif verb == "set":
                gadget.value = argument
            elif verb == "brew":
                gadget.ready_at = time.time() + float(argument or 0.5)
            else:
                gadget.port_open = verb == "open"
            return "ok"
        return "error unknown"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                verb, name, *rest = line.decode().split()
                self.said[reader] += 1
                gadget = self.gadgets.setdefault(name, Gadget())
                if verb == "hello":
                    await self.hello(name, reader, writer)
                    writer.write(b"ok\n")
                    continue
                if verb == "fault":
                    gadget.faults[rest[0]] = [rest[1], int(rest[2]) if len(rest) > 2 else 0]
                    writer.write(b"ok\n")
                    continue
                kind = ""
                if verb in gadget.faults:
                    kind, times = gadget.faults[verb]
                    if times == 1:
                        del gadget.faults[verb]
                    elif times:
                        gadget.faults[verb][1] -= 1
                if kind == "hang":
                    await asyncio.sleep(3600)
                if kind == "cut":
                    return
                if kind == "no":
                    writer.write(b"error no\n")
                    continue
                if kind == "late":
                    self.write("asked", name)
                    await gadget.go.wait()
                if kind == "slow":
                    await asyncio.sleep(0.5)
                answer = self.answer(verb, name, rest[0] if rest else "", " ".join(rest[1:]))
                if kind == "drop":
                    return
                writer.write(f"{answer}\n".encode())
                await writer.drain()
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            for gadget in self.gadgets.values():
                gadget.talks.pop(reader, None)
            self.said.pop(reader, None)
            writer.close()


async def main(log: str) -> None:
    world = World(Path(log))
    server = await asyncio.start_server(world.serve, "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)  # ends with its parent
    server.close()
    os._exit(0)


class WorldProcess:
    """The world, from outside."""

    def __init__(self, folder: Path) -> None:
        self.log = folder / "effects.log"
        self.process = subprocess.Popen(
            [sys.executable, __file__, str(self.log)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())

    def ask(self, *words: str) -> str:
        import socket

        with socket.create_connection(("127.0.0.1", self.port), 30) as line:
            line.sendall((" ".join(words) + "\n").encode())
            return line.makefile().readline().strip()

    def effects(self) -> Counter[tuple[str, str]]:
        """How often each verb reached each gadget."""
        found: Counter[tuple[str, str]] = Counter()
        for line in self.lines():
            if line[1] in EFFECTS:
                found[line[1], line[2]] += 1
        return found

    def overlaps(self) -> list[str]:
        """Gadgets that somebody began to talk to while somebody else did."""
        return [line[2] for line in self.lines() if line[1] == "overlap"]

    def lines(self) -> list[list[str]]:
        return [line.split() for line in self.log.read_text().splitlines()] if self.log.exists() else []

    def close(self) -> None:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
