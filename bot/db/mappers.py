"""Rows to domain values and back. Domain values check themselves; rows do not."""

from collections.abc import Iterable, Mapping
from datetime import time
from functools import lru_cache
from typing import Any

from sqlalchemy import Row

from bot.db.tables import (
    CustomerRow,
    ImportBatchRow,
    ImportDraftRow,
    InstitutionRow,
    InviteRow,
    TierDecisionRow,
    TierOverrideRow,
    TierProposalRow,
    TierRoundRow,
    UserRow,
    VisitRow,
)
from bot.db.values import BatchStatus, DraftStatus, ImportBatch, ImportDraft, Invite, Round, StoredFile
from domain.customers.model import Customer, CustomerStatus, HalfDay, Institution
from domain.explain import Reason
from domain.ids import BatchId, CustomerId, DraftId, InstitutionId, InviteId, RoundId, UserId
from domain.people.model import Role, User
from domain.tiering.model import Cell, Support, Tier, TierDecision
from domain.tiering.override import Override
from domain.visits.model import Channel, Outcome, Visit


def to_user(row: UserRow) -> User:
    """A person."""
    return User(
        id=UserId(row.id),
        role=Role(row.role),
        name=row.name,
        telegram_id=row.telegram_id,
        locale=row.locale,
        time_zone=row.time_zone,
        manager_id=maybe_user(row.manager_id),
        is_active=row.is_active,
    )


def to_invite(row: InviteRow) -> Invite:
    """An invite."""
    return Invite(
        id=InviteId(row.id),
        user_id=UserId(row.user_id),
        created_by=maybe_user(row.created_by),
        created_at=row.created_at,
        expires_at=row.expires_at,
        used_at=row.used_at,
        revoked_at=row.revoked_at,
    )


def to_institution(row: InstitutionRow) -> Institution:
    """An institution."""
    return Institution(
        id=InstitutionId(row.id),
        name=row.name,
        site_class=row.site_class,
        grade=row.grade,
        city=row.city,
        district=row.district,
        lat=row.lat,
        lon=row.lon,
        reception=to_half_days(row.reception),
    )


def to_customer(row: CustomerRow | Row[*tuple[Any, ...]], institution: Institution | None) -> Customer:
    """A customer, with the institution that they work in; a row of plain columns will do."""
    return Customer(
        id=CustomerId(row.id),
        code=row.code or "",
        name=row.name,
        owner_id=maybe_user(row.owner_id),
        institution=institution,
        city=row.city,
        district=row.district,
        department=row.department,
        title=row.title,
        specialty=row.specialty,
        best_times=to_half_days(row.best_times),
        is_kol=row.is_kol,
        is_no_see=row.is_no_see,
        status=CustomerStatus(row.status),
        note=row.note,
        by_appointment=row.by_appointment,
    )


def to_visit(row: VisitRow) -> Visit:
    """A visit."""
    return Visit(
        customer_id=CustomerId(row.customer_id),
        rep_id=maybe_user(row.rep_id),
        on=row.on,
        channel=Channel(row.channel),
        outcome=Outcome(row.outcome) if row.outcome else None,
        next_step=row.next_step,
        next_on=row.next_on,
        note=row.note,
    )


def to_decision(row: TierDecisionRow | TierProposalRow) -> TierDecision:
    """A tier decision, made or proposed, with its reasons."""
    return TierDecision(
        tier=Tier(row.tier) if row.tier else None,
        support=Support(row.support) if row.support else None,
        method=row.method,
        params_version=row.params_version,
        reasons=to_reasons(row.reasons),
    )


def to_override(row: TierOverrideRow) -> Override:
    """A cell set by hand, or the end of it."""
    return Override(
        cell=to_cell(row.tier, row.support),
        until=row.until,
        reason=row.reason,
        author_id=UserId(row.author_id),
        decided_at=row.decided_at,
    )


@lru_cache
def to_cell(tier: str | None, support: int | None) -> Cell | None:
    """The cell of a letter and a digit, None where one is missing."""
    return Cell(f"{tier}{support}") if tier and support else None


def to_round(row: TierRoundRow) -> Round:
    """A round."""
    return Round(id=RoundId(row.id), author_id=UserId(row.author_id), on=row.on, closed_at=row.closed_at)


def reasons_image(reasons: Iterable[Reason]) -> list[list[Any]]:
    """Reasons as JSON: code, params, points."""
    return [[reason.code, dict(reason.params), reason.points] for reason in reasons]


def to_reasons(image: Iterable[Any]) -> tuple[Reason, ...]:
    """Reasons from JSON, as `reasons_image` makes it."""
    return tuple(Reason(code, params, points) for code, params, points in image)


def to_batch(row: ImportBatchRow) -> ImportBatch:
    """An import."""
    return ImportBatch(
        id=BatchId(row.id),
        created_at=row.created_at,
        author_id=maybe_user(row.author_id),
        files=tuple(row.files),
        counts=row.counts,
        status=BatchStatus(row.status),
        rolled_back_at=row.rolled_back_at,
    )


def to_draft(row: ImportDraftRow) -> ImportDraft:
    """An import that is being talked about."""
    files: list[Mapping[str, str]] = row.files
    return ImportDraft(
        id=DraftId(row.id),
        user_id=UserId(row.user_id),
        created_at=row.created_at,
        files=tuple(StoredFile(file["name"], file["path"]) for file in files),
        answers=row.answers,
        status=DraftStatus(row.status),
        message_id=row.message_id,
    )


def to_half_days(image: Iterable[tuple[int, str, str]]) -> tuple[HalfDay, ...]:
    """Weekly windows from JSON: weekday, start, end."""
    return tuple(_half_day(weekday, start, end) for weekday, start, end in image)


@lru_cache(maxsize=4096)  # a territory has the same few hours again and again
def _half_day(weekday: int, start: str, end: str) -> HalfDay:
    return HalfDay(weekday, time.fromisoformat(start), time.fromisoformat(end))


def half_days_image(half_days: Iterable[HalfDay]) -> list[list[Any]]:
    """Weekly windows as JSON."""
    return [
        [half.weekday, half.start.isoformat("minutes"), half.end.isoformat("minutes")] for half in half_days
    ]


def maybe_user(user_id: int | None) -> UserId | None:
    """The id of a person who may be nobody."""
    return None if user_id is None else UserId(user_id)
