from datetime import date, time

import pytest

from domain.content.library import load_library
from domain.customers.model import Customer, CustomerStatus, HalfDay, Institution
from domain.ids import CustomerId, InstitutionId
from domain.planning.model import VisitTarget
from domain.planning.today import not_listed, plan_today
from domain.tiering.model import Cell

TODAY = date(2026, 11, 17)  # a Tuesday; November 2026 has 21 working days in China
LIBRARY = load_library()
PARAMS = LIBRARY.today.at(TODAY)
CADENCE = LIBRARY.cadence.at(TODAY)
CALENDAR = LIBRARY.calendar("cn")
UNION = Institution(id=InstitutionId(1), name="Union Hospital", city="Wuhan")
TONGJI = Institution(id=InstitutionId(2), name="Tongji Hospital", city="Wuhan")
PEOPLES = Institution(id=InstitutionId(3), name="People's Hospital", city="Wuhan")


def target(number, cell="A2", *, at=UNION, last=date(2026, 11, 2), **more):
    """A customer named c01, c02, ..., last seen eleven working days before TODAY."""
    of_customer = {
        key: more.pop(key) for key in ("name", "city", "best_times", "is_no_see", "status") if key in more
    }
    customer = Customer(
        id=CustomerId(number),
        code=str(number),
        owner_id=None,
        institution=at,
        **{"name": f"c{number:02}", **of_customer},
    )
    tier, support = (Cell(cell).tier, Cell(cell).support) if cell else (None, None)
    return VisitTarget(**{"customer": customer, "tier": tier, "support": support, "last_visit": last, **more})


def plan(*targets, today=TODAY, **more):
    return plan_today(targets, today=today, params=PARAMS, cadence=CADENCE, calendar=CALENDAR, **more)


def why_not(one, today=TODAY):
    return not_listed(one, today=today, params=PARAMS, cadence=CADENCE, calendar=CALENDAR)


def names(day):
    return [line.customer.name for line in day.lines]


def test_a_line_says_the_numbers_of_its_score():
    (line,) = plan(target(1, "B2", last=date(2026, 11, 5))).lines
    (reason,) = line.reasons
    assert reason.code == "cadence"
    assert reason.params == {
        "cell": "B2",
        "days": 8,
        "interval": 7.0,  # 21 working days / 3 visits
        "weight": 0.75,
        "urgency": 1.14,
        "capped": False,
        "last": "2026-11-05",
    }
    assert line.score == reason.points == 0.85 == round(0.75 * 1.14, 2)


def test_being_overdue_counts_no_more_than_the_cap():
    (line,) = plan(target(1, "A2", last=date(2026, 3, 2))).lines
    assert line.reasons[0].params["urgency"] == 3
    assert line.reasons[0].params["capped"]
    assert line.score == 3.0


def test_a_due_promise_and_a_best_time_add_their_points():
    best = (HalfDay(1, time(14), time(17)), HalfDay(1, time(8, 30), time(10)), HalfDay(2, time(8), time(9)))
    one = target(1, next_step="bring the trial data", next_on=date(2026, 11, 16), best_times=best)
    (line,) = plan(one).lines
    assert [reason.code for reason in line.reasons] == ["cadence", "promise", "best_time"]
    assert line.reasons[1].params == {"step": "bring the trial data", "on": "2026-11-16", "days_late": 1}
    assert line.reasons[2].params == {"start": "08:30", "end": "10:00"}
    assert [reason.points for reason in line.reasons] == [2.62, 0.5, 0.1]
    assert line.score == 3.22


def test_a_due_promise_passes_the_gate_and_a_later_one_does_not():
    yesterday = date(2026, 11, 16)
    due = target(1, last=yesterday, next_step="call back", next_on=TODAY)
    later = target(2, last=yesterday, next_step="call back", next_on=date(2026, 11, 18))
    empty = target(3, last=yesterday, next_step="", next_on=TODAY)
    assert names(plan(due, later, empty)) == ["c01"]
    assert why_not(later).code == why_not(empty).code == "not_due"


