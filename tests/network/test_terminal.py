"""The quick terminal and netmiko's own, on the same switches that greet, log, page, dribble and break off."""

from __future__ import annotations

import collections
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from netmiko.cisco.cisco_ios import CiscoIosSSH

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Happened, Target
from pedell.testing.calls import PlainEnv
from pedell_network import connecting, exchange, login, pager, texts, wire
from pedell_network.cisco_ios.conversation import DIALECT
from pedell_network.options import SwitchOptions
from pedell_network.session import Session
from tests.network.odd_switch import OddSwitch, Piece, Script

pytestmark = pytest.mark.matrix(3)

BOTH = pytest.mark.parametrize("terminal", ["fast", "stock"])
SECRETS = {"secret://env/PASSWORD": "schule", "secret://env/ENABLE": "oben"}
LOG = b"*Mar  1 00:01:02.123: %LINK-3-UPDOWN: Interface GigabitEthernet1/0/3, changed state to down\r\n"
OUT = b"line one\r\nline two\r\n"
TEXT = "line one\nline two"
Opener = Callable[..., Session]


@pytest.fixture
def switch() -> Iterator[OddSwitch]:
    made = OddSwitch()
    yield made
    made.stop()


@pytest.fixture
def opened(switch: OddSwitch, tmp_path: Path) -> Iterator[Opener]:
    sessions: list[Session] = []

    def open_(script: Script, terminal: str = "fast", seconds: float = 10.0, **options: str) -> Session:
        address = switch.start(script)
        given = SwitchOptions.model_validate(
            {
                "username": "pedell",
                "password": "secret://env/PASSWORD",
                "host_key": "accept-new",
                "terminal": terminal,
                **options,
            }
        )
        target = Target("01JODD", "odd", "switch", "cisco-ios", address)
        env = PlainEnv(tmp_path, SECRETS)
        sessions.append(Session.open(DIALECT, target, given, env, Deadline.after(seconds)))
        return sessions[-1]

    yield open_
    for session in sessions:
        session.close()


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Silence that a machine under load keeps too: the pauses of the switch stay far below it."""
    monkeypatch.setattr(exchange, "SETTLE", 0.4)
    monkeypatch.setattr(exchange, "SETTLE_NEW", 0.6)


def ask(session: Session, command: str = "show it", seconds: float = 8.0, **more: bool) -> str:
    return session.run(command, Deadline.after(seconds), **more)


@BOTH
@pytest.mark.parametrize(
    "greeting",
    [
        [b"\r\n"],
        [],
        [b"Nur fuer Befugte! # > $\r\n***** #\r\nsw0> no\r\n\r\n"],
        [b"\r\nWillkommen\r\n", 0.1, b"sw1.schule> ist ein anderer\r\n", 0.05, b"\r\n"],
        [b"\x1b[2J\x1b[1;1H\x1b[0m", b"ein \xc3", 0.02, b"\xa4 Banner mit B\xfcro\r\n"],
    ],
)
def test_banners(opened, terminal, greeting):
    session = opened(Script(greeting=greeting, answers={"show it": [OUT]}), terminal)
    assert ask(session).strip() == TEXT
    assert ask(session).strip() == TEXT


def test_a_banner_that_ends_like_a_prompt(opened):
    """Only what comes back again is the prompt."""
    script = Script(greeting=[b"Welcome #", 0.4, b"\r\n"], answers={"show it": [OUT]})
    assert ask(opened(script)) == TEXT


@BOTH
@pytest.mark.parametrize(
    "name",
    ["sw", "sw1.bert-brecht.example.org", "a-very-long-name-of-a-switch-in-a-school", "SW_1/2", "x" * 63],
)
def test_names(opened, terminal, name):
    modes = {"exec": f"{name}#", "config": f"{name[:20]}(config)#", "port": f"{name[:20]}(config-if)#"}
    script = Script(
        prompts={mode: text.encode() for mode, text in modes.items()},
        modes={"configure terminal": "config", "interface Gi1/0/1": "port", "end": "exec"},
        answers={"show it": [OUT]},
    )
    session = opened(script, terminal)
    for command in ("configure terminal", "interface Gi1/0/1", "shutdown", "end"):
        assert ask(session, command).strip() == ""
    assert ask(session).strip() == TEXT


@BOTH
@pytest.mark.parametrize("secret", ["oben", "unten"])
def test_enable(opened, switch, terminal, secret):
    script = Script(prompts={"user": b"sw1>", "exec": b"sw1#"}, secret=secret, answers={"show it": [OUT]})
    session = opened(script, terminal, enable="secret://env/ENABLE")
    if secret == "unten":
        with pytest.raises(DeviceError) as caught:
            session.enable(True, Deadline.after(5))
        assert (caught.value.error_class, caught.value.happened) == (ErrorClass.AUTH, Happened.NO)
        return
    session.enable(True, Deadline.after(5))
    assert ask(session).strip() == TEXT
    assert "oben" not in switch.heard


def test_a_switch_that_thinks_before_it_answers(opened):
    """Silence behind an echo says nothing; only behind a prompt it does."""
    script = Script(
        prompts={"user": b"sw1>", "exec": b"sw1#"},
        secret="oben",
        thinks=0.15,
        echo=lambda _, command: command if command == b"enable" else command + b"\r\n",
        answers={"show it": [OUT]},
    )
    session = opened(script, enable="secret://env/ENABLE")
    session.enable(True, Deadline.after(5))
    assert ask(session) == TEXT


@BOTH
def test_a_login_that_is_privileged_is_not_asked_twice(opened, switch, terminal):
    session = opened(Script(), terminal)
    session.enable(False, Deadline.after(5))
    assert "enable" not in switch.heard


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        # Between the lines, and cut from them.
        ([b"line one\r\n", LOG, b"line two\r\n"], TEXT),
        ([OUT, LOG], TEXT),
        # A line of the answer that looks just like the prompt: what follows proves that it is none.
        ([b"line one\r\nsw1#", 0.01, b"\r\nline two\r\n"], "line one\nsw1#\nline two"),
        ([b"line one\r\nsw1#\r\n", b"line two\r\n"], "line one\nsw1#\nline two"),
        ([b"line one\r\nsw1>", 0.012, b" and on\r\nline two\r\n"], "line one\nsw1> and on\nline two"),
        # Thinking, in the middle and at the end.
        ([b"line one\r\n", 0.6, b"line two\r\n", 0.1], TEXT),
        # Codes and characters cut in two.
        ([b"li\x1b", 0.01, b"[0mne o\x1b[3", 0.01, b"1mne\r", 0.01, b"\nline two\r\n"], TEXT),
        ([b"B\xc3", 0.01, b"\xbcro\r\n"], "Büro"),
        ([b"B\xfcro\r\n"], "Büro"),
        ([b"Saving 10%\rSaving 100%\r\n"], "Saving 100%"),
        ([], ""),
        ([b"no newline at its end"], None),
    ],
)  # fmt: skip
def test_answers(opened, pieces, expected, patient):
    session = opened(Script(answers={"show it": pieces}))
    if expected is None:  # the prompt is glued to it: nobody could tell
        with pytest.raises(DeviceError) as caught:
            ask(session, seconds=0.5)
        assert caught.value.error_class is ErrorClass.TIMEOUT
        return
    for _ in range(2):
        assert ask(session) == expected


@pytest.mark.parametrize(
    "behind",
    [
        [b"\r\n" + LOG],  # IOS: the prompt is not printed again
        [b"\r\n" + LOG, 0.05, b"\r\n" + LOG],
        [b"\r\n" + LOG + b"sw1#"],  # `logging synchronous`
        [LOG],  # behind the prompt on its own line
        [0.05, b"\r\n" + LOG],  # after we have gone on
        [b"\r\nPort 5 is off-line\r\n"],  # no form that we know: Enter tells where the prompt is
        [b"\r\n13-Nov-2026 10:00:00 :%LINK-W-Down:  gi5\r\n"],
    ],
)
def test_a_log_message_behind_the_prompt(opened, behind):
    session = opened(Script(answers={"show it": [OUT]}, after_prompt=behind))
    for _ in range(3):
        assert ask(session).split("\nsw1#")[0] == TEXT


def test_enter_is_never_sent_to_a_question(opened, switch):
    """A question waits in the middle of a line; Enter there would be an answer."""
    script = Script(answers={"show it": [b"sw1#\r\n" + LOG + b"Proceed with reload? [confirm]", 30.0]})
    session = opened(script)
    with pytest.raises(DeviceError) as caught:
        ask(session, seconds=1.5, effect=True)
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.TIMEOUT, Happened.UNKNOWN)
    assert not session.usable
    assert switch.heard[-1] == "show it"


@pytest.mark.parametrize(
    ("pager", "erase"),
    [
        (b" --More-- ", b"\x08" * 10 + b" " * 10 + b"\x08" * 10),
        (b" --More-- ", b"\r          \r"),
        (b"--More--", b"\r\x1b[K"),
        (b"  ---- More ----", b"\x1b[42D" + b" " * 42 + b"\x1b[42D"),
        (b"-- MORE --, next page: Space, next line: Enter, quit: Control-C", b"\r\x1b[2K"),
        (b"More: <space>,  Quit: q or CTRL+Z, One line: <return> ", b"\r" + b" " * 60 + b"\r"),
        (b"Press any key to continue (Q to quit)", b"\r" + b" " * 40 + b"\r"),
        (b"--More-- or (q)uit", b"\r\n"),
        (b"CTRL+C ESC q Quit SPACE n Next Page ENTER Next Entry a All", b"\x1b[2K\r"),
    ],
)
def test_a_pager_that_cannot_be_switched_off(opened, pager, erase):
    lines = [f" line {number}".encode() for number in range(17)]
    script = Script(
        answers={"show it": [b"\r\n".join([*lines, b""])]}, pager=pager, erase=erase, paging_off="never"
    )
    session = opened(script)
    assert ask(session) == "\n".join(line.decode() for line in lines)


@pytest.mark.parametrize(
    "echo",
    [
        lambda _, command: b"\r\n".join(command[i : i + 20] for i in range(0, len(command), 20)) + b"\r\n",
        lambda prompt, command: b"\r" + prompt + command + b"\r\n",
        lambda prompt, command: command[:70] + b" \r" + command[70:] + b"\r\n",
        lambda _, command: (
            command[:60] + b"\x08" * 64 + b"sw1#$" + command[40:] + b"\x1b[K\r\n"
            if len(command) > 60
            else command + b"\r\n"
        ),
        lambda _, command: b"".join(b"\x1b[24;%dH%c" % (5 + i, c) for i, c in enumerate(command)) + b"\x1bE",
    ],
)
def test_echoes(opened, echo):
    command = "show interfaces GigabitEthernet1/0/24 switchport backup detail and so on and on"
    session = opened(Script(answers={command: [OUT], "show it": [OUT]}, echo=echo))
    assert ask(session, command) == TEXT
    assert ask(session) == TEXT


@pytest.mark.parametrize("size", [1, 3])
def test_a_line_that_dribbles(opened, patient, size):
    """A prompt in the output is complete for a moment at every cut."""
    answer = b"line one\r\nsw1#\r\nline two\r\n"
    session = opened(Script(greeting=[b"ab\r\n"], answers={"show it": [answer]}, size=size, pause=0.002))
    assert ask(session) == "line one\nsw1#\nline two"


@BOTH
def test_a_long_answer(opened, terminal):
    lines = [f"interface GigabitEthernet1/0/{number} is up, line protocol is up" for number in range(20_000)]
    session = opened(Script(answers={"show it": ["\r\n".join([*lines, ""]).encode()]}), terminal)
    assert ask(session, seconds=20).strip() == "\n".join(lines)


def test_an_answer_without_end(opened, monkeypatch):
    monkeypatch.setattr(wire, "LIMIT", 100_000)
    session = opened(Script(answers={"show it": [b"x" * 50_000] * 10}))
    with pytest.raises(DeviceError) as caught:
        ask(session)
    assert caught.value.error_class is ErrorClass.PROTOCOL
    assert "longer than" in caught.value.message
    assert not session.usable


@BOTH
@pytest.mark.parametrize("pieces", [["close"], [b"line one\r\nli", "close"]])
def test_a_line_that_breaks_in_a_command(opened, terminal, pieces):
    session = opened(Script(answers={"show it": pieces}), terminal)
    began = time.monotonic()
    with pytest.raises(DeviceError) as caught:
        ask(session, effect=True)
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.PROTOCOL, Happened.UNKNOWN)
    assert time.monotonic() - began < 20
    assert not session.usable


@BOTH
def test_a_line_that_breaks_between_commands(opened, switch, terminal):
    """Nothing was sent: nothing is in doubt, and the driver sees that it needs a new line."""
    session = opened(Script(answers={"show it": [OUT]}, after_prompt=()), terminal)
    ask(session)
    switch.run(_abort(switch))
    until = time.monotonic() + 60
    while session.usable:
        assert time.monotonic() < until
        time.sleep(0.005)
    with pytest.raises(DeviceError) as caught:
        ask(session, effect=True)
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.PROTOCOL, Happened.NO)


async def _abort(switch: OddSwitch) -> None:
    for line in switch.lines:
        line.abort()


@BOTH
def test_a_switch_that_does_not_echo(opened, monkeypatch, terminal):
    monkeypatch.setattr(connecting, "PORTION", 0.6)
    script = Script(
        answers={"show it": [OUT]}, echo=lambda _, command: b"" if b"it" in command else command + b"\r\n"
    )
    session = opened(script, terminal)
    with pytest.raises(DeviceError) as caught:
        ask(session, effect=True)
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.TIMEOUT, Happened.UNKNOWN)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (b"\r\nSorry, all VTY lines in use\r\n", ErrorClass.BUSY),
        (b"Too many sessions, try later.\r\n", ErrorClass.BUSY),
        (b"Maximum number of users reached\r\n", ErrorClass.BUSY),
        (b"All user interfaces are used, please try later!\r\n", ErrorClass.BUSY),
        (b"Your password has expired.\r\nEnter old password:", ErrorClass.AUTH),
        (b"Please change your password from the default settings. Do you want to change the password (Y/N)[Y] ?",
         ErrorClass.AUTH),
        (b"User account is locked\r\n", ErrorClass.AUTH),
    ],
)  # fmt: skip
@pytest.mark.parametrize(("terminal", "closes"), [("fast", True), ("fast", False), ("stock", True)])
def test_what_a_login_may_say(opened, terminal, said, kind, closes):
    ending: list[Piece] = ["close"] if closes else [30.0]
    with pytest.raises(DeviceError) as caught:
        opened(Script(greeting=[said, *ending]), terminal, 30.0 if closes else 3.0)
    assert caught.value.error_class is kind
    assert "\n" not in caught.value.message


@pytest.mark.parametrize("key", [b"Press RETURN to continue ", b"Press RETURN to get started.\r\n"])
def test_a_key_to_press(opened, key):
    session = opened(
        Script(prompts={"wait": key, "exec": b"sw1#"}, modes={"": "exec"}, answers={"show it": [OUT]})
    )
    assert ask(session) == TEXT


def test_stock_and_fast_are_both_netmiko_s():
    assert issubclass(DIALECT.terminal, CiscoIosSSH)
    for terminal in ("fast", "stock", None):
        chosen = connecting.chosen(DIALECT.terminal, SwitchOptions(terminal=terminal))
        assert issubclass(chosen, CiscoIosSSH)
        assert (chosen is DIALECT.terminal) == (terminal == "stock")


@pytest.mark.parametrize(
    "asked", [b"Accept the policy? [y/n]", b"Do you agree (yes/no)? [yes]: ", b"Continue with setup?"]
)
def test_a_question_at_the_login_is_not_answered(opened, switch, asked):
    with pytest.raises(DeviceError, match="asks something") as caught:
        opened(Script(prompts={"asks": asked}))
    assert caught.value.error_class is ErrorClass.PRECONDITION
    assert switch.heard == []


def test_any_key_is_not_enter(opened, switch):
    script = Script(
        prompts={"wait": b"Press any key to continue", "exec": b"sw1#"},
        keys={"wait": "exec"},
        answers={"show it": [OUT]},
    )
    session = opened(script)
    assert ask(session) == TEXT
    assert switch.heard[0] == " "


def test_a_switch_that_asks_for_the_name_once_more(opened, switch):
    script = Script(
        prompts={"name": b"\r\nUser Name:", "word": b"Password:", "exec": b"sw1#"},
        modes={"pedell": "word", "schule": "exec"},
        answers={"show it": [OUT]},
    )
    assert ask(opened(script)) == TEXT
    assert switch.heard[:2] == ["pedell", "schule"]


def test_what_silence_is_on_a_line():
    """A long thought in the middle makes it no slow line; a steady dribble does."""
    line = wire.Wire.__new__(wire.Wire)
    line._gaps = collections.deque(maxlen=15)
    assert line.silence(0.01) == 0.01
    line._gaps.extend([0.0001] * 5 + [2.0] + [0.0001] * 5)
    assert line.silence(0.01) == 0.01
    line._gaps.extend([0.02] * 15)
    assert line.silence(0.01) == pytest.approx(0.08)
    line._gaps.extend([9.0] * 15)
    assert line.silence(0.01) == 0.5


@pytest.mark.parametrize(
    "line",
    [
        "*Mar  1 00:01:02.123: %LINK-3-UPDOWN: Interface Gi1/0/3, changed state to down",
        "000123: Mar  1 2026 10:00:00.123 CET: %SYS-5-CONFIG_I: Configured from console by vty0",
        "00:00:46: %LINEPROTO-5-UPDOWN: Line protocol on Interface Vlan1, changed state to up",
        "%LINK-3-UPDOWN: Interface Gi1/0/3, changed state to down",
        "13-Nov-2026 10:00:00 :%LINK-W-Down:  gi5",
        "%Jan  1 00:00:00:000 2026 sw IFNET/3/LINK_UPDOWN: GigabitEthernet1/0/5 link status is UP.",
        "03/13/2026 12:00:00.00 <Info:vlan.msgs.portLinkStateUp> Port 5 link UP at speed 1 Gbps",
        "<14> Nov 28 07:00:00 10.0.0.1-1 TRAPMGR[trapTask]: Link Up: 0/5",
    ],
)
def test_messages_of_the_log(line):
    assert texts.is_log_line(line)
    assert texts.without_log(f"one\n{line}\ntwo") == "one\ntwo"


@pytest.mark.parametrize(
    "line",
    [
        "% Invalid input detected at '^' marker.",
        "%% Non-volatile configuration memory is not present",
        "% Access VLAN does not exist. Creating vlan 30",
        "%Error opening nvram:/startup-config (No such file or directory)",
        "GigabitEthernet1/0/5 is up, line protocol is up",
        "<HP> ",
        "<sw1>",
        "03/13/2026 12:00:00",
        "100% done",
        "",
    ],
)
def test_what_is_no_message_of_the_log(line):
    assert not texts.is_log_line(line)


@given(st.text(max_size=300))
def test_any_text_may_be_said_at_a_login(said):
    trouble = login.refusal(said)
    assert trouble is None or "\n" not in trouble.message
    assert login.key_wanted(said) in {"", "any", "enter"}
    assert pager.is_more(said) in {True, False}


@pytest.mark.parametrize(
    "said",
    [
        "Password:",
        "Last login: Sat Nov 28 07:00:00 2026 from 10.0.0.1",
        "Unauthorised access is prohibited. All sessions are logged.",
        "Change your password regularly.",
        "Maximum session time is 10 minutes.",
    ],
)
def test_what_a_banner_may_say(said):
    assert login.refusal(said) is None


def test_a_banner_about_passwords_before_a_prompt(opened):
    script = Script(
        greeting=[b"Your password has expired 3 times this year.\r\n"], answers={"show it": [OUT]}
    )
    assert ask(opened(script)) == TEXT
