"""What buttons of several rooms share."""

from enum import StrEnum

from bot.callbacks import RowId

ALL = RowId(0)


class Back(StrEnum):
    """The screen that a customer card was opened from."""

    TODAY = "t"
    GRID = "g"
    HOME = "h"
