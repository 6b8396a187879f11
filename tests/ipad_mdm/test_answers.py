"""Reading what the server says: the fact sheet's examples, the known varieties, and hostility."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pedell.drivers.api import DeviceError, ErrorClass, Happened
from pedell.transports.http import HttpAnswer, TryLaterError
from pedell_ipad_mdm.jamf_pro import answers

LINE = {
    "uuid": "b5e3c3c0-0000-4000-8000-000000000001",
    "client": {"managementId": "4eecc1fb-f52d-48c5-9560-c246b23601d3", "clientType": "MOBILE_DEVICE"},
    "commandState": "ACKNOWLEDGED",
    "commandType": "RESTART_DEVICE",
    "dateSent": "2026-11-23T10:00:00Z",
    "dateCompleted": "2026-11-23T10:00:09Z",
}
RECORD = {
    "mobileDeviceId": "12",
    "deviceType": "iOS",
    "general": {
        "udid": "00008020-000A1B2C3D4E002E",
        "displayName": "7B-12",
        "osVersion": "18.5",
        "managed": True,
        "supervised": True,
        "lastInventoryUpdateDate": "2026-11-22T08:00:00.123Z",
        "lastEnrolledDate": "2026-08-01T08:00:00Z",
        "mdmProfileExpirationDate": "2028-08-01T08:00:00Z",
        "managementId": "4eecc1fb-f52d-48c5-9560-c246b23601d3",
    },
    "hardware": {
        "serialNumber": "DMPXXXXXXXXX",
        "batteryLevel": 64,
        "model": "iPad",
        "modelIdentifier": "iPad13,18",
    },
    "security": {"lostModeEnabled": False, "passcodePresent": True, "activationLockEnabled": None},
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=20), inner, max_size=4),
    max_leaves=20,
)
KEYS = [
    "results", "general", "hardware", "security", "uuid", "client", "managementId", "commandState", "commandType",
    "dateSent", "commandError", "errorEnglishDescription", "id", "href", "access_token", "expires_in", "serialNumber",
    "batteryLevel", "lastEnrolledDate", "udidsNotProcessed", "udids", "errorUuids", "displayName", "mobileDeviceId",
]  # fmt: skip
SHAPED = st.recursive(
    JSON,
    lambda inner: st.dictionaries(st.sampled_from(KEYS), inner, max_size=8) | st.lists(inner, max_size=3),
    max_leaves=25,
)


def test_token() -> None:
    body = {"access_token": "eyJ.test", "scope": "api-role:2", "token_type": "Bearer", "expires_in": 299}
    assert answers.grant(body) == answers.Grant("eyJ.test", 299.0)


@pytest.mark.parametrize("token", [None, "", 7, "two words", "zeile\r\nX-Evil: 1", "ümlaut", "x" * 20_000])
def test_a_token_that_cannot_be_a_header_is_refused(token: object) -> None:
    with pytest.raises(DeviceError, match="no access token"):
        answers.grant({"access_token": token, "expires_in": 299})


@pytest.mark.parametrize("seconds", [None, -1, 0, True, "299", 1e30, float("nan")])
def test_a_strange_life_time_is_short(seconds: object) -> None:
    assert answers.grant({"access_token": "t", "expires_in": seconds}).seconds == 60.0


@pytest.mark.parametrize(
    "body",
    [
        [{"id": "7f1c", "href": "/v2/mdm/commands?filter=uuid==7f1c"}],
        {"id": "7f1c", "href": "/v2/mdm/commands?filter=uuid==7f1c"},
        [{"id": "1", "href": "/v2/mdm/commands?filter=uuid==7f1c"}],
        [{"id": "7f1c"}],
    ],
)
def test_queued_command(body: object) -> None:
    assert answers.queued(body) == "7f1c"


@pytest.mark.parametrize("body", [[], {}, None, [{}], [{"id": None}], [{"id": "a b;uuid==*"}], "7f1c"])
def test_a_command_without_a_name_may_have_been_queued(body: object) -> None:
    with pytest.raises(DeviceError) as caught:
        answers.queued(body)
    assert caught.value.happened is Happened.UNKNOWN


def test_list_of_commands() -> None:
    (line,) = answers.statuses({"totalCount": 1, "results": [LINE]})
    assert (line.uuid, line.type, line.state) == (LINE["uuid"], "RESTART_DEVICE", "ACKNOWLEDGED")
    assert line.management_id == "4eecc1fb-f52d-48c5-9560-c246b23601d3"
    assert answers.moment(line.sent) == "2026-11-23T10:00:00Z"
    assert answers.moment(line.completed) == "2026-11-23T10:00:09Z"


@pytest.mark.parametrize(
    "completed", [None, "1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z", "", "gestern"]
)
def test_an_open_command_has_no_end(completed: object) -> None:
    (line,) = answers.statuses({"results": [{**LINE, "commandState": "PENDING", "dateCompleted": completed}]})
    assert line.completed is None


def test_the_ipads_own_words_are_kept_and_cleaned() -> None:
    error = {
        "errorCode": 12021,
        "errorLocalizedDescription": "Nicht\x1b[2Jbetreut",
        "errorEnglishDescription": None,
    }
    (line,) = answers.statuses({"results": [{**LINE, "commandState": "ERROR", "commandError": error}]})
    assert line.error == "Nicht [2Jbetreut (code 12021)"


def test_record() -> None:
    (record,) = answers.records({"totalCount": 1, "results": [RECORD]})
    assert (record.id, record.management_id) == ("12", "4eecc1fb-f52d-48c5-9560-c246b23601d3")
    info = record.info
    assert (info.name, info.serial, info.os_version, info.battery_percent) == (
        "7B-12",
        "DMPXXXXXXXXX",
        "18.5",
        64,
    )
    assert (info.last_inventory, info.last_enrolled) == ("2026-11-22T08:00:00Z", "2026-08-01T08:00:00Z")
    assert info.last_seen == info.last_inventory
    assert (info.passcode, info.activation_lock, info.lost_mode) == (True, None, False)


@pytest.mark.parametrize("battery", [-1, 101, True, "64", 64.5, None, 10**30])
def test_an_impossible_battery_is_not_known(battery: object) -> None:
    (record,) = answers.records(
        {"results": [{**RECORD, "hardware": {"serialNumber": "X", "batteryLevel": battery}}]}
    )
    assert record.info.battery_percent is None


def test_renewal_and_push() -> None:
    assert answers.not_processed({"udidsNotProcessed": {"udids": ["U2"]}}) == {"u2"}
    assert answers.not_processed({}) == frozenset()
    assert answers.not_pushed({"errorUuids": ["A1"]}) == {"a1"}


@pytest.mark.thorough
@pytest.mark.parametrize(
    "read",
    [answers.grant, answers.queued, answers.records, answers.statuses, answers.management_id, answers.not_processed,
     answers.not_pushed],
)  # fmt: skip
@settings(max_examples=30)
@given(body=SHAPED)
def test_hostile_json_gives_a_result_or_a_clear_error(read: Any, body: Any) -> None:
    found: Any = ()
    trouble: DeviceError | None = None
    try:
        found = read(body)
    except DeviceError as error:
        trouble = error
    assert trouble is None or (trouble.error_class is ErrorClass.PROTOCOL and trouble.message.isprintable())
    for record in found if read is answers.records else ():
        assert record.info.model_dump_json().isprintable()


@given(st.text(max_size=45))
def test_hostile_times(text: str) -> None:
    seconds = answers.epoch(text)
    assert seconds is None or answers.moment(seconds)


@given(body=st.binary(max_size=200) | JSON.map(lambda value: repr(value).encode("utf-8", "replace")),
       status=st.integers(300, 599))  # fmt: skip
def test_any_refusal_is_one_clear_line(body: bytes, status: int) -> None:
    error = answers.failure(HttpAnswer(status, (), body, "POST https://mdm/api", effect=True))
    assert error.message.isprintable()
    assert error.happened in (Happened.NO, Happened.UNKNOWN)


@pytest.mark.parametrize(
    ("status", "error_class", "happened"),
    [
        (400, ErrorClass.REFUSED, Happened.NO),
        (401, ErrorClass.AUTH, Happened.NO),
        (403, ErrorClass.AUTH, Happened.NO),
        (404, ErrorClass.PRECONDITION, Happened.NO),
        (429, ErrorClass.BUSY, Happened.NO),
        (500, ErrorClass.DEVICE_FAULT, Happened.UNKNOWN),
        (503, ErrorClass.BUSY, Happened.NO),
        (504, ErrorClass.TIMEOUT, Happened.UNKNOWN),
    ],
)
def test_what_a_status_means(status: int, error_class: ErrorClass, happened: Happened) -> None:
    body = b'{"httpStatus":0,"errors":[{"code":"INVALID_PRIVILEGE","description":"Forbidden","id":"0","field":null}]}'
    error = answers.failure(
        HttpAnswer(status, (("retry-after", "7"),), body, "POST https://mdm/api", effect=True)
    )
    assert (error.error_class, error.happened) == (error_class, happened)
    if isinstance(error, TryLaterError):
        assert error.retry_after == 7.0
    else:
        assert "INVALID_PRIVILEGE Forbidden" in error.message
