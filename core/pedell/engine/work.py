"""One turn of one task: run its steps as far as they go, and tell how the turn ended."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pedell.engine.actions import TaskActions
from pedell.engine.checking import CheckInterpreter
from pedell.engine.context import RunFacts, TaskItem, Tools
from pedell.engine.interpreter import Interpreter
from pedell.engine.signals import Cancelled, Fenced, InDoubt, Pause, StepFailed, Trouble
from pedell.errors import StoreError
from pedell.i18n import tr
from pedell.safety.waking import mark
from pedell.store.database import now

SHORT = 5.0
"""Seconds that a paused task may keep its conversation."""
TEXT = 4000
NOTES = 64_000


@dataclass(frozen=True)
class Turn:
    """How a turn ended: the task's state, and when to go on where it has not ended."""

    state: str
    until: float = 0.0
    why: str = ""
    lasting: bool = False
    blocked_on: str = ""
    rule: str = ""
    aside: bool = False
    """Its place among the devices at work is free meanwhile."""
    gone: bool = False
    """Somebody else owns the task now."""


def take_turn(item: TaskItem, run: RunFacts, tools: Tools, actions: TaskActions) -> Turn:
    """Run the task's steps; writes its state to the journal where that changes for good. Raises no Signal."""
    if item.started is None:
        item.started = now()
    if run.watched and item.state not in ("running", "waiting"):
        item.state = "running"
        actions.record("running", "", {}, {"started": item.started})
    kind = CheckInterpreter if run.check_only else Interpreter
    interpreter = kind(
        run.book.playbook, names(item, run), item.memo, actions, tools.expressions, run.subplaybook
    )
    turn = _turn(interpreter, item, actions)
    if turn.why:
        turn = replace(turn, why=actions.clean(turn.why))
    if actions.abandoned:
        return Turn("running", gone=True)
    # Pauses count: it is what the room waited. Across a crash only stored times are left.
    item.spent = max(0.0, (now() - item.started) / 1_000_000)
    if turn.gone:
        actions.close()
        return turn
    ends = turn.state in ("done", "failed", "cancelled", "in_doubt")
    rests = turn.lasting or turn.blocked_on or turn.until - time.time() > SHORT
    if (ends or rests) and not actions.close():
        return Turn("running", gone=True)
    if ends:
        _finish(turn, item, actions, interpreter)
    elif turn.lasting:
        _wait(turn, item, actions)
    elif run.watched and not turn.aside:
        item.state = "blocked" if turn.blocked_on else "running"
        actions.record(item.state, "", {}, {"why": turn.why[:TEXT]})
    return turn


def _turn(interpreter: Interpreter, item: TaskItem, actions: TaskActions) -> Turn:
    try:
        interpreter.run()
    except StepFailed as failed:
        actions.trouble = failed.trouble
        return Turn("failed", why=failed.trouble.message)
    except Pause as pause:
        return Turn(
            "waiting" if pause.lasting else "running",
            pause.until,
            actions.tools.secrets.mask(pause.why),
            pause.lasting,
            pause.blocked_on,
            pause.rule,
            pause.aside,
        )
    except InDoubt as doubt:
        return Turn("in_doubt", why=doubt.why)
    except Cancelled:
        return Turn("cancelled", why=tr("en", "cancelled"))
    except Fenced:
        return Turn("running", gone=True)
    except StoreError as error:
        item.stale = True
        return Turn("running", time.time() + 1.0, error.message)
    except RecursionError as error:
        actions.trouble = Trouble("bug", f"{type(error).__name__}: {error}")
        return Turn("failed", why=actions.trouble.message)
    return Turn("done")


def names(item: TaskItem, run: RunFacts) -> dict[str, Any]:
    """What expressions may read."""
    links: dict[str, Any] = {}
    for link in item.links:
        links.setdefault(link.kind, {"device": link.other_name, "detail": link.detail})
    return {
        "inputs": dict(run.inputs),
        "device": item.target.facts(),
        "links": links,
    }


def _finish(turn: Turn, item: TaskItem, actions: TaskActions, interpreter: Interpreter) -> None:
    trouble = actions.trouble
    error_class = trouble.error_class if trouble else ""
    proofs = interpreter.proofs
    told: dict[str, list[Any]] = {
        "says": interpreter.says,
        "visits": interpreter.visits,
        "notes": actions.notes,
    }
    body = {
        "device": item.device_id, "seconds": round(item.spent, 3),
        "readings": [[r.step, r.capability, r.outcome, r.seconds] for r in actions.readings],
        "proofs": [{"ok": proof["ok"], "check": proof["check"], "before": proof["before"], "after": proof["after"]} for proof in proofs],
        **({"class": error_class, "why": actions.tools.secrets.mask(turn.why)[:1000]} if turn.why else {}),
    }  # fmt: skip
    values = {
        "started": item.started, "seconds": item.spent, "why": actions.tools.secrets.mask(turn.why)[:1000], "error_class": error_class,
        "proof": json.dumps(proofs, ensure_ascii=False) if proofs else "", "notes": _bounded(told) if any(told.values()) else "",
        "until": None,
        "memo": json.dumps(item.memo, ensure_ascii=False) if turn.state == "in_doubt" else "",
        "ended": None if turn.state == "in_doubt" else now(),
    }  # fmt: skip
    actions.record(
        turn.state, f"task.{turn.state}", body, values, failures=1 if turn.state == "failed" else 0
    )


def _bounded(told: Mapping[str, list[Any]]) -> str:
    """As text that is stored whole: what is too much is left out from the end of the longest list."""
    lists = {name: list(items) for name, items in told.items()}
    while len(text := json.dumps(lists, ensure_ascii=False)) > NOTES:
        longest = max(lists.values(), key=lambda items: len(json.dumps(items, ensure_ascii=False)))
        del longest[len(longest) // 2 :]
    return text


def _wait(turn: Turn, item: TaskItem, actions: TaskActions) -> None:
    values = {
        "started": item.started, "seconds": item.spent, "why": turn.why[:TEXT], "until": int(turn.until * 1_000_000),
        "lock_key": mark(turn.rule),
        "memo": json.dumps(item.memo, ensure_ascii=False),
    }  # fmt: skip
    first = item.state != "waiting"
    item.state = "waiting"
    actions.record(
        "waiting", "task.waiting" if first else "", {"device": item.device_id, "why": turn.why[:TEXT]}, values
    )


def give_up(item: TaskItem, run: RunFacts, tools: Tools, actions: TaskActions, state: str, why: str) -> None:
    """A task that never began ends without a step: cancelled where `why` is empty, or skipped by the strategy."""
    why = why or tr("en", "cancelled before it began")
    interpreter = Interpreter(run.book.playbook, {}, {}, actions, tools.expressions, run.subplaybook)
    _finish(Turn(state, why=why), item, actions, interpreter)


def end_by_bug(item: TaskItem, run: RunFacts, tools: Tools, actions: TaskActions, error: Exception) -> Turn:
    """A bug ends the task; an effect may have happened, and only a task in doubt can be settled by a person."""
    why = f"a bug in Pedell: {type(error).__name__}: {error}"
    state = "in_doubt" if actions.leave(why) else "failed"
    if not actions.close():
        return Turn("running", gone=True)
    give_up(item, run, tools, actions, state, why)
    return Turn(state)
