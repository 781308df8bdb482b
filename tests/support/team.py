"""Teams in the small town, who must not see each other's customers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from domain.people.model import Role
from tests.support import town
from tests.support.person import Person
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


async def teams(place: World, language: str = "en") -> tuple[Person, Person, Person]:
    """Two managers, each with a rep of twenty-seven customers: the first two and the second manager.

    What comes then comes an hour later.
    """
    boss = await place.joins("Boss", Role.MANAGER, language=language)
    other = await place.joins("Other Boss", Role.MANAGER, language=language)
    rep = await place.joins("Li Na", Role.REP, manager="Boss", language=language)
    await place.joins("Wang Wei", Role.REP, manager="Other Boss", language=language)
    await place.loads(town.hospitals(language), town.customers(language))
    await place.loads(town.customers(language, first=300, owner="Wang Wei"))
    place.clock.move(timedelta(hours=1))
    return boss, rep, other
