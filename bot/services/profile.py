"""A customer's file: what is known, who said so, editing it field by field, and taking an edit back."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from bot.db.mappers import half_days_image
from bot.db.uow import UnitOfWork
from bot.db.values import EVERYTHING
from bot.deps import Deps
from bot.services.analyses import product_key
from bot.services.importing import retier
from bot.services.screening import screen
from domain.compliance.rules import Place
from domain.customers.model import Customer, CustomerStatus, HalfDay, Institution
from domain.customers.profile import (
    MOST_RELATIONS,
    Consent,
    Fact,
    FactKind,
    FileChange,
    FileField,
    Pair,
    Relation,
    RelationKind,
    open_steps,
    pairs,
    permits,
)
from domain.customers.search import NameIndex, SearchEntry
from domain.errors import DomainError
from domain.ids import ChangeId, CustomerId, FactId, InstitutionId, RelationId, VisitId
from domain.importing.words import Lexicon
from domain.people.model import Role, Scope, User
from domain.tiering.argument import sentence
from domain.tiering.review import EventKind, ReviewEvent, has_changed
from domain.understanding.dates import find_dates
from domain.understanding.reckoning import Tense
from domain.visits.log import LoggedVisit
from domain.visits.model import Channel

LAST_VISITS = 400  # of a customer; more than anybody pages through
OFFERED = 8  # values that others have in the same field
MATCHES = 6

WRITTEN: Mapping[FileField, int] = {
    FileField.DEPARTMENT: 80,
    FileField.TITLE: 80,
    FileField.SPECIALTY: 80,
    FileField.NAME: 80,
    FileField.NOTE: 300,
}
"""The fields that are written, and how many characters they hold."""

_EVENTS: Mapping[FileField, EventKind] = {
    FileField.TITLE: EventKind.TITLE,
    FileField.INSTITUTION: EventKind.TRANSFER,
    FileField.DEPARTMENT: EventKind.DEPARTMENT,
}
"""What makes a review of potential due when it is edited."""

_MEASURED = frozenset({FileField.TITLE, FileField.INSTITUTION})
"""What potential is computed from, where nothing better is known."""

Value = str | bool | InstitutionId | CustomerStatus | tuple[HalfDay, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """All that is known about a customer.

    `undoable` are the edits that the viewer may take back now, `last_edit` is their own newest, while it is
    fresh. `institutions` and `others` are the names that the history speaks of; what it says of customers
    whom the viewer may not see is left out.
    """

    customer: Customer
    today: date
    consents: Mapping[Channel, Consent]
    facts: tuple[Fact, ...]
    relations: tuple[Relation, ...]
    visits: tuple[LoggedVisit, ...]
    steps: tuple[LoggedVisit, ...]
    history: tuple[FileChange, ...]
    undoable: frozenset[ChangeId]
    last_edit: FileChange | None
    institutions: Mapping[InstitutionId, str]
    others: Mapping[CustomerId, str]
    is_tiered: bool

    def of(self, kind: FactKind) -> tuple[Fact, ...]:
        return tuple(fact for fact in self.facts if fact.kind == kind)

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """What can be put together into advice."""
        return pairs({fact.kind for fact in self.facts})

    @property
    def promises(self) -> int:
        """How many promises are open, those of visits too."""
        return len(self.steps) + len(self.of(FactKind.PROMISE))

    def may(self, channel: Channel) -> bool:
        """Whether the customer may be contacted in a channel today."""
        return permits(channel, self.consents, self.today)


async def file(deps: Deps, viewer: User, customer_id: CustomerId, *, today: date, now: datetime) -> File:
    """A customer's file. DomainError "not_found" outside the viewer's scope."""
    scope = Scope.of(viewer)
    async with deps.db.read() as uow:
        customer = await _customer(uow, scope, customer_id)
        visits = await uow.visit_log.recent(customer_id, scope, LAST_VISITS)
        everything = await uow.profile.history(customer_id, scope)
        others = await uow.profile.names(_others(everything), scope)
        history = [one for one in everything if not _is_hidden(one, others)]
        undoable = [one for one in history if _may_take_back(deps, viewer, one, now)]
        last = next((one for one in undoable if _is_fresh_own(deps, viewer, one, now)), None)
        institutions = await uow.profile.institutions(_institutions(history)) if history else []
        return File(
            customer=customer,
            today=today,
            consents=await uow.profile.consents(customer_id, scope),
            facts=tuple(await uow.profile.facts(customer_id, scope)),
            relations=tuple(await uow.profile.relations(customer_id, scope)),
            visits=tuple(visits),
            steps=open_steps(visits),
            history=tuple(history),
            undoable=frozenset(one.id for one in undoable if one.id is not None),
            last_edit=last,
            institutions={one.id: one.name for one in institutions},
            others=others,
            is_tiered=bool(await uow.tiers.history(customer_id, scope)),
        )


async def edit(
    deps: Deps,
    viewer: User,
    customer_id: CustomerId,
    field: FileField,
    value: Value,
    *,
    today: date,
    now: datetime,
) -> None:
    """Write a field of a customer. What follows from it is done, too: a review is due, the tier computed.

    DomainError "not_found" outside the viewer's scope, "not_allowed" for a rep who would take a customer
    off the list alone.
    """
    async with deps.db.write() as uow:
        await edit_in(deps, uow, viewer, customer_id, field, value, today=today, now=now)


async def edit_in(
    deps: Deps,
    uow: UnitOfWork,
    viewer: User,
    customer_id: CustomerId,
    field: FileField,
    value: Value,
    *,
    today: date,
    now: datetime,
) -> ChangeId | None:
    """`edit` inside a unit of work; None when nothing changes."""
    if field is FileField.STATUS and viewer.role is Role.REP:
        raise DomainError("not_allowed")
    scope = Scope.of(viewer)
    customer = await _customer(uow, scope, customer_id)
    institution = await _institution(uow, value) if field is FileField.INSTITUTION else None
    columns = _columns(deps, field, value)
    made = await uow.profile.change(customer_id, scope, field, customer_id, columns, now)
    if made is None:
        return None
    before, after = _said_before(customer, field), institution.name if institution else str(value)
    if field in _EVENTS and has_changed(before, after):
        event = ReviewEvent(kind=_EVENTS[field], on=today, noted_at=now, before=before, after=after)
        await uow.reviews.add_change(customer_id, scope, event)
    await _follow(deps, uow, customer_id, field, today, now)
    await _note(uow, viewer, customer_id, field, now)
    return made


async def take_back(
    deps: Deps, viewer: User, change_id: ChangeId, *, today: date, now: datetime
) -> FileChange:
    """Take an edit back: one's own for some minutes, a manager at any time.

    DomainError "not_found", "undo_too_late", or "edit_overtaken" when the same was changed since.
    """
    scope = Scope.of(viewer)
    async with deps.db.write() as uow:
        change = await uow.profile.get(change_id, scope)
        if not _may_take_back(deps, viewer, change, now):
            raise DomainError("undo_too_late", minutes=_minutes(deps, change))
        await uow.profile.take_back(change_id, scope, now)
        if change.field in _EVENTS:
            await uow.reviews.forget_change(change.customer_id, _EVENTS[change.field], change.at)
        await _follow(deps, uow, change.customer_id, change.field, today, now)
        detail = {"field": change.field.value}
        subject = f"customer:{change.customer_id}"
        await uow.audit.add("profile_undone", subject, now, user_id=viewer.id, detail=detail)
    return change


async def write(
    deps: Deps,
    viewer: User,
    customer_id: CustomerId,
    field: FileField,
    said: str,
    *,
    today: date,
    now: datetime,
) -> None:
    """Write a field in words.

    DomainError as `edit`, those of `sentence` and `screen`, and "not_found" for a field that is not written.
    """
    if field not in WRITTEN:
        raise DomainError("not_found")
    text = sentence(said, longest=WRITTEN[field])
    await screen(deps, viewer, text, Place.FACT, now)
    await edit(deps, viewer, customer_id, field, text, today=today, now=now)


async def offered(deps: Deps, viewer: User, customer_id: CustomerId, field: FileField) -> dict[str, str]:
    """What can be chosen in a written field, by the key that a button carries: what others have there."""
    scope = Scope.of(viewer)
    async with deps.db.read() as uow:
        customer = await _customer(uow, scope, customer_id)
        if field not in WRITTEN or field in {FileField.NAME, FileField.NOTE}:
            return {}
        place = customer.institution.id if customer.institution else None
        values = await uow.profile.used(field, place, scope, OFFERED)
    return {str(product_key(value)): value for value in values}


async def choose(
    deps: Deps,
    viewer: User,
    customer_id: CustomerId,
    field: FileField,
    key: str,
    *,
    today: date,
    now: datetime,
) -> None:
    """Write what a button stands for; "" empties a field. DomainError as `edit`."""
    value: Value
    match field:
        case FileField.INSTITUTION if key.isdecimal():
            value = InstitutionId(int(key))
        case FileField.KOL | FileField.NO_SEE | FileField.BY_APPOINTMENT if key in {"0", "1"}:
            value = key == "1"
        case FileField.STATUS if key in {CustomerStatus.ACTIVE, CustomerStatus.INACTIVE}:
            value = CustomerStatus(key)
        case FileField.DEPARTMENT | FileField.TITLE | FileField.SPECIALTY | FileField.NOTE if not key:
            value = ""
        case _:
            known = await offered(deps, viewer, customer_id, field)
            if key not in known:
                raise DomainError("not_found")
            value = known[key]
    await edit(deps, viewer, customer_id, field, value, today=today, now=now)


async def hospitals(deps: Deps, viewer: User) -> list[Institution]:
    """The hospitals where the viewer's customers work."""
    async with deps.db.read() as uow:
        known = await uow.figures.institutions(Scope.of(viewer), EVERYTHING)
        return await uow.profile.institutions(list(known))


