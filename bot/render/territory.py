"""Plans of territories in words, and as a workbook."""

from collections.abc import Mapping, Sequence

from bot.exporting import Cell, Sheet
from bot.render.catalogues import marked
from bot.render.coverage import period_name
from bot.render.words import Words
from domain.coverage.ratio import Ratio
from domain.territory.analysis import Analysis, Place
from domain.territory.effects import DecisionKind, Trend
from domain.territory.goals import GoalKind
from domain.territory.plan import PlanState, Quadrant, StepKind
from domain.territory.report import PlanView
from domain.tiering.model import Tier

GOALS: Mapping[GoalKind, str] = {
    GoalKind.REACH_A: marked("A customers met"),
    GoalKind.REACH: marked("All customers met"),
    GoalKind.FREQUENCY: marked("Visits of those asked for"),
    GoalKind.IN_RANGE: marked("Visit frequency in range"),
    GoalKind.RATED: marked("Customers rated"),
}

QUADRANTS: Mapping[Quadrant, str] = {
    Quadrant.STRENGTHS: marked("Strengths"),
    Quadrant.WEAKNESSES: marked("Weaknesses"),
    Quadrant.OPPORTUNITIES: marked("Opportunities"),
    Quadrant.THREATS: marked("Threats"),
}

STATES: Mapping[PlanState, str] = {
    PlanState.DRAFT: marked("being written"),
    PlanState.SUBMITTED: marked("handed in"),
    PlanState.RETURNED: marked("given back"),
    PlanState.APPROVED: marked("approved"),
}

STEPS: Mapping[StepKind, str] = {
    StepKind.SUBMITTED: marked("handed in"),
    StepKind.RETURNED: marked("given back"),
    StepKind.APPROVED: marked("approved"),
    StepKind.COMMENT: marked("comment"),
}

DECISIONS: Mapping[DecisionKind, str] = {
    DecisionKind.MOVES: marked("Moves of a round approved"),
    DecisionKind.EFFORT: marked("Effort shared out anew"),
    DecisionKind.REMEDY: marked("A month made to fit"),
    DecisionKind.ACCOMPANY: marked("Going along, taken up"),
    DecisionKind.SHIFT: marked("Visits from C to A, taken up"),
}

TRENDS: Mapping[Trend, str] = {
    Trend.MORE: marked("more"),
    Trend.FEWER: marked("fewer"),
    Trend.SAME: marked("no difference to speak of"),
}


def plan_sheets(words: Words, view: PlanView, zone: str) -> list[Sheet]:
    """Market, key customers, work, goals, SWOT and history. A plan must be there."""
    return [
        _market(words, view.analysis),
        _key(words, view),
        _work(words, view.analysis),
        _goals(words, view),
        _swot(words, view),
        _history(words, view, zone),
    ]


def _market(words: Words, found: Analysis) -> Sheet:
    _ = words._

    def line(kind: str, one: Place) -> list[Cell]:
        return [_(kind), one.name, one.customers, *(one.letters[tier] for tier in Tier)]

    rows: list[Sequence[Cell]] = [
        [_("The territory"), "", found.customers, *(found.letters[tier] for tier in Tier)]
    ]
    rows += [line("Hospital", one) for one in found.hospitals]
    rows += [line("Department", one) for one in found.departments]
    headers = [_("Group"), _("Name"), _("Customers"), "A", "B", "C"]
    return Sheet(_("Market"), headers, rows, scaled_as_one=["A", "B", "C"])


def _key(words: Words, view: PlanView) -> Sheet:
    _ = words._
    rows: list[Sequence[Cell]] = [
        [view.customers[one.customer_id], one.cell.value, one.visits, one.met]
        for one in view.analysis.key
        if one.customer_id in view.customers
    ]
    headers = [_("Customer"), _("Cell"), _("Visits asked for in the quarter"), _("Met in the quarter before")]
    return Sheet(_("Key customers"), headers, rows)


def _work(words: Words, found: Analysis) -> Sheet:
    _ = words._
    rows: list[Sequence[Cell]] = [[one.cell.value, one.customers, one.visits] for one in found.work]
    customers = sum(one.customers for one in found.work)
    rows.append([_("Together"), customers, round(found.asked, 2)])
    rows.append([_("Visits possible"), None, round(found.holds, 2)])
    return Sheet(_("Workload"), [_("Cell"), _("Customers"), _("Visits asked for in the quarter")], rows)


def _goals(words: Words, view: PlanView) -> Sheet:
    _ = words._
    so_far = {one.kind: one.so_far for one in view.progress}
    goals = view.plan.goals if view.plan else {}
    rows: list[Sequence[Cell]] = [
        [_(GOALS[kind]), _part(view.analysis.basis.get(kind)), goals[kind] / 100, _part(so_far.get(kind))]
        for kind in GoalKind
        if kind in goals
    ]
    rows += [[aim, None, None, None] for aim in (view.plan.aims if view.plan else ())]
    headers = [_("Goal"), _("Quarter before"), _("Goal of the quarter"), _("So far")]
    return Sheet(_("Goals"), headers, rows)


def _part(ratio: Ratio | None) -> float | None:
    return None if ratio is None or ratio.value is None else round(ratio.value, 4)


def _swot(words: Words, view: PlanView) -> Sheet:
    _ = words._
    swot = view.plan.swot if view.plan else {}
    rows = [[_(QUADRANTS[each]), said] for each in Quadrant for said in swot.get(each, ())]
    return Sheet("SWOT", [_("Field"), _("Sentence")], rows)


def _history(words: Words, view: PlanView, zone: str) -> Sheet:
    _ = words._
    rows: list[Sequence[Cell]] = [
        [_("Rep"), None, view.rep.name, None],
        [_("Period"), None, period_name(words, view.quarter), None],
        [_("Data as of"), view.analysis.as_of, None, None],
    ]
    steps = view.plan.steps if view.plan else ()
    rows += [
        [_(STEPS[one.kind]), words.moment(one.at, zone), view.people.get(one.author_id, ""), one.words]
        for one in steps
    ]
    return Sheet(_("How it went"), [_("What"), _("Day"), _("Who"), _("Sentence")], rows)
