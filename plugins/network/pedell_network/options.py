"""A switch's options in the inventory, and its address."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, ValidationError, field_validator

from pedell.drivers.api import DeviceError, ErrorClass, Options, Target

SECRET = "secret://"  # noqa: S105


class SwitchOptions(Options):
    """How to log in to a switch, and what must not be touched on it."""

    username: str = Field(default="", max_length=64, description="Name to log in with.")
    password: str = Field(default="", description="Reference of the password, secret://….")
    key: str = Field(default="", description="Reference of a private key's text, secret://….")
    passphrase: str = Field(default="", description="Reference of the private key's passphrase, secret://….")
    enable: str = Field(default="", description="Reference of the enable secret, secret://….")
    port: int = Field(default=22, ge=1, le=65535, description="SSH port, where the address names none.")
    host_key: Literal["strict", "accept-new"] = Field(
        default="strict",
        description="Unknown host keys: refuse, or pin on first contact. A changed one refuses.",
    )
    legacy_algorithms: list[str] = Field(
        default=[], description="Old SSH algorithms this device cannot do without, by name, such as ssh-rsa."
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
        default="", pattern=r"^[A-Za-z-]*$", description="What 1/0/5 alone means, such as Gi; for Cisco IOS."
    )
    sudo: bool = Field(default=False, description="Run commands through sudo -n; for Linux.")

    @field_validator("password", "key", "passphrase", "enable")
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
    try:
        return SwitchOptions.model_validate(dict(target.options))
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}"
            for item in error.errors(include_url=False, include_input=False)
        )
        raise DeviceError(
            ErrorClass.PRECONDITION, f"options of {target.name}: {wrong}", hint="correct the inventory"
        ) from None


def host_port(target: Target, port: int) -> tuple[str, int]:
    """Host and port of an address: `host`, `host:port`, `2001:db8::1` or `[2001:db8::1]:port`."""
    address = target.address.strip()
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
            f"{target.name}: {target.address!r} is not an address",
            hint="host, host:port or [IPv6]:port",
        )
    return host, port
