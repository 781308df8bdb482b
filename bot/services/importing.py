"""Loading rosters: dry run, questions, one transaction, tiers, rollback."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from shutil import rmtree
from uuid import uuid4

from bot.db.uow import UnitOfWork
from bot.db.values import AwaitedWords, DraftStatus, ImportBatch, ImportDraft, Purpose, Said, StoredFile
from bot.deps import Deps
from bot.importing.reading import UploadedFile, read_files_apart
from bot.services.screening import fingerprint, hold
from domain.compliance.rules import Place
from domain.customers.profile import FileField
from domain.errors import DomainError
from domain.ids import BatchId, CustomerId, DraftId, UserId
from domain.importing.mapping import Option, Question, Recognised, Terms, recognise
from domain.importing.model import (
    Action,
    CustomerDraft,
    Existing,
    ImportPlan,
    Kind,
    RawSheet,
    VisitDraft,
)
from domain.importing.planning import plan_import
from domain.importing.reach import Reach, with_owner, within_reach
from domain.importing.rows import read_rows
from domain.people.model import Role, User
from domain.tiering.argument import LONGEST_SENTENCE
from domain.tiering.model import Measures, TierDecision
from domain.tiering.nine_box import decide_all
from domain.tiering.whatif import moves
from domain.visits.log import Field

OURS = "ours"  # under this name the answer to "which product is ours?" is remembered
OWNER = "owner"  # the question whose customers these are, and its answer for "nobody's yet"
NOBODY = "-"
_HELD_FIELDS = {"note": Field.NOTE.value, "next_step": Field.PROMISE.value}
"""Where a text of an imported visit goes once its safety report is acknowledged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """What an import would do, or what must be asked first (then `plan` is None)."""

    plan: ImportPlan | None
    questions: tuple[Question, ...]
    recognised: Recognised
    ours: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What an import did; `held` are texts that wait for a safety report."""

    batch: BatchId
    plan: ImportPlan
    tiers_changed: int
    held: int = 0


async def dry_run(
    deps: Deps, viewer: User | None, sheets: Sequence[RawSheet], answers: Mapping[str, str], *, as_of: date
) -> DryRun:
    """Understand sheets and compare them with what is stored; nothing is changed.

    `viewer` None is the operator at the command line, who is not asked for an owner. A
    manager's rows about customers of other teams are rejected.
    """
    async with deps.db.read() as uow:
        existing = await uow.imports.existing()
        remembered = await uow.mappings.all()
        ours = await our_products(deps, uow)
        owners = await _owners(uow, viewer)
    asking = _Asking(deps, viewer, answers, remembered, ours, owners, existing, as_of)
    return await asyncio.to_thread(asking.run, sheets)


async def load(
    deps: Deps,
    viewer: User | None,
    sheets: Sequence[RawSheet],
    answers: Mapping[str, str],
    *,
    as_of: date,
    now: datetime,
    draft: ImportDraft | None = None,
) -> Loaded:
    """Understand, compare, store and re-tier; storing is one transaction, which also closes the draft.

    DomainError: "questions_open" when something must be answered first, "draft_closed" when a
    second tap comes, "plan_out_of_date" when somebody else changed the same rows meanwhile.
    """
    found = await dry_run(deps, viewer, sheets, answers, as_of=as_of)
    if found.plan is None:
        raise DomainError("questions_open", n=len(found.questions))
    author = viewer.id if viewer else None
    async with deps.db.write() as uow:
        if draft is not None and not await uow.drafts.close(draft.id, draft.user_id, DraftStatus.APPLIED):
            raise DomainError("draft_closed")
        batch = await uow.imports.apply(found.plan, author, now, sorted({sheet.file for sheet in sheets}))
        for mapping in found.recognised.sheets:
            if mapping.remember:
                await uow.mappings.save(mapping.fingerprint, mapping.remember, now)
        if found.recognised.ours:
            await uow.mappings.save(OURS, {"products": list(found.recognised.ours)}, now)
        changed = await retier(deps, uow, as_of=as_of, now=now, batch=batch, ours=found.ours)
        await uow.audit.add("import", f"batch:{batch}", now, user_id=author)
        held = await _hold(deps, uow, viewer, found.plan, now)
    return Loaded(batch=batch, plan=found.plan, tiers_changed=changed, held=held)


async def _hold(deps: Deps, uow: UnitOfWork, viewer: User | None, plan: ImportPlan, now: datetime) -> int:
    """Let texts that may tell of a side effect wait with whoever can keep them; how many are new.

    That is the rep of the visit or the owner of the customer, whose words they then are, else the importer.
    """
    if not plan.held:
        return 0
    stored = await uow.imports.find({(one.kind, one.key) for one in plan.held})
    gate, number = deps.library.compliance(deps.settings.market), 0
    for change in plan.held:
        row_id, columns = stored[change.kind, change.key]
        is_visit = change.kind is Kind.VISIT
        keeper_id = columns["rep_id" if is_visit else "owner_id"]
        keeper = await uow.users.get(UserId(keeper_id)) if keeper_id is not None else viewer
        for name, text in change.draft.held if isinstance(change.draft, CustomerDraft | VisitDraft) else ():
            choice = _HELD_FIELDS[name] if is_visit else FileField.NOTE.value
            words = AwaitedWords(Purpose.VISIT_FIELD if is_visit else Purpose.FILE, row_id, choice, now)
            short = text if len(text) <= LONGEST_SENTENCE else f"{text[: LONGEST_SENTENCE - 1]}…"
            if keeper is not None and not await uow.held.is_known(fingerprint(short), words):
                said = Said(text=short, place=Place.IMPORT, words=words)
                await hold(deps, uow, keeper, said, gate.check_text(text, Place.IMPORT).rules, now)
                number += 1
    return number


async def retier(
    deps: Deps,
    uow: UnitOfWork,
    *,
    as_of: date,
    now: datetime,
    batch: BatchId | None = None,
    ours: Sequence[str] | None = None,
    only: CustomerId | None = None,
) -> int:
    """Decide the tier of every active customer anew, or of one (`only`); how many decisions are new.

    Unless the params let imports move them, customers who have a cell already stay in it until
    a round proposes the move.
    """
    products = ours if ours is not None else await our_products(deps, uow)
    measures = await uow.tiers.measures(products)
    decisions = await asyncio.to_thread(_decide, deps, measures, as_of)
    if only is not None:
        decisions = {only: decisions[only]} if only in decisions else {}
    if not deps.library.review.at(as_of).imports_move:
        current = await uow.tiers.current_all()
        decisions = {key: new for key, new in decisions.items() if not moves(current.get(key), new)}
    return await uow.tiers.store(decisions, now, batch)


async def roll_back(deps: Deps, viewer: User | None, batch: BatchId, now: datetime) -> None:
    """Undo one load. Managers undo their own loads only."""
    async with deps.db.write() as uow:
        await _visible_batch(uow, viewer, batch)
        await uow.imports.rollback(batch, now)
        await uow.audit.add("rollback", f"batch:{batch}", now, user_id=viewer.id if viewer else None)


async def batches(deps: Deps, viewer: User, limit: int) -> list[ImportBatch]:
    """The latest loads that a viewer may see, newest first."""
    async with deps.db.read() as uow:
        found = await uow.imports.batches(200)
    return [one for one in found if _may_see(viewer, one)][:limit]


async def batch(deps: Deps, viewer: User, batch_id: BatchId) -> ImportBatch:
    """One load; DomainError "not_found" outside the viewer's sight."""
    async with deps.db.read() as uow:
        return await _visible_batch(uow, viewer, batch_id)


