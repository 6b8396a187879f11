"""Why somebody is needed, read from the store after the fact: the engine is never asked, and never waits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from pedell.i18n import said, tr
from pedell.notify.notifier import NoticeKind
from pedell.store.tables.control import approval, breaker
from pedell.store.tables.inventory import device
from pedell.store.tables.journal import attempt, run, task

MOST = 5000
"""Causes that are looked at; beyond that somebody has been told long ago."""


@dataclass(frozen=True)
class Cause:
    """One reason why somebody is needed.

    Attributes:
        key: unique, as long as the cause lasts; begins with its area and a colon.
        group: causes of one group are told together, under one subject.
        line: what is to be said of this one. links: what it is about.
    """

    key: str
    kind: NoticeKind
    group: str
    subject: str
    line: str
    links: tuple[str, ...] = ()


AREAS = ("doubt", "approval", "breaker")
"""What `causes` looks at: keys of these areas that it does not yield are over."""


def causes(connection: Connection, language: str, now: int) -> Iterator[Cause]:
    """Everything that needs somebody now; `now` in UTC microseconds."""
    yield from _doubts(connection, language)
    yield from _approvals(connection, language, now)
    yield from _breakers(connection, language)


def _doubts(connection: Connection, language: str) -> Iterator[Cause]:
    # Only what rests there: most doubts are settled by a probe within a second.
    query = (
        select(
            attempt.c.id,
            attempt.c.run,
            attempt.c.capability,
            attempt.c.message,
            device.c.name,
            run.c.playbook,
        )
        .join(task, task.c.no == attempt.c.task)
        .join(run, run.c.no == attempt.c.run)
        .join(device, device.c.no == attempt.c.device)
        .where(attempt.c.state == "in_doubt", task.c.state == "in_doubt")
        .order_by(attempt.c.no)
        .limit(MOST)
    )
    for row in connection.execute(query):
        yield Cause(
            f"doubt:{row.id}",
            NoticeKind.IN_DOUBT,
            f"run:{row.run}",
            tr(language, "Run {run} ({playbook}): did it happen?", run=row.run, playbook=row.playbook),
            tr(
                language,
                "{device}: {capability} ({message}). Look, then: pedell runs settle {run}",
                device=row.name,
                capability=row.capability,
                message=said(row.message, language),
                run=row.run,
            ),
            (f"run:{row.run}", f"attempt:{row.id}"),
        )


def _approvals(connection: Connection, language: str, now: int) -> Iterator[Cause]:
    devices = select(func.count()).select_from(task).where(task.c.run == run.c.no).scalar_subquery()
    query = (
        select(approval.c.no, approval.c.run, run.c.playbook, devices.label("devices"))
        .join(run, run.c.no == approval.c.run)
        .where(approval.c.state == "asked", approval.c.expires > now, run.c.ended.is_(None))
        .order_by(approval.c.no)
        .limit(MOST)
    )
    for row in connection.execute(query):
        yield Cause(
            f"approval:{row.no}",
            NoticeKind.APPROVAL,
            f"run:{row.run}",
            tr(
                language,
                "Run {run} ({playbook}) waits for a second person",
                run=row.run,
                playbook=row.playbook,
            ),
            tr(
                language,
                "Devices: {devices}. Look, then: pedell approvals show {approval}",
                devices=row.devices,
                approval=row.no,
            ),
            (f"run:{row.run}", f"approval:{row.no}"),
        )


def _breakers(connection: Connection, language: str) -> Iterator[Cause]:
    query = select(breaker.c.key, breaker.c.reason).where(breaker.c.state != "closed").order_by(breaker.c.key)
    for row in connection.execute(query.limit(MOST)):
        yield Cause(
            f"breaker:{row.key}"[:200],
            NoticeKind.BREAKER,
            "breakers",
            tr(language, "Devices are left alone because too many failed"),
            tr(
                language,
                "{key}: {reason}. When it is mended: pedell breakers reset",
                key=row.key,
                reason=said(row.reason, language),
            ),
            (f"breaker:{row.key}",),
        )


def grouped(found: Sequence[Cause]) -> Iterator[Sequence[Cause]]:
    """Causes that are told together."""
    groups: dict[tuple[str, str], list[Cause]] = {}
    for cause in found:
        groups.setdefault((cause.kind, cause.group), []).append(cause)
    yield from groups.values()
