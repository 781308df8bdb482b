"""The digest and the team: one set of figures as a text, a picture, a workbook, and person by person."""

import asyncio
import io
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TypeVar

from bot.buttons.capacity import ShowCapacity, ShowPace
from bot.buttons.coverage import (
    Decline,
    OfPeriod,
    SendDigest,
    ShowCoverage,
    ShowDigest,
    ShowServed,
    ShowSince,
    ShowTeam,
    ShowTerritory,
    TakeUp,
)
from bot.buttons.customers import ShowCard
from bot.buttons.jointvisits import DraftJointVisit, ShowJointVisits
from bot.buttons.learning import ShowTeamSkills
from bot.buttons.territory import ShowPlans
from bot.buttons.tiers import ShowQuestion, ShowRound
from bot.commands import OFFICE
from bot.exporting import write_xlsx
from bot.handlers.capacity import show_capacity
from bot.handlers.customers import show_card
from bot.handlers.home import home_row
from bot.handlers.jointvisits import NAMES, draft_joint_visit
from bot.handlers.tiers import show_question, show_round
from bot.render.coverage import BASES, SPANS, coverage_picture, panel, period_name
from bot.render.sentences import reason
from bot.routes import Routes
from bot.screens import Attachment, Button, Screen, page_of, page_row
from bot.services import coverage, jointvisits, learning, monitoring, proposals, territory
from bot.services import day as days
from bot.services.jointvisits import JointCoverage
from bot.services.monitoring import LookedBack
from bot.turn import Turn
from domain.calendar import last_of_month
from domain.coaching.scenario import Skill
from domain.coaching.skills import TeamSkills
from domain.coverage.period import Period
from domain.coverage.proposals import CoverageProposal, NotedProposal, ProposalAnswer, ProposalKind
from domain.coverage.ratio import NOTHING
from domain.coverage.report import Coverage
from domain.errors import DomainError
from domain.ids import CoverageProposalId, UserId
from domain.people.model import Role, User
from domain.territory.report import TeamPlans
from domain.tiering.model import Tier

routes = Routes()

PAGE = 8  # people or customers with a button each
PANELS = 6  # of a picture
QUESTIONS = 3
DECISIONS_SHOWN = 5
HOSPITALS = 12
LONGEST_NAME = 24
MOST_VISITS = 20_000  # rows of a workbook

P = TypeVar("P", bound=OfPeriod)


@routes.on(ShowDigest, OFFICE, slow=True)
async def show_digest(turn: Turn, at: ShowDigest) -> Screen:
    """What has changed, whom the team reaches and how often, and what is to be decided."""
    _ = turn.words._
    found = await _coverage(turn, at)
    at = replace(at, on=found.period.first)
    noted = await proposals.shown(turn.deps, turn.viewer, found, turn.now)
    rows = [_proposal_buttons(turn, found, at, n, one) for n, one in enumerate(noted, 1)]
    rows += _periods(turn, at, found)
    if found.units:
        rows.append(
            [
                Button(_("Picture"), _as(ShowCoverage, at)),
                Button("XLSX", _as(SendDigest, at)),
                Button(_("Person by person"), _as(ShowTeam, at)),
            ]
        )
    beside = None
    if _is_told_beside(found):
        beside = await _beside(turn, found)
        rows.append(_ways_beside(turn, beside))
    rows.append(_out(turn, at))
    return Screen(await _digest(turn, found, beside), [row for row in rows if row])


@routes.on(ShowSince, OFFICE, slow=True)
async def show_since(turn: Turn, _at: ShowSince) -> Screen:
    """Each of the latest decisions, with the days since beside as many before."""
    looked = await _look_back(turn, DECISIONS_SHOWN)
    rows = [[Button(turn.words._("Digest"), ShowDigest()), *home_row(turn)]]
    return Screen(turn.text("since", looked=looked, sigma=_sigma(turn)), rows)


@routes.on(TakeUp, OFFICE, slow=True)
async def take_up(turn: Turn, at: TakeUp) -> Screen:
    """The screen on which a proposal is decided, also when it was shown long ago."""
    found = await proposals.answer(
        turn.deps, turn.viewer, CoverageProposalId(at.proposal), ProposalAnswer.ACCEPTED, turn.now
    )
    match found.kind:
        case ProposalKind.ACCOMPANY if turn.viewer.role is Role.MANAGER:
            return await draft_joint_visit(turn, DraftJointVisit(found.customer_id or 0))
        case ProposalKind.ACCOMPANY:
            return await show_card(turn, ShowCard(found.customer_id or 0))
        case ProposalKind.DECIDE if found.customer_id is not None:
            return await show_question(turn, ShowQuestion(found.subject or 0))
        case ProposalKind.DECIDE:
            return await show_round(turn, ShowRound(found.subject or 0))
        case ProposalKind.SHIFT:
            return await show_capacity(turn, ShowCapacity(found.rep_id))


