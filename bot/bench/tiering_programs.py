"""Four programs that tier the customers of two CSV files: ours with and without duckdb, and two by hand.

`python -m bot.bench.tiering_programs NAME FOLDER` prints the figures of one of them as JSON. All use the
rules of `domain.tiering`; those written by hand know nothing of it but the numbers.
"""

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any

from bot.bench.figures import peak_megabytes
from domain.content.library import load_library
from domain.tiering.analysis_params import RfmParams
from domain.tiering.ranking import SLACK

if TYPE_CHECKING:
    import pandas as pd

    from bot.analysis.large import Lines
    from domain.tiering.purchases import Totals
    from domain.tiering.rfm import Window

AS_OF = date(2026, 11, 21)
OURS = "Ours"
SALES, CUSTOMERS = "sales.csv", "customers.csv"
_LIBRARY = load_library()
_PARAMS = _LIBRARY.analysis.at(AS_OF)
_TIERING = _LIBRARY.tiering.at(AS_OF)
_DAYS = _PARAMS.rfm.window_days
_METHODS = ("by_count", "by_value", "computed")
_SCORES = ("recency", "frequency", "monetary")

Sums = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Run:
    """One program's time in seconds, from the files to the classes, its peak memory in MB, and what it found.

    `processor` are the seconds that all processors together worked for it: on a busy machine they say more.
    `sums` are customers by cell, by ABC class of each rule and by RFM segment, and the sums of some columns.
    """

    seconds: float
    processor: float
    peak: float | None
    sums: Sums


def ours_in_chunks(folder: Path) -> Sums:
    """Our engine without the extra `big`."""
    return _ours(folder, big=False)


def ours_with_duckdb(folder: Path) -> Sums:
    """Our engine with the extra `big`."""
    return _ours(folder, big=True)


def _ours(folder: Path, *, big: bool) -> Sums:
    from domain.tiering.abc import AbcClass, AbcMethod, classify
    from domain.tiering.concentration import concentration
    from domain.tiering.grid import place
    from domain.tiering.rfm import Window, rfm_of_totals
    from domain.tiering.subject import Subject

    window = Window(AS_OF, _DAYS)
    added = _added_up(folder, window, big=big)
    known = added.table[["value", "ours"]].rename(columns={"value": "quantity"})
    known["support"] = _stated(folder, known.index)
    cells = place(known, _TIERING)
    sums = {"grid": _counts(cells)}
    quantity = known.pop("quantity")
    del known, cells
    for method in AbcMethod:
        counts = classify(quantity, method, _PARAMS.abc).counts
        sums[method.value] = {letter.value: n for letter, n in counts.items() if letter is not AbcClass.N}
    curve = concentration(quantity, _PARAMS.concentration)
    sums["lorenz"] = {"gini": curve.gini or 0, "top": curve.top_share(0.2) or 0, "total": curve.total}
    del quantity, curve
    table = rfm_of_totals(
        added, window, _PARAMS.rfm, subject=Subject.ACCOUNT, market=_LIBRARY.markets["cn"]
    ).table
    sums["segments"] = _counts(table["segment"])
    sums["scores"] = {name: int(table[f"{name}_score"].sum()) for name in _SCORES}
    return sums


def _added_up(folder: Path, window: "Window", *, big: bool) -> "Totals":
    """The sales by customer, as `ninebox analyse` reads them."""
    import pandas as pd

    from bot.analysis.large import Parts
    from bot.analysis.ledger import Ledger
    from bot.analysis.sheets import CsvFile, Sheet
    from domain.importing.model import RawSheet

    headers = pd.DataFrame(columns=["customer", "date", "product", "amount"])
    sheet = Sheet(RawSheet(SALES, "", headers), CsvFile(folder / SALES, ","))
    with TemporaryDirectory(prefix="ninebox-bench-") as scratch:
        lines: Lines = Parts(Path(scratch))
        if big:
            from bot.analysis.sql import Duckdb

            lines = Duckdb(Path(scratch))
        lines.read(Ledger(sheet=sheet, customer=0, day=1, amount=3, ours={2: {OURS}}))
        return lines.add_up(window.as_of, window.opens_after)


def _stated(folder: Path, customers: "pd.Index[str]") -> "pd.Series[int]":
    """The support that is stated of each of the customers."""
    import pandas as pd

    stated = pd.read_csv(folder / CUSTOMERS, dtype={"customer": "object", "support": "Int8"}).dropna()
    return stated.set_index("customer")["support"].reindex(customers)


def _counts(column: Any) -> dict[str, float]:
    return {str(name): int(count) for name, count in column.value_counts().items() if count}


