"""Each rule of a day's plan by itself: what it bars, in which words, and what outweighs it."""

from dataclasses import replace
from datetime import date, time, timedelta
from itertools import pairwise

import pytest

from domain.content.library import load_library
from domain.customers.model import Customer, CustomerStatus, HalfDay, Institution
from domain.planning.model import Appointment, Blocked, RepCalendar, VisitTarget
from domain.planning.plan import coming_days, plan_day, plan_week, replan
from domain.tiering.model import Support, Tier
from domain.visits.model import Channel

LIBRARY = load_library()
MONDAY = date(2026, 11, 2)
PARAMS = LIBRARY.planning_at(MONDAY)
NUMBERS = PARAMS.planning
CALENDAR = LIBRARY.calendar("generic")
REP = RepCalendar(start=time(8, 30), end=time(17, 30))
SEARCH = {"seed": 1, "iterations": 40}


def half_day(weekday, start, end):
    return HalfDay(weekday, time.fromisoformat(start), time.fromisoformat(end))


def hospital(number=1, km=0.0, **known):
    """A hospital so many kilometres north of the first."""
    return Institution(
        id=number, name=f"H{number}", city="Wuhan", lat=30.5 + km / 111.195, lon=114.3, **known
    )


def doctor(number, cell="A2", institution=None, **known):
    customer = {name: known.pop(name) for name in list(known) if name in Customer.__slots__}
    tier, support = (Tier(cell[0]), Support(int(cell[1]))) if cell else (None, None)
    return VisitTarget(
        customer=Customer(
            id=number,
            code=str(number),
            name=f"Doctor {number}",
            owner_id=1,
            institution=institution or hospital(),
            **customer,
        ),
        tier=tier,
        support=support,
        **known,
    )


def plan(targets, *, on=MONDAY, rep=REP, params=PARAMS, calendar=CALENDAR, **more):
    return plan_day(targets, on=on, rep=rep, params=params, calendar=calendar, **SEARCH, **more)


def order(made):
    return [stop.customer.id for stop in made.stops]


def why_left_out(made):
    return {one.customer_id: one.reason.code for one in made.left_out}


def appointment(number, at, on=MONDAY, **more):
    return Appointment(customer_id=number, on=on, start=time.fromisoformat(at), **more)


def changed(**numbers):
    return replace(PARAMS, planning=NUMBERS.model_copy(update=numbers))


# Who is never visited, or not on such a day


@pytest.mark.parametrize(
    ("known", "code"),
    [
        ({"status": CustomerStatus.INACTIVE}, "inactive"),
        ({"is_no_see": True}, "no_see"),
        ({"last_visit": MONDAY}, "visited_today"),
        ({"channels": frozenset({Channel.PHONE})}, "not_face_to_face"),
        ({"by_appointment": True}, "by_appointment"),
        ({"cell": None}, "unrated"),
        ({"cell": "C3"}, "not_planned"),
        ({"snoozed_until": date(2026, 11, 3)}, "snoozed"),
        ({"last_visit": date(2026, 10, 29)}, "too_soon"),
        ({"visits_this_month": 6}, "month_full"),
        ({"contacts_this_month": 6}, "contacts_full"),
    ],
)
def test_a_rule_bars_a_customer_and_is_named(known, code):
    made = plan([doctor(1, **known), doctor(2)])
    assert order(made) == [2]
    assert made.barred[1].code == code
    assert made.hurdles == {code: 1}


@pytest.mark.parametrize(
    "known",
    [
        {"channels": frozenset({Channel.FACE_TO_FACE, Channel.PHONE})},
        {"snoozed_until": MONDAY},
        {"last_visit": date(2026, 10, 28)},
        {"visits_this_month": 5},
        {"contacts_this_month": 5},
    ],
)
def test_at_its_limit_the_rule_no_longer_bars(known):
    assert order(plan([doctor(1, **known)])) == [1]


@pytest.mark.parametrize("promised", [True, False])
def test_who_receives_by_appointment_only_is_visited_when_there_is_one(promised):
    shut, agreed = doctor(1, by_appointment=True), appointment(1, "10:00", promised=promised)
    assert order(plan([shut], appointments=[agreed])) == [1]
    assert order(plan([shut], appointments=[replace(agreed, on=MONDAY + timedelta(1))])) == []


