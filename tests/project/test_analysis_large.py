"""Files too large for memory say what the same rows say in memory: with duckdb, and in blocks with pandas."""

import json
import random
from contextlib import closing
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from bot.__main__ import main
from bot.analysis import sheets
from bot.analysis.command import analyse_files
from bot.analysis.large import Memory, Parts
from bot.analysis.ledger import Ledger
from bot.analysis.model import Lack, Method, Request, Role
from bot.analysis.output import as_json
from bot.analysis.sheets import Sheet
from bot.importing.limits import Limits
from bot.render.analysis import refusal
from bot.render.renderer import words
from domain.content.library import load_library
from domain.errors import DomainError
from domain.importing.model import RawSheet
from domain.tiering.rfm import RfmRule

pytest.importorskip("duckdb")

from bot.analysis.sql import Duckdb

AS_OF = date(2026, 11, 21)
LIBRARY = load_library()
TINY = Limits(rows=3)
READERS = pytest.mark.parametrize("big", [True, False], ids=["duckdb", "blocks"])
HEAD = "code,bought on,item,money,remark"
DIRTY = """协和,2026-10-01,Ours,100.10,first
协和,2026-10-01,Ours,100.10,first
协和,2026-10-01,Ours,100.10,the same again but for the remark
协和,2026-10-01,Rival,50,a second order of the day
协和,2026-10-02,Ours,-20,only a return
协和,2025-01-15,Rival,1000,before the window
"O'Neil, ""St"" Ann",2026-11-21,Ours,0,free goods on the last day
"O'Neil, ""St"" Ann",2026-11-22,Ours,77,after the day of the analysis
Late only,2027-01-01,Ours,5,
Returns only,2026-06-01,Rival,-5,
No day,,Ours,5,
No day,,Ours,5,
No day,soon,Ours,5,
No amount,2026-06-01,Ours,,
No amount,2026-06-01,Ours,five,
,2026-06-01,Ours,5,nobody
Edge,2025-11-21,Ours,8,the last day before the window
Edge,2025-11-22,,9,the first day of it
"""


def sheet_of(text):
    header, *lines = pd.read_csv(
        pd.io.common.StringIO(text), header=None, dtype=str, na_filter=False
    ).to_numpy()
    return Sheet(RawSheet("sales.csv", "", pd.DataFrame(lines, columns=header, dtype=object)))


@pytest.fixture(params=["memory", "parts", "duckdb"])
def store(request, tmp_path):
    if request.param == "duckdb":
        with closing(Duckdb(tmp_path)) as lines:
            yield lines
    else:
        yield Memory() if request.param == "memory" else Parts(tmp_path)


def opens(days):
    return pd.Timestamp(AS_OF) - pd.Timedelta(days=days)


# What lines add up to


def test_the_totals_of_each_customer(store):
    reading = store.read(
        Ledger(sheet=sheet_of(f"{HEAD}\n{DIRTY}"), customer=0, day=1, amount=3, ours={2: ["Ours"]})
    )
    assert (reading.unreadable, reading.without_customer) == ({1: 1, 3: 1}, 1)
    assert store.latest() == date(2027, 1, 1)
    found = store.add_up(AS_OF, opens(365))
    table = found.table
    assert list(table.index) == [
        "Edge", "Late only", "No amount", "No day", 'O\'Neil, "St" Ann', "Returns only", "协和",
    ]  # fmt: skip
    value = table["value"]
    assert value.dropna().to_dict() == {
        "Edge": 17, "No day": 15, 'O\'Neil, "St" Ann': 0, "Returns only": -5, "协和": 1230.2,
    }  # fmt: skip
    assert table["ours"].dropna().to_dict() == {
        "Edge": 8, "No day": 15, 'O\'Neil, "St" Ann': 0, "Returns only": 0, "协和": 180.2,
    }  # fmt: skip
    assert table.index[table["unread"]].tolist() == ["No amount"]
    assert table["frequency"].tolist() == [1, 0, 0, 0, 1, 0, 1]
    assert table["monetary"].tolist() == [9, 0, 0, 0, 0, -5, 230.2]
    assert table["lines"].tolist() == [2, 0, 0, 0, 1, 1, 5]
    assert table.loc["协和", ["since", "first_purchase", "last_purchase"]].tolist() == [
        pd.Timestamp("2025-01-15"), pd.Timestamp("2025-01-15"), pd.Timestamp("2026-10-01"),
    ]  # fmt: skip
    assert pd.isna(table.loc["Returns only", "last_purchase"])
    assert table.loc["Returns only", "since"] == pd.Timestamp("2026-06-01")
    assert [(note.code, note.params["n"]) for note in found.notes] == [
        ("incomplete", 5),
        ("after_as_of", 2),
        ("duplicates", 1),
        ("merged", 2),
    ]


