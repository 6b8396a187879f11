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
    Target,
    Waiting,
    conversation,
    implements,
)
from pedell.drivers.errors import DeviceError, ErrorClass, Happened, IdentityError
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
    "Options",
    "Params",
    "Recovery",
    "RecoveryKind",
    "Result",
    "Risk",
    "Target",
    "Text",
    "Waiting",
    "complete",
    "conversation",
    "implements",
]
