"""A sample territory: one city that does not exist, with its hospitals, doctors, reps and visits.

Every name is invented. Volumes are shaped like those of real prescribers: for the 242 of
`tests/data/nc_glp1` the Gini coefficient is .41 and the top fifth holds 45 % of the claims.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import product
from random import Random
from statistics import NormalDist
from typing import Any, Literal

from bot.local.territory_words import WORDS, Language
from domain.content.library import Library
from domain.importing.columns import FIELDS
from domain.importing.model import Kind, RawSheet
from domain.planning.cadence import interval
from domain.tiering.model import Cell, Measures, Support, Tier
from domain.tiering.nine_box import decide_all

MARKETS: Mapping[Language, Literal["cn", "us"]] = {"zh": "cn", "en": "us"}
OURS = "Ninoria"
_OURS_TOO = "Ninoria Depot"
_COMPETITORS = ("Quelvira", "Obrenza")

_HISTORY = timedelta(days=91)
_SALES_DAYS = 560  # a year and a half, so that a year can be set beside that of a quarter ago
_TURNS = 24
_NEARER, _FURTHER, _PROMOTED = frozenset({2, 12}), frozenset({9}), frozenset({15})  # of each 24 doctors
_WORSE: Mapping[Support | None, Support] = {
    Support.FIRST_CHOICE: Support.SECOND_CHOICE,
    Support.SECOND_CHOICE: Support.COMPETITOR_OR_NONE,
}
_BETTER: Mapping[Support | None, Support] = {
    Support.SECOND_CHOICE: Support.FIRST_CHOICE,
    Support.COMPETITOR_OR_NONE: Support.SECOND_CHOICE,
}
_STOPPED_DAYS = 150  # some hospitals have bought nothing for so long
_RHYTHM = {1: (14, 28), 2: (21, 42), 3: (30, 75)}  # days between deliveries to a hospital, by site class
_PACKS = {1: 420, 2: 170, 3: 60}  # of a middling delivery
_PRICES = {OURS: 58, _OURS_TOO: 240}
_UNRATED = 0.06
_NO_SEE, _KOL = 4, 8
_DOCTORS = {1: 16, 2: 11, 3: 10}  # of a hospital, by site class; give or take two
_REACH_KM = {1: (0.8, 2.5), 2: (2.5, 6.0), 3: (4.0, 11.0)}  # from the middle of the city
_RANKS = {1: (0.35, 0.40, 0.25), 2: (0.30, 0.40, 0.30), 3: (0.20, 0.45, 0.35)}  # senior, attending, resident
_SUPPORT = {Support.FIRST_CHOICE: 0.25, Support.SECOND_CHOICE: 0.35, Support.COMPETITOR_OR_NONE: 0.40}
_OUTCOMES = (0.78, 0.12, 0.08, 0.02)  # met, short, absent, refused
_CHANNELS = (0.86, 0.06, 0.05, 0.03)  # face to face, phone, messenger, group

# A lognormal with this sigma has the Gini of the real claims: G = erf(sigma / 2). Their mean is 160 a year.
_SIGMA = 0.753
_MEAN_CLAIMS = 38_764 / 242
_NONE_OURS, _ALL_OURS = 0.18, 0.11  # shares of prescribers; between them the mean share is .36


@dataclass(frozen=True, slots=True)
class _Hospital:
    name: str
    site_class: int
    rep: str
    lat: float
    lon: float
    reception: tuple[tuple[int, int], ...]  # (weekday, half of the day); () = always open

    def receives(self, day: date) -> bool:
        return not self.reception or any(weekday == day.weekday() for weekday, _ in self.reception)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Doctor:
    """`claims` and `ours` are None where nothing is known; so are a rank and a support."""

    code: str
    name: str
    hospital: _Hospital
    department: str
    rank: str | None
    title: str
    support: Support | None
    claims: int | None
    ours: int | None
    best_times: tuple[tuple[int, int], ...]
    is_kol: bool
    is_no_see: bool
    note: str

    @property
    def measures(self) -> Measures:
        return Measures(
            site_class=self.hospital.site_class,
            title_rank=self.rank,
            quantity=self.claims,
            ours=self.ours,
            support=self.support,
        )


def sheets(library: Library, language: Language, today: date, *, seed: int = 9) -> list[RawSheet]:
    """The territory as a roster in one language, with three months of visits up to the day before `today`.

    The same arguments give the same cells. Chinese: support in words and no usage, as the market
    `cn` wants it; English: usage per doctor for the market `us`, from which potential and support
    are ranked. In both some doctors are unrated because something is missing, and the hospitals'
    purchases of a year and a half are there.
    """
    territory = _Territory(library, language, today, Random(seed))  # noqa: S311  -- invented data, no secret
    return territory.sheets()


def loads(
    library: Library, language: Language, today: date, days: Sequence[date], *, seed: int = 9
) -> list[list[RawSheet]]:
    """The same territory as it has been loaded on several days, the first of which is before all visits.

    The first load has the places and the people, some of them with an older support or share. The second has
    what is known of these by then; it and each later one have the visits and deliveries up to the day before.
    Together they leave what `sheets` would.
    """
    territory = _Territory(library, language, today, Random(seed))  # noqa: S311  -- invented data, no secret
    return territory.loads(days)


class _Territory:
    """One territory while it is drawn up; the order of the draws is part of the result."""

    def __init__(self, library: Library, language: Language, today: date, rng: Random) -> None:
        self._words = WORDS[language]
        self._language = language
        self._library = library
        self._market = library.markets[MARKETS[language]]
        self._calendar = library.calendar(MARKETS[language])
        self._today = today
        self._rng = rng

    def sheets(self) -> list[RawSheet]:
        hospitals = self._hospitals()
        doctors = self._doctors(hospitals)
        visits = self._visits(doctors)
        return self._sheets(
            {
                Kind.INSTITUTION: [self._hospital_row(hospital) for hospital in hospitals],
                **self._people(doctors, self._splits(doctors)),
                Kind.VISIT: visits,
                Kind.SALE: [row for hospital in hospitals for row in self._sale_rows(hospital)],
            }
        )

    def loads(self, days: Sequence[date]) -> list[list[RawSheet]]:
        hospitals = self._hospitals()
        doctors = self._doctors(hospitals)
        visits, splits = self._visits(doctors), self._splits(doctors)
        sales = [row for hospital in hospitals for row in self._sale_rows(hospital)]
        was = [self._was(doctor) for doctor in doctors]
        news = [now for then, now in zip(was, doctors, strict=True) if then != now]
        people = [
            {
                Kind.INSTITUTION: [self._hospital_row(hospital) for hospital in hospitals],
                **self._people(was, splits),
            },
            self._people(news, splits),
        ]
        found = []
        for number, day in enumerate(days):
            since, until = days[number - 1].isoformat() if number else "", day.isoformat()
            tables = people[number] if number < len(people) else {}
            for kind, rows in ((Kind.VISIT, visits), (Kind.SALE, sales)):
                tables[kind] = [row for row in rows if since <= row["on"] < until]
            found.append(self._sheets(tables))
        return found

    def _sheets(self, tables: Mapping[Kind, Sequence[Mapping[str, str]]]) -> list[RawSheet]:
        return [self._sheet(kind, rows) for kind, rows in tables.items() if rows]

    def _people(
        self, doctors: Sequence[_Doctor], splits: Mapping[str, float]
    ) -> dict[Kind, list[dict[str, str]]]:
        return {
            Kind.CUSTOMER: [self._doctor_row(doctor) for doctor in doctors],
            Kind.USAGE: [
                row
                for doctor in doctors
                if doctor.code in splits
                for row in self._usage_rows(doctor, splits[doctor.code])
            ],
        }

    def _splits(self, doctors: Sequence[_Doctor]) -> dict[str, float]:
        """How competitors share what is not ours, by doctor of whom the usage is known."""
        return {doctor.code: self._rng.betavariate(3, 2) for doctor in doctors if doctor.claims is not None}

    def _was(self, doctor: _Doctor) -> _Doctor:
        """The doctor at the first load: since then some have come nearer to us, gone, or been promoted."""
        turn = int(doctor.code[1:]) % _TURNS
        if turn not in _NEARER | _FURTHER | _PROMOTED:
            return doctor
        if doctor.ours is not None and doctor.claims is not None:
            if not 0 < doctor.ours < doctor.claims:  # a product without a row would keep its old one
                return doctor
            return replace(doctor, ours=doctor.claims if turn in _FURTHER else doctor.ours // 4)
        if turn in _PROMOTED and doctor.rank == "senior":
            return replace(doctor, rank="attending", title=self._words.titles["attending"][0])
        steps = _WORSE if turn in _NEARER else _BETTER if turn in _FURTHER else {}
        return replace(doctor, support=steps.get(doctor.support, doctor.support))

    def _sheet(self, kind: Kind, rows: Sequence[Mapping[str, str]]) -> RawSheet:
        import pandas as pd

        named = self._library.columns.kinds[kind]
        used = [field for field in FIELDS[kind] if field in rows[0]]
        frame = pd.DataFrame(rows, columns=used, dtype=str)
        frame.columns = pd.Index([named.fields[field].title(self._language) for field in used])
        return RawSheet(self._words.file, named.sheet.of(self._language)[0], frame)

    # Places

    def _hospitals(self) -> list[_Hospital]:
        """Each rep has a quarter of the city and hospitals of every class; some receive on set days only."""
        names = [(name, site) for site, group in self._words.hospitals.items() for name in group]
        strict = set(self._rng.sample(range(len(names)), 6))
        return [
            self._hospital(name, site, number % len(self._words.reps), strict=number in strict)
            for number, (name, site) in enumerate(names)
        ]

    def _hospital(self, name: str, site_class: int, quarter: int, *, strict: bool) -> _Hospital:
        angle = math.radians(90 * quarter + self._rng.uniform(5, 85))
        away = self._rng.uniform(*_REACH_KM[site_class])
        lat, lon = self._words.middle
        north, east = away * math.cos(angle) / 111.2, away * math.sin(angle) / 111.2
        reception = self._windows(range(5), 3) if strict else ()
        return _Hospital(
            name=name,
            site_class=site_class,
            rep=self._words.reps[quarter],
            lat=round(lat + north, 5),
            lon=round(lon + east / math.cos(math.radians(lat)), 5),
            reception=reception,
        )

    def _windows(self, weekdays: Iterable[int], count: int) -> tuple[tuple[int, int], ...]:
        days = list(weekdays)
        chosen = sorted(self._rng.sample(days, min(count, len(days))))
        return tuple((weekday, self._rng.randrange(2)) for weekday in chosen)

    # People

    def _doctors(self, hospitals: Sequence[_Hospital]) -> list[_Doctor]:
        places = [
            hospital
            for hospital in hospitals
            for _ in range(_DOCTORS[hospital.site_class] + self._rng.randint(-2, 2))
        ]
        ranks = [
            self._pick(("senior", "attending", "resident"), _RANKS[place.site_class]) for place in places
        ]
        everyone = range(len(places))
        unknown = self._rng.sample(everyone, round(_UNRATED * len(places)))
        without_title, without_support = set(unknown[::2]), set(unknown[1::2])
        leaders = [
            number for number in everyone if (places[number].site_class, ranks[number]) == (1, "senior")
        ]
        kols = set(self._rng.sample(leaders, _KOL))
        no_see = set(self._rng.sample(sorted(set(everyone) - kols), _NO_SEE))
        names = self._names(len(places))
        claims = self._claims(places, ranks, set(unknown))
        doctors = []
        for number, place in enumerate(places):
            rank = None if number in without_title else ranks[number]
            support = self._pick(tuple(_SUPPORT), tuple(_SUPPORT.values()))
            used = claims.get(number)
            open_days = {weekday for weekday, _ in place.reception} or range(5)
            doctors.append(
                _Doctor(
                    code=f"D{number + 1:03}",
                    name=names[number],
                    hospital=place,
                    department=self._rng.choice(self._words.departments[place.site_class]),
                    rank=rank,
                    title=self._rng.choice(self._words.titles[rank]) if rank else "",
                    support=None if number in without_support or used is not None else support,
                    claims=used,
                    ours=None if used is None else round(used * self._share()),
                    best_times=self._windows(open_days, self._rng.randint(1, 2))
                    if self._rng.random() < 0.5
                    else (),
                    is_kol=number in kols,
                    is_no_see=number in no_see,
                    note=self._rng.choice(self._words.notes) if self._rng.random() < 0.3 else "",
                )
            )
        return doctors

    def _names(self, count: int) -> list[str]:
        words = self._words
        pairs = list(product(words.family.split(), words.given.split()))
        chosen = self._rng.sample(pairs, count)
        return [words.name.format(family=family, given=given) for family, given in chosen]

    def _claims(self, places: Sequence[_Hospital], ranks: Sequence[str], unknown: set[int]) -> dict[int, int]:
        """A year's claims of the class, mostly more in larger houses and higher ranks.

        Empty in a market that refuses usage per customer.
        """
        if not self._market.usage_per_customer:
            return {}
        table = self._library.tiering.at(self._today).score_table
        known = [number for number in range(len(places)) if number not in unknown]
        known.sort(key=lambda at: table[places[at].site_class][ranks[at]] + self._rng.gauss(0, 2.5))
        middle = math.log(_MEAN_CLAIMS) - _SIGMA**2 / 2
        spread = NormalDist(middle, _SIGMA)
        return {
            number: round(math.exp(spread.inv_cdf((place + 0.5) / len(known))))
            for place, number in enumerate(known)
        }

    def _share(self) -> float:
        """Our part of a doctor's claims."""
        drawn = self._rng.random()
        if drawn < _NONE_OURS:
            return 0.0
        return 1.0 if drawn < _NONE_OURS + _ALL_OURS else self._rng.betavariate(2, 3.5)

    def _pick(self, choices: Sequence[Any], weights: Sequence[float]) -> Any:
        return self._rng.choices(choices, weights)[0]

    # Visits

    def _visits(self, doctors: Sequence[_Doctor]) -> list[dict[str, str]]:
        decisions = decide_all(
            {doctor.code: doctor.measures for doctor in doctors},
            self._library.tiering.at(self._today),
            self._market.methods,
        )
        habits = {
            doctor.code: habit
            for doctor in doctors
            if (habit := self._habit(doctor, decisions[doctor.code].cell)) is not None
        }
        days = self._days()
        return [
            row
            for rep in self._words.reps
            for row in self._diary(
                [d for d in doctors if d.hospital.rep == rep and d.code in habits], habits, days
            )
        ]

    def _days(self) -> list[date]:
        first = self._today - _HISTORY
        every = (first + timedelta(days=days) for days in range(_HISTORY.days))
        return [day for day in every if self._calendar.is_working_day(day)]

    def _habit(self, doctor: _Doctor, cell: Cell | None) -> float | None:
        """Working days from visit to visit as this rep has it, None for never.

        Reps mostly follow the cadence, neglect some and forget a few; they call too often where
        they are welcome although there is little to win (C1).
        """
        if doctor.is_no_see or self._rng.random() < (0.5 if cell is None else 0.07):
            return None
        usual = 40.0
        if cell is not None:
            norm = self._library.cadence.at(self._today).cells[cell]
            usual = interval(norm, self._today, self._calendar) or usual
        friendly = (
            0.3 if cell is not None and (cell.tier, cell.support) == (Tier.C, Support.FIRST_CHOICE) else 1
        )
        return usual * friendly * self._rng.lognormvariate(0.1, 0.5)

    def _diary(
        self, doctors: Sequence[_Doctor], habits: Mapping[str, float], days: Sequence[date]
    ) -> list[dict[str, str]]:
        """One rep's days: to the hospitals where most is due, for as many visits as the day holds."""
        seen = {doctor.code: -self._rng.uniform(0, habits[doctor.code]) for doctor in doctors}
        promised: dict[str, date] = {}
        rows = []
        for number, day in enumerate(days):
            due = [
                doctor
                for doctor in doctors
                if doctor.hospital.receives(day)
                and (
                    number - seen[doctor.code] >= habits[doctor.code]
                    or promised.get(doctor.code, date.max) <= day
                )
            ]
            crowd = Counter(doctor.hospital.name for doctor in due)
            due.sort(
                key=lambda doctor: (-crowd[doctor.hospital.name], doctor.hospital.name, seen[doctor.code])
            )
            for doctor in due[: self._rng.randint(6, 9)]:
                seen[doctor.code] = number
                promised.pop(doctor.code, None)
                row = self._visit_row(doctor, day)
                if row["next_on"]:
                    promised[doctor.code] = date.fromisoformat(row["next_on"])
                rows.append(row)
        return rows

    # Rows

    def _hospital_row(self, hospital: _Hospital) -> dict[str, str]:
        return {
            "name": hospital.name,
            "site_class": str(hospital.site_class),
            "grade": self._words.grades[hospital.site_class],
            "city": self._words.city,
            "lat": str(hospital.lat),
            "lon": str(hospital.lon),
            "datum": "WGS84",
            "reception": self._times(hospital.reception),
        }

    def _doctor_row(self, doctor: _Doctor) -> dict[str, str]:
        yes, no = self._words.yes_no
        return {
            "name": doctor.name,
            "code": doctor.code,
            "institution": doctor.hospital.name,
            "department": doctor.department,
            "title": doctor.title,
            "owner": doctor.hospital.rep,
            "support": self._words.support[doctor.support] if doctor.support else "",
            "best_times": self._times(doctor.best_times),
            "is_kol": yes if doctor.is_kol else no,
            "is_no_see": yes if doctor.is_no_see else no,
            "note": doctor.note,
        }

    def _visit_row(self, doctor: _Doctor, day: date) -> dict[str, str]:
        outcome = self._pick(self._words.outcomes, _OUTCOMES)
        promises = outcome == self._words.outcomes[0] and self._rng.random() < 0.3
        ahead = self._rng.randint(3, 10)
        return {
            "customer_code": doctor.code,
            "customer": doctor.name,
            "institution": doctor.hospital.name,
            "on": day.isoformat(),
            "rep": doctor.hospital.rep,
            "channel": self._pick(self._words.channels, _CHANNELS),
            "outcome": outcome,
            "next_step": self._rng.choice(self._words.steps) if promises else "",
            "next_on": self._calendar.add_working_days(day, ahead).isoformat() if promises else "",
        }

    def _usage_rows(self, doctor: _Doctor, split: float) -> list[dict[str, str]]:
        """The claims of last year by product; a product that was not used has no row."""
        if doctor.claims is None or doctor.ours is None:
            return []
        rest = doctor.claims - doctor.ours
        first = round(rest * split)
        used = dict(zip((OURS, *_COMPETITORS), (doctor.ours, first, rest - first), strict=True))
        return [
            {
                "customer_code": doctor.code,
                "customer": doctor.name,
                "period": str(self._today.year - 1),
                "product": name,
                "quantity": str(claims),
            }
            for name, claims in used.items()
            if claims
        ]

    def _sale_rows(self, hospital: _Hospital) -> list[dict[str, str]]:
        """What was delivered up to yesterday: each hospital in a rhythm of its own, some no longer."""
        size = _PACKS[hospital.site_class] * self._rng.lognormvariate(0, 0.5)
        rhythm = self._rng.uniform(*_RHYTHM[hospital.site_class])
        last = _STOPPED_DAYS if self._rng.random() < 0.15 else 1
        departments = self._words.departments[hospital.site_class]
        rows = []
        ago = _SALES_DAYS - self._rng.uniform(0, rhythm)
        while ago >= last:
            name = OURS if self._rng.random() < 0.75 else _OURS_TOO
            packs = max(1, round(size * self._rng.uniform(0.7, 1.3) * _PRICES[OURS] / _PRICES[name]))
            rows.append(
                {
                    "institution": hospital.name,
                    "department": self._rng.choice(departments),
                    "on": (self._today - timedelta(days=round(ago))).isoformat(),
                    "product": name,
                    "quantity": str(packs),
                    "amount": str(packs * _PRICES[name]),
                }
            )
            ago -= rhythm * self._rng.uniform(0.6, 1.4)
        return rows

    def _times(self, windows: Iterable[tuple[int, int]]) -> str:
        return self._words.comma.join(
            self._words.window.format(day=self._words.weekdays[weekday], half=self._words.halves[half])
            for weekday, half in windows
        )
