from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.importing.keys import customer_key, institution_key, normal_name
from domain.importing.model import Action, Existing, Kind, Source
from tests.support.rosters import CN, EMPTY, US, plan, sheet, stored

HOSPITALS = sheet(
    ("医院编号", "医院名称", "等级", "接待时间"),
    ("H1", "东湖医院", "三级甲等", "周二下午"),
    ("", "西湖诊所", "", ""),
    file="h.csv",
)
DOCTORS = sheet(
    ("医生编号", "医生姓名", "医院", "科室", "职称", "代表", "支持度"),
    ("D1", "张三", "东湖医院", "内科", "主任医师", "李代表", "首选"),
    ("", "李四", "H1", "外科", "主治", "", "竞品"),
    ("", "张三", "西湖诊所", "", "", "", ""),
    ("D9", "王五", "新医院", "内科", "", "李代表", ""),
    file="d.csv",
)
VISITS = sheet(
    ("医生姓名", "医院", "拜访日期", "拜访方式", "拜访结果"),
    ("D1", "", "2026-11-03", "面访", "见到"),
    ("李四", "", "2026-11-04", "电话", "不在"),
    ("张三", "西湖诊所", "2026-11-05", "", ""),
    file="v.csv",
)
RX = sheet(
    ("医生编号", "年份", "产品", "使用数量"),
    ("D1", "2025", "甲", "5"),
    ("D1", "2025", "乙", "7"),
    ("D9", "2025", "甲", "1"),
    file="u.csv",
)
SALES = sheet(
    ("医院", "日期", "产品", "数量", "金额"),
    ("H1", "2026-10-01", "甲", "5", "50"),
    ("东湖医院", "2026-10-01", "甲", "9", "90"),
    file="s.csv",
)
ALL = (HOSPITALS, DOCTORS, VISITS, RX, SALES)


def content(done):
    """A plan without the rows that its values came from."""
    nowhere = Source("", "", 0)
    return [
        (change.kind, change.action, change.key, replace(change.draft, source=nowhere))
        for change in done.changes
    ]


def counts(done):
    return {
        (str(kind), str(action)): n for kind in Kind for action in Action if (n := done.count(kind, action))
    }


def issues(done):
    return [
        (issue.source.file, issue.source.row, issue.column, issue.code)
        for issue in done.issues
        if issue.rejected
    ]


def test_sheets_refer_to_each_other_and_unknown_institutions_are_created():
    done = plan(*ALL)
    assert counts(done) == {
        ("institution", "new"): 3,
        ("customer", "new"): 4,
        ("visit", "new"): 3,
        ("usage", "new"): 3,
        ("sale", "new"): 2,
    }
    assert not issues(done)
    keys = {change.key for change in done.changes}
    for change in done.changes:
        for name in ("institution", "customer"):
            reference = getattr(change.draft, name, None)
            assert reference is None or change.kind in {Kind.VISIT, Kind.USAGE} or reference in keys
    visit = next(
        change for change in done.changes if change.kind is Kind.VISIT and change.draft.customer == "#d1"
    )
    assert visit.draft.rep == "李代表"


def test_the_same_files_twice_change_nothing():
    first = plan(*ALL)
    second = plan(*ALL, existing=stored(first))
    assert {change.action for change in second.changes} == {Action.UNCHANGED}
    assert {change.key for change in first.changes} - {change.key for change in second.changes} == {"@新医院"}


@settings(max_examples=30)
@given(seed=st.integers(0, 10**6))
def test_the_order_of_rows_never_changes_a_plan(seed):
    rng = Random(seed)
    conflicting = sheet(
        ("医生编号", "医生姓名", "医院", "职称"),
        ("D1", "张三", "东湖医院", "主治"),
        ("D7", "赵六", "", "主治"),
        ("D7", "赵六", "", "住院医师"),
        ("", "王五", "", "主任"),
        ("", "张三", "", ""),
        file="x.csv",
    )
    whole = (*ALL, conflicting)
    mixed = [replace(raw, frame=raw.frame.sample(frac=1, random_state=rng.randrange(2**31))) for raw in whole]
    rng.shuffle(mixed)
    assert content(plan(*mixed)) == content(plan(*whole))
    codes = sorted(issue.code for issue in plan(*whole).issues)
    assert sorted(issue.code for issue in plan(*mixed).issues) == codes


def test_what_a_file_does_not_say_stays():
    before = stored(plan(HOSPITALS, DOCTORS))
    done = plan(sheet(("医生编号", "职称"), ("D1", "副主任医师"), ("D9", "")), existing=before)
    assert [(c.key, c.action, c.fields) for c in done.changes] == [
        ("#d1", Action.CHANGED, ("title",)),
        ("#d9", Action.UNCHANGED, ()),
    ]
    assert done.changes[0].draft.name == "张三"
    assert done.changes[0].draft.department is None


def test_a_customer_without_a_name_is_shown_by_code_and_never_loses_a_known_name():
    done = plan(sheet(("customer_id", "specialty"), ("D77", "Cardiology")))
    assert done.changes[0].draft.name == "D77"
    known = stored(plan(sheet(("customer_id", "name"), ("D77", "Li"))))
    again = plan(sheet(("customer_id", "specialty"), ("D77", "Cardiology")), existing=known)
    assert (again.changes[0].draft.name, again.changes[0].fields) == ("Li", ("specialty",))


def test_a_row_that_gains_a_code_stays_the_same_customer():
    before = stored(plan(sheet(("姓名", "医院", "科室"), ("张三", "东湖医院", "内科"), file="医生.csv")))
    done = plan(
        sheet(("医生编号", "姓名", "医院", "科室"), ("D1", "张三", "东湖医院", "内科"), file="医生.csv"),
        existing=before,
    )
    (change,) = (change for change in done.changes if change.kind is Kind.CUSTOMER)
    assert change.action is Action.CHANGED
    assert change.fields == ("code",)
    assert change.key == customer_key(None, "张三", institution_key(None, "东湖医院"), "内科")


