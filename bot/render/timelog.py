"""Time in words and as a picture."""

from collections.abc import Mapping, Sequence
from datetime import date

from bot.render.catalogues import marked
from bot.render.pictures import Bar, BarsPicture
from bot.render.words import Words, percent
from domain.coverage.ratio import Ratio
from domain.timelog.habits import Habit, HabitRule
from domain.timelog.split import Split, Use

USES: Mapping[Use, str] = {
    Use.SELLING: marked("Selling"),
    Use.TRAVELLING: marked("Travelling"),
    Use.ORGANISING: marked("Organising"),
    Use.PERSONAL: marked("Personal"),
}

MEASURES: Mapping[Habit, str] = {
    Habit.TRAVEL: marked("On the way or waiting: %(part)s of %(whole)s in the field"),
    Habit.APPOINTMENTS: marked("With an appointment: %(part)s of %(whole)s visits"),
    Habit.NEXT_VISIT: marked("With a next date: %(part)s of %(whole)s talks"),
    Habit.BEST_TIME: marked("At a time when the customer receives: %(part)s of %(whole)s visits"),
    Habit.WEEK_PLAN: marked("Planned by the first day: %(part)s of %(whole)s weeks"),
}


def advice(words: Words, rule: HabitRule) -> str:
    """What is said of a habit."""
    return rule.zh if words.locale == "zh" else rule.en


def measured(words: Words, habit: Habit, ratio: Ratio) -> str:
    """A measure as a count of a count."""
    if habit is Habit.TRAVEL:
        return words._(
            MEASURES[habit], part=words.hours(int(ratio.numerator)), whole=words.hours(int(ratio.denominator))
        )
    return words._(MEASURES[habit], part=ratio.numerator, whole=ratio.denominator)


def parts(words: Words, split: Split) -> str:
    """All four uses in one line: "Selling 4 h · Travelling 2 h …"."""
    return " · ".join(f"{words._(USES[use])} {words.hours(split.of(use))}" for use in Use)


def time_picture(
    words: Words, title: str, weeks: Sequence[tuple[date, Split]], *, reference: float, as_of: date
) -> BarsPicture:
    """A bar a week, its uses as parts of the whole, and the reference of selling."""
    _ = words._
    return BarsPicture(
        title=title,
        subtitle=_("Weeks from Monday, each use as a part of the week"),
        bars=tuple(
            Bar(
                name=words.short_day(monday),
                parts=tuple(minutes / split.all for minutes in split.minutes) if split.all else (),
                said=words.hours(split.all) if split.all else _("nothing told"),
                inside=percent(round(split.selling_share, 2)) if split.selling_share else "",
            )
            for monday, split in weeks
        ),
        legend=tuple(_(word) for word in USES.values()),
        line=(reference, _("reference for selling: %(share)s", share=percent(reference))),
        as_of=_("As of %(on)s", on=words.date(as_of)),
    )
