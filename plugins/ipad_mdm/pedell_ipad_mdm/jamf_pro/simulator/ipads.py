"""iPads as people know them: they sleep, are locked, restart, and come back.

Source of the behaviour: Apple's `device-management` repository, `mdm/commands/*.yaml` (which commands need
supervision or a shared iPad) and its documentation: NotNow while locked, an erase runs on a locked iPad
too, in lost mode other commands end with code 12078, a passcode-locked iPad joins no Wi-Fi after a restart.
"""

from __future__ import annotations

from dataclasses import dataclass, field

NEEDS_SUPERVISION = frozenset(
    {"RESTART_DEVICE", "ENABLE_LOST_MODE", "DISABLE_LOST_MODE", "DEVICE_LOCATION", "PLAY_LOST_MODE_SOUND"}
)
WORKS_LOCKED = frozenset(
    {
        "ERASE_DEVICE",
        "DEVICE_LOCK",
        "CLEAR_PASSCODE",
        "ENABLE_LOST_MODE",
        "DISABLE_LOST_MODE",
        "DEVICE_LOCATION",
    }
)
WORKS_LOST = frozenset(
    {
        "DISABLE_LOST_MODE",
        "ENABLE_LOST_MODE",
        "DEVICE_LOCATION",
        "PLAY_LOST_MODE_SOUND",
        "ERASE_DEVICE",
        "DEVICE_INFORMATION",
        "RESTART_DEVICE",
    }
)
NAMES = {
    "DEVICE_INFORMATION": "inventory",
    "RESTART_DEVICE": "restart",
    "DEVICE_LOCK": "lock",
    "CLEAR_PASSCODE": "clear_passcode",
    "ENABLE_LOST_MODE": "lost_mode_on",
    "DISABLE_LOST_MODE": "lost_mode_off",
    "LOG_OUT_USER": "log_out_user",
    "ERASE_DEVICE": "erase",
    "INSTALL_PROFILE": "renew_mdm_profile",
}
"""Commands and the effects that are counted for them."""


@dataclass
class Command:
    """A command in the server's queue; times are epoch seconds by the server's clock."""

    uuid: str
    management_id: str
    type: str
    fields: dict[str, object]
    sent: float
    state: str = "PENDING"
    completed: float = 0.0
    error_code: int = 0
    error: str = ""


@dataclass
class Ipad:
    """One iPad.

    Attributes:
        awake: whether a push reaches it.
        wakes_after: seconds after a push in which it wakes by itself; negative for never.
        locked: somebody set a passcode and the screen is locked.
        rejoins: whether it joins the Wi-Fi after a restart before anybody unlocks it.
        online: joined a network: not restarting, not in the set-up assistant.
    """

    id: str
    serial: str
    udid: str
    management_id: str
    name: str
    model: str = "iPad (10th generation)"
    model_identifier: str = "iPad13,18"
    os_version: str = "18.6"
    wifi_mac: str = "C4:84:66:00:00:00"
    battery: int = 64
    free_mb: int = 41_000
    supervised: bool = True
    managed: bool = True
    shared: bool = False
    awake: bool = True
    wakes_after: float = -1.0
    locked: bool = False
    passcode: bool = False
    rejoins: bool = True
    online: bool = True
    ethernet: bool = False
    lost_mode: bool = False
    lost_message: str = ""
    activation_lock: bool = False
    screen_message: str = ""
    user: str = ""
    enrolled_at: float = 0.0
    inventory_at: float = 0.0
    profile_expires_at: float = 0.0
    queue: list[Command] = field(default_factory=list)

    @property
    def reachable(self) -> bool:
        """Whether it would fetch a command now."""
        return self.awake and self.online and self.managed

    def verdict(self, command: Command) -> tuple[str, int, str]:
        """What it answers: state, and code and words of an error."""
        if command.type in NEEDS_SUPERVISION and not self.supervised:
            return "ERROR", 12021, "The device is not supervised."
        if self.lost_mode and command.type not in WORKS_LOST:
            return "ERROR", 12078, "The device is in lost mode."
        if command.type == "LOG_OUT_USER" and not self.shared:
            return "ERROR", 12021, "The device is not a Shared iPad."
        if self.locked and command.type not in WORKS_LOCKED:
            return "NOT_NOW", 0, ""
        return "ACKNOWLEDGED", 0, ""

    def carry_out(self, command: Command, now: float) -> None:
        """Change what is changed at once; a restart and an erase take their time elsewhere."""
        fields = command.fields
        match command.type:
            case "DEVICE_INFORMATION":
                self.inventory_at = now
            case "DEVICE_LOCK":
                self.locked = self.passcode
                self.screen_message = str(fields.get("message", ""))
            case "CLEAR_PASSCODE":
                self.passcode = self.locked = False
            case "ENABLE_LOST_MODE":
                self.lost_mode, self.lost_message = True, str(fields.get("lostModeMessage", ""))
            case "DISABLE_LOST_MODE":
                self.lost_mode, self.lost_message = False, ""
            case "LOG_OUT_USER":
                self.user = ""
            case "INSTALL_PROFILE":
                self.profile_expires_at = now + 730 * 86400.0
            case _:
                pass

    def returns_to_service(self, command: Command) -> bool:
        """Whether it finds its way back after this erase."""
        service = command.fields.get("returnToService")
        if not isinstance(service, dict) or service.get("enabled") is not True or self.activation_lock:
            return False
        return bool(service.get("wifiProfileData")) or self.ethernet

    def enrol(self, now: float) -> None:
        """As after the set-up assistant: same UDID and serial number, everything else new."""
        self.online = self.managed = self.awake = True
        self.locked = self.passcode = self.lost_mode = False
        self.user = self.screen_message = self.lost_message = ""
        self.enrolled_at = self.inventory_at = now
        self.profile_expires_at = now + 730 * 86400.0
