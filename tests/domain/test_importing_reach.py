"""How far an import reaches: a manager's rows about other teams are rejected, and tell no names."""

import pytest

from domain.importing.model import Action, Existing, Kind
from domain.importing.reach import Reach, with_owner, within_reach
from domain.importing.rows import read_rows
from tests.support.rosters import TODAY, columns, gate, plan, sheet, stored, understand

OURS = Reach.of(["Li Na"])
CUSTOMERS = ["客户编号", "姓名", "医院", "负责代表"]


@pytest.fixture(scope="module")
def existing() -> Existing:
    return stored(
        plan(
            sheet(["医院名称"], ["Lake"], file="h.csv"),
            sheet(
                CUSTOMERS,
                ["D1", "Zhang Wei", "Lake", "Li Na"],
                ["D2", "Secretson", "Lake", "Wang Wu"],
                ["D3", "Nobody's", "Lake", ""],
            ),
        )
    )


def within(existing: Existing, *sheets, reach: Reach = OURS):
    return within_reach(plan(*sheets, existing=existing), existing, reach)


def codes(made) -> dict[int, str]:
    return {issue.source.row: issue.code for issue in made.issues if issue.rejected}


def test_own_customers_and_new_ones_for_the_own_team_pass(existing):
    made = within(
        existing, sheet(CUSTOMERS, ["D1", "Zhang Wei", "", "li  NA"], ["D9", "New", "Lake", "Li Na"])
    )
    assert codes(made) == {}
    assert made.count(Kind.CUSTOMER, Action.NEW) == 1


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (["D2", "Secretson", "Lake", ""], "other_team"),
        (["D2", "Secretson", "Lake", "Li Na"], "other_team"),  # no taking over
        (["D3", "Nobody's", "Lake", "Li Na"], "other_team"),  # only an admin gives these away
        (["D1", "Zhang Wei", "Lake", "Wang Wu"], "owner_outside"),  # nor giving away
        (["D9", "New", "Lake", "Wang Wu"], "owner_outside"),
        (["D9", "New", "Lake", ""], "owner_outside"),
    ],
)
def test_rows_about_other_peoples_customers_are_rejected(existing, row, code):
    made = within(existing, sheet(CUSTOMERS, row))
    assert codes(made) == {2: code}
    assert not [change for change in made.changes if change.kind is Kind.CUSTOMER]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (["D1", "2026-11-02", ""], None),
        (["D1", "2026-11-02", "Li Na"], None),
        (["D1", "2026-11-02", "Wang Wu"], "owner_outside"),
        (["D2", "2026-11-02", ""], "other_team"),
        (["D2", "2026-11-02", "Li Na"], "other_team"),
    ],
)
def test_visits_follow_their_customer_and_their_rep(existing, row, code):
    made = within(existing, sheet(["客户编号", "拜访日期", "拜访代表"], row))
    assert codes(made) == ({2: code} if code else {})
    assert made.count(Kind.VISIT, Action.NEW) == (0 if code else 1)


def test_usage_follows_its_customer(existing):
    rows = sheet(
        ["客户编号", "期间", "产品", "用量"], ["D1", "2026-10", "P", "3"], ["D2", "2026-10", "P", "3"]
    )
    assert codes(within(existing, rows)) == {3: "other_team"}


def test_hospitals_and_their_sales_are_the_whole_companys(existing):
    made = within(
        existing,
        sheet(["医院名称", "等级"], ["Lake", "三级甲等"], file="h.csv"),
        sheet(["医院名称", "日期", "产品", "金额"], ["Lake", "2026-11-02", "P", "3"], file="s.csv"),
    )
    assert codes(made) == {}
    assert made.count(Kind.SALE, Action.NEW) == 1


def test_hints_name_own_customers_only(existing):
    rows = sheet(["姓名", "拜访日期"], ["Secretsom", "2026-11-02"], ["Zhang We", "2026-11-02"])
    before = {issue.source.row: list(issue.params["near"]) for issue in plan(rows, existing=existing).issues}
    assert "Secretson" in before[2]
    after = {issue.source.row: issue.params["near"] for issue in within(existing, rows).issues}
    assert after == {2: (), 3: ("Zhang Wei",)}


def test_nobody_in_the_team_reaches_nothing(existing):
    made = within(existing, sheet(CUSTOMERS, ["D1", "Zhang Wei", "Lake", "Li Na"]), reach=Reach.of([]))
    assert codes(made) == {2: "other_team"}
    assert not Reach.of([]).covers(None)


def test_issues_stay_in_the_order_of_the_file(existing):
    rows = sheet(
        CUSTOMERS, ["D2", "Secretson", "", ""], ["", "", "Lake", "Li Na"], ["D3", "Nobody's", "", ""]
    )
    assert [issue.source.row for issue in within(existing, rows).issues] == [2, 3, 4]


def test_the_owner_given_in_the_chat_fills_gaps_and_overrides_nothing():
    mapping = understand(sheet(CUSTOMERS, ["D1", "A", "", ""], ["D2", "B", "", "Wang Wu"])).sheets
    drafts = read_rows(mapping, columns(), gate(), today=TODAY).drafts
    assert [draft.owner for draft in with_owner(drafts, "Li Na")] == ["Li Na", "Wang Wu"]
