"""`ninebox analyse`: published figures from the files they were published for, through the real command."""

import csv
import json
import os
import re
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from bot import __main__ as command_line
from bot.__main__ import main
from bot.analysis import output
from bot.analysis.model import Lack, Method, Remark, Role
from bot.render import analysis as sentences
from bot.render.catalogues import LOCALES
from bot.render.renderer import words
from bot.render.sentences import NOTES
from domain.explain import Reason
from domain.tiering.notes import Note, Refusal
from domain.tiering.params import PotentialMethod
from domain.tiering.rfm import RfmRule
from tests.support.analysis import PARAMS, rfm_orders

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data"
RX = DATA / "nc_glp1" / "nc_glp1_rx.csv"
GLP1 = (DATA / "nc_glp1" / "nc_glp1_customers.csv", RX)
ORDERS = DATA / "rfm_orders" / "rfm_orders.csv"
RAW = re.compile(r"%\(|None|[a-z]_[a-z]")
GRID = ("--method", "nine-box", "--ours", "Dulaglutide", "--subject", "person", "--market", "us")


@pytest.fixture
def analyse(monkeypatch, capsys, tmp_path):
    """Runs the command in this process, without the settings of the machine: exit code, output, errors."""
    for name in list(os.environ):
        if name.startswith("NINEBOX_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)

    def run(*said: object) -> tuple[int, str, str]:
        code = main(["analyse", *map(str, said)])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return run


@pytest.fixture
def found(analyse):
    """The JSON object of a command that succeeds."""

    def run(*said: object) -> dict:
        code, out, err = analyse(*said, "--json")
        assert (code, err) == (0, "")
        return json.loads(out)

    return run


@pytest.fixture
def table(tmp_path):
    """Writes a CSV file."""

    def write(name: str, *rows: tuple) -> Path:
        path = tmp_path / name
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        return path

    return write


def box(counts: dict) -> list[list[int]]:
    """Rows C, B, A and columns 3, 2, 1: low to high on both axes, as published."""
    return [[counts[f"{tier}{digit}"] for digit in "321"] for tier in "CBA"]


def codes(answer: dict) -> list[str]:
    return [warning["code"] for warning in answer["warnings"]]


# Medicare Part D 2023, 242 prescribers of North Carolina (tests/data/nc_glp1)


def test_the_real_command_gives_the_published_nine_box_as_json_on_two_files_joined(tmp_path):
    ran = subprocess.run(
        [sys.executable, "-m", "bot", "analyse", *map(str, GLP1), *GRID, "--json"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=True,
    )
    answer = json.loads(ran.stdout)
    assert box(answer["counts"]) == [[29, 20, 32], [27, 25, 28], [25, 35, 21]]
    assert answer["figures"]["customers"] == 242
    assert answer["figures"]["total"] == 38_764
    assert answer["figures"]["gini"] == pytest.approx(0.405519, abs=5e-7)
    assert answer["columns"] == {"customer": "customer_id", "value": "claims", "product": "generic"}
    assert Counter(row["cell"] for row in answer["rows"])["A1"] == 21
    assert sum(row["ours"] for row in answer["rows"]) == 14_286
    assert list(tmp_path.iterdir()) == [], "nothing is stored"


def test_the_published_nine_box_by_fixed_cuts(found):
    answer = found(RX, *GRID, "--cuts", "60,150", "--share-cuts", ".2,.5")
    assert box(answer["counts"]) == [[21, 8, 17], [26, 38, 35], [29, 48, 20]]
    assert answer["cuts"] == {"potential": {"low": 60, "middle": 150}, "support": {"low": 0.2, "middle": 0.5}}
    assert {row["potential_method"] for row in answer["rows"]} == {"cuts"}


def test_potential_by_parts_of_the_whole(found):
    answer = found(RX, *GRID, "--potential", "cumulative")
    assert Counter(row["tier"] for row in answer["rows"]) == {"A": 87, "B": 59, "C": 96}
    held = sum(row["quantity"] for row in answer["rows"] if row["tier"] == "A") / 38_764
    assert 0.65 <= held < 0.66, "whoever crosses the limit is an A, and equals with them"


@pytest.mark.parametrize(
    ("method", "counts"),
    [("abc-value", (132, 63, 47)), ("abc-count", (73, 96, 73))],
)
def test_abc_of_the_published_claims_with_ties_in_the_better_class(found, method, counts):
    answer = found(*GLP1, "--method", method)
    assert tuple(answer["counts"][letter] for letter in "ABC") == counts
    assert answer["figures"]["gini"] == pytest.approx(0.405519, abs=5e-7)
    lowest = answer["cuts"]["lowest"]
    for letter in "ABC":
        assert min(row["value"] for row in answer["rows"] if row["abc_class"] == letter) == lowest[letter]
    assert codes(answer) == (["ties_kept"] * 2 if method == "abc-value" else [])


def test_without_the_ties_the_first_eighty_per_cent_are_the_published_129_customers(found):
    answer = found(RX, "--method", "abc-value")
    lifted = sum(
        warning["params"]["lifted"] for warning in answer["warnings"] if warning["params"]["at"] == "A"
    )
    assert answer["counts"]["A"] - lifted == 129


def test_the_computed_limits_are_three_points_of_the_curve(found):
    answer = found(RX, "--method", "abc-computed")
    points = [answer["cuts"][name] for name in ("ideal", "break_even", "submarginal")]
    assert [point["effort"] for point in points] == sorted(point["effort"] for point in points)
    assert answer["counts"]["A"] == round(242 * points[0]["effort"])


def test_the_lorenz_curve_in_words_and_as_a_picture(analyse, tmp_path):
    code, out, _ = analyse(RX, "--method", "lorenz", "--png", tmp_path / "curve.png")
    assert code == 0
    assert "Gini: 0.406" in out
    assert "The best 20 % of the customers hold 45.6 % of the whole (Gini 0.406)." in out
    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")


def test_the_grid_as_a_picture_in_chinese(analyse, tmp_path):
    code, out, _ = analyse(RX, *GRID, "--language", "zh", "--png", tmp_path / "grid.png")
    assert code == 0
    assert out.startswith("九宫格")
    assert (tmp_path / "grid.png").read_bytes().startswith(b"\x89PNG")


# The R package rfm (tests/data/rfm_orders)

PACKAGE = ("--method", "rfm", "--as-of", "2006-12-31", "--window", "all", "--rule", "r-package")


def test_rfm_with_the_rule_of_the_r_package_gives_its_published_cuts_and_scores(found):
    answer = found(ORDERS, *PACKAGE)
    assert answer["cuts"]["recency"] == pytest.approx([115, 181, 297.4, 482])
    assert answer["cuts"]["frequency"] == pytest.approx([4, 5, 6, 8])
    assert answer["cuts"]["monetary"] == pytest.approx([255.8, 382, 506.4, 666])
    rows = {row["customer"]: row for row in answer["rows"]}
    assert len(rows) == 995
    for name, *published in (
        ("Abbey O'Reilly", 205, 6, 472, 343),
        ("Add Senger", 140, 3, 340, 412),
        ("Aiyanna Bruen", 246, 4, 157, 321),
        ("Aileen Barton", 84, 9, 763, 555),
    ):
        shown = [rows[name][key] for key in ("recency_days", "frequency", "monetary", "score")]
        assert shown == published
    assert sum(answer["counts"].values()) == 995
    assert set(answer["counts"]) == {*PARAMS.rfm.segments, "none"}


def test_without_a_day_the_last_date_of_the_file_is_the_day_and_the_window_is_that_of_the_params(found):
    answer = found(ORDERS, "--method", "rfm")
    assert answer["as_of"] == rfm_orders()["date"].max()
    days = [row["recency_days"] for row in answer["rows"] if row["score"] is not None]
    assert max(days) < PARAMS.rfm.window_days
    assert answer["counts"]["none"] == 995 - len(days) > 0


def test_rfm_of_persons_in_china_is_refused_in_one_sentence_and_allowed_for_accounts(analyse):
    code, out, err = analyse(ORDERS, *PACKAGE, "--market", "cn", "--subject", "person")
    assert (code, out) == (1, "")
    assert err.count("\n") == 1
    assert "an individual doctor's purchases must not be analysed" in err
    assert analyse(ORDERS, *PACKAGE, "--market", "cn", "--subject", "account")[0] == 0


def test_shares_of_products_of_persons_in_china_are_refused(analyse):
    code, _, err = analyse(RX, *GRID[:-1], "cn")
    assert code == 1
    assert "use of products" in err


# Columns


def test_columns_of_any_name_can_be_named_and_a_headline_does_not_disturb(found, table):
    rows = [(f"K{n}", f"{n * 1000:,}", f"0{n % 9 + 1}.03.2026") for n in range(1, 31)]
    path = table("own.csv", ("Wer", "Umsatz netto", "Tag"), *rows)
    answer = found(path, "--method", "abc-count", "--customer", "wer", "--value", "UMSATZ NETTO")
    assert answer["columns"] == {"customer": "Wer", "value": "Umsatz netto"}
    assert [row["customer"] for row in answer["rows"][:2]] == ["K30", "K29"]
    assert answer["figures"]["total"] == 465_000


def test_what_is_missing_is_one_sentence_with_the_headers_that_are_there(analyse, table):
    path = table("odd.csv", ("Customer ID", "Colour"), ("K1", "red"))
    code, _, err = analyse(path, "--method", "abc-value")
    assert (code, err.count("\n")) == (1, 1)
    assert "No column can be the value. Name it with --value. The columns are: Customer ID, Colour." in err
    code, _, err = analyse(path, "--method", "abc-value", "--value", "Sum")
    assert "There is no column “Sum”. The columns are: Customer ID, Colour." in err
    code, _, err = analyse(RX, "--method", "rfm")
    assert "No column can be the date." in err
    code, _, err = analyse(path, "--method", "priority")
    assert "potential, strategic, loyalty, ability to pay" in err


def test_two_columns_that_could_be_the_value_are_asked_about_and_settled(analyse, found, table):
    rows = [(f"K{n}", n, 100 - n) for n in range(1, 21)]
    path = table("two.csv", ("Customer ID", "Quantity", "Amount"), *rows)
    code, _, err = analyse(path, "--method", "lorenz")
    assert code == 1
    assert "Several columns can be the value: Quantity, Amount. Choose one with --value." in err
    assert found(path, "--method", "lorenz", "--value", "amount")["figures"]["total"] == 1790


def test_customers_without_sales_are_zero_and_names_come_from_their_list(found, table):
    people = table(
        "customers.csv", ("Customer ID", "Customer name"), *((f"K{n}", f"Shop {n}") for n in range(1, 15))
    )
    sales = table("sales.csv", ("customer id", "amount"), *((f"K{n}", n) for n in range(1, 13)), ("K1", "-5"))
    answer = found(people, sales, "--method", "abc-value")
    rows = {row["customer"]: row for row in answer["rows"]}
    assert (rows["K14"]["value"], rows["K14"]["standing"], rows["K14"]["abc_class"]) == (0, "zero", "N")
    assert (rows["K1"]["value"], rows["K1"]["standing"]) == (-4, "returns")
    assert answer["rows"][0]["name"] == "Shop 12"
    assert {"zeros", "negatives"} <= set(codes(answer))


def test_files_that_name_customers_differently_are_not_joined_by_guessing(analyse, table):
    people = table("a.csv", ("Customer ID", "Support"), ("K1", "1"))
    sales = table("b.csv", ("Hospital", "Amount"), ("General", "5"))
    code, _, err = analyse(people, sales, "--method", "abc-value")
    assert code == 1
    assert "--customer" in err


def test_unreadable_cells_and_rows_without_a_customer_are_told_and_unknown_products_refused(
    analyse, found, table
):
    rows = [(f"K{n}", n) for n in range(1, 12)]
    path = table("bad.csv", ("Customer ID", "Amount"), *rows, ("K12", "many"), ("", "7"))
    answer = found(path, "--method", "abc-count")
    told = {warning["code"]: warning["params"] for warning in answer["warnings"]}
    assert told["unreadable_cells"] == {"header": "Amount", "n": 1}
    assert told["rows_without_customer"] == {"n": 1}
    assert [row["standing"] for row in answer["rows"] if row["customer"] == "K12"] == ["unrated"]
    code, _, err = analyse(RX, *GRID[:3], "Nothingtide", *GRID[4:])
    assert code == 1
    assert "There is no product “Nothingtide” in the files. There are:" in err
    assert "Dulaglutide" in err


def test_dates_whose_day_and_month_cannot_be_told_apart_are_refused(analyse, table):
    path = table("dates.csv", ("Customer ID", "Amount", "Date"), ("K1", 5, "3/4/2026"), ("K2", 6, "5/6/2026"))
    code, _, err = analyse(path, "--method", "rfm")
    assert code == 1
    assert "In “Date” day and month cannot be told apart." in err


def test_a_nine_box_of_stated_support_and_score_table_without_any_values(found, table):
    path = table(
        "stated.csv",
        ("医生编号", "医生姓名", "职称", "医院分类", "支持度"),
        ("D1", "张一", "主任医师", "1", "首选"),
        ("D2", "李二", "住院医师", "3", "竞品"),
        ("D3", "王三", "", "2", "次选"),
    )
    answer = found(path, "--method", "nine-box", "--market", "cn", "--subject", "person")
    cells = {row["name"]: row["cell"] for row in answer["rows"]}
    assert cells == {"张一": "A1", "李二": "C3", "王三": None}
    assert answer["counts"]["unrated"] == 1
    assert {"no_letter"} == set(codes(answer))


def test_a_file_without_a_row_is_refused_by_every_method(analyse, table):
    path = table("head.csv", ("Customer ID", "Amount", "Date", "Support", "Potential"))
    for method in Method:
        code, _, err = analyse(path, "--method", method)
        assert (code, err) == (1, "ninebox: The files hold no rows with customers.\n"), method


def test_sheets_of_one_workbook_are_joined_like_files_and_notes_are_left_out(found, tmp_path):
    book = Workbook()
    notes, people, sales = book.active, book.create_sheet("Customers"), book.create_sheet("Sales")
    notes.append(["Read me", "first"])
    people.append(["Customer ID", "Customer name"])
    sales.append(["Customer ID", "Order date", "Amount"])
    for n in range(1, 41):
        people.append([f"K{n}", f"Shop {n}"])
        if n > 2:
            sales.append([f"K{n}", date(2026, 1, n % 28 + 1), 10.5 * n])
    book.save(tmp_path / "book.xlsx")
    answer = found(tmp_path / "book.xlsx", "--method", "rfm", "--as-of", "2026-02-01")
    standings = Counter(row["standing"] for row in answer["rows"])
    assert standings == {"new": 38, "prospect": 2}
    assert answer["figures"]["total"] == pytest.approx(10.5 * sum(range(3, 41)))
    assert {row["name"] for row in answer["rows"]} == {f"Shop {n}" for n in range(1, 41)}
    assert answer["warnings"][0]["code"] == "sheet_left_out"


@pytest.mark.parametrize("method", ["abc-value", "rfm", "lorenz"])
def test_the_order_of_the_rows_changes_nothing(found, table, method):
    head, *rows = csv.reader(ORDERS.read_text(encoding="utf-8").splitlines())
    turned = table("turned.csv", head, *reversed(rows))
    assert found(turned, "--method", method) == found(ORDERS, "--method", method)


@pytest.mark.parametrize("method", sorted(set(Method) - {Method.PRIORITY}))
def test_equal_rows_of_a_day_count_once_by_every_method_and_late_ones_do_not_count(found, table, method):
    path = table(
        "twice.csv",
        ("Hospital", "Date", "Amount", "Product"),
        *[("General", "2026-03-01", 10, "Ours")] * 3,
        ("General", "2026-03-01", 20, "Ours"),
        ("Mercy", "2026-04-01", 5, "Rival"),
        ("Mercy", "2026-06-01", 99, "Rival"),
    )
    ours = ("--ours", "Ours") if method == "nine-box" else ()
    answer = found(path, "--method", method, "--as-of", "2026-05-01", *ours)
    told = {warning["code"]: warning["params"] for warning in answer["warnings"]}
    assert answer["figures"]["total"] == 35
    assert (told["duplicates"], told["after_as_of"]) == ({"n": 2}, {"n": 1})


def test_equal_rows_without_a_day_all_count_because_nothing_tells_a_double_from_a_second_sale(found, table):
    path = table("plain.csv", ("Hospital", "Amount"), *[("General", 10)] * 3, ("Mercy", 5))
    answer = found(path, "--method", "lorenz")
    assert answer["figures"]["total"] == 35
    assert "duplicates" not in codes(answer)


def test_the_rule_of_the_r_package_counts_every_row(found, table):
    path = table("twice.csv", ("Hospital", "Date", "Amount"), *[("General", "2026-03-01", 10)] * 3)
    answer = found(path, "--method", "rfm", "--rule", "r-package", "--window", "all")
    assert [(row["frequency"], row["monetary"]) for row in answer["rows"]] == [(3, 30)]


def test_priority_of_scores_one_to_five(found, table):
    path = table(
        "scores.csv",
        ("Customer ID", "Potential", "Strategic importance", "Loyalty", "Ability to pay"),
        ("K1", 5, 5, 5, 5),
        ("K2", 1, 1, 1, 1),
        ("K3", "", 3, "", ""),
        ("K4", 9, 5, 5, 5),
    )
    answer = found(path, "--method", "priority")
    rows = {row["customer"]: row for row in answer["rows"]}
    assert (rows["K1"]["score"], rows["K1"]["rank"]) == (100, 1)
    assert rows["K2"]["score"] == 0
    assert (rows["K3"]["enough"], rows["K3"]["rank"]) == (False, None)
    assert "out_of_range" in codes(answer)


# Output


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_workbook_has_a_frozen_header_filters_colours_and_headers_in_both_languages(
    analyse, tmp_path, language
):
    target = tmp_path / "out.xlsx"
    code, _, err = analyse(RX, *GRID, "--language", language, "--xlsx", target)
    assert (code, err) == (0, "")
    rows, about = load_workbook(target).worksheets
    assert rows.freeze_panes == "A2"
    assert rows.auto_filter.ref == "A1:J243"
    assert [str(each.sqref) for each in rows.conditional_formatting] == ["B2:B243", "D2:D243"]
    headers = [cell.value for cell in rows[1]]
    assert headers[:3] == (
        ["Customer", "Quantity", "Ours"] if language == "en" else ["客户", "数量", "我方数量"]
    )
    assert rows.max_row == 243
    assert any(row[1] == "0.406" for row in about.iter_rows(values_only=True))


def test_a_customer_that_reads_like_a_formula_stays_text(analyse, table, tmp_path):
    path = table("f.csv", ("Customer ID", "Amount"), ("=1+1", 5), ("K2", 6))
    target = tmp_path / "f.xlsx"
    assert analyse(path, "--method", "lorenz", "--xlsx", target)[0] == 0
    cells = [row[0] for row in load_workbook(target).worksheets[0].iter_rows(min_row=2)]
    assert [(cell.value, cell.data_type) for cell in cells] == [("K2", "s"), ("=1+1", "s")]


def test_the_text_shows_the_first_rows_and_says_how_many_there_are_more(analyse):
    _, out, _ = analyse(RX, "--method", "abc-count")
    assert f"... and {242 - output.SHOWN} more rows" in out
    assert "A = 73, B = 96, C = 73" in out


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        (("--method", "abc-value", "--ours", "X"), "--ours belongs to --method nine-box"),
        (("--method", "lorenz", "--rule", "fixed"), "--rule belongs to --method rfm"),
        (("--method", "lorenz", "--window", "90"), "--window belongs to --method rfm"),
        (("--method", "rfm", "--png", "x.png"), "rfm and priority have no picture"),
    ],
)
def test_an_option_of_another_method_is_refused(analyse, said, wrong):
    code, _, err = analyse(RX, *said)
    assert code == 1
    assert wrong in err


