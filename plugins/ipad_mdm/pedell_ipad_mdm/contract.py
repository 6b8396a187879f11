"""What every MDM promises for an iPad, in words that know no vendor.

Accepted (the MDM has queued it), delivered (the iPad has answered) and executed (the iPad says that it did
it) are three facts. A sleeping iPad answers when it wakes, perhaps hours later: the calls wait, they do not
fail. Which effects may be repeated follows Apple's protocol: a command queued twice is executed twice.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from pedell.drivers.api import (
    PROBE,
    REPEAT,
    Capability,
    Contract,
    Effect,
    NoParams,
    Params,
    Result,
    Risk,
    Text,
)

FAMILY = "ipad"
BATCH = 100
"""iPads that one request may name for harmless commands; a call with `once` always names one."""

Seconds = Annotated[float, Field(ge=10, le=7 * 86400)]
Moment = Annotated[
    str | None, Field(description="UTC to the second, such as 2026-11-23T10:00:00Z; none where not known.")
]
Screen = Annotated[str, Field(max_length=500)]
Reference = Annotated[str, Field(pattern=r"^(secret://\S+)?$", max_length=300)]


class Patient(Params):
    """A command that may have to wait for the iPad."""

    within: Seconds = Field(default=4 * 3600, description="Seconds that the iPad may take to answer.")


class Restart(Patient):
    """How to restart."""

    confirm: bool = Field(default=True, description="Wait until the iPad has reported again afterwards.")


class Lock(Patient):
    """What the locked screen shows."""

    message: Screen = Field(default="", description="Text on the locked screen.")
    phone: Screen = Field(default="", description="Telephone number on the locked screen.")


class LostMode(Patient):
    """What the screen shows in lost mode; a message or a telephone number is needed."""

    message: Screen = Field(default="", description="Text on the screen.")
    phone: Screen = Field(default="", description="Telephone number on the screen.")
    footnote: Screen = Field(default="", description="Small text below.")

    @model_validator(mode="after")
    def _something_to_show(self) -> LostMode:
        if not (self.message.strip() or self.phone.strip()):
            raise ValueError("lost mode needs a message or a phone number")
        return self


class Erase(Patient):
    """How to erase: all data on the iPad is lost."""

    return_to_service: bool = Field(
        default=True, description="Let the iPad enrol again by itself (iPadOS 17 and later)."
    )
    wifi_profile: Reference = Field(
        default="",
        description="secret:// reference to the Wi-Fi profile (.mobileconfig, or Base64 of a signed one) "
        "that the iPad joins the network with; by default the one in the options.",
    )
    mdm_profile: Reference = Field(
        default="",
        description="secret:// reference to the enrolment profile; not needed with Apple School Manager.",
    )
    ethernet: bool = Field(
        default=False, description="The iPad has a network cable, so no Wi-Fi profile is needed."
    )
    preserve_data_plan: bool = Field(default=False, description="Keep the mobile data plan.")
    disallow_proximity_setup: bool = Field(
        default=False, description="No set-up from a device nearby afterwards."
    )


class IpadInfo(Result):
    """What the MDM knows about an iPad, as of the last inventory."""

    name: str = ""
    serial: str = ""
    udid: str = ""
    model: str = ""
    model_identifier: str = Field(default="", description="Apple's name of the model, such as iPad13,18.")
    os_version: str = ""
    battery_percent: int | None = Field(default=None, description="0 to 100.")
    free_mb: int | None = Field(default=None, description="Free space in megabytes.")
    supervised: bool | None = None
    managed: bool | None = None
    lost_mode: bool | None = None
    passcode: bool | None = Field(default=None, description="Whether a passcode is set.")
    activation_lock: bool | None = None
    last_inventory: Moment = None
    last_enrolled: Moment = None
    last_seen: Moment = Field(default=None, description="The later of last_inventory and last_enrolled.")
    mdm_profile_expires: Moment = None


class CommandReport(Result):
    """How far a command came."""

    accepted: bool = Field(description="The MDM has queued it.")
    delivered: bool | None = Field(
        default=None, description="The iPad has answered; none where the MDM does not tell."
    )
    executed: bool | None = Field(default=None, description="It was done; none where nobody has told so yet.")
    command: str = Field(default="", description="The MDM's id of the command.")
    sent: Moment = None
    completed: Moment = None


class RestartReport(CommandReport):
    """How far a restart came."""

    seen_again: bool | None = Field(
        default=None, description="Whether the iPad has reported since; none where that was not asked for."
    )


def _command(
    verb: str,
    en: str,
    de: str,
    *,
    params: type[Params] = Patient,
    effect: Effect = Effect.REPEATABLE,
    risk: Risk = Risk.HARMLESS,
    result: type[Result] = CommandReport,
    batch: int = 1,
) -> Capability:
    """A command through the MDM: 60 s for the call itself; the wait for the iPad is not part of it."""
    return Capability(
        f"{FAMILY}.{verb}",
        Text(en, de),
        effect=effect,
        risk=risk,
        recovery=PROBE if effect is Effect.ONCE else REPEAT,
        timeout=60.0,
        params=params,
        result=result,
        batch=batch,
    )


CONTRACT = Contract(
    family=FAMILY,
    title=Text("iPads", "iPads"),
    kinds={"ipad": Text("iPad", "iPad")},
    capabilities=(
        Capability(
            "ipad.device_info",
            Text("Read what the MDM knows", "Lesen, was das MDM weiß"),
            params=NoParams,
            result=IpadInfo,
        ),
        _command(
            "refresh_inventory", "Ask the iPad to report", "Das iPad um einen Bericht bitten", batch=BATCH
        ),
        _command("blank_push", "Wake the iPad", "Das iPad wecken", params=NoParams, batch=BATCH),
        _command(
            "renew_mdm_profile",
            "Renew the MDM profile",
            "Das MDM-Profil erneuern",
            params=NoParams,
            batch=BATCH,
        ),
        _command(
            "restart",
            "Restart the iPad",
            "Das iPad neu starten",
            params=Restart,
            effect=Effect.ONCE,
            risk=Risk.DISRUPTIVE,
            result=RestartReport,
        ),
        _command("lock", "Lock the screen", "Den Bildschirm sperren", params=Lock, risk=Risk.DISRUPTIVE),
        _command("clear_passcode", "Remove the passcode", "Den Code entfernen", risk=Risk.DISRUPTIVE),
        _command(
            "lost_mode_on",
            "Switch lost mode on",
            "Den Modus „Verloren“ einschalten",
            params=LostMode,
            risk=Risk.DISRUPTIVE,
        ),
        _command("lost_mode_off", "Switch lost mode off", "Den Modus „Verloren“ ausschalten"),
        # Twice is not as good as once: the second one would log out whoever came next.
        _command(
            "log_out_user",
            "Log the user of a shared iPad out",
            "Den Nutzer eines geteilten iPads abmelden",
            effect=Effect.ONCE,
            risk=Risk.DISRUPTIVE,
        ),
        _command(
            "erase",
            "Erase the iPad, all data is lost",
            "Das iPad löschen, alle Daten gehen verloren",
            params=Erase,
            effect=Effect.ONCE,
            risk=Risk.DESTRUCTIVE,
        ),
    ),
)
