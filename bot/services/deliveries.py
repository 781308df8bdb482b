"""What has been sent to people and what has not, for those who look after the bot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.clock import midnight
from bot.db.values import Owed
from bot.deps import Deps
from domain.errors import DomainError
from domain.ids import OwedId
from domain.people.model import Role, User

DAYS = 7
"""Days that are looked at, today among them."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that did not arrive, or of which nobody knows, and for whom it was."""

    owed: Owed
    person: User


@dataclass(frozen=True, slots=True)
class Deliveries:
    """`today` and `week` count what came to its end: sent, late, unknown, dead, skipped."""

    today: Mapping[str, int]
    week: Mapping[str, int]
    waiting: int
    failures: Sequence[Failure]


async def deliveries(deps: Deps, viewer: User, today: date, now: datetime) -> Deliveries:
    """What became of everything, and what went wrong, the newest first. DomainError "not_allowed"."""
    _check(viewer)
    week = _week(deps, viewer, today)
    until = now + timedelta(seconds=1)
    async with deps.db.read() as uow:
        people = {user.id: user for user in await uow.users.all()}
        return Deliveries(
            today=await uow.outbox.counts(midnight(today, _zone(deps, viewer)), until),
            week=await uow.outbox.counts(week, until),
            waiting=await uow.outbox.waiting(now),
            failures=[Failure(one, people[one.user_id]) for one in await uow.outbox.failed(week)],
        )


async def send_again(deps: Deps, viewer: User, owed_id: OwedId, now: datetime) -> None:
    """Owe one thing once more. DomainError "not_allowed", or "not_found" for what has not failed."""
    _check(viewer)
    async with deps.db.write() as uow:
        await uow.outbox.retry([owed_id], now)
        await uow.audit.add("send_again", f"outbox:{owed_id}", now, user_id=viewer.id)


async def send_all_again(deps: Deps, viewer: User, today: date, now: datetime) -> int:
    """Owe all failures of the week once more; how many. DomainError as `send_again`."""
    _check(viewer)
    async with deps.db.write() as uow:
        failed = await uow.outbox.failed(_week(deps, viewer, today))
        count = await uow.outbox.retry([one.id for one in failed], now)
        await uow.audit.add("send_again", "outbox", now, user_id=viewer.id, detail={"count": count})
        return count


def _week(deps: Deps, viewer: User, today: date) -> datetime:
    return midnight(today - timedelta(days=DAYS - 1), _zone(deps, viewer))


def _zone(deps: Deps, viewer: User) -> str:
    return viewer.time_zone or deps.settings.time_zone


def _check(viewer: User) -> None:
    if viewer.role is not Role.ADMIN:
        raise DomainError("not_allowed")
