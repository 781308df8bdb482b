"""The analyses of the chat as pictures and as sheets; loaded when the first one is asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pandas as pd

from bot.exporting import Cell as SheetCell
from bot.exporting import Sheet
from bot.render.analysis import COLUMNS, lorenz_picture, note
from bot.render.catalogues import marked
from bot.render.pictures import (
    AbcPicture,
    AbcWay,
    ClassShare,
    LorenzPicture,
    MatrixPicture,
    RfmPicture,
    Segment,
)
from bot.render.words import Words, percent
from domain.explain import Reason
from domain.tiering.abc import AbcClass, AbcMethod, AbcResult, Standing
from domain.tiering.analysis_params import AbcParams
from domain.tiering.business import Business
from domain.tiering.concentration import Concentration, deciles_by_count, deciles_by_volume
from domain.tiering.model import Cell
from domain.tiering.movement import Movement
from domain.tiering.rfm import DIMENSIONS, RfmLevel, RfmResult

WAYS: Mapping[AbcMethod, str] = {
    AbcMethod.BY_COUNT: marked("By number"),
    AbcMethod.BY_VALUE: marked("By value"),
    AbcMethod.COMPUTED: marked("Computed"),
}

SEGMENTS: Mapping[str, str] = {
    "champions": marked("Champions"),
    "loyal": marked("Loyal"),
    "potential_loyalist": marked("Could become loyal"),
    "new": marked("New"),
    "promising": marked("Promising"),
    "need_attention": marked("Need attention"),
    "about_to_sleep": marked("About to fall asleep"),
    "at_risk": marked("At risk"),
    "cannot_lose": marked("Must not be lost"),
    "lost": marked("Lost"),
}
"""Segments of our own params; those of a company's own file are said as they are called there."""

STANDINGS: Mapping[str, str] = {
    Standing.RANKED: marked("ranked"),
    Standing.ZERO: marked("nothing bought"),
    Standing.RETURNS: marked("more returned than bought"),
    Standing.NEW: marked("new"),
    Standing.UNRATED: marked("no value"),
}

LEVELS: Mapping[str, str] = {
    RfmLevel.HIGH: marked("high value"),
    RfmLevel.ORDINARY: marked("ordinary value"),
    RfmLevel.LOW: marked("low value"),
}

_LONG = 100  # a number as large needs no decimals
_LETTERS = (AbcClass.A, AbcClass.B, AbcClass.C)
_TABLE = {
    "recency": "recency_days",
    "frequency": "frequency",
    "monetary": "monetary",
}


def segment_name(words: Words, segment: str) -> str:
    """A segment in words."""
    return words._(SEGMENTS[segment]) if segment in SEGMENTS else segment.replace("_", " ")


def short(words: Words, value: float) -> str:
    """A number in few letters: 950, 12.3k, 126k, 4.5M; in Chinese 1.2万, 3.4亿."""
    steps = ((1e8, "亿"), (1e4, "万")) if words.locale == "zh" else ((1e6, "M"), (1e3, "k"))
    step, name = next(((step, name) for step, name in steps if abs(value) >= step), (1.0, ""))
    decimals = 0 if abs(value / step) >= _LONG and name else 1
    return f"{value / step:.{decimals}f}".removesuffix(".0") + name


def notes(words: Words, found: Sequence[Reason], *, leave_out: Sequence[str] = ()) -> list[str]:
    """Remarks in words, each once."""
    said = [note(words, each) for each in found if each.code not in leave_out]
    return list(dict.fromkeys(said))


# ABC


def abc_lines(words: Words, ways: Mapping[AbcMethod, AbcResult], params: AbcParams) -> list[str]:
    """A line a rule: its name and limits, how many are in each class, and where classes begin."""
    _ = words._
    lines = []
    for way, result in ways.items():
        name = f"{_way(words, way)} {limits(way, result, params)}".strip()
        said = _("no classes, only an order")
        if has_letters(result):
            said = " · ".join(_counted(words, result, letter) for letter in _LETTERS)
        lines.append(f"{name}{words.colon}{said}")
    return lines


def _counted(words: Words, result: AbcResult, letter: AbcClass) -> str:
    """How many are in a class, and for all but the last where it begins."""
    said = f"{_class_name(words, letter)} {result.counts[letter]}"
    if letter is AbcClass.C or letter not in result.lowest:
        return said
    begins = words._("from %(value)s", value=short(words, result.lowest[letter]))
    return f"{said} ({begins})"


def _way(words: Words, way: AbcMethod) -> str:
    return words._(WAYS[way])


