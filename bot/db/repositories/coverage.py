"""What the figures of coverage are counted from.

Everything is counted in the database, customer by customer. Every query takes a `Territory`, which holds
the scope: the reps that the viewer leads, perhaps only one of them or those below one manager. A visit
belongs to the rep who has the customer now.
"""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Executable,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from bot.db.mappers import to_cell
from bot.db.scope import is_person, led_by, within
from bot.db.statements import table_of
from bot.db.tables import (
    AppointmentRow,
    CustomerRow,
    DismissalRow,
    ImportBatchRow,
    ImportChangeRow,
    InstitutionRow,
    KeptVisitRow,
    LeaveRow,
    SuggestionRow,
    TierDecisionRow,
    TierOverrideRow,
    TimeEntryRow,
    UserRow,
    VisitRow,
    VisitVersionRow,
)
from bot.db.values import AppointmentState, BatchStatus
from domain.coverage.params import Batch, CoverageParams
from domain.coverage.questions import Sitting
from domain.coverage.report import Listed, PaidVisit, Rep
from domain.customers.model import CustomerStatus
from domain.ids import CustomerId, InstitutionId, LeaveId, UserId
from domain.people.model import Scope
from domain.planning.absence import Leave, LeaveKind
from domain.planning.model import Half
from domain.timelog.split import Split
from domain.visits.dismissal import DismissReason
from domain.visits.model import Channel, Outcome
from domain.visits.suggestion import SuggestionState

_NOBODY_MET = (Outcome.ABSENT.value, Outcome.REFUSED.value)  # as in Visit.counts
_PORTION = 1000  # rows after which others get a turn


@dataclass(frozen=True, slots=True)
class Territory:
    """The reps that are looked at: all whom the viewer leads, or only those among `reps`."""

    scope: Scope
    reps: Collection[UserId] | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """A moment, and the day on which it is, or which it ends, for whoever asks."""

    moment: datetime
    day: date


@dataclass(frozen=True, slots=True)
class Counted:
    """A customer's days with a visit, and with any contact, in each of several spans; and what was told."""

    visits: Sequence[int]
    contacts: Sequence[int]
    told: int = 0
    products: int = 0
    usual: int = 0


