"""Whatever pydantic finds wrong is told in our own words, in both languages, with place and remedy."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from pedell.errors import ConfigError
from pedell.i18n import set_language
from pedell.settings import load
from pedell.tickets import rules
from pedell.tickets.generic import GenericTicket
from pedell.validation import place, reason

PROGRAMMERS = re.compile(
    r"[Ii]nput should|Field required|Extra inputs|Value error|valid (integer|string|number|dictionary|list)|String should|"
    r"unable to parse|Assertion failed|pydantic"
)


class Everything(BaseModel):
    """One field for each kind of mistake."""

    model_config = ConfigDict(extra="forbid")
    needed: int
    whole: int = 0
    number: float = Field(default=0.5, gt=0, lt=1, allow_inf_nan=False)
    limited: int = Field(default=5, ge=1, le=9)
    yes: bool = False
    text: str = Field(default="xx", min_length=2, max_length=3)
    word: str = Field(default="x", min_length=1, pattern="^[a-z]*$")
    one_of: Literal["a", "b", "c"] = "a"
    several: list[int] = Field(default=[1, 2], min_length=2, max_length=3)
    some: list[str] = Field(default=["x"], min_length=1)
    names: dict[str, int] = Field(default_factory=dict)
    inner: rules.Part | None = None
    folder: Path = Path()
    free: JsonValue = None
    either: int | str = 1
    none: None = None


WRONG: dict[str, Any] = {
    "whole": ["x", 1.5, None], "number": ["x", 0, 1, float("nan"), []], "limited": [0, 10], "yes": ["maybe", []],
    "text": ["x", "xxxx", 1, []], "word": ["", "A"], "one_of": ["d", 1], "several": [[1], [1, 2, 3, 4], "x", ["x", 1]],
    "some": [[]], "names": [[], "x", {"k": "x"}], "inner": ["x", {"unknown": 1}], "folder": [1, []], "either": [[], {}], "none": [1],
    "unknown": [1], "free": [object()],
}  # fmt: skip


def mistakes(values: dict[str, Any]) -> list[Any]:
    with pytest.raises(ValidationError) as caught:
        Everything.model_validate(values)
    return caught.value.errors(include_url=False, include_input=False)


def test_every_kind_of_mistake_has_words_in_both_languages() -> None:
    kinds = set()
    for name, values in WRONG.items():
        for value in values:
            for error in mistakes({"needed": 1, name: value}):
                kinds.add(error["type"])
                english, german = reason(error, "en"), reason(error, "de")
                assert not PROGRAMMERS.search(english + german), (error, english)
                assert english != german and english and german, (error, english, german)
                assert place(*error["loc"]).startswith(name)
    (missing,) = mistakes({})
    assert (reason(missing, "en"), reason(missing, "de")) == ("is missing", "fehlt")
    assert len(kinds) >= 20, kinds


def test_bounds_are_told_exactly() -> None:
    (error,) = mistakes({"needed": 1, "number": 0})
    assert reason(error, "en") == "more than 0", "0 itself is none of the allowed"
    (error,) = mistakes({"needed": 1, "limited": 0})
    assert reason(error, "en") == "at least 1"


SETTINGS = """
timezone = "Mars/Phobos"
playbooks = "x"
nothing = 1
[engine]
threads = "many"
plan_hours = 0
[web]
port = 70000
[safety.timetables.default]
lessons = ["8 to 9"]
[tickets.rt]
options = 3
[notify.us]
notifier = "email"
kinds = ["sometimes"]
"""


@pytest.mark.parametrize("code", ["en", "de"])
def test_a_settings_file_full_of_mistakes(data: Path, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (data / "pedell.toml").write_text(SETTINGS)
    set_language(code)
    try:
        with pytest.raises(ConfigError) as caught:
            load({"PEDELL_DATA": str(data)})
        lines = [one.message for one in caught.value.findings]
        (data / "pedell.toml").write_text("a = \n")
        with pytest.raises(ConfigError) as toml:
            load({"PEDELL_DATA": str(data)})
    finally:
        set_language("en")
    assert not any(map(PROGRAMMERS.search, lines)) and len(lines) == 10, lines
    assert (toml.value.findings[0].line, toml.value.findings[0].column) == (1, 5)
    wanted = {
        "en": ["engine.threads: must be a whole number", "engine.plan_hours: more than 0", "tickets.rt.adapter: is missing",
               "notify.us.kinds.0: must be one of 'approval', 'in_doubt', 'breaker', 'night', 'engine'"],
        "de": ["engine.threads: muss eine ganze Zahl sein", "tickets.rt.adapter: fehlt", "timezone: unbekannte Zeitzone 'Mars/Phobos'"],
    }  # fmt: skip
    assert set(wanted[code]) <= set(lines), lines


def test_rules_and_bodies_of_requests_too() -> None:
    with pytest.raises(ConfigError) as caught:
        rules.parse("rules:\n  - {id: 3, symptoms: x, more: 1}\ndevices: []\n", "rules.yaml")
    lines = [str(one) for one in caught.value.findings]
    assert lines and not any(map(PROGRAMMERS.search, lines)), lines
    with pytest.raises(ValidationError) as body:
        GenericTicket.model_validate_json(b"{")
    (error,) = body.value.errors(include_url=False, include_input=False)
    assert reason(error, "en").startswith("is no JSON: ")
