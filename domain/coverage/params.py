"""The numbers behind coverage."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from domain.content.dated import Dated
from domain.content.reading import Content, MistakeError
from domain.planning.params import Fraction
from domain.tiering.model import Tier
from domain.visits.model import Channel

Count = Annotated[int, Field(ge=1, le=1000)]


class MixBasis(StrEnum):
    """Of what the mix is a share: of the visits, or of the customers who were visited."""

    VISITS = "visits"
    CUSTOMERS = "distinct_customers"


class Loads(Content):
    """A load below `low` is a list that is too small, one above `high` is too much."""

    low: Annotated[float, Field(ge=0, le=1)]
    high: Annotated[float, Field(ge=0.5, le=2)]


class Batch(Content):
    """Entries of one hour that are asked about: so many visits, of so many different days."""

    visits: Count
    days: Annotated[int, Field(ge=2, le=60)]


class Even(Content):
    """Days that are asked about: at least `days` in the field, the part `share` with equally many visits."""

    days: Annotated[int, Field(ge=3, le=60)]
    share: Fraction


class Spike(Content):
    """Ends of months that are asked about.

    The last `days` working days had at least `factor` times their part of a month of at least `visits`
    visits.
    """

    days: Annotated[int, Field(ge=1, le=10)]
    factor: Annotated[float, Field(ge=1.1, le=10)]
    visits: Count


class Rest(Content):
    """How long an answered proposal rests.

    For `weeks`, or until a number that it rests on has grown by the part `part`, and by `least`. For
    `quiet_days` nothing else of its kind is proposed.
    """

    weeks: Annotated[int, Field(ge=1, le=52)]
    quiet_days: Annotated[int, Field(ge=0, le=31)]
    part: Annotated[float, Field(ge=0, le=10)]
    least: Annotated[int, Field(ge=1, le=100)]


class CoverageParams(Dated):
    """How coverage is counted.

    `face_to_face` are the channels of a visit; a day with other contacts only counts `remote` in
    frequency and reach. `mix` is the norm of each letter's share, `mix_basis` of what. Of a visit the
    `usual_products` are talked about. A customer who came onto the list in the last `fewest_days` of a
    month is left out of it. `shown` customers are listed as under- and over-served. Who
    has stood in a cell for `stuck_days` may need other than more visits.
    """

    face_to_face: Annotated[tuple[Channel, ...], Field(min_length=1)]
    remote: Fraction
    mix: dict[Tier, Fraction]
    mix_basis: MixBasis
    usual_products: tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(le=8)]]
    fewest_days: Annotated[int, Field(ge=0, le=28)]
    load: Loads
    shown: Annotated[int, Field(ge=1, le=10)]
    stuck_days: Annotated[int, Field(ge=28, le=366)]
    batch: Batch
    even: Even
    spike: Spike
    rest: Rest

    @model_validator(mode="after")
    def _sound(self) -> Self:
        missing = [tier.value for tier in Tier if tier not in self.mix]
        if missing:
            raise MistakeError(f"`mix` has no value for {', '.join(missing)}", "Give A, B and C a value each")
        whole = sum(self.mix.values())
        if abs(whole - 1) > 1e-6:
            raise MistakeError(f"the shares of `mix` make {whole:g}", "Choose them so that they make 1")
        return self
