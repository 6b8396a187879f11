"""Jamf's own Python client against the simulator: an independent reader of the same interface."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from jamf_pro_sdk import ApiClientCredentialsProvider, JamfProClient
from jamf_pro_sdk.clients.pro_api.pagination import FilterField, SortField
from jamf_pro_sdk.models.pro.mdm import (
    ClearPasscodeCommand,
    DeviceLockCommand,
    EnableLostModeCommand,
    LogOutUserCommand,
)
from requests import HTTPError

from tests.ipad_mdm.conftest import School, eventually


@pytest.fixture
def school(make_school: Callable[..., School]) -> School:
    return make_school(tls=True, ipads=7)


@pytest.fixture
def jamf(school: School) -> Iterator[JamfProClient]:
    assert school.simulator.certificate is not None
    ca = school.data / "ca.pem"
    ca.write_text(school.simulator.certificate.pem)
    parts = urlsplit(school.address)
    client = JamfProClient(
        server=str(parts.hostname), port=parts.port or 443,
        credentials=ApiClientCredentialsProvider("pedell", "lab-secret"),
    )  # fmt: skip
    # Else a bundle named in the environment would win.
    client.session.trust_env = False
    client.session.verify = str(ca)
    with client.session:
        yield client


def test_inventory_in_pages(jamf: JamfProClient) -> None:
    found = jamf.pro_api.get_mobile_device_inventory_v2(
        sections=["GENERAL", "HARDWARE", "SECURITY"],
        page_size=3,
        sort_expression=SortField("serialNumber").desc(),
    )
    serials = [device.hardware.serialNumber for device in found]
    assert serials == [f"DMPX{number:08d}" for number in range(7, 0, -1)]
    assert all(device.general.supervised and not device.security.lostModeEnabled for device in found)


def test_inventory_by_filter(jamf: JamfProClient) -> None:
    wanted = FilterField("serialNumber").is_in(["DMPX00000002", "DMPX00000003"]) & FilterField("managed").eq(
        "true"
    )
    found = jamf.pro_api.get_mobile_device_inventory_v2(filter_expression=wanted)
    assert [device.general.displayName for device in found] == ["iPad 02", "iPad 03"]


def test_commands_and_their_state(school: School, jamf: JamfProClient) -> None:
    management = school.ipad()["management_id"]
    (sent,) = jamf.pro_api.send_mdm_command_v2([management], DeviceLockCommand(message="Hallo"))
    eventually(lambda: school.count("lock") == 1, "the screen locks")
    terms = FilterField("uuid").eq(sent.id) & FilterField("command").eq("DEVICE_LOCK")
    (line,) = jamf.pro_api.get_mdm_commands_v2(terms)
    assert (str(line.uuid), line.commandState.value, str(line.client.managementId)) == (
        sent.id,
        "ACKNOWLEDGED",
        management,
    )


def test_two_ipads_in_one_request(school: School, jamf: JamfProClient) -> None:
    ids = [school.ipad(serial)["management_id"] for serial in ("DMPX00000001", "DMPX00000002")]
    lost = EnableLostModeCommand(lostModeMessage="m", lostModePhone="1", lostModeFootnote="")
    assert len(jamf.pro_api.send_mdm_command_v2(ids, lost)) == 2
    eventually(lambda: school.simulator.counts()["lost_mode_on"] == 2, "both are lost")


def test_open_and_refused_commands_can_be_read(school: School, jamf: JamfProClient) -> None:
    management = school.ipad()["management_id"]
    school.change(awake=False)
    jamf.pro_api.send_mdm_command_v2([management], ClearPasscodeCommand())
    terms = FilterField("clientManagementId").eq(management)
    (line,) = jamf.pro_api.get_mdm_commands_v2(terms)
    assert line.commandState.value == "PENDING"
    school.change(awake=True)
    jamf.pro_api.send_mdm_command_v2([management], LogOutUserCommand())

    def states() -> list[str]:
        lines: list[Any] = jamf.pro_api.get_mdm_commands_v2(
            terms, sort_expression=SortField("dateSent").asc()
        )
        return [line.commandState.value for line in lines]

    eventually(lambda: states() == ["ACKNOWLEDGED", "ERROR"], "both have their answer")


def test_renewal(school: School, jamf: JamfProClient) -> None:
    unknown = "6e47ef55-5318-494f-a09e-70f613e0afd1"
    before = school.ipad()["profile_expires_at"]
    answer = jamf.pro_api.renew_mdm_profile_v1([school.ipad()["udid"], unknown])
    assert [str(udid) for udid in answer.udidsNotProcessed] == [unknown]
    eventually(lambda: school.ipad()["profile_expires_at"] > before, "the profile is renewed")


def test_refusals(school: School, jamf: JamfProClient) -> None:
    with pytest.raises(HTTPError, match="404"):
        jamf.pro_api.send_mdm_command_v2(["6e47ef55-5318-494f-a09e-70f613e0afd1"], ClearPasscodeCommand())
    school.change(forget_tokens=True)
    with pytest.raises(HTTPError, match="401"):
        jamf.pro_api.get_mobile_device_inventory_v2()
