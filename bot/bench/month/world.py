"""One rep's month in an invented city, and what happens when a policy drives it.

The city, the doctors' hours and the luck of the month follow from the seed alone, so every policy meets the
same cancellations, absences, jams and long talks. Nothing here is taken from the planner but its parameters:
travel, windows, gaps and the value of a visit are worked out again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from math import ceil, cos, inf, radians

import numpy as np
from numpy.typing import NDArray

from domain.calendar import WorkingCalendar, last_of_month
from domain.customers.model import Customer, HalfDay, Institution
from domain.geo import distance_m
from domain.ids import CustomerId, InstitutionId
from domain.planning.params import CellCadence
from domain.tiering.model import Cell, Tier

Window = tuple[float, float]
"""From and until when a talk may begin, in minutes after midnight."""

HOSPITALS, DOCTORS, CITY_KM = 15, 120, 15.0
SHARES = {Tier.A: 0.2, Tier.B: 0.3, Tier.C: 0.5}
SERVICE = {Tier.A: 20.0, Tier.B: 15.0, Tier.C: 10.0}
GAP = {Tier.A: 3, Tier.B: 5, Tier.C: 10}
"""Working days from one visit to the next, at least."""
KM_AN_HOUR, DETOUR, CHANGE, INSIDE = 22.0, 1.35, 6.0, 4.0
DAY_START, MEETING_END, DAY_END = 510.0, 600.0, 1050.0
MORNING, AFTERNOON = (510, 735), (795, 1035)
"""Between which minutes the hours of a half-day lie."""
MOST_STOPS = 12
APPOINTMENTS = 7
EARLY, PATIENCE = 10.0, 15.0
"""How many minutes before and after the time agreed on an appointment may begin."""
CANCELLED, ABSENT = 0.05, 0.10
SPREAD = 0.2
"""A way or a talk takes 1 - SPREAD to 1 + SPREAD of what is expected, evenly, the mean is 1."""
_CENTRE = (30.6, 114.3)


@dataclass(frozen=True, slots=True)
class Doctor:
    """A customer of the simulated rep: worth `factor` times others of the cell, `seen` before the month."""

    customer: Customer
    cell: Cell
    cadence: CellCadence
    factor: float
    seen: date

    @property
    def service(self) -> float:
        """The minutes a talk is expected to take."""
        return SERVICE[self.cell.tier]

    @property
    def gap(self) -> int:
        """Working days from one visit to the next, at least."""
        return GAP[self.cell.tier]

    def windows(self, day: date) -> list[Window]:
        """When a talk may begin on `day`."""
        return [
            (minutes(half.start), minutes(half.end))
            for half in self.customer.best_times
            if half.weekday == day.weekday()
        ]

    def worth(self, visit: int) -> float:
        """What the `visit`-th visit of the month adds: weight x response, falling, 0 beyond the maximum.

        1 - 0.05 (k - 1) up to the minimum (half a visit counts as one), then 0.5 (1 - 0.1 (k - min - 1)) up
        to the maximum; without a minimum the first two count 1 and 0.6.
        """
        least, most = ceil(self.cadence.min), ceil(self.cadence.max)
        if visit > most:
            return 0.0
        if not least:
            response = (1.0, 0.6)[visit - 1] if visit <= 2 else 0.0
        elif visit <= least:
            response = 1 - 0.05 * (visit - 1)
        else:
            response = 0.5 * (1 - 0.1 * (visit - least - 1))
        return self.cadence.weight * self.factor * response


@dataclass(frozen=True, slots=True)
class Luck:
    """What the month brings, by doctor and day (`way`: by day and leg); nobody knows it beforehand."""

    cancelled: NDArray[np.bool_]
    absent: NDArray[np.bool_]
    talk: NDArray[np.float64]
    way: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class World:
    """A rep's month: `days` are those the rep works, `meetings[d]` minutes when day d begins.

    `matrix[i, j]` are expected minutes between hospitals (0 = where the rep starts, h + 1 = hospital h) and
    `place[c]` is the doctor's row in it. `appointments[d]` maps doctors to the minute agreed on.
    """

    seed: int
    calendar: WorkingCalendar
    days: tuple[date, ...]
    leave: date
    base: tuple[float, float]
    hospitals: tuple[Institution, ...]
    doctors: tuple[Doctor, ...]
    place: tuple[int, ...]
    matrix: NDArray[np.float64]
    appointments: tuple[dict[int, float], ...]
    luck: Luck

    def begins(self, d: int) -> float:
        """When day `d` begins, in minutes after midnight."""
        return MEETING_END if self.days[d].weekday() == 0 else DAY_START

    def windows(self, c: int, d: int) -> list[Window]:
        """When a talk with doctor `c` may begin on day `d`; an appointment takes the place of the hours."""
        agreed = self.appointments[d].get(c)
        if agreed is not None:
            return [(agreed - EARLY, agreed + PATIENCE)]
        return self.doctors[c].windows(self.days[d])

    def way(self, here: int, c: int) -> float:
        """The minutes from place `here` to doctor `c`."""
        return self.between(here, self.place[c])

    def between(self, here: int, there: int) -> float:
        """The minutes between two places; inside a hospital from one doctor to the next."""
        return INSIDE if here == there != 0 else float(self.matrix[here, there])

    def rested(self, c: int, last: date, d: int) -> bool:
        """Whether the gap after a visit on `last` is over on day `d`."""
        return self.calendar.working_days(last, self.days[d]) >= self.doctors[c].gap


@dataclass(slots=True)
class Moment:
    """Where the rep stands: what has been done, and what is left of the day.

    `gone` are the doctors who are out for today: cancelled, met or found absent.
    """

    world: World
    d: int
    clock: float
    here: int
    stops: int
    last: list[date]
    done: list[int]
    gone: set[int] = field(default_factory=set)

    @property
    def today(self) -> date:
        return self.world.days[self.d]

    def may_be_visited(self) -> list[int]:
        """Doctors who are wanted this month, rested and not out for today; windows are not looked at."""
        world = self.world
        return [
            c
            for c, doctor in enumerate(world.doctors)
            if c not in self.gone
            and (
                c in world.appointments[self.d]
                or (
                    doctor.worth(self.done[c] + 1) > 0
                    and world.rested(c, self.last[c], self.d)
                    and not self._promised_soon(c)
                )
            )
        ]

    def _promised_soon(self, c: int) -> bool:
        """Whether a visit today would stand in the way of an appointment agreed on."""
        world = self.world
        return any(
            c in agreed and not world.rested(c, self.today, later)
            for later, agreed in enumerate(world.appointments)
            if later > self.d
        )


Policy = Callable[[Moment], Sequence[int]]
"""The doctors still to be visited today, in order."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a policy is driven: asked again after a failed visit, and how long the rep waits at a door."""

    again: bool = False
    waits: float = inf


