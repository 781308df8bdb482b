"""Filing and training in a chat: set by the office, and what locks and what goes on once one has run out."""

from datetime import date, timedelta

import pytest

from bot.buttons.appointments import AskDay, SetAppointment
from bot.buttons.qualifications import AskValid, SetValid, ShowQualifications
from bot.buttons.today import AddToday
from bot.buttons.visits import SetResult
from bot.db.tables import AppointmentRow, AuditRow, OutboxRow, SuggestionRow, VisitRow
from bot.services import qualifications
from bot.services.screening import screen
from domain.compliance.rules import Level, Place
from domain.errors import DomainError
from domain.people.model import Role
from domain.people.qualifications import QualificationKind
from domain.visits.states import Result
from tests.support.team import team
from tests.support.world import world

LI_NA = 2
FRIDAY, THURSDAY = date(2026, 11, 20), date(2026, 11, 26)
FILING, TRAINING = QualificationKind.FILING, QualificationKind.TRAINING
LOCKED = "Not until it is renewed"


async def test_what_has_run_out_locks_promotion_and_nothing_else_until_it_is_renewed(place):
    boss, rep = place.people["Boss"], place.people["Li Na"]
    await rep.sends("/today")
    listed = rep.message
    await boss.sends("/users")
    assert "Of 2 reps filing or training dates are missing." in boss.text
    await boss.taps("Li Na")
    assert "Until when filing or training is valid is not known." in boss.text
    await boss.taps("Filing and training")
    await boss.taps("Record filing")
    await place.chatter.restart()
    await boss.sends("2026-11-20")
    assert "⛔ Record filing: expired, was valid until Nov 20, 2026" in boss.text
    before = len(await place.rows(SuggestionRow))
    for what in ("/today", "/week", "/month", "who should I see today"):
        await rep.sends(what)
        assert LOCKED in rep.text, what
        assert "Boss enters the new date." in rep.text
    for button in (AskDay(3), SetAppointment(3, THURSDAY, 600, None), AddToday(3)):
        await rep.presses(button.pack())
        assert LOCKED in rep.text, button
    await boss.sends("/today")
    await boss.taps("Li Na")
    assert "Record filing: expired, was valid until Nov 20, 2026 (R-VISIT-2)" in boss.text
    assert await place.rows(AppointmentRow) == []
    await rep.presses(SetResult(3, place.clock.now().date(), Result.MET).pack())
    (visit,) = await place.rows(VisitRow)
    assert (visit.customer_id, visit.outcome) == (3, "met")
    assert LOCKED in listed.text  # the pinned list has become the reason why there is none
    assert len(await place.rows(SuggestionRow)) == before
    for what, seen in (
        ("/rules gift", "R-GIFT"),
        ("/customer Diaz 3", "Diaz 3"),
        ("/grid", "A1"),
        ("/visits", "Diaz 3"),
        ("/appointments", "Appointments"),
    ):
        await rep.sends(what)
        assert rep.sees(seen), what
        assert LOCKED not in rep.text, what
    await boss.presses(SetValid(LI_NA, FILING, date(2027, 6, 30)).pack())
    assert "✓ Record filing: valid until Jun 30, 2027" in boss.text
    await rep.sends("/today")
    assert "Today, Mon, Nov 23" in rep.text
    said = [row.detail for row in await place.rows(AuditRow) if row.action == "qualification"]
    assert said == [{"kind": "filing", "until": "2026-11-20"}, {"kind": "filing", "until": "2027-06-30"}]


async def test_the_last_day_counts_and_training_locks_too(place):
    boss, rep = place.people["Boss"], place.people["Li Na"]
    await boss.presses(SetValid(LI_NA, TRAINING, date(2026, 11, 23)).pack())
    await rep.sends("/today")
    assert "Today, Mon, Nov 23" in rep.text
    place.clock.move(timedelta(days=1))
    await rep.sends("/today")
    assert "Compliance training: expired, was valid until Nov 23, 2026 (R-TRAIN)" in rep.text
    await rep.sends("/start")
    await rep.taps("Settings")
    await rep.taps("Filing and training")
    assert "⚠️ Record filing: nobody has said until when it is valid" in rep.text
    assert rep.buttons == ["R-VISIT-2", "R-TRAIN", "Home"]


