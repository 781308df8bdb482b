"""What the compliance rules are asked about one contact, planned or told, and what they remark.

A contact that has taken place is never refused: a log that refuses is kept elsewhere.
"""

from collections.abc import Iterator, Mapping
from datetime import date, time

from domain.compliance.facts import VisitFacts
from domain.compliance.gate import Gate
from domain.customers.model import Customer
from domain.customers.profile import IN_PERSON, Consent, permits
from domain.explain import Reason
from domain.visits.model import Channel


def contact_facts(
    customer: Customer,
    *,
    channel: Channel,
    on: date,
    start: time | None,
    consents: Mapping[Channel, Consent],
    contacts: int,
    ceiling: int,
) -> VisitFacts:
    """The facts of a contact.

    `start` None: the time is not known. `contacts` are those of the month by all reps, this one included,
    and `ceiling` the most that there may be.
    """
    return VisitFacts(
        outside_reception=_outside_reception(customer, channel, on, start),
        remote=channel not in IN_PERSON,
        consent=permits(channel, consents, on),
        ceiling_reached=contacts > ceiling,
    )


def remarks(gate: Gate, facts: VisitFacts, *, contacts: int, ceiling: int) -> Iterator[Reason]:
    """What the rules of a market remark about a contact, each with its rule."""
    if rule := _met(gate, VisitFacts(outside_reception=facts.outside_reception)):
        yield Reason("outside_reception", {"rule": rule})
    if rule := _met(gate, VisitFacts(remote=facts.remote, consent=facts.consent)):
        yield Reason("no_consent", {"rule": rule})
    if rule := _met(gate, VisitFacts(ceiling_reached=facts.ceiling_reached)):
        yield Reason("over_ceiling", {"rule": rule, "n": contacts, "max": ceiling})


def _met(gate: Gate, facts: VisitFacts) -> str | None:
    """The strictest rule that facts meet."""
    return next(iter(gate.check(facts).rules), None)


def _outside_reception(customer: Customer, channel: Channel, on: date, start: time | None) -> bool | None:
    """Whether a meeting lies outside the reception of the customer's hospital; None: not to be told."""
    reception = customer.institution.reception if customer.institution else ()
    if channel not in IN_PERSON or start is None or not reception:
        return None
    return not any(
        window.weekday == on.weekday() and window.start <= start < window.end for window in reception
    )