class Coverage:
    """Sums over visits, plans, time and refusals of a territory."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def reps(self, territory: Territory) -> list[Rep]:
        """The reps by name."""
        query = (
            select(col(UserRow.id), col(UserRow.name), col(UserRow.manager_id))
            .where(col(UserRow.id).in_(led_by(territory.scope)))
            .order_by(col(UserRow.name), col(UserRow.id))
        )
        if territory.reps is not None:
            query = query.where(col(UserRow.id).in_(territory.reps))
        return [
            Rep(UserId(number), name, None if manager is None else UserId(manager))
            for number, name, manager in await self._session.execute(query)
        ]

    async def listed(
        self, territory: Territory, *, begun: Point, ended: Point, long_ago: Point
    ) -> list[Listed]:
        """Every customer of the reps, with the cells at three points of time.

        A customer about whom nothing was decided by the end has the first cell that was.
        """
        before: Any = aliased(TierDecisionRow)
        after: Any = aliased(TierDecisionRow)
        earlier: Any = aliased(TierDecisionRow)
        hand_before: Any = aliased(TierOverrideRow)
        hand_after: Any = aliased(TierOverrideRow)
        hand_earlier: Any = aliased(TierOverrideRow)
        decided = _decision(func.max, ended.moment)
        columns: list[Any] = [
            col(CustomerRow.id),
            case((within(territory.scope), col(CustomerRow.name)), else_=""),
            col(CustomerRow.owner_id),
            col(CustomerRow.institution_id),
            func.coalesce(col(InstitutionRow.name), col(CustomerRow.city)),
            col(CustomerRow.status),
            col(CustomerRow.is_no_see),
            func.coalesce(hand_after.tier, after.tier),
            func.coalesce(hand_after.support, after.support),
            func.coalesce(hand_before.tier, before.tier),
            func.coalesce(hand_before.support, before.support),
            before.id,
            after.decided_at <= ended.moment,
            func.coalesce(hand_earlier.tier, earlier.tier),
            func.coalesce(hand_earlier.support, earlier.support),
        ]
        query = (
            select(*columns)
            .select_from(CustomerRow)
            .outerjoin(InstitutionRow, col(InstitutionRow.id) == col(CustomerRow.institution_id))
            .outerjoin(before, before.id == _decision(func.max, begun.moment))
            .outerjoin(earlier, earlier.id == _decision(func.max, long_ago.moment))
            .outerjoin(after, after.id == func.coalesce(decided, _decision(func.min, None)))
            .outerjoin(hand_before, _by_hand(hand_before, begun))
            .outerjoin(hand_after, _by_hand(hand_after, ended))
            .outerjoin(hand_earlier, _by_hand(hand_earlier, long_ago))
            .where(_of(territory))
            .order_by(col(CustomerRow.id))
        )
        return [
            Listed(
                id=CustomerId(number),
                name=name,
                rep_id=UserId(owner),
                institution_id=None if place is None else InstitutionId(place),
                institution=place_name,
                is_active=status == CustomerStatus.ACTIVE.value,
                is_listed=status == CustomerStatus.ACTIVE.value and not no_see,
                cell=to_cell(tier, support),
                is_known=bool(is_known),
                was=to_cell(tier_before, support_before),
                was_known=decision is not None,
                stood=to_cell(stood_tier, stood_support),
            )
            async for (
                number, name, owner, place, place_name, status, no_see,
                tier, support, tier_before, support_before, decision, is_known,
                stood_tier, stood_support,
            ) in self._rows(query)
        ]  # fmt: skip

    async def added(self, territory: Territory) -> dict[CustomerId, datetime]:
        """When a customer was loaded, for those who are known to have come by a load."""
        query = (
            select(col(CustomerRow.id), func.min(col(ImportBatchRow.created_at)))
            .select_from(ImportChangeRow)
            .join(ImportBatchRow, col(ImportBatchRow.id) == col(ImportChangeRow.batch_id))
            .join(CustomerRow, col(CustomerRow.id) == col(ImportChangeRow.row_id))
            .where(
                col(ImportChangeRow.table_name) == table_of(CustomerRow).name,
                col(ImportChangeRow.before).is_(null()),
                col(ImportBatchRow.status) == BatchStatus.APPLIED.value,
                _of(territory),
            )
            .group_by(col(CustomerRow.id))
        )
        return {CustomerId(number): moment async for number, moment in self._rows(query)}

    async def visits(
        self, territory: Territory, spans: Sequence[tuple[date, date]], begin: date, params: CoverageParams
    ) -> dict[CustomerId, Counted]:
        """Contacts in each of some spans (first and last days), and what was told from `begin` on."""
        day = col(VisitRow.on)
        spoken = and_(_face_to_face(params), day >= begin, col(VisitRow.topics).is_not(null()))
        topics = func.json_array_length(col(VisitRow.topics))
        columns: list[Any] = [
            *(_days_of(day.between(*span), _face_to_face(params)) for span in spans),
            *(_days_of(day.between(*span)) for span in spans),
            func.count(case((spoken, 1))),
            func.coalesce(func.sum(case((spoken, topics))), 0),
            func.count(case((and_(spoken, topics.between(*params.usual_products)), 1))),
        ]
        query = (
            select(col(VisitRow.customer_id), *columns)
            .where(
                col(VisitRow.customer_id).in_(select(col(CustomerRow.id)).where(_of(territory))),
                _met(),
                day.between(min(first for first, _ in spans), max(last for _, last in spans)),
            )
            .group_by(col(VisitRow.customer_id))
        )
        visits, contacts = 1, 1 + len(spans)
        told = contacts + len(spans)
        return {
            CustomerId(row[0]): Counted(row[visits:contacts], row[contacts:told], *row[told:])
            async for row in self._rows(query)
        }

    async def met(
        self, territory: Territory, first: date, until: date, params: CoverageParams
    ) -> dict[CustomerId, tuple[int, int]]:
        """Days with a visit, and with any contact, by customer."""
        day = col(VisitRow.on)
        query = (
            select(col(VisitRow.customer_id), _days_of(_face_to_face(params)), func.count(day.distinct()))
            .join(CustomerRow, col(CustomerRow.id) == col(VisitRow.customer_id))
            .where(_of(territory), _met(), day.between(first, until))
            .group_by(col(VisitRow.customer_id))
        )
        return {CustomerId(number): (visits, days) async for number, visits, days in self._rows(query)}

    async def planned(
        self, territory: Territory, first: date, until: date, today: date, params: CoverageParams
    ) -> dict[CustomerId, tuple[int, int]]:
        """Planned days, and those of them that had a visit, by customer; of today only what was visited."""
        plans = _plans(territory, col(CustomerRow.id), first, until).subquery()
        paid: Any = aliased(VisitRow)
        visited = (
            select(literal(1))
            .where(
                paid.customer_id == plans.c.id,
                paid.on == plans.c.on,
                or_(paid.outcome.is_(None), paid.outcome.not_in(_NOBODY_MET)),
                paid.channel.in_([one.value for one in params.face_to_face]),
            )
            .exists()
        )
        query = select(
            plans.c.id,
            func.count(case((or_(plans.c.on < today, visited), 1))),
            func.count(case((visited, 1))),
        ).group_by(plans.c.id)
        return {CustomerId(number): (planned, kept) async for number, planned, kept in self._rows(query)}

    async def days(
        self, territory: Territory, first: date, until: date, params: CoverageParams
    ) -> dict[UserId, dict[date, int]]:
        """Visits by rep and day, for each day with at least one visit, whoever paid it."""
        query = (
            select(
                col(CustomerRow.owner_id),
                col(VisitRow.on),
                func.count(col(VisitRow.customer_id).distinct()),
            )
            .join(CustomerRow, col(CustomerRow.id) == col(VisitRow.customer_id))
            .where(_of(territory), _met(), _face_to_face(params), col(VisitRow.on).between(first, until))
            .group_by(col(CustomerRow.owner_id), col(VisitRow.on))
        )
        found: dict[UserId, dict[date, int]] = {}
        async for rep, on, visits in self._rows(query):
            found.setdefault(UserId(rep), {})[on] = visits
        return found

    async def planned_days(self, territory: Territory, first: date, until: date) -> dict[UserId, set[date]]:
        """Days with at least one planned visit, by rep."""
        found: dict[UserId, set[date]] = {}
        async for rep, on in self._rows(_plans(territory, col(CustomerRow.owner_id), first, until)):
            found.setdefault(UserId(rep), set()).add(on)
        return found

    async def leaves(self, territory: Territory, first: date, last: date) -> dict[UserId, list[Leave]]:
        """The leaves that touch some days, by rep."""
        query = select(LeaveRow).where(
            _rep_of(territory, col(LeaveRow.rep_id)), col(LeaveRow.first) <= last, col(LeaveRow.last) >= first
        )
        found: dict[UserId, list[Leave]] = {}
        for row in await self._session.scalars(query):
            leave = Leave(
                id=LeaveId(row.id),
                first=row.first,
                last=row.last,
                kind=LeaveKind(row.kind),
                half=None if row.half is None else Half(row.half),
            )
            found.setdefault(UserId(row.rep_id), []).append(leave)
        return found

    async def sittings(
        self, territory: Territory, first: date, until: date, limits: Batch
    ) -> dict[UserId, list[Sitting]]:
        """The hours in which a rep has entered many visits of several of these days, by rep.

        An hour of the database's clock. Visits that came by a file have no such hour.
        """
        at = col(VisitVersionRow.at)
        hour = func.substr(cast(at, String), 1, len("2026-11-23 08"))
        visits, days = func.count(), func.count(col(VisitRow.on).distinct())
        query = (
            select(col(VisitVersionRow.author_id), func.min(at), visits, days)
            .join(VisitRow, col(VisitRow.id) == col(VisitVersionRow.visit_id))
            .where(
                _rep_of(territory, col(VisitVersionRow.author_id)),
                col(VisitVersionRow.before).is_(null()),
                col(VisitVersionRow.undone_at).is_(None),
                col(VisitRow.on).between(first, until),
            )
            .group_by(col(VisitVersionRow.author_id), hour)
            .having(and_(visits >= limits.visits, days >= limits.days))
            .order_by(func.min(at))
        )
        found: dict[UserId, list[Sitting]] = {}
        for rep, begun, number, of_days in await self._session.execute(query):
            found.setdefault(UserId(rep), []).append(Sitting(begun, number, of_days))
        return found

    async def dismissals(
        self, territory: Territory, first: date, until: date
    ) -> list[tuple[CustomerId, DismissReason, int]]:
        """How often each customer was refused for which reason."""
        query = (
            select(col(DismissalRow.customer_id), col(DismissalRow.reason), func.count())
            .join(CustomerRow, col(CustomerRow.id) == col(DismissalRow.customer_id))
            .where(_of(territory), col(DismissalRow.on).between(first, until))
            .group_by(col(DismissalRow.customer_id), col(DismissalRow.reason))
        )
        return [
            (CustomerId(number), DismissReason(reason), count)
            async for number, reason, count in self._rows(query)
        ]

    async def time(self, territory: Territory, first: date, until: date) -> dict[UserId, Split]:
        """The minutes that reps have told, by rep."""
        minutes = [
            func.sum(col(each))
            for each in (
                TimeEntryRow.selling,
                TimeEntryRow.travelling,
                TimeEntryRow.organising,
                TimeEntryRow.personal,
            )
        ]
        query = (
            select(col(TimeEntryRow.rep_id), *minutes)
            .where(_rep_of(territory, col(TimeEntryRow.rep_id)), col(TimeEntryRow.on).between(first, until))
            .group_by(col(TimeEntryRow.rep_id))
        )
        return {UserId(rep): Split(*map(int, sums)) for rep, *sums in await self._session.execute(query)}

    async def paid(
        self, territory: Territory, first: date, until: date, params: CoverageParams, most: int
    ) -> list[PaidVisit]:
        """The visits of customers whom the viewer may name, at most so many, the latest first."""
        plans = _plans(territory, col(CustomerRow.id), first, until).subquery()
        columns: list[Any] = [
            col(VisitRow.on),
            col(UserRow.name),
            col(CustomerRow.name),
            col(VisitRow.channel),
            col(VisitRow.outcome),
            and_(_met(), _face_to_face(params)),
            plans.c.on.is_not(None),
        ]
        query = (
            select(*columns)
            .select_from(VisitRow)
            .join(CustomerRow, col(CustomerRow.id) == col(VisitRow.customer_id))
            .join(UserRow, col(UserRow.id) == col(CustomerRow.owner_id))
            .outerjoin(plans, and_(plans.c.id == col(VisitRow.customer_id), plans.c.on == col(VisitRow.on)))
            .where(_of(territory), within(territory.scope), col(VisitRow.on).between(first, until))
            .order_by(col(VisitRow.on).desc(), col(UserRow.name), col(CustomerRow.name), col(VisitRow.id))
            .limit(most)
        )
        return [
            PaidVisit(
                on=on,
                rep=rep,
                customer=customer,
                channel=Channel(channel),
                outcome=Outcome(outcome) if outcome else None,
                counts=bool(counts),
                is_planned=bool(is_planned),
            )
            async for on, rep, customer, channel, outcome, counts, is_planned in self._rows(query)
        ]

    async def _rows(self, query: Executable) -> AsyncIterator[Any]:
        """The rows in portions, so that others get a turn."""
        connection = await self._session.connection()
        result = await connection.stream(query)
        async for portion in result.partitions(_PORTION):
            for row in portion:
                yield row


def _rep_of(territory: Territory, rep: Any) -> ColumnElement[bool]:
    led: ColumnElement[bool] = rep.in_(led_by(territory.scope))
    return led if territory.reps is None else and_(led, rep.in_(territory.reps))


def _of(territory: Territory) -> ColumnElement[bool]:
    """The condition on `CustomerRow` that keeps a query to the customers of the reps."""
    return and_(is_person(), _rep_of(territory, col(CustomerRow.owner_id)))


def _met() -> ColumnElement[bool]:
    return or_(col(VisitRow.outcome).is_(None), col(VisitRow.outcome).not_in(_NOBODY_MET))


def _face_to_face(params: CoverageParams) -> ColumnElement[bool]:
    return col(VisitRow.channel).in_([one.value for one in params.face_to_face])


def _decision(which: Any, moment: datetime | None) -> Any:
    """The id of a customer's first or last decision up to a moment."""
    decision = aliased(TierDecisionRow)
    query = select(which(col(decision.id))).where(col(decision.customer_id) == col(CustomerRow.id))
    if moment is not None:
        query = query.where(col(decision.decided_at) <= moment)
    return query.correlate(CustomerRow).scalar_subquery()


