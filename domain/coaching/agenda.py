"""Which items come next: never more than a few a day, and never a flood after a pause."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from domain.coaching.memory import Card, ItemKey, ItemKind, recall
from domain.coaching.params import CoachingParams
from domain.coaching.scenario import Skill
from domain.explain import Reason


@dataclass(frozen=True, slots=True)
class Item:
    """Something to learn. `is_personal`: it draws on the person's own customers."""

    key: ItemKey
    skills: tuple[Skill, ...]
    is_personal: bool = False


@dataclass(frozen=True, slots=True)
class NextItem:
    """An item that is to be asked, and why now; `recall` is the predicted one, None for what is new."""

    key: ItemKey
    reason: Reason
    recall: float | None = None

    @property
    def kind(self) -> ItemKind:
        return self.key.kind

    @property
    def id(self) -> str:
        return self.key.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What the choice rests on: the day, leave around it, what was done on it, and what others ask for.

    `assigned` and `triggered` are items with the reason why, in their order.
    """

    today: date
    away: Collection[date] = frozenset()
    done: Collection[ItemKey] = frozenset()
    assigned: Sequence[tuple[ItemKey, Reason]] = ()
    triggered: Sequence[tuple[ItemKey, Reason]] = ()


def next_items(
    cards: Iterable[Card], catalogue: Sequence[Item], at: Situation, params: CoachingParams
) -> list[NextItem]:
    """The items of the day that are left, the first to be asked first; none on a day of leave.

    First what somebody assigned, then one that the week makes timely, then what is due, least remembered
    first, then what is new: own customers first, then areas practised least, scenarios and facts in turns.
    """
    room = params.a_day - len(at.done)
    if room <= 0 or at.today in at.away:
        return []
    items = {item.key: item for item in catalogue if item.key not in at.done}
    seen = {card.item: card for card in cards}
    chosen: dict[ItemKey, NextItem] = {}
    for key, reason in at.assigned:
        if key in items:
            chosen.setdefault(key, NextItem(key, reason))
    for one in (*_timely(items, seen, at, params)[:1], *_due(items, seen, at)):
        chosen.setdefault(one.key, one)
    if len(chosen) < room:
        for one in _new(catalogue, seen, [*at.done, *chosen], room - len(chosen)):
            chosen.setdefault(one.key, one)
    return list(chosen.values())[:room]


def _timely(
    items: Mapping[ItemKey, Item], seen: Mapping[ItemKey, Card], at: Situation, params: CoachingParams
) -> list[NextItem]:
    """What the week asks for, less what was asked lately and what is mastered and not due."""

    def rests(card: Card | None) -> bool:
        if card is None or card.due(at.away) <= at.today:
            return False
        return card.is_mastered(params) or (at.today - card.last).days < params.rest

    return [
        NextItem(key, reason) for key, reason in at.triggered if key in items and not rests(seen.get(key))
    ]


def _due(items: Mapping[ItemKey, Item], seen: Mapping[ItemKey, Card], at: Situation) -> list[NextItem]:
    due = [card for key, card in seen.items() if key in items and card.due(at.away) <= at.today]
    asked = sorted((recall(card, at.today), card.item, card) for card in due)
    return [
        NextItem(key, Reason("forgetting", {"days": (at.today - card.last).days}), part)
        for part, key, card in asked
    ]


def _new(
    catalogue: Sequence[Item], seen: Mapping[ItemKey, Card], today: Sequence[ItemKey], count: int
) -> list[NextItem]:
    """The next items that were never asked; `today` are those of the day so far."""
    pool = {item.key: item for item in catalogue if item.key not in seen and item.key not in today}
    practised = Counter(
        skill for item in catalogue if item.key in seen or item.key in today for skill in item.skills
    )
    kinds = Counter(key.kind for key in today)
    order = {item.key: place for place, item in enumerate(catalogue)}
    found: list[NextItem] = []
    while pool and len(found) < count:
        left = {key.kind for key in pool}
        kind = min(left, key=lambda one: (kinds[one], one is ItemKind.FACT))
        item = min(
            (item for item in pool.values() if item.key.kind is kind),
            key=lambda one: (
                not one.is_personal,
                min(practised[skill] for skill in one.skills),
                order[one.key],
            ),
        )
        del pool[item.key]
        kinds[kind] += 1
        practised.update(item.skills)
        found.append(NextItem(item.key, Reason("new_item")))
    return found
