"""What the domain says when it refuses: a code and numbers, never a sentence.

The sentence is made in the person's language by `bot.render.problems`.
"""

from typing import Any


class DomainError(Exception):
    """A refusal with a stable `code` and the values that its sentence needs."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.params: dict[str, Any] = params

    def __str__(self) -> str:
        words = ", ".join(f"{key}={value!r}" for key, value in self.params.items())
        return f"{self.code}({words})"
