"""Reports that a customer moved, retired, is wrong or is listed twice: asked in two taps, answered in one."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.db.repositories.customers import search_entries
from bot.db.uow import UnitOfWork
from bot.deps import Deps
from bot.services.day import AHEAD
from bot.services.profile import WRITTEN, edit_in, find_hospitals
from bot.services.screening import screen
from bot.services.tiering import ANSWER_SHOWN
from domain.compliance.rules import Place
from domain.customers.corrections import CORRECTABLE, Correction, CorrectionKind, CorrectionState
from domain.customers.merging import twins
from domain.customers.model import Customer, CustomerStatus, Institution
from domain.customers.profile import FileField
from domain.customers.search import Match, NameIndex
from domain.errors import DomainError
from domain.ids import CorrectionId, CustomerId, InstitutionId, MergeId, UserId
from domain.people.model import Role, Scope, User
from domain.tiering.argument import LONGEST_SENTENCE, sentence
from domain.visits.dismissal import Dismissal, DismissReason
from domain.visits.suggestion import SuggestionState

LONGEST_PLACE = 80  # characters of a hospital
TWINS = 4  # offered as the same person


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report with those whom it is about, as far as the viewer may see them.

    `may_answer` says whether the viewer decides, `own` whether the viewer has asked. `reps` are those
    who may take the customer over; `twins` who may be the same person; `merge` what made two entries one.
    """

    correction: Correction
    customer: Customer | None
    other: Customer | None
    institution: Institution | None
    asked_by: User | None
    answered_by: User | None
    owner: User | None
    may_answer: bool
    own: bool
    reps: tuple[User, ...] = ()
    twins: tuple[Customer, ...] = ()
    merge: MergeId | None = None

    @property
    def stands(self) -> str:
        """What stands on the list in the field that is said to be wrong."""
        field = self.correction.field
        if self.customer is None or field is None:
            return ""
        if field is FileField.INSTITUTION:
            return self.customer.institution.name if self.customer.institution else ""
        return str(getattr(self.customer, field.value))

    @property
    def longest(self) -> int:
        """How many characters what would be right may have."""
        return WRITTEN.get(self.correction.field or FileField.NOTE, LONGEST_SENTENCE)


async def report(
    deps: Deps, viewer: User, customer_id: CustomerId, kind: CorrectionKind, local: datetime
) -> CorrectionId:
    """Report something about a customer; who is said to have left is not suggested until the answer.

    DomainError "not_found" outside the viewer's scope.
    """
    async with deps.db.write() as uow:
        number = await uow.corrections.ask(customer_id, Scope.of(viewer), kind, local)
        if kind.is_leaving and viewer.role is Role.REP:
            await _set_aside(uow, viewer, customer_id, local)
        await uow.audit.add("correction", f"customer:{customer_id}", local, user_id=viewer.id)
    return number


async def reports(deps: Deps, viewer: User, now: datetime) -> list[Correction]:
    """What waits and what was answered lately: one's own for a rep, else all of the team."""
    async with deps.db.read() as uow:
        own = viewer.role is Role.REP
        return await uow.corrections.all(Scope.of(viewer), now - ANSWER_SHOWN, own=own)


async def reported(deps: Deps, customers: Collection[CustomerId]) -> set[CustomerId]:
    """Those of some customers of the viewer's about whom a report waits, to mark them on a list."""
    async with deps.db.read() as uow:
        return await uow.corrections.reported(customers)


async def counts(deps: Deps, viewer: User) -> tuple[int, int]:
    """How many reports wait for the viewer's answer (of a rep: for the manager's), and how many are news."""
    async with deps.db.read() as uow:
        waiting, news = await uow.corrections.own_counts(viewer.id)
        if viewer.role is not Role.REP:
            waiting = await uow.corrections.open_count(Scope.of(viewer))
    return waiting, news


async def view(deps: Deps, viewer: User, correction_id: CorrectionId, now: datetime) -> Report:
    """One report; whoever asked has seen the answer by this. DomainError "not_found" out of sight."""
    async with deps.db.read() as uow:
        found = await _view(uow, viewer, correction_id)
    if found.own and found.correction.is_news:
        async with deps.db.write() as uow:
            await uow.corrections.read(correction_id, viewer.id, now)
    if found.customer is None or found.other is not None or not found.correction.is_open:
        return found
    if found.correction.kind is not CorrectionKind.DUPLICATE:
        return found
    return replace(found, twins=await _twins(deps, viewer, found.customer))


async def withdraw(deps: Deps, viewer: User, correction_id: CorrectionId, now: datetime) -> Correction:
    """Take one's own report back while it waits. DomainError "not_found", "correction_closed"."""
    async with deps.db.write() as uow:
        found = await _own(uow, viewer, correction_id)
        await uow.corrections.write(correction_id, state=CorrectionState.WITHDRAWN.value)
        await uow.dismissals.end_all(found.customer_id, DismissReason.WRONG_TARGET, now)
        await uow.audit.add("correction_withdrawn", f"customer:{found.customer_id}", now, user_id=viewer.id)
    return found


