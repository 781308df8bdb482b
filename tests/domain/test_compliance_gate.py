"""The gate sees through tricks, and tells a deed from its refusal."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.compliance.facts import (
    EventFacts,
    Ground,
    PersonFacts,
    Setting,
    Standing,
    VisitFacts,
    standing,
)
from domain.compliance.folding import MAX_LENGTH, fold
from domain.compliance.rules import Level, Place
from domain.content.library import load_library

LIBRARY = load_library()
CN, US = LIBRARY.compliance("cn"), LIBRARY.compliance("us")


def met(text: str, gate=CN, place: Place = Place.NOTE) -> tuple[Level, tuple[str, ...]]:
    verdict = gate.check_text(text, place)
    return verdict.level, verdict.rules


@pytest.mark.parametrize(
    "text",
    [
        "回扣已经谈好",
        "回 扣已经谈好",
        "回-扣已经谈好",
        "回\u200b扣已经谈好",
        "回\u2060扣已经谈好",
        "迴扣已經談好",
        "回kou已经谈好",
        "hui kou 已经谈好",
        "HUIKOU已经谈好",
        "huí kòu 已经谈好",
        "ｈｕｉｋｏｕ 已经谈好",
        "灰扣已经谈好",
        "kickback settled",
        "K.I.C.K.B.A.C.K settled",
        "k i c k b a c k settled",
        "kick-back settled",
        "kісkbасk settled",  # Cyrillic letters
        "k1ckb4ck settled",
        "ｋｉｃｋｂａｃｋ settled",
        "ki\u200bckback settled",
        "kiiiickback settled",
    ],
)
def test_a_word_is_met_however_it_is_spelt(text):
    assert met(text) == (Level.BLOCK, ("R-BRIBE-1",))


@pytest.mark.parametrize(
    "text",
    [
        "系统会扣分",
        "饭店在医院对面",
        "旅游医学科周三开诊",
        "海南省人民医院的王主任",
        "三亚中心医院新开门诊",
        "推拿按摩科下午不开诊",
        "胃口好了很多",
        "止痛方案他很认可",
        "经理无法到场",
        "病例五个都讨论了",
        "The drug kicked in after a week",
        "Is it ok to go to it at 2",
        "He plays the devil's advocate",
        "Long Beach hospital",
        "The speaker was on time",
    ],
)
def test_harmless_look_alikes_pass(text):
    assert met(text) == (Level.NONE, ())


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("他暗示要回扣,我当场拒绝并上报", Level.NONE),
        ("我们从来不给回扣", Level.NONE),
        ("参加了反商业贿赂培训", Level.NONE),
        ("我没有拒绝,回扣照给", Level.BLOCK),
        ("我送了回扣,主任没收", Level.BLOCK),
        ("他嘴上说不要回扣,我还是给了", Level.BLOCK),
        ("不给回扣不行", Level.BLOCK),
        ("竞品给回扣", Level.WARN),
        ("竞品给回扣,我们也给回扣", Level.BLOCK),
        ("He hinted at a kickback, I declined and reported it", Level.NONE),
        ("He asked for a kickback. I said no and informed compliance.", Level.NONE),
        ("We never pay kickbacks", Level.NONE),
        ("I offered a kickback, he declined", Level.BLOCK),
        ("I did not refuse, the kickback goes out Monday", Level.BLOCK),
        ("Despite policy I gave her the kickback", Level.BLOCK),
        ("Competitors pay kickbacks", Level.WARN),
        ("Competitors pay kickbacks, we should match that", Level.BLOCK),
    ],
)
def test_a_refusal_is_sayable_and_a_deed_is_not(text, level):
    assert met(text)[0] is level


def test_a_safety_report_is_never_lost_behind_a_refusal():
    verdict = CN.check_text("给主任送了购物卡,他说有病人用药后起了皮疹", Place.NOTE)
    assert verdict.level is Level.BLOCK
    assert {"R-GIFT", "R-AE"} <= set(verdict.rules)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("有个病人用药后起了皮疹", Level.HOLD),
        ("已经上报了那例不良反应", Level.HOLD),
        ("没想到出现了不良反应", Level.HOLD),
        ("目前没有发现不良反应", Level.NONE),
        ("One patient had a rash after the first dose", Level.HOLD),
        ("No adverse events so far", Level.NONE),
    ],
)
def test_an_adverse_event_is_held_and_its_absence_is_not(text, level):
    assert met(text)[0] is level


def test_a_finding_points_to_what_was_written():
    text = "周三谈了价格。回 - 扣的事他又提了"
    finding = CN.check_text(text, Place.NOTE).findings[0]
    assert text[finding.start : finding.end] == "回 - 扣"


def test_rules_differ_by_market_and_by_place():
    assert met("王主任上月开了120盒", CN) == (Level.BLOCK, ("R-DATA-1",))
    assert met("王主任上月开了120盒", US) == (Level.NONE, ())
    assert met("Open bar at the speaker dinner", US) == (Level.BLOCK, ("R-ALCOHOL",))
    assert met("Report any side effect you hear of", US, Place.ADVICE) == (Level.NONE, ())


def test_what_settles_a_matter_may_stand_in_the_next_sentence():
    assert met("He asked about off-label use. I passed it to medical information.", US)[0] is Level.NONE
    assert met("I pitched the off-label use.", US)[0] is Level.WARN


@pytest.mark.parametrize(
    ("facts", "level", "rule"),
    [
        (EventFacts(meal=250), Level.NONE, None),
        (EventFacts(meal=251), Level.WARN, "R-MEAL"),
        (EventFacts(meal=301), Level.BLOCK, "R-MEAL-MAX"),
        (EventFacts(guests=1), Level.BLOCK, "R-GUEST"),
        (EventFacts(guests=0), Level.NONE, None),
        (EventFacts(abroad=True), Level.BLOCK, "R-ABROAD"),
        (EventFacts(entertainment=True), Level.BLOCK, "R-ENT"),
        (EventFacts(ground=Ground.TIER), Level.BLOCK, "R-SPEAK"),
        (EventFacts(ground=Ground.EXPERTISE), Level.NONE, None),
        (EventFacts(repeated=True), Level.WARN, "R-SPEAK"),
        (VisitFacts(setting=Setting.HOME), Level.BLOCK, "R-VISIT-HOME"),
        (VisitFacts(outside_reception=True), Level.WARN, "R-VISIT-1"),
        (VisitFacts(consent=False), Level.WARN, "R-PI-2"),
        (VisitFacts(ceiling_reached=True), Level.WARN, "R-PI-2"),
        (PersonFacts(sales_quota=True), Level.BLOCK, "R-ROLE"),
        (PersonFacts(filing=Standing.EXPIRED), Level.BLOCK, "R-VISIT-2"),
        (PersonFacts(filing=Standing.UNKNOWN), Level.WARN, "R-VISIT-2"),
        (PersonFacts(training=Standing.EXPIRED), Level.BLOCK, "R-TRAIN"),
        (PersonFacts(training=Standing.VALID, filing=Standing.VALID), Level.NONE, None),
    ],
)
def test_facts_meet_the_rules_of_china(facts, level, rule):
    verdict = CN.check(facts)
    assert verdict.level is level
    assert verdict.rules[:1] == ((rule,) if rule else ())


def test_an_event_meets_all_its_rules_the_strictest_first():
    verdict = CN.check(EventFacts(meal=320, guests=2, repeated=True))
    assert verdict.rules == ("R-GUEST", "R-MEAL-MAX", "R-MEAL", "R-SPEAK")


def test_quotas_are_a_matter_of_china():
    assert US.check(PersonFacts(sales_quota=True)).level is Level.NONE


def test_a_filing_holds_on_its_last_day():
    last = date(2026, 11, 22)
    assert standing(last, last) is Standing.VALID
    assert standing(last, date(2026, 11, 23)) is Standing.EXPIRED
    assert standing(None, last) is Standing.UNKNOWN


@given(st.text(max_size=300))
def test_any_text_is_folded_with_a_place_for_each_character(text):
    folded = fold(text)
    assert len(folded.origin) == len(folded.text)
    assert list(folded.origin) == sorted(folded.origin)
    assert all(folded.text[at] == sign for at, sign in zip(folded.place, folded.compact, strict=True))


@given(st.text(alphabet="回扣红包不给我他,。 kickba不良反应旅游请主任", max_size=120))
def test_any_text_is_checked_and_findings_lie_inside_it(text):
    for finding in CN.check_text(text, Place.NOTE).findings:
        assert 0 <= finding.start < finding.end <= len(text)


def test_a_very_long_text_is_cut():
    assert len(fold("好" * (MAX_LENGTH + 50)).text) == MAX_LENGTH
