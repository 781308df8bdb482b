"""Calendars over HTTP: what is behind a secret address, read-only, and nothing else."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from hashlib import sha256

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.deps import Deps
from bot.errors import OperatorError
from bot.services.calendars import calendar_behind

log = structlog.get_logger()

AT_ONCE = 64  # requests; more are turned away with 503
_HEADERS = {
    "cache-control": "private, no-cache",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
}


def calendar_pages(deps: Deps) -> Starlette:
    """`GET /calendar/<secret>.ics`, and 404 for every secret that is none, whatever is wrong with it.

    A secret is looked up by its SHA-256, so the time that an answer takes tells nothing of it.
    """

    async def calendar(request: Request) -> Response:
        found = await calendar_behind(deps, request.path_params["secret"], deps.clock.now())
        if found is None:
            return PlainTextResponse("Not Found", 404, _HEADERS)
        tag = f'"{sha256(found).hexdigest()[:32]}"'
        headers = {**_HEADERS, "etag": tag}
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        headers["content-disposition"] = 'inline; filename="ninebox.ics"'
        return Response(found, headers=headers, media_type="text/calendar; charset=utf-8")

    return Starlette(routes=[Route("/calendar/{secret}.ics", calendar, methods=["GET"])])


@contextlib.asynccontextmanager
async def serving_calendars(deps: Deps) -> AsyncIterator[None]:
    """Calendars are served while the block runs. OperatorError when the port cannot be had."""
    with _listening(deps.settings.calendar_listen) as listening:
        server = _Server(
            uvicorn.Config(
                calendar_pages(deps),
                lifespan="off",
                ws="none",
                log_level="warning",
                access_log=False,  # it would hold the secrets
                server_header=False,
                limit_concurrency=AT_ONCE,
                timeout_graceful_shutdown=1,
            )
        )
        async with asyncio.TaskGroup() as group:
            group.create_task(server.serve(sockets=[listening]))
            log.info("serving calendars", at=deps.settings.calendar_listen)
            try:
                yield
            finally:
                server.should_exit = True


class _Server(uvicorn.Server):
    """Leaves the signals to the bot."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _listening(where: str) -> socket.socket:
    host, _, port = where.rpartition(":")
    host = host.strip("[]")
    try:
        return socket.create_server(
            (host, int(port)), family=socket.AF_INET6 if ":" in host else socket.AF_INET
        )
    except OSError as error:
        raise OperatorError(
            f"calendars cannot be served at {where} ({error.strerror}): change NINEBOX_CALENDAR_LISTEN"
        ) from None
