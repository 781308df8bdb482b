"""Buttons answered by `bot.handlers.home`."""

from dataclasses import dataclass

from bot.callbacks import Callback, button


@button("h1")
@dataclass(frozen=True, slots=True)
class ShowHome(Callback):
    """Go home."""


@button("hp1")
@dataclass(frozen=True, slots=True)
class ShowHelp(Callback):
    """What the bot can do."""


@button("s1")
@dataclass(frozen=True, slots=True)
class ShowSettings(Callback):
    """Language and time zone."""


@button("sl1")
@dataclass(frozen=True, slots=True)
class SetLanguage(Callback):
    """Fix the language, or None: follow Telegram."""

    locale: str | None


@button("sz1")
@dataclass(frozen=True, slots=True)
class ShowZones(Callback):
    """Time zones to choose from."""


@button("su1")
@dataclass(frozen=True, slots=True)
class SetZone(Callback):
    """Fix the time zone, or None: the company's."""

    zone: str | None
