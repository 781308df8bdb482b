"""What becomes of a planned visit, why, and which change of that is possible."""

from collections.abc import Mapping
from enum import StrEnum

from domain.errors import DomainError
from domain.visits.model import Outcome


class VisitState(StrEnum):
    """A visit is planned by an appointment or a suggestion of the day; the others are what became of it."""

    PLANNED = "planned"
    DONE = "done"
    MISSED = "missed"
    CANCELLED = "cancelled"
    RESCHEDULED = "rescheduled"


class Result(StrEnum):
    """What a rep says of a visit: how it went, or for which reason it did not take place."""

    MET = "met"
    SHORT = "short"
    ABSENT = "absent"
    REFUSED = "refused"
    ANOTHER_DAY = "another_day"
    BY_CUSTOMER = "by_customer"  # called off
    BY_REP = "by_rep"
    CLOSED = "closed"  # the hospital received nobody

    @property
    def state(self) -> VisitState:
        return _STATES[self]

    @property
    def outcome(self) -> Outcome:
        """What counts for the cadence: where nothing took place, nobody was met."""
        return _OUTCOMES.get(self, Outcome.ABSENT)


_STATES: Mapping[Result, VisitState] = {
    Result.MET: VisitState.DONE,
    Result.SHORT: VisitState.DONE,
    Result.ABSENT: VisitState.MISSED,
    Result.REFUSED: VisitState.MISSED,
    Result.ANOTHER_DAY: VisitState.RESCHEDULED,
    Result.BY_CUSTOMER: VisitState.CANCELLED,
    Result.BY_REP: VisitState.CANCELLED,
    Result.CLOSED: VisitState.CANCELLED,
}
_OUTCOMES: Mapping[Result, Outcome] = {Result(one.value): one for one in Outcome}

MOVES: Mapping[VisitState, frozenset[VisitState]] = {
    VisitState.PLANNED: frozenset(VisitState) - {VisitState.PLANNED},
    # what was entered by mistake is corrected; a visit that somebody made is not called off afterwards
    VisitState.DONE: frozenset({VisitState.DONE, VisitState.MISSED}),
    # in vain at first, and perhaps another try on the same day
    VisitState.MISSED: frozenset({VisitState.MISSED, VisitState.DONE, VisitState.RESCHEDULED}),
    VisitState.RESCHEDULED: frozenset({VisitState.RESCHEDULED, VisitState.DONE, VisitState.CANCELLED}),
    # it took place after all
    VisitState.CANCELLED: frozenset({VisitState.CANCELLED, VisitState.DONE, VisitState.RESCHEDULED}),
}
"""From each state, those that can follow on the same day. Only taking back leads to `PLANNED` again."""


def moved(before: VisitState, result: Result) -> VisitState:
    """The state after `result`. DomainError "visit_move" where `MOVES` has no such way."""
    if result.state not in MOVES[before]:
        raise DomainError("visit_move")
    return result.state
