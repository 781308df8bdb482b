"""What is remembered and when it is asked again: growing distances, leave, the cap, learners who forget."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendar import WorkingCalendar
from domain.coaching.agenda import Item, Situation, next_items
from domain.coaching.memory import Card, ItemKey, ItemKind, recall, reviewed
from domain.coaching.scenario import Skill
from domain.content.library import load_library
from domain.explain import Reason
from tests.support.learners import Learner, catalogue_of

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
PARAMS = load_library().coaching.at(TODAY)
CALENDAR = WorkingCalendar()
FACT = ItemKey(ItemKind.FACT, "grid_axes")
PLAY = ItemKey(ItemKind.SCENARIO, "speaker_training")
REFUSED = Reason("week_refused", {"name": "Zhang"})


def answered(*scores, item=FACT):
    """The card after these scores, each given on the day on which the item came back, and those days."""
    card, days = None, [TODAY]
    for score in scores:
        card = reviewed(card, item, score, days[-1], PARAMS)
        days.append(card.due())
    return card, days


def card_of(item, *, last=TODAY - 5 * DAY, interval=5, stability=5.0):
    return Card(item=item, stability=stability, difficulty=5.0, interval=interval, last=last, score=1.0)


def chosen(cards, catalogue, **situation):
    found = next_items(cards, catalogue, Situation(today=TODAY, **situation), PARAMS)
    return [(one.key, one.reason.code) for one in found]


def item(key, *skills, personal=False):
    return Item(key, skills or (Skill.SELLING,), personal)


def test_what_is_remembered_is_asked_at_growing_distances_and_mastered_only_after_several_answers():
    card, days = answered(1, 1, 1, 1)
    distances = [(after - before).days for before, after in pairwise(days)]
    assert distances == sorted(distances)
    assert distances[0] < 7 < PARAMS.mastered < distances[-1] <= PARAMS.longest
    assert card.is_mastered(PARAMS)
    assert not answered(1, 1)[0].is_mastered(PARAMS)


def test_forgetting_brings_an_item_back_soon_and_is_counted():
    known, days = answered(1, 1, 1)
    lapsed = reviewed(known, FACT, 0.0, days[-1], PARAMS)
    assert lapsed.due() - lapsed.last < known.due() - known.last
    assert (lapsed.lapses, lapsed.reviews, lapsed.score) == (1, 4, 0.0)
    assert not lapsed.is_mastered(PARAMS)
    assert answered(0)[0].lapses == 0  # what was never known cannot be forgotten


def test_an_item_comes_back_when_nine_in_ten_would_still_remember_it():
    card, days = answered(0.8, 0.8, 0.8)
    assert recall(card, card.last) == 1
    assert recall(card, days[-1]) == pytest.approx(PARAMS.retention, abs=0.01)
    assert recall(card, days[-1] + 30 * DAY) < recall(card, days[-1])


@pytest.mark.parametrize(("better", "worse"), [(1.0, 0.8), (0.8, 0.6), (0.6, 0.3)])
def test_a_better_score_of_a_scenario_rests_longer(better, worse):
    assert answered(better, item=PLAY)[0].stability > answered(worse, item=PLAY)[0].stability


def test_a_fact_is_never_easy_because_a_guess_may_be_right():
    assert answered(1.0, item=FACT)[0].stability == answered(0.8, item=PLAY)[0].stability


def test_each_day_of_leave_puts_an_item_off_by_a_day():
    card = card_of(FACT, last=TODAY, interval=10)
    leave = {TODAY + n * DAY for n in range(3, 17)}
    assert card.due() == TODAY + 10 * DAY
    assert card.due(leave) == TODAY + 24 * DAY
    assert card.due({TODAY, TODAY + 11 * DAY}) == card.due()  # before and after do not matter


def test_first_what_is_assigned_then_the_week_then_what_fades_then_what_is_new():
    fades, fades_more, assigned, weekly, new = (ItemKey(ItemKind.SCENARIO, name) for name in "abcde")
    catalogue = [item(key) for key in (new, fades, fades_more, weekly, assigned)]
    cards = [card_of(fades, last=TODAY - 6 * DAY), card_of(fades_more, last=TODAY - 20 * DAY)]
    five = PARAMS.model_copy(update={"a_day": 5})
    at = Situation(
        today=TODAY, assigned=[(assigned, Reason("assigned"))], triggered=[(weekly, REFUSED), (new, REFUSED)]
    )
    found = next_items(cards, catalogue, at, five)
    assert [one.key for one in found] == [assigned, weekly, fades_more, fades, new]
    assert [one.reason for one in found] == [
        Reason("assigned"),
        REFUSED,
        Reason("forgetting", {"days": 20}),
        Reason("forgetting", {"days": 6}),
        Reason("new_item"),
    ]
    assert found[0].recall is None
    assert found[2].recall == recall(cards[1], TODAY)


def test_on_a_day_of_leave_nothing_is_asked_not_even_what_is_assigned():
    assigned = [(PLAY, Reason("assigned"))]
    assert chosen([], [item(PLAY)], assigned=assigned) == [(PLAY, "assigned")]
    assert chosen([], [item(PLAY)], assigned=assigned, away={TODAY}) == []


def test_the_week_does_not_ask_again_what_was_just_asked_nor_what_is_mastered():
    catalogue = [item(PLAY)]
    lately = card_of(PLAY, last=TODAY - 2 * DAY, interval=9)
    earlier = card_of(PLAY, last=TODAY - PARAMS.rest * DAY, interval=20)
    mastered = replace(earlier, stability=float(PARAMS.mastered), interval=40)
    due = replace(mastered, last=TODAY - 40 * DAY)
    week = {"triggered": [(PLAY, REFUSED)]}
    assert chosen([lately], catalogue, **week) == []
    assert chosen([earlier], catalogue, **week) == [(PLAY, "week_refused")]
    assert chosen([mastered], catalogue, **week) == []
    assert chosen([due], catalogue, **week) == [(PLAY, "week_refused")]


def test_what_is_new_begins_with_the_own_customers_and_takes_scenarios_and_facts_in_turns():
    scenarios = [ItemKey(ItemKind.SCENARIO, f"s{n}") for n in range(3)]
    facts = [ItemKey(ItemKind.FACT, f"f{n}") for n in range(3)]
    catalogue = [
        item(scenarios[0], Skill.SELLING),
        item(scenarios[1], Skill.SELLING),
        item(scenarios[2], Skill.ANALYSIS, personal=True),
        item(facts[0], Skill.ANALYSIS),
        item(facts[1], Skill.SELLING),
        item(facts[2], Skill.ANALYSIS),
    ]
    assert [key for key, _ in chosen([], catalogue)] == [scenarios[2], facts[1], scenarios[0]]


def test_what_was_done_today_counts_and_does_not_come_again():
    keys = [ItemKey(ItemKind.FACT, f"f{n}") for n in range(5)]
    catalogue = [item(key) for key in keys]
    assert len(chosen([], catalogue)) == 3
    assert [key for key, _ in chosen([], catalogue, done={keys[0], keys[3]})] == [keys[1]]
    assert chosen([], catalogue, done=set(keys[:3])) == []


keys = st.builds(ItemKey, st.sampled_from(ItemKind), st.sampled_from("abcdefgh"))
cards = st.builds(
    card_of,
    keys,
    last=st.dates(TODAY - 90 * DAY, TODAY),
    interval=st.integers(1, 60),
    stability=st.floats(0.1, 60),
)
reasons = st.lists(st.tuples(keys, st.just(Reason("assigned"))), max_size=6)


@settings(max_examples=150)
@given(
    st.lists(cards, unique_by=lambda card: card.item),
    st.lists(keys, unique=True),
    st.sets(keys),
    reasons,
    reasons,
    st.sets(st.dates(TODAY - 20 * DAY, TODAY + 5 * DAY)),
)
def test_never_more_than_three_a_day_nothing_twice_and_nothing_foreign(
    remembered, known, done, assigned, triggered, away
):
    at = Situation(today=TODAY, away=away, done=done, assigned=assigned, triggered=triggered)
    found = [one.key for one in next_items(remembered, [item(key) for key in known], at, PARAMS)]
    assert len(found) == len(set(found)) <= max(0, 3 - len(done))
    assert set(found) <= set(known) - done
    if TODAY in away:
        assert found == []


@pytest.mark.parametrize("pace", [0.9, 1.0, 1.2])
def test_learners_of_known_memory_recall_nine_in_ten_at_review_give_or_take_five_points(pace):
    # Sixty days of 15 learners, whose memory lasts 0.9 to 1.2 times as long as the model thinks.
    recalls, remembered = [], []
    for seed in range(15):
        learner = Learner(PARAMS, catalogue_of(40, 40), Random(seed), pace)
        learner.lives(date(2026, 1, 5), 60, CALENDAR)
        recalls += [part for _, _, part, _ in learner.asked]
        remembered += [was for *_, was in learner.asked]
        assert max(learner.per_day.values()) == PARAMS.a_day
    assert len(recalls) > 1000
    assert abs(sum(recalls) / len(recalls) - PARAMS.retention) <= 0.05
    assert abs(sum(remembered) / len(remembered) - PARAMS.retention) <= 0.06


def test_after_fourteen_days_of_leave_three_a_day_come_the_least_remembered_first():
    first = date(2026, 1, 5)
    leave = frozenset(first + n * DAY for n in range(30, 44))
    for seed in range(10):
        learner = Learner(PARAMS, catalogue_of(40, 40), Random(seed))
        learner.lives(first, 70, CALENDAR, leave)
        assert all(learner.per_day[day] == 0 for day in leave & learner.per_day.keys())
        back = [day for day in learner.per_day if day > max(leave)]
        assert len(back) == 18
        assert max(learner.per_day[day] for day in back) == PARAMS.a_day
        first_day = [part for day, _, part, _ in learner.asked if day == back[0]]
        assert first_day == sorted(first_day)
