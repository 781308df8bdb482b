"""The record of a sharing of seats: who decided, by which rules, from what, and what came out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.ids import UserId
from domain.resources.allocation import Allocation, Standing, allocate, digest, to_inputs


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatRecord:
    """One decision about the seats of an event.

    `kind` is "given", "moved_up" after somebody declined, "registered" after somebody registered late.
    `inputs` (plain JSON values, as `digest` says) and `result` know people by their numbers alone. `warned`
    are the rules that warned, which `comment` answers.
    """

    kind: str
    at: datetime
    author_id: UserId
    content_version: str
    params_version: str
    digest: str
    inputs: Mapping[str, Any]
    result: Mapping[str, Any]
    warned: tuple[str, ...]
    comment: str


def replays(record: SeatRecord) -> bool:
    """Whether the inputs are those that were digested, and give the same list again."""
    same = result_image(allocate(to_inputs(record.inputs))) == record.result
    return same and digest(record.inputs) == record.digest


def result_image(found: Allocation) -> dict[str, Any]:
    """A sharing as plain JSON values: who gets a seat, who waits, who cannot have one, with every reason."""
    return {
        "admitted": _told(found.admitted),
        "reserve": _told(found.reserve),
        "refused": _told(found.refused),
        "shadows": [
            {
                "limit": one.limit.value,
                "group": one.group,
                "points": one.points,
                "admits": list(one.admits),
                "instead_of": list(one.instead_of),
            }
            for one in found.shadows
        ],
    }


def _told(standings: Iterable[Standing]) -> list[dict[str, Any]]:
    return [
        {
            "id": one.id,
            "points": one.points,
            "reasons": [[why.code, dict(why.params), why.points] for why in one.reasons],
            "stops": one.stops.value if one.stops else None,
        }
        for one in standings
    ]
