"""What a visit log holds, which of it is asked, and when an entry is late."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field as Bounded
from pydantic import model_validator

from domain.calendar import WorkingCalendar
from domain.content.dated import Dated
from domain.content.reading import Content, MistakeError
from domain.customers.model import Customer
from domain.errors import DomainError
from domain.ids import CustomerId, UserId, VisitId
from domain.planning.appointments import receiving
from domain.tiering.model import Cell, Support
from domain.visits.model import Barrier, Channel
from domain.visits.states import Result

MOST_ASKED = 5
_REACH = 14  # days in which the customer's next reception is looked for


class Field(StrEnum):
    """What can be said of a visit beside its result."""

    TOPICS = "topics"
    BARRIER = "barrier"
    SUPPORT = "support"
    PROMISE = "promise"
    NEXT = "next"
    CHANNEL = "channel"
    JOINED = "joined"
    NOTE = "note"


class Topic(StrEnum):
    """What was talked about, where no product names are known."""

    EFFICACY = "efficacy"
    SAFETY = "safety"
    DOSING = "dosing"
    STUDY = "study"
    ACCESS = "access"
    PATIENTS = "patients"


Asked = Annotated[tuple[Field, ...], Bounded(max_length=MOST_ASKED)]
Product = Annotated[str, Bounded(min_length=1, max_length=120)]


class CellFields(Content):
    """What is asked in some cells where it differs."""

    cells: Annotated[tuple[Cell, ...], Bounded(min_length=1)]
    result: Result
    fields: Asked


class VisitParams(Dated):
    """How visits are logged.

    An entry over `late_days` working days after the visit is late; nothing over `oldest_days` days ago
    is logged. `undo_minutes` is how long an entry can be taken back. A topic beyond `usual_topics` is
    asked back, and there are at most `most_topics`. `products` are offered as topics; () means those of
    the company's own figures, and without any the `topics`. `asked` names at most five fields for each
    result, `exceptions` those of single cells.
    """

    late_days: Annotated[int, Bounded(ge=0, le=30)]
    oldest_days: Annotated[int, Bounded(ge=1, le=366)]
    undo_minutes: Annotated[int, Bounded(ge=1, le=120)]
    usual_topics: Annotated[int, Bounded(ge=1, le=5)]
    most_topics: Annotated[int, Bounded(ge=1, le=8)]
    products: Annotated[tuple[Product, ...], Bounded(max_length=12)]
    topics: Annotated[tuple[Topic, ...], Bounded(min_length=1)]
    asked: dict[Result, Asked]
    exceptions: tuple[CellFields, ...]

    @model_validator(mode="after")
    def _sound(self) -> Self:
        missing = [one.value for one in Result if one not in self.asked]
        if missing:
            raise MistakeError(
                f"nothing is said of {', '.join(missing)}", "Give each result a line, [] for no question"
            )
        if self.most_topics < self.usual_topics:
            raise MistakeError(
                f"at most {self.most_topics} topics, but {self.usual_topics} are usual",
                "Make `most_topics` as large as `usual_topics` or larger",
            )
        return self

    def fields(self, result: Result, cell: Cell | None) -> tuple[Field, ...]:
        """What is asked after a result, the most useful first."""
        special = (one for one in self.exceptions if one.result is result and cell in one.cells)
        found = next(special, None)
        return found.fields if found else self.asked[result]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """All that is said of a visit. `support` is what the customer said of us, in the digits of the grid."""

    result: Result = Result.MET
    channel: Channel = Channel.FACE_TO_FACE
    topics: tuple[str, ...] = ()
    barrier: Barrier | None = None
    support: Support | None = None
    promise: str = ""
    next_on: date | None = None
    joined: tuple[UserId, ...] = ()
    note: str = ""

    def over(self, earlier: "Told") -> "Told":
        """What is said now, and of what is not said, what was said earlier."""
        silent = Told(result=self.result)
        unsaid = {
            name: getattr(earlier, name) for name in _SAID if getattr(self, name) == getattr(silent, name)
        }
        return replace(self, **unsaid)

    def with_topic(self, topic: str, *, talked: bool, most: int) -> "Told":
        """With a topic or without it, each once. DomainError "too_many_topics" above `most`."""
        others = tuple(one for one in self.topics if one != topic)
        if not talked:
            return replace(self, topics=others)
        if len(others) >= most:
            raise DomainError("too_many_topics", limit=most)
        return self if topic in self.topics else replace(self, topics=(*others, topic))

    def with_colleague(self, user_id: UserId, *, there: bool) -> "Told":
        """With somebody who joined the visit, or without."""
        others = tuple(one for one in self.joined if one != user_id)
        if there and user_id in self.joined:
            return self
        return replace(self, joined=(*others, user_id) if there else others)


_SAID = ("channel", "topics", "barrier", "support", "promise", "next_on", "joined", "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedVisit:
    """A visit as it is kept; `place` is the hospital or city. Its next step is done since `step_done_on`."""

    id: VisitId
    customer_id: CustomerId
    customer_name: str
    place: str
    rep_id: UserId | None
    on: date
    told: Told
    is_late: bool = False
    step_done_on: date | None = None


def is_late(on: date, today: date, params: VisitParams, calendar: WorkingCalendar) -> bool:
    """Whether a visit of `on` that is entered today is late.

    DomainError "visit_ahead" for a day to come, "visit_too_old" for one that is too long ago.
    """
    if on > today:
        raise DomainError("visit_ahead")
    if (today - on).days > params.oldest_days:
        raise DomainError("visit_too_old", days=params.oldest_days)
    return calendar.working_days(on, today) > params.late_days


def next_reception(customer: Customer, after: date, calendar: WorkingCalendar) -> date:
    """The first working day after a day on which the customer receives, else the next working day."""
    weekdays = {window.weekday for window in receiving(customer)}
    days = (after + timedelta(days=n) for n in range(1, _REACH + 1))
    good = (day for day in days if day.weekday() in weekdays and calendar.is_working_day(day))
    return next(good, None) or calendar.add_working_days(after, 1)
