"""No secret survives in the copy of a configuration, and nothing else is touched."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pedell_network.masking import MASK, mask_secrets, steady

# S stands for a secret. Lines of the vendors' command references, by platform.
LINES = {
    "cisco": """\
enable secret 5 S
enable secret 9 S
enable secret S
enable password level 15 7 S
enable password 8 S
username admin privilege 15 secret 9 S
username admin privilege 15 password 0 S
username bob password 7 S
snmp-server community S RO
snmp-server community S RW 99
snmp-server community S view alles RW
snmp-server host 10.0.0.9 S
snmp-server host 10.0.0.9 version 2c S
snmp-server host 10.0.0.9 traps version 3 priv S
snmp-server user u g v3 auth sha S priv aes 128 S
snmp-server user u g v3 encrypted auth md5 S priv des S
radius-server host 10.0.0.9 auth-port 1812 acct-port 1813 key 7 S
radius-server key S
tacacs-server host 10.0.0.9 key 7 S
tacacs-server key 6 S
 key 7 S
 key S
 server-private 10.0.0.9 key 7 S
  key-string 7 S
 ip ospf message-digest-key 1 md5 7 S
 ip ospf authentication-key S
 standby 1 authentication md5 key-string 7 S
 standby 1 authentication S
ntp authentication-key 1 md5 S 7
 neighbor 10.0.0.2 password 7 S
crypto isakmp key S address 10.0.0.2
crypto isakmp key 6 S address 10.0.0.2
 pre-shared-key local S
 pre-shared-key address 0.0.0.0 key S
 wpa-psk ascii 0 S
 security wpa psk set-key ascii 0 S
 ppp chap password 7 S
vtp password S
 password 7 S
ip ftp password S
 client 10.0.0.3 server-key 7 S""",
    "procurve": """\
password manager user-name "admin" plaintext S
password manager user-name "admin" sha1 "S"
password operator sha256 S
password manager plaintext "S"
snmp-server community "S" unrestricted
snmp-server community "S" operator restricted
snmp-server host 10.0.0.9 community "S"
snmpv3 user "u" auth sha "S" priv aes "S"
snmpv3 community index "1" name "S" sec-name "x" tag "y"
radius-server host 10.0.0.9 key "S"
radius-server host 10.0.0.9 encrypted-key "S"
radius-server key S
tacacs-server host 10.0.0.9 key "S"
aaa port-access authenticator 1 password S""",
    "aoscx": """\
user admin group administrators password ciphertext S
user admin group administrators password plaintext S
snmp-server community S
snmp-server host 10.0.0.9 trap version v2c community S
snmpv3 user u auth sha auth-pass ciphertext S priv aes priv-pass ciphertext S
radius-server key ciphertext S
radius-server host 10.0.0.9 key ciphertext S
tacacs-server host 10.0.0.9 key plaintext S""",
    "junos": """\
            encrypted-password "S"; ## SECRET-DATA
set system root-authentication encrypted-password "S"
set system login user u authentication encrypted-password "S"
set system radius-server 10.0.0.9 secret "S"
        secret "S"; ## SECRET-DATA
        10.0.0.9 secret "S";
