"""The step language alone: replay after any pause gives what an undisturbed run gives."""

from __future__ import annotations

import copy
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pedell.drivers.errors import ErrorClass
from pedell.engine.interpreter import Interpreter
from pedell.engine.signals import Cancelled, Pause, StepFailed, Trouble
from pedell.i18n import said
from pedell.playbooks.expressions import Expressions
from pedell.playbooks.model import Playbook

EXPRESSIONS = Expressions()


def playbook(steps, **more) -> Playbook:
    words = {"en": "x", "de": "x"}
    return Playbook.model_validate(
        {"pedell": 1, "id": "x", "title": words, "description": words, "steps": steps, **more}
    )


class Recorder:
    """Counts calls; pauses or fails where told."""

    def __init__(self, answers=None, pauses=(), failures=None) -> None:
        self.calls: list[str] = []
        self.answers = answers or {}
        self.pauses = set(pauses)
        self.failures = dict(failures or {})
        self.time = 1000.0
        self.is_cancelled = False

    def call_step(self, key, step, params, *, shielded):
        number = len(self.calls)
        if number in self.pauses:
            self.pauses.discard(number)
            raise Pause(self.time + 1, "later")
        self.calls.append(f"{step.do} {json.dumps(params, sort_keys=True)}")
        left = self.failures.get(step.do, [])
        if left:
            trouble = left.pop(0)
            if trouble is not None:
                raise StepFailed(trouble)
        answer = self.answers.get(step.do, {"n": number})
        return answer.pop(0) if isinstance(answer, list) else answer

    def may_repeat(self, step, trouble):
        return trouble.happened != "unknown"

    def in_hand(self, key):
        return False

    def cancelled(self):
        return self.is_cancelled

    def now(self):
        self.time += 0.001
        return self.time


def interpret(book, actions, memo, names=None, subs=None):
    made = Interpreter(book, names or {"inputs": {}}, memo, actions, EXPRESSIONS, (subs or {}).__getitem__)
    made.run()
    return made


def to_the_end(book, actions, names=None, subs=None, turns=200):
    """Run, going on after each pause from a memo that has been through JSON, as after a crash."""
    memo: dict = {}
    for _ in range(turns):
        try:
            return interpret(book, actions, memo, names, subs), memo
        except Pause as pause:
            actions.time = max(actions.time, pause.until)
            memo = json.loads(json.dumps(memo))
    raise AssertionError("never ended")


STEPS = [
    {"do": "a.read", "save_as": "before"},
    {"for_each": "[1, 2, 3]", "do": "a.act", "with": {"n": "{{ item }}"}, "save_as": "acts"},
    {"block": [{"do": "a.more", "save_as": "more"}, {"say": {"en": "{{ more.n }}", "de": "x"}}], "always": [{"do": "a.tidy"}]},
    {"when": "before.n == 0", "do": "a.last"},
    {"check": "acts | length == 3"},
]  # fmt: skip


@given(st.sets(st.integers(0, 12)))
def test_pauses_anywhere_change_nothing(pauses):
    fixed = {name: {"n": 0} for name in ("a.read", "a.act", "a.more", "a.tidy", "a.last")}
    straight = Recorder(copy.deepcopy(fixed))
    told, _ = to_the_end(playbook(STEPS), straight)
    disturbed = Recorder(copy.deepcopy(fixed), pauses)
    told_too, _ = to_the_end(playbook(STEPS), disturbed)
    assert disturbed.calls == straight.calls
    assert (told_too.proofs, told_too.says) == (told.proofs, told.says)


def test_a_reading_before_an_effect_is_kept_over_a_pause():
    actions = Recorder({"a.read": [{"v": 1}, {"v": 2}]}, pauses={1})
    to_the_end(
        playbook([{"do": "a.read", "save_as": "b"}, {"do": "a.act", "with": {"v": "{{ b.v }}"}}]), actions
    )
    assert actions.calls == ["a.read {}", 'a.act {"v": 1}']


def test_until_counts_silence_as_not_yet():
    trouble = Trouble("unreachable", "gone")
    actions = Recorder({"a.read": [{"on": False}, {"on": True}]}, failures={"a.read": [trouble, trouble]})
    book = playbook(
        [
            {"do": "a.read", "until": "result.on", "within": "30s", "every": "1s", "save_as": "after"},
            {"check": "after.on"},
        ]
    )
    made, _ = to_the_end(book, actions)
    assert len(actions.calls) == 4 and made.proofs[0]["ok"]


def test_until_gives_up_in_time_and_says_why():
    actions = Recorder(failures={"a.read": [Trouble("unreachable", "no answer from 10.0.0.1")] * 100})
    with pytest.raises(StepFailed) as failed:
        to_the_end(playbook([{"do": "a.read", "until": "result.on", "within": "5s", "every": "1s"}]), actions)
    assert (
        failed.value.trouble.error_class == "timeout"
        and "no answer from 10.0.0.1" in failed.value.trouble.message
    )
    assert len(actions.calls) <= 7


