"""Where updates come in: find out who it is, hand on, show what comes back, answer every tap."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from html import escape
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError
from telegram import Bot, CallbackQuery, Message, Update
from telegram import User as TelegramUser
from telegram.error import TelegramError
from telegram.ext import BaseHandler, CallbackQueryHandler, ContextTypes, MessageHandler, filters

from bot.callbacks import Callback, parse
from bot.commands import COMMANDS
from bot.db.values import Attachment, AwaitedWords, Purpose
from bot.deps import Deps
from bot.handlers import (
    access,
    analyses,
    appointments,
    capacity,
    customers,
    dismissals,
    effort,
    home,
    importing,
    reviews,
    segments,
    tiers,
    today,
    visits,
    weeks,
    worktime,
)
from bot.handlers.buttons import (
    AskCustomer,
    ShowAnalysis,
    ShowAppointments,
    ShowCapacity,
    ShowEffort,
    ShowGrid,
    ShowHelp,
    ShowHome,
    ShowImport,
    ShowMonth,
    ShowOverdue,
    ShowOwnTime,
    ShowPace,
    ShowTiers,
    ShowToday,
    ShowUsers,
    ShowVisits,
    ShowWeek,
    View,
)
from bot.render.renderer import render, words
from bot.render.sentences import problem
from bot.routes import Route
from bot.screens import Button, Screen
from bot.services import awaiting
from bot.services.access import join
from bot.services.customers import name_test
from bot.turn import Turn, locale_of
from bot.window import TelegramWindow, answer
from domain.errors import DomainError
from domain.importing.columns import Locale
from domain.people.model import Role, User

log = structlog.get_logger()

LONGEST_NAME = 3  # words that may be a misspelt name and nothing else
MAX_WORDS = 500  # characters of a message that are read; nobody asks for a visit list in more

ROUTES: dict[type[Callback], Route] = {
    kind: route
    for module in (
        home,
        access,
        today,
        dismissals,
        customers,
        analyses,
        importing,
        tiers,
        reviews,
        segments,
        appointments,
        worktime,
        capacity,
        effort,
        weeks,
        visits,
    )
    for kind, route in module.routes.by_kind.items()
}

InWords = Callable[[Turn, str], Awaitable[Screen]]


def _pressing(callback: Callback) -> InWords:
    return lambda turn, _words: ROUTES[type(callback)].handler(turn, callback)


BY_COMMAND: dict[str, InWords] = {
    "today": _pressing(ShowToday()),
    "week": _pressing(ShowWeek()),
    "month": _pressing(ShowMonth()),
    "grid": _pressing(ShowGrid()),
    "abc": _pressing(ShowAnalysis(View.ABC)),
    "rfm": _pressing(ShowAnalysis(View.RFM)),
    "lorenz": _pressing(ShowAnalysis(View.LORENZ)),
    "customer": customers.find_in_words,
    "tiers": _pressing(ShowTiers()),
    "overdue": _pressing(ShowOverdue()),
    "pace": _pressing(ShowPace()),
    "capacity": _pressing(ShowCapacity()),
    "effort": _pressing(ShowEffort()),
    "visits": _pressing(ShowVisits()),
    "appointments": _pressing(ShowAppointments()),
    "leave": _pressing(ShowOwnTime()),
    "import": _pressing(ShowImport()),
    "invite": access.invite_in_words,
    "users": _pressing(ShowUsers()),
    "settings": home.settings_in_words,
    "help": _pressing(ShowHelp()),
    "cancel": _pressing(ShowHome()),
    "start": _pressing(ShowHome()),
}


def handlers(deps: Deps) -> list[BaseHandler[Any, Any, Any]]:
    """Private chats only: names of customers do not belong into groups."""
    private = filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE
    entry = Entry(deps)
    return [
        MessageHandler(private & filters.COMMAND, entry.command),
        MessageHandler(private & filters.TEXT, entry.words),
        MessageHandler(private & filters.Document.ALL, entry.document),
        MessageHandler(private & filters.LOCATION, entry.location),
        MessageHandler(private & (filters.PHOTO | filters.VOICE), entry.attachment),
        MessageHandler(private & ~filters.StatusUpdate.ALL, entry.something_else),
        CallbackQueryHandler(entry.press),
    ]


class Entry:
    """The entry points, with what they need."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    async def command(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """`/name words`; `/start token` joins."""
        text = _text(update)
        name, _, rest = text.partition(" ")
        name = name[1:].partition("@")[0].casefold()
        if name == "start" and rest.strip():
            await self._join(update, context.bot, rest.strip())
            return
        await self._act(update, context.bot, lambda turn: _command(turn, name, rest.strip()))

    async def words(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """A question in the person's own words."""
        await self._act(update, context.bot, lambda turn: _in_words(turn, _text(update)))

    async def document(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """A file dropped into the chat: a roster, from those who may load one."""
        document = update.effective_message.document if update.effective_message else None
        if document is None:
            return

        async def download() -> bytes:
            file = await context.bot.get_file(document.file_id)
            return bytes(await file.download_as_bytearray())

        name, size = document.file_name or "file", document.file_size or 0
        await self._act(update, context.bot, lambda turn: importing.receive(turn, name, size, download))

    async def location(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """A place on the map, if one was asked for."""
        place = update.effective_message.location if update.effective_message else None
        if place is not None:
            await self._act(update, context.bot, lambda turn: _place(turn, place.latitude, place.longitude))

    async def attachment(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """A picture or a voice note for a visit."""
        message = update.effective_message
        found = _attachment(message) if message else None
        if found is not None:
            await self._act(update, context.bot, lambda turn: visits.received(turn, found))

    async def something_else(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """A sticker, a video: say kindly what can be read."""
        await self._act(update, context.bot, lambda turn: _not_understood(turn, ()))

    async def press(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """A button, perhaps years old, perhaps forged."""
        query = update.callback_query
        if query is None or query.message is None:
            return
        chat_id = query.message.chat.id
        callback = parse(query.data or "")
        person = await self._person(query.from_user)
        locale = self._locale(person, query.from_user)
        if person is None or chat_id != query.from_user.id:
            await answer(query, words(locale)._("This is for invited colleagues only."), alert=True)
            return
        turn = self._turn(
            person, query.from_user, context.bot, TelegramWindow(context.bot, chat_id, query.message)
        )
        if callback is None or type(callback) not in ROUTES:
            await answer(query, turn.words._("This button is out of date. Here is a fresh screen."))
            await turn.window.show(await home.show_home(turn, ShowHome()))
            return
        await _press(turn, query, callback)

    async def _act(self, update: Update, bot: Bot, act: Callable[[Turn], Awaitable[Screen]]) -> None:
        """Let a handler answer a message of a known person; a stranger gets a polite sentence."""
        sender, chat = update.effective_user, update.effective_chat
        if sender is None or chat is None:
            return
        window = TelegramWindow(bot, chat.id)
        person = await self._person(sender)
        if person is None:
            await window.show(Screen(render(self._locale(None, sender), "stranger")))
            return
        turn = self._turn(person, sender, bot, window)
        try:
            screen = await act(turn)
        except DomainError as error:
            screen = _refusal(turn, error)
        await window.show(screen)

    async def _join(self, update: Update, bot: Bot, token: str) -> None:
        sender, chat = update.effective_user, update.effective_chat
        if sender is None or chat is None:
            return
        window = TelegramWindow(bot, chat.id)
        locale = self._locale(await self._person(sender), sender)
        try:
            person = await join(
                self._deps, token[:64], sender.id, sender.full_name[:80], self._deps.clock.now()
            )
        except DomainError as error:
            await window.show(Screen(escape(problem(words(locale), error.code, error.params))))
            return
        turn = self._turn(person, sender, bot, window)
        await window.set_menu(person.role, turn.locale)
        await window.show(await home.show_welcome(turn))

    async def _person(self, sender: TelegramUser) -> User | None:
        async with self._deps.db.read() as uow:
            person = await uow.users.by_telegram(sender.id)
        return person if person is not None and person.is_active else None

    def _locale(self, person: User | None, sender: TelegramUser) -> Locale:
        return locale_of(person, sender.language_code, self._deps.settings.default_language)

    def _turn(self, person: User, sender: TelegramUser, bot: Bot, window: TelegramWindow) -> Turn:
        return Turn(
            self._deps,
            person,
            self._locale(person, sender),
            self._deps.clock.now(),
            window,
            bot.username,
            sender.language_code,
        )


async def _press(turn: Turn, query: CallbackQuery, callback: Callback) -> None:
    """Run the button's handler; whatever happens, the tap is answered once."""
    route = ROUTES[type(callback)]
    if turn.viewer.role not in route.roles:
        await answer(query, problem(turn.words, "not_allowed", {}), alert=True)
        return
    await awaiting.forget(turn.deps, turn.viewer)
    toast, alert = None, False
    if route.slow:
        await answer(query)  # before Telegram gives up waiting; the screen says the rest
    try:
        screen = await route.handler(turn, callback)
        toast = screen.toast
        await turn.window.show(screen)
    except DomainError as error:
        toast, alert = problem(turn.words, error.code, error.params), True
        if route.slow:
            await turn.window.show_below(_refusal(turn, error))
    finally:
        if not route.slow:
            await answer(query, toast, alert=alert)


def _refusal(turn: Turn, error: DomainError) -> Screen:
    return Screen(escape(problem(turn.words, error.code, error.params)), [home.home_row(turn)])


async def _command(turn: Turn, name: str, rest: str) -> Screen:
    await awaiting.forget(turn.deps, turn.viewer)
    command = next((one for one in COMMANDS if one.name == name), None)
    if command is None:
        return await _not_understood(turn, ())
    if turn.viewer.role not in command.roles:
        raise DomainError("not_allowed")
    return await BY_COMMAND[name](turn, rest[:MAX_WORDS])


async def _in_words(turn: Turn, text: str) -> Screen:
    """Take the sentence that was asked for, or understand one; a bare name finds the customer."""
    awaited = await awaiting.awaited(turn.deps, turn.viewer, turn.now)
    if awaited is not None and (answered := await _answer(turn, awaited, text)) is not None:
        return answered
    if turn.viewer.role is Role.REP and (told := await visits.heard(turn, text[:MAX_WORDS])) is not None:
        return told
    is_name = await name_test(turn.deps, turn.viewer)
    understand = partial(turn.deps.interpreter.understand, text[:MAX_WORDS], is_name=is_name)
    heard = await asyncio.to_thread(understand)
    if heard.intent == "card" and heard.slots.get("name"):
        return await customers.find_in_words(turn, heard.slots["name"])
    if heard.intent == "cell" and heard.slots.get("cell"):
        return await customers.cell_in_words(turn, heard.slots["cell"])
    if heard.intent in BY_COMMAND:
        return await _command(turn, heard.intent, "")
    if heard.intent == "greeting":
        return await home.show_home(turn, ShowHome())
    if not heard.is_beyond and len(text.split()) <= LONGEST_NAME:
        perhaps = await customers.find_by_name(turn, text)
        if perhaps is not None:
            return perhaps
    return await _not_understood(turn, heard.nearest)


async def _answer(turn: Turn, awaited: AwaitedWords, text: str) -> Screen | None:
    """Take words for what was asked for; None where they mean something else."""
    match awaited.purpose:
        case Purpose.APPOINTMENT:
            return await appointments.said(turn, awaited, text[:MAX_WORDS])
        case Purpose.LATER:
            return await dismissals.day_said(turn, awaited, text[:MAX_WORDS])
        case Purpose.ADDED:
            return await today.name_said(turn, text[:MAX_WORDS])
        case Purpose.EVIDENCE:
            return await dismissals.evidence_said(turn, awaited, text)
        case Purpose.DAY_START:
            return None
        case Purpose.VISIT_FIELD | Purpose.DRAFT_FIELD | Purpose.VISIT_DAY:
            return await visits.said(turn, awaited, text[:MAX_WORDS])
    return await tiers.said(turn, awaited, text)


async def _place(turn: Turn, lat: float, lon: float) -> Screen:
    awaited = await awaiting.awaited(turn.deps, turn.viewer, turn.now)
    if awaited is None or awaited.purpose is not Purpose.DAY_START:
        return await _not_understood(turn, ())
    return await worktime.begins_at(turn, lat, lon)


async def _not_understood(turn: Turn, nearest: tuple[str, ...]) -> Screen:
    """A helpful menu, the nearest meanings first."""
    _ = turn.words._
    choices: dict[str, tuple[str, Callback]] = {
        "today": (_("Today's visits"), ShowToday()),
        "grid": (_("Nine-box grid"), ShowGrid()),
        "card": (_("Find a customer"), AskCustomer()),
        "help": (_("Help"), ShowHelp()),
    }
    order = [
        *[each for each in nearest if each in choices],
        *[each for each in choices if each not in nearest],
    ]
    rows = [[Button(*choices[each])] for each in order]
    return Screen(turn.text("not_understood"), rows)


def _attachment(message: Message) -> Attachment | None:
    """The largest picture of a message, or its voice note."""
    caption = (message.caption or "").strip()[:MAX_WORDS]
    if message.photo:
        return Attachment("photo", message.photo[-1].file_id, caption)
    return Attachment("voice", message.voice.file_id, caption) if message.voice else None


def _text(update: Update) -> str:
    message = update.effective_message
    return (message.text or "").strip() if message else ""


def on_error(deps: Deps) -> Callable[[object, ContextTypes.DEFAULT_TYPE], Coroutine[Any, Any, None]]:
    """What happens when a handler fails: a log line with the update's id, and a short apology."""

    async def apologise(update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        number = update.update_id if isinstance(update, Update) else None
        log.error("update failed", update_id=number, exc_info=context.error)
        if not isinstance(update, Update) or update.effective_chat is None or update.effective_user is None:
            return
        try:
            locale = await _language(deps, update.effective_user)
            sorry = words(locale)._("Sorry, that did not work. Please try again.")
            await context.bot.send_message(update.effective_chat.id, sorry)
        except TelegramError as error:
            log.warning("apology not delivered", update_id=number, reason=str(error))

    return apologise


async def _language(deps: Deps, sender: TelegramUser) -> Locale:
    """The language to say sorry in, even when it is the database that failed."""
    person = None
    with contextlib.suppress(SQLAlchemyError):
        async with deps.db.read() as uow:
            person = await uow.users.by_telegram(sender.id)
    return locale_of(person, sender.language_code, deps.settings.default_language)
