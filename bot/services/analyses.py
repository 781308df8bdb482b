"""What was bought, analysed: ABC, RFM, concentration, and the grid beside that of a quarter ago."""

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

from bot.db.uow import UnitOfWork
from bot.db.usage import months_of, yearly_usage
from bot.db.values import EVERYTHING, DataAsOf, Selection
from bot.deps import Deps
from bot.services.importing import our_products
from domain.errors import DomainError
from domain.ids import CustomerId, InstitutionId, UserId
from domain.importing.keys import normal_name
from domain.people.model import Role, Scope, User
from domain.tiering.business import QUARTER, Business, Purchase, Unit, of_sales
from domain.tiering.subject import Subject

if TYPE_CHECKING:
    from domain.tiering.abc import AbcMethod, AbcResult
    from domain.tiering.concentration import Concentration
    from domain.tiering.rfm import RfmResult

YEAR = 12  # months


class Filter(IntEnum):
    """By what an analysis can be narrowed."""

    TEAM = 1
    HOSPITAL = 2
    PRODUCT = 3


class Lacking(StrEnum):
    """Why there is nothing to analyse."""

    NOBODY = "nobody"  # the filters leave nobody
    SALES = "sales"  # no sales to institutions are on record
    USAGE = "usage"  # no usage of doctors is on record
    REFUSED = "refused"  # the market keeps no usage of single doctors
    MONTHS = "months"  # usage is known by the year only, which has no days for RFM


@dataclass(frozen=True, slots=True)
class Filters:
    """What a button narrows to, by ids; 0 is all. A product's id is `product_key` of its name."""

    team: int = 0
    hospital: int = 0
    product: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Filters that were found in the viewer's sight, with their names; None is all."""

    selection: Selection = EVERYTHING
    team: str | None = None
    hospital: str | None = None
    product: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Analysed:
    """A list of members with business, and what the viewer chose to see.

    `ours` are the products that usage is counted of where none was chosen; empty: of all.
    """

    business: Business
    chosen: Chosen
    ours: tuple[str, ...]
    as_of: DataAsOf


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AbcView:
    """The three ways beside each other."""

    of: Analysed
    ways: "Mapping[AbcMethod, AbcResult]"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RfmView:
    """RFM scores, and the segments that somebody is in, in the order of the params."""

    of: Analysed
    result: "RfmResult"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LorenzView:
    """The concentration now, and a quarter before where the data reach back so far."""

    of: Analysed
    now: "Concentration"
    earlier: "Concentration | None"
    top: float


def product_key(name: str) -> int:
    """A number of 31 bits for a product's name, however it is spaced or cased, to stand in a button.

    Of a hundred products two have the same number once in four hundred thousand companies.
    """
    digest = hashlib.blake2b(normal_name(name).encode(), digest_size=4).digest()
    return int.from_bytes(digest) >> 1 or 1


async def choose(deps: Deps, viewer: User, filters: Filters) -> Chosen:
    """The filters of a button as far as the viewer may use them; DomainError "not_found" for others."""
    if filters == Filters():
        return Chosen()
    async with deps.db.read() as uow:
        team = _named(await _teams(uow, viewer), filters.team)
        hospitals = await uow.figures.institutions(Scope.of(viewer), EVERYTHING) if filters.hospital else {}
        hospital = _named(hospitals, filters.hospital)
        products = await uow.figures.products(Scope.of(viewer)) if filters.product else []
    wanted = tuple(name for name in products if product_key(name) == filters.product)
    if filters.product and not wanted:
        raise DomainError("not_found")
    return Chosen(
        selection=Selection(
            team=UserId(filters.team) if team else None,
            institution=InstitutionId(filters.hospital) if hospital else None,
            products=wanted or None,
        ),
        team=team,
        hospital=hospital,
        product=wanted[0] if wanted else None,
    )


async def choices(deps: Deps, viewer: User, by: Filter, filters: Filters) -> list[tuple[int, str]]:
    """What one filter can be set to: ids and names; hospitals are those of the team that is chosen."""
    scope = Scope.of(viewer)
    chosen = await choose(deps, viewer, filters)
    async with deps.db.read() as uow:
        if by is Filter.TEAM:
            return list((await _teams(uow, viewer)).items())
        if by is Filter.HOSPITAL:
            team = Selection(team=chosen.selection.team)
            return [(int(key), name) for key, name in (await uow.figures.institutions(scope, team)).items()]
        names = await uow.figures.products(scope)
    return list({product_key(name): name for name in reversed(names)}.items())[::-1]


