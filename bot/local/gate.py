"""Where the bot's calls come in: each is recorded, disturbed when a test asks for it, and performed."""

import asyncio
import json
from collections import defaultdict, deque
from dataclasses import replace
from typing import Any

from bot.local.flood import Flood
from bot.local.methods import BotApi, Params
from bot.local.model import (
    Call,
    Dropped,
    Fault,
    LostAnswer,
    Refusal,
    Repeated,
    Slow,
    too_many_requests,
)
from bot.local.state import State

DOWNLOAD = "download"
"""The name under which faults and calls know the download of a file's bytes, which is no method."""

KEPT_CALLS = 1_000
_MESSAGES = ("sendmessage", "sendphoto", "senddocument", "sendpoll", "editmessage")


class BrokenError(ConnectionError):
    """The connection breaks here, without an answer."""


class Gate:
    """The bot's way into the local Telegram. `calls` holds the latest calls, getUpdates apart."""

    def __init__(self, state: State) -> None:
        self.token = state.token
        self.calls: deque[Call] = deque(maxlen=KEPT_CALLS)
        self._state = state
        self._api = BotApi(state)
        self._faults: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self.flood: Flood | None = None

    def fail(self, method: str, fault: Fault, times: int) -> None:
        self._faults[method.lower()].extend([fault] * times)

    async def perform(self, method: str, params: Params) -> Any:
        """Answers one call of the bot. Raises Refusal, and BrokenError where a fault says so."""
        if method.lower() != "getupdates":
            self.calls.append(Call(method, _recorded(params)))
        fault = await self._suffer(method)
        if isinstance(fault, Repeated):
            params = replace(params, values={**params.values, "offset": 0})
        is_counted = method.lower().startswith(_MESSAGES)
        if is_counted and self.flood is not None and not self.flood.takes(params.text("chat_id")):
            raise too_many_requests(1)
        result = await self._api.perform(method, params)
        if isinstance(fault, LostAnswer):
            raise BrokenError
        return result

    async def download(self, path: str) -> bytes:
        """The bytes of a file at the path that getFile gave. Raises like `perform`."""
        self.calls.append(Call(DOWNLOAD, {"path": path}))
        fault = await self._suffer(DOWNLOAD)
        file = self._state.files.at(path)
        data = self._state.files.content(file.file_id) if file else None
        if data is None:
            raise Refusal(404, "Not Found")
        if isinstance(fault, LostAnswer):
            raise BrokenError
        return data

    async def _suffer(self, method: str) -> Fault | None:
        """Lets the next fault of this method happen, as far as it comes before the call is performed."""
        waiting = self._faults[method.lower()]
        fault = waiting.popleft() if waiting else None
        if isinstance(fault, Refusal):
            raise Refusal(fault.code, fault.description, retry_after=fault.retry_after)
        if isinstance(fault, Dropped):
            raise BrokenError
        if isinstance(fault, Slow):
            await asyncio.sleep(fault.seconds)
        return fault


def _recorded(params: Params) -> dict[str, Any]:
    uploads = {name: f"{file.name} ({len(file.data)} bytes)" for name, file in params.uploads.items()}
    return {name: _plain(value) for name, value in params.values.items()} | uploads


def _plain(value: Any) -> Any:
    """A parameter as the bot meant it: structures come as JSON in text."""
    if isinstance(value, str) and value[:1] in {"{", "["}:
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
