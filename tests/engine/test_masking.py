"""What a driver says may hold its password: nothing of it is stored, written to a note, or logged."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import select

from pedell.drivers.api import DeviceError, Done, ErrorClass, Happened, Waiting
from pedell.engine.transcripts import unpack
from pedell.store.tables import metadata
from pedell.store.tables.journal import transcript
from tests.engine.gadget import GadgetDriver, Status
from tests.engine.test_controllers import behind_a_controller

PASSWORD = "hünter\\22"
PIECES = ("hünter", r"h\xc3\xbcnter", r"h\xfcnter", r"h\u00fcnter", r"nter\22", r"nter\\22", r"nter\x5c22")


def stored(store) -> str:
    """Everything that the store holds, transcripts unpacked."""
    found = []
    with store.reading() as connection:
        for table in metadata.sorted_tables:
            found += [repr(tuple(row)) for row in connection.execute(select(table))]
        found += [unpack(body) for body in connection.execute(select(transcript.c.body)).scalars()]
    return "\n".join(found)


def told() -> Status:
    return Status(value=f"password {PASSWORD}", open=True, presses=1, ready=True)


def say(driver, call) -> None:
    """What many drivers do: read the secret, put it on the wire, and speak of it."""
    secret = driver.env.secret("secret://env/GADGET")
    driver.env.record(">", f"login {secret}\r\n".encode())
    driver.env.record("<", f"welcome {secret}\r\n".encode("latin-1"))
    driver.env.record("#", f'{{"password": "{secret}"}}')
    call.note(f"logged in with {secret}")


def status(self, call, params):
    say(self, call)
    return told()


def done(self, call, params):
    say(self, call)
    return Done(told(), emulated=f"with {PASSWORD}", warnings=(f"still {PASSWORD}",))


def waits(self, call, params):
    say(self, call)
    return Waiting({"n": 1}, f"waits for {PASSWORD}", poll_after=0.2, deadline=30)


def refuses(self, call, params):
    say(self, call)
    raise DeviceError(ErrorClass.REFUSED, f"{PASSWORD} is wrong", hint=f"not {PASSWORD}")


def breaks(self, call, params):
    say(self, call)
    raise KeyError(f"no answer to {PASSWORD}")


def unknown(self, call, params):
    say(self, call)
    raise DeviceError(ErrorClass.TIMEOUT, f"no answer to {PASSWORD}", happened=Happened.UNKNOWN)


def probed(self, capability, call, params, evidence):
    say(self, call)
    return told()


CHECK = "  - {do: gadget.status, save_as: now}\n  - {check: \"'password' in now.value\"}\n"
CASES = {
    "a reading and its proof": ({"status": status}, CHECK, "done"),
    "a result": ({"press": done}, "  - {do: gadget.press, save_as: x}\n  - {check: x.open}\n", "done"),
    "a wait": ({"press": waits}, "  - {do: gadget.press}\n", "done"),
    "a refusal": ({"press": refuses}, "  - {do: gadget.press}\n", "failed"),
    "a read that is refused": ({"status": refuses}, "  - {do: gadget.status}\n", "failed"),
    "a bug of the driver": ({"push": breaks}, "  - {do: gadget.push}\n", "in_doubt"),
    "a probe": ({"press": unknown, "probe": probed}, "  - {do: gadget.press}\n", "done"),
}


@pytest.fixture
def secret(monkeypatch):
    monkeypatch.setenv("GADGET", PASSWORD)


@pytest.mark.parametrize("case", CASES)
def test_no_piece_of_it_is_kept(school, monkeypatch, caplog, capfd, secret, case):
    caplog.set_level(logging.DEBUG)
    methods, steps, state = CASES[case]
    for name, method in methods.items():
        plain = getattr(GadgetDriver, name)

        def wrapped(self, *args, _method=method):
            return _method(self, *args)

        wrapped.__dict__.update(plain.__dict__)
        monkeypatch.setattr(GadgetDriver, name, wrapped)
    monkeypatch.setattr(GadgetDriver, "poll", lambda self, capability, call, token: status(self, call, None))
    school.gadgets(1)
    school.book("go", steps)
    detail = school.run("go")
    assert detail.tasks[0].state == state, detail.document()
    kept = stored(school.service.around.store)
    assert "••••" in kept
    tickets = school.service.tickets
    notes = "\n".join(line.text for line in tickets.log(tickets.ensure(detail.run.ticket)))
    logged = "\n".join([*(record.getMessage() for record in caplog.records), *capfd.readouterr()])
    for place, text in {
        "store": kept,
        "notes": notes,
        "log": logged,
        "shown": str(detail.document()),
    }.items():
        assert not [piece for piece in PIECES if piece in text], place


def test_nor_of_what_is_said_in_a_shared_poll(school, monkeypatch, secret):
    behind_a_controller(school, 3)

    def many(self, capability, polls):
        for poll in polls:
            say(self, poll.call)
        return [told() for _ in polls]

    monkeypatch.setattr(GadgetDriver, "polls_together", 30)
    monkeypatch.setattr(GadgetDriver, "poll_many", many)
    school.book("go", "  - {do: gadget.brew, with: {seconds: 0.5}}\n")
    detail = school.run("go")
    assert detail.run.counts == {"done": 3}
    kept = stored(school.service.around.store)
    assert "logged in with ••••" in kept
    assert not [piece for piece in PIECES if piece in kept]
