"""Where updates come in: find out who it is, hand on, show what comes back, answer every tap."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import replace
from html import escape
from typing import Any, cast

import structlog
from sqlalchemy.exc import SQLAlchemyError
from telegram import Bot, CallbackQuery, ChatMember, MaybeInaccessibleMessage, Message, Update
from telegram import User as TelegramUser
from telegram.error import TelegramError
from telegram.ext import (
    BaseHandler,
    CallbackQueryHandler,
    ChatMemberHandler,
    ContextTypes,
    MessageHandler,
    PollAnswerHandler,
    filters,
)

from bot.buttons.access import ShowUsers
from bot.buttons.analyses import ShowAnalysis, ShowGrid, View
from bot.buttons.appointments import ShowAppointments
from bot.buttons.authoring import ShowOwnScenarios
from bot.buttons.capacity import ShowCapacity, ShowOverdue, ShowPace
from bot.buttons.coaching import ShowCoach
from bot.buttons.corrections import ShowCorrections
from bot.buttons.coverage import ShowDigest, ShowTeam
from bot.buttons.deliveries import ShowDeliveries
from bot.buttons.effort import ShowEffort
from bot.buttons.events import ShowEvents
from bot.buttons.home import ShowHelp, ShowHome
from bot.buttons.importing import ShowImport
from bot.buttons.jointvisits import ShowJointVisits
from bot.buttons.selfreview import ShowReview
from bot.buttons.territory import ShowPlan
from bot.buttons.tiers import ShowTiers
from bot.buttons.timelog import ShowTime
from bot.buttons.today import ShowToday
from bot.buttons.visits import ShowVisits
from bot.buttons.weeks import ShowMonth, ShowWeek
from bot.buttons.worktime import ShowOwnTime
from bot.callbacks import Callback, parse
from bot.commands import COMMANDS
from bot.db.values import Attachment, AwaitedWords, Purpose
from bot.deps import Deps
from bot.handlers import (
    access,
    analyses,
    appointments,
    asking,
    authoring,
    capacity,
    coaching,
    corrections,
    coverage,
    customers,
    deliveries,
    dismissals,
    effort,
    events,
    feedback,
    home,
    importing,
    jointvisits,
    learning,
    notices,
    profile,
    qualifications,
    reviews,
    rules,
    safety,
    segments,
    selfreview,
    territory,
    tiers,
    timelog,
    today,
    visits,
    weeks,
    worktime,
)
from bot.handlers.remarks import remarked
from bot.render.catalogues import LOCALES
from bot.render.renderer import render, words
from bot.render.sentences import problem
from bot.routes import Route
from bot.screens import Screen
from bot.services import awaiting, screening
from bot.services.access import heard_of, join, let_speak
from bot.services.customers import name_test
from bot.services.screening import PLACES, take
from bot.turn import Turn, locale_of
from bot.window import TelegramWindow, answer
from domain.compliance.gate import Finding
from domain.compliance.rules import Level, Place
from domain.coverage.period import Span
from domain.errors import DomainError
from domain.ids import CustomerId
from domain.importing.columns import Locale
from domain.people.model import Role, User
from domain.understanding.interpreter import NOTHING_NEAR, Meaning, Understanding
from domain.understanding.lexicon import Intent

log = structlog.get_logger()

LONGEST_NAME = 3  # words that may be a misspelt name or a place and nothing else
LIKELY = 75.0  # from here on a score says that a longer sentence names a customer
LOCKED = "promotion_locked"  # has a screen of its own
MAX_WORDS = 500  # characters of a message that are read; nobody asks for a visit list in more

Listener = Callable[[Turn, AwaitedWords, str], Awaitable[Screen | None]]
LISTENERS: Mapping[Purpose, Listener | None] = {
    Purpose.OVERRIDE: tiers.said,
    Purpose.QUESTION: tiers.said,
    Purpose.ANSWER: tiers.said,
    Purpose.PROCUREMENT: tiers.said,
    Purpose.EVIDENCE: dismissals.evidence_said,
    Purpose.LATER: dismissals.day_said,
    Purpose.APPOINTMENT: appointments.said,
    Purpose.ADDED: today.name_said,
    Purpose.QUALIFICATION: qualifications.said,
    Purpose.FILE: profile.said,
    Purpose.FACT: profile.said,
    Purpose.CONSENT: profile.said,
    Purpose.RELATION: profile.said,
    Purpose.EVENT_TOPIC: events.said,
    Purpose.EVENT_PLACE: events.said,
    Purpose.EVENT_VALUE: events.said,
    Purpose.EVENT_COMMENT: events.said,
    Purpose.FEEDBACK: feedback.said,
    Purpose.VISIT_FIELD: visits.said,
    Purpose.DRAFT_FIELD: visits.said,
    Purpose.VISIT_DAY: visits.said,
    Purpose.CORRECTION: corrections.said,
    Purpose.CORRECTION_NO: corrections.said,
    Purpose.JOINT_ANSWER: jointvisits.said,
    Purpose.JOINT_COMMENT: jointvisits.said,
    Purpose.PLAN_WORDS: territory.said,
    Purpose.PLAN_COMMENT: territory.said,
    Purpose.PLAN_RETURN: territory.said,
    Purpose.DAY_START: None,  # a place on the map
    Purpose.SCENARIO: None,  # a file
    Purpose.SHOWN: None,  # nothing is asked
}
"""Who takes the words that were asked for."""
TOLD_WHEN_TOO_LONG = frozenset(
    {Purpose.OVERRIDE, Purpose.QUESTION, Purpose.ANSWER, Purpose.PROCUREMENT, Purpose.EVIDENCE}
)
"""Sentences that are not cut: who says too much is told how much it is."""


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
        profile,
        feedback,
        appointments,
        worktime,
        timelog,
        selfreview,
        coaching,
        authoring,
        learning,
        capacity,
        coverage,
        territory,
        jointvisits,
        effort,
        events,
        weeks,
        visits,
        corrections,
        rules,
        safety,
        notices,
        qualifications,
        deliveries,
        asking,
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
    "event": _pressing(ShowEvents()),
    "digest": _pressing(ShowDigest()),
    "team": _pressing(ShowTeam(Span.MONTH)),
    "plan": _pressing(ShowPlan()),
    "joint": _pressing(ShowJointVisits()),
    "corrections": _pressing(ShowCorrections()),
    "forget": corrections.forget_in_words,
    "feedback": feedback.feedback_in_words,
    "visits": _pressing(ShowVisits()),
    "appointments": _pressing(ShowAppointments()),
    "leave": _pressing(ShowOwnTime()),
    "time": _pressing(ShowTime()),
    "review": _pressing(ShowReview()),
    "coach": _pressing(ShowCoach()),
    "scenario_new": _pressing(ShowOwnScenarios()),
    "import": _pressing(ShowImport()),
    "invite": access.invite_in_words,
    "users": _pressing(ShowUsers()),
    "deliveries": _pressing(ShowDeliveries()),
    "rules": rules.rules_in_words,
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
        PollAnswerHandler(entry.poll_answer),
        ChatMemberHandler(entry.standing, ChatMemberHandler.MY_CHAT_MEMBER),
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
        await self._act(update, context.bot, lambda turn: in_words(turn, _text(update)))

    async def document(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """A file dropped into the chat."""
        document = update.effective_message.document if update.effective_message else None
        if document is None:
            return

        async def download() -> bytes:
            file = await context.bot.get_file(document.file_id)
            return bytes(await file.download_as_bytearray())

        name, size = document.file_name or "file", document.file_size or 0
        await self._act(update, context.bot, lambda turn: _file(turn, name, size, download))

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
        await self._act(update, context.bot, _not_understood)

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
        ).asked_in(_language_of(query.message))
        if callback is None or type(callback) not in ROUTES:
            await answer(query, turn.words._("This button is out of date. Here is a fresh screen."))
            await turn.window.show(await home.show_home(turn, ShowHome()))
            return
        await _press(turn, query, callback)

    async def standing(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Somebody has stopped the bot in their chat, or lets it speak again."""
        change = update.my_chat_member
        if change is not None and change.chat.id == change.from_user.id:
            is_stopped = change.new_chat_member.status == ChatMember.BANNED
            await let_speak(self._deps, change.from_user.id, self._deps.clock.now(), is_stopped=is_stopped)

    async def poll_answer(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """An option of a quiz; of a poll that is not known, or answered before, nothing is said."""
        answered = update.poll_answer
        person = await self._person(answered.user) if answered and answered.user else None
        if answered is None or answered.user is None or person is None or not answered.option_ids:
            return
        window = TelegramWindow(context.bot, answered.user.id)
        turn = self._turn(person, answered.user, context.bot, window)
        screen = await learning.fact_answered(turn, answered.poll_id, answered.option_ids[0])
        if screen is not None:
            await window.show(screen)

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
        await heard_of(self._deps, sender.id, sender.language_code)
        turn = self._turn(person, sender, bot, window)
        await window.set_menu(person.role, turn.locale)
        await window.show(await home.show_welcome(turn))

    async def _person(self, sender: TelegramUser) -> User | None:
        person = await heard_of(self._deps, sender.id, sender.language_code)
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
    kept = await _kept(turn, callback)
    if route.slow:
        await answer(query)  # before Telegram gives up waiting; the screen says the rest
    try:
        screen = await route.handler(turn, kept or callback)
        await _remember(turn, kept or callback)
        toast = screen.toast
        if kept is not None and toast is None:
            toast = turn.words._("Was listed twice: this is the entry that was kept")
        await turn.window.show(screen)
    except DomainError as error:
        if error.code == LOCKED:
            await turn.window.show(_refusal(turn, error))
            return
        toast, alert = problem(turn.words, error.code, error.params), True
        if route.slow:
            await turn.window.show_below(_refusal(turn, error))
    finally:
        if not route.slow:
            await answer(query, toast, alert=alert)


async def _kept(turn: Turn, callback: Callback) -> Callback | None:
    """The button for the customer who was kept, where it names one who was merged; None for all others."""
    customer = getattr(callback, "customer", None)
    if customer is None:
        return None
    async with turn.deps.db.read() as uow:
        kept = await uow.customers.kept_of(CustomerId(customer))
    return None if kept is None else replace(cast("Any", callback), customer=kept)


def _refusal(turn: Turn, error: DomainError, awaited: AwaitedWords | None = None) -> Screen:
    """Why something cannot be done; of words that were asked for, that others may be sent at once."""
    if error.code == "held_text":
        return safety.held_screen(turn, error.params["held"], error.params["due"])
    if error.code == LOCKED:
        return qualifications.locked_screen(turn, error)
    text, row = escape(problem(turn.words, error.code, error.params)), home.home_row(turn)
    if awaited is not None:
        row = [*events.back_row(turn, awaited), *row]
        if error.code == "refused_text":
            text += "\n\n" + turn.words._("You can send other words at once.")
    return Screen(text, [row])


async def _command(turn: Turn, name: str, rest: str) -> Screen:
    await awaiting.forget(turn.deps, turn.viewer)
    command = next((one for one in COMMANDS if one.name == name), None)
    if command is None:
        return await _not_understood(turn)
    if turn.viewer.role not in command.roles:
        raise DomainError("not_allowed")
    return await BY_COMMAND[name](turn, rest[:MAX_WORDS])


async def in_words(turn: Turn, text: str) -> Screen:
    """Take the words that were asked for, or understand a sentence; a bare name finds the customer."""
    awaited = await awaiting.awaited(turn.deps, turn.viewer, turn.now)
    if awaited is not None:
        try:
            answered = await _answered(turn, awaited, text)
        except DomainError as error:
            return _refusal(turn, error, awaited)
        if answered is not None:
            return answered
    heard = await _understood(turn, text[:MAX_WORDS])
    turn = turn.asked_in(heard.locale)
    try:
        return await _of_sentence(turn, text[:MAX_WORDS], heard)
    except DomainError as error:
        return _refusal(turn, error)


async def _answered(turn: Turn, awaited: AwaitedWords, text: str) -> Screen | None:
    """What was asked for, once it has passed the gate, with its remarks; None for something else."""
    findings: tuple[Finding, ...] = ()
    if (place := PLACES[awaited.purpose]) is not None:
        findings = await take(turn.deps, turn.viewer, text, place, awaited, turn.now)
    screen = await _answer(turn, awaited, text)
    return None if screen is None else remarked(turn, screen, findings)


async def _understood(turn: Turn, text: str) -> Understanding:
    is_name = await name_test(turn.deps, turn.viewer)

    def understand() -> Understanding:
        interpreter = turn.deps.readers.interpreter
        return interpreter.understand(text, today=turn.today, calendar=turn.deps.calendar, is_name=is_name)

    return await asyncio.to_thread(understand)


async def _of_sentence(turn: Turn, text: str, heard: Understanding) -> Screen:
    """A visit that is told, an answer, or what was perhaps meant; never what the rules forbid."""
    may_tell = turn.viewer.role is Role.REP and heard.intent in {None, Intent.VISITS}
    if may_tell and (told := await visits.heard(turn, text)) is not None:
        return told
    if heard.intent is Intent.RULES:
        return await _done(turn, asking.rule_about(turn, text))
    findings = await screening.screen(turn.deps, turn.viewer, text, Place.NOTE, turn.now)
    if heard.meaning is not None:
        return await _done(turn, await asking.target(turn, heard.meaning))
    if any(finding.level is Level.HOLD for finding in findings):
        return await asking.medical(turn)
    is_near = "name" in heard.nearest[0].slots
    if not heard.is_beyond and not is_near:
        at_least = 0 if len(text.split()) <= LONGEST_NAME else LIKELY
        perhaps = await customers.find_by_name(turn, text, at_least)
        if perhaps is not None:
            return perhaps
    return await _not_understood(turn, heard.nearest)


async def _done(turn: Turn, found: Callback | Screen) -> Screen:
    """What a button does, as if it had been tapped."""
    if isinstance(found, Screen):
        return found
    route = ROUTES[type(found)]
    if turn.viewer.role not in route.roles:
        raise DomainError("not_allowed")
    await awaiting.forget(turn.deps, turn.viewer)
    screen = await route.handler(turn, found)
    await _remember(turn, found)
    return screen


async def _remember(turn: Turn, callback: Callback) -> None:
    """Whom "she" means from now on."""
    customer = asking.asked_about(callback)
    if customer is not None:
        await awaiting.show(turn.deps, turn.viewer, customer, turn.now)


async def _answer(turn: Turn, awaited: AwaitedWords, text: str) -> Screen | None:
    """Take words for what was asked for; None where they mean something else."""
    listener = LISTENERS[awaited.purpose]
    if listener is None:
        return None
    is_measured = awaited.purpose in TOLD_WHEN_TOO_LONG
    return await listener(turn, awaited, text if is_measured else text[:MAX_WORDS])


async def _file(turn: Turn, name: str, size: int, download: Callable[[], Awaitable[bytes]]) -> Screen:
    """A file dropped into the chat: a scenario where one was asked for, else a roster."""
    awaited = await awaiting.awaited(turn.deps, turn.viewer, turn.now)
    is_asked = awaited is not None and awaited.purpose is Purpose.SCENARIO
    is_scenario = is_asked or name.casefold().endswith((".yaml", ".yml"))
    receive = authoring.receive if is_scenario else importing.receive
    return await receive(turn, name, size, download)


async def _place(turn: Turn, lat: float, lon: float) -> Screen:
    awaited = await awaiting.awaited(turn.deps, turn.viewer, turn.now)
    if awaited is None or awaited.purpose is not Purpose.DAY_START:
        return await _not_understood(turn)
    return await worktime.begins_at(turn, lat, lon)


async def _not_understood(turn: Turn, nearest: tuple[Meaning, ...] = NOTHING_NEAR) -> Screen:
    """The nearest meanings as buttons, less what the person may not do."""
    return await asking.perhaps(
        turn, nearest, lambda callback: turn.viewer.role in ROUTES[type(callback)].roles
    )


def _language_of(message: MaybeInaccessibleMessage) -> str:
    """The language of the screen that was tapped, by the button that leads home; "" when it has none."""
    keyboard = message.reply_markup if isinstance(message, Message) else None
    labels = {button.text for row in keyboard.inline_keyboard for button in row} if keyboard else set()
    return next((locale for locale in LOCALES if words(locale)._("Home") in labels), "")


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
