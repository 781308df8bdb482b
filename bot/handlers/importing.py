"""Loading a roster in the chat: drop a file, answer what cannot be guessed, look, confirm."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from io import BytesIO
from pathlib import PurePath

from bot.buttons.access import ShowInvite
from bot.buttons.importing import (
    AnswerImport,
    ConfirmImport,
    DropImport,
    RollBack,
    SendRejected,
    SendTemplate,
    ShowBatch,
    ShowImport,
)
from bot.commands import OFFICE
from bot.db.values import BatchStatus, DraftStatus, ImportBatch, ImportDraft
from bot.handlers.home import home_row
from bot.importing.limits import Limits
from bot.importing.rejects import write_rejects
from bot.importing.template import write_template
from bot.render.importing import issue_in_words, option_in_words, question_in_words
from bot.routes import Routes
from bot.screens import Attachment, Button, Screen
from bot.services import importing
from bot.services.importing import DryRun
from bot.services.screening import screen
from bot.turn import Turn
from domain.compliance.rules import Place
from domain.errors import DomainError
from domain.ids import BatchId, DraftId
from domain.importing.model import Action, ImportPlan, Kind
from domain.people.model import Role

routes = Routes()

SHOWN_ISSUES = 5
SHOWN_BATCHES = 5


@routes.on(ShowImport, OFFICE)
async def show_import(turn: Turn, _at: ShowImport) -> Screen:
    """How to load a roster, and the latest loads."""
    _ = turn.words._
    latest = await importing.batches(turn.deps, turn.viewer, SHOWN_BATCHES)
    rows = [[Button(_("Empty roster to fill in"), SendTemplate())]]
    rows += [[Button(_batch_label(turn, one), ShowBatch(one.id))] for one in latest]
    return Screen(turn.text("import", latest=latest), [*rows, home_row(turn)])


@routes.on(SendTemplate, OFFICE, slow=True)
async def send_template(turn: Turn, _at: SendTemplate) -> Screen:
    """An empty roster in the person's language."""
    usage = turn.deps.library.markets[turn.deps.settings.market].usage_per_customer
    file = BytesIO()
    await asyncio.to_thread(write_template, file, turn.deps.library.columns, turn.locale, usage=usage)
    screen = await show_import(turn, ShowImport())
    return replace(screen, attachments=(Attachment(turn.words._("ninebox-roster.xlsx"), file.getvalue()),))


async def receive(turn: Turn, name: str, size: int, download: Callable[[], Awaitable[bytes]]) -> Screen:
    """A file dropped into the chat."""
    if turn.viewer.role is Role.REP:
        raise DomainError("import_not_for_reps")
    limit = Limits().file_bytes
    if size > limit:
        raise DomainError("file_too_large", file=name[:60], limit=limit, size=size)
    await screen(turn.deps, turn.viewer, PurePath(name).stem, Place.FILENAME, turn.now)
    await turn.window.show(Screen(turn.text("import_reading", name=PurePath(name).name[:60])))
    data = await download()
    draft = await importing.keep_upload(turn.deps, turn.viewer, PurePath(name).name[:120], data, turn.now)
    return await _look(turn, draft)


@routes.on(AnswerImport, OFFICE, slow=True)
async def answer_import(turn: Turn, at: AnswerImport) -> Screen:
    """Keep an answer and go on: the next question, or what the import would do."""
    draft = await importing.open_draft(turn.deps, turn.viewer, DraftId(at.draft))
    if at.step != len(draft.answers):
        return await _look(turn, draft)  # an old question: show the present one
    found = await _dry_run(turn, draft)
    if found.questions and 0 <= at.option < len(found.questions[0].options):
        question = found.questions[0]
        value = question.options[at.option].value
        draft = await importing.answer_draft(turn.deps, turn.viewer, draft, question.id, value)
    return await _look(turn, draft)


@routes.on(ConfirmImport, OFFICE, slow=True)
async def confirm_import(turn: Turn, at: ConfirmImport) -> Screen:
    """Carry out what the dry run showed."""
    draft = await importing.open_draft(turn.deps, turn.viewer, DraftId(at.draft))
    await turn.window.show(Screen(turn.text("import_loading")))
    sheets = await importing.sheets_of(turn.deps, draft)
    try:
        loaded = await importing.load(
            turn.deps, turn.viewer, sheets, draft.answers, as_of=turn.today, now=turn.now, draft=draft
        )
    except DomainError:
        await turn.window.show(await _look(turn, draft))  # as it stands now, with its buttons again
        raise
    _ = turn.words._
    rows = [[Button(_("Undo this load"), RollBack(loaded.batch))]]
    if loaded.plan.rejected:
        rows.insert(0, [Button(_("Rejected rows with reasons"), SendRejected(draft.id))])
    rows.append([Button(_("Invite"), ShowInvite()), *home_row(turn)])
    text = turn.text(
        "import_done",
        loaded=loaded,
        counts=counts(loaded.plan),
        contact=turn.deps.settings.safety_contact,
    )
    return Screen(text, rows)