async def find_hospitals(deps: Deps, said: str) -> list[Institution]:
    """The hospitals whose name is meant, the likeliest first, whoever works there."""
    async with deps.db.read() as uow:
        known = await uow.profile.institutions()

    def search() -> list[Institution]:
        by_id = {int(one.id): one for one in known}
        index = NameIndex([SearchEntry(CustomerId(one.id), one.name, "", "") for one in known])
        return [by_id[int(match.id)] for match in index.find(said, MATCHES)]

    return await asyncio.to_thread(search)


async def consent(
    deps: Deps, viewer: User, customer_id: CustomerId, said: Consent, *, today: date, now: datetime
) -> None:
    """Keep that a customer agrees to a channel since a day, or since then does not any more.

    DomainError "not_found" outside the viewer's scope, "visit_ahead" for a day to come.
    """
    if max(said.given_on or today, said.withdrawn_on or today) > today:
        raise DomainError("visit_ahead")
    scope = Scope.of(viewer)
    async with deps.db.write() as uow:
        known = (await uow.profile.consents(customer_id, scope)).get(said.channel)
        if known is not None and said.given_on is None:
            said = replace(said, given_on=known.given_on)
        await uow.profile.say(customer_id, scope, said, now)
        await _note(uow, viewer, customer_id, FileField.CONSENT, now)


