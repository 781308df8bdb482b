"""Headers and what they may stand for: exact words, words that say little, words nearly right."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz, process

from domain.importing.columns import FIELDS, Columns, Datum, Forbidden
from domain.importing.keys import normal_name
from domain.importing.model import Kind, RawSheet
from domain.importing.words import Contained, Lexicon
from domain.tiering.model import Support

_SURE, _LIKELY = 90.0, 84.0  # similarity 0-100: taken, or asked about
_BRACKETED = re.compile(r"[(\[【{].*?[)\]】}]")


@dataclass(frozen=True, slots=True)
class Match:
    """A column that may feed a field; `how` says how far it can be trusted."""

    position: int
    how: Literal["said", "exact", "also", "sure", "likely"]
    datum: Datum | None = None


POINTS = {"said": 2.0, "exact": 2.0, "also": 1.0, "sure": 1.0, "likely": 0.5}


class Vocabulary:
    """The headers of `Columns`, ready for look-ups."""

    def __init__(self, columns: Columns) -> None:
        self.exact: dict[Kind, dict[str, str]] = {kind: {} for kind in FIELDS}
        self.also: dict[Kind, dict[str, list[str]]] = {kind: {} for kind in FIELDS}
        for kind in FIELDS:
            for header, name, enough in columns.headers(kind):
                if enough:
                    self.exact[kind][normal_name(header)] = name
                else:
                    self.also[kind].setdefault(normal_name(header), []).append(name)
        words = columns.words
        self.datum = Lexicon(words.datum)
        spelled = {normal_name(word) for group in words.datum.values() for word in group}
        self._datum_words = sorted(spelled, key=len, reverse=True)
        self.support = Lexicon(words.support)
        self.legend = Lexicon(
            {
                Support.FIRST_CHOICE: (*words.support[Support.FIRST_CHOICE], *words.strongest),
                Support.COMPETITOR_OR_NONE: (*words.support[Support.COMPETITOR_OR_NONE], *words.weakest),
            }
        )
        self._forbidden = [
            (rule, Contained((*rule.zh, *rule.en)), Contained(rule.except_)) for rule in columns.forbidden
        ]
        self._names = {
            kind: Contained((*named.sheet.zh, *named.sheet.en)) for kind, named in columns.kinds.items()
        }
        self.own = columns.own

    def match(self, kind: Kind, position: int, header: str) -> dict[str, Match]:
        """The fields of a kind that a header may stand for."""
        exact, also = self.exact[kind], self.also[kind]
        spellings = _spellings(header)
        for spelled in spellings:
            if spelled in exact:
                return {exact[spelled]: Match(position, "exact")}
        datum, rest = self._datum_in(spellings[0])
        if datum and exact.get(rest) in {"lat", "lon"}:
            return {exact[rest]: Match(position, "exact", datum)}
        for spelled in spellings:
            if spelled in also:
                return {name: Match(position, "also") for name in also[spelled]}
        near = process.extractOne(spellings[-1], exact.keys(), scorer=fuzz.ratio, score_cutoff=_LIKELY)
        if near is None:
            return {}
        return {exact[near[0]]: Match(position, "sure" if near[1] >= _SURE else "likely")}

    def knows(self, cell: str) -> bool:
        """Whether a cell reads like a header of any kind."""
        spellings = {*_spellings(cell), self._datum_in(normal_name(cell))[1]}
        return any(
            spelled in self.exact[kind] or spelled in self.also[kind]
            for kind in FIELDS
            for spelled in spellings
        )

    def names(self, kind: Kind, sheet: RawSheet) -> bool:
        """Whether the name of the sheet or file says that it is of a kind."""
        stem = sheet.file.rpartition(".")[0]
        return bool(self._names[kind].longest_in(sheet.name) or self._names[kind].longest_in(stem))

    def rule_against(self, header: str, kind: Kind, *, usage_allowed: bool) -> str | None:
        """The rule that keeps a column out, None when it may be stored."""
        for rule, words, saved in self._forbidden:
            if (
                kind in rule.kinds
                and _holds(rule, usage_allowed=usage_allowed)
                and words.longest_in(header) > saved.longest_in(header)
            ):
                return rule.rule
        return None

    def rule_against_sheet(self, kind: Kind, *, usage_allowed: bool) -> str | None:
        """The rule that refuses every sheet of a kind."""
        return next(
            (
                rule.rule
                for rule, *_ in self._forbidden
                if kind in rule.sheets and _holds(rule, usage_allowed=usage_allowed)
            ),
            None,
        )

    def _datum_in(self, spelled: str) -> tuple[Datum | None, str]:
        for word in self._datum_words:
            if word in spelled:
                return self.datum.exact(word), spelled.replace(word, "")
        return None, spelled


def _holds(rule: Forbidden, *, usage_allowed: bool) -> bool:
    return not (rule.where_usage_is_refused and usage_allowed)


def one_width(text: str) -> str:
    """The text with full-width signs and letters made half-width."""
    return unicodedata.normalize("NFKC", text)


def _spellings(header: str) -> tuple[str, ...]:
    """A header as it is compared: whole, then without what stands in brackets."""
    whole, short = normal_name(header), normal_name(_BRACKETED.sub("", one_width(header)))
    return (whole, short) if short and short != whole else (whole,)
