"""/deliveries: the admin sees what did not arrive and sends it again."""

import pytest

from bot.db.values import OwedState
from bot.notices.registry import NOTICES
from bot.outbox.dispatcher import LEASE
from domain.people.model import Role
from tests.support.world import world


async def failing(place, state, why, *, subject):
    """A question's answer for Li Na, owed and ended in this way."""
    user, now = await place.user("Li Na"), place.clock.now()
    async with place.deps.db.write() as uow:
        await uow.outbox.owe("morning", user.id, subject=subject, on=now.date(), due_at=now)
        (owed,) = await uow.outbox.claim(now, now + LEASE, 1)
        await uow.outbox.settle(owed, state, now, why)


@pytest.fixture
async def office(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        await place.joins("Root", Role.ADMIN)
        await place.joins("Li Na")
        yield place


async def test_what_failed_is_told_with_its_reason_and_sent_again(office):
    root = office.people["Root"]
    await root.sends("/deliveries")
    assert root.sees("Nothing has failed.")
    await failing(office, OwedState.UNKNOWN, "timed_out", subject="a")
    await failing(office, OwedState.DEAD, "Can't parse <b>", subject="b")
    await failing(office, OwedState.SENT, "", subject="c")
    await failing(office, OwedState.SKIPPED, "late", subject="d")
    await root.sends("/deliveries")
    assert "Today: 1 sent, 1 too late, 1 unknown, 1 dead" in root.text
    assert "Li Na · Morning list: no answer from Telegram" in root.text
    assert "✕" in root.text
    assert "Can't parse <b>" in root.text
    await root.taps("↻ Li Na")
    assert root.last_answer == "It is sent again"
    assert "On the way: 1" in root.text
    await root.taps("Home")
    await root.sends("/deliveries")
    async with office.deps.db.read() as uow:
        assert await uow.outbox.waiting(office.clock.now()) == 1
    assert "morning" in NOTICES


async def test_all_are_sent_again_with_one_tap(office):
    root = office.people["Root"]
    for subject in "abc":
        await failing(office, OwedState.UNKNOWN, "interrupted", subject=subject)
    await root.sends("/deliveries")
    await root.taps("Send all 3 again")
    assert root.last_answer == "3 notices are sent again"
    assert root.sees("Nothing has failed.")
    await office.delivers()
    async with office.deps.db.read() as uow:
        assert await uow.outbox.waiting(office.clock.now()) == 0


async def test_only_an_admin_sees_it(office):
    li = office.people["Li Na"]
    await li.sends("/deliveries")
    assert not li.sees("7 days:")
    assert "deliveries" not in li.commands
    assert "deliveries" in office.people["Root"].commands
