"""Single fields of the inventory: what each may hold, and how it is written in the store."""

from __future__ import annotations

import json
import re
from functools import cache
from unicodedata import normalize
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pedell.i18n import t
from pedell.inventory.addresses import host_of, is_ip
from pedell.inventory.entries import Located
from pedell.inventory.rooms import fold
from pedell.security.secrets import PREFIX

SLUG = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
TAG = re.compile(r"\w[\w.-]{0,63}")
STATES = ("active", "spare", "retired")
_GERMAN_STATES = {"aktiv": "active", "reserve": "spare", "ausgemustert": "retired"}
LIMITS = ("connections", "requests_per_second", "burst")
MOST = 100_000
MAX_DEPTH = 8
MAX_OPTIONS = 16_384

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_SCIENTIFIC = re.compile(r"\d[.,]\d+E\+\d+", re.IGNORECASE)
_NUMBERS = re.compile(r"\d+(?:\.\d+)+\.?")
_INTEGER = re.compile(r"[-+]?(?:0|[1-9]\d{0,17})")
_FLOAT = re.compile(r"[-+]?(?:0|[1-9]\d{0,17})\.\d{1,18}")
_SECRET_WORDS = frozenset(
    [
        "password",
        "passwort",
        "passwd",
        "passphrase",
        "secret",
        "token",
        "community",
        "pin",
        "apikey",
        "credential",
        "credentials",
    ]
)
_NO_SECRET = frozenset(["url", "uri", "path", "endpoint", "lifetime", "ttl", "length", "type", "user"])


