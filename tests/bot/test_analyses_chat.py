"""ABC, RFM, concentration, the grid of a quarter ago and the matrix in the chat, on known figures."""

import csv
import io
import re
from datetime import date, timedelta

import pandas as pd
import pytest
from openpyxl import load_workbook

from bot.buttons.analyses import (
    ChooseFilter,
    SendMovement,
    SendWorkbook,
    ShowAnalysis,
    ShowGrid,
    ShowMatrix,
    View,
    Whom,
)
from bot.buttons.customers import ShowCell
from bot.db.values import EVERYTHING
from bot.importing.reading import UploadedFile
from bot.render.charts import Charts
from bot.services import tiering
from bot.services.analyses import Filter, product_key
from domain.content.library import load_library
from domain.ids import CustomerId
from domain.people.model import Role, Scope
from domain.tiering.abc import AbcClass, AbcMethod, classify
from domain.tiering.concentration import concentration
from domain.tiering.model import Cell
from domain.tiering.rfm import Window, rfm
from domain.tiering.subject import Subject
from tests.support import town
from tests.support.person import Person
from tests.support.said import NOT_FOUND
from tests.support.world import World, world

LIBRARY = load_library()
UNTIL = date(2026, 10, 28)
PARAMS = LIBRARY.analysis.at(UNTIL)
HOSPITALS = 30
MINE = 12  # hospitals with a customer of Li Na; of the other twelve Wang Wei's, six have nobody

Order = tuple[str, date, str, float]  # hospital, day, product, amount


def orders() -> list[Order]:
    """Two years of purchases: each hospital buys every 1 to 6 months, the first the most."""
    made = []
    for number in range(1, HOSPITALS + 1):
        for month in range(0, 24, number % 6 + 1):
            year, part = divmod(2026 * 12 + 9 - month, 12)
            on = date(year, part + 1, 28 - number % 20)
            product = "Otherol" if number % 3 == 0 else "Examplin"
            made.append((f"Hospital {number:02}", on, product, round(90_000 / number + 10 * month, 2)))
    made.append(("Hospital 30", date(2026, 10, 28), "Examplin", -250.0))
    return made


def sheet(name: str, headers: str, rows: list[tuple[object, ...]]) -> UploadedFile:
    text = io.StringIO()
    csv.writer(text).writerows([headers.split(), *rows])
    return UploadedFile(name, text.getvalue().encode())


async def country(place: World, language: str = "en") -> tuple[Person, Person, Person]:
    """An admin, a manager and the manager's rep; another manager's rep has other hospitals."""
    root = await place.joins("Root", Role.ADMIN, language=language)
    boss = await place.joins("Boss", Role.MANAGER, language=language)
    await place.joins("Other Boss", Role.MANAGER, language=language)
    rep = await place.joins("Li Na", Role.REP, manager="Boss", language=language)
    await place.joins("Wang Wei", Role.REP, manager="Other Boss", language=language)
    names = [f"Hospital {number:02}" for number in range(1, HOSPITALS + 1)]
    doctors = [
        (f"D{number:02}", f"Doctor {number}", names[number - 1], "Li Na" if number <= MINE else "Wang Wei")
        for number in range(1, 25)
    ]
    await place.loads(
        sheet("hospitals.csv", "医院名称 医院类别", [(name, 1) for name in names]),
        sheet("customers.csv", "客户编号 姓名 医院 负责代表", doctors),
        sheet("sales.csv", "医院名称 销售日期 产品 销售金额", orders()),
    )
    return root, boss, rep


def bought(hospitals: range, made: list[Order], *, until: date = UNTIL, days: int = 365) -> pd.Series:
    """Net amounts of a window, added up here and nowhere else."""
    values = {f"Hospital {number:02}": 0.0 for number in hospitals}
    for hospital, on, _product, amount in made:
        if hospital in values and until - timedelta(days=days) < on <= until:
            values[hospital] += amount
    return pd.Series(values)


async def hospital_ids(place: World, name: str) -> dict[str, int]:
    async with place.deps.db.read() as uow:
        there = await uow.figures.institutions(Scope.of(await place.user(name)), EVERYTHING)
    return {name: number for number, name in there.items()}


def workbook(person: Person):
    assert person.file is not None
    return load_workbook(io.BytesIO(person.file[1]))


