"""Where each account stands as a buyer, without going through all purchases for every card."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.db.database import Database
from domain.content.library import Library
from domain.ids import InstitutionId
from domain.segments.stage import LifecycleStage
from domain.tiering.analysis_params import LifecycleParams


@dataclass(frozen=True, slots=True)
class Accounts:
    """The stage of every account that has ever bought; one has lapsed after `lapse_days` without buying."""

    stages: Mapping[InstitutionId, LifecycleStage]
    lapse_days: int

    def stage(self, institution_id: InstitutionId) -> LifecycleStage:
        return self.stages.get(institution_id, LifecycleStage.PROSPECT)


class Lifecycles:
    """The stages of a day, kept until the day or the purchases change."""

    def __init__(self, db: Database, library: Library) -> None:
        self._db = db
        self._library = library
        self._known: tuple[object, Accounts | None] | None = None
        self._reckoning = asyncio.Lock()

    async def of(self, today: date) -> Accounts | None:
        """The accounts as they stand on a day; None while no purchases are stored at all."""
        async with self._reckoning, self._db.read() as uow:
            version = (today, await uow.segments.purchases_version())
            if self._known is not None and self._known[0] == version:
                return self._known[1]
            bought = await uow.segments.purchases()
            params = self._library.analysis.at(today).lifecycle
            accounts = await asyncio.to_thread(_accounts, bought, today, params) if bought else None
            self._known = (version, accounts)
        return accounts


def _accounts(
    bought: Sequence[tuple[InstitutionId, date, float | None]], today: date, params: LifecycleParams
) -> Accounts:
    import pandas as pd

    from domain.segments.lifecycle import lifecycle
    from domain.tiering.purchases import COLUMNS, purchases

    found = lifecycle(purchases(pd.DataFrame(bought, columns=list(COLUMNS)), today), params)
    numbers = map(InstitutionId, found.stages.index.tolist())
    return Accounts(dict(zip(numbers, map(LifecycleStage, found.stages), strict=True)), found.lapse_days)