class FieldError(ValueError):
    """A field holds what it must not; `place` is set where the trouble sits deeper in the value."""

    def __init__(self, message: str, *, hint: str = "", place: Located | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.place = place


def text(value: Located, limit: int) -> str:
    """One line of text."""
    if not isinstance(value.value, str):
        raise FieldError(t("a single value is expected"))
    made = value.value.strip()
    if value.plain and made in ("~", "null"):
        made = ""
    if not made.isascii():
        # Some systems write an umlaut as a letter and a mark.
        made = normalize("NFC", made)
    if len(made) > limit:
        raise FieldError(t("longer than {limit} characters", limit=limit))
    if _CONTROL.search(made):
        raise FieldError(t("holds a control character"))
    return made


def name(value: Located, limit: int = 128) -> str:
    """A name that must not be empty."""
    made = text(value, limit)
    if not made:
        raise FieldError(t("is empty"))
    return made


def slug(value: Located) -> str:
    """A short name in lower case."""
    made = name(value, 64)
    if not SLUG.fullmatch(made):
        raise FieldError(
            t("'{text}' is no short name", text=made),
            hint=t(
                "lower-case letters a to z, digits, '-', '_' and '.'; such as {slug}", slug=_slug_of(made)
            ),
        )
    return made


def _slug_of(text: str) -> str:
    """A short name that looks like the text."""
    return re.sub(r"[^a-z0-9._-]+", "-", fold(text)).strip("-._") or "bert-brecht"


def lower(value: Located) -> str:
    """A kind or a driver's id."""
    return text(value, 64).lower()


def serial(value: Located) -> str:
    """A serial number, not what a spreadsheet program made of it."""
    made = text(value, 128)
    if _SCIENTIFIC.fullmatch(made):
        raise FieldError(
            t("'{text}' was turned into a number by a spreadsheet program", text=made),
            hint=t("format the column as text"),
        )
    return made


def mac(value: Located) -> str:
    """A MAC address as aa:bb:cc:dd:ee:ff."""
    made = text(value, 32).lower()
    digits = re.sub(r"[:.\s-]", "", made)
    if made and not re.fullmatch(r"[0-9a-f]{12}", digits):
        raise FieldError(t("'{text}' is no MAC address", text=made), hint="00:11:22:aa:bb:cc")
    return ":".join(digits[i : i + 2] for i in range(0, len(digits), 2))


def state(value: Located) -> str:
    """A device's state; empty is active."""
    made = text(value, 16).lower() or "active"
    made = _GERMAN_STATES.get(made, made)
    if made not in STATES:
        raise FieldError(t("'{text}' is no state", text=made), hint=", ".join(STATES))
    return made


def address(value: Located) -> str:
    """An address, without a password in it."""
    made = text(value, 500)
    if "@" in made:
        try:
            password = urlsplit(made).password
        except ValueError as error:
            raise FieldError(t("is no address: {error}", error=error)) from error
        if password is not None:
            raise FieldError(
                t("holds a password"), hint=t("put it into the options as {prefix}…", prefix=PREFIX)
            )
    host = host_of(made)
    if _NUMBERS.fullmatch(host) and not is_ip(host):
        # The system would take 10.1.1 for 10.1.0.1, which is another device.
        raise FieldError(
            t("'{text}' is no IP address", text=host), hint=t("four numbers, such as 10.20.4.17")
        )
    return made


@cache
def _zone_exists(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        return False
    return True


def timezone(value: Located) -> str:
    """A time zone's name; empty is the settings' zone."""
    made = text(value, 64)
    if made and not _zone_exists(made):
        raise FieldError(t("'{text}' is no time zone", text=made), hint="Europe/Berlin")
    return made


def tags(value: Located) -> tuple[str, ...]:
    """Tags, as a list or as text with commas or blanks between them; sorted."""
    if isinstance(value.value, dict):
        raise FieldError(t("a list is expected"))
    parts = (
        re.split(r"[\s,;|]+", text(value, 4_000))
        if isinstance(value.value, str)
        else [text(one, 64) for one in value.value]
    )
    made = {part.lower() for part in parts if part}
    for tag in made:
        if not TAG.fullmatch(tag):
            raise FieldError(t("'{text}' is no tag", text=tag), hint=t("letters, digits, '-', '_' and '.'"))
    return tuple(sorted(made))


def plain(value: Located) -> object:
    """A value as JSON knows it: numbers without leading zeros, true, false and null; all else is text."""
    word = value.value
    if not isinstance(word, str):
        raise FieldError(t("a single value is expected"), place=value)
    if not value.plain:
        return word
    if word in ("", "~", "null"):
        return None
    if word in ("true", "false"):
        return word == "true"
    if _INTEGER.fullmatch(word):
        return int(word)
    return float(word) if _FLOAT.fullmatch(word) else word


def options(value: Located) -> str:
    """Options as JSON text; raises FieldError where a secret stands in them as itself."""
    found = structured(value, MAX_OPTIONS) if isinstance(value.value, str) else value
    if not isinstance(found.value, dict):
        raise FieldError(t("names and values are expected"), hint='{"port": 1515}')
    dumped = json.dumps(_deep(found, "", 0), sort_keys=True, ensure_ascii=False)
    if len(dumped) > MAX_OPTIONS:
        raise FieldError(t("longer than {limit} characters", limit=MAX_OPTIONS))
    return dumped


def limits(value: Located) -> str:
    """A controller's limits as JSON text; raises FieldError for one that is not known or no figure."""
    text = options(value)
    for name, figure in json.loads(text).items():
        if name not in LIMITS:
            raise FieldError(
                t("{name} is no limit of a controller", name=name), hint=t("known here: {names}", names=", ".join(LIMITS))
            )  # fmt: skip
        whole = name != "requests_per_second"
        good = isinstance(figure, int if whole else int | float) and not isinstance(figure, bool)
        if not good or figure <= 0 or figure > MOST:
            raise FieldError(t("{name} must be a number above 0", name=name))
    return text


def structured(value: Located, limit: int) -> Located:
    """What a text of JSON says, as a file would say it; an empty text is no names and values."""
    word = text(value, limit)
    try:
        made = json.loads(word or "{}")
    except (ValueError, RecursionError) as error:
        raise FieldError(t("is no JSON"), hint='{"port": 1515}') from error
    return _locate(made, value, 0)


def _locate(made: object, at: Located, depth: int) -> Located:
    if depth > MAX_DEPTH:
        raise FieldError(t("nested deeper than {limit}", limit=MAX_DEPTH))
    if isinstance(made, dict):
        return Located({key: _locate(one, at, depth + 1) for key, one in made.items()}, at.line, at.column)
    if isinstance(made, list):
        return Located([_locate(one, at, depth + 1) for one in made], at.line, at.column)
    if isinstance(made, str):
        return Located(made, at.line, at.column, plain=False)
    return Located(json.dumps(made), at.line, at.column)


def _deep(value: Located, key: str, depth: int) -> object:
    if depth > MAX_DEPTH:
        raise FieldError(t("nested deeper than {limit}", limit=MAX_DEPTH), place=value)
    if isinstance(value.value, dict):
        made = {}
        for inner, one in value.value.items():
            if _CONTROL.search(inner):
                raise FieldError(t("holds a control character"), place=one)
            made[inner] = _deep(one, inner, depth + 1)
        return made
    if isinstance(value.value, list):
        return [_deep(one, key, depth + 1) for one in value.value]
    single = plain(value)
    if is_secret(key) and single not in (None, True, False) and not str(single).startswith(PREFIX):
        raise FieldError(
            t("'{key}' holds a secret as itself", key=key),
            hint=t("write a reference: secret://file/NAME or secret://env/NAME"),
            place=value,
        )
    if isinstance(single, str) and re.search(r"[\x00\ud800-\udfff]", single):
        raise FieldError(t("holds a control character"), place=value)
    if isinstance(single, str) and "://" in single:
        address(value)
    return single


def is_secret(key: str) -> bool:
    """Whether an option of this name holds a secret."""
    words = re.sub(r"([a-z])([A-Z])", r"\1_\2", key).lower().replace("-", "_").replace(".", "_").split("_")
    joined = "".join(words)
    if words[-1] in _NO_SECRET:
        return False
    return bool(_SECRET_WORDS & set(words)) or joined.endswith(
        ("password", "passphrase", "apikey", "privatekey")
    )
