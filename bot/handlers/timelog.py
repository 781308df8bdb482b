"""Where a rep's time goes: told in a few taps, seen as a picture, with at most two tips."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from bot.buttons.home import ShowHome
from bot.buttons.selfreview import ShowReview
from bot.buttons.timelog import ShowHabits, ShowTime, ShowTimeDay, ShowTimeWeek, TellDay, TellWeek
from bot.buttons.worktime import ShowOwnTime
from bot.callbacks import Callback
from bot.commands import REPS
from bot.handlers.home import home_row
from bot.render.timelog import USES, time_picture
from bot.routes import Routes
from bot.screens import Button, Screen
from bot.services import timelog
from bot.turn import Turn
from domain.people.model import Role
from domain.planning.wishes import monday_of
from domain.timelog.habits import Habit
from domain.timelog.split import NO_TIME, Split, Use

routes = Routes()

Tell = Callable[[Split], Callback]

_ONE_DAY, _WEEK = timedelta(days=1), timedelta(days=7)


@routes.on(ShowTime, slow=True)
async def show_time(turn: Turn, _at: ShowTime) -> Screen:
    """The last weeks as a picture, the shares in words, and the ways to tell more."""
    _ = turn.words._
    if turn.viewer.role is not Role.REP:
        return await _team(turn)
    found = await timelog.view(turn.deps, turn.viewer, turn.today)
    before = timelog.last_working_day(turn.deps, turn.today)
    this = monday_of(turn.today)
    rows = [
        [
            Button(_("Today"), ShowTimeDay(turn.today)),
            Button(turn.words.short_day(before), ShowTimeDay(before)),
        ],
        [Button(_("This week"), ShowTimeWeek(this)), Button(_("Last week"), ShowTimeWeek(this - _WEEK))],
        [Button(_("Eight habits"), ShowHabits()), Button(_("Self-review"), ShowReview())],
        [Button(_("Leave"), ShowOwnTime()), *home_row(turn)],
    ]
    text = turn.text("time", found=found)
    return Screen(text, rows, picture=await _picture(turn, _("My time"), found))


async def _team(turn: Turn) -> Screen:
    _ = turn.words._
    found = await timelog.team_view(turn.deps, turn.viewer, turn.today)
    picture = await _picture(turn, _("The team's time"), found) if found.whole.all else None
    rows = [[Button(_("Self-reviews"), ShowReview()), *home_row(turn)]]
    return Screen(turn.text("time_team", found=found), rows, picture=picture)


async def _picture(turn: Turn, title: str, found: timelog.TimeView | timelog.TeamTime) -> bytes:
    await turn.window.typing()
    picture = time_picture(
        turn.words,
        title,
        [(week.monday, week.split) for week in found.weeks],
        reference=found.params.reference,
        as_of=turn.today,
    )
    return await turn.deps.charts.draw(picture)


@routes.on(ShowTimeDay, REPS)
async def show_day(turn: Turn, at: ShowTimeDay) -> Screen:
    """A day by use, with small and large steps, usual days and what was told last."""
    _ = turn.words._
    found = await timelog.day(turn.deps, turn.viewer, at.on, turn.today)

    def tell(split: Split) -> TellDay:
        return TellDay(at.on, *split.minutes)

    usual = [Split(*preset) for preset in timelog.params(turn.deps, turn.today).presets]
    rows = _preset_rows(turn, found.last, usual, tell) if not found.split.all else []
    rows += _step_rows(turn, found.split, tell, timelog.params(turn.deps, turn.today).day_steps)
    rows += _out_rows(turn, found.split, tell, monday_of(at.on))
    text = turn.text(
        "time_told",
        title=turn.words.day(at.on),
        split=found.split,
        is_spread=found.entry is not None and found.entry.is_spread,
        days=None,
    )
    return Screen(text, rows)


@routes.on(TellDay, REPS)
async def tell_day(turn: Turn, at: TellDay) -> Screen:
    """Keep what is told; each tap is kept at once."""
    split = Split(at.selling, at.travelling, at.organising, at.personal)
    await timelog.tell_day(turn.deps, turn.viewer, at.on, split, today=turn.today, now=turn.now)
    return replace(await show_day(turn, ShowTimeDay(at.on)), toast=turn.words._("Saved"))


@routes.on(ShowTimeWeek, REPS)
async def show_week(turn: Turn, at: ShowTimeWeek) -> Screen:
    """A week as a whole, and its days."""
    _ = turn.words._
    found = await timelog.week(turn.deps, turn.viewer, at.monday, turn.today)

    def tell(split: Split) -> TellWeek:
        return TellWeek(at.monday, *split.minutes)

    rows = []
    if found.shared:
        numbers = timelog.params(turn.deps, turn.today)
        usual = [Split(*(len(found.days) * minutes for minutes in preset)) for preset in numbers.presets]
        if not found.split.all:
            rows += _preset_rows(turn, found.last if found.last.all else None, usual, tell)
        rows += _step_rows(turn, found.split, tell, numbers.week_steps)
    days = [
        Button(f"{'✓ ' if one in found.entries else ''}{turn.words.weekday(one.weekday())}", ShowTimeDay(one))
        for one in _days_to(at.monday, turn.today)
    ]
    rows += [days[i : i + 4] for i in range(0, len(days), 4)]
    rows.append([Button(_("Time"), ShowTime()), *home_row(turn)])
    text = turn.text(
        "time_told",
        title=_("Week from %(monday)s", monday=turn.words.day(at.monday)),
        split=found.split,
        is_spread=False,
        days=found.days,
        shared=len(found.shared),
    )
    return Screen(text, rows)


@routes.on(TellWeek, REPS)
async def tell_week(turn: Turn, at: TellWeek) -> Screen:
    """Keep what is told of the whole; each tap is kept at once."""
    split = Split(at.selling, at.travelling, at.organising, at.personal)
    await timelog.tell_week(turn.deps, turn.viewer, at.monday, split, today=turn.today, now=turn.now)
    return replace(await show_week(turn, ShowTimeWeek(at.monday)), toast=turn.words._("Saved"))


@routes.on(ShowHabits, REPS)
async def show_habits(turn: Turn, _at: ShowHabits) -> Screen:
    """All habits, with one's own figures where there are some."""
    numbers = timelog.params(turn.deps, turn.today)
    measures = await timelog.habits(turn.deps, turn.viewer, turn.today)
    text = turn.text(
        "time_habits",
        rules=[(habit, numbers.habits[habit]) for habit in Habit],
        measures=measures,
        days=numbers.habit_days,
    )
    return Screen(text, [[Button(turn.words._("Time"), ShowTime()), *home_row(turn)]])


