"""Joint visits, and what both sides have said about them.

A manager sees their own, a rep those that were planned with them. A customer is named only to those who may
see the customer.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from bot.db.mappers import reasons_image, to_reasons
from bot.db.scope import within
from bot.db.statements import rows_changed
from bot.db.tables import (
    CustomerRow,
    InstitutionRow,
    JointCommentRow,
    JointVisitRow,
    UserRow,
    VisitRow,
)
from domain.customers.model import CustomerStatus
from domain.errors import DomainError
from domain.explain import Reason
from domain.ids import CustomerId, JointCommentId, JointId, UserId
from domain.jointvisits.model import (
    LAST,
    TOOK_PLACE,
    Accompanied,
    Action,
    Comment,
    Form,
    JointKind,
    JointState,
    JointVisit,
)
from domain.people.model import Scope
from domain.visits.model import Outcome

_OVER = [state.value for state in LAST]
_TOOK_PLACE = [state.value for state in TOOK_PLACE]


@dataclass(frozen=True, slots=True)
class SeenVisit:
    """A joint visit as a viewer sees it; `customer` is "" for somebody whom they may not see any more."""

    visit: JointVisit
    customer: str
    manager: str
    rep: str


@dataclass(frozen=True, slots=True)
class Met:
    """An active customer of a rep: how often they were met, and how often they refused."""

    owner_id: UserId
    is_kol: bool
    met: int
    refused: int


class JointVisits:
    """Joint visits are never deleted; comments are added and never changed."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(
        self,
        manager_id: UserId,
        rep_id: UserId,
        customer_id: CustomerId,
        kind: JointKind,
        reasons: Sequence[Reason],
        now: datetime,
    ) -> JointId:
        """A new draft."""
        row = JointVisitRow(
            manager_id=manager_id,
            rep_id=rep_id,
            customer_id=customer_id,
            kind=kind.value,
            reasons=reasons_image(reasons),
            state=JointState.DRAFT.value,
            created_at=now,
        )
        self._session.add(row)
        await self._session.flush()
        return JointId(row.id)

    async def get(self, joint_id: JointId, scope: Scope) -> SeenVisit:
        """One of the viewer's. DomainError "not_found" for others, and for a rep as long as it is a draft."""
        rows = await self._session.execute(_seen(scope).where(col(JointVisitRow.id) == joint_id))
        found = rows.one_or_none()
        if found is None:
            raise DomainError("not_found")
        return _to_seen(*found)

    async def all(self, scope: Scope, closed_since: date) -> list[SeenVisit]:
        """The viewer's that are open, or were closed from a day on: the latest first."""
        closed = and_(
            col(JointVisitRow.state) == JointState.CLOSED.value, col(JointVisitRow.on) >= closed_since
        )
        query = (
            _seen(scope)
            .where(or_(col(JointVisitRow.state).not_in(_OVER), closed))
            .order_by(col(JointVisitRow.on).desc().nulls_last(), col(JointVisitRow.id).desc())
        )
        return [_to_seen(*found) for found in await self._session.execute(query)]

    async def of_reps(
        self, reps: Collection[UserId], first: date, last: date, scope: Scope
    ) -> list[Accompanied]:
        """What some reps know of from `first` to `last`, whoever came along: the latest first."""
        manager, rep = aliased(UserRow), aliased(UserRow)
        columns: list[Any] = [
            JointVisitRow,
            col(rep.name),
            col(manager.name),
            case((within(scope), col(CustomerRow.name)), else_=""),
            func.coalesce(col(InstitutionRow.name), col(CustomerRow.city)),
        ]
        query = (
            select(*columns)
            .join(manager, col(manager.id) == col(JointVisitRow.manager_id))
            .join(rep, col(rep.id) == col(JointVisitRow.rep_id))
            .join(CustomerRow, col(CustomerRow.id) == col(JointVisitRow.customer_id))
            .outerjoin(InstitutionRow, col(InstitutionRow.id) == col(CustomerRow.institution_id))
            .where(
                col(JointVisitRow.rep_id).in_(reps),
                col(JointVisitRow.on).between(first, last),
                col(JointVisitRow.state) != JointState.DRAFT.value,
            )
            .order_by(col(JointVisitRow.on).desc(), col(rep.name), col(JointVisitRow.id))
        )
        return [
            Accompanied(
                on=row.on,
                rep=name,
                manager=manager_name,
                customer=customer,
                place=place,
                kind=JointKind(row.kind),
                state=JointState(row.state),
                acknowledged_at=row.closed_at,
            )
            for row, name, manager_name, customer, place in await self._session.execute(query)
        ]

    async def change(self, visit: JointVisit, **values: Any) -> None:
        """Write columns, unless somebody was faster. DomainError "joint_step" then."""
        statement = (
            update(JointVisitRow)
            .where(col(JointVisitRow.id) == visit.id, col(JointVisitRow.state) == visit.state.value)
            .values(**values)
            .execution_options(synchronize_session=False)
        )
        if not await rows_changed(self._session, statement):
            raise DomainError("joint_step")

    async def comment(self, joint_id: JointId, author_id: UserId, text: str, now: datetime) -> JointCommentId:
        """Add a comment."""
        row = JointCommentRow(joint_id=joint_id, author_id=author_id, text=text, at=now)
        self._session.add(row)
        await self._session.flush()
        return JointCommentId(row.id)

    async def comments(self, joint_id: JointId) -> list[Comment]:
        """What was said, in the order in which it was said."""
        query = (
            select(JointCommentRow)
            .where(col(JointCommentRow.joint_id) == joint_id)
            .order_by(col(JointCommentRow.id))
        )
        return [
            Comment(JointCommentId(row.id), UserId(row.author_id), row.text, row.at)
            for row in await self._session.scalars(query)
        ]

    async def met(self, scope: Scope, *, met_since: date, refused_since: date) -> dict[CustomerId, Met]:
        """The customers of the scope who may be visited, counted in one statement."""
        on, outcome = col(VisitRow.on), col(VisitRow.outcome)
        nobody = [Outcome.ABSENT.value, Outcome.REFUSED.value]
        counts = and_(
            col(VisitRow.id).is_not(None), on >= met_since, or_(outcome.is_(None), outcome.not_in(nobody))
        )
        refuses = and_(on >= refused_since, outcome == Outcome.REFUSED.value)
        visits = and_(col(VisitRow.customer_id) == col(CustomerRow.id), on >= min(met_since, refused_since))
        query = (
            select(
                col(CustomerRow.id),
                col(CustomerRow.owner_id),
                col(CustomerRow.is_kol),
                func.sum(case((counts, 1), else_=0)),
                func.sum(case((refuses, 1), else_=0)),
            )
            .outerjoin(VisitRow, visits)
            .where(
                within(scope),
                col(CustomerRow.owner_id).is_not(None),
                col(CustomerRow.status) == CustomerStatus.ACTIVE.value,
                col(CustomerRow.is_no_see).is_(False),
            )
            .group_by(col(CustomerRow.id), col(CustomerRow.owner_id), col(CustomerRow.is_kol))
        )
        return {
            CustomerId(number): Met(UserId(owner), is_kol, met, refused)
            for number, owner, is_kol, met, refused in await self._session.execute(query)
            if owner is not None
        }

    async def last_joint(self, customers: Collection[CustomerId]) -> dict[CustomerId, date]:
        """When a manager last came along to a customer, whoever it was."""
        query = (
            select(col(JointVisitRow.customer_id), func.max(col(JointVisitRow.on)))
            .where(col(JointVisitRow.customer_id).in_(customers), col(JointVisitRow.state).in_(_TOOK_PLACE))
            .group_by(col(JointVisitRow.customer_id))
        )
        return {CustomerId(number): on for number, on in await self._session.execute(query) if on is not None}

    async def open_with(self, manager_id: UserId) -> dict[CustomerId, JointId]:
        """The customers with whom a joint visit of the manager is under way, and which."""
        query = select(col(JointVisitRow.customer_id), col(JointVisitRow.id)).where(
            col(JointVisitRow.manager_id) == manager_id, col(JointVisitRow.state).not_in(_OVER)
        )
        return {
            CustomerId(customer): JointId(number) for customer, number in await self._session.execute(query)
        }

    async def closed(self, reps: Collection[UserId], first: date, last: date) -> dict[UserId, int]:
        """How many joint visits from `first` to `last` each rep has acknowledged."""
        return await self._count(reps, first, last, [JointState.CLOSED.value])

    async def arranged(self, rep_id: UserId, first: date, last: date) -> int:
        """How many joint visits a rep has from `first` to `last`, planned or made."""
        states = [JointState.PLANNED.value, *_TOOK_PLACE]
        return (await self._count([rep_id], first, last, states)).get(rep_id, 0)

    async def _count(
        self, reps: Collection[UserId], first: date, last: date, states: Collection[str]
    ) -> dict[UserId, int]:
        query = (
            select(col(JointVisitRow.rep_id), func.count())
            .where(
                col(JointVisitRow.rep_id).in_(reps),
                col(JointVisitRow.on).between(first, last),
                col(JointVisitRow.state).in_(states),
            )
            .group_by(col(JointVisitRow.rep_id))
        )
        return {UserId(rep): count for rep, count in await self._session.execute(query)}


