"""What was used and bought, on both databases: whose it is, up to when, and by what it is narrowed."""

from datetime import UTC, date, datetime

import pytest

from bot.db.tables import CustomerRow, InstitutionRow, SaleRow, UsageRow
from bot.db.usage import yearly_usage
from bot.db.values import EVERYTHING, Selection
from domain.people.model import Role, Scope
from domain.tiering.business import SaleLine, Unit, months_before, of_sales

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)


@pytest.fixture
async def people(database):
    """An admin, a manager with a rep, and a rep of nobody; each rep has a doctor in an own hospital."""
    async with database.write() as uow:
        root = await uow.users.add(Role.ADMIN, "Root", None, NOW)
        boss = await uow.users.add(Role.MANAGER, "Boss", None, NOW)
        rep = await uow.users.add(Role.REP, "Li Na", boss.id, NOW)
        other = await uow.users.add(Role.REP, "Wang Wei", None, NOW)
        for number, owner in ((1, rep), (2, other), (3, None)):
            uow.session.add(InstitutionRow(id=number, name=f"Hospital {number}", name_key=f"h{number}"))
            await uow.session.flush()
            if owner is not None:
                doctor = CustomerRow(id=number, name=f"Dr {number}", owner_id=owner.id, institution_id=number)
                uow.session.add(doctor)
                await uow.session.flush()
                usage = {"customer_id": number, "product": "Used", "quantity": 5 * number}
                uow.session.add(UsageRow(period="2026-04", **usage))
            for on in (date(2025, 3, 1), date(2026, 10, 1), date(2026, 12, 1)):
                bought = {"institution_id": number, "department": "ICU", "amount": 10.0 * number}
                uow.session.add(SaleRow(on=on, product=f"Product {number}", **bought))
    return {"root": root, "boss": boss, "rep": rep, "other": other}


@pytest.mark.parametrize(
    ("who", "team", "hospitals"),
    [
        ("root", None, {1, 2, 3}),
        ("root", "boss", {1}),
        ("root", "other", {2}),
        ("boss", None, {1}),
        ("boss", "rep", {1}),
        ("boss", "other", set()),
        ("rep", None, {1}),
        ("other", None, {2}),
        ("other", "boss", set()),
    ],
)
async def test_everybody_finds_the_own_hospitals_only(database, people, who, team, hospitals):
    scope = Scope.of(people[who])
    selection = Selection(team=people[team].id if team else None)
    async with database.read() as uow:
        assert set(await uow.figures.institutions(scope, selection)) == hospitals
        lines = await uow.figures.sales(scope, selection, TODAY, by_department=False)
        assert sorted((line.account, line.amount) for line in lines) == sorted(
            (str(number), 10.0 * number) for number in hospitals for _ in range(2)
        )
        doctors = {number for number in hospitals if number < 3}
        assert set(await uow.figures.people(scope, selection)) == doctors
        assert {figure[0] for figure in await uow.figures.usage(scope, selection)} == doctors
        foreign = Selection(team=selection.team, institution=({1, 2, 3, 4} - hospitals).pop())
        if who != "root":
            assert not await uow.figures.sales(scope, foreign, TODAY, by_department=True)


async def test_products_narrow_and_are_those_in_sight(database, people):
    scope = Scope.of(people["rep"])
    async with database.read() as uow:
        assert await uow.figures.products(scope) == ["Product 1", "Used"]
        assert await uow.figures.products(Scope.of(people["root"])) == [
            "Product 1",
            "Product 2",
            "Product 3",
            "Used",
        ]
        theirs = Selection(products=("Product 2",))
        assert not await uow.figures.sales(scope, theirs, TODAY, by_department=False)
        assert not await uow.customers.grid(scope, TODAY, theirs)
        own = Selection(products=("Product 1",))
        assert [one.id for one in await uow.customers.grid(scope, TODAY, own)] == [1]
        used = Selection(products=("Used",))
        assert [one.id for one in await uow.customers.grid(scope, TODAY, used)] == [1]
        by_department = await uow.figures.sales(scope, EVERYTHING, TODAY, by_department=True)
        assert {line.account for line in by_department} == {"ICU"}


async def test_days_and_periods_are_those_of_the_whole_company(database, people):
    async with database.read() as uow:
        assert await uow.figures.sale_days(TODAY) == (date(2025, 3, 1), date(2026, 10, 1))
        assert await uow.figures.sale_days(date(2025, 1, 1)) is None
        assert list(await uow.figures.usage_periods()) == ["2026-04"]


# The window


def line(on: date, amount: float | None, quantity: float | None = 1.0, account: str = "1") -> SaleLine:
    return SaleLine(account, on, quantity, amount, 0)


def business(*lines: SaleLine, begun: date = date(2024, 1, 1), days: int = 365):
    names = {"1": "One", "2": "Two"}
    return of_sales(names, lines, begun=begun, until=TODAY, days=days, new_days=90)


def test_a_window_of_a_year_opens_after_the_same_day_of_the_year_before():
    found = business(line(date(2025, 11, 21), 5.0), line(date(2025, 11, 22), 7.0), line(TODAY, -1.0))
    assert found.values == {"1": 6.0, "2": 0.0}
    assert (found.since, found.until) == (date(2025, 11, 22), TODAY)


def test_the_earlier_window_ends_a_quarter_before_and_needs_data_that_reach_back():
    lines = (line(date(2025, 9, 1), 5.0), line(date(2026, 10, 1), 7.0))
    found = business(*lines)
    assert found.earlier_until == date(2026, 8, 21)
    assert found.earlier == {"1": 5.0, "2": 0.0}
    assert business(*lines, begun=date(2025, 9, 21)).earlier is not None
    assert business(*lines, begun=date(2025, 9, 23)).earlier is None


def test_amount_and_quantity_are_never_mixed():
    by_amount = business(line(TODAY, 9.0), line(TODAY, 9.0, None), line(TODAY, None, 4.0))
    assert (by_amount.unit, by_amount.values["1"], by_amount.incomplete) == (Unit.AMOUNT, 18.0, 1)
    by_quantity = business(line(TODAY, None, 4.0), line(TODAY, 9.0, 2.0))
    assert (by_quantity.unit, by_quantity.values["1"], by_quantity.incomplete) == (Unit.QUANTITY, 6.0, 0)


def test_nobody_is_new_while_the_data_themselves_are_young():
    assert business(line(TODAY, 1.0)).first == {"1": TODAY}
    assert business(line(TODAY, 1.0), begun=date(2026, 9, 1)).first is None


@pytest.mark.parametrize(
    ("day", "before"),
    [
        (date(2026, 11, 23), date(2026, 8, 23)),
        (date(2026, 5, 31), date(2026, 2, 28)),
        (date(2024, 5, 31), date(2024, 2, 29)),
        (date(2026, 1, 31), date(2025, 10, 31)),
        (date(2026, 3, 1), date(2025, 12, 1)),
    ],
)
def test_a_quarter_before_is_the_same_day_or_the_last_of_a_shorter_month(day, before):
    assert months_before(day, 3) == before


def test_usage_of_an_earlier_year_counts_nothing_that_came_later():
    figures = [(1, "P", "2025-07", 3.0), (1, "P", "2026-04", 5.0), (1, "P", "2026-07", 9.0)]
    assert yearly_usage(figures, ()).get(1).total == 14.0
    end = 2026 * 12 + 4  # before May
    assert yearly_usage(figures, (), end=end)[1].total == 8.0
