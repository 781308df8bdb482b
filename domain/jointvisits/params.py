"""The numbers behind proposals of joint visits."""

from typing import Annotated

from pydantic import Field

from domain.content.dated import Dated

Days = Annotated[int, Field(ge=7, le=366)]


class JointVisitParams(Dated):
    """When a manager's company may help.

    A customer who has stood in a cell for `stuck_days` and was met `least_met` times in that time is stuck.
    A3 counts with `refusals` in the last `refused_days`; a cell counts as new for `new_days`. Nobody is
    proposed again for `rest_days` after a joint visit with them. `per_rep` customers are proposed for a rep
    at most, `shown` in all. `quarterly` joint visits a quarter are usual for each rep.
    """

    stuck_days: Days
    least_met: Annotated[int, Field(ge=1, le=50)]
    refusals: Annotated[int, Field(ge=1, le=20)]
    refused_days: Days
    new_days: Days
    rest_days: Days
    per_rep: Annotated[int, Field(ge=1, le=5)]
    shown: Annotated[int, Field(ge=1, le=20)]
    quarterly: Annotated[int, Field(ge=0, le=30)]
