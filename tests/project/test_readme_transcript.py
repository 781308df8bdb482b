"""The conversations in the READMEs are what the bot says, to the letter."""

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.local.territory import MARKETS, OURS, sheets
from bot.local.territory_words import WORDS
from bot.services.importing import load
from domain.people.model import Role
from tests.support.world import LIBRARY, world

ROOT = Path(__file__).parents[2]
DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("language", "readme", "zone", "question", "why"),
    [
        ("en", "README.md", "America/Chicago", "Who should I visit today?", "Why"),
        ("zh", "README.zh.md", "Asia/Shanghai", "今天该拜访谁？", "为什么"),
    ],
)
async def test_readme_shows_what_the_bot_says(
    sqlite_database_url, tmp_path, language, readme, zone, question, why
):
    morning = datetime(2026, 11, 23, 8, 30, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    territory = sheets(LIBRARY, language, DAY)
    rep_name = WORDS[language].reps[0]
    async with world(
        sqlite_database_url, tmp_path, market=MARKETS[language], now=morning, time_zone=zone, ours=(OURS,)
    ) as place:
        await load(place.deps, None, territory, {}, as_of=DAY, now=morning)
        rep = await place.joins(rep_name, Role.REP, language=language)
        await rep.sends(question)
        today = rep.text
        await rep.taps("⋯")
        await rep.taps(why)
        text = (ROOT / readme).read_text(encoding="utf-8")
        for said in (today, rep.text):
            assert f"```text\n{said}\n```" in text, said
