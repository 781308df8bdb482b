"""The compliance rules that come with Ninebox, and a company's own."""

import pytest

from domain.compliance.gate import example_problems
from domain.compliance.rules import Level, Place, Status
from domain.content.library import check_content, load_library
from domain.content.reading import ContentErrors

LIBRARY = load_library()
OWN = """
version: 2026-11-22
note: rules of Ann's company
rules:
  - id: X-CAR
    topic: bribery
    level: block
    wording: {zh: 不得用公司车接送客户。, en: No rides in company cars for customers.}
    why: {zh: 是一种好处。, en: It is a benefit.}
    instead: {zh: 各自出行。, en: Everybody travels alone.}
    sources:
      - {title: {zh: 公司规定, en: Company rule}, on: 2026-01-01, status: own}
    words: {zh: [接送主任], en: [company car]}
    examples:
      fires: [用公司车接送主任]
      passes: [今天打车去医院]
tighten:
  - {id: R-SAMPLE, level: block, words: {en: [goodie]}}
"""


def company(folder, text):
    (folder / "compliance").mkdir()
    (folder / "compliance" / "company.yaml").write_text(text, encoding="utf-8")
    return folder


def told(folder) -> str:
    return "\n".join(map(str, check_content(folder)))


@pytest.mark.parametrize("market", ["cn", "us", "generic"])
def test_every_example_does_as_it_says(market):
    gate = LIBRARY.compliance(market)
    assert [str(one) for one in example_problems(market, [*gate.rules.values()], gate)] == []


@pytest.mark.parametrize("market", ["cn", "us", "generic"])
def test_every_rule_says_what_why_instead_and_from_where_in_both_languages(market):
    for rule in LIBRARY.compliance(market).rules.values():
        for part in (rule.wording, rule.why, rule.instead, *(source.title for source in rule.sources)):
            assert any("一" <= sign <= "鿿" for sign in part.zh), rule.id
            assert part.en.isascii(), rule.id


def test_drafts_are_marked_and_block_nothing():
    drafts = [
        rule
        for gate in LIBRARY.gates.values()
        for rule in gate.rules.values()
        if all(source.status is Status.DRAFT for source in rule.sources)
    ]
    assert [rule.id for rule in drafts] == ["R-DRAFT"]
    assert drafts[0].level is Level.INFORM


def test_columns_that_an_import_refuses_name_rules_of_the_gate():
    known = LIBRARY.compliance("cn").rules
    assert [each.rule for each in LIBRARY.columns.forbidden if each.rule not in known] == []


def test_sayings_name_rules_that_hold_everywhere():
    for market in LIBRARY.gates:
        known = LIBRARY.compliance(market).rules
        assert [saying.rule for saying in LIBRARY.sayings.sayings if saying.rule not in known] == []


def test_a_company_adds_rules_and_makes_others_stricter(tmp_path):
    library = load_library(company(tmp_path, OWN))
    for market in ("cn", "us", "generic"):
        gate = library.compliance(market)
        assert gate.check_text("Picked him up in the company car", Place.NOTE).rules == ("X-CAR",)
        assert gate.check_text("asked for samples", Place.NOTE).level is Level.BLOCK
    assert LIBRARY.compliance("cn").check_text("asked for samples", Place.NOTE).level is Level.INFORM


def test_a_company_cannot_loosen_a_rule_or_replace_a_file_and_is_told_everything(tmp_path):
    folder = company(
        tmp_path,
        OWN.replace("R-SAMPLE, level: block", "R-GIFT, level: warn")
        + "  - {id: R-NONE, level: block}\n"
        + "  - {id: R-GIFT, except: {en: [gift]}}\n",
    )
    (folder / "compliance" / "generic.yaml").write_text("rules: []", encoding="utf-8")
    assert "compliance rules that come with Ninebox stay" in told(folder)
    assert "`except` is not known here" in told(folder)
    (folder / "compliance" / "generic.yaml").unlink()
    text = (folder / "compliance" / "company.yaml").read_text(encoding="utf-8")
    mended = text.replace("  - {id: R-GIFT, except: {en: [gift]}}\n", "")
    (folder / "compliance" / "company.yaml").write_text(mended, encoding="utf-8")
    assert "`warn` is looser than `block`" in told(folder)
    assert "there is no rule R-NONE" in told(folder)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("fires: [用公司车接送主任]", "fires: [坐公司车]", "does not set off X-CAR"),
        ("passes: [今天打车去医院]", "passes: [接送主任]", "sets off X-CAR"),
        (
            "    examples:\n      fires: [用公司车接送主任]\n      passes: [今天打车去医院]\n",
            "",
            "has no examples",
        ),
        ("id: X-CAR", "id: R-GIFT", "there is a rule R-GIFT"),
        ("words: {zh: [接送主任], en: [company car]}", "patterns: ['(公司']", "is not a regular expression"),
        (
            "words: {zh: [接送主任], en: [company car]}",
            "together: [[cars, rides]]",
            "there is no list `cars`",
        ),
        (
            "topic: bribery",
            "when: [{of: event, field: meals, over: 3}]\n    topic: bribery",
            "nothing that is known",
        ),
    ],
)
def test_mistakes_of_a_company_are_explained_to_their_author(tmp_path, old, new, said):
    assert old in OWN
    folder = company(tmp_path, OWN.replace(old, new))
    assert said in told(folder)
    with pytest.raises(ContentErrors):
        load_library(folder)