@pytest.mark.parametrize(
    ("cell", "too_soon", "again"),
    [
        ("A1", date(2026, 10, 29), date(2026, 10, 28)),
        ("B1", date(2026, 10, 27), date(2026, 10, 26)),
        ("C1", date(2026, 10, 20), date(2026, 10, 19)),
    ],
)
def test_the_gap_is_counted_in_working_days_by_letter(cell, too_soon, again):
    made = plan([doctor(1, cell, last_visit=too_soon)])
    assert made.stops == ()
    assert made.barred[1].params["on"] == "2026-11-03"
    assert order(plan([doctor(1, cell, last_visit=again)])) == [1]


def test_nobody_is_visited_on_a_weekend_or_on_leave_not_even_by_appointment():
    sunday, leave = date(2026, 11, 1), replace(REP, days_off=frozenset({MONDAY, date(2026, 11, 3)}))
    fixed = [appointment(1, "10:00"), appointment(1, "10:00", on=sunday)]
    weekend, off = (
        plan([doctor(1)], on=sunday, appointments=fixed),
        plan([doctor(1)], rep=leave, appointments=fixed),
    )
    assert weekend.stops == off.stops == ()
    assert weekend.barred[1].code == "not_working_day"
    assert weekend.barred[1].params == {"next": "2026-11-02"}
    assert off.barred[1].code == "day_off"
    assert off.barred[1].params == {"next": "2026-11-04"}


def test_china_works_on_make_up_days_and_rests_in_the_golden_week():
    china = LIBRARY.calendar("cn")
    october = coming_days(date(2025, 9, 26), 6, REP, china)
    assert [day.isoformat() for day in october] == [
        "2025-09-26", "2025-09-28", "2025-09-29", "2025-09-30", "2025-10-09", "2025-10-10",
    ]  # fmt: skip
    saturday = date(2025, 10, 11)
    assert order(plan([doctor(1)], on=saturday, calendar=china)) == [1]
    assert plan([doctor(1)], on=saturday).stops == ()


def test_february_in_china_plans_its_make_up_days():
    china = LIBRARY.calendar("cn")
    days = coming_days(date(2026, 2, 12), 4, REP, china)
    assert [day.isoformat() for day in days] == ["2026-02-12", "2026-02-13", "2026-02-14", "2026-02-24"]
    made = plan_week([doctor(1)], days=days, rep=REP, params=PARAMS, calendar=china, **SEARCH)
    assert [order(day) for day in made] == [[1], [], [], [1]]


# When


@pytest.mark.parametrize(
    ("reception", "best", "starts"),
    [
        ((), (), "08:30"),
        (("10:00", "12:00"), (), "10:00"),
        ((), ("14:00", "15:00"), "14:00"),
        (("10:00", "12:00"), ("11:00", "15:00"), "11:00"),
        (("10:00", "12:00"), ("14:00", "15:00"), "10:00"),
    ],
)
def test_a_visit_begins_within_reception_and_best_times(reception, best, starts):
    place = hospital(reception=tuple(half_day(0, *span) for span in [reception] if span))
    made = plan(
        [doctor(1, institution=place, best_times=tuple(half_day(0, *span) for span in [best] if span))]
    )
    assert [stop.start for stop in made.stops] == [time.fromisoformat(starts)]


def test_best_times_outside_the_reception_hours_are_told():
    place = hospital(reception=(half_day(0, "10:00", "12:00"),))
    made = plan([doctor(1, institution=place, best_times=(half_day(1, "10:00", "12:00"),)), doctor(2)])
    told = {reason.code: reason.params["n"] for reason in made.lacking}
    assert told == {"times_contradict": 1, "no_times": 1}


def test_best_times_on_other_days_than_todays_reception_wait_for_their_day():
    place = hospital(reception=tuple(half_day(day, "10:00", "12:00") for day in range(5)))
    made = plan([doctor(1, institution=place, best_times=(half_day(3, "08:00", "12:00"),))])
    (left,) = made.left_out
    assert (left.reason.code, left.reason.params, left.next) == (
        "no_window",
        {"next": "2026-11-05"},
        date(2026, 11, 5),
    )


