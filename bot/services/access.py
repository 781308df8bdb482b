"""Who may come in: invites, joining, and who sees whom."""

import hashlib
import secrets
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.db.uow import UnitOfWork
from bot.deps import Deps
from domain.errors import DomainError
from domain.ids import UserId
from domain.people.model import Role, Scope, User

LANGUAGE_LENGTH = 16
TOKEN_BYTES = 24  # 32 letters in a link; Telegram allows 64


@dataclass(frozen=True, slots=True)
class Invitation:
    """A one-time link's secret part, shown once, and until when it can be used."""

    user: User
    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Colleague:
    """A person as the office sees them."""

    user: User
    manager: User | None
    has_open_invite: bool
    customers: int


def fingerprint(token: str) -> str:
    """What is stored of a token: its SHA-256, so that a copy of the database opens no door."""
    return hashlib.sha256(token.encode()).hexdigest()


async def invite_known(deps: Deps, viewer: User | None, user_id: UserId, now: datetime) -> Invitation:
    """A new link for a person already on the list; older open links of theirs stop working.

    `viewer` None is the operator at the command line. DomainError "not_found" for people
    outside the viewer's team, "already_joined" for those who are in.
    """
    async with deps.db.write() as uow:
        user = _visible(viewer, await uow.users.get(user_id))
        if user.telegram_id is not None:
            raise DomainError("already_joined", name=user.name)
        await uow.invites.revoke(user.id, now)
        token = secrets.token_urlsafe(TOKEN_BYTES)
        expires_at = now + timedelta(days=deps.settings.invite_days)
        await uow.invites.add(
            user.id,
            fingerprint(token),
            viewer.id if viewer else None,
            now,
            expires_at,
        )
        await uow.audit.add("invite", f"user:{user.id}", now, user_id=viewer.id if viewer else None)
    return Invitation(user, token, expires_at)


async def invite_new(
    deps: Deps, viewer: User | None, role: Role, name: str, manager_id: UserId | None, now: datetime
) -> Invitation:
    """A link for somebody who is not on the list yet. Managers invite reps to their own team only."""
    if (
        viewer is not None
        and viewer.role is not Role.ADMIN
        and (viewer.role, role) != (Role.MANAGER, Role.REP)
    ):
        raise DomainError("not_allowed")
    if viewer is not None and viewer.role is Role.MANAGER:
        manager_id = viewer.id
    async with deps.db.write() as uow:
        known = await uow.users.by_name(name) if name else None
        if known is None:
            known = await uow.users.add(role, name, manager_id=manager_id, now=now)
        elif known.role is not role:
            raise DomainError("name_taken", name=name, role=known.role.value)
    return await invite_known(deps, viewer, known.id, now)


async def join(deps: Deps, token: str, telegram_id: int, full_name: str, now: datetime) -> User:
    """Follow an invite. It works once, for the account that opens it first.

    DomainError: "invite_unknown", "invite_used", "invite_expired", "invite_revoked", or
    "account_in_use" when this Telegram account belongs to another person here.
    """
    async with deps.db.write() as uow:
        invite = await uow.invites.by_hash(fingerprint(token))
        if invite is None:
            raise DomainError("invite_unknown")
        present = await uow.users.by_telegram(telegram_id)
        if present is not None and present.id == invite.user_id and present.is_active:
            return present  # the link opened twice by the same person
        if invite.used_at is not None:
            raise DomainError("invite_used")
        if invite.revoked_at is not None:
            raise DomainError("invite_revoked")
        if invite.expires_at <= now:
            raise DomainError("invite_expired")
        if present is not None:
            raise DomainError("account_in_use")
        user = await uow.users.get(invite.user_id)
        if user is None or not user.is_active:
            raise DomainError("invite_revoked")
        if not await uow.invites.use(invite.id, now):
            raise DomainError("invite_used")
        await uow.users.bind(user.id, telegram_id, now)
        if not user.name:
            await uow.users.rename(user.id, full_name)
        await _tell_inviter(uow, invite.created_by, user.id, now)
        await uow.audit.add("join", f"user:{user.id}", now, user_id=user.id)
        return replace(user, telegram_id=telegram_id, name=user.name or full_name)


async def heard_of(deps: Deps, telegram_id: int, language: str | None) -> User | None:
    """Who it is that wrote or tapped; they can be reached now, in the language that their Telegram speaks."""
    spoken = language[:LANGUAGE_LENGTH] if language else None
    async with deps.db.read() as uow:
        contact = await uow.users.contact_by_telegram(telegram_id)
    if contact is None:
        return None
    if contact.blocked_at is not None or contact.language != spoken:
        async with deps.db.write() as uow:
            await uow.users.heard(contact.user.id, spoken)
    return contact.user


