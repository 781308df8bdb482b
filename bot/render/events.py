"""Events and seats in words, and the record of a sharing as a workbook."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.exporting import Cell, Sheet
from bot.render.catalogues import marked
from bot.render.sentences import reason
from bot.render.words import Words
from domain.customers.model import Customer
from domain.explain import Reason
from domain.resources.allocation import Limit, Need
from domain.resources.event import Event, EventField, Extra, SeatState
from domain.resources.record import SeatRecord

FIELDS: Mapping[EventField, str] = {
    EventField.TOPIC: marked("Topic"),
    EventField.PLACE: marked("Place"),
    EventField.DAY: marked("Day"),
    EventField.DAYS: marked("Length"),
    EventField.HOURS: marked("Programme"),
    EventField.SEATS: marked("Seats"),
    EventField.FOR: marked("For whom"),
    EventField.REGISTRATION: marked("Registration"),
    EventField.MEAL: marked("Meals"),
    EventField.EXTRAS: marked("Besides"),
    EventField.COMMENT: marked("Your reason"),
}

QUESTIONS: Mapping[EventField, str] = {
    EventField.TOPIC: marked(
        "What is it about? Send the topic in a few words. The same topic needs the same words: nobody is to"
        " hear it again so soon."
    ),
    EventField.PLACE: marked("Where? Send town and house, or “online”."),
    EventField.DAY: marked("On which day does it begin? Tap one, or send it in words."),
    EventField.DAYS: marked("How many days?"),
    EventField.HOURS: marked("How many hours of scientific programme on a day?"),
    EventField.SEATS: marked("How many seats are there? Tap, or send a number."),
    EventField.FOR: marked("Whom is the agenda for? Tick specialties; without a tick it is for everybody."),
    EventField.REGISTRATION: marked("Must people be registered before they get a seat?"),
    EventField.MEAL: marked("What does a meal for one person cost? 0 for none. Tap, or send a number."),
    EventField.EXTRAS: marked("What is planned besides? Tick what applies, then “That is all”."),
    EventField.COMMENT: marked(
        "Why is it right all the same? Send one sentence of at most 300 characters; it goes into the record."
    ),
}

EXTRAS: Mapping[Extra, str] = {
    Extra.ROOMS: marked("Rooms for the night, one class for all"),
    Extra.TRAVEL: marked("Travel paid, one class for all"),
    Extra.UPGRADES: marked("Better rooms or tickets for some"),
    Extra.EXCURSION: marked("Days or trips beyond the agenda"),
    Extra.ABROAD: marked("Abroad"),
    Extra.GUESTS: marked("Partners or companions"),
    Extra.LEISURE: marked("Leisure or entertainment"),
    Extra.ALCOHOL: marked("Alcohol"),
}

NEEDS: Mapping[Need, str] = {
    Need.ASKED: marked("Has a question the agenda answers"),
    Need.TREATS: marked("Treats the patients it is about"),
    Need.NEW: marked("Is new in the field"),
    Need.EXPERT: marked("Contributes own knowledge"),
    Need.VOLUME: marked("Uses a lot of our product"),
    Need.TIER: marked("Stands high in the grid"),
    Need.RELATION: marked("We get on well"),
}

STATES: Mapping[SeatState, str] = {
    SeatState.PROPOSED: marked("proposed"),
    SeatState.ADMITTED: marked("has a seat"),
    SeatState.DECLINED: marked("has declined"),
    SeatState.ATTENDED: marked("was there"),
    SeatState.ABSENT: marked("was not there"),
}

STOPS: Mapping[Limit, str] = {
    Limit.SEATS: marked("all seats are taken"),
    Limit.HOSPITAL: marked("the hospital's part is full"),
    Limit.DEPARTMENT: marked("the department's part is full"),
    Limit.REP: marked("the rep's part is full"),
}

RESULTS: Mapping[str, str] = {
    "admitted": marked("Gets a seat"),
    "reserve": marked("Reserve list"),
    "refused": marked("Cannot have a seat"),
}

KINDS: Mapping[str, str] = {
    "given": marked("Seats given"),
    "moved_up": marked("A seat was given back"),
    "registered": marked("Registered late"),
}


def told(words: Words, event: Event) -> list[tuple[str, str]]:
    """What has been told of an event: what, and its value."""
    _ = words._
    days, hours, seats = event.days or 0, event.hours or 0, event.seats or 0
    values = {
        EventField.TOPIC: event.topic,
        EventField.PLACE: event.place,
        EventField.DAY: words.day(event.on) if event.on else "",
        EventField.DAYS: words.ngettext("%(n)s day", "%(n)s days", days) if days else "",
        EventField.HOURS: _("%(n)s h a day", n=hours) if hours else "",
        EventField.SEATS: str(seats) if seats else "",
        EventField.FOR: _for(words, event),
        EventField.REGISTRATION: _registration(words, event),
        EventField.MEAL: _meal(words, event),
        EventField.EXTRAS: _extras(words, event),
        EventField.COMMENT: event.comment,
    }
    return [(_(FIELDS[field]), value) for field, value in values.items() if value]


def _for(words: Words, event: Event) -> str:
    if event.specialties is None:
        return ""
    return words.comma.join(event.specialties) or words._("everybody")


def _registration(words: Words, event: Event) -> str:
    if event.registration is None:
        return ""
    return words._("needed") if event.registration else words._("not needed")


def _meal(words: Words, event: Event) -> str:
    if event.meal is None:
        return ""
    return words._("%(price)s a person", price=event.meal) if event.meal else words._("none")


def _extras(words: Words, event: Event) -> str:
    if event.extras is None:
        return ""
    ticked = [words._(label) for extra, label in EXTRAS.items() if extra in event.extras]
    return " · ".join(ticked) or words._("nothing")


Kept = tuple[SeatRecord, str, bool]
"""A record, who decided, and whether it replays."""


def record_sheets(
    words: Words, event: Event, records: Sequence[Kept], people: Mapping[int, Customer]
) -> list[Sheet]:
    """The event, its decisions, and everybody in each; who is not in sight is told by their number."""
    return [
        Sheet(words._("Event"), [words._("What"), words._("Told")], told(words, event)),
        _decisions(words, records),
        _people(words, records, people),
    ]


def _decisions(words: Words, records: Sequence[Kept]) -> Sheet:
    _ = words._
    headers = [
        _("No."), _("Decision"), _("When"), _("Who"), _("Rules"), _("Numbers"), _("Seed"),
        _("Digest of the inputs"), _("Replays"), _("Warned"), _("Reason given"),
    ]  # fmt: skip
    rows: list[Sequence[Cell]] = [
        [
            number,
            _(KINDS[record.kind]),
            record.at.strftime("%Y-%m-%d %H:%M UTC"),
            author,
            record.content_version,
            record.params_version,
            str(record.inputs["seed"]),
            record.digest,
            _("yes") if is_same else _("no"),
            ", ".join(record.warned),
            record.comment,
        ]
        for number, (record, author, is_same) in enumerate(records, start=1)
    ]
    return Sheet(_("Decisions"), headers, rows)


def _people(words: Words, records: Sequence[Kept], people: Mapping[int, Customer]) -> Sheet:
    _ = words._
    headers = [
        _("No."), _("Result"), _("Customer"), _("Hospital"), _("Department"), _("Points"), _("Reasons"),
        _("What stops them"),
    ]  # fmt: skip
    rows = [
        [number, _(label), *_line(words, one, people)]
        for number, (record, _author, _is_same) in enumerate(records, start=1)
        for key, label in RESULTS.items()
        for one in record.result[key]
    ]
    return Sheet(_("People"), headers, rows)


def _line(words: Words, one: Mapping[str, Any], people: Mapping[int, Customer]) -> list[Cell]:
    customer = people.get(one["id"])
    reasons = [Reason(*stated) for stated in one["reasons"]]
    return [
        customer.name if customer else f"#{one['id']}",
        customer.institution.name if customer and customer.institution else "",
        customer.department if customer else "",
        one["points"],
        words.comma.join(reason(words, each) for each in reasons),
        words._(STOPS[Limit(one["stops"])]) if one["stops"] else "",
    ]
