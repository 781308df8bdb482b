"""Visits told in words, visits to several at once, and pictures: drafts that one tap stores."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.db.uow import UnitOfWork
from bot.db.values import Attachment, Named, VisitDraft
from bot.deps import Deps
from bot.services import customers, visits
from bot.services.screening import take
from bot.services.visits import Entry, log_in, own_customer, params
from domain.compliance.gate import Finding
from domain.compliance.rules import Place
from domain.customers.model import Customer, CustomerStatus, Institution
from domain.customers.search import SURE
from domain.errors import DomainError
from domain.ids import CustomerId, DraftId, InstitutionId, UserId, VisitId
from domain.people.model import Scope, User
from domain.tiering.argument import sentence
from domain.understanding.dates import When
from domain.understanding.reports import Report
from domain.visits.log import Told, is_late
from domain.visits.model import Channel
from domain.visits.states import Result

EXACT = 100.0  # the score of a name in full
DAYS_SHOWN = 8
RECENT = 8  # visits to which a picture may belong
Change = Callable[[VisitDraft], VisitDraft]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftView:
    """A draft with the customers it names.

    `choices` are those whom the first name that is still open may mean, `place` the customers of the
    hospital where several are ticked, and `recent` the visits to which a mere picture may belong.
    """

    draft: VisitDraft
    customers: tuple[Customer, ...]
    open_name: int | None
    choices: tuple[Customer, ...]
    institution: Institution | None
    place: tuple[Customer, ...]
    names: dict[UserId, str]
    is_late: bool


@dataclass(frozen=True, slots=True)
class Heard:
    """The draft of the visit that words tell, None where they tell none, and what the rules remark."""

    draft: DraftId | None
    findings: tuple[Finding, ...] = ()


async def heard(
    deps: Deps, viewer: User, text: str, attachment: Attachment | None, *, today: date, now: datetime
) -> Heard:
    """Keep the report of a visit as a draft. DomainError: those of `take`.

    Other words are not kept here, and pass the gate all the same where they stand below an attachment.
    """
    is_name = await customers.name_test(deps, viewer)
    topics = tuple((await visits.topics(deps, viewer, today)).values())

    def read() -> Report | None:
        reader = deps.readers.reports
        return reader.read(text, is_name=is_name, today=today, calendar=deps.calendar, topics=topics)

    report = await asyncio.to_thread(read)
    if report is None and attachment is None:
        return Heard(None)
    findings = await take(deps, viewer, text, Place.NOTE, None, now, attachment)
    if report is None:
        return Heard(None, findings)
    names = [await _named(deps, viewer, name) for name in report.names]
    settled = [one.candidates[0] for one in names if len(one.candidates) == 1]
    on, days = _day(report.on, [day for day in report.on.options if day <= today] if report.on else [])
    next_on, next_days = _day(
        report.next, [day for day in report.next.options if day > today] if report.next else []
    )
    draft = VisitDraft(
        user_id=viewer.id,
        names=tuple(one for one in names if len(one.candidates) > 1),
        customers=tuple(dict.fromkeys(settled)),
        on=on or (None if days else today),
        days=days,
        next_days=next_days,
        attachment=attachment,
        told=_told(report, viewer, next_on),
    )
    async with deps.db.write() as uow:
        return Heard(await uow.visit_drafts.add(draft, now), findings)


async def received(
    deps: Deps, viewer: User, attachment: Attachment, *, today: date, now: datetime
) -> DraftId:
    """Keep a picture or voice note until it is said to which visit it belongs."""
    draft = VisitDraft(user_id=viewer.id, told=Told(), on=today, attachment=attachment)
    async with deps.db.write() as uow:
        return await uow.visit_drafts.add(draft, now)


async def several(
    deps: Deps, viewer: User, institution_id: InstitutionId, *, today: date, now: datetime
) -> DraftId:
    """Begin a group meeting at a hospital. DomainError "not_found" without customers of the viewer there."""
    draft = VisitDraft(
        user_id=viewer.id, told=Told(channel=Channel.GROUP), on=today, institution_id=institution_id
    )
    async with deps.db.write() as uow:
        if not await _at(uow, viewer, institution_id):
            raise DomainError("not_found")
        return await uow.visit_drafts.add(draft, now)


async def hospitals(deps: Deps, viewer: User) -> list[tuple[Institution, int]]:
    """The hospitals where the viewer has at least two active customers, and how many."""
    async with deps.db.read() as uow:
        everybody = await uow.customers.all(Scope.of(viewer))
    found: dict[InstitutionId, tuple[Institution, int]] = {}
    for one in everybody:
        if one.institution is not None and _is_own(one, viewer):
            number = found.get(one.institution.id, (one.institution, 0))[1]
            found[one.institution.id] = (one.institution, number + 1)
    return sorted((one for one in found.values() if one[1] > 1), key=lambda one: one[0].name)


async def draft_view(deps: Deps, viewer: User, draft_id: DraftId, today: date) -> DraftView:
    """An open draft of the viewer. DomainError "visit_draft_closed"."""
    async with deps.db.read() as uow:
        draft = await uow.visit_drafts.get(draft_id, viewer.id)
        open_name = next((at for at, one in enumerate(draft.names) if one.candidates), None)
        asked = draft.names[open_name].candidates if open_name is not None else ()
        place = await _at(uow, viewer, draft.institution_id) if draft.institution_id else []
        late = draft.on is not None and is_late(draft.on, today, params(deps, draft.on), deps.calendar)
        return DraftView(
            draft=draft,
            customers=await _all(uow, viewer, draft.customers),
            open_name=open_name,
            choices=await _all(uow, viewer, asked),
            institution=place[0].institution if place else None,
            place=tuple(place),
            names={one.id: one.name for one in await uow.users.all()} if draft.told.joined else {},
            is_late=late,
        )


async def change(deps: Deps, viewer: User, draft_id: DraftId, how: Change) -> None:
    """Change an open draft. DomainError "visit_draft_closed"."""
    async with deps.db.write() as uow:
        await uow.visit_drafts.write(how(await uow.visit_drafts.get(draft_id, viewer.id)))


async def tick(deps: Deps, viewer: User, draft_id: DraftId, customer_id: CustomerId, *, there: bool) -> None:
    """Say whether a customer was there. DomainError "not_found" for those of others."""
    async with deps.db.write() as uow:
        draft = await uow.visit_drafts.get(draft_id, viewer.id)
        await own_customer(uow, viewer, customer_id)
        others = tuple(one for one in draft.customers if one != customer_id)
        if there and customer_id in draft.customers:
            return
        await uow.visit_drafts.write(replace(draft, customers=(*others, customer_id) if there else others))


def chosen(name: int, customer: CustomerId | None) -> Change:
    """Let a name that may mean several mean one of them, or nobody; once it is settled it stays so."""

    def settle(draft: VisitDraft) -> VisitDraft:
        candidates = draft.names[name].candidates if name < len(draft.names) else ()
        if customer is not None and customer not in candidates:
            return draft
        names = [replace(one, candidates=()) if at == name else one for at, one in enumerate(draft.names)]
        settled = (*draft.customers, customer) if customer is not None else draft.customers
        return replace(draft, names=tuple(names), customers=tuple(dict.fromkeys(settled)))

    return settle


def on_day(deps: Deps, on: date, today: date) -> Change:
    """Say on which day it was. DomainError "visit_ahead", "visit_too_old"."""
    is_late(on, today, params(deps, on), deps.calendar)
    return lambda draft: replace(draft, on=on, days=())


def with_result(result: Result) -> Change:
    """Say how it went."""
    return lambda draft: replace(draft, told=replace(draft.told, result=result))


def saying(told: Told) -> Change:
    """Say all that `told` says."""
    return lambda draft: replace(draft, told=told, next_days=())


async def save(deps: Deps, viewer: User, draft_id: DraftId, *, today: date, now: datetime) -> list[VisitId]:
    """Log what a draft says, all in one transaction, once.

    DomainError "visit_draft_closed", "visit_unsettled" while a question is open, "visit_nobody", and
    those of `visits.log`.
    """
    async with deps.db.write() as uow:
        draft = await uow.visit_drafts.get(draft_id, viewer.id)
        if draft.on is None or any(one.candidates for one in draft.names):
            raise DomainError("visit_unsettled")
        if not draft.customers:
            raise DomainError("visit_nobody")
        await uow.visit_drafts.close(draft_id, viewer.id, stored=True)
        stored = [
            await log_in(
                deps, uow, viewer, Entry(customer_id, draft.on, draft.told, draft_id), today=today, now=now
            )
            for customer_id in draft.customers
        ]
        if draft.attachment is not None:
            for visit_id in stored:
                await uow.visit_log.attach(visit_id, draft.attachment, viewer.id, now)
    return stored


async def attach(deps: Deps, viewer: User, draft_id: DraftId, visit_id: VisitId, now: datetime) -> None:
    """Keep the attachment of a draft with a visit of the viewer, and end the draft."""
    async with deps.db.write() as uow:
        await visits.own_visit(uow, viewer, visit_id)
        draft = await uow.visit_drafts.get(draft_id, viewer.id)
        await uow.visit_drafts.close(draft_id, viewer.id, stored=True)
        if draft.attachment is not None:
            await uow.visit_log.attach(visit_id, draft.attachment, viewer.id, now)


async def drop(deps: Deps, viewer: User, draft_id: DraftId) -> None:
    """Forget a draft."""
    async with deps.db.write() as uow:
        await uow.visit_drafts.close(draft_id, viewer.id, stored=False)


async def recent(deps: Deps, viewer: User) -> Sequence[tuple[VisitId, str, date]]:
    """The visits to which a picture may belong, newest first: id, customer, day."""
    async with deps.db.read() as uow:
        found = await uow.visit_log.latest(viewer.id, RECENT)
    return [(one.id, one.customer_name, one.on) for one in found]


def past_days(today: date) -> list[date]:
    """The days before today to choose from."""
    return [today - timedelta(days=n) for n in range(1, DAYS_SHOWN + 1)]


async def _named(deps: Deps, viewer: User, name: str) -> Named:
    """Whom a name may mean: the one who surely fits, else everybody who may be meant."""
    found = [one for one in await customers.find(deps, viewer, name) if one[0].owner_id == viewer.id]
    sure = [one for one in found if one[1] >= SURE]
    exact = [one for one in sure if one[1] >= EXACT]
    for group in (exact, sure):
        if len(group) == 1:
            return Named(name, (group[0][0].id,))
    return Named(name, tuple(one.id for one, _score in sure or found))


def _day(said: When | None, options: Sequence[date]) -> tuple[date | None, tuple[date, ...]]:
    """The day that was said, or the days to ask about."""
    if said is None:
        return None, ()
    return (said.on, ()) if said.on is not None else (None, tuple(options))


def _told(report: Report, viewer: User, next_on: date | None) -> Told:
    joined = (viewer.manager_id,) if report.is_joint and viewer.manager_id is not None else ()
    return Told(
        result=Result(report.outcome.value),
        channel=report.channel or Channel.FACE_TO_FACE,
        topics=report.topics,
        barrier=report.barrier,
        support=report.support,
        promise=sentence(report.next_step) if report.next_step else "",
        next_on=next_on,
        joined=joined,
        note=sentence(report.note) if report.note else "",
    )


def _is_own(customer: Customer, viewer: User) -> bool:
    return customer.owner_id == viewer.id and customer.status is CustomerStatus.ACTIVE


async def _at(uow: UnitOfWork, viewer: User, institution_id: InstitutionId) -> list[Customer]:
    everybody = await uow.customers.all(Scope.of(viewer))
    here = [one for one in everybody if one.institution is not None and one.institution.id == institution_id]
    return sorted((one for one in here if _is_own(one, viewer)), key=lambda one: (one.name, one.id))


async def _all(uow: UnitOfWork, viewer: User, wanted: Sequence[CustomerId]) -> tuple[Customer, ...]:
    found = [await uow.customers.get(one, Scope.of(viewer)) for one in wanted]
    return tuple(one for one in found if one is not None)