@routes.on(SendRejected, OFFICE, slow=True)
async def send_rejected(turn: Turn, at: SendRejected) -> Screen:
    """The rejected rows as they stood in the file, each with its reason."""
    draft = await importing.any_draft(turn.deps, turn.viewer, DraftId(at.draft))
    sheets = await importing.sheets_of(turn.deps, draft)
    found = await importing.dry_run(turn.deps, turn.viewer, sheets, draft.answers, as_of=turn.today)
    if found.plan is None:
        return _ask(turn, draft, found)
    words, columns, file = turn.words, turn.deps.library.columns, BytesIO()
    await asyncio.to_thread(
        write_rejects, file, sheets, found.plan, columns, turn.locale, partial(issue_in_words, words)
    )
    if draft.status is DraftStatus.OPEN:
        screen = _preview(turn, draft, found.plan)
    else:
        screen = await show_import(turn, ShowImport())
    attachment = Attachment(words._("rejected-rows.xlsx"), file.getvalue())
    return replace(screen, attachments=(attachment,))


@routes.on(DropImport, OFFICE)
async def drop_import(turn: Turn, at: DropImport) -> Screen:
    """Forget an import that waits."""
    await importing.drop_draft(turn.deps, turn.viewer, DraftId(at.draft))
    screen = await show_import(turn, ShowImport())
    return replace(screen, toast=turn.words._("Nothing was loaded"))


@routes.on(ShowBatch, OFFICE)
async def show_batch(turn: Turn, at: ShowBatch) -> Screen:
    """One load: when, what, and undoing it."""
    batch = await importing.batch(turn.deps, turn.viewer, BatchId(at.batch))
    rows = []
    if batch.status is BatchStatus.APPLIED:
        rows.append([Button(turn.words._("Undo this load"), RollBack(batch.id))])
    rows.append([Button(turn.words._("Back"), ShowImport()), *home_row(turn)])
    return Screen(turn.text("batch", batch=batch, kinds=Kind), rows)


@routes.on(RollBack, OFFICE, slow=True)
async def roll_back(turn: Turn, at: RollBack) -> Screen:
    """Undo one load, after asking."""
    _ = turn.words._
    batch = await importing.batch(turn.deps, turn.viewer, BatchId(at.batch))
    if not at.sure:
        rows = [
            [Button(_("Yes, undo it"), RollBack(at.batch, sure=True))],
            [Button(_("No, keep it"), ShowBatch(at.batch))],
        ]
        return Screen(turn.text("rollback_sure", batch=batch), rows)
    await importing.roll_back(turn.deps, turn.viewer, batch.id, turn.now)
    return await show_batch(turn, ShowBatch(at.batch))


def counts(plan: ImportPlan) -> list[tuple[Kind, dict[Action, int]]]:
    """Rows by kind and action, kinds without a row left out."""
    by_kind = [(kind, {action: plan.count(kind, action) for action in Action}) for kind in Kind]
    return [(kind, actions) for kind, actions in by_kind if any(actions.values())]


async def _dry_run(turn: Turn, draft: ImportDraft) -> DryRun:
    sheets = await importing.sheets_of(turn.deps, draft)
    return await importing.dry_run(turn.deps, turn.viewer, sheets, draft.answers, as_of=turn.today)


async def _look(turn: Turn, draft: ImportDraft) -> Screen:
    """The next question, or what the import would do."""
    found = await _dry_run(turn, draft)
    if found.plan is None:
        return _ask(turn, draft, found)
    return _preview(turn, draft, found.plan)


def _ask(turn: Turn, draft: ImportDraft, found: DryRun) -> Screen:
    question = found.questions[0]
    rows = [
        [Button(option_in_words(turn.words, option)[:60], AnswerImport(draft.id, len(draft.answers), number))]
        for number, option in enumerate(question.options)
    ]
    rows.append([Button(turn.words._("Cancel"), DropImport(draft.id))])
    text = turn.text(
        "import_question",
        question=question_in_words(turn.words, question),
        more=len(found.questions) - 1,
        file=draft.files[0].name,
    )
    return Screen(text, rows)


def _preview(turn: Turn, draft: ImportDraft, plan: ImportPlan) -> Screen:
    _ = turn.words._
    changes = any(change.action is not Action.UNCHANGED for change in plan.changes) or bool(plan.held)
    rows = []
    if changes:
        rows.append([Button(_("Load it"), ConfirmImport(draft.id))])
    if plan.rejected:
        rows.append([Button(_("Rejected rows with reasons"), SendRejected(draft.id))])
    rows.append([Button(_("Cancel") if changes else _("Close"), DropImport(draft.id))])
    issues = [(issue, issue_in_words(turn.words, issue)) for issue in plan.issues[:SHOWN_ISSUES]]
    text = turn.text(
        "import_preview",
        file=draft.files[0].name,
        counts=counts(plan),
        plan=plan,
        issues=issues,
        changes=changes,
    )
    return Screen(text, rows)


def _batch_label(turn: Turn, batch: ImportBatch) -> str:
    mark = "↶ " if batch.status is BatchStatus.ROLLED_BACK else ""
    return f"{mark}{turn.words.moment(batch.created_at, turn.zone)} · {', '.join(batch.files)}"[:60]
