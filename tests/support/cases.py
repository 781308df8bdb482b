"""Expert cases: what a good sales manager expects of the engine, written in YAML.

A file of cases holds one kind, told by its name (`nine_box.yaml`, `today.yaml` ...), as a list under
`cases`. Each has a `name`, an `input`, what is `expected` and `why`. The shipped numbers of the day `on`
decide, so a later change of the numbers leaves old cases true. What a case does not expect is not
compared; numbers are compared to four decimals.
"""

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, time
from enum import Enum
from math import isclose
from pathlib import Path
from typing import Annotated, Any, Generic, Literal, Self, TypeVar

import pandas as pd
from pydantic import Field, StringConstraints, model_validator

from domain.content.dated import Text
from domain.content.library import load_library
from domain.content.reading import Content, ContentErrors, ContentProblem, MistakeError, read_yaml
from domain.customers.model import Customer, CustomerStatus, HalfDay, Institution
from domain.errors import DomainError
from domain.ids import CustomerId, InstitutionId
from domain.importing.mapping import support_parts
from domain.importing.words import Lexicon
from domain.planning.cadence import interval, opens_on
from domain.planning.model import Appointment, VisitTarget
from domain.planning.pace import pace
from domain.planning.plan import plan_day
from domain.tiering.abc import AbcMethod, classify
from domain.tiering.concentration import concentration
from domain.tiering.model import Cell, Measures, Support, Tier, Zone
from domain.tiering.movement import movement
from domain.tiering.nine_box import decide_all
from domain.tiering.rfm import RfmRule, Window, rfm
from domain.tiering.subject import Subject

_LIBRARY = load_library()
_TO_FOUR_DECIMALS = 0.00005
_ALL_DAY = (time(8), time(18))

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
CaseName = Annotated[str, StringConstraints(pattern=r"^[^:\[\]]{10,120}$")]
Market = Literal["cn", "us", "generic"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Letter = Literal["A", "B", "C"]
Names = tuple[Name, ...]
_WEEKDAYS: tuple[Weekday, ...] = Weekday.__args__  # type: ignore[attr-defined]


class CaseFailedError(AssertionError):
    """A case whose expectation did not come true; the text is for the case's author."""


class Case(Content):
    """What all cases have."""

    name: CaseName
    on: date = date(2026, 11, 21)
    why: Text

    @abstractmethod
    def found(self) -> Mapping[str, Any]:
        """What the engine says, under the names of `expected`."""

    def check(self) -> None:
        """Raise CaseFailedError naming the case and each thing that was found otherwise."""
        expected: Content = self.expected  # type: ignore[attr-defined]
        wrong = list(_differences(expected.model_dump(exclude_unset=True), self.found(), ""))
        if wrong:
            raise CaseFailedError(
                "\n".join([f"Case: {self.name}", *wrong, f"Why it is expected: {self.why}"])
            )


def _differences(expected: Any, found: Any, place: str) -> Iterator[str]:
    if isinstance(expected, dict) and isinstance(found, Mapping):
        for key, value in expected.items():
            yield from _differences(
                value, found.get(key, "nothing of this name"), f"{place}, {key}".strip(", ")
            )
    elif not _same(expected, found):
        yield f"  {place}: expected {_shown(expected)}, found {_shown(found)}"


def _same(expected: Any, found: Any) -> bool:
    if isinstance(expected, float) and isinstance(found, int | float):
        return isclose(expected, found, abs_tol=_TO_FOUR_DECIMALS, rel_tol=0)
    return bool(expected == found)


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, frozenset):
        return _shown(sorted(value))
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(_shown, value))}]"
    if isinstance(value, Enum):
        return str(value.value)
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _known_names(named: Mapping[str, Any] | Names, customers: Mapping[str, Any]) -> None:
    unknown = [name for name in named if name not in customers]
    if unknown:
        raise MistakeError(
            f"{', '.join(unknown)} is expected but not in the input", "Spell names alike in both"
        )


# Nine-box grid


