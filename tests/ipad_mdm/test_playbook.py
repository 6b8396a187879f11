"""The shipped playbook, step by step against the simulator, without the engine's gates."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pedell_playbooks
import pytest

from pedell.drivers.api import DeviceError, Done, Happened, Waiting
from pedell.engine.interpreter import Interpreter
from pedell.engine.signals import Pause, StepFailed, Trouble
from pedell.hooks.plugins import Plugins
from pedell.playbooks.catalogue import Catalogue
from pedell.playbooks.expressions import Expressions
from pedell.playbooks.lint import lint
from pedell.playbooks.load import read_file
from pedell.playbooks.model import Do
from pedell.testing.calls import PlainCall
from pedell_ipad_mdm import plugin
from tests.ipad_mdm.conftest import SERIAL, School

PATH = Path(next(iter(pedell_playbooks.__path__))) / "reenrol-ipad.yaml"


class Hands:
    """Calls the driver as the engine would, and waits where it answers Waiting."""

    def __init__(self, school: School, plugins: Plugins) -> None:
        self.school = school
        self.capabilities = plugins.capabilities
        self.done: list[str] = []
        self.clock = 0.0
        self.hurry = 0.0
        """Seconds that pass with each look at the clock once the iPad is erased."""

    def call_step(self, key: str, step: Do, params: Mapping[str, Any], *, shielded: bool) -> Any:
        capability = self.capabilities[step.do]
        driver = self.school.driver()
        self.done.append(step.do)
        try:
            answer = driver.call(step.do, PlainCall(30), capability.params.model_validate(dict(params)))
            for _ in range(1000):
                if not isinstance(answer, Waiting):
                    break
                if not self.school.ipad()["awake"]:
                    raise StepFailed(Trouble("timeout", "the iPad sleeps on", "unknown"))
                time.sleep(0.05)
                answer = driver.poll(step.do, PlainCall(30), answer.token)
        except DeviceError as error:
            raise StepFailed(Trouble(error.error_class, error.message, error.happened)) from error
        finally:
            driver.close()
        assert not isinstance(answer, Waiting)
        return (answer.result if isinstance(answer, Done) else answer).model_dump(mode="json")

    def may_repeat(self, step: Do, trouble: Trouble) -> bool:
        return trouble.happened == Happened.NO

    def in_hand(self, key: str) -> bool:
        return False

    def orphaned(self, key: str, trouble: Trouble) -> None:
        """Nothing is."""

    def approved(self) -> None:
        """Somebody has."""

    def cancelled(self) -> bool:
        return False

    def now(self) -> float:
        self.clock += self.hurry if self.school.count("erase") else 0.0
        return time.time() + self.clock


def play(school: School, hands: Hands) -> Interpreter:
    loaded = read_file(PATH).usable()
    memo: dict[str, Any] = {}
    names = {"inputs": {"wifi_profile": None}, "device": {"name": "ipad-7b-12", "kind": "ipad"}, "links": {}}
    for _ in range(2000):
        interpreter = Interpreter(
            loaded.playbook, names, memo, hands, Expressions(), lambda name: loaded.playbook
        )
        try:
            interpreter.run()
        except Pause:
            time.sleep(0.05)
            continue
        return interpreter
    raise AssertionError("the playbook does not end")


@pytest.fixture
def hands(school: School) -> Hands:
    return Hands(school, Plugins(modules={"ipad_mdm": plugin}))


def test_it_is_free_of_mistakes() -> None:
    catalogue = Catalogue([PATH.parent])
    findings = lint(read_file(PATH), Plugins(modules={"ipad_mdm": plugin}), catalogue, Expressions())
    assert [str(finding) for finding in findings] == []


def test_an_ipad_is_enrolled_again(school: School, hands: Hands) -> None:
    played = play(school, hands)
    assert hands.done[:4] == [
        "ipad.device_info",
        "ipad.refresh_inventory",
        "ipad.renew_mdm_profile",
        "ipad.erase",
    ]
    assert school.count("erase") == school.count("enrolled") == 1
    assert [proof["ok"] for proof in played.proofs] == [True, True]
    assert played.proofs[-1]["after"]["last_enrolled"] > played.proofs[-1]["before"]["last_enrolled"]
    assert "neu eingeschrieben" in played.says[-1]["de"]
    assert played.visits == []


def test_an_ipad_that_does_not_come_back_is_put_on_the_list(school: School, hands: Hands) -> None:
    school.simulator.settings["erase_seconds"] = 3600.0
    hands.hurry = 1800.0
    with pytest.raises(StepFailed) as caught:
        play(school, hands)
    assert "has not enrolled again" in caught.value.trouble.message
    assert (school.count("erase"), school.count("enrolled")) == (1, 0)


def test_an_ipad_that_left_the_mdm_is_left_alone(school: School, hands: Hands) -> None:
    school.change(ipad=SERIAL, managed=False)
    with pytest.raises(StepFailed) as caught:
        play(school, hands)
    assert "does not manage" in caught.value.trouble.message
    assert hands.done == ["ipad.device_info"]
