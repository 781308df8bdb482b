"""An analysis as JSON, as text, as a workbook and as a picture.

The JSON object keeps these keys, whatever the method; more may be added, none changes its meaning:

    method      as at the command line, e.g. "abc-value"
    as_of       the day of the analysis, "2026-11-21"
    params      the version of the numbers that were used
    columns     the headers that were used, by role: customer, value, date, product, name, ...
    counts      customers by class: cells A1 to C3 and unrated; A, B, C, N (nothing bought) and none;
                segments and none; tenths of the volume 10 to 0; enough and not_enough
    cuts        where classes part. nine-box: {"potential": {"low", "middle"}, "support": {...}}: up to low is
                the lowest class, up to middle the middle one (potential scores: from low, from middle on).
                abc: {"lowest": {"A", "B", "C"}}, the smallest value of each, and for abc-computed the
                points {"ideal", "break_even", "submarginal"} as {"effort", "result"}.
                rfm: {"recency", "frequency", "monetary"}, four each, a value at a cut point lies above it.
    figures     customers, and where there are values: total, gini, gini_corrected (for short lists), top and
                top_share (what the best `top` of the customers hold); null where there is no curve
    warnings    [{"code", "params", "text"}]: the code and its numbers are stable, the sentence is not
    rows        a row a customer, the most important first; what is missing is null. All have customer, and
                name where the files do.
                nine-box: quantity, ours, share, tier, support, cell, zone, potential_method, support_method
                abc: value, standing, rank, share_before, abc_class
                rfm: recency_days, frequency, monetary, first_purchase, last_purchase, standing,
                recency_score, frequency_score, monetary_score, score, weighted, level, segment
                lorenz: value, decile_by_count, decile_by_volume
                priority: score, confidence, enough, rank, and the points of each dimension
"""

import io
import json
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pandas as pd

from bot.analysis.model import Analysis, CutPoints, Method
from bot.exporting import Cell, Sheet, write_xlsx
from bot.render.analysis import COLUMNS, FIGURES, METHODS, lorenz_picture, note
from bot.render.charts import grid_png, lorenz_png
from bot.render.pictures import grid_picture
from bot.render.words import Words, percent
from domain.tiering import model

SHOWN = 20
"""Rows of the table for people."""

_COLOURED = {
    Method.NINE_BOX: ("quantity", "share"),
    Method.ABC_COUNT: ("value",),
    Method.ABC_VALUE: ("value",),
    Method.ABC_COMPUTED: ("value",),
    Method.RFM: ("recency_score", "frequency_score", "monetary_score", "weighted"),
    Method.LORENZ: ("value",),
    Method.PRIORITY: ("score", "confidence"),
}
_CLASSES = {
    Method.NINE_BOX: "cell",
    Method.ABC_COUNT: "abc_class",
    Method.ABC_VALUE: "abc_class",
    Method.ABC_COMPUTED: "abc_class",
    Method.RFM: "segment",
    Method.LORENZ: "decile_by_volume",
    Method.PRIORITY: "enough",
}
_SHARES = frozenset({"share", "share_before", "confidence"})
_WIDEST = 24


def as_json(found: Analysis, words: Words) -> str:
    """The object described above."""
    whole = {
        "method": found.method,
        "as_of": found.as_of.isoformat(),
        "params": found.params,
        "columns": found.used,
        "counts": found.counts,
        "cuts": found.cuts,
        "figures": found.figures,
        "warnings": [
            {"code": each.code, "params": each.params, "text": note(words, each)} for each in found.warnings
        ],
        "rows": [{name: _for_json(value) for name, value in row.items()} for row in _records(found.rows)],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False)


def as_text(found: Analysis, words: Words) -> str:
    """What it says, for people: figures, counts, cut points, warnings, and the first rows."""
    _ = words._
    counted, parted = _("Counts"), _("Cut points")
    lines = [f"{_(METHODS[found.method])} · {found.as_of.isoformat()}"]
    lines += [f"{name}{words.colon}{value}" for name, value in _figures(found, words)]
    counts = [f"{name} = {number}" for name, number in found.counts.items()]
    classes = _(COLUMNS[_CLASSES[found.method]])
    lines.append(f"{counted} ({classes}){words.colon}{words.comma.join(counts)}")
    for name, points in found.cuts.items():
        if points:
            lines.append(f"{parted} ({_(COLUMNS[name])}){words.colon}{_points(points, words)}")
    lines += [f"! {note(words, each)}" for each in found.warnings]
    lines += ["", *_table(found.rows.head(SHOWN), words)]
    if len(found.rows) > SHOWN:
        left = len(found.rows) - SHOWN
        lines.append(_("... and %(n)s more rows; --json and --xlsx FILE have them all.", n=left))
    return "\n".join(lines)


