"""/joint: with whom to go along, three short answers afterwards, and the rep's word on them."""

from collections.abc import Sequence
from dataclasses import replace

from bot.buttons.coaching import ShowCoach
from bot.buttons.customers import ShowCard
from bot.buttons.jointvisits import (
    AcknowledgeJointVisit,
    AgreeOnScenario,
    AgreeOnVisit,
    AskJointAction,
    AskJointAnswer,
    AskJointComment,
    AskJointDay,
    CancelJointVisit,
    DraftJointVisit,
    HoldJointVisit,
    PlanJointVisit,
    SetJointKind,
    ShareJointVisit,
    ShowJointVisit,
    ShowJointVisits,
)
from bot.buttons.weeks import ShowWeek
from bot.callbacks import RowId
from bot.commands import FIELD, MANAGERS, REPS
from bot.db.repositories.jointvisits import SeenVisit
from bot.db.values import AwaitedWords, Purpose
from bot.handlers.home import home_row
from bot.render.jointvisits import ACTIONS, KINDS, LEADS, NEWS, QUESTIONS, STATES
from bot.routes import Routes
from bot.screens import Button, Screen, page_of, page_row
from bot.services import awaiting, jointvisits
from bot.services.jointvisits import View
from bot.turn import Turn
from domain.errors import DomainError
from domain.ids import CustomerId, JointId
from domain.jointvisits.model import SPOKEN_OF, Action, Answer, JointKind, JointState, Side
from domain.people.model import Role

routes = Routes()

PAGE = 6
LABEL = 30
NAMES = 6  # of reps without a joint visit
COMMENTS = 4
ORDER = (
    JointState.PLANNED,
    JointState.HELD,
    JointState.SHARED,
    JointState.DRAFT,
    JointState.CLOSED,
    JointState.CANCELLED,
)
"""In which order joint visits are listed, after those that wait for one's word."""


@routes.on(ShowJointVisits, FIELD, slow=True)
async def show_joint_visits(turn: Turn, at: ShowJointVisits) -> Screen:
    """For managers what is proposed and who has had none; for everybody what is under way."""
    board = None
    rows: list[Sequence[Button]] = []
    if turn.viewer.role is Role.MANAGER:
        board = await jointvisits.board(turn.deps, turn.viewer, today=turn.today, zone=turn.zone)
        found = list(board.visits)
        buttons = [
            Button(f"{n} {name}"[:LABEL], DraftJointVisit(one.customer_id))
            for n, (one, name, _rep) in enumerate(board.proposed, 1)
        ]
        rows += [buttons[i : i + 2] for i in range(0, len(buttons), 2)]
    else:
        found = await jointvisits.of_rep(turn.deps, turn.viewer, turn.today)
    found.sort(key=lambda one: (not _waits(turn, one), ORDER.index(one.visit.state)))
    shown, page, pages = page_of(found, at.page, PAGE)
    rows += [[Button(_label(turn, one), ShowJointVisit(one.visit.id))] for one in shown]
    rows += page_row(page, pages, ShowJointVisits)
    rows.append(home_row(turn))
    text = turn.text(
        "joints",
        board=board,
        found=found,
        waits=sum(_waits(turn, one) for one in found),
        kinds=KINDS,
        named=NAMES,
    )
    return Screen(text, rows)


@routes.on(DraftJointVisit, MANAGERS, slow=True)
async def draft_joint_visit(turn: Turn, at: DraftJointVisit) -> Screen:
    """A draft, or what is under way with this customer already."""
    joint = await jointvisits.draft(
        turn.deps, turn.viewer, CustomerId(at.customer), today=turn.today, zone=turn.zone, now=turn.now
    )
    return await joint_screen(turn, joint)


@routes.on(ShowJointVisit, FIELD)
async def show_joint_visit(turn: Turn, at: ShowJointVisit) -> Screen:
    """One joint visit, and what comes next."""
    return await joint_screen(turn, JointId(at.joint))


