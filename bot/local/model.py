"""What the local Telegram keeps and tells: people, chats, messages, files, presses, changes, refusals."""

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from bot.local.formatting import Entity

KEPT_MESSAGES = 500
"""Messages kept per chat; the oldest go first."""

ACTION_LASTS = timedelta(seconds=5)
"""How long a client shows "typing"."""


class Refusal(Exception):  # noqa: N818  -- what Telegram does, in the field's word
    """A call answered with an error: the HTTP status, Telegram's words, and for 429 the seconds to wait."""

    def __init__(self, code: int, description: str, *, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after

    def payload(self) -> dict[str, Any]:
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.retry_after is not None:
            body["parameters"] = {"retry_after": self.retry_after}
        return body


def bad_request(words: str) -> Refusal:
    """A call that makes no sense, for the reason given."""
    return Refusal(400, f"Bad Request: {words}")


def too_many_requests(retry_after: int) -> Refusal:
    """The flood limit; `retry_after` in seconds."""
    return Refusal(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)


def blocked() -> Refusal:
    """The person has stopped the bot."""
    return Refusal(403, "Forbidden: bot was blocked by the user")


def server_error(code: int = 502) -> Refusal:
    """Telegram itself is unwell."""
    return Refusal(code, "Bad Gateway" if code == 502 else "Internal Server Error")


def conflict() -> Refusal:
    """Two processes poll for the same bot."""
    words = "terminated by other getUpdates request; make sure that only one bot instance is running"
    return Refusal(409, f"Conflict: {words}")


@dataclass(frozen=True, slots=True)
class Dropped:
    """The connection breaks before the call is performed."""


@dataclass(frozen=True, slots=True)
class LostAnswer:
    """The call is performed, then the connection breaks before its answer arrives."""


@dataclass(frozen=True, slots=True)
class Slow:
    """The call is performed after a wait."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Repeated:
    """A poll confirms nothing: what was told last is told again."""


Fault = Refusal | Dropped | LostAnswer | Slow | Repeated


@dataclass(slots=True)
class LocalUser:
    """A person with a Telegram client, whose language updates carry as `language_code`."""

    id: int
    first_name: str
    language_code: str | None
    has_blocked: bool = False

    def payload(self) -> dict[str, Any]:
        body = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        return body | ({"language_code": self.language_code} if self.language_code else {})


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file that was sent; LocalTelegram.content has its bytes. Photos have a size in pixels."""

    file_id: str
    name: str
    mime_type: str
    size: int
    path: str
    width: int | None = None
    height: int | None = None

    def payload(self) -> dict[str, Any]:
        body = {"file_id": self.file_id, "file_unique_id": f"u{self.file_id}", "file_size": self.size}
        if self.width is not None:
            return body | {"width": self.width, "height": self.height}
        return body | {"file_name": self.name, "mime_type": self.mime_type}


@dataclass(frozen=True, slots=True)
class Button:
    """A button of an inline keyboard: it either sends `callback_data` to the bot or opens `url`."""

    text: str
    callback_data: str | None = None
    url: str | None = None

    def payload(self) -> dict[str, Any]:
        target = {"callback_data": self.callback_data} if self.url is None else {"url": self.url}
        return {"text": self.text, **target}


Keyboard = tuple[tuple[Button, ...], ...]


@dataclass(slots=True)
class LocalPoll:
    """A quiz poll: `right` is the right option, `choice` the one that the person took, both from 0."""

    id: str
    question: str
    options: tuple[str, ...]
    right: int
    explanation: str
    choice: int | None = None

    def payload(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "question": self.question,
            "options": [
                {"persistent_id": str(place), "text": text, "voter_count": int(place == self.choice)}
                for place, text in enumerate(self.options)
            ],
            "total_voter_count": int(self.choice is not None),
            "is_closed": False,
            "is_anonymous": False,
            "type": "quiz",
            "allows_multiple_answers": False,
            "allows_revoting": False,
            "members_only": False,
            "correct_option_ids": [self.right],
            "explanation": self.explanation,
        }


@dataclass(slots=True)
class LocalMessage:
    """A message as a client shows it. `text` is the caption of a photo, a document or a voice note.

    `protected`: it can be neither forwarded nor saved. `silent`: it came without a sound.
    """

    message_id: int
    chat_id: int
    from_bot: bool
    date: datetime
    text: str
    entities: tuple[Entity, ...] = ()
    keyboard: Keyboard = ()
    photo: LocalFile | None = None
    document: LocalFile | None = None
    voice: LocalFile | None = None
    poll: LocalPoll | None = None
    location: tuple[float, float] | None = None  # latitude, longitude
    reply_to: int | None = None
    protected: bool = False
    silent: bool = False
    edited: datetime | None = None

    @property
    def has_media(self) -> bool:
        return bool(self.photo or self.document or self.voice)

    def media(self) -> dict[str, Any]:
        """The fields of the Bot API for what is not text."""
        body: dict[str, Any] = {}
        if self.photo:
            body["photo"] = [self.photo.payload()]
        if self.document:
            body["document"] = self.document.payload()
        if self.voice:
            body["voice"] = self.voice.payload() | {"duration": 1}
        if self.poll:
            body["poll"] = self.poll.payload()
        return body

    def button(self, label: str) -> Button | None:
        """The first button with exactly this label, else the first whose label contains it."""
        buttons = [button for row in self.keyboard for button in row]
        return next((b for b in buttons if b.text == label), None) or next(
            (b for b in buttons if label in b.text), None
        )


@dataclass(slots=True)
class LocalChat:
    """A person's private chat with the bot; `messages` is in order, the oldest first."""

    user: LocalUser
    started: bool = False
    messages: deque[LocalMessage] = field(default_factory=lambda: deque(maxlen=KEPT_MESSAGES))
    pinned: list[int] = field(default_factory=list)
    menu_button: Mapping[str, Any] | None = None
    action: str | None = None
    action_since: datetime | None = None

    def message(self, message_id: int) -> LocalMessage | None:
        return next((m for m in reversed(self.messages) if m.message_id == message_id), None)

    @property
    def pinned_message(self) -> LocalMessage | None:
        """The message pinned last."""
        return self.message(self.pinned[-1]) if self.pinned else None

    def action_at(self, now: datetime) -> str | None:
        """What the bot is seen doing (`typing`, `upload_document`...), if anything."""
        fresh = self.action_since is not None and now - self.action_since < ACTION_LASTS
        return self.action if fresh else None


@dataclass(frozen=True, slots=True)
class Answer:
    """The bot's answer to a press: a toast, an alert, or nothing to read."""

    text: str
    alert: bool


@dataclass(slots=True)
class Press:
    """A button pressed by a person; `answer` is None until the bot answers."""

    id: str
    user_id: int
    message_id: int
    data: str
    at: datetime
    answer: Answer | None = None
    done: asyncio.Event = field(default_factory=asyncio.Event)

    async def answered(self) -> Answer | None:
        """Waits for the bot's answer."""
        await self.done.wait()
        return self.answer


ChangeKind = Literal[
    "message", "edited", "deleted", "action", "answered", "pinned", "commands", "blocked", "missed"
]


@dataclass(frozen=True, slots=True)
class Change:
    """Something a client should show. `number` grows by one with each change.

    `missed` says that the reader fell behind what is kept and should look at everything again. `answered`
    carries the press, `action` the action; `commands` concerns every chat.
    """

    number: int
    kind: ChangeKind
    chat_id: int | None = None
    message_id: int | None = None
    press: Press | None = None
    action: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A call the bot made: the method and its parameters; of an uploaded file, its name and size."""

    method: str
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came with a call."""

    name: str
    mime_type: str
    data: bytes
