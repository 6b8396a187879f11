"""A whole session with an ArubaOS-Switch as its SSH server sends it: every command repainted by ten characters, a line inserted for
each newline, the page wiped in the midst of an answer.

Shape: ytti/oxidized, spec/model/data, procurve#2930M-48G-PoE+_JL322A_WC.16.11.0028 (a 2930M, WC.16.11); the values are ours.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from netmiko.hp.hp_procurve import HPProcurveSSH

from pedell.drivers.api import Deadline, Target
from pedell.testing.calls import PlainEnv
from pedell_network.hp_procurve import parse
from pedell_network.options import SwitchOptions
from pedell_network.screen import Screen
from pedell_network.session import Dialect, Session
from pedell_network.terminal import ours
from tests.network.odd_switch import OddSwitch, Script
from tests.network.test_platforms import SECRETS

NAME = b"sw-b204-1"
AT = len(NAME) + 3
HOME = b"\x1b[24;1H"
PROMPT = (
    b"\x1b[1;24r" + HOME * 2 + b"\x1b[2K" + HOME + b"\x1b[?25h" + HOME * 2 + NAME + b"# " + HOME + b"\x1b[24;%dH" % AT
    + HOME + b"\x1b[?25h\x1b[24;%dH" % AT
)  # fmt: skip
PAGE = HOME + b"\x1b[2K" + HOME + b"\x1b[1;24r" + HOME
GREETING = (
    b"Aruba JL322A 2930M-48G-PoE+ Switch\r\r\nSoftware revision WC.16.11.0028\r\r\n\r\r\n"
    b" (C) Copyright 2025 Hewlett Packard Enterprise Development LP\r\n"
)
LOGIN = (
    b"\x1b[?6l\x1b[1;24r\x1b[?7h\x1b[2J\x1b[1;1H\x1b[1920;1920H\x1b[6n\x1b[1;1HYour previous successful login (as manager) was on "
    b"2026-06-09 12:53:55     \r\n from 10.0.0.2\r\n"
)
WAIT = b"\r\n\x1b[1;13r\x1b[1;1H\x1b[24;1HPress any key to continue\x1b[13;1H\x1b[?25h\x1b[24;27H"
SYSTEM = (
    b"\r\n Status and Counters - General System Information\r\n\r\n"
    b"  System Name        : sw-b204-1                                       \r\n"
    b"  System Contact     : netz@schule.example\r\n\r\n"
    b"  Software revision  : WC.16.11.0028        Base MAC Addr      : 88e9a4-000001 \r\n   \r\n"
    b"  ROM Version        : WC.17.02.0007        Serial Number      : SG00KN0001  \r\n\r\n"
    b"  Up Time            : 89 days              Memory   - Total   : 333,443,584 \r\n"
    b"  CPU Util (%)       : 0                               Free    : 170,530,252 \r\n\r\n" + PAGE + b"\r\n"
)
CONFIG = (
    b"\r\nRunning configuration:\r\n\r\n; JL322A Configuration Editor; Created on release #WC.16.11.0028\r\n\r\n"
    b'hostname "sw-b204-1"\r\nno cdp run\r\n'
    + PAGE
    + b"fault-finder duplex-mismatch-fdx sensitivity high\r\n"
    b'password manager user-name "manager" sha1\r\n'
    + PAGE
    + b' "7c4a8d09ca3762af61e59520943dc26494f8941b"\r\n'
    b'vlan 1\r\n   name "DEFAULT_VLAN"\r\n   untagged 1-48\r\n   exit\r\n\r\n'
)


def typed(prompt: bytes, command: bytes) -> bytes:
    """What comes back for a command; nothing for a key."""
    del prompt
    if not command.strip():
        return b""
    at, said = AT, b""
    for first in range(0, len(command), 10):
        part = command[first : first + 10]
        said += b"\x1b[24;%dH%s\x1b[24;%dH\x1b[?25h\x1b[24;%dH" % (at, part, at, at + len(part))
        at += len(part)
    return (
        said + b"\x1b[1;0H\x1b[1M" + HOME + b"\x1b[1L\x1b[24;%dH" % at + HOME + b"\x1b[2K" + HOME + b"\x1b[?25h" + HOME
        + b"\x1b[1;24r" + HOME
    )  # fmt: skip


@pytest.fixture
def switch() -> Iterator[OddSwitch]:
    made = OddSwitch()
    yield made
    made.stop()


def test_a_session_with_a_2930m(switch, tmp_path):
    script = Script(
        prompts={"wait": WAIT, "exec": PROMPT},
        keys={"wait": "exec"},
        greeting=(GREETING,),
        echo=typed,
        answers={"show system": [SYSTEM], "show running-config": [CONFIG]},
        size=7,
    )
    address = switch.start(script)
    options = SwitchOptions.model_validate(
        {"username": "pedell", "password": "secret://env/PASSWORD", "host_key": "accept-new"}
    )
    dialect = Dialect(ours(HPProcurveSSH), lambda base: rf"(?m:^{base}[>#] ?$)", lambda _: None)
    env = PlainEnv(tmp_path, SECRETS)
    target = Target("01J2930M", "sw", "switch", "hp-procurve", address)
    session = Session.open(dialect, target, options, env, Deadline.after(30))
    try:
        found = parse.system(session.run("show system", Deadline.after(30)))
        config = session.run("show running-config", Deadline.after(30))
    finally:
        session.close()
    assert (found["name"], found["serial"], found["firmware"]) == ("sw-b204-1", "SG00KN0001", "WC.16.11.0028")
    assert (found["mac"], found["uptime"]) == ("88:e9:a4:00:00:01", 89 * 86400)
    assert 'sha1\n "7c4a8d09ca3762af61e59520943dc26494f8941b"\nvlan 1\n' in config
    assert not any("7c4a8d09" in str(line) for line in env.transcript)


def test_what_is_seen_of_it():
    data = LOGIN + PROMPT + typed(PROMPT, b"show running-config") + CONFIG + PROMPT
    whole, bytewise = Screen(), Screen()
    whole.feed(data)
    for byte in data:
        bytewise.feed(bytes([byte]))
    assert (whole.lines, whole.line) == (bytewise.lines, bytewise.line)
    assert whole.line == "sw-b204-1# "
    assert whole.lines[2:6] == ["sw-b204-1# show running-config", "", "Running configuration:", ""]
    assert "no cdp run" in whole.lines and "fault-finder duplex-mismatch-fdx sensitivity high" in whole.lines
