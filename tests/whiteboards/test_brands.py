"""What all panels on the common base owe alike, brand by brand: the driver against its simulator, TCP and pty."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from pedell.drivers.api import Answer, Deadline, DeviceError, ErrorClass, Happened, Nothing, Waiting
from pedell.hooks.plugins import Plugins
from pedell_whiteboards import plugin
from pedell_whiteboards.model import Power
from tests.whiteboards.chain import Chain
from tests.whiteboards.displays import Display, outcome

pytestmark = pytest.mark.matrix(4)


@dataclass(frozen=True)
class Brand:
    """A brand's settings: verbs with the field of the status that shows them, and inputs it has."""

    fixture: str
    flags: dict[str, str]
    serial: str = "SNd1"
    manufacturer: str = ""
    inputs: tuple[str, str] = ("hdmi2", "hdmi1")
    settings: dict[str, Any] = field(default_factory=dict)


SOUND = {"mute": "muted", "unmute": "muted"}
PICTURE = {"blank": "blank", "unblank": "blank"}
FREEZE = {"freeze": "frozen", "unfreeze": "frozen"}
KEYS = {"lock_controls": "controls_locked", "unlock_controls": "controls_locked"}
TOUCH = {"touch_lock": "touch_locked", "touch_unlock": "touch_locked"}

BRANDS = {
    "smart-pty": Brand("smart", SOUND | PICTURE | FREEZE, manufacturer="SMART"),
    "smart-mx": Brand("smart", SOUND | PICTURE | FREEZE, manufacturer="SMART", settings={"generation": "mx"}),
    "promethean": Brand("promethean", SOUND | PICTURE | FREEZE | KEYS | TOUCH, manufacturer="Promethean"),
    "promethean-pty": Brand(
        "promethean", SOUND | PICTURE | FREEZE | KEYS | TOUCH, manufacturer="Promethean", settings={"transport": "pty"}
    ),
    "lg": Brand("lg", SOUND | PICTURE | KEYS, manufacturer="LG"),
    "lg-pty": Brand("lg", SOUND | PICTURE | KEYS, manufacturer="LG", settings={"transport": "pty"}),
    "sicp": Brand("sicp", SOUND | PICTURE | KEYS | TOUCH, "HA1A0917123456"),
    "sicp-pty": Brand("sicp", SOUND | PICTURE | KEYS | TOUCH, "HA1A0917123456", settings={"transport": "pty"}),
    "sicp-plain": Brand("sicp", SOUND | PICTURE | KEYS | TOUCH, "HA1A0917123456", settings={"envelope": "plain"}),
    "iiyama-te": Brand("iiyama_te", SOUND | PICTURE | KEYS, ""),
    "iiyama-te-pty": Brand("iiyama_te", SOUND | PICTURE | KEYS, "", settings={"transport": "pty"}),
}  # fmt: skip
QUIRKS = [(name, quirk) for name, quirks in {
    "smart-pty": ["echo", "unsolicited", "diagnostics", "feed", "halves"],
    "promethean": ["noise", "halves", "answers_orders"],
    "lg": ["noise", "echo", "feed", "lower", "computer", "halves"],
    "sicp": ["noise", "echo", "swapped", "understated", "halves"],
    "sicp-plain": ["noise", "echo", "halves"],
    "iiyama-te": ["noise", "echo", "halves"],
}.items() for quirk in quirks]  # fmt: skip


@pytest.fixture
def start(request):
    def start(name: str, options: dict[str, Any] | None = None, **settings: Any):
        brand = BRANDS[name]
        if name == "smart-mx":
            settings = {"model": "SBID-MX065", **settings}
            options = {"off_word": "ready", "inputs": {"vga1": "vga"}, **(options or {})}
        return request.getfixturevalue(brand.fixture)(options, **{**brand.settings, **settings})

    return start


def switched_on(display: Display) -> Answer:
    """The answer to switching on, as soon as the display takes it: many cannot tell that they cool down."""
    until = Deadline.after(60)
    while True:
        try:
            return display.first("display.power_on")
        except DeviceError as error:
            assert outcome(error) == (ErrorClass.BUSY, Happened.NO)  # noqa: PT017
            assert not until.passed()


