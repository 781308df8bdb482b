"""Reading a content file: YAML that a company may edit, checked as a whole.

Whoever edits these files is seldom a programmer. So every mistake of a file is
reported at once, each with the place, what is wrong and how to mend it.

The YAML is a plain core: keys are text, only `true` and `false` are yes-no values,
and `14:00`, `no` or `007` stay text, as do dates until the schema asks for one.
Anchors, aliases and tags are refused.
"""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import UnionType
from typing import Any, Self, TypeVar, Union, get_args, get_origin

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # a PyYAML built without libyaml: slower, otherwise the same
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

MAX_BYTES = 1_000_000
MAX_DEPTH = 20

M = TypeVar("M", bound=BaseModel)

Place = tuple[str, ...]


class Phrase(str):
    """An English sentence that knows the pattern and values it was made of, to be said in other languages."""

    __slots__ = ("pattern", "values")

    pattern: str
    values: Mapping[str, Any]

    def __new__(cls, pattern: str, **values: Any) -> Self:
        phrase = super().__new__(cls, pattern % values if values else pattern)
        phrase.pattern = pattern
        phrase.values = values
        return phrase


def marked(pattern: str, **values: Any) -> Phrase:
    """A sentence that is translated where it is shown: named as in `bot.render`, for the same catalogues."""
    return Phrase(pattern, **values)


class Content(BaseModel):
    """Base of the content schemas: unknown keys are refused and values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


@dataclass(frozen=True, slots=True)
class ContentProblem:
    """One mistake in one file: where, what is wrong, how to mend it.

    `path` is the place inside the file, e.g. `cells.A2.weight`, "" for the file
    as a whole; `line` its 1-based line, None when it has none.
    """

    file: str
    path: str
    what: str
    how: str
    line: int | None = None

    def __str__(self) -> str:
        place = f"{self.file}, line {self.line}" if self.line else self.file
        inside = f", at {self.path}" if self.path else ""
        text = f"{place}{inside}: {self.what}. {self.how}."
        return "".join(sign if sign.isprintable() else " " for sign in text)


class ContentErrors(Exception):  # noqa: N818 - there are always several to mend
    """All mistakes that were found; its text has one line for each."""

    def __init__(self, problems: Sequence[ContentProblem]) -> None:
        super().__init__(*problems)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class MistakeError(ValueError):
    """Raised by a schema's own validators: what is wrong, and how to mend it (no full stops)."""

    def __init__(self, what: str, how: str) -> None:
        super().__init__(what)
        self.what = what
        self.how = how


@dataclass(frozen=True, slots=True)
class Mistake:
    """One of several mistakes below the place at which a validator found them."""

    place: Place
    what: str
    how: str


