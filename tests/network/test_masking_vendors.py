"""Whole lines of configurations with every kind of secret that the platforms know, in the words of their guides.

§ stands for a secret. What oxidized removes per platform, and the lines
that a public checker of IOS configurations masks, were read as second lists.
"""

from __future__ import annotations

import time

import pytest

from pedell_network.masking import MASK, mask_secrets

LINES = {
    "cisco ios": """\
username bob privilege 15 algorithm-type scrypt secret 9 §
username bob one-time password 0 §
username bob view admin password 7 §
ip http client password 7 §
 path scp://pedell:§@10.0.0.5/$h-$t
 cli copy running-config ftp://pedell:§@10.0.0.5/sw1
ip nhrp authentication §
 ip ospf message-digest-key 1 md5 §
 area 1 virtual-link 10.0.0.1 message-digest-key 1 md5 7 §
 area 1 virtual-link 10.0.0.1 authentication-key 7 §
 ipv6 ospf authentication ipsec spi 256 sha1 §
 ospfv3 authentication ipsec spi 256 md5 0 §
 ospfv3 encryption ipsec spi 257 esp aes-cbc 128 0 § sha1 0 §
 authentication mode hmac-sha-256 7 §
 set session-key inbound esp 256 cipher § authenticator §
 isis password § level-1
 isis authentication key §
 mpls ldp neighbor 10.0.0.1 password 7 §
mpls ldp password option 1 for 10 7 §
ip msdp password peer 10.0.0.1 7 §
 vrrp 1 authentication text §
 glbp 1 authentication text §
 glbp 1 authentication md5 key-string 7 §
 standby version 2 authentication text §
 security wpa psk set-key ascii 0 §
snmp mib community-map § engineid 80000009030000
snmp-server community § ipv6 liste RO 99
snmp-server host 10.0.0.9 vrf Mgmt-vrf version 2c § udp-port 1162 snmp linkdown
snmp-server host 10.0.0.9 informs version 2c §
snmp-server user u g remote 10.0.0.9 v3 auth sha § priv aes 256 §
 pac key 7 §
 client 10.0.0.3 server-key 7 §
 bind authenticate root-dn cn=admin,dc=schule password 7 §
cts sxp default password 7 §
 sap pmk § mode-list gcm-encrypt
 security static-wep-key encryption 104 ascii 0 § 1
 encryption key 1 size 128bit 7 § transmit-key
 mgmtuser username u password 0 § secret 0 §
 ap dot1x username u password 0 §
 authentication username u password 7 §
 credentials number 10 username u password 7 § realm r
 ppp pap sent-username u password 7 §
 l2tp tunnel password 7 §
 automate-tester username dummy key 7 §
 key-string §
 cryptographic-algorithm aes-128-cmac key-string 7 §
wlccp ap username u password 7 §
vtp password § hidden
dot1x credentials x password 7 §
crypto ikev2 keyring k pre-shared-key local §
 pre-shared-key hex §
license smart trust idtoken §
key config-key password-encrypt §
 action 1.0 cli command "snmp-server community § RO"
 action 1.2 set pw "§"
event manager environment _snmp_community §
event manager environment q_password "§ mehr"
ntp authentication-key 1 blake9 § 7
ntp authentication-key 1 hmac-sha2-256 § 7
 area 0 encryption ipsec spi 500 esp null sha1 §
 authentication local pre-share key 0 §
 member mac-address 0011.2233.4455 ip 10.0.0.9 key 0 §
foo-server key 7 § more
widget token §""",
    "cisco small business": """\
encrypted radius-server key §
encrypted radius-server host 10.0.0.9 key § usage login
encrypted tacacs-server host 10.0.0.9 key §
encrypted tacacs-server key §
encrypted snmp-server user u g v3 auth sha § priv §
snmp-server user u g v3 auth md5 § priv §
snmp-server host 10.0.0.9 version 2 §
snmp-server host 10.0.0.9 traps version 1 §
encrypted sntp authentication-key 1 md5 §
encrypted ip ssh-client password §
ip ssh-client password encrypted §
username u password encrypted § privilege 15
username u privilege 15 secret encrypted §
 encrypted key-string §
 password § encrypted""",
    "procurve": """\
snmp-server host 10.0.0.9 "§" not-info
snmp-server host 10.0.0.9 community "§" trap-level all
snmpv3 user "u" auth md5 "§" priv des "§"
snmpv3 community index "1" name "§" sec-name "x"
key-chain "k" key 1 key-string "§"
key-chain "k" key 1 encrypted-key "§"
sntp authentication key-id 1 authentication-mode md5 key-value "§" trusted
sntp authentication key-id 1 authentication-mode md5 encrypted-key "§" trusted
radius-server host 10.0.0.9 auth-port 1812 key "§" clearpass
radius-server tracking user-name "u" password "§"
aaa port-access 5 supplicant identity "x" secret "§"
aaa port-access mac-based password "§"
aaa port-access supplicant 5 secret "§"
 ip ospf 10.0.0.1 authentication-key "§"
 ip rip 10.0.0.1 authentication-key "§"
amp-server ip 10.0.0.9 group "g" folder "f" secret "§"
password operator user-name "u" sha1 "§"
tacacs-server host 10.0.0.9 encrypted-key "§"
encrypted-password manager user-name "u" §
encrypted-password operator §
encrypt-credentials pre-shared-key plaintext "§"
aaa port-access supplicant 1 identity "u" encrypted-secret "§"
aaa authentication local-user "u" group "g" password sha1 "§"
mode pre-shared-key ckn 37c9c2c45ddd encrypted-cak "§"
mode pre-shared-key ckn 37c9c2c45ddd cak "§\"""",
    "aos-cx": """\
radius-server tracking user-name u password ciphertext §
ntp authentication-key 1 sha1 ciphertext § trusted
 neighbor 10.0.0.1 password ciphertext §
 ip ospf authentication-key ciphertext §
 ip ospf message-digest-key 1 md5 ciphertext §
 key-string ciphertext §
 authentication text ciphertext §
 vrrp 1 address-family ipv4 authentication text §
 eap-identity identity u password ciphertext §
 pre-shared-key ckn 1234 cak ciphertext §
radius dyn-authorization client 10.0.0.9 secret-key ciphertext §
 papi-security-key ciphertext §
snmp-server host 10.0.0.9 inform version v2c community § port 1162 vrf mgmt
snmpv3 user u auth sha auth-pass plaintext § priv aes priv-pass plaintext §
radius-server host 10.0.0.9 tls-psk ciphertext §
 psk-key ciphertext §
    password ciphertext §""",
    "junos": """\
set snmp v3 snmp-community index1 community-name "§"
set snmp community "§" clients 10.0.0.0/24
set system ntp authentication-key 1 type md5 value "§"
set interfaces pp0 unit 0 ppp-options chap default-chap-secret "§"
set interfaces pp0 unit 0 ppp-options pap local-password "§"
set system root-authentication plain-text-password-value "§"
set system archival configuration archive-sites "ftp://u:§@10.0.0.5/"
set system archival configuration archive-sites "scp://u@10.0.0.5/" password "§"
set protocols dot1x authenticator interface ge-0/0/1.0 mac-radius password "§"
set security macsec connectivity-association ca pre-shared-key cak "§"
set security authentication-key-chains key-chain k key 1 secret "§"
set protocols rip authentication-key "§"
set protocols isis level 2 authentication-key "§"
set protocols ospf area 0.0.0.0 interface ge-0/0/1.0 authentication simple-password "§"
set access profile p client c chap-secret "§"
set wlan access-point ap radio 1 virtual-access-point 0 security wpa-personal key-type ascii key "§"
    snmp-community index1 { community-name "§"; }
        authentication-key "§"; ## SECRET-DATA
        authentication-sha { authentication-key "§"; }
        key "§"; ## SECRET-DATA
            value "§"; ## SECRET-DATA
        chap-secret "§"; ## SECRET-DATA""",
    "exos": """\
configure snmpv3 add user "u" engine-id 80:00 authentication md5 auth-encrypted localized-key § privacy privacy-encrypted localized-key §
configure snmpv3 add user "u" engine-id 80:00 authentication sha hex § privacy aes 128 hex §
configure snmpv3 add user "u" authentication md5 § privacy des §
configure snmpv3 add community encrypted "§" name "§" user "v1v2c_ro"
configure snmp add trapreceiver 10.0.0.9 community "§" vr "VR-Mgmt"
configure radius mgmt-access primary shared-secret encrypted "§"
configure radius-accounting netlogin primary shared-secret "§"
configure tacacs secondary shared-secret encrypted "§"
configure ntp key 1 md5 encrypted "§"
configure ntp key 1 md5 "§"
create netlogin local-user "u" encrypted "§" vlan-vsa untagged "x"
configure netlogin add mac-list 00:11:22:33:44:55 encrypted "§"
configure netlogin local-user "u" encrypted "§"
configure ospf vlan x authentication simple-password "§"
configure ospf vlan x authentication encrypted md5 1 "§"
configure ospf vlan x authentication md5 1 "§"
configure bgp neighbor 10.0.0.1 password encrypted "§"
configure vrrp vlan v vrid 1 authentication simple-password "§"
configure macsec connectivity-association ca pre-shared-key ckn 12 cak encrypted "§"
create account admin "x" encrypted "§\"""",
    "comware": """\
snmp-agent usm-user v3 u g simple authentication-mode sha § privacy-mode aes128 §
snmp-agent usm-user v3 u user-role network-admin cipher authentication-mode sha § privacy-mode aes128 §
snmp-agent usm-user v2c § g
snmp-agent community write simple § acl 2000
snmp-agent target-host trap address udp-domain 10.0.0.9 udp-port 162 params securityname §
 login-password cipher §
 ospf authentication-mode md5 1 cipher §
 ospf authentication-mode simple cipher §
 rip authentication-mode simple cipher §
 rip version 2 authentication-mode md5 rfc2453 cipher §
 isis authentication-mode md5 cipher §
 peer 10.0.0.1 password cipher §
 vrrp vrid 1 authentication-mode simple cipher §
mac-authentication user-name-format fixed account u password cipher §
 preshared-key pass-phrase cipher §
 portal server s ip 10.0.0.9 key cipher §
 primary accounting 10.0.0.9 1813 key cipher §
 secondary authorization 10.0.0.9 key simple §
ntp-service authentication-keyid 1 authentication-mode hmac-sha-256 cipher §
sntp authentication-keyid 1 authentication-mode md5 simple §
 key 1 send-lifetime utc key-string cipher §
 client ip 10.0.0.9 key cipher §
 set authentication password simple §""",
    "routeros": """\
/interface wifi set wifi1 security.passphrase=§ security.authentication-types=wpa2-psk
/system ntp key add key-id=1 key=§
/interface macsec add cak=§ ckn=12 interface=ether1
/interface wireless set wlan1 management-protection-key=§
/interface wireless access-list add private-pre-shared-key=§ private-key=§
/interface wireless security-profiles add static-sta-private-key=§ static-key-0=§
/routing bgp connection add tcp-md5-key=§ name=p
/routing ospf interface-template add auth=md5 auth-key=§ auth-id=1
/routing rip interface add authentication-key=§
/tool fetch url="https://u:§@10.0.0.5/x"
/system script add name=x source="/tool fetch user=u password=\\"§\\" url=x"
/zerotier set zt1 identity="abc:0:pub:§"
/interface vrrp add password=§ authentication=ah
/ip hotspot user add name=u password=§
/user-manager user add name=u shared-users=1 password="§"
/user-manager router add name=r shared-secret=§
/interface lte apn add name=x user=u password=§
/interface dot1x client add eap-methods=eap-peap identity=u password=§
/caps-man security add eap-radius-accounting=no passphrase="§" name=x
/tool sms set secret=§ port=usb1
/certificate scep-server add ca-cert=x challenge-password=§""",
    "netgear smart": """\
username "admin" secret encrypted §
snmp user "admin" "AUTH" auth md5 encrypted §
snmp community "§" enable 0.0.0.0 mask 0.0.0.0 ro
snmp host 192.168.0.1 enable version 2c "§"
snmp host 192.168.0.1 enable version 1 §""",
    "fastpath": """\
snmp-server community-group § grp
snmptrap § ipaddr 10.0.0.9
snmptrap "§" ipaddr 10.0.0.9 snmpversion snmpv2
snmp-server host 10.0.0.9 traps version 2 "§"
snmp-server host 10.0.0.9 informs version 2 "§" timeout 15
radius server key acct "10.0.0.9" encrypted §
aaa ias-user username "u" password "§" encrypted
captive-portal user 1 password encrypted §
ip ospf authentication encrypt § 1
ip ospf authentication simple §
ip rip authentication encrypt § 1
ip vrrp 1 authentication simple §
keystring encrypted §
username "admin" password § level 15 encrypted override-complexity-check
wpa key "§"
wep key 1 "§\"""",
    "tp-link": """\
snmp-server user "u" local "g" smode v3 slev authPriv cmode MD5 cpwd § emode DES epwd §
snmp-server user "u" remote "g" smode v3 slev authPriv cmode SHA cpwd "§" emode DES epwd "§"
snmp-server host 10.0.0.9 162 "§" smode v2c slev noAuthNoPriv type trap
snmp-server host 10.0.0.9 162 § smode v1 type trap
snmp-server community "§" read-write "viewDefault"
user name u privilege admin password 7 §
enable secret 5 §
radius-server host 10.0.0.9 auth-port 1812 acct-port 1813 timeout 5 retransmit 2 key 7 §
tacacs-server host 10.0.0.9 port 49 timeout 5 key 7 §""",
    "d-link": """\
create snmp user u g v3 encrypted by_password auth md5 § priv des §
create snmp user u g v3 encrypted by_key auth sha § priv des §
create snmp host 10.0.0.9 v2c §
create snmp host 10.0.0.9 v1 "§"
create snmp community § view CommunityView read_write
config radius add 1 10.0.0.9 key § auth_port 1812 acct_port 1813
config radius add 1 10.0.0.9 key encrypt "§" default
create authen server_host 10.0.0.9 protocol tacacs+ port 49 key "§" timeout 5
config authen server_host 10.0.0.9 protocol radius key § timeout 5
config admin local_enable encrypt sha_1 §
config account u encrypt plain_text §
config mac_based_access_control password §
config ospf ipif System authentication simple §
config ospf ipif System authentication md5 1 §
config vrrp ipif System vrid 1 authtype simple authdata §
config smtp server_password §""",
    "zyxel": """\
snmp-server get-community § set-community § trap-community §
snmp-server get-community cipher § set-community cipher § trap-community cipher §
snmp-server username u sec-level priv auth sha auth-password cipher § priv aes priv-password cipher §
logins username u password § privilege 14
logins username u password cipher § privilege 14
password § privilege 14
admin-password §
radius-server host 1 10.0.0.9 auth-port 1812 key §
radius-server host 1 10.0.0.9 key cipher §
radius-accounting host 1 10.0.0.9 acct-port 1813 key §
tacacs-server host 1 10.0.0.9 key cipher §
tacacs-accounting host 1 10.0.0.9 key cipher §
mac-authentication password §
ip ospf authentication-key §""",
    "alliedware plus": """\
snmp-server user u g encrypted auth sha § priv aes §
snmp-server user u g auth md5 § priv des §
snmp-server host 10.0.0.9 informs version 2c §
 nas 127.0.0.1 key §
 user u encrypted password § vlan 5
atmf management password §
 key §
 security 1 wpa-personal key §
crypto isakmp key 8 § address 10.0.0.9
 auth-mac password encrypted §
mail smtpserver authentication plain username u password 8 §
 ip rip authentication string §
ddns-update password §
atmf group-key §""",
    "frr": """\
 ip rip authentication string §
 ip nhrp authentication §
 ip ospf authentication-key §
 isis password md5 §
 domain-password md5 §
 area 0 virtual-link 10.0.0.1 authentication-key §
 neighbor 10.0.0.1 password §""",
}
TEMPLATES = [(vendor, line) for vendor, lines in LINES.items() for line in lines.splitlines()]
WORDS = ("GeHeim9abc", "05080F1C22431F5B4A", "24:6f:9a:01:bc:de", "$9$LbHX-wg4Z!x")


