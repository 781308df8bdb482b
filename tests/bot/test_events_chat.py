"""Events in the chat: the rules first, seats by need and by lot, and a record that replays."""

import asyncio
import io
from datetime import timedelta

import openpyxl
import pytest
from sqlalchemy import select, text

from bot.buttons.events import GiveSeats, ShowEvent, ShowSeats, TellEvent, ThinkOf
from bot.callbacks import RowId
from bot.db.tables import AssessmentRow, AuditRow, EventRow, TierOverrideRow, UsageRow
from bot.render.renderer import words
from bot.services import corrections, events, merging
from domain.compliance.rules import Level, Place
from domain.customers.corrections import CorrectionKind
from domain.errors import DomainError
from domain.ids import CustomerId
from domain.people.model import Role
from domain.resources.allocation import Need, allocate, digest, to_inputs
from domain.resources.event import EventField, EventState, Extra, SeatState
from domain.resources.record import replays, result_image
from tests.support.events import DEPARTMENTS, NAMES, described, doctors, given, proposed
from tests.support.person import Person
from tests.support.world import World, world

ADA, BEN, CY, DEE, EVE, FAY, GUS, HAL = range(1, 9)
RESORT = {"en": "Golden Sands Beach Resort, Sanya", "zh": "三亚海景度假村"}
PLAIN = {"en": "Lake Hospital, hall 2", "zh": "东湖医院二号会议室"}


async def team(place: World, language: str = "en") -> Person:
    """A manager with two reps and eight doctors."""
    boss = await place.joins("Boss", Role.MANAGER, language=language)
    for rep in ("Li Na", "Wang Wu"):
        await place.joins(rep, Role.REP, manager="Boss", language=language)
    await place.loads(doctors(language))
    return boss


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_a_resort_a_spouse_a_trip_abroad_and_a_dear_dinner_end_with_the_way_out(
    sqlite_database_url, tmp_path, language
):
    def _(message, **values):
        return words(language)._(message, **values)

    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss = await team(place, language)
        await boss.sends("/event")
        await boss.taps(_("New event"))
        await boss.sends("Heart failure")
        await boss.sends(RESORT[language])  # the resort
        rule = place.deps.library.compliance("cn").rules["R-VENUE-PLACE"]
        assert rule.instead.of(language) in boss.text
        async with place.deps.db.read() as uow:
            assert (await uow.session.scalars(select(EventRow.place))).all() == [""]
        again = {"en": "You can send other words at once.", "zh": "可以马上换一种说法再发。"}
        assert boss.text.endswith(again[language])
        await boss.taps(_("Back to the event"))
        await boss.taps(_("Go on: %(field)s", field=_("Place")))
        await boss.sends(RESORT[language])
        await boss.sends(PLAIN[language])  # at once
        for label in (
            words(language).day(await day_ahead(place)),
            "1",
            "6",
            "5",
            _("That is all"),
            _("No"),
        ):
            await boss.taps(label)
        await boss.sends({"en": "380 a head", "zh": "人均380元"}[language])  # the dinner
        await refused(place, boss, language, "R-MEAL-MAX", EventField.MEAL)
        await boss.taps("100")
        for extra, code in (("Partners or companions", "R-GUEST"), ("Abroad", "R-ABROAD")):
            await boss.taps(_(extra))
            await boss.taps(_("That is all"))
            await refused(place, boss, language, code, EventField.EXTRAS)
            await boss.taps(_(extra))
        await boss.taps(_("That is all"))
        assert _("The rules have nothing against it.") in boss.text
        assert _("Share out the seats") in boss.buttons
        async with place.deps.db.read() as uow:
            told = await uow.session.scalars(select(AuditRow).where(AuditRow.action == "event_blocked"))
            assert [row.detail["rules"] for row in told] == [["R-MEAL-MAX"], ["R-GUEST"], ["R-ABROAD"]]
            held = await uow.session.execute(text("SELECT count(*) FROM event WHERE place LIKE '%esort%'"))
            assert held.scalar_one() == 0


async def day_ahead(place: World):
    """The first day that is offered."""
    today = place.clock.now().date()
    ahead = [today + timedelta(days=days) for days in range(14, 42)]
    return next(day for day in ahead if day.weekday() in {2, 5})


async def refused(place: World, boss: Person, language: str, code: str, field: EventField) -> None:
    """The screen says which rule, why and what instead, leads to what to change, and to nothing else."""
    from bot.render.events import FIELDS

    speech = words(language)
    rule = place.deps.library.compliance("cn").rules[code]
    assert speech._("This event cannot take place like this. The way out:") in boss.text
    for part in (code, rule.wording.of(language), rule.why.of(language), rule.instead.of(language)):
        assert part in boss.text
    assert speech._("Share out the seats") not in boss.buttons
    event = 1
    for forged in (ThinkOf(RowId(event)), ShowSeats(RowId(event))):
        await boss.presses(forged.pack())
    assert code in (boss.last_answer or "")
    await boss.presses(ShowEvent(event).pack())
    await boss.taps(speech._("Change: %(field)s", field=speech._(FIELDS[field])))


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_the_whole_way_with_a_restart_before_every_tap(sqlite_database_url, tmp_path, language):
    def _(message, **values):
        return words(language)._(message, **values)

    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss = await team(place, language)
        rep = place.people["Li Na"]

        async def taps(who: Person, *labels: str) -> None:
            for label in labels:
                await place.chatter.restart()
                await who.taps(label)

        async def sends(said: str) -> None:
            await place.chatter.restart()
            await boss.sends(said)

        await sends("/event")
        await taps(boss, _("New event"))
        await sends("Heart failure update")
        await sends(PLAIN[language])
        await taps(boss, words(language).day(await day_ahead(place)), "1", "6")
        await sends("2")
        await taps(boss, DEPARTMENTS[language][0], _("That is all"), _("Yes"), "100", _("That is all"))
        await taps(boss, _("Ask the reps"))
        await place.delivers()
        assert (
            _("Whom do you recommend? The manager decides by need, under the same limits for everybody.")
            in rep.text
        )
        await taps(rep, _("Recommend somebody"), "Hal", _("We get on well"))
        assert "R-SPEAK" in rep.text
        assert _("Is there a need? Then state that, or leave the seat to somebody who has one.") in rep.text
        await taps(rep, _("State another ground"), _("Has a question the agenda answers"))
        assert f"Hal{words(language).colon}" in rep.text
        await taps(boss, _("Add somebody"), "B1", "Gus", _("Treats the patients it is about"))
        await taps(boss, _("Add somebody"), "Ben", _("Is new in the field"))
        for name in ("Hal", "Gus", "Ben"):
            assert _("not registered yet") in boss.text
            await taps(boss, name, _("Registered"), _("Back"))
        assert _("not registered yet") not in boss.text
        await taps(boss, _("Share out the seats"))
        assert "1. Hal · 4" in boss.text or "1. Gus · 5" in boss.text
        await taps(boss, _("Give these seats"))
        assert boss.last_answer == _("The seats have been given")
        await taps(boss, "Hal", _("Gives the seat back"), _("Yes, gives it back"))
        assert boss.last_answer == _("Moves up: %(names)s", names="Ben")
        await taps(boss, _("Record"))
        assert boss.text.count(_("✓ Replayed just now: the same list")) == 2
        await taps(boss, "XLSX")
        assert boss.file is not None
        name, data = boss.file
        book = openpyxl.load_workbook(io.BytesIO(data))
        assert name == "event-1.xlsx"
        assert len(book.worksheets) == 3
        listed = {row[2] for row in book.worksheets[2].iter_rows(min_row=2, values_only=True)}
        assert {"Hal", "Gus", "Ben"} <= listed


async def test_no_figure_about_a_customer_changes_a_seat(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="us") as place:
        await team(place)
        boss, today = await place.user("Boss"), place.clock.now().date()
        event = await described(place, "Boss", seats=3)
        await proposed(place, "Boss", event, dict.fromkeys(range(1, 9), Need.TREATS))
        first = await events.shared(place.deps, boss, event, today)
        for factor in (0.0, 1000.0):
            async with place.deps.db.write() as uow:
                for number in range(1, 9):
                    value = factor * (9 - number)
                    uow.session.add(
                        UsageRow(
                            customer_id=number, period=f"2026-{factor:.0f}"[:7], product="P", quantity=value
                        )
                    )
                    for kind in ("potential_score", "support", "quantity"):
                        uow.session.add(
                            AssessmentRow(customer_id=number, kind=kind, value=1 + number % 3, on=today)
                        )
                    uow.session.add(
                        TierOverrideRow(
                            customer_id=number,
                            tier="ABC"[(number + int(factor)) % 3],
                            support=1 + number % 3,
                            until=today + timedelta(days=90),
                            reason="x",
                            author_id=boss.id,
                            decided_at=place.clock.now(),
                        )
                    )
                await uow.session.execute(text("UPDATE tier_decision SET tier = 'C', support = 3"))
            again = await events.shared(place.deps, boss, event, today)
            assert again.inputs == first.inputs
            assert again.allocation == first.allocation
            assert again.digest == first.digest
        found = await events.people(place.deps, boss, event, None, today)
        assert sum(found.cells.values()) == 0  # everybody is proposed


async def test_caps_and_topics_count_over_all_events_of_the_company_by_what_became_of_the_seat(
    database_url, tmp_path
):
    async with world(database_url, tmp_path, market="cn") as place:
        await team(place)
        await place.joins("Root", Role.ADMIN)
        boss, now = await place.user("Boss"), place.clock.now()
        for number in range(3):
            event = await described(place, "Root", topic=f"Talk {number}", days_ahead=number)
            await proposed(place, "Root", event, {ADA: Need.ASKED})
            assert await given(place, "Root", event) == [ADA]
        event = await described(place, "Boss", topic="talk, 1!", days_ahead=40)
        await proposed(place, "Boss", event, {ADA: Need.ASKED})

        async def why() -> list[str]:
            shown = await events.shared(place.deps, boss, event, now.date())
            return [reason.code for one in shown.allocation.refused for reason in one.reasons]

        assert await why() == ["seat_repeats"]
        root = await place.user("Root")
        await events.write(place.deps, boss, event, EventField.TOPIC, "Another talk", now)
        assert await why() == ["seat_person_cap"]
        await events.attend(place.deps, root, 1, CustomerId(ADA), now.date(), came=False)  # counts no more
        assert await why() == []
        await events.attend(place.deps, root, 1, CustomerId(ADA), now.date(), came=True)
        assert await why() == ["seat_person_cap"]
        await events.call_off(place.deps, root, 2, now)
        assert await why() == []


async def test_the_record_is_kept_and_replays_on_both_databases(database_url, tmp_path):
    async with world(database_url, tmp_path, market="cn") as place:
        await team(place)
        boss, now = await place.user("Boss"), place.clock.now()
        event = await described(place, "Boss", seats=3, extras=[Extra.ALCOHOL])
        told = await events.specialties(place.deps, boss)
        assert [name for _number, name in told] == ["Cardiology", "Endocrinology"]
        thought = await events.people(place.deps, boss, event, None, now.date())
        assert [one.name for one in thought.customers] == list(NAMES)
        needs = {number: [Need.ASKED, Need.TREATS, Need.NEW][number % 3] for number in range(1, 9)}
        await proposed(place, "Boss", event, needs)
        seated = await given(place, "Boss", event)
        moved = await events.decline(place.deps, boss, event, CustomerId(seated[0]), now)
        found = await events.records(place.deps, boss, event)
        assert [one.record.kind for one in found] == ["given", "moved_up"]
        assert all(one.is_same and one.author == boss for one in found)
        first, second = (one.record for one in found)
        assert [one["id"] for one in first.result["admitted"]] == seated
        assert result_image(allocate(to_inputs(second.inputs))) == second.result
        assert {one["id"] for one in second.result["admitted"]} >= set(seated[1:])
        assert len(moved) <= 1
        assert first.content_version == place.deps.library.version
        assert first.params_version == place.deps.library.events.at(now.date()).version
        forged = {**first.inputs, "seed": "another"}
        assert digest(forged) != first.digest
        assert not replays(
            type(first)(**{**{name: getattr(first, name) for name in first.__slots__}, "inputs": forged})
        )
        names = str([first.inputs, first.result])
        assert not any(name in names for name in ("Ada", "Ben", "Lake", "Cardiology"))


async def test_a_warning_asks_for_a_reason_and_a_change_asks_anew(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss = await team(place)
        user, now = await place.user("Boss"), place.clock.now()
        event = await described(place, "Boss", meal=280)
        view = await events.view(place.deps, user, event, now.date())
        assert [(one.rule.id, one.level) for one in view.warnings] == [("R-MEAL", Level.WARN)]
        with pytest.raises(DomainError, match="event_unfinished"):
            await proposed(place, "Boss", event, {ADA: Need.ASKED})
        await boss.presses(ShowEvent(event).pack())
        await boss.taps("Go on: Your reason")
        await boss.sends("We give the doctors gift cards anyway")  # a reason passes the gate, too
        assert "R-GIFT" in boss.text
        await boss.sends("The house has one menu only, and compliance has seen it")
        assert "Share out the seats" in boss.buttons
        await proposed(place, "Boss", event, {ADA: Need.ASKED})
        await events.tell(place.deps, user, event, EventField.SEATS, 9, now)
        assert (await events.view(place.deps, user, event, now.date())).wants is EventField.COMMENT


async def test_forged_buttons_write_nothing_else_and_a_talk_about_side_effects_is_no_report(
    sqlite_database_url, tmp_path
):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss = await team(place)
        user, now = await place.user("Boss"), place.clock.now()
        topic = "Managing rash after infusion"
        assert place.deps.library.compliance("cn").check_text(topic, Place.PLAN).level is Level.HOLD
        event = await described(place, "Boss", topic=topic)
        view = await events.view(place.deps, user, event, now.date())
        assert view.is_ready  # the words were acknowledged when they were kept
        for field in (EventField.TOPIC, EventField.COMMENT, EventField.DAY):
            await boss.presses(TellEvent(RowId(event), field, RowId(0)).pack())
        await boss.presses(TellEvent(RowId(event), EventField.SEATS, RowId(100_000)).pack())
        assert boss.last_answer == "Please give a whole number from 1 to 500."
        assert (await events.view(place.deps, user, event, now.date())).event == view.event


async def test_what_was_shown_is_what_is_given(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss = await team(place)
        user, now = await place.user("Boss"), place.clock.now()
        event = await described(place, "Boss")
        await proposed(place, "Boss", event, {ADA: Need.ASKED})
        shown = await events.shared(place.deps, user, event, now.date())
        await proposed(place, "Boss", event, {BEN: Need.ASKED})
        await boss.presses(GiveSeats(event, shown.digest).pack())
        assert boss.last_answer == "Something has changed since: please look again"
        view = await events.view(place.deps, user, event, now.date())
        assert view.event.state is EventState.DRAFT
        await boss.taps("Give these seats")
        with pytest.raises(DomainError, match="event_settled"):
            await events.tell(place.deps, user, event, EventField.SEATS, 9, now)


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_while_somebody_is_proposed_the_managers_home_leads_to_the_seats(
    sqlite_database_url, tmp_path, language
):
    _ = words(language)._
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss = await team(place, language)
        event = await described(place, "Boss", seats=2)
        await boss.sends("/start")
        waits = _("Events and seats (%(n)s)", n=1)
        assert waits not in boss.buttons
        await proposed(place, "Boss", event, {BEN: Need.NEW})
        await boss.sends("/start")
        await boss.taps(waits)
        assert _("Events and seats") in boss.text
        user, today = await place.user("Boss"), place.clock.now().date()
        assert await events.to_be_given(place.deps, user, today + timedelta(days=60)) == 0  # it is over
        await given(place, "Boss", event)
        await boss.sends("/start")
        assert waits not in boss.buttons


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_who_registers_late_has_a_free_seat_or_waits_and_keeps_nobody_out(
    sqlite_database_url, tmp_path, language
):
    def _(message, **values):
        return words(language)._(message, **values)

    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss = await team(place, language)
        user, now = await place.user("Boss"), place.clock.now()
        event = await described(place, "Boss", seats=2, registration=True)
        await proposed(place, "Boss", event, {BEN: Need.NEW, FAY: Need.TREATS, GUS: Need.ASKED})
        await events.register(place.deps, user, event, CustomerId(BEN), is_registered=True)
        assert await given(place, "Boss", event) == [BEN]  # one seat stays free
        await boss.presses(ShowSeats(RowId(event)).pack())
        await boss.taps("Gus")
        await boss.taps(_("Has registered"))
        assert boss.last_answer == _("%(name)s is registered and has a seat", name="Gus")
        await boss.taps("Fay")
        await boss.taps(_("Has registered"))
        waits = _("%(name)s is registered and waits: no seat is free for them", name="Fay")
        assert boss.last_answer == waits
        assert "Fay" not in boss.buttons
        view = await events.view(place.deps, user, event, now.date())
        seated = {one.seat.customer_id for one in view.proposed if one.seat.state is SeatState.ADMITTED}
        assert seated == {BEN, GUS}  # Fay's ground weighs more than Ben's, who keeps his seat all the same
        await boss.taps("Ben")
        await boss.taps(_("Gives the seat back"))
        await boss.taps(_("Yes, gives it back"))
        assert boss.last_answer == _("Moves up: %(names)s", names="Fay")
        found = await events.records(place.deps, user, event)
        assert [one.record.kind for one in found] == ["given", "registered", "registered", "moved_up"]
        assert all(one.is_same for one in found)
        await boss.taps(_("Record"))
        assert boss.text.count(_("Registered late")) == 2


async def test_of_two_who_register_late_at_the_same_moment_one_has_the_last_seat(database_url, tmp_path):
    async with world(database_url, tmp_path, market="cn") as place:
        await team(place)
        user, now = await place.user("Boss"), place.clock.now()
        event = await described(place, "Boss", seats=2, registration=True)
        await proposed(place, "Boss", event, {BEN: Need.NEW, FAY: Need.TREATS, GUS: Need.ASKED})
        await events.register(place.deps, user, event, CustomerId(BEN), is_registered=True)
        assert await given(place, "Boss", event) == [BEN]
        late = [events.register_late(place.deps, user, event, CustomerId(one), now) for one in (FAY, GUS)]
        seated = await asyncio.gather(*late)
        assert sorted(map(len, seated)) == [0, 1]
        found = await events.records(place.deps, user, event)
        assert [one.record.kind for one in found] == ["given", "registered", "registered"]
        assert all(one.is_same for one in found)


async def test_registering_late_ends_with_the_day_and_is_nobody_s_who_is_not_proposed(
    sqlite_database_url, tmp_path
):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        await team(place)
        await place.joins("Second Boss", Role.MANAGER)
        user, stranger, now = await place.user("Boss"), await place.user("Second Boss"), place.clock.now()
        event = await described(place, "Boss", days_ahead=2, registration=True)
        await proposed(place, "Boss", event, {BEN: Need.NEW, GUS: Need.TREATS})
        with pytest.raises(DomainError, match="event_settled"):  # not given yet
            await events.register_late(place.deps, user, event, CustomerId(GUS), now)
        await events.register(place.deps, user, event, CustomerId(BEN), is_registered=True)
        await given(place, "Boss", event)
        for other in (BEN, HAL):  # registered already; not proposed
            with pytest.raises(DomainError, match="not_found"):
                await events.register_late(place.deps, user, event, CustomerId(other), now)
        with pytest.raises(DomainError, match="not_found"):  # the event of somebody else
            await events.register_late(place.deps, stranger, event, CustomerId(GUS), now)
        with pytest.raises(DomainError, match="event_settled"):
            await events.register_late(place.deps, user, event, CustomerId(GUS), now + timedelta(days=3))
        assert await events.register_late(place.deps, user, event, CustomerId(GUS), now) == (GUS,)


async def test_a_rep_sees_the_own_customers_alone_and_only_what_is_asked(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        await team(place)
        rep, boss, now = await place.user("Li Na"), await place.user("Boss"), place.clock.now()
        event = await described(place, "Boss")
        await proposed(place, "Boss", event, {ADA: Need.ASKED, BEN: Need.ASKED})  # of Wang Wu, of Li Na
        with pytest.raises(DomainError, match="not_found"):
            await events.view(place.deps, rep, event, now.date())
        await events.ask_reps(place.deps, boss, event, now)
        view = await events.view(place.deps, rep, event, now.date())
        assert [one.customer.name for one in view.proposed if one.customer] == ["Ben"]
        with pytest.raises(DomainError, match="not_found"):
            await proposed(place, "Li Na", event, {CY: Need.ASKED})
        with pytest.raises(DomainError, match="not_found"):
            await events.withdraw(place.deps, rep, event, CustomerId(ADA), now)
        for refused in (events.shared, events.records):
            with pytest.raises(DomainError, match="not_allowed"):
                await refused(place.deps, rep, event, *([now.date()] if refused is events.shared else []))


async def test_whoever_is_forgotten_leaves_a_number_in_the_record(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss = await team(place)
        user, now = await place.user("Boss"), place.clock.now()
        event = await described(place, "Boss", seats=8)
        await proposed(place, "Boss", event, {ADA: Need.ASKED, BEN: Need.ASKED})
        assert sorted(await given(place, "Boss", event)) == [ADA, BEN]
        await boss.sends("/forget Ada")
        await boss.taps("Ada")
        await boss.taps("Yes, erase for good")
        view = await events.view(place.deps, user, event, now.date())
        assert [one.customer.name for one in view.proposed if one.customer] == ["Ben"]
        (kept,) = await events.records(place.deps, user, event)
        assert kept.is_same
        async with place.deps.db.read() as uow:
            states = {one.customer_id: one.state for one in await uow.events.candidates(event)}
        assert states == {BEN: SeatState.ADMITTED}


async def test_two_entries_that_are_one_person_have_one_seat_and_the_record_still_replays(
    sqlite_database_url, tmp_path
):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        await team(place)
        boss, rep, now = await place.user("Boss"), await place.user("Li Na"), place.clock.now()
        event = await described(place, "Boss", seats=8)
        await proposed(place, "Boss", event, {BEN: Need.ASKED, DEE: Need.NEW, FAY: Need.NEW})
        await given(place, "Boss", event)
        twice = await corrections.report(place.deps, rep, CustomerId(DEE), CorrectionKind.DUPLICATE, now)
        await corrections.same_as(place.deps, rep, twice, CustomerId(BEN))
        await merging.approve_duplicate(place.deps, boss, twice, CustomerId(BEN), now=now)
        view = await events.view(place.deps, boss, event, now.date())
        assert [one.customer.name for one in view.proposed if one.customer] == ["Ben", "Fay"]
        assert all(one.is_same for one in await events.records(place.deps, boss, event))