ROLES = [("Root", range(1, HOSPITALS + 1)), ("Boss", range(1, MINE + 1)), ("Li Na", range(1, MINE + 1))]


@pytest.mark.parametrize(("name", "hospitals"), ROLES)
async def test_abc_says_the_classes_by_all_three_rules(sqlite_database_url, tmp_path, name, hospitals):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        await country(place)
        person = place.people[name]
        await person.sends("/abc")
        values = bought(hospitals, orders())
        assert f"ABC of {len(hospitals)} hospitals" in person.text
        for way, line in (
            (AbcMethod.BY_COUNT, "By number 30/40/30"),
            (AbcMethod.BY_VALUE, "By value 80/95"),
            (AbcMethod.COMPUTED, r"Computed \d+/\d+"),
        ):
            counts = classify(values, way, PARAMS.abc).counts
            expected = r".*".join(f"class {one.value} {counts[one]}" for one in list(AbcClass)[:3])
            assert re.search(f"{line}: {expected}", person.text), (way, counts, person.text)
        assert "Oct 29, 2025 – Oct 28, 2026" in person.text
        assert "the letters of the grid say what could be" in person.text
        assert person.photo is not None


@pytest.mark.parametrize(("name", "hospitals"), ROLES)
async def test_lorenz_says_gini_and_what_the_best_hold_now_and_a_quarter_before(
    sqlite_database_url, tmp_path, name, hospitals
):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        await country(place)
        person = place.people[name]
        await person.sends("/lorenz")
        now = concentration(bought(hospitals, orders()), PARAMS.concentration)
        then = concentration(bought(hospitals, orders(), until=date(2026, 7, 28)), PARAMS.concentration)
        assert f"Gini {now.gini:.3f}, corrected for short lists {now.gini_corrected:.3f}" in person.text
        assert f"hold {100 * now.top_share(0.2):.1f}".removesuffix(".0") + " %" in person.text
        assert f"until Jul 28, 2026: Gini {then.gini:.3f}" in person.text
        assert now.gini != then.gini


