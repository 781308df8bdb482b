"""What the rules remark about words and contacts that are kept, below the screen that shows them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.buttons.rules import ShowRule
from bot.render.compliance import SIGNS
from bot.screens import Button, Screen
from bot.turn import Turn
from domain.compliance.gate import Finding
from domain.compliance.rules import Level

MOST = 2  # remarks below a screen
_SHOWN = frozenset({Level.WARN, Level.INFORM})


def remarked(turn: Turn, screen: Screen, findings: Sequence[Finding]) -> Screen:
    """The screen with what words that were kept have met: which rule, why, and what to say instead."""
    shown = [one for one in findings if one.level in _SHOWN][:MOST]
    if not shown:
        return screen
    rules = turn.deps.library.compliance(turn.deps.settings.market).rules
    told = [(SIGNS[one.level], rules[one.rule]) for one in shown]
    text = f"{screen.text}\n\n{turn.text('remarks', told=told)}"
    rows = [*screen.rows[:-1], *rule_rows(one.rule for one in shown), *screen.rows[-1:]]
    return replace(screen, text=text, rows=rows)


def rule_rows(rules: Iterable[str]) -> list[list[Button]]:
    """A row with a button for each rule, each once; no row without rules."""
    buttons = [Button(rule, ShowRule(rule)) for rule in dict.fromkeys(rules)]
    return [buttons] if buttons else []