class Known(Content):
    """What a roster says of one customer, in its own words."""

    hospital: Text | None = None
    title: Text | None = None
    score: float | None = None
    quantity: float | None = None
    ours: float | None = None
    support: Text | int | None = None

    def measures(self) -> Measures:
        words = _LIBRARY.columns.words
        return Measures(
            potential_score=self.score,
            site_class=Lexicon(words.site_class).find(self.hospital or ""),
            title_rank=Lexicon(words.title_rank).find(self.title or ""),
            quantity=self.quantity,
            ours=self.ours,
            support=self._support(),
        )

    def _support(self) -> Support | None:
        if self.support is None:
            return None
        digit, word = support_parts(str(self.support), Lexicon(_LIBRARY.columns.words.support))
        return word or (Support(digit) if digit else None)


class Placed(Content):
    """Where a customer stands; `cell` is null for an unrated one, `because` are all reasons in order."""

    cell: Cell | None = None
    letter: Tier | None = None
    digit: Literal[1, 2, 3] | None = None
    zone: Zone | None = None
    because: tuple[str, ...] = ()


class NineBoxExpected(Content):
    """The customers that the case is about."""

    customers: Annotated[dict[Name, Placed], Field(min_length=1)]


class NineBoxInput(Content):
    """Customers with what is known of them; `others` are quantities of further people on the list."""

    market: Market = "cn"
    customers: dict[Name, Known]
    others: tuple[float, ...] = ()


class NineBoxCase(Case):
    """Potential by support."""

    input: NineBoxInput
    expected: NineBoxExpected

    @model_validator(mode="after")
    def _named(self) -> Self:
        _known_names(self.expected.customers, self.input.customers)
        return self

    def found(self) -> Mapping[str, Any]:
        known = {name: one.measures() for name, one in self.input.customers.items()}
        rest = {str(place): Measures(quantity=each) for place, each in enumerate(self.input.others)}
        methods = _LIBRARY.markets[self.input.market].methods
        decided = decide_all({**rest, **known}, _LIBRARY.tiering.at(self.on), methods)
        return {
            "customers": {
                name: {
                    "cell": decision.cell,
                    "letter": decision.tier,
                    "digit": decision.support,
                    "zone": decision.cell and decision.cell.zone,
                    "because": tuple(reason.code for reason in decision.reasons),
                }
                for name, decision in decided.items()
                if name in known
            }
        }


# Whom to visit, and how often


class Doctor(Content):
    """A customer on the morning of the day; without a `cell` unrated, `last_visit` null never visited."""

    cell: Cell | None = None
    last_visit: date | None = None
    hospital: Name | None = None
    received_on: tuple[Weekday, ...] = ()
    best_on: tuple[Weekday, ...] = ()
    promised: date | None = None
    not_before: date | None = None
    visits_this_month: Annotated[int, Field(ge=0)] = 0
    sees_nobody: bool = False
    has_left: bool = False

    @model_validator(mode="after")
    def _placed(self) -> Self:
        if self.received_on and not self.hospital:
            raise MistakeError("received_on has no hospital", "Name the hospital: the rule is the hospital's")
        return self


class TodayInput(Content):
    """A rep's customers, the places of the day, appointments today by name, and who was added by hand."""

    market: Market = "cn"
    capacity: Annotated[int, Field(ge=1)] | None = None
    customers: dict[Name, Doctor]
    appointments: dict[Name, time] = Field(default_factory=dict)
    added: Names = ()


class MonthPace(Content):
    """Visits of the month: done, wanted, and the counts that are on pace."""

    done: int | None = None
    goal: int | None = None
    low: int | None = None
    high: int | None = None


class TodayExpected(Content):
    """`visits` is the day's list in any order, `order` in the order of the day.

    `because` are the reasons of a visit; `not_listed` is the rule that keeps a customer off the list,
    `left_out` why somebody who is due is not on it.
    """

    visits: frozenset[Name] = frozenset()
    order: Names = ()
    starts: dict[Name, time] = Field(default_factory=dict)
    points: dict[Name, float] = Field(default_factory=dict)
    because: dict[Name, tuple[str, ...]] = Field(default_factory=dict)
    not_listed: dict[Name, str] = Field(default_factory=dict)
    left_out: dict[Name, str] = Field(default_factory=dict)
    to_profile: Names = ()
    pace: MonthPace = MonthPace()