def limits(way: AbcMethod, result: AbcResult, params: AbcParams) -> str:
    """Where a rule draws its limits: "30/40/30", "80/95", for computed ones parts of the customers."""
    if way is AbcMethod.BY_COUNT:
        a, b = params.by_count.A, params.by_count.B
        return "/".join(f"{100 * part:.0f}" for part in (a, b - a, 1 - b))
    if way is AbcMethod.BY_VALUE:
        return f"{100 * params.by_value.A:.0f}/{100 * params.by_value.B:.0f}"
    if result.points is None:
        return ""
    points = result.points
    first = min(points.ideal.effort, points.break_even.effort)
    return f"{100 * first:.0f}/{100 * points.submarginal.effort:.0f}"


def has_letters(result: AbcResult) -> bool:
    """Whether the list was long enough for classes."""
    return any(result.counts[letter] for letter in _LETTERS)


def abc_picture(
    words: Words,
    ways: Mapping[AbcMethod, AbcResult],
    params: AbcParams,
    *,
    title: str,
    subtitle: str,
    members: str,
    as_of: str,
) -> AbcPicture:
    """The three rules beside each other."""
    _ = words._
    return AbcPicture(
        title=title,
        subtitle=subtitle,
        ways=tuple(
            AbcWay(
                name=_way(words, way),
                limits=limits(way, result, params),
                shares=_shares(words, result),
                instead=_("too few for classes"),
            )
            for way, result in ways.items()
        ),
        members=members,
        value=_("value"),
        caution=_("Classes of what was bought; the letters of the grid say what could be."),
        as_of=as_of,
    )


def _shares(words: Words, result: AbcResult) -> tuple[ClassShare, ...]:
    if not has_letters(result):
        return ()
    classed = result.table[result.table["abc_class"].notna()]
    value = classed["value"].clip(lower=0).groupby(classed["abc_class"], observed=False).sum()
    return tuple(
        ClassShare(
            letter=letter.value,
            name=words._(STANDINGS[Standing.ZERO]) if letter is AbcClass.N else _class_name(words, letter),
            count=result.counts[letter],
            of_all=result.counts[letter] / len(classed),
            of_value=float(value[letter.value]) / (float(value.sum()) or 1.0),
        )
        for letter in AbcClass
        if result.counts[letter]
    )


def abc_sheets(words: Words, business: Business, ways: Mapping[AbcMethod, AbcResult]) -> list[Sheet]:
    """A row a member with the class by each rule, the largest first."""
    _ = words._
    first = next(iter(ways.values())).table.sort_values(["rank", "value"], ascending=[True, False])
    classes = [result.table["abc_class"].to_dict() for result in ways.values()]
    classed = _("ABC class")
    headers = [
        _("Name"),
        _("Value"),
        _("Rank"),
        _("Share of larger ones"),
        *(f"{classed} · {_way(words, way)}" for way in ways),
        _("Standing"),
    ]
    rows: list[list[SheetCell]] = [
        [
            business.names[str(member)],
            _plain(row["value"]),
            _plain(row["rank"]),
            _plain(row["share_before"]),
            *(_class(words, of_way[member]) for of_way in classes),
            _(STANDINGS[str(row["standing"])]),
        ]
        for member, row in first.iterrows()
    ]
    return [Sheet(_("ABC"), headers, rows, scaled=[_("Value"), _("Share of larger ones")])]


def _class(words: Words, letter: Any) -> SheetCell:
    return _class_name(words, letter) if isinstance(letter, str) else None


def _class_name(words: Words, letter: str) -> str:
    return words._("class %(letter)s", letter=str(letter))


# RFM


def rfm_counts(words: Words, result: RfmResult, segments: Sequence[str]) -> list[str]:
    """The segments that somebody is in, with how many, in the order of the params."""
    counts = result.table["segment"].value_counts()
    return [f"{segment_name(words, name)} {counts[name]}" for name in segments if counts.get(name, 0)]


def rfm_cuts(words: Words, result: RfmResult) -> list[str]:
    """The four cut points of each dimension; "-" where nobody lies above."""
    return [
        _dimension(words, name)
        + words.colon
        + " / ".join("–" if cut is None else short(words, cut) for cut in result.cuts[name])
        for name in DIMENSIONS
        if name in result.cuts
    ]


def _dimension(words: Words, name: str) -> str:
    return words._(COLUMNS[_TABLE[name]])


