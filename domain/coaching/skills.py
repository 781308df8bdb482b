"""How far somebody has come in the four areas, where a talk would help, and how steadily they practise."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from domain.calendar import WorkingCalendar
from domain.coaching.agenda import Item
from domain.coaching.memory import Card, ItemKey, ItemKind
from domain.coaching.params import CoachingParams
from domain.coaching.scenario import Skill
from domain.explain import Reason
from domain.people.model import User

LONGEST_STREAK = 366  # days that are looked back


@dataclass(frozen=True, slots=True)
class SkillState:
    """A training area: its items, how many were asked, how many are mastered, whether its path is finished.

    `score` (0 to 1) is the mean of the latest answers to what was asked, None when nothing was.
    """

    skill: Skill
    items: int
    seen: int
    mastered: int
    score: float | None
    is_finished: bool


@dataclass(frozen=True, slots=True)
class Talk:
    """What to speak with a person about: the area, why, and a scenario that fits (None: there is none)."""

    skill: Skill
    reason: Reason
    scenario: str | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a person is: days in a row, the four areas, and the paths finished on these days."""

    streak: int
    states: tuple[SkillState, ...]
    certificates: Mapping[Skill, date]


@dataclass(frozen=True, slots=True)
class MemberSkills:
    """Where a member of a team stands, and what to speak with them about, if anything."""

    user: User
    states: tuple[SkillState, ...]
    talk: Talk | None


@dataclass(frozen=True, slots=True)
class TeamSkills:
    """Where the members of a team stand, in the order of their names."""

    members: tuple[MemberSkills, ...]

    @property
    def talks(self) -> tuple[MemberSkills, ...]:
        """Those to whom a talk is proposed."""
        return tuple(one for one in self.members if one.talk is not None)

    @property
    def is_begun(self) -> bool:
        """Whether anybody has answered anything."""
        return any(state.score is not None for one in self.members for state in one.states)

    def mean(self, skill: Skill) -> tuple[float | None, int]:
        """The mean score of an area, 0 to 1, over those who have answered, and how many they are."""
        scores = [
            state.score
            for one in self.members
            for state in one.states
            if state.skill is skill and state.score is not None
        ]
        return (sum(scores) / len(scores) if scores else None), len(scores)


def skill_states(
    cards: Iterable[Card], catalogue: Sequence[Item], params: CoachingParams
) -> tuple[SkillState, ...]:
    """The state of every area, in their order."""
    known = {card.item: card for card in cards}
    return tuple(_state(skill, known, catalogue, params) for skill in Skill)


def talk_needed(cards: Iterable[Card], catalogue: Sequence[Item], params: CoachingParams) -> Talk | None:
    """The area with the lowest score, where it is weak and rests on enough answers; None otherwise."""
    known = {card.item: card for card in cards}
    weak = [
        (state.score, state)
        for state in skill_states(known.values(), catalogue, params)
        if state.score is not None and state.score < params.weak and state.seen >= params.least_seen
    ]
    if not weak:
        return None
    score, state = min(weak, key=lambda one: one[0])
    reason = Reason("weak_skill", {"percent": round(100 * score), "seen": state.seen})
    return Talk(state.skill, reason, _exercise(state.skill, known, catalogue))


def streak(
    practised: Collection[date], today: date, calendar: WorkingCalendar, away: Collection[date]
) -> int:
    """On how many days in a row something was practised.

    Days off and leave neither count nor break the row, unless something was practised on them; today breaks
    nothing before it is over.
    """
    days = 0
    for back in range(LONGEST_STREAK):
        day = today - timedelta(days=back)
        if day in practised:
            days += 1
        elif back > 0 and day not in away and calendar.is_working_day(day):
            break
    return days


def _state(
    skill: Skill, known: dict[ItemKey, Card], catalogue: Sequence[Item], params: CoachingParams
) -> SkillState:
    items = [item for item in catalogue if skill in item.skills]
    cards = [known[item.key] for item in items if item.key in known]
    mastered = sum(card.is_mastered(params) for card in cards)
    return SkillState(
        skill,
        items=len(items),
        seen=len(cards),
        mastered=mastered,
        score=sum(card.score for card in cards) / len(cards) if cards else None,
        is_finished=len(items) >= params.path_items and mastered >= params.path_share * len(items),
    )


def _exercise(skill: Skill, known: dict[ItemKey, Card], catalogue: Sequence[Item]) -> str | None:
    """The scenario of an area that went worst, else one that was never played."""
    scenarios = [
        item.key for item in catalogue if skill in item.skills and item.key.kind is ItemKind.SCENARIO
    ]

    def went(key: ItemKey) -> float:
        card = known.get(key)
        if card is None:
            return 1.0
        return card.score if card.score < 1 else 2.0

    return min(scenarios, key=went).id if scenarios else None
