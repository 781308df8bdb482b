"""What a person sees: text with buttons, perhaps a picture, perhaps a file beside it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from bot.callbacks import Callback


@dataclass(frozen=True, slots=True)
class Button:
    """One button: a label in the person's language and what it carries."""

    label: str
    callback: Callback


@dataclass(frozen=True, slots=True)
class Link:
    """A button that leaves the chat and opens an address."""

    label: str
    url: str


T = TypeVar("T")
Rows = Sequence[Sequence[Button | Link]]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file for the person to keep and work on, or a picture, sent as a message of its own."""

    name: str
    data: bytes
    is_picture: bool = False


@dataclass(frozen=True, slots=True)
class Quiz:
    """A question as a poll with one right option, counted from 0; a poll of its own begins a message.

    A question has at most 300 characters, an option 100, the explanation 200 and two line feeds. `sent` is
    called with the poll's id and the message's once it is in sight.
    """

    question: str
    options: tuple[str, ...]
    right: int
    explanation: str
    sent: Callable[[str, int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Screen:
    """One state of a message.

    `text` is Telegram HTML. With `picture` the text is its caption (at most 1,024
    characters); `keeps_picture` says that the screen may be shown as the caption
    of the picture that the message already has. A `quiz` takes the place of the text. `shown` is
    called with the message's id once the screen is in sight.
    """

    text: str
    rows: Rows = field(default_factory=tuple)
    picture: bytes | None = None
    keeps_picture: bool = False
    attachments: tuple[Attachment, ...] = ()
    toast: str | None = None
    protect: bool = True  # not to be forwarded or saved: names are never more than a tap away
    shown: Callable[[int], Awaitable[None]] | None = None
    quiz: Quiz | None = None


def page_row(page: int, pages: int, turn_to: Callable[[int], Callback]) -> list[list[Button]]:
    """The row `‹ 2/5 ›` as a list of rows, empty when all fits on one page."""
    if pages <= 1:
        return []
    row = [Button(f"{page + 1}/{pages}", turn_to(page))]
    if page > 0:
        row.insert(0, Button("‹", turn_to(page - 1)))
    if page < pages - 1:
        row.append(Button("›", turn_to(page + 1)))
    return [row]


def page_of(items: Sequence[T], page: int, size: int) -> tuple[Sequence[T], int, int]:
    """One page of a list that may have shrunk since the button was drawn: items, page, pages."""
    pages = max(1, -(-len(items) // size))
    page = min(max(page, 0), pages - 1)
    return items[page * size : (page + 1) * size], page, pages
