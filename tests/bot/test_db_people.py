import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from domain.errors import DomainError
from domain.people.model import Role

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=7)


async def add(database, role, name, manager=None):
    async with database.write() as uow:
        return await uow.users.add(role, name, manager and manager.id, NOW)


async def test_a_person_is_found_by_id_account_and_name(database):
    li = await add(database, Role.REP, "Li  Wei")
    async with database.write() as uow:
        await uow.users.bind(li.id, 5_000_000_000, NOW)
    async with database.read() as uow:
        found = await uow.users.get(li.id)
        assert found == await uow.users.by_telegram(5_000_000_000) == await uow.users.by_name("li wei")
        assert (found.telegram_id, found.role, found.is_active) == (5_000_000_000, Role.REP, True)
        assert await uow.users.by_telegram(5) is None
        assert await uow.users.by_name("Wang") is None


async def test_a_name_that_two_people_bear_is_not_guessed(database):
    await add(database, Role.REP, "王芳")
    await add(database, Role.REP, "王芳")
    async with database.read() as uow:
        with pytest.raises(DomainError) as refused:
            await uow.users.by_name("王芳")
    assert (refused.value.code, refused.value.params) == ("ambiguous_name", {"name": "王芳"})


async def test_an_account_belongs_to_one_person_for_good(database):
    li, wang = await add(database, Role.REP, "Li"), await add(database, Role.REP, "Wang")

    async def bind(user, account):
        async with database.write() as uow:
            await uow.users.bind(user.id, account, NOW)

    await bind(li, 1)
    with pytest.raises(DomainError, match="account_in_use"):
        await bind(wang, 1)
    with pytest.raises(DomainError, match="already_joined"):
        await bind(li, 2)
    async with database.read() as uow:
        assert [user.telegram_id for user in await uow.users.all()] == [1, None]


async def test_of_two_people_who_join_with_one_account_at_once_one_gets_it(database):
    people = [await add(database, Role.REP, name) for name in ("Li", "Wang", "Zhao", "Chen")]

    async def join(user):
        async with database.write() as uow:
            await uow.users.bind(user.id, 1, NOW)

    outcomes = await asyncio.gather(*map(join, people), return_exceptions=True)
    assert sorted(str(outcome) for outcome in outcomes) == ["None", *["account_in_use()"] * 3]
    async with database.read() as uow:
        assert [user.telegram_id for user in await uow.users.all()].count(1) == 1


async def test_settings_of_one_person_leave_the_others_alone(database):
    manager = await add(database, Role.MANAGER, "Zhao")
    li, wang = await add(database, Role.REP, "Li"), await add(database, Role.REP, "Wang", manager)
    async with database.write() as uow:
        await uow.users.set_locale(li.id, "zh")
        await uow.users.set_time_zone(li.id, "Asia/Shanghai")
        await uow.users.set_active(li.id, is_active=False)
        await uow.users.set_manager(li.id, manager.id)
        await uow.users.rename(li.id, "Li Wei")
    async with database.read() as uow:
        changed = await uow.users.get(li.id)
        assert (changed.name, changed.locale, changed.time_zone, changed.is_active, changed.manager_id) == (
            "Li Wei",
            "zh",
            "Asia/Shanghai",
            False,
            manager.id,
        )
        assert await uow.users.get(wang.id) == wang
        assert await uow.users.team(manager.id) == [changed, wang]


async def test_settings_of_nobody_are_refused(database):
    with pytest.raises(DomainError, match="not_found"):
        async with database.write() as uow:
            await uow.users.set_locale(999, "zh")


async def test_an_invite_opens_once(database):
    li = await add(database, Role.REP, "Li")
    async with database.write() as uow:
        invite = await uow.invites.add(li.id, "a" * 64, None, NOW, LATER)
    async with database.write() as uow:
        assert await uow.invites.by_hash("a" * 64) == invite
        assert await uow.invites.use(invite.id, NOW)
        assert not await uow.invites.use(invite.id, NOW)
    async with database.read() as uow:
        used = await uow.invites.by_hash("a" * 64)
        assert used.used_at == NOW
        assert not used.is_open(NOW)
        assert await uow.invites.by_hash("b" * 64) is None


async def test_an_invite_does_not_open_when_late_or_revoked(database):
    li = await add(database, Role.REP, "Li")
    async with database.write() as uow:
        late = await uow.invites.add(li.id, "a" * 64, None, NOW, NOW + timedelta(hours=1))
        assert not await uow.invites.use(late.id, NOW + timedelta(hours=1))
        revoked = await uow.invites.add(li.id, "b" * 64, None, NOW, LATER)
        assert await uow.invites.revoke(li.id, NOW) == 2
        assert not await uow.invites.use(revoked.id, NOW)


async def test_open_invites_are_listed_for_all_and_for_one(database):
    li, wang = await add(database, Role.REP, "Li"), await add(database, Role.REP, "Wang")
    async with database.write() as uow:
        first = await uow.invites.add(li.id, "a" * 64, wang.id, NOW, LATER)
        second = await uow.invites.add(wang.id, "b" * 64, None, NOW, LATER)
        await uow.invites.add(wang.id, "c" * 64, None, NOW, NOW)
    async with database.read() as uow:
        assert await uow.invites.open(NOW) == [first, second]
        assert await uow.invites.open_for(wang.id, NOW) == [second]
        assert first.created_by == wang.id
