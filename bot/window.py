"""Showing screens in a Telegram chat: the message of the tapped button is edited, not repeated."""

import contextlib
import io
from collections.abc import Iterator

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
)
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest

from bot.menus import show_menu
from bot.screens import Button, Link, Rows, Screen
from domain.importing.columns import Locale
from domain.people.model import Role

log = structlog.get_logger()


class TelegramWindow:
    """One message of one chat. Without `message` the first screen begins a new one."""

    def __init__(self, bot: Bot, chat_id: int, message: MaybeInaccessibleMessage | None = None) -> None:
        self._bot = bot
        self._chat_id = chat_id
        self._message_id = message.message_id if message else None
        self._has_picture = isinstance(message, Message) and bool(message.photo)
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
            await self._bot.send_document(self._chat_id, InputFile(attachment.data, attachment.name))

    async def _show(self, screen: Screen) -> None:
        if self._message_id is not None and screen.protect != self._protected:
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
        if screen.picture is not None:
            sent = await self._bot.send_photo(
                self._chat_id,
                screen.picture,
                caption=screen.text,
                parse_mode=ParseMode.HTML,
                reply_markup=_keyboard(screen.rows),
                protect_content=screen.protect,
            )
        else:
            sent = await self._bot.send_message(
                self._chat_id,
                screen.text,
                parse_mode=ParseMode.HTML,
                reply_markup=_keyboard(screen.rows),
                protect_content=screen.protect,
            )
        self._message_id = sent.message_id
        self._has_picture = bool(sent.photo)
        self._protected = screen.protect

    async def _leave_message(self) -> None:
        """For what Telegram cannot edit, a picture or a protection: the message stays, its buttons go."""
        with contextlib.suppress(BadRequest):
            await self._bot.edit_message_reply_markup(self._chat_id, self._message_id)
        self._message_id = None
        self._has_picture = False


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
