"""The numbers behind plans of territories, and behind looking back at decisions."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from domain.content.dated import Dated
from domain.content.reading import Content, MistakeError
from domain.planning.params import Fraction
from domain.territory.goals import GoalKind


class LookBack(Content):
    """How what was decided is looked back at.

    Decisions of the last `weeks`, over as many working days after as before: at least `least_days`, at most
    `most_days`. A difference of visits below `sigma` times its standard deviation is none to speak of.
    """

    weeks: Annotated[int, Field(ge=1, le=52)]
    least_days: Annotated[int, Field(ge=1, le=60)]
    most_days: Annotated[int, Field(ge=1, le=120)]
    sigma: Annotated[float, Field(ge=0, le=5)]


class TerritoryParams(Dated):
    """How plans are made.

    A goal begins at least at its part in `least`, and closes the part `close` of what the quarter before left
    open; it moves by `step` percent. A plan may be made `ahead_days` before its quarter. It names
    `key_customers`, `places`, at most `words` in each field of the SWOT and `aims` of the rep's own.
    """

    least: dict[GoalKind, Fraction]
    close: Fraction
    step: Annotated[int, Field(ge=1, le=25)]
    ahead_days: Annotated[int, Field(ge=0, le=92)]
    key_customers: Annotated[int, Field(ge=1, le=20)]
    places: Annotated[int, Field(ge=1, le=20)]
    words: Annotated[int, Field(ge=1, le=6)]
    aims: Annotated[int, Field(ge=0, le=6)]
    look_back: LookBack

    @model_validator(mode="after")
    def _whole(self) -> Self:
        missing = [kind.value for kind in GoalKind if kind not in self.least]
        if missing:
            raise MistakeError(f"`least` has no value for {', '.join(missing)}", "Give each goal a value")
        return self
