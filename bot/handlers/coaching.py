"""/coach: what to learn today, and scenarios played in one message, answer by answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.buttons.authoring import ShowOwnScenarios
from bot.buttons.coaching import (
    ChooseCandidates,
    ChooseOption,
    MarkCandidates,
    PinCustomer,
    ShowCoach,
    ShowSources,
    ShowStep,
    StartScenario,
)
from bot.buttons.learning import AskFact
from bot.buttons.rules import ShowRule
from bot.callbacks import RowId
from bot.commands import FIELD, REPS
from bot.db.repositories.coaching import Played
from bot.handlers.home import home_row
from bot.handlers.learning import practice_rows
from bot.render.coaching import LETTERS, SKILLS, made_up, verdict
from bot.routes import Routes
from bot.screens import Button, Rows, Screen
from bot.services import coaching
from bot.services.coaching import Offer
from bot.services.learning import Learned
from bot.turn import Turn
from domain.coaching.scenario import BEST, Node, NodeKind
from domain.coaching.session import Answer, Candidate, OldThinking, Step, old_thinking
from domain.compliance.rules import Rule
from domain.errors import DomainError
from domain.ids import CustomerId, SessionId
from domain.tiering.model import Cell

routes = Routes()


@dataclass(frozen=True, slots=True)
class Shown:
    """A candidate as a person reads it."""

    name: str
    cell: Cell


@routes.on(ShowCoach, FIELD)
async def show_coach(turn: Turn, _at: ShowCoach) -> Screen:
    """The items of the day, each with why it is asked now, and what was left open."""
    _ = turn.words._
    agenda = await coaching.todays(turn.deps, turn.viewer, turn.locale, turn.now)
    left = agenda.left
    rows = [[_offer_button(turn, offer)] for offer in agenda.offers if not _is_left(left, offer)]
    if left is not None:
        step = ShowStep(RowId(left.id), len(left.session.steps))
        rows.insert(0, [Button("▶ " + _("Go on: %(title)s", title=left.scenario.title), step)])
    rows += [*practice_rows(turn), home_row(turn)]
    return Screen(turn.text("coach", offers=agenda.offers, left=left), rows)


@routes.on(StartScenario, FIELD)
async def start_scenario(turn: Turn, at: StartScenario) -> Screen:
    """The first question, or the one at which it was left."""
    found = await coaching.start(turn.deps, turn.viewer, at.scenario, turn.locale, turn.now)
    return await step_screen(turn, found, len(found.session.steps))


@routes.on(ShowStep, FIELD)
async def show_step(turn: Turn, at: ShowStep) -> Screen:
    """An answered question with its answer, the open one, or the end."""
    found = await coaching.played(turn.deps, turn.viewer, SessionId(at.session))
    return await step_screen(turn, found, at.step)


@routes.on(ChooseOption, FIELD)
async def choose_option(turn: Turn, at: ChooseOption) -> Screen:
    """Answer with an option and show what it is worth."""
    found = await coaching.played(turn.deps, turn.viewer, SessionId(at.session))
    node = found.scenario.nodes.get(found.session.at)
    keys = list(node.options) if node is not None else []
    said = Answer(keys[at.option] if at.option < len(keys) else None)
    return await _answer(turn, at.session, at.step, said)


@routes.on(MarkCandidates, FIELD)
async def mark_candidates(turn: Turn, at: MarkCandidates) -> Screen:
    """The same question with other marks."""
    found = await coaching.played(turn.deps, turn.viewer, SessionId(at.session))
    if at.step != len(found.session.steps) or found.session.is_over:
        return await step_screen(turn, found, at.step)
    node = found.scenario.nodes[found.session.at]
    if at.mask.bit_count() > (node.pick or 1):
        raise DomainError("too_many_picked", limit=node.pick or 1)
    return _question(turn, found, at.mask)


@routes.on(ChooseCandidates, FIELD)
async def choose_candidates(turn: Turn, at: ChooseCandidates) -> Screen:
    """Answer with the marked candidates and show what they are worth."""
    places = tuple(place for place in range(at.mask.bit_length()) if at.mask >> place & 1)
    return await _answer(turn, at.session, at.step, Answer(None, places))


@routes.on(ShowSources, FIELD)
async def show_sources(turn: Turn, at: ShowSources) -> Screen:
    """What a scenario rests on, and the rules that it teaches."""
    found = await coaching.played(turn.deps, turn.viewer, SessionId(at.session))
    gate = turn.deps.library.compliance(turn.deps.settings.market)
    rules = [rule for rule in sorted(found.scenario.named_rules) if rule in gate.rules]
    buttons = [Button(rule, ShowRule(rule)) for rule in rules]
    rows = [buttons[start : start + 3] for start in range(0, len(buttons), 3)]
    rows.append([Button(turn.words._("Back"), ShowStep(at.session, at.step))])
    return Screen(turn.text("coach_sources", scenario=found.scenario), rows)


@routes.on(PinCustomer, REPS)
async def pin_customer(turn: Turn, at: PinCustomer) -> Screen:
    """Put a customer on tomorrow's list and show the end again."""
    found, name = await coaching.pin(
        turn.deps, turn.viewer, SessionId(at.session), CustomerId(at.customer), turn.now
    )
    toast = turn.words._("%(name)s comes onto your list, from the next working day on", name=name)
    return replace(await _end(turn, found), toast=toast)


