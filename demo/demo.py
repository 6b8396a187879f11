"""`make demo`: a ticket comes in, Pedell repairs a room of the virtual school, and everybody can see that it did.

Every step is the command that a person would type. Ends with 0 only when all of it held; whatever happens, what it
started is stopped and its folder removed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

BOARD = "bbg-b204-board"
TITLE = "Kein Bild in Raum B204"
R = TypeVar("R")


class DemoError(Exception):
    """A step did not hold."""


class Demo:
    """One data folder and the commands run on it."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.environ = {**os.environ, "PEDELL_DATA": str(data), "PYTHONUNBUFFERED": "1"}
        self.environ.pop("PEDELL_CONFIG", None)
        self.number = 0

    def step(self, text: str) -> None:
        """A headline."""
        self.number += 1
        print(
            f"\n\033[1m{self.number}. {text}\033[0m" if sys.stdout.isatty() else f"\n{self.number}. {text}",
            flush=True,
        )

    def show(self, *words: str, allowed: tuple[int, ...] = (0,)) -> None:
        """Run a command before everybody's eyes."""
        print(f"$ pedell {' '.join(word if ' ' not in word else repr(word) for word in words)}", flush=True)
        done = subprocess.run(
            [*PEDELL, *words], env=self.environ, stdin=subprocess.DEVNULL, timeout=180, check=False
        )
        hold(done.returncode in allowed, f"'pedell {words[0]}' ended with {done.returncode}")

    def ask(self, *words: str) -> Any:
        """What a command answers to a program."""
        done = subprocess.run(
            [*PEDELL, *words, "--json"], env=self.environ, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=180, check=False,
        )  # fmt: skip
        hold(
            done.returncode == 0,
            f"'pedell {' '.join(words)}' ended with {done.returncode}: {done.stdout}{done.stderr}",
        )
        return json.loads(done.stdout)


PEDELL = (sys.executable, "-m", "pedell.cli.main")


def hold(condition: object, otherwise: str) -> None:
    """Go on only where it is so."""
    if not condition:
        raise DemoError(otherwise)


def wait_for(what: Callable[[], R], otherwise: str, seconds: float = 90) -> R:
    """Ask until there is an answer."""
    until = time.monotonic() + seconds
    while not (found := what()):
        hold(time.monotonic() < until, otherwise)
        time.sleep(0.1)
    return found


@contextmanager
def serving(demo: Demo) -> Iterator[str]:
    """`pedell serve` on a free port; its URL."""
    log = demo.data / "serve.log"
    with log.open("w") as errors, subprocess.Popen(
        [*PEDELL, "serve", "--port", "0"], env=demo.environ, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=errors, text=True,
    ) as server:  # fmt: skip
        try:
            assert server.stdout is not None
            line = server.stdout.readline()
            hold("http://" in line, f"'pedell serve' does not start: {line}{log.read_text()}")
            yield "http://" + line.split("http://", 1)[1].strip()
        finally:
            server.terminate()
            try:
                code = server.wait(25)
            except subprocess.TimeoutExpired:
                server.kill()
                raise DemoError("'pedell serve' does not stop") from None
        hold(code == 0, f"'pedell serve' ended with {code}")


@contextmanager
def school(demo: Demo) -> Iterator[None]:
    """The virtual school."""
    demo.show("lab", "up", "--detach")
    try:
        yield
    finally:
        demo.show("lab", "down")


def send(demo: Demo, url: str, ticket: dict[str, str]) -> None:
    """What a ticket system does: a signed POST (docs/webhooks.md)."""
    secret = (demo.data / "secrets/webhook").read_text().strip()
    body, stamp, delivery = json.dumps(ticket).encode(), str(int(time.time())), str(uuid.uuid4())
    signature = hmac.new(secret.encode(), f"{stamp}.{delivery}.".encode() + body, hashlib.sha256).hexdigest()
    headers = {"Content-Type": "application/json", "X-Pedell-Timestamp": stamp, "X-Pedell-Delivery": delivery,
               "X-Pedell-Signature": f"v1={signature}"}  # fmt: skip
    request = urllib.request.Request(f"{url}/hooks/generic", body, headers)
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
        print(f"POST {url}/hooks/generic  {ticket}  -> {answer.status}")


