"""What all switches with a command line share: one conversation over SSH."""

from __future__ import annotations

from abc import abstractmethod
from functools import cached_property
from typing import TYPE_CHECKING

from pedell.drivers.api import ControllerLimits, Deadline, Env, Target
from pedell_network.options import JumpHost, SwitchOptions, endpoint_of, jump_of, options_of
from pedell_network.ports import PortDriver

if TYPE_CHECKING:
    from pedell_network.session import Dialect, Session


class Switch(PortDriver):
    """Base of drivers that speak to a command line over SSH."""

    options = SwitchOptions
    controller_options = JumpHost
    controller_limits = ControllerLimits(connections=10)
    """A jump host's sshd drops some of those who log in at the same moment from ten on (`MaxStartups`)."""

    def __init__(self, target: Target, env: Env) -> None:
        super().__init__(target, env)
        self._open: Session | None = None

    @classmethod
    def endpoint(cls, target: Target) -> str:
        """As many conversations at once per address as the option `sessions` allows, whichever driver asks."""
        return endpoint_of(target)

    @classmethod
    def pin_host_key(cls, target: Target, env: Env, deadline: Deadline, *, replace: bool) -> str:
        """Through the jump host, where there is one; its own key has to be known already, or accepted."""
        options = options_of(target)
        if jump_of(target, options) is None:
            return ""
        from pedell_network.connecting import pin

        return pin(target, options, env, deadline, replace=replace)

    @cached_property
    def settings(self) -> SwitchOptions:
        """The device's options, checked."""
        return options_of(self.target)

    @classmethod
    @abstractmethod
    def dialect(cls) -> Dialect:
        """How the platform is spoken to; loads netmiko."""

    def connect(self, deadline: Deadline) -> None:
        """Log in."""
        self.session(deadline)

    def close(self) -> None:
        """Hang up."""
        line, self._open = self._open, None
        if line is not None:
            line.close()

    def still_there(self) -> bool:
        """Whether the conversation is open and sound."""
        return self._open is not None and self._open.usable

    def session(self, deadline: Deadline) -> Session:
        """The open conversation; a new one where the last was cut."""
        if self._open is not None and not self._open.usable:
            self.close()
        if self._open is None:
            from pedell_network.session import Session

            self._open = Session.open(self.dialect(), self.target, self.settings, self.env, deadline)
        return self._open