def rfm_picture(
    words: Words, result: RfmResult, segments: Sequence[str], *, title: str, subtitle: str, as_of: str
) -> RfmPicture:
    """Segments as bars, and which values score 1 to 5."""
    _ = words._
    by_segment = result.by_segment()
    counts = by_segment["customers"].to_dict()
    amounts = by_segment["amount"].clip(lower=0).to_dict()
    amount = sum(amounts.values()) or 1.0

    def segment(name: str) -> Segment:
        if name not in counts:
            return Segment(name=segment_name(words, name), count=0, said="0")
        count, part = int(counts[name]), amounts[name] / amount
        of_value = _("%(share)s of the value", share=percent(round(part, 2)))
        return Segment(name=segment_name(words, name), count=count, said=f"{count} · {of_value}")

    return RfmPicture(
        title=title,
        subtitle=subtitle,
        segments=tuple(map(segment, segments)),
        score=_("Score"),
        scores=tuple(
            (_dimension(words, name), tuple(_ranges(words, name, result.cuts[name])))
            for name in DIMENSIONS
            if name in result.cuts
        ),
        as_of=as_of,
    )


def _ranges(words: Words, dimension: str, cuts: Sequence[float | None]) -> list[str]:
    """Which values score 1, 2, 3, 4, 5; few days are good. Days and purchases are said as whole numbers."""
    whole = dimension != "monetary" and all(cut is None or cut == int(cut) for cut in cuts)
    edges = [None, *cuts, None]
    steps = []
    for step, (low, high) in enumerate(pairwise(edges)):
        if (step and low is None) or (low is not None and low == high):
            steps.append("–")  # nobody has this score
        elif high is None:
            steps.append(words._("all") if low is None else f"≥ {short(words, low)}")
        elif whole:
            last = short(words, high - 1)
            first = None if low is None else short(words, low)
            steps.append(f"≤ {last}" if first is None else last if first == last else f"{first}–{last}")
        else:
            steps.append(
                f"< {short(words, high)}" if low is None else f"{short(words, low)}–{short(words, high)}"
            )
    return steps[::-1] if dimension == "recency" else steps


def rfm_sheets(words: Words, business: Business, result: RfmResult) -> list[Sheet]:
    """A row a member with values, scores and segment, the best score first."""
    _ = words._
    table = result.table.sort_values(["score", "monetary"], ascending=[False, False])
    columns = [
        "recency_days", "frequency", "monetary", "first_purchase", "last_purchase",
        "recency_score", "frequency_score", "monetary_score", "score", "weighted",
    ]  # fmt: skip
    headers = [_("Name"), *(_(COLUMNS[name]) for name in columns), _("Level"), _("Segment")]
    rows: list[list[SheetCell]] = [
        [
            business.names[str(member)],
            *(_plain(row[name]) for name in columns),
            None if pd.isna(row["level"]) else _(LEVELS[str(row["level"])]),
            None if pd.isna(row["segment"]) else segment_name(words, str(row["segment"])),
        ]
        for member, row in table.iterrows()
    ]
    scaled = ["recency_score", "frequency_score", "monetary_score", "weighted", "monetary"]
    return [Sheet(_("RFM"), headers, rows, scaled=[_(COLUMNS[name]) for name in scaled])]


# Concentration


def lorenz_now_and_then(
    words: Words,
    now: Concentration,
    earlier: Concentration | None,
    *,
    top: float,
    title: str,
    as_of: str,
    then: str,
) -> LorenzPicture | None:
    """The curve, and over it that of a quarter before; None where there is none to draw."""
    if now.gini is None:
        return None
    past: tuple[tuple[float, float], ...] = ()
    if earlier is not None and earlier.gini is not None:
        past = tuple(zip(map(float, earlier.customers), map(float, earlier.held), strict=True))
    picture = lorenz_picture(words, now, top=top, as_of=as_of)
    return replace(picture, title=title, earlier=past, then=then)


def lorenz_sheets(words: Words, business: Business) -> list[Sheet]:
    """A row a member with value and tenths, the largest first, and the value a quarter before."""
    _ = words._
    values = pd.Series(business.values, dtype=float)
    table = pd.DataFrame(
        {"value": values, "count": deciles_by_count(values), "volume": deciles_by_volume(values)}
    ).sort_values("value", ascending=False, kind="stable")
    headers = [_("Name"), _("Value"), _("Tenth by count"), _("Tenth by volume")]
    earlier = business.earlier
    if earlier is not None and business.earlier_until is not None:
        headers.append(_("Value until %(on)s", on=words.date(business.earlier_until)))
    rows: list[list[SheetCell]] = [
        [
            business.names[str(member)],
            _plain(row["value"]),
            _plain(row["count"]),
            _plain(row["volume"]),
            *(() if earlier is None else (earlier[str(member)],)),
        ]
        for member, row in table.iterrows()
    ]
    return [Sheet(_("Lorenz curve"), headers, rows, scaled=[_("Value")])]