def polars_by_hand(folder: Path) -> Sums:
    """The same work in polars."""
    import polars as pl

    day, amount, timely = pl.col("date"), pl.col("amount"), pl.col("date") <= AS_OF
    opens = pl.lit(AS_OF) - pl.duration(days=_DAYS)
    lines = pl.scan_csv(
        folder / SALES,
        schema={"customer": pl.String, "date": pl.Date, "product": pl.String, "amount": pl.Float64},
    )
    days = (
        lines.filter(timely)
        .unique()
        .group_by("customer", "date")
        .agg(
            amount.sum().round(6),
            amount.filter(pl.col("product") == OURS).sum().round(6).alias("ours"),
            (amount >= 0).any().alias("bought"),
        )
    )
    bought = pl.col("bought")
    table = (
        days.group_by("customer")
        .agg(
            amount.sum().round(6).alias("quantity"),
            pl.col("ours").sum().round(6),
            day.filter(bought).min().alias("first"),
            day.filter(bought).max().alias("last"),
            (bought & (day > opens)).sum().alias("frequency"),
            amount.filter(day > opens).sum().round(6).alias("monetary"),
        )
        .collect(engine="streaming")
    )
    known = pl.read_csv(folder / CUSTOMERS, schema={"customer": pl.String, "support": pl.Int8}).join(
        table, on="customer", how="left"
    )
    ranked = known["quantity"].drop_nulls().drop_nans()
    return {
        "grid": _polars_grid(known),
        **_polars_abc(ranked.filter(ranked > 0)),
        "lorenz": _polars_lorenz(ranked.clip(lower_bound=0)),
        **_polars_rfm(table),
    }


