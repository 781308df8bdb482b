"""Saying no to a suggestion: what each reason does to the days that follow."""

from datetime import date, timedelta

import pytest

from bot.buttons.dismissals import AskLater, Dismiss
from bot.importing.reading import UploadedFile
from domain.people.model import Role
from domain.visits.dismissal import DismissReason
from domain.visits.suggestion import SuggestionState
from tests.support import town
from tests.support.person import Person
from tests.support.world import World, world

WHO = "Gray 14"  # a B2 at a hospital that receives every day, never visited: due on every day
NUMBER = 14
LAST = date(2026, 12, 4)


async def teams(place: World, language: str = "en") -> Person:
    """A manager and two reps; all customers belong to Li Na."""
    await place.joins("Boss", Role.MANAGER, language=language)
    rep = await place.joins("Li Na", manager="Boss", language=language)
    await place.joins("Wang Wu", manager="Boss", language=language)
    await place.loads(town.hospitals(language), town.customers(language), town.visits())
    return rep


async def is_listed(person: Person, name: str = WHO) -> bool:
    """Whether today's list has the customer, on any page."""
    await person.sends("/today")
    found = f" {name}" in person.text
    while "›" in person.buttons:
        await person.taps("›")
        found |= f" {name}" in person.text
    return found


async def days_listed(place: World, person: Person) -> list[date]:
    """The working days up to `LAST` on whose list the customer is, from tomorrow on."""
    listed = []
    while (today := place.clock.now().date() + timedelta(days=1)) <= LAST:
        place.clock.move(timedelta(days=1))
        if today.weekday() < 5 and await is_listed(person):
            listed.append(today)
    return listed


def november(*days: int) -> list[date]:
    return [date(2026, 11, day) for day in days]


DECEMBER = [date(2026, 12, day) for day in range(1, 5)]


@pytest.mark.parametrize(
    ("reason", "taps", "back"),
    [
        (DismissReason.NOT_TODAY, (), november(24, 25, 26, 27, 30)),
        (DismissReason.UNAVAILABLE, ("Thu, Nov 26",), november(26, 27, 30)),
        (
            DismissReason.SEEN_ELSEWHERE,
            (),
            november(30),
        ),  # five working days from one visit to a B to the next
        (DismissReason.PRODUCT_ISSUE, (), november(30)),  # five working days, by the params
        (DismissReason.NEVER_SEES, (), None),
        (DismissReason.WRONG_TARGET, ("Wrong support",), None),
    ],
    ids=lambda value: value.value if isinstance(value, DismissReason) else "",
)
async def test_each_reason_keeps_the_customer_away_until_its_day_and_not_longer(
    sqlite_database_url, tmp_path, reason, taps, back
):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await teams(place)
        assert await is_listed(rep)
        await rep.presses(Dismiss(NUMBER, reason).pack())
        for label in taps:
            await place.chatter.restart()
            await rep.taps(label)
        assert not await is_listed(rep)
        user = await place.user("Li Na")
        today = place.clock.now().date()
        async with place.deps.db.read() as uow:
            counts = await uow.suggestions.counts(user.id, today, today, today)
        assert counts[SuggestionState.DISMISSED] == 1
        expected = [] if back is None else [*back, *DECEMBER]
        assert await days_listed(place, rep) == expected