@dataclass(frozen=True, slots=True)
class Outcome:
    """A month as it went. `value` counts visits that kept the gap; `travel` are minutes on the way.

    `at_least` are the shares of the A and the B doctors who were seen as often as their minimum asks.
    """

    value: float
    visits: int
    stops: int
    late: int
    missed: int
    travel: float
    at_least: tuple[float, float]


def drive(world: World, policy: Policy, style: Style) -> Outcome:
    """Let a policy work the whole month."""
    last, done = [doctor.seen for doctor in world.doctors], [0] * len(world.doctors)
    value, visits, stops, late, missed, travel = 0.0, 0, 0, 0, 0, 0.0
    for d in range(len(world.days)):
        cancelled = {c for c in range(len(world.doctors)) if world.luck.cancelled[c, d]}
        moment = Moment(world, d, world.begins(d), 0, MOST_STOPS, last, done, cancelled)
        kept: set[int] = set()
        plan = list(policy(moment))
        while plan and moment.stops:
            c = plan.pop(0)
            if not _can_still(moment, c):
                continue
            stops += 1
            moment.stops -= 1
            moment.gone.add(c)
            before = moment.clock
            met, was_late, way = _go(moment, c, style.waits, leg=MOST_STOPS - moment.stops - 1)
            travel += way
            late += was_late
            if met:
                visits += 1
                kept.add(c)
                if world.rested(c, last[c], d):
                    done[c] += 1
                    value += world.doctors[c].worth(done[c])
                last[c] = world.days[d]
            elif style.again and moment.clock > before:
                plan = list(policy(moment))
        missed += len(world.appointments[d].keys() - kept - cancelled - _absent(world, d))
    return Outcome(
        value, visits, stops, late, missed, travel, (_share(world, done, Tier.A), _share(world, done, Tier.B))
    )


