"""`ninebox check-text`: what the compliance gate says to each line of a file; nothing is stored."""

import json
from pathlib import Path
from typing import Any

from bot.errors import OperatorError
from domain.compliance.gate import Gate, Verdict
from domain.compliance.rules import Place
from domain.content.library import Library


def check_text(
    library: Library, file: Path, *, market: str, place: Place, language: str, as_json: bool
) -> int:
    """Print the level and the rules of every line; the exit code is 0 whatever they are.

    --json prints {"market", "place", "lines": [{"line", "level", "rules"}]}, lines counted from 1.
    """
    gate = library.compliance(market)
    verdicts = [gate.check_text(line, place) for line in _lines(file)]
    if as_json:
        found: dict[str, Any] = {"market": market, "place": place.value}
        found["lines"] = [
            {"line": number, "level": verdict.level.value, "rules": list(verdict.rules)}
            for number, verdict in enumerate(verdicts, start=1)
        ]
        print(json.dumps(found))
    else:
        for number, verdict in enumerate(verdicts, start=1):
            print("\n".join(_said(gate, number, verdict, language)))
    return 0


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise OperatorError(f"{file} cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise OperatorError(f"{file} is not UTF-8 text: save it as UTF-8") from None


def _said(gate: Gate, number: int, verdict: Verdict, language: str) -> list[str]:
    head = f"{number:>4}  {verdict.level.value}"
    return [head] + [
        f"      {finding.rule} ({finding.level.value}): {gate.rules[finding.rule].wording.of(language)}"
        for finding in verdict.findings
    ]
