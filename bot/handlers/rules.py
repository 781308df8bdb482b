"""/rules: the compliance rules of the market, with their sources, and what to say instead of old wording."""

from collections.abc import Sequence
from functools import partial

from bot.buttons.rules import ShowRule, ShowRules, ShowSayings, ShowTopic
from bot.handlers.home import home_row
from bot.render.compliance import LEVELS, SIGNS, STATUSES, TOPICS
from bot.routes import Routes
from bot.screens import Button, Screen, page_of, page_row
from bot.turn import Turn
from domain.compliance.gate import Gate
from domain.compliance.rules import Rule
from domain.errors import DomainError

routes = Routes()

PAGE = 6
SAYINGS = 7
FOUND = 8


@routes.on(ShowRules)
async def show_rules(turn: Turn, _at: ShowRules) -> Screen:
    """What there are rules about."""
    gate = _gate(turn)
    topics = [
        Button(f"{turn.words._(label)} · {count}", ShowTopic(topic))
        for topic, label in TOPICS.items()
        if (count := sum(rule.topic is topic for rule in gate.rules.values()))
    ]
    rows = [topics[start : start + 2] for start in range(0, len(topics), 2)]
    rows.append([Button(turn.words._("Old wording → say instead"), ShowSayings())])
    rows.append(home_row(turn))
    return Screen(turn.text("rules", market=turn.deps.settings.market, rules=len(gate.rules)), rows)


@routes.on(ShowTopic)
async def show_topic(turn: Turn, at: ShowTopic) -> Screen:
    """The rules on one topic, the strictest first."""
    rules = [rule for rule in _gate(turn).rules.values() if rule.topic is at.topic]
    rules.sort(key=lambda rule: -rule.level.weight)
    shown, page, pages = page_of(rules, at.page, PAGE)
    return _list(
        turn, turn.words._(TOPICS[at.topic]), shown, page_row(page, pages, partial(ShowTopic, at.topic))
    )


@routes.on(ShowRule)
async def show_rule(turn: Turn, at: ShowRule) -> Screen:
    """One rule: what, why, what to do instead, an example, and where it comes from."""
    rule = _gate(turn).rules.get(at.rule)
    if rule is None:
        raise DomainError("not_found")
    examples = rule.examples
    text = turn.text(
        "rule",
        rule=rule,
        sign=SIGNS[rule.level],
        level=LEVELS[rule.level],
        statuses=STATUSES,
        fires=_example(turn, examples.fires) if examples else None,
        passes=_example(turn, examples.passes) if examples else None,
    )
    return Screen(text, [[Button(turn.words._(TOPICS[rule.topic]), ShowTopic(rule.topic))], _rules_row(turn)])


@routes.on(ShowSayings)
async def show_sayings(turn: Turn, at: ShowSayings) -> Screen:
    """The table of old wording and what to say instead."""
    shown, page, pages = page_of(turn.deps.library.sayings.sayings, at.page, SAYINGS)
    return Screen(
        turn.text("rules_sayings", sayings=shown), [*page_row(page, pages, ShowSayings), _rules_row(turn)]
    )


async def rules_in_words(turn: Turn, wanted: str) -> Screen:
    """`/rules gift`: the rules that name it; without words what there are rules about."""
    wanted = wanted.strip().casefold()
    if not wanted:
        return await show_rules(turn, ShowRules())
    found = [rule for rule in _gate(turn).rules.values() if _names(rule, wanted)]
    if not found:
        return Screen(turn.text("rules_none"), [_rules_row(turn)])
    return _list(turn, turn.words._("Rules found: %(n)s", n=len(found)), found[:FOUND], [])


def _gate(turn: Turn) -> Gate:
    return turn.deps.library.compliance(turn.deps.settings.market)


def _names(rule: Rule, wanted: str) -> bool:
    """Whether a rule's id, wording or words have what is looked for."""
    texts = (rule.id, rule.wording.zh, rule.wording.en, rule.instead.zh, rule.instead.en)
    return any(wanted in text.casefold() for text in (*texts, *rule.words.zh, *rule.words.en))


def _list(turn: Turn, title: str, rules: Sequence[Rule], turning: list[list[Button]]) -> Screen:
    buttons = [Button(rule.id, ShowRule(rule.id)) for rule in rules]
    rows = [buttons[start : start + 3] for start in range(0, len(buttons), 3)]
    text = turn.text("rules_topic", title=title, rules=rules, signs=SIGNS)
    return Screen(text, [*rows, *turning, _rules_row(turn)])


def _rules_row(turn: Turn) -> list[Button]:
    return [Button(turn.words._("All rules"), ShowRules()), *home_row(turn)]


def _example(turn: Turn, texts: tuple[str, ...]) -> str:
    """The example in the person's language, or else the first."""
    return next((text for text in texts if text.isascii() is (turn.locale == "en")), texts[0])
