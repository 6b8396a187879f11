"""Netmiko's procedures of each platform on the quick terminal: what is said to the switch is what netmiko says.

The expected commands were taken from netmiko's own terminals on the same scripts; `STOCK` runs those again for some.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from netmiko import ConnectHandler  # noqa: F401  # fills netmiko's tables before its parts are imported
from netmiko.base_connection import BaseConnection
from netmiko.ssh_dispatcher import CLASS_MAPPER_BASE

from pedell.drivers.api import Deadline, Target
from pedell.testing.calls import PlainEnv
from pedell_network import fast
from pedell_network.lancom_lcossx4.terminal import Sx4Line
from pedell_network.lancom_lcossx5.terminal import Sx5Line
from pedell_network.options import SwitchOptions
from pedell_network.session import Dialect, Session
from pedell_network.terminal import ours
from pedell_network.zyxel_zynos.terminal import ZynosLine
from tests.network.odd_switch import OddSwitch, Piece, Script

SECRETS = {"secret://env/PASSWORD": "schule", "secret://env/ENABLE": "oben"}


@dataclass(frozen=True)
class Platform:
    """A platform's prompts and what netmiko says before the first command; `line` is a class of ours over netmiko's."""

    prompts: dict[str, bytes]
    pattern: str
    said: list[str]
    modes: dict[str, str] = field(default_factory=dict)
    greeting: tuple[Piece, ...] = (b"\r\n",)
    secret: str = ""
    newline: bytes = b"\r\n"
    line: type[BaseConnection] | None = None


def plain(name: str = "sw1", *said: str, **more: object) -> Platform:
    return Platform({"exec": f"{name}#".encode()}, rf"(?m:^{name}[^\n#>]*[>#] ?$)", list(said), **more)  # type: ignore[arg-type]


ENABLED = {
    "prompts": {"user": b"(UBNT EdgeSwitch) >", "exec": b"(UBNT EdgeSwitch) #"},
    "pattern": r"(?m:^\(UBNT EdgeSwitch\) (?:\([^)]*\))?[>#]$)",
    "secret": "oben",
}
PLATFORMS = {
    "cisco_ios": plain("sw1", "terminal width 511", "terminal length 0"),
    "cisco_xe": plain("sw1", "terminal width 511", "terminal length 0"),
    "cisco_s300": plain("sw1", "terminal width 511", "terminal datadump"),
    "hp_procurve": Platform(
        {"wait": b"Press any key to continue", "exec": b"\x1b[24;1H\x1b[2K\x1b[24;1HHP-2530# \x1b[24;11H"},
        r"(?m:^HP-2530[^\n#>]*[>#] ?$)",
        ["terminal width 511", "no page"],
        {},
        (b"\x1b[2J\x1b[1;24r\x1b[24;1HCopyright Hewlett-Packard\r\n",),
    ),
    "aruba_osswitch": plain("Aruba-2930F", "terminal width 511", "no page"),
    "aruba_aoscx": plain("sw1", "no page"),
    "hp_comware": Platform({"exec": b"<sw1>"}, r"(?m:^[<\[]sw1[^\n]*[>\]]$)", ["screen-length disable"]),
    "juniper_junos": Platform(
        {"exec": b"admin@ex2300> "},
        r"(?m:^admin@ex2300[>#] ?$)",
        ["set cli screen-width 511", "set cli complete-on-space off", "set cli screen-length 0"],
    ),
    "extreme_exos": Platform(
        {"exec": b"* X440.12 # "},
        r"(?m:^[* ]*X440\.\d+ [>#] ?$)",
        ["disable clipaging", "disable cli prompting"],
    ),
    "ubiquiti_edgeswitch": Platform(said=["enable", "terminal length 0"], **ENABLED),  # type: ignore[arg-type]
    "netgear_prosafe": Platform(said=["enable", "terminal length 0"], **ENABLED),  # type: ignore[arg-type]
    "tplink_jetstream": Platform(
        {"user": b"TL-SG2210P>", "exec": b"TL-SG2210P#"},
        r"(?m:^TL-SG2210P[^\n#>]*[>#]$)",
        ["enable", "enable-admin", "terminal length 0"],
        secret="oben",
    ),
    "mikrotik_routeros": Platform({"exec": b"[admin@MikroTik] > "}, r"(?m:^\[admin@MikroTik\] > ?$)", []),
    "dlink_ds": plain("DGS-3120-24PC:admin", "disable clipaging"),
    "allied_telesis_awplus": plain("awplus", "terminal length 0"),
    "zyxel_os": Platform({"exec": b"GS2220# \x1b7"}, r"(?m:^GS2220[^\n#>]*[>#] ?$)", [], line=ZynosLine),
    # Line feed, then carriage return, as a public log of such a command line's bytes shows.
    "lancom_lcossx4": plain(
        "GS-3528XP", "terminal width 512", "terminal length 0", newline=b"\n\r", line=Sx4Line
    ),
    "lancom_lcossx5": Platform(
        {"user": b"(XS-6128QF) >", "exec": b"(XS-6128QF) #"},
        r"(?m:^\(XS-6128QF\) (?:\([^)]*\))?[>#]$)",
        ["enable", "terminal length 0"],
        secret="oben",
        line=Sx5Line,
    ),
    "linux": Platform({"exec": b"root@sw1:~# "}, r"(?m:^root@sw1:~ ?# ?$)", []),
    "arista_eos": plain("sw1", "terminal width 511", "terminal length 0"),
    "dell_os10": plain("OS10", "terminal length 0"),
    "ruckus_fastiron": plain("ICX7150", "skip-page-display"),
    "extreme_vsp": plain("VSP", "terminal more disable"),
}
JUNOS: dict[str, list[Piece]] = {
    "set cli screen-width 511": [b"Screen width set to 511\r\n"],
    "set cli complete-on-space off": [b"Disabling complete-on-space\r\n"],
    "set cli screen-length 0": [b"Screen length set to 0\r\n"],
}
STOCK = ["cisco_ios", "aruba_aoscx", "juniper_junos", "linux", "dlink_ds", "zyxel_os"]


def line_of(name: str) -> type[BaseConnection]:
    """The class that speaks to the platform."""
    stock: type[BaseConnection] = CLASS_MAPPER_BASE[name]
    return PLATFORMS[name].line or stock


@pytest.fixture
def switch() -> Iterator[OddSwitch]:
    made = OddSwitch()
    yield made
    made.stop()


@pytest.mark.parametrize(
    ("name", "terminal"), [*((name, "fast") for name in PLATFORMS), *((name, "stock") for name in STOCK)]
)
def test_a_platform(switch, tmp_path, name, terminal):
    platform = PLATFORMS[name]
    known = line_of(name)
    answer = [b"one" + platform.newline + b"two" + platform.newline]
    script = Script(
        prompts=platform.prompts,
        modes=platform.modes,
        keys={"wait": "exec"} if "wait" in platform.prompts else {},
        greeting=platform.greeting,
        secret=platform.secret,
        answers={"show it": answer, **JUNOS},
    )
    address = switch.start(script)
    options = SwitchOptions.model_validate(
        {
            "username": "pedell",
            "password": "secret://env/PASSWORD",
            "enable": "secret://env/ENABLE",
            "host_key": "accept-new",
            "terminal": terminal,
        }
    )
    dialect = Dialect(ours(known), lambda _: platform.pattern, lambda _: None)
    target = Target("01JODD", "odd", "switch", name, address)
    session = Session.open(dialect, target, options, PlainEnv(tmp_path, SECRETS), Deadline.after(15))
    try:
        assert [said for said in switch.heard if said.strip()] == platform.said
        for _ in range(2):
            assert session.run("show it", Deadline.after(10)).strip() == "one\ntwo"
    finally:
        session.close()


def test_what_is_called_proved_is_proved_here():
    assert {line_of(name).__name__ for name in PLATFORMS} == fast.PROVED
