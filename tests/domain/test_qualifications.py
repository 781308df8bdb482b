"""What must be renewed: who is locked by which rule, and when a reminder is due."""

from datetime import date, timedelta

import pytest
from pydantic import ValidationError

from domain.compliance.facts import Standing
from domain.content.library import load_library
from domain.people.qualifications import (
    QualificationKind,
    QualificationParams,
    facts,
    lapsed,
    qualifications,
    reminder,
)

LIBRARY = load_library()
PARAMS = LIBRARY.qualifications.at(date(2026, 11, 23))
FILING, TRAINING = QualificationKind.FILING, QualificationKind.TRAINING
TODAY = date(2026, 11, 23)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("market", "until", "locked"),
    [
        ("cn", {}, set()),
        ("cn", {FILING: None, TRAINING: None}, set()),
        ("cn", {FILING: TODAY, TRAINING: TOMORROW}, set()),
        ("cn", {FILING: YESTERDAY, TRAINING: TODAY}, {"R-VISIT-2"}),
        ("cn", {TRAINING: YESTERDAY}, {"R-TRAIN"}),
        ("cn", {FILING: YESTERDAY, TRAINING: YESTERDAY}, {"R-VISIT-2", "R-TRAIN"}),
        ("us", {FILING: YESTERDAY}, set()),
        ("us", {TRAINING: YESTERDAY}, {"R-TRAIN"}),
        ("generic", {FILING: YESTERDAY, TRAINING: TODAY}, set()),
    ],
)
def test_the_rules_of_the_market_say_what_a_date_that_has_passed_locks(market, until, locked):
    gate = LIBRARY.compliance(market)
    known = qualifications(gate, until, TODAY)
    assert {one.rule for one in lapsed(gate, known)} == locked
    assert [one.kind for one in known] == ([FILING, TRAINING] if market == "cn" else [TRAINING])


def test_what_nobody_has_told_is_unknown_and_warned_of():
    person = facts({TRAINING: YESTERDAY}, TODAY)
    assert (person.filing, person.training) == (Standing.UNKNOWN, Standing.EXPIRED)
    found = {one.rule: one.level.value for one in LIBRARY.compliance("cn").check(person).findings}
    assert found == {"R-VISIT-2": "warn", "R-TRAIN": "block"}


@pytest.mark.parametrize(
    ("left", "due_before"),  # days to the last valid day, and the day of the reminder that holds
    [(31, None), (30, 30), (29, 30), (8, 30), (7, 7), (0, 7), (-1, None)],
)
def test_a_reminder_holds_from_its_day_until_the_next_and_ends_with_the_date(left, due_before):
    until = TODAY + timedelta(days=left)
    expected = None if due_before is None else until - timedelta(days=due_before)
    assert reminder(until, TODAY, PARAMS) == expected


def test_reminders_that_do_not_fall_are_a_mistake_of_the_file():
    version = PARAMS.model_dump(by_alias=True) | {"remind": (7, 30)}
    with pytest.raises(ValidationError, match="do not fall"):
        QualificationParams.model_validate(version)
