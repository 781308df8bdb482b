"""Showing screens in a Telegram chat: the message of the tapped button is edited, not repeated."""

import contextlib
import io
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any, cast

import structlog
from telegram import (
    Bot,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    InputMediaPhoto,
    MaybeInaccessibleMessage,
    Message,
    Poll,
)
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest

from bot.menus import show_menu
from bot.screens import Attachment, Button, Link, Quiz, Rows, Screen
from domain.importing.columns import Locale
from domain.people.model import Role

log = structlog.get_logger()


class TelegramWindow:
    """One message of one chat. Without `message` the first screen begins a new one.

    `silent`: what begins a message makes no sound.
    """

    def __init__(
        self,
        bot: Bot,
        chat_id: int,
        message: MaybeInaccessibleMessage | None = None,
        *,
        silent: bool = False,
    ) -> None:
        self._bot = bot
        self._chat_id = chat_id
        self.silent = silent
        self._message_id = message.message_id if message else None
        self._has_picture = isinstance(message, Message) and bool(message.photo)
        self._has_quiz = isinstance(message, Message) and bool(message.poll)
        self._protected = not isinstance(message, Message) or bool(message.has_protected_content)

    async def typing(self) -> None:
        await self._bot.send_chat_action(self._chat_id, ChatAction.TYPING)

    async def set_menu(self, role: Role, locale: Locale) -> None:
        await show_menu(self._bot, self._chat_id, role, locale)

    @property
    def message_id(self) -> int | None:
        return self._message_id

    async def pin(self, message_id: int) -> None:
        with _at_most_logged("not pinned"):
            await self._bot.pin_chat_message(self._chat_id, message_id, disable_notification=True)

    async def unpin(self, message_id: int) -> None:
        with _at_most_logged("not unpinned"):
            await self._bot.unpin_chat_message(self._chat_id, message_id)

    async def rewrite(self, message_id: int, screen: Screen) -> None:
        with _at_most_logged("not rewritten"):
            await self._bot.edit_message_text(
                screen.text,
                self._chat_id,
                message_id,
                parse_mode=ParseMode.HTML,
                reply_markup=_keyboard(screen.rows),
            )

    async def show_below(self, screen: Screen) -> None:
        self._message_id = None
        await self.show(screen)

    async def show(self, screen: Screen) -> None:
        """Edit the message into `screen`, or send it anew where Telegram cannot turn one into the other."""
        try:
            await self._show(screen)
        except BadRequest as error:
            if "not modified" in error.message:
                pass
            elif self._message_id is not None and _is_gone(error):
                self._message_id = None
                await self._show(screen)
            else:
                raise
        if screen.shown is not None and self._message_id is not None:
            await screen.shown(self._message_id)
        for attachment in screen.attachments:
            await self._attach(attachment)

    async def deliver(
        self, screen: Screen, arrived: Sequence[int], note: Callable[[list[int]], Awaitable[None]]
    ) -> None:
        """Send a screen and its files as messages of their own, less those that have `arrived` before.

        `note` hears the ids of all that have arrived after each message, before anything else happens.
        """
        ids = list(arrived)
        if not ids:
            await self._send(screen)
            ids.append(self._message_id or 0)
            await note(ids)
        self._message_id = ids[0]
        if screen.shown is not None:
            await screen.shown(ids[0])
        for attachment in screen.attachments[len(ids) - 1 :]:
            ids.append(await self._attach(attachment))
            await note(ids)

    async def _attach(self, attachment: Attachment) -> int:
        """The text before it has made the sound, if any."""
        file = InputFile(attachment.data, attachment.name)
        send = self._bot.send_photo if attachment.is_picture else self._bot.send_document
        sent = await send(self._chat_id, file, disable_notification=True)
        return sent.message_id

    async def _show(self, screen: Screen) -> None:
        is_other = screen.protect != self._protected or screen.quiz is not None or self._has_quiz
        if self._message_id is not None and is_other:
            await self._leave_message()
        if self._message_id is None:
            await self._send(screen)
        elif screen.picture is not None:
            await self._bot.edit_message_media(
                InputMediaPhoto(io.BytesIO(screen.picture), caption=screen.text, parse_mode=ParseMode.HTML),
                self._chat_id,
                self._message_id,
                reply_markup=_keyboard(screen.rows),
            )
            self._has_picture = True
        elif not self._has_picture:
            await self._bot.edit_message_text(
                screen.text,
                self._chat_id,
                self._message_id,
                parse_mode=ParseMode.HTML,
                reply_markup=_keyboard(screen.rows),
            )
        elif screen.keeps_picture:
            await self._bot.edit_message_caption(
                self._chat_id,
                self._message_id,
                caption=screen.text,
                parse_mode=ParseMode.HTML,
                reply_markup=_keyboard(screen.rows),
            )
        else:
            await self._leave_message()
            await self._send(screen)

    async def _send(self, screen: Screen) -> None:
        if screen.quiz is not None:
            sent = await self._ask(screen.quiz, screen)
        elif screen.picture is not None:
            sent = await self._bot.send_photo(
                self._chat_id,
                screen.picture,
                caption=screen.text,
                parse_mode=ParseMode.HTML,
                reply_markup=_keyboard(screen.rows),
                protect_content=screen.protect,
                disable_notification=self.silent,
            )
        else:
            sent = await self._bot.send_message(
                self._chat_id,
                screen.text,
                parse_mode=ParseMode.HTML,
                reply_markup=_keyboard(screen.rows),
                protect_content=screen.protect,
                disable_notification=self.silent,
            )
        self._message_id = sent.message_id
        self._has_picture = bool(sent.photo)
        self._has_quiz = bool(sent.poll)
        self._protected = screen.protect

    async def _ask(self, quiz: Quiz, screen: Screen) -> Message:
        sent = await self._bot.send_poll(
            self._chat_id,
            quiz.question,
            quiz.options,
            is_anonymous=False,
            type=Poll.QUIZ,
            correct_option_ids=[cast("Any", quiz.right)],  # the library names each number from 0 to 11
            explanation=quiz.explanation,
            reply_markup=_keyboard(screen.rows),
            protect_content=screen.protect,
            disable_notification=self.silent,
        )
        if sent.poll is not None:
            await quiz.sent(sent.poll.id, sent.message_id)
        return sent

    async def _leave_message(self) -> None:
        """For what Telegram cannot edit, such as a picture or a poll: the message stays, its buttons go."""
        with contextlib.suppress(BadRequest):
            await self._bot.edit_message_reply_markup(self._chat_id, self._message_id)
        self._message_id = None
        self._has_picture = self._has_quiz = False


async def answer(query: CallbackQuery, text: str | None = None, *, alert: bool = False) -> None:
    """Stop the button's waiting sign; too late an answer concerns nobody any more."""
    try:
        await query.answer(text[:200] if text else None, show_alert=alert)
    except BadRequest as error:
        if "too old" not in error.message and "invalid" not in error.message.lower():
            raise


@contextlib.contextmanager
def _at_most_logged(what: str) -> Iterator[None]:
    """For what is a comfort only: the person may have deleted the message, or it shows this already."""
    try:
        yield
    except BadRequest as error:
        if "not modified" not in error.message:
            log.info(what, reason=error.message)


def _keyboard(rows: Rows) -> InlineKeyboardMarkup | None:
    if not rows:
        return None
    return InlineKeyboardMarkup([[_inline(one) for one in row] for row in rows])


def _inline(one: Button | Link) -> InlineKeyboardButton:
    if isinstance(one, Link):
        return InlineKeyboardButton(one.label, url=one.url)
    return InlineKeyboardButton(one.label, callback_data=one.callback.pack())


def _is_gone(error: BadRequest) -> bool:
    text = error.message.lower()
    return "not found" in text or "can't be edited" in text or "message_id_invalid" in text
