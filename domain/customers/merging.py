"""Two entries on the list that are one person: who that may be, and what the entry that is kept says then."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from domain.customers.model import Customer
from domain.customers.search import Match
from domain.importing.keys import normal_name
from domain.visits.log import Told
from domain.visits.states import VisitState

LEAST = 75.0  # the score of a name from which two entries may be one person
_SAME_HOSPITAL, _SAME_DEPARTMENT = 10.0, 5.0  # what these add to the score of a name
_LONGEST_NOTE = 500

FILLED: Sequence[tuple[str, ...]] = (
    ("code",),
    ("institution_id", "city", "district", "lat", "lon"),
    ("department",),
    ("title", "title_rank"),
    ("specialty",),
    ("best_times",),
    ("note",),
)
"""The columns of a customer that are taken over, each group as a whole, where the kept entry says nothing."""

ADDED = ("is_kol", "is_no_see", "by_appointment")
"""What holds of the person as soon as one of the entries says so."""


def twins(customer: Customer, matches: Iterable[Match], others: Iterable[Customer]) -> list[Customer]:
    """Who may be the same person as a customer, the likeliest first.

    `matches` are what a search for the customer's name finds (hanzi, homophones, pinyin, slips); the same
    hospital and the same department speak for it.
    """
    names = {match.id: match.score for match in matches}

    def likeness(other: Customer) -> float:
        score = names[other.id]
        if customer.institution and other.institution and customer.institution.id == other.institution.id:
            score += _SAME_HOSPITAL
        if customer.department and normal_name(customer.department) == normal_name(other.department):
            score += _SAME_DEPARTMENT
        return score

    likely = [one for one in others if one.id != customer.id and names.get(one.id, 0.0) >= LEAST]
    return sorted(likely, key=lambda one: (-likeness(one), one.name, one.id))


def filled(kept: Mapping[str, Any], gone: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of the kept customer that the other entry fills; what it says itself stays."""
    changes = {
        name: gone[name]
        for group in FILLED
        if not kept[group[0]] and gone[group[0]]
        for name in group
        if kept[name] != gone[name]
    }
    return changes | {name: True for name in ADDED if gone[name] and not kept[name]}


def combined(kept: Told, gone: Told) -> Told:
    """One visit that was logged under both entries: a visit that took place goes before one that did not.

    What one is silent about the other says; two notes stand one after the other as far as they fit.
    """
    took_place = gone.result.state is VisitState.DONE and kept.result.state is not VisitState.DONE
    first, second = (gone, kept) if took_place else (kept, gone)
    both = " / ".join(dict.fromkeys(note for note in (first.note, second.note) if note))
    said = first.over(second)
    topics = tuple(dict.fromkeys((*first.topics, *second.topics)))
    return replace(said, topics=topics, note=both if len(both) <= _LONGEST_NOTE else said.note)
