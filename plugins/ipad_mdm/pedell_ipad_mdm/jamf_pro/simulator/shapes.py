"""What the server's JSON looks like.

Source: Jamf Pro API reference, responses of `GET /api/v2/mobile-devices/detail`, `GET
/api/v2/mobile-devices/{id}` and `GET /api/v2/mdm/commands`; an open command carries 1970-01-01 as
`dateCompleted`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pedell_ipad_mdm.jamf_pro.simulator.filters import Row
from pedell_ipad_mdm.jamf_pro.simulator.ipads import Command, Ipad

SECTIONS = frozenset(
    {
        "GENERAL",
        "HARDWARE",
        "USER_AND_LOCATION",
        "PURCHASING",
        "SECURITY",
        "APPLICATIONS",
        "EBOOKS",
        "NETWORK",
        "SERVICE_SUBSCRIPTIONS",
        "CERTIFICATES",
        "PROFILES",
        "USER_PROFILES",
        "PROVISIONING_PROFILES",
        "SHARED_USERS",
        "EXTENSION_ATTRIBUTES",
    }
)
IPAD_FIELDS = frozenset(
    {
        "mobileDeviceId",
        "displayName",
        "serialNumber",
        "udid",
        "managementId",
        "osVersion",
        "managed",
        "supervised",
        "lostModeEnabled",
        "lastInventoryUpdateDate",
        "batteryLevel",
        "model",
        "modelIdentifier",
        "wifiMacAddress",
    }
)
COMMAND_FIELDS = frozenset(
    {
        "uuid",
        "clientManagementId",
        "command",
        "status",
        "clientType",
        "dateSent",
        "validAfter",
        "dateCompleted",
        "profileId",
        "active",
    }
)
_STATUS_WORDS = {"PENDING": "Pending", "ACKNOWLEDGED": "Acknowledged", "NOT_NOW": "NotNow", "ERROR": "Error"}


def time_text(seconds: float) -> str:
    """A time as the server writes it."""
    at = datetime.fromtimestamp(seconds, UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z" if seconds else "1970-01-01T00:00:00Z"


def ipad_row(ipad: Ipad) -> Row:
    """The fields that may be filtered and sorted by."""
    return {
        "mobileDeviceId": ipad.id,
        "displayName": ipad.name,
        "serialNumber": ipad.serial,
        "udid": ipad.udid,
        "managementId": ipad.management_id,
        "osVersion": ipad.os_version,
        "managed": str(ipad.managed).lower(),
        "supervised": str(ipad.supervised).lower(),
        "lostModeEnabled": str(ipad.lost_mode).lower(),
        "lastInventoryUpdateDate": time_text(ipad.inventory_at),
        "batteryLevel": f"{ipad.battery:03d}",
        "model": ipad.model,
        "modelIdentifier": ipad.model_identifier,
        "wifiMacAddress": ipad.wifi_mac,
    }


def ipad_detail(ipad: Ipad, sections: set[str], *, with_management_id: bool) -> dict[str, Any]:
    """A record of the inventory, by sections."""
    record: dict[str, Any] = {"mobileDeviceId": ipad.id, "deviceType": "iOS"}
    if "GENERAL" in sections:
        record["general"] = {
            "udid": ipad.udid,
            "displayName": ipad.name,
            "assetTag": None,
            "siteId": "-1",
            "lastInventoryUpdateDate": time_text(ipad.inventory_at),
            "osVersion": ipad.os_version,
            "osBuild": "22G86",
            "ipAddress": "10.20.30.40",
            "managed": ipad.managed,
            "supervised": ipad.supervised,
            "deviceOwnershipType": "Institutional",
            "lastEnrolledDate": time_text(ipad.enrolled_at),
            "mdmProfileExpirationDate": time_text(ipad.profile_expires_at),
            "timeZone": "Europe/Berlin",
            "declarativeDeviceManagementEnabled": True,
        }
        if with_management_id:
            record["general"]["managementId"] = ipad.management_id
    if "HARDWARE" in sections:
        record["hardware"] = {
            "capacityMb": 64_000,
            "availableSpaceMb": ipad.free_mb,
            "usedSpacePercentage": 36,
            "batteryLevel": ipad.battery,
            "serialNumber": ipad.serial,
            "wifiMacAddress": ipad.wifi_mac,
            "model": ipad.model,
            "modelIdentifier": ipad.model_identifier,
        }
    if "SECURITY" in sections:
        record["security"] = {
            "passcodePresent": ipad.passcode,
            "activationLockEnabled": ipad.activation_lock,
            "lostModeEnabled": ipad.lost_mode,
            "lostModeMessage": ipad.lost_message,
        }
    return record


def ipad_flat(ipad: Ipad) -> dict[str, Any]:
    """A record of `/v2/mobile-devices` and `/v2/mobile-devices/{id}`."""
    return {
        "id": ipad.id,
        "name": ipad.name,
        "serialNumber": ipad.serial,
        "wifiMacAddress": ipad.wifi_mac,
        "udid": ipad.udid,
        "model": ipad.model,
        "modelIdentifier": ipad.model_identifier,
        "username": ipad.user,
        "type": "ios",
        "managementId": ipad.management_id,
    }


def command_row(command: Command) -> Row:
    """The fields that may be filtered and sorted by."""
    return {
        "uuid": command.uuid,
        "clientManagementId": command.management_id,
        "command": command.type,
        "status": _STATUS_WORDS[command.state],
        "clientType": "MOBILE_DEVICE",
        "dateSent": time_text(command.sent),
        "dateCompleted": time_text(command.completed),
        "active": "true",
    }


def command_line(command: Command) -> dict[str, Any]:
    """A line of the list of commands."""
    line: dict[str, Any] = {
        "uuid": command.uuid,
        "client": {"managementId": command.management_id, "clientType": "MOBILE_DEVICE"},
        "commandState": command.state,
        "commandType": command.type,
        "dateSent": time_text(command.sent),
        "dateCompleted": time_text(command.completed),
    }
    if command.state == "ERROR":
        line["commandError"] = {
            "errorCode": command.error_code,
            "errorDomain": "MCMDMErrorDomain",
            "errorLocalizedDescription": command.error,
            "errorEnglishDescription": command.error,
        }
    return line
