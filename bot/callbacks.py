"""What a button carries: one frozen dataclass per kind, packed into 64 bytes.

The wire form is `<code>:<field>:<field>`, ids and codes only. Whatever comes
back is untrusted and may be years old: `parse` gives None for all that it does
not know, and ownership is checked by the query that uses an id.
"""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, ClassVar, NewType, Self, TypeVar, Union, get_args, get_origin, get_type_hints

from telegram.constants import InlineKeyboardButtonLimit

LIMIT = int(InlineKeyboardButtonLimit.MAX_CALLBACK_DATA)
NOTHING = "~"

RowId = NewType("RowId", int)
"""An id as the databases keep it, in 31 bits, for buttons that carry several; 0 is none."""

_ROW_IDS, _NUMBERS = 2**31, 2**63


class Callback:
    """Base of all buttons. Subclasses are frozen dataclasses of int, str, bool, date, Enum or None."""

    code: ClassVar[str]

    def pack(self) -> str:
        """The wire form; `ValueError` when it does not fit or would not come back the same."""
        values = [getattr(self, field.name) for field in fields(self)]  # type: ignore[arg-type]
        data = ":".join([self.code, *(_encode(value) for value in values)])
        if len(data.encode()) > LIMIT:
            raise ValueError(f"{data!r} is longer than {LIMIT} bytes")
        return data

    @classmethod
    def unpack(cls, parts: list[str]) -> Self | None:
        """The button whose fields are `parts`, or None when they do not fit the present form."""
        form = _form(cls)  # type: ignore[arg-type]
        if len(form) != len(parts):
            return None
        try:
            return cls(**{name: _decode(part, form[name]) for name, part in zip(form, parts, strict=True)})
        except (ValueError, KeyError):
            return None


_KINDS: dict[str, type[Callback]] = {}
C = TypeVar("C", bound=Callback)


def button(code: str) -> Any:
    """Register a callback class under a code of its own; a changed form gets a new code."""

    def register(kind: type[C]) -> type[C]:
        if code in _KINDS:
            raise ValueError(f"two buttons share the code {code!r}")
        kind.code = code
        _KINDS[code] = kind
        return kind

    return register


def parse(data: str) -> Callback | None:
    """The button behind `data`, or None when it is out of date, damaged or forged."""
    code, *parts = data.split(":")
    kind = _KINDS.get(code)
    return kind.unpack(parts) if kind else None


@cache
def _form(kind: type[Callback]) -> Mapping[str, Any]:
    """The types of a button's fields by name, in order."""
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}  # type: ignore[arg-type]


def _encode(value: Any) -> str:
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, date):
        return value.strftime("%Y%m%d")
    text = str(value)
    if ":" in text or text == NOTHING:
        raise ValueError(f"{text!r} would not survive in a button")
    return text


def _decode(part: str, kind: Any) -> Any:
    if get_origin(kind) in {Union, UnionType}:
        inner = next(each for each in get_args(kind) if each is not type(None))
        return None if part == NOTHING else _decode(part, inner)
    if kind is bool:
        return {"1": True, "0": False}[part]
    if kind is date:
        return date(int(part[:4]), int(part[4:6]), int(part[6:8]))
    if kind is str:
        return part
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(type(next(iter(kind)).value)(part))
    number = int(part)
    if not 0 <= number < (_ROW_IDS if kind is RowId else _NUMBERS):
        raise ValueError(part)
    return number