set system tacplus-server 10.0.0.9 secret S
set snmp community S authorization read-only
set snmp v3 usm local-engine user u authentication-sha authentication-password "S"
set protocols ospf area 0 interface x authentication md5 1 key "S"
set protocols bgp group g authentication-key "S"
        pre-shared-key ascii-text "S"; ## SECRET-DATA
        something-new S; ## SECRET-DATA""",
    "routeros": """\
/user add name=admin password=S group=full
/ppp secret add name=x password="S" service=pppoe
/radius add address=10.0.0.9 secret=S service=login
/interface wireless security-profiles set 0 wpa2-pre-shared-key=S wpa-pre-shared-key="S"
/caps-man security add name=x passphrase=S
add authentication-password=S encryption-password=S
/interface wireguard add private-key="S" name=wg
/interface l2tp-client add ipsec-secret=S user=u
add name=peer preshared-key="S"
/ip ipsec identity add peer=p secret="S"
/tool e-mail set password=S""",
    "edgeswitch": """\
username "admin" password S level 15 encrypted
username admin password S encrypted
users passwd admin encrypted S
enable password S encrypted
snmp-server community "S" ro
snmp-server community S rw
radius server key auth "10.0.0.9" encrypted S
radius server key auth 10.0.0.9 S
tacacs-server key "S"
tacacs-server host 10.0.0.9 key S
sntp authentication-key 1 md5 S""",
    "comware": """\
 password hash S
 password cipher S
 password simple S
snmp-agent community read S
snmp-agent community write cipher S
snmp-agent usm-user v3 u g cipher authentication-mode sha S privacy-mode aes128 S
snmp-agent target-host trap address udp-domain 10.0.0.9 params securityname S v2c
 key authentication cipher S
 key accounting simple S
 primary authentication 10.0.0.9 key cipher S
 set authentication password cipher S
super password role network-admin hash S
 pre-shared-key address 10.0.0.2 key cipher S
ntp-service authentication-keyid 1 authentication-mode md5 cipher S""",
    "others": """\
configure account admin encrypted "S"
create account admin x encrypted S
configure snmpv3 add community "S" name "S" user "v1v2c_ro"
enable snmp community S
configure snmp add community readwrite "S"
configure radius 1 shared-secret encrypted "S"
configure tacacs primary shared-secret S
config account admin encrypt sha_1 S
create snmp community S view CommunityView read_only
user name admin privilege admin secret 5 S
 isis password clear S
area-password md5 S
password S
enable password S
"x_password": "S", "name": "x"
psk="S"
wpa_passphrase=S""",
}
TEMPLATES = [(vendor, line) for vendor, lines in LINES.items() for line in lines.splitlines()]
LETTERS = st.characters(codec="ascii", categories=("L", "N", "P", "S"), exclude_characters="\"';\\{}=#•")
SECRETS = st.text(LETTERS, min_size=8, max_size=40).filter(
    lambda text: any(c.isdigit() for c in text) and text[0].isalnum()
)


@pytest.mark.parametrize(("vendor", "line"), TEMPLATES)
def test_each_line_keeps_its_words_and_loses_its_secret(vendor, line):
    for word in ("zQ9xGeheim7", "$9$LbHX-wg4Z", "05080F1C22431F5B4A"):
        masked = mask_secrets(f"hostname x\n{line_with(line, word)}\nend\n")
        assert word not in masked
        assert masked.startswith("hostname x\n") and masked.endswith("\nend\n")
        assert masked.count(MASK) == line_with(line, "\0").count("\0")
        assert mask_secrets(masked) == masked, "twice is as good as once"
    assert vendor


def line_with(line: str, secret: str) -> str:
    """The line with its secret: S stands alone or in quotes, never within a word."""
    return re.sub(r"(?<![A-Za-z0-9_-])S(?![A-Za-z0-9_-])", lambda _found: secret, line)


@given(st.lists(st.tuples(st.sampled_from(TEMPLATES), SECRETS), min_size=1, max_size=6))
def test_a_planted_secret_never_survives(planted):
    text = "".join(f"{line_with(line, secret)}\n" for (_, line), secret in planted)
    masked = mask_secrets(text)
    for _, secret in planted:
        assert secret not in masked
    assert mask_secrets(masked) == masked


@pytest.mark.parametrize(
    "block",
    [
        "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA\nabc=\n-----END RSA PRIVATE KEY-----\n",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nMIIEowIBAAKCAQEA\n-----END OPENSSH PRIVATE KEY-----\n",
        'cert "-----BEGIN CERTIFICATE-----MIIEowIBAAKCAQEA-----END CERTIFICATE-----"\n',
        "crypto pki certificate chain TP\n certificate self-signed 01\n  MIIE 3082\n  quit\n".replace(
            "MIIE", "30820330"
        ),
        "crypto pki certificate chain TP\n certificate ca 2A\n  30820330 30820218\n  A0030201\n        quit\n",
        "snmp {\n    location Keller;\n    community MIIEowIBAAKCAQEA {\n        authorization read-only;\n    }\n}\n",
        '/snmp community\nset [ find default=yes ] addresses=::/0 name=MIIEowIBAAKCAQEA\nadd addresses=::/0 \\\n    name="MIIEowIBAAKCAQEA"\n',
        '/ppp secret\nadd name=x password="MIIEowIBAAKCAQEA\\\n    MIIEowIBAAKCAQEA" service=any\n',
    ],
)
def test_blocks(block):
    masked = mask_secrets(f"a\n{block}b\n")
    for part in ("MIIEowIBAAKCAQEA", "30820330", "A0030201"):
        assert part not in masked
    assert masked.startswith("a\n") and masked.endswith("b\n") and MASK in masked
    assert mask_secrets(masked) == masked


