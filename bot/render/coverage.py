"""Coverage in words, and as a picture."""

from collections.abc import Mapping, Sequence

from bot.render.catalogues import marked
from bot.render.pictures import CoveragePicture, Panel, PanelRow
from bot.render.words import Words
from domain.coverage.figures import Figures, RepFigures
from domain.coverage.params import MixBasis
from domain.coverage.period import Period, Span
from domain.coverage.ratio import Ratio
from domain.planning.pace import Pace
from domain.tiering.model import Tier

SPANS: Mapping[Span, str] = {
    Span.WEEK: marked("By week"),
    Span.MONTH: marked("By month"),
    Span.QUARTER: marked("By quarter"),
}

BASES: Mapping[MixBasis, str] = {
    MixBasis.VISITS: marked("of the visits"),
    MixBasis.CUSTOMERS: marked("of the customers visited"),
}

DEFINITIONS: Sequence[tuple[str, str, str]] = (
    (
        marked("Visit"),
        "day, customer, rep: met or short; f2f, drop_by, group",
        marked(
            "face to face and somebody was met; one a day; it counts for the rep who has the customer now"
        ),
    ),
    (
        marked("Reach"),
        "|{i: freq(i) >= 1}| / |S|",
        marked("of the customers to be visited: active, seeing representatives, in a cell with a target"),
    ),
    (
        marked("Frequency"),
        "sum min(freq, target) / sum target",
        marked("over customers and months; excess on one does not hide a gap on another; leave is taken off"),
    ),
    (
        marked("In range"),
        "|{i, m: min <= freq <= max}| / |{i, m}|",
        marked("months of customers; in a running month the minimum of the days that are over"),
    ),
    (
        marked("Pace"),
        "floor(goal x over / days) <= done <= ceil(goal x begun / days)",
        marked(
            "of the last month, in whole visits of any channel, up to the maximum of the cell, as in /pace"
        ),
    ),
    (
        marked("Mix"),
        "visits(t) / visits with known tier",
        marked("A, B and C beside the norm"),
    ),
    (
        marked("Plan kept"),
        "visits made that were planned / visits planned",
        marked("planned: on the plan of a day and not taken back, in a confirmed week, or by appointment"),
    ),
    (
        marked("Unplanned"),
        "unplanned visits / visits",
        marked("a question, no fault: nobody has shown that keeping to a plan is better"),
    ),
    (
        marked("Visits a day"),
        "visits on field days / field days",
        marked("field days: a visit was planned or made; days off and of training are none"),
    ),
    (
        marked("Topics a visit"),
        "topics / visits with topics",
        marked("visits of which it was told what was talked about"),
    ),
    (
        marked("Joint visits"),
        "|{joint visits: acknowledged, day in the quarter}|",
        marked("of the quarter in which the period ends; those not acknowledged yet are listed, not counted"),
    ),
    (
        marked("Training"),
        "sum score / people who have answered",
        marked("score: the mean of a person's latest answers of the area; nobody's own is told here"),
    ),
    (
        marked("Load"),
        "sum target / (field days of the month x visits a day)",
        marked("below 0.7 the list is small, above 1 it is too much"),
    ),
    (
        marked("Selling"),
        "S / (S + T + O + P)",
        marked("of the sums of minutes that reps have told; shown from a few reps on"),
    ),
    (
        marked("Movement"),
        "(up - down) / customers in both",
        marked("a digit that changes is progress or a setback; a letter that changes is a correction"),
    ),
)
"""What is counted, by which formula, and what to know about it."""


def share(ratio: Ratio) -> str:
    """A part with what it was divided from: "60 % (72/120)"; a dash where there is nothing to divide by."""
    if ratio.value is None:
        return "–"
    return f"{100 * ratio.value:.0f} % ({ratio.numerator:.0f}/{ratio.denominator:.0f})"


def period_name(words: Words, period: Period) -> str:
    """A period in words: "Nov 16–Nov 22", "November 2026", "Quarter 4 of 2026"."""
    if period.span is Span.WEEK:
        return f"{words.short_day(period.first)}–{words.short_day(period.last)}"
    if period.span is Span.MONTH:
        return words.month(period.first)
    quarter = (period.first.month + 2) // 3
    return words._("Quarter %(n)s of %(year)s", n=quarter, year=period.first.year)


def pace_mark(pace: Pace) -> str:
    """How a month is going in two letters: "▼3" behind, "▲2" ahead, "✓" on pace."""
    if not pace.goal:
        return "–"
    return f"▼{pace.behind}" if pace.behind else f"▲{pace.ahead}" if pace.ahead else "✓"


def panel(name: str, tiers: Mapping[Tier, Figures], work: RepFigures) -> Panel:
    """One rep, or a team: reach of each letter, and the month's visits beside those that are due."""
    return Panel(name, tuple(_row(tier, tiers.get(tier), work.letters.get(tier)) for tier in Tier))


def _row(tier: Tier, figures: Figures | None, pace: Pace | None) -> PanelRow:
    reach = figures.reach if figures is not None else Ratio()
    if pace is None or not pace.goal:
        return PanelRow(tier.value, reach.value, said(reach, pace))
    return PanelRow(
        tier.value,
        reach.value,
        said(reach, pace),
        done=pace.done / pace.goal,
        due=(pace.low / pace.goal, pace.high / pace.goal),
        is_behind=bool(pace.behind),
    )


def said(reach: Ratio, pace: Pace | None) -> str:
    """Customers met of those to be visited, and the pace: "12/40 ▼3"."""
    if not reach.denominator:
        return "–"
    return f"{reach.numerator:.0f}/{reach.denominator:.0f} {pace_mark(pace) if pace else ''}".strip()


def coverage_picture(
    words: Words, title: str, period: Period, panels: Sequence[Panel], as_of: str
) -> CoveragePicture:
    """The picture of some reps."""
    _ = words._
    return CoveragePicture(
        title=title,
        subtitle=period_name(words, period),
        panels=tuple(panels),
        reach_word=_("met at least once"),
        done_word=_("visits of the month"),
        due_word=_("on pace"),
        behind_word=_("behind"),
        as_of=as_of,
    )
