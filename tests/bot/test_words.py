"""Everything the program can say has a sentence, in both languages, with a place for each value."""

import ast
import datetime as dt
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, time
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from bot.render.catalogues import LOCALES
from bot.render.importing import (
    FIELDS,
    ISSUES,
    KINDS,
    OPTIONS,
    QUESTIONS,
    issue_in_words,
    option_in_words,
    question_in_words,
)
from bot.render.renderer import words
from bot.render.sentences import CHANNELS, OUTCOMES, PROBLEMS, REASONS, ROLES, problem, reason
from domain.coaching.scenario import Trigger
from domain.customers.model import Customer, CustomerStatus, HalfDay, Institution
from domain.explain import Reason
from domain.ids import CustomerId, InstitutionId, UserId
from domain.importing import columns as importing_columns
from domain.importing.mapping import Question, recognise
from domain.importing.model import Alias, Existing, Kind, RowIssue
from domain.importing.reach import Reach, within_reach
from domain.importing.refusals import Refusals, fingerprints
from domain.importing.rows import read_rows
from domain.people.model import Role
from domain.planning.model import VisitTarget
from domain.planning.outlook import closed, instead
from domain.planning.plan import DayPlan, plan_day
from domain.tiering.model import Measures, Support, Tier
from domain.tiering.nine_box import decide_all
from domain.tiering.params import Methods
from domain.visits.contact import contact_facts, remarks
from domain.visits.model import Channel, Outcome
from tests.support.coverage import coverage_reasons
from tests.support.effort_reasons import effort_reasons
from tests.support.joint_reasons import joint_reasons
from tests.support.learning_reasons import learning_reasons
from tests.support.plan_reasons import plan_reasons
from tests.support.rosters import CN, TODAY, US, columns, gate, plan, sheet, stored, understand
from tests.support.scenarios import coaching_reasons
from tests.support.seat_reasons import seat_reasons
from tests.support.world import LIBRARY

ROOT = Path(__file__).parents[2]
RAW = re.compile(r"%\(|None|\{\{|\}\}|[a-z]_[a-z]")

# Calls that carry a code, and where among their arguments it stands.
PROBLEM = {"DomainError": 0}
REASON = {"Reason": 0}
ISSUE = {
    "RowIssue": 2,
    "BadCellError": 0,
    "_Told": 1,
    "_say": 2,
    "_remark": 2,
    "_reject_reference": 1,
    "_identified": 3,
}
QUESTION = {"Question": 1, "_ask": 1}
OPTION = {"Option": 1}


