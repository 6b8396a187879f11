"""What is secret in configurations, as patterns: each finds the words before a secret (`head`) and the secret.

`kind` is what may stand between both and is no secret: how it is encrypted. Every pattern is bounded, since what a switch
says may be hostile: none looks over a whole line from each of its places. For the sources see `masking`.
"""

from __future__ import annotations

import re

from pedell_network.keeping import keeping

MASK = "••••"
WRAPPED = re.compile(r"\n (?=\")")
WRAPPED_ALL = re.compile(r"\n (?=[^ \n])")
"""Where ArubaOS-Switch has wrapped a line of its configuration: one blank, where what belongs to an interface has three."""
WRAPS = re.compile(r"^; \S+ Configuration Editor;", re.MULTILINE)

# A value: quoted, which a long line may continue behind a backslash, or one word. What is masked already is none.
_VALUE = rf"(?!{MASK})(?![{{}}])(?P<secret>\"(?:\\\n|\\.|[^\"\\\n])*\"|'[^'\n]*'|[^\s\"';][^\s;]*)"
# What may stand between the word and the secret: how it is encrypted, whom it is for.
_KINDS = (
    r"(?:(?:level[ \t]+\d+|role[ \t]+\S+|0|5|6|7|8|9|encrypted(?:-key)?|ciphertext|cipher|unencrypted|plaintext|plain-text"
    r"|plain_text|simple|hash|ascii(?:-text)?|hex(?:adecimal)?|clear|md5|sha-?1|sha_1|sha-?256|sha-?512|local|remote|encrypt"
    r"|irreversible-cipher|scheme|line)[ \t]+)"
)
_KIND = rf"(?P<kind>{_KINDS}*+)"
_WORDS = (
    r"(?:[\w-]{0,40}[-_])?+(?:pass(?:word|wd|-?phrase|code)|secret|psk(?:[ \t]+set-key)?+)|plain-text-password-value"
    r"|auth-pass|priv-pass|server-key|key-?string|key-value|(?:encrypted-)?cak|(?:ike-)?pre-?shared-?key"
    r"|privacy-key|encrypted-key|secret-key|auth-key|api-?key|shared-key|psk-key|localized-key|cpwd|epwd|authdata|pmk|idtoken"
)
# `password minimum-length 8` and its like set a rule, `/ppp secret add` is a place: both hold no secret.
_RULES_OF = (
    r"(?!(?:minimum-length|min-length|length|aging|age|history|complexity|composition|strength|lockout|expiry|expire"
    r"|encryption|policy|recovery|configuration|non-username|requirements|retries|max-retry|restrictions)"
    r"(?:[ \t]+(?:\d+|enable|disable|on|off|aes))?[ \t]*(?:;|$))(?!(?:add|set|print|export|find|manager|operator|port-access)[ \t])"
    r"(?!(?:id[ \t]+)?\d+[ \t]+(?:md5|sha|hmac|cmac|aes|authentication-mode|type|value)\b)(?!ckn[ \t]|cak[ \t]|pass-?phrase[ \t])"
    r"(?!option[ \t]+\d|peer[ \t]|required\b)(?!address[ \t]+\S+[ \t]+(?:\S+[ \t]+)?key[ \t])"
)


def _rule(text: str) -> re.Pattern[str]:
    pattern = keeping(text.replace("VALUE", _VALUE).replace("KIND", _KIND))
    return re.compile(pattern, re.IGNORECASE | re.MULTILINE)