def test_a_hospital_without_reception_today_is_named_with_its_next_day():
    made = plan([doctor(1, institution=hospital(reception=(half_day(2, "08:00", "12:00"),)))])
    (left,) = made.left_out
    assert (left.reason.code, left.reason.params["next"]) == ("no_reception", "2026-11-04")


def test_who_is_only_in_on_days_the_rep_never_works_is_never_in():
    made = plan([doctor(1, best_times=(half_day(5, "08:00", "12:00"),))])
    (left,) = made.left_out
    assert (left.reason.code, left.next) == ("never_in", None)


def test_a_visit_begins_ten_minutes_before_closing_at_the_latest():
    fixed = [appointment(1, "10:00", minutes=45)]
    late, early = half_day(0, "10:00", "11:00"), half_day(0, "10:00", "10:58")
    targets = lambda window: [doctor(1), doctor(2, best_times=(window,))]  # noqa: E731
    assert order(plan(targets(late), appointments=fixed)) == [
        1,
        2,
    ]  # 10:45 + 4 = 10:49, ten minutes before 11:00
    assert order(plan(targets(early), appointments=fixed)) == [1]


def test_a_visit_is_over_when_the_day_ends():
    until = half_day(0, "17:00", "19:00")
    assert order(plan([doctor(1, best_times=(until,))])) == [1]
    assert plan([doctor(1, best_times=(half_day(0, "17:11", "19:00"),))]).stops == ()


def test_a_meeting_moves_the_start_and_a_lunch_break_stays_free():
    rep = replace(
        REP,
        blocked=(
            Blocked(start=time(0), end=time(10), weekday=0),
            Blocked(start=time(12), end=time(13)),
            Blocked(start=time(16), end=time(23, 59), on=date(2026, 11, 3)),
        ),
    )
    morning, noon = half_day(0, "08:00", "10:10"), half_day(0, "11:50", "14:00")
    made = plan([doctor(1, best_times=(morning,)), doctor(2, best_times=(noon,))], rep=rep)
    assert [stop.start for stop in made.stops] == [time(10), time(13)]
    tuesday = plan([doctor(1, best_times=(half_day(1, "15:45", "17:00"),))], on=date(2026, 11, 3), rep=rep)
    assert tuesday.stops == ()


# How many


def test_the_day_holds_at_most_the_capacity_less_the_visits_already_made():
    targets = [doctor(n) for n in range(1, 9)]
    seen = replace(targets[7], last_visit=MONDAY)
    rep = replace(REP, capacity=4)
    assert len(plan(targets, rep=rep).stops) == 4
    made = plan([*targets[:7], seen], rep=rep)
    assert len(made.stops) == 3
    assert set(why_left_out(made).values()) == {"capacity_reached"}


def test_without_capacity_nobody_is_planned_and_everybody_is_left_out():
    made = plan([doctor(1), doctor(2)], rep=replace(REP, capacity=0))
    assert made.stops == ()
    assert why_left_out(made) == {1: "capacity_reached", 2: "capacity_reached"}


def test_higher_prices_come_first_when_there_is_not_room_for_all():
    made = plan(
        [doctor(1, "C1"), doctor(2, "B3"), doctor(3, "A2"), doctor(4, "A1")], rep=replace(REP, capacity=2)
    )
    assert sorted(order(made)) == [3, 4]
    assert [one.customer_id for one in made.left_out] == [2, 1]


# Appointments and promises


def test_an_appointment_is_kept_to_the_minute_against_every_rule_about_the_customer():
    shut = hospital(reception=(half_day(4, "08:00", "09:00"),))
    barred = doctor(
        1, "C3", shut, last_visit=date(2026, 10, 30), visits_this_month=9, snoozed_until=date(2027, 1, 1),
        channels=frozenset({Channel.PHONE}),
    )  # fmt: skip
    made = plan([barred, doctor(2)], appointments=[appointment(1, "11:10", minutes=35)])
    stop = next(stop for stop in made.stops if stop.customer.id == 1)
    assert (stop.start, stop.leave) == (time(11, 10), time(11, 45))
    assert stop.appointment is not None
    assert [reason.code for reason in stop.reasons] == ["appointment"]
    assert stop.price == 0


@pytest.mark.parametrize("known", [{"status": CustomerStatus.INACTIVE}, {"is_no_see": True}])
def test_an_appointment_with_somebody_who_sees_nobody_is_not_kept(known):
    made = plan([doctor(1, **known)], appointments=[appointment(1, "10:00")])
    assert made.stops == ()


def test_an_appointment_outside_the_hours_makes_the_day_longer_for_itself_alone():
    base = replace(REP, base=(30.5, 114.3))
    far = doctor(1, institution=hospital(1, km=10))
    early = plan([far, doctor(2, institution=hospital(2))], rep=base, appointments=[appointment(1, "08:00")])
    stops = {stop.customer.id: stop for stop in early.stops}
    assert stops[1].arrive == stops[1].start == time(8)
    assert stops[2].start > time(8, 30)
    late = plan([far, doctor(2)], rep=base, appointments=[appointment(1, "18:30")])
    stops = {stop.customer.id: stop for stop in late.stops}
    assert stops[1].start == time(18, 30)
    assert stops[2].leave <= time(17, 30)


def test_nobody_sets_out_early_for_an_appointment_that_is_not_kept():
    base = replace(REP, base=(30.5, 114.3))
    targets = [doctor(1, institution=hospital(1)), doctor(2, institution=hospital(2, km=8))]
    fixed = [appointment(1, "10:00", minutes=90), appointment(2, "08:30", minutes=90)]
    (stop,) = plan(targets, rep=base, appointments=fixed).stops
    assert stop.arrive >= time(8, 30)


def test_an_early_appointment_that_is_not_kept_makes_nobody_elses_day_earlier():
    base = replace(REP, base=(30.5, 114.3))
    early = half_day(0, "08:30", "08:50")
    targets = [
        doctor(1, institution=hospital(1, km=20), best_times=(early,)),
        doctor(2, institution=hospital(2, km=8), best_times=(early,)),
        doctor(3, institution=hospital(3)),
    ]
    fixed = [appointment(1, "08:00", minutes=300), appointment(3, "10:00", minutes=60)]
    made = plan(targets, rep=replace(base, capacity=2), appointments=fixed)
    assert 2 not in order(made)
    assert len(why_left_out(made)) == 2


def test_two_appointments_too_close_are_kept_a_little_late_or_the_clash_is_named():
    near = [appointment(1, "10:00", minutes=10), appointment(2, "10:10", minutes=10)]
    made = plan([doctor(1), doctor(2)], appointments=near)
    assert [(stop.customer.id, stop.start) for stop in made.stops] == [(1, time(10)), (2, time(10, 14))]
    same = [appointment(1, "10:00", minutes=30), appointment(2, "10:00", minutes=30)]
    made = plan([doctor(1), doctor(2)], appointments=same)
    assert len(made.stops) == 1
    assert set(why_left_out(made).values()) == {"required_clash"}


def test_a_visit_stands_back_before_an_appointment_within_the_gap():
    wednesday = [appointment(1, "10:00", on=date(2026, 11, 4))]
    made = plan([doctor(1)], appointments=wednesday)
    assert made.barred[1].code == "appointment_ahead"
    assert made.barred[1].params["on"] == "2026-11-04"
    thursday = [appointment(1, "10:00", on=date(2026, 11, 5))]
    assert order(plan([doctor(1)], appointments=thursday)) == [1]


def test_a_time_not_agreed_yet_is_a_wish_and_no_must():
    wish = [appointment(1, "15:00", promised=False)]
    targets = [doctor(1, "B3"), doctor(2, "A2")]
    assert {stop.customer.id: stop.start for stop in plan(targets, appointments=wish).stops}[1] == time(15)
    assert order(plan(targets, appointments=wish, rep=replace(REP, capacity=1))) == [2]