def lorenz_lines(
    words: Words, now: Concentration, earlier: Concentration | None, *, top: float, then: str
) -> list[str]:
    """Gini plain and corrected, the share of the best, and the same a quarter before."""
    _ = words._
    if now.gini is None or now.gini_corrected is None:
        return []
    lines = [
        _("The best %(top)s hold %(share)s", top=percent(top), share=percent(now.top_share(top) or 0.0)),
        _(
            "Gini %(gini)s, corrected for short lists %(corrected)s",
            gini=f"{now.gini:.3f}",
            corrected=f"{now.gini_corrected:.3f}",
        ),
    ]
    if earlier is not None and earlier.gini is not None:
        said = _(
            "Gini %(gini)s, the best %(top)s held %(share)s",
            gini=f"{earlier.gini:.3f}",
            top=percent(top),
            share=percent(earlier.top_share(top) or 0.0),
        )
        lines.append(f"{then}{words.colon}{said}")
    return lines


# The grid and what moved in it


def matrix_picture(
    words: Words, movement: Movement, *, title: str, subtitle: str, as_of: str
) -> MatrixPicture:
    """The migration matrix, who came and who left apart."""
    _ = words._
    return MatrixPicture(
        title=title,
        subtitle=subtitle,
        before=_("before"),
        after=_("now"),
        moved=_counts(movement),
        came=_by_cell(movement.entries),
        left=_by_cell(movement.exits),
        came_word=_("came"),
        left_word=_("left"),
        kinds=(_("support up"), _("support down"), _("letter corrected")),
        as_of=as_of,
    )


def _counts(movement: Movement) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(row) for row in movement.matrix.to_numpy().tolist())


def _by_cell(cells: "pd.Series[str]") -> tuple[int, ...]:
    counts = cells.value_counts()
    return tuple(int(counts.get(cell.value, 0)) for cell in Cell)


Place = tuple[str, Cell | None, Cell | None, str]
"""A customer's name, cell before, cell after, and what kind of move that was."""


def movement_sheets(
    words: Words, movement: Movement, places: Sequence[Place], left_a: Sequence[Place]
) -> list[Sheet]:
    """Who moved, the matrix, and who is no longer an A."""
    _ = words._
    headers = [_("Name"), _("Before"), _("Now"), _("Move")]
    cells = [cell.value for cell in Cell]
    came, left = _by_cell(movement.entries), _by_cell(movement.exits)
    table: list[list[SheetCell]] = [
        [cell, *row, left[place]]
        for place, (cell, row) in enumerate(zip(cells, _counts(movement), strict=True))
    ]
    table.append([_("came"), *came, None])
    return [
        Sheet(_("Moves"), headers, [_place(one) for one in places]),
        Sheet(_("Matrix"), [_("before ↓ now →"), *cells, _("left")], table, scaled_as_one=cells),
        Sheet(_("No longer A"), headers, [_place(one) for one in left_a]),
    ]


def grid_sheets(words: Words, places: Sequence[tuple[str, Cell | None, Cell | None]]) -> list[Sheet]:
    """Who stands where, and where a quarter ago."""
    _ = words._
    headers = [_("Name"), _("Cell"), _("Potential"), _("Support"), _("Cell a quarter ago")]
    rows: list[list[SheetCell]] = [
        [
            name,
            cell.value if cell else None,
            cell.tier.value if cell else None,
            cell.support.value if cell else None,
            before.value if before else None,
        ]
        for name, before, cell in places
    ]
    return [Sheet(_("Nine-box grid"), headers, rows, scaled=[_("Support")])]


def _place(one: Place) -> list[SheetCell]:
    name, before, after, kind = one
    return [name, before.value if before else None, after.value if after else None, kind]


def about_sheet(words: Words, facts: Sequence[tuple[str, SheetCell]], remarks: Sequence[str]) -> Sheet:
    """What the other sheets are about."""
    _ = words._
    rows: list[list[SheetCell]] = [list(fact) for fact in facts]
    rows += [[_("Remark"), remark] for remark in remarks]
    return Sheet(_("About"), [_("What"), _("Value")], rows)


def _plain(value: Any) -> SheetCell:
    """A value of a table in Python's own types, None where it is missing."""
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.date()
    plain: SheetCell = value.item() if hasattr(value, "item") else value
    return plain
