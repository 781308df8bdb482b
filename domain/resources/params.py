"""Numbers of events and their seats, as content."""

from math import ceil
from typing import Annotated

from pydantic import Field

from domain.content.dated import Dated
from domain.resources.allocation import Limits, Points

Share = Annotated[float, Field(gt=0, le=1)]
Worth = Annotated[float, Field(gt=0, le=100, multiple_of=0.25)]
Months = Annotated[int, Field(ge=1, le=120)]


class EventParams(Dated):
    """What counts when seats are shared out, and how many of them one house, department or rep may get.

    `asked`, `treats`, `new` and `expert` are the points of each stated need; `specialty` those of a specialty
    that the agenda is for, `first_time` those of never having been at the topic. The shares are of all seats
    and give one seat at least. Whoever has had `person_events` seats within `person_months` months, or was at
    the same topic within `repeat_months`, gets none. `science_hours` is the least programme of a day for
    which rooms, travel or a second day are paid for.
    """

    asked: Worth
    treats: Worth
    new: Worth
    expert: Worth
    specialty: Worth
    first_time: Worth
    hospital_share: Share
    department_share: Share
    rep_share: Share
    person_events: Annotated[int, Field(ge=1, le=100)]
    person_months: Months
    repeat_months: Months
    science_hours: Annotated[float, Field(gt=0, le=12)]

    def limits(self, seats: int) -> Limits:
        """How many of `seats` one hospital, one department and one rep's customers may get."""

        def of(share: float) -> int:
            return max(1, ceil(round(seats * share, 6)))

        return Limits(of(self.hospital_share), of(self.department_share), of(self.rep_share))

    @property
    def points(self) -> Points:
        return Points(
            asked=self.asked,
            treats=self.treats,
            new=self.new,
            expert=self.expert,
            specialty=self.specialty,
            first_time=self.first_time,
        )
