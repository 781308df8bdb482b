"""What a good manager would advise for each cell of the grid, as approved text.

The cards are content (`domain/content/playbooks/<locale>/cells.yaml`), written for a
phone and kept free of numbers: how often to visit comes from the cadence parameters.
"""

from datetime import date
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from domain.content.reading import Content, MistakeError
from domain.tiering.model import Cell


def _one_line(text: str) -> str:
    if "\n" in text or text != text.strip():
        raise MistakeError(
            "the text has a line break or blanks at its ends", "Write it on one line without outer blanks"
        )
    return text


Line = Annotated[str, Field(min_length=1, max_length=120), AfterValidator(_one_line)]
Sentence = Annotated[str, Field(min_length=1, max_length=160), AfterValidator(_one_line)]
Source = Annotated[str, Field(min_length=1, max_length=240), AfterValidator(_one_line)]


class CellCard(Content):
    """The strategy for the customers of one cell.

    `aim` says in a sentence what to achieve; `do` and `dont` are lines of advice;
    `question` opens a talk with the doctor; `watch` names the signs to look out for;
    `source` tells what the advice rests on.
    """

    title: Annotated[Line, Field(max_length=30)]
    aim: Sentence
    do: Annotated[tuple[Line, ...], Field(min_length=2, max_length=4)]
    dont: Annotated[tuple[Line, ...], Field(min_length=2, max_length=3)]
    question: Sentence
    watch: Sentence
    source: Source


class PlaybookFile(Content):
    """The approved cards of one locale, by cell; all nine are there."""

    version: Annotated[int, Field(ge=1)]
    approved_on: date
    source: Source
    cells: dict[Cell, CellCard]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        missing = [cell.value for cell in Cell if cell not in self.cells]
        if missing:
            raise MistakeError(
                f"there is no card for {', '.join(missing)}",
                "Write one: every one of the nine cells needs a card",
            )
        return self
