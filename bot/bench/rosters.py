"""An invented company as large as a measurement wants it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from bot.exporting import Cell, Sheet
from domain.importing.columns import FIELDS, Columns
from domain.importing.model import Kind

MORNING = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
"""The moment at which everything is measured: a Monday, when the list of the day is full."""

_PER_INSTITUTION = 50
_BETWEEN_VISITS = 28  # days between two visits to the same customer
_TITLES = ("Consultant", "Attending physician", "Resident")
_SUPPORT = ("First choice", "Second choice", "Competitor", "")
_OUTCOMES = ("Met", "Met", "Met", "Short", "Absent")

_Values = Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Territory:
    """One rep with customers, and the visits that these have had so far."""

    rep: str
    customers: int
    visits: int


def roster(territories: Sequence[Territory], columns: Columns, *, seed: int = 9) -> list[Sheet]:
    """The roster of a company: institutions, customers and, if there are any, visits; always the same.

    Every row can be taken. Some customers are unrated because their support is not known.
    """
    rng = Random(seed)  # noqa: S311  -- invented data, no secret
    numbered = list(_customers(territories))
    places = 1 + (len(numbered) - 1) // _PER_INSTITUTION
    rows: dict[Kind, list[_Values]] = {
        Kind.INSTITUTION: [_institution(number, rng) for number in range(places)],
        Kind.CUSTOMER: [_customer(number, rep, rng) for number, rep in numbered],
        Kind.VISIT: list(_visits(territories, rng)),
    }
    return [_sheet(kind, columns, of_kind) for kind, of_kind in rows.items() if of_kind]


def _sheet(kind: Kind, columns: Columns, rows: Sequence[_Values]) -> Sheet:
    headers = columns.kinds[kind]
    used = [field for field in FIELDS[kind] if field in rows[0]]
    return Sheet(
        headers.sheet.en[0],
        [headers.fields[field].title("en") for field in used],
        [[row[field] for field in used] for row in rows],
    )


def _customers(territories: Sequence[Territory]) -> Iterator[tuple[int, str]]:
    reps = (territory.rep for territory in territories for _ in range(territory.customers))
    yield from enumerate(reps)


def _institution(number: int, rng: Random) -> dict[str, Any]:
    return {
        "name": f"General Hospital {number}",
        "code": f"H{number:05}",
        "site_class": rng.randint(1, 3),
        "city": "Springfield",
        "lat": round(39.8 + rng.uniform(-0.1, 0.1), 5),
        "lon": round(-89.6 + rng.uniform(-0.1, 0.1), 5),
        "reception": rng.choice(("", "", "", "Mon AM, Thu PM")),
    }


def _customer(number: int, rep: str, rng: Random) -> dict[str, Any]:
    return {
        "name": f"Doctor {number}",
        "code": f"D{number:06}",
        "institution": f"General Hospital {number // _PER_INSTITUTION}",
        "department": rng.choice(("Endocrinology", "Cardiology", "General medicine")),
        "title": rng.choice(_TITLES),
        "specialty": "Diabetes",
        "owner": rep,
        "support": rng.choice(_SUPPORT),
        "potential_score": rng.randint(0, 12),
        "best_times": rng.choice(("", "Mon AM", "Wed AM, Fri PM")),
        "is_kol": rng.choice(("yes", "no", "no", "no")),
        "note": f"Asked for the long-term data of study {rng.randint(1, 40)}",
    }


def _visits(territories: Sequence[Territory], rng: Random) -> Iterator[_Values]:
    first = 0
    for territory in territories:
        for number in range(territory.visits):
            before, customer = divmod(number, territory.customers)
            yield _visit(first + customer, territory.rep, _visited(customer, before), rng)
        first += territory.customers


def _visited(customer: int, before: int) -> date:
    """The day of a customer's visit, `before` counted backwards from the last one."""
    return MORNING.date() - timedelta(days=1 + customer % _BETWEEN_VISITS + before * _BETWEEN_VISITS)


def _visit(customer: int, rep: str, on: date, rng: Random) -> dict[str, Any]:
    return {
        "customer_code": f"D{customer:06}",
        "on": on,
        "rep": rep,
        "channel": rng.choice(("Face to face", "Phone")),
        "outcome": rng.choice(_OUTCOMES),
        "next_step": rng.choice(("", "", "Bring the safety data")),
    }
