"""A team in the small town: a manager and two reps who must not see each other's customers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from domain.people.model import Role
from tests.support import town
from tests.support.world import World, world


@asynccontextmanager
async def team(url: str, directory: Path) -> AsyncIterator[World]:
    """Boss with Li Na (customers D001 to D027) and Wang Wei (D300 to D326), in English."""
    async with world(url, directory, market="cn") as made:
        await made.joins("Boss", Role.MANAGER)
        await made.joins("Li Na", Role.REP, manager="Boss")
        await made.joins("Wang Wei", Role.REP, manager="Boss")
        await made.loads(town.hospitals("en"), town.customers("en"))
        await made.loads(town.customers("en", first=300, owner="Wang Wei"))
        yield made
