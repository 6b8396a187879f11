from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pedell.drivers.api import DeviceError, ErrorClass, Happened
from pedell.transports.stream_url import LineSettings, parse_stream_url


@pytest.mark.parametrize(
    ("text", "place", "key"),
    [
        ("tcp://10.0.0.5:1515", "10.0.0.5:1515", "tcp:10.0.0.5:1515"),
        ("socket://Panel.School:1515", "panel.school:1515", "tcp:panel.school:1515"),
        ("tcp://[fe80::1]:4352", "[fe80::1]:4352", "tcp:[fe80::1]:4352"),
        ("serial:///dev/ttyNone0", "/dev/ttyNone0", "serial:/dev/ttyNone0"),
        ("rfc2217://moxa:7001?ign_set_control&baud=19200", "moxa:7001", "tcp:moxa:7001"),
        ("tls://host:1?fingerprint=" + "AB:" * 31 + "AB", "host:1", "tcp:host:1"),
    ],
)
def test_what_an_address_says(text, place, key):
    url = parse_stream_url(text)
    assert (url.place, url.key) == (place, key)


def test_settings_of_a_line():
    url = parse_stream_url("serial:///dev/ttyNone0?baud=115200&bits=7&parity=E&stop=2&flow=rtscts")
    assert url.line == LineSettings(115200, 7, "E", 2, "rtscts")
    assert parse_stream_url("rfc2217://a:1?ign_set_control").ign_set_control
    assert parse_stream_url("tls://a:1?fingerprint=" + "AB" * 32).fingerprint == "ab" * 32


def test_one_line_has_one_key(tmp_path):
    tty = tmp_path / "ttyX"
    tty.touch()
    (tmp_path / "panel").symlink_to(tty)
    assert (
        parse_stream_url(f"serial://{tmp_path}/panel?baud=1200").key
        == parse_stream_url(f"serial://{tty}").key
    )


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "begin"),
        ("10.0.0.5:1515", "begin"),
        ("http://10.0.0.5:1515", "begin"),
        ("tcp://10.0.0.5", "port is missing"),
        ("tcp://10.0.0.5:0", "port is missing"),
        ("tcp://10.0.0.5:99999", "ort"),
        ("tcp://:5", "host is missing"),
        ("tcp://[::1:5", "cannot be used"),
        ("tcp://user:word@10.0.0.5:5", "no place"),
        ("tcp://10.0.0.5:5/there", "no meaning"),
        ("tcp://10.0.0.5:5?baud=9600", "unknown"),
        ("serial:///dev/ttyNone0?baud=fast", "baud=fast"),
        ("serial:///dev/ttyNone0?baud=-1", "baud=-1"),
        ("serial:///dev/ttyNone0?baud=9600&baud=1200", "twice"),
        ("serial:///dev/ttyNone0?parity=X", "parity=X"),
        ("serial:///dev/ttyNone0?stop=3", "stop=3"),
        ("serial:///dev/ttyNone0?speed=3", "unknown"),
        ("serial://dev/ttyNone0", "three slashes"),
        ("serial:///", "three slashes"),
        ("rfc2217://moxa:7001?logging=debug", "unknown"),
        ("tls://host:1?fingerprint=12", "64 hexadecimal"),
    ],
)
def test_a_bad_address_is_told_in_one_line(text, word):
    with pytest.raises(DeviceError) as caught:
        parse_stream_url(text)
    assert word in caught.value.message
    assert caught.value.hint
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.PRECONDITION, Happened.NO)


@given(
    st.text() | st.builds("{}://{}".format, st.sampled_from(["tcp", "serial", "rfc2217", "tls"]), st.text())
)
@example("tcp://[")
@example("serial:////\0")
def test_any_text_is_an_address_or_an_error(text):
    try:
        url = parse_stream_url(text)
    except DeviceError as error:
        assert error.error_class is ErrorClass.PRECONDITION  # noqa: PT017
    else:
        assert url.place
