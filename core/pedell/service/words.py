"""States in the reader's language."""

from __future__ import annotations

from pedell.i18n import t


def state_word(state: str) -> str:
    """A state of a run or of a device's part in it."""
    return {
        "ready": t("not begun"), "running": t("running"), "blocked": t("blocked"), "waiting": t("waiting"), "done": t("done"),
        "failed": t("failed"), "in_doubt": t("in doubt"), "skipped": t("skipped"), "cancelled": t("cancelled"), "open": t("running"),
        "planned": t("planned"),
    }.get(state, state)  # fmt: skip


def device_word(state: str) -> str:
    """A state of a device in the inventory."""
    return {"active": t("active"), "spare": t("spare"), "retired": t("retired")}.get(state, state)


def ticket_word(state: str) -> str:
    """A state of a ticket."""
    return {
        "new": t("new"), "open": t("open"), "pending": t("pending"), "solved": t("solved"), "closed": t("closed"),
    }.get(state, state)  # fmt: skip


def proposal_word(state: str) -> str:
    """A state of a proposal."""
    return {"open": t("open"), "taken": t("taken"), "dropped": t("dropped")}.get(state, state)
