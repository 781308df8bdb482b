"""Pressing every button that can be reached, restarting the application before each press."""

import re
from collections import Counter, deque

from bot.buttons.corrections import Forget
from bot.buttons.events import GiveSeats
from bot.buttons.home import SetLanguage
from bot.buttons.importing import ConfirmImport, DropImport
from bot.buttons.visits import DropDraft, SaveDraft
from bot.buttons.worktime import DropLeave
from bot.callbacks import parse
from bot.local.model import LocalMessage
from tests.support.person import Person
from tests.support.world import World

MAX_TEXT, MAX_CAPTION, MAX_DATA = 4096, 1024, 64
SAME_SHAPE = 3  # buttons that differ by a number lead to the same screen of another thing: some are pressed
SAME_KIND = 12  # buttons of one kind may differ by more than numbers; so many of a kind are pressed
RAW = re.compile(r"%\(\w+\)s|\{\{|\{%|\bNone\b|Traceback|&lt;|&amp;")


class Crawl:
    """A breadth-first walk over the buttons of one person's chat.

    `own_language` is the command that goes back to the language of the walk after a
    button has changed it.
    """

    def __init__(self, world: World, person: Person, own_language: str) -> None:
        self._world = world
        self._person = person
        self._own_language = own_language
        self._waiting: deque[tuple[str, int]] = deque()
        self._last: deque[tuple[str, int]] = deque()  # what ends a dialog is pressed after all else
        self._known: set[str] = set()  # to be pressed, pressed, or like enough to those that are
        self._looked: dict[int, tuple[object, ...]] = {}  # each message as it stood when it was looked at
        self._shapes: Counter[str] = Counter()
        self._kinds: Counter[type] = Counter()
        self.pressed: list[str] = []
        self.kinds: set[str] = set()
        self.texts: set[str] = set()
        self.problems: list[str] = []

    async def run(self, *messages: str) -> None:
        """Begin with what these messages show, then press until nothing new appears."""
        await self._person.sends(self._own_language)
        for message in messages:
            await self._person.sends(message)
            self._look(message)
        while self._waiting or self._last:
            data, message_id = (self._waiting or self._last).popleft()
            await self._world.chatter.restart()
            await self._person.presses(data, message_id)
            self.pressed.append(data)
            self.kinds.add(type(parse(data)).__name__)
            if self._person.last_answer is None:
                self.problems.append(f"{data}: not answered")
            if isinstance(parse(data), SetLanguage):
                await self._person.sends(self._own_language)
            else:
                self._look(data)

    def _look(self, cause: str) -> None:
        for message in self._person.messages:
            shown = (message.text, message.keyboard, message.photo)
            if self._looked.get(message.message_id) == shown:
                continue
            self._looked[message.message_id] = shown
            self._check(message, cause)
            self.texts.add(message.text)
            for row in message.keyboard:
                for button in row:
                    self.texts.add(button.text)
                    if button.url is None:
                        self._note(button.callback_data or "", message.message_id)

    def _note(self, data: str, message_id: int) -> None:
        if data in self._known:
            return
        self._known.add(data)
        callback = parse(data)
        if callback is None or len(data.encode()) > MAX_DATA:
            self.problems.append(f"button {data!r} cannot be read")
            return
        shape = re.sub(r"(?<=:)\d+", "#", data)  # a digit of the code tells kinds apart
        if self._shapes[shape] >= SAME_SHAPE or self._kinds[type(callback)] >= SAME_KIND:
            return
        self._shapes[shape] += 1
        self._kinds[type(callback)] += 1
        if isinstance(callback, ConfirmImport | SaveDraft):
            self._last.appendleft((data, message_id))  # before the draft is dropped
        elif isinstance(callback, DropImport | DropLeave | DropDraft | Forget | GiveSeats):
            self._last.append((data, message_id))
        else:
            self._waiting.append((data, message_id))

    def _check(self, message: LocalMessage, cause: str) -> None:
        limit = MAX_CAPTION if message.photo else MAX_TEXT
        if len(message.text) > limit or not (message.text or message.document or message.poll):
            self.problems.append(f"{cause}: {len(message.text)} characters")
        if RAW.search(message.text):
            self.problems.append(f"{cause}: raw text {message.text!r}")