def state(demo: Demo) -> dict[str, Any]:
    """What somebody standing before the board would see."""
    (board,) = demo.ask("lab", "status", BOARD)["simulators"]
    seen: dict[str, Any] = board
    return seen


def play(demo: Demo) -> None:
    """The story."""
    demo.step("A virtual school, and Pedell beside it")
    demo.show("init")
    with school(demo):
        with serving(demo) as url:
            # The picture has gone, as it does; sound and network are still there.
            demo.show("lab", "change", BOARD, "panel=1", "volume=12")
            hold(state(demo)["state"]["panel"] == 1, "the board still shows a picture")
            repair(demo, url)
        demo.step("Everything is stopped again")


def repair(demo: Demo, url: str) -> None:
    """From the ticket to the device and back."""
    demo.step("A ticket comes in")
    send(
        demo,
        url,
        {
            "title": TITLE,
            "body": "Die Tafel bleibt schwarz, in zehn Minuten beginnt die Stunde.",
            "site": "bert-brecht",
        },
    )
    (proposal, *_) = wait_for(lambda: demo.ask("tickets", "proposals")["proposals"], "nothing was proposed")
    demo.show("tickets", "proposals")
    hold(proposal["playbook"] == "no-picture", f"{proposal['playbook']} was proposed")

    demo.step("What would be done")
    demo.show("plan", proposal["playbook"], "--on", proposal["selector"])

    demo.step("It is done")
    demo.show("run", "--proposal", str(proposal["no"]))

    demo.step("Proof, before and after")
    run = demo.ask("runs", "list")["runs"][0]
    detail = demo.ask("runs", "show", str(run["no"]))
    demo.show("runs", "show", str(run["no"]))
    devices = {task["device"]: task for task in detail["tasks"]}
    hold(all(task["state"] == "done" for task in devices.values()), f"not all devices are done: {devices}")
    hold(
        devices[BOARD]["proofs"] and all(proof["ok"] for proof in devices[BOARD]["proofs"]),
        "there is no proof",
    )
    board = state(demo)
    seen = {name: board["state"][name] for name in ("power", "panel", "volume")}
    hold(seen == {"power": "on", "panel": 0, "volume": 12}, f"the board itself says {seen}")
    # The gentlest cure helped: the picture was switched on again, and nothing was restarted.
    hold(board["effects"] == {"panel": 1}, f"something else was done to the board: {board['effects']}")
    print(f"The board itself says {seen}, and counted: {board['effects']}")

    demo.step("The ticket knows, and the journal is whole")
    ticket = str(proposal["ticket"])
    wait_for(
        lambda: [line for line in demo.ask("tickets", "log", ticket)["log"] if line["run"] == run["no"]],
        "the ticket has no note",
    )
    demo.show("tickets", "log", ticket)
    demo.show("audit", "verify")


def leftovers(data: Path) -> list[str]:
    """Processes that still work on the folder."""
    mark = f"PEDELL_DATA={data}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (folder / "environ").read_bytes().split(b"\0"):
                found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


def main() -> int:
    """Play it; 0 when all of it held."""
    started = time.monotonic()
    data = Path(tempfile.mkdtemp(prefix="pedell-demo-"))
    demo = Demo(data)
    try:
        play(demo)
        wait_for(lambda: not leftovers(data), "something still runs", 5)
    except (DemoError, subprocess.TimeoutExpired, OSError, LookupError, ValueError) as error:
        print(f"\nThe demo failed: {type(error).__name__}: {error}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(data, ignore_errors=True)
    print(f"\nAll of it held, in {time.monotonic() - started:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