def test_without_merging_every_line_is_a_purchase(store):
    store.read(Ledger(sheet=sheet_of(f"{HEAD}\n{DIRTY}"), customer=0, day=1, amount=3))
    found = store.add_up(AS_OF, opens(365), merge=False)
    assert found.table.loc["协和", ["lines", "frequency", "monetary"]].tolist() == [6, 4, 330.3]
    assert {note.code for note in found.notes} == {"incomplete", "after_as_of"}


def test_equal_rows_of_two_files_count_once_and_rows_at_another_time_of_day_twice(store):
    one = sheet_of("who,when,much\na,2026-10-01,5\na,2026-10-02 09:00,5")
    two = sheet_of("who,when,much\na,2026-10-01,5.00\na,2026-10-02 15:30,5")
    for sheet in (one, two):
        store.read(Ledger(sheet=sheet, customer=0, day=1, amount=2))
    found = store.add_up(AS_OF, opens(365))
    assert found.table.loc["a", ["value", "frequency"]].tolist() == [15, 2]
    assert [(note.code, note.params["n"]) for note in found.notes] == [("duplicates", 1), ("merged", 1)]


def test_no_lines_at_all_are_nobody(store):
    store.read(Ledger(sheet=sheet_of("who,when,much"), customer=0, day=1, amount=2))
    assert (len(store.add_up(AS_OF, opens(365)).table), store.latest()) == (0, None)


CELLS = st.tuples(
    st.sampled_from(["K1", "K2", " K2", "Ｋ1", "李 雷", "", " "]),
    st.sampled_from(
        ["2026-10-01", "2026/9/30", "2026-10", "20261101", "46000", "2026-10-01 10:15", "later", ""]
    ),
    st.sampled_from(["Ours", "ours", "Rival", ""]),
    st.sampled_from(["5", "5.0", "-3.25", "1,234.5", "￥7", "1_0", "2e13", "1e2", "12%", "no", "", " "]),
)


@settings(max_examples=25)
@given(rows=st.lists(CELLS, max_size=25), merge=st.booleans(), dated=st.booleans())
def test_all_ways_of_adding_up_agree_whatever_the_cells_hold(rows, merge, dated, tmp_path_factory):
    frame = pd.DataFrame(rows, columns=["who", "when", "what", "much"], dtype=object)
    sheet = Sheet(RawSheet("sales.csv", "", frame))
    ledger = Ledger(sheet=sheet, customer=0, day=1 if dated else None, amount=3, ours={2: ["Ours"]})
    with closing(Duckdb(tmp_path_factory.mktemp("duckdb"))) as by_duckdb:
        ways = (Memory(), Parts(tmp_path_factory.mktemp("parts")), by_duckdb)
        (reading, latest, totals), *others = [
            (lines.read(ledger), lines.latest(), lines.add_up(AS_OF, opens(365), merge=merge))
            for lines in ways
        ]
    for other_reading, other_latest, other in others:
        assert (other_reading, other_latest, other.notes) == (reading, latest, totals.notes)
        pd.testing.assert_frame_equal(other.table, totals.table, check_index_type=False)


# Whole analyses


