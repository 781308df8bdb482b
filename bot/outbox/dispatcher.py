"""Taking rows out of the outbox and to the people: each claimed, looked at again, composed, sent, settled."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog
from telegram import Bot
from telegram.error import TelegramError

from bot.db.repositories.outbox import LATE
from bot.db.values import Contact, Owed, OwedState
from bot.deps import Deps
from bot.notices.judging import judge
from bot.notices.model import Judge, Notice, Policy, Send, Skip, Wait
from bot.notices.registry import NOTICES
from bot.outbox.classify import Fate, Outcome, classify
from bot.outbox.pace import Pace, unasked
from bot.screens import Screen
from bot.turn import Turn, locale_of
from bot.window import TelegramWindow
from domain.errors import DomainError

log = structlog.get_logger()

AT_ONCE = 32
"""Notices in the works at the same time: as many as a second sees off."""
LEASE = timedelta(minutes=2)
"""How long a claim holds: longer than one message takes at its worst, short enough to recover soon."""
FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=1)
MOST_MISHAPS = 5
"""Attempts after which an error of our own, not of Telegram's, is taken for lasting."""
_NOTHING_TO_SAY = frozenset({"not_found", "promotion_locked"})
"""Refusals that leave nothing to be sent: it is gone, or the person may not plan visits now."""


@dataclass(frozen=True, slots=True)
class _Ready:
    """Something that may go out now."""

    owed: Owed
    notice: Notice
    screen: Screen
    window: TelegramWindow


class _LostError(Exception):
    """The claim has run out; somebody else goes on."""