@pytest.mark.parametrize("name", BRANDS)
def test_settings_change_and_change_back(start, name):
    display, brand = start(name), BRANDS[name]
    for verb, shown in brand.flags.items():
        assert display.do(f"display.{verb}").result == Nothing(), verb
        wanted = not verb.startswith("un") and not verb.endswith("unlock")
        assert getattr(display.status(), shown) is wanted, verb
    for input_ in brand.inputs:
        display.do("display.select_input", input=input_)
        assert display.status().input == input_
    for volume in (0, 100, 37):
        display.do("display.set_volume", volume=volume)
        assert display.status().volume == volume


@pytest.mark.parametrize("name", BRANDS)
def test_who_it_is(start, name):
    display, brand = start(name), BRANDS[name]
    who = display.identity()
    assert (who.serial, who.manufacturer) == (brand.serial, brand.manufacturer)
    info = display.do("display.device_info").result
    assert info.serial == brand.serial
    assert bool(info.model) is bool(info.firmware) is bool(brand.serial)
    assert info.protocol


@pytest.mark.parametrize("name", [name for name in BRANDS if name != "iiyama-te"])
def test_switching_off_and_on_is_waiting(start, name):
    display = start(name)
    answer = display.first("display.power_off")
    assert isinstance(answer, Waiting)
    display.wait("display.power_off", answer)
    assert display.status().power is Power.STANDBY
    assert display.status().volume is None
    display.do("display.power_off")
    answer = switched_on(display)
    assert isinstance(answer, Waiting)
    display.wait("display.power_on", answer)
    assert display.status().power is Power.ON
    assert display.simulator.counts() == {"power_off": 1, "power_on": 1}


@pytest.mark.parametrize("name", [name for name in BRANDS if name not in {"iiyama-te", "lg", "lg-pty", "sicp",
                                                                         "sicp-pty", "sicp-plain"}])  # fmt: skip
def test_restart_is_off_wait_on_in_two_announced_parts(start, name):
    display = start(name)
    done = display.do("display.restart")
    assert done.emulated == "off, wait for standby, on"
    # Where the display did not take it yet, switching on is announced again.
    assert (display.parts[0], set(display.parts[1:])) == ("off", {"on"})
    assert display.simulator.counts() == {"power_off": 1, "power_on": 1}
    assert display.status().power is Power.ON


@pytest.mark.parametrize("name", ["lg", "lg-pty", "sicp", "sicp-plain"])
def test_restart_of_its_own(start, name):
    display = start(name)
    done = display.do("display.restart")
    assert not done.emulated
    assert display.simulator.counts() == {"restart": 1}
    assert display.status().power is Power.ON


@pytest.mark.parametrize(
    ("name", "settings"),
    [("lg", {"restart": False}), ("lg", {"restart": "as_on"}), ("sicp", {"later": False})],
)
def test_a_model_without_a_restart_is_switched_off_and_on(start, name, settings):
    display = start(name, **settings)
    assert display.do("display.restart").emulated
    assert display.simulator.counts()["power_off"] == 1
    assert display.status().power is Power.ON


@pytest.mark.parametrize("name", [name for name in BRANDS if name != "iiyama-te"])
def test_restart_of_one_that_is_off_just_switches_it_on(start, name):
    display = start(name, power="standby")
    display.do("display.restart")
    assert display.simulator.counts() == {"power_on": 1}


@pytest.mark.parametrize("name", ["smart-pty", "lg", "sicp", "iiyama-te-pty"])
def test_in_standby_settings_are_refused(start, name):
    display = start(name, power="standby")
    assert outcome(display.failure("display.mute")) == (ErrorClass.REFUSED, Happened.NO)
    assert not display.simulator.counts()


