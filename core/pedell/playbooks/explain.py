"""A playbook's steps in plain words, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pedell.drivers.capability import Capability
from pedell.i18n import t
from pedell.playbooks.model import AnyStep, Block, Check, Do, Pause, Play, Playbook, Repeated, Say, Visit


def explain(playbook: Playbook, capabilities: Mapping[str, Capability]) -> list[str]:
    """One line for each step, indented as they nest."""
    return list(_steps(playbook.steps, capabilities, "", "  "))


def _steps(
    steps: Sequence[AnyStep], capabilities: Mapping[str, Capability], number: str, indent: str
) -> Iterator[str]:
    for index, step in enumerate(steps, 1):
        own = f"{number}{index}."
        yield f"{indent}{own} {_line(step, capabilities)}"
        if isinstance(step, Block):
            deeper = f"{indent}  "
            yield from _steps(step.block, capabilities, own, deeper)
            if step.rescue:
                yield f"{deeper}{t('if that fails:')}"
                yield from _steps(step.rescue, capabilities, f"{own}r", f"{deeper}  ")
            if step.always:
                yield f"{deeper}{t('in any case:')}"
                yield from _steps(step.always, capabilities, f"{own}a", f"{deeper}  ")


def _line(step: AnyStep, capabilities: Mapping[str, Capability]) -> str:
    parts = [str(step.name.text) if step.name else _what(step, capabilities)]
    if step.name and isinstance(step, Do):
        parts.append(f"({step.do})")
    if step.when is not None:
        parts.append(t("— only when {condition}", condition=step.when))
    if isinstance(step, Repeated):
        if step.for_each is not None:
            parts.append(t("— for each of {list}", list=step.for_each))
        if step.until is not None:
            parts.append(
                t(
                    "— again every {pause} s until {condition}, at most {limit} s",
                    pause=f"{step.every:g}",
                    condition=step.until,
                    limit=f"{step.within:g}",
                )
            )
    if isinstance(step, Do):
        if step.retry is not None:
            parts.append(t("— tried again up to {times} times", times=step.retry.times))
        if step.optional:
            parts.append(t("— where the device can"))
    return " ".join(parts)


def _what(step: AnyStep, capabilities: Mapping[str, Capability]) -> str:
    match step:
        case Do():
            capability = capabilities.get(step.do)
            summary = str(capability.summary) if capability else t("unknown")
            on = t(" on the device behind its link {link}", link=step.on.link) if step.on else ""
            return f"{summary}{on} ({step.do})"
        case Check():
            return t("Check that {condition}", condition=step.check)
        case Say():
            return t("Note: “{sentence}”", sentence=step.say.text)
        case Visit():
            return t("For the next visit: “{sentence}”", sentence=step.visit.text)
        case Play():
            return t("Play {playbook}", playbook=step.play)
        case Pause(wait="approval"):
            return t("Wait for a second person")
        case Pause():
            return t("Wait {seconds} s", seconds=f"{step.wait:g}")
        case Block():
            return t("Together:")
