"""Mistakes of what people have written, in their own language."""

from typing import Any

from bot.render.catalogues import marked
from bot.render.words import Words
from domain.content.reading import ContentProblem, Phrase

_LINE = marked("line %(line)s")


def said(words: Words, text: str) -> str:
    """A sentence of the domain in a person's language; what is no `Phrase` as it stands."""
    if not isinstance(text, Phrase):
        return text
    return words._(text.pattern, **{key: _said(words, value) for key, value in text.values.items()})


def place(words: Words, problem: ContentProblem) -> str:
    """Where a mistake is: its line, and its place inside."""
    line = words._(_LINE, line=problem.line) if problem.line else ""
    return words.comma.join(part for part in (line, problem.path) if part)


def _said(words: Words, value: Any) -> Any:
    return said(words, value) if isinstance(value, Phrase) else value
