"""What is sent to Jamf Pro, as pure functions.

Source: Jamf Pro API reference, `POST /api/v2/mdm/commands` (`clientData`, `commandData` with `commandType`),
`POST /api/v1/mdm/renew-profile`, `POST /api/v2/mdm/blank-push`; field names as in jamf-pro-sdk 0.9a1,
`models/pro/mdm.py`.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_ipad_mdm.contract import Erase, Lock, LostMode

TOKEN_PATHS = ("/api/oauth/token", "/api/v1/oauth/token")
COMMANDS_PATH = "/api/v2/mdm/commands"
RENEW_PATH = "/api/v1/mdm/renew-profile"
PUSH_PATH = "/api/v2/mdm/blank-push"
DETAIL_PATH = "/api/v2/mobile-devices/detail"
DEVICE_PATH = "/api/v2/mobile-devices/"
SECTIONS = ("GENERAL", "HARDWARE", "SECURITY")

COMMAND_TYPES: Mapping[str, str] = {
    "ipad.refresh_inventory": "DEVICE_INFORMATION",
    "ipad.restart": "RESTART_DEVICE",
    "ipad.lock": "DEVICE_LOCK",
    "ipad.clear_passcode": "CLEAR_PASSCODE",
    "ipad.lost_mode_on": "ENABLE_LOST_MODE",
    "ipad.lost_mode_off": "DISABLE_LOST_MODE",
    "ipad.log_out_user": "LOG_OUT_USER",
    "ipad.erase": "ERASE_DEVICE",
}
"""Capabilities that are one MDM command, and Jamf Pro's name for it."""


@dataclass(frozen=True)
class MdmCommand:
    """A command: its type and its fields. `secret` keeps it out of the transcript."""

    type: str
    fields: Mapping[str, object] = field(default_factory=dict)
    secret: bool = False

    def body(self, *management_ids: str) -> dict[str, object]:
        """The body that queues it for these iPads."""
        return {
            "clientData": [{"managementId": each} for each in management_ids],
            "commandData": {"commandType": self.type, **self.fields},
        }


def token_form(client_id: str, client_secret: str) -> dict[str, str]:
    """OAuth 2.0 client credentials (RFC 6749 section 4.4), as Jamf Pro takes them since 10.49."""
    return {"grant_type": "client_credentials", "client_id": client_id, "client_secret": client_secret}


def lock(params: Lock) -> MdmCommand:
    """DEVICE_LOCK; what is empty is left out."""
    return MdmCommand("DEVICE_LOCK", _filled(message=params.message, phoneNumber=params.phone))


def lost_mode_on(params: LostMode) -> MdmCommand:
    """ENABLE_LOST_MODE; all three fields are sent, as Jamf's own client does."""
    return MdmCommand(
        "ENABLE_LOST_MODE",
        {
            "lostModeMessage": params.message,
            "lostModePhone": params.phone,
            "lostModeFootnote": params.footnote,
        },
    )


def erase(params: Erase, *, wifi_profile: str = "", mdm_profile: str = "") -> MdmCommand:
    """ERASE_DEVICE; the profiles are secrets' texts: a Wi-Fi profile holds the network's password."""
    fields: dict[str, object] = {}
    if params.preserve_data_plan:
        fields["preserveDataPlan"] = True
    if params.disallow_proximity_setup:
        fields["disallowProximitySetup"] = True
    if params.return_to_service:
        fields["returnToService"] = {
            "enabled": True,
            **_filled(mdmProfileData=profile_data(mdm_profile), wifiProfileData=profile_data(wifi_profile)),
        }
    return MdmCommand("ERASE_DEVICE", fields, secret=bool(wifi_profile or mdm_profile))


def profile_data(profile: str) -> str:
    """A profile as Base64: XML is encoded, Base64 is checked; raises DeviceError(PRECONDITION)."""
    text = profile.strip()
    if not text:
        return ""
    if text.startswith("<"):
        return base64.b64encode(text.encode()).decode("ascii")
    packed = "".join(text.split())
    try:
        base64.b64decode(packed.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise DeviceError(
            ErrorClass.PRECONDITION,
            "a profile for Return to Service is neither XML nor Base64",
            hint="store the .mobileconfig itself as the secret, or Base64 of a signed one",
        ) from None
    return packed


def _filled(**fields: str) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value}
