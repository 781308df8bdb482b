import pytest

from domain.errors import DomainError
from domain.importing.columns import FIELDS
from domain.importing.mapping import IGNORE, fingerprint, header_row
from domain.importing.model import DroppedColumn, Kind
from tests.support.rosters import CN, US, columns, plan, sheet, understand

DOCTOR = ("张三", "东湖医院", "内科", "主治医师")
HEADERS = ("医生姓名", "医院名称", "科室", "职称")


def test_every_shipped_header_is_recognised_as_its_field():
    for kind, fields in FIELDS.items():
        for locale in ("zh", "en"):
            headers = [columns().kinds[kind].fields[name].title(locale) for name in fields]
            name = columns().kinds[kind].sheet.of(locale)[0]
            cells = ["W G S 84" if field == "datum" else "1" for field in fields]
            found = understand(sheet(headers, cells, name=name), answers={"direction": "1"})
            assert [mapping.kind for mapping in found.sheets] == [kind]
            assert dict(found.sheets[0].columns) == {field: at for at, field in enumerate(fields)}


def test_case_width_spaces_brackets_and_underscores_do_not_matter():
    found = understand(
        sheet(("CUSTOMER_ID", "Customer name", "Ｄｅｐｔ．", "Title (if known)"), ("1", "Li", "x", "y"))
    )
    assert dict(found.sheets[0].columns) == {"code": 0, "name": 1, "department": 2, "title": 3}


def test_kinds_are_told_apart_by_their_columns():
    found = understand(
        sheet(("医院名称", "等级", "城市"), ("东湖医院", "三级甲等", "武汉"), file="a.csv"),
        sheet(HEADERS, DOCTOR, file="b.csv"),
        sheet(
            ("医生姓名", "医院名称", "拜访日期", "拜访结果"),
            ("张三", "东湖医院", "2026-11-03", "见到"),
            file="c.csv",
        ),
        sheet(("customer_id", "year", "generic", "claims"), ("1", "2023", "Examplin", "5"), file="d.csv"),
        sheet(
            ("医院", "日期", "产品", "数量", "金额"), ("东湖医院", "2026-11-03", "甲", "5", "9"), file="e.csv"
        ),
        answers={"ours": "Examplin"},
    )
    assert [mapping.kind for mapping in found.sheets] == list(Kind)
    assert found.ours == ("Examplin",)


def test_a_sheet_that_could_be_two_things_is_asked_about_and_a_file_name_settles_it():
    rows = (("Name", "City"), ("Lakeside", "Springfield"))
    asked = understand(sheet(*rows)).questions
    assert [question.code for question in asked] == ["kind"]
    assert {option.value for option in asked[0].options} == {*FIELDS, IGNORE}
    for answer in ({asked[0].id: "institution"}, {"kind": "institution"}):
        assert understand(sheet(*rows), answers=answer).sheets[0].kind is Kind.INSTITUTION
    assert understand(sheet(*rows, file="my doctors.csv")).sheets[0].kind is Kind.CUSTOMER


def test_a_sheet_without_any_known_column_is_passed_over_and_said():
    found = understand(sheet(HEADERS, DOCTOR), sheet(("foo", "bar"), ("1", "2"), name="Other"))
    assert len(found.sheets) == 1
    assert [(remark.code, remark.source.sheet) for remark in found.remarks] == [("sheet_ignored", "Other")]


def test_two_columns_for_one_field_are_asked_about():
    rows = ((*HEADERS, "所属医院"), (*DOCTOR, "西湖医院"))
    (question,) = understand(sheet(*rows)).questions
    assert (question.code, question.params["field"]) == ("twice", "institution")
    assert [option.params.get("header") for option in question.options] == ["医院名称", "所属医院", None]
    mapping = understand(sheet(*rows), answers={question.id: "4"}).sheets[0]
    assert mapping.columns["institution"] == 4


def test_a_header_that_is_nearly_right_is_taken_or_asked_about():
    sure = understand(sheet(("Customer nmae", "Hospital", "Department"), ("Li", "L", "x"))).sheets[0]
    assert sure.columns["name"] == 0
    (question,) = understand(sheet(("Doctor", "Potent score"), ("Li", "7"))).questions
    assert (question.code, question.params["header"], question.default) == ("column", "Potent score", "yes")
    yes = understand(sheet(("Doctor", "Potent score"), ("Li", "7")), answers={question.id: "yes"})
    no = understand(sheet(("Doctor", "Potent score"), ("Li", "7")), answers={question.id: IGNORE})
    assert "potential_score" in yes.sheets[0].columns
    assert "potential_score" not in no.sheets[0].columns


