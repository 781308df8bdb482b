"""The main job, end to end: a roster goes in, "who should I see today?" comes out."""

from pathlib import Path

import pytest

from domain.people.model import Role
from tests.support.world import world

GLP1 = Path(__file__).parents[1] / "data" / "nc_glp1"
FILES = (GLP1 / "nc_glp1_customers.csv", GLP1 / "nc_glp1_rx.csv")


@pytest.mark.parametrize(
    ("language", "ask", "why", "back", "grid"),
    [
        ("en", "Who should I visit today?", "Why", "Back to the list", "Nine-box grid"),
        ("zh", "今天该拜访谁", "为什么", "返回名单", "九宫格"),
    ],
)
async def test_a_rep_walks_from_start_to_grid(sqlite_database_url, tmp_path, language, ask, why, back, grid):
    async with world(sqlite_database_url, tmp_path, market="us") as town:
        await town.loads(*FILES, answers={"ours": "Dulaglutide", "owner": "Li Na"})
        rep = await town.joins("Li Na", Role.REP, language=language)
        await rep.sends(ask)
        messages = len(rep.messages)
        first = rep.buttons[0].split(" ", 1)[1]
        await rep.taps(first)
        assert first in rep.text
        await rep.taps(back)
        await rep.taps(why)
        await rep.taps(back)
        assert len(rep.messages) == messages
        await rep.taps(grid)
        assert rep.photo is not None
        assert "242" in rep.text