async def let_speak(deps: Deps, telegram_id: int, now: datetime, *, is_stopped: bool) -> None:
    """Somebody has stopped the bot, or lets it speak again; of strangers nothing is kept."""
    async with deps.db.write() as uow:
        user = await uow.users.by_telegram(telegram_id)
        if user is not None:
            await uow.users.set_blocked(user.id, now if is_stopped else None)


async def _tell_inviter(uow: UnitOfWork, inviter: UserId | None, joined: UserId, now: datetime) -> None:
    """Whoever made the link hears that it was followed; the operator at the command line does not."""
    if inviter is not None:
        about = {"id": joined}
        await uow.outbox.owe(
            "joined", inviter, subject=f"user:{joined}", on=now.date(), due_at=now, params=about
        )


async def revoke(deps: Deps, viewer: User, user_id: UserId, now: datetime) -> None:
    """Make a person's open links useless."""
    async with deps.db.write() as uow:
        user = _visible(viewer, await uow.users.get(user_id))
        await uow.invites.revoke(user.id, now)
        await uow.audit.add("revoke", f"user:{user.id}", now, user_id=viewer.id)


async def set_active(deps: Deps, viewer: User, user_id: UserId, now: datetime, *, active: bool) -> None:
    """Close or reopen a person's access. Nobody closes their own."""
    if viewer.role is not Role.ADMIN or user_id == viewer.id:
        raise DomainError("not_allowed")
    async with deps.db.write() as uow:
        user = _visible(viewer, await uow.users.get(user_id))
        if not active:
            await uow.invites.revoke(user.id, now)
        await uow.audit.add("open" if active else "close", f"user:{user.id}", now, user_id=viewer.id)
        await uow.users.set_active(user.id, is_active=active)


async def set_manager(deps: Deps, viewer: User, user_id: UserId, manager_id: UserId, now: datetime) -> None:
    """Say whom a rep reports to."""
    if viewer.role is not Role.ADMIN:
        raise DomainError("not_allowed")
    async with deps.db.write() as uow:
        user = _visible(viewer, await uow.users.get(user_id))
        manager = await uow.users.get(manager_id)
        if manager is None or manager.role is not Role.MANAGER or user.role is not Role.REP:
            raise DomainError("not_found")
        await uow.audit.add("manager", f"user:{user.id}", now, user_id=viewer.id)
        await uow.users.set_manager(user.id, manager.id)


async def assign_unassigned(deps: Deps, viewer: User, user_id: UserId, now: datetime) -> int:
    """Give a rep all customers that belong to nobody; how many those were."""
    if viewer.role is not Role.ADMIN:
        raise DomainError("not_allowed")
    async with deps.db.write() as uow:
        user = _visible(viewer, await uow.users.get(user_id))
        if user.role is not Role.REP:
            raise DomainError("not_found")
        count = await uow.customers.assign(None, user.id)
        await uow.audit.add("assign", f"user:{user.id}", now, user_id=viewer.id, detail={"customers": count})
        return count


async def colleagues(deps: Deps, viewer: User) -> list[Colleague]:
    """The people whom a viewer may see: all for an admin, a manager's own team."""
    async with deps.db.read() as uow:
        everyone = {user.id: user for user in await uow.users.all()}
        invited = {invite.user_id for invite in await uow.invites.open(deps.clock.now())}
        today = deps.clock.now().date()
        counts = Counter(entry.owner_id for entry in await uow.customers.grid(Scope.of(viewer), today))
    return [
        Colleague(
            user,
            everyone.get(user.manager_id) if user.manager_id else None,
            user.id in invited,
            counts[user.id],
        )
        for user in everyone.values()
        if _sees(viewer, user)
    ]


async def colleague(deps: Deps, viewer: User, user_id: UserId) -> Colleague:
    """One person, or DomainError "not_found"."""
    for one in await colleagues(deps, viewer):
        if one.user.id == user_id:
            return one
    raise DomainError("not_found")


def _sees(viewer: User | None, user: User) -> bool:
    if viewer is None or viewer.role is Role.ADMIN:
        return True
    return viewer.role is Role.MANAGER and viewer.id in {user.manager_id, user.id}


def _visible(viewer: User | None, user: User | None) -> User:
    if user is None or not _sees(viewer, user):
        raise DomainError("not_found")
    return user
