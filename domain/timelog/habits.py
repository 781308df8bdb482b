"""Eight habits of using time well, and what a rep's own data say about five of them.

A measure is a plain count: how often something was so, of how often it could have been. Tips follow from
it; nothing is an alarm, and nothing is compared between people.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from domain.content.dated import Dated, Text
from domain.content.reading import Content, MistakeError
from domain.coverage.ratio import Ratio
from domain.timelog.split import Split


class Habit(StrEnum):
    """A habit; the order is that of the list on the screen."""

    TRAVEL = "travel"
    APPOINTMENTS = "appointments"
    NEXT_VISIT = "next_visit"
    REACHABLE = "reachable"
    BEST_TIME = "best_time"
    WAITING = "waiting"
    SHARING = "sharing"
    WEEK_PLAN = "week_plan"


MEASURED = (Habit.TRAVEL, Habit.APPOINTMENTS, Habit.NEXT_VISIT, Habit.BEST_TIME, Habit.WEEK_PLAN)


Step = Annotated[int, Field(ge=5, le=600)]


class HabitRule(Content):
    """What is said of a habit in each language, and when it makes a tip.

    A tip needs a measure `below` (or `above`) a share, of at least `at_least` cases.
    """

    below: Annotated[float, Field(gt=0, lt=1)] | None = None
    above: Annotated[float, Field(gt=0, lt=1)] | None = None
    at_least: Annotated[int, Field(ge=1, le=100_000)] | None = None
    en: Text
    zh: Text

    @property
    def is_measured(self) -> bool:
        return self.at_least is not None


class TimeParams(Dated):
    """How time is told and what is said of it.

    `reference` is the share of selling that a coach compares with, `day_steps` the minutes that a tap
    takes off or adds to a day, `week_steps` to a week, `longest` the most minutes of a day, `days_back`
    how far back days can be told. `presets` are usual days in minutes by use. Habits are measured over
    `habit_days`, and at most `most_tips` are said. A team's time is shown from `least_reps` reps on, so
    that nobody is read off it.
    """

    reference: Annotated[float, Field(gt=0, lt=1)]
    day_steps: tuple[Step, Step]
    week_steps: tuple[Step, Step]
    longest: Annotated[int, Field(ge=60, le=1440)]
    days_back: Annotated[int, Field(ge=7, le=92)]
    weeks_shown: Annotated[int, Field(ge=2, le=8)]
    presets: Annotated[tuple[tuple[int, int, int, int], ...], Field(max_length=3)]
    habit_days: Annotated[int, Field(ge=7, le=366)]
    most_tips: Annotated[int, Field(ge=0, le=2)]
    least_reps: Annotated[int, Field(ge=2, le=50)]
    habits: dict[Habit, HabitRule]

    @model_validator(mode="after")
    def _sound(self) -> Self:
        for preset in self.presets:
            if min(preset) < 0 or not 0 < sum(preset) <= self.longest:
                raise MistakeError(
                    f"the day {list(preset)} has {sum(preset)} minutes",
                    f"Give four numbers from 0 on that make 1 to {self.longest} together",
                )
        for habit in Habit:
            rule = self.habits.get(habit)
            if rule is None:
                raise MistakeError(f"nothing is said of {habit.value}", "Give each habit its lines")
            bounds = (rule.below is not None) + (rule.above is not None)
            expected = habit in MEASURED
            if rule.is_measured is not expected or bounds != expected:
                raise MistakeError(
                    f"{habit.value} has the wrong bounds",
                    "Give it `at_least` and one of `below` and `above`"
                    if expected
                    else "Leave `below`, `above` and `at_least` out: nothing is measured for it",
                )
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """One visit face to face: whether somebody was met, by appointment, with a next date agreed.

    `at_best_time` is None where nobody knows when the customer receives.
    """

    on: date
    met: bool
    by_appointment: bool
    next_agreed: bool
    at_best_time: bool | None


@dataclass(frozen=True, slots=True)
class PlannedWeek:
    """A week with days in the field: its first such day, and the day on which it was confirmed."""

    first: date
    confirmed_on: date | None


@dataclass(frozen=True, slots=True)
class Tip:
    """A habit that the data speak for."""

    habit: Habit
    ratio: Ratio


def measure(time: Split, visits: Sequence[Occasion], weeks: Iterable[PlannedWeek]) -> Mapping[Habit, Ratio]:
    """Every measure, in the order of the habits."""
    return {
        Habit.TRAVEL: on_the_way(time),
        Habit.APPOINTMENTS: by_appointment(visits),
        Habit.NEXT_VISIT: next_agreed(visits),
        Habit.BEST_TIME: at_best_time(visits),
        Habit.WEEK_PLAN: planned_by_monday(weeks),
    }


def on_the_way(time: Split) -> Ratio:
    """Minutes of travelling and waiting, of those in the field."""
    return Ratio(time.travelling, time.in_field)


def by_appointment(visits: Iterable[Occasion]) -> Ratio:
    """Visits with an appointment, of all visits."""
    return _ratio(one.by_appointment for one in visits)


def next_agreed(visits: Iterable[Occasion]) -> Ratio:
    """Visits after which a next date stood, of those at which somebody was met."""
    return _ratio(one.next_agreed for one in visits if one.met)


def at_best_time(visits: Iterable[Occasion]) -> Ratio:
    """Visits at a time when the customer receives, of those where that is known."""
    return _ratio(one.at_best_time for one in visits if one.at_best_time is not None)


def planned_by_monday(weeks: Iterable[PlannedWeek]) -> Ratio:
    """Weeks whose plan was confirmed by their first day in the field, of all."""
    return _ratio(one.confirmed_on is not None and one.confirmed_on <= one.first for one in weeks)


def tips(measures: Mapping[Habit, Ratio], params: TimeParams) -> tuple[Tip, ...]:
    """The habits with most to gain, the farthest from their bound first; none without enough cases."""
    found = [
        (far, Tip(habit, measures[habit]))
        for habit in MEASURED
        if (far := _distance(measures[habit], params.habits[habit])) > 0
    ]
    found.sort(key=lambda one: (-one[0], list(Habit).index(one[1].habit)))
    return tuple(tip for _, tip in found[: params.most_tips])


def _distance(ratio: Ratio, rule: HabitRule) -> float:
    """How far a measure is beyond its bound, as a part of the way to the worst; 0 when it is not."""
    share = ratio.value
    if share is None or rule.at_least is None or ratio.denominator < rule.at_least:
        return 0.0
    if rule.below is not None:
        return max(0.0, (rule.below - share) / rule.below)
    if rule.above is not None:
        return max(0.0, (share - rule.above) / (1 - rule.above))
    return 0.0


def _ratio(cases: Iterable[bool]) -> Ratio:
    counted = list(cases)
    return Ratio(sum(counted), len(counted))
