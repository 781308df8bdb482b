"""The chat page of the demo: on loopback, a newcomer is one of the cast and talks to the real bot.

The page speaks JSON to a few routes and follows one stream of server-sent events, each marked with its chat.
What enters is bounded, and only this computer is served: a foreign Host (DNS rebinding), a foreign Origin and
requests sent by another site are refused.
"""

import json
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn, TypeVar
from urllib.parse import quote
from zoneinfo import ZoneInfo

import anyio
import uvicorn
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.clock import MovableClock
from bot.local.images import picture_size
from bot.local.model import Change, LocalChat, LocalFile, LocalMessage, LocalPoll
from bot.local.telegram import LocalTelegram

LARGEST_UPLOAD = 20 * 1024 * 1024
"""Bytes of a file that a bot can still download (Bot API, getFile)."""

_LARGEST_JSON = 64 * 1024
_HEARTBEAT = 15.0  # seconds; also carries the clock to other open pages
_STATIC = Path(__file__).parent / "static"
_HAN_FONT = Path(__file__).parents[1] / "render" / "fonts" / "NotoSansSC-GBK.ttf"
_LOOPBACK = {"127.0.0.1", "localhost", "[::1]"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; "
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class CastMember:
    """Somebody a newcomer can be. `about` says in one sentence per language who that is and what to try."""

    user_id: int
    name: str
    role: Literal["rep", "manager", "admin", "stranger"]
    language: Language
    about: Mapping[Language, str]


@dataclass(frozen=True, slots=True)
class SamplePlace:
    """A place that a newcomer can send without typing its WGS-84 degrees."""

    name: str
    lat: float
    lon: float


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Spoken(_Asked):
    language: Language


class _Said(_Spoken):
    text: Annotated[str, Field(min_length=1, max_length=4096)]


class _Pressed(_Spoken):
    message: int
    data: Annotated[str, Field(min_length=1, max_length=64)]


class _Voted(_Spoken):
    message: int
    option: Annotated[int, Field(ge=0, le=11)]


class _Sent(_Spoken):
    name: Annotated[str, Field(min_length=1, max_length=255)]
    caption: Annotated[str, Field(max_length=1024)] = ""


class _Pinned(_Spoken):
    lat: Annotated[float, Field(ge=-90, le=90)]
    lon: Annotated[float, Field(ge=-180, le=180)]


class _Moved(_Asked):
    move: Literal["hour", "morning", "day", "week"]


_A = TypeVar("_A", bound=_Asked)


def chat_page(
    telegram: LocalTelegram,
    cast: Sequence[CastMember],
    clock: MovableClock,
    *,
    title: str = "Ninebox",
    zone: str = "Asia/Shanghai",
    username: str = "ninebox_bot",
    let_pass: Callable[[timedelta], Awaitable[None]] | None = None,
    places: Sequence[SamplePlace] = (),
) -> Starlette:
    """The page as an application; `PageServer` serves it. Times are shown in `zone`, an IANA name.

    `let_pass` moves the clock when somebody asks for it; without it the clock is moved, and that is all.
    `places` can be sent with a tap.
    """
    page = _Page(telegram, cast, clock, title=title, zone=ZoneInfo(zone), username=username)
    page.let_pass = let_pass
    page.places = places
    routes = [
        Route("/", _index),
        Route("/font/han.ttf", _font),
        Mount("/static", StaticFiles(directory=_STATIC)),
        Route("/api/cast", page.cast),
        Route("/api/chats/{person:int}", page.chat),
        Route("/api/chats/{person:int}/commands", page.commands),
        Route("/api/chats/{person:int}/messages", page.say, methods=["POST"]),
        Route("/api/chats/{person:int}/press", page.press, methods=["POST"]),
        Route("/api/chats/{person:int}/vote", page.vote, methods=["POST"]),
        Route("/api/chats/{person:int}/documents", page.send_document, methods=["POST"]),
        Route("/api/chats/{person:int}/pictures", page.send_picture, methods=["POST"]),
        Route("/api/chats/{person:int}/voices", page.send_voice, methods=["POST"]),
        Route("/api/chats/{person:int}/places", page.send_place, methods=["POST"]),
        Route("/api/files/{person:int}/{message:int}/{file}", page.file),
        Route("/api/events", page.events),
        Route("/api/clock", page.move_clock, methods=["POST"]),
    ]
    application = Starlette(routes=routes, middleware=[Middleware(_OnlyThisComputer)])
    application.state.closing = page.closing
    return application


class PageServer(uvicorn.Server):
    """Serves a chat page on loopback; a stop first ends the open event streams, which would hold it."""

    def __init__(self, page: Starlette, *, port: int) -> None:
        super().__init__(
            uvicorn.Config(page, host="127.0.0.1", port=port, lifespan="off", ws="none", log_level="warning")
        )
        self._closing: anyio.Event = page.state.closing

    @property
    def address(self) -> str:
        """Where the page is, once started."""
        _, port = self.servers[0].sockets[0].getsockname()
        return f"http://127.0.0.1:{port}/"

    async def shutdown(self, sockets: Any = None) -> None:
        self._closing.set()
        await super().shutdown(sockets)


class _Page:
    """The routes, over one local Telegram and one clock."""

    def __init__(
        self,
        telegram: LocalTelegram,
        cast: Sequence[CastMember],
        clock: MovableClock,
        *,
        title: str,
        zone: ZoneInfo,
        username: str,
    ) -> None:
        self._telegram = telegram
        self._cast = {member.user_id: member for member in cast}
        self._clock = clock
        self._zone = zone
        self._names = {"title": title, "zone": zone.key, "bot": username, "largest": LARGEST_UPLOAD}
        self._run = secrets.token_hex(8)  # tells a page left open that ids have begun anew
        self.closing = anyio.Event()
        self.let_pass: Callable[[timedelta], Awaitable[None]] | None = None
        self.places: Sequence[SamplePlace] = ()
        for member in cast:
            self._speaks(member.user_id, member.language)

    # What the page reads

    async def cast(self, _request: Request) -> Response:
        people = [self._person(member) for member in self._cast.values()]
        position = f"{self._run}-{self._telegram.last_change}"
        known = {"people": people, "places": [asdict(place) for place in self.places]}
        return JSONResponse(
            {**self._names, "run": self._run, "position": position, "now": self._now(), **known}
        )

    async def chat(self, request: Request) -> Response:
        chat = self._chat(request)
        return JSONResponse(
            {
                "messages": [_message(message) for message in chat.messages],
                "pinned": _pinned(chat),
                "commands": self._commands(request),
            }
        )

    async def commands(self, request: Request) -> Response:
        return JSONResponse(self._commands(request))

    async def file(self, request: Request) -> Response:
        message = self._chat(request).message(request.path_params["message"])
        file = (message.photo or message.document or message.voice) if message else None
        if file is None or file.file_id != request.path_params["file"]:
            _refuse(404, "There is no such file.")
        data = self._telegram.content(file)
        if data is None:
            _refuse(404, "This file is no longer kept.")
        if message is not None and message.voice is file:
            return _file(data, "audio/ogg", "inline")
        if file.width is None:
            name = quote(file.name, safe="")
            return _file(data, "application/octet-stream", f"attachment; filename*=UTF-8''{name}")
        kind = "png" if data.startswith(b"\x89PNG") else "jpeg"
        return _file(data, f"image/{kind}", f'inline; filename="picture.{kind}"')

    async def events(self, request: Request) -> Response:
        position = request.headers.get("last-event-id") or request.query_params.get("after", "")
        run, _, number = position.partition("-")
        known = run == self._run and number.isdecimal() and len(number) < 16
        return _EventStream(self._follow(int(number) if known else None), self._clock_event, self.closing)

    # What the page does

    async def say(self, request: Request) -> Response:
        member = self._member(request)
        said = await _json(request, _Said)
        if not said.text.strip():
            _refuse(422, "There is nothing in this message.")
        self._speaks(member.user_id, said.language)
        return JSONResponse({"message": self._telegram.send_text(member.user_id, said.text).message_id})

    async def press(self, request: Request) -> Response:
        member = self._member(request)
        pressed = await _json(request, _Pressed)
        self._speaks(member.user_id, pressed.language)
        press = self._telegram.press(member.user_id, pressed.message, pressed.data)
        return JSONResponse({"callback": press.id})

    async def vote(self, request: Request) -> Response:
        member = self._member(request)
        voted = await _json(request, _Voted)
        self._speaks(member.user_id, voted.language)
        try:
            self._telegram.answer_poll(member.user_id, voted.message, voted.option)
        except ValueError as error:
            _refuse(409, str(error))
        return JSONResponse({"message": voted.message})

    async def send_document(self, request: Request) -> Response:
        """Takes the bytes as the body, the file's name and caption in the query."""
        person, sent, data = await self._uploaded(request)
        message = self._telegram.send_document(person, sent.name, data, sent.caption)
        return JSONResponse({"message": message.message_id})

    async def send_picture(self, request: Request) -> Response:
        """The same for a picture, which has to be a PNG or JPEG."""
        person, sent, data = await self._uploaded(request)
        if picture_size(data) is None:
            _refuse(422, "This is no PNG or JPEG.")
        return JSONResponse({"message": self._telegram.send_photo(person, data, sent.caption).message_id})

    async def send_voice(self, request: Request) -> Response:
        """The same for a voice note."""
        person, sent, data = await self._uploaded(request)
        return JSONResponse({"message": self._telegram.send_voice(person, data, sent.caption).message_id})

    async def send_place(self, request: Request) -> Response:
        member = self._member(request)
        pinned = await _json(request, _Pinned)
        self._speaks(member.user_id, pinned.language)
        message = self._telegram.send_location(member.user_id, pinned.lat, pinned.lon)
        return JSONResponse({"message": message.message_id})

    async def move_clock(self, request: Request) -> Response:
        moved = await _json(request, _Moved)
        step = self._step(moved.move)
        if self.let_pass is None:
            self._clock.move(step)
        else:
            await self.let_pass(step)
        return JSONResponse({"now": self._now()})

    # Parts

    def _member(self, request: Request) -> CastMember:
        member = self._cast.get(request.path_params["person"])
        if member is None:
            _refuse(404, "Nobody of the cast has this number.")
        return member

    async def _uploaded(self, request: Request) -> tuple[int, _Sent, bytes]:
        """Who sends which bytes, under which name."""
        member = self._member(request)
        sent = _valid(_Sent, dict(request.query_params))
        data = await _body(request, LARGEST_UPLOAD, "application/octet-stream")
        if not data:
            _refuse(422, "This file is empty.")
        self._speaks(member.user_id, sent.language)
        return member.user_id, sent, data

    def _chat(self, request: Request) -> LocalChat:
        return self._telegram.chat(self._member(request).user_id)

    def _speaks(self, user_id: int, language: Language) -> None:
        """The page's language is the language of the person's Telegram client."""
        self._telegram.user(user_id, first_name=self._cast[user_id].name, language_code=language)

    def _commands(self, request: Request) -> list[dict[str, str]]:
        member = self._member(request)
        self._speaks(member.user_id, _valid(_Spoken, dict(request.query_params)).language)
        return self._telegram.commands(member.user_id)

    def _person(self, member: CastMember) -> dict[str, Any]:
        messages = self._telegram.chat(member.user_id).messages
        return {
            "id": member.user_id,
            "name": member.name,
            "role": member.role,
            "language": member.language,
            "about": dict(member.about),
            "last": _message(messages[-1]) if messages else None,
        }

    def _now(self) -> int:
        return _milliseconds(self._clock.now())

    def _clock_event(self) -> bytes:
        return _event({"kind": "clock", "now": self._now()})

    def _step(self, move: Literal["hour", "morning", "day", "week"]) -> timedelta:
        if move == "morning":
            now = self._clock.now()
            tomorrow = now.astimezone(self._zone).date() + timedelta(days=1)
            return datetime.combine(tomorrow, time(8), self._zone).astimezone(UTC) - now
        return {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1)}[move]

    async def _follow(self, after: int | None) -> AsyncIterator[bytes]:
        """Everything after change number `after`; without one the page first loads everything anew."""
        if after is None:
            yield _event({"kind": "reload"})
        async for change in self._telegram.changes(after):
            shown = self._shown(change)
            if shown:
                yield _event(shown, f"{self._run}-{change.number}")

    def _shown(self, change: Change) -> Mapping[str, Any] | None:
        if change.kind == "missed":
            return {"kind": "reload"}
        if change.chat_id not in self._cast:
            return None
        chat = self._telegram.chat(change.chat_id)
        here = {"chat": change.chat_id}
        if change.kind in {"message", "edited"} and change.message_id is not None:
            message = chat.message(change.message_id)
            return {"kind": "message", **here, "message": _message(message)} if message else None
        if change.kind == "deleted":
            return {"kind": "deleted", **here, "id": change.message_id}
        if change.kind == "action":
            return {"kind": "action", **here, "action": change.action}
        if change.kind == "pinned":
            return {"kind": "pinned", **here, "pinned": _pinned(chat)}
        if change.kind == "answered" and change.press and (answer := change.press.answer):
            return {
                "kind": "answer",
                **here,
                "callback": change.press.id,
                "text": answer.text,
                "alert": answer.alert,
            }
        return None


