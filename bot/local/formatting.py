"""Message text as Telegram reads it: the HTML parse mode, entities, and the trimming of what is sent.

The grammar and the words of the refusals follow the parser of Telegram's own library (tdlib,
MessageEntity.cpp); offsets in refusals count UTF-8 bytes, offsets of entities count UTF-16 code units.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

_TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([a-z]+));?")
_TAG_NAME = re.compile(r"[^\s>]*")
_ATTRIBUTE_NAME = re.compile(r"[^\s=>/\"']*")
_NAME_TOKEN = re.compile(r"[A-Za-z0-9.\-]*")
_SPACE = re.compile(r"\s*")
_LINK = re.compile(
    r"(?:https?|tg|ton|tonsite)://\S+|mailto:\S+|(?:[\w-]+\.)+[^\W\d_]{2,}(?:[/?#:]\S*)?", re.IGNORECASE
)
_COMMAND = re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>])")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\u200e\u200f\u202a-\u202e]")


class ParseError(ValueError):
    """The text is not what Telegram's HTML parse mode understands; the message is Telegram's own."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A part of a text with a meaning: `offset` and `length` in UTF-16 code units."""

    type: str
    offset: int
    length: int
    url: str | None = None
    language: str | None = None

    def payload(self) -> dict[str, Any]:
        plain = {"type": self.type, "offset": self.offset, "length": self.length}
        return plain | {k: v for k, v in (("url", self.url), ("language", self.language)) if v is not None}


@dataclass(frozen=True, slots=True)
class Formatted:
    """Plain text and its entities, ordered as Telegram orders them: by offset, the longer first."""

    text: str
    entities: tuple[Entity, ...] = ()


@dataclass(frozen=True, slots=True)
class _Open:
    tag: str
    argument: str
    begins: int


def utf16_length(text: str) -> int:
    """The length of `text` in UTF-16 code units."""
    return len(text) + sum(1 for c in text if c > "\uffff")


def read(text: str, *, html: bool) -> Formatted:
    """What a reader sees of `text`: parsed when it is HTML, cleaned, trimmed, with its commands found.

    Raises ParseError.
    """
    text = text.replace("\r", "")
    parsed = _Parser(text).parse() if html else Formatted(text)
    trimmed = _trim(Formatted(_CONTROL.sub(" ", parsed.text), parsed.entities))
    return Formatted(trimmed.text, _ordered((*trimmed.entities, *_commands(trimmed))))


def _trim(formatted: Formatted) -> Formatted:
    text = formatted.text.rstrip()
    kept = text.lstrip()
    lead = utf16_length(text) - utf16_length(kept)
    end = utf16_length(kept)
    entities = []
    for entity in formatted.entities:
        begins = max(entity.offset - lead, 0)
        ends = min(entity.offset + entity.length - lead, end)
        if ends > begins:
            entities.append(replace(entity, offset=begins, length=ends - begins))
    return Formatted(kept, tuple(entities))


def _commands(formatted: Formatted) -> Sequence[Entity]:
    found = []
    literal = [e for e in formatted.entities if e.type in {"code", "pre", "text_link"}]
    for match in _COMMAND.finditer(formatted.text):
        begins = utf16_length(formatted.text[: match.start()])
        command = Entity("bot_command", begins, len(match.group()))
        if not any(_overlaps(command, e) for e in literal):
            found.append(command)
    return found


def _overlaps(one: Entity, other: Entity) -> bool:
    return one.offset < other.offset + other.length and other.offset < one.offset + one.length


def _ordered(entities: Sequence[Entity]) -> tuple[Entity, ...]:
    return tuple(sorted(set(entities), key=lambda e: (e.offset, -e.length, e.type)))