def test_a_promise_that_is_due_outweighs_gap_and_maximum_but_not_a_snooze():
    promise = {"next_step": "bring the study", "next_on": MONDAY}
    recent = {"last_visit": date(2026, 10, 30), "visits_this_month": 6}
    (stop,) = plan([doctor(1, **recent, **promise)]).stops
    assert [(reason.code, reason.points) for reason in stop.reasons] == [("promise", NUMBERS.promise)]
    tomorrow = {"next_step": "bring the study", "next_on": date(2026, 11, 3)}
    assert plan([doctor(1, **recent, **tomorrow)]).barred[1].code == "too_soon"
    assert plan([doctor(1, snoozed_until=date(2026, 11, 9), **promise)]).barred[1].code == "snoozed"


def test_only_an_agreed_time_outweighs_the_ceiling_of_contacts_of_all_reps():
    full = {"contacts_this_month": NUMBERS.ceiling}
    promise = {"next_step": "bring the study", "next_on": MONDAY}
    assert plan([doctor(1, **full, **promise)], kept=[1]).barred[1].code == "contacts_full"
    assert order(plan([doctor(1, **full)], appointments=[appointment(1, "10:00")])) == [1]


def test_the_ceiling_counts_the_visits_of_a_week_and_begins_anew_with_the_month():
    days = coming_days(date(2026, 11, 26), 6, REP, CALENDAR)
    made = week([doctor(1, "A2", contacts_this_month=NUMBERS.ceiling)], days)
    assert {plan.on.month for plan in made if plan.stops} == {12}
    nearly = week(
        [doctor(1, "A2", contacts_this_month=NUMBERS.ceiling - 1)], coming_days(MONDAY, 10, REP, CALENDAR)
    )
    assert sum(len(plan.stops) for plan in nearly) == 1


def test_what_is_kept_is_in_the_plan_though_others_are_worth_more():
    targets = [doctor(1, "C2", visits_this_month=2, snoozed_until=date(2026, 11, 9)), doctor(2), doctor(3)]
    made = plan(targets, rep=replace(REP, capacity=2), kept=[1])
    assert 1 in order(made)
    stop = next(stop for stop in made.stops if stop.customer.id == 1)
    assert [reason.code for reason in stop.reasons] == ["kept"]


def test_what_is_kept_still_waits_for_its_gap():
    made = plan([doctor(1, last_visit=date(2026, 10, 30))], kept=[1])
    assert made.barred[1].code == "too_soon"


# Where


def test_a_lone_c_far_away_is_left_out_and_one_on_the_way_is_taken():
    a, alone = doctor(1, "A2"), doctor(2, "C2", hospital(2, km=40))
    made = plan([a, alone])
    assert order(made) == [1]
    (left,) = made.left_out
    assert left.reason.code == "detour"
    assert left.reason.params["minutes"] == 153
    company = plan([a, alone, doctor(3, "A1", hospital(2, km=40))])
    assert sorted(order(company)) == [1, 2, 3]


def test_without_coordinates_hospitals_stay_together_and_the_lack_is_told():
    places = [Institution(id=n, name=f"H{n}", city="Wuhan") for n in (1, 2)]
    targets = [doctor(n, "A2", places[n % 2]) for n in range(1, 9)]
    made = plan(targets)
    here = [stop.customer.institution.id for stop in made.stops]
    assert len(here) == 8
    assert sum(one != other for one, other in pairwise(here)) == 1
    assert {reason.code: reason.params["n"] for reason in made.lacking}["no_coordinates"] == 8


def test_the_base_costs_the_way_to_the_first_stop_and_no_base_none():
    far = [doctor(1, institution=hospital(1, km=10))]
    assert plan(far).travel_minutes == 0
    based = plan(far, rep=replace(REP, base=(30.5, 114.3)))
    # 10 km x 1.35 / 22 km/h = 36.8 minutes, and 6 to come in
    assert based.travel_minutes == 43
    assert based.stops[0].arrive == time(9, 13)
    assert based.value == pytest.approx(based.stops[0].price - 43 * NUMBERS.travel_price)


# What is told


