"""Rows about who refuses data collection, and about entries that were merged into another."""

from datetime import date
from typing import Any

import pytest

from domain.importing.keys import customer_key, institution_key
from domain.importing.model import (
    Action,
    Alias,
    CustomerDraft,
    Existing,
    Kind,
    Source,
    UsageDraft,
    VisitDraft,
)
from domain.importing.planning import plan_import
from domain.importing.refusals import NOBODY, Refusals, fingerprints

SECRET = "a key of this installation"
PLACE = institution_key(None, "Lake Hospital")
GONE = Refusals(SECRET, frozenset(fingerprints(SECRET, "D-7", "Ida Novak", {PLACE})))


def source(row: int) -> Source:
    return Source("list.csv", "", row)


def customer(
    row: int, name: str, code: str | None = None, place: str | None = None, **more: Any
) -> CustomerDraft:
    return CustomerDraft(source=source(row), name=name, code=code, institution=place, **more)


@pytest.mark.parametrize(
    ("code", "name", "place", "covered"),
    [
        ("D-7", "Anybody", None, True),
        (" d-7", "Anybody", "Elsewhere", True),
        (None, "IDA  NOVAK", "lake hospital", True),
        ("D-8", "Ida Novak", "Lake Hospital", True),
        (None, "Ida Novak", "Elsewhere", False),  # another person of that name
        (None, "Ida Novak", None, False),
        ("D-77", "Ina Novak", "Lake Hospital", False),
    ],
)
def test_who_refuses_is_known_by_code_or_by_name_and_hospital(code, name, place, covered):
    plan = plan_import([customer(2, name, code, place)], Existing({}, refusals=GONE))
    assert [(one.code, dict(one.params)) for one in plan.issues] == ([("refused", {})] if covered else [])
    assert plan.count(Kind.CUSTOMER, Action.NEW) == (0 if covered else 1)


def test_what_is_known_of_them_is_left_out_too_and_does_not_name_them():
    rows = [
        VisitDraft(source=source(2), customer="D-7", on=date(2026, 11, 2)),
        UsageDraft(source=source(3), customer="Ida Novak", institution="Lake Hospital", period="2026",
                   product="Examplin", quantity=1.0),
    ]  # fmt: skip
    plan = plan_import(rows, Existing({}, refusals=GONE))
    assert plan.changes == ()
    assert [(one.code, dict(one.params)) for one in plan.issues] == [("refused", {})] * 2


def test_a_namesake_who_is_on_the_list_is_still_updated():
    key = customer_key("D-9", "Ida Novak", PLACE, None)
    rows = {
        Kind.INSTITUTION: {PLACE: {"name": "Lake Hospital"}},
        Kind.CUSTOMER: {key: {"code": "D-9", "name": "Ida Novak", "institution": PLACE, "title": ""}},
    }
    plan = plan_import(
        [customer(2, "Ida Novak", "D-9", "Lake Hospital", title="Professor")], Existing(rows, refusals=GONE)
    )
    assert plan.issues == ()
    assert plan.count(Kind.CUSTOMER, Action.CHANGED) == 1


def test_a_fingerprint_needs_the_key_and_tells_nothing():
    made = fingerprints(SECRET, "D-7", "Ida Novak", {PLACE})
    assert made.isdisjoint(fingerprints("another key", "D-7", "Ida Novak", {PLACE}))
    assert len(made) == 2
    assert all(len(one) == 64 and int(one, 16) for one in made)
    assert not NOBODY.covers("D-7", "Ida Novak", {PLACE})


# Entries that were merged


KEPT = customer_key("D-1", "Wang Fang", PLACE, "Cardiology")
MERGED = Existing(
    {
        Kind.INSTITUTION: {PLACE: {"name": "Lake Hospital"}},
        Kind.CUSTOMER: {
            KEPT: {
                "code": "D-1",
                "name": "Wang Fang",
                "institution": PLACE,
                "department": "Cardiology",
                "title": "Attending",
            }
        },
    },
    aliases=[
        Alias(KEPT, {"code": "D-2", "name": "Wang Fan", "institution": PLACE, "department": ""}),
    ],
)


@pytest.mark.parametrize(
    "row", [customer(2, "Wang Fan", "D-2", "Lake Hospital"), customer(2, "Wang Fan", None, "Lake Hospital")]
)
def test_a_row_about_the_entry_that_is_gone_speaks_of_the_one_that_was_kept(row):
    plan = plan_import([CustomerDraft(**(as_dict(row) | {"title": "Professor"}))], MERGED)
    [change] = plan.changes
    assert (change.key, change.fields) == (KEPT, ("title",))
    assert (change.draft.name, change.draft.code) == ("Wang Fang", None)
    assert [(one.code, one.rejected) for one in plan.issues] == [("merged_row", False)]


def test_the_own_row_goes_before_the_one_that_is_gone_whatever_their_order():
    own = customer(3, "Wang Fang", "D-1", "Lake Hospital", title="Attending")
    other = customer(2, "Wang Fan", "D-2", "Lake Hospital", title="Professor")
    for rows in ([own, other], [other, own]):
        plan = plan_import(rows, MERGED)
        assert [one.action for one in plan.changes if one.kind is Kind.CUSTOMER] == [Action.UNCHANGED]
        assert [one.code for one in plan.issues] == ["merged_row"]


def test_usage_under_both_codes_adds_up_as_it_did():
    rows = [
        UsageDraft(source=source(row), customer=code, period="2026", product="Examplin", quantity=units)
        for row, code, units in ((2, "D-1", 3.0), (3, "D-2", 5.0))
    ]
    [change] = plan_import(rows, MERGED).changes
    assert (change.draft.customer, change.draft.quantity) == (KEPT, 8.0)


def as_dict(draft: CustomerDraft) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in draft.__slots__}
