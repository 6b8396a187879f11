"""Netgear's managed switches with FASTPATH."""

from __future__ import annotations

import dataclasses

from pedell_network.command_line.platform import Look
from pedell_network.fastpath import parse
from pedell_network.fastpath.stacked import STACKED, StackedSwitch

NETGEAR = dataclasses.replace(
    STACKED,
    netmiko="netgear_prosafe",
    manufacturer="Netgear",
    guarding=dataclasses.replace(STACKED.guarding, gateway=Look("show ip management", parse.gateway)),
)


class NetgearProsafe(StackedSwitch):
    """Netgear M4250, M4300, M5300 and GSM72xx (not the Smart switches, whose command line has no SSH or is none).

    Settings on the switch: `ip ssh server enable`, a user with full access, `lldp receive` on the ports.
    Sources: the captures and notes of python-netgear-switch-library (M4300, GSM7252PS), Netgear's M4300 CLI manual,
    netmiko 4.8.
    """

    id = "netgear-prosafe"
    title = "Netgear managed switches (M4250, M4300, GSM72xx)"
    brands = ("Netgear M4250, M4300, M5300, GSM72xx",)
    protocol = "command line over SSH"
    proof = (
        "from documentation: captures that another project took from an M4300-16X and a GSM7252PS, Netgear's CLI manual",
        "its simulator over real SSH",
    )
    limitations = (
        "GSM72xx with firmware before 12 does not tell its gateway by `show ip management`: that guard is a warning there",
        "not yet tried on a real switch",
    )
    kinds = frozenset({"switch"})
    platform = NETGEAR