async def add_fact(
    deps: Deps,
    viewer: User,
    customer_id: CustomerId,
    kind: FactKind,
    said: str,
    *,
    today: date,
    now: datetime,
) -> None:
    """Keep a fact in one's own words; of a promise the day that is named in it, too.

    DomainError "not_found" outside the scope, "too_many_facts", and those of `sentence` and `screen`.
    """
    text, scope = sentence(said), Scope.of(viewer)
    await screen(deps, viewer, text, Place.FACT, now)
    values = {
        "kind": kind.value,
        "text": text,
        "on": today,
        "due": _due(deps, text, today) if kind is FactKind.PROMISE else None,
        "author_id": viewer.id,
        "ended_on": None,
    }
    async with deps.db.write() as uow:
        known = [one for one in await uow.profile.facts(customer_id, scope) if one.kind is kind]
        if len(known) >= kind.most:
            raise DomainError("too_many_facts", limit=kind.most)
        await uow.profile.add(customer_id, scope, FileField.FACT, values, now)
        await _note(uow, viewer, customer_id, FileField.FACT, now)


async def end_fact(
    deps: Deps, viewer: User, customer_id: CustomerId, fact_id: FactId, *, today: date, now: datetime
) -> None:
    """A fact is no longer so, a promise is kept. DomainError "not_found" outside the scope."""
    await _end(deps, viewer, customer_id, (FileField.FACT, fact_id), {"ended_on": today}, now)