async def analysed(
    deps: Deps, viewer: User, filters: Filters, subject: Subject | None, today: date
) -> Analysed | Lacking:
    """The business of doctors or hospitals, or why there is none.

    `subject` None takes doctors where their usage is on record, else hospitals. DomainError
    "not_found" when a filter names what is out of the viewer's sight.
    """
    chosen = await choose(deps, viewer, filters)
    may_know = deps.library.markets[deps.settings.market].usage_per_customer
    if subject is Subject.PERSON and not may_know:
        return Lacking.REFUSED
    async with deps.db.read() as uow:
        as_of = await uow.customers.data_as_of(Scope.of(viewer))
        ours = await our_products(deps, uow)
        found: tuple[Business, tuple[str, ...]] | Lacking = Lacking.USAGE
        if subject is Subject.PERSON or (subject is None and may_know):
            found = await _usage(uow, viewer, chosen, ours)
        if subject is Subject.ACCOUNT or (subject is None and isinstance(found, Lacking)):
            found = await _sales(deps, uow, viewer, chosen, today)
    if isinstance(found, Lacking):
        return found
    business, counted = found
    return Analysed(business=business, chosen=chosen, ours=counted, as_of=as_of)


async def abc(
    deps: Deps, viewer: User, filters: Filters, subject: Subject | None, today: date
) -> AbcView | Lacking:
    """ABC classes by the three named rules. As `analysed`."""
    found = await analysed(deps, viewer, filters, subject, today)
    if isinstance(found, Lacking):
        return found
    params = deps.library.analysis.at(today).abc

    def classes() -> "Mapping[AbcMethod, AbcResult]":
        import pandas as pd

        from domain.tiering.abc import AbcMethod, classify

        business = found.business
        values = pd.Series(business.values, dtype=float)
        days = None
        if business.first is not None:
            since = {member: (business.until - first).days for member, first in business.first.items()}
            days = pd.Series(since, dtype=float)
        return {way: classify(values, way, params, days_known=days) for way in AbcMethod}

    return AbcView(of=found, ways=await asyncio.to_thread(classes))


async def rfm(
    deps: Deps, viewer: User, filters: Filters, subject: Subject | None, today: date
) -> RfmView | Lacking:
    """RFM scores and segments as of the last day on record; without `subject` of hospitals. As `analysed`."""
    found = await analysed(deps, viewer, filters, subject or Subject.ACCOUNT, today)
    if isinstance(found, Lacking):
        return found
    business = found.business
    if not business.purchases:
        return Lacking.MONTHS if business.unit is Unit.USAGE else Lacking.SALES
    params = deps.library.analysis.at(today).rfm
    market = deps.library.markets[deps.settings.market]

    def scores() -> "RfmResult":
        import pandas as pd

        from domain.tiering.rfm import Window, rfm

        orders = pd.DataFrame(business.purchases).set_axis(
            ["customer", "date", "amount", "number"], axis="columns"
        )
        return rfm(
            orders,
            Window(business.until, params.window_days),
            params,
            subject=business.subject,
            market=market,
            customers=pd.Index(list(business.names)),
        )

    return RfmView(of=found, result=await asyncio.to_thread(scores))


async def lorenz(
    deps: Deps, viewer: User, filters: Filters, subject: Subject | None, today: date
) -> LorenzView | Lacking:
    """How far the business rests on a few. As `analysed`."""
    found = await analysed(deps, viewer, filters, subject, today)
    if isinstance(found, Lacking):
        return found
    params = deps.library.analysis.at(today).concentration

    def curves() -> "tuple[Concentration, Concentration | None]":
        import pandas as pd

        from domain.tiering.concentration import concentration

        now = concentration(pd.Series(found.business.values, dtype=float), params)
        if found.business.earlier is None:
            return now, None
        return now, concentration(pd.Series(found.business.earlier, dtype=float), params)

    now, earlier = await asyncio.to_thread(curves)
    return LorenzView(of=found, now=now, earlier=earlier, top=params.top)


async def _teams(uow: UnitOfWork, viewer: User) -> dict[int, str]:
    """Whose customers a viewer may look at alone: reps of the team, for admins everybody's."""
    if viewer.role is Role.REP:
        return {}
    people = await uow.users.all() if viewer.role is Role.ADMIN else await uow.users.team(viewer.id)
    return {
        one.id: one.name
        for one in sorted(people, key=lambda one: (one.role is Role.REP, one.name))
        if one.is_active and one.role is not Role.ADMIN
    }


def _named(there: Mapping[int, str] | Mapping[InstitutionId, str], wanted: int) -> str | None:
    if not wanted:
        return None
    name = {int(key): name for key, name in there.items()}.get(wanted)
    if name is None:
        raise DomainError("not_found")
    return name


async def _sales(
    deps: Deps, uow: UnitOfWork, viewer: User, chosen: Chosen, today: date
) -> tuple[Business, tuple[str, ...]] | Lacking:
    """The sales to hospitals, or, where one is chosen, to its departments."""
    scope, selection = Scope.of(viewer), chosen.selection
    one = selection.institution is not None
    hospitals = await uow.figures.institutions(scope, selection)
    lines = await uow.figures.sales(scope, selection, today, by_department=one)
    days = await uow.figures.sale_days(today)
    if not hospitals:
        return Lacking.NOBODY
    if days is None or not lines:
        return Lacking.SALES
    names = {line.account: line.account for line in lines} if one else _texts(hospitals)
    params = deps.library.analysis.at(today)
    begun, until = days

    def add_up() -> Business:
        return of_sales(
            names,
            lines,
            begun=begun,
            until=until,
            days=params.rfm.window_days,
            new_days=params.abc.new_days,
        )

    return await asyncio.to_thread(add_up), ()


async def _usage(
    uow: UnitOfWork, viewer: User, chosen: Chosen, ours: tuple[str, ...]
) -> tuple[Business, tuple[str, ...]] | Lacking:
    """The usage of doctors: of the product that is chosen, else of our own, else of all."""
    scope, selection = Scope.of(viewer), chosen.selection
    people = await uow.figures.people(scope, selection)
    figures = await uow.figures.usage(scope, selection)
    periods = await uow.figures.usage_periods()
    if not people:
        return Lacking.NOBODY
    if not figures:
        return Lacking.USAGE
    own = {normal_name(name) for name in ours}
    counted = () if selection.products or not own else ours
    if counted:
        figures = [figure for figure in figures if normal_name(figure[1]) in own]
    names = _texts(people)

    def add_up() -> Business:
        spans = [months_of(period) for period in periods]
        end = max(span.stop for span in spans)
        before = end - QUARTER
        reaches_back = (
            before in {span.stop for span in spans} and min(span.start for span in spans) <= before - YEAR
        )

        def totals(until: int) -> dict[str, float]:
            used = yearly_usage(figures, (), end=until)
            return {key: used[int(key)].total if int(key) in used else 0.0 for key in names}

        dated = [figure for figure in figures if len(months_of(figure[2])) < YEAR]
        return Business(
            subject=Subject.PERSON,
            unit=Unit.USAGE,
            names=names,
            values=totals(end),
            since=_first_of(end - YEAR),
            until=_first_of(end) - timedelta(days=1),
            earlier=totals(before) if reaches_back else None,
            earlier_until=_first_of(before) - timedelta(days=1) if reaches_back else None,
            purchases=[
                Purchase(
                    str(customer), _first_of(months_of(period).stop) - timedelta(days=1), quantity, number
                )
                for number, (customer, _, period, quantity) in enumerate(dated)
                if quantity > 0
            ],
        )

    return await asyncio.to_thread(add_up), counted


def _first_of(month: int) -> date:
    """The first day of a month counted from year 0."""
    return date(month // 12, month % 12 + 1, 1)


def _texts(names: Mapping[CustomerId, str] | Mapping[InstitutionId, str]) -> dict[str, str]:
    return {str(key): name for key, name in names.items()}