@pytest.mark.parametrize("vendor", LINES)
def test_no_secret_of_a_platform_is_left(vendor):
    for line in LINES[vendor].splitlines():
        for word in WORDS:
            text = f"hostname sw1\n{line.replace('§', word)}\nvlan 20\n"
            masked = mask_secrets(text)
            assert word not in masked, line
            assert masked.startswith("hostname sw1\n") and masked.endswith("\nvlan 20\n"), line
            assert mask_secrets(masked) == masked, line
            assert MASK in masked


BLOCKS = (
    "create account admin chef\nGeHeim9abc\nGeHeim9abc\ncreate account user x\n*@&GeHeim9abc\n*@&GeHeim9abc\n# ENDE\n",
    "crypto key import rsa\n---- BEGIN SSH2 PRIVATE KEY ----\nComment: RSA Private Key\nGeHeim9abc\n---- END SSH2 PRIVATE KEY ----\n",
    '/container envs\nadd key=DB_PASSWORD list=x value=y\nadd key=PW value="GeHeim9abc"\n',
    '/system script\nadd name=x source="/tool e-mail send password=\\"GeHeim9abc\\" to=x"\n',
)


@pytest.mark.parametrize("block", BLOCKS)
def test_no_secret_of_several_lines_is_left(block):
    masked = mask_secrets(f"a\n{block}b\n")
    assert "GeHeim9abc" not in masked
    assert masked.startswith("a\n") and masked.endswith("b\n")
    assert mask_secrets(masked) == masked