@pytest.mark.parametrize(
    "said",
    [
        ("--cuts", "9,3"),
        ("--cuts", "many"),
        ("--share-cuts", "20,50"),
        ("--window", "-1"),
        ("--cuts", "nan,1"),
    ],
)
def test_numbers_that_cannot_be_end_with_2(analyse, said):
    with pytest.raises(SystemExit) as ended:
        analyse(RX, "--method", "nine-box", *said)
    assert ended.value.code == 2


def test_a_file_that_is_not_there_and_one_that_is_no_table_are_one_sentence(analyse, tmp_path):
    assert analyse("no.csv", "--method", "lorenz")[::2] == (1, "ninebox: there is no file no.csv\n")
    (tmp_path / "page.csv").write_text("<html></html>")
    code, _, err = analyse(tmp_path / "page.csv", "--method", "lorenz")
    assert (code, err.count("\n")) == (1, 1)
    assert "page.csv" in err


# Words


def test_the_words_of_the_command_line_are_those_of_the_engine():
    assert set(command_line.METHODS) == {method.value for method in Method}
    assert {word.replace("-", "_") for word in command_line.POTENTIAL} == {
        each.value for each in PotentialMethod
    }
    assert {word.replace("-", "_") for word in command_line.RULES} == {rule.value for rule in RfmRule}


