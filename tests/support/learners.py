"""Simulated learners whose memory is known: they forget by FSRS with weights of their own."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from domain.calendar import WorkingCalendar
from domain.coaching.agenda import Item, Situation, next_items
from domain.coaching.memory import Card, ItemKey, ItemKind, recall, reviewed
from domain.coaching.params import CoachingParams
from domain.coaching.scenario import Skill

FIRST = ((0.0, 0.24), (0.6, 0.094), (0.8, 0.495), (1.0, 0.171))
REMEMBERED = ((0.6, 0.224), (0.8, 0.631), (1.0, 0.145))
"""Scores and how often they come, of what is new and of what is remembered: the defaults of fsrs-rs."""


@dataclass
class Learner:
    """Somebody who works through a catalogue day by day.

    `true` is what they really remember; `pace` how much longer or shorter their memory lasts than the model
    thinks (1.0: as it thinks). `asked` has (day, item, true recall, remembered) of every review.
    """

    params: CoachingParams
    catalogue: list[Item]
    rng: Random
    pace: float = 1.0
    cards: dict[ItemKey, Card] = field(default_factory=dict)
    asked: list[tuple[date, ItemKey, float, bool]] = field(default_factory=list)
    per_day: dict[date, int] = field(default_factory=dict)

    def lives(
        self, first: date, days: int, calendar: WorkingCalendar, away: Collection[date] = frozenset()
    ) -> None:
        """Work through so many days, also on those of leave, on which nothing should come."""
        for day in (first + timedelta(days=number) for number in range(days)):
            if calendar.is_working_day(day):
                self._works(day, away)

    def _works(self, day: date, away: Collection[date]) -> None:
        at = Situation(today=day, away=away)
        chosen = next_items(self.cards.values(), self.catalogue, at, self.params)
        self.per_day[day] = len(chosen)
        for one in chosen:
            card = self.cards.get(one.key)
            if card is None:
                score = self._draws(FIRST)
            else:
                part = self._recall(card, day)
                remembered = self.rng.random() < part
                self.asked.append((day, one.key, part, remembered))
                score = self._draws(REMEMBERED) if remembered else 0.0
            self.cards[one.key] = reviewed(card, one.key, score, day, self.params)

    def _draws(self, chances: Sequence[tuple[float, float]]) -> float:
        scores, weights = zip(*chances, strict=True)
        return float(self.rng.choices(scores, weights)[0])

    def _recall(self, card: Card, day: date) -> float:
        """The chance that they remember, by their own pace of forgetting."""
        since = timedelta(days=round((day - card.last).days / self.pace))
        return recall(card, card.last + since)


def catalogue_of(scenarios: int, facts: int) -> list[Item]:
    """So many scenarios and facts, their areas in turns."""
    kinds = [(ItemKind.SCENARIO, number) for number in range(scenarios)]
    kinds += [(ItemKind.FACT, number) for number in range(facts)]
    skills = list(Skill)
    return [Item(ItemKey(kind, f"item_{number}"), (skills[number % len(skills)],)) for kind, number in kinds]
