"""SNMP for drivers: version 2c and 3 over UDP, one agent, one thread.

    agent = SnmpClient("10.4.2.10", 161, Community(secret), record=env.record)
    names = agent.walk(oid("1.3.6.1.2.1.31.1.1.1.1"), deadline)

UDP tells neither a dead agent from a wrong community nor a lost request from a lost answer. A read is sent again a
few times; a SET is sent once, and where no answer comes `set` reads whether the values are there. On the wire pysnmp
speaks (docs/decisions/0080-snmp.md); it is loaded with the first request.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from copy import copy
from typing import TYPE_CHECKING

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Happened
from pedell.transports import background
from pedell.transports.snmp_values import (
    Community,
    Login,
    Oid,
    Setting,
    User,
    Value,
    dotted,
    oid,
    status_error,
)

if TYPE_CHECKING:
    from pedell.transports.snmp_engine import Answer

__all__ = [
    "Community",
    "Login",
    "Oid",
    "Setting",
    "SnmpClient",
    "User",
    "Value",
    "dotted",
    "oid",
    "own_address",
]

Record = Callable[[str, bytes | str], None]

ROWS = 20_000
"""Rows of one table that are read at most; a MAC table of a school's core switch has some thousands."""
AT_ONCE = 24
"""Objects asked for in one request: their answers fit into the 1,472 bytes that every agent takes."""
_AUTH_TROUBLE = {
    "UnknownUserName": "the user is not known",
    "UnknownSecurityName": "the user is not known",
    "WrongDigest": "the authentication password or protocol is wrong",
    "AuthenticationFailure": "the authentication password or protocol is wrong",
    "AuthenticationError": "the authentication password or protocol is wrong",
    "DecryptionError": "the privacy password or protocol is wrong",
    "UnsupportedSecurityLevel": "the user has another security level",
    "UnknownCommunityName": "the community is not known",
}
_SILENCE = frozenset({"RequestTimedOut", "EmptyResponse"})
_NO_ANSWER = (
    "is SNMP switched on, may this address ask, and is the community right? To a wrong one no agent answers"
)


