"""A customer refuses data collection: what is known about them is erased at once and for good."""

import asyncio
import secrets
from datetime import date, datetime, timedelta
from pathlib import Path
from shutil import rmtree

import structlog

from bot.db.values import ImportDraft
from bot.deps import Deps
from bot.services.corrections import customer_in
from domain.customers.model import Customer
from domain.ids import CustomerId
from domain.people.model import User

log = structlog.get_logger()

KEY_BYTES = 32
_ALL_SO_FAR = timedelta(days=1)  # files that came at this very moment, too


async def to_forget(deps: Deps, viewer: User, customer_id: CustomerId) -> Customer:
    """The customer who would be forgotten. DomainError "not_found" outside the viewer's scope."""
    async with deps.db.read() as uow:
        return await customer_in(uow, viewer, customer_id)


async def forget(deps: Deps, viewer: User, customer_id: CustomerId, *, today: date, now: datetime) -> None:
    """Erase a customer: rows, images of rows, files that were loaded, and what SQLite leaves in its file.

    What was counted stays, without a name. An import that brings the customer again leaves them out. The
    audit says that somebody was forgotten, and nothing about them. DomainError as `to_forget`.
    """
    async with deps.db.write() as uow:
        await customer_in(uow, viewer, customer_id)
        await uow.refusals.make_key(secrets.token_hex(KEY_BYTES))
        await uow.refusals.forget(customer_id, today, now)
        drafts = await uow.drafts.forget(now + _ALL_SO_FAR)
        await uow.audit.add("forgotten", f"customer:{customer_id}", now, user_id=viewer.id)
    await asyncio.to_thread(_remove_files, drafts)
    if not await deps.db.scrub():
        log.warning("the database file could not be cleared of what was erased; the next time it will be")


def _remove_files(drafts: list[ImportDraft]) -> None:
    for draft in drafts:
        for file in draft.files:
            rmtree(Path(file.path).parent, ignore_errors=True)
