"""What is remembered, in words and as pictures."""

from collections.abc import Mapping, Sequence
from datetime import date

from bot.render.catalogues import marked
from bot.render.coaching import SKILLS
from bot.render.pictures import Bar, BarsPicture, CertificatePicture, HeatCell, HeatPicture, HeatRow
from bot.render.words import Words, percent
from domain.coaching.facts import Fact
from domain.coaching.memory import ItemKind
from domain.coaching.scenario import Scenario, Skill
from domain.coaching.skills import MemberSkills, Progress, SkillState
from domain.coaching.statistics import Question

SHORT_SKILLS: Mapping[Skill, str] = {
    Skill.PRODUCT: marked("Product"),
    Skill.SELLING: marked("Selling"),
    Skill.ANALYSIS: marked("Analysis"),
    Skill.COMPLIANCE: marked("Compliance"),
}
"""The areas where there is little room."""


def skills_picture(words: Words, progress: Progress, as_of: str) -> BarsPicture:
    """A bar for each area: what is mastered, what is being learned, and what was never asked."""
    return BarsPicture(
        title=words._("Your skills"),
        subtitle=words._("Working days in a row: %(n)s", n=progress.streak),
        bars=tuple(_bar(words, state) for state in progress.states),
        legend=(words._("mastered"), words._("being learned")),
        as_of=as_of,
    )


def team_picture(words: Words, members: Sequence[MemberSkills], as_of: str) -> HeatPicture:
    """People by areas: the mean of the latest answers, and on how many items it rests."""
    return HeatPicture(
        title=words._("Skills of the team"),
        subtitle=words._("Mean of the latest answers, and of how many. In the order of names."),
        columns=tuple(words._(SHORT_SKILLS[skill]) for skill in Skill),
        rows=tuple(
            HeatRow(one.user.name or words._("(no name yet)"), tuple(_cell(words, s) for s in one.states))
            for one in members
        ),
        as_of=as_of,
    )


def certificate_picture(words: Words, name: str, skill: Skill, on: date) -> CertificatePicture:
    """Who has finished which path, and when."""
    return CertificatePicture(
        title=words._("Certificate"),
        name=name or words._("(no name yet)"),
        said=words._("has finished the path"),
        path=words._(SKILLS[skill]),
        on=words.date(on),
        note=words._("Asked at growing distances, and remembered"),
    )


def question_of(question: Question, scenarios: Mapping[str, Scenario], facts: Mapping[str, Fact]) -> str:
    """The words of a question as it is asked now; its id when it is asked no more."""
    key = question.item.id
    if question.item.kind is ItemKind.FACT:
        return facts[key].question if key in facts else key
    scenario = scenarios.get(key)
    if scenario is None:
        return key
    node = scenario.nodes.get(question.node)
    return f"{scenario.title}: {node.ask if node else question.node}"


def option_of(
    question: Question, choice: str, scenarios: Mapping[str, Scenario], facts: Mapping[str, Fact]
) -> str:
    """The words of an option of a question, as `question_of`."""
    key = question.item.id
    if question.item.kind is ItemKind.FACT:
        options = dict(enumerate(facts[key].options)) if key in facts else {}
        return options.get(int(choice), choice)
    node = scenarios[key].nodes.get(question.node) if key in scenarios else None
    option = node.options.get(choice) if node else None
    return option.text if option else choice


def _bar(words: Words, state: SkillState) -> Bar:
    items = max(1, state.items)
    return Bar(
        name=words._(SHORT_SKILLS[state.skill]),
        parts=(state.mastered / items, (state.seen - state.mastered) / items),
        said=f"{state.mastered}/{state.items}",
    )


def _cell(words: Words, state: SkillState) -> HeatCell:
    if state.score is None:
        return HeatCell(None, "–", "")
    return HeatCell(state.score, percent(round(state.score, 2)), words._("of %(n)s", n=state.seen))