@routes.on(Decline, OFFICE, slow=True)
async def decline(turn: Turn, at: Decline) -> Screen:
    """The digest again, without the proposal."""
    await proposals.answer(
        turn.deps, turn.viewer, CoverageProposalId(at.proposal), ProposalAnswer.DECLINED, turn.now
    )
    return await show_digest(turn, _as(ShowDigest, at))


@routes.on(ShowCoverage, OFFICE, slow=True)
async def show_coverage(turn: Turn, at: ShowCoverage) -> Screen:
    """Reach by letter and the pace of the month: the team first, then everybody directly below."""
    _ = turn.words._
    found = await _coverage(turn, at)
    if not found.units:
        return await show_digest(turn, _as(ShowDigest, at))
    at = replace(at, on=found.period.first)
    panels = [panel(_named(turn, one.user.name), one.tiers, one.work) for one in found.units]
    if len(panels) != 1:
        panels.insert(0, panel(_("The team"), found.tiers, found.work))
    shown, page, pages = page_of(panels, at.page, PANELS)
    await turn.window.typing()
    picture = coverage_picture(
        turn.words,
        _("Coverage by letter, and the pace"),
        found.period,
        shown,
        as_of=turn.words.date(found.until),
    )
    drawn = await turn.deps.charts.draw(picture)
    rows = page_row(page, pages, lambda to: replace(at, page=to))
    rows.append([Button("XLSX", _as(SendDigest, at)), Button(_("Digest"), _as(ShowDigest, at))])
    rows.append(home_row(turn))
    return Screen(turn.text("coverage", found=found, panels=shown), rows, picture=drawn)


@routes.on(SendDigest, OFFICE, slow=True)
async def send_digest(turn: Turn, at: SendDigest) -> Screen:
    """Every figure with what it was divided from, and the rows behind it, as a workbook."""
    found = await _coverage(turn, at)
    at = replace(at, on=found.period.first)
    visits = await coverage.paid_visits(
        turn.deps,
        turn.viewer,
        found.period,
        whom=_user(at.whom),
        today=turn.today,
        most=MOST_VISITS + 1,
    )

    joint = await jointvisits.of_quarter(turn.deps, turn.viewer, found.reps, found.until)
    skills = await _skills(turn) if _is_told_beside(found) else None

    def book() -> bytes:
        from bot.render.coverage_book import Beside, digest_sheets

        file = io.BytesIO()
        beside = Beside(
            visits=visits[:MOST_VISITS], is_cut=len(visits) > MOST_VISITS, joint=joint, skills=skills
        )
        write_xlsx(file, digest_sheets(turn.words, found, beside, turn.zone))
        return file.getvalue()

    name = f"digest-{found.period.first.isoformat()}-{found.until.isoformat()}.xlsx"
    rows = [[Button(turn.words._("Digest"), _as(ShowDigest, at)), *home_row(turn)]]
    attachment = Attachment(name, await asyncio.to_thread(book))
    return Screen(turn.text("analyses_sent"), rows, keeps_picture=True, attachments=(attachment,))


@routes.on(ShowTeam, OFFICE, slow=True)
async def show_team(turn: Turn, at: ShowTeam) -> Screen:
    """Everybody directly below, by name."""
    found = await _coverage(turn, at)
    at = replace(at, on=found.period.first)
    shown, page, pages = page_of(found.units, at.page, PAGE)
    buttons = []
    for unit in shown:
        kind = ShowTerritory if unit.user.role is Role.REP else ShowTeam
        buttons.append(Button(_named(turn, unit.user.name), kind(at.span, at.on, unit.user.id)))
    rows = [buttons[i : i + 2] for i in range(0, len(buttons), 2)]
    rows += page_row(page, pages, lambda to: replace(at, page=to))
    rows += [*_periods(turn, at, found), *_ways(turn, at)]
    joint = await _joint_visits(turn, found)
    return Screen(turn.text("team", found=found, shown=shown, joint=joint, named=NAMES), rows)


@routes.on(ShowTerritory, OFFICE, slow=True)
async def show_territory(turn: Turn, at: ShowTerritory) -> Screen:
    """A rep by cell and hospital."""
    _ = turn.words._
    found = await _coverage(turn, at)
    rep = _rep(found)
    at = replace(at, on=found.period.first)
    row = [Button(_("Customers"), _as(ShowServed, at))]
    if await _is_own(turn, rep.id):
        row += [Button(_("Pace"), ShowPace(rep.id)), Button(_("Capacity"), ShowCapacity(rep.id))]
    rows = [row, *_periods(turn, at, found), *_ways(turn, at)]
    joint = await _joint_visits(turn, found)
    text = turn.text("territory", found=found, hospitals=found.hospitals[:HOSPITALS], joint=joint)
    return Screen(text, rows)