def _by_hand(override: Any, point: Point) -> ColumnElement[bool]:
    """Joins the last override made up to a moment, if it holds on its day."""
    one = aliased(TierOverrideRow)
    latest = (
        select(func.max(col(one.id)))
        .where(col(one.customer_id) == col(CustomerRow.id), col(one.decided_at) <= point.moment)
        .correlate(CustomerRow)
        .scalar_subquery()
    )
    return and_(override.id == latest, override.until >= point.day)


def _plans(territory: Territory, key: Any, first: date, until: date) -> CompoundSelect[int, date]:
    """Each `key` of the customers and each day with a planned visit, once.

    Planned is what was suggested and not taken back, kept, or appointed.
    """
    tables: tuple[Any, ...] = (SuggestionRow, KeptVisitRow, AppointmentRow)
    suggested, kept, agreed = [
        select(key, table.on)
        .join(CustomerRow, col(CustomerRow.id) == table.customer_id)
        .where(_of(territory), table.on.between(first, until))
        for table in tables
    ]
    return union(
        suggested.where(col(SuggestionRow.state) != SuggestionState.WITHDRAWN.value),
        kept,
        agreed.where(col(AppointmentRow.state) == AppointmentState.SET.value),
    )


def _days_of(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
    """How many days had a contact that meets the conditions."""
    return func.count(case((and_(*conditions), col(VisitRow.on))).distinct())