@pytest.mark.parametrize("name", BRANDS)
def test_an_input_that_nobody_knows(start, name):
    display = start(name)
    error = display.failure("display.select_input", input="coffee")
    assert outcome(error) == (ErrorClass.UNSUPPORTED, Happened.NO)
    assert "hdmi1" in error.hint


@pytest.mark.parametrize(
    ("name", "code"), [("lg", "fe"), ("sicp", "ee"), ("iiyama-te", "999"), ("smart-pty", "fax1")]
)
def test_an_input_that_the_display_has_not(start, name, code):
    display = start(name, {"inputs": {"hdmi9": code}})
    assert outcome(display.failure("display.select_input", input="hdmi9")) == (
        ErrorClass.REFUSED,
        Happened.NO,
    )
    assert not display.simulator.counts()


@pytest.mark.parametrize(("name", "quirk"), QUIRKS)
def test_quirks_of_the_line(start, name, quirk):
    display = start(name, **{quirk: True})
    display.do("display.set_volume", volume=11)
    display.do("display.blank")
    display.do("display.select_input", input="hdmi2")
    status = display.do("display.status")
    assert not status.warnings
    assert (status.result.volume, status.result.blank, status.result.input) == (11, True, "hdmi2")
    assert display.identity().serial == BRANDS[name].serial
    assert display.simulator.counts()["volume"] == 1


@pytest.mark.parametrize(("name", "id_"), [("lg", 7), ("sicp", 7), ("sicp-plain", 7), ("iiyama-te", 7)])
def test_another_id_is_silence_and_nothing_is_sent_to_all(start, name, id_):
    display = start(name, {"answer_time": 0.2}, id=id_)
    assert outcome(display.failure("display.mute")) in {(ErrorClass.TIMEOUT, Happened.NO),
                                                       (ErrorClass.TIMEOUT, Happened.UNKNOWN)}  # fmt: skip
    assert not display.simulator.counts()
    ours = start(name, {"display": id_}, id=id_)
    ours.do("display.mute")
    assert ours.status().muted is True


@pytest.mark.parametrize("name", ["lg", "sicp", "iiyama-te"])
def test_the_id_of_everybody_is_refused_as_an_option(start, name):
    assert outcome(start(name, {"display": 0}).failure("display.mute")) == (
        ErrorClass.PRECONDITION,
        Happened.NO,
    )


@pytest.mark.parametrize("name", ["promethean", "lg", "sicp", "sicp-plain", "iiyama-te"])
def test_it_is_found_by_asking(start, name):
    display, brand = start(name), BRANDS[name]
    found = display.driver.discover(display.target.address, Deadline.after(10), display.env)
    assert (found.driver, found.kind, found.serial) == (display.driver.id, "whiteboard", brand.serial)
    assert not display.simulator.counts()


@pytest.mark.parametrize("brand", ["lg", "sicp", "iiyama-te"])
def test_two_on_one_line_are_told_apart(lab, brand):
    plugins = Plugins((), {"whiteboards": plugin})
    first, second = (plugins.simulators[brand](f"s{number}", {"id": number}) for number in (3, 4))
    address = lab.host.start(Chain(first, second))
    for number, simulator in ((3, first), (4, second)):
        options = {"display": number, "pause": 0.0, "answer_time": 3.0}
        display = Display(plugins.driver(brand), simulator, address, options)
        display.do("display.set_volume", volume=number)
        assert display.status().volume == number
    assert (first.state()["volume"], second.state()["volume"]) == (3, 4)
    assert first.counts() == second.counts() == {"volume": 1}


@pytest.mark.parametrize("name", ["promethean-pty", "lg-pty", "sicp-pty", "iiyama-te-pty", "smart-pty"])
def test_where_starting_does_not_show_a_line_waits_as_long_as_a_network(start, name):
    answer = start(name, {"settle": 12}, power="standby").first("display.power_on")
    assert isinstance(answer, Waiting)
    assert answer.poll_after == 12


def test_a_token_nobody_made(start):
    with start("lg").conversation() as driver, pytest.raises(DeviceError):
        driver.poll("display.restart", None, {"left": ["dance"]})
