"""Settings of safety: caps, breakers, approvals, timetables."""

from __future__ import annotations

from datetime import date, time
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Scope = Literal["site", "controller", "model", "everywhere"]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Part(BaseModel):
    """Base of all parts: unknown names are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CapSettings(Part):
    """A limit of one's own, beside those for each risk."""

    capability: str = Field(description="The capability it counts, such as ipad.erase.")
    per: Scope = Field(
        default="site", description="What it is counted for: site, controller, model or everywhere."
    )
    limit: int = Field(ge=0, description="At most so many in a clock hour.")


class BreakerSettings(Part):
    """When a group of devices is left alone, and for how long."""

    devices: int = Field(default=8, ge=1, description="So many different devices fail in a row.")
    percent: float = Field(
        default=60, gt=0, le=100, description="Or this share of the devices in the window fails,"
    )
    minimum: int = Field(default=20, ge=1, description="where at least so many were tried.")
    window_minutes: float = Field(default=15, gt=0, description="How far back failures count.")
    pause_minutes: float = Field(default=15, gt=0, description="How long until one device may try again.")
    credential_devices: int = Field(
        default=2, ge=1, description="A login is refused by so many different devices in a row."
    )


class Span(Part):
    """From a time to a time of the same day."""

    start: time
    end: time

    @model_validator(mode="before")
    @classmethod
    def _written(cls, value: object) -> object:
        if isinstance(value, str):
            start, dash, end = value.partition("-")
            if not dash:
                raise ValueError("write it as 08:00-08:45")
            return {"start": start.strip(), "end": end.strip()}
        return value

    @model_validator(mode="after")
    def _forward(self) -> Span:
        if self.start >= self.end:
            raise ValueError("it ends before it begins")
        return self


class Dates(Part):
    """From a day to a day, both included."""

    start: date
    end: date

    @model_validator(mode="before")
    @classmethod
    def _written(cls, value: object) -> object:
        if isinstance(value, date):
            return {"start": value, "end": value}
        if isinstance(value, str):
            start, dots, end = value.partition("..")
            return {"start": start.strip(), "end": (end if dots else start).strip()}
        return value

    @model_validator(mode="after")
    def _forward(self) -> Dates:
        if self.start > self.end:
            raise ValueError("it ends before it begins")
        return self

    def holds(self, day: date) -> bool:
        """Whether the day is one of them."""
        return self.start <= day <= self.end


class Exam(Part):
    """A time at which nothing may be interrupted, whatever the timetable says."""

    day: date = Field(description="The day.")
    hours: Span = Field(description="Such as 08:00-13:00.")
    rooms: tuple[str, ...] = Field(default=(), description="Names of rooms; empty for all.")


class Timetable(Part):
    """When there are lessons at a site."""

    days: tuple[Day, ...] = Field(
        default=("mon", "tue", "wed", "thu", "fri"), description="Days with lessons."
    )
    lessons: tuple[Span, ...] = Field(default=(), description="Lessons of a day, such as 08:00-08:45.")
    rooms: dict[str, dict[Day, tuple[Span, ...]]] = Field(
        default_factory=dict, description="Rooms whose own lessons are known, by weekday."
    )
    night: tuple[time, time] = Field(
        default=(time(22, 0), time(6, 0)), description="When the night begins and ends."
    )
    state: str = Field(
        default="", pattern="^([A-Z]{2})?$", description="State whose public holidays count, such as NW."
    )
    holidays: tuple[Dates, ...] = Field(
        default=(), description="School holidays and own free days: a day, or first..last."
    )
    exams: tuple[Exam, ...] = Field(default=(), description="Exams: nothing may be interrupted.")

    @field_validator("lessons")
    @classmethod
    def _in_order(cls, value: tuple[Span, ...]) -> tuple[Span, ...]:
        return tuple(sorted(value, key=lambda span: span.start))


class SafetySettings(Part):
    """What may happen, how often, when, and with whose consent."""

    disruptive_needs_reason: bool = Field(
        default=False, description="Whether what interrupts a room needs a reason, too."
    )
    destructive_per_hour: int = Field(
        default=20,
        ge=0,
        description="How often a destructive capability may be called per site and clock hour.",
    )
    disruptive_per_hour: int = Field(
        default=200,
        ge=0,
        description="How often one that interrupts a room may be called per site and clock hour.",
    )
    caps: tuple[CapSettings, ...] = Field(
        default=(),
        description="Further limits: capability, per (site, controller, model, everywhere), limit.",
    )
    grant_hours: float = Field(
        default=24, gt=0, description="Hours after which a given approval counts no more."
    )
    breakers: BreakerSettings = Field(default_factory=BreakerSettings)
    timetables: dict[str, Timetable] = Field(
        default_factory=dict, description="Lessons and holidays by site; '*' is for all others."
    )
