"""What every display on a line has from its base: models, options, and being woken over the network."""

from __future__ import annotations

import json
import socket
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
import yaml

from pedell.drivers.api import ErrorClass, Happened, Target, Waiting
from pedell.errors import PedellError
from pedell.hooks.plugins import Plugins
from pedell_whiteboards import profiles
from pedell_whiteboards.model import Power
from pedell_whiteboards.options import ChainOptions
from pedell_whiteboards.panel import PanelDriver
from pedell_whiteboards.samsung_mdc.driver import SamsungMdcDriver, SamsungMdcOptions
from tests.ports import free
from tests.whiteboards.displays import CAPABILITIES, outcome

MAC = "00:11:22:33:44:55"
PANELS = [driver for driver in Plugins().drivers.values() if issubclass(driver, PanelDriver)]
APART = [driver for driver in PANELS if driver.models_file() is not None]
panels = pytest.mark.parametrize("driver", PANELS, ids=lambda driver: driver.id)


@pytest.fixture
def wakeable(samsung):
    """A display that leaves the network when it is off, and hears magic packets."""

    def start(**settings: Any):
        port = free("0.0.0.0", socket.SOCK_DGRAM)
        options = {
            "wake": f"127.255.255.255:{port}",
            "wake_mac": MAC,
            "answer_time": 0.5,
            "connect_time": 0.5,
        }
        return samsung(options, mac=MAC, wake_port=port, network_standby=False, **settings)

    return start


class TestWaking:
    def test_one_that_is_not_on_the_network(self, wakeable):
        display = wakeable(power="standby")
        answer = display.first("display.power_on")
        assert isinstance(answer, Waiting)
        assert "woken" in answer.why
        display.wait("display.power_on", answer)
        assert display.status().power is Power.ON
        assert display.simulator.counts()["woken"] >= 1
        assert display.simulator.counts()["power_off"] == 0

    def test_everything_else_says_that_it_is_away(self, wakeable):
        display = wakeable(power="standby")
        for capability in ("display.status", "display.restart", "display.power_off", "display.blank"):
            assert outcome(display.failure(capability)) == (ErrorClass.UNREACHABLE, Happened.NO)
        assert display.simulator.counts()["woken"] == 0

    def test_one_that_answers_is_switched_on_as_usual(self, wakeable):
        display = wakeable()
        display.do("display.power_on")
        assert not display.simulator.counts()

    def test_off_and_on_of_one_that_leaves_the_network(self, wakeable):
        display = wakeable(reboot=False)
        done = display.do("display.restart")
        assert done.emulated == "off, wait for standby, on"
        assert display.parts == display.finished == ["off", "on"]
        counts = display.simulator.counts()
        assert (counts["power_off"], counts["woken"] >= 1) == (1, True)
        assert display.status().power is Power.ON

    @pytest.mark.parametrize("trouble", ["cut", "deaf"])
    def test_one_that_goes_away_when_it_is_switched_off_is_off(self, samsung, trouble):
        """Taken up anew, it would be not reachable, and so a failure."""
        display = samsung({"gone_when_off": True, "answer_time": 0.5}, network_standby=False)
        display.simulator.misbehave(trouble, on="power_off")
        answer = display.first("display.power_off")
        assert isinstance(answer, Waiting)
        display.wait("display.power_off", answer)
        assert display.simulator.counts() == {"power_off": 1}
        assert outcome(display.failure("display.status")) == (ErrorClass.UNREACHABLE, Happened.NO)

    def test_one_that_does_not_take_it_is_told_again(self, samsung):
        display = samsung({"gone_when_off": True, "answer_time": 0.5}, network_standby=False)
        display.simulator.misbehave("silent", on="power_off", times=1)
        display.wait("display.power_off", display.first("display.power_off"))
        assert display.simulator.counts() == {"power_off": 1}

    def test_off_needs_no_warning(self, wakeable):
        assert wakeable().do("display.power_off").warnings == ()

    @pytest.mark.parametrize("missing", [{"wake": "off"}, {"wake_mac": ""}])
    def test_not_without_an_address_or_leave(self, wakeable, missing):
        display = wakeable(power="standby")
        display.target = Target(
            "1", "panel", "whiteboard", "samsung-mdc", display.target.address,
            options={**display.target.options, **missing},
        )  # fmt: skip
        assert outcome(display.failure("display.power_on")) == (ErrorClass.UNREACHABLE, Happened.NO)
        assert display.simulator.counts()["woken"] == 0


def target(driver: type[PanelDriver], model: str = "", **options: Any) -> Target:
    return Target("1", "b1", "whiteboard", driver.id, "10.0.0.5", model, options=options)


