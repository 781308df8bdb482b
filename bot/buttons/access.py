"""Buttons answered by `bot.handlers.access`."""

from dataclasses import dataclass

from bot.callbacks import Callback, button
from domain.people.model import Role


@button("i1")
@dataclass(frozen=True, slots=True)
class ShowInvite(Callback):
    """Whom to invite."""

    page: int = 0


@button("ir1")
@dataclass(frozen=True, slots=True)
class InviteRole(Callback):
    """Invite somebody who is not on the list yet; a rep needs a manager where there are several."""

    role: Role
    manager: int | None = None


@button("iu1")
@dataclass(frozen=True, slots=True)
class InviteUser(Callback):
    """Make a new link for a person on the list."""

    user: int


@button("ix1")
@dataclass(frozen=True, slots=True)
class RevokeInvite(Callback):
    """Make a person's open links useless."""

    user: int


@button("u1")
@dataclass(frozen=True, slots=True)
class ShowUsers(Callback):
    """Who has access."""

    page: int = 0


@button("uo1")
@dataclass(frozen=True, slots=True)
class ShowUser(Callback):
    """One person."""

    user: int


@button("ua1")
@dataclass(frozen=True, slots=True)
class SetActive(Callback):
    """Close or reopen a person's access."""

    user: int
    active: bool


@button("um1")
@dataclass(frozen=True, slots=True)
class SetManager(Callback):
    """Whom a rep reports to; `manager` None asks."""

    user: int
    manager: int | None = None


@button("uc1")
@dataclass(frozen=True, slots=True)
class AssignCustomers(Callback):
    """Give a rep all customers that belong to nobody."""

    user: int
