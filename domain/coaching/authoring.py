"""What a scenario that somebody has written must fulfil beyond its form, and how it is written down again."""

from collections.abc import Collection, Iterator
from typing import Any

import yaml

from domain.coaching.scenario import Scenario
from domain.compliance.gate import Gate
from domain.compliance.rules import Level, Place
from domain.content.reading import ContentProblem, marked


def problems(
    scenario: Scenario, gate: Gate, *, name: str, locale: str, taken: Collection[str], rules: Collection[str]
) -> Iterator[ContentProblem]:
    """What speaks against publishing: a taken name, unknown rules, advice that the gate does not pass.

    `taken` are names of scenarios of others, `rules` those of all markets. What is said by options that a
    rule forbids is not advice.
    """
    if scenario.id in taken:
        what = marked("there is a scenario `%(name)s` of somebody else's", name=scenario.id)
        yield ContentProblem(name, "id", what, marked("Give yours another name"))
    for rule in sorted(scenario.named_rules - set(rules)):
        what = marked("no market has a rule %(rule)s", rule=rule)
        yield ContentProblem(name, "rules", what, marked("Look up its name with /rules"))
    for place, text in advice(scenario):
        for finding in gate.check_text(text, Place.ADVICE).findings:
            if finding.level.weight > Level.INFORM.weight:
                said = gate.rules[finding.rule].instead.of(locale)
                what = marked("this goes against the rule %(rule)s", rule=finding.rule)
                how = marked("Write it otherwise (%(instead)s), or forbid it by `rule`", instead=said)
                yield ContentProblem(name, place, what, how)


def advice(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """What a scenario says in the bot's name, by place; the options that a rule forbids are left out."""
    yield "title", scenario.title
    yield "situation", scenario.situation
    for name, node in scenario.nodes.items():
        yield f"nodes.{name}.ask", node.ask
        for key, option in node.options.items():
            if option.rule is None:
                yield f"nodes.{name}.options.{key}.text", option.text
            yield f"nodes.{name}.options.{key}.why", option.why
        for cell, why in node.why.items():
            yield f"nodes.{name}.why.{cell.value}", why
        if node.nobody is not None:
            yield f"nodes.{name}.nobody.why", node.nobody.why
    for name, end in scenario.ends.items():
        yield f"ends.{name}.text", end.text
        yield f"ends.{name}.todo", end.todo


def to_yaml(scenario: Scenario) -> str:
    """The scenario as a file that can be changed and loaded again."""
    value = scenario.model_dump(mode="json", exclude_defaults=True)
    return yaml.safe_dump(_plain(value), allow_unicode=True, sort_keys=False, width=10_000)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value
