"""Calendars as iCalendar text (RFC 5545), for phones to subscribe to or to open as a file."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

_LINE = 75  # octets; longer lines are folded (§3.1)
_ESCAPED = str.maketrans({"\\": r"\\", ";": r"\;", ",": r"\,", "\n": r"\n"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEntry:
    """One entry of a calendar; moments are aware.

    `uid` stays the same for ever, `sequence` grows with each change, `changed_at` is the last one.
    `tentative` entries are not agreed yet.
    """

    uid: str
    start: datetime
    end: datetime
    title: str
    place: str
    sequence: int
    changed_at: datetime
    cancelled: bool = False
    tentative: bool = False


def calendar_text(name: str, entries: Iterable[CalendarEntry]) -> bytes:
    """A calendar of that name: equal entries give equal bytes."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Ninebox//Ninebox//EN",
        "CALSCALE:GREGORIAN",
        f"NAME:{_text(name)}",
        f"X-WR-CALNAME:{_text(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
    ]
    for entry in entries:
        lines += _event(entry)
    return b"".join(piece for line in [*lines, "END:VCALENDAR"] for piece in _folded(line))


def _event(entry: CalendarEntry) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{entry.uid}"
    yield f"DTSTAMP:{_moment(entry.changed_at)}"
    yield f"DTSTART:{_moment(entry.start)}"
    yield f"DTEND:{_moment(entry.end)}"
    yield f"SEQUENCE:{entry.sequence}"
    yield f"STATUS:{'CANCELLED' if entry.cancelled else 'TENTATIVE' if entry.tentative else 'CONFIRMED'}"
    yield f"SUMMARY:{_text(entry.title)}"
    if entry.place:
        yield f"LOCATION:{_text(entry.place)}"
    yield "CLASS:PRIVATE"
    yield "END:VEVENT"


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(value: str) -> str:
    """Escaped (§3.3.11), on one line, without control characters."""
    plain = "".join(char if char.isprintable() else " " for char in value)
    return plain.translate(_ESCAPED)


def _folded(line: str) -> Iterator[bytes]:
    """The line in pieces of at most 75 octets, no letter torn apart."""
    piece = b""
    for char in line:
        octets = char.encode()
        if len(piece) + len(octets) > _LINE:
            yield piece + b"\r\n"
            piece = b" "
        piece += octets
    yield piece + b"\r\n"
