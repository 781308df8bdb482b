"""Customers as the definitions of coverage see them, and the reasons that follow from them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from domain.calendar import WorkingCalendar
from domain.content.library import load_library
from domain.coverage import proposals
from domain.coverage.definitions import Served
from domain.coverage.frequency import Frequency
from domain.coverage.questions import Sitting, batch_entry, even_days, month_end
from domain.explain import Reason
from domain.ids import CustomerId, QuestionId, RoundId, UserId
from domain.tiering.argument import Doubt, Question, QuestionState
from domain.tiering.model import Cell

Month = tuple[float, float, int, int]

RARE: Month = (1, 5, 4, 6)  # contacts, target, least, most: three missing
FREQUENT_C: Month = (4, 1, 0, 2)  # two above the most, three above the target


def served(
    number: int = 1,
    cell: Cell | None = Cell.A2,
    *,
    rep: int = 1,
    months: Any = ((3, 5, 4, 6),),
    **given: Any,
) -> Served:
    """A customer; `months` are contacts, target, least and most of each."""
    frequencies = tuple(Frequency(*month) for month in months)
    contacts = sum(month.contacts for month in frequencies)
    goal = frequencies[-1].target if frequencies else 0
    fields = {"name": f"Dr {number}", "contacts": contacts, "visits": int(contacts), "goal": goal} | given
    return Served(customer_id=CustomerId(number), rep_id=UserId(rep), cell=cell, months=frequencies, **fields)


def coverage_reasons() -> Iterator[Reason]:
    """One of each code that questions and proposals give."""
    library = load_library()
    params, cadence = library.coverage.versions[0], library.cadence.versions[0]
    days = {date(2026, 11, n): 10 for n in range(2, 10)}
    evening = datetime(2026, 11, 20, 12, tzinfo=UTC)
    asked = Question(
        id=QuestionId(1),
        customer_id=CustomerId(1),
        customer_name="Dr 1",
        rep_id=UserId(1),
        doubt=Doubt.POTENTIAL,
        evidence="seen there",
        asked_at=evening,
        state=QuestionState.OPEN,
        answer="",
        answered_by=None,
        answered_at=None,
    )
    questions = [
        batch_entry([Sitting(evening, 20, 5)], params.batch),
        even_days(days, params.even),
        month_end({date(2026, 11, 30): 40}, date(2026, 11, 1), WorkingCalendar("CN"), params.spike),
    ]
    stuck = served(1, Cell.A3, months=[(4, 4, 2, 4)])
    rare, often = served(2, months=[RARE]), served(3, Cell.C1, months=[FREQUENT_C])
    proposed = [
        proposals.accompany([stuck], {CustomerId(1): Cell.A3}, cadence),
        proposals.accompany([rare], {}, cadence),
        proposals.move_visits([rare, often], cadence),
        proposals.decide_round(RoundId(1), evening.date(), 3),
        proposals.decide_question([asked]),
    ]
    yield from (one for one in questions if one is not None)
    yield from (one.reason for one in proposed if one is not None)