def _polars_grid(known: Any) -> dict[str, float]:
    import polars as pl

    share = (pl.col("ours") / pl.col("quantity")).alias("share")
    known = known.with_columns(pl.when(pl.col("quantity") > 0).then(share))

    def third(name: str) -> Any:
        listed = known[name].drop_nulls().sort()
        low, middle = (listed[(len(listed) - 1) * part // 3] for part in (1, 2))
        return 3 - (pl.col(name) > low).cast(pl.Int8) - (pl.col(name) > middle).cast(pl.Int8)

    letter = pl.lit("ABC").str.slice(third("quantity").cast(pl.Int64) - 1, 1)
    digit = pl.coalesce("support", third("share")).cast(pl.String)
    cells = known.select(pl.when(pl.col("quantity").is_not_null()).then(letter + digit).alias("cell"))
    return _polars_counts(cells["cell"].drop_nulls())


def _polars_abc(values: Any) -> dict[str, dict[str, float]]:
    import numpy as np
    import polars as pl

    n, total = len(values), values.sum()
    listed = pl.DataFrame({"value": values.sort(descending=True)}).with_columns(
        pl.int_range(pl.len()).alias("place"), (pl.col("value").cum_sum() / total).alias("after")
    )
    listed = listed.with_columns(pl.col("after").shift(1, fill_value=0).alias("before"))
    effort, result = np.arange(n + 1) / n, np.r_[0, listed["after"].to_numpy()]
    ideal = int(np.argmin(effort**2 + (1 - result) ** 2))
    even = int((values >= total / n * (1 - SLACK)).sum())
    right = effort[max(ideal, even)]
    edge = int(np.argmin((effort - right) ** 2 + (1 - result) ** 2))
    count, value = _PARAMS.abc.by_count, _PARAMS.abc.by_value
    middle, before, place = (
        (2 * pl.col("place") + 1) / (2 * n) - SLACK,
        pl.col("before") + SLACK,
        pl.col("place"),
    )
    limits = {
        "by_count": (middle > count.A, middle > count.B),
        "by_value": (before > value.A, before > value.B),
        "computed": (place >= min(ideal, even), place >= edge),
    }
    codes = listed.with_columns(
        (past_a.cast(pl.Int8) + past_b.cast(pl.Int8)).alias(name) for name, (past_a, past_b) in limits.items()
    )
    first = codes.select(pl.col(name).first().over("value") for name in limits)
    return {name: _letters(_polars_counts(first[name])) for name in limits}


def _polars_lorenz(values: Any) -> dict[str, float]:
    import numpy as np

    ascending = values.sort().to_numpy()
    n, total = len(ascending), float(ascending.sum())
    held = np.r_[0, np.cumsum(ascending)] / total
    gini = 2 * float(np.arange(1, n + 1) @ ascending) / (n * total) - (n + 1) / n
    return {"gini": gini, "top": 1 - float(np.interp(0.8, np.arange(n + 1) / n, held)), "total": total}


def _polars_rfm(table: Any) -> dict[str, dict[str, float]]:
    import polars as pl

    active = table.filter(pl.col("frequency") > 0)
    n = len(active)
    values = {"recency": pl.col("last"), "frequency": pl.col("frequency"), "monetary": pl.col("monetary")}

    def fifth(value: Any) -> Any:
        doubled = (value.rank("average") * 2 - 1).cast(pl.Int64)
        return ((5 * doubled + 2 * n - 1) // (2 * n)).clip(1, 5)

    scored = active.with_columns(fifth(value).alias(f"{name}_score") for name, value in values.items())
    new = (pl.lit(AS_OF) - pl.col("first")).dt.total_days() < _PARAMS.rfm.new_days
    frequency, monetary = pl.col("frequency_score"), pl.col("monetary_score")
    scored = scored.with_columns(
        pl.when(new).then(frequency.clip(lower_bound=_PARAMS.rfm.new_frequency)).otherwise(frequency),
        pl.when(pl.col("monetary") < 0).then(1).otherwise(monetary).alias("monetary_score"),
    )
    scores = [f"{name}_score" for name in _SCORES]
    cells = pl.DataFrame(_segment_cells(_PARAMS.rfm), schema=[*scores, "segment"], orient="row")
    found = scored.select(scores).join(cells, on=scores)
    sums: dict[str, float] = {name: int(scored[f"{name}_score"].sum()) for name in _SCORES}
    return {"segments": _polars_counts(found["segment"]), "scores": sums}


def _polars_counts(column: Any) -> dict[str, float]:
    return {str(name): int(count) for name, count in column.value_counts().iter_rows()}


def duckdb_by_hand(folder: Path) -> Sums:
    """The same work in SQL."""
    import duckdb

    with duckdb.connect() as connection:
        values = {"sales": str(folder / SALES), "as_of": AS_OF, "days": _DAYS, "ours": OURS}
        connection.execute(_TOTALS, values)
        connection.execute(_KNOWN, {"customers": str(folder / CUSTOMERS)})
        cells = connection.execute(_GRID).fetchall()
        limits = _PARAMS.abc
        numbers = (limits.by_count.A, limits.by_count.B, limits.by_value.A, limits.by_value.B, SLACK)
        connection.execute(_CLASSES, dict(zip(("ca", "cb", "va", "vb", "slack"), numbers, strict=True)))
        classes = {
            name: connection.execute(f"select {name}, count(*) from classes group by 1").fetchall()  # noqa: S608
            for name in _METHODS
        }
        lorenz = connection.execute(_LORENZ).fetchall()[0]
        params = _PARAMS.rfm
        values = {"as_of": AS_OF, "new_days": params.new_days, "new_frequency": params.new_frequency}
        connection.execute(_RFM, values)
        connection.execute("create table cells (r int, f int, m int, segment varchar)")
        connection.executemany("insert into cells values (?, ?, ?, ?)", _segment_cells(params))
        segments = connection.execute(
            "select segment, count(*) from scored join cells using (r, f, m) group by 1"
        ).fetchall()
        scores = connection.execute("select sum(r), sum(f), sum(m) from scored").fetchall()[0]
    return {
        "grid": dict(cells),
        **{name: _letters({str(code): n for code, n in found}) for name, found in classes.items()},
        "lorenz": dict(zip(("gini", "top", "total"), lorenz, strict=True)),
        "segments": dict(segments),
        "scores": {name: int(score) for name, score in zip(_SCORES, scores, strict=True)},
    }


_TOTALS = """
create temp table totals as
with lines as (
    select distinct * from read_csv($sales, header = true, columns = {
        'customer': 'VARCHAR', 'date': 'DATE', 'product': 'VARCHAR', 'amount': 'DOUBLE'})
    where date <= $as_of
), days as (
    select customer, date, round(sum(amount), 6) as amount, bool_or(amount >= 0) as bought,
        round(coalesce(sum(amount) filter (product = $ours), 0), 6) as ours,
        date > $as_of - $days::int as inside
    from lines group by customer, date
)
select customer, round(sum(amount), 6) as quantity, round(sum(ours), 6) as ours,
    min(date) filter (bought) as first, max(date) filter (bought) as last,
    count(*) filter (bought and inside) as frequency, round(sum(amount) filter (inside), 6) as monetary
from days group by customer
"""
_KNOWN = """
create temp table known as
select *, case when quantity > 0 then ours / quantity end as share
from read_csv($customers, header = true, columns = {'customer': 'VARCHAR', 'support': 'TINYINT'})
left join totals using (customer)
"""
_GRID = """
with quantities as (
    select quantity as v, row_number() over (order by quantity) - 1 as i, count(*) over () as n
    from known where quantity is not null
), shares as (
    select share as v, row_number() over (order by share) - 1 as i, count(*) over () as n
    from known where share is not null
), q as (
    select max(v) filter (i = (n - 1) // 3) as a, max(v) filter (i = (n - 1) * 2 // 3) as b from quantities
), s as (
    select max(v) filter (i = (n - 1) // 3) as a, max(v) filter (i = (n - 1) * 2 // 3) as b from shares
)
select case when quantity > q.b then 'A' when quantity > q.a then 'B' else 'C' end || coalesce(
    support, case when share > s.b then 1 when share > s.a then 2 when share is not null then 3 end
) as cell, count(*)
from known, q, s where quantity is not null group by 1 having cell is not null
"""
_CLASSES = """
create temp table classes as
with listed as (
    select quantity as v, row_number() over w as k, sum(quantity) over w as running,
        count(*) over () as n, sum(quantity) over () as total
    from known where quantity > 0 window w as (order by quantity desc rows unbounded preceding)
), ideal as (
    select arg_min(k, pow(k / n, 2) + pow(1 - running / total, 2)) as ideal,
        count(*) filter (v >= total / n * (1 - $slack)) as even, any_value(n) as n
    from listed
), edge as (
    select least(any_value(ideal), any_value(even)) as a,
        arg_min(k, pow((k - greatest(ideal, even)) / ideal.n, 2) + pow(1 - running / total, 2)) as b
    from listed, ideal
), firsts as (
    select v, min(k) as k, count(*) as times, any_value(n) as n,
        min(running - v) / any_value(total) + $slack as before
    from listed group by v
)
select case when (2 * k - 1) / (2 * n) > $cb then 2
        when (2 * k - 1) / (2 * n) > $ca then 1 else 0 end as by_count,
    case when before > $vb then 2 when before > $va then 1 else 0 end as by_value,
    (k > a)::int + (k > b)::int as computed
from firsts, edge, unnest(range(times))
"""
_LORENZ = """
with listed as (
    select greatest(quantity, 0) as v, row_number() over (order by quantity) as k, count(*) over () as n
    from known where quantity is not null
), whole as (select sum(v) as total, any_value(n) as n from listed),
curve as (
    select 2 * sum(k * v) / (any_value(n) * sum(v)) - (any_value(n) + 1) / any_value(n) as gini from listed
), below as (
    select coalesce(sum(v) filter (k <= floor(0.8 * whole.n)), 0)
        + coalesce(max(v) filter (k = floor(0.8 * whole.n) + 1), 0) * (0.8 * any_value(whole.n) - floor(
            0.8 * any_value(whole.n))) as held
    from listed, whole
)
select gini, 1 - held / total, total from curve, below, whole
"""
_RFM = """
create temp table scored as
with ranked as (
    select *, count(*) over () as n,
        2 * (rank() over (order by last) - 1) + count(*) over (partition by last) as r,
        2 * (rank() over (order by frequency) - 1) + count(*) over (partition by frequency) as f,
        2 * (rank() over (order by monetary) - 1) + count(*) over (partition by monetary) as m
    from totals where frequency > 0
), fifths as (
    select * exclude (r, f, m), least(5, (5 * r + 2 * n - 1) // (2 * n)) as r,
        least(5, (5 * f + 2 * n - 1) // (2 * n)) as f, least(5, (5 * m + 2 * n - 1) // (2 * n)) as m
    from ranked
)
select r, case when $as_of - first < $new_days then greatest(f, $new_frequency) else f end as f,
    case when monetary < 0 then 1 else m end as m
from fifths
"""


def _segment_cells(params: RfmParams) -> list[tuple[int, int, int, str]]:
    return [(*cell, name) for name, boxes in params.segments.items() for box in boxes for cell in box.cells()]


def _letters(codes: Mapping[str, float]) -> dict[str, float]:
    """Customers by letter, from the codes 0, 1, 2."""
    return {letter: codes.get(str(code), 0) for code, letter in enumerate("ABC")}


PROGRAMS: Mapping[str, Callable[[Path], Sums]] = {
    "ours_in_chunks": ours_in_chunks,
    "ours_with_duckdb": ours_with_duckdb,
    "polars_by_hand": polars_by_hand,
    "duckdb_by_hand": duckdb_by_hand,
}


def main(name: str, folder: Path) -> Run:
    """Run one program."""
    began, worked = perf_counter(), process_time()
    sums = PROGRAMS[name](folder)
    seconds, processor = perf_counter() - began, process_time() - worked
    return Run(round(seconds, 2), round(processor, 2), peak_megabytes(), sums)


if __name__ == "__main__":
    print(json.dumps(asdict(main(sys.argv[1], Path(sys.argv[2])))))