@routes.on(SetJointKind, MANAGERS)
async def set_joint_kind(turn: Turn, at: SetJointKind) -> Screen:
    """Who leads."""
    await jointvisits.set_kind(turn.deps, turn.viewer, JointId(at.joint), at.kind)
    return await joint_screen(turn, JointId(at.joint))


@routes.on(AskJointDay, MANAGERS)
async def ask_joint_day(turn: Turn, at: AskJointDay) -> Screen:
    """The next days that suit rep and customer."""
    view = await _view(turn, JointId(at.joint))
    days = await jointvisits.possible_days(turn.deps, turn.viewer, view.visit.id, turn.today)
    buttons = [Button(turn.words.day(day), PlanJointVisit(at.joint, day)) for day in days]
    rows = [buttons[i : i + 2] for i in range(0, len(buttons), 2)]
    return Screen(turn.text("joint_day", view=view), [*rows, _back(turn, at.joint)])


@routes.on(PlanJointVisit, MANAGERS)
async def plan_joint_visit(turn: Turn, at: PlanJointVisit) -> Screen:
    """The day is settled and the rep told."""
    await jointvisits.plan(turn.deps, turn.viewer, JointId(at.joint), at.on, today=turn.today, now=turn.now)
    screen = await joint_screen(turn, JointId(at.joint))
    return replace(screen, toast=turn.words._("The rep is told"))


@routes.on(HoldJointVisit, MANAGERS)
async def hold_joint_visit(turn: Turn, at: HoldJointVisit) -> Screen:
    """It took place: the first question at once."""
    await jointvisits.hold(turn.deps, turn.viewer, JointId(at.joint), today=turn.today, now=turn.now)
    return await ask_joint_answer(turn, AskJointAnswer(at.joint, Answer.GOAL))


@routes.on(AskJointAnswer, MANAGERS)
async def ask_joint_answer(turn: Turn, at: AskJointAnswer) -> Screen:
    """What the next message will be."""
    view = await _view(turn, JointId(at.joint))
    if view.visit.state is not JointState.HELD:
        raise DomainError("joint_step")
    await awaiting.ask(turn.deps, turn.viewer, Purpose.JOINT_ANSWER, at.joint, at.answer.value, turn.now)
    text = turn.text(
        "joint_ask", view=view, question=QUESTIONS[at.answer], answer=at.answer, now=view.visit.form.answers
    )
    return Screen(text, [_back(turn, at.joint)])


@routes.on(AskJointAction, MANAGERS)
async def ask_joint_action(turn: Turn, at: AskJointAction) -> Screen:
    """How the one thing comes back to the rep: onto the list, or as a scenario."""
    view = await _view(turn, JointId(at.joint))
    found = await jointvisits.scenarios(turn.deps, turn.viewer, view.visit.id, turn.locale, turn.today)
    shown, page, pages = page_of(found, at.page, PAGE)
    rows = [[Button("📌 " + turn.words._("Onto the rep's next list"), AgreeOnVisit(at.joint))]]
    rows += [[Button(f"🎓 {one.title}", AgreeOnScenario(RowId(at.joint), one.id))] for one in shown]
    rows += page_row(page, pages, lambda to: AskJointAction(at.joint, to))
    return Screen(turn.text("joint_action", view=view), [*rows, _back(turn, at.joint)])


@routes.on(AgreeOnVisit, MANAGERS)
async def agree_on_visit(turn: Turn, at: AgreeOnVisit) -> Screen:
    """The customer comes onto the list once the rep has acknowledged."""
    await jointvisits.agree(turn.deps, turn.viewer, JointId(at.joint), Action.PIN, "", turn.locale)
    return await joint_screen(turn, JointId(at.joint))


