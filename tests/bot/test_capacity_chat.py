"""Capacity, pace, who is overdue, and effort, in the chat."""

import csv
import io
from datetime import date, timedelta

import pytest
from sqlmodel import select

from bot.buttons.capacity import (
    ChooseRemedy,
    EndRemedy,
    ShowCapacity,
    ShowOverdue,
    ShowPace,
    ShowRemedy,
    ShowRhythm,
)
from bot.buttons.effort import ApplyEffort, EndEffort, ShowEffort, ShowJudgement, StepJudgement
from bot.db.tables import CadenceChoiceRow, EffortDecisionRow
from bot.importing.reading import UploadedFile
from bot.services import day
from domain.people.model import Role
from domain.planning.cadence import Measure
from domain.planning.effort_params import Level, RemedyKind
from domain.tiering.model import Cell
from tests.support import town
from tests.support.said import NOT_ALLOWED, NOT_FOUND
from tests.support.world import World, world

SCORES = {"A": 9, "B": 5, "C": 2}
SUPPORTS = {"1": "first choice", "2": "second choice", "3": "competitor"}


def crowd(owner: str, first: int, **counts: int) -> UploadedFile:
    """So many rated customers of each cell; their names begin with the cell."""
    rows = []
    for cell, number in counts.items():
        for _ in range(number):
            code = f"K{first + len(rows):04}"
            rows.append((code, f"{cell} {code}", SCORES[cell[0]], SUPPORTS[cell[1]], owner))
    text = io.StringIO()
    csv.writer(text).writerows([("客户编号", "姓名", "潜力分", "支持度", "负责代表"), *rows])
    return UploadedFile(f"crowd{first}.csv", text.getvalue().encode())


async def teams(place: World, language: str = "en") -> None:
    """Boss has Li Na, whose norms (20 A, 40 B, 40 C) do not fit, and Wang Wei; Zhao is another's."""
    for boss in ("Boss", "Other Boss"):
        await place.joins(boss, Role.MANAGER, language=language)
    for rep, boss in (("Li Na", "Boss"), ("Wang Wei", "Boss"), ("Zhao", "Other Boss")):
        await place.joins(rep, Role.REP, manager=boss, language=language)
    await place.loads(
        crowd("Li Na", 1, A2=20, B2=40, C1=40), crowd("Wang Wei", 500, A2=5, B2=10), crowd("Zhao", 800, A1=3)
    )


async def targets(place: World, name: str) -> dict[Cell, float]:
    """The visits a month that a rep's list is made by."""
    rep = await place.user(name)
    found = await day.situation(place.deps, rep, place.clock.now().date())
    return {cell: norm.target for cell, norm in found.params.cadence.cells.items()}


# Capacity