class TestModels:
    """Profiles as data: the common rules on one driver, and every driver's own file."""

    @pytest.fixture
    def driver(self, tmp_path, monkeypatch) -> type[SamsungMdcDriver]:
        (tmp_path / "models.yaml").write_text("""
pedell_models: 1
driver: samsung-mdc
profiles:
  - models: ["WA7?C*"]
    source: a manual
    options: {display: 0, can: {blank: false}, inputs: {usb-c: "29", ops: "51"}, settle: 40}
  - models: ["*"]
    source: a guess
    options: {own_restart: false, port: 1999}
""")
        known = profiles.read_profiles(tmp_path / "models.yaml", "samsung-mdc", SamsungMdcOptions)
        monkeypatch.setattr("pedell_whiteboards.panel.profiles_of", lambda *_: known)
        monkeypatch.setattr(SamsungMdcDriver, "models_file", lambda: tmp_path)
        return SamsungMdcDriver

    def test_the_first_that_matches_fills_in(self, driver):
        settings = driver(target(driver, "wa75c-x"), None).settings
        assert (settings.display, settings.settle, settings.own_restart) == (0, 40, True)
        assert driver(target(driver, "QM55"), None).settings.own_restart is False
        assert driver(target(driver), None).settings.own_restart is True

    def test_the_device_goes_before_its_model(self, driver):
        at = target(
            driver, "WA75C", display=3, can={"blank": True, "mute": False}, inputs={"ops": "52", "x": "53"}
        )
        settings = driver(at, None).settings
        assert (settings.display, settings.settle) == (3, 40)
        assert dict(settings.inputs) == {"ops": "52", "x": "53", "usb-c": "29"}
        assert {"display.blank", "display.mute"} & driver.supports(at) == {"display.blank"}

    def test_what_a_model_cannot_do_is_known_before(self, driver):
        able = driver.supports(target(driver, "WA75C"))
        assert "display.blank" not in able
        assert driver.supports(target(driver)) == frozenset(driver.capabilities())
        assert "display.unblank" in able
        # As a file for the import may say it.
        assert "display.mute" not in driver.supports(target(driver, can={"mute": "no"}))
        assert driver.supports(target(driver, can="nonsense")) == frozenset(driver.capabilities())

    def test_the_port_of_a_model(self, driver):
        assert driver.endpoint(target(driver, "QM55")) == "tcp:10.0.0.5:1999"
        assert driver.endpoint(target(driver, "QM55", port="2000")) == "tcp:10.0.0.5:2000"

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("pedell_models: 2\ndriver: d\nprofiles: []", "pedell_models"),
            ("pedell_models: 1\ndriver: e\nprofiles: []", "for the driver e"),
            ("pedell_models: 1\ndriver: d\nprofiles: [{models: [], source: abc}]", "profiles.0.models"),
            (
                "pedell_models: 1\ndriver: d\nprofiles: [{models: [A], source: abc, options: {displai: 1}}]",
                "displai",
            ),
            (
                "pedell_models: 1\ndriver: d\nprofiles: [{models: [A], source: abc, options: {can: {fly: yes}}}]",
                "fly",
            ),
            ("pedell_models: [", "line 1"),
        ],
    )
    def test_a_wrong_file_says_where(self, tmp_path, text, said):
        file = tmp_path / "models.yaml"
        file.write_text(text)
        with pytest.raises(PedellError, match=said) as caught:
            profiles.read_profiles(file, "d", ChainOptions)
        assert "models.yaml" in caught.value.message

    def test_the_published_schema_is_the_current_one(self):
        published = json.loads(files("pedell_whiteboards").joinpath("models.schema.json").read_text())
        assert published == profiles.schema()

    @pytest.mark.parametrize("driver", APART, ids=lambda driver: driver.id)
    def test_the_file_of_a_driver(self, driver):
        file = driver.models_file()
        jsonschema.validate(yaml.safe_load(file.read_text()), profiles.schema())
        for profile in profiles.read_profiles(file, driver.id, driver.options):
            unknown = {f"display.{verb}" for verb in profile.options.get("can", {})} - set(
                driver.capabilities()
            )
            assert not unknown, profile.models

    @panels
    def test_the_usual_inputs_of_a_driver_are_codes(self, driver):
        assert driver.options(inputs=dict(driver.codes)).inputs.keys() == dict(driver.codes).keys()
        assert {f"display.{verb}" for verb in driver.usually} <= set(CAPABILITIES)


@panels
def test_a_serial_line_is_as_fast_as_its_address_or_the_protocol_says(driver):
    def baud(address: str, **options: Any) -> int:
        made = Target("1", "b1", "whiteboard", driver.id, address, options=options)
        return driver(made, None).url.line.baud

    assert baud("serial:///dev/ttyS9") == driver.baud
    assert baud("rfc2217://h:1") == driver.baud
    assert baud("serial:///dev/ttyS9?baud=4800") == 4800
    assert baud("serial:///dev/ttyS9", baud=57600) == 57600
    assert baud("serial:///dev/ttyS9?baud=4800", baud=57600) == 4800
