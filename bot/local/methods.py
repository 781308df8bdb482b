"""The Bot API's methods over the local Telegram's memory: what the bot can do, and what it is refused.

Names, limits and words are Telegram's (Bot API reference; the official Bot API server's source). Parameters
that change nothing here are accepted and ignored. Private chats and inline keyboards only.
"""

import asyncio
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

from bot.local import model
from bot.local.formatting import Formatted, ParseError, read
from bot.local.images import picture_size
from bot.local.model import (
    Answer,
    Button,
    Keyboard,
    LocalChat,
    LocalFile,
    LocalMessage,
    LocalPoll,
    Refusal,
    Upload,
    bad_request,
)
from bot.local.state import State

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_ENTITIES = 100  # Telegram ignores the others
MAX_CALLBACK_DATA = 64
MAX_BUTTONS = 100
MAX_ANSWER = 200
MAX_QUESTION = 300
MAX_OPTION = 100
MAX_OPTIONS = 12
MAX_EXPLANATION = 200
MAX_EXPLANATION_LINE_FEEDS = 2
MAX_DOCUMENT = 50 * 1024 * 1024
MAX_PHOTO = 10 * 1024 * 1024
MAX_DOWNLOAD = 20 * 1024 * 1024
MAX_POLL_SECONDS = 50
ANSWER_WITHIN = timedelta(seconds=15)
DELETE_WITHIN = timedelta(hours=48)
_PROFILE_LIMITS = {"name": 64, "description": 512, "short_description": 120}
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_SCOPES = {"default", "all_private_chats", "all_group_chats", "all_chat_administrators", "chat"}
_GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
_NO_CHAT = "chat not found"
_WRONG_FILE = "wrong file identifier/HTTP URL specified"


@dataclass(frozen=True, slots=True)
class Params:
    """The parameters of one call, however they were encoded: text or JSON values, and uploaded files."""

    values: Mapping[str, Any]
    uploads: Mapping[str, Upload]

    def text(self, name: str) -> str:
        value = self.values.get(name, "")
        return value if isinstance(value, str) else json.dumps(value)

    def integer(self, name: str, default: int = 0) -> int:
        try:
            return int(self.values.get(name, default))
        except (TypeError, ValueError):
            raise bad_request(f'parameter "{name}" must be of type Integer') from None

    def flag(self, name: str) -> bool:
        return str(self.values.get(name, "")).lower() in {"true", "1", "yes"}

    def structure(self, name: str) -> Any:
        """A JSON value, None when absent."""
        value = self.values.get(name)
        if not isinstance(value, str) or not value:
            return value or None
        try:
            return json.loads(value)
        except ValueError:
            words = name.replace("_", " ")
            raise bad_request(f"can't parse {words} JSON object") from None


