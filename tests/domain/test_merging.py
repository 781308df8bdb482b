"""Which entries may be one person, and what the entry that is kept says then."""

from dataclasses import replace
from datetime import date

import pytest

from domain.customers.merging import combined, filled, twins
from domain.customers.model import Customer, Institution
from domain.customers.search import NameIndex, SearchEntry
from domain.ids import CustomerId, InstitutionId, UserId
from domain.tiering.model import Support
from domain.visits.log import Told
from domain.visits.states import Result

FIRST = Institution(id=InstitutionId(1), name="省人民医院")
SECOND = Institution(id=InstitutionId(2), name="市二医院")


def doctor(number: int, name: str, place: Institution = FIRST, department: str = "") -> Customer:
    return Customer(
        id=CustomerId(number),
        code="",
        name=name,
        owner_id=UserId(1),
        institution=place,
        department=department,
    )


def found(customer: Customer, others: list[Customer]) -> list[int]:
    index = NameIndex([SearchEntry(one.id, one.name) for one in others])
    return [one.id for one in twins(customer, index.find(customer.name, 20), others)]


@pytest.mark.parametrize(
    ("name", "other"),
    [("王芳", "王芳"), ("王芳", "王方"), ("Emil Novak", "Emil Nowak")],
)
def test_the_same_name_in_another_spelling_may_be_the_same_person(name, other):
    assert found(doctor(1, name), [doctor(2, other), doctor(3, "李雷")]) == [2]


def test_the_same_hospital_and_department_come_first():
    here = doctor(1, "王芳", FIRST, "心内科")
    others = [
        doctor(2, "王芳", SECOND),
        doctor(3, "王芳", FIRST, "骨科"),
        doctor(4, "王芳", FIRST, " 心内科"),
    ]
    assert found(here, others) == [4, 3, 2]


SILENT = {
    "code": None,
    "institution_id": None,
    "city": "",
    "district": "",
    "lat": None,
    "lon": None,
    "department": "",
    "title": "",
    "title_rank": None,
    "specialty": "",
    "best_times": [],
    "note": "",
    "is_kol": False,
    "is_no_see": False,
    "by_appointment": False,
}


def test_what_the_kept_entry_says_stays_and_what_it_lacks_is_taken_over_in_groups():
    kept = SILENT | {"title": "主治医师", "title_rank": None, "lat": 30.0, "note": "kept"}
    gone = SILENT | {
        "code": "D2",
        "institution_id": 7,
        "city": "Wuhan",
        "title": "主任医师",
        "title_rank": "senior",
        "note": "gone",
        "is_kol": True,
    }
    assert filled(kept, gone) == {
        "code": "D2",
        "institution_id": 7,
        "city": "Wuhan",
        "lat": None,  # a place is one thing: not the pin of one hospital and the city of another
        "is_kol": True,
    }


def test_nothing_is_taken_from_an_entry_that_says_nothing():
    assert filled(SILENT | {"note": "kept", "is_kol": True}, SILENT) == {}


def test_a_visit_says_what_both_say():
    kept = Told(note="morning", topics=("efficacy",), support=Support.SECOND_CHOICE)
    gone = Told(note="ward round", topics=("dosing", "efficacy"), promise="study", next_on=date(2026, 12, 1))
    assert combined(kept, gone) == Told(
        note="morning / ward round",
        topics=("efficacy", "dosing"),
        support=Support.SECOND_CHOICE,
        promise="study",
        next_on=date(2026, 12, 1),
    )


@pytest.mark.parametrize(
    ("mine", "theirs", "result"),
    [
        (Result.ABSENT, Result.MET, Result.MET),
        (Result.MET, Result.ABSENT, Result.MET),
        (Result.SHORT, Result.MET, Result.SHORT),
        (Result.ABSENT, Result.REFUSED, Result.ABSENT),
    ],
)
def test_a_visit_that_took_place_goes_before_one_that_did_not(mine, theirs, result):
    assert combined(Told(result=mine), Told(result=theirs)).result is result


def test_notes_that_do_not_fit_one_after_the_other_are_not_cut():
    kept = Told(note="a" * 300)
    assert combined(kept, Told(note="b" * 300)).note == "a" * 300
    assert combined(kept, replace(kept)).note == "a" * 300
