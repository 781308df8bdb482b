"""Buttons answered by `bot.handlers.selfreview`."""

from dataclasses import dataclass

from bot.callbacks import Callback, button


@button("sr1")
@dataclass(frozen=True, slots=True)
class ShowReview(Callback):
    """The monthly self-review: one's own or (`rep`) that of a rep of the team, `back` months ago.

    `question` 0 is all six at a glance; for managers without `rep` the reps of the team.
    """

    question: int = 0
    back: int = 0
    rep: int | None = None
    page: int = 0
