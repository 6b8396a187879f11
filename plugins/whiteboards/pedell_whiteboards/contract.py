"""The family's contract: what a whiteboard or projector can be asked to do."""

from __future__ import annotations

from pedell.drivers.api import (
    ASK,
    REPEAT,
    Capability,
    Contract,
    Effect,
    NoParams,
    Params,
    Recovery,
    Result,
    Risk,
    Text,
    complete,
)
from pedell_whiteboards.model import DeviceInfo, NetworkStandby, SelectInput, SetVolume, Status


def _read(name: str, en: str, de: str, result: type[Result]) -> Capability:
    return Capability(f"display.{name}", Text(en, de), result=result, timeout=45)


def _set(
    name: str,
    en: str,
    de: str,
    risk: Risk = Risk.HARMLESS,
    *,
    effect: Effect = Effect.REPEATABLE,
    recovery: Recovery = REPEAT,
    params: type[Params] = NoParams,
    timeout: float = 30,
) -> Capability:
    return Capability(f"display.{name}", Text(en, de), effect, risk, recovery, timeout, params)


# Switching on is harmless: it must be possible in the middle of a lesson, and after everything that failed.
# A restart or a switching off that was cut off in the middle is another matter: the room must not stay dark
# after a restart, so whatever is known of it, it ends with the display on.
CONTRACT = Contract(
    family="display",
    title=Text("Displays", "Anzeigen"),
    kinds={
        "whiteboard": Text("Whiteboard", "Whiteboard"),
        "projector": Text("Projector", "Beamer"),
    },
    capabilities=(
        _read(
            "status",
            "Read what the display shows and reports",
            "Lesen, was die Anzeige zeigt und meldet",
            Status,
        ),
        _read("device_info", "Read who the display is", "Lesen, welches Gerät es ist", DeviceInfo),
        _set(
            "power_on",
            "Switch on and wait until ready",
            "Einschalten und warten, bis es bereit ist",
            timeout=60,
        ),
        _set(
            "power_off",
            "Switch off and wait for standby",
            "Ausschalten und auf Standby warten",
            Risk.DISRUPTIVE,
            timeout=60,
        ),
        _set(
            "restart",
            "Restart and wait until ready",
            "Neu starten und warten, bis es bereit ist",
            Risk.DISRUPTIVE,
            recovery=complete("display.power_on"),
            timeout=60,
        ),
        _set("select_input", "Show an input", "Einen Eingang zeigen", Risk.DISRUPTIVE, params=SelectInput),
        _set("set_volume", "Set the volume", "Die Lautstärke einstellen", params=SetVolume),
        _set("mute", "Switch the sound off", "Den Ton ausschalten", Risk.DISRUPTIVE),
        _set("unmute", "Switch the sound on", "Den Ton einschalten"),
        _set("blank", "Switch the picture off", "Das Bild ausblenden", Risk.DISRUPTIVE),
        _set("unblank", "Switch the picture on", "Das Bild einblenden"),
        _set("freeze", "Hold the picture", "Das Bild anhalten", Risk.DISRUPTIVE),
        _set("unfreeze", "Let the picture run again", "Das Bild wieder laufen lassen"),
        _set(
            "lock_controls",
            "Lock keys and remote control",
            "Tasten und Fernbedienung sperren",
            Risk.DISRUPTIVE,
        ),
        _set("unlock_controls", "Unlock keys and remote control", "Tasten und Fernbedienung freigeben"),
        _set("touch_lock", "Let touching do nothing", "Berührungen nicht mehr annehmen", Risk.DISRUPTIVE),
        _set("touch_unlock", "Take touches again", "Berührungen wieder annehmen"),
        _set(
            "reset_picture", "Reset the picture's settings", "Bildeinstellungen zurücksetzen", Risk.DISRUPTIVE
        ),
        _set(
            "factory_reset",
            "Reset everything to factory settings",
            "Alles auf Werkseinstellungen zurücksetzen",
            Risk.DESTRUCTIVE,
            effect=Effect.ONCE,
            recovery=ASK,
        ),
        _set(
            "network_standby",
            "Stay reachable by network while off",
            "Im Standby über das Netz erreichbar bleiben",
            params=NetworkStandby,
        ),
    ),
)