def _can_still(moment: Moment, c: int) -> bool:
    """A rep does not set out for somebody whose hours will be over, but for somebody of unknown hours."""
    arrive = moment.clock + moment.world.way(moment.here, c)
    hours = moment.world.windows(c, moment.d)
    return not hours or any(arrive <= until for _, until in hours)


def _go(moment: Moment, c: int, waits: float, leg: int) -> tuple[bool, bool, float]:
    """Drive to doctor `c` and talk: whether they met, whether the rep was late, the minutes on the way."""
    world, d = moment.world, moment.d
    way = world.way(moment.here, c) * float(world.luck.way[d, leg])
    moment.clock += way
    moment.here = world.place[c]
    open_yet = [window for window in world.windows(c, d) if moment.clock <= window[1]]
    if not open_yet:
        return False, True, way
    opens = open_yet[0][0]
    if opens - moment.clock > waits:
        return False, False, way
    moment.clock = max(moment.clock, opens)
    if world.luck.absent[c, d]:
        return False, False, way
    moment.clock += world.doctors[c].service * float(world.luck.talk[c, d])
    return True, False, way


def _absent(world: World, d: int) -> set[int]:
    return {c for c in world.appointments[d] if world.luck.absent[c, d]}


def _share(world: World, done: Sequence[int], tier: Tier) -> float:
    of_tier = [
        (n, doctor.cadence.min)
        for n, doctor in zip(done, world.doctors, strict=True)
        if doctor.cell.tier is tier
    ]
    return sum(n >= least for n, least in of_tier) / len(of_tier)


def minutes(clock: time) -> float:
    """Minutes after midnight."""
    return clock.hour * 60.0 + clock.minute + clock.second / 60


