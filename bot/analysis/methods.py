"""The methods of the product on the material of files. Nothing is decided here that the engine decides."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import isnan
from typing import Any

import pandas as pd

from bot.analysis.large import Lines
from bot.analysis.material import Material, gather
from bot.analysis.model import ALL_DAYS, Analysis, CutPoints, Lack, Method, Remark, Request, Role
from bot.analysis.sheets import Sheet
from domain.content.library import Library
from domain.errors import DomainError
from domain.explain import Reason
from domain.tiering.abc import AbcClass, AbcMethod, AbcResult, classify
from domain.tiering.analysis_params import AnalysisParams
from domain.tiering.concentration import Concentration, concentration, deciles_by_count, deciles_by_volume
from domain.tiering.model import Cell, Measures, Support, TierDecision
from domain.tiering.nine_box import decide_all, share
from domain.tiering.notes import Note
from domain.tiering.params import Methods, PotentialMethod, SupportMethod, TieringParams
from domain.tiering.priority import prioritise
from domain.tiering.purchases import Totals
from domain.tiering.rfm import RfmRule, Window, rfm_of_totals
from domain.tiering.subject import Subject

UNRATED = "unrated"
_ABC = {
    Method.ABC_COUNT: AbcMethod.BY_COUNT,
    Method.ABC_VALUE: AbcMethod.BY_VALUE,
    Method.ABC_COMPUTED: AbcMethod.COMPUTED,
}
_CUTS_OF = {
    "quantity_tercile": ("potential", "q1", "q2"),
    "quantity_cuts": ("potential", "low", "middle"),
    "quantity_cumulative": ("potential", "low", "middle"),
    "score_stated": ("potential", "b", "a"),
    "score_table": ("potential", "b", "a"),
    "share_tercile": ("support", "q1", "q2"),
    "share_cuts": ("support", "low", "middle"),
}
_OF_THE_LIST = frozenset({"list_too_short", "ranks_tied"})


def analyse(
    sheets: Sequence[Sheet], request: Request, library: Library, today: date, lines: Lines
) -> Analysis:
    """The analysis that is asked for; without a day of its own it is made as of the last date in the files.

    `today` is taken where the files have no dates; `lines` are empty and take in the rows of value.
    DomainError with a code of Lack or Refusal when it cannot be made.
    """
    material = gather(sheets, request, library, lines)
    as_of = request.as_of or lines.latest() or today
    days = library.analysis.at(as_of).rfm.window_days if request.window is None else request.window
    window = Window(as_of, None if days == ALL_DAYS else days)
    merge = request.rule is not RfmRule.R_PACKAGE
    totals = lines.add_up(window.as_of, window.opens_after, merge=merge)
    everybody = material.people.index.union(totals.table.index).rename("customer").sort_values()
    if everybody.empty:
        raise DomainError(Lack.NO_TABLE)
    people = material.people.reindex(everybody)
    task = _Task(request, replace(material, people=people), library, window, totals)
    return _METHODS[request.method](task)


@dataclass(frozen=True, slots=True)
class _Task:
    request: Request
    material: Material
    library: Library
    window: Window
    totals: Totals

    @property
    def as_of(self) -> date:
        return self.window.as_of

    @property
    def params(self) -> AnalysisParams:
        return self.library.analysis.at(self.as_of)

    def answer(
        self,
        table: pd.DataFrame,
        *,
        order: Mapping[str, bool],
        counts: Mapping[str, int],
        cuts: Mapping[str, CutPoints],
        warnings: Iterable[Reason],
        values: "pd.Series[float] | None" = None,
        params: str | None = None,
    ) -> Analysis:
        """The answer; `order` are columns of the table and whether they rise, `values` those of the Gini."""
        rows = table.rename_axis("customer").reset_index()
        rows = rows.sort_values([*order, "customer"], ascending=[*order.values(), True], ignore_index=True)
        if "name" in self.material.people:
            rows.insert(1, "name", rows["customer"].map(self.material.people["name"]))
        curve = None if values is None else concentration(values, self.params.concentration)
        return Analysis(
            method=self.request.method,
            as_of=self.as_of,
            params=params or self.params.version,
            used=self.material.used,
            rows=rows,
            counts=counts,
            cuts=cuts,
            figures={"customers": len(rows)} | _figures(curve, self.params),
            warnings=(*self.material.remarks, *warnings),
            curve=curve,
        )


def _figures(curve: Concentration | None, params: AnalysisParams) -> dict[str, float | int | None]:
    if curve is None:
        return {}
    top = params.concentration.top
    return {
        "total": curve.total,
        "gini": curve.gini,
        "gini_corrected": curve.gini_corrected,
        "top": top,
        "top_share": curve.top_share(top),
    }


# Nine-box


def _nine_box(task: _Task) -> Analysis:
    params, methods = _tiering(task), _grid_methods(task)
    table = task.totals.table
    quantities = _by_customer(table["value"])
    of_ours = {} if task.request.ours is None else _by_customer(table["ours"])
    known = {
        str(customer): Measures(
            quantity=_number(quantities.get(str(customer))),
            ours=_number(of_ours.get(str(customer))),
            **_said(row),
        )
        for customer, row in task.material.people.to_dict("index").items()
    }
    decisions = decide_all(known, params, methods)
    table = pd.DataFrame(
        [_grid_row(known[customer], decision) for customer, decision in decisions.items()],
        index=pd.Index(decisions, name="customer"),
    )
    counts = {cell.value: 0 for cell in Cell} | {UNRATED: 0}
    for decision in decisions.values():
        counts[decision.cell.value if decision.cell else UNRATED] += 1
    return task.answer(
        table,
        order={"cell": True, "quantity": False},
        counts=counts,
        cuts=_grid_cuts(decisions.values()),
        warnings=[*_left_out(task.totals), *_grid_warnings(decisions.values())],
        values=table["quantity"] if table["quantity"].notna().any() else None,
        params=params.version,
    )


def _tiering(task: _Task) -> TieringParams:
    request = task.request
    own = {"quantity_cuts": request.cuts, "share_cuts": request.share_cuts}
    params = task.library.tiering.at(task.as_of)
    return params.model_copy(update={name: cuts for name, cuts in own.items() if cuts is not None})


def _grid_methods(task: _Task) -> Methods:
    """The market's methods; cut points or a method that were asked for come in their place."""
    request = task.request
    market = task.library.markets[request.market]
    if request.ours and request.subject is Subject.PERSON and not market.usage_per_customer:
        raise DomainError(Lack.USAGE, market=request.market)
    potential = market.methods.potential
    if request.cuts is not None:
        potential = (PotentialMethod.CUTS,)
    elif request.potential is not None:
        potential = tuple(dict.fromkeys((request.potential, PotentialMethod.CUTS)))
    support: tuple[SupportMethod, ...] = (SupportMethod.STATED,)
    if request.share_cuts is not None:
        support = (SupportMethod.CUTS,)
    elif request.ours is not None:
        support = (SupportMethod.STATED, SupportMethod.TERCILES, SupportMethod.CUTS)
    elif Role.SUPPORT not in task.material.used:
        raise DomainError(Lack.SUPPORT)
    return Methods(potential=potential, support=support)