class _EventStream(Response):
    """Server-sent events until the page goes away, the events end, or the server is told to stop."""

    def __init__(
        self, events: AsyncIterator[bytes], heartbeat: Callable[[], bytes], closing: anyio.Event
    ) -> None:
        super().__init__(media_type="text/event-stream")
        del self.headers["content-length"]
        self._events = events
        self._heartbeat = heartbeat
        self._closing = closing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  -- ASGI's form
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        async with anyio.create_task_group() as tasks:

            async def follow() -> None:
                async for event in self._events:
                    await _part(send, event)
                tasks.cancel_scope.cancel()

            async def beat() -> None:
                while True:
                    await _part(send, self._heartbeat())
                    await anyio.sleep(_HEARTBEAT)

            async def leave() -> None:
                while (await receive())["type"] != "http.disconnect":
                    pass
                tasks.cancel_scope.cancel()

            async def close() -> None:
                await self._closing.wait()
                tasks.cancel_scope.cancel()

            for part in (follow, beat, leave, close):
                tasks.start_soon(part)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


class _OnlyThisComputer:
    """Refuses what did not come from this page itself, and sets the headers that keep other sites out."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(_HEADERS)
                headers["cache-control"] = "no-store" if scope["path"].startswith("/api/") else "no-cache"
            await send(message)

        stranger = _is_foreign(Headers(scope=scope), scope)
        refusal = PlainTextResponse("This page serves its own computer only.\n", 403)
        await (refusal if stranger else self._app)(scope, receive, guarded)


def _is_foreign(headers: Headers, scope: Scope) -> bool:
    host = headers.get("host", "")
    if host.rpartition(":")[0] not in _LOOPBACK and host not in _LOOPBACK:
        return True
    if headers.get("origin", f"http://{host}") != f"http://{host}":
        return True
    sent_by_another_site = headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}
    return sent_by_another_site and scope["path"] != "/"


async def _index(_request: Request) -> Response:
    return FileResponse(_STATIC / "index.html")


async def _font(_request: Request) -> Response:
    return FileResponse(_HAN_FONT)


def _message(message: LocalMessage) -> dict[str, Any]:
    return {
        "id": message.message_id,
        "mine": not message.from_bot,
        "date": _milliseconds(message.date),
        "edited": message.edited is not None,
        "text": _shown(message),
        "entities": [entity.payload() for entity in message.entities],
        "photo": _address(message, message.photo),
        "document": _address(message, message.document),
        "voice": _address(message, message.voice),
        "place": message.location,
        "poll": _poll(message.poll) if message.poll else None,
        "keyboard": [
            [{"text": button.text, "data": button.callback_data, "url": button.url} for button in row]
            for row in message.keyboard
        ],
    }


def _shown(message: LocalMessage) -> str:
    """A followed link shows as a bare /start, as in Telegram's own clients."""
    return "/start" if not message.from_bot and message.text.startswith("/start ") else message.text


