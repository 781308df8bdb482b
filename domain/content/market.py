"""What differs from market to market."""

from typing import Annotated

from pydantic import Field

from domain.content.dated import Dated
from domain.tiering.params import Methods


class Market(Dated):
    """A market profile.

    `country` is the ISO 3166 code whose public holidays hold (None: weekends only),
    `make_up_days` whether its government turns weekends into workdays year by year.
    `usage_per_customer` says whether what a single customer used may be stored at
    all; `asks_datum` whether unlabelled coordinates must be asked about.
    """

    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None
    make_up_days: bool
    usage_per_customer: bool
    asks_datum: bool
    methods: Methods