async def step_screen(turn: Turn, found: Played, step: int) -> Screen:
    """A question of a session as far as it has come; the end after the last one."""
    if step < len(found.session.steps):
        return await _feedback(turn, found, step)
    return await _end(turn, found) if found.session.is_over else _question(turn, found, 0)


async def _answer(turn: Turn, session: RowId, step: int, said: Answer) -> Screen:
    found, learned = await coaching.answer(turn.deps, turn.viewer, SessionId(session), step, said, turn.now)
    screen = await step_screen(turn, found, step)
    return replace(screen, toast=_certified(turn, learned))


def _certified(turn: Turn, learned: Learned | None) -> str | None:
    if learned is None or learned.certificate is None:
        return None
    return "🎓 " + turn.words._("Path finished: %(skill)s", skill=turn.words._(SKILLS[learned.certificate]))


def _offer_button(turn: Turn, offer: Offer) -> Button:
    if offer.scenario is None:
        return Button("❓ " + turn.words._("A question of fact"), AskFact(offer.item.id))
    return Button("▶ " + offer.scenario.title, StartScenario(offer.scenario.id))


def _is_left(left: Played | None, offer: Offer) -> bool:
    return left is not None and offer.scenario is not None and left.scenario.id == offer.scenario.id


# A question


def _question(turn: Turn, found: Played, mask: int) -> Screen:
    """The open question; marked candidates are set in `mask`."""
    step, node = len(found.session.steps), found.scenario.nodes[found.session.at]
    at = RowId(found.id)
    rows: list[list[Button]]
    if node.kind is NodeKind.CHOICE:
        letters = zip(LETTERS, range(len(node.options)), strict=False)
        rows = [[Button(letter, ChooseOption(at, step, number)) for letter, number in letters]]
    else:
        rows = _candidate_rows(turn, found, node, mask)
    rows.append(_way_out(turn, found, step))
    text = turn.text(
        "coach_question",
        found=found,
        node=node,
        step=step,
        options=list(zip(LETTERS, node.options.values(), strict=False)),
        chosen=mask.bit_count(),
        made_up=_is_made_up(found, found.session.at),
    )
    return Screen(text, rows)


def _candidate_rows(turn: Turn, found: Played, node: Node, mask: int) -> list[list[Button]]:
    step, at = len(found.session.steps), RowId(found.id)
    shown = _candidates(turn, found, found.session.at)
    picks = min(node.pick or 1, len(shown))
    rows = []
    for place, one in enumerate(shown):
        bit = 1 << place
        mark = "☑" if mask & bit else "☐"
        after = bit if picks == 1 and not mask & bit else mask ^ bit
        rows.append([Button(f"{mark} {one.name} · {one.cell.value}", MarkCandidates(at, step, after))])
    if mask.bit_count() == picks:
        rows.append([Button(turn.words._("Done"), ChooseCandidates(at, step, mask))])
    elif node.nobody is not None and not mask:
        rows.append([Button(turn.words._("None of them"), ChooseCandidates(at, step, 0))])
    return rows