class TodayCase(Case):
    """Whom to visit on the day `on`, when and why."""

    input: TodayInput
    expected: TodayExpected

    @model_validator(mode="after")
    def _named(self) -> Self:
        wanted, told = self.expected, self.input
        for listed in (wanted.order, wanted.to_profile, tuple(wanted.visits), told.added):
            _known_names(listed, told.customers)
        for keyed in (wanted.points, wanted.because, wanted.not_listed, wanted.starts, wanted.left_out):
            _known_names(tuple(keyed), told.customers)
        _known_names(tuple(told.appointments), told.customers)
        return self

    def found(self) -> Mapping[str, Any]:
        targets = _targets(self.input.customers)
        ids = {one.customer.name: one.customer.id for one in targets}
        names = {number: name for name, number in ids.items()}
        params = _LIBRARY.planning_at(self.on)
        plan = plan_day(
            targets,
            on=self.on,
            rep=replace(params.planning.usual(), capacity=self.input.capacity),
            params=params,
            calendar=_LIBRARY.calendar(self.input.market),
            seed=1,
            appointments=[
                Appointment(customer_id=ids[name], on=self.on, start=start)
                for name, start in self.input.appointments.items()
            ],
            kept=[ids[name] for name in self.input.added],
        )
        order = tuple(stop.customer.name for stop in plan.stops)
        return {
            "visits": frozenset(order),
            "order": order,
            "starts": {stop.customer.name: stop.start for stop in plan.stops},
            "points": {stop.customer.name: stop.price for stop in plan.stops},
            "because": {
                stop.customer.name: tuple(reason.code for reason in stop.reasons) for stop in plan.stops
            },
            "not_listed": {names[number]: reason.code for number, reason in plan.barred.items()},
            "left_out": {names[one.customer_id]: one.reason.code for one in plan.left_out},
            "to_profile": tuple(names[number] for number in plan.to_profile),
            "pace": {name: getattr(plan.pace, name) for name in ("done", "goal", "low", "high")},
        }


def _targets(doctors: Mapping[str, Doctor]) -> list[VisitTarget]:
    hospitals: dict[str, Institution] = {}
    for doctor in doctors.values():
        if doctor.hospital:
            place = hospitals.get(doctor.hospital) or Institution(
                id=InstitutionId(len(hospitals) + 1), name=doctor.hospital
            )
            received = place.reception or _windows(doctor.received_on)
            hospitals[doctor.hospital] = replace(place, reception=received)
    return [
        VisitTarget(
            customer=Customer(
                id=CustomerId(number),
                code=str(number),
                name=name,
                owner_id=None,
                institution=hospitals.get(doctor.hospital or ""),
                best_times=_windows(doctor.best_on),
                is_no_see=doctor.sees_nobody,
                status=CustomerStatus.INACTIVE if doctor.has_left else CustomerStatus.ACTIVE,
            ),
            tier=doctor.cell and doctor.cell.tier,
            support=doctor.cell and doctor.cell.support,
            last_visit=doctor.last_visit,
            visits_this_month=doctor.visits_this_month,
            snoozed_until=doctor.not_before,
            next_step="as promised" if doctor.promised else "",
            next_on=doctor.promised,
        )
        for number, (name, doctor) in enumerate(doctors.items(), start=1)
    ]


def _windows(days: tuple[Weekday, ...]) -> tuple[HalfDay, ...]:
    return tuple(HalfDay(_WEEKDAYS.index(day), *_ALL_DAY) for day in days)


class CadenceInput(Content):
    """A customer of `cell`, seen on `last_visit`; `part` of the interval must pass before the next offer."""

    market: Market = "cn"
    cell: Cell
    last_visit: date
    part: Annotated[float, Field(gt=0, le=1)] = 0.7


class CadenceExpected(Content):
    """Working days between visits, and the first day of a new offer; null: no visit is planned."""

    interval: float | None = None
    opens_on: date | None = None