PLAIN = """\
interface GigabitEthernet1/0/5
 description key at the desk of the secretary, authentication simple
   name "key to room B204"
set interfaces ge-0/0/5 description "key to B204"
crypto key generate rsa modulus 2048
crypto key pubkey-chain rsa
ip ssh rsa keypair-name sw1
ip ssh server algorithm encryption aes256-ctr aes192-ctr
ssh2 algorithm cipher aes256-ctr aes128-ctr
ip ssh dh min size 2048
key chain ospf
ntp server 10.0.0.1 key 5
sntp server 10.0.0.1 key 12
 ip rip authentication mode md5
 ip ospf authentication message-digest
 ip ospf authentication key-chain k
 ip rip authentication key-chain k
 authentication key-chain k
 authentication order dot1x mab
 authentication port-control auto
aaa port-access authenticator 5-8
aaa port-access authenticator 5 tx-period 10
aaa authentication login default local
 authentication-mode scheme
 authentication-mode md5
 spanning-tree mst configuration
 macsec-cipher-suite gcm-aes-256
/interface bridge port add bridge=bridge1 interface=ether5 pvid=20
/ip ssh set host-key-size=4096 strong-crypto=yes
/interface wireguard peers add public-key="abcDEF=" allowed-address=10.0.0.2/32
/ip dhcp-client add interface=ether1 use-peer-dns=no
set system ntp authentication-key 1 type md5
set security macsec connectivity-association ca pre-shared-key ckn 1234
configure snmpv3 add access "a" sec-model usm sec-level priv read-view "v"
copy tftp://10.0.0.5/sw1.cfg running-config
ip http server https://10.0.0.5:8443/x
show radius-server key-management
 public-key rsa 2048
set system login user u authentication ssh-ed25519 "ssh-ed25519 AAAAC3Nza u@h"
password encryption aes
 no encrypted
ip ospf 1 area 0
"""