def _poll(poll: LocalPoll) -> dict[str, Any]:
    """A quiz as its client shows it: which option is right, and why, only after the answer."""
    shown: dict[str, Any] = {"question": poll.question, "options": poll.options, "choice": poll.choice}
    if poll.choice is not None:
        shown |= {"right": poll.right, "explanation": poll.explanation}
    return shown


def _address(message: LocalMessage, file: LocalFile | None) -> dict[str, Any] | None:
    if file is None:
        return None
    url = f"/api/files/{message.chat_id}/{message.message_id}/{file.file_id}"
    return {"url": url, "name": file.name, "size": file.size, "width": file.width, "height": file.height}


def _pinned(chat: LocalChat) -> int | None:
    return chat.pinned_message.message_id if chat.pinned_message else None


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _event(what: Mapping[str, Any], position: str | None = None) -> bytes:
    name = f"id: {position}\n" if position else ""
    return f"{name}data: {json.dumps(what, ensure_ascii=False)}\n\n".encode()


async def _part(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


def _file(data: bytes, media_type: str, disposition: str) -> Response:
    return Response(data, media_type=media_type, headers={"content-disposition": disposition})


async def _json(request: Request, model: type[_A]) -> _A:
    body = await _body(request, _LARGEST_JSON, "application/json")
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        _unreadable(error)


def _valid(model: type[_A], values: Mapping[str, str]) -> _A:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        _unreadable(error)


async def _body(request: Request, largest: int, media_type: str) -> bytes:
    """The whole body. Of these media types, a browser asks before another site may send them."""
    if request.headers.get("content-type") != media_type:
        _refuse(415, f"This takes {media_type}.")
    declared = request.headers.get("content-length", "0")
    if not declared.isdecimal() or int(declared) > largest:
        _refuse(413, f"This takes at most {largest} bytes.")
    body = bytearray()
    try:
        async for part in request.stream():
            body += part
            if len(body) > largest:
                _refuse(413, f"This takes at most {largest} bytes.")
    except ClientDisconnect:
        _refuse(400, "The upload was broken off.")
    return bytes(body)


def _unreadable(error: ValidationError) -> NoReturn:
    first = error.errors(include_url=False)[0]
    _refuse(422, f"{'.'.join(map(str, first['loc']))}: {first['msg']}")


def _refuse(status: int, sentence: str) -> NoReturn:
    raise HTTPException(status, sentence)
