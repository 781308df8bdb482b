"""The monthly self-review in words and pictures."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot.render.catalogues import marked
from bot.render.pictures import Bar, BarsPicture, GridPicture, MatrixPicture, grid_picture
from bot.render.words import Words, percent
from domain.explain import Reason
from domain.planning.params import CadenceParams
from domain.selfreview.answers import (
    Advice,
    Attainment,
    Chosen,
    Frequency,
    Member,
    Moved,
    Resources,
    Visited,
)
from domain.selfreview.params import SelfReviewParams
from domain.tiering.model import Cell, Tier

QUESTIONS: Mapping[int, str] = {
    1: marked("The right customers, and enough of them?"),
    2: marked("Is their spread over the grid sound?"),
    3: marked("What has moved?"),
    4: marked("How many visits, and to whom?"),
    5: marked("How often did I see the most critical?"),
    6: marked("Who got my time, and with what effect?"),
}

ADVICE: Mapping[str, str] = {
    Advice.NO_LIST: marked("Nobody was on the list in this month."),
    Advice.PROFILE: marked(
        "%(share)s of the list are not rated (%(n)s). Find out potential or support of two or three a week."
    ),
    Advice.SHORT_LIST: marked(
        "%(n)s customers are few; %(low)s–%(high)s are usual. Look for more with potential in your hospitals."
    ),
    Advice.LONG_LIST: marked(
        "%(n)s customers are many; %(low)s–%(high)s are usual. See which of the %(c)s C may leave the list."
    ),
    Advice.OVERLOADED: marked(
        "The list asks for %(needed)s visits, the month holds %(holds)s. See the ways out under Capacity."
    ),
    Advice.UNDERLOADED: marked(
        "The list asks for %(needed)s of %(holds)s possible visits: there is room for new customers."
    ),
    Advice.KEEP_LIST: marked("Size and load fit. Keep the list as it is."),
    Advice.RATE: marked("Nobody is rated yet. Begin with those whom you see most often."),
    Advice.FEW_A: marked(
        "Only %(share)s are A, at least %(low)s are usual. See whose potential may be underrated among the B."
    ),
    Advice.MANY_A: marked(
        "%(share)s are A, at most %(high)s are usual. So many cannot get the time of an A: check the letters."
    ),
    Advice.MANY_C: marked(
        "%(share)s are C, at most %(high)s are usual. Look for customers with potential in their place."
    ),
    Advice.DEVELOP: marked("The spread is sound. Most to develop: %(cell)s with %(n)s customers."),
    Advice.KEEP_SPREAD: marked("The spread is sound. Keep it."),
    Advice.FIRST_MONTH: marked("There is no earlier month to compare with yet. Come back next month."),
    Advice.NO_UPGRADE: marked(
        "No support has risen in %(months)s months. Choose two of %(cell)s and plan what would convince them."
    ),
    Advice.LOSSES: marked(
        "More lost than won: %(n)s down. Ask %(name)s first (%(before)s → %(after)s) what has changed."
    ),
    Advice.REPEAT: marked(
        "%(name)s rose from %(before)s to %(after)s. What helped? Try it with the next one."
    ),
    Advice.NOTHING_MOVED: marked("Nothing has moved up. Agree on one clear next step in each talk."),
    Advice.LOG_VISITS: marked(
        "No visits to rated customers are on record. Log them as you go: two taps each."
    ),
    Advice.MANY_C_VISITS: marked(
        "%(share)s of the visits went to C. Give %(n)s of such visits to A next month."
    ),
    Advice.FEW_A_VISITS: marked(
        "A got %(share)s of the visits, the norm is %(norm)s. With %(n)s visits more it would be reached."
    ),
    Advice.KEEP_MIX: marked("The mix is sound. Keep it."),
    Advice.NOBODY_CRITICAL: marked(
        "Nobody is rated A yet. Find out the potential of your largest hospitals."
    ),
    Advice.BELOW_MINIMUM: marked(
        "%(n)s of %(all)s are below the minimum, %(name)s furthest. Give them the first places next week."
    ),
    Advice.BELOW_GOAL: marked(
        "Nobody is below the minimum. Furthest from the goal: %(name)s with %(made)s visits."
    ),
    Advice.KEEP_FREQUENCY: marked("Everybody was seen as often as planned. Keep it."),
    Advice.WATCHED_TIME: marked(
        "%(cell)s is among the %(n)s cells with most time (%(hours)s). Give part of it to %(better)s."
    ),
    Advice.TIME_AND_EFFECT: marked(
        "Most time went to %(cell)s (%(hours)s); %(up)s rose there, %(down)s fell. Is it the best place?"
    ),
}

_PARTS = frozenset({"share", "norm"})
_LEAST = 0.02  # a bar that is this short can still be seen


def advice(words: Words, reason: Reason) -> str:
    """The suggested change."""
    spoken: dict[str, Any] = dict(reason.params)
    if "minutes" in spoken:
        spoken["hours"] = words.hours(round(spoken.pop("minutes")))
    shares = _PARTS | ({"low", "high"} if "share" in spoken else set())
    return words._(
        ADVICE[reason.code],
        **{key: percent(round(value, 2)) if key in shares else value for key, value in spoken.items()},
    )


def list_picture(words: Words, answer: Chosen, params: SelfReviewParams, as_of: date) -> BarsPicture:
    """The list against its usual size, and the visits asked for against those possible."""
    _ = words._
    most = max(params.list_size.high * 1.25, answer.customers, 1)
    visits = max(answer.holds * 1.25, answer.needed, 1)
    bars = (
        Bar(
            name=_("Customers"),
            parts=(answer.rated / most, (answer.customers - answer.rated) / most),
            said=f"{answer.customers}",
            inside=f"{answer.rated}",
            mark=params.list_size.high / most,
        ),
        Bar(name="C3", parts=(answer.c3 / most,), said=f"{answer.c3}"),
        Bar(
            name=_("Visits asked for"),
            parts=(answer.needed / visits,),
            said=words.number(answer.needed),
            mark=answer.holds / visits,
        ),
    )
    return BarsPicture(
        title=_(QUESTIONS[1]),
        subtitle=_("The list and what it asks for"),
        bars=bars,
        legend=(_("rated"), _("not rated yet")),
        mark_word=_(
            "at most: %(n)s customers, %(holds)s visits", n=params.list_size.high, holds=answer.holds
        ),
        as_of=_("As of %(on)s", on=words.date(as_of)),
    )


def spread_picture(words: Words, members: Sequence[Member], as_of: date) -> GridPicture:
    """The grid as the month ended."""
    cells: dict[Cell, list[str]] = {cell: [] for cell in Cell}
    for one in sorted(members, key=lambda each: (each.name, each.id)):
        if one.cell:
            cells[one.cell].append(one.name)
    unrated = sum(one.cell is None for one in members)
    return grid_picture(words, cells, unrated=unrated, as_of=words._("As of %(on)s", on=words.date(as_of)))


def moved_picture(
    words: Words, members: Sequence[Member], answer: Moved, since: date, as_of: date
) -> MatrixPicture:
    """From which cell to which since the month began."""
    _ = words._
    order = list(Cell)
    counts = [[0] * len(order) for _cell in order]
    for one in members:
        if one.before and one.cell:
            counts[order.index(one.before)][order.index(one.cell)] += 1
    return MatrixPicture(
        title=_(QUESTIONS[3]),
        subtitle=_("since %(on)s", on=words.date(since)),
        before=_("before"),
        after=_("now"),
        moved=tuple(map(tuple, counts)),
        came=tuple(answer.came.count(cell) for cell in order),
        left=(0,) * len(order),
        came_word=_("came"),
        left_word=_("left"),
        kinds=(_("support up"), _("support down"), _("letter corrected")),
        as_of=_("As of %(on)s", on=words.date(as_of)),
    )


def visits_picture(words: Words, answer: Visited, params: SelfReviewParams, as_of: date) -> BarsPicture:
    """The mix of the visits against the norm."""
    _ = words._
    return BarsPicture(
        title=_(QUESTIONS[4]),
        subtitle=_("Visits to rated customers by letter"),
        bars=tuple(
            Bar(
                name=tier.value,
                parts=(answer.share(tier) or 0.0,),
                said=f"{answer.letters[tier]} · {percent(round(answer.share(tier) or 0.0, 2))}",
                mark=params.mix[tier],
            )
            for tier in Tier
        ),
        legend=(_("share of the visits"),),
        mark_word=_("norm: A %(a)s, B %(b)s, C %(c)s", **_mix(params)),
        as_of=_("As of %(on)s", on=words.date(as_of)),
    )


def frequency_picture(words: Words, answer: Frequency, as_of: date) -> BarsPicture:
    """How much of their goals the critical cells and the opinion leaders got."""
    _ = words._
    groups = [(cell.value, one) for cell, one in answer.cells.items()]
    if answer.leaders.customers:
        groups.append((_("KOL"), answer.leaders))
    return BarsPicture(
        title=_(QUESTIONS[5]),
        subtitle=_("Visits that count, as a part of the goal so far"),
        bars=tuple(_group_bar(words, name, one) for name, one in groups),
        legend=(_("reached"),),
        as_of=_("As of %(on)s", on=words.date(as_of)),
    )


def resources_picture(words: Words, answer: Resources, cadence: CadenceParams, as_of: date) -> BarsPicture:
    """Time by cell, and who rose or fell there."""
    _ = words._
    most = max((one.minutes for one in answer.cells.values()), default=0) or 1
    return BarsPicture(
        title=_(QUESTIONS[6]),
        subtitle=_("Time with customers by cell; ↑ support up, ↓ support down"),
        bars=tuple(
            Bar(
                name=cell.value,
                parts=(max(one.minutes / most, _LEAST if one.minutes else 0.0),),
                said=f"{words.hours(round(one.minutes))} ↑{one.upgrades} ↓{one.downgrades}",
            )
            for cell, one in answer.cells.items()
            if one.minutes or one.upgrades or one.downgrades or cadence.cells[cell].target
        ),
        legend=(_("time"),),
        as_of=_("As of %(on)s", on=words.date(as_of)),
    )


def _group_bar(words: Words, name: str, one: Attainment) -> Bar:
    share = one.share
    return Bar(
        name=f"{name} · {one.customers}",
        parts=(share or 0.0,),
        said=words._("%(n)s below", n=len(one.below)) if one.below else words._("nobody below"),
        inside="" if share is None else percent(round(share, 2)),
    )


def _mix(params: SelfReviewParams) -> dict[str, str]:
    return {tier.value.lower(): percent(params.mix[tier]) for tier in Tier}
