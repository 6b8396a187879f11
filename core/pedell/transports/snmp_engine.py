"""pysnmp's engines on the background loop. Nothing here leaves this package: see `pedell.transports.snmp`.

An engine costs 85 ms of a core and 1 MB, so they are kept: one for all communities, one for each user of version 3,
since an engine knows a user by name only, and two schools may give one name two passwords. What an engine has learnt
of an agent in version 3 (its identity, its starts, its clock) it believes for ever: an agent that answered once and
falls silent, since it was replaced or has forgotten how often it started, is asked again by an engine of its own that
knows nothing. Everything here runs on the loop.
"""

from __future__ import annotations

import asyncio
import hashlib
import socket
import weakref
from collections import OrderedDict
from typing import Any

from pyasn1.type import univ
from pysnmp.entity.engine import SnmpEngine
from pysnmp.hlapi.v3arch import asyncio as hlapi
from pysnmp.proto import rfc1902, rfc1905
from pysnmp.smi.rfc1902 import ObjectIdentity, ObjectType

from pedell.drivers.api import DeviceError, ErrorClass
from pedell.transports.snmp_values import Community, Login, Oid, Setting, User, Value

ENGINES = 24
"""Engines that are kept; the one unused for longest goes first."""
AT_ONCE = 64
"""Requests on the way at once in this process: more overrun the socket's buffer, and answers are lost."""
PER_AGENT = 2
"""Requests on the way at once to one agent; small ones drop what comes faster."""

_AUTH = {
    "md5": hlapi.USM_AUTH_HMAC96_MD5,
    "sha": hlapi.USM_AUTH_HMAC96_SHA,
    "sha224": hlapi.USM_AUTH_HMAC128_SHA224,
    "sha256": hlapi.USM_AUTH_HMAC192_SHA256,
    "sha384": hlapi.USM_AUTH_HMAC256_SHA384,
    "sha512": hlapi.USM_AUTH_HMAC384_SHA512,
}
_PRIVACY = {
    "des": hlapi.USM_PRIV_CBC56_DES,
    "aes": hlapi.USM_PRIV_CFB128_AES,
    "aes192": hlapi.USM_PRIV_CFB192_AES_BLUMENTHAL,
    "aes256": hlapi.USM_PRIV_CFB256_AES_BLUMENTHAL,
    "aes192-cisco": hlapi.USM_PRIV_CFB192_AES,
    "aes256-cisco": hlapi.USM_PRIV_CFB256_AES,
}

_FORGOTTEN = frozenset(
    {"RequestTimedOut", "NotInTimeWindow", "UnknownEngineID", "EngineIDMismatch", "WrongDigest"}
)
"""Trouble by which an agent shows that it is not whom an engine takes it for."""

_engines: OrderedDict[tuple[int, bytes, tuple[str, int] | None], _Kept] = OrderedDict()
_gates: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = weakref.WeakKeyDictionary()
_agents: weakref.WeakValueDictionary[tuple[int, str, int], asyncio.Semaphore] = weakref.WeakValueDictionary()


class Exchange:
    """An agent's address with a login: requests go out one by one. Used on the background loop only."""

    def __init__(self, host: str, port: int, login: Login, timeout: float, retries: int) -> None:
        self._host = host
        self._port = port
        self._login = login
        self._timeout = timeout
        self._retries = retries
        self._target: hlapi.UdpTransportTarget | hlapi.Udp6TransportTarget | None = None
        self._turn: asyncio.Semaphore | None = None

    def with_login(self, login: Login) -> Exchange:
        """The same agent, asked with another login."""
        return Exchange(self._host, self._port, login, self._timeout, self._retries)

    async def get(self, oids: list[Oid], context: str) -> Answer:
        """GET."""
        return await self._ask(hlapi.get_cmd, context, [_named(each) for each in oids])

    async def next(self, oid: Oid, rows: int, context: str) -> Answer:
        """GETBULK, or GETNEXT for one row."""
        if rows > 1:
            return await self._ask(hlapi.bulk_cmd, context, [_named(oid)], 0, rows)
        return await self._ask(hlapi.next_cmd, context, [_named(oid)])

    async def set(self, settings: list[Setting], context: str) -> Answer:
        """SET, sent once: what becomes of it is found out by reading, not by sending it again blindly."""
        pairs = [ObjectType(ObjectIdentity(one.oid), _typed(one)) for one in settings]
        return await self._ask(hlapi.set_cmd, context, pairs, retries=0)

    async def _ask(
        self, command: Any, context: str, pairs: list[ObjectType], *numbers: int, retries: int | None = None
    ) -> Answer:
        target = await self._reached(self._retries if retries is None else retries)
        place = (str(target.transport_address[0]), int(target.transport_address[1]))
        loop = asyncio.get_running_loop()
        gate = _gates.setdefault(loop, asyncio.Semaphore(AT_ONCE))
        if self._turn is None:
            self._turn = _agents.setdefault((id(loop), *place), asyncio.Semaphore(PER_AGENT))
        async with self._turn, gate:
            for _ in range(2):
                kept = _kept(self._login, place)
                with kept:
                    indication, status, index, found = await command(
                        kept.engine, _auth(self._login), target, hlapi.ContextData(contextName=context.encode()),
                        *numbers, *pairs, lookupMib=False,
                    )  # fmt: skip
                trouble = type(indication).__name__ if indication else ""
                if not trouble:
                    kept.answered.add(place)
                if trouble not in _FORGOTTEN or place not in kept.answered:
                    break
                _start_afresh(self._login, place)
                if retries == 0:
                    break  # what changes something is not sent again; the next read uses the new engine
        named = [(tuple(name), _plain(value)) for name, value in found or ()]
        return Answer(trouble, int(status), int(index), named)

    async def _reached(self, retries: int) -> hlapi.UdpTransportTarget | hlapi.Udp6TransportTarget:
        if self._target is None:
            loop = asyncio.get_running_loop()
            try:
                found = await loop.getaddrinfo(self._host, self._port, type=socket.SOCK_DGRAM)
            except (OSError, UnicodeError) as error:
                raise DeviceError(
                    ErrorClass.UNREACHABLE, f"{self._host} is no address that can be found"
                ) from error
            six = found[0][0] == socket.AF_INET6
            kind = hlapi.Udp6TransportTarget if six else hlapi.UdpTransportTarget
            self._target = await kind.create(found[0][4][:2], timeout=self._timeout, retries=retries)
        self._target.retries = retries
        return self._target