def test_every_code_of_an_analysis_has_a_sentence_and_every_method_and_role_a_name():
    assert {*sentences.NOTES, *NOTES} == {*Note, *Remark}
    assert set(sentences.REFUSALS) == {*Refusal, *Lack}
    assert (set(sentences.METHODS), set(sentences.ROLES)) == (set(Method), set(Role))


@pytest.mark.parametrize("locale", LOCALES)
def test_a_sentence_is_said_with_its_values(locale):
    values = dict.fromkeys(("n", "minimum", "days", "lifted", "score", "value"), 4711)
    values |= dict.fromkeys(("top", "share", "ideal", "break_even", "confidence", "needed", "gini"), 0.48)
    values |= {name: ["<a>", "<b>"] for name in ("headers", "found", "wanted", "products")}
    values |= dict.fromkeys(("at", "weight", "header", "sheet", "option", "ours"), "<text>")
    values |= dict.fromkeys(("market", "column", "scheme", "file"), "<text>")
    values |= {"of": "recency", "dimension": "loyalty", "role": "value"}
    for code, sentence in sentences.NOTES.items():
        said = sentences.note(words(locale), Reason(code, values))
        assert not RAW.search(said), said
        assert ("4711" in said) == (
            "%(n)s" in sentence
            or "%(days)s" in sentence
            or "%(score)s" in sentence
            or "%(lifted)s" in sentence
        ), said
    for code in sentences.REFUSALS:
        assert not RAW.search(sentences.refusal(words(locale), code, values | {"value": "<text>"}))
    flat = sentences.note(words(locale), Reason(Note.FLAT, values))
    assert "48 %" in flat
    assert "0.480" in flat