def _way_out(turn: Turn, found: Played, step: int) -> list[Button]:
    """Back to the answer before, what it rests on, and out."""
    _, at = turn.words._, RowId(found.id)
    back = [Button("‹ " + _("Back"), ShowStep(at, step - 1))] if step else []
    out = ShowOwnScenarios() if found.is_preview else ShowCoach()
    return [*back, Button(_("Sources"), ShowSources(at, step)), Button(_("Quit"), out)]


def _candidates(turn: Turn, found: Played, node: str) -> list[Shown]:
    return [
        Shown(_name(turn, found, one, place), one.cell)
        for place, one in enumerate(found.session.draws.get(node, ()))
    ]


def _name(turn: Turn, found: Played, one: Candidate, place: int) -> str:
    known = None if one.customer_id is None else found.names.get(one.customer_id)
    return known or made_up(turn.words, place)


def _is_made_up(found: Played, node: str) -> bool:
    return all(one.customer_id is None for one in found.session.draws.get(node, ()))


# An answer


async def _feedback(turn: Turn, found: Played, number: int) -> Screen:
    """What an answer is worth and why, what would have been better, and once how people thought before."""
    step = found.session.steps[number]
    node = found.scenario.nodes[step.node]
    old = old_thinking(found.scenario, step.node)
    if old is not None and step.node in await coaching.seen_before(turn.deps, found):
        old = None
    shown = _candidates(turn, found, step.node)
    best = next((one for one in node.options.values() if one.grade == BEST), None)
    text = turn.text(
        "coach_feedback",
        found=found,
        node=node,
        step=step,
        number=number,
        verdict=verdict(turn.words, step),
        option=node.options.get(step.answer.option or ""),
        best=best if step.points < BEST else None,
        picked=[(shown[place], why) for place, why in zip(step.answer.picked, step.why, strict=False)],
        missed=[(shown[place], node.why[shown[place].cell]) for place in step.missed],
        nobody=node.nobody if step.answer.picked else None,
        rule=_rule(turn, step.rule),
        old=old,
        was_old=_was_old(found, step, old),
        old_option=node.options.get(old.option or "") if old else None,
    )
    following = Button(turn.words._("Next") + " ›", ShowStep(RowId(found.id), number + 1))
    rows: Rows = [[following], _way_out(turn, found, number)]
    return Screen(text, rows)


def _was_old(found: Played, step: Step, old: OldThinking | None) -> bool:
    """Whether the answer itself is how people thought before."""
    if old is None:
        return False
    drawn = found.session.draws.get(step.node, ())
    return old.option == step.answer.option and (
        old.option is not None or any(drawn[place].cell in old.cells for place in step.answer.picked)
    )


def _rule(turn: Turn, name: str | None) -> Rule | None:
    """A rule by its id, that of the market first."""
    gates = turn.deps.library.gates
    every: Sequence[Mapping[str, Rule]] = [
        gates[turn.deps.settings.market].rules,
        *(gate.rules for gate in gates.values()),
    ]
    return next((rules[name] for rules in every if name in rules), None) if name else None


async def _end(turn: Turn, found: Played) -> Screen:
    """The score by skill, one thing to do, and whom to put on tomorrow's list."""
    _ = turn.words._
    result = await coaching.result(turn.deps, turn.viewer, found, turn.now)
    at = RowId(found.id)
    rows: list[list[Button]] = [
        [Button("📌 " + _("Onto my list: %(name)s", name=f"{name} · {cell.value}"), PinCustomer(at, number))]
        for number, name, cell in result.pins
        if number not in result.pinned
    ]
    out = Button(_("Coach"), ShowCoach())
    if found.is_preview:
        out = Button(_("My scenarios"), ShowOwnScenarios())
    rows.append([Button("‹ " + _("Back"), ShowStep(at, len(found.session.steps) - 1)), out, *home_row(turn)])
    text = turn.text(
        "coach_end",
        found=found,
        result=result,
        skills=[(_(SKILLS[skill]), part) for skill, part in result.score.by_skill.items()],
        on_list=[name for number, name, _cell in result.pins if number in result.pinned],
    )
    return Screen(text, rows)