class CadenceCase(Case):
    """How often, seen from the day `on`."""

    input: CadenceInput
    expected: CadenceExpected

    def found(self) -> Mapping[str, Any]:
        norm = _LIBRARY.cadence.at(self.on).cells[self.input.cell]
        calendar = _LIBRARY.calendar(self.input.market)
        return {
            "interval": interval(norm, self.on, calendar),
            "opens_on": opens_on(self.input.last_visit, self.on, norm, self.input.part, calendar),
        }


class PaceInput(Content):
    """Visits of a month with `working_days`, of which `over` have passed and `begun` have begun."""

    done: int
    goal: int
    over: int
    begun: int
    working_days: int


class PaceExpected(Content):
    """The counts on pace, and how many visits are missing or too many."""

    low: int | None = None
    high: int | None = None
    behind: int | None = None
    ahead: int | None = None


class PaceCase(Case):
    """Whether a month is on pace."""

    input: PaceInput
    expected: PaceExpected

    def found(self) -> Mapping[str, Any]:
        told = self.input
        found = pace(told.done, told.goal, over=told.over, begun=told.begun, total=told.working_days)
        return {name: getattr(found, name) for name in ("low", "high", "behind", "ahead")}


# Sales of the past


class AbcInput(Content):
    """Net sales by customer, null where they are not known; `days_known` for new customers."""

    method: AbcMethod
    sales: dict[Name, float | None]
    days_known: dict[Name, float] = Field(default_factory=dict)


class AbcExpected(Content):
    """Who is in each class, largest first; `without` have no class, by standing."""

    A: Names = ()
    B: Names = ()
    C: Names = ()
    N: Names = ()
    without: dict[Name, str] = Field(default_factory=dict)
    warnings: tuple[str, ...] = ()


class AbcCase(Case):
    """Classes of sales."""

    input: AbcInput
    expected: AbcExpected

    @model_validator(mode="after")
    def _named(self) -> Self:
        for letter in "ABCN":
            _known_names(getattr(self.expected, letter), self.input.sales)
        _known_names(self.expected.without, self.input.sales)
        return self

    def found(self) -> Mapping[str, Any]:
        sales = pd.Series(self.input.sales, dtype=float)
        known = pd.Series(self.input.days_known, dtype=float)
        params = _LIBRARY.analysis.at(self.on).abc
        result = classify(sales, self.input.method, params, days_known=known)
        ranked = result.table.sort_values("value", ascending=False, kind="stable")
        return {
            **{letter: tuple(ranked.index[ranked["abc_class"] == letter]) for letter in "ABCN"},
            "without": dict(ranked.loc[ranked["abc_class"].isna(), "standing"].astype(str)),
            "warnings": tuple(reason.code for reason in result.warnings),
        }


class Order(Content):
    """One line of a sales ledger; `number` tells two equal lines apart."""

    account: Name
    day: date
    amount: float
    number: Name = "-"


class RfmInput(Content):
    """A ledger, analysed on the day `on` of the case by `rule`."""

    rule: RfmRule
    subject: Subject = Subject.ACCOUNT
    market: Market = "cn"
    orders: tuple[Order, ...]
    prospects: Names = ()


class Account(Content):
    """What a ledger says of one account."""

    recency_days: int | None = None
    frequency: int | None = None
    monetary: float | None = None
    score: int | None = None
    segment: str | None = None
    level: str | None = None
    standing: str | None = None


class RfmExpected(Content):
    """The accounts of interest, the notes in order, or the code of a refusal."""

    accounts: dict[Name, Account] = Field(default_factory=dict)
    notes: tuple[str, ...] = ()
    refused: str | None = None


class RfmCase(Case):
    """Recency, frequency, monetary value."""

    input: RfmInput
    expected: RfmExpected

    def found(self) -> Mapping[str, Any]:
        params = _LIBRARY.analysis.at(self.on).rfm
        orders = pd.DataFrame([one.model_dump() for one in self.input.orders])
        try:
            result = rfm(
                orders.rename(columns={"account": "customer", "day": "date"}),
                Window(self.on, params.window_days),
                params,
                subject=self.input.subject,
                market=_LIBRARY.markets[self.input.market],
                rule=self.input.rule,
                customers=pd.Index(self.input.prospects) if self.input.prospects else None,
            )
        except DomainError as refusal:
            return {"refused": refusal.code}
        fields = list(Account.model_fields)
        rows: dict[Any, dict[str, Any]] = result.table[fields].astype(object).to_dict("index")  # type: ignore[assignment]
        return {
            "accounts": {
                name: {key: None if pd.isna(value) else value for key, value in row.items()}
                for name, row in rows.items()
            },
            "notes": tuple(note.code for note in result.notes),
            "refused": None,
        }


