"""What is read through the server, and settings that cannot work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Happened, IdentityError, NoParams, Target
from pedell.testing.calls import PlainCall
from pedell_ipad_mdm.jamf_pro.driver import JamfPro
from tests.ipad_mdm.conftest import SERIAL, UDID, School


def info(school: School, target: Target | None = None) -> Any:
    return school.driver(target).call("ipad.device_info", PlainCall(), NoParams())


def test_device_info(school: School) -> None:
    shown = info(school)
    assert (shown.serial, shown.udid, shown.name, shown.os_version) == (SERIAL, UDID, "iPad 01", "18.6")
    assert (shown.battery_percent, shown.supervised, shown.managed, shown.lost_mode) == (
        64,
        True,
        True,
        False,
    )
    assert shown.last_seen == shown.last_inventory > shown.last_enrolled


def test_identity_by_serial_number_and_by_udid(school: School) -> None:
    for address in (SERIAL, SERIAL.lower(), UDID):
        target = school.target(address, serial=SERIAL)
        identity = school.driver(target).identity(Deadline.after(5))
        identity.check(target)
        assert (identity.serial, identity.manufacturer, identity.firmware) == (SERIAL, "Apple", "18.6")


def test_another_ipad_behind_the_udid_is_noticed(school: School) -> None:
    target = school.target(UDID, serial="DMPX99999999")
    identity = school.driver(target).identity(Deadline.after(5))
    with pytest.raises(IdentityError):
        identity.check(target)


def test_the_inventorys_serial_number_serves_where_there_is_no_address(school: School) -> None:
    assert info(school, school.target("", serial="DMPX00000002")).name == "iPad 02"


@pytest.mark.parametrize("address", ["", "iPad in 7B", "10.0.0.1", 'A";managed==true', "x" * 41])
def test_an_address_that_names_no_ipad(school: School, address: str) -> None:
    with pytest.raises(DeviceError, match="neither a serial number nor a UDID") as caught:
        info(school, school.target(address))
    assert caught.value.error_class is ErrorClass.PRECONDITION


def test_an_ipad_that_jamf_does_not_know(school: School) -> None:
    with pytest.raises(DeviceError, match="knows no iPad") as caught:
        info(school, school.target("DMPX99999999"))
    assert caught.value.error_class is ErrorClass.PRECONDITION


def test_two_records_of_one_serial_number(make_school: Callable[..., School]) -> None:
    twins = [{"serial": SERIAL, "name": "old", "managed": False}, {"serial": SERIAL, "name": "new"}]
    school = make_school(ipads=twins)
    assert info(school).name == "new"
    school = make_school(ipads=[{**twin, "managed": True} for twin in twins])
    with pytest.raises(DeviceError, match="2 iPads"):
        info(school)


@pytest.mark.parametrize(
    ("controller", "words"),
    [
        ({"client_id": ""}, "client_id"),
        ({"client_secret": "lab-secret"}, "client_secret"),
        ({"passwort": "x"}, "passwort"),
        ({"fingerprint": "beef"}, "fingerprint"),
        ({"ca_file": "/nirgends/ca.pem"}, "ca.pem"),
    ],
)
def test_settings_that_cannot_be_used(school: School, controller: dict[str, Any], words: str) -> None:
    target = school.target(server=controller, url="https://jamf.invalid")
    with pytest.raises(DeviceError, match=words) as caught:
        school.driver(target)
    assert caught.value.error_class is ErrorClass.PRECONDITION
    assert "lab-secret" not in caught.value.message


def test_an_ipad_without_a_server(school: School) -> None:
    target = Target("d", "ipad", "ipad", "jamf-pro", SERIAL)
    with pytest.raises(DeviceError, match="reached through its Jamf Pro server"):
        school.driver(target)


def test_plain_http_is_for_this_machine_only(school: School) -> None:
    with pytest.raises(DeviceError, match="unencrypted"):
        school.driver(school.target(url="http://jamf.school.example:8080"))


def test_a_wrong_secret_is_named_and_tried_once(school: School) -> None:
    with pytest.raises(DeviceError, match="refuses the API client") as caught:
        info(school, school.target(server={"client_secret": "secret://file/wrong"}))
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.AUTH, Happened.NO)
    assert sum("oauth" in str(line) for way, line in school.env.transcript if way == ">") == 1


def test_the_token_is_renewed_before_it_ends(make_school: Callable[..., School]) -> None:
    school = make_school(token_seconds=5)
    driver = school.driver()
    driver.identity(Deadline.after(5))
    driver.identity(Deadline.after(5))
    # Believed for a second only, since it would end within the five that are left unused.
    assert 1 <= school.simulator.state()["logins"] <= 2


def test_a_forgotten_token_is_asked_for_again_once(school: School) -> None:
    driver = school.driver()
    driver.identity(Deadline.after(5))
    school.change(forget_tokens=True)
    driver.identity(Deadline.after(5))
    assert school.simulator.state()["logins"] == 2


def test_secrets_and_tokens_stay_out_of_the_transcript(school: School) -> None:
    info(school)
    text = "".join(line if isinstance(line, str) else line.decode() for _, line in school.env.transcript)
    assert "lab-secret" not in text
    assert "eyJ." not in text


def test_each_ipad_is_an_endpoint_of_its_own(school: School) -> None:
    keys = {JamfPro.endpoint(school.target(address)) for address in (SERIAL, SERIAL.lower(), "DMPX00000002")}
    assert len(keys) == 2
    assert JamfPro.controller_limits.connections == 5


def test_with_a_certificate_of_its_own(make_school: Callable[..., School]) -> None:
    school = make_school(tls=True)
    assert school.simulator.certificate is not None
    assert (
        info(school, school.target(server={"fingerprint": school.simulator.certificate.fingerprint})).serial
        == SERIAL
    )
    ca = school.data / "ca.pem"
    ca.write_text(school.simulator.certificate.pem)
    assert info(school, school.target(server={"ca_file": str(ca)})).serial == SERIAL
    for server in ({}, {"fingerprint": "00" * 32}):
        with pytest.raises(DeviceError, match="certificate") as caught:
            info(school, school.target(server=server))
        assert caught.value.error_class is ErrorClass.PRECONDITION


def test_closing_twice_and_asking_afterwards(school: School) -> None:
    driver = school.driver()
    driver.close()
    driver.close()
    with pytest.raises(DeviceError, match="not open"):
        driver.identity(Deadline.after(1))
