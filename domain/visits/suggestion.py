"""What became of a visit that a day plan suggested."""

from enum import StrEnum


class SuggestionState(StrEnum):
    """Open until it is answered; whoever does not answer lets it expire at the end of the day.

    visited     a visit to the customer was logged on the day
    dismissed   the rep said no, with a reason
    dropped     the rep took it off the day, no more
    withdrawn   a new plan of the same day, or a change to the customer, took it back
    expired     the day ended without an answer
    """

    OPEN = "open"
    VISITED = "visited"
    DISMISSED = "dismissed"
    DROPPED = "dropped"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
