"""The local Telegram over HTTP, and behind httpx without a socket."""

import asyncio
import json
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.local.gate import BrokenError, Gate
from bot.local.methods import MAX_DOCUMENT, Params
from bot.local.model import Refusal, Upload, bad_request

_ENVELOPE = 1024 * 1024  # what a call may weigh beside the largest file


class _CutReply(Response):
    """Begins an answer and breaks the connection before its end, as a lost network does."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  -- ASGI's form
        headers = [(b"content-length", b"1000"), (b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        raise BrokenError


def asgi(gate: Gate) -> Starlette:
    """The Bot API at `/bot<token>/<method>` and `/file/bot<token>/<path>`."""

    async def method(request: Request) -> Response:
        _authorise(request, gate)
        params = await _params(request)
        try:
            result = await gate.perform(request.path_params["method"], params)
        except BrokenError:
            return _CutReply()
        return JSONResponse({"ok": True, "result": result})

    async def file(request: Request) -> Response:
        _authorise(request, gate)
        try:
            data = await gate.download(request.path_params["path"])
        except BrokenError:
            return _CutReply()
        return Response(data, media_type="application/octet-stream")

    routes = [
        Route("/bot{token}/{method}", method, methods=["GET", "POST"]),
        Route("/file/bot{token}/{path:path}", file, methods=["GET", "POST"]),
    ]
    return Starlette(routes=routes, exception_handlers={HTTPException: _refused, Refusal: _refused})


class LocalTransport(httpx.AsyncBaseTransport):
    """Carries httpx requests to the local Telegram, with httpx's own words for lost and slow connections."""

    def __init__(self, gate: Gate) -> None:
        self._inner = httpx.ASGITransport(app=asgi(gate))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        patience = request.extensions.get("timeout", {}).get("read")
        try:
            async with asyncio.timeout(patience):
                return await self._inner.handle_async_request(request)
        except TimeoutError as error:
            raise httpx.ReadTimeout("the local Telegram was slow", request=request) from error
        except BrokenError as error:
            raise httpx.ReadError("the connection to the local Telegram broke", request=request) from error


def _authorise(request: Request, gate: Gate) -> None:
    if request.path_params["token"] != gate.token:
        raise Refusal(401, "Unauthorized")


async def _refused(_request: Request, error: Exception) -> Response:
    """A refusal, an unknown path, or a body that is not what it says it is."""
    if isinstance(error, HTTPException):
        prefix = "Bad Request: " if error.status_code == 400 else ""
        error = Refusal(error.status_code, prefix + error.detail)
    if not isinstance(error, Refusal):
        raise error
    return JSONResponse(error.payload(), status_code=error.code)


async def _params(request: Request) -> Params:
    if int(request.headers.get("content-length", 0)) > MAX_DOCUMENT + _ENVELOPE:
        raise Refusal(413, "Request Entity Too Large")
    values: dict[str, Any] = dict(request.query_params)
    uploads: dict[str, Upload] = {}
    kind = request.headers.get("content-type", "").partition(";")[0]
    if kind == "application/json":
        values |= await _json(request)
    elif kind in {"multipart/form-data", "application/x-www-form-urlencoded"}:
        async with request.form(max_part_size=_ENVELOPE) as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    uploads[name] = Upload(
                        value.filename or name,
                        value.content_type or "application/octet-stream",
                        await value.read(),
                    )
                else:
                    values[name] = value
    return Params({k: v for k, v in values.items() if v is not None}, uploads)


async def _json(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.body() or b"{}")
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(body, dict):
        raise bad_request("object expected")
    return body