class BotApi:
    """The bot's side. `perform` answers one call or raises Refusal."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._poller: object | None = None
        self._methods: dict[str, Callable[[Params], Any]] = {
            "getme": lambda _: self._state.bot,
            "setwebhook": self._set_webhook,
            "deletewebhook": self._delete_webhook,
            "getwebhookinfo": self._get_webhook_info,
            "sendmessage": self._send_message,
            "sendphoto": partial(self._send_media, "photo"),
            "senddocument": partial(self._send_media, "document"),
            "sendpoll": self._send_poll,
            "sendchataction": self._send_chat_action,
            "editmessagetext": self._edit_text,
            "editmessagecaption": self._edit_caption,
            "editmessagemedia": self._edit_media,
            "editmessagereplymarkup": self._edit_reply_markup,
            "deletemessage": self._delete_message,
            "answercallbackquery": self._answer_callback_query,
            "getfile": self._get_file,
            "getchat": self._get_chat,
            "pinchatmessage": self._pin,
            "unpinchatmessage": self._unpin,
            "unpinallchatmessages": self._unpin_all,
            "setchatmenubutton": self._set_menu_button,
            "getchatmenubutton": self._get_menu_button,
            "setmycommands": self._set_commands,
            "getmycommands": self._get_commands,
            "deletemycommands": self._delete_commands,
        }
        for what in _PROFILE_LIMITS:
            words = what.replace("_", "")
            self._methods[f"setmy{words}"] = partial(self._set_profile, what)
            self._methods[f"getmy{words}"] = partial(self._get_profile, what)

    async def perform(self, method: str, params: Params) -> Any:
        """The result of a call, as plain JSON values."""
        if method.lower() == "getupdates":
            return await self._get_updates(params)
        known = self._methods.get(method.lower())
        if known is None:
            raise Refusal(404, "Not Found: method not found")
        return known(params)

    # Updates

    async def _get_updates(self, params: Params) -> list[dict[str, Any]]:
        """Long polling: a newer poller ends an older one, an offset confirms what is before it."""
        if self._state.webhook:
            raise Refusal(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        updates = self._state.updates
        mine = self._poller = object()
        updates.signal.fire()
        allowed = params.structure("allowed_updates")
        if allowed is not None or "allowed_updates" in params.values:
            updates.allowed = tuple(allowed or ())
        offset = params.integer("offset")
        if offset < 0:
            updates.keep_last(-offset)
        else:
            updates.confirm_before(offset)
        limit = params.integer("limit", 100)
        seconds = min(max(params.integer("timeout"), 0), MAX_POLL_SECONDS)
        try:
            async with asyncio.timeout(seconds):
                while not updates.pending and not self._state.closed and self._poller is mine:
                    await updates.signal.wait()
        except TimeoutError:
            pass
        if self._poller is not mine:
            raise model.conflict()
        if self._state.closed:
            raise model.server_error()
        self._poller = None
        return list(updates.pending)[: limit if 1 <= limit <= 100 else 100]

    def _set_webhook(self, params: Params) -> bool:
        url = params.text("url")
        if url and not url.startswith("https://"):
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        self._state.webhook = url
        return True

    def _delete_webhook(self, params: Params) -> bool:
        self._state.webhook = ""
        if params.flag("drop_pending_updates"):
            self._state.updates.keep_last(0)
        return True

    def _get_webhook_info(self, _: Params) -> dict[str, Any]:
        pending = len(self._state.updates.pending)
        return {"url": self._state.webhook, "has_custom_certificate": False, "pending_update_count": pending}

    # Messages

    def _send_message(self, params: Params) -> dict[str, Any]:
        chat = self._writable_chat(params)
        text = _words(params, "text", MAX_TEXT)
        return self._deliver(chat, params, text)

    def _send_media(self, kind: str, params: Params) -> dict[str, Any]:
        chat = self._writable_chat(params)
        source = params.uploads.get(kind) or params.text(kind)
        if not source:
            raise bad_request(f"there is no {kind} in the request")
        file = self._file(source, kind, params)
        words = _words(params, "caption", MAX_CAPTION)
        if kind == "photo":
            return self._deliver(chat, params, words, photo=file)
        return self._deliver(chat, params, words, document=file)

    def _send_poll(self, params: Params) -> dict[str, Any]:
        """Quizzes that show who has answered, which is what this bot asks."""
        chat = self._writable_chat(params)
        if params.text("type") != "quiz" or params.text("is_anonymous").lower() != "false":
            raise bad_request("only quizzes that are not anonymous are known here")
        poll = LocalPoll(
            self._state.next_poll_id(),
            _short(params.text("question"), "poll question", MAX_QUESTION),
            options := _options(params),
            _right(params, len(options)),
            _explanation(params),
        )
        return self._deliver(chat, params, Formatted("", ()), poll=poll)

    def _deliver(
        self,
        chat: LocalChat,
        params: Params,
        words: Formatted,
        photo: LocalFile | None = None,
        document: LocalFile | None = None,
        poll: LocalPoll | None = None,
    ) -> dict[str, Any]:
        message = LocalMessage(
            self._state.next_message_id(),
            chat.user.id,
            from_bot=True,
            date=self._state.clock.now(),
            text=words.text,
            entities=words.entities,
            keyboard=_keyboard(params),
            photo=photo,
            document=document,
            poll=poll,
            reply_to=_replied(chat, params),
            protected=params.flag("protect_content"),
            silent=params.flag("disable_notification"),
        )
        self._state.keep(message)
        return self._state.payload(message)

    def _edit_text(self, params: Params) -> dict[str, Any]:
        message = self._editable(params)
        words = _words(params, "text", MAX_TEXT)
        if message.has_media or message.poll:
            raise bad_request("there is no text in the message to edit")
        return self._edit(message, words, _keyboard(params))

    def _edit_caption(self, params: Params) -> dict[str, Any]:
        message = self._editable(params)
        words = _words(params, "caption", MAX_CAPTION)
        if not message.has_media:
            raise bad_request("there is no caption in the message to edit")
        return self._edit(message, words, _keyboard(params))

    def _edit_reply_markup(self, params: Params) -> dict[str, Any]:
        message = self._editable(params)
        return self._edit(message, Formatted(message.text, message.entities), _keyboard(params))

    def _edit_media(self, params: Params) -> dict[str, Any]:
        message = self._editable(params)
        media = params.structure("media")
        if message.poll:
            raise bad_request("message can't be edited")
        if not isinstance(media, dict):
            raise bad_request("media not found")
        kind = media.get("type")
        if kind not in {"photo", "document"}:
            raise bad_request("can't parse InputMedia: type of the media is not known")
        file = self._file(str(media.get("media", "")), kind, params)
        words = _words(Params(media, {}), "caption", MAX_CAPTION)
        return self._edit(message, words, _keyboard(params), **{kind: file})

    def _edit(
        self, message: LocalMessage, words: Formatted, keyboard: Keyboard, **media: LocalFile
    ) -> dict[str, Any]:
        photo, document = (
            (media.get("photo"), media.get("document")) if media else (message.photo, message.document)
        )
        new = replace(
            message,
            text=words.text,
            entities=words.entities,
            keyboard=keyboard,
            photo=photo,
            document=document,
        )
        if new == message:
            raise bad_request(
                "message is not modified: specified new message content and reply markup are exactly "
                "the same as a current content and reply markup of the message"
            )
        message.text, message.entities, message.keyboard = new.text, new.entities, new.keyboard
        message.photo, message.document = photo, document
        message.edited = self._state.clock.now()
        self._state.journal.add("edited", message.chat_id, message_id=message.message_id)
        return self._state.payload(message)

    def _editable(self, params: Params) -> LocalMessage:
        chat = self._writable_chat(params)
        message = self._message(chat, params, "message to edit not found")
        if not message.from_bot:
            raise bad_request("message can't be edited")
        return message

    def _delete_message(self, params: Params) -> bool:
        chat = self._chat(params)
        message = self._message(chat, params, "message to delete not found")
        if self._state.clock.now() - message.date > DELETE_WITHIN:
            raise bad_request("message can't be deleted for everyone")
        chat.messages.remove(message)
        self._state.journal.add("deleted", chat.user.id, message_id=message.message_id)
        if message.message_id in chat.pinned:
            chat.pinned.remove(message.message_id)
            self._state.journal.add("pinned", chat.user.id)
        return True

    def _send_chat_action(self, params: Params) -> bool:
        chat = self._writable_chat(params)
        action = params.text("action")
        if not re.fullmatch(r"typing|(record|upload)_\w+|choose_sticker|find_location", action):
            raise bad_request("wrong parameter action in request")
        chat.action, chat.action_since = action, self._state.clock.now()
        self._state.journal.add("action", chat.user.id, action=action)
        return True

    def _answer_callback_query(self, params: Params) -> bool:
        text = params.text("text")
        if len(text) > MAX_ANSWER:
            raise bad_request("MESSAGE_TOO_LONG")
        press = self._state.presses.get(params.text("callback_query_id"))
        if press is None or press.answer or self._state.clock.now() - press.at > ANSWER_WITHIN:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        press.answer = Answer(text, alert=params.flag("show_alert"))
        press.done.set()
        self._state.journal.add("answered", press.user_id, message_id=press.message_id, press=press)
        return True

    # Files

    def _file(self, source: Upload | str, kind: str, params: Params) -> LocalFile:
        """A file new with this call, or known by its id."""
        if isinstance(source, str) and source.startswith("attach://"):
            found = params.uploads.get(source.removeprefix("attach://"))
            if found is None:
                raise bad_request(_WRONG_FILE)
            source = found
        if isinstance(source, Upload):
            return self._photo(source) if kind == "photo" else self._document(source)
        known = self._state.files.get(source)
        if known is None:
            raise bad_request(_WRONG_FILE)
        if (known.width is not None) != (kind == "photo"):
            was = "Document" if kind == "photo" else "Photo"
            raise bad_request(f"can't use file of type {was} as {kind.capitalize()}")
        return known

    def _document(self, upload: Upload) -> LocalFile:
        _not_empty(upload)
        if len(upload.data) > MAX_DOCUMENT:
            raise Refusal(413, "Request Entity Too Large")
        return self._state.files.add(upload)

    def _photo(self, upload: Upload) -> LocalFile:
        _not_empty(upload)
        if (size := len(upload.data)) > MAX_PHOTO:
            raise bad_request(
                f"file of size {size} bytes is too big for a photo; the maximum size is {MAX_PHOTO} bytes"
            )
        picture = picture_size(upload.data)
        if picture is None:
            raise bad_request("IMAGE_PROCESS_FAILED")
        if min(picture) < 1 or sum(picture) > 10_000 or max(picture) > 20 * min(picture):
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
        return self._state.files.add(upload, picture)

    def _get_file(self, params: Params) -> dict[str, Any]:
        file = self._state.files.get(params.text("file_id"))
        if file is None:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        if file.size > MAX_DOWNLOAD:
            raise bad_request("file is too big")
        return {
            "file_id": file.file_id,
            "file_unique_id": f"u{file.file_id}",
            "file_size": file.size,
            "file_path": file.path,
        }

    # Chats

    def _chat(self, params: Params) -> LocalChat:
        """The chat meant; people who never wrote to the bot are not found."""
        value = params.text("chat_id")
        if not value:
            raise bad_request("chat_id is empty")
        chat = self._state.chats.get(int(value)) if re.fullmatch(r"-?\d{1,20}", value) else None
        if chat is None or not chat.started:
            raise bad_request(_NO_CHAT)
        return chat

    def _writable_chat(self, params: Params) -> LocalChat:
        chat = self._chat(params)
        if chat.user.has_blocked:
            raise model.blocked()
        return chat

    @staticmethod
    def _message(chat: LocalChat, params: Params, refusal: str) -> LocalMessage:
        if "message_id" not in params.values:
            raise bad_request("message identifier is not specified")
        message = chat.message(params.integer("message_id"))
        if message is None:
            raise bad_request(refusal)
        return message

    def _get_chat(self, params: Params) -> dict[str, Any]:
        chat = self._chat(params)
        body = {
            "id": chat.user.id,
            "type": "private",
            "first_name": chat.user.first_name,
            "accent_color_id": 0,
            "max_reaction_count": 11,
            "accepted_gift_types": dict.fromkeys(_GIFTS, False),
        }
        pinned = chat.pinned_message
        return body | ({"pinned_message": self._state.payload(pinned)} if pinned else {})

    def _pin(self, params: Params) -> bool:
        chat = self._writable_chat(params)
        message = self._message(chat, params, "message to pin not found")
        if message.message_id in chat.pinned:
            chat.pinned.remove(message.message_id)
        chat.pinned.append(message.message_id)
        self._state.journal.add("pinned", chat.user.id, message_id=message.message_id)
        return True

    def _unpin(self, params: Params) -> bool:
        chat = self._chat(params)
        wanted = params.integer("message_id", chat.pinned[-1] if chat.pinned else 0)
        if wanted not in chat.pinned:
            raise bad_request("message to unpin not found")
        chat.pinned.remove(wanted)
        self._state.journal.add("pinned", chat.user.id)
        return True

    def _unpin_all(self, params: Params) -> bool:
        chat = self._chat(params)
        chat.pinned.clear()
        self._state.journal.add("pinned", chat.user.id)
        return True

    def _set_menu_button(self, params: Params) -> bool:
        button = params.structure("menu_button") or {"type": "default"}
        if not isinstance(button, dict) or button.get("type") not in {"default", "commands", "web_app"}:
            raise bad_request("can't parse menu button: unsupported type specified")
        if "chat_id" in params.values:
            self._chat(params).menu_button = button
        else:
            self._state.menu_button = button
        return True

    def _get_menu_button(self, params: Params) -> Mapping[str, Any]:
        own = self._chat(params).menu_button if "chat_id" in params.values else None
        return own or self._state.menu_button

    # The bot's own profile

    def _set_commands(self, params: Params) -> bool:
        key = self._command_key(params)
        commands = params.structure("commands")
        if not isinstance(commands, list):
            raise bad_request("can't parse commands JSON object")
        if len(commands) > 100:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        self._state.commands[key] = [_command(c) for c in commands]
        self._state.journal.add("commands")
        return True

    def _get_commands(self, params: Params) -> list[dict[str, str]]:
        return self._state.commands.get(self._command_key(params), [])

    def _delete_commands(self, params: Params) -> bool:
        self._state.commands.pop(self._command_key(params), None)
        self._state.journal.add("commands")
        return True

    def _command_key(self, params: Params) -> tuple[str, str]:
        scope = params.structure("scope") or {"type": "default"}
        if not isinstance(scope, dict) or scope.get("type") not in _SCOPES:
            raise bad_request("can't parse BotCommandScope: unsupported type specified")
        language = _language(params)
        if scope["type"] == "chat":
            return f"chat:{self._chat(Params(scope, {})).user.id}", language
        return scope["type"], language

    def _set_profile(self, what: str, params: Params) -> bool:
        value = params.text(what)
        if len(value) > _PROFILE_LIMITS[what]:
            raise bad_request(f"bot {what.replace('_', ' ')} is too long")
        self._state.profile[what, _language(params)] = value
        return True

    def _get_profile(self, what: str, params: Params) -> dict[str, str]:
        languages = (_language(params), "")
        return {what: next((v for lang in languages if (v := self._state.profile.get((what, lang)))), "")}


def _words(params: Params, name: str, limit: int) -> Formatted:
    """The text or caption of a message, parsed and within its limit (in characters, after parsing)."""
    raw = params.text(name)
    mode = params.text("parse_mode").lower()
    if mode not in {"", "html"}:
        raise bad_request("unsupported parse_mode")
    if name == "text" and not raw:
        raise bad_request("message text is empty")
    try:
        words = read(raw, html=bool(mode))
    except ParseError as error:
        raise bad_request(f"can't parse entities: {error}") from None
    if name == "text" and not words.text:
        raise bad_request("text must be non-empty")
    if len(words.text) > limit:
        raise bad_request("message is too long" if name == "text" else "message caption is too long")
    return replace(words, entities=words.entities[:MAX_ENTITIES])


def _options(params: Params) -> tuple[str, ...]:
    given = params.structure("options")
    if not isinstance(given, list):
        raise bad_request("can't parse options JSON object")
    if len(given) < 2:
        raise bad_request("poll must have at least 2 option")
    if len(given) > MAX_OPTIONS:
        raise bad_request(f"poll can't have more than {MAX_OPTIONS} options")
    texts = (one.get("text", "") if isinstance(one, dict) else str(one) for one in given)
    return tuple(_short(text, "poll options", MAX_OPTION) for text in texts)


def _right(params: Params, options: int) -> int:
    right = params.structure("correct_option_ids")
    if not isinstance(right, list) or len(right) != 1 or right[0] not in range(options):
        raise bad_request("wrong correct option ID specified")
    return int(right[0])


def _explanation(params: Params) -> str:
    text = params.text("explanation")
    if len(text) > MAX_EXPLANATION or text.count("\n") > MAX_EXPLANATION_LINE_FEEDS:
        raise bad_request("message is too long")
    return text


def _short(text: str, what: str, limit: int) -> str:
    if not text.strip():
        raise bad_request(f"{what} must be non-empty")
    if len(text) > limit:
        raise bad_request(f"{what} length must not exceed {limit}")
    return text


def _keyboard(params: Params) -> Keyboard:
    markup = params.structure("reply_markup")
    if not markup:
        return ()
    if not isinstance(markup, dict) or not isinstance(markup.get("inline_keyboard"), list):
        raise bad_request("object expected as reply markup: only inline keyboards are known here")
    rows = markup["inline_keyboard"]
    if not all(isinstance(row, list) for row in rows):
        raise bad_request("can't parse inline keyboard: row of buttons must be an Array")
    keyboard = tuple(tuple(_button(button) for button in row) for row in rows if row)
    if sum(map(len, keyboard)) > MAX_BUTTONS:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return keyboard


def _button(button: Any) -> Button:
    if not isinstance(button, dict) or not isinstance(button.get("text"), str):
        raise bad_request("can't parse inline keyboard button: Can't find field \"text\"")
    if not button["text"].strip():
        raise bad_request("inline keyboard button text is empty")
    if url := button.get("url"):
        return Button(button["text"], url=str(url))
    data = button.get("callback_data")
    if not data:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if len(str(data).encode()) > MAX_CALLBACK_DATA:
        raise bad_request("BUTTON_DATA_INVALID")
    return Button(button["text"], callback_data=str(data))


def _replied(chat: LocalChat, params: Params) -> int | None:
    reply = params.structure("reply_parameters") or {}
    wanted = reply.get("message_id") if isinstance(reply, dict) else None
    if wanted is None or chat.message(wanted):
        return wanted
    if reply.get("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


def _command(command: Any) -> dict[str, str]:
    if not isinstance(command, dict):
        raise bad_request("expected an Object as BotCommand")
    name, description = str(command.get("command", "")), str(command.get("description", ""))
    if not _COMMAND.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}


def _language(params: Params) -> str:
    language = params.text("language_code")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad_request("LANG_CODE_INVALID")
    return language


def _not_empty(upload: Upload) -> None:
    if not upload.data:
        raise bad_request("file must be non-empty")
