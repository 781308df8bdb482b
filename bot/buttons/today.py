"""Buttons answered by `bot.handlers.today`."""

from dataclasses import dataclass

from bot.buttons.common import Back
from bot.callbacks import Callback, button


@button("t1")
@dataclass(frozen=True, slots=True)
class ShowToday(Callback):
    """The day list, one's own or (`rep`) that of a rep of the team."""

    rep: int | None = None
    page: int = 0


@button("w1")
@dataclass(frozen=True, slots=True)
class ShowWhy(Callback):
    """Why a customer is on today's list, or is not."""

    customer: int
    back: Back = Back.TODAY
    page: int = 0


@button("dl1")
@dataclass(frozen=True, slots=True)
class ShowLine(Callback):
    """What can be done about a customer of today's list."""

    customer: int
    page: int = 0


@button("du1")
@dataclass(frozen=True, slots=True)
class MoveUp(Callback):
    """Visit a customer before the one who comes before."""

    customer: int
    page: int = 0


@button("dd1")
@dataclass(frozen=True, slots=True)
class DropToday(Callback):
    """Take a customer off today's list, no more."""

    customer: int
    page: int = 0


@button("do1")
@dataclass(frozen=True, slots=True)
class ShowLeftOut(Callback):
    """Who is due and not on the list, why, and who is to be profiled."""

    rep: int | None = None
    page: int = 0


@button("dn1")
@dataclass(frozen=True, slots=True)
class AskAdd(Callback):
    """Whom to put onto today's list; a name is an answer, too."""

    page: int = 0


@button("da1")
@dataclass(frozen=True, slots=True)
class AddToday(Callback):
    """Put a customer onto today's list."""

    customer: int


@button("db1")
@dataclass(frozen=True, slots=True)
class AskBroken(Callback):
    """The day broke: how much time is left."""


@button("db2")
@dataclass(frozen=True, slots=True)
class AskWhere(Callback):
    """The day broke: where one is; `minutes` are left, None until evening."""

    minutes: int | None


@button("db3")
@dataclass(frozen=True, slots=True)
class ReplanDay(Callback):
    """Make the rest of the day anew, from a hospital or (None) from elsewhere."""

    minutes: int | None
    institution: int | None