# ytti/oxidized, spec/model/data, procurve#2930M-48G-PoE+_JL322A_WC.16.11.0028: the configuration is wrapped at 80 columns, and a hash
# of 40 digits always ends up on a line of its own.
WRAPPED = """\
; JL322A Configuration Editor; Created on release #WC.16.11.0028

hostname "sw1"
password manager user-name "manager" sha1
 "§"
aaa authentication local-user "kopie" group "sicherung" password sha1
 "§"
snmpv3 user "schule" auth sha "§" priv aes
 "§"
radius-server host 10.0.0.9 auth-port 1812 acct-port 1813
 key "§"
snmpv3 user "noch-ein-langer-name-eines-benutzers-von-snmp" auth
 sha "§"
snmp-server host 10.0.0.9 community "§" trap-level
 critical
vlan 1
   name "DEFAULT_VLAN"
   untagged 1-48
"""


@pytest.mark.parametrize(
    "head", [WRAPPED, WRAPPED.partition("\n\n")[2].partition("radius")[0]], ids=["whole", "part"]
)
def test_a_secret_on_a_wrapped_line_is_not_left(head):
    secret = "7c4a8d09ca3762af61e59520943dc26494f8941b"
    assert mask_secrets(head.replace("§", secret)) == head.replace('"§"', MASK)


