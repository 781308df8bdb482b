"""Templates to Telegram HTML: one Jinja environment per language."""

from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.paths import data_dir
from bot.render.catalogues import translations
from bot.render.segments import PROCUREMENT, SCHEMES, review_event, segment
from bot.render.sentences import (
    CHANNELS,
    DISMISS_REASONS,
    DOUBTS,
    KINDS,
    OUTCOMES,
    REMEDIES,
    ROLES,
    problem,
    reason,
)
from bot.render.visits import BARRIERS, FIELDS, HEARD, RESULTS, topic
from bot.render.words import Words


def render(locale: str, template: str, **values: Any) -> str:
    """The text of `templates/messages/<template>.html.j2` in one language, without stray blank lines."""
    text = _environment(locale).get_template(f"{template}.html.j2").render(**values)
    lines = [line.rstrip() for line in text.strip().splitlines()]
    return "\n".join(line for i, line in enumerate(lines) if line or (i and lines[i - 1]))


@cache
def words(locale: str) -> Words:
    """The one `Words` of a language."""
    return Words(locale)


@cache
def _environment(locale: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(data_dir("templates") / "messages"),
        autoescape=True,  # select_autoescape() would miss *.html.j2
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(translations(locale), newstyle=True)  # type: ignore[attr-defined]
    speech = words(locale)
    environment.globals.update(colon=speech.colon, comma=speech.comma)
    environment.filters.update(
        day=speech.day,
        date=speech.date,
        short_day=speech.short_day,
        month=speech.month,
        weekday=lambda day: speech.weekday(day.weekday()),
        clock=speech.clock,
        number=speech.number,
        moment=speech.moment,
        half_days=speech.half_days,
        reason=lambda value: reason(speech, value),
        problem=lambda code, params: problem(speech, code, params),
        channel=lambda value: speech._(CHANNELS[value]),
        outcome=lambda value: speech._(OUTCOMES[value]),
        kind_name=lambda value: speech._(KINDS[value]),
        doubt=lambda value: speech._(DOUBTS[value]),
        dismissal=lambda value: speech._(DISMISS_REASONS[value]),
        scheme=lambda value: speech._(SCHEMES[value]),
        segment=lambda value, scheme: segment(speech, value, scheme),
        procurement=lambda value: speech._(PROCUREMENT[value]),
        review_event=lambda value: review_event(speech, value),
        role=lambda value: speech._(ROLES[value]),
        remedy=lambda value: speech._(REMEDIES[value]),
        result=lambda value: speech._(RESULTS[value]),
        field=lambda value: speech._(FIELDS[value]),
        topic=lambda value: topic(speech, value),
        barrier=lambda value: speech._(BARRIERS[value]),
        heard=lambda value: speech._(HEARD[value]),
    )
    return environment