def test_rows_that_agree_are_put_together_and_repetitions_are_said():
    done = plan(
        sheet(("医生编号", "姓名", "职称"), ("D1", "张三", "主任"), ("D1", "张三", "主任"), file="医生.csv"),
        sheet(("医生编号", "支持度"), ("D1", "首选"), file="支持.csv"),
    )
    (change,) = done.changes
    assert (change.draft.title, change.draft.support) == ("主任", 1)
    assert [(i.code, i.source.row, i.params, i.rejected) for i in done.issues] == [
        ("duplicate_row", 3, {"first": 2}, False)
    ]


def test_rows_that_contradict_each_other_are_all_rejected():
    done = plan(
        sheet(
            ("医生编号", "姓名", "职称"),
            ("D1", "张三", "主任"),
            ("D1", "张三", "主治"),
            ("D2", "李四", "主治"),
            file="医生.csv",
        )
    )
    assert [change.key for change in done.changes] == ["#d2"]
    assert [(i.code, i.source.row, i.params) for i in done.issues] == [
        ("conflicting_rows", 2, {"fields": ["title"], "rows": [3]}),
        ("conflicting_rows", 3, {"fields": ["title"], "rows": [2]}),
    ]


def test_two_doctors_of_one_name_are_two_and_a_bare_name_is_ambiguous():
    doctors = sheet(
        ("姓名", "医院", "科室"), ("张伟", "东湖医院", "内科"), ("张伟", "东湖医院", "骨科"), file="医生.csv"
    )
    visits = sheet(
        ("医生姓名", "日期", "结果"),
        ("张伟", "2026-11-03", "见到"),
        ("章伟", "2026-11-03", "见到"),
        file="v.csv",
    )
    done = plan(doctors, visits)
    assert done.count(Kind.CUSTOMER, Action.NEW) == 2
    assert issues(done) == [("v.csv", 2, "", "customer_ambiguous"), ("v.csv", 3, "", "customer_unknown")]


def test_an_unknown_name_comes_with_the_nearest_ones():
    done = plan(
        sheet(("姓名", "医院"), ("欧阳文静", "东湖医院"), ("张伟", "东湖医院"), file="医生.csv"),
        sheet(("医生姓名", "日期", "结果"), ("欧阳文婧", "2026-11-03", "见到"), file="v.csv"),
    )
    (issue,) = (issue for issue in done.issues if issue.rejected)
    assert issue.params == {"value": "欧阳文婧", "near": ["欧阳文静"]}


def test_sales_of_an_unknown_institution_are_rejected_and_equal_sales_numbered():
    rows = [
        ("东湖医院", "2026-10-01", "甲", "5"),
        ("东湖医院", "2026-10-01", "甲", "5"),
        ("东湖医院", "2026-10-01", "甲", "-1"),
        ("无名医院", "2026-10-01", "甲", "5"),
    ]
    done = plan(HOSPITALS, sheet(("医院", "日期", "产品", "数量"), *rows, file="s.csv"))
    assert [c.draft.quantity for c in done.changes if c.kind is Kind.SALE] == [-1, 5, 5]
    assert issues(done) == [("s.csv", 5, "", "institution_unknown")]


def test_usage_of_two_packs_adds_up_and_a_repeated_row_counts_once():
    rx = sheet(
        ("customer_id", "year", "generic", "brand", "claims"),
        ("D1", "2023", "Examplin", "A", "5"),
        ("D1", "2023", "Examplin", "B", "7"),
        ("D1", "2023", "Examplin", "B", "7"),
        file="rx.csv",
    )
    done = plan(sheet(("customer_id", "name"), ("D1", "Li"), file="c.csv"), rx, terms=US)
    assert [c.draft.quantity for c in done.changes if c.kind is Kind.USAGE] == [12]
    assert [(i.code, i.source.row) for i in done.issues if i.code == "duplicate_row"] == [
        ("duplicate_row", 4)
    ]


def test_a_visit_without_a_rep_is_the_owners_and_found_again_after_a_change_of_owner():
    doctors = sheet(("医生编号", "姓名", "代表"), ("D1", "张三", "李代表"), file="医生.csv")
    visits = sheet(("医生编号", "日期", "结果"), ("D1", "2026-11-03", "见到"), file="v.csv")
    before = stored(plan(doctors, visits))
    moved = sheet(("医生编号", "姓名", "代表"), ("D1", "张三", "王代表"), file="医生.csv")
    done = plan(moved, visits, existing=before)
    assert {change.kind: change.action for change in done.changes} == {
        Kind.CUSTOMER: Action.CHANGED,
        Kind.VISIT: Action.UNCHANGED,
    }


def test_missing_potential_and_support_stay_unknown():
    (change,) = plan(sheet(("医生姓名", "支持度", "潜力分"), ("张三", "", "-"))).changes
    assert (change.draft.support, change.draft.potential_score, change.draft.quantity) == (None, None, None)


@pytest.mark.parametrize("one", ["St. Mary's Hospital", "ST MARYS  HOSPITAL", "ｓｔ．ｍａｒｙ’ｓ　hospital"])
def test_names_are_compared_without_case_width_and_punctuation(one):
    assert normal_name(one) == "stmaryshospital"


def test_an_empty_import_is_an_empty_plan():
    done = plan(existing=EMPTY)
    assert (done.changes, done.issues, done.dropped) == ((), (), ())
    assert plan(DOCTORS, terms=CN, existing=Existing({})).count(Kind.CUSTOMER, Action.NEW) == 4
