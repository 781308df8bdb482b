"""All content in one value: numbers, market profiles, playbooks and words, checked as a whole.

The files that come with Ninebox lie beside this module. A company's own folder has the
same layout; a file there takes the place of the shipped one of the same name, or adds a
market or a language.
"""

import difflib
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatch
from pathlib import Path
from typing import TypeVar, cast

from holidays import list_supported_countries
from pydantic import BaseModel

from domain.calendar import OwnDays, WorkingCalendar
from domain.coaching.facts import FactFile, uneven_facts
from domain.coaching.params import CoachingParams
from domain.coaching.scenario import Scenario
from domain.compliance.gate import Gate, example_problems
from domain.compliance.rules import RuleFile, SayingsFile, merged
from domain.content.dated import History
from domain.content.market import Market
from domain.content.reading import ContentErrors, ContentProblem, read_yaml
from domain.coverage.params import CoverageParams
from domain.customers.feedback import FeedbackParams
from domain.importing.columns import Columns
from domain.jointvisits.params import JointVisitParams
from domain.people.qualifications import QualificationParams
from domain.planning.appointments import AppointmentParams
from domain.planning.effort_params import EffortParams
from domain.planning.params import CadenceParams, Planning, PlanningParams, TodayParams
from domain.reminders.params import ReminderParams
from domain.resources.params import EventParams
from domain.selfreview.params import SelfReviewParams
from domain.strategy.playbook import PlaybookFile
from domain.territory.params import TerritoryParams
from domain.tiering.analysis_params import AnalysisParams
from domain.tiering.params import TieringParams
from domain.tiering.review import ReviewParams
from domain.timelog.habits import TimeParams
from domain.understanding.lexicon import LexiconFile
from domain.visits.log import VisitParams

M = TypeVar("M", bound=BaseModel)

_SHIPPED = Path(__file__).parent
_LAYOUT = (
    "params/tiering.yaml",
    "params/review.yaml",
    "params/analysis.yaml",
    "params/cadence.yaml",
    "params/today.yaml",
    "params/appointments.yaml",
    "params/visits.yaml",
    "params/timelog.yaml",
    "params/selfreview.yaml",
    "params/planning.yaml",
    "params/effort.yaml",
    "params/coverage.yaml",
    "params/territory.yaml",
    "params/feedback.yaml",
    "params/jointvisits.yaml",
    "params/notices.yaml",
    "params/events.yaml",
    "params/coaching.yaml",
    "params/qualifications.yaml",
    "params/calendar.yaml",
    "markets/*.yaml",
    "playbooks/*/cells.yaml",
    "understanding/*.yaml",
    "facts/*.yaml",
    "scenarios/*/*.yaml",
    "importing/columns.yaml",
    "compliance/generic.yaml",
    "compliance/cn.yaml",
    "compliance/us.yaml",
    "compliance/sayings.yaml",
    "compliance/company.yaml",
)
_EVERYWHERE = "compliance/generic.yaml"
_SAYINGS = "compliance/sayings.yaml"
_COMPANY = "compliance/company.yaml"
"""The only one of the rule files that a company may bring: it adds and tightens, and loosens nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """Everything that is content. `version` is a digest of all files it was read from.

    Dated numbers are asked for by day: `library.tiering.at(day)`. Markets are keyed by
    name (`cn`), playbooks and lexicons by locale (`zh`), scenarios by locale and id.
    """

    version: str
    tiering: History[TieringParams]
    review: History[ReviewParams]
    analysis: History[AnalysisParams]
    cadence: History[CadenceParams]
    today: History[TodayParams]
    appointments: History[AppointmentParams]
    visits: History[VisitParams]
    timelog: History[TimeParams]
    selfreview: History[SelfReviewParams]
    planning: History[PlanningParams]
    effort: History[EffortParams]
    coverage: History[CoverageParams]
    territory: History[TerritoryParams]
    feedback: History[FeedbackParams]
    jointvisits: History[JointVisitParams]
    notices: History[ReminderParams]
    events: History[EventParams]
    coaching: History[CoachingParams]
    qualifications: History[QualificationParams]
    own_days: OwnDays
    markets: Mapping[str, Market]
    playbooks: Mapping[str, PlaybookFile]
    lexicons: Mapping[str, LexiconFile]
    facts: Mapping[str, FactFile]
    scenarios: Mapping[str, Mapping[str, Scenario]]
    columns: Columns
    gates: Mapping[str, Gate]
    sayings: SayingsFile

    def compliance(self, market: str) -> Gate:
        """The rules that hold in a market, with the company's own."""
        return self.gates[market]

    def planning_at(self, day: date) -> Planning:
        """The numbers that a plan of `day` rests on."""
        return Planning(self.cadence.at(day), self.planning.at(day))

    def calendar(self, market: str) -> WorkingCalendar:
        """The working days of a market, with the company's own days."""
        profile = self.markets[market]
        return WorkingCalendar(profile.country, self.own_days.by_date(), make_up_days=profile.make_up_days)