PLAIN = """\
hostname sw-b2
service password-encryption
security passwords min-length 8
password minimum-length 8
password complexity enable
no password encryption
aaa new-model
aaa authentication login default group radius local
aaa group server radius schule
 server name r1
key chain ospf
 key 1
  accept-lifetime 00:00:00 Jan 1 2026 infinite
ip community-list standard x permit 65000:1
route-map x permit 10
 set community 65000:1 additive
router bgp 65000
 neighbor 10.0.0.2 send-community both
set policy-options community c members 65000:1
interface GigabitEthernet1/0/5
 description Tafel B204 (Schluessel beim Hausmeister)
 switchport access vlan 20
 ip ospf authentication message-digest
 standby 1 authentication md5
snmp-server location Keller
snmp-server contact Frau Berg
snmp-server enable traps snmp authentication linkdown
snmp-server group g v3 priv
crypto key generate rsa
ip ssh version 2
ntp server 10.0.0.1 key 1
ntp trusted-key 1
line vty 0 4
 transport input ssh
/interface bridge
add name=bridge1 protocol-mode=rstp
set name=snmp-keller
system {
    host-name sw-b2;
    login {
        password {
            format sha512;
        }
    }
}
radius-server timeout 5
tacacs-server timeout 5
"""


# `key 1` alone may be a key whose text is 1: where a rule has to guess, it masks.
@pytest.mark.parametrize("line", [line for line in PLAIN.splitlines() if line != " key 1"])
def test_a_line_without_a_secret_stays(line):
    assert mask_secrets(f"{line}\n") == f"{line}\n"


def test_a_text_without_secrets_stays():
    assert mask_secrets(PLAIN) == PLAIN


@given(st.text(max_size=300))
def test_any_text_at_all_is_masked_in_time(text):
    assert mask_secrets(mask_secrets(text)) is not None


@pytest.mark.parametrize(
    "line",
    [
        "snmp " * 4000, "key " * 4000, '"' * 5000, "radius " + "key 7 " * 2000, "password=\\\n" * 2000, "account " * 2500,
        "snmp community " * 1400, "snmp auth sha " * 1400, "snmp community x name " * 1000, "a" * 20000, "-----BEGIN A-----" * 900,
        "pre-shared-key address " * 900, " certificate\n" * 2000, "snmp {\n" * 2000, "/snmp community\n" * 2000, "$9$a;" * 4000,
    ],
)  # fmt: skip
def test_hostile_lines_take_no_time(line):
    began = time.process_time()
    mask_secrets(line)
    assert time.process_time() - began < 2, "some hundredths of a second, where no rule is quadratic"


def test_lines_that_tell_of_time_alone():
    volatile = """\
Building configuration...

Current configuration : 4711 bytes
! Last configuration change at 10:00:00 CET Sat Nov 28 2026 by admin
! NVRAM config last updated at 10:00:01 CET Sat Nov 28 2026 by admin
ntp clock-period 17179869
## Last changed: 2026-11-28 07:34:38 CET
## Last commit: 2026-11-28 07:34:38 CET by root
# 2026-11-28 07:34:38 by RouterOS 7.16
# nov/28/2026 07:34:38 by RouterOS 6.49.10
!System Up Time          "12 days 3 hrs 4 mins 5 secs"
!Current System Time: Nov 28 07:34:38 2026
; generated at 07:34:38 on Saturday
"""
    assert steady(volatile).strip() == ""
    assert steady(f"hostname x\n{volatile}end\n").split() == ["hostname", "x", "end"]
    assert steady(PLAIN) == PLAIN
