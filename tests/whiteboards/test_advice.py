"""What a person is told when a display says nothing, or nonsense, while it is asked who it is; in both languages."""

from __future__ import annotations

import pytest

from pedell.drivers.api import DeviceError, ErrorClass
from pedell.i18n import said
from pedell.lab.simulator import FaultKind
from pedell_whiteboards.text import plain

SILENT = {"answer_time": 0.3, "pause": 0.0}
PTY = {"transport": "pty"}


def advice(display, kind: FaultKind) -> DeviceError:
    display.simulator.misbehave(kind)
    with pytest.raises(DeviceError) as caught:
        display.identity()
    assert said(caught.value.message, "de") != caught.value.message
    assert not caught.value.hint or said(caught.value.hint, "de") != caught.value.hint
    return caught.value


@pytest.mark.parametrize("brand", ["samsung", "nec", "lg", "sicp", "benq", "viewsonic"])
def test_one_with_another_id_is_silent(brand, request):
    error = advice(request.getfixturevalue(brand)(SILENT), FaultKind.SILENT)
    assert (error.error_class, "option display" in error.hint) == (ErrorClass.TIMEOUT, True)


@pytest.mark.parametrize("brand", ["sharp", "epson", "promethean"])
def test_a_silent_serial_line(brand, request):
    error = advice(request.getfixturevalue(brand)(SILENT, **PTY), FaultKind.SILENT)
    assert (error.error_class, "baud rate" in error.hint) == (ErrorClass.TIMEOUT, True)


def test_something_that_takes_the_connection_and_says_nothing(promethean):
    error = advice(promethean(SILENT), FaultKind.SILENT)
    assert (error.error_class, "takes the connection" in error.hint) == (ErrorClass.TIMEOUT, True)


def test_a_display_that_is_away_gets_no_advice_on_its_id(samsung):
    error = advice(samsung(SILENT), FaultKind.CLOSED)
    assert (error.error_class, "option display" in error.hint) == (ErrorClass.UNREACHABLE, False)


@pytest.mark.parametrize("brand", ["samsung", "nec", "lg", "benq"])
def test_nonsense(brand, request):
    error = advice(request.getfixturevalue(brand)(SILENT), FaultKind.GARBLE)
    assert (error.error_class, "another device" in error.hint) == (ErrorClass.PROTOCOL, True)


def test_noise_is_no_serial_number(sharp):
    """It would make another device of the display."""
    error = advice(sharp(SILENT, **PTY), FaultKind.GARBLE)
    assert error.error_class is ErrorClass.PROTOCOL
    assert "serial number has no meaning" in error.message


@pytest.mark.parametrize("nothing", ["?", "-", "---", "*"])
def test_signs_alone_are_no_serial_number(epson, nothing):
    assert epson(serial=nothing).identity().serial == ""


def test_a_wrong_password_names_the_option(projector):
    display = projector({"password": "secret://lab/pin"}, password="another")
    error = advice(display, FaultKind.LOGIN)
    assert (error.error_class, "option 'password'" in error.hint) == (ErrorClass.AUTH, True)


@pytest.mark.parametrize(
    ("text", "is_plain"),
    [("", True), ("SN 1-A/2", True), ("１", False), ("SN\x07", False), ("\ufffd?", False)],
)
def test_plain_text(text, is_plain):
    assert plain(text) is is_plain


@pytest.mark.parametrize(
    ("english", "german"),
    [
        (
            "the display refuses powerstate: invalid cmd: get powerstate",
            "die Anzeige lehnt powerstate ab: invalid cmd: get powerstate",
        ),
        (
            "the display refuses the command for input source (error 2)",
            "die Anzeige lehnt den Befehl für input source ab (Fehler 2)",
        ),
        (
            "b1: the device at 10.0.0.1 says its serial number is X1, the inventory says Y2",
            "b1: Das Gerät an 10.0.0.1 nennt als Seriennummer X1, im Inventar steht Y2",
        ),
    ],
)
def test_read_in_german(english, german):
    assert said(english, "de") == german
