"""The memory of the local Telegram, shared by the bot's side (methods) and the people's side (telegram)."""

import asyncio
import itertools
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from bot.clock import Clock
from bot.local.model import Change, ChangeKind, LocalChat, LocalFile, LocalMessage, LocalUser, Press, Upload

KEPT_CHANGES = 2_000
KEPT_UPDATES = 10_000
KEPT_PRESSES = 1_000
_AHEAD = 10
"""By how much an offset may be ahead of the updates; what is farther ahead is not heeded, as at Telegram."""
KEPT_FILE_BYTES = 256 * 1024 * 1024

# What getUpdates leaves out unless asked for (Bot API, getUpdates.allowed_updates).
_ONLY_ON_REQUEST = {"chat_member", "message_reaction", "message_reaction_count"}


class Signal:
    """Wakes everybody who waits for it now."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def fire(self) -> None:
        self._event.set()
        self._event = asyncio.Event()

    async def wait(self) -> None:
        await self._event.wait()


class Journal:
    """The latest changes, for any number of readers at any pace."""

    def __init__(self) -> None:
        self._kept: deque[Change] = deque(maxlen=KEPT_CHANGES)
        self._grown = Signal()
        self._closed = False
        self.last = 0

    def add(self, kind: ChangeKind, chat_id: int | None = None, **what: Any) -> None:
        self.last += 1
        self._kept.append(Change(self.last, kind, chat_id, **what))
        self._grown.fire()

    def close(self) -> None:
        self._closed = True
        self._grown.fire()

    async def read(self, seen: int) -> AsyncIterator[Change]:
        """Every change after number `seen`, then the coming ones, until the journal is closed."""
        while not self._closed:
            first_kept = self.last - len(self._kept) + 1
            if not first_kept <= seen + 1 <= self.last + 1:
                seen = self.last
                yield Change(seen, "missed")
                continue
            for change in list(itertools.islice(self._kept, seen + 1 - first_kept, None)):
                seen = change.number
                yield change
            if seen == self.last and not self._closed:
                await self._grown.wait()


class Files:
    """Files by id; the bytes of the oldest go when all together grow too big."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[LocalFile, bytes]] = OrderedDict()
        self._bytes = 0
        self._ids = itertools.count(1)

    def add(self, upload: Upload, size: tuple[int, int] | None = None) -> LocalFile:
        """Keeps an upload: as a photo when its `size` in pixels is given, else as a document."""
        number = next(self._ids)
        kind = "photos" if size else "documents"
        suffix = upload.name.rpartition(".")[2] if "." in upload.name else "bin"
        safe = suffix if suffix.isascii() and suffix.isalnum() else "bin"
        width, height = size or (None, None)
        file = LocalFile(
            f"{kind}-{number}",
            upload.name,
            upload.mime_type,
            len(upload.data),
            f"{kind}/file_{number}.{safe}",
            width,
            height,
        )
        self._known[file.file_id] = (file, upload.data)
        self._bytes += file.size
        while self._bytes > KEPT_FILE_BYTES and len(self._known) > 1:
            _, (oldest, _) = self._known.popitem(last=False)
            self._bytes -= oldest.size
        return file

    def get(self, file_id: str) -> LocalFile | None:
        found = self._known.get(file_id)
        return found and found[0]

    def content(self, file_id: str) -> bytes | None:
        found = self._known.get(file_id)
        return found and found[1]

    def at(self, path: str) -> LocalFile | None:
        return next((file for file, _ in self._known.values() if file.path == path), None)


class Updates:
    """The queue behind getUpdates."""

    def __init__(self) -> None:
        self.pending: deque[dict[str, Any]] = deque(maxlen=KEPT_UPDATES)
        self.allowed: Sequence[str] = ()
        self.signal = Signal()
        self.next_id = 1

    def add(self, kind: str, body: Mapping[str, Any]) -> None:
        if kind in self.allowed if self.allowed else kind not in _ONLY_ON_REQUEST:
            self.pending.append({"update_id": self.next_id, kind: dict(body)})
            self.next_id += 1
            self.signal.fire()

    def confirm_before(self, update_id: int) -> None:
        if update_id > self.next_id + _AHEAD:
            return
        while self.pending and self.pending[0]["update_id"] < update_id:
            self.pending.popleft()

    def keep_last(self, count: int) -> None:
        while len(self.pending) > count:
            self.pending.popleft()


class State:
    """Everything the local Telegram remembers."""

    def __init__(self, *, token: str, clock: Clock, username: str) -> None:
        self.token = token
        self.clock = clock
        self.bot = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": "Ninebox",
            "username": username,
        }
        self.chats: dict[int, LocalChat] = {}
        self.presses: OrderedDict[str, Press] = OrderedDict()
        self.commands: dict[tuple[str, str], list[dict[str, str]]] = {}
        self.profile: dict[tuple[str, str], str] = {}
        self.menu_button: Mapping[str, Any] = {"type": "default"}
        self.webhook = ""
        self.files = Files()
        self.updates = Updates()
        self.journal = Journal()
        self.closed = False
        self._message_ids = itertools.count(1)
        self._poll_ids = itertools.count(1)

    def add_user(self, user: LocalUser) -> None:
        self.chats[user.id] = LocalChat(user)

    def next_message_id(self) -> int:
        return next(self._message_ids)

    def next_poll_id(self) -> str:
        return f"{self.bot['id']}{next(self._poll_ids)}"

    def keep(self, message: LocalMessage) -> None:
        """Adds a new message to its chat and tells the readers."""
        chat = self.chats[message.chat_id]
        chat.messages.append(message)
        if message.from_bot:
            chat.action = chat.action_since = None
        self.journal.add("message", message.chat_id, message_id=message.message_id)

    def keep_press(self, press: Press) -> None:
        self.presses[press.id] = press
        if len(self.presses) > KEPT_PRESSES:
            self.presses.popitem(last=False)

    def payload(self, message: LocalMessage) -> dict[str, Any]:
        """A message as the Bot API gives it."""
        chat = self.chats[message.chat_id]
        body: dict[str, Any] = {
            "message_id": message.message_id,
            "from": self.bot if message.from_bot else chat.user.payload(),
            "chat": {"id": chat.user.id, "type": "private", "first_name": chat.user.first_name},
            "date": int(message.date.timestamp()),
        }
        if message.protected:
            body["has_protected_content"] = True
        if message.edited:
            body["edit_date"] = int(message.edited.timestamp())
        words = ("caption", "caption_entities") if message.has_media else ("text", "entities")
        if message.text:
            body[words[0]] = message.text
        if message.entities:
            body[words[1]] = [entity.payload() for entity in message.entities]
        body |= message.media()
        if message.location:
            body["location"] = dict(zip(("latitude", "longitude"), message.location, strict=True))
        if message.keyboard:
            rows = [[button.payload() for button in row] for row in message.keyboard]
            body["reply_markup"] = {"inline_keyboard": rows}
        if message.reply_to and (replied := chat.message(message.reply_to)):
            body["reply_to_message"] = self.payload(replied)
            body["reply_to_message"].pop("reply_to_message", None)
        return body
