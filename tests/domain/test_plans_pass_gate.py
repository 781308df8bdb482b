"""What is planned passes the compliance gate: no visit of a plan meets a rule."""

import random
from datetime import date, time

import pytest

from domain.compliance.rules import Level
from domain.content.library import load_library
from domain.customers.model import Customer, HalfDay, Institution
from domain.customers.profile import Basis, Consent, permitted
from domain.planning.model import VisitTarget
from domain.planning.plan import coming_days, plan_week
from domain.tiering.model import Cell
from domain.visits.contact import contact_facts
from domain.visits.model import Channel

LIBRARY = load_library()
MONDAY = date(2026, 11, 2)
PARAMS = LIBRARY.planning_at(MONDAY)
CALENDAR = LIBRARY.calendar("cn")
FEW = 3  # iterations of the search: the rules hold however short it is


def a_customer(rng: random.Random, number: int) -> tuple[VisitTarget, dict[Channel, Consent]]:
    """Somebody whom a careless plan would visit against a rule, perhaps."""
    weekdays = rng.sample(range(5), rng.randrange(4))
    reception = tuple(
        HalfDay(day, *rng.choice(((time(8), time(11)), (time(14), time(17))))) for day in weekdays
    )
    customer = Customer(
        id=number,
        code=str(number),
        name=f"Doctor {number}",
        owner_id=1,
        institution=Institution(id=rng.randrange(1, 4), name="General", reception=reception),
        is_no_see=rng.random() < 0.2,
    )
    declined = Consent(channel=Channel.FACE_TO_FACE, basis=Basis.SAID, withdrawn_on=MONDAY)
    consents = {Channel.FACE_TO_FACE: declined} if rng.random() < 0.2 else {}
    cell = rng.choice((Cell.A1, Cell.A2, Cell.B1))
    target = VisitTarget(
        customer=customer,
        tier=cell.tier,
        support=cell.support,
        next_step=rng.choice(("", "bring the study")),
        next_on=MONDAY,
        contacts_this_month=rng.randrange(8),
        channels=permitted(consents, MONDAY),
    )
    return target, consents


@pytest.mark.parametrize("market", ["cn", "us", "generic"])
def test_no_visit_of_a_week_is_against_the_rules(market):
    gate, planned = LIBRARY.compliance(market), 0
    for seed in range(40):
        rng = random.Random(seed)
        people = dict(enumerate(a_customer(rng, number) for number in range(12)))
        contacts = {number: target.contacts_this_month for number, (target, _) in people.items()}
        days = coming_days(MONDAY, 5, PARAMS.planning.usual(), CALENDAR)
        for plan in plan_week(
            [target for target, _ in people.values()],
            days=days,
            rep=PARAMS.planning.usual(),
            params=PARAMS,
            calendar=CALENDAR,
            seed=seed,
            iterations=FEW,
        ):
            for stop in plan.stops:
                target, consents = people[stop.customer.id]
                contacts[stop.customer.id] += 1
                facts = contact_facts(
                    stop.customer,
                    channel=Channel.FACE_TO_FACE,
                    on=plan.on,
                    start=stop.start,
                    consents=consents,
                    contacts=contacts[stop.customer.id],
                    ceiling=PARAMS.planning.ceiling,
                )
                assert gate.check(facts).level is Level.NONE, (seed, plan.on, stop)
                assert not target.customer.is_no_see
                planned += 1
    assert planned > 300


def test_the_facts_of_a_contact_against_every_rule_meet_it():
    reception = (HalfDay(1, time(8), time(12)),)
    customer = Customer(
        id=1, code="1", name="D", owner_id=1, institution=Institution(id=1, name="G", reception=reception)
    )
    common = {"on": MONDAY, "consents": {}, "ceiling": 6}
    late = contact_facts(customer, channel=Channel.FACE_TO_FACE, start=time(9), contacts=7, **common)
    remote = contact_facts(customer, channel=Channel.MESSENGER, start=None, contacts=1, **common)
    gate = LIBRARY.compliance("cn")
    assert set(gate.check(late).rules) == {"R-VISIT-1", "R-PI-2"}
    assert gate.check(remote).rules == ("R-PI-2",)
    assert remote.outside_reception is None
