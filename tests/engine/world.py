"""A world of gadgets in a process of its own: keeps state, logs every effect, misbehaves on request.

It outlives an engine that is killed, so that what really happened can be counted afterwards.
One request per line, `verb device [argument]`; `fault device verb kind [times]` prepares trouble:
hang (no answer, nothing happens), drop (happens, then the line is cut), cut (the line is cut, nothing
happens), no (an error answer), slow (answers after half a second).
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

EFFECTS = {"press", "set", "shut", "open", "brew"}


class Gadget:
    def __init__(self) -> None:
        self.value = "0"
        self.port_open = True
        self.tokens: list[str] = []
        self.ready_at = 0.0
        self.faults: dict[str, list] = {}


class World:
    def __init__(self, log: Path) -> None:
        self.gadgets: dict[str, Gadget] = {}
        self.log = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self.open_lines: Counter[str] = Counter()

    def effect(self, verb: str, name: str, argument: str) -> None:
        os.write(self.log, f"{time.time():.6f} {verb} {name} {argument}\n".encode())

    def answer(self, verb: str, name: str, argument: str) -> str:
        gadget = self.gadgets.setdefault(name, Gadget())
        if verb == "status":
            return f"ok value={gadget.value} open={int(gadget.port_open)} presses={len(gadget.tokens)} ready={int(time.time() >= gadget.ready_at)}"
        if verb == "id":
            return f"ok serial=SN-{name}"
        if verb == "did":
            return "ok yes" if argument in gadget.tokens else "ok no"
        if verb in EFFECTS:
            self.effect(verb, name, argument)
            if verb == "press":
                gadget.tokens.append(argument)
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
                gadget = self.gadgets.setdefault(name, Gadget())
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
                if kind == "slow":
                    await asyncio.sleep(0.5)
                answer = self.answer(verb, name, " ".join(rest))
                if kind == "drop":
                    return
                writer.write(f"{answer}\n".encode())
                await writer.drain()
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
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
            [sys.executable, __file__, str(self.log)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())

    def ask(self, *words: str) -> str:
        import socket

        with socket.create_connection(("127.0.0.1", self.port), 5) as line:
            line.sendall((" ".join(words) + "\n").encode())
            return line.makefile().readline().strip()

    def effects(self) -> Counter[tuple[str, str]]:
        """How often each verb reached each gadget."""
        found: Counter[tuple[str, str]] = Counter()
        for line in self.lines():
            found[line[1], line[2]] += 1
        return found

    def lines(self) -> list[list[str]]:
        return [line.split() for line in self.log.read_text().splitlines()] if self.log.exists() else []

    def close(self) -> None:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(5)
        self.process.stdout.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
