"""The common conversation, held against a device that follows a script."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Happened
from pedell.transports.stream import Stream
from pedell_whiteboards.address import stream_url
from pedell_whiteboards.line import LineConversation, Pacing, text_lines
from tests.whiteboards.scripted import Script, hang_up, hear, say

NO, UNKNOWN = Happened.NO, Happened.UNKNOWN
AMPLE = Pacing(answer_time=30, pause=0.0, connect_time=30)
SILENCE = 0.3
"""Answer time where nothing comes."""


def talk(address: str, pacing: Pacing = AMPLE, **more: Any) -> LineConversation[bytes]:
    return LineConversation(
        stream_url(address, 0), lambda *_: None, pacing, text_lines(b"\r", b">", limit=64), **more
    )


def names(word: bytes):
    return lambda line: line.startswith(word)


def soon() -> Deadline:
    return Deadline.after(60)


def caught(call, *args: Any, **more: Any) -> tuple[ErrorClass, Happened]:
    with pytest.raises(DeviceError) as error:
        call(*args, **more)
    return error.value.error_class, error.value.happened


def test_what_is_no_answer_is_passed_over():
    script = Script(
        [
            hear(b"get volume\r"),
            say(b"#powerstate=on\r\n\0\r", b"\r\nvolume=5", b"5\r\n>", gap=0.05),
            hear(b"get input\r"),
            say(b"input=hdmi1\r>"),
        ]
    )
    with script.running() as address:
        line = talk(address)
        assert line.ask(b"get volume\r", names(b"volume"), soon()) == b"volume=55"
        assert line.ask(b"get input\r", names(b"input"), soon()) == b"input=hdmi1"
        line.close()
    assert script.accepted == 1


def test_a_late_answer_does_not_answer_the_next_question():
    script = Script([hear(b"a\r"), say(b"v=1\r"), say(b"v=old\r"), hear(b"b\r"), say(b"v=2\r")])
    with script.running() as address:
        line = talk(address, Pacing(answer_time=30, pause=0.1))
        assert line.ask(b"a\r", names(b"v"), soon()) == b"v=1"
        assert line.ask(b"b\r", names(b"v"), soon()) == b"v=2"
        line.close()


def test_a_question_is_asked_once_more_on_a_new_line():
    script = Script([hear(b"a\r")], [hear(b"a\r"), say(b"v=1\r")])
    with script.running() as address:
        line = talk(address)
        assert line.ask(b"a\r", names(b"v"), soon(), answer_time=1.5) == b"v=1"
        line.close()
    assert script.accepted == 2


def test_a_serial_server_that_serves_somebody_else():
    """Its words are no answer, and nothing has reached the line: neither a question nor an order happened."""
    words = [say(b"Port already in use\r\n"), hang_up]
    script = Script(words, words, words)
    with script.running() as address:
        line = talk(address)
        assert caught(line.ask, b"a\r", names(b"v"), soon()) == (ErrorClass.BUSY, NO)
        assert caught(line.tell, b"a\r", names(b"v"), soon()) == (ErrorClass.BUSY, NO)
        assert caught(line.tell_quietly, b"a\r", soon()) == (ErrorClass.BUSY, NO)
        line.close()


def test_a_question_is_not_asked_a_third_time():
    script = Script([hear(b"a\r")], [hear(b"a\r")], [say(b"never")])
    with script.running() as address:
        line = talk(address)
        quick = {"answer_time": SILENCE}
        assert caught(line.ask, b"a\r", names(b"v"), soon(), **quick) == (ErrorClass.TIMEOUT, NO)
        assert caught(talk(address).ask, b"a\r", names(b"v"), soon(), again=False, **quick)[1] is NO
        line.close()
    assert script.accepted == 3


@pytest.mark.parametrize(
    ("acts", "expected"),
    [
        ([hear(b"set\r")], (ErrorClass.TIMEOUT, UNKNOWN)),
        ([hear(b"set\r"), say(b"v=")], (ErrorClass.TIMEOUT, UNKNOWN)),
        ([hear(b"set\r"), hang_up], (ErrorClass.PROTOCOL, UNKNOWN)),
        ([hear(b"set\r"), say(b"x" * 100)], (ErrorClass.PROTOCOL, UNKNOWN)),
        ([hear(b"set\r"), say(b"#noise\r" * 2000)], (ErrorClass.PROTOCOL, UNKNOWN)),
    ],
    ids=["silence", "half", "cut", "no end", "chatter"],
)
def test_an_order_is_given_once_and_its_fate_is_told(acts, expected):
    script = Script(acts, [hear(b"a\r"), say(b"v=1\r")])
    with script.running() as address:
        line = talk(address)
        patience = SILENCE if expected[0] is ErrorClass.TIMEOUT else 30
        assert caught(line.tell, b"set\r", names(b"v"), soon(), answer_time=patience) == expected
        # The line was given up; the next command has one of its own.
        assert line.ask(b"a\r", names(b"v"), soon()) == b"v=1"
        line.close()
    assert script.accepted == 2


def test_an_order_that_could_not_be_sent_did_not_happen():
    script = Script()
    with script.running() as address:
        pass
    line = talk(address)
    assert caught(line.tell, b"set\r", names(b"v"), soon()) == (ErrorClass.UNREACHABLE, NO)
    assert caught(line.tell_quietly, b"set\r", soon()) == (ErrorClass.UNREACHABLE, NO)
    assert caught(line.tell, b"set\r", names(b"v"), Deadline.after(-1))[1] is NO


def test_a_line_that_the_display_has_closed_is_opened_anew():
    gone = threading.Event()
    first = [hear(b"a\r"), say(b"v=1\r"), hang_up, lambda _: gone.set()]
    script = Script(first, [hear(b"set\r"), say(b"v=2\r")])
    with script.running() as address:
        line = talk(address, Pacing(answer_time=30, pause=0.1))
        line.ask(b"a\r", names(b"v"), soon())
        assert gone.wait(30), "the end has to arrive before it can be seen"
        assert line.tell(b"set\r", names(b"v"), soon()) == b"v=2"
        line.close()


class TestSilenceAsAnswer:
    def test_silence(self):
        script = Script([hear(b"set\r"), hear(b"a\r"), say(b"v=1\r")])
        with script.running() as address:
            line = talk(address)
            assert line.tell_quietly(b"set\r", soon(), listen=0.05) == ()
            assert line.ask(b"a\r", names(b"v"), soon()) == b"v=1"
            line.close()
        assert script.accepted == 1

    def test_an_answer_all_the_same(self):
        script = Script([hear(b"set\r"), say(b"ok\r", b"err")])
        with script.running() as address:
            line = talk(address)
            started = time.monotonic()
            heard = line.tell_quietly(b"set\r", soon(), listen=40, answers=lambda frame: frame == b"ok")
            assert heard == (b"ok",)
            assert time.monotonic() - started < 30
            line.close()

    def test_a_cut_is_no_silence(self):
        script = Script([hear(b"set\r"), hang_up])
        with script.running() as address:
            assert caught(talk(address).tell_quietly, b"set\r", soon(), listen=40) == (
                ErrorClass.PROTOCOL,
                UNKNOWN,
            )


class TestGreeting:
    @staticmethod
    def greet(stream: Stream, deadline: Deadline) -> None:
        if stream.read_until(b"\r", deadline) != b"hello\r":
            raise DeviceError(ErrorClass.AUTH, "no", happened=UNKNOWN)
        stream.send(b"me\r", deadline)

    def test_before_the_first_command_of_every_line(self):
        greeting = [say(b"hello\r"), hear(b"me\r"), hear(b"a\r")]
        script = Script(greeting, [*greeting, say(b"v=1\r")])
        with script.running() as address:
            line = talk(address, greet=self.greet)
            assert line.ask(b"a\r", names(b"v"), soon(), answer_time=1.5) == b"v=1"
            line.close()

    @pytest.mark.parametrize("said", [b"go away\r", b"", b"x" * 5000])
    def test_whatever_goes_wrong_in_it_nothing_has_happened(self, said):
        script = Script([say(said)] if said else [])
        with script.running() as address:
            line = talk(address, Pacing(answer_time=0.2, connect_time=0.3), greet=self.greet)
            assert caught(line.tell, b"set\r", names(b"v"), soon())[1] is NO


def test_later_is_no_answer_yet():
    begun: list[float] = []

    class Watched(Deadline):
        def within(self, seconds: float) -> Deadline:
            begun.append(seconds)
            return super().within(seconds)

    script = Script([hear(b"set\r"), say(b"WAIT\r", b"WAIT\r", b"v=1\r", gap=0.05)])
    with script.running() as address:
        line = talk(address, Pacing(answer_time=29), prolongs=lambda frame: frame == b"WAIT")
        assert line.tell(b"set\r", names(b"v"), Watched.after(60)) == b"v=1"
        line.close()
    assert begun.count(29) == 3, "the answer's time began anew with each"


def test_the_pause_is_kept_between_commands():
    script = Script([hear(b"a\r"), say(b"v=1\r"), hear(b"b\r"), say(b"v=2\r")])
    with script.running() as address:
        line = talk(address, Pacing(answer_time=30, pause=0.2))
        started = time.monotonic()
        line.ask(b"a\r", names(b"v"), soon())
        line.ask(b"b\r", names(b"v"), soon())
        assert time.monotonic() - started >= 0.19
        line.close()


@given(st.lists(st.binary(max_size=30), max_size=6), st.integers(1, 7))
def test_lines_do_not_depend_on_how_they_arrive(parts, step):
    decode = text_lines(b"\r", b">", limit=1000)
    whole = b"\r".join(parts)
    frames, rest = [], b""
    for at in range(0, len(whole), step):
        rest += whole[at : at + step]
        while True:
            frame, rest = decode(rest)
            if frame is None:
                break
            frames.append(frame)
    expected = [piece.strip(b" \t\r\n\0") for piece in whole.replace(b">", b"\r").split(b"\r")[:-1]]
    assert frames == [piece for piece in expected if piece]