async def end_step(
    deps: Deps, viewer: User, customer_id: CustomerId, visit_id: VisitId, *, today: date, now: datetime
) -> None:
    """What was promised at a visit is done. DomainError "not_found" outside the scope."""
    await _end(deps, viewer, customer_id, (FileField.STEP, visit_id), {"step_done_on": today}, now)


async def colleagues(deps: Deps, viewer: User, customer_id: CustomerId) -> list[Customer]:
    """Customers of the same hospital whom the viewer may see, those of the same department first."""
    scope = Scope.of(viewer)
    async with deps.db.read() as uow:
        here = await _customer(uow, scope, customer_id)
        everybody = await uow.customers.all(scope) if here.institution else []
    found = [one for one in everybody if one.institution == here.institution and one.id != customer_id]
    return sorted(found, key=lambda one: (one.department != here.department, one.name))[:MATCHES]


async def pair(
    deps: Deps, viewer: User, customer_id: CustomerId, other: CustomerId
) -> tuple[Customer, Customer]:
    """Two customers whom the viewer may see. DomainError "not_found" for others, or one and the same."""
    async with deps.db.read() as uow:
        return await _pair(uow, Scope.of(viewer), customer_id, other)


async def relate(
    deps: Deps,
    viewer: User,
    customer_id: CustomerId,
    other: CustomerId,
    kind: RelationKind,
    *,
    now: datetime,
) -> None:
    """Keep what another customer is to a customer; once said, it is said anew.

    DomainError as `pair`, and "too_many_relations".
    """
    scope = Scope.of(viewer)
    async with deps.db.write() as uow:
        await _pair(uow, scope, customer_id, other)
        own = [one for one in await uow.profile.relations(customer_id, scope) if not one.is_told_there]
        known = next((one for one in own if one.other == other), None)
        if known is not None:
            again = {"kind": kind.value}
            await uow.profile.change(customer_id, scope, FileField.RELATION, known.id, again, now)
        elif len(own) >= MOST_RELATIONS:
            raise DomainError("too_many_relations", limit=MOST_RELATIONS)
        else:
            row = {"other_id": other, "kind": kind.value}
            await uow.profile.add(customer_id, scope, FileField.RELATION, row, now)
        await _note(uow, viewer, customer_id, FileField.RELATION, now)


async def part(
    deps: Deps, viewer: User, customer_id: CustomerId, relation_id: RelationId, *, now: datetime
) -> None:
    """Take a relation out. DomainError "not_found" outside the scope."""
    scope = Scope.of(viewer)
    async with deps.db.write() as uow:
        if all(one.id != relation_id for one in await uow.profile.relations(customer_id, scope)):
            raise DomainError("not_found")
        await uow.profile.remove(customer_id, scope, FileField.RELATION, relation_id, now)
        await _note(uow, viewer, customer_id, FileField.RELATION, now)


async def _end(
    deps: Deps,
    viewer: User,
    customer_id: CustomerId,
    row: tuple[FileField, int],
    columns: Mapping[str, Any],
    now: datetime,
) -> None:
    async with deps.db.write() as uow:
        await uow.profile.change(customer_id, Scope.of(viewer), *row, columns, now)
        await _note(uow, viewer, customer_id, row[0], now)