@pytest.fixture(scope="module")
def untidy(tmp_path_factory):
    """Sales of 300 customers as people keep them: titles, spaces, many spellings, doubles, blank lines."""
    chance = random.Random(4)
    days = [f"2026-0{chance.randint(1, 9)}-1{chance.randint(0, 9)}" for _ in range(40)]
    days += ["2026/3/5", "2026-10", "25/12/2025", "2026-02-03 09:15", "soon", "", "46000", "2027-01-01"]
    sums = ["100", "100.00", "12.5", "-20", "0", '"1,234.50"', "￥99", "five", "", "1e3", "1_000", "2e13"]
    sums += [f"{chance.lognormvariate(5, 1):.2f}" for _ in range(30)]
    rows = ["Sales of the region", "", "Customer ID,Customer name,Order date,Product,Amount,Remark"]
    for _ in range(3000):
        who = chance.randint(1, 300)
        code = chance.choice([f"K{who}", f" K{who}", f"Ｋ{who}"]) if chance.random() < 0.98 else " "
        cells = (
            chance.choice(["", f"Shop {who}"]),
            chance.choice(days),
            chance.choice(["Ours", "ours ", "Rival", '"A ""b"", c"']),
            chance.choice(sums),
            chance.choice(["", "x", "同"]),
        )
        rows.append(",".join((code, *cells)))
        rows += [rows[-1]] * (chance.random() < 0.05) + chance.choices(
            ["", ",,,,,"], k=chance.random() < 0.01
        )
    file = tmp_path_factory.mktemp("untidy") / "sales.csv"
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return file


def request_of(method, **more):
    ours = {"ours": "Ours"} if method is Method.NINE_BOX else {}
    return Request(method=method, market="us", named={Role.CUSTOMER: "Customer ID"}, **ours, **more)


def answer(files, request, limits=None, big=None):
    return as_json(analyse_files(files, request, LIBRARY, AS_OF, limits, big=big), words("en"))


@READERS
@pytest.mark.parametrize(
    ("method", "more"),
    [
        (Method.NINE_BOX, {}),
        (Method.ABC_COUNT, {}),
        (Method.ABC_VALUE, {"as_of": date(2026, 8, 1)}),
        (Method.ABC_COMPUTED, {}),
        (Method.LORENZ, {"as_of": date(2026, 8, 1)}),
        (Method.RFM, {"as_of": date(2026, 8, 1)}),
        (Method.RFM, {"rule": RfmRule.R_PACKAGE, "window": 0}),
    ],
)
def test_a_large_file_gives_the_same_json_as_a_small_one(untidy, big, method, more, monkeypatch):
    request = request_of(method, **more)
    small = answer([untidy], request)
    monkeypatch.setattr(sheets, "BLOCK", 701)
    assert answer([untidy], request, TINY, big) == small
    assert {"unreadable_cells", "rows_without_customer", "duplicates"} <= {
        warning["code"] for warning in json.loads(small)["warnings"]
    } | ({"duplicates"} if more.get("rule") else set())


@READERS
@pytest.mark.parametrize(("encoding", "separator"), [("utf-8-sig", ";"), ("utf-16", "\t"), ("gb18030", ",")])
def test_a_large_file_may_have_any_encoding_and_separator_and_titles_above(
    tmp_path, big, encoding, separator
):
    rows = [["某地区销售"], [], ["客户编号", "销售日期", "销售金额"]]
    rows += [[f"医院{n % 12}", f"2026-0{n % 9 + 1}-01", str(n)] for n in range(40)]
    file = tmp_path / "销售.csv"
    file.write_text("\n".join(separator.join(row) for row in rows), encoding=encoding)
    request = Request(method=Method.ABC_VALUE, market="cn", named={Role.CUSTOMER: "客户编号"})
    large = answer([file], request, TINY, big)
    assert large == answer([file], request)
    assert json.loads(large)["figures"]["total"] == sum(range(40))


@READERS
def test_a_large_ledger_is_joined_with_a_small_list_of_customers_and_with_another_ledger(tmp_path, big):
    people, spring, summer = (tmp_path / f"{name}.csv" for name in ("people", "spring", "summer"))
    people.write_text("Customer ID,Customer name\n" + "".join(f"K{n},Shop {n}\n" for n in range(15)))
    for file, month in ((spring, 4), (summer, 7)):
        rows = [f"K{n % 14},2026-0{month}-1{n % 7},{n}.5" for n in range(40)]
        file.write_text("\n".join(["Customer ID,Date,Amount", *rows, "K1,2026-06-30,5"]))
    request = Request(method=Method.RFM, market="cn")
    large = answer([people, spring, summer], request, Limits(rows=20), big)
    assert large == answer([people, spring, summer], request)
    found = json.loads(large)
    assert {row["name"] for row in found["rows"]} == {f"Shop {n}" for n in range(15)}
    assert {"code": "duplicates", "n": 1} in [
        {"code": warning["code"], "n": warning["params"].get("n")} for warning in found["warnings"]
    ]


