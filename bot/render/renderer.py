"""Templates to Telegram HTML: one Jinja environment per language."""

from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.paths import data_dir
from bot.render import selfreview
from bot.render.catalogues import translations
from bot.render.coaching import SKILLS
from bot.render.coverage import pace_mark, period_name, share
from bot.render.learning import SHORT_SKILLS
from bot.render.profile import BASES, FACTS, relation
from bot.render.profile import FIELDS as FILE_FIELDS
from bot.render.segments import PROCUREMENT, SCHEMES, review_event, segment
from bot.render.sentences import (
    CHANNELS,
    CORRECTIONS,
    DISMISS_REASONS,
    DOUBTS,
    KINDS,
    OUTCOMES,
    REMEDIES,
    ROLES,
    problem,
    reason,
)
from bot.render.territory import DECISIONS, GOALS, QUADRANTS, STATES, STEPS, TRENDS
from bot.render.timelog import advice, measured, parts
from bot.render.visits import BARRIERS, FIELDS, HEARD, RESULTS, topic
from bot.render.words import Words, percent


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
        loader=FileSystemLoader([data_dir("templates") / folder for folder in ("messages", "pages")]),
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
        hours=speech.hours,
        percent=percent,
        time_parts=lambda split: parts(speech, split),
        advice=lambda rule: advice(speech, rule),
        measured=lambda habit, ratio: measured(speech, habit, ratio),
        review_advice=lambda value: selfreview.advice(speech, value),
        review_question=lambda number: speech._(selfreview.QUESTIONS[number]),
        moment=speech.moment,
        period=lambda value: period_name(speech, value),
        share=share,
        pace_mark=pace_mark,
        half_days=speech.half_days,
        reason=lambda value: reason(speech, value),
        problem=lambda code, params: problem(speech, code, params),
        channel=lambda value: speech._(CHANNELS[value]),
        outcome=lambda value: speech._(OUTCOMES[value]),
        kind_name=lambda value: speech._(KINDS[value]),
        doubt=lambda value: speech._(DOUBTS[value]),
        correction=lambda value: speech._(CORRECTIONS[value]),
        file_field=lambda value: speech._(FILE_FIELDS[value]),
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
        skill=lambda value: speech._(SKILLS[value]),
        short_skill=lambda value: speech._(SHORT_SKILLS[value]),
        heard=lambda value: speech._(HEARD[value]),
        basis=lambda value: speech._(BASES[value]),
        fact=lambda value: speech._(FACTS[value]),
        relation=lambda value: relation(speech, value),
        goal=lambda value: speech._(GOALS[value]),
        quadrant=lambda value: speech._(QUADRANTS[value]),
        plan_state=lambda value: speech._(STATES[value]),
        plan_step=lambda value: speech._(STEPS[value]),
        decided=lambda value: speech._(DECISIONS[value]),
        trend=lambda value: speech._(TRENDS[value]),
        told=lambda both: both.of(locale),
    )
    return environment
