"""Why something is proposed, or nothing: codes with values, put into words in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from pedell.i18n import Text, t
from pedell.tickets.model import Json


class Reason(StrEnum):
    """What intake has to say; the values of each stand beside its sentence in `words`."""

    RULE = "rule"
    ROOM = "room"
    DEVICE = "device"
    KINDS = "kinds"
    AUTO_REFUSED = "auto-refused"
    AUTO_FAILED = "auto-failed"
    NO_SYMPTOM = "no-symptom"
    OVER = "over"
    NO_PLACE = "no-place"
    NO_SUCH_ROOM = "no-such-room"
    NO_SUCH_SITE = "no-such-site"
    AMBIGUOUS = "ambiguous"
    NO_SUCH_KIND = "no-such-kind"
    NO_PLAYBOOK = "no-playbook"
    NO_RULES = "no-rules"


def reason(code: Reason, **values: str) -> Mapping[str, Json]:
    """As it is stored."""
    return {"code": code.value, "values": dict[str, Json](values)}


def words(stored: Mapping[str, Json]) -> str:
    """The sentence, in the language of this context."""
    held = stored.get("values")
    v = {name: str(value) for name, value in held.items()} if isinstance(held, dict) else {}
    try:
        return _sentence(str(stored.get("code", "")), v)
    except KeyError:  # a reason of another version of Pedell
        return str(stored.get("code", ""))


def _sentence(code: str, v: Mapping[str, str]) -> str:
    match code:
        case Reason.RULE:
            title = str(Text(v["en"], v["de"]))
            return t("“{title}”: the ticket says “{phrase}”", title=title, phrase=v["phrase"])
        case Reason.ROOM:
            return t("room {room} of {site} is meant", room=v["room"], site=v["site"])
        case Reason.DEVICE:
            return t("device {device} is named", device=v["device"])
        case Reason.KINDS:
            return t("there: {devices}", devices=v["devices"])
        case Reason.AUTO_REFUSED:
            return t("it does more than read, so a person must start it")
        case Reason.AUTO_FAILED:
            return t("it could not start by itself: {error}", error=v["error"])
        case Reason.NO_SYMPTOM:
            return t("nothing that a rule knows is said in the ticket")
        case Reason.OVER:
            return t("the ticket says that it is over: “{phrase}”", phrase=v["phrase"])
        case Reason.NO_PLACE:
            return t("the ticket names no room and no device of the inventory")
        case Reason.NO_SUCH_ROOM:
            return t("room {room} is not in the inventory", room=v["room"])
        case Reason.NO_SUCH_SITE:
            return t("site {site} is not in the inventory", site=v["site"])
        case Reason.AMBIGUOUS:
            return t("room {room} exists at several sites ({sites}); the ticket does not say which one",
                     room=v["room"], sites=v["sites"])  # fmt: skip
        case Reason.NO_SUCH_KIND:
            title = str(Text(v["en"], v["de"]))
            return t(
                "“{title}” would fit, but there is no {kinds} in {place}",
                title=title,
                kinds=v["kinds"],
                place=v["place"],
            )
        case Reason.NO_PLAYBOOK:
            return t("rule {rule} names playbook {playbook}, which cannot be used: {error}",
                     rule=v["rule"], playbook=v["playbook"], error=v["error"])  # fmt: skip
        case Reason.NO_RULES:
            return t("the rules cannot be used: {error}", error=v["error"])
    raise KeyError(code)
