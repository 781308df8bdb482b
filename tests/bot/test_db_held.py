"""Words that wait for a safety report, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.db.tables import HeldTextRow
from bot.db.values import AwaitedWords, HeldState, Purpose
from domain.compliance.rules import Place
from domain.errors import DomainError
from domain.people.model import Role

NOW = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
DAY = timedelta(hours=24)
WORDS = AwaitedWords(Purpose.VISIT_FIELD, 7, "note", NOW)


async def test_held_words_come_back_with_what_they_were_asked_for_and_go_when_the_wait_ends(database):
    async with database.write() as uow:
        li = (await uow.users.add(Role.REP, "Li Na", None, NOW)).id
        wei = (await uow.users.add(Role.REP, "Wang Wei", None, NOW)).id
        held = await uow.held.add(li, "a rash", "f", Place.NOTE, ["R-AE"], WORDS, now=NOW, due_at=NOW + DAY)
        plain = await uow.held.add(li, "hives", "g", Place.NOTE, ["R-AE"], None, now=NOW, due_at=NOW + DAY)
    async with database.read() as uow:
        first, second = await uow.held.open(li)
        assert (first.id, first.text, first.rules, first.words) == (held, "a rash", ("R-AE",), WORDS)
        assert (second.id, second.words, second.due_at) == (plain, None, NOW + DAY)
        assert await uow.held.open(wei) == []
        with pytest.raises(DomainError, match="not_found"):
            await uow.held.get(held, wei)
    async with database.write() as uow:
        with pytest.raises(DomainError, match="not_found"):
            await uow.held.close(held, wei, HeldState.DROPPED, NOW)
        await uow.held.close(held, li, HeldState.REPORTED, NOW)
        await uow.held.close(plain, li, HeldState.DROPPED, NOW)
        with pytest.raises(DomainError, match="not_found"):
            await uow.held.close(held, li, HeldState.REPORTED, NOW)
    async with database.read() as uow:
        assert await uow.held.open(li) == []
        assert [row.text for row in await uow.session.scalars(select(HeldTextRow))] == ["", ""]
        assert await uow.held.is_acknowledged(li, "f", NOW - DAY)
        assert not await uow.held.is_acknowledged(li, "f", NOW + DAY)
        assert not await uow.held.is_acknowledged(li, "g", NOW - DAY)
        assert not await uow.held.is_acknowledged(wei, "f", NOW - DAY)
