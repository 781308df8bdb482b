"""A day to be planned, read from JSON; `ninebox plan-day --help` has the form."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.errors import OperatorError
from domain.planning.route import DayProblem, Stop

_MAX_BYTES = 50_000_000
_MAX_CUSTOMERS = 1_000
_SHOWN = 10  # mistakes that are told

_Minute = Annotated[float, Field(ge=-10_000, le=10_000)]
_Minutes = Annotated[float, Field(ge=0, le=100_000)]


class _Checked(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, allow_inf_nan=False)


class _Customer(_Checked):
    id: int
    prize: float
    service: _Minutes
    windows: list[list[_Minute]]
    required: bool = False

    @model_validator(mode="after")
    def _windows_rise(self) -> Self:
        for window in self.windows:
            if len(window) != 2 or window[0] > window[1]:
                raise ValueError(f"the window {window} is not an earlier and a later minute")
        return self


class _Problem(_Checked):
    day_start: _Minute
    day_end: _Minute
    cap: Annotated[int, Field(ge=0)]
    lam: Annotated[float, Field(ge=0)]
    return_home: bool = False
    matrix: list[list[_Minutes]]
    customers: Annotated[list[_Customer], Field(max_length=_MAX_CUSTOMERS)]

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.day_start > self.day_end:
            raise ValueError("the day ends before it starts")
        places = len(self.customers) + 1
        if len(self.matrix) != places or any(len(row) != places for row in self.matrix):
            raise ValueError(
                f"the matrix needs {places} rows of {places} minutes: the start and each customer"
            )
        if len({customer.id for customer in self.customers}) < len(self.customers):
            raise ValueError("two customers have the same id")
        return self


def read_problem(file: Path) -> DayProblem:
    """The problem in a file. OperatorError when it cannot be read, with the mistakes that it has."""
    try:
        if file.stat().st_size > _MAX_BYTES:
            raise OperatorError(f"{file} is larger than {_MAX_BYTES // 1_000_000} MB")
        said = json.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise OperatorError(f"{file} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise OperatorError(f"{file} is not JSON: {error}") from None
    return problem_of(said, str(file))


def problem_of(said: Any, name: str) -> DayProblem:
    """The problem that plain JSON values describe; `name` says in an error where they come from."""
    try:
        read = _Problem.model_validate(said)
    except ValidationError as error:
        told = list(_mistakes(error))
        more = [f"... and {len(told) - _SHOWN} more"] if len(told) > _SHOWN else []
        lines = "\n".join(f"- {mistake}" for mistake in [*told[:_SHOWN], *more])
        raise OperatorError(f"{name} is not a day to be planned:\n{lines}") from None
    return DayProblem(
        start=read.day_start,
        end=read.day_end,
        capacity=read.cap,
        travel_price=read.lam,
        matrix=np.array(read.matrix, dtype=float),
        stops=tuple(_stop(customer) for customer in read.customers),
        returns=read.return_home,
    )


def _stop(customer: _Customer) -> Stop:
    return Stop(
        id=customer.id,
        prize=customer.prize,
        service=customer.service,
        windows=tuple((opens, closes) for opens, closes in customer.windows),
        required=customer.required,
    )


def _mistakes(error: ValidationError) -> Iterator[str]:
    """Each with its place in the file, such as `customers[3].service`."""
    for mistake in error.errors(include_url=False, include_input=False):
        place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in mistake["loc"])
        what = mistake["msg"].removeprefix("Value error, ")
        yield f"{place.removeprefix('.')}: {what}" if place else what
