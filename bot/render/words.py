"""Values in a person's words: numbers, dates, and sentences with places for them."""

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_skeleton, get_day_names

from bot.render.catalogues import translations
from domain.customers.model import HalfDay

BABEL_LOCALES = {"zh": "zh_Hans_CN", "en": "en"}


class Words:
    """One language. `_` and `ngettext` translate; `say` fills a sentence with formatted values."""

    def __init__(self, locale: str) -> None:
        self.locale = locale
        self._catalogue = translations(locale)

    def _(self, message: str, **values: Any) -> str:
        return self._fill(self._catalogue.gettext(message), values)

    def ngettext(self, one: str, many: str, n: int, **values: Any) -> str:
        return self._fill(self._catalogue.ngettext(one, many, n), {"n": n, **values})

    @property
    def comma(self) -> str:
        return "，" if self.locale == "zh" else ", "

    @property
    def colon(self) -> str:
        return "：" if self.locale == "zh" else ": "

    def number(self, value: float) -> str:
        """At most two decimals, no trailing zeros: 6, 4.2, 0.33."""
        return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)

    def hours(self, minutes: int) -> str:
        """Minutes as hours: "4.5 h" or "4.5小时"."""
        return self._("%(hours)s h", hours=minutes / 60)

    def day(self, value: dt.date) -> str:
        """A day with its weekday: "Mon, Nov 23" or "11月23日周一"."""
        return format_date(value, self._day_pattern, locale=self._babel)

    def short_day(self, value: dt.date) -> str:
        """A day in as few letters as can be: "Nov 23" or "11月23日"."""
        return format_date(value, self._short_pattern, locale=self._babel)

    def date(self, value: dt.date) -> str:
        """A day with its year: "Nov 23, 2026" or "2026年11月23日"."""
        return format_date(value, "medium", locale=self._babel)

    def moment(self, value: dt.datetime, zone: str) -> str:
        """A moment on the person's own clock: "Nov 23, 08:30"."""
        local = value.astimezone(ZoneInfo(zone))
        return f"{self.short_day(local.date())} {format_datetime(local, 'HH:mm', locale=self._babel)}"

    def clock(self, value: dt.time) -> str:
        """A time of day: "08:30"."""
        return f"{value:%H:%M}"

    def half_days(self, windows: Iterable[HalfDay]) -> str:
        """Weekly windows: "Mon 08:00–12:00, Thu 14:00–17:00"."""
        return (", " if self.locale == "en" else "、").join(
            f"{self.weekday(one.weekday)} {one.start:%H:%M}–{one.end:%H:%M}" for one in windows
        )

    def weekday(self, number: int) -> str:
        """A day of the week, 0 for Monday: "Mon" or "周一"."""
        return str(get_day_names("abbreviated", locale=self._babel)[number])

    def month(self, value: dt.date) -> str:
        """A month with its year: "November 2026" or "2026年11月"."""
        return format_skeleton("yMMMM", value, locale=self._babel)

    @cached_property
    def _babel(self) -> str:
        return BABEL_LOCALES[self.locale]

    @property
    def _day_pattern(self) -> str:
        return "M月d日EEE" if self.locale == "zh" else "EEE, MMM d"

    @property
    def _short_pattern(self) -> str:
        return "M月d日" if self.locale == "zh" else "MMM d"

    def _fill(self, message: str, values: Mapping[str, Any]) -> str:
        return message % {key: self._plain(value) for key, value in values.items()} if values else message

    def _plain(self, value: Any) -> Any:
        if isinstance(value, bool | int | str):
            return value
        if isinstance(value, float):
            return self.number(value)
        if isinstance(value, dt.date):
            return self.short_day(value)
        return str(value)


def percent(value: float) -> str:
    """A part of 1 with at most one decimal: "20 %", "45.6 %"."""
    return f"{100 * value:.1f}".removesuffix(".0") + " %"