def _by_customer(column: "pd.Series[float]") -> dict[str, float]:
    return {str(customer): float(value) for customer, value in column.items()}


def _said(row: Mapping[Hashable, Any]) -> dict[str, Any]:
    """What the files say of a customer, in the words of Measures."""
    read: Mapping[str, tuple[Role, Callable[[Any], Any]]] = {
        "support": (Role.SUPPORT, Support),
        "potential_score": (Role.POTENTIAL_SCORE, float),
        "title_rank": (Role.TITLE, str),
        "site_class": (Role.SITE_CLASS, int),
    }
    return {
        name: kind(row[role]) for name, (role, kind) in read.items() if role in row and not pd.isna(row[role])
    }


def _number(value: float | None) -> float | None:
    return None if value is None or isnan(value) else value


def _grid_row(known: Measures, decision: TierDecision) -> dict[str, Any]:
    potential, _, support = decision.method.partition("+")
    return {
        "quantity": known.quantity,
        "ours": known.ours,
        "share": share(known),
        "tier": decision.tier.value if decision.tier else None,
        "support": decision.support.value if decision.support else None,
        "cell": decision.cell.value if decision.cell else None,
        "zone": decision.cell.zone.value if decision.cell else None,
        "potential_method": potential,
        "support_method": support,
    }


def _grid_cuts(decisions: Iterable[TierDecision]) -> dict[str, CutPoints]:
    found: dict[str, CutPoints] = {}
    for decision in decisions:
        for reason in decision.reasons:
            if reason.code in _CUTS_OF:
                axis, low, middle = _CUTS_OF[reason.code]
                found.setdefault(axis, {"low": reason.params[low], "middle": reason.params[middle]})
    return dict(sorted(found.items()))


