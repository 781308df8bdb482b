"""Finding customers by name without building the index of names for every question."""

import asyncio

from bot.db.database import Database
from domain.customers.search import NameIndex, SearchEntry
from domain.ids import UserId
from domain.people.model import Scope, User

KEPT = 100  # viewers; an index of 500 names takes about a megabyte


class Directory:
    """Indexes of names, one per viewer, each kept until the viewer's list changes."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._indexes: dict[UserId, tuple[list[SearchEntry], NameIndex]] = {}

    async def of(self, viewer: User) -> NameIndex:
        """The index of all customers whom a viewer may see."""
        async with self._db.read() as uow:
            entries = await uow.customers.search_entries(Scope.of(viewer))
        known = self._indexes.pop(viewer.id, None)
        if known is None or known[0] != entries:
            known = (entries, await asyncio.to_thread(NameIndex, entries))
        self._indexes[viewer.id] = known  # the most recently used stand last
        while len(self._indexes) > KEPT:
            del self._indexes[next(iter(self._indexes))]
        return known[1]