# Uploads in a chat wait as drafts until they are confirmed.


async def keep_upload(deps: Deps, viewer: User, name: str, data: bytes, now: datetime) -> ImportDraft:
    """Store an uploaded file as an open draft of the viewer."""
    folder = _folder(deps) / uuid4().hex
    path = folder / "upload"

    def write() -> None:
        folder.mkdir(parents=True)
        path.write_bytes(data)

    await asyncio.to_thread(write)
    async with deps.db.write() as uow:
        return await uow.drafts.add(viewer.id, [StoredFile(name=name, path=str(path))], now)


async def open_draft(deps: Deps, viewer: User, draft_id: DraftId) -> ImportDraft:
    """A draft of the viewer that still waits; DomainError "draft_closed" when it does not."""
    async with deps.db.read() as uow:
        draft = await uow.drafts.get(draft_id, viewer.id)
    if draft is None or draft.status is not DraftStatus.OPEN:
        raise DomainError("draft_closed")
    return draft


async def any_draft(deps: Deps, viewer: User, draft_id: DraftId) -> ImportDraft:
    """A draft of the viewer, whatever became of it, as long as its files are there."""
    async with deps.db.read() as uow:
        draft = await uow.drafts.get(draft_id, viewer.id)
    if draft is None or not await asyncio.to_thread(_is_kept, draft):
        raise DomainError("draft_closed")
    return draft


async def sheets_of(deps: Deps, draft: ImportDraft) -> list[RawSheet]:
    """The sheets of a draft, read in a process of their own."""
    files = [UploadedFile(file.name, Path(file.path)) for file in draft.files]
    async with deps.reading:
        return await read_files_apart(files, deps.library.columns)


async def answer_draft(
    deps: Deps, viewer: User, draft: ImportDraft, question: str, value: str
) -> ImportDraft:
    """Keep one answer."""
    async with deps.db.write() as uow:
        return await uow.drafts.answer(draft.id, viewer.id, question, value)


