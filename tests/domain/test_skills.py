"""How far somebody is: the four areas, a finished path, days in a row, and who needs which talk."""

from datetime import date, timedelta

import pytest

from domain.calendar import WorkingCalendar
from domain.coaching.agenda import Item
from domain.coaching.memory import Card, ItemKey, ItemKind
from domain.coaching.scenario import Skill
from domain.coaching.skills import MemberSkills, TeamSkills, skill_states, streak, talk_needed
from domain.content.library import load_library
from domain.explain import Reason
from domain.ids import UserId
from domain.people.model import Role, User

FRIDAY = date(2026, 11, 20)
DAY = timedelta(days=1)
PARAMS = load_library().coaching.at(FRIDAY)
CALENDAR = WorkingCalendar()
SELLING = [Item(ItemKey(ItemKind.SCENARIO, f"s{n}"), (Skill.SELLING,)) for n in range(10)]
FACTS = [Item(ItemKey(ItemKind.FACT, f"f{n}"), (Skill.PRODUCT,)) for n in range(4)]


def card(item, score=1.0, stability=30.0):
    return Card(item=item.key, stability=stability, difficulty=5, interval=30, last=FRIDAY, score=score)


def state(cards, skill):
    return next(one for one in skill_states(cards, [*SELLING, *FACTS], PARAMS) if one.skill is skill)


def test_an_area_counts_its_items_those_asked_and_those_mastered_and_the_mean_of_the_latest_answers():
    found = state([card(SELLING[0]), card(SELLING[1], 0.5, 2.0), card(FACTS[0])], Skill.SELLING)
    assert (found.items, found.seen, found.mastered, found.score) == (10, 2, 1, 0.75)
    nothing = state([], Skill.ANALYSIS)
    assert (nothing.items, nothing.seen, nothing.score, nothing.is_finished) == (0, 0, None, False)


def test_a_path_is_finished_with_three_fifths_of_its_items_if_there_are_enough():
    assert not state([card(item) for item in SELLING[:5]], Skill.SELLING).is_finished
    assert state([card(item) for item in SELLING[:6]], Skill.SELLING).is_finished
    assert not state([card(item) for item in FACTS], Skill.PRODUCT).is_finished  # four are too few


def test_the_weakest_area_asks_for_a_talk_with_the_scenario_that_went_worst():
    cards = [card(SELLING[0], 0.6), card(SELLING[1], 0.1), card(SELLING[2], 0.5), card(FACTS[0], 0.0)]
    talk = talk_needed(cards, [*SELLING, *FACTS], PARAMS)
    assert (talk.skill, talk.scenario) == (Skill.SELLING, "s1")
    assert talk.reason == Reason("weak_skill", {"percent": 40, "seen": 3})


def test_no_talk_without_enough_answers_or_when_they_are_good():
    catalogue = [*SELLING, *FACTS]
    assert talk_needed([card(SELLING[0], 0.0), card(SELLING[1], 0.0)], catalogue, PARAMS) is None
    assert talk_needed([card(item, 0.9) for item in SELLING], catalogue, PARAMS) is None


def test_a_talk_about_facts_has_no_scenario_to_play():
    talk = talk_needed([card(item, 0.0) for item in FACTS], FACTS, PARAMS)
    assert (talk.skill, talk.scenario) == (Skill.PRODUCT, None)


@pytest.mark.parametrize(
    ("practised", "away", "days"),
    [
        ([0, 1, 2], [], 3),
        ([1, 2], [], 2),  # today is not over
        ([0, 2, 3], [], 1),  # yesterday was missed
        ([3, 4], [1, 2], 2),  # two days of leave
        ([], [], 0),
    ],
)
def test_a_row_of_days_forgives_leave_and_a_day_that_is_not_over(practised, away, days):
    back = [FRIDAY - n * DAY for n in range(10)]
    assert streak([back[n] for n in practised], FRIDAY, CALENDAR, [back[n] for n in away]) == days


def test_a_weekend_breaks_no_row_and_counts_when_something_was_practised_on_it():
    monday = FRIDAY + 3 * DAY
    assert streak([FRIDAY, monday], monday, CALENDAR, []) == 2
    assert streak([FRIDAY, FRIDAY + DAY, monday], monday, CALENDAR, []) == 3


def test_the_mean_of_a_team_is_over_those_who_have_answered():
    def member(number, cards):
        user = User(id=UserId(number), role=Role.REP, name=f"Rep {number}")
        return MemberSkills(user, skill_states(cards, SELLING, PARAMS), talk_needed(cards, SELLING, PARAMS))

    weak = member(1, [card(item, 0.2) for item in SELLING[:3]])
    team = TeamSkills((weak, member(2, [card(SELLING[0], 0.8)]), member(3, [])))
    assert team.mean(Skill.SELLING) == (pytest.approx(0.5), 2)
    assert team.mean(Skill.COMPLIANCE) == (None, 0)
    assert team.talks == (weak,)
