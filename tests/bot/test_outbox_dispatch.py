"""What is owed arrives once, whatever happens on the way."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from bot.app import build_dispatcher
from bot.db.tables import OutboxRow
from bot.jobs.housekeeping import tidy
from bot.local.model import Dropped, LostAnswer, Refusal, server_error, too_many_requests
from bot.notices.model import Notice, Policy, Send
from bot.outbox.dispatcher import LEASE, LONGEST_PAUSE, Dispatcher
from bot.outbox.pace import NoPace
from bot.screens import Attachment, Screen
from bot.services.importing import roll_back
from domain.errors import DomainError
from domain.people.model import Role
from tests.support import town
from tests.support.process import until
from tests.support.world import world

HOUR = timedelta(hours=1)
TWO_FILES = (Attachment("a.txt", b"a"), Attachment("b.txt", b"b"))


class Desk:
    """A world with kinds of notices of its own, and a dispatcher that knows them."""

    def __init__(self, place, pace=None):
        self.place, self.composed, self.shown = place, [], []
        self.pace = pace or NoPace()

    def notices(self):
        async def say(turn, owed):
            self.composed.append(owed.id)
            return Screen(f"{owed.subject} {turn.locale} {owed.params.get('n', '')}".strip())

        async def nothing(turn, owed):
            return None

        async def gone(turn, owed):
            raise DomainError("not_found")

        async def broken(turn, owed):
            raise RuntimeError("a mistake of ours")

        async def parts(turn, owed):
            async def shown(message_id):
                self.shown.append(message_id)
                await turn.window.pin(message_id)

            return Screen("Three parts", attachments=TWO_FILES, shown=shown)

        kinds = {"nothing": nothing, "gone": gone, "broken": broken, "parts": parts, "say": say}
        found = {code: Notice(code=code, compose=kind, late_after=6 * HOUR) for code, kind in kinds.items()}
        once = Notice(code="once", compose=say, late_after=6 * HOUR, policy=Policy.AT_MOST_ONCE, sound=True)
        return found | {"once": once}

    def dispatcher(self):
        async def judge(turn, notice, owed):
            return Send(sound=notice.sound)

        bot = self.place.chatter.application.bot
        return Dispatcher(self.place.deps, bot, self.pace, self.notices(), judge)

    async def owe(
        self, kind, name="Li Na", *, subject="hello", later=timedelta(), on=None, fails=False, **params
    ):
        user, now = await self.place.user(name), self.place.clock.now()
        async with self.place.deps.db.write() as uow:
            is_new = await uow.outbox.owe(
                kind, user.id, subject=subject, on=on or now.date(), due_at=now + later, params=params
            )
            if fails:
                raise RuntimeError
        return is_new

    async def drain(self):
        await self.dispatcher().drain()

    async def rows(self):
        async with self.place.deps.db.read() as uow:
            query = select(OutboxRow).order_by(OutboxRow.id)
            return list(await uow.session.scalars(query))

    async def states(self):
        return [(row.state, row.error) for row in await self.rows()]

    def fail(self, fault, times=1, method="sendMessage"):
        self.place.chatter.telegram.fail(method, fault, times)

    def said(self, name="Li Na"):
        """What has arrived since the person joined."""
        return [message.text or message.document.name for message in self.place.people[name].messages[1:]]


@asynccontextmanager
async def a_desk(url, folder, *names, **settings):
    async with world(url, folder, **settings) as place:
        for name in ("Li Na", *names):
            await place.joins(name)
        yield Desk(place)


@pytest.fixture
async def desk(sqlite_database_url, tmp_path):
    async with a_desk(sqlite_database_url, tmp_path, "Wang Wei") as found:
        yield found


async def test_an_occurrence_is_owed_once_and_arrives_once(database_url, tmp_path):
    async with a_desk(database_url, tmp_path, "Wang Wei") as desk:
        tomorrow = desk.place.clock.now().date() + timedelta(days=1)
        assert await desk.owe("say", n=1)
        assert not await desk.owe("say", n=2)
        assert await desk.owe("say", "Wang Wei", n=3)
        assert await desk.owe("say", on=tomorrow, n=4)
        assert await desk.owe("say", subject="later", later=HOUR)
        await desk.drain()
        await desk.drain()
        assert sorted(desk.said()) == ["hello en 1", "hello en 4"]
        assert desk.said("Wang Wei") == ["hello en 3"]
        desk.place.clock.move(HOUR)
        await desk.drain()
        assert desk.said()[-1] == "later en"
        assert len(desk.said()) == 3
        assert {row.state for row in await desk.rows()} == {"sent"}


async def test_the_bell_rings_for_what_is_committed_only(desk):
    bell = desk.place.deps.db.owed
    bell.clear()
    with pytest.raises(RuntimeError):
        await desk.owe("say", fails=True)
    assert not bell.is_set()
    assert await desk.rows() == []
    await desk.owe("say")
    assert bell.is_set()


async def test_what_may_have_arrived_is_said_again_or_not_as_its_kind_wants(desk):
    await desk.owe("once", subject="nudge")
    await desk.owe("say", subject="answer")
    desk.fail(LostAnswer(), times=2)
    await desk.drain()
    assert await desk.states() == [("unknown", "connection_lost"), ("waiting", "connection_lost")]
    desk.place.clock.move(LONGEST_PAUSE)
    await desk.drain()
    assert await desk.states() == [("unknown", "connection_lost"), ("sent", "")]
    assert sorted(desk.said()) == ["answer en", "answer en", "nudge en"]


async def test_only_a_notice_that_may_sounds(desk):
    await desk.owe("once", subject="loud")
    await desk.owe("say", subject="quiet")
    await desk.drain()
    heard = {message.text: message.silent for message in desk.place.people["Li Na"].messages}
    assert heard["loud en"] is False
    assert heard["quiet en"] is True


async def test_parts_that_have_arrived_are_not_repeated(desk):
    await desk.owe("parts")
    desk.fail(Dropped(), method="sendDocument")
    await desk.drain()
    assert desk.said() == ["Three parts"]
    desk.place.clock.move(LONGEST_PAUSE)
    await desk.drain()
    assert desk.said() == ["Three parts", "a.txt", "b.txt"]
    assert await desk.states() == [("sent", "")]
    assert desk.place.people["Li Na"].pinned.text == "Three parts"
    (row,) = await desk.rows()
    assert len(row.message_ids) == 3


async def test_flood_control_holds_what_is_unasked_for_as_long_as_telegram_says(desk):
    await desk.owe("say")
    desk.fail(too_many_requests(30))
    held = []
    desk.pace.hold = held.append
    await desk.drain()
    assert held == [30.0]
    desk.place.clock.move(timedelta(seconds=29))
    await desk.drain()
    assert desk.said() == []
    desk.place.clock.move(timedelta(seconds=1))
    await desk.drain()
    assert desk.said() == ["hello en"]


async def test_telegram_may_be_unwell_for_an_hour(desk):
    await desk.owe("say")
    desk.fail(server_error(), times=40)
    for _ in range(60):
        await desk.drain()
        desk.place.clock.move(timedelta(minutes=1))
    assert desk.said() == ["hello en"]
    assert (await desk.rows())[0].attempts == 41


async def test_what_telegram_refuses_is_dead_and_nothing_else(desk):
    await desk.owe("say", subject="bad")
    desk.fail(Refusal(400, "Bad Request: can't parse entities"))
    await desk.drain()
    await desk.owe("say", subject="good")
    await desk.drain()
    assert await desk.states() == [("dead", "Can't parse entities"), ("sent", "")]
    assert desk.said() == ["good en"]


async def test_whoever_blocks_the_bot_is_left_alone_until_they_come_back(desk):
    await desk.place.people["Li Na"].blocks()
    await desk.owe("say", subject="unheard")
    await desk.owe("say", "Wang Wei")
    calls = len(desk.place.chatter.telegram.calls)
    await desk.drain()
    assert await desk.states() == [("skipped", "blocked"), ("sent", "")]
    assert len(desk.place.chatter.telegram.calls) == calls + 1, "nobody knocks at a closed door"
    li = desk.place.people["Li Na"]
    await li.unblocks()
    await desk.owe("say", subject="back")
    await desk.drain()
    assert li.text == "back en"


async def test_a_block_that_was_not_announced_is_learnt_from_telegram_and_ended_by_start(desk):
    li = desk.place.people["Li Na"]
    desk.fail(Refusal(403, "Forbidden: bot was blocked by the user"))
    await desk.owe("say", subject="first")
    await desk.drain()
    await desk.owe("say", subject="second")
    await desk.drain()
    assert await desk.states() == [("skipped", "blocked"), ("skipped", "blocked")]
    await li.sends("/start")
    await desk.owe("say", subject="third")
    await desk.drain()
    assert li.text == "third en"


@pytest.mark.parametrize(("kind", "reason"), [("nothing", "nothing_to_say"), ("gone", "nothing_to_say")])
async def test_what_is_settled_by_then_is_not_said(desk, kind, reason):
    await desk.owe(kind)
    await desk.drain()
    assert await desk.states() == [("skipped", reason)]
    assert desk.said() == []


async def test_people_who_left_or_never_came_are_told_nothing(desk):
    await desk.place.invited("Zhao Min", Role.REP)
    li = await desk.place.user("Li Na")
    async with desk.place.deps.db.write() as uow:
        await uow.users.set_active(li.id, is_active=False)
    await desk.owe("say")
    await desk.owe("say", "Zhao Min")
    await desk.drain()
    assert await desk.states() == [("skipped", "inactive"), ("skipped", "not_joined")]


async def test_a_machine_asleep_for_a_day_says_what_is_still_worth_it(desk):
    await desk.owe("say", subject="yesterday")
    await desk.owe("say", subject="today", later=timedelta(hours=20))
    desk.place.clock.move(timedelta(days=1))
    await desk.drain()
    assert await desk.states() == [("skipped", "late"), ("sent", "")]
    assert desk.said() == ["today en"]


async def test_a_mistake_of_ours_ends_one_notice_and_keeps_no_other(desk):
    await desk.owe("broken")
    await desk.owe("say")
    with capture_logs() as lines:
        for _ in range(6):
            await desk.drain()
            desk.place.clock.move(LONGEST_PAUSE)
    assert sum(line["event"] == "a notice failed" for line in lines) == 5
    assert await desk.states() == [("dead", "RuntimeError"), ("sent", "")]
    assert desk.said() == ["hello en"]


async def test_a_kind_that_this_version_does_not_know_is_dead(desk):
    await desk.owe("of_another_version")
    await desk.drain()
    assert await desk.states() == [("dead", "unknown_kind")]


async def test_two_processes_by_mistake_say_everything_once(database_url, tmp_path):
    async with a_desk(database_url, tmp_path, "Wang Wei") as desk:
        for number in range(50):
            await desk.owe("once", ("Li Na", "Wang Wei")[number % 2], subject=str(number))
        await asyncio.gather(*(desk.drain() for _ in range(3)))
        said = [*desk.said(), *desk.said("Wang Wei")]
        assert sorted(said) == sorted(f"{number} en" for number in range(50))
        assert [row.attempts for row in await desk.rows()] == [1] * 50


async def test_what_a_dead_process_had_claimed_comes_back_and_what_it_was_sending_does_not(
    database_url, tmp_path
):
    async with a_desk(database_url, tmp_path) as desk:
        await desk.owe("say", subject="claimed")
        await desk.owe("once", subject="under way")
        now, db = desk.place.clock.now(), desk.place.deps.db
        async with db.write() as uow:
            claimed, sending = await uow.outbox.claim(now, now + LEASE, 10)
            await uow.outbox.begin(sending)
        await desk.drain()
        assert await desk.states() == [("waiting", ""), ("sending", "")]
        desk.place.clock.move(LEASE)
        await desk.drain()
        assert await desk.states() == [("sent", ""), ("unknown", "interrupted")]
        assert desk.said() == ["claimed en"]
        async with db.write() as uow:
            assert not await uow.outbox.later(claimed, now), "who comes back too late changes nothing"
        assert (await desk.states())[0] == ("sent", "")


async def test_a_clock_that_is_put_back_and_forward_loses_nothing_and_doubles_nothing(desk):
    now, db = desk.place.clock.now(), desk.place.deps.db
    await desk.owe("say", subject="first", on=now.date())
    async with db.write() as uow:
        await uow.outbox.claim(now, now + LEASE, 10)
    desk.place.clock.move(-timedelta(days=1))
    await desk.drain()
    assert desk.said() == [], "it is not due yet by this clock"
    desk.place.clock.move(timedelta(days=1))
    await desk.drain()
    desk.place.clock.move(LEASE)
    await desk.drain()
    desk.place.clock.move(-HOUR)
    assert not await desk.owe("say", subject="first", on=now.date())
    await desk.drain()
    assert desk.said() == ["first en"]


async def test_a_lease_of_a_clock_that_ran_ahead_does_not_last(desk):
    now, db = desk.place.clock.now(), desk.place.deps.db
    await desk.owe("say")
    async with db.write() as uow:
        await uow.outbox.claim(now + HOUR, now + HOUR + LEASE, 10)
    await desk.drain()
    assert desk.said() == ["hello en"]


async def test_what_is_under_way_comes_to_its_end_when_the_bot_stops(desk):
    for number in range(150):
        await desk.owe("once", subject=str(number))

    class Slow(NoPace):
        @asynccontextmanager
        async def say(self, chat_id):
            await asyncio.sleep(0.05)
            yield

    desk.place.chatter.application.bot.rate_limiter.pace = Slow()
    dispatcher = desk.dispatcher()
    running = asyncio.ensure_future(dispatcher.run())
    await until(lambda: bool(desk.composed))
    running.cancel()
    await dispatcher.finish()
    states = [state for state, _ in await desk.states()]
    assert set(states) == {"sent", "waiting"}
    assert states.count("sent") == len(desk.said()) < 150


async def test_the_bot_speaks_the_language_that_a_persons_telegram_speaks_now(desk):
    li = desk.place.people["Li Na"]
    desk.place.chatter.telegram.user(li.user_id, first_name="Li Na", language_code="zh-hans")
    await li.sends("/help")
    await desk.owe("say")
    await desk.drain()
    assert li.text == "hello zh"


async def test_a_running_bot_wakes_for_what_is_owed(desk):
    dispatcher = build_dispatcher(desk.place.deps, desk.place.chatter.application)
    assert dispatcher._pace is desk.place.chatter.application.bot.rate_limiter.pace
    dispatcher = desk.dispatcher()
    running = asyncio.ensure_future(dispatcher.run())
    await asyncio.sleep(0.05)
    await desk.owe("say")
    await until(lambda: bool(desk.said()))
    running.cancel()
    await dispatcher.finish()


async def test_a_load_can_be_taken_back_though_something_was_owed_to_a_rep_of_it(desk):
    loaded = await desk.place.loads(town.hospitals("en"), town.customers("en", owner="Zhao Min"))
    await desk.owe("say", "Zhao Min")
    await roll_back(desk.place.deps, None, loaded.batch, desk.place.clock.now())
    assert await desk.rows() == []


async def test_what_is_settled_is_kept_for_three_months(desk):
    await desk.owe("say")
    await desk.drain()
    await desk.owe("say", subject="open", later=timedelta(days=200))
    desk.place.clock.move(timedelta(days=89))
    await tidy(desk.place.deps)
    assert len(await desk.rows()) == 2
    desk.place.clock.move(timedelta(days=2))
    await tidy(desk.place.deps)
    assert [row.subject for row in await desk.rows()] == ["open"]
