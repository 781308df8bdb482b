"""A scenario written as a table: a line for each part of it, for those who prefer a spreadsheet to YAML.

Columns: what, name, text, grade, why, next, rule, old. What a line is, by its first column:

    title      the scenario's name and title           situation  what happens
    audience   rep, manager or both                    skill      what it trains
    source     its date as name, its title as text     question   its name, and what is asked
    answer     to the question above, all columns      end        its name, closing words; why: what to do

Questions for customers from the own list are written in YAML.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from domain.coaching.scenario import Audience, NodeKind, Scenario, Skill
from domain.content.reading import ContentErrors, ContentProblem, Place, marked, read_value

Line = Sequence[str]

COLUMNS: Mapping[str, tuple[str, str]] = {
    "what": ("项目", "what"),
    "name": ("名称", "name"),
    "text": ("内容", "text"),
    "grade": ("分数", "grade"),
    "why": ("理由", "why"),
    "next": ("下一步", "next"),
    "rule": ("规则", "rule"),
    "old": ("旧想法", "old"),
}
"""The headers, Chinese and English, by what they are called here."""
PARTS: Mapping[str, tuple[str, str]] = {
    "title": ("标题", "title"),
    "situation": ("情景", "situation"),
    "audience": ("对象", "audience"),
    "skill": ("能力", "skill"),
    "source": ("来源", "source"),
    "question": ("问题", "question"),
    "answer": ("回答", "answer"),
    "end": ("结尾", "end"),
}
_WORDS: Mapping[str, str] = {
    "代表": Audience.REP,
    "经理": Audience.MANAGER,
    "两者": Audience.BOTH,
    "产品": Skill.PRODUCT,
    "销售": Skill.SELLING,
    "分析": Skill.ANALYSIS,
    "合规": Skill.COMPLIANCE,
}
_YES = frozenset({"yes", "y", "true", "x", "是", "1"})


def read_sheet(lines: Sequence[Line], *, name: str) -> Scenario:
    """The scenario of a table's lines, the headers among them. Raises ContentErrors, with line numbers."""
    header, places = _header(lines)
    if places is None:
        what = marked("there is no line with the columns %(columns)s", columns="what, name, text")
        raise ContentErrors([ContentProblem(name, "", what, marked("Begin with the template"))])
    table = _Table(name)
    for number, line in enumerate(lines[header + 1 :], start=header + 2):
        cells = {key: line[at].strip() if at < len(line) else "" for key, at in places.items()}
        if any(cells.values()):
            table.take(number, cells)
    return table.read()


def to_lines(scenario: Scenario, locale: str) -> list[list[str]]:
    """A scenario without questions for customers as the lines below the headers."""
    at = 0 if locale == "zh" else 1

    def line(part: str, **cells: object) -> list[str]:
        return [PARTS[part][at], *(str(cells.get(key, "")) for key in [*COLUMNS][1:])]

    lines = [
        line("title", name=scenario.id, text=scenario.title),
        line("situation", text=scenario.situation),
        line("audience", text=scenario.audience.value),
        *(line("skill", text=skill.value) for skill in scenario.skills),
        *(line("source", name=source.on.isoformat(), text=source.title) for source in scenario.sources),
    ]
    for key in sorted(scenario.nodes, key=lambda key: key != scenario.start):
        node = scenario.nodes[key]
        lines.append(line("question", name=key, text=node.ask))
        for name, option in node.options.items():
            cells = {"text": option.text, "grade": option.grade, "why": option.why, "next": option.next}
            lines.append(
                line("answer", name=name, rule=option.rule or "", old="x" if option.old else "", **cells)
            )
    lines += [line("end", name=key, text=end.text, why=end.todo) for key, end in scenario.ends.items()]
    return lines


def is_table(scenario: Scenario) -> bool:
    """Whether a scenario can be written as a table."""
    return all(node.kind is NodeKind.CHOICE for node in scenario.nodes.values())


def _header(lines: Sequence[Line]) -> tuple[int, dict[str, int] | None]:
    for number, line in enumerate(lines):
        said = [cell.strip().casefold() for cell in line]
        places = {key: said.index(word) for key, words in COLUMNS.items() for word in words if word in said}
        if {"what", "name", "text"} <= places.keys():
            return number, places
    return 0, None


class _Table:
    """The scenario as far as its lines have told it, and the line of each place."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._value: dict[str, Any] = {"version": 1, "audience": Audience.REP.value}
        self._lines: dict[Place, int] = {}
        self._problems: list[ContentProblem] = []
        self._question = ""

    def take(self, number: int, cells: Mapping[str, str]) -> None:
        """One line of the table."""
        said = cells["what"].casefold()
        part = next((key for key, words in PARTS.items() if said in words), None)
        if part is None:
            names = ", ".join(word for words in PARTS.values() for word in words)
            what = marked("%(value)s is not one of the values known here", value=f"`{cells['what'][:60]}`")
            self._note(number, "what", what, marked("Write one of: %(names)s", names=names))
            return
        for place, value in self._told(part, cells, number):
            self._put(place, value, number)

    def read(self) -> Scenario:
        """The scenario. Raises ContentErrors."""
        if self._problems:
            raise ContentErrors(self._problems)
        return read_value(self._value, self._lines, Scenario, name=self._name)

    def _told(self, part: str, cells: Mapping[str, str], number: int) -> Iterator[tuple[Place, Any]]:
        name, text = cells["name"], cells["text"]
        word = _WORDS.get(text, text.casefold())
        match part:
            case "title":
                yield ("id",), name
                yield ("title",), text
            case "situation":
                yield ("situation",), text
            case "audience":
                yield ("audience",), word
            case "skill":
                yield ("skills", str(len(self._value.get("skills", [])))), word
            case "source":
                here = ("sources", str(len(self._value.get("sources", []))))
                yield here, {"title": text, "on": name}
            case "question":
                self._question = name
                if "start" not in self._value:
                    yield ("start",), name
                yield ("nodes", name), {"ask": text, "options": {}}
            case "answer" if not self._question:
                what, how = marked("an answer stands before the first question"), marked("Move it below one")
                self._note(number, "what", what, how)
            case "answer":
                yield ("nodes", self._question, "options", name), _option(cells)
            case _:
                yield ("ends", name), {"text": text, "todo": cells.get("why", "")}

    def _put(self, place: Place, value: Any, number: int) -> None:
        """Write a value to its place, which must be empty."""
        here: Any = self._value
        for at, part in enumerate(place[:-1]):
            following: Any = [] if place[0] in {"skills", "sources"} else {}
            here = here.setdefault(part, following) if isinstance(here, dict) else here[int(part)]
            self._lines.setdefault(place[: at + 1], number)
        if isinstance(here, list):
            here.append(value)
        elif place[-1] in here and place != ("audience",):
            what = marked("`%(name)s` is given twice", name=place[-1][:60])
            self._note(number, ".".join(place), what, marked("Keep one of the two"))
        else:
            here[place[-1]] = value
        for key in value if isinstance(value, dict) else ():
            self._lines.setdefault((*place, key), number)
        self._lines[place] = number

    def _note(self, number: int, place: str, what: str, how: str) -> None:
        self._problems.append(ContentProblem(self._name, place, what, how, number))


def _option(cells: Mapping[str, str]) -> dict[str, Any]:
    grade = cells.get("grade", "").removesuffix(".0")
    return {
        "text": cells["text"],
        "grade": int(grade) if grade.isdecimal() else grade,
        "why": cells.get("why", ""),
        "next": cells.get("next", ""),
        "rule": cells.get("rule") or None,
        "old": cells.get("old", "").casefold() in _YES,
    }