class Answer:
    """What came back: pysnmp's name for trouble on the way, the agent's error, the values."""

    def __init__(
        self, indication: str, status: int, index: int, pairs: list[tuple[Oid, Value | None]]
    ) -> None:
        self.indication = indication
        self.status = status
        self.index = index
        self.pairs = pairs


class _Kept:
    """An engine, who has answered it, and how many requests it is busy with."""

    def __init__(self) -> None:
        self.engine = SnmpEngine()
        self.answered: set[tuple[str, int]] = set()
        self.busy = 0
        self._gone = False

    def __enter__(self) -> None:
        self.busy += 1

    def __exit__(self, *_trouble: object) -> None:
        self.busy -= 1
        self._close()

    def leave(self) -> None:
        """Nobody gets it any more; it ends, with its socket, once the last who uses it is done."""
        self._gone = True
        self._close()

    def _close(self) -> None:
        if self._gone and not self.busy:
            self.engine.close_dispatcher()


def _kept(login: Login, place: tuple[str, int]) -> _Kept:
    """The engine of an agent's own, where it has one, else the login's."""
    shared = (id(asyncio.get_running_loop()), _digest(login), None)
    own = (*shared[:2], place)
    key = own if own in _engines else shared
    if key not in _engines:
        _make_room()
        _engines[key] = _Kept()
    _engines.move_to_end(key)
    return _engines[key]


def _start_afresh(login: Login, place: tuple[str, int]) -> None:
    if isinstance(login, User):
        _make_room()
        key = (id(asyncio.get_running_loop()), _digest(login), place)
        old = _engines.pop(key, None)
        _engines[key] = _Kept()
        if old is not None:
            old.leave()


def _make_room() -> None:
    idle = [key for key, kept in _engines.items() if not kept.busy]
    for key in idle[: max(0, len(_engines) + 1 - ENGINES)]:
        _engines.pop(key).leave()


def _digest(login: Login) -> bytes:
    if isinstance(login, Community):
        return b""
    parts = (login.name, login.auth, login.auth_password, login.privacy or "", login.privacy_password)
    return hashlib.sha256("\0".join(parts).encode()).digest()


def _auth(login: Login) -> hlapi.CommunityData | hlapi.UsmUserData:
    if isinstance(login, Community):
        return hlapi.CommunityData(login.name, mpModel=1)  # noqa: S508
    if login.privacy is None:
        return hlapi.UsmUserData(login.name, login.auth_password, authProtocol=_AUTH[login.auth])
    return hlapi.UsmUserData(
        login.name,
        login.auth_password,
        login.privacy_password,
        authProtocol=_AUTH[login.auth],
        privProtocol=_PRIVACY[login.privacy],
    )


def _named(oid: Oid) -> ObjectType:
    return ObjectType(ObjectIdentity(oid))


def _typed(one: Setting) -> Any:
    match one.kind:
        case "integer":
            return rfc1902.Integer32(one.value)
        case "unsigned":
            return rfc1902.Unsigned32(one.value)
        case "octets":
            return rfc1902.OctetString(one.value)


def _plain(value: Any) -> Value | None:
    if isinstance(value, rfc1905.NoSuchObject | rfc1905.NoSuchInstance | rfc1905.EndOfMibView):
        return None
    if isinstance(value, univ.ObjectIdentifier):
        return tuple(value)
    if isinstance(value, univ.Integer):
        return int(value)
    if isinstance(value, univ.OctetString):
        return bytes(value)
    return None
