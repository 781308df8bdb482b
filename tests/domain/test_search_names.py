"""Finding customers by what reps type."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.customers.search import SURE, NameIndex, SearchEntry
from domain.ids import CustomerId

PEOPLE = {
    1: ("王芳", "北京协和医院", "心内科"),
    2: ("吴凡", "武汉市中心医院", "内分泌科"),
    3: ("张伟", "北京协和医院", "内分泌科"),
    4: ("张建国", "湖北省人民医院", "心内科"),
    5: ("曾丽", "武汉市中心医院", "心内科"),
    6: ("单雪", "同济医院", "肾内科"),
    7: ("仇英", "同济医院", "肾内科"),
    8: ("解放", "同济医院", "肾内科"),
    9: ("查理", "同济医院", "老年科"),
    10: ("区明", "同济医院", "老年科"),
    11: ("盖亮", "同济医院", "老年科"),
    12: ("欧阳娜", "同济医院", "老年科"),
    13: ("尉迟恭", "同济医院", "老年科"),
    14: ("吕梁", "同济医院", "老年科"),
    15: ("Jonathan Smith", "Union Hospital", "Cardiology"),
    16: ("Dr Mary Ann O'Brien", "Wayne Memorial Hospital", "Endocrinology"),
    17: ("Müller, Jürgen", "Union Hospital", "Nephrology"),
    18: ("Wei Zhang", "Wayne Memorial Hospital", "Cardiology"),
    19: ("王芳", "同济医院", "老年科"),
}


def entries(people=PEOPLE):
    return [SearchEntry(CustomerId(key), *value) for key, value in people.items()]


INDEX = NameIndex(entries())


def first(query: str) -> int | None:
    found = INDEX.find(query)
    return found[0].id if found else None


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("张建国", 4),
        ("张建国医生", 4),
        ("wufan", 2),
        ("WU FAN", 2),
        ("fan wu", 2),
        ("zjg", 4),
        ("建国", 4),
        ("zhangjian", 4),
        ("曾医生", 5),
        ("zengli", 5),
        ("cengli", 5),
        ("shan xue", 6),
        ("Dr Shan", 6),
        ("qiu ying", 7),
        ("xie fang", 8),
        ("zha li", 9),
        ("ou ming", 10),
        ("ge liang", 11),
        ("欧阳主任", 12),
        ("ouyang", 12),
        ("yuchi gong", 13),
        ("尉迟教授", 13),
        ("lv liang", 14),
        ("lu liang", 14),
        ("Smith", 15),
        ("dr. smith", 15),
        ("Smith, Jonathan", 15),
        ("o'brien", 16),
        ("OBrien", 16),
        ("Mary O’Brien", 16),
        ("muller", 17),
        ("Jürgen Müller", 17),
        ("Zhang, Wei", 3),
        ("ｗｕｆａｎ", 2),
    ],
)
def test_a_name_in_any_of_its_spellings_is_sure_or_first(query, expected):
    assert first(query) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("张见国", 4),
        ("曾莉", 5),
        ("zhagnjianguo", 4),
        ("zhangjiangou", 4),
        ("张健国", 4),
        ("Smyth", 15),
        ("Jonahtan Smith", 15),
        ("obrian", 16),
        ("mueller", 17),
    ],
)
def test_a_slip_still_finds_the_name_but_only_as_a_guess(query, expected):
    found = INDEX.find(query)
    assert found[0].id == expected
    assert found[0].score < SURE


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("协和 王芳", [1]),
        ("王芳 同济", [19]),
        ("同济医院的王芳医生", [19]),
        ("协和心内科王芳", [1]),
        ("心内科的张主任", [4]),
        ("省医院张主任", [4]),
        ("中心医院曾医生", [5]),
        ("Dr Zhang at Wayne Memorial", [18]),
        ("zhang wei cardiology", [18]),
        ("smith union", [15]),
        ("union cardiology smith", [15]),
        ("wufan 中心", [2]),
    ],
)
def test_a_hospital_or_department_picks_one_of_several(query, expected):
    found = INDEX.find(query)
    assert [match.id for match in found if match.score >= found[0].score] == expected


def test_a_misspelt_name_at_a_hospital_is_found():
    assert first("smyth union hospital") == 15


def test_the_name_at_another_hospital_is_offered_below_certainty():
    found = INDEX.find("王芳 协和 肾内科")
    assert {match.id for match in found} == {1, 19}
    assert found[0].score < SURE


def test_a_hospital_alone_lists_its_people():
    assert {match.id for match in INDEX.find("union hospital")} == {15, 17}


def test_initials_and_surnames_list_everybody_who_has_them():
    def sure(query: str) -> set[int]:
        return {match.id for match in INDEX.find(query) if match.score >= SURE}

    assert sure("wf") == {1, 2, 19}
    assert sure("张医生") == {3, 4}
    assert sure("Dr Zhang") == {3, 4, 18}
    assert sure("Wei Zhang") == {3, 18}
    assert len(INDEX.find("Dr Zhang", limit=2)) == 2


def test_an_exact_name_stands_above_one_that_begins_so():
    index = NameIndex(entries({1: ("王芳菲",), 2: ("王芳",)}))
    assert [match.id for match in index.find("王芳")] == [2, 1]
    assert [match.id for match in index.find("王芳") if match.score >= SURE] == [2]


@pytest.mark.parametrize(
    "query", ["", " ", "医生", "Dr.", "😀", "qqqqqq", "今天天气", "1234567", "'; drop table"]
)
def test_nobody_is_found_for_nothing(query):
    assert INDEX.find(query) == []


def test_people_without_a_usable_name_break_nothing():
    index = NameIndex(entries({1: ("",), 2: ("医生",), 3: ("😀",), 4: ("李",)}))
    assert [match.id for match in index.find("李")] == [4]


def test_the_order_of_the_entries_changes_nothing():
    shuffled = entries()
    random.Random(5).shuffle(shuffled)
    other = NameIndex(shuffled)
    for query in ("王芳", "wf", "张", "union", "smyth", "同济"):
        assert other.find(query) == INDEX.find(query)


@given(st.text(max_size=80))
def test_any_text_gives_at_most_limit_matches_in_falling_order(text):
    scores = [match.score for match in INDEX.find(text, limit=3)]
    assert len(scores) <= 3
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 100 for score in scores)


def test_a_title_puts_its_bearers_first_but_is_no_proof():
    index = NameIndex(
        [
            SearchEntry(CustomerId(1), "王安", "东湖医院", "骨科", "主治医师"),
            SearchEntry(CustomerId(2), "王宝", "东湖医院", "骨科", "副主任医师"),
            SearchEntry(CustomerId(3), "王晨", "东湖医院", "骨科", "主任医师"),
            SearchEntry(CustomerId(4), "Wang Ann", "Lake", "Cardiology", "Professor of medicine"),
        ]
    )
    found = index.find("东湖骨科王主任")
    assert [match.id for match in found] == [3, 2, 1]
    assert len({match.score for match in found}) == 1
    assert index.find("王主治")[0].id == 1
    assert [match.id for match in index.find("副主任医师")] == [2]
    assert [match.id for match in index.find("prof")] == [4]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("协和王芳心内", [1]),
        ("协和的张主任 内分泌", [3]),
        ("张主任，协和内分泌", [3]),
        ("内分泌 协和 zw", [3]),
        ("j smith union", [15]),
        ("smith j", [15]),
        ("oyn", [12]),
        ("同济 老年科 欧阳", [12]),
        ("同济 尉迟功", [13]),
        ("tongji chali", [9]),
        ("王芳 在哪里", [1, 19]),
    ],
)
def test_name_place_and_title_come_in_any_order(query, expected):
    found = INDEX.find(query)
    assert [match.id for match in found if match.score >= found[0].score] == expected


def test_words_beside_a_name_in_full_that_are_no_place_make_it_a_guess():
    assert [match.score for match in INDEX.find("王芳 在哪里")] == [75.0, 75.0]


@pytest.mark.parametrize(
    "query", ["王芳", "wf", "张医生", "Dr Zhang", "同济 王芳", "张见国", "union", "zhagn", "", "今天天气"]
)
def test_what_is_surely_a_name_is_what_is_found_surely(query):
    best = INDEX.find(query, limit=1)
    assert INDEX.is_name(query) is bool(best and best[0].score >= SURE)


def test_a_long_sentence_is_answered_in_bounded_time():
    for text in ("同济医院" * 15, "a b c d e f g h " * 4, "王" * 60):
        start = time.process_time()
        INDEX.find(text)
        assert time.process_time() - start < 0.5
