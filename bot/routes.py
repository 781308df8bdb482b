"""From what a person does to the function that answers: commands, buttons, words, documents.

A handler is `async (turn, callback) -> Screen`. It knows no Telegram object; the
entry points here find out who asks, show what comes back, and answer every tap.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.callbacks import Callback
from bot.commands import EVERYONE
from bot.screens import Screen
from bot.turn import Turn
from domain.people.model import Role

Handler = Callable[[Turn, Any], Awaitable[Screen]]
H = TypeVar("H", bound=Handler)


@dataclass(frozen=True, slots=True)
class Route:
    """Who may press a button, and what it does."""

    handler: Handler
    roles: frozenset[Role]
    slow: bool = False  # may take longer than Telegram waits for the answer to a tap


class Routes:
    """The buttons that a module of handlers answers."""

    def __init__(self) -> None:
        self.by_kind: dict[type[Callback], Route] = {}

    def on(
        self, kind: type[Callback], roles: frozenset[Role] = EVERYONE, *, slow: bool = False
    ) -> Callable[[H], H]:
        """Register the handler of one kind of button."""

        def register(handler: H) -> H:
            if kind in self.by_kind:
                raise ValueError(f"{kind.__name__} is answered twice")
            self.by_kind[kind] = Route(handler, roles, slow)
            return handler

        return register
