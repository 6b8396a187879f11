"""The public face for plugins' modules."""

from __future__ import annotations

import pluggy

from pedell.hooks.observed import AttemptInfo, RunInfo, TicketInfo

hookimpl = pluggy.HookimplMarker("pedell")

__all__ = ["AttemptInfo", "RunInfo", "TicketInfo", "hookimpl"]
