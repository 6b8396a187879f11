"""Zyxel GS2220, XGS2220, XGS4600 and their like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Happened
from pedell_network.command_line.driver import PlatformSwitch
from pedell_network.command_line.platform import Change
from pedell_network.zyxel_zynos import parse
from pedell_network.zyxel_zynos.platform import JOIN, LEAVE, PVID, VLANS, ZYNOS

if TYPE_CHECKING:
    from netmiko.base_connection import BaseConnection


class ZyxelZynos(PlatformSwitch):
    """Zyxel managed switches with ZyNOS 4: GS1350, GS2210, GS2220, XGS2210, XGS2220, XMG2230, XGS3700, XS3800, XGS4600.

    GS1920, XGS1930 and XGS1935 show everything by command line and change nothing; XS1930 and XMG1930 need the licence
    "Access L3" for that. GS1900 is another system.
    Settings on the switch: SSH on for Pedell's address, a login of privilege 14 (or the option `enable`), `lldp`. Old
    firmware needs the option `legacy_algorithms`.
    Sources: Zyxel's Ethernet Switch CLI Reference Guide, the NOC project, public programs for GS1920, XGS1930 and XS1930,
    oxidized for the prompt, netmiko 4.8 for the line.
    """

    id = "zyxel-zynos"
    title = "Zyxel managed switches with ZyNOS"
    brands = (
        "Zyxel GS1350, GS2210, GS2220, XGS2210, XGS2220, XMG2230, XGS3700, XS3800, XGS4600",
        "Zyxel GS1920, XGS1930, XGS1935: reading and copies of the configuration only",
    )
    protocol = "command line over SSH"
    proof = (
        "from documentation: Zyxel's CLI Reference Guide",
        "transcripts kept by the NOC project (ES-2024A, GS-4012F), outputs in public programs (GS1920, XGS1930)",
        "its simulator over real SSH",
    )
    limitations = (
        "GS1920, XGS1930 and XGS1935 take no changes by command line: use snmp there",
        "no restart of the switch: it has two configurations, and does not tell which one it would start with",
        "does not tell of unsaved changes, so that a change of VLAN is not saved: network.save_config with unsaved: save",
        "power over Ethernet is switched as the guide says; no public transcript shows it",
        "a stack's ports are not known; a port with vlan-trunking and no tagged VLAN is not seen to be a trunk",
        "no output errors",
        "not yet tried on a real switch",
    )
    kinds = frozenset({"switch"})
    platform = ZYNOS

    @classmethod
    def terminal(cls) -> type[BaseConnection]:
        """Netmiko's for Zyxel, with an enable mode."""
        from pedell_network.zyxel_zynos.terminal import ZynosLine

        return ZynosLine

    def change(self, change: Change, deadline: Deadline, **words: object) -> None:
        """As every platform's; a command line that only shows does not know the way in."""
        try:
            super().change(change, deadline, **words)
        except DeviceError as error:
            if error.error_class is ErrorClass.REFUSED and error.message.endswith(
                ("configure", 'configure"')
            ):
                raise DeviceError(
                    ErrorClass.UNSUPPORTED,
                    "this switch's command line shows and changes nothing",
                    hint="driver: snmp changes GS1920, XGS1930 and their like",
                ) from error
            raise

    def put_into_vlan(self, port: str, vlan: int, old: int | None, deadline: Deadline) -> None:
        """Into the new one, then its frames, then out of every other that it was in untagged; repeated, it mends itself."""
        del old
        steps = [(JOIN, vlan), (PVID, vlan)]
        steps += [(LEAVE, other) for other in self._untagged(port, deadline) if other != vlan]
        done = False
        try:
            for change, number in steps:
                self.change(change, deadline, port=port, vlan=number)
                done = True
            if self._untagged(port, deadline) != [vlan]:
                raise DeviceError(ErrorClass.DEVICE_FAULT, f"{port} is not in VLAN {vlan} alone")
        except DeviceError as error:
            if done:
                error.happened = Happened.UNKNOWN
            raise

    def _untagged(self, port: str, deadline: Deadline) -> list[int]:
        untagged, _ = parse.members(self.conversation(deadline).read(VLANS, deadline), port)
        return untagged