def _grid_warnings(decisions: Iterable[TierDecision]) -> list[Reason]:
    """What holds for the whole list once, and how many have no letter or no digit."""
    found: dict[tuple[str, str], Reason] = {}
    no_letter = no_digit = 0
    for decision in decisions:
        no_letter += decision.tier is None
        no_digit += decision.support is None
        for reason in decision.reasons:
            if reason.code in _OF_THE_LIST:
                found[reason.code, reason.params["of"]] = reason
    warnings = [found[key] for key in sorted(found)]
    counted = ((Remark.NO_LETTER, no_letter), (Remark.NO_DIGIT, no_digit))
    return warnings + [Reason(remark, {"n": number}) for remark, number in counted if number]


# Sales of the past


def _values(task: _Task) -> "pd.Series[float]":
    """Net value of every customer up to the day: 0 where the files know of none."""
    table = task.totals.table.reindex(task.material.people.index)
    nothing = table["value"].isna() & ~table["unread"].eq(True)  # noqa: FBT003 - a value, not a switch
    return table["value"].mask(nothing, 0.0)


def _days_known(task: _Task) -> "pd.Series[float] | None":
    """Days since the first purchase or return, None in files without dates."""
    since = task.totals.table["since"]
    if since.isna().all():
        return None
    days: pd.Series[float] = (pd.Timestamp(task.as_of) - since).dt.days.astype(float)
    return days


def _left_out(totals: Totals) -> list[Reason]:
    """What every method says of rows that do not count; the rest is of purchases."""
    return [note for note in totals.notes if note.code in {Note.AFTER_AS_OF, Note.DUPLICATES}]


def _abc(task: _Task) -> Analysis:
    values = _values(task)
    params = task.params.abc
    result = classify(values, _ABC[task.request.method], params, days_known=_days_known(task))
    counts = {letter.value: result.counts[letter] for letter in AbcClass}
    return task.answer(
        result.table,
        order={"rank": True, "standing": True, "value": False},
        counts=counts | {"none": len(result.table) - sum(counts.values())},
        cuts=_abc_cuts(result),
        warnings=[*_left_out(task.totals), *result.warnings],
        values=values,
    )


def _abc_cuts(result: AbcResult) -> dict[str, CutPoints]:
    lowest = {letter.value: value for letter, value in result.lowest.items()}
    cuts: dict[str, CutPoints] = {"lowest": dict(sorted(lowest.items()))}
    if result.points is not None:
        points = result.points
        for name, point in (
            ("ideal", points.ideal),
            ("break_even", points.break_even),
            ("submarginal", points.submarginal),
        ):
            cuts[name] = {"effort": point.effort, "result": point.result}
    return cuts


def _lorenz(task: _Task) -> Analysis:
    values = _values(task)
    by_volume = deciles_by_volume(values)
    table = pd.DataFrame(
        {"value": values, "decile_by_count": deciles_by_count(values), "decile_by_volume": by_volume}
    )
    reasons = concentration(values, task.params.concentration).reasons
    return task.answer(
        table,
        order={"value": False},
        counts={str(tenth): int((by_volume == tenth).sum()) for tenth in range(10, -1, -1)},
        cuts={},
        warnings=[*_left_out(task.totals), *reasons],
        values=values,
    )


def _rfm(task: _Task) -> Analysis:
    request, params = task.request, task.params.rfm
    result = rfm_of_totals(
        task.totals,
        task.window,
        params,
        subject=request.subject,
        market=task.library.markets[request.market],
        rule=request.rule,
        customers=task.material.people.index,
    )
    counts = result.table["segment"].value_counts()
    table = result.table.assign(
        **{name: result.table[name].dt.date for name in ("first_purchase", "last_purchase")}
    )
    return task.answer(
        table,
        order={"score": False, "monetary": False},
        counts={name: int(counts.get(name, 0)) for name in params.segments}
        | {"none": int(result.table["segment"].isna().sum())},
        cuts=dict(result.cuts),
        warnings=result.notes,
        values=result.table["monetary"],
    )


def _priority(task: _Task) -> Analysis:
    people = task.material.people
    scores = people.drop(columns="name", errors="ignore")
    result = prioritise(scores, task.params.priority, subject=task.request.subject, names=people.get("name"))
    enough = int(result.table["enough"].sum())
    return task.answer(
        result.table,
        order={"rank": True, "score": False},
        counts={"enough": enough, "not_enough": len(result.table) - enough},
        cuts={},
        warnings=result.warnings,
    )


_METHODS: Mapping[Method, Callable[[_Task], Analysis]] = {
    Method.NINE_BOX: _nine_box,
    Method.ABC_COUNT: _abc,
    Method.ABC_VALUE: _abc,
    Method.ABC_COMPUTED: _abc,
    Method.RFM: _rfm,
    Method.LORENZ: _lorenz,
    Method.PRIORITY: _priority,
}
