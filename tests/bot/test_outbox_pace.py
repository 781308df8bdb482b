"""How fast messages go out, by the real clock of the event loop."""

import asyncio
import random

import pytest

from bot.local.flood import Flood
from bot.outbox.pace import CATCH_UP, LIMIT, Pace


async def sent(times, turn):
    async with turn:
        times.append(asyncio.get_running_loop().time())


async def test_what_is_unasked_is_spread_over_the_second():
    pace, times = Pace(), []
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        for chat in range(45):
            group.create_task(sent(times, pace.say(chat)))
    at_first = CATCH_UP * LIMIT
    assert times[-1] - times[0] >= (44 - at_first) / LIMIT - 0.02
    assert times[-1] - times[0] < 44 / LIMIT + 0.3
    assert all(later - first >= 1.0 for first, later in zip(times, times[LIMIT:], strict=False))
    half = [sum(first <= each < first + 0.5 for each in times) for first in times]
    assert max(half) <= LIMIT / 2 + at_first + 1


@pytest.mark.parametrize(("there", "back"), [(0.2, 0.0), (0.0, 0.2), (0.1, 0.1)])
async def test_roads_that_take_now_more_and_now_less_never_bring_too_many_at_once(there, back):
    pace, flood, dice = Pace(), Flood(), random.Random(3)
    loop = asyncio.get_running_loop()
    arrived = []

    async def goes(chat):
        async with pace.say(chat):
            await asyncio.sleep(0.1 + there * dice.random() ** 4)
            assert flood.takes(str(chat))
            arrived.append(loop.time())
            await asyncio.sleep(0.1 + back * dice.random() ** 4)

    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        for chat in range(120):
            group.create_task(goes(chat))
    assert flood.refused == 0
    assert 119 / (arrived[-1] - arrived[0]) > 0.8 * LIMIT  # a fifth is for the road that has no length twice


async def test_what_is_on_its_way_counts_until_it_is_confirmed():
    pace, times = Pace(2), []
    confirmed = asyncio.Event()

    async def slow(chat):
        async with pace.say(chat):
            await confirmed.wait()

    async with asyncio.TaskGroup() as group:
        for chat in (1, 2):
            group.create_task(slow(chat))
        group.create_task(sent(times, pace.say(3)))
        await asyncio.sleep(1.5)
        assert not times
        began = asyncio.get_running_loop().time()
        confirmed.set()
    assert times[0] - began < 0.1  # they had left more than a second before, and were as quick as any


async def test_a_chat_gets_one_message_a_second_and_keeps_nobody_else():
    pace, one, others = Pace(), [], []
    async with asyncio.TaskGroup() as group:
        for _ in range(2):
            group.create_task(sent(one, pace.say(7)))
        for chat in range(10, 15):
            group.create_task(sent(others, pace.say(chat)))
    assert one[1] - one[0] >= 1.0
    assert others[-1] < one[1]


async def test_who_asks_is_answered_at_once_before_what_nobody_asked_for():
    pace, unasked, answers = Pace(), [], []
    async with asyncio.TaskGroup() as group:
        for chat in range(60):
            group.create_task(sent(unasked, pace.say(chat)))
        await asyncio.sleep(1.2)
        asked = asyncio.get_running_loop().time()
        for chat in range(100, 104):
            group.create_task(sent(answers, pace.answer(chat)))
    assert len(answers) == 4
    assert answers[-1] - asked < 0.5
    every = sorted([*unasked, *answers])
    assert all(later - first >= 0.999 for first, later in zip(every, every[LIMIT:], strict=False))


async def test_answers_alone_wait_for_nobody():
    pace, times = Pace(), []
    for chat in range(100):
        await sent(times, pace.answer(chat))
    assert times[-1] - times[0] < 0.2


async def test_when_telegram_asks_to_wait_nothing_more_is_said_unasked():
    pace, unasked, answers = Pace(), [], []
    began = asyncio.get_running_loop().time()
    pace.hold(0.4)
    await sent(answers, pace.answer(1))
    await sent(unasked, pace.say(2))
    assert answers[0] - began < 0.2
    assert unasked[0] - began >= 0.4
