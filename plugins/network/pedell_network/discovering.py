"""Who is there: the greeting of an SSH server, and what an agent says of itself by SNMP. Nothing logs in.

One connection to port 22 hears the greeting and is closed. By SNMP only those logins are tried that the inventory has for
the site already; none is guessed.

Sources: RFC 4253 section 4.2 (identification strings); greetings as public captures and nmap's service probes have them.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pedell.drivers.api import Deadline, DeviceError, Env, Found, Target
from pedell.i18n import t
from pedell_network.texts import one_line

if TYPE_CHECKING:
    from pedell_network.snmp.identity import Identified

SSH = 22
_KNOCKING = 1.5
"""Seconds that a connection may take; most addresses of a network are nobody's."""
_GREETING = 2.0
"""Seconds that the greeting is waited for."""
_ANSWER = 1.0
"""Seconds for each answer by SNMP."""
_LOGINS = 3
"""Logins that are tried at most, the site's most used first."""
_GREETINGS = (
    (re.compile(r"SSH-[\d.]+-Cisco-1\."), "cisco-ios", "Cisco"),
    (re.compile(r"SSH-[\d.]+-ROSSSH"), "mikrotik-routeros", "MikroTik"),
    (re.compile(r"SSH-[\d.]+-Comware-"), "hp-comware", "HPE"),
)
"""Greetings that one firmware alone has; most others are of libraries that many use."""


def greeting(host: str, deadline: Deadline) -> str:
    """What an SSH server says before anything is asked; empty where nobody answers, or something else."""
    within = min(_KNOCKING, deadline.left())
    if within <= 0:
        return ""
    try:
        with socket.create_connection((host, SSH), within) as line:
            return _first_line(line, deadline.within(_GREETING))
    except (OSError, UnicodeError):
        return ""


def _first_line(line: socket.socket, deadline: Deadline) -> str:
    # A server may send lines of its own before the one that begins with SSH-.
    heard = b""
    while not deadline.passed() and len(heard) < 4096:
        line.settimeout(max(deadline.left(), 0.01))
        more = line.recv(1024)
        if not more:
            break
        heard += more
        found = re.search(rb"(?:^|\n)(SSH-[\x20-\x7e]{1,250})\r?\n", heard)
        if found:
            return found[1].decode("ascii").strip()
    return ""


def by_greeting(host: str, said: str, note: str = "") -> Found | None:
    """What is proposed for a greeting alone."""
    if not said:
        return None
    for pattern, driver, maker in _GREETINGS:
        if pattern.match(said):
            told = t("by its SSH greeting alone: {greeting}", greeting=one_line(said, 80))
            return Found(driver, "switch", host, manufacturer=maker, note=f"{told}; {note}" if note else told)
    told = t("an SSH server, driver not known: {greeting}", greeting=one_line(said, 80))
    return Found("", "switch", host, note=f"{told}; {note}" if note else told)


def login_of(options: Mapping[str, Any]) -> Mapping[str, Any]:
    """The part of a device's SNMP options that asks another one in the same way: references, never what they stand for."""
    names = (
        "community", "write_community", "user", "auth", "auth_password", "privacy", "privacy_password", "port",
    )  # fmt: skip
    return {name: options[name] for name in names if options.get(name)}


def discover(host: str, logins: Sequence[Mapping[str, Any]], deadline: Deadline, env: Env) -> list[Found]:
    """Who answers at `host`: the driver for its command line, if known, and SNMP with the login that it took."""
    said = greeting(host, deadline)
    for login in logins[:_LOGINS]:
        if deadline.passed():
            break
        answered = _asked(host, login, deadline, env)
        if answered is not None:
            return _proposed(host, said, login, answered)
    note = t("it answers to none of the site's SNMP logins") if logins and said else ""
    found = by_greeting(host, said, note)
    return [found] if found is not None else []


def _asked(host: str, login: Mapping[str, Any], deadline: Deadline, env: Env) -> Identified | None:
    """What an agent says of itself with one login; None where it does not take it."""
    from pedell_network.snmp.driver import Snmp

    options = {**login, "answer_time": _ANSWER, "retries": 1}
    driver = Snmp(Target("", host, "switch", Snmp.id, host, options=options), env)
    try:
        return driver.who(deadline)
    except DeviceError:
        return None
    finally:
        driver.close()


def _proposed(host: str, said: str, login: Mapping[str, Any], who: Identified) -> list[Found]:
    info = who.info

    def found(by: str, options: Mapping[str, Any], note: str) -> Found:
        return Found(
            by, "switch", host, info.manufacturer, info.model, info.name, info.serial, info.mac, info.firmware,
            options, note,
        )  # fmt: skip

    if not who.bridges:
        return [
            found("", {}, t("it answers by SNMP, and tells of no bridge: no switch, for all that is known"))
        ]
    if not who.driver:
        return [found("snmp", login, "")]
    if not said:
        note = t("driver {driver} would know its command line, but no SSH server answers", driver=who.driver)
        return [found("snmp", login, note)]
    return [found(who.driver, {}, t("its login is still to be named")), found("snmp", login, "")]
