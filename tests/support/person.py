"""A person at a Telegram client: acts by what is seen and tapped, and tells what is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.local.model import Button, LocalChat, LocalFile, LocalMessage, LocalPoll, Press

if TYPE_CHECKING:
    from tests.support.telegram import Chatter


class Person:
    """One account. Every act returns once the application has handled it, as have the tasks it began."""

    def __init__(self, chatter: Chatter, user_id: int) -> None:
        self._chatter = chatter
        self.user_id = user_id
        self.last_press: Press | None = None

    # What a person does

    async def sends(self, text: str) -> None:
        self._chatter.telegram.send_text(self.user_id, text)
        await self._chatter.settle()

    async def uploads(
        self, filename: str, data: bytes, caption: str = "", mime_type: str | None = None
    ) -> None:
        self._chatter.telegram.send_document(self.user_id, filename, data, caption, mime_type)
        await self._chatter.settle()

    async def sends_photo(self, data: bytes, caption: str = "") -> None:
        self._chatter.telegram.send_photo(self.user_id, data, caption)
        await self._chatter.settle()

    async def sends_voice(self, data: bytes, caption: str = "") -> None:
        self._chatter.telegram.send_voice(self.user_id, data, caption)
        await self._chatter.settle()

    async def sends_location(self, latitude: float, longitude: float) -> None:
        self._chatter.telegram.send_location(self.user_id, latitude, longitude)
        await self._chatter.settle()

    async def taps(self, label: str) -> None:
        """Taps the button with this label, or containing it, on the newest message that has one."""
        for message in reversed(self.messages):
            if (button := message.button(label)) and button.callback_data:
                await self.presses(button.callback_data, message)
                return
        raise AssertionError(f"no button {label!r}; there are {self.buttons}, below: {self.text!r}")

    async def presses(self, callback_data: str, message: LocalMessage | int | None = None) -> None:
        """Presses a button that may be old or forged, on this message or on the newest of the bot."""
        on = message if message is not None else self.message
        message_id = on if isinstance(on, int) else on.message_id
        self.last_press = self._chatter.telegram.press(self.user_id, message_id, callback_data)
        await self._chatter.settle()

    async def answers_poll(self, option: str) -> None:
        """Takes the option with this text, or containing it, in the newest poll."""
        for message in reversed(self.messages):
            if message.poll is not None:
                found = [place for place, text in enumerate(message.poll.options) if option in text]
                assert found, f"no option {option!r} in {message.poll.options}"
                self._chatter.telegram.answer_poll(self.user_id, message.message_id, found[0])
                await self._chatter.settle()
                return
        raise AssertionError(f"no poll; below: {self.text!r}")

    async def blocks(self) -> None:
        self._chatter.telegram.block(self.user_id)
        await self._chatter.settle()

    async def unblocks(self) -> None:
        self._chatter.telegram.unblock(self.user_id)
        await self._chatter.settle()

    # What a person sees

    @property
    def chat(self) -> LocalChat:
        return self._chatter.telegram.chat(self.user_id)

    @property
    def messages(self) -> list[LocalMessage]:
        """The bot's messages as they stand now, the oldest first."""
        return [m for m in self.chat.messages if m.from_bot]

    @property
    def message(self) -> LocalMessage:
        """The bot's newest message."""
        if not self.messages:
            raise AssertionError("the bot has said nothing")
        return self.messages[-1]

    @property
    def text(self) -> str:
        """The plain text, or caption, of the bot's newest message; empty when it has said nothing."""
        return self.messages[-1].text if self.messages else ""

    @property
    def keyboard(self) -> list[Button]:
        """The buttons of the bot's newest message."""
        return [b for row in self.messages[-1].keyboard for b in row] if self.messages else []

    @property
    def buttons(self) -> list[str]:
        """The labels of the buttons of the bot's newest message."""
        return [b.text for b in self.keyboard]

    def sees(self, text: str) -> bool:
        """Whether this stands in any message of the bot, or on a button, as the chat stands now."""
        return any(text in m.text or m.button(text) for m in self.messages)

    @property
    def last_answer(self) -> str | None:
        """What the bot answered to the last press: toast or alert, "" a silent one, None nothing."""
        answer = self.last_press and self.last_press.answer
        return answer.text if answer else None

    @property
    def photo(self) -> bytes | None:
        """The newest picture in the chat."""
        return next((self._content(m.photo) for m in reversed(self.messages) if m.photo), None)

    @property
    def file(self) -> tuple[str, bytes] | None:
        """Name and content of the newest document in the chat."""
        found = next((m.document for m in reversed(self.messages) if m.document), None)
        return (found.name, self._content(found)) if found else None

    @property
    def poll(self) -> LocalPoll | None:
        """The newest poll in the chat."""
        return next((m.poll for m in reversed(self.messages) if m.poll), None)

    @property
    def pinned(self) -> LocalMessage | None:
        return self.chat.pinned_message

    @property
    def commands(self) -> list[str]:
        """The command menu as this person sees it."""
        return [c["command"] for c in self._chatter.telegram.commands(self.user_id)]

    def _content(self, file: LocalFile) -> bytes:
        data = self._chatter.telegram.content(file)
        if data is None:
            raise AssertionError(f"{file.name} is no longer kept")
        return data
