"""Measures of customers, and the decisions made from them."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, and_, func, null, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from bot.db.mappers import reasons_image, to_cell, to_decision, to_override
from bot.db.scope import within
from bot.db.statements import insert_rows, table_of
from bot.db.tables import (
    AssessmentRow,
    CustomerRow,
    ImportBatchRow,
    ImportChangeRow,
    InstitutionRow,
    ProfileChangeRow,
    TierDecisionRow,
    TierOverrideRow,
    UsageRow,
)
from bot.db.usage import Usage, yearly_usage
from bot.db.values import BatchStatus, DatedDecision, TierHistory
from domain.customers.model import CustomerStatus
from domain.customers.profile import FileField
from domain.ids import BatchId, CustomerId
from domain.people.model import Scope
from domain.tiering.model import Cell, Measures, Support, TierDecision
from domain.tiering.override import Override


def current_decision() -> ColumnElement[bool]:
    """The condition that joins a `CustomerRow` to its current `TierDecisionRow`."""
    decision = aliased(TierDecisionRow)
    latest = (
        select(func.max(col(decision.id)))
        .where(col(decision.customer_id) == col(CustomerRow.id))
        .correlate(CustomerRow)
        .scalar_subquery()
    )
    return col(TierDecisionRow.id) == latest


def override_on(today: date | BindParameter[date]) -> ColumnElement[bool]:
    """The condition that joins a `CustomerRow` to the `TierOverrideRow` in force, if there is one."""
    override = aliased(TierOverrideRow)
    latest = (
        select(func.max(col(override.id)))
        .where(col(override.customer_id) == col(CustomerRow.id))
        .correlate(CustomerRow)
        .scalar_subquery()
    )
    return and_(col(TierOverrideRow.id) == latest, col(TierOverrideRow.until) >= today)


def tier_in_force() -> ColumnElement[str | None]:
    """The letter that counts, where both decision and override are joined."""
    return func.coalesce(col(TierOverrideRow.tier), col(TierDecisionRow.tier))


def support_in_force() -> ColumnElement[int | None]:
    """The digit that counts, where both decision and override are joined."""
    return func.coalesce(col(TierOverrideRow.support), col(TierDecisionRow.support))


class Tiers:
    """Where customers stand in the grid, now and before."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def measures(self, ours: Collection[str]) -> dict[CustomerId, Measures]:
        """What is known about every active customer.

        `ours` are the names of the company's own products. Where usage figures are stored they
        give `quantity` and `ours`; else `quantity` is the latest that was assessed.
        """
        assessed = await self._latest_assessments()
        usage = await self._usage(ours)
        query = (
            select(col(CustomerRow.id), col(CustomerRow.title_rank), col(InstitutionRow.site_class))
            .outerjoin(InstitutionRow, col(InstitutionRow.id) == col(CustomerRow.institution_id))
            .where(col(CustomerRow.status) == CustomerStatus.ACTIVE.value)
            .order_by(col(CustomerRow.id))
        )
        return {
            CustomerId(number): _measures(title_rank, site_class, assessed.get(number, {}), usage.get(number))
            for number, title_rank, site_class in await self._session.execute(query)
        }

    async def current(self, customer_id: CustomerId, scope: Scope) -> TierDecision | None:
        query = (
            select(TierDecisionRow)
            .join(CustomerRow, current_decision())
            .where(col(CustomerRow.id) == customer_id, within(scope))
        )
        row = (await self._session.scalars(query)).one_or_none()
        return to_decision(row) if row else None

    async def current_all(self) -> dict[CustomerId, TierDecision]:
        """The current decision about every active customer who has one."""
        query = (
            select(TierDecisionRow)
            .join(CustomerRow, current_decision())
            .where(col(CustomerRow.status) == CustomerStatus.ACTIVE.value)
        )
        return {CustomerId(row.customer_id): to_decision(row) for row in await self._session.scalars(query)}

    async def history(self, customer_id: CustomerId, scope: Scope) -> list[DatedDecision]:
        """Every decision about a customer, the current one first."""
        query = (
            select(TierDecisionRow)
            .join(CustomerRow, col(CustomerRow.id) == col(TierDecisionRow.customer_id))
            .where(col(CustomerRow.id) == customer_id, within(scope))
            .order_by(col(TierDecisionRow.id).desc())
        )
        return [DatedDecision(row.decided_at, to_decision(row)) for row in await self._session.scalars(query)]

    async def histories(self, scope: Scope) -> list[TierHistory]:
        """Every decision about every customer of the scope, those who are no longer active too."""
        customers = select(col(CustomerRow.id), col(CustomerRow.name), col(CustomerRow.status)).where(
            within(scope)
        )
        computed: dict[int, list[tuple[datetime, Cell | None]]] = {}
        decided = (
            select(
                col(TierDecisionRow.customer_id),
                col(TierDecisionRow.decided_at),
                col(TierDecisionRow.tier),
                col(TierDecisionRow.support),
            )
            .join(CustomerRow, col(CustomerRow.id) == col(TierDecisionRow.customer_id))
            .where(within(scope))
            .order_by(col(TierDecisionRow.id))
        )
        for number, moment, tier, support in await self._session.execute(decided):
            computed.setdefault(number, []).append((moment, to_cell(tier, support)))
        overrides: dict[int, list[Override]] = {}
        by_hand = (
            select(TierOverrideRow)
            .join(CustomerRow, col(CustomerRow.id) == col(TierOverrideRow.customer_id))
            .where(within(scope))
            .order_by(col(TierOverrideRow.id))
        )
        for row in await self._session.scalars(by_hand):
            overrides.setdefault(row.customer_id, []).append(to_override(row))
        return [
            TierHistory(
                id=CustomerId(number),
                name=name,
                is_active=status == CustomerStatus.ACTIVE.value,
                computed=tuple(computed.get(number, ())),
                overrides=tuple(overrides.get(number, ())),
            )
            for number, name, status in await self._session.execute(
                customers.order_by(col(CustomerRow.name), col(CustomerRow.id))
            )
        ]

    async def left_since(self, moment: datetime) -> set[CustomerId]:
        """Who has changed in status since a moment, by an import or by hand."""
        query = (
            select(col(ImportChangeRow.row_id), col(ImportChangeRow.after))
            .join(ImportBatchRow, col(ImportBatchRow.id) == col(ImportChangeRow.batch_id))
            .where(
                col(ImportChangeRow.table_name) == table_of(CustomerRow).name,
                col(ImportChangeRow.before).is_not(null()),
                col(ImportBatchRow.created_at) >= moment,
                col(ImportBatchRow.status) == BatchStatus.APPLIED.value,
            )
        )
        by_import = {
            CustomerId(number)
            for number, after in await self._session.execute(query)
            if after is not None and "status" in after
        }
        by_hand = select(col(ProfileChangeRow.customer_id)).where(
            col(ProfileChangeRow.field) == FileField.STATUS.value,
            col(ProfileChangeRow.at) >= moment,
            col(ProfileChangeRow.undone_at).is_(None),
        )
        return by_import | {CustomerId(number) for number in await self._session.scalars(by_hand)}

    async def store(
        self,
        decisions: Mapping[CustomerId, TierDecision],
        now: datetime,
        batch_id: BatchId | None = None,
    ) -> int:
        """Keep the decisions that say something new; how many did.

        A decision with the tier, support and reasons of the current one is not news.
        """
        current = await self._current_images()
        news = [
            {
                "customer_id": customer_id,
                "decided_at": now,
                "tier": image[0],
                "support": image[1],
                "method": decision.method,
                "params_version": decision.params_version,
                "reasons": image[2],
                "batch_id": batch_id,
            }
            for customer_id, decision in decisions.items()
            if (image := _image(decision)) != current.get(customer_id)
        ]
        await insert_rows(await self._session.connection(), table_of(TierDecisionRow), news)
        return len(news)

    async def _current_images(self) -> dict[int, tuple[Any, ...]]:
        latest = select(func.max(col(TierDecisionRow.id))).group_by(col(TierDecisionRow.customer_id))
        query = select(
            col(TierDecisionRow.customer_id),
            col(TierDecisionRow.tier),
            col(TierDecisionRow.support),
            col(TierDecisionRow.reasons),
        ).where(col(TierDecisionRow.id).in_(latest))
        return {
            customer_id: (tier, support, reasons)
            for customer_id, tier, support, reasons in await self._session.execute(query)
        }

    async def _latest_assessments(self) -> dict[int, dict[str, float]]:
        query = select(
            col(AssessmentRow.customer_id), col(AssessmentRow.kind), col(AssessmentRow.value)
        ).order_by(col(AssessmentRow.on), col(AssessmentRow.id))
        latest: dict[int, dict[str, float]] = {}
        for customer_id, kind, value in await self._session.execute(query):
            latest.setdefault(customer_id, {})[kind] = value
        return latest

    async def _usage(self, ours: Collection[str]) -> dict[int, Usage]:
        query = select(
            col(UsageRow.customer_id),
            col(UsageRow.product),
            col(UsageRow.period),
            col(UsageRow.quantity),
        )
        figures: Iterable[Any] = await self._session.execute(query)
        return yearly_usage([tuple(figure) for figure in figures], ours)


def _measures(
    title_rank: str | None, site_class: int | None, assessed: Mapping[str, float], usage: Usage | None
) -> Measures:
    support = assessed.get("support")
    return Measures(
        potential_score=assessed.get("potential_score"),
        site_class=site_class,
        title_rank=title_rank,
        quantity=usage.total if usage else assessed.get("quantity"),
        ours=usage.ours if usage else None,
        support=None if support is None else Support(int(support)),
    )


def _image(decision: TierDecision) -> tuple[Any, ...]:
    tier = decision.tier.value if decision.tier else None
    support = decision.support.value if decision.support else None
    return tier, support, reasons_image(decision.reasons)