@READERS
def test_names_and_support_in_a_large_file_are_those_of_the_first_row_that_says_something(tmp_path, big):
    rows = [f"D{n % 20},{'Dr ' + str(n % 20) if n > 25 else ''},{n % 4 or ''},{n}" for n in range(60)]
    file = tmp_path / "wide.csv"
    file.write_text("\n".join(["Customer ID,Customer name,Support,Quantity", *rows]))
    request = Request(method=Method.NINE_BOX, market="us")
    large = answer([file], request, TINY, big)
    assert large == answer([file], request)
    assert "one_is_strongest" in large
    assert json.loads(large)["rows"][0]["name"].startswith("Dr ")


@READERS
def test_priority_of_a_large_file(tmp_path, big):
    file = tmp_path / "scores.csv"
    file.write_text(
        "\n".join(["Customer ID,Potential,Loyalty", *(f"K{n},{n % 5 + 1},{n % 3 + 1}" for n in range(9))])
    )
    request = Request(method=Method.PRIORITY, market="cn")
    assert answer([file], request, TINY, big) == answer([file], request)


@READERS
def test_short_lines_of_a_large_file_are_filled_and_long_ones_refused(tmp_path, big):
    file = tmp_path / "uneven.csv"
    rows = ["Customer ID,Amount,Remark", *(f"K{n},{n}" for n in range(12)), "K1,5,x"]
    file.write_text("\n".join(rows))
    request = Request(method=Method.LORENZ, market="cn")
    assert answer([file], request, TINY, big) == answer([file], request)
    file.write_text("\n".join([*rows, "K1,5,x,y"]))
    with pytest.raises(DomainError) as refused:
        answer([file], request, TINY, big)
    assert (refused.value.code, refused.value.params) == (Lack.UNEVEN, {"file": "uneven.csv"})


@READERS
def test_days_and_months_that_cannot_be_told_apart_are_refused_in_a_large_file_too(tmp_path, big):
    file = tmp_path / "dates.csv"
    file.write_text("\n".join(["Customer ID,Date,Amount", *(f"K{n},3/4/2026,{n}" for n in range(9))]))
    with pytest.raises(DomainError) as refused:
        answer([file], Request(method=Method.RFM, market="cn"), TINY, big)
    assert refused.value.code == Lack.DATES


@pytest.mark.parametrize(
    "content", [b"<html>\n" * 9, b"a,b\n\x00\x01\n" * 9, b"\n" * 9, b"\xff\xff\xff\n" * 9]
)
def test_a_large_file_that_is_no_table_is_refused_in_a_sentence(tmp_path, content):
    file = tmp_path / "page.csv"
    file.write_bytes(content)
    with pytest.raises(DomainError) as refused:
        answer([file], Request(method=Method.LORENZ, market="cn"), TINY)
    assert "page.csv" in refusal(words("en"), refused.value.code, refused.value.params)


def test_more_rows_than_an_import_takes_through_the_real_command(tmp_path, capsys, monkeypatch):
    file = tmp_path / "sales.csv"
    rows = [f"C{n % 7001},2026-{n % 9 + 1:02}-05,{n}" for n in range(Limits().rows + 10)]
    file.write_text("\n".join(["Customer ID,Date,Amount", *rows]))
    monkeypatch.chdir(tmp_path)
    assert main(["analyse", str(file), "--method", "lorenz", "--market", "cn", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["figures"]["customers"], found["figures"]["total"]) == (7001, sum(range(len(rows))))
    assert [each.name for each in tmp_path.iterdir()] == ["sales.csv"], "nothing is left behind"


@pytest.mark.parametrize("limits", [Limits(rows=20), Limits(file_bytes=1000), Limits(cells=40)])
def test_a_workbook_beyond_the_limits_is_refused_with_what_to_do(tmp_path, limits):
    book = Workbook()
    for n in range(30):
        book.active.append([f"K{n}", n])
    book.save(tmp_path / "big.xlsx")
    with pytest.raises(DomainError) as refused:
        answer([tmp_path / "big.xlsx"], Request(method=Method.LORENZ, market="cn"), limits)
    told = [refusal(words(language), refused.value.code, refused.value.params) for language in ("en", "zh")]
    assert "Save it as CSV" in told[0]
    assert "另存为 CSV" in told[1]
    assert all("big.xlsx" in sentence for sentence in told)
