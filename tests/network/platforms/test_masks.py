"""Secrets in the configurations of each platform, in the words of its own guide: none is left, the rest stays."""

from __future__ import annotations

import pytest

from pedell_network.texts import MASK, mask_secrets

pytestmark = pytest.mark.matrix(4)

LINES = {
    "procurve": [
        'password manager user-name "pedell" sha1 "§"',
        'password operator plaintext "§"',
        'snmp-server community "§" unrestricted',
        'snmpv3 user "u" auth sha "§" priv aes "§"',
        'radius-server host 10.0.0.1 key "§"',
        'radius-server host 10.0.0.1 encrypted-key "§"',
        'tacacs-server host 10.0.0.1 key "§"',
    ],
    "aos-cx": [
        "user admin group administrators password ciphertext §",
        "user admin group administrators password plaintext §",
        "snmp-server community §",
        "radius-server host 10.0.0.1 key ciphertext §",
        "snmpv3 user u auth sha auth-pass ciphertext § priv aes priv-pass ciphertext §",
    ],
    "junos": [
        'set system root-authentication encrypted-password "§"',
        'set system login user pedell authentication encrypted-password "§"',
        'set system radius-server 10.0.0.1 secret "§"',
        "set snmp community § authorization read-only",
        'set security ike policy p pre-shared-key ascii-text "§"',
        'set snmp v3 usm local-engine user u authentication-sha authentication-key "§"',
        'set snmp v3 usm local-engine user u privacy-aes128 privacy-key "§"',
    ],
    "edgeswitch": [
        'username "ubnt" password § level 15 encrypted',
        "enable password §",
        'snmp-server community "§"',
        'radius server key auth "10.0.0.1" encrypted "§"',
    ],
    "fastpath, lcos sx 5": [
        'username "admin" password § level 15 encrypted',
        'snmp-server user "pedell" "schule" auth-sha § priv-aes §',
        'snmp-server user "pedell" "schule" auth-sha-key § priv-aes128-key §',
        'snmp-server community "§" rw',
        "tacacs-server key §",
    ],
    "lcos sx 4": [
        "username admin privilege 15 password encrypted $argon2id$v=19$m=9216,t=1,p=1$§$§",
        "username admin privilege 15 password unencrypted §",
        "enable secret 5 level 15 §",
        "enable password level 15 encrypted §",
        "snmp-server user pedell engine-id 80000934800500a057964887 sha encrypted § priv aes encrypted §",
        "snmp-server user pedell sha § priv aes §",
        "snmp-server community public ip-range 10.0.0.0 255.255.255.0 encrypted §",
        "snmp-server community v2c § ro",
        "version v2c §",
        "radius-server host 10.0.0.9 timeout 5 retransmit 3 key encrypted §",
        "radius-server key §",
        "tacacs-server key encrypted §",
        "supplicant 1 password §",
        "lmc proxy-password §",
    ],
    "routeros": [
        "/ppp secret add name=u password=§ profile=p",
        'add name=wlan wpa2-pre-shared-key="§" mode=dynamic-keys',
        "set authentication-password=§ encryption-password=§",
        "add address=10.0.0.1 secret=§ service=login",
        'add private-key="§" name=wg1',
    ],
}
PLAIN = [
    'interface 5\n   name "key to room B204"',
    "set interfaces ge-0/0/5 description secretary",
    "vlan 20",
    "/interface ethernet set [ find default-name=ether1 ] comment=uplink",
    "ip ssh",
    "supplicant 1 password \nnosupplicant 1 mode",
    "no radius-server key\nno radius-server attribute 4",
    "snmp-server security-to-group model v2c name public group default_ro_group",
    "snmp-server view default_view .1 include",
    "enforce-password-rules",
    "ip ssh version 2",
]


@pytest.mark.parametrize(("line"), [line for lines in LINES.values() for line in lines])
def test_no_secret_is_left(line):
    masked = mask_secrets(f"hostname sw1\n {line.replace('§', 'GeHeim$9abc')}\nvlan 20\n")
    assert "GeHeim" not in masked
    assert masked.count(MASK) >= 1
    assert masked.startswith("hostname sw1\n")
    assert masked.endswith("\nvlan 20\n")


def test_a_host_of_traps_has_its_community_in_a_line_of_its_own():
    text = "server host lmc\n host 10.0.0.5 162 traps\n version v2c GeHeim\n"
    assert mask_secrets(text) == text.replace("GeHeim", MASK)


@pytest.mark.parametrize("text", PLAIN[1:])
def test_the_rest_stays(text):
    assert mask_secrets(f"{text}\n") == f"{text}\n"