async def point_at(deps: Deps, viewer: User, correction_id: CorrectionId, field: FileField | None) -> None:
    """Say which field is wrong; None is something else. DomainError as `withdraw`."""
    if field is not None and field not in CORRECTABLE:
        raise DomainError("not_found")
    async with deps.db.write() as uow:
        await _own(uow, viewer, correction_id)
        await uow.corrections.write(
            correction_id, field=field.value if field else "", value="", institution_id=None
        )


async def say(
    deps: Deps, viewer: User, correction_id: CorrectionId, said: str, now: datetime
) -> Sequence[Institution]:
    """Say in words what would be right; the hospitals that may be meant, where one is told.

    DomainError: those of `sentence`, "refused_text", "not_found", "correction_closed".
    """
    await screen(deps, viewer, said, Place.FACT, now)
    async with deps.db.write() as uow:
        found = await _own(uow, viewer, correction_id)
        names_place = found.kind is CorrectionKind.MOVED or found.field is FileField.INSTITUTION
        longest = (
            LONGEST_PLACE if names_place else WRITTEN.get(found.field or FileField.NOTE, LONGEST_SENTENCE)
        )
        told = sentence(said, longest=longest)
        await uow.corrections.write(correction_id, value=told, institution_id=None)
        await uow.awaited.forget(viewer.id)
    return await find_hospitals(deps, told) if names_place else ()


async def place(deps: Deps, viewer: User, correction_id: CorrectionId, institution_id: InstitutionId) -> None:
    """Say which hospital of the list is meant. DomainError "not_found", "correction_closed"."""
    async with deps.db.write() as uow:
        await _own(uow, viewer, correction_id)
        hospital = next(iter(await uow.profile.institutions([institution_id])), None)
        if hospital is None:
            raise DomainError("not_found")
        await uow.corrections.write(correction_id, value=hospital.name, institution_id=hospital.id)


async def same_as(deps: Deps, viewer: User, correction_id: CorrectionId, other_id: CustomerId) -> None:
    """Say who is the same person. DomainError "not_found", "correction_closed"."""
    async with deps.db.write() as uow:
        found = await uow.corrections.get(correction_id, Scope.of(viewer))
        other = await uow.customers.get(other_id, Scope.of(viewer))
        if other is None or other.id == found.customer_id or found.kind is not CorrectionKind.DUPLICATE:
            raise DomainError("not_found")
        await uow.corrections.write(correction_id, other_id=other.id)
        await uow.awaited.forget(viewer.id)


async def reject(deps: Deps, viewer: User, correction_id: CorrectionId, now: datetime) -> Correction:
    """Leave everything as it is. DomainError "not_found", "correction_closed", "not_allowed" for reps."""
    async with deps.db.write() as uow:
        return await settle(uow, viewer, correction_id, CorrectionState.REJECTED, now)


async def explain(deps: Deps, viewer: User, correction_id: CorrectionId, said: str, now: datetime) -> None:
    """Add a sentence to an answer of one's own. DomainError as `say`."""
    told = sentence(said)
    await screen(deps, viewer, told, Place.REASON, now)
    async with deps.db.write() as uow:
        await uow.corrections.explain(correction_id, viewer.id, told)
        await uow.awaited.forget(viewer.id)


async def approve(
    deps: Deps, viewer: User, correction_id: CorrectionId, *, today: date, now: datetime
) -> Correction:
    """Take who retired off the list, or write what was said to be right. DomainError as `reject`."""
    async with deps.db.write() as uow:
        found = await settle(uow, viewer, correction_id, CorrectionState.APPROVED, now)
        if found.kind is CorrectionKind.RETIRED:
            status = FileField.STATUS, CustomerStatus.INACTIVE
            await edit_in(deps, uow, viewer, found.customer_id, *status, today=today, now=now)
        elif found.kind is not CorrectionKind.DATA:
            raise DomainError("not_found")
        elif found.field is not None and found.value:
            await _write(deps, uow, viewer, found, found.field, today=today, now=now)
    return found


async def approve_moved(
    deps: Deps,
    viewer: User,
    correction_id: CorrectionId,
    owner_id: UserId | None,
    *,
    today: date,
    now: datetime,
) -> Correction:
    """Let the customer work where it was said, in the care of a rep, or of nobody. As `reject`."""
    async with deps.db.write() as uow:
        found = await settle(uow, viewer, correction_id, CorrectionState.APPROVED, now)
        if found.kind is not CorrectionKind.MOVED:
            raise DomainError("not_found")
        customer = await customer_in(uow, viewer, found.customer_id)
        if owner_id not in {None, customer.owner_id, *(one.id for one in await _reps(uow, viewer))}:
            raise DomainError("not_found")
        if found.value:
            await _write(deps, uow, viewer, found, FileField.INSTITUTION, today=today, now=now)
        if owner_id != customer.owner_id:
            await uow.customers.hand_over(customer.id, owner_id, Scope.of(viewer))
    return found


