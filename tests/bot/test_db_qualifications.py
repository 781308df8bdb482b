"""Until when representatives are filed and trained, on both databases."""

from datetime import UTC, date, datetime

from bot.db.digest import digest
from domain.people.model import Role
from domain.people.qualifications import QualificationKind

NOW = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
FILING, TRAINING = QualificationKind.FILING, QualificationKind.TRAINING
SOON, LATER = date(2026, 12, 1), date(2027, 6, 30)


async def test_the_last_word_counts_and_what_ends_soon_is_found(database):
    async with database.write() as uow:
        li = (await uow.users.add(Role.REP, "Li Na", None, NOW)).id
        wei = (await uow.users.add(Role.REP, "Wang Wei", None, NOW)).id
        boss = (await uow.users.add(Role.MANAGER, "Boss", None, NOW)).id
        before = await digest(uow)
        await uow.qualifications.say(li, FILING, SOON, boss, NOW)
        await uow.qualifications.say(li, TRAINING, SOON, boss, NOW)
        await uow.qualifications.say(li, FILING, LATER, boss, NOW)
        await uow.qualifications.say(wei, TRAINING, LATER, None, NOW)
        await uow.qualifications.say(wei, TRAINING, None, None, NOW)
    async with database.read() as uow:
        assert await digest(uow) != before
        assert await uow.qualifications.of_user(li) == {FILING: LATER, TRAINING: SOON}
        assert await uow.qualifications.of_user(wei) == {TRAINING: None}
        assert await uow.qualifications.of_user(boss) == {}
        assert set(await uow.qualifications.of_users([li, wei, boss])) == {li, wei}
        assert await uow.qualifications.ending(date(2026, 11, 23), SOON) == {li: {TRAINING: SOON}}
        assert await uow.qualifications.ending(SOON, LATER) == {li: {FILING: LATER, TRAINING: SOON}}
        assert await uow.qualifications.ending(date(2026, 11, 23), date(2026, 11, 30)) == {}