async def drop_draft(deps: Deps, viewer: User, draft_id: DraftId) -> None:
    """Forget an upload."""
    draft = await open_draft(deps, viewer, draft_id)
    async with deps.db.write() as uow:
        await uow.drafts.close(draft.id, viewer.id, DraftStatus.CANCELLED)
    await asyncio.to_thread(_remove, draft)


async def forget_old_drafts(deps: Deps, older_than: datetime) -> int:
    """Remove the files of uploads from before `older_than`, confirmed or not; how many there were."""
    async with deps.db.write() as uow:
        old = await uow.drafts.forget(older_than)
    for draft in old:
        await asyncio.to_thread(_remove, draft)
    return len(old)


class _Asking:
    """One dry run, off the event loop: it is CPU-heavy and knows no database."""

    def __init__(
        self,
        deps: Deps,
        viewer: User | None,
        answers: Mapping[str, str],
        remembered: Mapping[str, Mapping[str, str]],
        ours: tuple[str, ...],
        owners: tuple[str, ...],
        existing: Existing,
        as_of: date,
    ) -> None:
        market = deps.library.markets[deps.settings.market]
        self._terms = Terms(usage_allowed=market.usage_per_customer, asks_datum=market.asks_datum)
        self._columns = deps.library.columns
        self._gate = deps.library.compliance(deps.settings.market)
        self._viewer = viewer
        self._answers = answers
        self._remembered = remembered
        self._ours = ours
        self._owners = owners
        self._existing = existing
        self._as_of = as_of

    def run(self, sheets: Sequence[RawSheet]) -> DryRun:
        owner = self._answers.get(OWNER)
        recognised = recognise(
            sheets,
            self._columns,
            self._terms,
            answers={key: value for key, value in self._answers.items() if key != OWNER},
            remembered=self._remembered,
            ours_known=bool(self._ours) and OURS not in self._answers,
        )
        ours = recognised.ours or self._ours
        read = read_rows(recognised.sheets, self._columns, self._gate, today=self._as_of)
        drafts = with_owner(read.drafts, owner) if owner and owner != NOBODY else read.drafts
        plan = plan_import(
            drafts, self._existing, issues=(*recognised.remarks, *read.issues), dropped=recognised.dropped
        )
        questions = (*recognised.questions, *self._whose(plan))
        if self._viewer is not None and self._viewer.role is Role.MANAGER:
            plan = within_reach(plan, self._existing, Reach.of(self._owners))
        return DryRun(plan=None if questions else plan, questions=questions, recognised=recognised, ours=ours)

    def _whose(self, plan: ImportPlan) -> tuple[Question, ...]:
        """Whom new customers belong to, asked once where the file does not say."""
        if self._viewer is None or OWNER in self._answers:
            return ()
        ownerless = sum(
            isinstance(change.draft, CustomerDraft) and change.draft.owner is None
            for change in plan.changes
            if change.action is Action.NEW
        )
        if not ownerless:
            return ()
        options = [Option(name, "person", {"name": name}) for name in self._owners]
        if self._viewer.role is Role.ADMIN:
            options.append(Option(NOBODY, "nobody"))
        return (Question(OWNER, OWNER, {"n": ownerless}, tuple(options)),) if options else ()


def _decide(
    deps: Deps, measures: Mapping[CustomerId, Measures], as_of: date
) -> dict[CustomerId, TierDecision]:
    methods = deps.library.markets[deps.settings.market].methods
    return decide_all(measures, deps.library.tiering.at(as_of), methods)


async def our_products(deps: Deps, uow: UnitOfWork) -> tuple[str, ...]:
    """Our own products: from the settings, else as answered at an import."""
    if deps.settings.ours:
        return deps.settings.ours
    remembered = await uow.mappings.get(OURS)
    return tuple(remembered["products"]) if remembered else ()


async def _owners(uow: UnitOfWork, viewer: User | None) -> tuple[str, ...]:
    """The names of the reps whom a viewer may give customers to."""
    if viewer is None or viewer.role is Role.ADMIN:
        people = await uow.users.all()
    else:
        people = await uow.users.team(viewer.id)
    return tuple(one.name for one in people if one.role is Role.REP and one.is_active and one.name)


async def _visible_batch(uow: UnitOfWork, viewer: User | None, batch_id: BatchId) -> ImportBatch:
    found = await uow.imports.get(batch_id)
    if found is None or not (viewer is None or _may_see(viewer, found)):
        raise DomainError("not_found")
    return found


def _may_see(viewer: User, one: ImportBatch) -> bool:
    return viewer.role is Role.ADMIN or one.author_id == viewer.id


def _folder(deps: Deps) -> Path:
    return deps.settings.data_dir / "uploads"


def _is_kept(draft: ImportDraft) -> bool:
    return all(Path(file.path).exists() for file in draft.files)


def _remove(draft: ImportDraft) -> None:
    for file in draft.files:
        rmtree(Path(file.path).parent, ignore_errors=True)