def _seen(scope: Scope) -> Select[JointVisitRow, str, str, str]:
    manager, rep = aliased(UserRow), aliased(UserRow)
    return (
        select(JointVisitRow, func.coalesce(col(CustomerRow.name), ""), col(manager.name), col(rep.name))
        .join(manager, col(manager.id) == col(JointVisitRow.manager_id))
        .join(rep, col(rep.id) == col(JointVisitRow.rep_id))
        .outerjoin(CustomerRow, and_(col(CustomerRow.id) == col(JointVisitRow.customer_id), within(scope)))
        .where(_in_sight(scope))
        .execution_options(populate_existing=True)
    )


def _in_sight(scope: Scope) -> ColumnElement[bool]:
    told = and_(col(JointVisitRow.rep_id) == scope.viewer, col(JointVisitRow.on).is_not(None))
    return or_(col(JointVisitRow.manager_id) == scope.viewer, told)


def _to_seen(row: JointVisitRow, customer: str, manager: str, rep: str) -> SeenVisit:
    visit = JointVisit(
        id=JointId(row.id),
        manager_id=UserId(row.manager_id),
        rep_id=UserId(row.rep_id),
        customer_id=CustomerId(row.customer_id),
        kind=JointKind(row.kind),
        reasons=to_reasons(row.reasons),
        on=row.on,
        state=JointState(row.state),
        form=Form(
            goal=row.goal,
            happened=row.happened,
            next_time=row.next_time,
            action=None if row.action is None else Action(row.action),
            scenario=row.scenario,
        ),
        shared_at=row.shared_at,
        closed_at=row.closed_at,
    )
    return SeenVisit(visit, customer, manager, rep)
