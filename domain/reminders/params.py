"""The usual hours of reminders, and how early and how often they come."""

from collections.abc import Mapping
from datetime import time
from typing import Annotated, Self

from pydantic import Field, model_validator

from domain.content.dated import Dated
from domain.content.reading import Content, MistakeError
from domain.reminders.hours import Pause
from domain.reminders.kinds import MANNERS, Reminder

Minutes = Annotated[int, Field(ge=0, le=24 * 60)]


class PauseParams(Content):
    """A time of every day in which nobody is reminded; equal times are none."""

    start: time
    end: time

    @property
    def pause(self) -> Pause:
        return Pause(self.start, self.end)


class ReminderParams(Dated):
    """`hours` are those of the reminders that come by the clock; everybody may move their own."""

    hours: Mapping[Reminder, time]
    quiet: PauseParams
    lunch: PauseParams
    sounds: Annotated[int, Field(ge=0, le=20)]
    before_appointment: Annotated[int, Field(ge=5, le=24 * 60)]
    before_report: Minutes
    slipping_days: Annotated[int, Field(ge=0, le=10)]
    grace_days: Annotated[int, Field(ge=0, le=20)]
    shown: Annotated[int, Field(ge=1, le=10)]

    @model_validator(mode="after")
    def _each_hour(self) -> Self:
        by_clock = {one for one, manner in MANNERS.items() if manner.rhythm is not None}
        for one in sorted(by_clock ^ set(self.hours)):
            if one in by_clock:
                raise MistakeError(f"`{one}` has no hour", "Write it under `hours`, such as 08:00")
            raise MistakeError(f"`{one}` does not come by the clock", "Take it out of `hours`")
        return self