# Only for lines that speak of SNMP: communities of routing are none, `auth sha` alone is anything.
OF_SNMP = (
    _rule(
        r"(?P<head>(?<![\w-])community[ \t]+(?!index[ \t])(?:(?:read|write|v1|v2c|v3|ro|rw|readonly|readwrite|read-only|read-write|add"
        r"|cipher|simple|plaintext|plain-text|ciphertext|encrypted|encryption|0|7|8)[ \t]+)*+)VALUE"
    ),
    _rule(
        r"(?P<head>^[ \t]*snmp-server[ \t]+host[ \t]+(?:inside[ \t]+|outside[ \t]+)?\S+[ \t]+(?:(?:vrf[ \t]+\S+|traps?|informs?"
        r"|version[ \t]+(?:v?1|v?2c?|v?3(?:[ \t]+(?:auth|noauth|priv))?+)|community|udp-port[ \t]+\d+|\d{1,5}(?=[ \t]+\S))[ \t]+)*+)VALUE"
    ),
    # FASTPATH before it took over Cisco's words; D-Link: create snmp host 10.0.0.9 v2c public.
    _rule(r"(?P<head>^[ \t]*snmptrap[ \t]+(?!ipaddr\b|mode\b|snmpversion\b))VALUE"),
    _rule(r"(?P<head>\bsnmp[ \t]+host[ \t]+\S+[ \t]+v(?:1|2c)[ \t]+)VALUE"),
    # Netgear's smart switches.
    _rule(
        r"(?P<head>\bsnmp[ \t]+host[ \t]+\S+[ \t]+(?:enable|disable)[ \t]+version[ \t]+(?:1|2c)[ \t]+)VALUE"
    ),
    _rule(r"(?P<head>\bcommunity-(?:map|group|name)[ \t]+)VALUE"),
    # ZyNOS: get-community public set-community cipher ….
    _rule(r"(?P<head>\b(?:get|set|trap)-community[ \t]+(?:cipher[ \t]+)?+)VALUE"),
    # Comware: under versions 1 and 2c a user's name is what a community is.
    _rule(r"(?P<head>\busm-user[ \t]+v(?:1|2c)[ \t]+)VALUE"),
    # Small Business: no cipher is named between `priv` and the password.
    _rule(r"(?P<head>\bauth[ \t]+(?:md5|sha)[\w-]*[ \t]+\S+[ \t]+priv[ \t]+(?!(?:3?des|aes)))KINDVALUE"),
    # WebStaX, such as LANCOM's LCOS SX 4: the hash's name without a word before it; a community's secret behind its network.
    _rule(
        r"(?P<head>^[ \t]*snmp-server[ \t]+user[ \t]+\S+[ \t]+(?:engine-id[ \t]+\S+[ \t]+)?+(?:md5|sha)[\w-]*[ \t]+)KINDVALUE"
    ),
    _rule(
        r"(?P<head>^[ \t]*snmp-server[ \t]+community[ \t]+\S+[ \t]+ip-range[ \t]+\S+[ \t]+\S+[ \t]+)KINDVALUE"
    ),
    # FASTPATH: auth-sha PASSWORD, and auth-sha-key HEX in the configuration.
    _rule(r"(?P<head>\b(?:auth|priv)-(?:md5|sha|des|3des|aes)[\w-]*[ \t]+)KINDVALUE"),
    _rule(r"(?P<head>\bsecurityname[ \t]+(?:cipher[ \t]+)?+)VALUE"),
    _rule(
        r"(?P<head>\bauth(?:entication)?(?:-mode|-protocol)?[ \t]+(?:hmac-)?(?:md5|sha)[\w-]*[ \t]+"
        r"(?:auth-pass(?:word)?[ \t]+)?+)KINDVALUE"
    ),
    _rule(
        r"(?P<head>\bpriv(?:acy)?(?:-mode|-protocol)?[ \t]+(?:des|3des|aes)[\w-]*[ \t]+(?:(?:128|192|256)[ \t]+)?+"
        r"(?:priv-pass(?:word)?[ \t]+)?+)KINDVALUE"
    ),
)
NAMED = _rule(r"(?P<head>(?<![\w-])name[ \t]+)VALUE")
SNMP_LINE = re.compile(r"^[^\n]*\bsnmp[^\n]*$", re.IGNORECASE | re.MULTILINE)
# A password of several words, up to the next word of the command itself.
_WORDY = (
    rf"(?P<secret>(?!{MASK})[^\s\"'][^\s;]*(?:[ \t]+(?!(?:secret|password|encrypted|privilege|level|role|override\S*|level-\d|usage"
    r"|timeout|retransmit|auth-port|acct-port|realm|port|trusted|transmit-key)(?:[ \t]|$))[^\s;]+)++)"
)
LINES = (
    # Cisco IOS takes the rest of the line for a password in plain text, blanks and all.
    _rule(
        r"(?P<head>(?<![\w-])(?:password|secret|key|key-string|server-key)[ \t]+0[ \t]+|\bset-key[ \t]+ascii[ \t]+(?:0[ \t]+)?)"
        + _WORDY
    ),
    _rule(rf"(?P<head>^(?: |enable )password[ \t]+)(?!{_KINDS}){_WORDY}"),
    # HPE ProCurve and ArubaOS-Switch: password manager user-name "x" sha1 "…".
    _rule(
        r"(?P<head>\bpassword[ \t]+(?:manager|operator|port-access)[ \t]+(?:user-name[ \t]+\S+[ \t]+)?"
        r"(?:plaintext|sha1|sha256)[ \t]+)VALUE"
    ),
    _rule(
        r"(?P<head>\bencrypted-password[ \t]+(?:manager|operator|port-access)[ \t]+(?:user-name[ \t]+(?:\"[^\"\n]*\"|\S+)[ \t]+)?+)VALUE"
    ),
    # Keys with a number: NTP, OSPF, EIGRP.
    _rule(
        r"(?P<head>\b(?:authentication-key|message-digest-key|trusted-key)[ \t]+(?:id[ \t]+)?\d+[ \t]+"
        r"(?:authentication-mode[ \t]+)?(?:md5|sha|hmac|cmac|aes)[\w-]*[ \t]+)KINDVALUE"
    ),
    _rule(r"(?P<head>\bpre-?shared-key[ \t]+address[ \t]+\S+[ \t]+(?:\S+[ \t]+)?key[ \t]+)KINDVALUE"),
    _rule(r"(?P<head>\bauthentication-keyid[ \t]+\d+[ \t]+authentication-mode[ \t]+\S+[ \t]+)KINDVALUE"),
    # RADIUS and TACACS+, wherever `key` stands; `key chain` and `key 1` name a key and hold none.
    _rule(
        r"(?P<head>\b(?:radius(?:-server)?|tacacs\+?(?:-server)?|isakmp|ldap|aaa|server-private|authentication"
        r"|accounting|authorization|hwtacacs)(?=[ \t])"
        r"[^\n]{0,200}?(?<![\w-])key[ \t]+(?!(?:auth|acct)[ \t])(?:(?:authentication|accounting|authorization)[ \t]+)?+)KINDVALUE"
    ),
    _rule(
        r"(?P<head>\bradius[ \t]+server[ \t]+key[ \t]+(?:auth|acct)[ \t]+\S+[ \t]+(?:encrypted[ \t]+)?+)VALUE"
    ),
    _rule(
        r"(?P<head>^[ \t]*key[ \t]+(?!chain\b|config-key\b|generate\b|zeroize\b|"
        r"\d+[ \t]*\n[ \t]*(?:key-string|accept-|send-|cryptographic)))(?P<kind>(?:(?:0|6|7|8|encrypted|"
        r"ciphertext|plaintext|cipher|simple|authentication|accounting|authorization)[ \t]+)*+)VALUE"
    ),
    # Cisco: HSRP and VRRP, VTP; FRR and IS-IS.
    _rule(
        r"(?P<head>^[ \t]*(?:standby|vrrp|glbp)[ \t]+\d+[ \t]+authentication[ \t]+(?:text[ \t]+)?+(?!md5\b))VALUE"
    ),
    _rule(
        r"(?P<head>\bauthentication-key[ \t]+\d+[ \t]+(?!type\b|value\b|authentication-mode\b)[a-z][\w-]{1,30}[ \t]+)KINDVALUE"
    ),
    # `7` may be how the key is encrypted, or its number with the algorithm behind it.
    _rule(
        r"(?P<head>(?<![\w-])authentication-key[ \t]+)KIND(?!(?:id[ \t]+)?\d+[ \t]|(?:type|value|authentication-mode)\b"
        r"|(?:hmac|cmac|aes)-)VALUE"
    ),
    _rule(r"(?P<head>\bconfig-key[ \t]+(?:password-encrypt|\d+)[ \t]+)VALUE"),
    # Cisco's event manager: variables whose names say what they hold.
    _rule(
        r"(?P<head>\b(?:event[ \t]+manager[ \t]+environment|action[ \t]+\S+[ \t]+set)[ \t]+"
        r"\w{0,40}(?:pass|pw|secret|key|community|token|psk)\w{0,40}[ \t]+)VALUE"
    ),
    _rule(r"(?P<head>(?<![\w-])(?:[\w-]{1,40}-)?token[ \t]+(?!ring\b|bucket\b))VALUE"),
    _rule(r"(?P<head>\bnhrp[ \t]+authentication[ \t]+)VALUE"),
    _rule(r"(?P<head>\bpassword[ \t]+(?:option[ \t]+\d+[ \t]+for|peer)[ \t]+\S+[ \t]+)KINDVALUE"),
    # Cisco's wireless: static WEP keys in both of its ways.
    _rule(r"(?P<head>\bstatic-wep-key[ \t]+encryption[ \t]+\d+[ \t]+)KINDVALUE"),
    _rule(r"(?P<head>\bencryption[ \t]+key[ \t]+\d[ \t]+size[ \t]+\S+[ \t]+)KINDVALUE"),
    _rule(r"(?P<head>\bwep[ \t]+key[ \t]+\d[ \t]+)KINDVALUE"),
    # Junos: set system ntp authentication-key 1 value "…", also with its type in one line.
    _rule(r"(?P<head>\bauthentication-key[ \t]+\d+[ \t]+(?:type[ \t]+\S+[ \t]+)?value[ \t]+)VALUE"),
    # Whoever copies by FTP or SCP may have put name and password into the address.
    re.compile(rf"(?P<head>://[^\s:/@\"]{{1,64}}:)(?!{MASK})(?P<secret>[^\s@\"/]{{1,128}})(?=@)"),
    # WebStaX: the community of a host that traps are sent to, in a block of its own.
    _rule(r"(?P<head>^[ \t]+version[ \t]+v(?:1|2c?)[ \t]+)KINDVALUE"),
    # Extreme: configure account admin encrypted "…"; D-Link: config account admin encrypt sha_1 *@&….
    _rule(
        r"(?P<head>\b(?:account|local_enable|local-user)[ \t]+(?:[^\n]{0,100}?[ \t])?encrypt(?:ed)?[ \t]+"
        r"(?:(?:sha_1|plain_text)[ \t]+)?+)VALUE"
    ),
    # Zyxel: admin-password cipher ….
    _rule(r"(?P<head>^[ \t]*admin-password[ \t]+)KINDVALUE"),
    _rule(r"(?P<head>\busers passwd[ \t]+\S+[ \t]+(?:encrypted[ \t]+)?+)VALUE"),
    # The words that every vendor has.
    _rule(rf"(?P<head>(?<![\w-])(?<!users )(?:{_WORDS})[ \t]+{_RULES_OF})KINDVALUE"),
    # RouterOS and files of key=value: a value may go on behind a backslash at the line's end.
    re.compile(
        # A container's environment: its names are no secrets, its values may be.
        rf"(?P<head>(?<![\w-])key=(?:\"[^\"\n]*\"|\S+)[ \t]+value=)(?!{MASK})(?P<secret>\"[^\"\n]*\"|\S+)"
    ),
    re.compile(
        r"(?P<head>(?<![\w-])(?!public-key=)(?:[\w-]{0,40}(?:password|passphrase|passwd|secret|psk)"
        r"|(?:[\w-]{0,40}-)?(?:key(?:-?\d)?)|static-key-\d|cak"
        rf"|http-auth|community|api-?key)=)(?!{MASK})"
        # Within a script's text the quotes stand behind backslashes themselves.
        r"(?P<secret>\\\"[^\"\\\n]*\\\"|\"(?:\\\n|\\.|[^\"\\\n])*\"|(?:\\\n[ \t]*|[^\s\"])+)",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?P<head>\bidentity=\"?[^\":\n]{{1,64}}:0:[^\":\n]{{1,300}}:)(?!{MASK})(?P<secret>[^\"\s]+)"
    ),
    # Junos: a community in braces is one of SNMP, those of routing have none.
    _rule(r"(?P<head>^[ \t]*community[ \t]+)VALUE(?=[ \t]*\{)"),
    # JSON.
    re.compile(
        r"(?P<head>\"(?:[\w-]*(?:password|passwd|passphrase|secret|psk|private_key|community|shared_key|authkey))\"\s*:\s*)"
        rf"(?!\"{MASK})(?P<secret>\"(?:\\.|[^\"\\])+\")",
        re.IGNORECASE,
    ),
    # Hashes and reversible ciphers by their own look, wherever they stand: $1$, $5$, $6$, $8$, $9$, $c$, $h$, $sha512$.
    re.compile(r"(?P<head>)(?P<secret>\$(?:[1-9]\w?|c|h|sha\d+|2[aby])\$[^\s\";]{4,})"),
    # D-Link's.
    re.compile(r"(?P<head>)(?P<secret>\*@&[^\s\";]{4,})"),
)
# Rules that guess, for the part of a line before a person's own words: "key to room B204" is none.
GUESSED = (
    _rule(
        r"(?P<head>(?<![\w-])(?:(?:papi-security|security|group|psk|wpa[23]?|wep|session|master)-)?key[ \t]+(?!(?:chains?"
        r"|config-key|generate|zeroize|pair|size|type|id|usage|management|exchange|import|export|pubkey-chain|label|storage|rsa|dsa"
        r"|ecdsa|ed25519|auth|acct|authentication|accounting|authorization|to|of|is|for|string|address)(?![\w-])))"
        r"KIND(?!\d{1,5}(?:[ \t;]|$))VALUE"
    ),
    _rule(
        r"(?P<head>(?<![\w-])(?:authentication|auth)(?:-mode)?[ \t]+(?:(?:text|string|simple|encrypt(?:ed)?|cipher(?:text)?|rfc2453|rfc2082"
        r"|(?:mode[ \t]+)?hmac-sha-256|md5(?:[ \t]+\d{1,3})?)[ \t]+)++(?:[07][ \t]+)?+(?!key-?chain\b|key-?string\b|key\b|auth))"
        r"KINDVALUE"
    ),
    _rule(r"(?P<head>(?<![\w-])encrypted[ \t]+(?:(?:md5|sha)\w*[ \t]+(?:\d+[ \t]+)?)?+(?=[\"]))VALUE"),
    _rule(r"(?P<head>(?<![\w-])key[ \t]+\d+[ \t]+(?:md5|sha\d*)[ \t]+)KINDVALUE"),
    _rule(
        r"(?P<head>(?<![\w-])cipher(?:text)?[ \t]+(?!(?:suite|aes|3?des|gcm|chacha|arcfour|blowfish|authentication-mode)))VALUE"
    ),
)
# IPsec keys that are typed in: OSPFv3, and crypto maps.
OF_IPSEC = _rule(
    r"(?P<head>(?<![\w-])(?:md5|sha1|3?des|aes-cbc[ \t]+\d+|authenticator|cipher|(?:ah|esp)[ \t]+\d+)[ \t]+(?:[07][ \t]+)?+"
    r"(?!cipher\b|authenticator\b))VALUE"
)
IPSEC_LINE = re.compile(r"^[^\n]*\b(?:ipsec[ \t]+spi|session-key)[ \t][^\n]*$", re.IGNORECASE | re.MULTILINE)
GUESSED_LINE = re.compile(
    r"^[^\n]*(?:key|authent|encrypted|cipher|\bauth[ \t])[^\n]*$", re.IGNORECASE | re.MULTILINE
)
FREE_WORDS = re.compile(
    r"(?<![\w-])(?:description|remark|location|contact|comment|title|name|banner|legend|port-name|alias)[ \t=]",
    re.IGNORECASE,
)
BLOCKS = (
    # PEM: keys and certificates, also within one line; and the blocks of SSH2, whose frame is thinner.
    re.compile(
        r"(?P<head>-{4,5} ?BEGIN [A-Z0-9 ]{1,60}-{4,5})(?P<secret>(?:(?!- ?BEGIN).){1,10000}?)(?P<tail>-{4,5} ?END [A-Z0-9 ]{1,60}-{4,5})",
        re.DOTALL,
    ),
    # D-Link: some show the password of an account twice, in lines of their own.
    re.compile(
        r"(?P<head>^create account \w+ \S+[ \t]*\n)(?P<secret>(?:[^\s#]\S*[ \t]*\n){2})(?P<tail>)", re.MULTILINE
    ),
    # Cisco: the hexadecimal lines of `certificate self-signed 01`, up to `quit`.
    re.compile(
        r"(?P<head>^[ \t]+certificate[^\n]*\n)(?P<secret>(?:[ \t]+[0-9A-F][0-9A-F ]*\n)+)(?P<tail>[ \t]*quit\b)",
        re.MULTILINE | re.IGNORECASE,
    ),
    re.compile(r"(?P<head>^[ \t]*(?:ssh-)?private-key[ \t]*\n)(?P<secret>(?:[ \t]*[A-Za-z0-9+/=]{16,}\n)+)(?P<tail>)", re.MULTILINE),
)  # fmt: skip
# Junos in braces and RouterOS in sections: there a community's name is a secret by where it stands.
JUNOS_SNMP = re.compile(r"^(?P<indent>[ \t]*)snmp \{\n.{0,10000}?^(?P=indent)\}", re.MULTILINE | re.DOTALL)
JUNOS_COMMUNITY = re.compile(
    rf"(?P<head>^[ \t]*community[ \t]+)(?!{MASK})(?P<secret>\"[^\"\n]*\"|[^\s;{{]+)", re.MULTILINE
)
ROUTEROS_SNMP = re.compile(r"^/snmp community\b(?:\\\n|[^\n])*(?:\n(?!/)(?:\\\n|[^\n])*)*", re.MULTILINE)
ROUTEROS_NAME = re.compile(rf"(?P<head>\bname=)(?!{MASK})(?P<secret>\"[^\"\n]*\"|[^\s\\]+)")
# Junos says itself what is one.
MARKED = re.compile(
    rf"(?P<head>^[^\n]*[ \t])(?!{MASK})(?P<secret>[^\s;]+)(?P<tail>;[ \t]*##[ \t]*SECRET-DATA)", re.MULTILINE
)
