"""The way from a device in the inventory to a prompt: options, secrets, jump host, login, session preparation."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from netmiko.exceptions import NetmikoBaseException, ReadTimeout
from paramiko.ssh_exception import ChannelException, SSHException

from pedell.drivers.api import Deadline, DeviceError, Env, ErrorClass, Target
from pedell.transports import ssh, ssh_errors
from pedell.transports.ssh_way import Jump, Way
from pedell_network import login
from pedell_network.fast import fast, is_proved
from pedell_network.options import SwitchOptions, host_port, jump_of

if TYPE_CHECKING:
    import paramiko

    from pedell_network.terminal import Terminal

PORTION = 20.0
"""Seconds that one answer may take at most."""
_KEEP_ALIVE = 30


def connect(
    stock: type[Terminal], target: Target, options: SwitchOptions, env: Env, deadline: Deadline
) -> tuple[Terminal, Way]:
    """A prepared line and its way. Raises DeviceError; leaves nothing open then."""
    host, port = host_port(target, options.port)
    secret = env.secret
    password = secret(options.password) if options.password else ""
    key = _key(env, options.key, options.passphrase)
    enable = secret(options.enable) if options.enable else ""
    jump = _jump(target, options, env)
    env.record(
        "#", f"SSH to {host} port {port} as {options.username}" + (f" through {jump.name}" if jump else "")
    )
    way = Way.open(host, port, deadline, jump, data=env.data)
    client: ssh.PinnedClient | None = None
    line: Terminal | None = None
    try:
        with way.cut_at(deadline):
            client = ssh.PinnedClient(
                env.data,
                host,
                port,
                deadline,
                options.host_key,
                reach=lambda until: way.reach(host, port, until),
                through=way.through,
            )
            line = chosen(stock, options)(
                client,
                host=host,
                port=port,
                username=options.username,
                password=password,
                pkey=key,
                allow_agent=options.agent,
                secret=enable,
                sock=way.sock,
                disabled_algorithms=ssh.disabled_algorithms(options.legacy_algorithms),
                blocking_timeout=min(5.0, deadline.left()),
                read_timeout_override=min(PORTION, deadline.left()),
                keepalive=_KEEP_ALIVE,
                auto_connect=False,
            )
            line.open()
    except BaseException as error:
        with suppress(Exception):
            if client is not None:
                client.close()
        way.close()
        if isinstance(error, NetmikoBaseException | SSHException | OSError | EOFError | ValueError):
            raise login.refusal(line.heard() if line else "") or _no_prompt(host, error, deadline) from error
        raise
    return line, way


def pin(target: Target, options: SwitchOptions, env: Env, deadline: Deadline, *, replace: bool) -> str:
    """Remember the host key of a switch behind its jump host; its fingerprint. Raises DeviceError."""
    host, port = host_port(target, options.port)
    way = Way.open(host, port, deadline, _jump(target, options, env), data=env.data)
    try:
        with way.cut_at(deadline):
            return ssh.pin_host_key(
                env.data,
                host,
                port,
                deadline,
                replace=replace,
                reach=lambda until: way.reach(host, port, until),
                through=way.through,
            )
    finally:
        way.close()


def chosen(stock: type[Terminal], options: SwitchOptions) -> type[Terminal]:
    """The quick terminal where it was proved for the platform, unless the device says otherwise."""
    quick = options.terminal == "fast" or (options.terminal is None and is_proved(stock.platform))
    return fast(stock.platform) if quick else stock


def _key(env: Env, reference: str, passphrase: str) -> paramiko.PKey | None:
    if not reference:
        return None
    return ssh.private_key(env.secret(reference), env.secret(passphrase) if passphrase else "")


def _jump(target: Target, options: SwitchOptions, env: Env) -> Jump | None:
    found = jump_of(target, options)
    if found is None:
        return None
    (host, port), username, how = found
    return Jump(
        host,
        port,
        username,
        password=env.secret(how.password) if how.password else "",
        key=_key(env, how.key, how.passphrase),
        agent=how.agent,
        host_key=how.host_key,
        legacy=tuple(how.legacy_algorithms),
    )


def _no_prompt(host: str, error: BaseException, deadline: Deadline) -> DeviceError:
    if isinstance(error, ChannelException):
        return ssh_errors.failure(error, host, 0.0, deadline)
    if deadline.passed() or isinstance(error, ReadTimeout | TimeoutError):
        return DeviceError(ErrorClass.TIMEOUT, f"{host} shows no prompt after the login")
    if isinstance(error, ValueError) and "enable" in str(error):
        return DeviceError(
            ErrorClass.AUTH,
            f"{host} does not let the login become privileged",
            hint="option enable: secret://…",
        )
    if isinstance(error, ValueError):
        return DeviceError(ErrorClass.PROTOCOL, f"{host} shows no prompt that can be understood")
    return DeviceError(ErrorClass.UNREACHABLE, f"the connection to {host} broke after the login")