async def settle(
    uow: UnitOfWork, viewer: User, correction_id: CorrectionId, state: CorrectionState, now: datetime
) -> Correction:
    """Answer a report within a unit of work: whoever kept the customer off their list has them back."""
    if viewer.role is Role.REP:
        raise DomainError("not_allowed")
    found = await uow.corrections.get(correction_id, Scope.of(viewer))
    await customer_in(uow, viewer, found.customer_id)
    await uow.corrections.write(
        correction_id,
        state=state.value,
        answered_by=viewer.id,
        answered_at=now,
        read_at=now if found.asked_by == viewer.id else None,
    )
    await uow.dismissals.end_all(found.customer_id, DismissReason.WRONG_TARGET, now)
    if found.asked_by != viewer.id:
        await uow.outbox.owe(
            "report_answered",
            found.asked_by,
            subject=f"correction:{correction_id}",
            on=now.date(),
            due_at=now,
            params={"id": correction_id},
        )
    await uow.audit.add(f"correction_{state}", f"customer:{found.customer_id}", now, user_id=viewer.id)
    return found


# Inside


async def _view(uow: UnitOfWork, viewer: User, correction_id: CorrectionId) -> Report:
    scope = Scope.of(viewer)
    found = await uow.corrections.get(correction_id, scope)
    standing = await uow.customers.kept_of(found.customer_id) or found.customer_id
    customer = await uow.customers.get(standing, scope)
    merges = await uow.merges.into(standing, scope) if found.kind is CorrectionKind.DUPLICATE else []
    pair = {found.customer_id, found.other_id}
    other = await uow.customers.get(found.other_id, scope) if found.other_id else None
    people = {one.id: one for one in await uow.users.all()}
    places = await uow.profile.institutions([found.institution_id]) if found.institution_id else []
    may_answer = customer is not None and viewer.role is not Role.REP and found.is_open
    return Report(
        correction=found,
        customer=customer,
        other=other,
        institution=next(iter(places), None),
        asked_by=people.get(found.asked_by),
        answered_by=people.get(found.answered_by) if found.answered_by else None,
        owner=people.get(customer.owner_id) if customer and customer.owner_id else None,
        may_answer=may_answer,
        own=found.asked_by == viewer.id,
        merge=next((one.id for one in merges if {one.kept_id, one.gone_id} == pair), None),
        reps=tuple(await _reps(uow, viewer)) if may_answer and found.kind is CorrectionKind.MOVED else (),
    )


async def _twins(deps: Deps, viewer: User, customer: Customer) -> tuple[Customer, ...]:
    scope = Scope.of(viewer)
    async with deps.db.read() as uow:
        listed = await uow.customers.search_text(scope)
        matches = await asyncio.to_thread(_alike, listed, customer)
        found = [await uow.customers.get(match.id, scope) for match in matches]
    return tuple(twins(customer, matches, [one for one in found if one is not None])[:TWINS])


def _alike(listed: str, customer: Customer) -> list[Match]:
    """Names like the customer's, whose own is left out: one that is there in full hides those near it."""
    others = [one for one in search_entries(listed) if one.id != customer.id]
    return NameIndex(others).find(customer.name, 4 * TWINS)


async def _reps(uow: UnitOfWork, viewer: User) -> list[User]:
    """Who may take customers over: the active reps of the team, or of the company for an admin."""
    everyone = await uow.users.all() if viewer.role is Role.ADMIN else await uow.users.team(viewer.id)
    return [one for one in everyone if one.role is Role.REP and one.is_active]


async def _own(uow: UnitOfWork, viewer: User, correction_id: CorrectionId) -> Correction:
    found = await uow.corrections.get(correction_id, Scope.of(viewer))
    if found.asked_by != viewer.id:
        raise DomainError("not_found")
    if not found.is_open:
        raise DomainError("correction_closed")
    return found


async def customer_in(uow: UnitOfWork, viewer: User, customer_id: CustomerId) -> Customer:
    """A customer of the viewer's scope. DomainError "not_found" for others."""
    found = await uow.customers.get(customer_id, Scope.of(viewer))
    if found is None:
        raise DomainError("not_found")
    return found


async def _set_aside(uow: UnitOfWork, viewer: User, customer_id: CustomerId, local: datetime) -> None:
    """Keep the customer off the rep's list until the answer, unless a time has been agreed on."""
    today = local.date()
    booked = await uow.appointments.of_rep(viewer.id, today, today + AHEAD)
    if any(one.customer_id == customer_id for one in booked):
        return
    said = Dismissal(DismissReason.WRONG_TARGET, today, None)
    await uow.dismissals.add(customer_id, Scope.of(viewer), said, local)
    await uow.suggestions.answer(viewer.id, customer_id, today, SuggestionState.DISMISSED, local)


async def _write(
    deps: Deps,
    uow: UnitOfWork,
    viewer: User,
    found: Correction,
    field: FileField,
    *,
    today: date,
    now: datetime,
) -> None:
    """Write what was said to be right; a hospital that is not on the list yet is put there."""
    value: str | InstitutionId = found.value
    if field is FileField.INSTITUTION:
        value = found.institution_id or await uow.corrections.hospital(found.value)
    await edit_in(deps, uow, viewer, found.customer_id, field, value, today=today, now=now)
