"""An invented region as it looks after some months of work: reps, customers, plans, visits and all that."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import midnight
from bot.db.statements import insert_rows, new_ids, table_of
from bot.db.tables import (
    AppointmentRow,
    CadenceChoiceRow,
    CustomerRow,
    DismissalRow,
    InstitutionRow,
    KeptVisitRow,
    LeaveRow,
    Row,
    SuggestionRow,
    TierDecisionRow,
    TierOverrideRow,
    TimeEntryRow,
    VisitRow,
    VisitVersionRow,
)
from bot.db.uow import UnitOfWork
from domain.calendar import WorkingCalendar
from domain.ids import UserId
from domain.people.model import Role
from domain.tiering.model import Cell
from domain.visits.dismissal import DismissReason

_ONE_DAY = timedelta(days=1)
_PER_HOSPITAL = 30
_CELLS = [cell for cell in Cell for _ in range({"A": 2, "B": 4, "C": 4}[cell.tier.value])]
_CHANNELS = ("f2f",) * 16 + ("drop_by", "phone", "phone", "messenger")
_OUTCOMES = ("met",) * 12 + ("short", "short", None, "absent", "refused")
_TOPICS = ("Examplin", "Otheril", "efficacy", "safety")
_STATES = ("visited", "dismissed", "dropped", "expired", "expired", "withdrawn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """How large a region is, and of which days; `visits_a_day` of each rep, from `days_before` on."""

    reps: int = 200
    customers_each: int = 120
    visits_a_day: int = 10
    first: date = date(2026, 7, 1)
    last: date = date(2026, 9, 30)
    days_before: int = 62
    zone: str = "Asia/Shanghai"


async def build_region(
    uow: UnitOfWork, region: Region, calendar: WorkingCalendar, manager: UserId, *, seed: int = 9
) -> list[UserId]:
    """Fill an empty database with a region below a manager; the reps. The same seed gives the same rows."""
    rng = Random(seed)  # noqa: S311  -- invented data, no secret
    begun = midnight(region.first, region.zone)
    reps = [
        (await uow.users.add(Role.REP, f"Rep {number:03}", manager, begun)).id
        for number in range(region.reps)
    ]
    connection = await uow.session.connection()
    places = await _hospitals(connection, 1 + region.reps * region.customers_each // _PER_HOSPITAL)
    for number, rep in enumerate(reps):
        base = number * region.customers_each
        customers = await _customers(connection, region, rep, places, base, rng)
        await _standing(connection, region, customers, manager, rng)
        await _work(connection, region, calendar, rep, customers, rng)
    return reps


async def _hospitals(connection: AsyncConnection, number: int) -> list[int]:
    table = table_of(InstitutionRow)
    ids = await new_ids(connection, table, number)
    rows = [
        {"id": each, "code": f"H{n:04}", "name": f"Hospital {n:04}", "name_key": f"hospital {n:04}"}
        for n, each in enumerate(ids)
    ]
    await insert_rows(connection, table, [row | _usual(InstitutionRow, row) for row in rows])
    return ids


async def _customers(
    connection: AsyncConnection, region: Region, rep: UserId, places: Sequence[int], base: int, rng: Random
) -> list[int]:
    table = table_of(CustomerRow)
    ids = await new_ids(connection, table, region.customers_each)
    rows = [
        {
            "id": each,
            "code": f"D{base + n:06}",
            "name": f"Doctor {base + n:06}",
            "owner_id": rep,
            "institution_id": places[(base + n) // _PER_HOSPITAL] if rng.random() < 0.95 else None,
            "city": "Springfield",
            "status": "inactive" if rng.random() < 0.03 else "active",
            "is_no_see": rng.random() < 0.03,
        }
        for n, each in enumerate(ids)
    ]
    await insert_rows(connection, table, [row | _usual(CustomerRow, row) for row in rows])
    return ids


async def _standing(
    connection: AsyncConnection, region: Region, customers: Sequence[int], manager: UserId, rng: Random
) -> None:
    """Cells before the period, some moves within it, a few customers without any, a few set by hand."""
    decisions, overrides = [], []
    days = (region.last - region.first).days
    for customer in customers:
        moments = [midnight(region.first - timedelta(days=40), region.zone)]
        if rng.random() < 0.25:
            later = region.first + timedelta(days=rng.randrange(days))
            moments.append(midnight(later, region.zone) + timedelta(hours=9))
        for moment in moments if rng.random() < 0.95 else moments[1:]:
            cell = rng.choice(_CELLS)
            decisions.append(
                {
                    "customer_id": customer,
                    "decided_at": moment,
                    "tier": cell.tier.value,
                    "support": cell.support.value if rng.random() < 0.97 else None,
                    "method": "terciles",
                    "params_version": "2021-01-01-000000",
                    "reasons": [],
                    "batch_id": None,
                }
            )
        if rng.random() < 0.05:
            on = region.first + timedelta(days=rng.randrange(-20, days))
            cell = rng.choice(_CELLS)
            overrides.append(
                {
                    "customer_id": customer,
                    "tier": cell.tier.value,
                    "support": cell.support.value,
                    "until": on + timedelta(days=rng.choice((10, 60, 200))),
                    "reason": "seen there",
                    "author_id": manager,
                    "decided_at": midnight(on, region.zone) + timedelta(hours=10),
                }
            )
    await insert_rows(connection, table_of(TierDecisionRow), decisions)
    if overrides:
        await insert_rows(connection, table_of(TierOverrideRow), overrides)


async def _work(
    connection: AsyncConnection,
    region: Region,
    calendar: WorkingCalendar,
    rep: UserId,
    customers: Sequence[int],
    rng: Random,
) -> None:
    """Everything that a rep has done and planned."""
    rows: dict[type[Row], list[dict[str, Any]]] = {}

    def add(kind: type[Row], row: dict[str, Any]) -> None:
        rows.setdefault(kind, []).append(row | _usual(kind, row))

    first = region.first - timedelta(days=region.days_before)
    days = [first + n * _ONE_DAY for n in range((region.last - first).days + 1)]
    worked = [day for day in days if calendar.is_working_day(day)]
    away = rng.sample(worked, 6)
    for n, day in enumerate(away):
        kind, half = ("training", None) if n == 0 else ("off", rng.choice((None, None, "am", "pm")))
        on = midnight(day, region.zone)
        add(
            LeaveRow, {"rep_id": rep, "first": day, "last": day, "kind": kind, "half": half, "created_at": on}
        )
    for day in worked:
        evening = midnight(day, region.zone) + timedelta(hours=18)
        for customer in rng.sample(customers, min(len(customers), rng.randint(0, 2 * region.visits_a_day))):
            add(VisitRow, _visit(customer, rep, day, evening, rng))
        if day >= region.first:
            _plan(add, customers, rep, day, evening, region, rng)
    add(
        CadenceChoiceRow,
        {
            "rep_id": rep,
            "kind": "days",
            "targets": {"A2": 6.0} if rng.random() < 0.5 else {},
            "extra_days": rng.choice((0, 1)),
            "until": region.last,
            "author_id": rep,
            "decided_at": midnight(region.last.replace(day=5), region.zone),
        },
    )
    visits = rows.pop(VisitRow)
    for table, those in rows.items():
        await insert_rows(connection, table_of(table), those)
    await _entered(connection, region, rep, visits)


async def _entered(
    connection: AsyncConnection, region: Region, rep: UserId, visits: Sequence[dict[str, Any]]
) -> None:
    """Visits as they were logged in the chat; one rep in twenty enters the last week in one evening."""
    ids = await new_ids(connection, table_of(VisitRow), len(visits))
    numbered = [{"id": number, **row} for number, row in zip(ids, visits, strict=True)]
    await insert_rows(connection, table_of(VisitRow), numbered)
    at_once = midnight(region.last, region.zone) + timedelta(hours=20)
    week = region.last - timedelta(days=7)
    versions = [
        {
            "visit_id": row["id"],
            "author_id": rep,
            "before": None,
            "undone_at": None,
            "at": at_once if rep % 20 == 3 and row["on"] > week else row["created_at"],
        }
        for row in numbered
    ]
    await insert_rows(connection, table_of(VisitVersionRow), versions)


def _visit(customer: int, rep: UserId, day: date, at: datetime, rng: Random) -> dict[str, Any]:
    topics = rng.sample(_TOPICS, rng.randint(1, 3)) if rng.random() < 0.6 else None
    return {
        "customer_id": customer,
        "rep_id": rep if rng.random() < 0.95 else None,
        "on": day,
        "channel": rng.choice(_CHANNELS),
        "outcome": rng.choice(_OUTCOMES),
        "created_at": at,
        "topics": topics,
    }


def _plan(
    add: Any, customers: Sequence[int], rep: UserId, day: date, at: datetime, region: Region, rng: Random
) -> None:
    """What was suggested, agreed and kept for a day, what was refused, and where the time went."""
    listed = rng.sample(customers, min(len(customers), region.visits_a_day))
    for place, customer in enumerate(listed, start=1):
        clock = time(8 + place % 9)
        add(
            SuggestionRow,
            {
                "rep_id": rep,
                "on": day,
                "customer_id": customer,
                "place": place,
                "arrive": clock,
                "start": clock,
                "leave": clock,
                "travel_minutes": 5.0,
                "price": 1.0,
                "state": rng.choice(_STATES),
            },
        )
    chosen = rng.choice(customers)
    if rng.random() < 0.3:
        state = rng.choice(("set", "set", "cancelled"))
        booked = {"customer_id": chosen, "rep_id": rep, "on": day, "start": time(9), "minutes": 20}
        add(AppointmentRow, booked | {"state": state, "author_id": rep, "changed_at": at})
    if rng.random() < 0.2:
        add(KeptVisitRow, {"customer_id": rng.choice(customers), "rep_id": rep, "on": day, "changed_at": at})
    if rng.random() < 0.3:
        said = {"rep_id": rep, "customer_id": rng.choice(customers), "on": day, "until": day + _ONE_DAY}
        reason = rng.choice([one.value for one in DismissReason])
        add(DismissalRow, said | {"reason": reason, "created_at": at, "ended_at": at})
    if rng.random() < 0.5:
        minutes = {
            use: 30 * rng.randint(0, 10) for use in ("selling", "travelling", "organising", "personal")
        }
        add(TimeEntryRow, {"rep_id": rep, "on": day, "changed_at": at, **minutes})


def _usual(kind: type[Row], row: dict[str, Any]) -> dict[str, Any]:
    """The columns that a row does not name, with their defaults; all rows name the same columns."""
    return {
        name: field.get_default(call_default_factory=True)
        for name, field in kind.model_fields.items()
        if name not in row and name != "id"
    }
