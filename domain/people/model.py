"""Users and what each role may see."""

from dataclasses import dataclass
from enum import StrEnum

from domain.ids import UserId


class Role(StrEnum):
    """What a person does here."""

    REP = "rep"
    MANAGER = "manager"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person. `telegram_id` is None until they have followed their invite."""

    id: UserId
    role: Role
    name: str
    telegram_id: int | None = None
    locale: str | None = None  # fixed by the person; None = follow the language of their Telegram
    time_zone: str | None = None  # None = the company's
    manager_id: UserId | None = None
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose customers a query may touch: a rep's own, a manager's team, or all for an admin.

    Every query about customers takes one, so that somebody else's id finds nothing.
    """

    viewer: UserId
    role: Role

    @classmethod
    def of(cls, user: User) -> "Scope":
        return cls(user.id, user.role)