def test_the_reasons_add_up_to_the_price_and_can_be_worked_out_by_hand():
    (stop,) = plan([doctor(1, "B2", visits_this_month=1, factor=1.2)], on=date(2026, 11, 23)).stops
    worth, chances = stop.reasons
    assert worth.points == 0.85 == round(0.75 * 1.2 * 0.95, 2)
    # Nov 23 and 30: two chances, five working days apart; one is missing to the minimum, three to the maximum
    assert (chances.params["left"], chances.params["missing"], chances.params["room"]) == (2, 1, 3)
    assert chances.params["raised"] == 0.79 == round(0.5 * 1 / 1.7 + 0.5 * 1, 2)
    assert chances.points == round(0.85 * 0.79, 2)
    assert stop.price == worth.points + chances.points == 1.52


def test_a_factor_beyond_its_bounds_counts_as_the_bound():
    (stop,) = plan([doctor(1, "A2", factor=9.0)]).stops
    assert stop.reasons[0].params["factor"] == 1.5


def test_waiting_time_is_told_with_whom_it_would_do_for():
    here = hospital(1)
    morning, afternoon = half_day(0, "09:00", "10:00"), half_day(0, "14:00", "16:00")
    targets = [
        doctor(1, "A2", here, best_times=(morning,)),
        doctor(2, "A1", here, best_times=(afternoon,)),
        doctor(3, "C2", here, best_times=(half_day(0, "11:00", "12:00"),)),
        doctor(4, None, here),
        doctor(5, None, hospital(2, km=3)),
    ]
    made = plan(targets, rep=replace(REP, capacity=2))
    spare = made.spare[1]
    assert (spare.start, spare.end, spare.minutes) == (time(9, 24), time(14), 276)
    assert spare.institution == here
    assert spare.drop_by == (3,)
    assert spare.profile == (4,)
    assert made.to_profile == (4, 5)


def test_everybody_is_told_exactly_once():
    targets = [
        doctor(n, cell, hospital(n % 3, km=n % 3))
        for n, cell in enumerate(["A1", "B2", "C3", None, "C1"] * 6)
    ]
    made = plan(targets)
    told = [*order(made), *(one.customer_id for one in made.left_out), *made.barred]
    assert sorted(told) == list(range(30))


def test_no_customers_and_three_customers():
    empty = plan([])
    assert (empty.stops, empty.left_out, empty.value, empty.spare) == ((), (), 0, ())
    assert sorted(order(plan([doctor(1), doctor(2, "B1"), doctor(3, "C1")]))) == [1, 2, 3]


def test_a_day_with_a_change_of_clocks_is_a_day_like_any_other():
    germany = LIBRARY.calendar("generic")
    # On Sunday, 25 October 2026 clocks go back in Europe; a rep in the Gulf works on Sundays.
    works = type(germany)(own={date(2026, 10, 25): True})
    targets = [doctor(n, "A2", hospital(n, km=n)) for n in range(1, 6)]
    sunday, monday = (
        plan(targets, on=day, calendar=works) for day in (date(2026, 10, 25), date(2026, 10, 26))
    )
    assert [stop.start for stop in sunday.stops] == [stop.start for stop in monday.stops]


def test_a_month_with_one_working_day_makes_every_visit_its_last_chance():
    only = type(CALENDAR)(own={date(2026, 11, n): n == 16 for n in range(1, 31)})
    (stop,) = plan([doctor(1)], on=date(2026, 11, 16), calendar=only).stops
    assert stop.reasons[1].params["left"] == 1
    assert stop.price == 2.0
    assert plan([doctor(1)], calendar=only).barred[1].params == {"next": "2026-11-16"}


# Again, when the day breaks


def rest_of(targets, **more):
    return replan(targets, on=MONDAY, rep=REP, params=PARAMS, calendar=CALENDAR, **SEARCH, **more)


def test_a_broken_day_is_planned_from_here_and_now():
    targets = [doctor(1, "A2", hospital(1)), doctor(2, "A2", hospital(2, km=5)), doctor(3, last_visit=MONDAY)]
    made = rest_of(targets, now=time(15), at=2)
    assert order(made) == [2, 1]
    assert made.stops[0].arrive == time(15, 4)
    assert made.stops[1].travel_minutes > 20
    assert rest_of(targets, now=time(15), at=(30.5 + 5 / 111.195, 114.3)).stops[0].customer.id == 2