async def test_all_reasons_are_one_tap_from_a_line_and_can_be_taken_back(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await teams(place)
        await rep.sends("/today")
        before = rep.text
        await rep.taps("⋯")
        await rep.taps("No …")
        assert rep.buttons[:6] == [
            "Seen elsewhere",
            "Not available until …",
            "Never sees reps",
            "Wrong target",
            "Product issue",
            "Not today",
        ]
        await rep.taps("Product issue")
        assert rep.last_answer is not None
        assert rep.last_answer.endswith(
            "is back on Nov 30 · Side effects go to drug safety at once, not here."
        )
        assert rep.text != before
        await rep.taps("Put off (1)")
        assert "– Product issue, back on Mon, Nov 30" in rep.text
        await rep.taps("Back now")
        await rep.taps("Back to the list")
        assert rep.text == before


async def test_a_wrong_target_waits_for_the_manager_and_comes_back_with_the_answer(
    sqlite_database_url, tmp_path
):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await teams(place)
        boss = place.people["Boss"]
        await rep.presses(Dismiss(NUMBER, DismissReason.WRONG_TARGET).pack())
        await rep.taps("Wrong potential")
        assert "Off your list until your manager has answered." in rep.text
        await place.chatter.restart()
        await rep.sends("Two beds and no <clinic>")
        assert rep.text == "Kept for your manager. Thank you."
        await rep.sends("/today")
        await rep.taps("Put off (1)")
        assert f"{WHO} – Wrong target, back when your manager has answered" in rep.text
        await boss.sends("/tiers")
        await boss.taps("Questions (1)")
        await boss.taps(WHO)
        assert "Two beds and no <clinic>" in boss.text
        await boss.taps("Keep as it is")
        await boss.sends("It has grown")
        assert "Not accepted by Boss: It has grown" in boss.text
        place.clock.move(timedelta(days=1))
        assert await is_listed(rep)


async def test_never_sees_asks_the_manager_who_may_mark_it_for_everybody(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await teams(place)
        boss = place.people["Boss"]
        await rep.presses(Dismiss(NUMBER, DismissReason.NEVER_SEES).pack())
        assert "Your manager is asked whether that holds for everybody." in rep.text
        await boss.sends("/tiers")
        await boss.taps("Questions (1)")
        await boss.taps(WHO)
        assert "Sees no reps" in boss.text
        assert "no sentence given" in boss.text
        await boss.taps("Mark as seeing no reps")
        await boss.sends("Confirmed by phone")
        assert "Accepted by Boss: Confirmed by phone" in boss.text
        await rep.sends(f"/customer {WHO}")
        assert "Sees no representatives." in rep.text
        await rep.taps("Why today, or why not")
        assert "sees no representatives" in rep.text


async def test_the_manager_reads_of_product_issues_in_the_own_team_alone(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await teams(place)
        other = await place.joins("Other Boss", Role.MANAGER)
        await rep.presses(Dismiss(NUMBER, DismissReason.PRODUCT_ISSUE).pack())
        await place.people["Boss"].sends("/today")
        await place.people["Boss"].taps("Product issues (1)")
        assert f"Nov 23 · {WHO} · Li Na" in place.people["Boss"].text
        await other.sends("/today")
        assert "Product issues (0)" in other.buttons


@pytest.mark.parametrize(
    ("language", "words", "back"),
    [("en", "next Thursday", "Dec 3"), ("zh", "下周四", "12月3日"), ("en", "in two weeks", "Dec 7")],
)
async def test_until_when_can_be_said_in_words(sqlite_database_url, tmp_path, language, words, back):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await teams(place, language)
        await rep.presses(AskLater(NUMBER).pack())
        await place.chatter.restart()
        await rep.sends(words)
        await rep.taps("Put off" if language == "en" else "已推迟")
        assert back in rep.text


async def test_a_day_that_may_be_two_is_asked_back_and_a_past_one_refused(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await teams(place)
        await rep.presses(AskLater(NUMBER).pack())
        await rep.sends("yesterday")
        assert rep.text == "Please give a day after today, within a year."
        await rep.sends("03/04")
        assert len(rep.buttons) >= 2
        await rep.sends("/cancel")
        assert "Put off" not in " ".join(rep.buttons)


async def test_an_appointment_comes_before_a_no(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await teams(place)
        await rep.sends(f"/customer {WHO}")
        await rep.taps("Make an appointment")
        await rep.sends("Wednesday 10:00")
        await rep.presses(Dismiss(NUMBER, DismissReason.SEEN_ELSEWHERE).pack())
        assert rep.last_answer == "You have an appointment with this customer. Move or cancel it first."
        await rep.presses(Dismiss(NUMBER, DismissReason.NOT_TODAY).pack())
        assert rep.last_answer == f"{WHO} is back on Nov 24"


async def test_a_no_is_of_one_rep_and_neither_helps_nor_hinders_who_takes_over(sqlite_database_url, tmp_path):
    def owned_by(name: str) -> UploadedFile:
        return UploadedFile("owner.csv", f"客户编号,姓名,负责代表\nD014,{WHO},{name}\n".encode())

    async with world(sqlite_database_url, tmp_path) as place:
        rep, other = await teams(place), place.people["Wang Wu"]
        assert await is_listed(rep)
        await other.presses(Dismiss(NUMBER, DismissReason.NOT_TODAY).pack())
        assert other.last_answer == "I cannot find that. Perhaps it is no longer there."
        await rep.presses(Dismiss(NUMBER, DismissReason.NEVER_SEES).pack())
        await place.loads(owned_by("Wang Wu"))
        assert await is_listed(other)
        assert not await is_listed(rep)
        await other.presses(Dismiss(NUMBER, DismissReason.NOT_TODAY).pack())
        place.clock.move(timedelta(days=1))
        assert await is_listed(other)
        await place.loads(owned_by("Li Na"))
        assert not await is_listed(rep)
        await rep.taps("Put off (1)")
        await rep.taps(f"Back now: {WHO}")
        place.clock.move(timedelta(days=1))
        assert await is_listed(rep)