def _preset_rows(turn: Turn, last: Split | None, usual: list[Split], tell: Tell) -> list[list[Button]]:
    """The time told last, and usual times named by their parts."""
    rows = [[Button(turn.words._("As last time"), tell(last))]] if last is not None else []
    return rows + [[Button(_short(turn, one), tell(one))] for one in usual]


def _step_rows(turn: Turn, split: Split, tell: Tell, steps: tuple[int, int]) -> list[list[Button]]:
    """Each use with a small step down and a larger one up, so that every small step is near."""
    _ = turn.words._
    down, up = steps
    rows = []
    for use, word in USES.items():
        less, more = split.with_more(use, -down), split.with_more(use, up)
        rows.append(
            [
                Button(f"−{turn.words.number(down / 60)}", tell(less)),
                Button(f"{_(word)} {turn.words.hours(split.of(use))}", tell(split)),
                Button(f"+{turn.words.number(up / 60)}", tell(more)),
            ]
        )
    if split.travelling >= down:
        used = split.with_more(Use.TRAVELLING, -down).with_more(Use.ORGANISING, down)
        hours = turn.words.hours(down)
        rows.append([Button(_("%(hours)s of waiting used for a report", hours=hours), tell(used))])
    return rows


def _out_rows(turn: Turn, split: Split, tell: Tell, monday: date) -> list[list[Button]]:
    _ = turn.words._
    forget = [Button(_("Forget this day"), tell(NO_TIME))] if split.all else []
    return [
        [*forget, Button(_("The week"), ShowTimeWeek(monday))],
        [Button(_("Time"), ShowTime()), Button(_("Home"), ShowHome())],
    ]


def _short(turn: Turn, split: Split) -> str:
    """The hours in the order of the uses: "5 + 1.5 + 1 + 1 h" or the like."""
    hours = " + ".join(turn.words.number(minutes / 60) for minutes in split.minutes)
    return turn.words._("%(hours)s h", hours=hours)


def _days_to(monday: date, today: date) -> list[date]:
    return [day for n in range(7) if (day := monday + n * _ONE_DAY) <= today]
