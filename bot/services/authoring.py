"""Scenarios that managers write for their teams: read, checked, tried out, published and retired."""

import asyncio
from datetime import datetime
from pathlib import PurePath

from bot.db.repositories.coaching import OwnScenario, Played
from bot.db.uow import UnitOfWork
from bot.deps import Deps
from bot.importing.reading import UploadedFile, read_tables_apart
from bot.services import coaching
from domain.coaching import authoring
from domain.coaching.scenario import Scenario
from domain.coaching.sheet import read_sheet
from domain.content.reading import ContentErrors, ContentProblem, read_text
from domain.ids import OwnScenarioId
from domain.people.model import User

YAML = frozenset({".yaml", ".yml"})
LARGEST = 200_000
"""Bytes of a file with a scenario."""


async def read(deps: Deps, viewer: User, name: str, data: bytes, locale: str, now: datetime) -> OwnScenario:
    """Keep an uploaded scenario as a draft, as the next version of one's own of that name.

    Raises ContentErrors with every mistake; DomainError as in reading a roster.
    """
    name = PurePath(name).name[:60]
    if PurePath(name).suffix.lower() in YAML:
        scenario = await asyncio.to_thread(read_text, data, Scenario, name=name)
    else:
        tables = await read_tables_apart([UploadedFile(name, data)])
        lines = tables[0].rows if tables else []
        scenario = await asyncio.to_thread(read_sheet, lines, name=name)
    async with deps.db.write() as uow:
        latest = await uow.coaching.latest_version(scenario.id)
        is_mine = latest is not None and latest[0] == viewer.id
        shipped = {key for texts in deps.library.scenarios.values() for key in texts}
        taken = shipped if latest is None or is_mine else {*shipped, scenario.id}
        found = await asyncio.to_thread(_problems, deps, scenario, name, locale, taken)
        if found:
            raise ContentErrors(found)
        if latest is not None:
            scenario = scenario.model_copy(update={"version": latest[1] + 1})
        number = await uow.coaching.add_own(viewer.id, scenario, now)
        return await uow.coaching.own(number, viewer.id)


def _problems(
    deps: Deps, scenario: Scenario, name: str, locale: str, taken: set[str]
) -> list[ContentProblem]:
    gates = deps.library.gates
    rules = {rule for gate in gates.values() for rule in gate.rules}
    gate = deps.library.compliance(deps.settings.market)
    return list(authoring.problems(scenario, gate, name=name, locale=locale, taken=taken, rules=rules))


async def owned(deps: Deps, viewer: User) -> list[OwnScenario]:
    """The viewer's drafts and published scenarios, the newest first."""
    async with deps.db.read() as uow:
        return await uow.coaching.owned(viewer.id)


async def own(deps: Deps, viewer: User, own_id: OwnScenarioId) -> OwnScenario:
    """One of the viewer's own. DomainError "not_found" for those of others."""
    async with deps.db.read() as uow:
        return await uow.coaching.own(own_id, viewer.id)


async def try_out(deps: Deps, viewer: User, own_id: OwnScenarioId, now: datetime) -> Played:
    """Begin it as somebody who plays it would see it; nothing is learned from that."""
    async with deps.db.write() as uow:
        found = await uow.coaching.own(own_id, viewer.id)
        return await coaching.begin(deps, uow, viewer, found.scenario, now, is_preview=True)


async def publish(deps: Deps, viewer: User, own_id: OwnScenarioId, now: datetime) -> OwnScenario:
    """Offer a draft to all below the viewer, in place of the version before.

    DomainError "scenario_settled" for what is no draft any more.
    """
    async with deps.db.write() as uow:
        found = await uow.coaching.publish(own_id, viewer.id, now)
        await _log(uow, viewer, "scenario_published", found, now)
        return await uow.coaching.own(own_id, viewer.id)


async def retire(deps: Deps, viewer: User, own_id: OwnScenarioId, now: datetime) -> OwnScenario:
    """Offer it no more; who is playing it can finish. DomainError "scenario_settled"."""
    async with deps.db.write() as uow:
        found = await uow.coaching.retire(own_id, viewer.id, now)
        await _log(uow, viewer, "scenario_retired", found, now)
        return found


async def _log(uow: UnitOfWork, viewer: User, action: str, found: OwnScenario, now: datetime) -> None:
    detail = {"scenario": found.scenario.id, "version": found.scenario.version}
    await uow.audit.add(action, f"scenario:{found.id}", now, user_id=viewer.id, detail=detail)