class MistakesError(ValueError):
    """Raised by a schema's own validators that find several mistakes at once."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("; ".join(mistake.what for mistake in mistakes))
        self.mistakes = tuple(mistakes)


def read_yaml(path: Path, schema: type[M], *, name: str | None = None) -> M:
    """The file at `path` as a `schema`; `name` is what messages call it (default: the file's name).

    Raises ContentErrors with every mistake of the file.
    """
    document = _Document(name or path.name)
    return document.checked(document.load(path), schema)


def read_text(raw: bytes, schema: type[M], *, name: str) -> M:
    """The same for the content of a file."""
    document = _Document(name)
    return document.checked(document.parse(raw), schema)


def read_value(value: Any, lines: Mapping[Place, int], schema: type[M], *, name: str) -> M:
    """The same for a value that was read from something else; `lines` are those of its places."""
    return _Document(name, lines).checked(value, schema)


def _is_inside(details: Any, whole: Any) -> bool:
    depth = len(whole["loc"])
    return len(details["loc"]) > depth and details["loc"][:depth] == whole["loc"]


class _Document:
    """One file being read: its problems and the line of each place in it."""

    def __init__(self, file: str, lines: Mapping[Place, int] | None = None) -> None:
        self.file = file
        self.problems: list[ContentProblem] = []
        self._lines: dict[Place, int] = dict(lines or {})

    def checked(self, value: Any, schema: type[M]) -> M:
        """The value as a `schema`. Raises ContentErrors with all problems, those of reading it first."""
        if self.problems:
            raise ContentErrors(self.problems)
        try:
            return schema.model_validate(value)
        except ValidationError as error:
            found = error.errors(include_url=False)
            for details in found:
                # pydantic counts a list's faulty entries as absent: the entry's own mistake is enough.
                if details["type"] != "too_short" or not any(_is_inside(other, details) for other in found):
                    self.explain(schema, details)
            raise ContentErrors(self.problems) from None

    def load(self, path: Path) -> Any:
        """The plain value of the file; with problems noted it must not be used."""
        try:
            with path.open("rb") as stream:
                raw = stream.read(MAX_BYTES + 1)
        except OSError as error:
            what = marked("the file cannot be read (%(why)s)", why=error.strerror)
            return self._note((), what, marked("Check its name and its rights"))
        return self.parse(raw)

    def parse(self, raw: bytes) -> Any:
        """The plain value of a file's content."""
        if len(raw) > MAX_BYTES:
            what: str = marked("the file is larger than %(bytes)s bytes", bytes=f"{MAX_BYTES:,}")
            return self._note((), what, marked("Split or shorten it"))
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            what = marked("the file is not saved as UTF-8")
            return self._note((), what, marked("Save it again with the encoding UTF-8"))
        try:
            return self._root(yaml.parse(text, Loader=_Loader))
        except yaml.MarkedYAMLError as error:
            what, how = _syntax(error.problem or "")
            line = error.problem_mark.line + 1 if error.problem_mark else None
            self.problems.append(ContentProblem(self.file, "", what, how, line))
        except yaml.YAMLError:
            what = marked("the file holds control characters")
            self._note((), what, marked("Remove them, or type the line again"))
        except _Stop:
            pass
        return None

    def explain(self, schema: type[BaseModel], details: Any) -> None:
        """Note one error of pydantic in plain words."""
        place = tuple(str(part) for part in details["loc"] if part != "[key]")
        error = (details.get("ctx") or {}).get("error")
        if isinstance(error, MistakesError):
            for mistake in error.mistakes:
                self._note((*place, *mistake.place), mistake.what, mistake.how)
            return
        what, how = _explanation(schema, place, details)
        self._note(place, what, how)

    def _note(self, place: Place, what: str, how: str) -> None:
        line = next(
            (self._lines[place[:end]] for end in range(len(place), 0, -1) if place[:end] in self._lines), None
        )
        self.problems.append(
            ContentProblem(self.file, ".".join(part[:60] for part in place), what, how, line)
        )

    def _root(self, events: Iterator[Any]) -> Any:
        value = None
        started = False
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if started:
                    what = marked("a second document begins with ---")
                    self._note((), what, marked("Keep one document a file"))
                    raise _Stop
                started = True
                value = self._value(next(events), events, ())
        if not started:
            how = marked("Delete it, or copy the file that comes with Ninebox")
            self._note((), marked("the file is empty"), how)
        return value

    def _value(self, event: Any, events: Iterator[Any], place: Place) -> Any:
        # Built from the parser's flat events: its own tree builder overflows the C stack on hostile nesting.
        self._lines[place] = _line(event)
        if len(place) > MAX_DEPTH:
            what = marked("the file is nested deeper than %(depth)s levels", depth=MAX_DEPTH)
            self._note(place, what, marked("Make it flatter"))
            raise _Stop
        if isinstance(event, yaml.AliasEvent) or event.anchor or (event.tag and event.tag != "!"):
            what = marked("a word that begins with &, * or ! is refused")
            self._note(place, what, marked("Put it in quotes"))
            if isinstance(event, yaml.AliasEvent):
                return None
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event.value) if event.implicit[0] else event.value
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(events, place)
        return self._mapping(events, place)

    def _sequence(self, events: Iterator[Any], place: Place) -> list[Any]:
        values: list[Any] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            values.append(self._value(event, events, (*place, str(len(values)))))
        return values

    def _mapping(self, events: Iterator[Any], place: Place) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                what = marked("a name before a colon is a list or a block")
                self._note(place, what, marked("Put text containing braces in quotes"))
                raise _Stop
            key = event.value
            here = (*place, key)
            line = _line(event)
            if key in values:
                first = self._lines[here]
                self._lines[here] = line
                what = marked(
                    "%(value)s is given twice (first in line %(line)s)", value=_shown(key), line=first
                )
                self._note(here, what, marked("Keep one of the two"))
            values[key] = self._value(next(events), events, here)
            self._lines[here] = line
        return values


class _Stop(Exception):  # noqa: N818 - ends the reading of a file whose problem is noted
    pass


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))([eE][-+]?[0-9]+)?")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}


