"""Finding customers by name without building the index of names for every question."""

import asyncio

from bot.db.database import Database
from bot.db.repositories.customers import search_entries
from domain.customers.search import NameIndex
from domain.people.model import Scope, User

KEPT = 25_000_000
"""Characters of the lists whose indexes are kept. Of 20,000 customers the list has a million and a half, the
index takes about fifteen megabytes."""


class Directory:
    """Indexes of names, one per scope, each kept until anything in its list changes."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._indexes: dict[Scope, tuple[str, NameIndex]] = {}

    async def of(self, viewer: User) -> NameIndex:
        """The index of all customers whom a viewer may see."""
        scope = Scope.of(viewer)
        async with self._db.read() as uow:
            listed = await uow.customers.search_text(scope)
        known = self._indexes.pop(scope, None)
        if known is None or known[0] != listed:
            known = (listed, await asyncio.to_thread(_index, listed))
        self._indexes[scope] = known  # the most recently used stand last
        while len(self._indexes) > 1 and sum(len(each) for each, _ in self._indexes.values()) > KEPT:
            del self._indexes[next(iter(self._indexes))]
        return known[1]


def _index(listed: str) -> NameIndex:
    return NameIndex(search_entries(listed))