def to_xlsx(found: Analysis, words: Words) -> bytes:
    """A workbook of the rows, and on a second sheet everything else."""
    _ = words._
    counted, parted = _("Counts"), _("Cut points")
    about: list[list[Cell]] = [
        [_("Method"), _(METHODS[found.method])],
        [_("As of"), found.as_of],
        [_("Version of the numbers"), found.params],
    ]
    about += [[name, value] for name, value in _figures(found, words)]
    about += [[f"{counted} {name}", number] for name, number in found.counts.items()]
    about += [[f"{parted} {_(COLUMNS[name])}", _points(points, words)] for name, points in found.cuts.items()]
    about += [[_("Warning"), note(words, each)] for each in found.warnings]
    headers = {name: _(COLUMNS[name]) for name in found.rows.columns}
    rows = Sheet(
        _(METHODS[found.method]),
        list(headers.values()),
        [list(row.values()) for row in _records(found.rows)],
        scaled=[headers[name] for name in _COLOURED[found.method]],
    )
    book = io.BytesIO()
    write_xlsx(book, [rows, Sheet(_("About"), [_("What"), _("Value")], about)])
    return book.getvalue()


def to_png(found: Analysis, words: Words) -> bytes | None:
    """The nine-box grid, or the Lorenz curve of the values; None where there are no values to draw."""
    as_of = words._("Data as of %(moment)s", moment=words.date(found.as_of))
    if found.method is Method.NINE_BOX:
        names = found.rows["name" if "name" in found.rows else "customer"].fillna(found.rows["customer"])
        cells = {cell: [str(each) for each in names[found.rows["cell"] == cell.value]] for cell in model.Cell}
        unrated = int(found.rows["cell"].isna().sum())
        return grid_png(grid_picture(words, cells, unrated=unrated, as_of=as_of))
    if found.curve is None or found.curve.gini is None:
        return None
    top = float(found.figures["top"] or 0)
    return lorenz_png(lorenz_picture(words, found.curve, top=top, as_of=as_of))


def _records(rows: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """The rows in Python's own types, what is missing as None."""
    plain = rows.astype(object).where(rows.notna(), None)
    for record in plain.to_dict("records"):
        yield {str(name): _plain(value) for name, value in record.items()}


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def _for_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _figures(found: Analysis, words: Words) -> Iterator[tuple[str, str]]:
    for name, value in found.figures.items():
        if name != "top" and value is not None:
            top = percent(float(found.figures.get("top") or 0))
            label = words._(FIGURES[name], top=top) if name == "top_share" else words._(FIGURES[name])
            if name == "top_share":
                yield label, percent(value)
            else:
                yield label, f"{value:.3f}" if name.startswith("gini") else words.number(value)


def _points(points: CutPoints, words: Words) -> str:
    if isinstance(points, Mapping):
        return words.comma.join(f"{name} {_said(value, words)}" for name, value in points.items())
    return " / ".join(_said(value, words) for value in points)


def _said(value: Any, words: Words) -> str:
    if value is None:
        return "-"
    if isinstance(value, date):
        return value.isoformat()
    return words.number(value)


def _table(rows: pd.DataFrame, words: Words) -> Iterator[str]:
    headers = [words._(COLUMNS[name]) for name in rows.columns]
    cells = [
        [percent(value) if name in _SHARES and value is not None else _said(value, words)
         for name, value in row.items()]
        for row in _records(rows)
    ]  # fmt: skip
    lines = [[_shortened(cell) for cell in line] for line in (headers, *cells)]
    widths = [max(_width(line[at]) for line in lines) for at in range(len(headers))]
    for line in lines:
        yield "  ".join(_padded(cell, width) for cell, width in zip(line, widths, strict=True)).rstrip()


def _shortened(text: str) -> str:
    kept = "".join(char if char.isprintable() else " " for char in text)
    return kept if len(kept) <= _WIDEST else kept[: _WIDEST - 1] + "…"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
