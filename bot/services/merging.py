"""Two entries on the list that are one person: made one, with both histories, and separated again."""

from datetime import datetime
from typing import Any

from bot.db import merging
from bot.db.uow import UnitOfWork
from bot.db.values import Merge
from bot.deps import Deps
from bot.services.corrections import customer_in, settle
from domain.customers.corrections import CorrectionKind, CorrectionState
from domain.customers.merging import combined
from domain.errors import DomainError
from domain.ids import CorrectionId, CustomerId, MergeId, UserId
from domain.people.model import Role, Scope, User
from domain.visits.log import LoggedVisit


async def approve_duplicate(
    deps: Deps, viewer: User, correction_id: CorrectionId, kept: CustomerId, *, now: datetime
) -> MergeId:
    """Make the two entries of a report one, of which `kept` remains.

    DomainError: "not_found" unless the viewer may see both, "correction_closed", "not_allowed" for reps.
    """
    async with deps.db.write() as uow:
        found = await settle(uow, viewer, correction_id, CorrectionState.APPROVED, now)
        pair = {found.customer_id, found.other_id}
        if found.kind is not CorrectionKind.DUPLICATE or found.other_id is None or kept not in pair:
            raise DomainError("not_found")
        gone = next(one for one in pair if one is not None and one != kept)
        return await merge_in(uow, viewer, kept, gone, now)


async def merge_in(
    uow: UnitOfWork, viewer: User, kept: CustomerId, gone: CustomerId, now: datetime
) -> MergeId:
    """Make two entries one within a unit of work.

    All that is known about `gone` is known about `kept` from now on. Where both speak of the same thing, the
    entry that is kept goes before the other: its cell and what was said of it by hand hold, its fields stay
    and are only filled up. A visit that was logged under both becomes one, with both as earlier versions.
    """
    await customer_in(uow, viewer, kept)
    await customer_in(uow, viewer, gone)
    connection = await uow.session.connection()
    before = await merging.rows_of(connection, (kept, gone))
    spoken = await merging.last_words(connection, kept)
    for mine, theirs in await _logged_twice(uow, kept, gone):
        await _make_one(uow, viewer, mine, theirs, now)
    await merging.add_up_usage(connection, gone, kept)
    await merging.move(connection, gone, kept)
    await merging.say_again(connection, kept, spoken, now)
    await merging.fill(connection, gone, kept)
    uow.session.expire_all()
    changes = merging.difference(before, await merging.rows_of(connection, (kept, gone)))
    number = await uow.merges.add(kept, gone, viewer.id, changes, now)
    await uow.audit.add("merged", f"customer:{gone}", now, user_id=viewer.id, detail={"kept": kept})
    return number


async def separate(deps: Deps, viewer: User, merge_id: MergeId, now: datetime) -> Merge:
    """Make two entries of one again: every row is what it was before.

    DomainError: "not_found", "not_allowed" for reps, and "merge_entry_changed", "merge_visits_changed" or
    "merge_overtaken" where something was changed since that builds on it.
    """
    if viewer.role is Role.REP:
        raise DomainError("not_allowed")
    async with deps.db.write() as uow:
        found, changes = await uow.merges.get(merge_id, Scope.of(viewer))
        await merging.undo(await uow.session.connection(), changes)
        uow.session.expire_all()
        await uow.merges.undone(merge_id, viewer.id, now)
        await uow.audit.add("separated", f"customer:{found.gone_id}", now, user_id=viewer.id)
    return found


async def merged_into(deps: Deps, viewer: User, customer_id: CustomerId) -> list[Merge]:
    """Whom a customer's entry has taken in, the last one first."""
    async with deps.db.read() as uow:
        return await uow.merges.into(customer_id, Scope.of(viewer))


async def _logged_twice(
    uow: UnitOfWork, kept: CustomerId, gone: CustomerId
) -> list[tuple[LoggedVisit, LoggedVisit]]:
    """The visits that a rep has logged under both entries for one day."""
    found = []
    for rep, on in await merging.same_days(await uow.session.connection(), kept, gone):
        mine = await uow.visit_log.of_day(UserId(rep), kept, on)
        theirs = await uow.visit_log.of_day(UserId(rep), gone, on)
        if mine is not None and theirs is not None:
            found.append((mine, theirs))
    return found


async def _make_one(
    uow: UnitOfWork, viewer: User, mine: LoggedVisit, theirs: LoggedVisit, now: datetime
) -> None:
    """Let one visit say what both say, and keep what each said as its earlier versions."""
    await _keep_version(uow, viewer, theirs, mine, now)
    await _keep_version(uow, viewer, mine, mine, now)
    await uow.visit_log.write(mine.id, combined(mine.told, theirs.told))
    await merging.drop_visit(await uow.session.connection(), theirs.id, mine.id)


async def _keep_version(
    uow: UnitOfWork, viewer: User, of: LoggedVisit, under: LoggedVisit, now: datetime
) -> None:
    if of.rep_id is None:  # visits of nobody are never the same
        return
    images: dict[str, Any] = await uow.visit_log.before((of.customer_id, of.rep_id, of.on))
    visit = merging.renamed(images["visit"][str(of.id)], of.customer_id, under.customer_id)
    nothing_else: dict[str, Any] = {"suggestion": {}, "appointment": {}}
    await uow.visit_log.keep(under.id, viewer.id, {"visit": {str(under.id): visit}, **nothing_else}, now)