async def test_norms_that_do_not_fit_are_told_and_fit_by_a_named_way_out(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        await teams(place)
        rep = place.people["Li Na"]
        await rep.sends("/capacity")
        assert "Asked for: 260 visits" in rep.text
        assert "B: 40 customers, 120 visits" in rep.text
        assert "Possible: 210–252, in 21 days with 10–12 visits" in rep.text
        assert "It does not fit: 8 visits too many." in rep.text
        await rep.taps("Fewer at the bottom")
        assert "A2 × 20: 5 a month each, as before" in rep.text
        assert "C1 × 40: 1 → 0.8 a month each" in rep.text
        assert "Together 252 visits; 252 are possible." in rep.text
        assert (await targets(place, "Li Na"))[Cell.C1] == 1  # looking changes nothing
        await rep.taps("Do it so this month")
        assert "Chosen until Nov 30: Fewer at the bottom" in rep.text
        assert "does not fit" not in rep.text
        assert (await targets(place, "Li Na"))[Cell.C1] == 0.8
        await rep.sends("/customer C1 K0061")
        assert "0.8 visits a month (0–1)" in rep.text
        async with place.deps.db.read() as uow:
            row = (await uow.session.scalars(select(CadenceChoiceRow))).one()
        assert (row.kind, row.until, row.author_id) == ("cut", date(2026, 11, 30), row.rep_id)
        assert row.decided_at == place.clock.now()
        assert row.reasons == [["over_capacity", {"needed": 260, "holds": 252}, 0.0]]
        await rep.sends("/capacity")
        await rep.taps("More days")
        await rep.taps("Do it so this month")  # in place of the first
        assert "That makes 260 visits of 264." in rep.text
        assert (await targets(place, "Li Na"))[Cell.C1] == 1
        await rep.taps("Take back: More days")
        assert rep.last_answer == "Taken back"
        assert "8 visits too many" in rep.text


async def test_a_way_out_holds_until_the_month_ends(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        await teams(place)
        rep = place.people["Li Na"]
        await rep.presses(ChooseRemedy(RemedyKind.STRETCH).pack(), 1)
        assert (await targets(place, "Li Na"))[Cell.A2] < 5
        place.clock.move(timedelta(days=8))  # Dec 1
        assert (await targets(place, "Li Na"))[Cell.A2] == 5
        await rep.sends("/capacity")
        assert "Possible: 230–276, in 23 days" in rep.text


async def test_nothing_is_saved_that_does_not_fit_or_is_not_needed(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        await teams(place)
        wang, rep = place.people["Wang Wei"], place.people["Li Na"]
        await wang.sends("/capacity")
        assert "It fits." in wang.text
        await wang.presses(ChooseRemedy(RemedyKind.CUT).pack())
        assert wang.last_answer == "The month fits now: no way out is needed."
        async with place.deps.db.write() as uow:  # seven days are left
            await uow.leave.add(
                (await place.user("Li Na")).id, date(2026, 11, 1), date(2026, 11, 20), place.clock.now()
            )
        await rep.sends("/capacity")
        assert "Working days: 21, less 15 of leave or training" in rep.text
        assert "Possible: 60–72, in 6 days" in rep.text
        assert "Even the minima alone ask for 180." in rep.text
        for kind in (RemedyKind.CUT, RemedyKind.DAYS):
            await rep.presses(ShowRemedy(kind).pack())
            assert "Even so it does not fit." in rep.text
            assert "Do it so this month" not in rep.buttons
            await rep.presses(ChooseRemedy(kind).pack())
            assert rep.last_answer == "Even so the month would not fit. Please take another way out."
        async with place.deps.db.read() as uow:
            assert (await uow.session.scalars(select(CadenceChoiceRow))).all() == []


async def test_one_visit_more_is_worth_most_with_somebody(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        await teams(place)
        rep, wang = place.people["Li Na"], place.people["Wang Wei"]
        await rep.sends("/capacity")  # 72 visits still fit: three and a bit to each A2
        assert "A2 K0013 · A2, visit 4 this month: 0.85 points" in rep.text
        await wang.sends("/capacity")
        assert "Every visit that is worth something fits into the rest of the month." in wang.text


async def test_the_three_measures_of_a_cadence_follow_each_other(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        await teams(place)
        rep = place.people["Li Na"]
        await rep.sends("/capacity")
        await rep.taps("How often?")
        assert "4 visits a month\n= every 5.17 working days\n= 12 visits a quarter of 62" in rep.text
        await rep.taps("+ a month")
        assert "4.5 visits a month" in rep.text
        await rep.taps("− a quarter")
        assert "13 visits a quarter" in rep.text
        await rep.presses(ShowRhythm(Measure.BETWEEN, 10**12).pack())  # forged
        assert "every 66 working days" in rep.text
        await rep.presses(ShowRhythm(Measure.MONTHLY, 0).pack())
        assert "0.5 visits a month" in rep.text


# Pace and overdue


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_who_is_overdue_and_who_is_behind(sqlite_database_url, tmp_path, language):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        rep = await place.joins("Li Na", Role.REP, language=language)
        await place.loads(town.hospitals(language), town.customers(language), town.visits())
        await rep.sends("/overdue")
        assert {"en": "customers have waited too long", "zh": "位客户等得太久"}[language] in rep.text
        assert {"en": "working days late: last met Nov", "zh": "个工作日：上次见面11月"}[language] in rep.text
        assert {"en": "Not visited yet", "zh": "尚未拜访"}[language] in rep.text
        await rep.sends("/pace")
        assert {"en": "on pace is", "zh": "正常为"}[language] in rep.text
        await rep.presses(ShowOverdue(None, 10**9).pack())  # a page that is not there
        assert {"en": "Not visited yet", "zh": "尚未拜访"}[language] in rep.text


async def test_the_manager_sees_a_line_a_rep_and_each_rep_read_only(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        await teams(place)
        boss, rep = place.people["Boss"], place.people["Li Na"]
        await boss.sends("/capacity")
        assert "✗ Li Na: 260 visits of 210–252\n✓ Wang Wei: 55 visits of 210–252" in boss.text
        assert "Zhao" not in boss.text
        await boss.taps("Li Na")
        assert "Capacity this month · Li Na" in boss.text
        await boss.taps("Longer between visits")
        assert "Do it so this month" not in boss.buttons
        await boss.presses(ChooseRemedy(RemedyKind.STRETCH).pack())
        assert boss.last_answer == NOT_ALLOWED
        await rep.presses(ChooseRemedy(RemedyKind.STRETCH).pack(), 1)
        await boss.sends("/capacity")
        assert "≈ Li Na: 252 visits of 210–252 · Longer between visits" in boss.text
        await boss.taps("Pace")
        assert "▼ Wang Wei: 0 of 55; on pace is 39–42" in boss.text
        await boss.taps("Overdue")
        assert "Wang Wei: 0 late, 15 not visited yet" in boss.text
        root = await place.joins("Root", Role.ADMIN)
        await root.sends("/capacity")
        assert "Zhao: 15 visits of 210–252" in root.text


async def test_a_forged_button_finds_nothing(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        await teams(place)
        boss, rep = place.people["Boss"], place.people["Li Na"]
        wang, zhao = await place.user("Wang Wei"), await place.user("Zhao")
        await rep.presses(ChooseRemedy(RemedyKind.CUT).pack(), 1)
        await place.people["Other Boss"].sends("/start")
        for person, button in (
            (rep, ShowRemedy(RemedyKind.CUT, wang.id)),
            (boss, ShowRemedy(RemedyKind.CUT, zhao.id)),
            (place.people["Zhao"], EndRemedy(1)),
            (rep, EndRemedy(10**15)),
            (boss, EndEffort(1)),
            (boss, ShowJudgement(Cell.C3)),
            (boss, StepJudgement(Cell.C3, Level.HALF, up=True)),
        ):
            await person.presses(button.pack(), person.message)
            assert person.last_answer == NOT_FOUND, button
        for kind in (ShowCapacity, ShowPace, ShowOverdue):  # may take long, so answered with a message
            for person, other in ((rep, wang.id), (boss, zhao.id), (boss, 10**15)):
                await person.presses(kind(other).pack(), person.message)
                assert person.text == NOT_FOUND
        for button in (ShowEffort(), ShowJudgement(Cell.A1), ApplyEffort(sure=True), EndEffort(1)):
            await rep.presses(button.pack())
            assert rep.last_answer == NOT_ALLOWED
        assert (await targets(place, "Li Na"))[Cell.C1] == 0.8


# Effort


async def expects(place: World, name: str, cell: str, *steps: tuple[str, int]) -> None:
    """A manager's judgement, made with the buttons."""
    person = place.people[name]
    await person.sends("/effort")
    await person.taps(f" {cell}")
    for label, times in steps:
        for _ in range(times):
            await person.taps(label)


async def test_a_judgement_is_kept_and_stays_between_its_neighbours(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        await teams(place)
        boss = place.people["Boss"]
        await expects(place, "Boss", "B2", ("− half of them", 1))
        assert "B2\nSay today's 3 visits a month bring a result of 100." in boss.text
        assert "half of them (1.5): 75" in boss.text
        for _ in range(9):
            await boss.taps("+ no visits")
        assert "no visits: 70" in boss.text
        assert boss.last_answer == "It must stay between its neighbours"
        other = place.people["Other Boss"]
        await other.presses(ShowJudgement(Cell.B2).pack())
        assert "a guess, not judged by you yet" in other.text
        await boss.taps("Back")
        assert "✎ B2" in boss.buttons
        assert "? A2" in boss.buttons


async def test_effort_becomes_the_teams_cadence_and_is_taken_back(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        await teams(place)
        boss, rep, wang = (place.people[name] for name in ("Boss", "Li Na", "Wang Wei"))
        await rep.presses(ChooseRemedy(RemedyKind.CUT).pack(), 1)
        await expects(place, "Boss", "C1", ("+ half of them", 1), ("+ no visits", 3))
        await expects(place, "Boss", "A2", ("+ as many as", 4), ("+ half as many", 4))
        await boss.sends("/effort")
        assert "A2 × 25: 5 → 5.5\nB2 × 50: 3 → 3.5 ?\n" in boss.text
        assert "C1 × 40: 1 → 0" in boss.text
        await boss.taps("Make it the team's cadence")
        assert "It holds for 2 reps until you take it back." in boss.text
        assert "A2, 25 customers: 5 → 5.5 visits a month, more" in boss.text
        async with place.deps.db.read() as uow:
            assert (await uow.session.scalars(select(EffortDecisionRow))).all() == []
        await boss.taps("Yes, for the whole team")
        assert "The team's cadence since Nov 23 08:30:" in boss.text
        assert "Make it the team's cadence" not in boss.buttons
        for name in ("Li Na", "Wang Wei"):
            assert (await targets(place, name))[Cell.A2] == 5.5
            assert (await targets(place, name))[Cell.C1] == 0  # Li Na's own way out has ended
        assert (await targets(place, "Zhao"))[Cell.A2] == 5
        async with place.deps.db.read() as uow:
            made = (await uow.session.scalars(select(EffortDecisionRow))).one()
        assert (made.author_id, made.decided_at) == ((await place.user("Boss")).id, place.clock.now())
        assert made.judgements["C1"] == {"none": 90, "half": 95, "more": 105, "saturation": 110}
        assert {code for code, _, _ in made.reasons} == {"effort_more", "effort_less"}
        await wang.sends("/capacity")
        assert "Cadence shared out by the manager on Nov 23 08:30." in wang.text
        await place.people["Other Boss"].sends("/effort")
        await place.people["Other Boss"].presses(EndEffort(1).pack())
        assert place.people["Other Boss"].last_answer == NOT_FOUND
        await boss.taps("Take back: norm again")
        assert boss.last_answer == "The norm holds again"
        assert (await targets(place, "Li Na"))[Cell.A2] == 5
        async with place.deps.db.read() as uow:
            rows = (await uow.session.scalars(select(CadenceChoiceRow))).all()
        assert all(row.ended_at == place.clock.now() for row in rows)


async def test_a_rep_whose_month_does_not_hold_the_best_gets_it_stretched(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        await teams(place)
        boss, rep = place.people["Boss"], place.people["Li Na"]
        await expects(place, "Boss", "C1", ("− no visits", 15), ("− half of them", 8))
        await expects(place, "Boss", "C1", ("+ as many as", 12), ("+ half as many", 10))
        await boss.sends("/effort")
        await boss.taps("Make it the team's cadence")
        assert "theirs is stretched until the month ends: Li Na" in boss.text
        await boss.taps("Yes, for the whole team")
        await boss.sends("/capacity")
        assert "≈ Li Na: 25" in boss.text
        assert "· Longer between visits" in boss.text
        await rep.sends("/capacity")
        assert "Chosen until Nov 30: Longer between visits" in rep.text