class Codes(ast.NodeVisitor):
    """The codes that a module gives to certain calls, with the keywords of each call."""

    def __init__(self, tree: ast.Module, carriers: dict[str, int]) -> None:
        self.found: list[tuple[str, frozenset[str]]] = []
        self._carriers = carriers
        self._tree = tree
        self._function: ast.AST = tree
        self.visit(tree)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        outer, self._function = self._function, node
        self.generic_visit(node)
        self._function = outer

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.visit_FunctionDef(node)

    def visit_Call(self, node: ast.Call) -> None:
        self.generic_visit(node)
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        place = self._carriers.get(name)
        if place is not None and place < len(node.args):
            keywords = frozenset(each.arg for each in node.keywords if each.arg)
            self.found += [(code, keywords) for code in self._codes(node.args[place])]

    def _codes(self, node: ast.AST | None) -> Iterator[str]:
        """The texts that an expression may be; none for what is only handed on."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.IfExp):
            yield from self._codes(node.body)
            yield from self._codes(node.orelse)
        elif isinstance(node, ast.JoinedStr):
            yield from self._spelled_out(node)
        elif isinstance(node, ast.Name):
            for scope in (self._function, self._tree):
                for each in scope.body:  # type: ignore[attr-defined]
                    yield from self._assigned(each, node.id)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield from self._returned(node.func.id)

    def _returned(self, function: str) -> Iterator[str]:
        for each in ast.walk(self._tree):
            if isinstance(each, ast.FunctionDef) and each.name == function:
                for inner in ast.walk(each):
                    if isinstance(inner, ast.Return):
                        yield from self._codes(inner.value)

    def _assigned(self, statement: ast.AST, name: str) -> Iterator[str]:
        for each in ast.walk(statement):
            if isinstance(each, ast.Assign) and any(getattr(to, "id", "") == name for to in each.targets):
                yield from self._codes(each.value)

    def _spelled_out(self, node: ast.JoinedStr) -> Iterator[str]:
        """`f"{self._name}_cuts"` for the two scales, `f"kind_{kind}"` for all kinds."""
        pattern = "".join(
            re.escape(str(part.value)) if isinstance(part, ast.Constant) else f"({'|'.join(STEMS)})"
            for part in node.values
        )
        known = (*REASONS, *OPTIONS)
        yield from [code for code in known if re.fullmatch(pattern, code)] or [f"unknown: {pattern}"]


STEMS = ("quantity", "share", *Kind, *Trigger)


def spoken(carriers: dict[str, int], *folders: str) -> list[tuple[str, frozenset[str]]]:
    found = []
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            text = path.read_text("utf-8")
            if any(carrier in text for carrier in carriers):
                found += Codes(ast.parse(text), carriers).found
    return found


def codes(carriers: dict[str, int], *folders: str) -> set[str]:
    return {code for code, _ in spoken(carriers, *folders)}


def holes(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)s", text))


def test_every_refusal_has_a_sentence_and_no_sentence_is_left_over():
    assert codes(PROBLEM, "domain", "bot") == set(PROBLEMS)


def test_every_refusal_brings_what_its_sentence_says():
    for code, params in spoken(PROBLEM, "domain", "bot"):
        assert holes(PROBLEMS[code]) <= params, code


def test_every_reason_has_a_sentence_and_no_sentence_is_left_over():
    assert codes(REASON, "domain", "bot") == set(REASONS)


def test_every_row_issue_has_a_sentence_and_no_sentence_is_left_over():
    assert codes(ISSUE, "domain") == set(ISSUES)


def test_every_question_and_every_answer_has_a_sentence_and_none_is_left_over():
    assert codes(QUESTION, "domain", "bot/services") == set(QUESTIONS)
    assert codes(OPTION, "domain", "bot/services") == set(OPTIONS)


def test_every_field_kind_role_channel_and_outcome_has_a_name():
    assert set(FIELDS) == {name for fields in importing_columns.FIELDS.values() for name in fields}
    assert set(KINDS) == set(Kind)
    assert (set(ROLES), set(CHANNELS), set(OUTCOMES)) == (set(Role), set(Channel), set(Outcome))


@pytest.mark.parametrize("locale", LOCALES)
def test_a_refusal_is_said_with_its_values(locale):
    for code, params in spoken(PROBLEM, "domain", "bot"):
        values = {name: SAMPLES.get(name, f"<{name}>") for name in params}
        said = problem(words(locale), code, values)
        assert not RAW.search(said), said
        for name in holes(PROBLEMS[code]) - {"limit", "field", "options", "products", "headers", "fields"}:
            assert f"<{name}>" in said


SAMPLES = {
    "limit": 20_000_000,
    "field": "support",
    "options": ["1", "3"],
    "products": ["P"],
    "headers": ["H"],
    "fields": ["name"],
    "rules": tuple(LIBRARY.compliance("cn").rules.values()),
    "safety": True,
}


@pytest.mark.parametrize(("locale", "size"), [("en", "at most 20 MB"), ("zh", "最多20 MB")])
def test_the_size_of_a_file_is_said_in_megabytes(locale, size):
    assert size in problem(words(locale), "file_too_large", {"file": "a.csv", "limit": 20_000_000})


# Reasons with the values that the domain really gives them


MONDAY = date(2026, 11, 23)
SATURDAY = date(2026, 11, 21)
CALENDAR = LIBRARY.calendar("generic")
HOSPITAL = Institution(id=InstitutionId(1), name="General", reception=(HalfDay(1, time(8), time(12)),))


def target(number: int = 1, cell: str | None = "A1", **known: object) -> VisitTarget:
    customer = Customer(
        id=CustomerId(number),
        code=f"D{number}",
        name=f"Doctor {number}",
        owner_id=UserId(1),
        **{name: known.pop(name) for name in list(known) if name in Customer.__slots__},  # type: ignore[arg-type]
    )
    tier, support = (Tier(cell[0]), Support(int(cell[1]))) if cell else (None, None)
    return VisitTarget(customer=customer, tier=tier, support=support, **known)  # type: ignore[arg-type]


def days() -> Iterator[Reason]:
    """What is said in place of a list, for every state of a day."""
    rep = LIBRARY.planning.at(MONDAY).usual()
    off = replace(rep, days_off=frozenset({MONDAY}))
    given: dict[str, Any] = {"customers": 3, "visited": 0, "left_out": 0, "unrated": 1, "is_over": False}
    for changed in (
        {"customers": 0},
        {"visited": 2},
        {"left_out": 2},
        {"is_over": True, "visited": 3},
        {"coming": next(plans())},
    ):
        yield from instead(None, **{"coming": None, **given, **changed})
    for on, own in ((SATURDAY, rep), (MONDAY, off)):
        yield from instead(closed(on, own, CALENDAR), **given, coming=None)


def plans() -> Iterator[DayPlan]:
    params = LIBRARY.planning_at(MONDAY)
    for targets in (
        [target(1)],
        [
            target(1, status=CustomerStatus.INACTIVE),
            target(2, is_no_see=True),
            target(3, last_visit=MONDAY),
            target(4, None),
            target(5, "C3"),
            target(6, snoozed_until=date.max),
            target(7, snoozed_until=date(2026, 12, 1)),
        ],
    ):
        rep = params.planning.usual()
        yield plan_day(targets, on=MONDAY, rep=rep, params=params, calendar=CALENDAR, seed=1)


def decided() -> Iterator[Reason]:
    tiering = LIBRARY.tiering.at(MONDAY)
    ranked = Methods.model_validate({"potential": ["stated", "terciles", "score_table", "cuts"],
                                     "support": ["stated", "terciles", "cuts"]})  # fmt: skip
    for list_of in (
        {n: Measures(quantity=10.0 * n, ours=float(n * n) / 4) for n in range(1, 31)},
        {n: Measures(quantity=5.0, ours=2.0) for n in range(30)},
        {1: Measures(potential_score=8, support=Support.SECOND_CHOICE)},
        {1: Measures(site_class=1, title_rank="senior"), 2: Measures(quantity=70.0, ours=20.0)},
        {1: Measures()},
    ):
        for decision in decide_all(list_of, tiering, ranked).values():
            yield from decision.reasons
    parts = Methods.model_validate({"potential": ["cumulative"], "support": ["stated"]})
    for decision in decide_all({n: Measures(quantity=1.0 + n) for n in range(30)}, tiering, parts).values():
        yield from decision.reasons


@cache
def real_reasons() -> tuple[Reason, ...]:
    return tuple(_real_reasons())


def _real_reasons() -> Iterator[Reason]:
    yield from days()
    for made in plans():
        yield from made.barred.values()
    yield from decided()
    yield from plan_reasons()
    yield from effort_reasons()
    yield from coverage_reasons()
    yield from seat_reasons()
    yield from joint_reasons()
    yield from learning_reasons()
    yield from after_visits()
    yield from about_contacts()
    yield from coaching_reasons()


def about_contacts() -> Iterator[Reason]:
    """What the rules remark about a contact."""
    customer = Customer(id=CustomerId(1), code="D1", name="Doctor", owner_id=UserId(1), institution=HOSPITAL)
    for channel in (Channel.FACE_TO_FACE, Channel.PHONE):
        facts = contact_facts(
            customer, channel=channel, on=MONDAY, start=time(20), consents={}, contacts=7, ceiling=6
        )
        yield from remarks(gate(), facts, contacts=7, ceiling=6)


def after_visits() -> Iterator[Reason]:
    """What the log of visits says back."""
    yield Reason("promised_before", {"on": "2026-11-03", "step": "<the study>"})
    yield Reason("moved_lately", {"before": "B2", "after": "B1", "on": "2026-11-23"})
    yield Reason("next_here", {"name": "Font 13"})
    yield Reason("next_stop", {"name": "Diaz 21", "place": "Riverside General", "start": "08:30"})


@pytest.mark.parametrize("locale", LOCALES)
def test_every_reason_that_the_domain_gives_is_said_with_its_values(locale):
    given = real_reasons()
    assert {each.code for each in given} == set(REASONS)
    for each in given:
        said = reason(words(locale), each)
        assert said
        assert not RAW.search(said), (each, said)


# Issues and questions with the values that reading a file really gives them


def broken_rows() -> Iterator[RowIssue]:
    """Issues of every kind, from files with every kind of mistake."""
    first = plan(
        sheet(["医院名称"], ["东湖医院"], file="h.csv"),
        sheet(
            ["客户编号", "姓名", "科室", "医院", "负责代表"],
            ["D1", "张三", "内科", "东湖医院", "李"],
            ["D2", "张三", "外科", "东湖医院", "王"],
            ["D3", "王五", "", "东湖医院", "王"],
            file="c.csv",
        ),
    )
    known = stored(first)
    mistakes = plan(
        sheet(["医院名称", "纬度", "经度", "坐标系", "接待时间"],
              ["一院", "95", "114", "WGS84", ""], ["二院", "30", "114", "百度", ""],
              ["三院", "30", "", "", ""],
              ["四院", "", "", "", "看心情"], file="h.csv"),
        sheet(["客户编号", "姓名", "职称", "支持度", "KOL", "潜力量", "备注", "医院", "怪列", "经度(百度)"],
              ["", "", "", "首选", "", "", "", "", "", ""],
              ["E1", "甲", "馆长", "也许", "", "", "", "", "", ""],
              ["E0", "子", "馆长", "首选", "", "", "", "", "", ""],
              ["E2", "乙", "馆长", "首选", "是", "-3", "", "", "", ""],
              ["E3", "丙", "", "首选", "是", "#REF!", "", "", "", ""],
              ["E4", "丁", "", "首选", "", "许多", "", "", "", ""],
              ["E5", "戊", "", "首选", "", "9" * 14, "", "", "", ""],
              ["E6", "己", "", "首选", "", "", "11010519491231002X", "", "", ""],
              ["E7", "庚", "", "首选", "", "", "长" * 600, "", "", ""],
              ["E8", "辛" * 90, "", "首选", "", "", "", "", "", ""],
              ["E9", "壬", "", "首选", "", "", "", "", "", ""],
              ["E9", "癸", "", "次选", "", "", "", "", "", ""],
              ["", "张三", "", "首选", "", "", "", "东湖医院", "", ""], file="c.csv"),
        sheet(["客户编号", "姓名", "拜访日期"], ["D1", "", "2026-13-40"], ["D1", "", "1890-01-01"],
              ["D1", "", "2027-01-05"], ["", "没有人", "2026-11-02"], ["", "张三", "2026-11-02"],
              ["D1", "", "2026-11-03"], ["D1", "", "2026-11-03"], file="v.csv"),
        sheet(["客户编号", "期间", "产品", "用量"], ["D1", "某时", "P", "3"], file="u.csv"),
        sheet(["医院名称", "日期", "产品", "金额"], ["东湖医院", "2026-11-02", "P", "3"],
              ["没有院", "2026-11-02", "P", "3"], ["张院", "2026-11-02", "P", "3"], file="s.csv"),
        sheet(["这", "那"], ["1", "2"], file="x.csv"),
        existing=known,
    )  # fmt: skip
    yield from mistakes.issues
    dates = understand(sheet(["客户编号", "拜访日期"], ["D1", "3/4/2026"]), answers={"dates": "mdy"})
    undecided = read_rows([dates.sheets[0].__class__(**{
        **{name: getattr(dates.sheets[0], name) for name in dates.sheets[0].__slots__}, "date_orders": {}
    })], columns(), gate(), today=TODAY)  # fmt: skip
    yield from undecided.issues
    yield from plan(sheet(["客户编号", "姓名", "备注"], ["D1", "张三", "主任生日是五月六号"])).issues
    yield from plan(sheet(["客户编号", "姓名", "备注"], ["D1", "张三", "病人用药后起了皮疹"])).issues
    rows = stored(plan(sheet(["客户编号", "姓名", "职称"], ["D1", "张三", "主任"]))).rows
    edited = Existing(rows, {next(iter(rows[Kind.CUSTOMER])): {"title": "主治"}})
    yield from plan(sheet(["客户编号", "姓名", "职称"], ["D1", "张三", "主治"]), existing=edited).issues
    one = next(iter(rows[Kind.CUSTOMER]))
    merged = Existing(rows, aliases=[Alias(one, {"code": "D8", "name": "张三丰"})])
    yield from plan(sheet(["客户编号", "姓名"], ["D8", "张三丰"]), existing=merged).issues
    unwilling = Existing({}, refusals=Refusals("key", frozenset(fingerprints("key", "D7", "赵六", set()))))
    yield from plan(sheet(["客户编号", "姓名"], ["D7", "赵六"]), existing=unwilling).issues
    twins = Existing({Kind.INSTITUTION: {
        "a": {"name": "张院", "code": "1"}, "b": {"name": "张院", "code": "2"}}})  # fmt: skip
    yield from plan(
        sheet(["医院名称", "日期", "产品", "金额"], ["张院", "2026-11-02", "P", "3"]), existing=twins
    ).issues
    outside = plan(
        sheet(["客户编号", "姓名", "负责代表"], ["D3", "王五", "李"], ["F1", "新人", "王"]), existing=known
    )
    yield from within_reach(outside, known, Reach.of(["李"])).issues


@pytest.mark.parametrize("locale", LOCALES)
def test_every_issue_of_a_row_is_said_with_its_values(locale):
    given = list(broken_rows())
    assert {issue.code for issue in given} == set(ISSUES)
    for issue in given:
        said = issue_in_words(words(locale), issue)
        assert not RAW.search(said), (issue, said)
        assert issue.column[:40] in said
        if issue.rejected:
            assert str(issue.source.row) in said


def open_questions() -> Iterator[Question]:
    for sheets, terms, answers in (
        ([sheet(["名称", "日期", "编号"], ["x", "2026-11-02", "3"])], US, {}),
        ([sheet(["姓名", "医院", "负责代表人员", "支持度"], ["张三", "东湖", "李", "1"])], US, {}),
        ([sheet(["姓名", "医院", "支持度", "处方地位", "科室"], ["张三", "东湖", "1", "1", "内"])], US, {}),
        ([sheet(["客户编号", "姓名", "拜访日期"], ["D1", "张", "3/4/2026"])], US, {}),
        ([sheet(["医院名称", "纬度", "经度"], ["东湖医院", "30.58", "114.25"])], CN, {}),
        ([sheet(["客户编号", "期间", "产品", "用量"], ["D1", "2026", "P", "3"])], US, {}),
        ([sheet(["客户编号", "姓名", "随便"], ["D1", "张", "2026-11-02"])], US, {"kind": "visit"}),
        ([sheet(["Customer", "Potent score"], ["Ann", "7"])], US, {}),
    ):
        yield from recognise(sheets, columns(), terms, answers=answers).questions


@pytest.mark.parametrize("locale", LOCALES)
def test_every_question_and_answer_is_said_with_its_values(locale):
    asked = list(open_questions())
    assert {each.code for each in asked} == set(QUESTIONS) - {"owner"}, "the owner is asked by the service"
    for each in asked:
        assert not RAW.search(question_in_words(words(locale), each))
        for option in each.options:
            assert not RAW.search(option_in_words(words(locale), option))


# The catalogues


def extracted() -> Catalog:
    """What there is to translate, as `pybabel extract` finds it with the settings of the project."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["babel"]["mappings"]
    methods = [(each["pattern"], each["method"]) for each in settings]
    options = {
        each["pattern"]: {name: value for name, value in each.items() if name not in {"pattern", "method"}}
        for each in settings
    }
    found = Catalog()
    keywords = {**DEFAULT_KEYWORDS, "marked": None}
    for _file, _line, message, _comments, _context in extract_from_dir(ROOT, methods, options, keywords):
        found.add(message)
    return found