class SnmpClient:
    """One agent. Raises DeviceError; communities and passwords go into no message and no transcript.

    Args:
        host: name or address.
        port: UDP port.
        login: for what is read.
        record: takes the transcript.
        write: for what is written; as `login` where None.
        answer_time: seconds to wait for each answer.
        retries: how often a read is sent again.
        rows: rows per GETBULK; 1 asks by GETNEXT, for agents that cannot do better.
    """

    def __init__(
        self,
        host: str,
        port: int,
        login: Login,
        *,
        record: Record | None = None,
        write: Login | None = None,
        answer_time: float = 3.0,
        retries: int = 2,
        rows: int = 20,
    ) -> None:
        from pedell.transports.snmp_engine import Exchange

        self.place = f"{host} port {port}"
        self._record = record or (lambda _way, _data: None)
        self._reading = Exchange(host, port, login, answer_time, retries)
        self._writing = Exchange(host, port, write or login, answer_time, retries)
        self._rows = rows

    def with_login(self, login: Login) -> SnmpClient:
        """The same agent, read with another login: Cisco's `community@vlan`."""
        other = copy(self)
        other._reading = self._reading.with_login(login)
        return other

    def get(self, oids: Sequence[Oid], deadline: Deadline, *, context: str = "") -> dict[Oid, Value]:
        """The values of these objects; what the agent does not have is left out."""
        found: dict[Oid, Value] = {}
        for start in range(0, len(oids), AT_ONCE):
            part = list(oids[start : start + AT_ONCE])
            self._record(">", f"GET {' '.join(map(dotted, part))}")
            answer = background.run(self._reading.get(part, context), deadline, f"asking {self.place}")
            self._told(answer, part)
            if answer.status == 2 and len(part) > 1:
                # An agent that knows one object less refuses all of them in version 1's way.
                for one in part:
                    found.update(self.get([one], deadline, context=context))
                continue
            if answer.status == 2:
                continue
            self._raise(answer, part)
            if [name for name, _ in answer.pairs] != part:
                raise DeviceError(ErrorClass.PROTOCOL, f"{self.place} answers what was not asked")
            found.update((name, value) for name, value in answer.pairs if value is not None)
        return found

    def walk(
        self, root: Oid, deadline: Deadline, *, context: str = "", limit: int = ROWS
    ) -> dict[Oid, Value]:
        """Every object below `root`: what comes after `root` in its name, and its value, in the agent's order.

        Raises PROTOCOL where the agent runs in circles or tells more than `limit` rows.
        """
        found: dict[Oid, Value] = {}
        last, rows = root, self._rows
        while True:
            self._record(">", f"{'GETBULK' if rows > 1 else 'GETNEXT'} {dotted(last)}")
            answer = background.run(self._reading.next(last, rows, context), deadline, f"asking {self.place}")
            self._told(answer, [last])
            if answer.status == 1 and rows > 1:
                rows = max(1, rows // 2)
                continue
            if answer.status == 2:
                return found
            self._raise(answer, [last])
            for name, value in answer.pairs:
                if value is None or name[: len(root)] != root:
                    return found
                if name <= last:
                    raise DeviceError(
                        ErrorClass.PROTOCOL,
                        f"{self.place} tells of {dotted(root)} without end",
                        hint="its firmware may know",
                    )
                if len(found) >= limit:
                    raise DeviceError(
                        ErrorClass.PROTOCOL,
                        f"{self.place} tells more than {limit} rows of {dotted(root)}",
                        hint="that is more than is looked through; its command line may tell less",
                    )
                last = name
                found[name[len(root) :]] = value
            if not answer.pairs:
                return found

    def set(
        self, settings: Sequence[Setting], deadline: Deadline, *, context: str = "", read_back: bool = True
    ) -> None:
        """Write all of these values in one request: the agent writes all or none.

        Where no answer comes, the values are read: are they there, all is well; else TIMEOUT, UNKNOWN.
        """
        shown = " ".join(f"{dotted(one.oid)}={_shown(one.value)}" for one in settings)
        self._record(">", f"SET {shown}")
        asked = [one.oid for one in settings]
        try:
            answer = background.run(
                self._writing.set(list(settings), context),
                deadline,
                f"writing to {self.place}",
                happened=Happened.UNKNOWN,
            )
            self._told(answer, asked)
            self._raise(answer, asked, effect=True)
        except DeviceError as error:
            if error.error_class is not ErrorClass.TIMEOUT or not read_back or deadline.passed():
                raise
            if not self._holds(settings, deadline, context):
                raise DeviceError(
                    ErrorClass.TIMEOUT,
                    f"{self.place} answers no SET, and the value is unchanged so far",
                    happened=Happened.UNKNOWN,
                    hint="check the write community: to a wrong one no agent answers",
                ) from error

    def _holds(self, settings: Sequence[Setting], deadline: Deadline, context: str) -> bool:
        self._record("#", "no answer to the SET: reading whether it was done")
        try:
            now = self.get([one.oid for one in settings], deadline, context=context)
        except DeviceError as error:
            raise DeviceError(
                error.error_class, f"no answer to the SET: {error.message}", happened=Happened.UNKNOWN
            ) from error
        return all(now.get(one.oid) == one.value for one in settings)

    def _told(self, answer: Answer, asked: Sequence[Oid]) -> None:
        if answer.indication or answer.status:
            self._record("<", answer.indication or f"error {answer.status} at {answer.index} of {len(asked)}")
        else:
            self._record("<", "\n".join(f"{dotted(name)} = {_shown(value)}" for name, value in answer.pairs))

    def _raise(self, answer: Answer, asked: Sequence[Oid], *, effect: bool = False) -> None:
        if answer.indication in _SILENCE:
            raise DeviceError(
                ErrorClass.TIMEOUT,
                f"no answer from {self.place} over SNMP",
                happened=Happened.UNKNOWN if effect else Happened.NO,
                hint=_NO_ANSWER,
            )
        if answer.indication in _AUTH_TROUBLE:
            raise DeviceError(ErrorClass.AUTH, f"{self.place}: {_AUTH_TROUBLE[answer.indication]}")
        if answer.indication in {"UnknownPDUHandler", "NoSuchContext"}:
            raise DeviceError(ErrorClass.UNSUPPORTED, f"{self.place} does not know this context")
        if answer.indication:
            raise DeviceError(
                ErrorClass.PROTOCOL,
                f"the answer of {self.place} cannot be used ({answer.indication})",
                happened=Happened.UNKNOWN if effect else Happened.NO,
            )
        if answer.status:
            place = dotted(asked[answer.index - 1]) if 0 < answer.index <= len(asked) else ""
            raise status_error(answer.status, place, effect=effect)


def own_address(host: str, port: int) -> str:
    """The address that our requests come from: a connected datagram socket knows it without sending. Empty if unknown."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.connect(address)
            return str(probe.getsockname()[0])
    except (OSError, UnicodeError):
        return ""


def _shown(value: Value | None) -> str:
    match value:
        case None:
            return "(none)"
        case bytes():
            text = value.decode("ascii", "replace")
            return repr(text) if text.isprintable() and "\ufffd" not in text else f"0x{value.hex()}"
        case tuple():
            return dotted(value)
        case _:
            return str(value)