@pytest.mark.parametrize(("last", "listed"), [(date(2026, 11, 13), False), (date(2026, 11, 12), True)])
def test_the_gate_is_seventy_percent_of_the_interval(last, listed):
    one = target(1, "A2", last=last)  # interval 4.2 working days, open from the third
    assert bool(plan(one).lines) is listed
    reason = why_not(one)
    if listed:
        assert reason is None
    else:
        assert reason.params == {"cell": "A2", "days": 2, "interval": 4.2, "on": "2026-11-18"}


def test_a_rated_customer_without_any_visit_has_a_reason_of_its_own():
    (line,) = plan(target(1, "A3", last=None)).lines
    (reason,) = line.reasons
    assert (reason.code, reason.params) == ("no_visit", {"cell": "A3", "weight": 0.8, "urgency": 1.5})
    assert line.score == 1.2


def test_half_a_visit_a_month_means_every_second_month():
    assert why_not(target(1, "C2", last=date(2026, 10, 12))).params["interval"] == 42.0
    assert why_not(target(1, "C2", last=date(2026, 9, 18))) is None


MORNING = HalfDay(0, time(8), time(12))
CLOSED = Institution(id=InstitutionId(9), name="Closed on Tuesdays", reception=(MORNING,))


@pytest.mark.parametrize(
    ("one", "code", "numbers"),
    [
        (target(1, status=CustomerStatus.INACTIVE), "inactive", {}),
        (target(1, is_no_see=True), "no_see", {}),
        (target(1, last=TODAY), "visited_today", {}),
        (target(1, snoozed_until=date(2026, 11, 18)), "snoozed", {"until": "2026-11-18"}),
        (target(1, "C3"), "not_planned", {"cell": "C3"}),
        pytest.param(
            target(1, "C3", next_step="x", next_on=TODAY), "not_planned", {"cell": "C3"}, id="c3_promised"
        ),
        (target(1, at=CLOSED), "no_reception", {"next": "2026-11-23"}),
        (target(1, None), "unrated", {"tier": None, "support": None}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_who_is_never_listed_and_why(one, code, numbers):
    day = plan(one)
    assert day.lines == ()
    assert day.hurdles == {code: 1}
    reason = why_not(one)
    assert (reason.code, dict(reason.params)) == (code, numbers)


def test_a_snooze_ends_on_its_day():
    assert names(plan(target(1, snoozed_until=TODAY))) == ["c01"]


def test_an_institution_with_known_reception_days_is_visited_on_them():
    open_today = Institution(id=InstitutionId(9), name="Open", reception=(HalfDay(1, time(8), time(12)),))
    assert names(plan(target(1, at=open_today))) == ["c01"]


def test_an_institution_that_receives_only_on_saturdays_is_still_given_a_date():
    saturdays = Institution(id=InstitutionId(9), name="Sat", reception=(HalfDay(5, time(8), time(12)),))
    assert why_not(target(1, at=saturdays)).params == {"next": "2026-11-21"}


def test_lines_are_grouped_by_institution_and_ranked_as_displayed():
    day = plan(
        target(1, "B3", at=UNION),
        target(2, "A2", at=UNION),
        target(3, "A1", at=TONGJI),
        target(4, "C1", at=None, city="Xiangyang", last=date(2026, 3, 2)),
        target(5, "C1", at=None, city="Xiangyang", last=date(2026, 3, 2)),
    )
    assert [block.institution and block.institution.name for block in day.blocks] == [
        "Union Hospital",
        "Tongji Hospital",
        None,
    ]
    assert day.blocks[2].city == "Xiangyang"
    assert names(day) == ["c02", "c01", "c03", "c04", "c05"]
    assert [line.rank for line in day.lines] == [1, 2, 3, 4, 5]


def test_the_capacity_holds_and_the_rest_is_counted():
    targets = [target(number) for number in range(1, 31)]
    assert len(plan(*targets).lines) == PARAMS.capacity == 12
    assert plan(*targets).left_out == 18
    assert len(plan(*targets, capacity=3).lines) == 3


def test_visits_already_made_today_use_up_the_capacity():
    day = plan(target(1, last=TODAY), target(2), target(3), capacity=2)
    assert names(day) == ["c02"]
    full = plan(target(1, last=TODAY), target(2), capacity=1)
    assert [reason.code for reason in full.instead] == ["day_full", "next_due"]
    assert full.instead[0].params == {"visited": 1, "left_out": 1}


def test_a_tie_goes_to_an_institution_already_on_the_list():
    day = plan(
        target(1, at=PEOPLES, name="best", last=date(2026, 10, 27)),
        target(2, at=TONGJI, name="a"),
        target(3, at=PEOPLES, name="z"),
        capacity=2,
    )
    assert names(day) == ["best", "z"]


def test_a_tie_goes_by_potential_then_name_then_id():
    day = plan(target(2, name="same"), target(1, name="same"), target(3, name="earlier"))
    assert [line.customer.id for line in day.lines] == [3, 1, 2]
    long_ago = date(2025, 1, 2)
    both = plan(
        target(1, "B1", at=None, last=long_ago, next_step="x", next_on=TODAY, name="a"),  # 2.10 + 0.50
        target(2, "A2", at=None, last=date(2026, 11, 2), name="b"),  # 2.62
        target(3, "A1", at=None, last=date(2026, 11, 2), name="c"),  # 0.9 x 2.62 = 2.36
    )
    assert names(both) == ["b", "a", "c"]


def test_the_unrated_have_a_small_bucket_of_their_own_that_says_what_is_missing():
    unrated = [target(number, None) for number in range(1, 6)]
    letter_only = target(7, None, tier=Cell.A1.tier)
    promised = target(8, None, next_step="send it", next_on=TODAY)
    day = plan(*unrated, letter_only, promised, target(9))
    assert names(day) == ["c09"]
    assert [line.customer.name for line in day.to_profile] == ["c08", "c07", "c01"]
    assert [[reason.code for reason in line.reasons] for line in day.to_profile] == [
        ["profile_potential", "profile_support", "promise"],
        ["profile_support"],
        ["profile_potential", "profile_support"],
    ]
    assert day.hurdles == {"unrated": 7}


def test_a_holiday_offers_nothing_and_names_the_next_working_day():
    day = plan(target(1), target(2, None), today=date(2026, 10, 3))
    assert (day.lines, day.to_profile) == ((), ())
    (reason,) = day.instead
    assert (reason.code, reason.params) == ("not_working_day", {"next": "2026-10-08"})


def test_a_make_up_saturday_is_a_day_like_any_other():
    assert names(plan(target(1, last=date(2026, 9, 1)), today=date(2026, 10, 10))) == ["c01"]


def test_when_nothing_is_due_the_most_useful_is_named():
    day = plan(
        target(1, "A2", last=date(2026, 11, 13)),
        target(2, "A1", last=date(2026, 11, 16)),
        target(3, None),
        target(4, None),
    )
    assert [reason.code for reason in day.instead] == ["nothing_due", "to_profile", "next_due"]
    assert day.instead[1].params == {"n": 2}
    assert day.instead[2].params == {
        "customer_id": 1,
        "name": "c01",
        "cell": "A2",
        "on": "2026-11-18",
        "n": 1,
    }
    assert [reason.code for reason in plan().instead] == ["no_customers"]
    assert plan(target(1)).instead == ()


def test_the_pace_counts_visits_up_to_the_maximum_of_each_cell():
    day = plan(
        target(1, "A2", visits_this_month=9),  # of at most 6
        target(2, "B3", visits_this_month=1),
        target(3, "C2", visits_this_month=0),
        target(4, "C3", visits_this_month=3),
        target(5, None, visits_this_month=3),
        target(6, "A1", visits_this_month=3, is_no_see=True),
    )
    assert (day.pace.done, day.pace.goal) == (7, 8)  # 5 + 2 + 0.5
    assert (day.pace.low, day.pace.high) == (8 * 11 // 21, -(-8 * 12 // 21))


def test_the_order_of_the_customers_never_matters():
    targets = [target(number, "A2" if number % 2 else "B1", at=UNION) for number in range(1, 20)]
    assert plan(*targets) == plan(*reversed(targets))


def test_a_year_without_its_holiday_notice_is_flagged():
    assert not plan(target(1)).provisional
    assert plan(target(1), today=date(2037, 11, 17)).provisional