@pytest.mark.parametrize(
    ("line", "masked"),
    [
        ("enable password zwei Worte", f"enable password {MASK}"),
        (" password drei kurze Worte", f" password {MASK}"),
        ("username u privilege 15 password 0 zwei Worte", f"username u privilege 15 password 0 {MASK}"),
        (" dot1x username u password 0 zwei Worte", f" dot1x username u password 0 {MASK}"),
        (" security wpa psk set-key ascii 0 zwei Worte", f" security wpa psk set-key ascii 0 {MASK}"),
        (
            " mgmtuser username u password 0 zwei Worte secret 0 noch zwei",
            f" mgmtuser username u password 0 {MASK} secret 0 {MASK}",
        ),
        ("enable password 7 0822455D0A16", f"enable password 7 {MASK}"),
        (" password geheim encrypted", f" password {MASK} encrypted"),
        ("username u password 0 geheim privilege 15", f"username u password 0 {MASK} privilege 15"),
    ],
)
def test_a_password_of_several_words_is_one(line, masked):
    """ytti/oxidized, spec/model/data, ios#C9800-L-F-K9_17.06.05: IOS takes the rest of a line for the password."""
    assert mask_secrets(line) == masked


def test_what_only_looks_like_a_secret_stays():
    masked = mask_secrets(PLAIN).splitlines()
    changed = [(line, now) for line, now in zip(PLAIN.splitlines(), masked, strict=True) if line != now]
    assert not changed


@pytest.mark.parametrize(
    "line",
    [
        "key key " * 3000, "authentication md5 " * 1500, "://a:" * 4000, "encrypted md5 1 " * 1500, "ipsec spi 1 md5 0 " * 1200,
        "key=a value=" * 1500, "a-" * 9000 + "password", "-key=" * 4000, "create account a b\n" * 1500, "identity=a:0:" * 1500,
        "session-key cipher " * 1200, "password 0 a " * 2000, " password a" + " b" * 9000, 'x\n "' * 4000, "auth sha x priv " * 1500, "---- BEGIN A ----" * 900, "account local_enable " * 1000,
    ],
)  # fmt: skip
def test_hostile_lines_take_no_time(line):
    began = time.process_time()
    mask_secrets(line)
    mask_secrets(f"snmp {line}")
    assert time.process_time() - began < 3, "some hundredths of a second, where no rule is quadratic"
