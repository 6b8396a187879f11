"""A switch's options in the inventory, and its address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeVar
from zlib import crc32

from pydantic import Field, ValidationError, field_validator

from pedell.drivers.api import DeviceError, ErrorClass, Options, Target

SECRET = "secret://"  # noqa: S105
JUMP = "ssh-jump"
"""Kind of a controller that is a jump host."""
L = TypeVar("L", bound=Options)


class Login(Options):
    """How to log in to an SSH server."""

    username: str = Field(default="", max_length=64, description="Name to log in with.")
    password: str = Field(default="", description="Reference of the password, secret://….")
    key: str = Field(default="", description="Reference of a private key's text, secret://….")
    passphrase: str = Field(default="", description="Reference of the private key's passphrase, secret://….")
    agent: bool = Field(
        default=False, description="Also offer the keys of the SSH agent that Pedell was started with."
    )
    host_key: Literal["strict", "accept-new"] = Field(
        default="strict",
        description="Unknown host keys: refuse, or pin on first contact. A changed one refuses.",
    )
    legacy_algorithms: list[str] = Field(
        default=[], description="Old SSH algorithms this device cannot do without, by name, such as ssh-rsa."
    )

    @field_validator("password", "key", "passphrase")
    @classmethod
    def _reference(cls, value: str) -> str:
        if value and not value.startswith(SECRET):
            raise ValueError("is written as a reference, secret://…, not as itself")
        return value

    @field_validator("legacy_algorithms")
    @classmethod
    def _known(cls, value: list[str]) -> list[str]:
        unknown = sorted(set(value) - LEGACY_NAMES)
        if unknown:
            raise ValueError(f"{', '.join(unknown)}: known are {', '.join(sorted(LEGACY_NAMES))}")
        return value


class JumpHost(Login):
    """How to log in to a controller of kind `ssh-jump`: a host that leads on to a site's switches."""


class SwitchOptions(Login):
    """How to log in to a switch, and what must not be touched on it."""

    enable: str = Field(default="", description="Reference of the enable secret, secret://….")
    port: int = Field(default=22, ge=1, le=65535, description="SSH port, where the address names none.")
    jump: str = Field(
        default="",
        pattern=r"^$|^[^\s@]+@(?:\[[0-9A-Fa-f:.]+\]|[^\s@:]+)(?::\d{1,5})?$",
        description="user@host:port of an SSH server to go through; the controller of kind ssh-jump says the same.",
    )
    jump_password: str = Field(default="", description="Reference of the password there, secret://….")
    jump_key: str = Field(default="", description="Reference of the private key for there, secret://….")
    jump_passphrase: str = Field(default="", description="Reference of that key's passphrase, secret://….")
    sessions: int = Field(
        default=1,
        ge=1,
        le=16,
        description="Conversations with this address at once, of all runs and drivers.",
    )
    terminal: Literal["fast", "stock"] | None = Field(
        default=None,
        description="The quick terminal or netmiko's own; left out: quick where that is proved for the platform.",
    )
    protected_ports: list[str] = Field(default=[], description="Ports that nothing is done to unless forced.")
    max_addresses: int = Field(
        default=8, ge=1, le=10_000, description="With more addresses behind it a port counts as an uplink."
    )
    port_prefix: str = Field(
        default="",
        pattern=r"^[A-Za-z0-9:./ -]{0,30}$",
        description="What a number alone means: Gi for 1/0/5 on Cisco IOS, 0 for 0/5 on Netgear, GigabitEthernet 1/ on LANCOM.",
    )
    sudo: bool = Field(default=False, description="Run commands through sudo -n; for Linux.")

    @field_validator("enable", "jump_password", "jump_key", "jump_passphrase")
    @classmethod
    def _references(cls, value: str) -> str:
        if value and not value.startswith(SECRET):
            raise ValueError("is written as a reference, secret://…, not as itself")
        return value


# As pedell.transports.ssh names them; a test compares. Written here so that reading options loads no SSH.
LEGACY_NAMES = frozenset(
    [
        "diffie-hellman-group-exchange-sha1",
        "diffie-hellman-group14-sha1",
        "diffie-hellman-group1-sha1",
        "ssh-rsa",
        "aes128-cbc",
        "aes192-cbc",
        "aes256-cbc",
        "3des-cbc",
        "hmac-md5",
        "hmac-sha1-96",
        "hmac-md5-96",
    ]
)


def options_of(target: Target) -> SwitchOptions:
    """The options, checked. Raises PRECONDITION that names each mistake."""
    return _checked(SwitchOptions, target.options, target.name)


def _checked(kind: type[L], given: Mapping[str, object], name: str) -> L:
    try:
        return kind.model_validate(dict(given))
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}"
            for item in error.errors(include_url=False, include_input=False)
        )
        raise DeviceError(
            ErrorClass.PRECONDITION, f"options of {name}: {wrong}", hint="correct the inventory"
        ) from None


def jump_of(target: Target, options: SwitchOptions) -> tuple[tuple[str, int], str, Login] | None:
    """The jump host of a device: its host and port, the user there, and how to log in; None for none.

    The option `jump` goes before a controller of kind `ssh-jump`. What only the device says (`agent`, `host_key`)
    holds for both then. Raises PRECONDITION where the controller's options or its address make no sense.
    """
    if options.jump:
        username, _, address = options.jump.rpartition("@")
        how = Login(
            password=options.jump_password,
            key=options.jump_key,
            passphrase=options.jump_passphrase,
            agent=options.agent,
            host_key=options.host_key,
        )
        return parted(address, 22, f"the jump host of {target.name}"), username, how
    server = target.controller
    if server is None or server.kind != JUMP:
        return None
    found = _checked(JumpHost, server.options, server.name)
    return parted(server.address, 22, server.name), found.username, found


def endpoint_of(target: Target) -> str:
    """What must not serve two conversations at once: an address, behind its jump host.

    With more than one of `sessions` a device has one of that many places by its id: never more at once, perhaps less.
    """
    try:
        options = options_of(target)
        host, port = host_port(target, options.port)
        jump = jump_of(target, options)
    except DeviceError:
        return f"ssh:{target.address}"
    key = f"ssh:{host.lower()}:{port}"
    if jump is not None:
        (gate, gate_port), _, _ = jump
        key += f"@{gate.lower()}:{gate_port}"
    if options.sessions > 1:
        key += f"#{crc32(target.id.encode()) % options.sessions}"
    return key


def host_port(target: Target, port: int) -> tuple[str, int]:
    """Host and port of a device's address: `host`, `host:port`, `2001:db8::1` or `[2001:db8::1]:port`."""
    return parted(target.address, port, target.name)


def parted(address: str, port: int, name: str) -> tuple[str, int]:
    """Host and port of an address; `port` where it names none. Raises PRECONDITION, naming what it belongs to."""
    given, address = address, address.strip()
    host, colon, number = address.rpartition(":")
    if address.startswith("["):
        host, _, rest = address[1:].partition("]")
        colon, number = rest[:1], rest[1:]
    elif not colon or ":" in host:
        host, number, colon = address, "", ""
    if colon and number.isascii() and number.isdigit() and 0 < int(number) < 65536:
        port = int(number)
    elif colon:
        host = ""
    if not host or any(c.isspace() for c in host):
        raise DeviceError(
            ErrorClass.PRECONDITION,
            f"{name}: {given!r} is not an address",
            hint="host, host:port or [IPv6]:port",
        )
    return host, port
