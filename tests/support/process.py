"""`ninebox` as a process of its own, before a local Telegram that is served over HTTP."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from bot.local.model import LocalMessage, Press
from bot.local.telegram import LocalTelegram

PATIENCE = 60.0
"""Seconds that anything may take before the test fails: processes start slowly on a busy machine."""


async def until(condition: Callable[[], bool], within: float = PATIENCE) -> None:
    """Returns as soon as the condition holds; TimeoutError when it does not come to hold."""
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110  -- a log file and another process give no signal
            await asyncio.sleep(0.02)


@asynccontextmanager
async def served(telegram: LocalTelegram) -> AsyncIterator[str]:
    """The address at which this Telegram is served, on a free port of loopback."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(telegram.asgi(), log_level="critical", lifespan="off", timeout_graceful_shutdown=1)
    )
    running = asyncio.ensure_future(server.serve(sockets=[listening]))
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        telegram.close()
        server.should_exit = True
        await running
        listening.close()


class BotProcess:
    """A running `ninebox run`. What it writes goes to a file, as an operator keeps it."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self._process = process
        self._log = log

    @property
    def lines(self) -> list[str]:
        """All that it has written, line by line."""
        return self._log.read_text(encoding="utf-8").splitlines()

    def said(self, words: str) -> list[str]:
        """The lines that contain these words."""
        return [line for line in self.lines if words in line]

    async def says(self, words: str, times: int = 1) -> None:
        """Waits until so many lines contain these words."""
        try:
            await until(lambda: len(self.said(words)) >= times or self._process.returncode is not None)
            assert len(self.said(words)) >= times
        except (TimeoutError, AssertionError):
            raise AssertionError(f"not said {times} times: {words!r} in\n" + "\n".join(self.lines)) from None

    async def stop(self) -> tuple[int, float]:
        """Tells it to stop, as service managers do: the exit code, and the seconds that it took."""
        began = asyncio.get_running_loop().time()
        self._process.send_signal(signal.SIGTERM)
        code = await self._process.wait()
        return code, asyncio.get_running_loop().time() - began

    async def kill(self) -> None:
        """Ends it at once, without a word (SIGKILL)."""
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()


@dataclass(frozen=True, slots=True)
class Installation:
    """One folder of an operator with the settings in `env`, of which NINEBOX_* count."""

    folder: Path
    env: Mapping[str, str]

    async def command(self, *words: str) -> str:
        """Runs a command to its end; what it printed. AssertionError when it could not be done."""
        process = await asyncio.create_subprocess_exec(
            *self._line(words),
            cwd=self.folder,
            env=self._environment(),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, errors = await process.communicate()
        assert process.returncode == 0, errors.decode()
        return out.decode()

    @asynccontextmanager
    async def running(self, log: str = "run.log", **settings: str) -> AsyncIterator[BotProcess]:
        """The bot runs while the block does; at the end it is killed if it has not stopped.

        What it wrote is printed then, and so stands in the report of a test that fails.
        """
        path = self.folder / log
        with path.open("wb") as written:
            process = await asyncio.create_subprocess_exec(
                *self._line(("run",)),
                cwd=self.folder,
                env=self._environment() | settings,
                stdout=written,
                stderr=written,
            )
        bot = BotProcess(process, path)
        try:
            yield bot
        finally:
            await bot.kill()
            print(*bot.lines, sep="\n")

    def _line(self, words: tuple[str, ...]) -> list[str]:
        return [sys.executable, "-m", "bot", *words]

    def _environment(self) -> dict[str, str]:
        others = {name: value for name, value in os.environ.items() if not name.startswith("NINEBOX_")}
        return others | dict(self.env)


class Phone:
    """A person's client. The bot is elsewhere, so every act can be waited for by what becomes visible."""

    def __init__(self, telegram: LocalTelegram, user_id: int, *, language: str = "en") -> None:
        self.telegram = telegram
        self.user_id = user_id
        telegram.user(user_id, first_name="Li Na", language_code=language)

    @property
    def messages(self) -> list[LocalMessage]:
        """The bot's messages as they stand now, the oldest first."""
        return [message for message in self.telegram.chat(self.user_id).messages if message.from_bot]

    def sends(self, text: str) -> None:
        """Writes, and waits for nothing."""
        self.telegram.send_text(self.user_id, text)

    async def asks(self, text: str) -> LocalMessage:
        """Writes, and waits for the next message of the bot."""
        known = len(self.messages)
        self.sends(text)
        await until(lambda: len(self.messages) > known)
        return self.messages[known]

    def presses(self, message: LocalMessage, label: str) -> Press:
        """Presses the button with this label, or containing it, and waits for nothing."""
        button = message.button(label)
        assert button is not None, f"no button {label!r} in {message.keyboard}"
        assert button.callback_data is not None
        return self.telegram.press(self.user_id, message.message_id, button.callback_data)

    async def taps(self, message: LocalMessage, label: str) -> None:
        """Presses a button and waits until the tap is answered: the message shows the new screen by then."""
        press = self.presses(message, label)
        async with asyncio.timeout(PATIENCE):
            await press.answered()
