"""The digest as a workbook: every figure with what it was divided from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.clock import local_date
from bot.exporting import Cell, Sheet
from bot.render.coaching import SKILLS
from bot.render.coverage import DEFINITIONS, period_name
from bot.render.jointvisits import KINDS, STATES
from bot.render.sentences import CHANNELS, OUTCOMES
from bot.render.words import Words
from domain.coaching.scenario import Skill
from domain.coaching.skills import TeamSkills
from domain.coverage.definitions import Served
from domain.coverage.figures import Figures, RepFigures
from domain.coverage.ratio import Ratio
from domain.coverage.report import Coverage, PaidVisit
from domain.jointvisits.model import Accompanied
from domain.tiering.model import Cell as GridCell
from domain.tiering.model import Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What a workbook tells beside the figures: visits (`is_cut`: there were more), joint visits, training.

    `skills` is None where training is not told.
    """

    visits: Sequence[PaidVisit]
    is_cut: bool
    joint: Sequence[Accompanied]
    skills: TeamSkills | None


def digest_sheets(words: Words, found: Coverage, beside: Beside, zone: str) -> list[Sheet]:
    """Summary, customers, visits, joint visits, movement, training and definitions."""
    return [
        _summary(words, found),
        _customers(words, found),
        _visits(words, beside.visits, is_cut=beside.is_cut),
        _joint(words, beside.joint, zone),
        _movement(words, found),
        *(() if beside.skills is None else (_training(words, beside.skills),)),
        _definitions(words, found),
    ]


def _summary(words: Words, found: Coverage) -> Sheet:
    _ = words._
    reach, frequency, ranged = _("Reach"), _("Frequency"), _("In range")
    headers = [
        _("Group"), _("Name"), _("To be visited"), _("Not rated"), _("Visits"),
        _("Met"), reach,
        _("Visits counted"), _("Goal"), frequency,
        _("Months in range"), _("Months"), ranged,
        _("Too few"), _("Too many"), "A", "B", "C",
        _("Planned"), _("Planned and made"), _("Plan kept"), _("Unplanned"),
        _("Topics"), _("Visits with topics"),
        _("Visits on field days"), _("Field days"), _("Visits a day"),
        _("Visits asked for in the month"), _("Visits possible in the month"), _("Load"),
        _("Pace: done"), _("Pace: goal"), _("Pace: from"), _("Pace: to"),
    ]  # fmt: skip
    rows = [_row(*line) for line in _groups(words, found)]
    percents = [reach, frequency, ranged, _("Plan kept"), _("Load")]
    return Sheet(_("Summary"), headers, rows, scaled=[reach, frequency, ranged], percents=percents)


def _groups(words: Words, found: Coverage) -> Iterator[tuple[str, str, Figures, RepFigures | None]]:
    _ = words._
    name = found.whom.name if found.whom else _("The team")
    yield _("Whole"), name, found.whole, found.work
    for tier, figures in found.tiers.items():
        yield _("Letter"), tier.value, figures, None
    for cell, figures in found.cells.items():
        yield _("Cell"), cell.value, figures, None
    for unit in found.units:
        yield _("Rep or team"), unit.user.name, unit.figures, unit.work
    for hospital, figures in found.hospitals:
        yield _("Hospital"), hospital or _("none"), figures, None


def _row(group: str, name: str, figures: Figures, work: RepFigures | None) -> list[Cell]:
    return [
        group,
        name,
        figures.customers,
        figures.unrated,
        figures.visits,
        *_parts(figures.reach)[0:3:2],
        *_parts(figures.attainment),
        *_parts(figures.in_range),
        figures.under,
        figures.over,
        *(figures.mix[tier].numerator for tier in Tier),
        figures.adherence.denominator,
        *_parts(figures.adherence)[0:3:2],
        figures.unplanned.numerator,
        figures.products.numerator,
        figures.products.denominator,
        *(() if work is None else (*_parts(work.calls), *_parts(work.load), *_pace(work))),
    ]


def _parts(ratio: Ratio) -> list[Cell]:
    """Numerator, denominator and value."""
    value = None if ratio.value is None else round(ratio.value, 4)
    return [round(ratio.numerator, 4), round(ratio.denominator, 4), value]


def _pace(work: RepFigures) -> list[Cell]:
    return [work.pace.done, work.pace.goal, work.pace.low, work.pace.high]


def _customers(words: Words, found: Coverage) -> Sheet:
    _ = words._
    missing, beyond = _("Missing"), _("Too many")
    headers = [
        _("Rep"), _("Customer"), _("Hospital"), _("Cell"), _("Visits in the period"),
        _("Contacts in the months"), _("At least so far"), _("Target"), _("At most"), missing, beyond,
        _("Planned"), _("Planned and made"),
    ]  # fmt: skip
    rows = [
        [
            found.reps[one.rep_id].name,
            one.name,
            one.institution,
            one.cell.value if one.cell else _("not rated"),
            one.visits,
            one.met,
            *_norm(one),
            one.missing,
            one.beyond,
            one.planned,
            one.kept,
        ]
        for one in sorted(found.served, key=lambda one: (found.reps[one.rep_id].name, *_place(one)))
        if one.name
    ]
    return Sheet(_("Customers"), headers, rows, scaled=[missing, beyond])


def _norm(one: Served) -> list[Cell]:
    if not one.months:
        return [None, None, None]
    return [one.least, round(sum(month.target for month in one.months), 2), one.most]


def _place(one: Served) -> tuple[str, str, int]:
    return (one.cell.value if one.cell else "Z", one.name, one.customer_id)


def _visits(words: Words, visits: Sequence[PaidVisit], *, is_cut: bool) -> Sheet:
    _ = words._
    headers = [
        _("Day"), _("Rep"), _("Customer"), _("Channel"), _("Outcome"), _("Counts as a visit"), _("Planned"),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [
            one.on,
            one.rep,
            one.customer,
            _(CHANNELS[one.channel]),
            _(OUTCOMES[one.outcome]) if one.outcome else "",
            one.counts,
            one.is_planned,
        ]
        for one in visits
    ]
    if is_cut:
        rows.append([None, _("There are more: ask for a shorter period or for one rep.")])
    return Sheet(_("Visits"), headers, rows)


def _joint(words: Words, visits: Sequence[Accompanied], zone: str) -> Sheet:
    """Who went along with whom; not what was said of it."""
    _ = words._
    headers = [
        _("Day"), _("Rep"), _("With"), _("Customer"), _("Hospital"),
        _("Kind"), _("State"), _("Acknowledged on"),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [
            one.on,
            one.rep,
            one.manager,
            one.customer,
            one.place,
            _(KINDS[one.kind]),
            _(STATES[one.state]),
            local_date(one.acknowledged_at, zone) if one.acknowledged_at else None,
        ]
        for one in visits
    ]
    return Sheet(_("Joint visits"), headers, rows)


def _training(words: Words, skills: TeamSkills) -> Sheet:
    """The areas, never the people."""
    _ = words._
    headers = [_("Area"), _("Mean of the latest answers"), _("Have answered"), _("People")]
    rows: list[list[Cell]] = []
    for skill in Skill:
        mean, people = skills.mean(skill)
        rows.append([_(SKILLS[skill]), None if mean is None else round(mean, 4), people, len(skills.members)])
    return Sheet(_("Training"), headers, rows, percents=headers[1:2])


def _movement(words: Words, found: Coverage) -> Sheet:
    _ = words._

    def place(cell: GridCell | None, *, is_active: bool) -> str:
        return cell.value if cell else _("not rated") if is_active else _("left")

    rows: list[list[Cell]] = [
        [
            found.reps[one.customer.rep_id].name,
            one.customer.name,
            place(one.before, is_active=True),
            place(one.after, is_active=one.customer.is_active),
        ]
        for one in found.moved
        if one.customer.name
    ]
    return Sheet(_("Movement"), [_("Rep"), _("Customer"), _("Before"), _("After")], rows)


def _definitions(words: Words, found: Coverage) -> Sheet:
    _ = words._
    rows: list[list[Cell]] = [
        [_("Period"), period_name(words, found.period), ""],
        [_("Counted up to"), found.until, ""],
        [_("Numbers that hold from"), found.params.start, found.params.source],
    ]
    rows += [[_(name), formula, _(note)] for name, formula, note in DEFINITIONS]
    return Sheet(_("Definitions"), [_("What"), _("Formula"), _("Note")], rows)
