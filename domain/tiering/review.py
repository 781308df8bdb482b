"""The numbers of tiering as a process."""

from typing import Annotated

from pydantic import Field

from domain.content.dated import Dated


class ReviewParams(Dated):
    """When tiers move, and how long people's decisions hold.

    `imports_move` says whether an import moves customers who have a cell already; otherwise
    they wait for a round. A support stated more than `stale_days` ago is told to be old. An
    override holds until the end of the `override_quarters`-th quarter after the present one.
    """

    imports_move: bool
    stale_days: Annotated[int, Field(ge=1, le=730)]
    override_quarters: Annotated[int, Field(ge=0, le=8)]
