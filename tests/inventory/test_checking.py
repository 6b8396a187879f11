from __future__ import annotations

import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pedell.drivers.api import ControllerTarget, Deadline, Target
from pedell.engine.leases import Leases
from pedell.hooks.plugins import Plugins
from pedell.inventory import checking
from pedell.inventory.checking import Checked, Checker, Outcome, Subject
from pedell.testing.calls import PlainEnv
from tests.inventory import family


class Screen(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        server = self.server
        assert isinstance(server, Screens)
        if not self.request.recv(100):
            return
        with server.counting:
            server.talking += 1
            server.most = max(server.most, server.talking)
        server.thinking.wait(0.01)
        # Counted out before the answer: the client may be gone, and the next one here, right after it.
        with server.counting:
            server.talking -= 1
        if server.answer:
            self.request.sendall(server.answer)
        else:
            self.request.recv(100)


class Screens(socketserver.ThreadingTCPServer):
    daemon_threads = False
    allow_reuse_address = True

    def __init__(self, answer: bytes) -> None:
        super().__init__(("127.0.0.1", 0), Screen)
        self.answer = answer
        self.counting = threading.Lock()
        self.thinking = threading.Event()
        self.talking = 0
        self.most = 0

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


@pytest.fixture
def screen() -> Iterator[Callable[[bytes], Screens]]:
    running: list[tuple[Screens, threading.Thread]] = []

    def start(answer: bytes) -> Screens:
        server = Screens(answer)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        running.append((server, thread))
        return server

    yield start
    for server, thread in running:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def leases(tmp_path: Path) -> Iterator[Leases]:
    made = Leases(tmp_path)
    yield made
    made.close()


@pytest.fixture
def check(plugins: Plugins, leases: Leases, tmp_path: Path) -> Callable[..., dict[str, Checked]]:
    def run(
        *targets: Target, seconds: float = 30.0, threads: int = 8, rests: dict[str, float] | None = None
    ) -> dict[str, Checked]:
        checker = Checker(
            plugins, lambda _: PlainEnv(tmp_path), leases.lease, seconds=seconds, threads=threads, rests=rests
        )
        answers = list(checker.run([Subject(no, target) for no, target in enumerate(targets, 1)]))
        assert len(answers) == len(targets)
        return {answer.target.name: answer for answer in answers}

    return run


def target(name: str, address: str, *, driver: str = "line", serial: str = "") -> Target:
    return Target(id=name, name=name, kind="whiteboard", driver=driver, address=address, serial=serial)


def test_each_answer_has_its_word(
    check: Callable[..., dict[str, Checked]], screen: Callable[[bytes], Screens]
) -> None:
    good = screen(b"I am S1\n").address
    found = check(
        target("good", good, serial="s1"),
        target("new", screen(b"I am S2\n").address),
        target("shy", screen(b"I am \n").address),
        target("moved", screen(b"I am S3\n").address, serial="S9"),
        target("no", screen(b"no\n").address),
        target("garbled", screen(b"\x7fELF\n").address),
        target("gone", "127.0.0.1:1"),
        target("unknown", good, driver="nothing"),
        target("buggy", good + "0", driver="buggy"),
    )
    found |= check(target("silent", screen(b"").address), seconds=0.5)
    assert {name: str(answer.outcome) for name, answer in found.items()} == {
        "good": "ok", "new": "ok", "shy": "ok", "moved": "differs", "no": "refused", "garbled": "failed",
        "gone": "unreachable", "unknown": "failed", "buggy": "failed", "silent": "unreachable",
    }  # fmt: skip
    assert found["good"].message == ""
    assert "S2 is not in the inventory" in found["new"].message
    assert "another device" in found["shy"].message
    assert "S9" in found["moved"].message
    assert found["no"].hint == "see the sticker"
    assert "no driver nothing" in found["unknown"].message
    assert "KeyError" in found["buggy"].message
    assert "hunter2" not in found["buggy"].message


def test_one_endpoint_one_conversation(
    check: Callable[..., dict[str, Checked]], screen: Callable[[bytes], Screens]
) -> None:
    server = screen(b"I am S1\n")
    found = check(*[target(f"d{i}", server.address) for i in range(20)], threads=16)
    assert {str(answer.outcome) for answer in found.values()} == {"ok"}
    assert server.most == 1


def test_a_controller_bears_only_so_many(
    check: Callable[..., dict[str, Checked]], screen: Callable[[bytes], Screens]
) -> None:
    server = screen(b"I am S1\n")
    mdm = ControllerTarget("C", "mdm", "demo", "x")
    # Addresses that differ, of one server: endpoints of their own behind one controller.
    targets = [
        Target(
            id=f"i{n}",
            name=f"i{n}",
            kind="ipad",
            driver="pupil",
            address=f"{n}@{server.address}",
            controller=mdm,
        )
        for n in range(12)
    ]
    found = check(*targets, threads=12)
    assert {str(answer.outcome) for answer in found.values()} == {"ok"}
    assert 1 <= server.most <= 2


def test_who_repairs_is_not_disturbed(
    check: Callable[..., dict[str, Checked]], screen: Callable[[bytes], Screens], tmp_path: Path
) -> None:
    server = screen(b"I am S1\n")
    other = Leases(tmp_path)
    try:
        with other.lease(f"line:{server.address}", Deadline.after(1)):
            found = check(target("d", server.address), seconds=0.3)
        assert str(found["d"].outcome) == "refused"
        assert "in use" in found["d"].message
        assert str(check(target("d", server.address))["d"].outcome) == "ok"
    finally:
        other.close()


def test_a_driver_that_hangs_holds_up_nobody(
    check: Callable[..., dict[str, Checked]],
    screen: Callable[[bytes], Screens],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(checking, "GRACE", 0.3)
    family.HANGING.clear()
    before = set(threading.enumerate())
    started = time.monotonic()
    try:
        address = screen(b"I am S1\n").address
        found = check(
            target("stuck", "10.0.0.1:1", driver="hanging"),
            target("next", "10.0.0.1:1", driver="hanging"),
            target("good", address),
            seconds=2.0, threads=1,
        )  # fmt: skip
        assert {name: str(answer.outcome) for name, answer in found.items()} == {
            "stuck": "unreachable", "next": "unreachable", "good": "ok",
        }  # fmt: skip
        assert "did not come back" in found["stuck"].message
        assert time.monotonic() - started < 40, "the driver hangs for a minute"
    finally:
        family.HANGING.set()
        for thread in set(threading.enumerate()) - before:
            if thread.name == "check":
                thread.join(30)


def test_a_controller_that_rests_is_left_alone(
    check: Callable[..., dict[str, Checked]], screen: Callable[[bytes], Screens]
) -> None:
    server = screen(b"I am S1\n")
    mdm = ControllerTarget("C1", "mdm", "line", "")
    behind = replace(target("behind", server.address), controller=mdm)
    found = check(behind, target("beside", screen(b"I am S2\n").address), rests={"C1": 300.0, "C2": 300.0})
    assert (found["behind"].outcome, server.most) == (Outcome.REFUSED, 0)
    assert "mdm wants to be left alone for another 300 s" in found["behind"].message
    assert found["beside"].outcome == Outcome.OK
