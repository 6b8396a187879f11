"""Mail servers that keep us waiting, drop the line, or take a notice for some of its addresses only."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from pedell.drivers.deadline import Deadline
from pedell.notify.notifier import NotifyError
from pedell_tickets.notifiers.email import Email, EmailOptions
from tests.notify.test_email import NOTICE, Secrets

Script = Callable[[socket.socket], None]


@contextmanager
def server(script: Script) -> Iterator[int]:
    """One that plays the script with each who comes."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    line, _ = listening.accept()
                    with line, suppress(OSError, StopIteration):
                        script(line)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join(60)
            assert not thread.is_alive()


def email(port: int, **more: object) -> Email:
    given = {
        "host": "127.0.0.1",
        "port": port,
        "security": "none",
        "sender": "pedell@schule.test",
        "to": ["it@schule.test"],
    }
    return Email("mail", EmailOptions.model_validate(given | more), Secrets())


class Talk:
    """A mail server's side; `refuse` are addresses that it does not take, `goodbye` its answer to QUIT, none drops the line."""

    def __init__(self, *refuse: str, goodbye: str = "221 bye") -> None:
        self.refuse = set(refuse)
        self.goodbye = goodbye
        self.taken: list[list[str]] = []

    def __call__(self, line: socket.socket) -> None:
        file = line.makefile("rwb", buffering=0)
        to: list[str] = []

        def say(text: str) -> None:
            file.write(f"{text}\r\n".encode())

        say("220 mail.test")
        while word := file.readline().decode().strip():
            verb = word[:4].upper()
            if verb == "RCPT":
                address = word.partition("<")[2].partition(">")[0]
                if address in self.refuse:
                    say("450 later, perhaps")
                    continue
                to.append(address)
            if verb == "DATA":
                say("354 go on")
                while file.readline() not in (b".\r\n", b""):
                    pass
                self.taken.append(to)
            if verb == "QUIT":
                if self.goodbye:
                    say(self.goodbye)
                return
            say("250 ok")


@pytest.mark.parametrize("goodbye", ["421 closing", "500 what?", ""], ids=["421", "500", "drops"])
def test_what_the_server_says_to_our_goodbye_changes_nothing(goodbye: str) -> None:
    """It has taken the notice: told that it failed, we would send it every quarter of an hour, for days."""
    talk = Talk(goodbye=goodbye)
    with server(talk) as port:
        email(port).send(NOTICE, Deadline.after(60))
    assert talk.taken == [["it@schule.test"]]


def test_whom_it_has_reached_gets_it_once() -> None:
    talk = Talk("b@schule.test")
    with server(talk) as port:
        made = email(port, to=["a@schule.test", "b@schule.test", "c@schule.test"])
        for _ in range(2):
            with pytest.raises(NotifyError, match=r"refused for (1 of 3|all 1) addresses"):
                made.send(NOTICE, Deadline.after(60))
        talk.refuse.clear()
        made.send(NOTICE, Deadline.after(60))
    assert talk.taken == [["a@schule.test", "c@schule.test"], ["b@schule.test"]]


def test_a_line_that_drops_before_the_answer_is_tried_again() -> None:
    def drop(line: socket.socket) -> None:
        line.sendall(b"220 mail.test\r\n")
        line.recv(100)

    with server(drop) as port, pytest.raises(NotifyError, match=r"127\.0\.0\.1"):
        email(port).send(NOTICE, Deadline.after(60))


@pytest.mark.parametrize("security", ["none", "tls"])
def test_a_server_that_drips_keeps_us_no_longer_than_the_deadline(security: str) -> None:
    """Each byte begins the time limit of a single read anew."""
    gone = threading.Event()

    def drip(line: socket.socket) -> None:
        line.sendall(b"220-" if security == "none" else b"\x16\x03\x03\x40\x00")
        try:
            while True:
                line.sendall(b"x")
                line.settimeout(0.05)
                with suppress(TimeoutError):
                    if not line.recv(4096):
                        break
        finally:
            gone.set()

    with server(drip) as port:
        with pytest.raises(NotifyError, match="in time"):
            email(port, security=security).send(NOTICE, Deadline.after(0.5))
        assert gone.wait(60), "the line is given back"