async def _customer(uow: UnitOfWork, scope: Scope, customer_id: CustomerId) -> Customer:
    customer = await uow.customers.get(customer_id, scope)
    if customer is None:
        raise DomainError("not_found")
    return customer


async def _pair(
    uow: UnitOfWork, scope: Scope, customer_id: CustomerId, other: CustomerId
) -> tuple[Customer, Customer]:
    if customer_id == other:
        raise DomainError("not_found")
    return await _customer(uow, scope, customer_id), await _customer(uow, scope, other)


async def _institution(uow: UnitOfWork, value: Value) -> Institution:
    found = await uow.profile.institutions([InstitutionId(value)]) if isinstance(value, int) else []
    if not found:
        raise DomainError("not_found")
    return found[0]


async def _follow(
    deps: Deps, uow: UnitOfWork, customer_id: CustomerId, field: FileField, today: date, now: datetime
) -> None:
    if field in _MEASURED:
        await retier(deps, uow, as_of=today, now=now, only=customer_id)


async def _note(
    uow: UnitOfWork, viewer: User, customer_id: CustomerId, field: FileField, now: datetime
) -> None:
    detail = {"field": field.value}
    await uow.audit.add("profile", f"customer:{customer_id}", now, user_id=viewer.id, detail=detail)


def _columns(deps: Deps, field: FileField, value: Value) -> dict[str, Any]:
    """The columns of the customer that a field is kept in."""
    match field:
        case FileField.INSTITUTION:
            return {"institution_id": value}
        case FileField.TITLE:
            ranks = Lexicon(deps.library.columns.words.title_rank)
            return {"title": value, "title_rank": ranks.find(str(value))}
        case FileField.BEST_TIMES if isinstance(value, tuple):
            return {"best_times": half_days_image(value)}
        case FileField.STATUS if isinstance(value, CustomerStatus):
            return {"status": value.value}
    return {field.value: value}


def _said_before(customer: Customer, field: FileField) -> str:
    if field is FileField.INSTITUTION:
        return customer.institution.name if customer.institution else ""
    return str(getattr(customer, field.value))


def past_day(deps: Deps, words: str, today: date) -> date | None:
    """The one day, not after today, that words name and nothing else."""
    text = words.strip()
    found = find_dates(text, today=today, calendar=deps.calendar, tense=Tense.BEHIND)
    return found[0].on if len(found) == 1 and (found[0].start, found[0].end) == (0, len(text)) else None


def _due(deps: Deps, text: str, today: date) -> date | None:
    """The one day that a promise names."""
    days = {
        when.on
        for when in find_dates(text, today=today, calendar=deps.calendar, tense=Tense.AHEAD)
        if when.names_day
    }
    return days.pop() if len(days) == 1 else None


def _may_take_back(deps: Deps, viewer: User, change: FileChange, now: datetime) -> bool:
    if change.id is None or change.taken_back_by is not None:
        return False
    return viewer.role is not Role.REP or _is_fresh_own(deps, viewer, change, now)


def _is_fresh_own(deps: Deps, viewer: User, change: FileChange, now: datetime) -> bool:
    return change.author_id == viewer.id and now - change.at <= timedelta(minutes=_minutes(deps, change))


def _minutes(deps: Deps, change: FileChange) -> int:
    return deps.library.visits.at(change.at.date()).undo_minutes


def _images(history: Iterable[FileChange], column: str) -> list[int]:
    found = (
        image[column] for one in history for image in (one.before, one.after) if image and column in image
    )
    return sorted({number for number in found if number is not None})


def _others(history: Sequence[FileChange]) -> list[CustomerId]:
    return [CustomerId(number) for number in _images(history, "other_id")]


def _institutions(history: Sequence[FileChange]) -> list[InstitutionId]:
    return [InstitutionId(number) for number in _images(history, "institution_id")]


def _is_hidden(change: FileChange, others: Mapping[CustomerId, str]) -> bool:
    """Whether an edit tells of a customer whom the viewer may not see."""
    return any(number not in others for number in _others([change]))
