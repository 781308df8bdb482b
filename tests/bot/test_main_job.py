"""The main job, end to end: a roster goes in, "who should I see today?" comes out."""

from pathlib import Path

import pytest

from bot.services import customers
from domain.content.library import load_library
from domain.people.model import Role
from domain.tiering.model import Cell
from tests.support.world import LIBRARY, world

GLP1 = Path(__file__).parents[1] / "data" / "nc_glp1"
FILES = (GLP1 / "nc_glp1_customers.csv", GLP1 / "nc_glp1_rx.csv")


# Published figures of the data (tests/data/nc_glp1/PROVENANCE.md): rows are potential high, middle, low,
# columns support 1 (high share), 2, 3.
BY_TERCILES = ((21, 35, 25), (28, 25, 27), (32, 20, 29))
BY_FIXED_CUTS = ((20, 48, 29), (35, 38, 26), (17, 8, 21))
FIXED_CUTS = """
from: 2021-01-01
source: the fixed cuts of the published figures
note: potential up to 60 / 150, share up to .20 / .50
country: US
make_up_days: false
usage_per_customer: true
asks_datum: false
methods: {potential: [cuts], support: [cuts]}
"""


@pytest.mark.parametrize("published", [BY_TERCILES, BY_FIXED_CUTS], ids=["terciles", "fixed cuts"])
async def test_a_roster_gives_the_published_nine_box(sqlite_database_url, tmp_path, published):
    library = LIBRARY
    if published is BY_FIXED_CUTS:
        (tmp_path / "own" / "markets").mkdir(parents=True)
        (tmp_path / "own" / "markets" / "us.yaml").write_text(FIXED_CUTS)
        library = load_library(tmp_path / "own")
    async with world(sqlite_database_url, tmp_path, market="us", library=library) as town:
        await town.loads(*FILES, answers={"ours": "Dulaglutide", "owner": "Li Na"})
        admin = await town.joins("Root", Role.ADMIN)
        grid = await customers.grid(town.deps, await town.user("Root"), town.clock.now().date())
        counts = [len(grid.cells[cell]) for cell in Cell]
        assert counts == [count for row in published for count in row]
        async with town.deps.db.read() as uow:
            measures = (await uow.tiers.measures(("Dulaglutide",))).values()
        assert sum(one.quantity or 0 for one in measures) == 38_764
        assert sum(one.ours or 0 for one in measures) == 14_286
        await admin.sends("/grid")
        for cell, count in zip(Cell, counts, strict=True):
            assert f"{cell.value} {count}" in admin.text


@pytest.mark.parametrize(
    ("language", "ask", "why", "back", "home", "grid"),
    [
        ("en", "Who should I visit today?", "Why", "Back to the list", "Home", "Nine-box grid"),
        ("zh", "今天该拜访谁", "为什么", "返回名单", "首页", "九宫格"),
    ],
)
async def test_a_rep_walks_from_start_to_grid(
    sqlite_database_url, tmp_path, language, ask, why, back, home, grid
):
    async with world(sqlite_database_url, tmp_path, market="us") as town:
        await town.loads(*FILES, answers={"ours": "Dulaglutide", "owner": "Li Na"})
        rep = await town.joins("Li Na", Role.REP, language=language)
        await rep.sends(ask)
        messages = len(rep.messages)
        first = rep.buttons[0].split(" ", 1)[1]
        await rep.taps(first)
        assert first in rep.text
        await rep.taps(back)
        await rep.taps("⋯")
        await rep.taps(why)
        await rep.taps(back)
        assert len(rep.messages) == messages
        await rep.taps(home)
        await rep.taps(grid)
        assert rep.photo is not None
        assert "242" in rep.text
