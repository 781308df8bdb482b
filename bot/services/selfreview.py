"""The monthly self-review: six questions answered from what is stored of a rep's month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.clock import local_date, midnight
from bot.db.repositories.selfreview import MetVisit
from bot.db.uow import UnitOfWork
from bot.db.values import TierHistory
from bot.deps import Deps
from bot.services.day import rep_in_sight
from domain.calendar import last_of_month
from domain.customers.model import CustomerStatus
from domain.ids import CustomerId, UserId
from domain.people.model import Scope, User
from domain.planning.absence import Away
from domain.planning.choice import cadence_of
from domain.planning.model import VisitTarget
from domain.planning.params import CadenceParams
from domain.selfreview import answers
from domain.selfreview.answers import (
    Chosen,
    Contact,
    Frequency,
    Member,
    Moved,
    Resources,
    Spread,
    Visited,
)
from domain.selfreview.params import SelfReviewParams
from domain.tiering.business import months_before
from domain.tiering.model import Cell, Tier
from domain.tiering.override import cell_at

MONTHS = 2  # that can be chosen: this one and the last

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfReview:
    """The six answers of a rep's month from `first` until `until`, the last day that is counted."""

    rep: User
    first: date
    until: date
    back: int
    params: SelfReviewParams
    cadence: CadenceParams
    members: tuple[Member, ...]
    chosen: Chosen
    spread: Spread
    moved: Moved
    visited: Visited
    frequency: Frequency
    resources: Resources


@dataclass(frozen=True, slots=True)
class _Span:
    """A month on the rep's own calendar: `until` is its last day, or today; `ended` its end, or now."""

    first: date
    until: date
    begun: datetime
    ended: datetime
    is_over: bool


async def review(deps: Deps, viewer: User, rep_id: UserId | None, back: int, now: datetime) -> SelfReview:
    """The self-review of oneself or of a rep in sight, of this month or `back` months before.

    DomainError "not_found" for other reps.
    """
    rep = await rep_in_sight(deps, viewer, rep_id)
    zone = rep.time_zone or deps.settings.time_zone
    back = min(max(back, 0), MONTHS - 1)
    span = _span(local_date(now, zone), back, zone, now)
    params = deps.library.selfreview.at(span.until)
    planning = deps.library.planning.at(span.until)
    async with deps.db.read() as uow:
        targets = await uow.visits.targets(rep.id, span.until)
        known = {one.id: one for one in await uow.tiers.histories(Scope.of(rep))}
        quantities = await uow.selfreviews.quantities(rep.id, span.until)
        away = await uow.leave.away(rep.id, span.first, last_of_month(span.first))
        choices = await uow.cadences.of_rep(rep.id, span.until)
        active = [one for one in targets if one.customer.status is CustomerStatus.ACTIVE]
        members = _members(active, known, quantities, span)
        contacts = await _contacts(uow, rep, span, members, planning.minutes)
    cadence = cadence_of(deps.library.cadence.at(span.until), choices)
    field, part = _field(deps, away, span)
    return SelfReview(
        rep=rep,
        first=span.first,
        until=span.until,
        back=back,
        params=params,
        cadence=cadence,
        members=members,
        chosen=answers.chosen(members, cadence, int(field * planning.capacity), params),
        spread=answers.spread(members, params),
        moved=answers.moved(members, _quiet(members, known, span, zone, params), params),
        visited=answers.visited(members, contacts, params),
        frequency=answers.frequency(members, contacts, cadence, part, params),
        resources=answers.resources(members, contacts, cadence, params),
    )


def _span(today: date, back: int, zone: str, now: datetime) -> _Span:
    first = months_before(today.replace(day=1), back)
    if not back:
        return _Span(first, today, midnight(first, zone), now, is_over=False)
    last = last_of_month(first)
    return _Span(first, last, midnight(first, zone), midnight(last + _ONE_DAY, zone), is_over=True)


def _members(
    active: Sequence[VisitTarget],
    known: Mapping[CustomerId, TierHistory],
    quantities: Mapping[CustomerId, float],
    span: _Span,
) -> tuple[Member, ...]:
    """The list as the month ended: who is active now and was on the list then."""
    found = []
    for target in active:
        one = target.customer
        history = known.get(one.id)
        if span.is_over and not _was_known(history, span.ended):
            continue
        found.append(
            Member(
                id=one.id,
                name=one.name,
                cell=_cell(history, span.ended, span.until),
                before=_cell(history, span.begun, span.first - _ONE_DAY),
                was_known=_was_known(history, span.begun),
                is_kol=one.is_kol,
                is_no_see=one.is_no_see,
                quantity=quantities.get(one.id),
            )
        )
    return tuple(found)


def _quiet(
    members: Sequence[Member],
    known: Mapping[CustomerId, TierHistory],
    span: _Span,
    zone: str,
    params: SelfReviewParams,
) -> int | None:
    """How many months without an upgrade end with this one; None when it has nothing to compare with."""
    quiet: int | None = None
    after = {one.id: one.cell for one in members}
    for back in range(params.quiet_months):
        first = months_before(span.first, back)
        begun = midnight(first, zone)
        before = {one.id: _cell(known.get(one.id), begun, first - _ONE_DAY) for one in members}
        pairs = [(before[number], cell) for number, cell in after.items()]
        compared = [(was, now) for was, now in pairs if was is not None and now is not None]
        if not compared or any(now.support < was.support for was, now in compared):
            return quiet if not compared else quiet or 0
        quiet, after = (quiet or 0) + 1, before
    return quiet


def _was_known(history: TierHistory | None, moment: datetime) -> bool:
    return history is not None and any(decided <= moment for decided, _ in history.computed)


def _cell(history: TierHistory | None, moment: datetime, day: date) -> Cell | None:
    return None if history is None else cell_at(history.computed, history.overrides, moment, day)


def _field(deps: Deps, away: Away, span: _Span) -> tuple[float, float]:
    """Days in the field of the whole month, and the part of its working days that was worked by now."""
    eve, last = span.first - _ONE_DAY, last_of_month(span.first)
    working = deps.calendar.working_days_of_month(span.first)
    passed = last if span.is_over else span.until - _ONE_DAY
    worked = away.halves_in_field(eve, passed, deps.calendar) / 2 if passed > eve else 0.0
    return away.halves_in_field(eve, last, deps.calendar) / 2, worked / working if working else 0.0


async def _contacts(
    uow: UnitOfWork, rep: User, span: _Span, members: Sequence[Member], usual: Mapping[Tier, float]
) -> list[Contact]:
    """The month's visits with the minutes that were agreed, or are usual for the letter."""
    tiers = {one.id: one.cell.tier if one.cell else Tier.C for one in members}
    booked = {
        (one.appointment.customer_id, one.appointment.on): one.appointment.minutes
        for one in await uow.appointments.booked(rep.id, span.first, span.until)
        if not one.is_off
    }

    def minutes(visit: MetVisit) -> float:
        agreed = booked.get((visit.customer_id, visit.on))
        return float(agreed) if agreed else usual[tiers[visit.customer_id]]

    return [
        Contact(
            customer_id=one.customer_id,
            on=one.on,
            minutes=minutes(one),
            promised=one.promised,
            is_event=one.is_group,
        )
        for one in await uow.selfreviews.visits(rep.id, span.first, span.until)
        if one.customer_id in tiers
    ]
