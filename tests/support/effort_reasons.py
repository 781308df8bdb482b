"""The reasons that capacity and effort give."""

from collections.abc import Iterator

from domain.content.library import load_library
from domain.explain import Reason
from domain.planning.capacity import Demand, Room, remedies
from domain.planning.effort import CellEffort, Sharing, changes, curve_of
from domain.tiering.model import Cell


def effort_reasons() -> Iterator[Reason]:
    """One of each code, from a month that does not fit and from effort that moves both ways."""
    library = load_library()
    cadence, params = library.cadence.versions[0], library.effort.versions[0]
    norms = cadence.cells
    asked = Demand({Cell.A2: 60}, {cell: one.target for cell, one in norms.items()}, dict.fromkeys(Cell, 0.0))
    yield from (one.reason for one in remedies(asked, Room(21, 10, 12), cadence, params))
    cells = {
        cell: CellEffort(
            customers=10,
            today=norms[cell].target,
            most=norms[cell].max,
            worth=1,
            curve=curve_of(params.guess[cell.tier]),
        )
        for cell in (Cell.A2, Cell.C1)
    }
    yield from changes(cells, Sharing({Cell.A2: 6, Cell.C1: 0.5}, 65, 101))