@routes.on(AgreeOnScenario, MANAGERS)
async def agree_on_scenario(turn: Turn, at: AgreeOnScenario) -> Screen:
    """The scenario is assigned once the rep has acknowledged."""
    await jointvisits.agree(
        turn.deps, turn.viewer, JointId(at.joint), Action.SCENARIO, at.scenario, turn.locale
    )
    return await joint_screen(turn, JointId(at.joint))


@routes.on(ShareJointVisit, MANAGERS)
async def share_joint_visit(turn: Turn, at: ShareJointVisit) -> Screen:
    """The rep reads it, and it stands."""
    await jointvisits.share(turn.deps, turn.viewer, JointId(at.joint), turn.now)
    screen = await joint_screen(turn, JointId(at.joint))
    return replace(screen, toast=turn.words._("The rep is told"))


@routes.on(AskJointComment, FIELD)
async def ask_joint_comment(turn: Turn, at: AskJointComment) -> Screen:
    """What the next message will be."""
    view = await _view(turn, JointId(at.joint))
    if view.visit.state not in SPOKEN_OF:
        raise DomainError("joint_step")
    await awaiting.ask(turn.deps, turn.viewer, Purpose.JOINT_COMMENT, at.joint, "", turn.now)
    return Screen(turn.text("joint_comment", view=view), [_back(turn, at.joint)])


@routes.on(AcknowledgeJointVisit, REPS)
async def acknowledge_joint_visit(turn: Turn, at: AcknowledgeJointVisit) -> Screen:
    """Read and agreed: the action is in the queue."""
    _ = turn.words._
    joint = JointId(at.joint)
    became = await jointvisits.acknowledge(
        turn.deps, turn.viewer, joint, locale=turn.locale, today=turn.today, now=turn.now
    )
    screen = await joint_screen(turn, joint)
    is_played = became is Action.SCENARIO
    toast = _("The scenario waits in the coach") if is_played else _("It is on your next list")
    return replace(screen, toast=toast)


@routes.on(CancelJointVisit, MANAGERS)
async def cancel_joint_visit(turn: Turn, at: CancelJointVisit) -> Screen:
    """It does not take place, after asking."""
    _ = turn.words._
    joint = JointId(at.joint)
    if not at.sure:
        view = await _view(turn, joint)
        yes = Button(_("Yes, call the visit off"), CancelJointVisit(at.joint, sure=True))
        rows = [[yes], _back(turn, at.joint)]
        return Screen(turn.text("joint_cancel", view=view), rows)
    await jointvisits.cancel(turn.deps, turn.viewer, joint, turn.now)
    return replace(await show_joint_visits(turn, ShowJointVisits()), toast=_("Called off"))


async def said(turn: Turn, words: AwaitedWords, text: str) -> Screen:
    """An answer, after which the next one is asked for, or a comment.

    What cannot be kept may be written again; else it is not waited for any more.
    """
    joint = JointId(words.subject)
    try:
        if words.purpose is Purpose.JOINT_COMMENT:
            await jointvisits.comment(turn.deps, turn.viewer, joint, text, turn.now)
            missing = None
        else:
            form = await jointvisits.write(turn.deps, turn.viewer, joint, Answer(words.choice), text)
            missing = next((answer for answer, kept in form.answers.items() if not kept), None)
    except DomainError as error:
        if not error.code.startswith("sentence_"):
            await awaiting.forget(turn.deps, turn.viewer)
        raise
    await awaiting.forget(turn.deps, turn.viewer)
    if missing is not None:
        return await ask_joint_answer(turn, AskJointAnswer(joint, missing))
    return await joint_screen(turn, joint)


