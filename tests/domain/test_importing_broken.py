"""Twelve rosters as people really break them: every bad row is said, every good row is taken."""

import pytest

from domain.importing.model import Action, Kind
from tests.support.rosters import CN, US, plan, sheet

GOOD = ("D1", "张三", "东湖医院")
HEAD = ("医生编号", "医生姓名", "医院名称")
KNOWN = sheet(HEAD, GOOD, file="a.csv")
LONG = "长" * 81

# name: (sheets, terms, answers, customers taken, [(row, column, code, params that must be there)])
BROKEN = {
    "no name and no code": (
        [sheet(HEAD, GOOD, ("", "", "东湖医院"), ("", "", ""), ("D2", "李四", ""))],
        CN,
        2,
        [(3, "医生姓名", "missing", {"field": "name"})],
    ),
    "support in unknown words": (
        [sheet((*HEAD, "支持度"), (*GOOD, "首选"), ("D2", "李四", "", "还行"), ("D3", "王五", "", "7"))],
        CN,
        1,
        [(3, "支持度", "unknown_word", {"value": "还行"}), (4, "支持度", "unknown_word", {"value": "7"})],
    ),
    "numbers that are none": (
        [
            sheet(
                (*HEAD, "潜力分", "月门诊量"),
                (*GOOD, "9", "1,200"),
                ("D2", "李四", "", "很高", "5"),
                ("D3", "王五", "", "13", "5"),
                ("D4", "赵六", "", "5", "-5"),
                ("D5", "孙七", "", "5", "#REF!"),
            )
        ],
        CN,
        1,
        [
            (3, "潜力分", "not_a_number", {"value": "很高"}),
            (4, "潜力分", "out_of_range", {"least": 0, "most": 12}),
            (5, "月门诊量", "negative", {"value": "-5"}),
            (6, "月门诊量", "cell_error", {"value": "#REF!"}),
        ],
    ),
    "dates that are none": (
        [
            KNOWN,
            sheet(
                ("医生编号", "拜访日期", "拜访结果"),
                ("D1", "2026-02-30", "见到"),
                ("D1", "2027-01-01", "见到"),
                ("D1", "昨天", "见到"),
                ("D1", "", "见到"),
                ("D1", "2026-11-03", "见到"),
                file="v.csv",
            ),
        ],
        CN,
        1,
        [
            (2, "拜访日期", "not_a_date", {"value": "2026-02-30"}),
            (3, "拜访日期", "date_in_future", {"value": "2027-01-01"}),
            (4, "拜访日期", "not_a_date", {"value": "昨天"}),
            (5, "拜访日期", "missing", {"field": "on"}),
        ],
    ),
    "visits to strangers": (
        [
            KNOWN,
            sheet(
                ("医生姓名", "拜访日期", "拜访结果"),
                ("张三", "2026-11-03", "见到"),
                ("章三丰", "2026-11-03", "见到"),
                ("", "2026-11-03", "见到"),
                file="v.csv",
            ),
        ],
        CN,
        1,
        [
            (3, "", "customer_unknown", {"value": "章三丰"}),
            (4, "医生姓名", "missing", {"field": "customer"}),
        ],
    ),
    "doctors of one name": (
        [
            sheet(
                ("医生姓名", "医院名称", "科室"),
                ("张伟", "东湖医院", "内科"),
                ("张伟", "东湖医院", "骨科"),
                ("张伟", "东湖医院", ""),
            )
        ],
        CN,
        2,
        [(4, "", "customer_ambiguous", {"value": "张伟"})],
    ),
    "rows that contradict each other": (
        [sheet((*HEAD, "科室"), (*GOOD, "内科"), (*GOOD, "外科"), ("D2", "李四", "东湖医院", "内科"))],
        CN,
        1,
        [
            (2, "", "conflicting_rows", {"fields": ["department"], "rows": [3]}),
            (3, "", "conflicting_rows", {"fields": ["department"], "rows": [2]}),
        ],
    ),
    "half a pin, a pin off the globe, an unknown datum": (
        [
            sheet(
                (*HEAD, "纬度", "经度", "坐标系"),
                (*GOOD, "30.5", "114.2", "WGS84"),
                ("D2", "李四", "", "30.5", "", "WGS84"),
                ("D3", "王五", "", "130.5", "114.2", "WGS84"),
                ("D4", "赵六", "", "30.5", "114.2", "百度"),
            )
        ],
        CN,
        1,
        [
            (3, "经度", "missing", {"field": "lon"}),
            (4, "纬度", "out_of_range", {"value": "130.5", "least": -90, "most": 90}),
            (5, "坐标系", "datum_unsupported", {"value": "百度"}),
        ],
    ),
    "texts without end": (
        [sheet(HEAD, GOOD, ("D2", LONG, ""), ("D" * 70, "李四", ""))],
        CN,
        1,
        [
            (3, "医生姓名", "text_too_long", {"limit": 80, "length": 81}),
            (4, "医生编号", "text_too_long", {"limit": 64, "length": 70}),
        ],
    ),
    "an identity number in a note": (
        [sheet((*HEAD, "备注"), (*GOOD, "安全性"), ("D2", "李四", "", "证 11010519491231002X"))],
        CN,
        1,
        [(3, "备注", "id_number", {"rule": "R-PI-1"})],
    ),
    "usage without a period": (
        [
            KNOWN,
            sheet(
                ("customer_id", "year", "product", "claims"),
                ("D1", "2025", "A", "5"),
                ("D1", "last", "A", "5"),
                ("D1", "", "A", "5"),
                ("D1", "2025", "B", ""),
                ("D9", "2025", "A", "5"),
                file="rx.csv",
            ),
        ],
        US,
        1,
        [
            (3, "year", "not_a_period", {"value": "last"}),
            (4, "year", "missing", {"field": "period"}),
            (5, "claims", "missing", {"field": "quantity"}),
            (6, "", "customer_unknown", {"value": "D9"}),
        ],
    ),
    "sales of nobody": (
        [
            KNOWN,
            sheet(
                ("医院", "日期", "产品", "数量", "金额"),
                ("东湖医院", "2026-10-01", "甲", "5", ""),
                ("西湖医院", "2026-10-01", "甲", "5", ""),
                ("东湖医院", "2026-10-01", "甲", "", ""),
                ("东湖医院", "2026-10-01", "", "5", ""),
                file="s.csv",
            ),
        ],
        CN,
        1,
        [
            (3, "", "institution_unknown", {"value": "西湖医院"}),
            (4, "数量", "missing", {"field": "quantity"}),
            (5, "产品", "missing", {"field": "product"}),
        ],
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_every_bad_row_is_said_and_every_good_one_taken(name):
    sheets, terms, customers, expected = BROKEN[name]
    done = plan(*sheets, terms=terms)
    said = [(issue.source.row, issue.column, issue.code) for issue in done.issues if issue.rejected]
    assert said == [(row, column, code) for row, column, code, _ in expected]
    rejected = [issue for issue in done.issues if issue.rejected]
    for issue, (*_, params) in zip(rejected, expected, strict=True):
        assert params.items() <= dict(issue.params).items()
    assert done.count(Kind.CUSTOMER, Action.NEW) == customers
    assert done.rejected == len({row for row, *_ in expected})


def test_there_are_twelve_of_them():
    assert len(BROKEN) == 12


def test_what_costs_only_comfort_is_a_remark_and_the_row_is_taken():
    done = plan(
        sheet(
            (*HEAD, "职称", "方便时间", "备注"),
            (*GOOD, "巡视员", "问护士长", "长" * 600),
        ),
        terms=CN,
    )
    assert done.rejected == 0
    assert sorted(issue.code for issue in done.issues) == [
        "text_cut",
        "times_not_understood",
        "title_unranked",
    ]
    draft = next(change.draft for change in done.changes if change.kind is Kind.CUSTOMER)
    assert (draft.title, draft.title_rank, draft.best_times, len(draft.note)) == ("巡视员", None, None, 500)


def test_formulas_and_markup_are_taken_as_plain_text():
    done = plan(sheet(HEAD, ("D1", "=HYPERLINK(1)", "<b>东湖</b>\u202e医院"), ("D2", "'=1+1", "")), terms=CN)
    drafts = [change.draft for change in done.changes]
    assert {draft.name for draft in drafts} == {"=HYPERLINK(1)", "<b>东湖</b>医院", "=1+1"}