class ConcentrationInput(Content):
    """The business of each customer."""

    values: tuple[float, ...]


class ConcentrationExpected(Content):
    """The coefficient, what the best fifth hold, and what is said of the list."""

    gini: float | None = None
    gini_corrected: float | None = None
    best_fifth_holds: float | None = None
    said: tuple[str, ...] = ()


class ConcentrationCase(Case):
    """How far the business rests on a few customers."""

    input: ConcentrationInput
    expected: ConcentrationExpected

    def found(self) -> Mapping[str, Any]:
        values = pd.Series(self.input.values, dtype=float)
        result = concentration(values, _LIBRARY.analysis.at(self.on).concentration)
        return {
            "gini": result.gini,
            "gini_corrected": result.gini_corrected,
            "best_fifth_holds": result.top_share(0.2),
            "said": tuple(reason.code for reason in result.reasons),
        }


class MovementInput(Content):
    """The cells of two months; null is unrated, who is not named was not on the list."""

    before: dict[Name, Cell | None]
    after: dict[Name, Cell | None]


class MovementExpected(Content):
    """Counts of digits and letters, and who came, went, was rated, or left A."""

    compared: int | None = None
    moved: int | None = None
    upgrades: int | None = None
    downgrades: int | None = None
    raised: int | None = None
    lowered: int | None = None
    net: float | None = None
    came: Names = ()
    went: Names = ()
    rated: Names = ()
    unrated: Names = ()
    left_a: Names = ()
    warnings: tuple[str, ...] = ()


class MovementCase(Case):
    """What moved in the grid."""

    input: MovementInput
    expected: MovementExpected

    def found(self) -> Mapping[str, Any]:
        before, after = (_snapshot(cells) for cells in (self.input.before, self.input.after))
        result = movement(before, after, _LIBRARY.analysis.at(self.on).movement)
        counts = ("compared", "moved", "upgrades", "downgrades", "raised", "lowered", "net")
        return {
            **{name: getattr(result, name) for name in counts},
            "came": tuple(result.entries.index),
            "went": tuple(result.exits.index),
            "rated": tuple(result.rated.index),
            "unrated": tuple(result.unrated.index),
            "left_a": tuple(result.left_a.index),
            "warnings": tuple(reason.code for reason in result.warnings),
        }


def _snapshot(cells: Mapping[str, Cell | None]) -> "pd.Series[str]":
    return pd.Series({name: cell and cell.value for name, cell in cells.items()}, dtype=object)


# Files


C = TypeVar("C", bound=Case)


class CaseFile(Content, Generic[C]):
    """The cases of one file."""

    cases: Annotated[tuple[C, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _each_name_once(self) -> Self:
        names = [case.name for case in self.cases]
        for name in names:
            if names.count(name) > 1:
                raise MistakeError(f"two cases are called `{name}`", "Give each case a name of its own")
        return self


KINDS: Mapping[str, type[CaseFile[Any]]] = {
    "nine_box": CaseFile[NineBoxCase],
    "today": CaseFile[TodayCase],
    "cadence": CaseFile[CadenceCase],
    "pace": CaseFile[PaceCase],
    "abc": CaseFile[AbcCase],
    "rfm": CaseFile[RfmCase],
    "concentration": CaseFile[ConcentrationCase],
    "movement": CaseFile[MovementCase],
}


def read_cases(path: Path) -> tuple[Case, ...]:
    """The cases of a file; raises ContentErrors with every mistake in it, for its author."""
    schema = KINDS.get(path.stem)
    if schema is None:
        how = f"Call the file {', '.join(f'{kind}.yaml' for kind in KINDS)}"
        raise ContentErrors([ContentProblem(path.name, "", "no kind of case has this name", how)])
    cases: tuple[Case, ...] = read_yaml(path, schema).cases
    return cases
