"""What arrives by itself: a day in both languages, and what is held back, moved, muted or switched off."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from bot.buttons.notices import PauseKind, SetPause, SetReminder, SetReminderHour, ShowReminder
from bot.db.tables import AssessmentRow, OutboxRow
from bot.importing.reading import UploadedFile
from bot.local.model import LocalMessage
from bot.notices.registry import NOTICES
from bot.services import access, corrections, tiering, today, worktime
from domain.coaching.memory import Card, ItemKey, ItemKind
from domain.customers.corrections import CorrectionKind
from domain.ids import AppointmentId, CustomerId
from domain.people.model import Role, Scope
from domain.planning.model import Appointment
from domain.reminders.kinds import MANNERS, Reminder
from domain.tiering.argument import Doubt
from tests.support import town
from tests.support.world import World, world

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONTH_END = date(2026, 11, 30)  # a Monday
FRIDAY = date(2026, 11, 27)
EVIDENCE = "The ward doubled its beds in October"


def at(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), SHANGHAI).astimezone(UTC)


@asynccontextmanager
async def team(url: str, folder: Path, day: date, language: str = "en") -> AsyncIterator[World]:
    """A manager, a rep and an admin at seven in the morning, with customers and visits of early November."""
    async with world(url, folder, market="cn", now=at(day, "07:00"), time_zone="Asia/Shanghai") as made:
        await made.joins("Boss", Role.MANAGER, language=language)
        await made.joins("Li Na", Role.REP, manager="Boss", language=language)
        await made.joins("Ann", Role.ADMIN, language=language)
        await made.loads(town.hospitals(language), town.customers(language), town.visits())
        yield made


async def comes(place: World, clock: str, day: date | None = None) -> dict[str, list[LocalMessage]]:
    """What everybody gets when it is so late, since the last look."""
    today = day or place.clock.now().astimezone(SHANGHAI).date()
    place.clock.move(at(today, clock) - place.clock.now())
    before = {name: len(person.messages) for name, person in place.people.items()}
    await place.delivers()
    return {name: person.messages[before[name] :] for name, person in place.people.items()}


def the(messages: list[LocalMessage], words: str) -> LocalMessage:
    """The one message that says this."""
    found = [message for message in messages if words in message.text]
    assert len(found) == 1, (words, [message.text for message in messages])
    return found[0]


async def outbox(place: World, kind: str) -> list[OutboxRow]:
    async with place.deps.db.read() as uow:
        rows = await uow.session.scalars(select(OutboxRow).where(OutboxRow.kind == kind))
        return list(rows)


def seen() -> UploadedFile:
    """A promise that is due, an A customer who is late, and another one who soon is."""
    rows = ("D006,2026-11-10,<the study>,2026-11-30", "D010,2026-11-19,,", "D011,2026-11-23,,")
    text = "\n".join(["客户编号,拜访日期,下一步,下次日期", *rows])
    return UploadedFile("visits.csv", text.encode())


async def asks(place: World) -> None:
    """Li Na questions a tier."""
    rep = await place.user("Li Na")
    await tiering.ask(place.deps, rep, CustomerId(3), Doubt.POTENTIAL, EVIDENCE, now=place.clock.now())


async def agrees(place: World, on: date, start: time) -> None:
    """Li Na has an appointment."""
    rep = await place.user("Li Na")
    meeting = Appointment(customer_id=CustomerId(4), on=on, start=start, minutes=30, promised=True)
    async with place.deps.db.write() as uow:
        await uow.appointments.add(meeting, 30, rep.id, place.clock.now())


WORDS = {
    "en": {
        "morning": "Today, Mon, Nov 30",
        "promises": "Promised for today",
        "digest": "Digest · Nov 23",
        "missed": "A customers who wait too long",
        "ledger": "Notices since Nov 27 08:45",
        "appointment": "in 30 minutes",
        "slipping": "Soon overdue",
        "waiting": "1 question about a tier",
        "review": "The right customers, and enough of them?",
        "nudge": "How did it go today?",
    },
    "zh": {
        "morning": "今天 11月30日周一",
        "promises": "今天要兑现的承诺",
        "digest": "简报 · 11月23日",
        "missed": "等得太久的A类客户",
        "ledger": "11月27日 08:45以来的消息",
        "appointment": "30分钟后",
        "slipping": "快到期了",
        "waiting": "1个关于分级的疑问",
        "review": "客户选对了吗",
        "nudge": "今天的拜访怎么样？",
    },
}


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_a_day_brings_everything_at_its_hour(sqlite_database_url, tmp_path, language):
    said = WORDS[language]
    async with team(sqlite_database_url, tmp_path, MONTH_END, language) as place:
        await asks(place)
        await agrees(place, MONTH_END, time(14))
        await place.loads(seen())

        got = await comes(place, "08:10")
        morning = the(got["Li Na"], said["morning"])
        assert place.people["Li Na"].pinned == morning
        assert morning.silent  # before the day's work
        assert "<the study>" in the(got["Li Na"], said["promises"]).text

        got = await comes(place, "09:20")
        assert not the(got["Boss"], said["digest"]).silent
        chart = next(message for message in got["Boss"] if message.photo)
        book = next(message for message in got["Boss"] if message.document)
        assert chart.silent
        assert book.silent
        assert book.document is not None
        assert book.document.name == "digest-2026-11-23-2026-11-29.xlsx"
        assert "· A" in the(got["Boss"], said["missed"]).text
        the(got["Ann"], said["ledger"])

        await today.drop(place.deps, await place.user("Li Na"), CustomerId(11), at(MONTH_END, "09:20"))
        got = await comes(place, "13:30")
        assert not the(got["Li Na"], said["appointment"]).silent
        the(got["Li Na"], said["slipping"])

        got = await comes(place, "17:15")
        the(got["Boss"], said["waiting"])
        the(got["Li Na"], said["review"])

        got = await comes(place, "18:00")
        nudge = the(got["Li Na"], said["nudge"])
        assert not nudge.silent  # the second of two

        got = await comes(place, "23:59")
        assert not any(got.values())


async def test_friday_brings_the_plan_of_next_week_and_monday_another_list(sqlite_database_url, tmp_path):
    async with team(sqlite_database_url, tmp_path, FRIDAY) as place:
        rep = place.people["Li Na"]
        got = await comes(place, "08:00")
        friday = the(got["Li Na"], "Today, Fri, Nov 27")
        got = await comes(place, "17:00")
        assert "Nov 30" in the(got["Li Na"], "Week").text
        for clock, day in (("08:00", FRIDAY + timedelta(days=1)), ("18:00", FRIDAY + timedelta(days=2))):
            assert not any((await comes(place, clock, day)).values())
        got = await comes(place, "08:00", MONTH_END)
        monday = the(got["Li Na"], "Today, Mon, Nov 30")
        assert rep.pinned == monday != friday


async def test_the_evening_question_is_answered_in_two_taps(sqlite_database_url, tmp_path):
    async with team(sqlite_database_url, tmp_path, FRIDAY) as place:
        rep = place.people["Li Na"]
        await comes(place, "08:00")
        nudge = the((await comes(place, "18:00"))["Li Na"], "How did it go today?")
        names = [row[0].text for row in nudge.keyboard[:-1]]
        counted = nudge.text.split("\n")[1]
        await rep.taps(names[0])
        await rep.taps("Met")
        assert rep.last_answer == "Saved"
        assert f"✓ {names[0]}" in rep.pinned.text
        assert len(names) == 5
        assert counted == "9 visits of today's list have no answer yet."


async def test_a_reminder_can_be_moved_muted_and_switched_off(sqlite_database_url, tmp_path):
    async with team(sqlite_database_url, tmp_path, FRIDAY) as place:
        rep = place.people["Li Na"]
        await rep.sends("/settings")
        await rep.taps("Reminders")
        assert "08:00 Morning list" in rep.buttons
        await rep.taps("Morning list")
        await rep.taps("+60")
        await rep.taps("+15")
        assert rep.text.startswith("Morning list · 09:15")
        await rep.taps("Reminders")
        await rep.taps("Evening question")
        await rep.taps("Silent")
        await rep.taps("Reminders")
        await rep.taps("Next week")
        await rep.taps("Off")
        assert rep.text.startswith("Next week · switched off")
        await rep.taps("Reminders")
        assert "– Next week" in rep.buttons

        assert not (await comes(place, "09:00"))["Li Na"]
        the((await comes(place, "09:15"))["Li Na"], "Today, Fri, Nov 27")
        assert not [m for m in (await comes(place, "17:30"))["Li Na"] if "Week" in m.text]
        assert the((await comes(place, "18:00"))["Li Na"], "How did it go today?").silent


async def test_what_comes_in_quiet_hours_or_at_lunch_waits(sqlite_database_url, tmp_path):
    async with team(sqlite_database_url, tmp_path, FRIDAY) as place:
        rep = place.people["Li Na"]
        await rep.presses(SetPause(PauseKind.QUIET, 18 * 60, 8 * 60 + 30).pack())
        await rep.presses(SetPause(PauseKind.LUNCH, 9 * 60, 10 * 60).pack())
        assert "Quiet hours: 18:00–08:30" in rep.text
        assert "Lunch: 09:00–10:00" in rep.text
        assert not (await comes(place, "08:29"))["Li Na"]
        the((await comes(place, "08:30"))["Li Na"], "Today, Fri, Nov 27")

        await asks(place)
        async with place.deps.db.read() as uow:
            (asked,) = await uow.questions.all(Scope.of(await place.user("Li Na")), place.clock.now())
        await comes(place, "09:00")
        boss = await place.user("Boss")
        await tiering.answer(
            place.deps, boss, asked.id, tiering.Verdict.NO, EVIDENCE, today=FRIDAY, now=place.clock.now()
        )
        assert not (await comes(place, "09:59"))["Li Na"]
        the((await comes(place, "10:00"))["Li Na"], "Not accepted by Boss")
        assert not (await comes(place, "18:00"))["Li Na"]  # the evening question falls into the quiet hours


async def test_whoever_is_on_leave_hears_nothing_and_gets_the_news_afterwards(sqlite_database_url, tmp_path):
    async with team(sqlite_database_url, tmp_path, FRIDAY - timedelta(days=1)) as place:
        rep, boss, first = await place.user("Li Na"), await place.user("Boss"), FRIDAY - timedelta(days=1)
        await asks(place)
        await agrees(place, first, time(14))
        await place.loads(seen())
        await worktime.take_leave(place.deps, rep, first, FRIDAY, today=first, now=place.clock.now())
        async with place.deps.db.read() as uow:
            (asked,) = await uow.questions.all(Scope.of(rep), place.clock.now())
        await tiering.answer(
            place.deps, boss, asked.id, tiering.Verdict.NO, EVIDENCE, today=first, now=place.clock.now()
        )
        for day in (first, FRIDAY):
            for clock in ("08:10", "13:45", "18:00"):
                assert not (await comes(place, clock, day))["Li Na"]
        got = await comes(place, "08:10", MONTH_END)
        the(got["Li Na"], "Today, Mon, Nov 30")
        the(got["Li Na"], "Not accepted by Boss")
        the(got["Li Na"], "Promised for today")


async def test_an_appointment_that_was_moved_is_told_at_its_new_time_alone(sqlite_database_url, tmp_path):
    async with team(sqlite_database_url, tmp_path, FRIDAY) as place:
        await agrees(place, FRIDAY, time(10))
        the((await comes(place, "09:30"))["Li Na"], "10:00 · Font 4")
        rep = await place.user("Li Na")
        async with place.deps.db.write() as uow:
            await uow.appointments.change(AppointmentId(1), rep.id, place.clock.now(), start=time(11))
        assert not [m for m in (await comes(place, "10:29"))["Li Na"] if "Font 4" in m.text]
        assert not the((await comes(place, "10:35"))["Li Na"], "in 25 minutes").silent
        async with place.deps.db.write() as uow:
            await uow.appointments.change(AppointmentId(1), rep.id, place.clock.now(), start=time(12))
            await uow.outbox.owe(
                "appointment",
                rep.id,
                subject="1@11:59",
                on=FRIDAY,
                due_at=place.clock.now(),
                params={"id": 1, "start": at(FRIDAY, "11:59").isoformat()},
            )
        assert not (await comes(place, "10:36"))["Li Na"]
        await agrees(place, FRIDAY, time(15))
        assert the((await comes(place, "14:30"))["Li Na"], "15:00 · Font 4").silent  # the third of the day


async def test_what_nobody_practised_makes_room_for_the_next_day_and_what_somebody_did_stays(
    sqlite_database_url, tmp_path
):
    thursday = FRIDAY - timedelta(days=1)
    async with team(sqlite_database_url, tmp_path, thursday) as place:
        rep = await place.user("Li Na")
        first = the((await comes(place, "16:40"))["Li Na"], "For today:")
        assert len(first.keyboard) > 1
        second = the((await comes(place, "16:40", FRIDAY))["Li Na"], "For today:")
        assert (first.text, first.keyboard) == ("What there is to practise has moved below.", ())
        card = Card(
            item=ItemKey(ItemKind.FACT, "x"), stability=9, difficulty=5, interval=9, last=FRIDAY, score=1
        )
        async with place.deps.db.write() as uow:
            await uow.learning.keep(rep.id, card, None, place.clock.now())
        the((await comes(place, "16:40", MONTH_END))["Li Na"], "For today:")
        assert "For today:" in second.text


@pytest.mark.parametrize("later_by", [1, -500])  # milliseconds: the other process's clock may be behind
async def test_of_two_that_may_sound_the_one_that_was_taken_up_first_counts_for_the_other(
    database_url, tmp_path, later_by
):
    async with team(database_url, tmp_path, FRIDAY) as place:
        rep, now = await place.user("Li Na"), place.clock.now()
        lease = timedelta(minutes=2)
        async with place.deps.db.write() as uow:
            for subject, minutes in (("later", 1), ("sooner", 2)):
                due = now - timedelta(minutes=minutes)
                await uow.outbox.owe("safety", rep.id, subject=subject, on=FRIDAY, due_at=due)
            (sooner,) = await uow.outbox.claim(now, now + lease, 1)
            before = await uow.notices.sounded(sooner.id, rep.id, ["safety"], now)
            moment = now + timedelta(milliseconds=later_by)
            (later,) = await uow.outbox.claim(moment, moment + lease, 1)
            assert (sooner.subject, later.subject) == ("sooner", "later")
            assert sooner.id > later.id
            counts = [await uow.notices.sounded(one.id, rep.id, ["safety"], now) for one in (sooner, later)]
        assert (before, counts) == (0, [0, 1])


async def test_who_claims_while_another_claims_waits_and_comes_after(database):
    now, lease = at(FRIDAY, "12:00"), timedelta(minutes=2)
    async with database.write() as uow:
        rep = await uow.users.add(Role.REP, "Li Na", None, now)
        for subject in ("one", "two"):
            await uow.outbox.owe("safety", rep.id, subject=subject, on=FRIDAY, due_at=now)

    async def claims():
        async with database.write() as uow:
            return await uow.outbox.claim(now, now + lease - timedelta(seconds=1), 1)

    async with database.write() as uow:
        (first,) = await uow.outbox.claim(now, now + lease, 1)
        other = asyncio.create_task(claims())
        await asyncio.sleep(0.3)
        assert not other.done()
    (second,) = await other
    assert second.id != first.id
    assert second.lease_until > first.lease_until


async def test_what_nobody_owed_in_time_is_found_to_be_late(sqlite_database_url, tmp_path):
    async with team(sqlite_database_url, tmp_path, FRIDAY) as place:
        assert not [m for m in (await comes(place, "23:00"))["Li Na"] if "Today" in m.text]
        await comes(place, "08:10", FRIDAY + timedelta(days=1))
        (late,) = await outbox(place, "morning")
        assert (late.state, late.error, late.on) == ("skipped", "late", FRIDAY)


async def test_only_ones_own_reminders_can_be_set_and_a_legal_duty_not_at_all(sqlite_database_url, tmp_path):
    async with team(sqlite_database_url, tmp_path, FRIDAY) as place:
        rep, boss = place.people["Li Na"], place.people["Boss"]
        await rep.sends("/settings")
        await boss.sends("/settings")
        for person, button in (
            (rep, ShowReminder(Reminder.DIGEST)),
            (boss, SetReminder(Reminder.MORNING, is_on=False, is_silent=False)),
            (rep, SetReminder(Reminder.SAFETY, is_on=False, is_silent=False)),
            (rep, SetReminderHour(Reminder.APPOINTMENT, 600)),
        ):
            await person.presses(button.pack())
            assert person.last_answer == "I cannot find that. Perhaps it is no longer there.", button
        await rep.presses(SetReminderHour(Reminder.MORNING, 24 * 60).pack())
        assert "hour" in rep.last_answer


def test_what_may_sound_is_what_the_settings_can_mute():
    loud = {code for code, notice in NOTICES.items() if notice.sound}
    assert loud == {reminder.value for reminder, manner in MANNERS.items() if manner.sounds}
    assert {reminder.value for reminder, manner in MANNERS.items() if manner.rhythm} <= set(NOTICES)


async def test_an_answered_report_is_told_until_it_was_seen(sqlite_database_url, tmp_path):
    async with team(sqlite_database_url, tmp_path, FRIDAY) as place:
        rep, boss = await place.user("Li Na"), await place.user("Boss")
        await comes(place, "08:30")
        local = place.clock.now().astimezone(SHANGHAI)
        numbers = [
            await corrections.report(place.deps, rep, CustomerId(each), CorrectionKind.RETIRED, local)
            for each in (7, 8)
        ]
        for number in numbers:
            await corrections.reject(place.deps, boss, number, place.clock.now())
        await corrections.view(place.deps, rep, numbers[1], place.clock.now())
        (told,) = (await comes(place, "08:31"))["Li Na"]
        assert told.text == "Your report about Ives 7 has been answered: stays as it is"
        await place.people["Li Na"].taps("The answer")
        assert "Ives 7" in place.people["Li Na"].text


async def test_whoever_invited_hears_that_somebody_joined(sqlite_database_url, tmp_path):
    async with team(sqlite_database_url, tmp_path, FRIDAY) as place:
        boss = await place.user("Boss")
        made = await access.invite_new(place.deps, boss, Role.REP, "Wang Wei", None, place.clock.now())
        await place.chatter.person("Wang Wei").sends(f"/start {made.token}")
        (told,) = (await comes(place, "08:00"))["Boss"]
        assert told.text == "Wang Wei has followed your invite and is here now."


async def test_reps_hear_once_that_a_closed_round_moved_their_customers(sqlite_database_url, tmp_path):
    async with team(sqlite_database_url, tmp_path, FRIDAY) as place:
        boss = await place.user("Boss")
        async with place.deps.db.write() as uow:
            await uow.session.execute(update(AssessmentRow).values(value=3))
        opened = await tiering.open_round(place.deps, boss, today=FRIDAY, now=place.clock.now())
        moved = await tiering.approve_all(place.deps, boss, opened.id, place.clock.now())
        assert moved
        await tiering.close_round(place.deps, boss, opened.id, place.clock.now())
        got = (await comes(place, "07:45"))["Li Na"]
        assert [message.text for message in got] == [
            f"A review of the tiers has moved {moved} of your customers."
        ]


async def test_a_held_note_is_reminded_of_before_and_when_its_report_is_due(sqlite_database_url, tmp_path):
    async with team(sqlite_database_url, tmp_path, FRIDAY) as place:
        rep = place.people["Li Na"]
        await comes(place, "08:30")
        await rep.sends("saw Dr Ives, his patient got a rash and fever after the drug")
        assert "safety" in rep.text.lower()
        words = rep.text
        saturday = FRIDAY + timedelta(days=1)
        assert not (await comes(place, "04:29", saturday))["Li Na"]
        (early,) = (await comes(place, "04:30", saturday))["Li Na"]
        assert early.text == words
        assert early.silent  # in the quiet hours
        (late,) = (await comes(place, "08:30", saturday))["Li Na"]
        assert not late.silent
        await rep.taps("No side effect")
        assert not [m for m in (await comes(place, "09:30", saturday))["Li Na"] if m.text == words]
