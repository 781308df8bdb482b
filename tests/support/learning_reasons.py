"""Every reason that has to do with what is remembered, from choices and figures that are really made."""

from collections.abc import Iterator
from datetime import date, timedelta

from domain.coaching.agenda import Item, Situation, next_items
from domain.coaching.memory import ItemKey, ItemKind, reviewed
from domain.coaching.scenario import Skill
from domain.coaching.skills import talk_needed
from domain.coaching.statistics import Question, Response, item_figures
from domain.content.library import load_library
from domain.explain import Reason
from domain.ids import UserId

_TODAY = date(2026, 11, 23)
_PARAMS = load_library().coaching.at(_TODAY)


def learning_reasons() -> Iterator[Reason]:
    """Why something is asked again, who needs a talk, and which key is doubted."""
    items = [Item(ItemKey(ItemKind.FACT, f"f{number}"), (Skill.SELLING,)) for number in range(4)]
    before = _TODAY - timedelta(days=9)
    cards = [reviewed(None, item.key, 0.0, before, _PARAMS) for item in items[:3]]
    for chosen in (cards, cards[:1]):
        yield from (one.reason for one in next_items(chosen, items, Situation(today=_TODAY), _PARAMS))
    talk = talk_needed(cards, items, _PARAMS)
    if talk is not None:
        yield talk.reason
    easy, hard = Question(items[0].key), Question(items[1].key)
    answers = []
    for person in map(UserId, range(30)):
        knows = person % 2 == 0
        answers.append(Response(person, easy, "a", knows))
        answers.append(Response(person, hard, "b" if knows or person % 4 == 1 else "c", person % 4 == 3))
    yield from (one.suspicion for one in item_figures(answers, 30) if one.suspicion)