async def joint_screen(turn: Turn, joint: JointId, news: str = "") -> Screen:
    """A joint visit as it stands; `news` is what a notice tells of."""
    view = await _view(turn, joint)
    rows = _manager_rows(turn, view) if view.side is Side.MANAGER else _rep_rows(turn, view)
    if view.seen.customer:
        rows.append([Button(view.seen.customer[:LABEL], ShowCard(view.visit.customer_id))])
    rows.append([Button(turn.words._("Joint visits"), ShowJointVisits()), *home_row(turn)])
    text = turn.text(
        "joint",
        view=view,
        visit=view.visit,
        is_manager=view.side is Side.MANAGER,
        comments=view.comments[-COMMENTS:],
        news=NEWS[news] if news else "",
        kinds=KINDS,
        leads=LEADS,
        states=STATES,
        questions=QUESTIONS,
        actions=ACTIONS,
    )
    return Screen(text, rows)


def _manager_rows(turn: Turn, view: View) -> list[Sequence[Button]]:
    _ = turn.words._
    visit, joint = view.visit, view.visit.id
    rows: list[Sequence[Button]] = []
    calls_off = Button(_("Call the visit off"), CancelJointVisit(joint))
    match visit.state:
        case JointState.DRAFT:
            rows.append(_kind_row(turn, view))
            rows.append([Button(_("Choose the day"), AskJointDay(joint)), calls_off])
        case JointState.PLANNED:
            if visit.on is not None and visit.on <= turn.today:
                rows.append([Button(_("It took place"), HoldJointVisit(joint))])
            rows.append(_kind_row(turn, view))
            rows.append([Button(_("Another day"), AskJointDay(joint)), calls_off])
        case JointState.HELD:
            for answer, kept in visit.form.answers.items():
                mark = "✓" if kept else "✎"
                rows.append([Button(f"{mark} {_(QUESTIONS[answer])}", AskJointAnswer(joint, answer))])
            mark = "✓" if visit.form.action else "✎"
            rows.append([Button(f"{mark} {_('How does it come back?')}", AskJointAction(joint))])
            if not visit.form.lacks:
                rows.append([Button(_("Let the rep read it"), ShareJointVisit(joint))])
        case JointState.SHARED | JointState.CLOSED:
            rows.append([Button(_("Add a comment"), AskJointComment(joint))])
        case JointState.CANCELLED:
            pass
    return rows


def _rep_rows(turn: Turn, view: View) -> list[Sequence[Button]]:
    _ = turn.words._
    joint = view.visit.id
    match view.visit.state:
        case JointState.PLANNED:
            return [[Button(_("Week"), ShowWeek())]]
        case JointState.SHARED:
            return [
                [Button(_("Read, and I will do it"), AcknowledgeJointVisit(joint))],
                [Button(_("Add a comment"), AskJointComment(joint))],
            ]
        case JointState.CLOSED:
            ways = [Button(_("Add a comment"), AskJointComment(joint))]
            if view.visit.form.action is Action.SCENARIO:
                ways.append(Button(_("Coach"), ShowCoach()))
            return [ways]
        case _:
            return []


def _kind_row(turn: Turn, view: View) -> list[Button]:
    return [
        Button(
            f"{'✓ ' if kind is view.visit.kind else ''}{turn.words._(KINDS[kind])}",
            SetJointKind(view.visit.id, kind),
        )
        for kind in JointKind
    ]


def _label(turn: Turn, one: SeenVisit) -> str:
    """Who, when and how far, for a button."""
    _ = turn.words._
    who = one.customer or _("Customer of somebody else")
    on = f" · {turn.words.short_day(one.visit.on)}" if one.visit.on else ""
    mark = "❗" if _waits(turn, one) else ""
    return f"{mark}{who[:LABEL]}{on} · {_(STATES[one.visit.state])}"


def _waits(turn: Turn, one: SeenVisit) -> bool:
    return jointvisits.waits_for(one.visit, turn.viewer, turn.today)


def _back(turn: Turn, joint: int) -> list[Button]:
    return [Button(turn.words._("Back"), ShowJointVisit(joint)), *home_row(turn)]


async def _view(turn: Turn, joint: JointId) -> View:
    return await jointvisits.view(turn.deps, turn.viewer, joint, turn.locale, turn.today)
