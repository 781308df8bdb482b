"""Words that wait for a safety report, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.db.tables import HeldTextRow
from bot.db.values import Attachment, AwaitedWords, HeldState, Purpose, Said
from domain.compliance.rules import Place
from domain.errors import DomainError
from domain.people.model import Role

NOW = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
DAY = timedelta(hours=24)
WORDS = AwaitedWords(Purpose.VISIT_FIELD, 7, "note", NOW)
RASH = Said(text="a rash", place=Place.NOTE, words=WORDS)
HIVES = Said(text="hives", place=Place.NOTE, attachment=Attachment("photo", "AgAC", "hives"))


async def test_held_words_come_back_with_what_they_were_asked_for_and_go_when_the_wait_ends(database):
    async with database.write() as uow:
        li = (await uow.users.add(Role.REP, "Li Na", None, NOW)).id
        wei = (await uow.users.add(Role.REP, "Wang Wei", None, NOW)).id
        held = await uow.held.add(li, RASH, "f", ["R-AE"], now=NOW, due_at=NOW + DAY)
        plain = await uow.held.add(li, HIVES, "g", ["R-AE"], now=NOW, due_at=NOW + DAY)
    async with database.read() as uow:
        first, second = await uow.held.open(li)
        assert (first.id, first.text, first.rules, first.words) == (held, "a rash", ("R-AE",), WORDS)
        assert (second.id, second.words, second.due_at) == (plain, None, NOW + DAY)
        assert (first.attachment, second.attachment) == (None, HIVES.attachment)
        assert await uow.held.is_known("f", WORDS)
        assert not await uow.held.is_known("g", WORDS)
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
        rows = list(await uow.session.scalars(select(HeldTextRow)))
        assert [(row.text, row.file_id) for row in rows] == [("", "")] * 2
        assert await uow.held.is_known("f", WORDS)
        assert await uow.held.is_acknowledged(li, "f", NOW - DAY)
        assert not await uow.held.is_acknowledged(li, "f", NOW + DAY)
        assert not await uow.held.is_acknowledged(li, "g", NOW - DAY)
        assert not await uow.held.is_acknowledged(wei, "f", NOW - DAY)
