"""Values that hold from a date on, so that an old decision can be explained with the numbers of its day."""

import hashlib
from datetime import date
from itertools import pairwise
from typing import Annotated, Generic, Self, TypeVar

from pydantic import Field, StringConstraints, model_validator

from domain.content.reading import Content, MistakeError

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]


class Dated(Content):
    """One set of numbers: from when it holds, where it comes from, what to know about it."""

    start: date = Field(alias="from")
    source: Text
    note: Text

    @property
    def version(self) -> str:
        """The date and a short digest of the numbers, e.g. `2025-01-01-3f9a1c`."""
        digest = hashlib.sha256(self.model_dump_json().encode()).hexdigest()
        return f"{self.start.isoformat()}-{digest[:6]}"


P = TypeVar("P", bound=Dated)


class History(Content, Generic[P]):
    """The versions of one family of numbers, oldest first."""

    versions: Annotated[tuple[P, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        for earlier, later in pairwise(self.versions):
            if later.start <= earlier.start:
                raise MistakeError(
                    f"the version from {later.start} stands after the one from {earlier.start}",
                    "Put the versions in order of their dates, each date once",
                )
        return self

    def at(self, day: date) -> P:
        """The version that holds on `day`; before the first one's date, the first."""
        return next(
            (version for version in reversed(self.versions) if version.start <= day), self.versions[0]
        )