def load_library(override: Path | None = None) -> Library:
    """The shipped content, with the files of the company's folder `override` in their places.

    Raises ContentErrors with every mistake of every file.
    """
    shelf = _Shelf(override)
    library = Library(
        tiering=shelf.one("params/tiering.yaml", History[TieringParams]),
        review=shelf.one("params/review.yaml", History[ReviewParams]),
        analysis=shelf.one("params/analysis.yaml", History[AnalysisParams]),
        cadence=shelf.one("params/cadence.yaml", History[CadenceParams]),
        today=shelf.one("params/today.yaml", History[TodayParams]),
        appointments=shelf.one("params/appointments.yaml", History[AppointmentParams]),
        visits=shelf.one("params/visits.yaml", History[VisitParams]),
        timelog=shelf.one("params/timelog.yaml", History[TimeParams]),
        selfreview=shelf.one("params/selfreview.yaml", History[SelfReviewParams]),
        planning=shelf.one("params/planning.yaml", History[PlanningParams]),
        effort=shelf.one("params/effort.yaml", History[EffortParams]),
        coverage=shelf.one("params/coverage.yaml", History[CoverageParams]),
        territory=shelf.one("params/territory.yaml", History[TerritoryParams]),
        feedback=shelf.one("params/feedback.yaml", History[FeedbackParams]),
        jointvisits=shelf.one("params/jointvisits.yaml", History[JointVisitParams]),
        notices=shelf.one("params/notices.yaml", History[ReminderParams]),
        events=shelf.one("params/events.yaml", History[EventParams]),
        coaching=shelf.one("params/coaching.yaml", History[CoachingParams]),
        qualifications=shelf.one("params/qualifications.yaml", History[QualificationParams]),
        own_days=shelf.one("params/calendar.yaml", OwnDays),
        markets=shelf.each("markets/*.yaml", Market),
        playbooks=shelf.each("playbooks/*/cells.yaml", PlaybookFile),
        lexicons=shelf.each("understanding/*.yaml", LexiconFile),
        facts=shelf.each("facts/*.yaml", FactFile),
        scenarios=shelf.scenarios(),
        columns=shelf.one("importing/columns.yaml", Columns),
        gates=shelf.gates(),
        sayings=shelf.one("compliance/sayings.yaml", SayingsFile),
        version=shelf.version(),
    )
    problems = shelf.problems or list(_cross_checks(library))
    if problems:
        raise ContentErrors(problems)
    return library


def check_content(override: Path | None = None) -> list[ContentProblem]:
    """Every mistake of the content, none when it is sound."""
    try:
        load_library(override)
    except ContentErrors as errors:
        return list(errors.problems)
    return []


class _Shelf:
    """The files by their names, e.g. `markets/cn.yaml`, and what was wrong with them."""

    def __init__(self, override: Path | None) -> None:
        self.problems: list[ContentProblem] = []
        self._files = {name: _SHIPPED / name for name in _names(_SHIPPED) if _is_known(name)}
        if override is not None:
            self._add(override)

    def version(self) -> str:
        """A short digest of all files; "" when some of them could not be read."""
        if self.problems:
            return ""
        digest = hashlib.sha256()
        for name, path in sorted(self._files.items()):
            digest.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
        return digest.hexdigest()[:12]

    def one(self, name: str, schema: type[M]) -> M:
        try:
            return read_yaml(self._files[name], schema, name=name)
        except ContentErrors as errors:
            self.problems.extend(errors.problems)
            return cast("M", None)  # never seen: a library with problems is not handed out

    def each(self, pattern: str, schema: type[M]) -> dict[str, M]:
        """The files of a pattern by what stands for its `*`."""
        place = pattern.split("/").index("*") if "/*/" in pattern else -1
        names = sorted(name for name in self._files if fnmatch(name, pattern))
        return {name.split("/")[place].removesuffix(".yaml"): self.one(name, schema) for name in names}

    def gates(self) -> dict[str, Gate]:
        """The rules of each market: those that hold everywhere, its own, and the company's."""
        names = [name for name in self._files if fnmatch(name, "compliance/*.yaml") and name != _SAYINGS]
        read = {name: self.one(name, RuleFile) for name in names}
        if self.problems:
            return {}
        gates = {}
        for market in _markets_of(self._files):
            own = [_EVERYWHERE, f"compliance/{market}.yaml", _COMPANY]
            rules, lists, problems = merged({name: read[name] for name in own if name in read})
            gates[market] = Gate(rules, lists)
            if _COMPANY in read and not problems:
                problems = tuple(example_problems(_COMPANY, read[_COMPANY].rules, gates[market]))
            self.problems += [problem for problem in problems if problem not in self.problems]
        return gates

    def scenarios(self) -> dict[str, dict[str, Scenario]]:
        """The scenarios by locale and by the names of their files."""
        locales = sorted({name.split("/")[1] for name in self._files if fnmatch(name, "scenarios/*/*.yaml")})
        return {locale: self.each(f"scenarios/{locale}/*.yaml", Scenario) for locale in locales}

    def _add(self, folder: Path) -> None:
        if not folder.is_dir():
            self._note(str(folder), "the content folder does not exist", "Create it, or correct the setting")
            return
        for name in _names(folder):
            if name.startswith("compliance/") and name != _COMPANY:
                what = "the compliance rules that come with Ninebox stay as they are"
                self._note(name, what, f"Write your own into {_COMPANY}")
            elif _is_known(name):
                self._files[name] = folder / name
            else:
                self._note(name, "no file of this name is used", _advice(name, self._files))

    def _note(self, file: str, what: str, how: str) -> None:
        self.problems.append(ContentProblem(file, "", what, how))


