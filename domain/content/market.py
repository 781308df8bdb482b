"""What differs from market to market."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from domain.content.dated import Dated
from domain.tiering.params import Methods

Name = Annotated[str, Field(pattern=r"^[a-z_]{1,20}$")]


class Datum(StrEnum):
    """What a map takes coordinates for."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"


class MapLink(Dated):
    """How an address opens a route in a phone's map.

    `url` ends in its first parameter; `origin`, `destination` and `via` name those that are added. A route
    has at most `most_via` places between its ends, joined by `between`.
    """

    url: Annotated[str, Field(pattern=r"^https://[^\s?]+\?[^\s]+$")]
    origin: Name
    destination: Name
    via: Name
    between: Annotated[str, Field(min_length=1, max_length=1)]
    most_via: Annotated[int, Field(ge=0, le=20)]
    longitude_first: bool
    datum: Datum


class Market(Dated):
    """A market profile.

    `country` is the ISO 3166 code whose public holidays hold (None: weekends only),
    `make_up_days` whether its government turns weekends into workdays year by year.
    `usage_per_customer` says whether what a single customer used may be stored at
    all; `asks_datum` whether unlabelled coordinates must be asked about. `map` is the map
    that routes are opened in, None for none.
    """

    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None
    make_up_days: bool
    usage_per_customer: bool
    asks_datum: bool
    methods: Methods
    map: MapLink | None = None
