"""What is said of visits, in words."""

from collections.abc import Mapping

from bot.render.catalogues import marked
from bot.render.words import Words
from domain.tiering.model import Support
from domain.visits.log import Field, Topic
from domain.visits.model import Barrier
from domain.visits.states import Result

RESULTS: Mapping[Result, str] = {
    Result.MET: marked("Met"),
    Result.SHORT: marked("Short talk"),
    Result.ABSENT: marked("Not there"),
    Result.REFUSED: marked("Did not see me"),
    Result.ANOTHER_DAY: marked("Come another day"),
    Result.BY_CUSTOMER: marked("Called off by the customer"),
    Result.BY_REP: marked("Called off by me"),
    Result.CLOSED: marked("No reception that day"),
}

FIELDS: Mapping[Field, str] = {
    Field.TOPICS: marked("Topics"),
    Field.BARRIER: marked("Barrier"),
    Field.SUPPORT: marked("Said of us"),
    Field.PROMISE: marked("Next step"),
    Field.NEXT: marked("Next visit"),
    Field.CHANNEL: marked("How"),
    Field.JOINED: marked("With me"),
    Field.NOTE: marked("Note"),
}

TOPICS: Mapping[str, str] = {
    Topic.EFFICACY: marked("Efficacy"),
    Topic.SAFETY: marked("Safety"),
    Topic.DOSING: marked("Dosing"),
    Topic.STUDY: marked("Study data"),
    Topic.ACCESS: marked("Price and listing"),
    Topic.PATIENTS: marked("Which patients"),
}

BARRIERS: Mapping[Barrier, str] = {
    Barrier.PRICE: marked("Price"),
    Barrier.LISTING: marked("Not listed"),
    Barrier.EVIDENCE: marked("Wants evidence"),
    Barrier.SAFETY: marked("Worried about safety"),
    Barrier.HABIT: marked("Used to another"),
    Barrier.TIME: marked("No time"),
}

HEARD: Mapping[Support, str] = {
    Support.FIRST_CHOICE: marked("First choice"),
    Support.SECOND_CHOICE: marked("Second choice"),
    Support.COMPETITOR_OR_NONE: marked("Uses a competitor"),
}


def topic(words: Words, value: str) -> str:
    """A topic: a product's own name, or one of the usual topics."""
    return words._(TOPICS[value]) if value in TOPICS else value
