"""Large ledgers, added up while they are read, say what the same orders say line by line."""

from datetime import date

import pandas as pd
import pytest

from bot.analysis.large import Ledger, totals
from domain.content.library import load_library
from domain.tiering.purchases import purchases
from domain.tiering.rfm import Window, rfm, rfm_of_totals
from domain.tiering.subject import Subject

AS_OF = date(2026, 11, 21)
LIBRARY = load_library()
MARKET = LIBRARY.markets["cn"]
WINDOW = Window(AS_OF, 365)
DIRTY = """code,bought on,item,money,remark
协和,2026-10-01,Ours,100.10,first
协和,2026-10-01,Ours,100.10,the same twice
协和,2026-10-01,Rival,50,a second order of the day
协和,2026-10-02,Ours,-20,only a return
协和,2025-01-15,Rival,1000,before the window
"O'Neil, ""St"" Ann",2026-11-21,Ours,0,free goods on the last day
"O'Neil, ""St"" Ann",2026-11-22,Ours,77,after the day of the analysis
Late only,2027-01-01,Ours,5,
Returns only,2026-06-01,Rival,-5,
No day,,Ours,5,
No day,soon,Ours,5,
No amount,2026-06-01,Ours,,
No amount,2026-06-01,Ours,five,
,2026-06-01,Ours,5,nobody
Edge,2025-11-21,Ours,8,the last day before the window
Edge,2025-11-22,,9,the first day of it
"""


@pytest.fixture(params=[True, False], ids=["duckdb", "chunks"])
def read(request, tmp_path):
    def read(text, window=WINDOW):
        file = tmp_path / "sales.csv"
        file.write_text(text, encoding="utf-8")
        columns = {"customer": "code", "date": "bought on", "product": "item", "amount": "money"}
        return totals(Ledger(file=file, ours="Ours", **columns), window, big=request.param)

    return read


def line_by_line(tmp_path):
    orders = pd.read_csv(tmp_path / "sales.csv", dtype=str).drop(columns="remark")
    return orders.set_axis(["customer", "date", "product", "amount"], axis="columns")


def test_the_totals_of_each_customer(read):
    table = read(DIRTY).table
    assert list(table.index) == ["Edge", 'O\'Neil, "St" Ann', "Returns only", "协和"]
    assert table["quantity"].tolist() == [17, 0, -5, 1130.1]
    assert table["ours"].tolist() == [8, 0, 0, 80.1]
    assert table["frequency"].fillna(0).tolist() == [1, 1, 0, 1]
    assert table["monetary"].fillna(0).tolist() == pytest.approx([9, 0, -5, 130.1])
    assert table.loc["协和", "first_purchase"] == pd.Timestamp("2025-01-15")
    assert table.loc["协和", "last_purchase"] == pd.Timestamp("2026-10-01")
    assert pd.isna(table.loc["Returns only", "last_purchase"])


def test_what_was_left_out_is_counted_as_line_by_line(read, tmp_path):
    notes = read(DIRTY).notes
    assert notes == purchases(line_by_line(tmp_path), AS_OF).notes
    assert [(note.code, note.params["n"]) for note in notes] == [
        ("incomplete", 5),
        ("after_as_of", 2),
        ("duplicates", 1),
        ("merged", 1),
    ]


@pytest.mark.parametrize("days", [365, None])
def test_rfm_of_the_totals_is_rfm_of_the_orders(read, tmp_path, days):
    window = Window(AS_OF, days)
    found = read(DIRTY, window)
    market = {"subject": Subject.ACCOUNT, "market": MARKET}
    of_totals = rfm_of_totals(
        found.table.drop(columns=["quantity", "ours"]),
        window,
        LIBRARY.analysis.at(AS_OF).rfm,
        notes=found.notes,
        **market,
    )
    of_orders = rfm(line_by_line(tmp_path), window, LIBRARY.analysis.at(AS_OF).rfm, **market)
    pd.testing.assert_frame_equal(
        of_totals.table, of_orders.table, check_index_type=False, check_dtype=False, check_names=False
    )
    assert of_totals.cuts == of_orders.cuts
    assert of_totals.notes == of_orders.notes


def test_a_ledger_of_more_than_one_chunk(read):
    lines = [f"C{number % 70_001},2026-{number % 9 + 1:02}-05,Ours,{number}" for number in range(210_000)]
    table = read("\n".join(["code,bought on,item,money", *lines])).table
    assert len(table) == 70_001
    assert table["quantity"].sum() == sum(range(210_000))
