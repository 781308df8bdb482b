"""Every reason for which a manager is asked to come along, from proposals that are really made."""

from collections.abc import Iterator
from datetime import date, timedelta

from domain.content.library import load_library
from domain.explain import Reason
from domain.ids import CustomerId, UserId
from domain.jointvisits.proposals import Candidate, doubt, proposals
from domain.tiering.model import Cell

_TODAY = date(2026, 11, 23)
_LONG_AGO, _LATELY = _TODAY - timedelta(days=200), _TODAY - timedelta(days=3)


def joint_reasons() -> Iterator[Reason]:
    """Stuck, refused, slipped, new and expert, and the question that a C asks."""
    known: list[tuple[Cell, date, dict[str, object]]] = [
        (Cell.A2, _LONG_AGO, {"met": 6}),
        (Cell.A3, _LONG_AGO, {"refused": 3}),
        (Cell.A2, _LATELY, {"came_from": Cell.A1}),
        (Cell.B1, _LATELY, {"came_from": Cell.C1}),
        (Cell.A1, _LONG_AGO, {"is_kol": True}),
    ]
    people = [
        Candidate(
            rep_id=UserId(number),
            customer_id=CustomerId(number),
            name=f"Doctor {number}",
            cell=cell,
            since=since,
            **more,  # type: ignore[arg-type]
        )
        for number, (cell, since, more) in enumerate(known, 1)
    ]
    for one in proposals(people, load_library().jointvisits.at(_TODAY), _TODAY):
        yield from one.reasons
    asked = doubt(Cell.C1)
    if asked is not None:
        yield asked
