"""A Telegram of one's own: an in-memory Bot API for the demo and the tests, with people who write to the bot.

The bot reaches it through `transport` (no socket) or over HTTP through `asgi`; both decode what a client
really sends. People act through `send_text`, `send_document`, `send_location`, `press`, `block`. Nothing is
kept outside memory, and all is bounded. Use it from one event loop.
"""

import itertools
from collections import deque
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any

import httpx
from starlette.applications import Starlette

from bot.clock import Clock
from bot.local.flood import Flood
from bot.local.formatting import read
from bot.local.gate import Gate
from bot.local.images import picture_size
from bot.local.methods import MAX_CAPTION, MAX_TEXT
from bot.local.model import Call, Change, Fault, LocalChat, LocalFile, LocalMessage, LocalUser, Press, Upload
from bot.local.state import State
from bot.local.wire import LocalTransport, asgi


class LocalTelegram:
    """A Bot API and the people it serves."""

    def __init__(self, *, token: str, clock: Clock, username: str = "ninebox_bot") -> None:
        self.token = token
        self._state = State(token=token, clock=clock, username=username)
        self._gate = Gate(self._state)
        self._press_ids = itertools.count(1)

    # The bot's side

    def transport(self) -> httpx.AsyncBaseTransport:
        """For `HTTPXRequest(httpx_kwargs={"transport": ...})`; each request object needs its own."""
        return LocalTransport(self._gate)

    def asgi(self) -> Starlette:
        """The same Bot API, to be served over HTTP."""
        return asgi(self._gate)

    def close(self) -> None:
        """Ends every open long poll and every reader of changes, so that a server around them can stop."""
        self._state.closed = True
        self._state.updates.signal.fire()
        self._state.journal.close()

    @property
    def calls(self) -> deque[Call]:
        """The bot's latest calls, the oldest first, getUpdates apart."""
        return self._gate.calls

    def limit(self) -> Flood:
        """From now on too many messages are refused as by Telegram; the count of those is there."""
        self._gate.flood = Flood()
        return self._gate.flood

    def fail(self, method: str, fault: Fault, times: int = 1) -> None:
        """The next `times` calls of `method` go wrong in this way; faults of one method queue up."""
        self._gate.fail(method, fault, times)

    # The people's side

    def user(self, user_id: int, *, first_name: str, language_code: str | None) -> LocalUser:
        """Makes a person, or finds them and takes over their name and language."""
        if user_id not in self._state.chats:
            self._state.add_user(LocalUser(user_id, first_name, language_code))
        user = self._state.chats[user_id].user
        user.first_name, user.language_code = first_name, language_code
        return user

    def chat(self, chat_id: int) -> LocalChat:
        """A person's chat with the bot; KeyError for a person who was never made."""
        return self._state.chats[chat_id]

    def content(self, file: LocalFile) -> bytes | None:
        """The bytes of a file; None when it is too long ago."""
        return self._state.files.content(file.file_id)

    def commands(self, user_id: int) -> list[dict[str, str]]:
        """The command menu that a person sees: the narrowest scope first, in each their language first."""
        language = (self.chat(user_id).user.language_code or "")[:2]
        for scope in (f"chat:{user_id}", "all_private_chats", "default"):
            for spoken in (language, ""):
                if found := self._state.commands.get((scope, spoken)):
                    return found
        return []

    def send_text(self, user_id: int, text: str) -> LocalMessage:
        """A person writes to the bot; like a client, in several messages when it is long: the last is given.

        Raises ValueError for nothing but space, and when the person has blocked the bot.
        """
        if not text.strip():
            raise ValueError("a message needs words")
        parts = [text[at : at + MAX_TEXT] for at in range(0, len(text), MAX_TEXT)]
        return [self._say(user_id, part) for part in parts if part.strip()][-1]

    def send_document(
        self, user_id: int, filename: str, data: bytes, caption: str = "", mime_type: str | None = None
    ) -> LocalMessage:
        """A person sends a file.

        Raises ValueError for an empty file, a caption of over 1,024 characters, and when the person has
        blocked the bot.
        """
        if not data:
            raise ValueError("a file needs content")
        if len(caption) > MAX_CAPTION:
            raise ValueError("the caption is too long")
        self._open_chat(user_id)
        upload = Upload(filename, mime_type or "application/octet-stream", data)
        return self._say(user_id, caption, self._state.files.add(upload))

    def send_photo(self, user_id: int, data: bytes, caption: str = "") -> LocalMessage:
        """A person sends a picture, a PNG or JPEG.

        Raises ValueError for anything else, as `send_document` for captions and blocks.
        """
        size = picture_size(data)
        if size is None or len(caption) > MAX_CAPTION:
            raise ValueError("no picture, or the caption is too long")
        self._open_chat(user_id)
        photo = self._state.files.add(Upload("photo.jpg", "image/jpeg", data), size)
        return self._say(user_id, caption, photo=photo)

    def send_voice(self, user_id: int, data: bytes, caption: str = "") -> LocalMessage:
        """A person sends a voice note. Raises ValueError as `send_document`."""
        if not data or len(caption) > MAX_CAPTION:
            raise ValueError("no voice note, or the caption is too long")
        self._open_chat(user_id)
        voice = self._state.files.add(Upload("voice.ogg", "audio/ogg", data))
        return self._say(user_id, caption, voice=voice)

    def send_location(self, user_id: int, latitude: float, longitude: float) -> LocalMessage:
        """A person sends a place from the map, in degrees.

        Raises ValueError when the person has blocked the bot.
        """
        return self._say(user_id, "", location=(latitude, longitude))

    def press(self, user_id: int, message_id: int, callback_data: str) -> Press:
        """A person presses a button, also an old or a forged one."""
        chat = self._open_chat(user_id)
        press = Press(str(next(self._press_ids)), user_id, message_id, callback_data, self._now)
        self._state.keep_press(press)
        message = chat.message(message_id)
        gone = {"chat": {"id": user_id, "type": "private"}, "message_id": message_id, "date": 0}
        query = {
            "id": press.id,
            "from": chat.user.payload(),
            "message": self._state.payload(message) if message else gone,
            "chat_instance": str(user_id),
            "data": callback_data,
        }
        self._state.updates.add("callback_query", query)
        return press

    def answer_poll(self, user_id: int, message_id: int, option: int) -> None:
        """A person takes the option at this place, from 0, of a quiz poll; once, as in every quiz.

        Raises ValueError where there is no such poll or option, or it is answered, and after a block.
        """
        chat = self._open_chat(user_id)
        message = chat.message(message_id)
        poll = message.poll if message else None
        if poll is None or poll.choice is not None or not 0 <= option < len(poll.options):
            raise ValueError("there is no poll here that can be answered so")
        poll.choice = option
        answer = {
            "poll_id": poll.id,
            "user": chat.user.payload(),
            "option_ids": [option],
            "option_persistent_ids": [str(option)],
        }
        self._state.updates.add("poll_answer", answer)
        self._state.journal.add("edited", user_id, message_id=message_id)

    def tell(self, kind: str, body: Mapping[str, Any]) -> None:
        """Tells the bot an update of any kind and form, also one that this module would never make."""
        self._state.updates.add(kind, body)

    def begin_anew(self, update_id: int) -> None:
        """The next update has this number, as after a week without any."""
        self._state.updates.next_id = update_id

    def block(self, user_id: int) -> None:
        """A person stops the bot."""
        self._set_blocked(user_id, blocked=True)

    def unblock(self, user_id: int) -> None:
        self._set_blocked(user_id, blocked=False)

    def changes(self, after: int | None = None) -> AsyncIterator[Change]:
        """What clients should show, from now on or after the change of that number, for any reader."""
        return self._state.journal.read(self._state.journal.last if after is None else after)

    @property
    def last_change(self) -> int:
        """The number of the latest change."""
        return self._state.journal.last

    def take_updates(self) -> list[dict[str, Any]]:
        """Takes what getUpdates would give, for a driver that feeds an application itself."""
        taken = list(self._state.updates.pending)
        self._state.updates.keep_last(0)
        return taken

    @property
    def has_updates(self) -> bool:
        """Whether the bot has something to hear."""
        return bool(self._state.updates.pending)

    @property
    def _now(self) -> datetime:
        return self._state.clock.now()

    def _open_chat(self, user_id: int) -> LocalChat:
        chat = self.chat(user_id)
        if chat.user.has_blocked:
            raise ValueError("this person has blocked the bot: unblock it first")
        return chat

    def _say(
        self,
        user_id: int,
        text: str,
        document: LocalFile | None = None,
        location: tuple[float, float] | None = None,
        photo: LocalFile | None = None,
        voice: LocalFile | None = None,
    ) -> LocalMessage:
        self._open_chat(user_id).started = True
        words = read(text, html=False)
        message = LocalMessage(
            self._state.next_message_id(),
            user_id,
            from_bot=False,
            date=self._now,
            text=words.text,
            entities=words.entities,
            photo=photo,
            document=document,
            voice=voice,
            location=location,
        )
        self._state.keep(message)
        self._state.updates.add("message", self._state.payload(message))
        return message

    def _set_blocked(self, user_id: int, *, blocked: bool) -> None:
        user = self.chat(user_id).user
        if user.has_blocked == blocked:
            return
        user.has_blocked = blocked
        bot = self._state.bot
        member: dict[str, Any] = {"user": bot, "status": "member"}
        kicked: dict[str, Any] = {"user": bot, "status": "kicked", "until_date": 0}
        change = {
            "chat": {"id": user_id, "type": "private", "first_name": user.first_name},
            "from": user.payload(),
            "date": int(self._now.timestamp()),
            "old_chat_member": member if blocked else kicked,
            "new_chat_member": kicked if blocked else member,
        }
        self._state.updates.add("my_chat_member", change)
        self._state.journal.add("blocked", user_id)
