"""The lab as a process: in the foreground until it is told to end, or detached once it is ready."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pedell.errors import Finding, PedellError, UsageError
from pedell.i18n import t
from pedell.lab.door import Door
from pedell.lab.place import Place, Running
from pedell.lab.school import School
from pedell.lab.secrets import secret_names
from pedell.lab.simulator import Simulator
from pedell.lab.stage import Stage

READY_LIMIT = 180.0
DOWN_LIMIT = 10.0


def play(
    place: Place, school: School, kinds: Mapping[str, type[Simulator]], ready: Callable[[Stage], None]
) -> None:
    """Play the school until SIGTERM, SIGINT or the door's `stop`.

    `ready` is called in a thread once every simulator answers; when it raises, the lab ends with that error.
    Raises ConflictError where a lab runs already, PedellError where a simulator does not start.
    """
    _more_files()
    with place.held():
        place.effects.unlink(missing_ok=True)
        asyncio.run(_play(place, school, kinds, ready))


def _more_files() -> None:
    """A whole city needs more sockets than the usual 1024."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


async def _play(
    place: Place, school: School, kinds: Mapping[str, type[Simulator]], ready: Callable[[Stage], None]
) -> None:
    ending = asyncio.Event()
    loop = asyncio.get_running_loop()
    if threading.current_thread() is threading.main_thread():  # elsewhere only the door ends it
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.add_signal_handler(number, ending.set)
    stage = Stage(kinds, place.effects)
    door = Door(stage, ending.set)
    try:
        starting = asyncio.create_task(
            stage.start(school, place.make_secrets(secret_names(school)), place.ports())
        )
        if not await _unless(ending, starting):
            return
        place.keep_ports(place.ports() | stage.ports())
        await door.open()
        await asyncio.to_thread(ready, stage)
        place.announce(Running(os.getpid(), door.url, door.token, time.time()))
        await ending.wait()
    finally:
        await door.close()
        await stage.stop()


async def _unless(ending: asyncio.Event, work: asyncio.Task[None]) -> bool:
    """Wait for the work; False where the end came first. Raises what the work raises."""
    end = asyncio.create_task(ending.wait())
    try:
        await asyncio.wait({work, end}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        end.cancel()
        if not work.done():
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
    if work.cancelled():
        return False
    work.result()
    return True


def detach(place: Place, arguments: Sequence[str], environ: Mapping[str, str]) -> dict[str, Any]:
    """Start `pedell ARGUMENTS --ready-fd N` in a session of its own; returns what it reports when ready.

    Raises PedellError with its reason, its mistakes and its exit code where it does not get that far.
    """
    place.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    inside, outside = os.pipe()
    try:
        with place.log.open("wb") as log:
            child = subprocess.Popen(
                [sys.executable, "-m", "pedell.cli.main", *arguments, "--ready-fd", str(outside)],
                pass_fds=(outside,), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, cwd="/", env=dict(environ),
            )  # fmt: skip
        os.close(outside)
        report = _read_report(inside)
    finally:
        os.close(inside)
    if "error" not in report:
        return report
    try:
        child.wait(DOWN_LIMIT)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    findings = [Finding(**finding) for finding in report.get("findings", ())]
    kind = UsageError if report.get("exit_code") == UsageError.exit_code else PedellError
    raise kind(
        t("the lab does not start: {error}", error=report["error"] or _last_line(place.log)),
        hint=str(report.get("hint") or ("" if findings else place.log)),
        findings=findings,
    )


def _read_report(inside: int) -> dict[str, Any]:
    until, text = time.monotonic() + READY_LIMIT, b""
    while not text.endswith(b"\n"):
        if not select.select([inside], [], [], max(0.0, until - time.monotonic()))[0]:
            return {"error": t("not ready after {seconds} s", seconds=int(READY_LIMIT))}
        part = os.read(inside, 65536)
        if not part:
            return {"error": ""}
        text += part
    found: dict[str, Any] = json.loads(text)
    return found


def _last_line(path: Path) -> str:
    lines = path.read_text("utf-8", errors="replace").strip().splitlines()
    return lines[-1][:300] if lines else t("it ended without a word")


def failure(error: Exception) -> dict[str, Any]:
    """What the waiting parent is told of the error that ends the lab before it is ready."""
    words = {"error": str(error) or type(error).__name__}
    if not isinstance(error, PedellError):
        return words
    found = [dataclasses.asdict(finding) for finding in error.findings]
    return {**words, "hint": error.hint, "exit_code": error.exit_code, "findings": found}


def report(descriptor: int, words: Mapping[str, Any]) -> None:
    """Tell the waiting parent how it went; it may have gone away meanwhile."""
    try:
        os.write(descriptor, json.dumps(dict(words)).encode() + b"\n")
        os.close(descriptor)
    except OSError:
        pass


def down(place: Place) -> bool:
    """End the lab: politely through its door, then by signals. False where none ran."""
    from pedell.lab.client import LabClient

    pid = place.pid()
    if pid is None:
        return False
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        try:
            LabClient(place).stop()
        except PedellError:
            signal.pidfd_send_signal(process, signal.SIGTERM)
        if not _ended(process):
            signal.pidfd_send_signal(process, signal.SIGKILL)
            if not _ended(process):
                raise PedellError(t("the lab does not end"), hint=str(place.folder))
    finally:
        os.close(process)
    return True


def _ended(process: int) -> bool:
    """Wait for the process, not only for its lock: nothing of it is to be left when we return."""
    return bool(select.select([process], [], [], DOWN_LIMIT)[0])