def _scalar(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if len(text) < 40:
        if _INTEGER.fullmatch(text):
            return int(text)
        if _FLOAT.fullmatch(text):
            return float(text)
    return text


def _syntax(problem: str) -> tuple[str, str]:
    if "\\t" in problem or "cannot start any token" in problem:
        return (
            marked("a tab or a sign with a special meaning begins a word"),
            marked("Indent with spaces, and put text that begins with a sign such as @ or | in quotes"),
        )
    if "quoted scalar" in problem or "end of stream" in problem:
        return marked("a quotation mark is opened and not closed"), marked("Close it on the same line")
    if "mapping values" in problem:
        return (
            marked("a colon stands where none can be, or the line is indented wrongly"),
            marked("Begin the line exactly under its neighbours, and put text that contains ': ' in quotes"),
        )
    if "':'" in problem:
        return (
            marked("a line has no colon after its name"),
            marked("Write `name: value`, with a space after the colon"),
        )
    if "expected" in problem:
        return (
            marked(
                "the indentation does not fit the lines above, or a bracket or quotation mark is not closed"
            ),
            marked("Begin lines that belong together in the same column, with spaces only"),
        )
    return marked("this cannot be read (%(why)s)", why=problem), _COMPARE


_COMPARE = marked("Compare with the file that comes with Ninebox")
_A_LIST = (
    marked("%(value)s is not a list"),
    marked("Write [a, b, c], or lines that begin with a dash"),
)
_A_BLOCK = (
    marked("%(value)s is not a block of names and values"),
    marked("Write lines `name: value` below, indented"),
)
_A_NUMBER = (
    marked("%(value)s is not a number"),
    marked("Write digits, with a point for decimals, e.g. 0.7"),
)
_MENDING = {  # by the first word of pydantic's error types
    "date": (marked("%(value)s is not a date"), marked("Write year-month-day, e.g. 2025-01-31")),
    "time": (marked("%(value)s is not a time of day"), marked("Write hours and minutes, e.g. 14:30")),
    "int": (marked("%(value)s is not a whole number"), marked("Write digits only, e.g. 20")),
    "float": _A_NUMBER,
    "finite": _A_NUMBER,
    "bool": (marked("%(value)s is neither true nor false"), marked("Write true or false")),
    "string": (marked("%(value)s is not text"), marked("Put it in quotes")),
    "list": _A_LIST,
    "tuple": _A_LIST,
    "set": _A_LIST,
    "frozen": _A_LIST,
    "dict": _A_BLOCK,
    "mapping": _A_BLOCK,
    "model": _A_BLOCK,
}
_LIMITS = {
    "greater_than": marked("%(value)s is too small, it must be more than %(gt)s"),
    "greater_than_equal": marked("%(value)s is too small, it must be at least %(ge)s"),
    "less_than": marked("%(value)s is too large, it must be less than %(lt)s"),
    "less_than_equal": marked("%(value)s is too large, it must be at most %(le)s"),
    "too_short": marked("there are only %(actual_length)s entries, fewer than %(min_length)s"),
    "too_long": marked("there are more entries than the %(max_length)s allowed here"),
    "string_too_short": marked("the text is shorter than %(min_length)s characters"),
    "string_too_long": marked("the text is longer than %(max_length)s characters"),
    "string_pattern_mismatch": marked("%(value)s does not have the expected form %(pattern)s"),
}


def _explanation(schema: type[BaseModel], place: Place, details: Any) -> tuple[str, str]:
    kind: str = details["type"]
    context: dict[str, Any] = details.get("ctx") or {}
    value = _shown(details["input"])
    if kind == "extra_forbidden":
        return _unknown(place[-1], _names(schema, place[:-1]))
    if kind == "missing":
        return marked("`%(key)s` is missing", key=place[-1]), marked("Add a line `%(key)s: …`", key=place[-1])
    if kind == "value_error":
        error = context["error"]
        return (error.what, error.how) if isinstance(error, MistakeError) else (str(error), _COMPARE)
    if kind in {"literal_error", "enum"}:
        return _not_among(value, details["input"], context["expected"])
    if kind in _LIMITS:
        limits = {key: f"{limit:g}" if isinstance(limit, float) else limit for key, limit in context.items()}
        return Phrase(_LIMITS[kind], value=value, **limits), marked("Change the value")
    family = kind.partition("_")[0]
    if family in _MENDING:
        what, how = _MENDING[family]
        return Phrase(what, value=value), how
    return marked("%(value)s does not fit here (%(why)s)", value=value, why=details["msg"]), _COMPARE


def _not_among(value: str, given: Any, expected: str) -> tuple[str, str]:
    choices = re.findall(r"'([^']*)'", expected) or [expected]
    near = difflib.get_close_matches(str(given), choices, 1, 0.6)
    what, every = marked("%(value)s is not one of the values known here", value=value), ", ".join(choices)
    if near:
        return what, marked("Perhaps %(near)s is meant. Write one of: %(names)s", near=near[0], names=every)
    return what, marked("Write one of: %(names)s", names=every)


def _shown(value: Any) -> str:
    if value is None:
        return marked("an empty value")
    if isinstance(value, dict):
        return marked("a block")
    if isinstance(value, list | tuple):
        return marked("a list")
    text = str(value)
    return f"`{text[:60]}…`" if len(text) > 60 else f"`{text}`"


def _unknown(key: str, known: Sequence[str]) -> tuple[str, str]:
    what = marked("%(value)s is not known here", value=_shown(key))
    near = difflib.get_close_matches(key, known, 1, 0.6)
    if near:
        return what, marked("Perhaps `%(near)s` is meant", near=near[0])
    return what, marked("Remove the line; known here: %(names)s", names=", ".join(known))


def _names(annotation: Any, place: Place) -> tuple[str, ...]:
    """The keys that `annotation` knows at `place`, walking through models, lists and unions."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        fields = {info.alias or name: info.annotation for name, info in annotation.model_fields.items()}
        if not place:
            return tuple(fields)
        return _names(fields[place[0]], place[1:]) if place[0] in fields else ()
    if get_origin(annotation) in {Union, UnionType}:
        return next((found for part in get_args(annotation) if (found := _names(part, place))), ())
    arguments = [part for part in get_args(annotation) if part is not Ellipsis]
    return _names(arguments[-1], place[1:]) if arguments and place else ()