def _markets_of(files: Iterable[str]) -> list[str]:
    return [Path(name).stem for name in sorted(files) if fnmatch(name, "markets/*.yaml")]


def _names(folder: Path) -> list[str]:
    """The YAML files below a folder, hidden ones aside, relative to it and in order."""
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.suffix in {".yaml", ".yml"})
    return sorted(path.as_posix() for path in found if not any(part.startswith(".") for part in path.parts))


def _is_known(name: str) -> bool:
    return any(fnmatch(name, pattern) and name.count("/") == pattern.count("/") for pattern in _LAYOUT)


def _advice(name: str, files: Mapping[str, Path]) -> str:
    near = difflib.get_close_matches(name, list(files), 1, 0.5)
    return f"Perhaps {near[0]} is meant" if near else f"Known are {', '.join(_LAYOUT)}"


def _cross_checks(library: Library) -> Iterator[ContentProblem]:
    """What no single file can know."""
    countries = list_supported_countries(include_aliases=False)
    for name, market in library.markets.items():
        if market.country is not None and market.country not in countries:
            yield ContentProblem(
                f"markets/{name}.yaml",
                "country",
                f"no public holidays are known for `{market.country}`",
                "Write a country code of two letters such as DE, or null for weekends only",
            )
    locales = sorted({*library.playbooks, *library.lexicons, *library.facts})
    for locale in locales:
        for folder, known, file in (
            ("playbooks", library.playbooks, f"playbooks/{locale}/cells.yaml"),
            ("understanding", library.lexicons, f"understanding/{locale}.yaml"),
            ("facts", library.facts, f"facts/{locale}.yaml"),
        ):
            if locale not in known:
                yield ContentProblem(
                    file, "", "the file is missing", f"Add it: every language needs {folder}, copy another's"
                )
    yield from _uneven_cards(library.playbooks)
    yield from uneven_facts(library.facts)
    rules = {rule for gate in library.gates.values() for rule in gate.rules}
    for locale, scenarios in library.scenarios.items():
        for name, scenario in scenarios.items():
            yield from _strange_scenario(f"scenarios/{locale}/{name}.yaml", scenario, rules)
    yield from _uneven_scenarios(library.scenarios)


def _strange_scenario(file: str, scenario: Scenario, rules: Iterable[str]) -> Iterator[ContentProblem]:
    if scenario.id != Path(file).stem:
        what = f"the file is called otherwise than its id `{scenario.id}`"
        yield ContentProblem(file, "id", what, "Give both the same name")
    for rule in sorted(scenario.named_rules - set(rules)):
        near = difflib.get_close_matches(rule, list(rules), 3, 0.4)
        yield ContentProblem(
            file, "", f"no market has a rule {rule}", f"Perhaps {' or '.join(near)}" if near else "Correct it"
        )


def _uneven_scenarios(scenarios: Mapping[str, Mapping[str, Scenario]]) -> Iterator[ContentProblem]:
    """Scenarios that a language has not, or that differ in more than words from the first language's."""
    everything = {name: scenario for one in scenarios.values() for name, scenario in one.items()}
    for locale, known in scenarios.items():
        for name, model in sorted(everything.items()):
            file = f"scenarios/{locale}/{name}.yaml"
            if name not in known:
                yield ContentProblem(file, "", "the file is missing", "Every language needs every scenario")
                continue
            here, there = known[name].structure(), model.structure()
            for place in [*here, *(there.keys() - here.keys())]:
                if here.get(place) != there.get(place):
                    what = "this is not the same in the other language"
                    yield ContentProblem(file, place, what, "Let them differ in nothing but words")
                    break


def _uneven_cards(playbooks: Mapping[str, PlaybookFile]) -> Iterator[ContentProblem]:
    """Cards that differ from the first language's in their number of lines."""
    first, *others = sorted(playbooks)
    for locale in others:
        for cell, card in playbooks[locale].cells.items():
            model = playbooks[first].cells[cell]
            for part, here, there in (("do", card.do, model.do), ("dont", card.dont, model.dont)):
                if len(here) != len(there):
                    yield ContentProblem(
                        f"playbooks/{locale}/cells.yaml",
                        f"cells.{cell.value}.{part}",
                        f"there are {len(here)} lines, and {len(there)} in playbooks/{first}/cells.yaml",
                        "Bring both languages to the same lines",
                    )