async def test_a_flat_list_is_said_to_be_flat(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        root = await place.joins("Root", Role.ADMIN)
        names = [f"Hospital {number}" for number in range(10)]
        await place.loads(
            sheet("hospitals.csv", "医院名称 医院类别", [(name, 1) for name in names]),
            sheet(
                "sales.csv",
                "医院名称 销售日期 产品 销售金额",
                [(name, "2026-10-01", "X", 500) for name in names],
            ),
        )
        await root.sends("/lorenz")
        assert "The list is flat: the best 20 % of the customers hold 20 %" in root.text
        assert "Concentrating on a few would not pay" in root.text


@pytest.mark.parametrize(("name", "hospitals"), ROLES)
async def test_rfm_says_segments_cut_points_window_and_day(sqlite_database_url, tmp_path, name, hospitals):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        await country(place)
        person = place.people[name]
        await person.sends("/rfm")
        wanted = {f"Hospital {number:02}" for number in hospitals}
        lines = [order for order in orders() if order[0] in wanted]
        frame = pd.DataFrame(lines, columns=["customer", "date", "product", "amount"])
        market = LIBRARY.markets["cn"]
        found = rfm(frame, Window(UNTIL, 365), PARAMS.rfm, subject=Subject.ACCOUNT, market=market)
        assert "Window: 365 days, as of Oct 28, 2026" in person.text
        days = " / ".join(f"{cut:g}" for cut in found.cuts["recency"])
        purchases = " / ".join(f"{cut:g}" for cut in found.cuts["frequency"])
        assert f"Days since last purchase: {days}" in person.text
        assert f"Purchases: {purchases}" in person.text
        counts = found.table["segment"].value_counts()
        assert f"Champions {counts['champions']}" in person.text
        assert f"Lost {counts['lost']}" in person.text
        said = person.text.split("as of Oct 28, 2026\n")[1].split("\n")[0]
        assert sum(map(int, re.findall(r" (\d+)(?: ·|$)", said))) == len(hospitals)


@pytest.mark.parametrize(("language", "said"), [("en", "must not be analysed"), ("zh", "不得分析单个医生")])
async def test_rfm_of_single_doctors_is_refused_where_the_market_forbids_it(
    sqlite_database_url, tmp_path, language, said
):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        _root, _boss, rep = await country(place, language)
        await rep.sends("/rfm")
        await rep.taps("Doctors" if language == "en" else "医生")
        assert said in rep.text
        await rep.taps("Hospitals" if language == "en" else "医院")
        assert f"{MINE}" in rep.text
        assert rep.message.photo


@pytest.mark.parametrize("command", ["/abc", "/rfm", "/lorenz"])
async def test_without_data_it_says_what_is_missing_and_how_to_mend_it(
    sqlite_database_url, tmp_path, command
):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss = await place.joins("Boss", Role.MANAGER)
        rep = await place.joins("Li Na", Role.REP, manager="Boss")
        await rep.sends(command)
        assert "Nobody fits these filters" in rep.text
        await place.loads(town.hospitals("en"), town.customers("en"))
        await rep.sends(command)
        assert "No sales to hospitals are on record here.\nAsk your manager" in rep.text
        await boss.sends(command)
        assert "Load a sheet of sales with hospital, date, product and amount" in boss.text
        await boss.taps("Import")
        assert "hospital" in boss.text.lower()


async def test_where_the_market_allows_it_doctors_are_analysed_by_their_usage(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="us", ours=("Ours",)) as place:
        rep = await place.joins("Li Na", Role.REP)
        await place.loads(town.customers("en"))
        months = [f"{year}-{month:02}" for year in (2025, 2026) for month in range(1, 11)]
        usage = [
            (f"D{number:03}", month, product, number * (2 if product == "Ours" else 50))
            for number in range(1, 28)
            for month in months
            for product in ("Ours", "Theirs")
        ]
        await place.loads(sheet("usage.csv", "客户编号 期间 产品 使用数量", usage))
        await rep.sends("/lorenz")
        # From November 2025 to October 2026 ten months are on record: 20 n of our product.
        known = concentration(pd.Series([20.0 * number for number in range(1, 28)]), PARAMS.concentration)
        assert "Lorenz curve of 27 doctors" in rep.text
        assert "usage of Ours, Nov 1, 2025 – Oct 31, 2026" in rep.text
        assert f"Gini {known.gini:.3f}, corrected" in rep.text
        await rep.taps("RFM")
        assert "No sales to hospitals" in rep.text
        await rep.taps("Doctors")
        assert "RFM of 27 doctors" in rep.text
        await rep.taps("Product")
        await rep.taps("Theirs")
        assert "Only: Theirs" in rep.text


async def test_filters_narrow_by_team_hospital_and_product_and_survive_a_restart(
    sqlite_database_url, tmp_path
):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        root, _boss, _rep = await country(place)
        await root.sends("/lorenz")
        first = root.message.message_id
        await root.taps("Team")
        assert root.buttons[1:5] == ["Boss", "Other Boss", "Li Na", "Wang Wei"]
        await place.chatter.restart()
        await root.taps("Boss")
        assert root.message.message_id == first
        mine = concentration(bought(range(1, MINE + 1), orders()), PARAMS.concentration)
        assert f"Lorenz curve of {MINE} hospitals" in root.text
        assert f"Gini {mine.gini:.3f}, corrected" in root.text
        await root.taps("Product")
        await root.taps("Examplin")
        assert "Only: Boss · Examplin" in root.text
        ours = [order for order in orders() if order[2] == "Examplin"]
        narrowed = concentration(bought(range(1, MINE + 1), ours), PARAMS.concentration)
        assert f"Gini {narrowed.gini:.3f}, corrected" in root.text
        await root.taps("Hospital ▾")
        await root.taps("Hospital 02")
        assert (
            "1 department\nsales by amount, Oct 29, 2025 – Oct 28, 2026\nOnly: Boss · Hospital 02"
            in root.text
        )
        await root.taps("Grid")
        assert "1 customer\nOnly: Boss · Hospital 02 · Examplin" in root.text
        await root.taps("Not rated · 1")
        assert "Doctor 2" in root.buttons
        await root.taps("Nine-box grid")
        assert "Only: Boss · Hospital 02 · Examplin" in root.text


@pytest.mark.parametrize("view", View)
async def test_forged_filters_find_nothing(sqlite_database_url, tmp_path, view):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        _root, boss, rep = await country(place)
        others = (await place.user("Wang Wei")).id
        theirs = (await hospital_ids(place, "Root"))["Hospital 20"]
        own = (await hospital_ids(place, "Li Na"))["Hospital 02"]
        forged = [
            (boss, {"team": others}),
            (rep, {"team": others}),
            (rep, {"team": (await place.user("Boss")).id}),
            (rep, {"hospital": theirs}),
            (boss, {"hospital": theirs}),
            (rep, {"hospital": own, "product": product_key("Nothing")}),
            (rep, {"hospital": 2**31 - 1}),
        ]
        for person, filters in forged:
            for button in (
                ShowAnalysis(view, **filters),
                SendWorkbook(view, **filters),
                ChooseFilter(view, **filters, by=Filter.HOSPITAL),
            ):
                before = len(person.messages)
                await person.presses(button.pack())
                said = [person.last_answer, *(one.text for one in person.messages[before:])]
                assert NOT_FOUND in said, (button, said)
                assert person.file is None
        await rep.presses(ShowCell("A1", hospital=theirs).pack())
        assert rep.last_answer == NOT_FOUND


async def test_the_choice_of_hospitals_is_that_of_the_viewer(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        await country(place)
        assert len(await hospital_ids(place, "Root")) == HOSPITALS
        assert set(await hospital_ids(place, "Li Na")) == {f"Hospital {one:02}" for one in range(1, MINE + 1)}


# Workbooks


@pytest.mark.parametrize(
    ("language", "view", "headers", "scaled"),
    [
        ("en", View.ABC, ["Name", "Value", "Rank"], "B"),
        ("zh", View.ABC, ["名称", "数值", "名次"], "B"),
        ("en", View.RFM, ["Name", "Days since last purchase", "Purchases"], "D"),
        ("zh", View.RFM, ["名称", "距上次购买天数", "购买次数"], "D"),
        ("en", View.LORENZ, ["Name", "Value", "Tenth by count"], "B"),
        ("en", View.GRID, ["Name", "Cell", "Potential"], "D"),
    ],
)
async def test_every_view_is_exported(sqlite_database_url, tmp_path, language, view, headers, scaled):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        root, _boss, _rep = await country(place, language)
        await root.presses(ShowGrid().pack(), (await _any_message(root)))
        await root.presses(ShowAnalysis(view).pack())
        await root.taps("XLSX")
        assert root.file is not None
        assert root.file[0].endswith("-2026-11-23.xlsx")
        page = workbook(root).worksheets[0]
        found = [cell.value for cell in page[1]]
        assert found[:3] == headers
        assert page.freeze_panes == "A2"
        assert page.auto_filter.ref == page.dimensions
        ranges = [str(each.sqref) for each in page.conditional_formatting]
        assert any(each.startswith(f"{scaled}2:{scaled}") for each in ranges), ranges
        assert all(rule.type == "colorScale" for each in page.conditional_formatting for rule in each.rules)
        assert page.max_row == (24 if view is View.GRID else HOSPITALS) + 1


async def _any_message(person: Person) -> int:
    await person.sends("/help")
    return person.message.message_id


async def test_the_workbook_holds_what_the_domain_computes(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        _root, _boss, rep = await country(place)
        await rep.sends("/abc")
        await rep.taps("XLSX")
        page = workbook(rep).worksheets[0]
        rows = list(page.iter_rows(min_row=2, values_only=True))
        values = bought(range(1, MINE + 1), orders())
        assert {row[0]: row[1] for row in rows} == pytest.approx(values.to_dict())
        for column, way in enumerate(AbcMethod, 4):
            letters = classify(values, way, PARAMS.abc).table["abc_class"]
            assert {row[0]: row[column] for row in rows} == {
                name: f"class {letter}" for name, letter in letters.items()
            }


# The grid of a quarter ago, and the matrix


async def moved(place: World) -> tuple[Person, dict[str, tuple[Cell, Cell]]]:
    """A rep whose grid was loaded in June and of whose customers four have moved in November."""
    boss = await place.joins("Boss", Role.MANAGER)
    rep = await place.joins("Li Na", Role.REP, manager="Boss")
    place.clock.move(timedelta(days=-150))
    await place.loads(town.hospitals("en"), town.customers("en"))
    place.clock.move(timedelta(days=150))
    viewer, now = await place.user("Boss"), place.clock.now()
    async with place.deps.db.read() as uow:
        entries = await uow.customers.grid(Scope.of(viewer), now.date())
    stood = {one.id: (one.name, one.cell) for one in entries}
    moves = {}
    for number, cell in ((1, Cell.B2), (4, Cell.A1), (9, Cell.C1), (3, Cell.A1)):
        name, before = stood[CustomerId(number)]
        moves[name] = (before, cell)
        await tiering.override(
            place.deps, viewer, CustomerId(number), cell, "because", today=now.date(), now=now
        )
    await boss.sends("/help")
    return rep, moves


async def test_the_grid_says_what_was_a_quarter_ago(sqlite_database_url, tmp_path, monkeypatch):
    drawn = []
    draw = Charts.draw

    async def noting(self, picture):
        drawn.append(picture)
        return await draw(self, picture)

    monkeypatch.setattr(Charts, "draw", noting)
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        rep, moves = await moved(place)
        await rep.sends("/grid")
        assert "Since Aug 23, 2026: Moved: 4 of 25" in rep.text
        for name, (before, after) in moves.items():
            assert f"{name}: {before.value} → {after.value}" in rep.text
        picture = drawn[-1]
        for cell in Cell:
            lost = sum(before is cell for before, _ in moves.values())
            won = sum(after is cell for _, after in moves.values())
            assert picture.cells[cell].before == picture.cells[cell].count - won + lost
        assert picture.ghost == "Pale: how many on Aug 23, 2026"


async def test_without_history_the_grid_has_no_ghost(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        rep = await place.joins("Li Na", Role.REP)
        await place.loads(town.hospitals("en"), town.customers("en"))
        await rep.sends("/grid")
        assert "27 customers" in rep.text
        assert "Since" not in rep.text


async def test_the_matrix_is_shown_and_exported_with_who_left_a(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        rep, moves = await moved(place)
        await rep.sends("/tiers")
        await rep.taps("What has moved")
        await rep.taps("As a table")
        assert "Moved: 4 of 25" in rep.text
        assert "No longer A: 1: Shaw 1" in rep.text
        assert rep.message.photo
        await rep.taps("XLSX")
        book = workbook(rep)
        assert [page.title for page in book] == ["Moves", "Matrix", "No longer A", "About"]
        rows = {row[0]: row[1:] for row in book["Moves"].iter_rows(min_row=2, values_only=True)}
        assert {name: (Cell(row[0]), Cell(row[1])) for name, row in rows.items()} == moves
        assert rows["Shaw 1"][2] == "letter corrected"
        assert rows["Kerr 9"][2] == "support up"
        matrix = book["Matrix"]
        counts = {
            (row[0], header.value): value
            for row in matrix.iter_rows(min_row=2, max_row=10, values_only=True)
            for header, value in zip(matrix[1][1:10], row[1:10], strict=True)
        }
        assert {key: count for key, count in counts.items() if key[0] != key[1] and count} == {
            (before.value, after.value): 1 for before, after in moves.values()
        }
        assert sum(counts.values()) == 25
        assert "B2:J11" in [str(each.sqref) for each in matrix.conditional_formatting]
        assert [row[0] for row in book["No longer A"].iter_rows(min_row=2, values_only=True)] == ["Shaw 1"]


async def test_who_came_stands_apart_from_the_matrix(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        rep, _ = await moved(place)
        await place.loads(town.customers("en", first=100))
        await rep.presses(ShowMatrix().pack(), await _any_message(rep))
        assert "Came: 27 · left: 0" in rep.text
        await rep.presses(SendMovement().pack())
        last = [cell.value for cell in workbook(rep)["Matrix"][11]]
        assert last[0] == "came"
        assert sum(last[1:10]) == 25  # two of the town are not rated


def test_a_product_has_the_same_number_however_it_is_written():
    assert product_key("Examplin ") == product_key("examplin")
    assert product_key("Examplin") != product_key("Otherol")
    assert 0 < product_key("示例素") < 2**31


def test_whom_names_all_that_the_buttons_carry():
    assert [ShowAnalysis(View.ABC, whom).pack() for whom in Whom] == [f"n1:a:{n}:0:0:0" for n in range(3)]