def test_a_needed_column_that_is_missing_is_asked_for():
    rows = (
        ("医生姓名", "医院名称", "拜访方式", "拜访结果", "哪天"),
        ("张三", "东湖医院", "面访", "见到", "2026-11-03"),
    )
    (question,) = understand(sheet(*rows, file="拜访记录.csv"), answers={"kind": "visit"}).questions
    assert (question.code, question.params["field"]) == ("needed", "on")
    found = understand(sheet(*rows, file="拜访记录.csv"), answers={"kind": "visit", question.id: "4"})
    assert found.sheets[0].columns["on"] == 4


def test_map_wins_over_every_guess_and_is_remembered():
    rows = ((*HEADERS, "组别"), (*DOCTOR, "心内组"))
    found = understand(sheet(*rows), answers={"组别": "department", "科室": "-"})
    (mapping,) = found.sheets
    assert mapping.columns["department"] == 4
    again = understand(sheet(*rows))
    assert again.sheets[0].columns["department"] == 2
    from domain.importing.mapping import recognise

    remembered = recognise([sheet(*rows)], columns(), US, remembered={mapping.fingerprint: mapping.remember})
    assert remembered.sheets[0].columns["department"] == 4


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"组别": "department"}, "header_unknown"),
        ({"科室": "ward"}, "field_unknown"),
        ({"direction": "2"}, "answer_unknown"),
        ({"ours": "Nothing"}, "ours_unknown"),
    ],
)
def test_an_answer_that_cannot_be_meant_is_refused(answers, code):
    people = sheet((*HEADERS, "支持度"), (*DOCTOR, "2"))
    usage = sheet(("customer_id", "year", "product", "claims"), ("1", "2023", "Examplin", "5"), file="rx.csv")
    with pytest.raises(DomainError) as refused:
        understand(people, usage, answers=answers)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("header", "values", "digits"),
    [
        ("支持度", ["首选", "次选", "竞品"], [1, 2, 3]),
        ("支持度(1=首选 3=竞品)", ["1", "2", "3"], [1, 2, 3]),
        ("支持度（3最强）", ["1", "2", "3"], [3, 2, 1]),
        ("Support (1 = strongest)", ["1", "2", "3"], [1, 2, 3]),
        ("Support (3 = highest)", ["1", "2", "3"], [3, 2, 1]),
        ("支持度", ["1-首选", "2", "3"], [1, 2, 3]),
        ("支持度", ["3（首选）", "2", "1"], [1, 2, 3]),
    ],
)
def test_words_or_a_legend_settle_which_digit_is_strongest(header, values, digits):
    rows = [(f"D{n}", value) for n, value in enumerate(values)]
    done = plan(sheet(("医生编号", header), *rows), terms=CN)
    assert [change.draft.support for change in done.changes] == digits


def test_bare_digits_are_asked_about_and_the_answer_is_remembered():
    rows = sheet(("医生编号", "支持度"), ("D1", "1"), ("D2", "3"))
    (question,) = understand(rows).questions
    assert (question.code, question.default) == ("direction", None)
    assert [option.value for option in question.options] == ["1", "3"]
    done = plan(rows, answers={"direction": "3"})
    assert [change.draft.support for change in done.changes] == [3, 1]
    assert understand(rows, answers={question.id: "3"}).sheets[0].remember == {"direction": "3"}


def test_unlabelled_coordinates_in_china_are_asked_about_once_a_file():
    hospital = ("医院名称", "纬度", "经度"), ("东湖医院", "30.57956", "114.259913")
    doctor = ("医生姓名", "纬度", "经度"), ("张三", "30.57956", "114.259913")
    book = (sheet(*hospital, file="a.xlsx", name="医院"), sheet(*doctor, file="a.xlsx", name="医生"))
    assert [question.code for question in understand(*book, terms=CN).questions] == ["datum"]
    done = plan(*book, terms=CN, answers={"datum": "gcj02"})
    assert {round(change.draft.lon, 4) for change in done.changes} == {114.2545}
    kept = plan(*book, terms=CN, answers={"datum": "wgs84"})
    assert {change.draft.lon for change in kept.changes} == {114.259913}


def test_a_labelled_datum_is_believed_and_wgs84_preferred():
    gcj = sheet(("医院名称", "经度_GCJ02", "纬度_GCJ02"), ("东湖医院", "114.259913", "30.579561"))
    both = sheet(
        ("医院名称", "经度_GCJ02", "纬度_GCJ02", "经度_WGS84", "纬度_WGS84"),
        ("东湖医院", "1", "1", "114.3", "30.6"),
    )
    column = sheet(("医院名称", "经度", "纬度", "坐标系"), ("东湖医院", "114.259913", "30.579561", "高德"))
    assert [round(c.draft.lon, 4) for c in plan(gcj, terms=CN).changes] == [114.2545]
    assert [c.draft.lon for c in plan(both, terms=CN).changes] == [114.3]
    assert [round(c.draft.lon, 4) for c in plan(column, terms=CN).changes] == [114.2545]