def test_two_hours_left_end_the_visits_and_what_was_promised_stays():
    targets = [doctor(n, "A2", hospital(n, km=n)) for n in range(1, 8)]
    made = rest_of(targets, now=time(13), until=time(15), at=1, appointments=[appointment(7, "16:00")])
    assert 7 in order(made)
    assert {stop.customer.id: stop.start for stop in made.stops}[7] == time(16)
    assert all(stop.leave <= time(15) for stop in made.stops if stop.customer.id != 7)
    assert len(made.stops) > 2


def test_an_appointment_is_kept_late_rather_than_never_and_one_that_is_over_is_named():
    targets = [doctor(1), doctor(2)]
    fixed = [appointment(1, "10:00"), appointment(2, "09:00")]
    made = rest_of(targets, now=time(10, 5), at=1, appointments=fixed)
    assert [(stop.customer.id, stop.start) for stop in made.stops] == [(1, time(10, 9))]
    assert why_left_out(made) == {2: "appointment_passed"}


def test_after_the_day_nobody_is_planned():
    made = rest_of([doctor(1)], now=time(17, 25))
    assert made.stops == ()


# Weeks and months


def week(targets, days, **more):
    return plan_week(targets, days=days, rep=REP, params=PARAMS, calendar=CALENDAR, **SEARCH, **more)


def test_a_week_keeps_gaps_and_maximum_as_if_every_visit_came_about():
    days = coming_days(MONDAY, 21, REP, CALENDAR)
    made = week([doctor(1, "A2"), doctor(2, "B2"), doctor(3, "C1")], days)
    visits = {number: [day.on for day in made if number in order(day)] for number in (1, 2, 3)}
    assert [len(dates) for dates in visits.values()] == [6, 4, 2]
    for number, gap in ((1, 3), (2, 5), (3, 10)):
        dates = visits[number]
        assert all(CALENDAR.working_days(a, b) >= gap for a, b in pairwise(dates))


def test_a_new_month_begins_to_count_anew():
    days = (date(2026, 11, 30), date(2026, 12, 3))
    made = week([doctor(1, "A2", visits_this_month=5)], days)
    assert [order(day) for day in made] == [[1], [1]]
    assert [day.stops[0].reasons[0].params["number"] for day in made] == [6, 1]


def test_a_promise_kept_in_the_week_is_not_made_twice():
    promised = doctor(1, "C1", visits_this_month=2, next_step="call", next_on=date(2026, 11, 3))
    made = week([promised], coming_days(MONDAY, 5, REP, CALENDAR))
    assert [order(day) for day in made] == [[], [1], [], [], []]


def test_a_week_keeps_who_stays_on_a_day():
    targets = [doctor(n, "A2") for n in range(1, 4)] + [doctor(4, "C1")]
    days = coming_days(MONDAY, 2, REP, CALENDAR)
    rep = replace(REP, capacity=1)
    made = plan_week(
        targets, days=days, rep=rep, params=PARAMS, calendar=CALENDAR, **SEARCH, kept={days[1]: [4]}
    )
    assert order(made[1]) == [4]


def test_a_year_of_leave_still_finds_a_day():
    rep = replace(REP, days_off=frozenset(date.fromordinal(MONDAY.toordinal() + n) for n in range(400)))
    assert plan([doctor(1)], rep=rep).barred[1].params["next"] == "2027-12-07"


# The same again


def test_the_same_input_gives_the_same_plan_in_any_order():
    targets = [doctor(n, ("A1", "B2", "C1")[n % 3], hospital(n % 5, km=2 * (n % 5))) for n in range(30)]
    made = plan(targets)
    assert plan(targets) == made
    assert plan(targets[::-1]) == made


def test_numbers_are_data():
    made = plan([doctor(n) for n in range(5)], params=changed(capacity=2, closing_buffer=0, promise=3.0))
    assert len(made.stops) == 2
