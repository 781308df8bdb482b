"""Customers as the definitions of coverage see them, and the reasons that follow from them."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd

from domain.calendar import WorkingCalendar
from domain.content.library import load_library
from domain.coverage import proposals
from domain.coverage.definitions import Served
from domain.coverage.figures import RepFigures, figures
from domain.coverage.frequency import Frequency
from domain.coverage.period import Period, Span
from domain.coverage.questions import Sitting, batch_entry, even_days, month_end
from domain.coverage.report import Before, Coverage
from domain.explain import Reason
from domain.ids import CustomerId, QuestionId, RoundId, UserId
from domain.tiering.argument import Doubt, Question, QuestionState
from domain.tiering.model import Cell, Tier
from domain.tiering.movement import movement

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
        *proposals.accompany([stuck], {CustomerId(1): Cell.A3}, cadence),
        *proposals.accompany([rare], {}, cadence),
        *proposals.move_visits([rare, often], cadence),
        proposals.decide_round(RoundId(1), evening.date(), 3),
        proposals.decide_question([asked]),
    ]
    yield from (one for one in questions if one is not None)
    yield from (one.reason for one in proposed if one is not None)


def reported(those: Sequence[Served] = ()) -> Coverage:
    """What is reported of some customers of one rep in the third quarter of 2026."""
    params, period = load_library().coverage.versions[0], Period.of(Span.QUARTER, date(2026, 9, 30))
    nobody: pd.Series[str] = pd.Series(dtype="str")
    of_tiers = {
        tier: figures([one for one in those if one.tier is tier], params)
        for tier in Tier
        if any(one.tier is tier for one in those)
    }
    return Coverage(
        period=period,
        today=date(2026, 11, 23),
        whom=None,
        units=(),
        reps={},
        served=tuple(those),
        whole=figures(those, params),
        work=RepFigures(letters={}),
        tiers=of_tiers,
        cells={},
        hospitals=(),
        compared=(period.before.first, period.before.last),
        before=Before({}, {}),
        under=(),
        over=(),
        movement=movement(nobody, nobody, load_library().analysis.versions[0].movement),
        moved=(),
        dismissals={},
        questions=(),
        time=None,
        proposals=(),
        cadence=load_library().cadence.versions[0],
        params=params,
    )