class _Parser:
    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._out: list[str] = []
        self._length = 0
        self._open: list[_Open] = []
        self._entities: list[Entity] = []

    def parse(self) -> Formatted:
        while self._at < len(self._source):
            char = self._source[self._at]
            if char == "<":
                self._tag()
            elif char == "&":
                self._emit(self._reference())
            else:
                self._emit(char)
                self._at += 1
        if self._open:
            raise ParseError(f'Can\'t find end tag corresponding to start tag "{self._open[-1].tag}"')
        entities = [replace(e, language=None) if e.type == "code" else e for e in self._entities]
        return Formatted("".join(self._out), _ordered(entities))

    def _emit(self, text: str) -> None:
        self._out.append(text)
        self._length += utf16_length(text)

    def _reference(self) -> str:
        match = _REFERENCE.match(self._source, self._at)
        if match is None:
            self._at += 1
            return "&"
        hexadecimal, decimal, name = match.groups()
        code = int(hexadecimal, 16) if hexadecimal else int(decimal) if decimal else 0
        char = _NAMED.get(name) if name else chr(code) if _is_character(code) else None
        if char is None:
            self._at += 1
            return "&"
        self._at = match.end()
        return char

    def _tag(self) -> None:
        if self._source.startswith("</", self._at):
            self._end_tag()
        else:
            self._start_tag()

    def _start_tag(self) -> None:
        begins = self._at
        self._at += 1
        tag = self._take(_TAG_NAME).lower()
        if self._at >= len(self._source):
            raise ParseError(f"Unclosed start tag at byte offset {self._bytes(begins)}")
        if tag not in _TYPES:
            raise ParseError(f'Unsupported start tag "{tag}" at byte offset {self._bytes(begins)}')
        argument = self._attributes(tag, begins)
        if tag == "span" and argument != "spoiler":
            raise ParseError(f'Tag "span" must have class "tg-spoiler" at byte offset {self._bytes(begins)}')
        self._open.append(_Open(tag, argument, self._length))

    def _attributes(self, tag: str, begins: int) -> str:
        """Reads up to and over the `>` of a start tag; the value of the one attribute that matters to it."""
        argument = ""
        while True:
            self._take(_SPACE)
            if self._peek() == ">":
                self._at += 1
                return argument
            name = self._take(_ATTRIBUTE_NAME)
            if not name:
                where = self._bytes(begins)
                raise ParseError(f'Empty attribute name in the tag "{tag}" at byte offset {where}')
            self._take(_SPACE)
            value = ""
            if self._peek() == "=":
                self._at += 1
                value = self._attribute_value()
            if self._at >= len(self._source):
                raise ParseError(f'Unclosed start tag "{tag}" at byte offset {self._bytes(begins)}')
            if known := _ARGUMENTS.get((tag, name.lower())):
                argument = known(value) or argument

    def _attribute_value(self) -> str:
        self._take(_SPACE)
        quote = self._peek()
        if quote not in {"'", '"'}:
            begins = self._at
            token = self._take(_NAME_TOKEN)
            if self._peek() and not (self._peek().isspace() or self._peek() == ">"):
                raise ParseError(f"Unexpected end of name token at byte offset {self._bytes(begins)}")
            return token.lower()
        self._at += 1
        value = []
        while self._peek() and self._peek() != quote:
            if self._peek() == "&":
                value.append(self._reference())
            else:
                value.append(self._peek())
                self._at += 1
        self._at += bool(self._peek())
        return "".join(value)

    def _end_tag(self) -> None:
        begins = self._at
        where = self._bytes(begins)
        if not self._open:
            raise ParseError(f"Unexpected end tag at byte offset {where}")
        self._at += 2
        tag = self._take(_TAG_NAME)
        self._take(_SPACE)
        if self._peek() != ">":
            raise ParseError(f"Unclosed end tag at byte offset {where}")
        self._at += 1
        opened = self._open.pop()
        if tag and tag.lower() != opened.tag:
            expected = f'expected "</{opened.tag}>", found "</{tag}>"'
            raise ParseError(f"Unmatched end tag at byte offset {where}, {expected}")
        if self._length > opened.begins:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        entity = Entity(_TYPES[opened.tag], opened.begins, self._length - opened.begins)
        if opened.tag == "a":
            inner = "".join(self._out).encode("utf-16-le")[2 * opened.begins :].decode("utf-16-le")
            url = opened.argument or inner
            if not _LINK.fullmatch(url):
                return
            entity = replace(entity, url=url)
        elif opened.tag == "blockquote" and opened.argument:
            entity = replace(entity, type="expandable_blockquote")
        elif opened.tag == "code" and opened.argument:
            entity = replace(entity, language=opened.argument)
        elif opened.tag == "pre":
            inner_code = replace(entity, type="code")
            for known in self._entities:
                if replace(known, language=None) == inner_code:
                    self._entities.remove(known)
                    entity = replace(entity, language=known.language)
                    break
        self._entities.append(entity)

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._source, self._at)
        found = match.group() if match else ""
        self._at += len(found)
        return found

    def _peek(self) -> str:
        return self._source[self._at : self._at + 1]

    def _bytes(self, position: int) -> int:
        return len(self._source[:position].encode())


_ARGUMENTS: dict[tuple[str, str], Callable[[str], str]] = {
    ("a", "href"): str,
    ("code", "class"): lambda value: value.removeprefix("language-") if value.startswith("language-") else "",
    ("span", "class"): lambda value: value.removeprefix("tg-") if value.startswith("tg-") else "",
    ("blockquote", "expandable"): lambda _: "expandable",
}


def _is_character(code: int) -> bool:
    return 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF
