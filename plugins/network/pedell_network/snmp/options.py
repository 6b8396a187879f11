"""Options of a switch that is spoken to by SNMP."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, ValidationError, field_validator, model_validator

from pedell.drivers.api import DeviceError, Env, ErrorClass, Options, Target
from pedell.errors import PedellError
from pedell.transports.snmp_values import AuthProtocol, Community, Login, PrivacyProtocol, User
from pedell_network.options import SECRET


class SnmpOptions(Options):
    """How to ask a switch by SNMP, and what must not be touched on it."""

    community: str = Field(default="", description="2c: reference of the community for reading, secret://….")
    write_community: str = Field(
        default="", description="2c: reference of the community for writing; as community without it."
    )
    user: str = Field(default="", max_length=32, description="3: name of the user.")
    auth: AuthProtocol = Field(default="sha", description="3: md5, sha, sha224, sha256, sha384, sha512.")
    auth_password: str = Field(default="", description="3: reference of the authentication password.")
    privacy: PrivacyProtocol | None = Field(
        default=None, description="3: des, aes, aes192, aes256, aes192-cisco, aes256-cisco."
    )
    privacy_password: str = Field(default="", description="3: reference of the privacy password.")
    port: int = Field(default=161, ge=1, le=65535, description="UDP port, where the address names none.")
    answer_time: float = Field(default=3.0, ge=0.05, le=30, description="Seconds to wait for each answer.")
    retries: int = Field(default=2, ge=0, le=10, description="How often a read is sent again.")
    bulk: int = Field(
        default=20, ge=1, le=50, description="Rows asked for at once; 1 for agents without GETBULK."
    )
    vlan_tables: Literal["auto", "community", "context", "no"] = Field(
        default="auto",
        description="Cisco has a MAC table per VLAN: asked by community@VLAN, or by context vlan-N.",
    )
    poe_index: dict[str, str] = Field(
        default={},
        description="Group and number of a port's power where its name does not tell: {Gi1/0/5: 1.5}.",
    )
    protected_ports: list[str] = Field(default=[], description="Ports that nothing is done to unless forced.")
    max_addresses: int = Field(
        default=8, ge=1, le=10_000, description="With more addresses behind it a port counts as an uplink."
    )

    @field_validator("community", "write_community", "auth_password", "privacy_password")
    @classmethod
    def _reference(cls, value: str) -> str:
        if value and not value.startswith(SECRET):
            raise ValueError("is written as a reference, secret://…, not as itself")
        return value

    @field_validator("poe_index")
    @classmethod
    def _pairs(cls, value: dict[str, str]) -> dict[str, str]:
        for port, pair in value.items():
            if [part.isascii() and part.isdigit() for part in pair.split(".")] != [True, True]:
                raise ValueError(f"{port}: group and number are written such as 1.5")
        return value

    @model_validator(mode="after")
    def _one_login(self) -> Self:
        if bool(self.community) == bool(self.user):
            raise ValueError("give either community (2c) or user (3)")
        if self.user and not self.auth_password:
            raise ValueError("a user needs auth_password; a user without a password may be anybody")
        if bool(self.privacy) != bool(self.privacy_password):
            raise ValueError("privacy and privacy_password belong together")
        return self


def options_of(target: Target) -> SnmpOptions:
    """The options, checked. Raises PRECONDITION that names each mistake."""
    try:
        return SnmpOptions.model_validate(dict(target.options))
    except ValidationError as error:
        wrong = "; ".join(
            ": ".join(part for part in (".".join(str(part) for part in item["loc"]), item["msg"]) if part)
            for item in error.errors(include_url=False, include_input=False)
        )
        raise DeviceError(
            ErrorClass.PRECONDITION, f"options of {target.name}: {wrong}", hint="correct the inventory"
        ) from None


def logins(options: SnmpOptions, env: Env) -> tuple[Login, Login]:
    """For reading and for writing. Raises PRECONDITION where a secret cannot be used."""
    if options.user:
        user = User(
            options.user,
            options.auth,
            _secret(env, options.auth_password, 8),
            options.privacy,
            _secret(env, options.privacy_password, 8) if options.privacy else "",
        )
        return user, user
    read = Community(_secret(env, options.community, 1))
    return read, Community(_secret(env, options.write_community, 1)) if options.write_community else read


def _secret(env: Env, reference: str, least: int) -> str:
    try:
        value = env.secret(reference)
    except PedellError as error:
        raise DeviceError(ErrorClass.PRECONDITION, error.message, hint=error.hint) from error
    if len(value) < least:
        # RFC 3414 section 11.2: passwords have at least eight characters.
        raise DeviceError(
            ErrorClass.PRECONDITION,
            f"{reference} is too short for SNMP: it has fewer than {least} characters",
        )
    return value