def clock_of(minute: float) -> time:
    """The time of day, to the second below."""
    seconds = int(minute * 60)
    return time(seconds // 3600, seconds // 60 % 60, seconds % 60)


def build(seed: int, cadence: Mapping[Cell, CellCadence]) -> World:
    """The world of a seed: a month of 2026, a city, a rep and all that will happen."""
    rng = np.random.default_rng(seed)
    calendar = WorkingCalendar()
    first = date(2026, 1 + seed % 12, 1)
    whole = [
        day
        for n in range(31)
        if (day := first + timedelta(n)) <= last_of_month(first) and calendar.is_working_day(day)
    ]
    leave = whole[int(rng.integers(len(whole)))]
    days = tuple(day for day in whole if day != leave)
    points = [_point(*rng.uniform(-CITY_KM / 2, CITY_KM / 2, 2)) for _ in range(HOSPITALS + 1)]
    hospitals = [
        Institution(id=InstitutionId(n), name=f"Hospital {n}", lat=lat, lon=lon)
        for n, (lat, lon) in enumerate(points[1:], 1)
    ]
    doctors = tuple(_doctor(rng, n, hospitals, cadence, whole[0], calendar) for n in range(DOCTORS))
    shape = (DOCTORS, len(days))
    return World(
        seed=seed,
        calendar=calendar,
        days=days,
        leave=leave,
        base=points[0],
        hospitals=tuple(hospitals),
        doctors=doctors,
        place=tuple(doctor.customer.institution.id for doctor in doctors if doctor.customer.institution),
        matrix=_matrix(points),
        appointments=_appointments(rng, doctors, days),
        luck=Luck(
            rng.random(shape) < CANCELLED,
            rng.random(shape) < ABSENT,
            rng.uniform(1 - SPREAD, 1 + SPREAD, shape),
            rng.uniform(1 - SPREAD, 1 + SPREAD, (len(days), MOST_STOPS)),
        ),
    )


def _point(east: float, north: float) -> tuple[float, float]:
    lat, lon = _CENTRE
    return lat + north / 111.2, lon + east / (111.2 * cos(radians(lat)))


def _matrix(points: Sequence[tuple[float, float]]) -> NDArray[np.float64]:
    """Minutes between all places: through the streets at the city's speed, and in and out of a house."""
    km = np.array([[distance_m(*a, *b) / 1000 for b in points] for a in points])
    way = km * DETOUR / KM_AN_HOUR * 60 + CHANGE
    np.fill_diagonal(way, 0.0)
    return way


def _doctor(
    rng: np.random.Generator,
    n: int,
    hospitals: Sequence[Institution],
    cadence: Mapping[Cell, CellCadence],
    first: date,
    calendar: WorkingCalendar,
) -> Doctor:
    tier = [tier for tier, share in SHARES.items() for _ in range(round(share * DOCTORS))][n]
    cell = [cell for cell in Cell if cell.tier is tier][int(rng.integers(3))]
    customer = Customer(
        id=CustomerId(n + 1),
        code=str(n + 1),
        name=f"Dr {n + 1}",
        owner_id=None,
        institution=hospitals[int(rng.integers(len(hospitals)))],
        best_times=_hours(rng),
    )
    ago = int(rng.integers(1, {Tier.A: 8, Tier.B: 12, Tier.C: 25}[tier]))
    seen = next(day for n in range(60) if calendar.working_days(day := first - timedelta(n), first) >= ago)
    return Doctor(customer, cell, cadence[cell], round(float(rng.uniform(0.7, 1.5)), 2), seen)


def _hours(rng: np.random.Generator) -> tuple[HalfDay, ...]:
    """Three to six half-days of a week, each with 60 to 180 minutes in which a talk may begin."""
    found = []
    for half in sorted(rng.choice(10, int(rng.integers(3, 7)), replace=False)):
        length = int(rng.choice((60, 90, 120, 180)))
        opens, closes = MORNING if half % 2 == 0 else AFTERNOON
        start = opens + 5 * int(rng.integers((closes - opens - length) // 5 + 1))
        found.append(HalfDay(int(half) // 2, clock_of(start), clock_of(start + length)))
    return tuple(found)


def _appointments(
    rng: np.random.Generator, doctors: Sequence[Doctor], days: Sequence[date]
) -> tuple[dict[int, float], ...]:
    """About seven A or B doctors, one appointment each, in their hours; at most one a half-day."""
    found: list[dict[int, float]] = [{} for _ in days]
    wanted = [c for c, doctor in enumerate(doctors) if doctor.cell.tier is not Tier.C]
    taken: set[int] = set()
    while len(taken) < APPOINTMENTS:
        c, d = int(rng.choice(wanted)), int(rng.integers(2, len(days)))
        begins = MEETING_END + 60 if days[d].weekday() == 0 else DAY_START + 60
        agreed = next(
            (max(start + EARLY, begins) for start, end in doctors[c].windows(days[d]) if end >= begins), None
        )
        if agreed is None or c in taken or any(abs(agreed - other) < 120 for other in found[d].values()):
            continue
        found[d][c] = agreed
        taken.add(c)
    return tuple(found)
