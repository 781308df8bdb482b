"""The files from which questions in a person's own words are understood.

One file per locale, written to be extended without programming: word lists, and for
each intent the sentences that mean it (see `domain.understanding.patterns`).
"""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from domain.content.reading import Content, MistakeError
from domain.tiering.model import Support
from domain.understanding.patterns import expression, parts, phrase
from domain.visits.model import Barrier, Channel

Texts = tuple[Annotated[str, Field(min_length=1, max_length=400)], ...]


class Intent(StrEnum):
    """What a person may ask for: what a command does, or more than any command does."""

    # The plan of some days: `when`
    TODAY = "today"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    MAP = "map"
    BROKEN = "broken"
    LEFT_OUT = "left_out"
    PUT_OFF = "put_off"
    # How it goes
    OVERDUE = "overdue"
    PACE = "pace"
    CAPACITY = "capacity"
    EFFORT = "effort"
    SEEN = "seen"  # `when`
    UNSEEN = "unseen"  # `when`, `tier`, `cell`
    PROMISES = "promises"  # `when`, `name`
    # All customers
    GRID = "grid"
    CELL = "cell"  # `cell`
    PLACE = "place"  # `place`
    ABC = "abc"
    RFM = "rfm"
    LORENZ = "lorenz"
    TIERS = "tiers"
    MOVED = "moved"  # `from`, `to`
    ROUNDS = "rounds"
    QUESTIONS = "questions"
    OVERRIDES = "overrides"
    DUE = "due"
    # One customer: `name`
    CARD = "card"
    FILE = "file"
    HISTORY = "history"
    STRATEGY = "strategy"
    WHY = "why"
    TRACE = "trace"
    SEGMENTS = "segments"
    FEEDBACK = "feedback"
    WRONG = "wrong"
    FORGET = "forget"
    # What changes something, never without a tap: `name`, `when`, `cell`
    VISITS = "visits"
    APPOINTMENTS = "appointments"
    BOOK = "book"
    MOVE = "move"
    CALL_OFF = "call_off"
    LATER = "later"
    ADD = "add"
    RETIER = "retier"
    # The person's own
    LEAVE = "leave"  # `when`
    HOURS = "hours"
    CALENDAR = "calendar"
    TIME = "time"
    REVIEW = "review"  # `when`
    COACH = "coach"
    AUTHOR = "author"
    PLAN = "plan"  # `name` of a rep
    SETTINGS = "settings"
    # The office
    IMPORT = "import"
    TEMPLATE = "template"
    INVITE = "invite"
    USERS = "users"
    DELIVERIES = "deliveries"
    CORRECTIONS = "corrections"
    JOINT = "joint"
    EVENTS = "events"
    DIGEST = "digest"
    TEAM = "team"
    # The bot
    RULES = "rules"
    PRESCRIPTIONS = "prescriptions"  # what nobody may count by the doctor
    HELP = "help"
    CANCEL = "cancel"
    GREETING = "greeting"
    SMALLTALK = "smalltalk"
    MEDICAL = "medical"


class IntentWords(Content):
    """How one thing is asked for.

    `patterns` are whole sentences. `any_order` are sets of words that mean the intent when
    all of them occur in any order, and beside them nothing but small words. `examples` are shown to
    the person.
    """

    patterns: Annotated[Texts, Field(min_length=1)]
    any_order: Texts = ()
    examples: Annotated[Texts, Field(min_length=1)]


class Beyond(Content):
    """Sentences that are known and not served; `suggest` names what may help instead."""

    patterns: Annotated[Texts, Field(min_length=1)]
    suggest: Annotated[tuple[Intent, ...], Field(min_length=2, max_length=3)]


class ReportWords(Content):
    """The words in which a visit is told.

    `met` open the report of a visit that took place, `plainly` do so only where nothing is
    `intended`; `short`, `absent` and `refused` tell another outcome. `ahead` begin what is agreed
    for the future, `asked` what the customer wants. `joint` says that somebody came along,
    `joining` stand between names.
    """

    met: Texts = ()
    plainly: Texts = ()
    intended: Texts = ()
    short: Texts = ()
    absent: Texts = ()
    refused: Texts = ()
    ahead: Texts = ()
    asked: Texts = ()
    joint: Texts = ()
    joining: Texts = ()
    channels: dict[Channel, Texts] = Field(default_factory=dict)
    barriers: dict[Barrier, Texts] = Field(default_factory=dict)
    support: dict[Support, Texts] = Field(default_factory=dict)


class LexiconFile(Content):
    """The words of one locale.

    `spellings` replaces one word by another before anything is compared; `fillers` may
    stand anywhere; `changes_meaning` are words that must not be overlooked, so that
    "who should I see tomorrow" is not answered with today's list; `never_a_name` are words
    that no name contains. `small` words may stand beside the words of a set in any order. `shown`
    stand for the customer on the screen ("she", "that doctor"), unless one of `not_shown` follows;
    `surnames` begin a name where nothing else marks its beginning; `place_words` are part of the names
    of hospitals.
    """

    version: Annotated[int, Field(ge=1)]
    spellings: dict[str, str] = Field(default_factory=dict)
    fillers: Texts = ()
    changes_meaning: Texts = ()
    never_a_name: Texts = ()
    small: Texts = ()
    shown: Texts = ()
    not_shown: Texts = ()
    surnames: Texts = ()
    place_words: Texts = ()
    words: dict[str, Annotated[Texts, Field(min_length=1)]] = Field(default_factory=dict)
    intents: dict[Intent, IntentWords]
    beyond: dict[str, Beyond] = Field(default_factory=dict)
    reports: ReportWords = Field(default_factory=ReportWords)

    @model_validator(mode="after")
    def _well_formed(self) -> Self:
        missing = [intent.value for intent in Intent if intent not in self.intents]
        if missing:
            raise MistakeError(f"nothing is written for {', '.join(missing)}", "Add a block for each")
        for pattern in self._patterns():
            expression(pattern, self.words)
        for pattern in (text for words in self.intents.values() for text in words.any_order):
            for part in parts(pattern):
                expression(part, self.words)
        for one, other in self.spellings.items():
            if phrase(one).count(" ") != 1 or phrase(other).count(" ") != 1:
                raise MistakeError(
                    f"the spelling `{one}: {other}` is not one word for one word",
                    "Put it into a list of `words`",
                )
        return self

    def _patterns(self) -> tuple[str, ...]:
        asked = tuple(text for words in self.intents.values() for text in (*words.patterns, *words.any_order))
        return asked + tuple(text for beyond in self.beyond.values() for text in beyond.patterns)