class Dispatcher:
    """Sends what is owed. Several may work on one database, in one process or in many."""

    def __init__(
        self,
        deps: Deps,
        bot: Bot,
        pace: Pace,
        notices: Mapping[str, Notice] = NOTICES,
        judge: Judge = judge,
    ) -> None:
        self._deps = deps
        self._bot = bot
        self._pace = pace
        self._notices = notices
        self._judge = judge
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._draining: asyncio.Future[None] | None = None
        self._is_stopping = False

    async def run(self) -> None:
        """Send whenever the outbox has news, until cancelled; then `finish` is to be called."""
        bell = self._deps.db.owed
        while True:
            bell.clear()
            self._draining = asyncio.ensure_future(self.drain())
            try:
                await asyncio.shield(self._draining)
            except Exception:  # the database may be away for a while
                log.exception("sending what is owed failed")
            await bell.wait()

    async def finish(self) -> None:
        """Take up nothing more, and let what is under way come to its end."""
        self._is_stopping = True
        if self._draining is not None:
            await asyncio.gather(self._draining, return_exceptions=True)

    async def drain(self) -> None:
        """Send all that is due now. What fails is due again later."""
        await self._give_up()
        async with asyncio.TaskGroup() as group:
            while claimed := await self._claim():
                for owed in claimed:
                    await self._slots.acquire()
                    group.create_task(self._work_on(owed))

    async def _claim(self) -> list[Owed]:
        if self._is_stopping:
            return []
        now = self._deps.clock.now()
        async with self._deps.db.write() as uow:
            return await uow.outbox.claim(now, now + LEASE, AT_ONCE)

    async def _give_up(self) -> None:
        now = self._deps.clock.now()
        async with self._deps.db.write() as uow:
            count = await uow.outbox.give_up(now, now + LEASE)
        if count:
            log.warning("nobody knows whether these arrived", count=count)

    async def _work_on(self, owed: Owed) -> None:
        try:
            await self._deliver(owed)
        except _LostError:
            log.info("somebody else sends this", owed=owed.id)
        except Exception as error:  # one notice must not keep the others
            log.exception("a notice failed", owed=owed.id, kind=owed.kind)
            await self._mishap(owed, error)
        finally:
            self._slots.release()

    async def _deliver(self, owed: Owed) -> None:
        ready = await self._prepared(owed)
        if ready is None:
            return
        if ready.notice.policy is Policy.AT_MOST_ONCE:
            await self._begin(owed)
        parts, arrived = 1 + len(ready.screen.attachments), list(owed.message_ids)

        async def note(ids: list[int]) -> None:
            arrived[:] = ids
            await self._note(owed, ids, is_complete=len(ids) == parts)

        try:
            with unasked(partial(self._check_lease, owed)):
                await ready.window.deliver(ready.screen, owed.message_ids, note)
            if len(owed.message_ids) >= parts:  # all was there already, and only that was not known
                await self._note(owed, arrived, is_complete=True)
        except TelegramError as error:
            if len(arrived) < parts:
                await self._failed(ready, classify(error))
            else:  # the words are there; that they are not pinned, say, is no reason to say them again
                log.info("not shown as it should", owed=owed.id, kind=owed.kind, why=error.message)

    async def _note(self, owed: Owed, message_ids: list[int], *, is_complete: bool) -> None:
        async with self._deps.db.write() as uow:
            if is_complete:
                is_ours = await uow.outbox.sent(owed, message_ids, self._deps.clock.now())
            else:
                is_ours = await uow.outbox.arrived(owed, message_ids)
        if not is_ours:
            raise _LostError

    async def _prepared(self, owed: Owed) -> _Ready | None:
        """The screen to send; None when there is none, and the row is settled or waits."""
        now, notice = self._deps.clock.now(), self._notices.get(owed.kind)
        if notice is None:
            await self._settle(owed, OwedState.DEAD, "unknown_kind")
            return None
        if now > owed.due_at + notice.late_after:
            await self._too_late(owed)
            return None
        async with self._deps.db.snapshot():
            asked = await self._asked(owed, notice, now)
        if isinstance(asked, Wait):
            await self._later(owed, max(asked.until, now + FIRST_PAUSE))
            return None
        if isinstance(asked, Skip):
            await self._settle(owed, OwedState.SKIPPED, asked.why)
            return None
        turn, window = asked
        screen = await self._screen(notice, turn, owed)
        if screen is None:
            await self._settle(owed, OwedState.SKIPPED, "nothing_to_say")
            return None
        return _Ready(owed, notice, screen, window)

    async def _asked(
        self, owed: Owed, notice: Notice, now: datetime
    ) -> tuple[Turn, TelegramWindow] | Wait | Skip:
        """To whom it goes, if they can be told and want to be told now."""
        async with self._deps.db.read() as uow:
            contact = await uow.users.contact(owed.user_id)
        why_not = _why_not(contact)
        if contact is None or contact.user.telegram_id is None or why_not:
            return Skip(why_not)
        locale = locale_of(contact.user, contact.language, self._deps.settings.default_language)
        window = TelegramWindow(self._bot, contact.user.telegram_id, silent=True)
        turn = Turn(self._deps, contact.user, locale, now, window, self._bot.username, contact.language)
        ruling = await self._judge(turn, notice, owed)
        if isinstance(ruling, Send):
            window.silent = not ruling.sound
            return turn, window
        return ruling

    async def _screen(self, notice: Notice, turn: Turn, owed: Owed) -> Screen | None:
        try:
            return await notice.compose(turn, owed)
        except DomainError as error:
            if error.code in _NOTHING_TO_SAY:
                return None
            raise

    # What becomes of it

    async def _failed(self, ready: _Ready, outcome: Outcome) -> None:
        owed = ready.owed
        log.info("not delivered", owed=owed.id, kind=owed.kind, fate=outcome.fate.name, why=outcome.why)
        if outcome.holds_all and outcome.wait is not None:
            self._pace.hold(outcome.wait)
        is_once = ready.notice.policy is Policy.AT_MOST_ONCE
        if outcome.fate is Fate.UNREACHABLE:
            await self._unreachable(owed)
        elif outcome.fate is Fate.REFUSED:
            await self._settle(owed, OwedState.DEAD, outcome.why)
        elif is_once and outcome.fate is Fate.UNCLEAR:
            await self._settle(owed, OwedState.UNKNOWN, outcome.why)
        else:
            wait = timedelta(seconds=outcome.wait) if outcome.wait is not None else _pause(owed)
            await self._later(owed, self._deps.clock.now() + wait, outcome.why)

    async def _unreachable(self, owed: Owed) -> None:
        now = self._deps.clock.now()
        async with self._deps.db.write() as uow:
            await uow.users.set_blocked(owed.user_id, now)
            await uow.outbox.settle(owed, OwedState.SKIPPED, now, "blocked")

    async def _too_late(self, owed: Owed) -> None:
        """What may have arrived at an earlier try is not called late."""
        if owed.error in {"timed_out", "connection_lost"}:
            await self._settle(owed, OwedState.UNKNOWN, owed.error)
        else:
            await self._settle(owed, OwedState.SKIPPED, LATE)

    async def _mishap(self, owed: Owed, error: Exception) -> None:
        if owed.attempts >= MOST_MISHAPS:
            await self._settle(owed, OwedState.DEAD, type(error).__name__)
        else:
            await self._later(owed, self._deps.clock.now() + _pause(owed), type(error).__name__)

    def _check_lease(self, owed: Owed) -> None:
        if owed.lease_until is None or self._deps.clock.now() >= owed.lease_until:
            raise _LostError

    async def _begin(self, owed: Owed) -> None:
        async with self._deps.db.write() as uow:
            if not await uow.outbox.begin(owed):
                raise _LostError

    async def _settle(self, owed: Owed, state: OwedState, why: str = "") -> None:
        async with self._deps.db.write() as uow:
            await uow.outbox.settle(owed, state, self._deps.clock.now(), why)

    async def _later(self, owed: Owed, try_at: datetime, why: str = "") -> None:
        async with self._deps.db.write() as uow:
            await uow.outbox.later(owed, try_at, why)


def _why_not(contact: Contact | None) -> str:
    """Why nobody can be told; "" when somebody can."""
    if contact is None or contact.user.telegram_id is None:
        return "not_joined"
    if not contact.user.is_active:
        return "inactive"
    return "blocked" if contact.blocked_at else ""


def _pause(owed: Owed) -> timedelta:
    """Doubling from try to try."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(owed.attempts - 1, 10))
