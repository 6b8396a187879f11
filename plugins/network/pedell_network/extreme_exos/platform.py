"""ExtremeXOS as data: no configuration mode, and a power cycle of its own.

Commands from the ExtremeXOS Concepts and Command Reference Guides; those of power also in Extreme's own test library, the
questions of `reboot` in two public projects.
"""

from __future__ import annotations

from pedell_network.command_line.platform import (
    Change,
    Dialog,
    Guarding,
    Look,
    Platform,
    PortLook,
    Power,
    Saving,
    Unsaved,
)
from pedell_network.command_line.refusals import Refusals
from pedell_network.extreme_exos import parse

EXOS = Platform(
    netmiko="extreme_exos",
    manufacturer="Extreme Networks",
    port_name=parse.port_name,
    port_example="5 or 1:5",
    prompt=parse.prompt,
    refusals=Refusals(
        more=(r"%% ?\S", r"(?:port|slot) \S{1,20} (?:is |does )?not", r"access denied", r"cannot\b")
    ),
    info=(Look("show switch", parse.switch), Look("show version", parse.version)),
    ports="show ports no-refresh",
    port=(
        PortLook("show ports {port} no-refresh", parse.summary),
        PortLook("show ports {port} information detail", parse.detail, optional=True),
        PortLook("show ports {port} rxerrors no-refresh", parse.errors, optional=True),
        PortLook("show inline-power info ports {port}", parse.power, optional=True),
    ),
    port_off=Change(("disable ports {port}",)),
    port_on=Change(("enable ports {port}",)),
    power=Power(
        off=Change(("disable inline-power ports {port}",)),
        on=Change(("enable inline-power ports {port}",)),
        cycle="reset inline-power ports {port}",
    ),
    addresses=Look("show fdb", parse.addresses),
    neighbours=Look("show lldp neighbors detailed", parse.neighbours),
    running=Look("show configuration", parse.configuration),
    # Into the file that was selected, primary or not. Netmiko switched its question off; where that was not allowed,
    # it is answered.
    saving=Saving(
        Dialog(
            "save configuration",
            ((r"(?i:overwrite it\? \(y/N\)\s*)", "y\n"),),
            done=r"(?i)saved to \S{1,60} successfully|\bdone!",
        ),
        Unsaved(("show version",), parse.unsaved, prompt=True),
    ),
    restart=Dialog(
        "reboot",
        (
            (r"(?i:n - reboot without save[^\n]{0,60}\)\s*)", "n\n"),
            (r"(?i:reboot the (?:switch|stack|system)\? \(y/N\)\s*)", "y\n"),
        ),
        done=r"(?i)reboot without save|reboot the \w{1,10}\? \(y/N\)",
    ),
    guarding=Guarding(
        arp=Look("show iparp", parse.arp),
        reached=parse.reached,
        gateway=Look("show iproute", parse.gateway),
        bundled=Look("show sharing", parse.bundled),
    ),
)
