"""Bodies that are sent, against the fact sheet's examples and Jamf's own client."""

from __future__ import annotations

import base64
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pedell.drivers.api import DeviceError
from pedell_ipad_mdm.contract import Erase, Lock, LostMode
from pedell_ipad_mdm.jamf_pro import requests
from pedell_ipad_mdm.jamf_pro.requests import MdmCommand

MANAGEMENT = "4eecc1fb-f52d-48c5-9560-c246b23601d3"


def test_token_form() -> None:
    form = urlencode(requests.token_form("abc", "def"))
    assert form == "grant_type=client_credentials&client_id=abc&client_secret=def"


def test_restart() -> None:
    assert MdmCommand("RESTART_DEVICE").body(MANAGEMENT) == {
        "clientData": [{"managementId": MANAGEMENT}],
        "commandData": {"commandType": "RESTART_DEVICE"},
    }


def test_erase_with_return_to_service() -> None:
    command = requests.erase(Erase(), wifi_profile="<?x", mdm_profile="PD94")
    assert command.body(MANAGEMENT)["commandData"] == {
        "commandType": "ERASE_DEVICE",
        "returnToService": {"enabled": True, "mdmProfileData": "PD94", "wifiProfileData": "PD94"},
    }
    assert command.secret


def test_what_is_not_asked_for_is_left_out() -> None:
    assert requests.erase(Erase(return_to_service=False)).fields == {}
    assert requests.erase(Erase(return_to_service=False, preserve_data_plan=True)).fields == {
        "preserveDataPlan": True
    }
    assert requests.lock(Lock()).fields == {}
    assert requests.lock(Lock(message="Bitte ins Sekretariat", phone="0000")).fields == {
        "message": "Bitte ins Sekretariat",
        "phoneNumber": "0000",
    }
    assert requests.lost_mode_on(LostMode(phone="0000")).fields == {
        "lostModeMessage": "",
        "lostModePhone": "0000",
        "lostModeFootnote": "",
    }


def test_jamfs_own_client_accepts_the_bodies() -> None:
    from jamf_pro_sdk.models.pro.mdm import MdmCommandRequest

    commands = [
        requests.lock(Lock(message="m")),
        requests.lost_mode_on(LostMode(message="m")),
        requests.erase(Erase(), wifi_profile="<a/>", mdm_profile="<b/>"),
        *(
            MdmCommand(type_)
            for type_ in ("CLEAR_PASSCODE", "DISABLE_LOST_MODE", "DEVICE_INFORMATION", "LOG_OUT_USER")
        ),
    ]
    for command in commands:
        read = MdmCommandRequest.model_validate(command.body(MANAGEMENT))
        shown = read.model_dump(mode="json", exclude_none=True)["commandData"]
        assert shown == command.body(MANAGEMENT)["commandData"]


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_xml_profiles_survive(text: str) -> None:
    profile = f"<plist>{text}</plist>"
    assert base64.b64decode(requests.profile_data(profile)).decode() == profile


@given(st.binary(min_size=1, max_size=200))
def test_base64_profiles_pass_even_when_folded(data: bytes) -> None:
    packed = base64.encodebytes(data).decode()
    assert base64.b64decode(requests.profile_data(packed)) == data


@pytest.mark.parametrize("text", ["kein Profil!", "ä", "PD9"])
def test_anything_else_is_no_profile_and_is_not_repeated(text: str) -> None:
    with pytest.raises(DeviceError) as caught:
        requests.profile_data(text)
    assert text not in caught.value.message
