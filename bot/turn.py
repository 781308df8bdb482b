"""One exchange with one person: who asks, in which language, at what moment."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.clock import local_date
from bot.deps import Deps
from bot.render.catalogues import LOCALES, nearest_locale
from bot.render.renderer import render, words
from bot.render.words import Words
from bot.screens import Screen
from domain.importing.columns import Locale
from domain.people.model import Role, Scope, User


class Window(Protocol):
    """Where the screens of this exchange appear: one message that is edited as the work goes on."""

    async def show(self, screen: Screen) -> None:
        """Show a screen now, in the message that this exchange began with or has begun."""

    async def show_below(self, screen: Screen) -> None:
        """Show a screen in a message of its own, and leave the present one as it is."""

    @property
    def message_id(self) -> int | None:
        """The message that this exchange began with or has begun."""

    async def pin(self, message_id: int) -> None:
        """Pin a message of this chat without a sound; what cannot be pinned stays as it is."""

    async def unpin(self, message_id: int) -> None:
        """Unpin a message of this chat, if it is pinned."""

    async def rewrite(self, message_id: int, screen: Screen) -> None:
        """Show a screen in an earlier message of this chat, if it is still there."""

    async def typing(self) -> None:
        """Let the person see that something is coming."""

    async def set_menu(self, role: Role, locale: Locale) -> None:
        """Give the person the command menu of their role, in their language."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What a handler gets. It answers with a `Screen`; the window shows it."""

    deps: Deps
    viewer: User
    locale: Locale
    now: datetime
    window: Window
    bot_name: str  # as in t.me/<bot_name>
    telegram_language: str | None = None

    @property
    def zone(self) -> str:
        """The person's own time zone, or the company's."""
        return self.viewer.time_zone or self.deps.settings.time_zone

    @property
    def today(self) -> date:
        """The date on the person's own calendar."""
        return local_date(self.now, self.zone)

    @property
    def local(self) -> datetime:
        """The present on the person's own clock."""
        return self.now.astimezone(ZoneInfo(self.zone))

    @property
    def scope(self) -> Scope:
        return Scope.of(self.viewer)

    @property
    def words(self) -> Words:
        return words(self.locale)

    def seen_by(self, viewer: User) -> "Turn":
        """The same exchange after the person has changed their settings."""
        locale = locale_of(viewer, self.telegram_language, self.deps.settings.default_language)
        return replace(self, viewer=viewer, locale=locale)

    def asked_in(self, locale: str) -> "Turn":
        """The same exchange in the language of what was asked, unless the person has fixed one."""
        if self.viewer.locale is not None or locale not in LOCALES:
            return self
        return replace(self, locale=nearest_locale(locale, self.locale))

    def text(self, template: str, **values: object) -> str:
        """A message template in the person's language."""
        return render(self.locale, template, zone=self.zone, **values)


def locale_of(viewer: User | None, telegram_language: str | None, default: Locale) -> Locale:
    """The language to begin in: the person's choice, else that of their Telegram, else the company's."""
    if viewer is not None and viewer.locale is not None:
        return nearest_locale(viewer.locale, default)
    return nearest_locale(telegram_language, default)