def test_a_wrong_password_is_not_asked_again():
    actions = Recorder(failures={"a.read": [Trouble("auth", "wrong password")]})
    with pytest.raises(StepFailed):
        to_the_end(playbook([{"do": "a.read", "until": "result.on", "within": "60s"}]), actions)
    assert len(actions.calls) == 1


def test_retry_only_on_its_classes_and_so_often():
    actions = Recorder(failures={"a.act": [Trouble("busy", "x"), Trouble("busy", "x"), None]})
    to_the_end(playbook([{"do": "a.act", "retry": {"times": 2, "backoff": "1s"}}]), actions)
    assert len(actions.calls) == 3
    actions = Recorder(failures={"a.act": [Trouble("refused", "x")]})
    with pytest.raises(StepFailed):
        to_the_end(playbook([{"do": "a.act", "retry": {"times": 2}}]), actions)
    assert len(actions.calls) == 1


def test_rescue_knows_the_error_and_always_runs_after_it():
    actions = Recorder(failures={"a.act": [Trouble("refused", "no")]})
    steps = [
        {
            "block": [{"do": "a.act"}],
            "rescue": [{"do": "a.help", "with": {"why": "{{ error.class }}"}}],
            "always": [{"do": "a.tidy"}],
        }
    ]
    to_the_end(playbook(steps), actions)
    assert actions.calls == ["a.act {}", 'a.help {"why": "refused"}', "a.tidy {}"]


def test_a_cancel_leaves_the_rest_but_tidies_up():
    actions = Recorder()
    original = actions.call_step

    def call_step(key, step, params, *, shielded):
        answer = original(key, step, params, shielded=shielded)
        if step.do == "a.act":
            actions.is_cancelled = True
        return answer

    actions.call_step = call_step
    steps = [{"block": [{"do": "a.act"}, {"do": "a.never"}], "always": [{"do": "a.tidy"}]}, {"do": "a.never"}]
    with pytest.raises(Cancelled):
        to_the_end(playbook(steps), actions)
    assert actions.calls == ["a.act {}", "a.tidy {}"]


@pytest.mark.parametrize(("trouble", "said"), [("refused", ["a.read: cannot"]), ("unsupported", [])])
def test_optional_goes_on_and_says_so_where_the_device_could(trouble, said):
    actions = Recorder(failures={"a.read": [Trouble(trouble, "cannot")]})
    made, _ = to_the_end(
        playbook([{"do": "a.read", "optional": True, "save_as": "x"}, {"check": "x is none"}]), actions
    )
    assert made.proofs[0]["ok"]
    assert [line["en"] for line in made.says] == said


def test_an_unknown_name_is_a_failure_of_the_step_not_of_pedell():
    with pytest.raises(StepFailed) as failed:
        to_the_end(playbook([{"check": "nowhere.x == 1"}]), Recorder())
    assert "nowhere" in failed.value.trouble.message


def test_play_has_names_of_its_own():
    inner = playbook(
        [{"do": "a.act", "with": {"v": "{{ inputs.v }}"}, "save_as": "hidden"}],
        inputs={"v": {"type": "integer", "default": 1}},
    )
    outer = playbook([{"play": "inner", "inputs": {"v": "{{ 2 + 3 }}"}}, {"check": "hidden is not defined"}])
    actions = Recorder()
    made, _ = to_the_end(outer, actions, subs={"inner": inner})
    assert actions.calls == ['a.act {"v": 5}'] and made.proofs[0]["ok"]


def test_a_failed_check_names_its_words():
    with pytest.raises(StepFailed) as failed:
        to_the_end(playbook([{"check": "1 == 2", "fail": {"en": "one is {{ 1 }}", "de": "x"}}]), Recorder())
    assert failed.value.trouble.message == "one is 1" and failed.value.trouble.error_class == "check"


def test_what_a_device_said_stands_in_a_text_in_its_language():
    trouble = Trouble(ErrorClass.TIMEOUT, "the panel's line does not answer in time", "no")
    told = {"say": {"en": "lost: {{ error.message }}", "de": "weg: {{ error.message }}"}}
    book = playbook([{"block": [{"do": "a.act"}], "rescue": [told]}, {"do": "a.more", "optional": True}])
    made, _ = to_the_end(
        book, Recorder(failures={"a.act": [trouble], "a.more": [replace(trouble, message="a.more: no")]})
    )
    assert made.says == [
        {"en": f"lost: {trouble.message}", "de": f"weg: {said(trouble.message, 'de')}"},
        {"en": "a.more: no", "de": "a.more: no"},
    ]
    assert said(trouble.message, "de") != trouble.message


def test_a_proof_is_named_in_both_languages():
    named, bare = {"check": "1 == 1", "name": {"en": "It is on", "de": "Es ist an"}}, {"check": "2 == 2"}
    made, _ = to_the_end(playbook([named, bare]), Recorder())
    assert [proof["check"] for proof in made.proofs] == [
        {"en": "It is on", "de": "Es ist an"},
        {"en": "2 == 2", "de": "2 == 2"},
    ]
