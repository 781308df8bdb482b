"""The adoption ladder of a doctor for one product, from never heard of to speaking for it.

It words the next step. The digit of the grid is told by the doctor in a visit; a ladder
stage that does not fit it is a question to ask, never a correction.
"""

from enum import StrEnum

from domain.tiering.model import Support


class AdoptionStage(StrEnum):
    """A rung; `AdoptionStage.TRIAL.support` is the digit that usually goes with it."""

    UNAWARE = "unaware"
    AWARE = "aware"
    INTERESTED = "interested"
    FIRST_TRIAL = "first_trial"
    TRIAL = "trial"
    SELECTIVE = "selective"
    REGULAR = "regular"
    ADVOCATE = "advocate"

    @property
    def support(self) -> Support:
        if self in {AdoptionStage.REGULAR, AdoptionStage.ADVOCATE}:
            return Support.FIRST_CHOICE
        if self in {AdoptionStage.TRIAL, AdoptionStage.SELECTIVE}:
            return Support.SECOND_CHOICE
        return Support.COMPETITOR_OR_NONE

    @property
    def next(self) -> "AdoptionStage | None":
        """The rung above; None at the top."""
        ladder = list(AdoptionStage)
        above = ladder.index(self) + 1
        return ladder[above] if above < len(ladder) else None
