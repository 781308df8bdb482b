"""When somebody is to be looked at again."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.content.library import load_library
from domain.ids import CustomerId, UserId
from domain.tiering.review import (
    EventKind,
    ReviewEvent,
    due_reviews,
    has_changed,
    months_after,
    since_last_look,
)
from domain.tiering.whatif import Standing

TODAY = date(2026, 11, 23)
PARAMS = load_library().review.at(TODAY)


def standing(**days: date | None) -> Standing:
    known = {"decided_on": None, "potential_on": None, "support_on": None} | days
    return Standing(
        id=CustomerId(1),
        name="Doctor",
        owner_id=UserId(1),
        is_no_see=False,
        computed=None,
        by_hand=None,
        **known,
    )


def is_due(one: Standing, last_round: date | None = None) -> tuple[bool, bool]:
    found = due_reviews([one], last_round, TODAY, PARAMS, {})
    return bool(found.potential), bool(found.support)


@pytest.mark.parametrize(
    ("one", "last_round", "expected"),
    [
        (standing(), None, (True, True)),
        (standing(potential_on=date(2026, 8, 23)), None, (True, True)),
        (standing(potential_on=date(2026, 8, 24)), None, (False, True)),
        (standing(support_on=date(2026, 10, 23)), None, (True, True)),
        (standing(support_on=date(2026, 10, 24)), None, (True, False)),
        (standing(decided_on=date(2026, 11, 1)), None, (False, False)),
        (standing(), date(2026, 10, 1), (False, True)),
        (standing(support_on=date(2026, 1, 1)), date(2026, 11, 1), (False, False)),
    ],
)
def test_potential_is_due_quarterly_and_support_monthly_since_the_last_look(one, last_round, expected):
    assert is_due(one, last_round) == expected


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 1, 15), 12, date(2027, 1, 15)),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last_of_the_month(day, months, then):
    assert months_after(day, months) == then


def test_due_customers_are_listed_by_name():
    people = [
        Standing(
            id=CustomerId(number),
            name=name,
            owner_id=None,
            is_no_see=False,
            computed=None,
            by_hand=None,
            decided_on=None,
            potential_on=None,
            support_on=None,
        )
        for number, name in enumerate(("Zhou", "Bai", "Li"))
    ]
    assert [one.name for one in due_reviews(people, None, TODAY, PARAMS, {}).potential] == [
        "Bai",
        "Li",
        "Zhou",
    ]


NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def event(kind=EventKind.TITLE, noted_at=NOON):
    return ReviewEvent(kind=kind, on=noted_at.date(), noted_at=noted_at, before="a", after="b")


def test_an_event_makes_potential_due_before_its_time_and_leaves_support_alone():
    fresh = standing(decided_on=date(2026, 11, 22))
    assert is_due(fresh) == (False, False)
    found = due_reviews([fresh], date(2026, 11, 22), TODAY, PARAMS, {fresh.id: (event(),)})
    assert (found.potential, found.support) == ((fresh,), ())
    assert (found.by_event, found.by_date) == ((fresh,), ())


def test_who_is_due_by_date_alone_is_told_apart():
    old = standing(potential_on=date(2026, 1, 1))
    found = due_reviews([old], None, TODAY, PARAMS, {})
    assert (found.by_event, found.by_date) == ((), (old,))


def test_an_event_waits_until_somebody_has_looked_after_it():
    title, transfer = event(), event(EventKind.TRANSFER, NOON - HOUR)
    assert since_last_look([title, transfer], []) == (transfer, title)
    assert since_last_look([title, transfer], [None, NOON - HOUR]) == (title,)
    assert since_last_look([title, transfer], [NOON - HOUR, NOON]) == ()
    assert since_last_look([title], [NOON - timedelta(seconds=1)]) == (title,)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("Attending", "Chief physician", True),
        ("", "Chief physician", False),  # filled in
        ("Attending", "", False),
        ("Chief  Physician", "chief physician", False),  # spelt differently
        ("主任医师", "主任 医师", False),
        ("主治医师", "主任医师", True),
    ],
)
def test_only_another_value_is_a_change(before, after, expected):
    assert has_changed(before, after) is expected