def test_baidu_coordinates_are_passed_over_and_said():
    found = understand(sheet(("医院名称", "百度经度", "百度纬度"), ("东湖医院", "114", "30")), terms=CN)
    assert [remark.code for remark in found.remarks] == ["datum_unsupported"] * 2


def test_dates_that_may_be_read_two_ways_are_asked_about():
    rows = sheet(
        ("customer", "visit date", "channel"), ("Li", "3/4/2026", "phone"), ("Li", "5/4/2026", "phone")
    )
    (question,) = understand(rows).questions
    assert (question.code, question.params["example"]) == ("dates", "3/4/2026")
    assert understand(rows, answers={"dates": "dmy"}).sheets[0].date_orders == {"on": "dmy"}


FORBIDDEN = [
    ("品类年处方量", "R-DATA-1"),
    ("我方年处方量", "R-DATA-1"),
    ("TRx", "R-DATA-1"),
    ("total_claims", "R-DATA-1"),
    ("家庭住址", "R-PI-1"),
    ("身份证号", "R-PI-1"),
    ("Home Address", "R-PI-1"),
    ("Spouse", "R-PI-1"),
    ("银行卡号", "R-PI-1"),
    ("生日", "R-PI-1"),
    ("患者姓名", "R-PATIENT"),
    ("PatientName", "R-PATIENT"),
    ("MRN", "R-PATIENT"),
]


@pytest.mark.parametrize(("header", "rule"), FORBIDDEN)
def test_columns_that_must_not_be_kept_are_dropped_and_named_in_china(header, rule):
    found = understand(sheet((*HEADERS, header), (*DOCTOR, "x")), terms=CN)
    assert found.dropped == (DroppedColumn("roster.csv", header, rule),)
    assert 4 not in found.sheets[0].columns.values()


def test_nobody_can_map_a_forbidden_column_into_a_field():
    found = understand(
        sheet((*HEADERS, "品类年处方量"), (*DOCTOR, "9")), terms=CN, answers={"品类年处方量": "quantity"}
    )
    assert "quantity" not in found.sheets[0].columns
    assert [column.rule for column in found.dropped] == ["R-DATA-1"]


def test_the_same_quantity_is_taken_where_the_market_allows_it_and_patient_flow_everywhere():
    found = understand(sheet((*HEADERS, "品类年处方量"), (*DOCTOR, "9")), terms=US)
    assert found.sheets[0].columns["quantity"] == 4
    assert not found.dropped
    flow = understand(sheet(("Doctor", "Patient flow"), ("Li", "9")), terms=CN)
    assert flow.sheets[0].columns["quantity"] == 1


def test_a_usage_sheet_is_refused_as_a_whole_in_china():
    found = understand(sheet(("客户编号", "年份", "产品", "用量"), ("1", "2023", "甲", "5")), terms=CN)
    assert found.dropped == (DroppedColumn("roster.csv", "", "R-DATA-1"),)
    assert not found.sheets
    assert not found.questions


def test_ours_is_asked_with_the_products_of_the_file_and_taken_in_any_case():
    rx = sheet(
        ("customer_id", "year", "generic", "claims"), ("1", "2023", "Aa", "5"), ("1", "2023", "Bb", "50")
    )
    (question,) = understand(rx).questions
    assert [option.value for option in question.options] == ["Bb", "Aa"]
    assert understand(rx, answers={"ours": "aA"}).ours == ("Aa",)


def test_titles_above_the_headers_are_passed_over():
    rows = [
        ["2026年目标医生名单"],
        ["", ""],
        ["制表: 王", "日期"],
        ["医生姓名", "医院名称", "科室"],
        ["张三", "东湖医院", "内科"],
    ]
    assert header_row(rows, columns()) == 3
    assert header_row([["", ""], ["a", "b"]], columns()) == 1
    assert header_row([["", ""]], columns()) is None


def test_a_fingerprint_knows_headers_whatever_their_spelling():
    assert fingerprint(["Customer ID", "Name"]) == fingerprint(["customer_id", "NAME"])
    assert fingerprint(["a", "b"]) != fingerprint(["b", "a"])
    assert fingerprint(["ab", "c"]) != fingerprint(["a", "bc"])