@routes.on(ShowServed, OFFICE, slow=True)
async def show_served(turn: Turn, at: ShowServed) -> Screen:
    """A rep's customers, the weightiest cells first, with what each was due and got."""
    found = await _coverage(turn, at)
    at = replace(at, on=found.period.first)
    own = await _is_own(turn, _rep(found).id)
    customers = sorted(
        (one for one in found.served if one.is_listed and own),
        key=lambda one: (one.cell.value if one.cell else "Z", one.name, one.customer_id),
    )
    shown, page, pages = page_of(customers, at.page, PAGE)
    first = page * PAGE + 1
    buttons = [Button(f"{n} {one.name}", ShowCard(one.customer_id)) for n, one in enumerate(shown, first)]
    rows = [buttons[i : i + 2] for i in range(0, len(buttons), 2)]
    rows += page_row(page, pages, lambda to: replace(at, page=to))
    rows.append([Button(turn.words._("Back"), _as(ShowTerritory, at)), *home_row(turn)])
    text = turn.text("team_customers", found=found, shown=shown, first=first, months=_months(turn, found))
    return Screen(text, rows)


async def _coverage(turn: Turn, at: OfPeriod) -> Coverage:
    on = at.on or turn.today - timedelta(days=1)
    return await coverage.coverage(
        turn.deps,
        turn.viewer,
        Period.of(at.span, on),
        whom=_user(at.whom),
        today=turn.today,
        now=turn.now,
        zone=turn.zone,
    )


@dataclass(frozen=True, slots=True)
class _Beside:
    """What a digest of the own team tells beside the figures of its period."""

    looked: LookedBack
    plans: TeamPlans
    skills: TeamSkills | None
    joint: JointCoverage


def _is_told_beside(found: Coverage) -> bool:
    """Whether it is the own team's, and of so lately that what is true today belongs to it."""
    return found.whom is None and bool(found.units) and found.is_fresh


async def _skills(turn: Turn) -> TeamSkills | None:
    """Where the own people stand; None before anybody has answered anything."""
    skills = await learning.team_skills(turn.deps, turn.viewer, turn.now)
    return skills if skills.is_begun else None


async def _beside(turn: Turn, found: Coverage) -> _Beside:
    return _Beside(
        await _look_back(turn, 1),
        await territory.team(turn.deps, turn.viewer, None, today=turn.today, now=turn.now, zone=turn.zone),
        await _skills(turn),
        await _joint_visits(turn, found),
    )


def _ways_beside(turn: Turn, beside: _Beside) -> list[Button]:
    """To the screens behind it that the viewer may see."""
    _, is_manager = turn.words._, turn.viewer.role is Role.MANAGER
    ways = [Button(_("What has come of it"), ShowSince())] if beside.looked.effects else []
    if is_manager and beside.plans.plans:
        ways.append(Button(_("Territory plans"), ShowPlans()))
    if is_manager and beside.skills:
        ways.append(Button(_("Skills"), ShowTeamSkills()))
    if is_manager:
        ways.append(Button(_("Joint visits"), ShowJointVisits()))
    return ways


async def _look_back(turn: Turn, most: int) -> LookedBack:
    return await monitoring.look_back(
        turn.deps, turn.viewer, most=most, today=turn.today, now=turn.now, zone=turn.zone
    )


async def _joint_visits(turn: Turn, found: Coverage) -> JointCoverage:
    """Whom a manager has accompanied in the quarter in which the period ends."""
    reps = [(one.id, one.name) for one in found.reps.values()]
    return await jointvisits.coverage(turn.deps, reps, found.until)


def _sigma(turn: Turn) -> float:
    return turn.deps.library.territory.at(turn.today).look_back.sigma


async def _digest(turn: Turn, found: Coverage, beside: _Beside | None) -> str:
    return turn.text(
        "digest",
        found=found,
        looked=beside and beside.looked,
        plans=beside and beside.plans,
        skills=beside and beside.skills,
        joint=beside and beside.joint,
        named=NAMES,
        areas=[(skill, *beside.skills.mean(skill)) for skill in Skill] if beside and beside.skills else [],
        sigma=_sigma(turn),
        fresh=await coverage.as_of(turn.deps, turn.viewer),
        a=Tier.A,
        reach_of_a=found.tiers[Tier.A].reach if Tier.A in found.tiers else NOTHING,
        reach_before=found.before.reach.get(Tier.A, NOTHING),
        months=_months(turn, found),
        so_far=found.until < last_of_month(found.until) or found.until == found.today,
        basis=turn.words._(BASES[found.params.mix_basis]),
        norm=[f"{100 * found.params.mix[tier]:.0f}" for tier in Tier],
        proposals=[_proposal(turn, found, one) for one in found.proposals],
        shown=QUESTIONS,
    )