async def test_nobody_sets_it_for_oneself_or_for_other_teams(place):
    rep = place.people["Li Na"]
    await place.joins("Other Boss", Role.MANAGER)
    other = place.people["Other Boss"]
    await other.sends("/help")
    for button in (ShowQualifications(LI_NA), AskValid(LI_NA, FILING), SetValid(LI_NA, FILING, FRIDAY)):
        await other.presses(button.pack())
        assert other.last_answer == "I cannot find that. Perhaps it is no longer there."
    await rep.presses(SetValid(LI_NA, FILING, FRIDAY).pack())
    assert rep.last_answer == "Your role does not include this."
    await rep.presses(ShowQualifications(3).pack())
    assert rep.last_answer == "I cannot find that. Perhaps it is no longer there."
    with pytest.raises(DomainError, match="not_allowed"):
        await qualifications.say(
            place.deps, await place.user("Li Na"), LI_NA, FILING, FRIDAY, place.clock.now()
        )
    await rep.sends("/today")
    assert LOCKED not in rep.text
    boss = place.people["Boss"]
    await boss.sends("/help")
    await boss.presses(SetValid(LI_NA, FILING, date(9999, 12, 31)).pack())
    assert boss.last_answer == "No filing or training is valid for more than 10 years."


async def test_other_markets_ask_for_training_alone(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="us") as place:
        boss = await place.joins("Boss", Role.MANAGER)
        rep = await place.joins("Li Na", Role.REP, manager="Boss", language="zh")
        await boss.sends("/help")
        await boss.presses(SetValid(LI_NA, FILING, FRIDAY).pack())
        assert "Record filing" not in boss.text
        await rep.sends("/today")
        assert "续期" not in rep.text
        await boss.presses(SetValid(LI_NA, TRAINING, FRIDAY).pack())
        await rep.sends("/today")
        assert "续期后才能使用" in rep.text
        assert "由公司办理续期，Boss登记新日期。" in rep.text


async def test_rep_and_manager_are_reminded_once_thirty_and_once_seven_days_before(database_url, tmp_path):
    async with team(database_url, tmp_path) as place:
        boss, rep = place.people["Boss"], place.people["Li Na"]
        await boss.sends("/help")
        await boss.presses(SetValid(LI_NA, FILING, date(2026, 12, 30)).pack())
        await boss.presses(SetValid(LI_NA, TRAINING, date(2027, 6, 30)).pack())
        expected = {1: 0, 7: 1, 8: 1, 20: 1, 30: 2, 35: 2}  # days from now, reminders of each so far
        before = 0
        for days, number in expected.items():
            place.clock.move(timedelta(days=days - before, hours=2 if not before else 0))
            before = days
            await place.delivers()
            await place.delivers()
            owed = [row for row in await place.rows(OutboxRow) if row.kind == "qualification"]
            assert [sum(row.user_id == who for row in owed) for who in (1, LI_NA)] == [number] * 2, days
        assert {row.state for row in owed} == {"sent"}
        assert boss.sees("⏳ Li Na · Record filing")
        assert boss.sees("30 more days: valid until Dec 30, 2026.")
        assert rep.sees("7 more days: valid until Dec 30, 2026.")
        assert rep.sees("Have it renewed; your manager enters the new date.")
        await boss.taps("Enter the new date")
        await boss.sends("2027-12-30")
        assert "✓ Record filing: valid until Dec 30, 2027" in boss.text


async def test_a_sales_quota_for_a_rep_is_refused_in_words_in_china_alone(place):
    boss, now = await place.user("Boss"), place.clock.now()
    for words in ("给李娜定本季度销售指标80万", "Sales target for Li Na: 300,000"):
        with pytest.raises(DomainError, match="refused_text") as refused:
            await screen(place.deps, boss, words, Place.PLAN, now)
        assert [rule.id for rule in refused.value.params["rules"]] == ["R-ROLE"]
        assert place.deps.library.compliance("us").check_text(words, Place.PLAN).level is Level.NONE
    await screen(place.deps, boss, "Goal: see 30 A customers four times a month", Place.PLAN, now)
