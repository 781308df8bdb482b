"""Cells that people set by hand, and what they say for it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.errors import DomainError
from domain.ids import UserId
from domain.tiering.argument import LONGEST_SENTENCE, sentence
from domain.tiering.model import Cell
from domain.tiering.override import Override, cell_at, cycle_end

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def at(hours: int) -> datetime:
    return START + timedelta(hours=hours)


def override(cell: Cell | None, until: date | None, hours: int) -> Override:
    return Override(cell=cell, until=until, reason="why", author_id=UserId(1), decided_at=at(hours))


@pytest.mark.parametrize(
    ("day", "quarters", "end"),
    [
        (date(2026, 11, 23), 1, date(2027, 3, 31)),
        (date(2026, 12, 31), 1, date(2027, 3, 31)),
        (date(2027, 1, 1), 1, date(2027, 6, 30)),
        (date(2026, 2, 28), 0, date(2026, 3, 31)),
        (date(2026, 8, 1), 2, date(2027, 3, 31)),
    ],
)
def test_a_cycle_ends_with_a_calendar_quarter(day, quarters, end):
    assert cycle_end(day, quarters) == end


def test_an_override_counts_up_to_its_last_day_and_then_the_computed_cell_does():
    computed = [(at(0), Cell.A3)]
    overrides = [override(Cell.A2, date(2027, 3, 31), 1)]
    assert cell_at(computed, overrides, at(0), date(2026, 11, 23)) is Cell.A3
    assert cell_at(computed, overrides, at(1), date(2026, 11, 23)) is Cell.A2
    assert cell_at(computed, overrides, at(9), date(2027, 3, 31)) is Cell.A2
    assert cell_at(computed, overrides, at(9), date(2027, 4, 1)) is Cell.A3


def test_the_last_word_counts_whatever_is_computed_beside_it():
    until = date(2027, 3, 31)
    computed = [(at(0), Cell.A3), (at(2), Cell.B1), (at(6), None)]
    overrides = [override(Cell.A2, until, 1), override(Cell.C1, until, 3), override(None, None, 5)]
    seen = [cell_at(computed, overrides, at(hours), date(2026, 11, 24)) for hours in range(-1, 7)]
    assert seen == [None, Cell.A3, Cell.A2, Cell.A2, Cell.C1, Cell.C1, Cell.B1, None]


def test_a_sentence_is_one_line_without_hidden_characters():
    assert sentence("  sees many \n patients\u202e \x00now ") == "sees many patients now"
    assert sentence("长" * LONGEST_SENTENCE) == "长" * LONGEST_SENTENCE


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("", "sentence_empty"),
        ("...", "sentence_empty"),
        ("长" * (LONGEST_SENTENCE + 1), "sentence_too_long"),
        ("his ID is 11010519491231002X", "sentence_personal"),
    ],
)
def test_a_sentence_that_cannot_be_kept_is_refused(said, code):
    with pytest.raises(DomainError) as refused:
        sentence(said)
    assert refused.value.code == code
