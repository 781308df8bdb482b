"""Every reason that a sharing of seats gives, from sharings that are really made."""

from collections.abc import Iterator

from domain.explain import Reason
from domain.resources.allocation import Contender, Inputs, Limits, Need, Points, allocate

_POINTS = Points(asked=3, treats=2, new=2, expert=2, specialty=2, first_time=1)


def seat_reasons() -> Iterator[Reason]:
    """What counts for people, what the lot decided, and why somebody cannot have a seat."""
    people = [
        *(Contender(id=number, need=need, fits=True) for number, need in enumerate(Need, 1)),
        Contender(id=20, need=Need.ASKED, fits=True),  # equal to the first
        Contender(id=21, need=Need.NEW, registered=False),
        Contender(id=22, need=Need.NEW, repeats=True),
        Contender(id=23, need=Need.NEW, events=3),
    ]
    found = allocate(
        Inputs(
            seats=1,
            seed="x",
            points=_POINTS,
            limits=Limits(9, 9, 9),
            person_events=3,
            contenders=tuple(people),
        )
    )
    for one in (*found.admitted, *found.reserve, *found.refused):
        yield from one.reasons
