"""What people say for or against a tier: one sentence, bounded, without what must not be stored."""

from domain.errors import DomainError
from domain.importing.values import clean, holds_id_number

LONGEST_SENTENCE = 300  # characters


def sentence(said: str) -> str:
    """The sentence on one line, without hidden characters.

    DomainError: "sentence_empty" without a letter or digit, "sentence_too_long", "sentence_personal"
    when it holds an ID number.
    """
    text = clean(said)
    if not any(char.isalnum() for char in text):
        raise DomainError("sentence_empty")
    if len(text) > LONGEST_SENTENCE:
        raise DomainError("sentence_too_long", limit=LONGEST_SENTENCE, length=len(text))
    if holds_id_number(text):
        raise DomainError("sentence_personal")
    return text