def _proposal(turn: Turn, found: Coverage, one: CoverageProposal) -> str:
    """What is proposed, and why."""
    _ = turn.words._
    why, rep = reason(turn.words, one.reason), _rep_name(turn, found, one)
    match one.kind:
        case ProposalKind.ACCOMPANY:
            name = _customer_name(found, one)
            return _("Go along with %(rep)s to %(customer)s: %(why)s", rep=rep, customer=name, why=why)
        case ProposalKind.DECIDE:
            return _("Decide: %(what)s", what=why)
        case ProposalKind.SHIFT:
            return _("With %(rep)s: %(what)s", rep=rep, what=why)


def _proposal_buttons(
    turn: Turn, found: Coverage, at: OfPeriod, number: int, noted: NotedProposal
) -> list[Button]:
    """The way to the decision, and the way to be left alone."""
    _ = turn.words._
    one = noted.proposal
    match one.kind:
        case ProposalKind.ACCOMPANY:
            label = _customer_name(found, one)
        case ProposalKind.DECIDE:
            label = _("Round") if one.customer_id is None else _("Question")
        case ProposalKind.SHIFT:
            label = _("Capacity: %(rep)s", rep=_rep_name(turn, found, one))
    no = _("Not now")
    declines = Decline(at.span, at.on, at.whom, proposal=noted.id)
    return [Button(f"{number} ✓ {label}", TakeUp(noted.id)), Button(f"{number} ✗ {no}", declines)]


def _customer_name(found: Coverage, one: CoverageProposal) -> str:
    name = next((each.name for each in found.served if each.customer_id == one.customer_id), "")
    return shortened(name)


def _rep_name(turn: Turn, found: Coverage, one: CoverageProposal) -> str:
    rep = found.reps.get(one.rep_id) if one.rep_id is not None else None
    return shortened(_named(turn, rep.name if rep else ""))


def shortened(name: str) -> str:
    """A name of at most so many letters, for lines and buttons."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def _periods(turn: Turn, at: OfPeriod, found: Coverage) -> list[list[Button]]:
    """The period before and after, and the three lengths, of which each keeps the last day in sight."""
    kind, period = type(at), found.period
    around = [Button("‹", kind(at.span, period.before.first, at.whom))]
    around.append(Button(period_name(turn.words, period), kind(at.span, period.first, at.whom)))
    if period.after.first <= turn.today:
        around.append(Button("›", kind(at.span, period.after.first, at.whom)))
    spans = [
        Button(f"{'✓ ' if span is at.span else ''}{turn.words._(label)}", kind(span, found.until, at.whom))
        for span, label in SPANS.items()
    ]
    return [around, spans]


def _months(turn: Turn, found: Coverage) -> str:
    """The months whose frequency is told."""
    first, *more = found.period.months(found.today)
    last = f"–{turn.words.month(more[-1])}" if more else ""
    return f"{turn.words.month(first)}{last}"


def _out(turn: Turn, at: OfPeriod) -> list[Button]:
    up = [Button(turn.words._("The team"), ShowTeam(at.span, at.on))] if at.whom is not None else []
    return [*up, *home_row(turn)]


def _as(kind: type[P], at: OfPeriod) -> P:
    """The same people and period on another screen."""
    return kind(at.span, at.on, at.whom)


def _ways(turn: Turn, at: OfPeriod) -> list[list[Button]]:
    """To the other screens of the same people and period, and out."""
    _ = turn.words._
    others = [Button(_("Digest"), _as(ShowDigest, at)), Button(_("Picture"), _as(ShowCoverage, at))]
    return [others, _out(turn, at)]


def _rep(found: Coverage) -> User:
    """The rep who was asked for. DomainError "not_found" for a team."""
    if found.whom is None or found.whom.role is not Role.REP:
        raise DomainError("not_found")
    return found.whom


async def _is_own(turn: Turn, rep: UserId) -> bool:
    """Whether the viewer may name the customers of a rep."""
    return any(one.id == rep for one in await days.team(turn.deps, turn.viewer))


def _named(turn: Turn, name: str) -> str:
    return name or turn.words._("(no name yet)")


def _user(number: int | None) -> UserId | None:
    return None if number is None else UserId(number)
