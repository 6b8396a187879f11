"""Text that switches print: made harmless, secrets masked."""

from __future__ import annotations

import re

MASK = "••••"
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd]")
# The word before a secret in configurations of IOS and its like, and of FRR: Cisco's "password 7 08…",
# "secret 5 $1$…", "snmp-server community …", "key-string …", "tacacs-server key …", "pre-shared-key …".
_SECRET = re.compile(
    r"(?im)(?P<head>(?:\b(?:password|secret|community|key-string|pre-shared-key|server-key|passphrase"
    r"|wpa-psk(?: ascii| hex)?|authentication-key|(?:isakmp|radius-server|tacacs-server) key|md5|auth (?:md5|sha)"
    r"|priv (?:des|3des|aes(?: \d+)?))|^[ \t]*key)[ \t]+)"
    r"(?P<kind>(?:0|5|6|7|8|9|encrypted|cipher|ciphertext|plaintext|hash)[ \t]+)?"
    # Words that say whose or of which kind the secret is, on ProCurve and AOS-CX; it stands further on.
    r"(?!(?:manager|operator|port-access|ciphertext|plaintext|ascii-text|sha1|sha256|user-name)\b)(?P<secret>\S+)"
)
# ProCurve and AOS-CX: "password manager user-name "x" sha1 "…"", "ciphertext AQB…", "key "…"". Junos: `encrypted-password
# "$6$…"`, `secret "$9$…"`, `community x`. FASTPATH: `key "…"`.
_QUOTED = re.compile(
    r"(?im)(?P<head>\b(?:sha(?:1|256|512)?|plaintext|ciphertext|ascii-text|hexadecimal|encrypted(?:-key|-password)?"
    r"|plain-text-password-value|auth-pass|priv-pass|privacy-(?:password|key)|authentication-password|secret|key"
    r"|priv|auth|md5|passwd)[ \t]+)(?P<secret>\"[^\"\n]{1,600}\"|(?<=text )\S+|(?<=encrypted-password )\S+)"
)
# RouterOS: password=…, wpa2-pre-shared-key="…".
_EQUALS = re.compile(
    r"(?im)(?P<head>\b[\w-]{0,40}?(?:password|passphrase|secret|private-key|pre-shared-key|auth-key|encryption-key"
    r"|authentication-key|shared-key|wep-key|static-key-\d|community|ppk-secret)=)"
    r"(?P<secret>\"(?:[^\"\\\n]|\\.){0,600}\"|[^\s\"]\S*)"
)
_LOG_SIGN = re.compile(r"%|<\w+[:>]")
_LOG_LINE = re.compile(
    r"(?:[*.]?(?:[\w:.,/ *+-]{0,60}?: ?)?%[A-Z][A-Z0-9_]*(?:-[A-Z0-9_]+)*-[A-Z0-7]-\w+: ?"  # Cisco, both kinds
    r"|%[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d:\d{3} \d{4} \S+ \w+/\d/\w+: ?"  # Comware
    r"|\d\d/\d\d/\d{4} \d\d:\d\d:\d\d\.\d\d <\w+:[\w.]+> "  # EXOS
    r"|<\d{1,3}> ?[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d )"  # FASTPATH: EdgeSwitch, Netgear
)


def is_log_line(line: str) -> bool:
    """Whether a line is a message of the switch's log, printed to whoever is logged in.

    Sources: Cisco's "System Message Format", H3C's information center, EXOS's "Log Message Format", RFC 3164.
    """
    return _LOG_LINE.match(line) is not None


def without_log(text: str) -> str:
    """An answer without messages of the log that were printed into it, each on a line of its own."""
    if not _LOG_SIGN.search(text):
        return text
    return "\n".join(line for line in text.split("\n") if not is_log_line(line))


def clean(text: str) -> str:
    """`text` without escape sequences and control characters; line ends become newlines."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def mask_secrets(config: str) -> str:
    """A configuration with the secrets of its lines replaced; everything else stays."""
    config = _EQUALS.sub(lambda found: f"{found['head']}{MASK}", config)
    config = _QUOTED.sub(lambda found: f"{found['head']}{MASK}", config)
    return _SECRET.sub(lambda found: f"{found['head']}{found['kind'] or ''}{MASK}", config)


def one_line(text: str, limit: int = 200) -> str:
    """Hostile text as one short line for an error."""
    return " ".join(clean(text).split())[:limit]
