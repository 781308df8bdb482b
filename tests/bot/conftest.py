from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.person import Person
from tests.support.team import team
from tests.support.world import World


@pytest.fixture
async def place(sqlite_database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """Boss with Li Na and Wang Wei in the small town. A file may have a world of its own in its place."""
    async with team(sqlite_database_url, tmp_path) as made:
        yield made


@pytest.fixture
def rep(place: World) -> Person:
    return place.people["Li Na"]
