"""Log lines for people or machines, with every secret masked before a line leaves the process."""

import logging
import re
import sys
from types import TracebackType
from typing import Literal, TextIO

import structlog
from pydantic import SecretStr
from structlog.typing import Processor

from bot.settings import Settings

# No \b in front: in an address the token follows the word "bot". A quoted address writes %3A for the colon.
_CREDENTIAL = r"\d{6,}(?::|%3A)[A-Za-z0-9_-]{8,}"
_MASK = "<secret>"
_NOISY = ("alembic", "httpx", "httpcore", "apscheduler", "aiosqlite", "matplotlib", "asyncio")


class _Formatter(structlog.stdlib.ProcessorFormatter):
    """Masks the finished text, so that message, arguments and traceback are all covered."""

    def __init__(self, token: SecretStr | None, processors: list[Processor], shared: list[Processor]) -> None:
        super().__init__(processors=processors, foreign_pre_chain=shared)
        own = [re.escape(token.get_secret_value())] if token else []
        self._secret = re.compile("|".join([*own, _CREDENTIAL]), re.IGNORECASE)

    def format(self, record: logging.LogRecord) -> str:
        return self._secret.sub(_MASK, super().format(record))


def set_up(settings: Settings, *, stream: TextIO | None = None) -> None:
    """Send every log line of the process, ours and the libraries', to `stream` (standard error if None).

    What looks like a bot token is masked, and so is that of `settings`. A second call replaces the first.
    """
    stream = stream or sys.stderr
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    renderers = _renderers(settings.log_format, colors=stream.isatty())
    handler.setFormatter(_Formatter(settings.telegram_token, renderers, shared))
    root = logging.getLogger()
    for earlier in [one for one in root.handlers if isinstance(one.formatter, _Formatter)]:
        root.removeHandler(earlier)
    root.addHandler(handler)
    root.setLevel(settings.log_level)
    for name in _NOISY:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    sys.excepthook = _log_uncaught


def _renderers(style: Literal["text", "json"], *, colors: bool) -> list[Processor]:
    if style == "json":
        last: list[Processor] = [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    else:  # the default traceback would print local variables, and with them people's names
        plain = structlog.dev.plain_traceback
        last = [structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=plain)]
    return [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last]


def _log_uncaught(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    if issubclass(kind, Exception):
        logging.getLogger("ninebox").critical(
            "stopped by an unexpected error", exc_info=(kind, error, traceback)
        )
    else:
        sys.__excepthook__(kind, error, traceback)