@pytest.fixture(scope="module")
def template() -> Catalog:
    return extracted()


@pytest.fixture(scope="module", params=LOCALES)
def catalogue(request) -> Catalog:
    path = ROOT / "templates" / "locale" / request.param / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=request.param, abort_invalid=True)


def several(text: str | Iterable[str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def test_the_catalogues_hold_what_the_program_says_and_nothing_else(template, catalogue):
    said = {message.id for message in template if message.id}
    held = {message.id for message in catalogue if message.id}
    assert len(said) > 300
    assert said == held
    assert not catalogue.obsolete
    assert not [message.id for message in catalogue if message.id and message.fuzzy]


def test_every_sentence_is_translated_with_the_same_places_for_values(catalogue):
    for message in catalogue:
        if not message.id:
            continue
        original, translated = several(message.id), several(message.string)
        assert all(each.strip() for each in translated), message.id
        for each in translated:
            assert holes(each) == holes(original[-1]), message.id
            assert each.count("%") == each.count("%("), message.id
        if str(catalogue.locale) == "en":
            assert translated == original
        else:
            assert len(translated) == 1


def test_chinese_sentences_are_chinese(catalogue):
    if str(catalogue.locale) == "en":
        return
    same = {
        text
        for message in catalogue
        for text in several(message.string)
        if message.id
        and not re.search(r"[\u4e00-\u9fff]", text)
        and re.search(r"[A-Za-z]{2}", re.sub(r"%\(\w+\)s", "", text))
    }
    assert same <= {"KOL", "SWOT", "ninebox-roster.xlsx", "rejected-rows.xlsx"}, same


@pytest.mark.parametrize(
    ("locale", "day", "short", "full", "number"),
    [
        ("en", "Mon, Nov 23", "Nov 23", "Nov 23, 2026", "4.2"),
        ("zh", "11月23日周一", "11月23日", "2026年11月23日", "4.2"),
    ],
)
def test_days_and_numbers_are_said_as_people_say_them(locale, day, short, full, number):
    speech = words(locale)
    assert (speech.day(MONDAY), speech.short_day(MONDAY), speech.date(MONDAY)) == (day, short, full)
    assert speech.number(4.2) == number
    assert speech.moment(dt.datetime(2026, 11, 23, 0, 5, tzinfo=dt.UTC), "Asia/Shanghai") == f"{short} 08:05"
