"""Netmiko's ProCurve line without four seconds of waiting; loads netmiko."""

from __future__ import annotations

from netmiko.hp.hp_procurve import HPProcurveSSH

from pedell.drivers.api import DeviceError, ErrorClass

_PAGER = "no page"


class ProcurveLine(HPProcurveSSH):
    """As netmiko's, but it reads for the prompt and the question of the banner at once.

    Netmiko waits 1.3 seconds for a copyright and 3 more for "any key", also where neither comes. The prompt may be
    shown before the question; looking for the base prompt sends Enter, which answers the question then.
    """

    def session_preparation(self) -> None:
        """Past the banner, privileged, wide and without pages."""
        self.ansi_escape_codes = True
        heard = self.read_until_pattern(r"(?:any key to continue|[>#][ \t]*$)")
        if "any key to continue" in heard:
            # Any key but Enter, which some firmware takes for a choice in its menu.
            self.write_channel(" ")
            self.read_until_pattern(r"[>#][ \t]*$")
        self.set_base_prompt()
        self._privileged()
        self.set_terminal_width(command="terminal width 511", pattern="terminal")
        self.disable_paging(command=_PAGER)

    def _privileged(self) -> None:
        """Pages can be switched off by a manager only, so an operator's login has to become one."""
        try:
            self.enable()
        except ValueError as error:
            known = (
                "refuses the enable secret"
                if self.secret
                else "makes the login an operator's, and no enable secret is set"
            )
            raise DeviceError(
                ErrorClass.AUTH, f"the switch {known}", hint="a manager's login, or option enable: secret://…"
            ) from error
