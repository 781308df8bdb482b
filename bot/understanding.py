"""`ninebox understand`: what every line of a file is taken for, to try out an extended lexicon."""

import json
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from bot.errors import OperatorError
from bot.settings import Settings
from domain.content.library import load_library
from domain.content.reading import ContentErrors
from domain.understanding.interpreter import Interpreter, Meaning, Understanding

LONGEST_SHOWN = 40


def understand(settings: Settings, path: Path, *, locale: str | None, today: date, as_json: bool) -> int:
    """Print intent, slots and confidence of every line; `locale` None: by both lexicons, as the bot does."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise OperatorError(f"{path} cannot be read: {error}") from None
    try:
        library = load_library(settings.content_dir)
    except ContentErrors as error:
        raise OperatorError(f"the content has mistakes:\n{error}") from None
    lexicons = library.lexicons if locale is None else {locale: library.lexicons[locale]}
    interpreter, calendar = Interpreter(lexicons), library.calendar(settings.market)
    heard = [
        (line, interpreter.understand(line, today=today, calendar=calendar)) for line in lines if line.strip()
    ]
    if as_json:
        json.dump([_as_json(line, got) for line, got in heard], sys.stdout, ensure_ascii=False, indent=2)
        print()
    else:
        print("\n".join(map(" ".join, map(_columns, heard))))
    return 0


def _as_json(line: str, got: Understanding) -> dict[str, object]:
    meaning = got.meaning
    return {
        "text": line,
        "intent": meaning and meaning.intent.value,
        "slots": _slots(meaning) if meaning else {},
        "confidence": meaning.confidence if meaning else 0,
        "nearest": [one.intent.value for one in got.nearest],
    }


def _columns(heard: tuple[str, Understanding]) -> Iterable[str]:
    line, got = heard
    if got.meaning is None:
        told = f"?    did you mean: {', '.join(one.intent.value for one in got.nearest)}"
    else:
        slots = " ".join(f"{slot}={value}" for slot, value in _slots(got.meaning).items())
        told = f"{got.meaning.confidence:.2f} {got.meaning.intent.value} {slots}"
    return (line[:LONGEST_SHOWN].ljust(LONGEST_SHOWN), told)


def _slots(meaning: Meaning) -> dict[str, str]:
    return {**meaning.slots, **({"when": str(meaning.when)} if meaning.when else {})}
