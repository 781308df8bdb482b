"""How fast messages go out, by the real clock of the event loop."""

import asyncio
from itertools import pairwise

from bot.outbox.pace import LIMIT, Pace


async def sent(times, waiting):
    await waiting
    times.append(asyncio.get_running_loop().time())


async def test_what_is_unasked_is_spread_over_the_second():
    pace, times = Pace(), []
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        for chat in range(45):
            group.create_task(sent(times, pace.say(chat)))
    assert times[-1] - times[0] >= 44 / 30 - 0.02
    assert all(later - first >= 1.0 for first, later in zip(times, times[LIMIT - 1 :], strict=False))
    assert min(later - first for first, later in pairwise(times)) > 0.02


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
