"""The public face for authors of drivers: import from here and nowhere deeper.

Changes follow docs/compatibility.md. A plugin's module says `PEDELL_API = 1`.
"""

from __future__ import annotations

from pedell.drivers.capability import (
    ASK,
    PROBE,
    REPEAT,
    Capability,
    Contract,
    Effect,
    NoParams,
    Nothing,
    Params,
    Recovery,
    RecoveryKind,
    Result,
    Risk,
    complete,
)
from pedell.drivers.deadline import Deadline
from pedell.drivers.discovery import Found
from pedell.drivers.driver import (
    Answer,
    Call,
    ControllerLimits,
    ControllerTarget,
    Done,
    Driver,
    Env,
    Identity,
    Options,
    Poll,
    Target,
    Waiting,
    conversation,
    implements,
)
from pedell.drivers.errors import DeviceError, ErrorClass, Happened, IdentityError
from pedell.drivers.notice import Notice
from pedell.drivers.pacing import before_request, come_later
from pedell.i18n import Text

API_VERSION = 1

__all__ = [
    "API_VERSION",
    "ASK",
    "PROBE",
    "REPEAT",
    "Answer",
    "Call",
    "Capability",
    "Contract",
    "ControllerLimits",
    "ControllerTarget",
    "Deadline",
    "DeviceError",
    "Done",
    "Driver",
    "Effect",
    "Env",
    "ErrorClass",
    "Found",
    "Happened",
    "Identity",
    "IdentityError",
    "NoParams",
    "Nothing",
    "Notice",
    "Options",
    "Params",
    "Poll",
    "Recovery",
    "RecoveryKind",
    "Result",
    "Risk",
    "Target",
    "Text",
    "Waiting",
    "before_request",
    "come_later",
    "complete",
    "conversation",
    "implements",
]
